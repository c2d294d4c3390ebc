"""Charged records: what the records cost that cost something, in the order in which accounts count.

Columns have decided which records are accepted as if every account could bear them. Here the engine's own rating and ledger
take those on which something may be charged, and no others. Where they refuse one, all that follows for its customer is
another story: the tickets of that customer go to the scalar path, and so do those of every customer whom one of these
tickets may touch.

Source: DESIGN section 11, "Where a policy bills, columns decide which records are charged and the ledger does those alone";
section 3, "Determinism".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from upheld.bulk.automaton.records import Bools, Int64s, Records
from upheld.bulk.automaton.statuses import NO_TICKET
from upheld.bulk.automaton.steps import Steps
from upheld.core.decision.engine import Engine
from upheld.core.record.ticket import Standing
from upheld.core.replay.customers import Customers, Stand
from upheld.core.replay.verdict import Log

LISTS: Final = ("charges", "flags", "effects")


class Billed(NamedTuple):
    """What records cost.

    Attributes:
        rows: For each list of a verdict, the record of each of its rows, and the rows.
        assumed: The assumptions that something rests on, by ticket.
        stands: How accounts stand, by customer.
        short: The tickets of customers whose balance was too small.
    """

    rows: Mapping[str, tuple[Int64s, list[dict[str, Any]]]]
    assumed: Mapping[int, frozenset[str]]
    stands: Mapping[str, Stand | None]
    short: Bools


def billed(engine: Engine, records: Records, steps: Steps, standing_of: Any, kept: Bools, as_of_s: int) -> Billed:
    """Charge what is to be charged on some tickets.

    Args:
        standing_of: Gives a ticket that stands in a status, by its number.
        kept: The tickets.
    """
    customers = Customers(engine.charging, engine.contracts)
    own, short = records.words["customer"], np.zeros(len(own_codes(records)), bool)
    for code in np.flatnonzero(_met(records, steps, kept)):
        customers.of(str(own.values[code] or ""))
    charged = steps.charged
    mine = np.flatnonzero(kept[records.ticket[charged.row]])
    rows = charged.row[mine]
    order = np.lexsort((rows, records.ticket[rows], _latest_s(records)[rows]))
    found: dict[str, tuple[list[int], list[dict[str, Any]]]] = {name: ([], []) for name in LISTS}
    assumed: dict[int, frozenset[str]] = {}
    charges: dict[int, Any] = {}
    stood: dict[int, Standing | None] = {NO_TICKET: None}
    for place in mine[order].tolist():
        row, ticket = int(charged.row[place]), int(records.ticket[charged.row[place]])
        event = records.row(row)
        statuses = int(charged.before[place]), int(charged.after[place])
        for each in statuses:
            if each not in stood:
                stood[each] = standing_of(each)
        whose = event.customer if statuses[1] == NO_TICKET else str(own.values[steps.customer[ticket]] or "")
        code = steps.customer[ticket] if statuses[1] != NO_TICKET else own.codes[row]
        if short[code]:
            continue
        before, after = (
            None if (standing := stood[each]) is None else standing._replace(id=event.ticket, customer=whose)
            for each in statuses
        )
        after = None if after is None else after._replace(charges=charges.get(ticket))
        made = engine.charge(event, before, after, customers.of(whose))
        if made.trace.refusal is not None:
            short[code] = True
            continue
        customers.keep(made.accounts)
        if made.standing is not None:
            charges[ticket] = made.standing.charges
        log = Log(event.ticket, events=row - int(records.first[ticket]))
        log.events += 1
        log.take(event, made.flags, made.trace)
        for name, (of, held) in found.items():
            told = getattr(log, name)
            of += [row] * len(told)
            held += told
        if log.assumed:
            assumed[ticket] = assumed.get(ticket, frozenset()) | frozenset(log.assumed)
    return Billed(
        {name: (np.array(of, np.int64), held) for name, (of, held) in found.items()},
        assumed,
        customers.stands(as_of_s),
        tied(records, steps, short),
    )


def own_codes(records: Records) -> list[object]:
    """The customers of a history."""
    return [*records.words["customer"].values]


def tied(records: Records, steps: Steps, customers: Bools, tickets: Bools | None = None) -> Bools:
    """The tickets that are decided together with those of some customers, or with some tickets.

    Tickets tie the customers whose accounts they may touch, and customers their tickets.
    """
    ticket, code = _touching(records, steps)
    found = np.zeros(len(records.first) - 1, bool) if tickets is None else tickets.copy()
    whose = customers.copy()
    while True:
        found[ticket[whose[code]]] = True
        more = np.zeros(len(whose), bool)
        more[code[found[ticket]]] = True
        if not (more & ~whose).any():
            return found
        whose |= more


def _touching(records: Records, steps: Steps) -> tuple[Int64s, Int64s]:
    """Pairs of a ticket and a customer whose accounts a record of it may touch."""
    own, event = records.words["customer"], records.words["event"]
    plans = steps.engine.plan.events
    may = [
        (plan := plans.get(str(each))) is not None and (None in plan.arrows or not plan.type.needs_ticket)
        for each in event.values
    ]
    rows = np.flatnonzero(np.array(may, bool)[event.codes])
    ticket = np.concatenate((records.ticket[rows], np.arange(len(records.first) - 1)))
    return ticket.astype(np.int64), np.concatenate((own.codes[rows], steps.customer)).astype(np.int64)


def _met(records: Records, steps: Steps, kept: Bools) -> Bools:
    """The customers that anything was looked up for, refused records included."""
    own = records.words["customer"]
    found = np.zeros(len(own.values), bool)
    opened = steps.opening_rows
    before = np.arange(len(records.ticket)) <= opened[records.ticket]
    found[own.codes[before & kept[records.ticket]]] = True
    goes_on = kept & (opened < records.first[1:] - 1)
    found[steps.customer[goes_on]] = True
    return found


def _latest_s(records: Records) -> Int64s:
    """For each record, the latest instant of its ticket's records up to it: by these, accounts take turns."""
    if not len(records.at_s):
        return records.at_s
    # One running maximum over all: later tickets are lifted above all earlier ones.
    lift = records.ticket.astype(np.int64) << 34
    return np.maximum.accumulate(records.at_s + lift) - lift
