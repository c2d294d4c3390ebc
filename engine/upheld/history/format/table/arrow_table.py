"""Parquet and Arrow's own files (Feather): columns with types, as data platforms export them.

A row for each row, batch by batch, so that memory does not grow with the file. A value is text as somebody
would have written it: an instant with its offset where the column has a zone, and without where it has none.
What stands within another is under both names, ``data.minutes``, and a list is one cell, as JSON.

They are read by pyarrow, where it is installed. Source: decision 0024.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import IO, Any, Final

from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.history.file import HistoryFile
from upheld.history.format.table.cell_text import text_of
from upheld.history.importer import Bad, Row

PARQUET: Final = b"PAR1"
ENCRYPTED: Final = b"PARE"
IPC: Final = b"ARROW1"
MOST_COLUMNS: Final = 1_000
FREE_ROWS: Final = 2**20
"""Rows that may come out whatever went in."""
LARGEST_RATIO: Final = 100
"""Rows that may come out for a byte that went in: a word that is repeated takes no room."""
LONGEST_PATH: Final = 256
"""Characters of the name of a column within others."""

_BATCH: Final = 1_024
_HELD: Final = 2**24
"""Bytes that are held before they go to a file: both have to be read from their end."""


def begins_parquet(head: bytes) -> bool:
    """Whether a file that begins so is Parquet."""
    return head.startswith((PARQUET, ENCRYPTED))


def begins_ipc(head: bytes) -> bool:
    """Whether a file that begins so is one of Arrow."""
    return head.startswith(IPC)


def parquet_rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """Each row of a file in Parquet. Raises: HistoryError where it is damaged or encrypted, or pyarrow is missing."""

    def batches(source: IO[bytes]) -> Iterator[Any]:
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(source) as opened:
            schema = opened.schema_arrow
            yield schema
        words = [each.name for each in schema if pyarrow.types.is_string(each.type)]
        source.seek(0)
        with pyarrow.parquet.ParquetFile(source, read_dictionary=words) as opened:
            yield from opened.iter_batches(_BATCH, use_threads=False)

    return _rows(file, "Parquet", batches)


def ipc_rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """Each row of a file of Arrow. Raises: HistoryError as for Parquet."""

    def batches(source: IO[bytes]) -> Iterator[Any]:
        import pyarrow.ipc

        with pyarrow.ipc.open_file(source) as opened:
            yield opened.schema
            for number in range(opened.num_record_batches):
                batch = opened.get_batch(number)
                yield from (batch.slice(at, _BATCH) for at in range(0, batch.num_rows, _BATCH))

    return _rows(file, "a file of Arrow", batches)


def _rows(file: HistoryFile, called: str, batches: Callable[[IO[bytes]], Iterator[Any]]) -> Iterator[Row | Bad]:
    arrow = _pyarrow(file.name, called)
    number, file_head = 0, file.head[: len(ENCRYPTED)]
    with tempfile.SpooledTemporaryFile(max_size=_HELD) as spooled:
        shutil.copyfileobj(file.stream(), spooled)
        size = spooled.tell()
        if file_head == ENCRYPTED:
            raise HistoryError(file.name, "this file is encrypted: export it without")
        most = max(FREE_ROWS, LARGEST_RATIO * size)
        spooled.seek(0)
        try:
            found = batches(spooled)
            columns = _columns(file.name, arrow, next(found))
            for batch in found:
                batch.validate(full=True)
                for values in zip(*(_values(arrow, batch, path) for path in columns.values())):
                    number += 1
                    if number > most:
                        told = f"{size} bytes hold more than {most} rows"
                        raise HistoryError(file.name, f"{told}: no export does; save it as CSV if you trust it")
                    yield Row(f"{file.name}: row {number}", dict(zip(columns, values)))
        except (arrow.ArrowException, OSError, ValueError, ArithmeticError, LookupError, MemoryError):
            place = f"{file.name}: row {number + 1}" if number else file.name
            raise HistoryError(place, f"{called} cannot be read on from here: it is damaged; export it again") from None


def _pyarrow(name: str, called: str) -> ModuleType:
    try:
        import pyarrow
    except ImportError:
        advice = "`pip install 'upheld[parquet]'`, or save it as CSV"
        raise HistoryError(name, f"this is {called}, which needs pyarrow: {advice}") from None
    found: ModuleType = pyarrow
    return found


def _columns(name: str, arrow: ModuleType, schema: Any) -> dict[str, tuple[int, ...]]:
    """The path to each column, by what it is called."""
    found: dict[str, tuple[int, ...]] = {}

    def add(prefix: str, path: tuple[int, ...], field: Any, index: int) -> None:
        called = f"{prefix}{field.name}"
        if len(called) > LONGEST_PATH:
            raise HistoryError(name, f"{quoted(called)} is too long a column: at most {LONGEST_PATH} characters")
        here = (*path, index)
        if arrow.types.is_struct(field.type):
            for at in range(field.type.num_fields):
                add(f"{called}.", here, field.type.field(at), at)
            return
        number = 2
        while called in found:
            called = f"{prefix}{field.name} {number}"
            number += 1
        found[called] = here
        if len(found) > MOST_COLUMNS:
            raise HistoryError(name, f"there are more than {MOST_COLUMNS} columns: at most so many are read")

    for index, field in enumerate(schema):
        add("", (), field, index)
    if not found:
        raise HistoryError(name, "there is no table in it: it has no columns")
    return found


def _values(arrow: ModuleType, batch: Any, path: tuple[int, ...]) -> Iterator[str]:
    """The values of a column as text."""
    first, *inner = path
    array = batch.column(first)
    for index in inner:
        array = array.flatten()[index]
    if arrow.types.is_dictionary(array.type):  # its words are held once, however often they stand there
        words = list(texts_of(arrow, array.dictionary))
        return ("" if index is None else words[index] for index in array.indices.to_pylist())
    return texts_of(arrow, array)


def texts_of(arrow: ModuleType, array: Any) -> Iterator[str]:
    """The values of an array as somebody would have written them; ``""`` for nothing."""
    kind, types = array.type, arrow.types
    if types.is_float32(kind) or types.is_float16(kind):
        shown = array.cast(arrow.float32()).cast(arrow.string()).to_pylist()
        return ("" if text is None else text_of(float(text)) for text in shown)
    if types.is_timestamp(kind):
        array = array.cast(arrow.timestamp("us", _zone(arrow, kind.tz)), safe=False)
    elif types.is_duration(kind):
        array = array.cast(arrow.duration("us"), safe=False)
    elif types.is_time64(kind):
        array = array.cast(arrow.time64("us"), safe=False)
    return map(text_of, array.to_pylist())


def _zone(arrow: ModuleType, zone: str | None) -> str | None:
    """The zone of a column, or UTC where nobody knows it: the instants are the same."""
    try:
        arrow.scalar(0, arrow.timestamp("us", zone)).as_py()
    except (ValueError, KeyError, OSError):
        return "UTC"
    return zone
