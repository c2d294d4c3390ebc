"""Steps: the k-th record of every ticket at once.

A ticket is a status; its next record is of a kind; the table says the outcome, and so the next status. Where the table says
nothing, the engine is asked on a ticket to which it happens just now, and the answer holds for all of them.

What a decision takes from instants is little: whether a record lies before what last happened to its ticket. That alone
is looked at for every record.

Source: DESIGN section 11, step 3: "the k-th record of every ticket at once through the tables of step 1".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from upheld.bulk.automaton.asking import Asking
from upheld.bulk.automaton.course import Firings, joined
from upheld.bulk.automaton.fineness import Fineness
from upheld.bulk.automaton.kinds import Kinds, RecordKinds
from upheld.bulk.automaton.masks import Masks, of_timer
from upheld.bulk.automaton.occasions import Occasions
from upheld.bulk.automaton.outcomes import Outcome, Reader
from upheld.bulk.automaton.past_dues import Follows, past_dues
from upheld.bulk.automaton.pairs import NOT_THERE, Pairs
from upheld.bulk.automaton.records import Bools, Column, Int16s, Int32s, Int64s, Records
from upheld.bulk.automaton.statuses import NO_TICKET, Statuses
from upheld.bulk.automaton.waiting_timers import WaitingTimers
from upheld.bulk.clocks.given import Promised
from upheld.bulk.clocks.opening_seconds import Openings
from upheld.core.condition.domain import Held, Wrong
from upheld.core.decision.engine import Engine
from upheld.core.policy.lifecycle import is_reopening
from upheld.core.record.ticket import Standing

LEFT: Final = -1
"""The outcome of a record of a ticket that goes to the scalar path."""
LATE: Final = 0
"""The outcome of a record that lies before what last happened to its ticket."""
ACCEPTED: Final = 1
"""Stands for the outcome of a record that is accepted, until it is known what it does to clocks."""
NONE_YET: Final = -(2**62)

_NOWHERE: Final[Int64s] = np.zeros(0, np.int64)

KIND_BITS: Final = 22
PAST_BITS: Final = 8
"""Kinds of records are below the first power of two; above it stands which of so many clocks are past due."""

LONGEST: Final = 500
"""Records of a ticket; one with more is faster on the scalar path."""
FAR_S: Final = 2_208_988_800
"""The year 2040: what is promised of records from then on may fall due after 2050, where calendars end."""


class Walk(NamedTuple):
    """How all tickets of a history went.

    Attributes:
        outcome: That of each record: a place in ``outcomes``, or ``LEFT``.
        outcomes: What they are; the first is that of late records.
        status: The last of each ticket.
        late: The records that were refused as out of order.
        last_s: For each of them, when something had last happened to its ticket.
        left: Why each ticket goes to the scalar path, a place in ``reasons``; 0 for none.
        reasons: Why.
        fired: The timers that fired.
    """

    outcome: Int32s
    outcomes: Sequence[Outcome]
    status: Int32s
    late: Int64s
    last_s: Int64s
    left: Int16s
    reasons: Sequence[str]
    fired: Firings

    @property
    def accepted(self) -> Bools:
        """Which records were accepted, of the tickets that were decided here."""
        refused = np.array([each.refused >= 0 for each in self.outcomes])
        return (self.outcome >= 0) & ~refused[self.outcome]


class Charged(NamedTuple):
    """Accepted records on which something may be charged.

    Attributes:
        row: Which they are.
        before, after: The statuses of their tickets.
    """

    row: Int64s
    before: Int32s
    after: Int32s


class Steps:
    """The steps of the tickets of one history.

    Args:
        engine: Who decides.
        records: The history.

    Attributes:
        fineness: What is asked of names.
        occasions: Those of the history.
        statuses, reader, asking: What was met so far.
        customer: That of each ticket, as its first record says that may open it: a place in the column of customers.
        timers: Those that wait.
        opening_rows: The record that opened each ticket; the first of the next one where none did.
    """

    def __init__(self, engine: Engine, records: Records) -> None:
        self.engine, self._records = engine, records
        self._masks = masks = Masks(engine)
        self.fineness = Fineness.of_policy(engine.policy, engine.schedule, engine.plugins, masks.charging)
        self.occasions = Occasions(engine, self.fineness, masks)
        self.record_kinds = RecordKinds(engine, self.fineness, masks)
        codes, customers = records.words["customer"]
        self.customer: Int32s = _customers(records, frozenset(engine.plan.possible(None)))
        whose, event = Column(self.customer[records.ticket], customers), records.words["event"]
        self._is_other: Bools = codes != whose.codes
        self._occasion = self.occasions.numbers(records.at_s, whose, event)
        self._kinds: Kinds = self.record_kinds.of(records, self._occasion)
        self._mask: Int32s = np.array([masks.of(each) for each in event.values], np.int32)[event.codes]
        of_clocks = np.array([masks.with_clocks(each) for each in event.values], np.int32)
        self._mask_of_clocks: Int32s = of_clocks[event.codes]
        self.statuses = Statuses(engine.clocks.rules, self.fineness, masks, self.record_kinds.kept)
        self.reader = Reader(engine, self.statuses, self.fineness.carried)
        self.asking = Asking(engine.unbilled(), records, self.customer, self.statuses, self.reader, masks)
        self._openings = Openings(engine.schedule)
        self.timers = WaitingTimers(engine, len(records.first) - 1, self._openings)
        self._known_follows: dict[int, Follows] = {}
        charged = np.array([engine.is_charged(str(each)) for each in event.values], bool)
        self._is_charged: Bools = charged[event.codes]
        self._bills = bool(self._is_charged.any())
        self._charged: list[Charged] = []
        self._after, self._refused, self._accepted, self._striking = Pairs(), Pairs(), Pairs(), Pairs()
        self._fired: list[Firings] = []
        self.opening_rows: Int64s = records.first[1:].copy()
        self._left: Int16s = np.zeros(len(records.first) - 1, np.int16)
        self._outcome: Int32s = np.full(len(records.at_s), LEFT, np.int32)
        self._judging = np.array([_may_judge_again(engine, str(each)) for each in event.values], bool)
        self._status: Int32s = np.full(len(records.first) - 1, NO_TICKET, np.int32)

    def walk(self) -> Walk:
        """Decide every record of every ticket."""
        records, lengths, left, outcome = self._records, self._records.lengths, self._left, self._outcome
        left[lengths > LONGEST] = self.asking.reason("long")
        left[_far(records)] = self.asking.reason("far")
        order = np.argsort(-lengths, kind="stable")
        order = order[left[order] == 0]
        late = _Late(records)
        step = 0
        while len(order):
            active = order[: np.searchsorted(-lengths[order], -step, side="left")]
            if not len(active):
                break
            rows = records.first[active] + step
            found = self._step(active, rows, late)
            outcome[rows] = found
            left[active] = np.maximum(left[active], self.asking.leaves[found])
            if left[active].any():
                order = order[left[order] == 0]
            step += 1
        outcome[left[records.ticket] > 0] = LEFT
        rows, last_s = late.result()
        kept = left[records.ticket[rows]] == 0
        fired = joined(self._fired, len(self.timers.names))
        made = (outcome, self.asking.outcomes, self._status, rows[kept], last_s[kept], left, self.asking.reasons)
        return Walk(*made, fired.only(left[fired.ticket] == 0))

    def finish(self, walk: Walk, as_of_s: int) -> Walk:
        """Let the time up to as-of pass: timers fire up to then, and none later, though a record was refused after it."""
        if not self.timers.names:
            return walk
        beyond = np.flatnonzero(walk.fired.at_s > as_of_s)[::-1]  # from the end, so that the first of a ticket stays
        tickets = walk.fired.ticket[beyond]
        self._status[tickets], self.timers.due_s[tickets] = walk.fired.status[beyond], walk.fired.due_s[beyond]
        self._fired = [walk.fired.only(walk.fired.at_s <= as_of_s)]
        tickets = np.flatnonzero(self._left == 0)
        self._fire(tickets, np.full(len(tickets), as_of_s), self._records.first[tickets + 1], None)
        fired = joined(self._fired, len(self.timers.names))
        walk.outcome[self._left[self._records.ticket] > 0] = LEFT
        late = self._left[self._records.ticket[walk.late]] == 0
        return walk._replace(
            fired=fired.only(self._left[fired.ticket] == 0), late=walk.late[late], last_s=walk.last_s[late]
        )

    def leave(self, walk: Walk, tickets: Bools, reason: str) -> Walk:
        """Let more tickets go to the scalar path."""
        more = tickets & (self._left == 0)
        if not more.any():
            return walk
        self._left[more] = self.asking.reason(reason)
        walk.outcome[self._left[self._records.ticket] > 0] = LEFT
        late = self._left[self._records.ticket[walk.late]] == 0
        fired = walk.fired.only(self._left[walk.fired.ticket] == 0)
        return walk._replace(fired=fired, late=walk.late[late], last_s=walk.last_s[late])

    def _step(self, active: Int64s, rows: Int64s, late: _Late) -> Int32s:
        """The outcome of one record of each of some tickets, whose statuses become those after it."""
        kind, now = self._kinds.of[rows], self._status[active]
        alone = np.flatnonzero(self._is_other[rows] & (now == NO_TICKET))
        if len(alone):
            self._occasion[rows[alone]] = self._alone(rows[alone])
            kind[alone] = self._kinds.on(rows[alone], self._occasion[rows[alone]])
        is_refused = self._kinds.is_refused[kind]
        tardy = late.tardy(active, rows, now)
        if self.timers.names:
            moves_time = ~is_refused
            moves_time[tardy] = False
            passing = np.flatnonzero(moves_time)
            self._fire(active[passing], self._records.at_s[rows[passing]], rows[passing], late)
            now = self._status[active]
        masked = self.statuses.masked(np.where(is_refused, np.int32(0), self._mask[rows]), now)
        found = self._refused.find(masked, kind)
        found[tardy] = LATE
        if self.timers.names:
            found[self._left[active] > 0] = LATE  # a timer has just led them to the scalar path
        missing = np.flatnonzero(found == NOT_THERE)
        if len(missing):
            statuses = np.where(is_refused[missing], NO_TICKET, now[missing])
            found[missing] = self._ask(self._refused, masked[missing], statuses, kind[missing], rows[missing])
        going_on = np.flatnonzero(found == ACCEPTED)
        if len(going_on):
            here, which, was = rows[going_on], kind[going_on], now[going_on]
            masked = self.statuses.masked(self._mask_of_clocks[here], was)
            which = which + self._past_dues(here, was)
            done = self._accepted.find(masked, which)
            missing = np.flatnonzero(done == NOT_THERE)
            if len(missing):
                done[missing] = self._ask(self._accepted, masked[missing], was[missing], which[missing], here[missing])
            found[going_on] = done
        changed = np.flatnonzero(self.asking.changes[found])
        new = self._changed(now[changed], found[changed])
        if len(alone):
            opened = changed[(now[changed] == NO_TICKET) & (new != NO_TICKET) & self._is_other[rows[changed]]]
            if len(opened):
                self._belong(active[opened], rows[opened])
        first = changed[(now[changed] == NO_TICKET) & (new != NO_TICKET)]
        self.opening_rows[active[first]] = rows[first]
        self._status[active[changed]] = new
        if self._bills:
            self._note_charged(rows, now, self._status[active], found)
        if self.timers.names:
            self._act(active[changed], found[changed], self._records.at_s[rows[changed]])
        late.go_on(active[changed], self._records.at_s[rows[changed]], new != NO_TICKET)
        return found

    @property
    def left(self) -> Int16s:
        """Why tickets go to the scalar path."""
        return self._left

    def standing(self, status: int) -> Standing | None:
        """A ticket that stands in a status, but for the facts that are only carried along."""
        parts, plan = self.statuses[status].parts, self.engine.plan
        if parts is None:
            return None
        facts = {
            name: None if name in self.fineness.carried else held[1]  # type: ignore[index]
            for name, held in zip(plan.blank, parts.facts)
        }
        channel, flagged = (
            held[1] if self.fineness.is_whole(name) and (held := getattr(parts, name)) else None
            for name in ("channel", "flagged")
        )
        closed_s = 0 if parts.state in plan.closed else None
        to = (parts.state, plan.core_of[parts.state], 0, 0, 0, closed_s, parts.level, facts, flagged or frozenset())
        return Standing("", "", "", channel or "", *to)

    def _note_charged(self, rows: Int64s, now: Int32s, after: Int32s, outcome: Int32s) -> None:
        """Keep the accepted records on which something may be charged, with the statuses before and after them."""
        here = np.flatnonzero(self._is_charged[rows])
        refused = np.array([self.asking.outcomes[each].refused >= 0 for each in outcome[here].tolist()], bool)
        here = here[~refused & (self.asking.leaves[outcome[here]] == 0)]
        self._charged.append(Charged(rows[here], now[here], after[here]))

    @property
    def charged(self) -> Charged:
        """The accepted records on which something may be charged."""
        none = np.zeros(0, np.int32)
        parts = [*self._charged, Charged(np.zeros(0, np.int64), none, none)]
        return Charged(*(np.concatenate(each) for each in zip(*parts)))

    def _act(self, tickets: Int64s, outcome: Int32s, at_s: Int64s) -> None:
        """Start and stop timers."""
        names = self._records.words["customer"].values
        whose = [str(names[each] or "") for each in self.customer[tickets].tolist()] if self._owning else []
        beyond = self.timers.act(tickets, outcome, self.asking.outcomes, at_s, whose)
        self._left[tickets[beyond]] = self.asking.reason("far")

    @property
    def _owning(self) -> bool:
        return any(each.calendars for each in self.engine.contracts.customers.values())

    def _fire(self, tickets: Int64s, until_s: Int64s, before: Int64s, late: _Late | None) -> None:
        """Let timers fire on tickets up to an instant for each, the earliest first, then by id."""
        while len(tickets):
            found = self.timers.next(tickets, until_s)
            if not len(found.place):
                return
            tickets, until_s, before = tickets[found.place], until_s[found.place], before[found.place]
            now, due_s = self._status[tickets], self.timers.due_s[tickets]
            outcome = self._struck(tickets, now, found.timer, found.due_s, before)
            self._fired.append(Firings(before, tickets, found.due_s, outcome, now, due_s))
            self.timers.fired(tickets, found.timer)
            self._left[tickets] = np.maximum(self._left[tickets], self.asking.leaves[outcome])
            self._status[tickets] = self._changed(now, outcome)
            self._act(tickets, outcome, found.due_s)
            if late is not None:
                late.go_on(tickets, found.due_s, np.ones(len(tickets), bool))
            staying = self._left[tickets] == 0
            tickets, until_s, before = tickets[staying], until_s[staying], before[staying]

    def _struck(self, tickets: Int64s, now: Int32s, timer: Int64s, due_s: Int64s, before: Int64s) -> Int32s:
        """The outcomes of timers that fire."""
        names = [of_timer(each) for each in self.timers.names]
        whose = Column(self.customer[tickets], self._records.words["customer"].values)
        occasion = self.occasions.numbers(due_s, whose, Column(timer.astype(np.int32), names))
        of_clocks = np.array([self._masks.with_clocks(each) for each in names], np.int32)[timer]
        masked = self.statuses.masked(of_clocks, now)
        kind = (occasion.astype(np.int64) * len(names) + timer).astype(np.int32)
        found = self._striking.find(masked, kind)
        missing = np.flatnonzero(found == NOT_THERE)
        if len(missing):
            pair = masked[missing].astype(np.int64) << 32 | kind[missing]
            _, sample, place = np.unique(pair, return_index=True, return_inverse=True)
            some = missing[sample]
            numbers = [
                self.asking.fired(
                    int(now[each]),
                    int(tickets[each]),
                    int(before[each]),
                    self.timers.names[int(timer[each])],
                    int(due_s[each]),
                    int(occasion[each]),
                )
                for each in some.tolist()
            ]
            outcomes = np.array(numbers, np.int32)
            self._striking.add(masked[some], kind[some], outcomes)
            found[missing] = outcomes[place]
        return found

    def _changed(self, status: Int32s, outcome: Int32s) -> Int32s:
        """The statuses after outcomes that change them."""
        found = self._after.find(status, outcome)
        missing = np.flatnonzero(found == NOT_THERE)
        if len(missing):
            pair = status[missing].astype(np.int64) << 32 | outcome[missing]
            _, sample, place = np.unique(pair, return_index=True, return_inverse=True)
            was, by = status[missing[sample]], outcome[missing[sample]]
            new = np.array([self._made(*each) for each in zip(was.tolist(), by.tolist())], np.int32)
            self._after.add(was, by, new)
            found[missing] = new[place]
        return found

    def _made(self, status: int, outcome: int) -> int:
        change = self.asking.outcomes[outcome].change
        return status if change is None else self.statuses.after(status, change)

    def _past_dues(self, rows: Int64s, status: Int32s) -> Int32s:
        """What is added to the kinds of records that may have promises judged again: which clocks are past due."""
        added = np.zeros(len(rows), np.int32)
        if not self._judging.any():
            return added
        some = np.flatnonzero(self._judging[self._records.words["event"].codes[rows]])
        follows = [self._follows(each) for each in status[some].tolist()]
        many = some[np.array([len(each) > PAST_BITS for each in follows], bool)]
        self._left[self._records.ticket[rows[many]]] = self.asking.reason("clocks")
        some = some[np.array([0 < len(each) <= PAST_BITS for each in follows], bool)]
        follows = [each for each in follows if 0 < len(each) <= PAST_BITS]
        if len(some):
            promises = [
                Promised(clock.commitment, clock.trigger, clock.aim, whose)
                for clock, whose in self.reader.promises.known
                if clock.aim is not None
            ]
            fired = joined(self._fired, len(self.timers.names))
            rules, outcomes = self.engine.clocks.rules, self.asking.outcomes
            given = (rules, self._openings, promises, self._records, self._outcome, outcomes, fired)
            bits = past_dues(*given, rows[some], follows, self.read)
            added[some] = (1 + bits) << KIND_BITS
        return added

    def _follows(self, status: int) -> Follows:
        """The clocks that matter to what is judged again."""
        if status not in self._known_follows:
            self._known_follows[status] = self.statuses.follows(status)
        return self._known_follows[status]

    def read(self, event: str, field: str, row: int) -> Held | Wrong:
        """What a record says in a field of its event."""
        column = self._records.data.get(field)
        return self.record_kinds.held(self._records, event, field, 0 if column is None else int(column.codes[row]))

    def _belong(self, tickets: Int64s, rows: Int64s) -> None:
        """Tickets were opened by records of other customers than was thought: what comes after them is theirs."""
        codes, customers = self._records.words["customer"]
        self.customer[tickets] = codes[rows]
        many = self._records.first[tickets + 1] - rows
        later = np.repeat(rows - np.cumsum(many) + many, many) + np.arange(int(many.sum()))
        whose = self.customer[self._records.ticket[later]]
        event, at_s = self._records.words["event"], self._records.at_s[later]
        self._occasion[later] = self.occasions.numbers(
            at_s, Column(whose, customers), Column(event.codes[later], event.values)
        )
        self._kinds.of[later] = self._kinds.on(later, self._occasion[later])
        self._is_other[later] = codes[later] != whose

    def _alone(self, rows: Int64s) -> Int32s:
        """The occasions of records that come before their ticket is opened: those of whom they name themselves."""
        codes, customers = self._records.words["customer"]
        event = self._records.words["event"]
        of_rows = Column(event.codes[rows], event.values)
        return self.occasions.numbers(self._records.at_s[rows], Column(codes[rows], customers), of_rows)

    def _ask(self, pairs: Pairs, masked: Int32s, now: Int32s, kind: Int32s, rows: Int64s) -> Int32s:
        """Ask the engine about pairs that are met for the first time."""
        pair = masked.astype(np.int64) << 32 | kind
        _, sample, place = np.unique(pair, return_index=True, return_inverse=True)
        numbers = []
        for each in sample.tolist():
            itself = kind[each] >= 1 << KIND_BITS
            number = self.asking.decided(
                int(now[each]), int(rows[each]), int(self._occasion[rows[each]]), itself=itself
            )
            refuses = self.asking.outcomes[number].refused >= 0 or self.asking.leaves[number] > 0
            numbers.append(number if pairs is self._accepted or refuses else ACCEPTED)
        outcomes = np.array(numbers, np.int32)
        pairs.add(masked[sample], kind[sample], outcomes)
        return outcomes[place]


class _Late:
    """Which records lie before what last happened to their ticket."""

    def __init__(self, records: Records) -> None:
        at_s, ticket = records.at_s, records.ticket
        falls = np.flatnonzero((at_s[1:] < at_s[:-1]) & (ticket[1:] == ticket[:-1])) + 1
        self._at_s = at_s
        self._watched = np.zeros(len(records.first) - 1, bool)
        self._watched[ticket[falls]] = True
        self._any = bool(len(falls))
        self._last_s = np.full(len(records.first) - 1, NONE_YET, np.int64)
        self._rows: list[Int64s] = []
        self._before: list[Int64s] = []

    def tardy(self, active: Int64s, rows: Int64s, now: Int32s) -> Int64s:
        """The places of late records among those of some tickets."""
        if not self._any:
            return _NOWHERE
        last_s = self._last_s[active]
        found = np.flatnonzero((self._at_s[rows] < last_s) & (now != NO_TICKET))
        if len(found):
            self._rows.append(rows[found])
            self._before.append(last_s[found])
        return found

    def go_on(self, active: Int64s, at_s: Int64s, on: Bools) -> None:
        """Something happened to some tickets, at an instant for each."""
        if self._any:
            there = np.flatnonzero(on & self._watched[active])
            self._last_s[active[there]] = at_s[there]

    def result(self) -> tuple[Int64s, Int64s]:
        """The late records, and when something had last happened to their tickets."""
        if not self._rows:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        return np.concatenate(self._rows), np.concatenate(self._before)


def _may_judge_again(engine: Engine, event: str) -> bool:
    """Whether an event may have a promise judged again: it changes what one follows, or reopens a ticket."""
    plan, rules = engine.plan.events.get(event), engine.clocks.rules
    if plan is None or not any(each.remembers for each in rules.terms):
        return False
    changed = {each.fact for each in plan.type.sets}
    if any(changed.intersection(each.follows) for each in rules.terms):
        return True
    core_of = engine.plan.core_of
    leading = ((state, each.target or state) for state, found in plan.arrows.items() for each in found)
    return any(
        origin is not None and state is not None and is_reopening(core_of[origin], core_of[state])
        for origin, state in leading
    )


def _customers(records: Records, opening: frozenset[str]) -> Int32s:
    """Whose each ticket is, if its first record that may open it does; a place in the column of customers."""
    event, customer = records.words["event"], records.words["customer"]
    may_open = np.array([each in opening for each in event.values])[event.codes]
    first = records.first[:-1].copy()
    rows = np.flatnonzero(may_open)[::-1]
    first[records.ticket[rows]] = rows  # from the end, so that the first of several stays
    return customer.codes[first] if len(first) else np.zeros(0, np.int32)


def _far(records: Records) -> Bools:
    """The tickets with records so late that something may fall due where no calendar goes."""
    far = np.zeros(len(records.first) - 1, bool)
    far[records.ticket[records.at_s >= FAR_S]] = True
    return far
