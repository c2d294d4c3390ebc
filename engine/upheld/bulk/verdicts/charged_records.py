"""Charged records: what the records cost that cost something, in the order in which accounts count.

Columns have decided which records are accepted as if every account could bear them. Here the engine's own rating and
ledger take those on which something may be charged, and no others; the records of tickets that the scalar path decides
come in between, each in its turn, since accounts are shared. Where a balance is too small for a record that columns
have accepted, all that follows on its ticket is another story, and the ticket goes to the scalar path.

Source: DESIGN section 11, "Where a policy bills, columns decide which records are charged and the ledger does those
alone"; section 3, "Determinism".
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from upheld.bulk.answers.outcomes import Templates
from upheld.bulk.answers.statuses import NO_TICKET
from upheld.bulk.automaton.steps import Steps
from upheld.bulk.keys.records import Bools, Int64s, Records
from upheld.bulk.scalar_tables import table_of
from upheld.bulk.schemas import schemas_for
from upheld.core.decision.engine import Engine
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.replay.customers import Arrivals, Customers
from upheld.core.replay.replay import Replay
from upheld.core.replay.verdict import Log

AT_ONCE: Final = 4_096
"""Charges that become columns together; each as a verdict has it takes ten times as much."""

Turn = tuple[int, int, str, int, Event]
"""When a record is charged, the ticket, its place among those of columns or else -1, and the record.

When: the number of arrival and the instant, the latest of the ticket's records so far by both.
"""


class Told(NamedTuple):
    """Rows of one list of a verdict, in the order in which records were charged.

    Attributes:
        row: The record of each.
        place: What it says besides its instant, as a place in ``templates``.
        templates: What is said.
    """

    row: Int64s
    place: Int64s
    templates: Sequence[dict[str, Any]]


class Billed(NamedTuple):
    """What records cost.

    Attributes:
        charged: The record of each charge, and ``charges`` what it is, in the order of the accounts.
        flags, effects: What else is told of records; ``effects_at`` when, as a verdict has it.
        assumed: The assumptions that something rests on, by ticket.
        short: The tickets with a record for which a balance was too small.
    """

    charged: Int64s
    charges: pa.Table
    flags: Told
    effects: Told
    effects_at: Sequence[str]
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


class _List:
    """Rows of one list of a verdict, as they come."""

    def __init__(self) -> None:
        self._row, self._place = array("q"), array("q")
        self._templates = Templates()

    def add(self, row: int, told: Sequence[dict[str, Any]]) -> None:
        """What a record is told."""
        for each in told:
            self._row.append(row)
            self._place.append(self._templates.number(each))

    def told(self) -> Told:
        """All of them."""
        return Told(np.array(self._row, np.int64), np.array(self._place, np.int64), self._templates.rows)


class _Charging:
    """Charges the records that columns have accepted."""

    def __init__(self, engine: Engine, records: Records, steps: Steps, customers: Customers) -> None:
        self._engine, self._records, self._steps, self._customers = engine, records, steps, customers
        self._charged = steps.charged
        self._schema = schemas_for(engine.policy)["charges"]
        self._rows, self._waiting = array("q"), list[tuple[str, dict[str, Any]]]()
        self._tables = [self._schema.empty_table()]
        self._flags, self._effects, self._effects_at = _List(), _List(), list[str]()
        self._assumed: dict[int, frozenset[str]] = {}
        self._alike: dict[frozenset[str], frozenset[str]] = {}
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
        self._rows.extend([row] * len(log.charges))
        self._waiting += [(event.ticket, each) for each in log.charges]
        if len(self._waiting) >= AT_ONCE:
            self._make_columns()
        self._flags.add(row, log.flags)
        self._effects.add(row, log.effects)
        self._effects_at += [each["at"] for each in log.effects]
        if log.assumed:
            found = self._assumed.get(ticket, frozenset()) | frozenset(log.assumed)
            self._assumed[ticket] = self._alike.setdefault(found, found)

    def result(self) -> Billed:
        """What they cost."""
        self._make_columns()
        charges = pa.concat_tables(self._tables).unify_dictionaries()
        told = (self._flags.told(), self._effects.told(), self._effects_at)
        return Billed(np.array(self._rows, np.int64), charges, *told, self._assumed, self._short)

    def _make_columns(self) -> None:
        """Have the charges that wait as columns."""
        self._tables.append(table_of("charges", self._schema, self._waiting))
        self._waiting = []

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
