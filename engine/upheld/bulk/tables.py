"""Verdict tables: the door. A history as Arrow goes in, the tables of its verdicts come out.

    >>> import pyarrow as pa
    >>> from upheld import load_policy
    >>> history = pa.table({
    ...     "ticket": ["T-1", "T-1"], "at": ["2026-03-02T09:00Z", "2026-03-02T10:00Z"],
    ...     "event": ["submit", "close"], "actor": ["customer", "customer"],
    ... })
    >>> made = verdict_tables(history, load_policy("base"))
    >>> made["tickets"].column("state").to_pylist(), made["refused"].column("code").to_pylist()
    (['open'], ['no-transition'])

Source: DESIGN section 11, "the same pure function".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final

import pyarrow as pa

from upheld.bulk.reading.arrow_columns import arrow_batches
from upheld.bulk.reading.history_table import events_in
from upheld.bulk.scalar_tables import tables_of
from upheld.core.errors import ArgumentError, HistoryError
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.replay.replay import Replay
from upheld.engine import Engine
from upheld.history.importer import Bad
from upheld.replaying import instant_s

SCALAR: Final = "scalar"
COLUMNS: Final = "columns"
AUTO: Final = "auto"
PATHS: Final = (AUTO, SCALAR, COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class VerdictTables(Mapping[str, pa.Table]):
    """The tables of the verdicts of a history, by their names.

    Attributes:
        tables: Each of them; see `docs/reference/tables.md`.
        header: What all verdicts have in common: the policy, the contracts, as-of, warnings.
        summary: What became of all tickets together, as in a verdict's document.
        path: What decided: ``scalar`` or ``columns``.
        fallbacks: How many tickets the columnar path left to the scalar one, by reason.
    """

    tables: Mapping[str, pa.Table]
    header: Mapping[str, Any]
    summary: Mapping[str, Any]
    path: str
    fallbacks: Mapping[str, int]

    def __getitem__(self, name: str) -> pa.Table:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


def verdict_tables(
    history: pa.Table | pa.RecordBatchReader | Iterable[pa.RecordBatch],
    policy: Policy,
    contracts: Contracts | None = None,
    *,
    as_of: str | datetime | None = None,
    audit: bool = False,
    journal: bool = False,
    language: str = "",
    path: str = AUTO,
) -> VerdictTables:
    """The verdicts of a history, as tables.

    Args:
        history: Its records in order of arrival: the columns of a history, and ``data.<name>``.

    Raises: HistoryError for a column that is none of a history, or holds what cannot be read as one, with its name.
    Source: DESIGN section 11.
    """
    engine = Engine(policy, contracts, language=language, audit=audit)
    run = Replay(engine, None if as_of is None else instant_s(as_of), journal=journal)
    reader = _reader(history)
    for found in arrow_batches(reader, reader.schema, "", policy, audit=audit):
        if isinstance(found, Bad):
            raise HistoryError(found.place, found.problem)
        run.take_all(events_in(found))
    header, verdicts = run.header(), [*run.verdicts()]
    summary = run.summary()
    return VerdictTables(tables_of(verdicts, policy, summary), header, summary, SCALAR, {})


def _reader(history: object) -> pa.RecordBatchReader:
    """Batches of one schema, of whatever gives such. Raises: ArgumentError."""
    if isinstance(history, pa.RecordBatch):
        return pa.RecordBatchReader.from_batches(history.schema, [history])
    if isinstance(history, pa.RecordBatchReader):
        return history
    if hasattr(history, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(history)
    if isinstance(history, Iterable):
        batches = iter(history)
        first = next(batches, None)
        if isinstance(first, pa.RecordBatch):
            return pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
    raise ArgumentError("a history is a table or batches of Arrow, or what gives a stream of them")
