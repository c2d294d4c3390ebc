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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, Final

import pyarrow as pa

from upheld.bulk.reading.arrow_columns import arrow_batches
from upheld.bulk.reading.history_table import events_in, history_table
from upheld.bulk.scalar_tables import tables_of
from upheld.bulk.verdicts.columns import decided, last_accepted_s, unfit
from upheld.core.errors import ArgumentError, HistoryError
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.replay.replay import Replay
from upheld.core.replay.warning import ReplayWarning
from upheld.engine import Engine, check_switch
from upheld.history.importer import Bad
from upheld.replaying import instant_s

SCALAR: Final = "scalar"
COLUMNS: Final = "columns"
AUTO: Final = "auto"
PATHS: Final = (AUTO, SCALAR, COLUMNS)
UNFIT: Final[Mapping[str, str]] = {
    "audit": "observed states are read record by record",
    "remedies": "the policy owes remedies, or promises availability",
    "journal": "a journal is kept record by record",
}
"""Why a whole history is decided record by record, by reason."""


@dataclass(frozen=True, slots=True, eq=False)
class VerdictTables(Mapping[str, pa.Table]):
    """The tables of the verdicts of a history, by their names.

    Attributes:
        tables: Each of them; see `docs/reference/tables.md`.
        header: What all verdicts have in common: the policy, the contracts, as-of, warnings.
        summary: What became of all tickets together, as in a verdict's document.
        path: What decided: ``scalar``, record by record, or ``columns``.
        why: Why it was not ``columns``: a reason of `UNFIT`, or ``""``.
        fallbacks: How many tickets ``columns`` left to ``scalar``, by reason.
        warnings: Those of the header, as values.
    """

    tables: Mapping[str, pa.Table]
    header: Mapping[str, Any]
    summary: Mapping[str, Any]
    path: str
    why: str = ""
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    warnings: Sequence[ReplayWarning] = ()

    def __getitem__(self, name: str) -> pa.Table:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


def verdict_tables(
    history: object,
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
        history: Its records in order of arrival, with the columns of a history and ``data.<name>`` for each field: a
            table or batches of Arrow, or anything that gives a stream of them (``__arrow_c_stream__``), such as frames
            of polars and pandas and relations of DuckDB.
        contracts: What customers have signed; by default nothing.
        as_of: The instant at which everything is looked at; later records are not read.
        audit: Records come from a tracker: states may be observed, and timers do not fire by themselves.
        journal: Whether to keep the chain of digests of each ticket's records.
        language: Of messages; by default the vendor's.
        path: ``auto``, ``scalar`` or ``columns``: what decides. They differ in nothing but time.

    Raises: HistoryError for a column that is none of a history, or holds what cannot be read as one, and for a record
        that is none, with its row; ArgumentError for what is no history, for a path that there is not, and for
        ``columns`` where they cannot decide (`UNFIT`); as `upheld.replay` does.
    Source: DESIGN section 11.
    """
    check_switch("journal", journal)
    engine = Engine(policy, contracts, language=language, audit=audit)
    why = chosen(path, engine, journal=journal)
    as_of_s = None if as_of is None else instant_s(as_of)
    return tables_from(read(history, policy, audit=audit), engine, as_of_s, journal=journal, why=why)


def chosen(path: str, engine: Engine, *, journal: bool = False) -> str:
    """Why a history is decided record by record: a reason of `UNFIT`, or ``scalar``; ``""`` where columns decide.

    Raises: ArgumentError for a path that there is not, and for columns where they cannot decide.
    """
    if path not in PATHS:
        near = nearest(path, PATHS) if isinstance(path, str) else ""
        hint = f"did you mean {quoted(near)}?" if near else f"there are {listed(PATHS)}"
        raise ArgumentError(f"there is no path {quoted(path)}: {hint}")
    if path == SCALAR:
        return SCALAR
    why = "journal" if journal else unfit(engine)
    if why and path == COLUMNS:
        raise ArgumentError(f"columns cannot decide this: {UNFIT[why]}; leave the path out, and another one is taken")
    return why


def read(history: object, policy: Policy, *, audit: bool = False) -> pa.Table:
    """A history as codes of texts. Raises: HistoryError; ArgumentError for what is none."""
    reader = _reader(history)
    batches = []
    for found in arrow_batches(reader, reader.schema, "", policy, audit=audit):
        if isinstance(found, Bad):
            raise HistoryError(found.place, found.problem)
        batches.append(found)
    return history_table(batches)


def tables_from(
    history: pa.Table,
    engine: Engine,
    as_of_s: int | None = None,
    *,
    others_s: int | None = None,
    journal: bool = False,
    looks_again: bool = True,
    why: str = "",
) -> VerdictTables:
    """The tables of a history that was read.

    Args:
        others_s: Where this is a part of a history, and nobody said as-of: the instant of the last record that was
            accepted elsewhere.
        looks_again: Whether it is counted how many late records would be accepted in the order of their instants.
        why: Why columns do not decide it; see `chosen`.
    """
    if not why:
        held = [history]
        del history  # no other reference to it stays, so that its memory goes with the last use of it
        made = decided(held.pop(), engine, as_of_s, others_s=others_s, looks_again=looks_again)
        return VerdictTables(made.tables, made.header, made.summary, COLUMNS, "", made.fallbacks, made.warnings)
    run = Replay(engine, as_of_s, journal=journal)
    run.take_all(events_in(history))
    if looks_again and run.has_late:
        run.look_again(events_in(history))
    if others_s is not None and as_of_s is None:
        run.end(max(others_s, run.last_s or others_s))
    warnings, header, verdicts = run.warnings(), run.header(), [*run.verdicts()]
    summary = run.summary()
    tables = tables_of(verdicts, engine.policy, summary)
    return VerdictTables(tables, header, summary, SCALAR, why, {}, warnings)


def last_of(history: pa.Table, engine: Engine, *, why: str = "") -> int | None:
    """The instant of the last record accepted of a history that was read; ``None`` where there is none.

    Args:
        why: Why columns do not decide it; see `chosen`.
    """
    if not why:
        return last_accepted_s(history, engine)
    run = Replay(engine)
    run.take_all(events_in(history))
    return run.last_s


def _reader(history: object) -> pa.RecordBatchReader:
    """Batches of one schema, of whatever gives such."""
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
