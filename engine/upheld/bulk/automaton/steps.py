"""Steps: the k-th record of every ticket at once.

A ticket is a status; its next record is of a kind; the table says the outcome, and so the next status. Where the table says
nothing, the engine is asked on a ticket to which it happens just now, and the answer holds for all of them.

What a decision takes from instants is little: whether a record lies before what last happened to its ticket. That alone
is looked at for every record.

Source: DESIGN section 11, step 3: "the k-th record of every ticket at once through the tables of step 1".
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from upheld.bulk.automaton.fineness import Fineness
from upheld.bulk.automaton.kinds import Kinds, RecordKinds
from upheld.bulk.automaton.masks import Masks
from upheld.bulk.automaton.occasions import Occasions
from upheld.bulk.automaton.outcomes import Leaves, Outcome, Reader
from upheld.bulk.automaton.pairs import NOT_THERE, Pairs
from upheld.bulk.automaton.records import Bools, Column, Int16s, Int32s, Int64s, Records
from upheld.bulk.automaton.statuses import NO_TICKET, Statuses
from upheld.core.decision.engine import Engine
from upheld.core.record.ticket import Standing

LEFT: Final = -1
"""The outcome of a record of a ticket that goes to the scalar path."""
LATE: Final = 0
"""The outcome of a record that lies before what last happened to its ticket."""
ACCEPTED: Final = 1
"""Stands for the outcome of a record that is accepted, until it is known what it does to clocks."""
NONE_YET: Final = -(2**62)

LONGEST: Final = 500
"""Records of a ticket; one with more is faster on the scalar path."""
FAR_S: Final = 2_208_988_800
"""The year 2040: what is promised of records from then on may fall due after 2050, where calendars end."""
STANDINGS_MAX: Final = 4_096
"""How many standings of tickets are remembered, for records that are asked about one after the other."""


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
    """

    outcome: Int32s
    outcomes: Sequence[Outcome]
    status: Int32s
    late: Int64s
    last_s: Int64s
    left: Int16s
    reasons: Sequence[str]


class Steps:
    """The steps of the tickets of one history.

    Args:
        engine: Who decides.
        records: The history.

    Attributes:
        fineness: What is asked of names.
        occasions: Those of the history, and its opening seconds.
        statuses, reader: What was met so far.
        customer: That of each ticket, as its first record says: a place in the column of customers.
        asked: How often the engine was.
    """

    def __init__(self, engine: Engine, records: Records) -> None:
        self._engine = engine
        self._records = records
        self.fineness = Fineness.of_policy(engine.policy, engine.schedule, engine._world.plugins)
        masks = Masks(engine)
        self.occasions = Occasions(engine, self.fineness, masks)
        self.record_kinds = RecordKinds(engine, self.fineness, masks)
        codes, customers = records.words["customer"]
        self.customer: Int32s = _customers(records, frozenset(engine.plan.possible(None)))
        whose = Column(self.customer[records.ticket], customers)
        self._is_other: Bools = codes != whose.codes
        self._occasion = self.occasions.numbers(records.at_s, whose, records.words["event"])
        self._kinds: Kinds = self.record_kinds.of(records, self._occasion)
        event = records.words["event"]
        self._masks = masks
        self._mask: Int32s = np.array([masks.of(each) for each in event.values], np.int32)[event.codes]
        of_clocks = np.array([masks.with_clocks(each) for each in event.values], np.int32)
        self._mask_of_clocks: Int32s = of_clocks[event.codes]
        self.statuses = Statuses(engine.clocks.rules, self.fineness, masks, self.record_kinds.kept)
        self.reader = Reader(engine, self.statuses, self.fineness.carried)
        self.outcomes: list[Outcome] = [Outcome(0), Outcome(-1)]
        self._changes = np.zeros(1024, bool)
        self._after = Pairs()
        self._leaves = np.zeros(1024, np.int16)
        self._refused = Pairs()
        self._accepted = Pairs()
        self._reached: dict[int, Standing] = {}
        self._seen: OrderedDict[int, tuple[int, Standing | None]] = OrderedDict()
        self._reasons: list[str] = [""]
        self._leaving_with: dict[str, int] = {}
        self._decisions: dict[tuple[int, int], int] = {}
        self.asked = 0

    def walk(self) -> Walk:
        """Decide every record of every ticket."""
        records, lengths = self._records, self._records.lengths
        outcome = np.full(len(records.at_s), LEFT, np.int32)
        status = np.full(len(lengths), NO_TICKET, np.int32)
        left = np.zeros(len(lengths), np.int16)
        left[lengths > LONGEST] = self._reason("long")
        left[_far(records)] = self._reason("far")
        order = np.argsort(-lengths, kind="stable")
        order = order[left[order] == 0]
        late = _Late(records)
        step = 0
        while len(order):
            active = order[: np.searchsorted(-lengths[order], -step, side="left")]
            if not len(active):
                break
            rows = records.first[active] + step
            found = self._step(status, active, rows, late)
            outcome[rows] = found
            gone = self._leaves[found]
            if gone.any():
                left[active] = np.maximum(left[active], gone)
                order = order[left[order] == 0]
            step += 1
        outcome[left[records.ticket] > 0] = LEFT
        rows, last_s = late.result()
        kept = left[records.ticket[rows]] == 0
        return Walk(outcome, self.outcomes, status, rows[kept], last_s[kept], left, self._reasons)

    def _step(self, status: Int32s, active: Int64s, rows: Int64s, late: _Late) -> Int32s:
        """The outcome of one record of each of some tickets, whose statuses become those after it."""
        kind, now = self._kinds.of[rows], status[active]
        alone = np.flatnonzero(self._is_other[rows] & (now == NO_TICKET))
        if len(alone):
            kind[alone] = self._kinds.on(rows[alone], self._alone(rows[alone]))
        mask = np.where(self._kinds.is_refused[kind], np.int32(0), self._mask[rows])
        masked = self.statuses.masked(mask, now)
        found = self._refused.find(masked, kind)
        tardy = late.tardy(active, rows, now)
        if tardy is not None:
            found[tardy] = LATE
        missing = np.flatnonzero(found == NOT_THERE)
        if len(missing):
            found[missing] = self._ask(self._refused, masked[missing], now[missing], kind[missing], rows[missing])
        going_on = np.flatnonzero(found == ACCEPTED)
        if len(going_on):
            here, which = rows[going_on], kind[going_on]
            masked = self.statuses.masked(self._mask_of_clocks[here], now[going_on])
            done = self._accepted.find(masked, which)
            missing = np.flatnonzero(done == NOT_THERE)
            if len(missing):
                done[missing] = self._ask(
                    self._accepted, masked[missing], now[going_on[missing]], which[missing], here[missing]
                )
            found[going_on] = done
        changed = np.flatnonzero(self._changes[found])
        new = self._changed(now[changed], found[changed])
        if len(alone):
            opened = changed[(now[changed] == NO_TICKET) & (new != NO_TICKET) & self._is_other[rows[changed]]]
            if len(opened):
                found[opened] = self._leaving("customers")
        status[active[changed]] = new
        late.go_on(active[changed], rows[changed], new != NO_TICKET)
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
        change = self.outcomes[outcome].change
        return status if change is None else self.statuses.after(status, change)

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
        is_refused, numbers = self._kinds.is_refused[kind], []
        for each in sample.tolist():
            status = NO_TICKET if is_refused[each] else int(now[each])
            number = self._decided(status, int(rows[each]))
            refuses = self.outcomes[number].refused >= 0 or self._leaves[number] > 0
            numbers.append(number if pairs is self._accepted or refuses else ACCEPTED)
        outcomes = np.array(numbers, np.int32)
        pairs.add(masked[sample], kind[sample], outcomes)
        return outcomes[place]

    def _decided(self, status: int, row: int) -> int:
        """The number of the outcome of a record, on the ticket whose it is."""
        known = self._decisions.get((status, row))
        if known is not None:
            return known
        self.asked += 1
        event = self._records.row(row)
        before = self._standing(status, row)
        made = self._engine.decide(before, event)
        try:
            if made.trace.refusal is not None:
                return self._kept(self.reader.refused(event, made))
            known_status, customer = self.statuses[status], str(event.customer if before is None else before.customer)
            occasion, whose = int(self._occasion[row]), self.occasions.whose(customer)
            seen = self._masks.known[self._masks.with_clocks(event.event)]
            assert seen is not None, "an event is accepted that the policy has"
            outcome = self.reader.accepted(known_status, before, event, made, occasion, whose, seen.clocks)
        except Leaves as leaves:
            return self._leaving(str(leaves))
        if outcome.change is not None and made.standing is not None:
            after = self.statuses.after(status, outcome.change)
            assert self.statuses[after] == outcome.change.status, "a change tells too little"
            self._reached.setdefault(after, made.standing)
        self._decisions = {(status, row): self._kept(outcome)}
        return self._decisions[status, row]

    def _standing(self, status: int, row: int) -> Standing | None:
        """How a ticket stands that is in a status: this one, before a record of it, or one that was there earlier."""
        if status == NO_TICKET:
            return None
        records = self._records
        ticket, at_s = int(records.ticket[row]), int(records.at_s[row])
        customer = records.words["customer"].values[self.customer[ticket]]
        reached = self._reached.get(status)
        if reached is None or reached.last_s > at_s or reached.customer != (customer or ""):
            reached = self._replayed(ticket, row)
            assert reached is not None, "a ticket in a status was opened"
            known = self.statuses[status]
            told = self.statuses.of(reached, known.slots, known.begun_on)
            assert told == known, f"a status tells too little: {told} is not {known}"
        return _with_longer_pauses(reached)

    def standing_of(self, ticket: int) -> Standing | None:
        """How a ticket stands after all of its records."""
        return self._replayed(ticket, int(self._records.first[ticket + 1]))

    def _replayed(self, ticket: int, row: int) -> Standing | None:
        """How a ticket stands before a record, decided from its first one on, or from where it was asked about last."""
        place, standing = self._seen.pop(ticket, (int(self._records.first[ticket]), None))
        while place < row:
            standing = self._engine.decide(standing, self._records.row(place)).standing
            place += 1
        self._seen[ticket] = (place, standing)
        if len(self._seen) > STANDINGS_MAX:
            self._seen.popitem(last=False)
        return standing

    def _kept(self, outcome: Outcome, leaves: int = 0) -> int:
        """The number of an outcome from now on."""
        number = len(self.outcomes)
        self.outcomes.append(outcome)
        if number == len(self._changes):
            self._changes = np.concatenate((self._changes, np.zeros(number, bool)))
            self._leaves = np.concatenate((self._leaves, np.zeros(number, np.int16)))
        self._changes[number], self._leaves[number] = outcome.change is not None, leaves
        return number

    def _leaving(self, reason: str) -> int:
        """The outcome of a record with which a ticket goes to the scalar path."""
        if reason not in self._leaving_with:
            self._leaving_with[reason] = self._kept(Outcome(-1, leaves=reason), self._reason(reason))
        return self._leaving_with[reason]

    def _reason(self, reason: str) -> int:
        if reason not in self._reasons:
            self._reasons.append(reason)
        return self._reasons.index(reason)


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

    def tardy(self, active: Int64s, rows: Int64s, now: Int32s) -> Int64s | None:
        """The places of late records among those of some tickets; ``None`` for none."""
        if not self._any:
            return None
        last_s = self._last_s[active]
        found = np.flatnonzero((self._at_s[rows] < last_s) & (now != NO_TICKET))
        if not len(found):
            return None
        self._rows.append(rows[found])
        self._before.append(last_s[found])
        return found

    def go_on(self, active: Int64s, rows: Int64s, on: Bools) -> None:
        """Something happened to some tickets."""
        if self._any:
            there = np.flatnonzero(on & self._watched[active])
            self._last_s[active[there]] = self._at_s[rows[there]]

    def result(self) -> tuple[Int64s, Int64s]:
        """The late records, and when something had last happened to their tickets."""
        if not self._rows:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        return np.concatenate(self._rows), np.concatenate(self._before)


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


def _with_longer_pauses(standing: Standing) -> Standing:
    """The standing with lasting pauses that began a second earlier: so each that ends has some length, and is told."""
    clocks = standing.clocks
    if not any(each.lasting for each in clocks.tracks):
        return standing
    tracks = tuple(
        each if each.lasting is None else each._replace(lasting=each.lasting._replace(from_s=each.lasting.from_s - 1))
        for each in clocks.tracks
    )
    return standing._replace(clocks=clocks._replace(tracks=tracks))
