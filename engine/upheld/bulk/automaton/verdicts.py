"""Verdicts: the tables of all tickets that were decided as columns.

Every value of a row is an instant, a number, or stands in a template that the scalar path made: nothing is worded here.

Source: DESIGN section 6, "Verdicts"; section 11, step 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from upheld.bulk.automaton.charged_records import Billed
from upheld.bulk.automaton.course import course_of
from upheld.bulk.automaton.outcomes import HOLE, Outcome, Templates, warning_of
from upheld.bulk.automaton.records import Bools, Int32s, Int64s, Records
from upheld.bulk.automaton.spells import Spells, expanded, spells
from upheld.bulk.automaton.statuses import NO_TICKET
from upheld.bulk.automaton.steps import LATE, Steps, Walk
from upheld.bulk.automaton.waiting_timers import NEVER_S
from upheld.bulk.automaton.word_columns import instants, of_templates, table, words
from upheld.bulk.clocks.clock_columns import STATUSES, Judged, judged
from upheld.bulk.clocks.clock_warnings import Warnings, warnings
from upheld.bulk.clocks.given import Promised
from upheld.bulk.clocks.opening_seconds import BEYOND_S, NOT_KNOWN_S, Openings
from upheld.bulk.clocks.unpaused_dues import unpaused_dues
from upheld.bulk.scalar_tables import table_of
from upheld.bulk.schemas import FACT, INSTANT, schemas_for
from upheld.core.condition.domain import Held, Many
from upheld.core.decision.engine import Engine
from upheld.core.lifecycle.channels import local_text
from upheld.core.record.message import Message
from upheld.core.record.ticket import Standing
from upheld.core.replay.verdict import Log, verdict
from upheld.core.time.instant import text_of

MASK_BITS: Final = 62
GIVEN: Final = text_of(0)
"""Stands in a text for an instant; none of a history lies so early."""
_SPACE: Final = " "


class Decided:
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
        self.promises = [
            Promised(clock.commitment, clock.trigger, clock.aim, whose)
            for clock, whose in steps.reader.promises.known
            if clock.aim is not None
        ]
        self.spells = self._spells()
        self.judged: Judged | None = None
        nothing = dict.fromkeys(engine.plan.blank)
        self._blank = Standing("", "", "", "", "", "", 0, 0, 0, None, 1, nothing)
        self._names = records.tickets
        self._outcomes: Sequence[Outcome] = walk.outcomes

        self._find_refused()
        self.flagged, self.flag_templates = self._all_flags()
        self.said = [_promise(engine.clocks.rules, each) for each in self.promises]
        self.assumed_by_tickets: dict[str, int] = {}
        self._fact_codes: dict[str, tuple[Int64s, list[Held]]] = {}

    def _all_flags(self) -> tuple[tuple[Int64s, Int64s], list[dict[str, Any]]]:
        """The records that are flagged, each flag's template; those of charges stand after the others of their record."""
        steps, place = self._several(lambda each: each.flags)
        rows, templates = self.course.row[steps], self.steps.reader.told.rows
        if self.billed is None or not self.billed.rows["flags"][1]:
            return (rows, place), templates
        more, told = self.billed.rows["flags"]
        made = Templates()
        numbers = np.array([made.number(each) for each in told], np.int64) + len(templates)
        every, which = np.concatenate((rows, more)), np.concatenate((place, numbers))
        order = np.argsort(every, kind="stable")
        return (every[order], which[order]), [*templates, *made.rows]

    @property
    def accepted(self) -> Bools:
        """Which records were accepted, of the tickets that were decided here."""
        return self.walk.accepted

    def _find_refused(self) -> None:
        """Which records were refused, by which templates; those of late ones and of closed channels are made."""
        refused = np.array([each.refused for each in self._outcomes], np.int64)
        refused[LATE] = -1
        outcome, templates = self.walk.outcome, [*self.steps.reader.told.rows]
        place = np.where(outcome >= 0, refused[outcome], -1)
        if len(self.walk.late):
            place[self.walk.late] = self._late(templates)
        for number in [at for at, each in enumerate(templates) if HOLE in str(each.get("message"))]:
            rows = np.flatnonzero(place == number)
            place[rows] = self._filled(templates, number, rows)
        self.refused_rows: Int64s = np.flatnonzero(place >= 0)
        self.refused_as: Int64s = place[self.refused_rows]
        self.refused_templates = templates
        self.refusals = np.bincount(self.records.ticket[self.refused_rows], minlength=len(self.records.first) - 1)

    def _spells(self) -> Spells:
        walk, rules = self.walk, self.engine.clocks.rules
        while True:
            found = spells(rules, self.records, self.course, walk.outcomes, self._read)
            promise, from_s = found.clocks.promise, found.clocks.from_s
            agreed_s = np.array([each.aim.due_s or 0 for each in self.promises], np.int64)[promise]
            due_s = unpaused_dues(rules, self.openings, self.promises, promise, from_s, agreed_s)
            self.spells = found._replace(clocks=found.clocks._replace(due_s=due_s))
            beyond, unsure = (
                found.clocks.ticket[due_s == BEYOND_S],
                self._warned() if not (due_s == BEYOND_S).any() else None,
            )
            unclear = found.clocks.ticket[unsure.unsure] if unsure is not None else beyond[:0]
            if unsure is not None:
                warns = np.array([each.warns for each in rules.terms])
                judged = found.clocks.ticket[found.is_judged & warns[found.commitment]]
                unclear = np.concatenate((unclear, judged))
            if not len(beyond) and not len(unclear):
                return self.spells
            walk.left[beyond] = self.steps.asking.reason("far")
            walk.left[unclear] = self.steps.asking.reason("warning")
            walk.outcome[walk.left[self.records.ticket] > 0] = -1
            self.kept = walk.left == 0
            self.walk = walk = walk._replace(fired=walk.fired.only(self.kept[walk.fired.ticket]))
            self.course = course_of(self.records, walk.outcome, walk.fired)

    def _read(self, event: str, field: str, row: int, code: int | None = None) -> Any:
        """What a record, or a code, says in a field of its event."""
        column = self.records.data.get(field)
        told = 0 if column is None else int(column.codes[row]) if code is None else code
        return self.steps.record_kinds.held(self.records, event, field, told)

    def tables(self) -> dict[str, pa.Table]:
        """The tables of their verdicts."""
        made = {name: schema.empty_table() for name, schema in self.schemas.items()}
        clocks, assumed = self._clocks(self.as_of_s)
        made |= {"clocks": clocks, "moves": self._moves(), "effects": self._effects()}
        made |= {"refused": self._refused(), "flags": self._flags()}
        made |= {"timers": self._timers(), "charges": self._charges()}
        made["tickets"] = self._tickets(assumed)
        return made

    def _tickets_of(self, ticket: Int32s) -> pa.Array:
        return self._names.take(pa.array(ticket))

    def _placed(self, rows: Int64s, alone: Bools) -> dict[str, pa.Array]:
        """Ticket, number and instant of steps; some of what they did came by itself, and has no number."""
        course = self.course
        ticket = course.ticket[rows]
        seq = (course.row[rows] - self.records.first[ticket] + 1).astype(np.int32)
        numbers = pa.array(seq, mask=alone | (course.row[rows] < 0))
        return {"ticket": self._tickets_of(ticket), "seq": numbers, "at": instants(course.at_s[rows])}

    def _several(self, of: Callable[[Outcome], tuple[Any, ...]]) -> tuple[Int64s, Int64s]:
        """The steps whose outcome has some templates, and which; those of a step in their order."""
        counts = np.array([len(of(each)) for each in self._outcomes], np.int64)
        every = np.array([one for each in self._outcomes for one in of(each)], np.int64)
        outcome = self.course.outcome
        doing = np.flatnonzero(counts[outcome] * (outcome >= 0))
        rows, place = expanded(doing, outcome[doing], counts)
        return rows, every[place] if len(every) else place

    def _timers(self) -> pa.Table:
        """A row for each run of a timer: those that are over, and those that wait; in the policy's order, then by due."""
        names = [each.id for each in self.engine.policy.timers]
        rows, place = self._several(lambda each: tuple(names.index(name) for name in each.runs))
        due_s = self.steps.timers.due_s
        ticket, sorted_place = np.nonzero((due_s != NEVER_S) & self.kept[:, None])
        waiting = np.array([names.index(each) for each in self.steps.timers.names], np.int64)[sorted_place]
        tickets = np.concatenate((self.course.ticket[rows], ticket))
        timers, dues = (
            np.concatenate((place, waiting)),
            np.concatenate((self.course.at_s[rows], due_s[ticket, sorted_place])),
        )
        is_over = np.arange(len(tickets)) < len(rows)
        order = np.lexsort((dues, timers, tickets))
        schema = self.schemas["timers"]
        columns = {
            "ticket": self._tickets_of(tickets[order]),
            "timer": words(timers[order], names, schema.field("timer")),
            "due_at": instants(dues[order]),
            "observed_at": instants(dues[order], ~is_over[order]),
        }
        return table(columns, schema)

    def _moves(self) -> pa.Table:
        rows, place = self._several(lambda each: each.moves)
        return self._of_templates("moves", rows, place, self.steps.reader.moves.rows)

    def _effects(self) -> pa.Table:
        """What was asked for by records and timers, and the warnings of clocks, in the order in which all that came up."""
        rows, place = self._several(lambda each: each.effects)
        templates, schema = self.steps.reader.effects.rows, self.schemas["effects"]
        parts = [self._of_templates("effects", rows, place, templates)]
        zeros = np.zeros(len(rows), np.int64)
        keys = [(np.arange(len(rows)), zeros, zeros + 3, rows, self.course.ticket[rows])]
        if self.billed is not None and self.billed.rows["effects"][1]:
            of, told = self.billed.rows["effects"]
            made = Templates()
            numbers = np.array([made.number(each) for each in told], np.int64)
            steps = self._steps_of(of)
            instant = pa.array([each["at"] for each in told]).cast(INSTANT)
            noticed = self._of_templates("effects", steps, numbers, made.rows)
            parts.append(noticed.set_column(noticed.schema.get_field_index("at"), schema.field("at"), instant))
            zeros = np.zeros(len(of), np.int64)
            keys.append((np.arange(len(of)), zeros, zeros + 2, steps, self.course.ticket[steps]))
        warned = self._warned()
        if warned is not None:
            parts.append(self._warnings_told(warned, schema))
            ticket = self.spells.clocks.ticket[warned.clock]
            passing, told_then = self._passing(ticket, warned.at_s), warned.told.astype(np.int64)
            keys.append((self.spells.began[warned.clock], warned.at_s, told_then, passing, ticket))
        if len(parts) == 1:
            return parts[0]
        order = np.lexsort([np.concatenate(each) for each in zip(*keys)])
        return pa.concat_tables(parts).unify_dictionaries().take(pa.array(order))

    def _warnings_told(self, warned: Warnings, schema: pa.Schema) -> pa.Table:
        """A row for each warning."""
        clock, mark = warned.clock, warned.mark
        commitment, ticket = self.spells.commitment[clock], self.spells.clocks.ticket[clock]
        pairs, which = np.unique(np.stack((commitment, mark), axis=1), axis=0, return_inverse=True)
        told = [warning_of(self.engine, *each) for each in pairs.tolist()]
        placed = {"ticket", "seq", "at", "cycle"}
        columns = {
            "ticket": self._tickets_of(ticket),
            "seq": pa.nulls(len(clock), schema.field("seq").type),
            "at": instants(warned.at_s),
            "cycle": pa.array(self.spells.cycle[clock]),
            **of_templates(which.reshape(-1), told, [each for each in schema if each.name not in placed]),
        }
        return table(columns, schema)

    def _warned(self) -> Warnings | None:
        """The warnings of clocks; ``None`` where the policy has none."""
        rules, held = self.engine.clocks.rules, self.spells
        if not any(each.warns for each in rules.terms):
            return None
        given = (rules, self.openings, self.promises, held.clocks, self.as_of_s, held.pauses, held.gaps, held.known_s)
        return warnings(*given)

    def _passing(self, ticket: Int32s, at_s: Int64s) -> Int64s:
        """The steps with which instants of tickets have passed: those accepted then or later, the first of each."""
        refused = np.array([each.refused >= 0 for each in self._outcomes])
        steps = np.flatnonzero((self.course.outcome >= 0) & ~refused[self.course.outcome])
        key = self.course.ticket[steps].astype(np.int64) << 34 | self.course.at_s[steps]
        return np.append(steps, len(self.course.row))[np.searchsorted(key, ticket.astype(np.int64) << 34 | at_s)]

    def _flags(self) -> pa.Table:
        rows, place = self.flagged
        return self._of_templates("flags", self._steps_of(rows), place, self.flag_templates)

    def _steps_of(self, rows: Int64s) -> Int64s:
        """The steps that records are."""
        return np.flatnonzero(self.course.row >= 0)[rows]

    def _charges(self) -> pa.Table:
        """A row for each thing that was billed."""
        if self.billed is None:
            return self.schemas["charges"].empty_table()
        rows, told = self.billed.rows["charges"]
        order = np.argsort(rows, kind="stable")
        names = self._names.take(pa.array(self.records.ticket[rows[order]])).to_pylist()
        return table_of("charges", self.schemas["charges"], zip(names, (told[each] for each in order.tolist())))

    def _of_templates(self, name: str, rows: Int64s, place: Int64s, templates: Sequence[dict[str, Any]]) -> pa.Table:
        by_itself = np.array([bool(each.get("timer") or each.get("commitment")) for each in templates], bool)
        alone = by_itself[place] if len(templates) else np.zeros(0, bool)
        schema, columns = self.schemas[name], self._placed(rows, alone)
        said = of_templates(place, templates, [each for each in schema if each.name not in columns])
        return table(columns | said, schema)

    def _refused(self) -> pa.Table:
        return self._of_templates("refused", self._steps_of(self.refused_rows), self.refused_as, self.refused_templates)

    def _late(self, templates: list[dict[str, Any]]) -> Int64s:
        """The templates of late records, one for each event and instant that they name."""
        event = self.records.words["event"]
        pairs = np.stack((self.walk.last_s, event.codes[self.walk.late]), axis=1)
        found, place = np.unique(pairs, axis=0, return_inverse=True)
        texts = np.datetime_as_string(found[:, 0].astype("M8[s]"), unit="s")
        wording = Message.from_catalogue("out-of-order", last=GIVEN).text(self.engine.language)
        first = len(templates)
        same = {"code": "out-of-order", "rule": None, "clauses": (), "assumptions": ()}
        names = {code: event.values[code] for code in np.unique(found[:, 1]).tolist()}
        for text, code in zip(texts.tolist(), found[:, 1].tolist()):
            templates.append({**same, "event": names[code], "message": wording.replace(GIVEN, f"{text}Z")})
        return place.reshape(-1) + first

    def _filled(self, templates: list[dict[str, Any]], number: int, rows: Int64s) -> Int64s:
        """The templates of records that came by a closed channel, one for each instant at which it opens."""
        template, records = templates[number], self.records
        during = self.engine.policy.channels[template["opens"]].during
        own = records.words["customer"]
        codes = np.where(own.codes[rows] > 0, own.codes[rows], self.steps.customer[records.ticket[rows]])
        keys = [self.engine.schedule.calendar_for(during, str(each or "")) for each in own.values]
        found = np.zeros(len(rows), np.int64)
        for key in dict.fromkeys(keys):
            here = np.flatnonzero(np.array([each == key for each in keys])[codes])
            opens, place = np.unique(self.openings[key].next_opening(records.at_s[rows[here]]), return_inverse=True)
            found[here] = place + len(templates)
            calendar = self.engine.schedule.calendars[key]
            for each in opens.tolist():
                templates.append({**template, "message": template["message"].replace(HOLE, local_text(calendar, each))})
        return found

    def _clocks(self, as_of_s: int) -> tuple[pa.Table, Int64s]:
        """The table of clocks, and the assumptions of each of them as places in the policy."""
        spells, schema = self.spells, self.schemas["clocks"]
        clocks, rules = spells.clocks, self.engine.clocks.rules
        made = self.judged = judged(
            rules, self.openings, self.promises, clocks, as_of_s, spells.pauses, spells.gaps, spells.excuses
        )
        numbers = {name: pa.array(getattr(made, name)) for name in ("used_s", "paused_s", "overrun_s")}
        columns = {
            "ticket": self._tickets_of(clocks.ticket),
            "customer": self._customer(clocks.ticket),
            "cycle": pa.array(spells.cycle),
            "status": words(made.status, STATUSES, schema.field("status")),
            "started_at": instants(spells.start_s),
            "counted_from": instants(clocks.from_s),
            "due_at": instants(made.due_s, made.due_s == NOT_KNOWN_S),
            "stopped_at": instants(made.stop_s, made.stop_s == NOT_KNOWN_S),
            "remaining_s": pa.array(made.remaining_s, mask=made.remaining_s == NOT_KNOWN_S),
            **numbers,
            **{
                name: words(made.cited, [_SPACE.join(each[at]) for each in made.citations], schema.field(name))
                for at, name in enumerate(("clauses", "assumptions"))
            },
            **{
                name: words(clocks.promise, [each[name] for each in self.said], schema.field(name))
                for name in ("commitment", "severity", "calendar", "target", "target_s")
            },
        }
        return table(columns, schema), made.cited

    def _customer(self, ticket: Int32s) -> pa.Array:
        """Whose each ticket is."""
        own = self.records.words["customer"]
        return words(self.customers[ticket], own.values, self.schemas["tickets"].field("customer"))

    @property
    def customers(self) -> Int32s:
        """Whose each ticket is, as its opening said; of one that nothing opened, as the first record with a customer."""
        found, own = self.steps.customer.copy(), self.records.words["customer"]
        lost = np.flatnonzero(self.walk.status == NO_TICKET)
        if len(lost):
            named = np.flatnonzero(own.codes)
            places = np.searchsorted(named, self.records.first[lost])
            rows = np.append(named, len(own.codes))[places]
            has = rows < self.records.first[lost + 1]
            found[lost] = 0
            found[lost[has]] = own.codes[rows[has]]
        return found

    def _tickets(self, cited: Int64s) -> pa.Table:
        """A row for each ticket."""
        records, schema, engine = self.records, self.schemas["tickets"], self.engine
        kept = np.flatnonzero(self.kept)
        met, status = np.unique(self.walk.status[kept], return_inverse=True)
        standings = [self.steps.standing(int(each)) for each in met]
        domains = engine.plan.fact_domains
        rows = [verdict(Log("", standing=each), engine.policy, domains, ()) for each in standings]
        columns = {
            "ticket": self._tickets_of(kept),
            "customer": self._customer(kept),
            **of_templates(status, rows, [schema.field(name) for name in ("state", "core_state", "level")]),
            "opened_at": self._instant_of(kept, np.array([each.opens for each in self._outcomes]), None),
            "closed_at": self._instant_of(
                kept,
                np.array([each.moved for each in self._outcomes]),
                np.array([row["closed_at"] is not None for row in rows], bool)[status],
            ),
            "events": pa.array(records.lengths[kept].astype(np.int32)),
            "assumptions": self._assumptions(kept, cited),
            "journal": pa.nulls(len(kept), schema.field("journal").type),
        }
        for name in domains:
            field = schema.field(name if name in ("severity", "queue") else f"{FACT}{name}")
            columns[field.name] = self._fact(name, field, kept, status, rows)
        return table(columns, schema)

    def _instant_of(self, kept: Int64s, of: Bools, where: Bools | None) -> pa.Array:
        """When the last step of each ticket was that had one of some outcomes."""
        step = self._last(of)[kept]
        nothing = step < 0 if where is None else (step < 0) | ~where
        return instants(self.course.at_s[np.maximum(step, 0)], nothing)

    def _last(self, of: Bools) -> Int64s:
        """The last step of each ticket that has one of some outcomes; -1 for none."""
        found = np.full(len(self.records.first) - 1, -1, np.int64)
        steps = np.flatnonzero((self.course.outcome >= 0) & of[self.course.outcome])
        found[self.course.ticket[steps]] = steps  # of several the last one stays
        return found

    def _fact(self, name: str, field: pa.Field, kept: Int64s, status: Int64s, rows: list[dict[str, Any]]) -> pa.Array:
        """What a fact holds in the end."""
        if name not in self.steps.fineness.carried:
            return words(status, [_said(row, name) for row in rows], field)
        codes, values = self.fact_codes(name)
        shown = [self._shown(name, each) for each in values]
        codes = codes[kept]
        shown.append(None)
        return words(np.where(self.walk.status[kept] == NO_TICKET, len(values), codes), shown, field)

    def fact_codes(self, name: str) -> tuple[Int64s, list[Held]]:
        """What a fact that is only carried along holds in the end: a place in the values for each ticket."""
        known = self._fact_codes.get(name)
        if known is not None:
            return known
        sets = [next((each for each in one.sets if each[0] == name), None) for one in self._outcomes]
        step = self._last(np.array([each is not None for each in sets]))
        values: list[Held] = [self.engine.plan.blank[name]]
        places: dict[tuple[object, ...], int] = {}
        codes = np.zeros(len(step), np.int64)
        outcome = np.where(step >= 0, self.course.outcome[np.maximum(step, 0)], -1)
        for number in np.unique(outcome[outcome >= 0]).tolist():
            told = sets[number]
            assert told is not None, "it sets the fact"
            here = np.flatnonzero(outcome == number)
            codes[here] = self._values(name, told[1], told[2], self.course.row[step[here]], values, places)
        self._fact_codes[name] = codes, values
        return codes, values

    def _values(
        self, fact: str, source: str, value: Any, rows: Int64s, values: list[Held], known: dict[tuple[object, ...], int]
    ) -> Int64s:
        """Places of what a fact was set to by records of one outcome."""
        if not source:
            return np.full(len(rows), self._place(fact, ("", value), value, values, known))
        event, column = self.records.words["event"], self.records.data.get(source)
        name = str(event.values[event.codes[rows[0]]])
        codes = np.zeros(len(rows), np.int32) if column is None else column.codes[rows]
        found, place = np.unique(codes, return_inverse=True)
        numbers = []
        for each in found.tolist():
            held = self._read(name, source, int(rows[0]), each)
            numbers.append(self._place(fact, (name, source, each), held, values, known))
        return np.array(numbers, np.int64)[place]

    def _place(
        self, fact: str, key: tuple[object, ...], held: Any, values: list[Held], known: dict[tuple[object, ...], int]
    ) -> int:
        if key not in known:
            known[key] = len(values)
            many = isinstance(self.engine.plan.fact_domains[fact], Many)
            values.append(frozenset((held,)) if many and held is not None and not isinstance(held, frozenset) else held)
        return known[key]

    def _shown(self, fact: str, held: Held) -> object:
        """A fact as a verdict shows it."""
        log = Log("", standing=self._blank._replace(facts={**self._blank.facts, fact: held}))
        return _said(verdict(log, self.engine.policy, self.engine.plan.fact_domains, ()), fact)

    def _assumptions(self, kept: Int64s, cited: Int64s) -> pa.Array:
        """Every assumption that something in the verdict of each ticket rests on."""
        names = [*self.engine.policy.assumptions]
        judged = self.judged
        assert judged is not None, "clocks are judged before tickets are told"
        places = {name: place for place, name in enumerate(names)}
        of_clocks = [tuple(places[name] for name in each[1]) for each in judged.citations]
        of_outcomes = [each.assumed for each in self._outcomes]
        parts = []
        for low in range(0, max(len(names), 1), MASK_BITS):
            masks = _masks(of_outcomes, low)[self.course.outcome]
            masks[self.course.outcome < 0] = 0
            begins = np.searchsorted(self.course.ticket, np.arange(len(self.kept)))
            found = np.bitwise_or.reduceat(masks, begins) if len(masks) else masks
            for ticket, of in self.billed.assumed.items() if self.billed is not None else ():
                found[ticket] |= int(_masks([tuple(places[name] for name in of)], low)[0])
            if len(cited):
                np.bitwise_or.at(found, self.spells.clocks.ticket, _masks(of_clocks, low)[cited])
            parts.append(found[kept])
        every, place = np.unique(np.stack(parts, axis=1), axis=0, return_inverse=True)
        texts, times = [], np.bincount(place.reshape(-1), minlength=len(every)).tolist()
        for row, number in zip(every.tolist(), times):
            held = [name for at, name in enumerate(names) if row[at // MASK_BITS] >> at % MASK_BITS & 1]
            texts.append(_SPACE.join(held))
            for name in held:
                self.assumed_by_tickets[name] = self.assumed_by_tickets.get(name, 0) + number
        return words(place.reshape(-1), texts, self.schemas["tickets"].field("assumptions"))


def _masks(of: Sequence[tuple[int, ...]], low: int) -> Int64s:
    """Places as bits of numbers, from one of them on."""
    return np.array([sum(1 << at - low for at in each if 0 <= at - low < MASK_BITS) for each in of], np.int64)


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


def _said(row: dict[str, Any], fact: str) -> object:
    return row[fact] if fact in ("severity", "queue") else row["facts"].get(fact)
