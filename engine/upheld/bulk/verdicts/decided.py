"""DecidedTickets: the tickets that were decided as columns, and all that their tables and their summary are made of.

Every value of a row is an instant, a number, or stands in a template that the scalar path made: nothing is worded here.

Source: DESIGN section 6, "Verdicts"; section 11, step 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from upheld.bulk.answers.outcomes import HOLE, PairOutcome
from upheld.bulk.answers.statuses import NO_TICKET
from upheld.bulk.automaton.course import course_of
from upheld.bulk.automaton.spells import Spells, expanded, spells
from upheld.bulk.automaton.steps import Steps
from upheld.bulk.automaton.walk import LATE, Walk
from upheld.bulk.clocks.clock_columns import Judged, judged
from upheld.bulk.clocks.clock_warnings import Warnings, warnings
from upheld.bulk.clocks.given import Promised
from upheld.bulk.clocks.opening_seconds import BEYOND_S, Openings
from upheld.bulk.clocks.unpaused_dues import unpaused_dues
from upheld.bulk.distinct import distinct, distinct_rows
from upheld.bulk.keys.records import Bools, Int32s, Int64s, Records
from upheld.bulk.schemas import schemas_for
from upheld.bulk.verdicts.charged_records import Billed
from upheld.core.clocks.rules import ClockRules
from upheld.core.condition.domain import Held, Many
from upheld.core.decision.engine import Engine
from upheld.core.lifecycle.channels import local_text
from upheld.core.record.message import Message
from upheld.core.time.instant import text_of

MASK_BITS: Final = 62
GIVEN: Final = text_of(0)
"""Stands in a text for an instant; none of a history lies so early."""
_SPACE: Final = " "


class DecidedTickets:
    """The tickets of a history that were decided as columns.

    Args:
        engine: Who decided.
        records: The history.
        steps, walk: How they went.
        as_of_s: The instant at which everything is looked at.
        billed: What records cost; ``None`` where the policy bills nothing.

    Attributes:
        left: The tickets that were not, by reason.
        judged: The clocks, once the tables are made.
    """

    def __init__(
        self, engine: Engine, records: Records, steps: Steps, walk: Walk, as_of_s: int, billed: Billed | None = None
    ) -> None:
        self.engine, self.records, self.steps, self.billed = engine, records, steps, billed
        self.as_of_s = as_of_s
        self.walk = walk = steps.finish(walk, as_of_s)
        self.course = course_of(records, walk.outcome, walk.fired)
        self.schemas = schemas_for(engine.policy)
        self.kept: Bools = walk.left == 0
        self.openings = Openings(engine.schedule)
        self.promises = steps.reader.clocks.promises.promised
        self.spells = self._spells()
        held, rules = self.spells, engine.clocks.rules
        given = (held.clocks, as_of_s, held.pauses, held.gaps, held.excuses)
        self.judged: Judged = judged(rules, self.openings, self.promises, *given)
        self._names = records.tickets
        self._outcomes: Sequence[PairOutcome] = walk.outcomes

        self._find_refused()
        self.flagged, self.flag_templates = self._all_flags()
        self.said = [_promise(engine.clocks.rules, each) for each in self.promises]
        self._fact_codes: dict[str, tuple[Int64s, list[Held]]] = {}

    def _all_flags(self) -> tuple[tuple[Int64s, Int64s], list[dict[str, Any]]]:
        """The records that are flagged, each flag's template; those of charges come last on their record."""
        steps, place = self.several(lambda each: each.flags)
        rows, templates = self.course.row[steps], self.steps.reader.told.rows
        if self.billed is None or not len(self.billed.flags.row):
            return (rows, place), templates
        told = self.billed.flags
        every, which = np.concatenate((rows, told.row)), np.concatenate((place, told.place + len(templates)))
        order = np.argsort(every, kind="stable")
        return (every[order], which[order]), [*templates, *told.templates]

    @property
    def accepted(self) -> Bools:
        """Which records were accepted, of the tickets that were decided here."""
        return self.walk.accepted

    def _find_refused(self) -> None:
        """Which records were refused, by which templates; those of late ones and of closed channels are made."""
        refused = np.array([*(each.refused for each in self._outcomes), -1], np.int32)  # the last for no outcome, -1
        refused[LATE] = -1
        outcome, templates = self.walk.outcome, [*self.steps.reader.told.rows]
        place = refused[outcome]
        if len(self.walk.late):
            place[self.walk.late] = self._late(templates)
        for number in [at for at, each in enumerate(templates) if HOLE in str(each.get("message"))]:
            rows = np.flatnonzero(place == number)
            place[rows] = self._filled(templates, number, rows)
        self.refused_rows: Int64s = np.flatnonzero(place >= 0)
        self.refused_as: Int64s = place[self.refused_rows].astype(np.int64)
        self.refused_templates = templates
        self.refusals = np.bincount(self.records.ticket[self.refused_rows], minlength=len(self.records.first) - 1)

    def _spells(self) -> Spells:
        walk, rules = self.walk, self.engine.clocks.rules
        while True:
            found = spells(rules, self.records, self.course, walk.outcomes, self.promises, self.read)
            promise, from_s = found.clocks.promise, found.clocks.from_s
            agreed_s = np.array([each.aim.due_s or 0 for each in self.promises], np.int64)[promise]
            due_s = unpaused_dues(rules, self.openings, self.promises, promise, from_s, agreed_s)
            self.spells = found._replace(clocks=found.clocks._replace(due_s=due_s))
            beyond, unsure = (
                np.concatenate((found.clocks.ticket[due_s == BEYOND_S], found.far)),
                self.warned() if not (due_s == BEYOND_S).any() else None,
            )
            unclear = found.clocks.ticket[unsure.unsure] if unsure is not None else beyond[:0]
            if unsure is not None:
                unclear = np.concatenate((unclear, warned_though_judged(rules, found), self._told_among(unsure)))
            if not len(beyond) and not len(unclear):
                return self.spells
            for tickets, reason in ((beyond, "far"), (unclear, "warning")):
                gone = np.zeros(len(self.kept), bool)
                gone[tickets] = True
                walk = self.steps.leave(walk, gone, reason)
            self.walk, self.kept = walk, walk.left == 0
            self.course = course_of(self.records, walk.outcome, walk.fired)

    def _told_among(self, warned: Warnings) -> Int64s:
        """The tickets to which more happened in a second in which a warning was told: what came first is not known."""
        ticket = self.spells.clocks.ticket[warned.clock[warned.told]]
        _, keys = self.passing()
        asked = instants_of(ticket, warned.at_s[warned.told])
        return ticket[np.searchsorted(keys, asked, side="right") - np.searchsorted(keys, asked) > 1].astype(np.int64)

    def passing(self) -> tuple[Int64s, Int64s]:
        """The steps with which time passed on tickets, and the instants of these, in order.

        They are the timers and the records that were accepted from the opening on: one before it may bear any instant.
        """
        course, refused = self.course, np.array([each.refused >= 0 for each in self.walk.outcomes])
        steps = np.flatnonzero((course.outcome >= 0) & ~refused[course.outcome])
        row = course.row[steps]
        steps = steps[(row < 0) | (row >= self.steps.opening_rows[course.ticket[steps]])]
        return steps, instants_of(course.ticket[steps], course.at_s[steps])

    def read(self, event: str, field: str, row: int, code: int | None = None) -> Any:
        """What a record, or a code, says in a field of its event."""
        column = self.records.data.get(field)
        told = 0 if column is None else int(column.codes[row]) if code is None else code
        return self.steps.record_kinds.held(self.records, event, field, told)

    def tickets_of(self, ticket: Int32s | Int64s) -> pa.Array:
        return self._names.take(pa.array(ticket))

    def several(self, of: Callable[[PairOutcome], tuple[Any, ...]]) -> tuple[Int64s, Int64s]:
        """The steps whose outcome has some templates, and which; those of a step in their order."""
        counts = np.array([*(len(of(each)) for each in self._outcomes), 0], np.int64)  # the last for no outcome, -1
        every = np.array([one for each in self._outcomes for one in of(each)], np.int64)
        outcome = self.course.outcome
        doing = np.flatnonzero((counts > 0)[outcome])
        rows, place = expanded(doing, outcome[doing], counts)
        return rows, every[place] if len(every) else place

    def warned(self) -> Warnings | None:
        """The warnings of clocks; ``None`` where the policy has none."""
        rules, held = self.engine.clocks.rules, self.spells
        if not any(each.warns for each in rules.terms):
            return None
        given = (rules, self.openings, self.promises, held.clocks, self.as_of_s, held.pauses, held.gaps, held.known_s)
        return warnings(*given)

    def _late(self, templates: list[dict[str, Any]]) -> Int64s:
        """The templates of late records, one for each event and instant that they name."""
        event = self.records.words["event"]
        last_s, codes = self.walk.last_s, event.codes[self.walk.late]
        first_of, place = distinct_rows((last_s, codes))
        texts = np.datetime_as_string(last_s[first_of].astype("M8[s]"), unit="s")
        wording = Message.from_catalogue("out-of-order", last=GIVEN).text(self.engine.language)
        first = len(templates)
        same = {"code": "out-of-order", "rule": None, "clauses": (), "assumptions": ()}
        for text, code in zip(texts.tolist(), codes[first_of].tolist()):
            templates.append({**same, "event": event.values[code], "message": wording.replace(GIVEN, f"{text}Z")})
        return np.asarray(place + first, np.int64)

    def _filled(self, templates: list[dict[str, Any]], number: int, rows: Int64s) -> Int64s:
        """The templates of records that came by a closed channel, one for each instant at which it opens."""
        template, records = templates[number], self.records
        during = self.engine.policy.channels[template["opens"]].during
        own, codes = records.words["customer"], self.steps.whose(rows)
        keys = [self.engine.schedule.calendar_for(during, str(each or "")) for each in own.values]
        found = np.zeros(len(rows), np.int64)
        for key in dict.fromkeys(keys):
            here = np.flatnonzero(np.array([each == key for each in keys])[codes])
            opens, _, place = distinct(self.openings[key].next_opening(records.at_s[rows[here]]))
            found[here] = place + len(templates)
            calendar = self.engine.schedule.calendars[key]
            for each in opens.tolist():
                templates.append({**template, "message": template["message"].replace(HOLE, local_text(calendar, each))})
        return found

    @property
    def customers(self) -> Int32s:
        """Whose each ticket is, as its opening said; where nothing opened it, as the first record with one."""
        found, own = self.steps.customer.copy(), self.records.words["customer"]
        lost = np.flatnonzero(self.walk.status == NO_TICKET)
        if len(lost):
            named = np.flatnonzero(own.codes != 0)
            places = np.searchsorted(named, self.records.first[lost])
            rows = np.append(named, len(own.codes))[places]
            has = rows < self.records.first[lost + 1]
            found[lost] = 0
            found[lost[has]] = own.codes[rows[has]]
        return found

    def last(self, of: Bools) -> Int64s:
        """The last step of each ticket that has one of some outcomes; -1 for none."""
        found = np.full(len(self.records.first) - 1, -1, np.int64)
        steps = np.flatnonzero(np.append(of, False)[self.course.outcome])  # the last for no outcome, -1
        found[self.course.ticket[steps]] = steps  # of several the last one stays
        return found

    def fact_codes(self, name: str) -> tuple[Int64s, list[Held]]:
        """What a fact that is only carried along holds in the end: a place in the values for each ticket."""
        known = self._fact_codes.get(name)
        if known is not None:
            return known
        ways: dict[tuple[str, object], int] = {}
        way = np.full(len(self._outcomes), -1)
        for number, one in enumerate(self._outcomes):
            for fact, source, value in one.sets:
                if fact == name:
                    way[number] = ways.setdefault((source, value), len(ways))
        step = self.last(way >= 0)
        values: list[Held] = [self.engine.plan.blank[name]]
        places: dict[tuple[object, ...], int] = {}
        codes, of = (
            np.zeros(len(step), np.int64),
            np.where(step >= 0, way[self.course.outcome[np.maximum(step, 0)]], -1),
        )
        for number, (source, value) in enumerate(ways):
            here = np.flatnonzero(of == number)
            if len(here):
                codes[here] = self._values(name, source, value, self.course.row[step[here]], values, places)
        self._fact_codes[name] = codes, values
        return codes, values

    def _values(
        self, fact: str, source: str, value: Any, rows: Int64s, values: list[Held], known: dict[tuple[object, ...], int]
    ) -> Int64s:
        """Places of what a fact was set to by some records, from one field or to one value."""
        if not source:
            return np.full(len(rows), self._place(fact, ("", value), value, values, known))
        event, column = self.records.words["event"], self.records.data.get(source)
        codes = np.zeros(len(rows), np.int32) if column is None else column.codes[rows]
        first, place = distinct_rows((event.codes[rows], codes))
        numbers = []
        for row, code in zip(rows[first].tolist(), codes[first].tolist()):
            name = str(event.values[event.codes[row]])
            held = self.read(name, source, row, code)
            numbers.append(self._place(fact, (name, source, code), held, values, known))
        return np.asarray(np.array(numbers, np.int64)[place])

    def _place(
        self, fact: str, key: tuple[object, ...], held: Any, values: list[Held], known: dict[tuple[object, ...], int]
    ) -> int:
        if key not in known:
            known[key] = len(values)
            many = isinstance(self.engine.plan.fact_domains[fact], Many)
            values.append(frozenset((held,)) if many and held is not None and not isinstance(held, frozenset) else held)
        return known[key]


def instants_of(ticket: Int32s, at_s: Int64s) -> Int64s:
    """A ticket and an instant as one number, by which both are in order."""
    return np.asarray(ticket.astype(np.int64) << 34 | at_s)


def warned_though_judged(rules: ClockRules, held: Spells) -> Int64s:
    """The tickets with a promise that warns and was judged again: the scalar path tells of what it warned."""
    warns = np.array([each.warns for each in rules.terms])
    return np.asarray(held.clocks.ticket[held.is_judged & warns[held.commitment]], np.int64)


def _promise(rules: Any, promised: Promised) -> dict[str, object]:
    """What the row of a clock says of its promise."""
    aim = promised.aim
    return {
        "commitment": rules.policy.commitments[promised.commitment].id,
        "severity": aim.severity,
        "calendar": aim.calendar.partition("@")[0],
        "target": aim.text,
        "target_s": aim.target_s,
    }
