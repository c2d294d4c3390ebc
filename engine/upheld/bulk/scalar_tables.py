"""Scalar tables: the verdicts of tickets that were decided one by one, as columns.

Whatever decides tickets, rows become columns here, and nowhere else: the whole of a history on the scalar path, and the
few tickets that the columnar path could not take. The schemas say where in a verdict each column finds its value.

Source: DESIGN section 6, "Verdicts"; section 11, step 3, "What does not fit falls back ticket by ticket".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from upheld.bulk.schemas import INSTANT, PIECES, schemas_for
from upheld.core.policy.policy import Policy

Row = Mapping[str, Any]
Batches = dict[str, pa.RecordBatch]
"""A batch of each table, by its name."""

TICKETS_AT_ONCE: Final = 4_096
_OF_TICKET: Final = "/"


class Rows:
    """Rows of verdicts that wait until there are enough of them for a batch.

    Args:
        policy: Whose facts are columns.
        of: Which tables; by default all.
    """

    def __init__(self, policy: Policy) -> None:
        self._tables = [_Waiting(name, schema) for name, schema in schemas_for(policy).items()]
        self._of_tickets = [each for each in self._tables if not each.of_summary]
        self.tickets = 0

    def add(self, verdict: Row) -> None:
        """Take the verdict of a ticket."""
        self.tickets += 1
        for table in self._of_tickets:
            table.add(verdict, verdict.get(table.of, ()) if table.of else (verdict,))

    def summarise(self, summary: Row) -> None:
        """Take the rows of the summary, once it is known."""
        for table in self._tables:
            if table.of_summary:
                table.add(summary, summary.get(table.of, ()))

    def batches(self) -> Batches:
        """What waits, as a batch of each table, perhaps without rows; nothing waits afterwards."""
        self.tickets = 0
        return {table.name: table.batch() for table in self._tables}


def batches_of(verdicts: Iterable[Row], policy: Policy, *, tickets: int = TICKETS_AT_ONCE) -> Iterator[Batches]:
    """The tables of verdicts, some tickets at once; those of the summary have no rows."""
    rows = Rows(policy)
    for verdict in verdicts:
        rows.add(verdict)
        if rows.tickets == tickets:
            yield rows.batches()
    if rows.tickets:
        yield rows.batches()


def tables_of(verdicts: Iterable[Row], policy: Policy, summary: Row | None = None) -> dict[str, pa.Table]:
    """The tables of verdicts, all of them, in the order in which they come; with those of a summary, if it is given."""
    rows = Rows(policy)
    for verdict in verdicts:
        rows.add(verdict)
    if summary is not None:
        rows.summarise(summary)
    return {name: pa.Table.from_batches([batch]) for name, batch in rows.batches().items()}


def table_of(name: str, schema: pa.Schema, rows: Iterable[tuple[str, Row]]) -> pa.Table:
    """One table, of rows that stand in a verdict's list, each with the id of its ticket."""
    waiting = _Waiting(name, schema)
    waiting.add_each([{"ticket": ticket, **row} for ticket, row in rows])
    return pa.Table.from_batches([waiting.batch()])


class _Waiting:
    """The columns of one table, as lists."""

    def __init__(self, name: str, schema: pa.Schema) -> None:
        of = schema.metadata[b"of"].decode()
        self.name = name
        self.of_summary = of.startswith(_OF_TICKET)
        self.of = of.removeprefix(_OF_TICKET)
        self._schema = schema
        self._columns: list[list[object]] = [[] for _ in schema]
        keys = [(each.metadata.get(b"key") or each.name.encode()).decode() for each in schema]
        pairs = [*zip(keys, self._columns)]
        self._shared = [(key.removeprefix(_OF_TICKET), kept) for key, kept in pairs if key.startswith(_OF_TICKET)]
        self._plain = [(key, kept) for key, kept in pairs if not key.startswith(_OF_TICKET) and "." not in key]
        self._nested = [(*key.split(".", 1), kept) for key, kept in pairs if "." in key]

    def add(self, verdict: Row, rows: Sequence[Row]) -> None:
        """Take rows, and of their ticket what stands in each of them."""
        for key, kept in self._shared:
            kept.extend([verdict[key]] * len(rows))
        self._add_own(rows)

    def _add_own(self, rows: Sequence[Row]) -> None:
        for key, kept in self._plain:
            kept.extend(row.get(key) for row in rows)
        for outer, key, kept in self._nested:
            kept.extend((row.get(outer) or {}).get(key) for row in rows)

    def add_each(self, rows: Sequence[Row]) -> None:
        """Take rows, each with what stands in it of its ticket."""
        for key, kept in self._shared:
            kept.extend([row[key] for row in rows])
        self._add_own(rows)

    def batch(self) -> pa.RecordBatch:
        """What waits, and then nothing does."""
        arrays = [array_of(kept, field) for kept, field in zip(self._columns, self._schema)]
        for kept in self._columns:
            kept.clear()
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)


def array_of(values: list[Any], field: pa.Field) -> pa.Array:
    """Values as a verdict has them, as a column."""
    kind = field.type
    if kind == INSTANT:
        made = instants_of(values)
    elif kind == PIECES:
        made = pa.array([None if each is None else [*map(_piece, each)] for each in values], kind)
    elif pa.types.is_dictionary(kind):
        made = pa.array([" ".join(each) if each.__class__ is list else each for each in values], pa.string())
        made = made.dictionary_encode()
    else:
        made = pa.array(values, kind)
    assert field.nullable or not made.null_count, f"{field.name} holds nothing"
    return made


def instants_of(texts: Sequence[str | None]) -> pa.Array:
    """Instants of a verdict, ``2024-03-04T08:15:00Z`` or nothing, as a column of instants."""
    return pa.array(texts, pa.string()).cast(INSTANT)


def _piece(piece: Row) -> Row:
    ends: Callable[[str], int] = lambda key: instants_of([piece[key]])[0].value  # noqa: E731
    return {"from_at": ends("from"), "until_at": ends("until"), "calendar": piece["in"], "factor": piece["factor"]}
