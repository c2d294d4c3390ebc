"""Samples: some tickets of a history decided both ways, to see that columns and the engine agree.

Which tickets is told by digests of the policy and their ids, so that the same history has the same sample on every
machine, and nobody can choose one that agrees. They are decided once more, record by record, and every value of every
row of theirs is compared. Where the policy bills, the other tickets of their customers are decided with them, since
these have used the same accounts.

Source: DESIGN section 11, "`--verify 1%` decides a sample both ways and fails loudly"; THREATS B01.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upheld.bulk.reading.history_table import events_in
from upheld.bulk.scalar_tables import tables_of
from upheld.core.errors import DifferenceError
from upheld.core.nearest import quoted
from upheld.core.replay.replay import Replay
from upheld.core.time.instant import text_of
from upheld.engine import Engine
from upheld.jobs.sharding import touching_events

_OUT_OF: Final = 2**64


def verified(
    tables: Mapping[str, pa.Table], history: pa.Table, engine: Engine, given_s: int | None, as_of_s: int | None,
    share: Decimal, *, journal: bool = False,
) -> int:  # fmt: skip
    """Decide some tickets of a history once more, and compare.

    Args:
        tables: What columns made of it, under this engine.
        given_s: The as-of that was asked for.
        as_of_s: The instant at which everything was looked at; ``None`` where nothing was accepted.
        share: How much of the tickets, from 0 to 1.

    Returns: how many tickets were compared.
    Raises: DifferenceError for the first difference.
    """
    chosen = sample(tables["tickets"]["ticket"], engine.policy.digest, share)
    run = Replay(engine, given_s, journal=journal)
    run.take_all(events_in(_rows(history, _tied(history, chosen, engine))))
    run.end(as_of_s)
    again = tables_of(run.verdicts(), engine.policy)
    for name, expected in again.items():
        if "ticket" in expected.schema.names:
            _compare(name, _rows(tables[name], chosen), _rows(expected, chosen))
    return len(chosen)


def sample(tickets: pa.ChunkedArray, digest: str, share: Decimal) -> pa.Array:
    """The tickets of which a number that their digest gives lies below the share; at least one, if there are any."""
    begun = sha256(digest.encode())
    numbers = []
    for ticket in tickets.to_pylist():
        own = begun.copy()
        own.update(ticket.encode())
        numbers.append(int.from_bytes(own.digest()[:8], "big"))
    limit = min(int(share * _OUT_OF), _OUT_OF - 1)
    found = np.array(numbers, np.uint64) <= np.uint64(limit)
    if numbers and not found.any():
        found[int(np.argmin(np.array(numbers, np.uint64)))] = True
    return tickets.filter(pa.array(found)).combine_chunks()


def _tied(history: pa.Table, chosen: pa.Array, engine: Engine) -> pa.Array:
    """Some tickets, and where the policy bills all that may touch an account that one of them touches."""
    if not engine.charging.bills:
        return chosen
    events = pc.is_in(history["event"].cast(pa.string()), pa.array(sorted(touching_events(engine)), pa.string()))
    naming = history.filter(events).select(["ticket", "customer"])
    columns = {name: naming[name].cast(pa.string()).fill_null("") for name in naming.column_names}
    pairs = pa.table(columns).group_by(["ticket", "customer"]).aggregate([])
    found, number = chosen, -1
    while number < len(found):
        number = len(found)
        customers = pairs.filter(pc.is_in(pairs["ticket"], found))["customer"].combine_chunks()
        of_these = pairs.filter(pc.is_in(pairs["customer"], customers))["ticket"].combine_chunks()
        found = pa.concat_arrays([found, of_these]).unique()
    return found


def _rows(table: pa.Table, tickets: pa.Array) -> pa.Table:
    column = table["ticket"]
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    return table.filter(pc.is_in(column, tickets))


def _compare(name: str, columns: pa.Table, engine: pa.Table) -> None:
    for made, expected in _pairs(columns.to_pylist(), engine.to_pylist()):
        if made is None or expected is None or made["ticket"] != expected["ticket"]:
            first = min((each for each in (made, expected) if each is not None), key=lambda each: each["ticket"])
            told = (_of(each, first["ticket"]) for each in (made, expected))
            raise DifferenceError(first["ticket"], name, "ticket", *told)
        for column, value in expected.items():
            if made[column] != value:
                raise DifferenceError(expected["ticket"], name, column, _shown(made[column]), _shown(value))


def _of(row: Mapping[str, Any] | None, ticket: str) -> str:
    """Whether one side has a row of a ticket here."""
    return "a row" if row is not None and row["ticket"] == ticket else "no row"


def _pairs(columns: list[Any], engine: list[Any]) -> Iterator[tuple[Any, Any]]:
    for at in range(max(len(columns), len(engine))):
        yield (columns[at] if at < len(columns) else None), (engine[at] if at < len(engine) else None)


def _shown(value: object) -> str:
    """A value of a row, for a reader."""
    return quoted(text_of(int(value.timestamp())) if isinstance(value, datetime) else value)
