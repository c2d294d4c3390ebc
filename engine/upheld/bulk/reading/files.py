"""Files: the batches of a history, whatever files it is in.

CSV, JSON Lines, Parquet and Arrow's own files are read many records at once, all else one by one, and so is the rest of
a file from where a fast reader is not sure of it. The records, what is bad of them and what is noticed are those of
`upheld.history.reading`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, Any, Final, NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from upheld.bulk.reading.arrow_columns import ROWS, arrow_batches, check_schema
from upheld.bulk.reading.block import looked_at
from upheld.bulk.reading.csv_blocks import csv_blocks
from upheld.bulk.reading.history_table import batch_of
from upheld.bulk.reading.json_blocks import JsonBlocks
from upheld.bulk.reading.line_blocks import SIZE, Unsure
from upheld.core.errors import HistoryError
from upheld.core.policy.policy import Policy
from upheld.history import canonical
from upheld.history.file import HistoryFile, HistoryFiles
from upheld.history.format.table.arrow_table import ENCRYPTED, FREE_ROWS, LARGEST_RATIO
from upheld.history.formats import FORMATS
from upheld.history.importer import Bad, Placed, ProvidedImporter
from upheld.history.reading import Progress, RecordMaker, events_of, followed, opened, records_of

Found: TypeAlias = pa.RecordBatch | Bad

AT_ONCE: Final = 16_384
"""Records that are read one by one and put into one batch."""
_HELD: Final = 2**24


def read_batches(
    files: HistoryFiles,
    policy: Policy,
    format_name: str = "",
    mapping: RecordMaker | None = None,
    on_progress: Progress | None = None,
    *,
    audit: bool = False,
    formats: Mapping[str, ProvidedImporter] = FORMATS,
    block_bytes: int = SIZE,
) -> Iterator[Found]:
    """Batches of the records of a history in the order of its files, and what could not be read.

    The arguments, and what is raised, are those of `upheld.history.reading.read_history`, but for ``block_bytes``: of
    how much text is read at once.
    """
    asked = _Asked(policy, audit, block_bytes)
    if mapping is not None:
        found = followed(records_of(opened(files, format_name, formats), policy, mapping), files, on_progress)
        yield from _one_by_one(found, audit=audit)
        return
    for file, chosen in opened(files, format_name, formats):
        is_empty = True
        for each in _of_file(file, chosen, asked):
            if isinstance(each, Bad) or each.num_rows:
                is_empty = False
                yield each
            if on_progress is not None:
                on_progress(files.position, files.size)
        if is_empty:
            file.notices.note("no-records", file.name, file=file.name)


class _Asked(NamedTuple):
    """How files are read."""

    policy: Policy
    audit: bool
    block_bytes: int


def _of_file(file: HistoryFile, chosen: ProvidedImporter, asked: _Asked) -> Iterator[Found]:
    read = _FAST.get(chosen.name) if chosen is FORMATS.get(chosen.name) else None
    if read is None or (chosen.name in _LINES and file.size is None):  # what cannot be begun again
        yield from _one_by_one(canonical.records(file, chosen, asked.policy), audit=asked.audit)
        return
    try:
        yield from read(file, asked)
    except Unsure as unsure:
        with HistoryFile.open(file.name, file.notices, file.said) as again:
            records = canonical.records(again, chosen, asked.policy)
            if unsure.line > 1:
                records = _from_line(records, unsure.line)
            yield from _one_by_one(records, audit=asked.audit)


def _from_line(records: Iterable[Placed | Bad], line: int) -> Iterator[Placed | Bad]:
    """Those that stand on a line or behind it."""
    for each in records:
        place = each.place if isinstance(each, Bad) else each[0]
        if int(place.rpartition(":")[2]) >= line:
            yield each


def _one_by_one(records: Iterable[Placed | Bad], *, audit: bool) -> Iterator[Found]:
    events = events_of(records, audit=audit)
    while some := [*islice(events, AT_ONCE)]:
        yield from (each for each in some if isinstance(each, Bad))
        yield batch_of([each[1] for each in some if not isinstance(each, Bad)])


def _csv(file: HistoryFile, asked: _Asked) -> Iterator[Found]:
    for block in csv_blocks(file, asked.policy, asked.block_bytes):
        yield from looked_at(block, audit=asked.audit)


def _json_lines(file: HistoryFile, asked: _Asked) -> Iterator[Found]:
    return JsonBlocks(file, audit=asked.audit).batches(asked.block_bytes)


def _parquet(file: HistoryFile, asked: _Asked) -> Iterator[Found]:
    return _arrow(file, "Parquet", _of_parquet, asked)


def _of_parquet(source: IO[bytes], most: int, only: Container[str] | None = None) -> Iterator[Any]:
    with pyarrow.parquet.ParquetFile(source) as read:
        schema = read.schema_arrow
        if read.metadata.num_rows > most:
            raise _Boasts
    words = [each.name for each in schema if pa.types.is_string(each.type)]
    columns = None if only is None else [each for each in schema.names if each in only]
    yield schema
    source.seek(0)
    with pyarrow.parquet.ParquetFile(source, read_dictionary=words) as read:
        yield from read.iter_batches(ROWS, columns=columns, use_threads=False)


def parquet_batches(
    source: IO[bytes], size: int, name: str, only: Container[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The batches of a file of Parquet, wherever it lies, as they stand in it.

    Args:
        size: How many bytes it has.
        name: What it is called.
        only: The columns that are wanted.

    Raises: HistoryError for columns that are none of a history, and for one that is damaged, or boasts.
    """
    most = max(FREE_ROWS, LARGEST_RATIO * size)
    found = _sound(_of_parquet(source, most, only), name, "Parquet", most)
    check_schema(next(found), name)
    yield from found


def _ipc(file: HistoryFile, asked: _Asked) -> Iterator[Found]:
    def batches(source: IO[bytes], most: int) -> Iterator[Any]:
        with pyarrow.ipc.open_file(source) as read:
            yield read.schema
            for number in range(read.num_record_batches):
                yield read.get_batch(number)

    return _arrow(file, "a file of Arrow", batches, asked)


class _Boasts(Exception):
    """A file says that it holds more rows than its bytes could."""


def _arrow(
    file: HistoryFile, called: str, batches: Callable[[IO[bytes], int], Iterator[Any]], asked: _Asked
) -> Iterator[Found]:
    """The records of a file whose columns have types, which has to be read from its end."""
    head = file.head[: len(ENCRYPTED)]
    if head == ENCRYPTED:
        raise HistoryError(file.name, "this file is encrypted: export it without")
    with tempfile.SpooledTemporaryFile(max_size=_HELD) as spooled:
        shutil.copyfileobj(file.stream(), spooled)
        size = spooled.tell()
        spooled.seek(0)
        most = max(FREE_ROWS, LARGEST_RATIO * size)
        found = _sound(batches(spooled, most), file.name, called, most)
        yield from arrow_batches(found, next(found), file.name, asked.policy, audit=asked.audit)


def _sound(found: Iterator[Any], name: str, called: str, most: int) -> Iterator[Any]:
    """What comes of a file, as long as it is whole and in proportion. Raises: HistoryError."""
    number = 0
    try:
        for each in found:
            if isinstance(each, pa.RecordBatch):
                each.validate(full=True)
                number += each.num_rows
                if number > most:
                    raise _Boasts
            yield each
    except _Boasts:
        told = f"it says that it holds more than {most} rows"
        raise HistoryError(name, f"{told}, in so few bytes: no export does; save it as CSV if you trust it") from None
    except (pa.ArrowException, OSError, ValueError, ArithmeticError, LookupError, MemoryError):
        place = f"{name}: row {number + 1}" if number else name
        raise HistoryError(place, f"{called} cannot be read on from here: it is damaged; export it again") from None


_FAST: Final[Mapping[str, Callable[[HistoryFile, _Asked], Iterator[Found]]]] = {
    "csv": _csv,
    "jsonl": _json_lines,
    "parquet": _parquet,
    "arrow": _ipc,
}
_LINES: Final = ("csv", "jsonl")
