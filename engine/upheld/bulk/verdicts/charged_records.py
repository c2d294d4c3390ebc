"""Charged records: what the records cost that cost something, in the order in which accounts count.

Columns have decided which records are accepted as if every account could bear them. Here the engine's own rating and
ledger take those on which something may be charged, and no others; the records of tickets that the scalar path decides
come in between, each in its turn, since accounts are shared. Where a balance is too small for a record that columns
have accepted, all that follows on its ticket is another story, and the ticket goes to the scalar path.

Source: DESIGN section 11, "Where a policy bills, columns decide which records are charged and the ledger does those
alone"; section 3, "Determinism".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from typing import Any, Final, NamedTuple

import numpy as np

from upheld.bulk.answers.statuses import NO_TICKET
from upheld.bulk.automaton.steps import Steps
from upheld.bulk.keys.records import Bools, Int64s, Records
from upheld.core.decision.engine import Engine
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.replay.customers import Arrivals, Customers
from upheld.core.replay.replay import Replay
from upheld.core.replay.verdict import Log

LISTS: Final = ("charges", "flags", "effects")

Turn = tuple[int, int, str, int, Event]
"""When a record is charged, the ticket, its place among those of columns or else -1, and the record.

When: the number of arrival and the instant, the latest of the ticket's records so far by both.
"""


class Billed(NamedTuple):
    """What records cost.

    Attributes:
        rows: For each list of a verdict, the record of each of its rows, and the rows.
        assumed: The assumptions that something rests on, by ticket.
        short: The tickets with a record for which a balance was too small.
    """

    rows: Mapping[str, tuple[Int64s, list[dict[str, Any]]]]
    assumed: Mapping[int, frozenset[str]]
    short: Bools


def billed(
    engine: Engine, records: Records, steps: Steps, kept: Bools, rest: Replay, others: Iterable[Event]
) -> Billed:
    """Charge what is to be charged on some tickets, and decide the others.

    Args:
        kept: The tickets of which columns have decided the records.
        rest: Decides the others, on the same accounts.
        others: Their records, in order of arrival.
    """
    charging = _Charging(engine, records, steps, rest.customers)
    own = records.words["customer"].values
    for code in np.flatnonzero(_met(records, steps, kept)).tolist():
        rest.customers.of(str(own[code] or ""))
    for *_, place, event in merge(_own_turns(records, steps, kept), _turns_of(others), key=lambda each: each[:3]):
        if place >= 0:
            charging.take(place, event)
        else:
            rest.take(event)
    return charging.result()


class _Charging:
    """Charges the records that columns have accepted."""

    def __init__(self, engine: Engine, records: Records, steps: Steps, customers: Customers) -> None:
        self._engine, self._records, self._steps, self._customers = engine, records, steps, customers
        self._charged = steps.charged
        self._rows: dict[str, tuple[list[int], list[dict[str, Any]]]] = {name: ([], []) for name in LISTS}
        self._assumed: dict[int, frozenset[str]] = {}
        self._charges: dict[int, Any] = {}
        self._stood: dict[int, Standing | None] = {NO_TICKET: None}
        self._short: Bools = np.zeros(len(records.first) - 1, bool)

    def take(self, place: int, event: Event) -> None:
        """The next of them, with its place."""
        records, steps = self._records, self._steps
        row = self._charged.row.item(place)
        ticket = records.ticket.item(row)
        if self._short[ticket]:
            return
        before = self._standing(self._charged.before.item(place))  # nobody asks whose ticket it was
        after = self._standing(self._charged.after.item(place))
        whose = event.customer
        if after is not None:
            whose = str(records.words["customer"].values[steps.customer.item(ticket)] or "")
            after = after._replace(id=event.ticket, customer=whose, charges=self._charges.get(ticket))
        made = self._engine.charge(event, before, after, self._customers.of(whose))
        if made.trace.refusal is not None:
            self._short[ticket] = True
            return
        self._customers.keep(made.accounts)
        if made.standing is not None:
            self._charges[ticket] = made.standing.charges
        log = Log(event.ticket, events=row - int(records.first[ticket]) + 1)
        log.take(event, made.flags, made.trace)
        for name, (of, held) in self._rows.items():
            told = getattr(log, name)
            of += [row] * len(told)
            held += told
        if log.assumed:
            self._assumed[ticket] = self._assumed.get(ticket, frozenset()) | frozenset(log.assumed)

    def result(self) -> Billed:
        """What they cost."""
        rows = {name: (np.array(of, np.int64), held) for name, (of, held) in self._rows.items()}
        return Billed(rows, self._assumed, self._short)

    def _standing(self, status: int) -> Standing | None:
        if status not in self._stood:
            self._stood[status] = self._steps.standing(status)
        return self._stood[status]


def _own_turns(records: Records, steps: Steps, kept: Bools) -> Iterator[Turn]:
    """The records that columns have accepted and on which something may be charged, in their order."""
    rows = steps.charged.row
    mine = np.flatnonzero(kept[records.ticket[rows]])
    rows = rows[mine]
    number, at_s = (each[rows] for each in _latest(records))
    order = np.lexsort((rows, records.ticket[rows], at_s, number))
    turns = zip(*(each.tolist() for each in (number[order], at_s[order], mine[order])))
    for (arrival, instant_s, place), event in zip(turns, records.events(rows[order])):
        yield arrival, instant_s, event.ticket, place, event


def _turns_of(events: Iterable[Event]) -> Iterator[Turn]:
    """Other records in the order in which they are charged."""
    arrivals, latest = Arrivals(), dict[str, tuple[int, int]]()
    for event in events:
        arrivals.add(event)
    for event in arrivals.drained():
        when = event.arrival, event.at_s
        when = latest[event.ticket] = max(when, latest.get(event.ticket, when))
        yield *when, event.ticket, -1, event


def _met(records: Records, steps: Steps, kept: Bools) -> Bools:
    """The customers that anything was looked up for, refused records included."""
    own = records.words["customer"]
    found = np.zeros(len(own.values), bool)
    opened = steps.opening_rows
    before = np.arange(len(records.ticket)) <= opened[records.ticket]
    found[own.codes[before & kept[records.ticket]]] = True
    found[steps.customer[kept & (opened < records.first[1:] - 1)]] = True
    return found


def _latest(records: Records) -> tuple[Int64s, Int64s]:
    """For each record, the latest number of arrival and instant of its ticket's up to it: by these, turns are taken."""
    at_s, arrival = records.at_s, records.arrival
    if arrival is None or not len(at_s):
        return np.zeros(len(at_s), np.int64), _highest(records, at_s)
    order = np.lexsort((at_s, arrival))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    last = order[_highest(records, place)]
    return arrival[last], at_s[last]


def _highest(records: Records, numbers: Int64s) -> Int64s:
    """For each record, the highest of the numbers of its ticket's records up to it."""
    if not len(numbers):
        return numbers
    # One running maximum over all: later tickets are lifted above all earlier ones.
    lift = records.ticket.astype(np.int64) << 34
    return np.asarray(np.maximum.accumulate(numbers + lift) - lift)
