"""Steps: the k-th record of every ticket at once.

A ticket is a status; its next record is of a kind; the table says the outcome, and so the next status. Where the table
says nothing, the engine is asked on a ticket to which it happens just now, and the answer holds for all of them.

What a decision takes from instants is little: whether a record lies before what last happened to its ticket. That alone
is looked at for every record.

Source: DESIGN section 11, step 3: "the k-th record of every ticket at once through the tables of step 1".
"""

from __future__ import annotations

from typing import Final

import numpy as np

from upheld.bulk.answers.asking import Asking
from upheld.bulk.answers.brought_facts import BroughtFacts
from upheld.bulk.answers.outcomes import Reader
from upheld.bulk.answers.status_changes import StatusChanges
from upheld.bulk.answers.statuses import NO_TICKET, Statuses
from upheld.bulk.automaton.course import joined
from upheld.bulk.automaton.dated_starts import DatedStarts
from upheld.bulk.automaton.firing import Firing
from upheld.bulk.automaton.lateness import Lateness
from upheld.bulk.automaton.past_dues import KIND_BITS, PastDues
from upheld.bulk.automaton.walk import LATE, LEFT, Charged, Walk
from upheld.bulk.clocks.opening_seconds import Openings
from upheld.bulk.distinct import distinct
from upheld.bulk.keys.fineness import Fineness
from upheld.bulk.keys.kinds import Kinds, RecordKinds
from upheld.bulk.keys.masks import Masks
from upheld.bulk.keys.occasions import Occasions
from upheld.bulk.keys.pairs import NOT_THERE, Pairs
from upheld.bulk.keys.records import Bools, Column, Int16s, Int32s, Int64s, Records
from upheld.core.condition.domain import Held, Wrong
from upheld.core.decision.engine import Engine
from upheld.core.record.ticket import Standing

ACCEPTED: Final = 1
"""Stands for the outcome of a record that is accepted, until it is known what it does to clocks."""

LONGEST: Final = 500
"""Records of a ticket; one with more is faster on the scalar path."""
FAR_S: Final = 2_208_988_800
"""The year 2040: what is promised of records from then on may fall due after 2050, where calendars end."""


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
        firing: Lets timers fire.
        opening_rows: The record that opened each ticket; the first of the next one where none did.
    """

    def __init__(self, engine: Engine, records: Records) -> None:
        self.engine, self._records = engine, records
        masks = Masks(engine)
        self.fineness = Fineness.of_policy(engine.policy, engine.schedule, engine.plugins, masks.charging)
        self.occasions = Occasions(engine, self.fineness, masks)
        self.record_kinds = RecordKinds(engine, self.fineness, masks)
        codes, customers = records.words["customer"]
        self.customer: Int32s = _customers(records, frozenset(engine.plan.possible(None)))
        whose, event = Column(self.customer[records.ticket], customers), records.words["event"]
        self._is_other: Bools = codes != whose.codes
        self._others = bool(self._is_other.any())
        self._dated = DatedStarts(engine.clocks.rules, records, self.occasions, self.read)
        self._occasion = self._occasions_of(None, whose, event)
        self._kinds: Kinds = self.record_kinds.of(records, self._occasion)
        self._mask: Int32s = np.array([masks.of(each) for each in event.values], np.int32)
        self._mask_of_clocks: Int32s = np.array([masks.with_clocks(each) for each in event.values], np.int32)
        self.statuses = Statuses(
            engine.clocks.rules, len(engine.plan.blank), self.fineness, masks, self.record_kinds.kept
        )
        self.reader = Reader(engine, self.statuses, self.fineness.carried, masks.brought)
        self.asking = Asking(engine.unbilled(), records, self.customer, self.statuses, self.reader, masks)
        charged = np.array([engine.is_charged(str(each)) for each in event.values], bool)
        self._is_charged: Bools = charged[event.codes]
        self._charges, self._charged = bool(self._is_charged.any()), list[Charged]()
        self._changes = StatusChanges(self.statuses, self.asking)
        told = (records, self.record_kinds, self._kinds, self.statuses, self.asking)
        self._brought_facts = BroughtFacts(*told, engine.plan.blank)
        self._known, self._refused, self._accepted = Pairs(), Pairs(), Pairs()
        self._known_outcome: Int32s = np.array([LATE], np.int32)
        self._known_after: Int32s = np.array([NO_TICKET], np.int32)
        self._asked: dict[int, int] = {}
        self.opening_rows: Int64s = records.first[1:].copy()
        self._left: Int16s = np.zeros(len(records.first) - 1, np.int16)
        self._outcome: Int32s = np.full(len(records.at_s), LEFT, np.int32)
        self._status: Int32s = np.full(len(records.first) - 1, NO_TICKET, np.int32)
        openings = Openings(engine.schedule)
        now = (self.occasions, openings, self.customer, self._status, self._left)
        self.firing = Firing(engine, records, self.asking, self.statuses, self._changes, masks, *now)
        asked = (self.asking, self.statuses, self.reader, openings, self._outcome, self._left, self.read)
        self._past_dues = PastDues(engine, records, *asked)
        self._past_dues.fired = self.firing.fired

    def walk(self) -> Walk:
        """Decide every record of every ticket."""
        records, lengths, left, outcome = self._records, self._records.lengths, self._left, self._outcome
        left[lengths > LONGEST] = self.asking.reason("long")
        left[self._dated.ahead] = self.asking.reason("ahead")
        left[_far(records)] = left[self._dated.far] = self.asking.reason("far")
        order = np.argsort(-lengths, kind="stable")
        order = order[left[order] == 0]
        late = Lateness(records)
        step = 0
        while len(active := order[: np.searchsorted(-lengths[order], -step, side="left")]):
            order = active  # the others have no more records
            rows = records.first[active] + step
            found = self._step(active, rows, late)
            outcome[rows] = found
            leaves = self.asking.leaves[found]
            if leaves.any():
                left[active] = np.maximum(left[active], leaves)
            if left[active].any():
                order = order[left[order] == 0]
            step += 1
        outcome[left[records.ticket] > 0] = LEFT
        rows, last_s = late.result()
        kept = left[records.ticket[rows]] == 0
        fired = joined(self.firing.fired, len(self.firing.waiting.names))
        made = (outcome, self.asking.outcomes, self._status, rows[kept], last_s[kept], left, self.asking.reasons)
        return Walk(*made, fired.only(left[fired.ticket] == 0))

    def finish(self, walk: Walk, as_of_s: int) -> Walk:
        """Let the time up to as-of pass: timers fire up to then; none fires later, though a record was refused then."""
        if not self.firing.waiting.names:
            return walk
        beyond = np.flatnonzero(walk.fired.at_s > as_of_s)[::-1]  # from the end, so that the first of a ticket stays
        tickets = walk.fired.ticket[beyond]
        self._status[tickets], self.firing.waiting.due_s[tickets] = walk.fired.status[beyond], walk.fired.due_s[beyond]
        self.firing.fired[:] = [walk.fired.only(walk.fired.at_s <= as_of_s)]
        tickets = np.flatnonzero(self._left == 0)
        self.firing.fire(tickets, np.full(len(tickets), as_of_s), self._records.first[tickets + 1], None)
        fired = joined(self.firing.fired, len(self.firing.waiting.names))
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

    def _step(self, active: Int64s, rows: Int64s, late: Lateness) -> Int32s:
        """The outcome of one record of each of some tickets, whose statuses become those after it."""
        kind, now = self._kinds.of[rows], self._status[active]
        alone = np.flatnonzero(now == NO_TICKET) if self._others else rows[:0]
        alone = alone[self._is_other[rows[alone]]]
        if len(alone):
            self._occasion[rows[alone]] = self._alone(rows[alone])
            kind[alone] = self._kinds.on(rows[alone], self._occasion[rows[alone]])
        tardy = late.tardy(active, rows, now)
        if self.firing.waiting.names:
            moves_time = ~self._kinds.is_refused[kind]
            moves_time[tardy] = False
            passing = np.flatnonzero(moves_time)
            self.firing.fire(active[passing], self._records.at_s[rows[passing]], rows[passing], late)
            now = self._status[active]
        known = self._known.find(now, kind)
        known[tardy] = 0
        if self.firing.waiting.names:
            known[self._left[active] > 0] = 0  # a timer has just led them to the scalar path
        judging = self._past_dues.judging(rows)
        judging = judging[known[judging] != 0]
        known[judging] = 0  # a status and a kind do not tell all that is asked of these
        missing = np.flatnonzero(known == NOT_THERE)
        if len(missing):
            known[missing] = self._learn(rows[missing], kind[missing], now[missing])
        found, new = self._known_outcome[known], self._known_after[known]
        if len(judging):
            found[judging], new[judging] = self._decided(rows[judging], kind[judging], now[judging])
        changed = np.flatnonzero(self.asking.changes[found])
        new = self._brought_facts.after(new[changed], found[changed], rows[changed])
        if len(alone):
            opened = changed[(now[changed] == NO_TICKET) & (new != NO_TICKET) & self._is_other[rows[changed]]]
            if len(opened):
                self._belong(active[opened], rows[opened])
        first = changed[(now[changed] == NO_TICKET) & (new != NO_TICKET)]
        self.opening_rows[active[first]] = rows[first]
        self._status[active[changed]] = new
        if self._charges:
            self._note_charged(rows, now, self._status[active], found)
        if self.firing.waiting.names:
            self.firing.act(active[changed], found[changed], self._records.at_s[rows[changed]])
        if late.watches:
            late.go_on(active[changed], self._records.at_s[rows[changed]], new != NO_TICKET)
        return found

    def _learn(self, rows: Int64s, kind: Int32s, now: Int32s) -> Int32s:
        """The places, among what is known, of pairs of a status and a kind that are met for the first time."""
        _, sample, place = distinct(now.astype(np.int64) << 32 | kind)
        rows, kind, now = rows[sample], kind[sample], now[sample]
        outcome, after = self._decided(rows, kind, now)
        places = np.arange(len(sample), dtype=np.int32) + np.int32(len(self._known_outcome))
        self._known.add(now, kind, places)
        self._known_outcome = np.concatenate((self._known_outcome, outcome))
        self._known_after = np.concatenate((self._known_after, after))
        return places[place]

    def _decided(self, rows: Int64s, kind: Int32s, now: Int32s) -> tuple[Int32s, Int32s]:
        """The outcomes of some records, and the statuses after them, but for what records bring."""
        is_refused, event = self._kinds.is_refused[kind], self._records.words["event"].codes[rows]
        masked = self.statuses.masked(np.where(is_refused, np.int32(0), self._mask[event]), now)
        found = self._refused.find(masked, kind)
        missing = np.flatnonzero(found == NOT_THERE)
        self._asked = {}  # what is asked about whether a record is accepted says what it does as well
        if len(missing):
            statuses = np.where(is_refused[missing], NO_TICKET, now[missing])
            found[missing] = self._ask(self._refused, masked[missing], statuses, kind[missing], rows[missing])
        going_on = np.flatnonzero(found == ACCEPTED)
        if len(going_on):
            here, which, was = rows[going_on], kind[going_on], now[going_on]
            masked = self.statuses.masked(self._mask_of_clocks[event[going_on]], was)
            which = which + self._past_dues.bits(here, was)
            done = self._accepted.find(masked, which)
            missing = np.flatnonzero(done == NOT_THERE)
            if len(missing):
                done[missing] = self._ask(self._accepted, masked[missing], was[missing], which[missing], here[missing])
            found[going_on] = done
        after, changed = now.copy(), np.flatnonzero(self.asking.changes[found])
        after[changed] = self._changes.after(now[changed], found[changed])
        return found, after

    @property
    def left(self) -> Int16s:
        """Why tickets go to the scalar path."""
        return self._left

    def standing(self, status: int) -> Standing | None:
        """A ticket that stands in a status, but for the facts that are only carried along, and without its clocks."""
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
        return Standing("", "", "", channel or "", *to, clocks=self.engine.clocks.begin())

    def _note_charged(self, rows: Int64s, now: Int32s, after: Int32s, outcome: Int32s) -> None:
        """Keep the accepted records on which something may be charged, with the statuses before and after them."""
        here = np.flatnonzero(self._is_charged[rows])
        here = here[~self.asking.refuses[outcome[here]] & (self.asking.leaves[outcome[here]] == 0)]
        self._charged.append(Charged(rows[here], now[here], after[here]))

    @property
    def charged(self) -> Charged:
        """The accepted records on which something may be charged."""
        none = np.zeros(0, np.int32)
        parts = [*self._charged, Charged(np.zeros(0, np.int64), none, none)]
        return Charged(*(np.concatenate(each) for each in zip(*parts)))

    def read(self, event: str, field: str, row: int) -> Held | Wrong:
        """What a record says in a field of its event."""
        column = self._records.data.get(field)
        return self.record_kinds.held(self._records, event, field, 0 if column is None else int(column.codes[row]))

    def whose(self, rows: Int64s) -> Int32s:
        """Whose hours count for some records: those of whom they name, else of whose ticket it is by then."""
        named, ticket = self._records.words["customer"].codes[rows], self._records.ticket[rows]
        is_alone = rows < self.opening_rows[ticket]  # there is no ticket yet that could tell whose it is
        return np.where((named > 0) | is_alone, named, self.customer[ticket])

    def _belong(self, tickets: Int64s, rows: Int64s) -> None:
        """Tickets were opened by records of other customers than was thought: what comes after them is theirs."""
        codes, customers = self._records.words["customer"]
        self.customer[tickets] = codes[rows]
        many = self._records.first[tickets + 1] - rows
        later = np.repeat(rows - np.cumsum(many) + many, many) + np.arange(int(many.sum()))
        whose = Column(self.customer[self._records.ticket[later]], customers)
        every = self._records.words["event"]
        self._occasion[later] = self._occasions_of(later, whose, Column(every.codes[later], every.values))
        self._kinds.of[later] = self._kinds.on(later, self._occasion[later])
        self._is_other[later] = codes[later] != whose.codes

    def _occasions_of(self, rows: Int64s | None, whose: Column, event: Column) -> Int32s:
        """The occasions of some records, or of all, on tickets of these customers."""
        some = slice(None) if rows is None else rows
        found = self.occasions.numbers(self._records.at_s[some], whose, event)
        named = self._records.words["customer"].codes[some]
        found = self.occasions.named(found, self._records.at_s[some], named, whose, event)
        found = self.occasions.disagreeing(found, named, whose, event)
        return self._dated.told_apart(found, rows, whose, event)

    def _alone(self, rows: Int64s) -> Int32s:
        """The occasions of records that come before their ticket is opened: those of whom they name themselves."""
        codes, customers = self._records.words["customer"]
        event = self._records.words["event"]
        of_rows = Column(event.codes[rows], event.values)
        return self._occasions_of(rows, Column(codes[rows], customers), of_rows)

    def _ask(self, pairs: Pairs, masked: Int32s, now: Int32s, kind: Int32s, rows: Int64s) -> Int32s:
        """Ask the engine about pairs that are met for the first time."""
        pair = masked.astype(np.int64) << 32 | kind
        _, sample, place = distinct(pair)
        early = np.argsort(self._records.at_s[rows[sample]], kind="stable")
        numbers = []
        for each in sample[early].tolist():  # so that a ticket which was asked about may stand for a later one
            itself = kind[each] >= 1 << KIND_BITS
            number = -1 if itself else self._asked.get(int(rows[each]), -1)
            if number < 0:
                occasion = int(self._occasion[rows[each]])
                number = self.asking.decided(int(now[each]), int(rows[each]), occasion, itself=itself)
                self._asked[int(rows[each])] = number
            refuses = self.asking.outcomes[number].refused >= 0 or self.asking.leaves[number] > 0
            numbers.append(number if pairs is self._accepted or refuses else ACCEPTED)
        outcomes = np.empty(len(numbers), np.int32)
        outcomes[early] = numbers
        pairs.add(masked[sample], kind[sample], outcomes)
        return outcomes[place]


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
