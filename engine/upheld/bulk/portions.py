"""Portions: a stream of records, cut between tickets, and each piece decided as soon as it is whole.

For whoever has a history in parts, on one machine or many: a part is a stream of batches in which all records of a
ticket, or of whatever ties tickets together, come one after another. What comes of all parts is what comes of the
whole, as long as every part is told the instant of the last record that any of them accepted.

Source: DESIGN section 11, "More than one machine".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from upheld.bulk.reading.history_table import in_time
from upheld.bulk.tables import chosen, last_of, read, tables_from
from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.engine import Engine

RECORDS: Final = 2**18
"""Of a portion, unless one ticket has more: some hundred megabytes while it is decided."""
BALANCES: Final = "balances"
HOME: Final = "home"
LAST: Final = pa.schema([pa.field("last_s", pa.int64(), nullable=False)])
MICROSECONDS: Final = pa.timestamp("us", "UTC")
_ROW: Final = "row "


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about every part of a history. It may be pickled.

    Attributes:
        table: Which table is wanted.
        columns: What the columns of a part are to be called; ``()`` for what they are called.
        key: That of them that says what belongs together; ``""`` where all of a part does.
        in_time: Whether records are to be put in the order of their instants; those of one stay as they stand.
        touching: Where the tickets of a customer belong together: the events that may touch his accounts;
            ``None`` where tickets are alone, or all together.
        as_of_s: As-of, where somebody said it: later records are not read.
        last_s: Otherwise the instant of the last record that any part accepted.
        records: How many of them are decided together.
    """

    policy: Policy
    contracts: Contracts | None
    table: str
    audit: bool = False
    language: str = ""
    columns: tuple[str, ...] = ()
    key: str = "ticket"
    in_time: bool = False
    touching: frozenset[str] | None = None
    as_of_s: int | None = None
    last_s: int | None = None
    records: int = RECORDS

    def decided(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of the table that is wanted, of one part, as `plain` columns.

        Balances are there of each customer whom a part knows, if by his contract alone; `HOME` tells where he was
        charged if he was anywhere.

        Raises: HistoryError for a record that is none, with its ticket.
        """
        engine, why = self._engine()
        for portion in self._portions(batches):
            history = self._history(portion)
            made = tables_from(history, engine, self.as_of_s, others_s=self.last_s, looks_again=False, why=why)
            rows = plain(made[self.table])
            if self.table == BALANCES:
                rows = rows.append_column(HOME, self._at_home(rows["customer"], portion))
            yield from rows.to_batches()

    def last(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The instant of the last record accepted of each portion, as rows of schema `LAST`. Raises: as `decided`."""
        engine, why = self._engine()
        for portion in self._portions(batches):
            last_s = last_of(self._history(portion), engine, why=why)
            if last_s is not None:
                yield pa.RecordBatch.from_pylist([{"last_s": last_s}], LAST)

    def _engine(self) -> tuple[Engine, str]:
        engine = Engine(self.policy, self.contracts, language=self.language, audit=self.audit)
        return engine, chosen("auto", engine)

    def _history(self, portion: pa.Table) -> pa.Table:
        """Its records. Raises: HistoryError, which names the ticket: nobody else knows which row that is."""
        try:
            history = read(portion, self.policy, audit=self.audit)
        except HistoryError as error:
            row = error.place.removeprefix(_ROW)
            if not row.isdigit():
                raise
            ticket = portion["ticket"][int(row) - 1].as_py()
            place = f"ticket {quoted(str(ticket))}" if ticket is not None else "a record without a ticket"
            raise HistoryError(place, error.problem) from None
        return in_time(history) if self.in_time else history

    def _at_home(self, customers: pa.ChunkedArray, portion: pa.Table) -> pa.ChunkedArray:
        if self.touching is None:
            return pa.chunked_array([pa.repeat(pa.scalar(True), len(customers))])
        return pc.is_in(customers, customers_in(portion, self.touching))

    def _portions(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
        if self.columns:
            batches = (each.rename_columns([*self.columns]) for each in batches)
        for portion in portions(batches, self.key, self.records):
            yield portion.drop_columns([self.key]) if self.key not in ("", "ticket") else portion


def customers_in(portion: pa.Table, touching: frozenset[str]) -> pa.Array:
    """Whose accounts the records of a portion may touch; ``""`` stands for nobody."""
    names, rows = portion.schema.names, portion.num_rows
    texts = {
        name: portion[name].cast(pa.string()).fill_null("")
        if name in names
        else pa.chunked_array([pa.repeat(pa.scalar(""), rows)])
        for name in ("event", "state", "customer")
    }
    touches = pc.is_in(texts["event"], pa.array(sorted(touching), pa.string()))
    touches = pc.or_(touches, pc.not_equal(texts["state"], ""))
    return texts["customer"].filter(touches).unique()


def portions(batches: Iterable[pa.RecordBatch], key: str, records: int = RECORDS) -> Iterator[pa.Table]:
    """A stream in pieces of at least so many records, but for the last; what has one key stays together.

    Args:
        batches: Of one schema; all records of a key come one after another.
        key: A column of texts; ``""`` where everything belongs together.
    """
    held: list[pa.RecordBatch] = []
    rows, wanted = 0, records
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows < wanted or not key:
            continue
        whole = pa.Table.from_batches(held)
        cut = pc.index(whole[key], whole[key][-1]).as_py()  # the last key may go on
        if cut:
            yield whole.slice(0, cut)
            held, rows, wanted = whole.slice(cut).to_batches(), rows - cut, records
        else:
            wanted = 2 * rows
    if rows:
        yield pa.Table.from_batches(held)


def plain(table: pa.Table) -> pa.Table:
    """The same rows without dictionaries, and instants in microseconds: what every program takes."""
    columns = [each.cast(plain_type(each.type)) for each in table.columns]
    return pa.Table.from_arrays(columns, schema=pa.schema([*map(plain_field, table.schema)]))


def plain_field(of: pa.Field) -> pa.Field:
    """A column of plain values, of which the page of tables says the same."""
    return of.with_type(plain_type(of.type))


def plain_type(kind: pa.DataType) -> pa.DataType:
    """The type of plain values of a column."""
    if pa.types.is_dictionary(kind):
        return plain_type(kind.value_type)
    if pa.types.is_timestamp(kind):
        return MICROSECONDS
    if pa.types.is_list(kind):
        return pa.list_(plain_field(kind.value_field))
    if pa.types.is_struct(kind):
        return pa.struct([*map(plain_field, kind)])
    return kind
