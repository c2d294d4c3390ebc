"""Buckets: a folder of Parquet of which each file holds whole tickets, so that each can be decided where it lies.

Source: DESIGN section 11, "the faster way for files, one task per bucket of Parquet".
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow.fs import FileSelector, FileSystem, FileType

from upheld.bulk.portions import Asked, customers_in
from upheld.bulk.reading.files import parquet_batches
from upheld.core.errors import HistoryError

TICKET: Final = "ticket"
CUSTOMER: Final = "customer"
_TOLD: Final = frozenset({TICKET, CUSTOMER, "event", "state"})
HELD: Final = pa.schema(
    [
        pa.field("bucket", pa.int64(), nullable=False),
        pa.field("what", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Buckets:
    """The files of a folder, each decided as a whole. It may be pickled.

    Attributes:
        folder: Its path, or its address such as ``s3://desk/history``; every machine sees the same there.
        files: Their names in it.
    """

    folder: str
    files: tuple[str, ...]
    asked: Asked

    def decided(self, numbers: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of the table that is asked for, of the files of these numbers. Raises: as `Asked.decided`."""
        for number in _numbers(numbers):
            yield from self.asked.decided(self._batches(number))

    def last(self, numbers: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The instant of the last record accepted of each of these files. Raises: as `Asked.last`."""
        for number in _numbers(numbers):
            yield from self.asked.last(self._batches(number))

    def held(self, numbers: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """What these files must hold alone, as rows of schema `HELD`: tickets, and customers where they matter."""
        for number in _numbers(numbers):
            batches = [*self._batches(number, _TOLD)]
            if not batches:
                continue
            table = pa.Table.from_batches(batches)
            found = {TICKET: table["ticket"].cast(pa.string()).unique().drop_null()}
            if self.asked.touching is not None:
                found[CUSTOMER] = customers_in(table, self.asked.touching)
            for what, names in found.items():
                rows = pa.repeat(pa.scalar(number), len(names)), pa.repeat(pa.scalar(what), len(names)), names
                yield pa.RecordBatch.from_arrays([*rows], schema=HELD)

    def _batches(self, number: int, only: Container[str] | None = None) -> Iterator[pa.RecordBatch]:
        name = self.files[number]
        filesystem, root = opened(self.folder)
        with filesystem.open_input_file(f"{root}/{name}") as source:
            yield from parquet_batches(source, source.size(), name, only)


def bucket_files(folder: str) -> tuple[str, ...]:
    """The files of Parquet in a folder, in the order of their names. Raises: HistoryError where there are none."""
    try:
        filesystem, root = opened(folder)
        found = filesystem.get_file_info(FileSelector(root))
    except (OSError, pa.ArrowException) as error:
        raise HistoryError(folder, f"this folder cannot be read: {error}") from None
    names = [each.base_name for each in found if each.type == FileType.File and each.extension == "parquet"]
    if not names:
        raise HistoryError(folder, "there is no file of Parquet in it")
    return tuple(sorted(names))


def opened(folder: str) -> tuple[FileSystem, str]:
    """Where a folder lies, and what it is called there."""
    filesystem, root = FileSystem.from_uri(folder if "://" in folder else str(Path(folder).resolve()))
    return filesystem, root.rstrip("/")


def _numbers(batches: Iterable[pa.RecordBatch]) -> Iterator[int]:
    for each in batches:
        yield from each.column(0).to_pylist()
