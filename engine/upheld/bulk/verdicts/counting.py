"""Counting: the survey and the summary of the tickets that were decided as columns.

Both merge with those of the tickets that went to the scalar path, as the parts of any replay do. What is counted here
is told by number; which counts there are, and what they mean, is said where they merge.

Source: DESIGN section 6, "The summary has"; section 11, step 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from upheld.bulk.answers.outcomes import PairOutcome
from upheld.bulk.answers.statuses import NO_TICKET
from upheld.bulk.clocks.clock_columns import BREACHED, STATUSES
from upheld.bulk.clocks.given import STOPPED
from upheld.bulk.clocks.opening_seconds import NOT_KNOWN_S
from upheld.bulk.distinct import distinct, distinct_rows
from upheld.bulk.keys.records import Bools, Int64s
from upheld.bulk.verdicts.conditions import counts
from upheld.bulk.verdicts.decided import DecidedTickets
from upheld.core.clocks.alike import Alike
from upheld.core.clocks.row import BEST_EFFORT, ClockRow
from upheld.core.policy.commitment import Objective
from upheld.core.policy.policy import ALWAYS
from upheld.core.population.period import period_of
from upheld.core.replay.granularity import STEP_S
from upheld.core.replay.summary import WORST, Summing
from upheld.core.replay.survey import Survey
from upheld.core.replay.unpromised import NOTHING_KNOWN, Beginning, Promising
from upheld.core.replay.warning import QUARTER_S
from upheld.core.time.instant import date_of_day

NEVER_S: Final = 2**62


def survey_of(made: DecidedTickets) -> Survey:
    """What the records and tickets that were decided as columns are like as a whole."""
    engine, records = made.engine, made.records
    survey = Survey(engine)
    accepted_s = records.at_s[made.accepted]
    _note_quarters(accepted_s, survey)
    even = accepted_s % STEP_S == 0
    slots = distinct(accepted_s[even])
    for at_s, times in zip(slots.values.tolist(), slots.times.tolist()):
        survey.midnights.add(at_s, times)
    if not even.all():
        survey.midnights.add(int(accepted_s[~even][0]), int(np.count_nonzero(~even)))
    _check_zone(made, survey)
    _note_late(made, survey)
    _measure(made, survey)
    opened = made.kept & (made.walk.status != NO_TICKET)
    for code in np.unique(made.customers[opened]).tolist():
        survey.see(str(records.words["customer"].values[code] or ""))
    return survey


def _note_quarters(accepted_s: Int64s, survey: Survey) -> None:
    """The first and the last instant of each quarter, and how many there are."""
    quarters = distinct(accepted_s // QUARTER_S)
    first_s = np.full(len(quarters.values), NEVER_S)
    last_s = -first_s
    np.minimum.at(first_s, quarters.place, accepted_s)
    np.maximum.at(last_s, quarters.place, accepted_s)
    for each in zip(first_s.tolist(), last_s.tolist(), quarters.times.tolist()):
        survey.accepted.add_quarter(*each)


def _check_zone(made: DecidedTickets, survey: Survey) -> None:
    actor, records = made.records.words["actor"], made.records
    sides = {name: role.side for name, role in made.engine.policy.roles.items()}
    roles = [str(each or "").partition(":")[0] for each in actor.values]
    for role in dict.fromkeys(each for each in roles if sides.get(each) == "vendor"):
        of = np.array([each == role for each in roles])[actor.codes] & made.kept[records.ticket]
        slots = distinct(records.at_s[of] // STEP_S)
        survey.zone_check.add_quarters(role, dict(zip(slots.values.tolist(), slots.times.tolist())))


def _note_late(made: DecidedTickets, survey: Survey) -> None:
    records = made.records
    late = np.flatnonzero(_are_late(records.at_s, records.first) & made.kept[records.ticket])
    accepted = made.accepted
    survey.late.accepted += int(np.count_nonzero(accepted))
    if not len(late):
        return
    each = np.bincount(records.ticket[accepted], minlength=len(records.first) - 1)
    for ticket in np.unique(records.ticket[late]).tolist():
        survey.late.note(records.tickets[ticket].as_py(), int(each[ticket]))
    survey.late.count = len(late)


def _are_late(at_s: Int64s, first: Int64s) -> Bools:
    """Which records come after a later one of their ticket."""
    falls = np.zeros(len(at_s), bool)
    if not len(at_s):
        return falls
    falls[1:] = at_s[1:] < at_s[:-1]
    falls[first[:-1]] = False
    found = falls.copy()
    for ticket in np.unique(np.searchsorted(first, np.flatnonzero(falls), side="right") - 1).tolist():
        own = slice(int(first[ticket]), int(first[ticket + 1]))
        found[own] = at_s[own] < np.maximum.accumulate(at_s[own])
    return found


def _measure(made: DecidedTickets, survey: Survey) -> None:
    """How long tickets and promises last, and on how many a promise began."""
    records, lengths, kept = made.records, survey.lengths, made.kept
    events = records.lengths[kept]
    if len(records.at_s):
        flat = np.minimum.reduceat(records.at_s, records.first[:-1]) == np.maximum.reduceat(
            records.at_s, records.first[:-1]
        )
        lengths.flat += int(np.count_nonzero(flat[kept]))
        lengths.ended += int(np.count_nonzero(flat[kept] & (events > 1)))
    lengths.tickets += len(events)
    lengths.records += int(events.sum())
    promised = np.isin(made.spells.commitment, [*lengths.promised])
    stopped = promised & (made.spells.clocks.how == STOPPED)
    lengths.kept += int(np.count_nonzero(stopped))
    lengths.at_once += int(np.count_nonzero(made.spells.clocks.end_s[stopped] <= made.spells.start_s[stopped]))
    if lengths.promised:
        told = kept & ((made.walk.status != NO_TICKET) | (made.refusals > 0))
        begun = np.zeros(len(kept), bool)
        begun[made.spells.clocks.ticket[promised]] = True
        for has_begun in (True, False):
            of = np.flatnonzero(told & (begun == has_begun))
            if len(of):
                survey.begun.add(records.tickets[int(of[0])].as_py(), has_begun, len(of))


class Sums:
    """The summary of tickets that were decided as columns, once their tables are made.

    Args:
        made: The tickets.
        as_of_s: The instant at which everything is looked at; ``None`` where no record was accepted.
        assumed: How many tickets rest on each assumption.
    """

    def __init__(self, made: DecidedTickets, as_of_s: int | None, assumed: Mapping[str, int]) -> None:
        self._made, self._as_of_s, self._assumed = made, as_of_s, assumed
        self._names = made.records.tickets
        self._judged = made.judged

    def result(self) -> Summing:
        """The summary."""
        made, engine = self._made, self._made.engine
        summing = Summing(engine.policy, engine.schedule, self._as_of_s)
        kept = made.kept
        summing.count(
            tickets=int(np.count_nonzero(kept)),
            never_opened=int(np.count_nonzero(kept & (made.walk.status == NO_TICKET))),
            events=int(made.records.lengths[kept].sum()),
            refused=len(made.refused_rows),
            flags=len(made.flagged[0]),
        )
        summing.identical = identical(made)
        for reasons, (rows, place), templates in (
            (summing.refusals, (made.refused_rows, made.refused_as), made.refused_templates),
            (summing.flags, made.flagged, made.flag_templates),
        ):
            self._count_reasons(reasons, rows, place, templates)
        self._assume(summing)
        self._add_clocks(summing)
        for objective, counting in zip(engine.policy.objectives, summing.objectives):
            self._count_objective(objective, counting)
        self._add_unpromised(summing)
        return summing

    def _count_reasons(self, reasons: Any, rows: Int64s, place: Int64s, templates: list[dict[str, Any]]) -> None:
        """Refusals or flags alike at once; the first in the order of tickets is the example."""
        found = distinct(place)
        for each, first_row, number in zip(found.values.tolist(), rows[found.first].tolist(), found.times.tolist()):
            ticket = self._names[int(self._made.records.ticket[first_row])].as_py()
            row = templates[each]
            lists = {name: [*row[name]] for name in ("clauses", "assumptions")}
            reasons.add(ticket, ({**row, **lists},), number)

    def _assume(self, summing: Summing) -> None:
        for name, tickets in self._assumed.items():
            summing.assume(name, tickets=tickets)
        times = np.bincount(self._judged.cited, minlength=len(self._judged.citations))
        for (_, assumptions), clocks in zip(self._judged.citations, times.tolist()):
            for name in assumptions:
                summing.assume(name, clocks=clocks)

    def _add_clocks(self, summing: Summing) -> None:
        made, judged = self._made, self._judged
        pairs = distinct(made.spells.clocks.promise.astype(np.int64) * len(STATUSES) + judged.status)
        for pair, times in zip(pairs.values.tolist(), pairs.times.tolist()):
            said = made.said[pair // len(STATUSES)]
            told = (said["commitment"], said["severity"], said["target"], said["calendar"])
            summing.add_clocks(*told, STATUSES[pair % len(STATUSES)], times)
        promised = np.array([each.promised for each in made.engine.policy.commitments], bool)
        late = np.flatnonzero((judged.status == BREACHED) & promised[made.spells.commitment])
        order = np.lexsort(
            (
                made.spells.cycle[late],
                made.spells.commitment[late],
                made.spells.clocks.ticket[late],
                -judged.overrun_s[late],
            )
        )
        for clock in late[order[:WORST]].tolist():
            summing.offer(self._names[int(made.spells.clocks.ticket[clock])].as_py(), self._row(clock))

    def _row(self, clock: int) -> ClockRow:
        """One clock as a verdict shows it."""
        made, judged, spells = self._made, self._judged, self._made.spells
        promise, policy = made.promises[int(spells.clocks.promise[clock])], made.engine.policy
        cited = judged.citations[int(judged.cited[clock])]
        aim, calendar = promise.aim, made.engine.schedule.calendars[promise.aim.calendar]
        from_s, start_s = int(spells.clocks.from_s[clock]), int(spells.start_s[clock])
        alike = Alike(
            policy.commitments[promise.commitment],
            STATUSES[judged.status[clock]],
            *(aim.severity, aim.text, aim.target_s),
            *cited,
            aim.calendar.partition("@")[0],
            calendar.zone.key,
        )
        return ClockRow(
            alike,
            int(spells.cycle[clock]),
            start_s,
            from_s,
            _known(judged.due_s[clock]),
            _known(judged.stop_s[clock]),
            int(judged.used_s[clock]),
            int(judged.paused_s[clock]),
            _known(judged.remaining_s[clock]),
            int(judged.overrun_s[clock]),
            _known(judged.ended_s[clock]),
        )

    def _count_objective(self, objective: Objective, counting: Any) -> None:
        made, judged, spells = self._made, self._judged, self._made.spells
        of = [
            promise.aim.text != BEST_EFFORT and made.engine.policy.commitments[promise.commitment].id in objective.of
            for promise in made.promises
        ]
        rows = np.flatnonzero(np.array(of, bool)[spells.clocks.promise]) if of else np.zeros(0, np.int64)
        if objective.when is not None and len(rows):
            rows = rows[counts(made, objective, rows, self._as_of_s)]
        if not len(rows):
            return
        promise = spells.clocks.promise[rows]
        if objective.within is None:
            missed = judged.status[rows] == BREACHED
        else:
            calendars = [each.aim.calendar if use else None for each, use in zip(made.promises, of)]
            allowed = np.array([0 if each is None else counting.allowed_s(each) for each in calendars])
            missed = judged.used_s[rows] > allowed[promise]
        open_or_kept = np.where(spells.clocks.how[rows] == STOPPED, 1, 2)
        uncounted = np.isin(judged.status[rows], [STATUSES.index("cancelled"), STATUSES.index("excused")])
        kept = np.where(uncounted, 2, np.where(missed, 0, open_or_kept))
        day = made.openings[ALWAYS].clock_at(spells.start_s[rows])[0]
        days, _, which = distinct(day)
        periods = [period_of(date_of_day(each), objective.period) for each in days.tolist()]
        numbers = {period: place for place, period in enumerate(dict.fromkeys(periods))}
        period = np.array([numbers[each] for each in periods])[which]
        ended_s = judged.ended_s[rows]
        group = (period * 3 + kept) * 2 + (ended_s != NOT_KNOWN_S)
        names, groups = [*numbers], distinct(group)
        for each, times in zip(groups.values.tolist(), groups.times.tolist()):
            last_s = int(ended_s[group == each].max()) if each % 2 else None
            counting.count(names[each // 6], (False, True, None)[each // 2 % 3], last_s, times)

    def _add_unpromised(self, summing: Summing) -> None:
        """Why no promise began on tickets, asked once for those with the same records in so far as it matters."""
        made, records = self._made, self._made.records
        promising = Promising(made.engine)
        told = made.kept & ((made.walk.status != NO_TICKET) | (made.refusals > 0))
        begun = np.zeros(len(told), bool)
        begun[made.spells.clocks.ticket[np.isin(made.spells.commitment, [*promising.indices])]] = True
        without = np.flatnonzero(told & ~begun)
        others = np.flatnonzero(told & begun)
        if len(others):
            summing.unpromised.add(self._names[int(others[0])].as_py(), (), len(others))
        fires = np.zeros(len(told), bool)
        fires[made.walk.fired.ticket] = True
        code, beginnings = self._beginnings(without)
        status, refused, events = (each[without] for each in (made.walk.status, made.refusals, records.lengths))
        alone = np.where(fires[without], np.arange(len(without)) + 1, 0)
        told_alike = (status, code, (refused > 0).astype(np.int8), (refused == events).astype(np.int8), alone)
        first, place = distinct_rows(told_alike)
        times = np.bincount(place, minlength=len(first))
        for group in np.argsort(first).tolist():
            at = first.item(group)
            ticket, beginning = without.item(at), beginnings[code.item(at)]
            if fires[ticket]:
                beginning, standing = made.steps.asking.beginning_of(ticket, self._as_of_s, promising)
            elif status[at] != NO_TICKET and made.steps.statuses[status.item(at)].awaits:
                standing = made.steps.asking.standing_of(ticket)
            else:
                standing = made.steps.standing(status.item(at))
            why = promising.lacks(beginning, (), standing, self._as_of_s, events.item(at), refused.item(at))
            summing.unpromised.add(self._names[ticket].as_py(), why, times.item(group))

    def _beginnings(self, tickets: Int64s) -> tuple[Int64s, list[Beginning]]:
        """The first state of tickets, and why no promise began on them, as far as their accepted records tell.

        Returns: for each ticket a place in what they are.
        """
        made, outcomes = self._made, self._made.walk.outcomes
        tells = np.array([*(bool(each.lacks) or each.opens for each in outcomes), False])  # the last for none, -1
        among = np.zeros(len(made.kept), bool)
        among[tickets] = True
        rows = np.flatnonzero(tells[made.walk.outcome] & among[made.records.ticket])
        ticket, outcome = made.records.ticket[rows], made.walk.outcome[rows]
        codes, known = np.zeros(len(made.kept), np.int64), {NOTHING_KNOWN: 0}
        follows = np.zeros(len(rows), bool)
        follows[1:] = ticket[1:] == ticket[:-1]
        # What the first record tells is the same for many tickets; what more of them tell is added one by one.
        met = distinct(outcome[~follows])
        begun = [self._begun(NOTHING_KNOWN, outcomes[each]) for each in met.values.tolist()]
        codes[ticket[~follows]] = np.array([known.setdefault(each, len(known)) for each in begun], np.int64)[met.place]
        every = [*known]
        for at in np.flatnonzero(follows).tolist():
            each = self._begun(every[codes[ticket[at]]], outcomes[outcome[at]])
            if each not in known:
                known[each] = len(known)
                every.append(each)
            codes[ticket[at]] = known[each]
        return codes[tickets], [*known]

    def _begun(self, known: Beginning, outcome: PairOutcome) -> Beginning:
        """What is known once one more record has told something."""
        state = known.state
        if outcome.opens and outcome.change is not None:
            parts = self._made.steps.statuses[outcome.change.status].parts
            state = state or ("" if parts is None else parts.state)
        return Beginning(state, tuple(dict.fromkeys((*known.lacks, *outcome.lacks))))


def identical(made: DecidedTickets) -> int:
    """How many records say the same as an earlier one of their ticket."""
    records = made.records
    rows = _near_another(made)
    if not len(rows):
        return 0
    number = records.at_s[rows].astype(np.uint64) * np.uint64(_ODD) ^ records.ticket[rows].astype(np.uint64)
    words, data = ([each.codes for each in some.values()] for some in (records.words, records.data))
    for codes in (*words, *data):
        number = (number ^ number >> np.uint64(29)) * np.uint64(_ODD) + codes[rows].astype(np.uint64)
    number.sort()
    return int(np.count_nonzero(number[1:] == number[:-1]))


def _near_another(made: DecidedTickets) -> Int64s:
    """The records of which another one of their ticket may have the instant: beside them, where all are in order."""
    at_s, ticket = made.records.at_s, made.records.ticket
    falls = np.flatnonzero((at_s[1:] < at_s[:-1]) & (ticket[1:] == ticket[:-1]))
    mixed = np.zeros(len(made.kept), bool)
    mixed[ticket[falls]] = True
    alike = np.flatnonzero((at_s[1:] == at_s[:-1]) & (ticket[1:] == ticket[:-1]))
    near = mixed[ticket]
    near[alike], near[alike + 1] = True, True
    return np.flatnonzero(near & made.kept[ticket])


_ODD: Final = 0xBF58476D1CE4E5B9


def _known(seconds: np.int64) -> int | None:
    return None if seconds == NOT_KNOWN_S else int(seconds)
