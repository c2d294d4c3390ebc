"""Writing: the tables of verdicts as Parquet, whole or not at all.

A table is written row group by row group as its rows come, so that nobody holds all of them. Where a row group ends
does not depend on how the rows come, nor do the codes of words: equal tables are equal bytes, whichever path made them.

Source: DESIGN section 11, "verdict tables written as Parquet"; THREATS F14.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from upheld.bulk.schemas import HEADER_KEY, INSTANT, PIECES, VERSION, VERSION_KEY, schemas_for
from upheld.core.policy.policy import Policy
from upheld.core.record.json_text import json_text
from upheld.report.files.verdicts import FILES, OF_SOME, TABLE_FILES, summary_text
from upheld.report.files.whole_folder import WholeFolder

Row = Mapping[str, Any]

ROWS: Final = 2**18
"""Of a row group: some megabytes of a table."""
AT_ONCE: Final = 2**17
"""Values that are encoded together."""
_SMALLER: Final[Mapping[pa.DataType, str]] = {
    INSTANT: "DELTA_BINARY_PACKED",
    pa.int32(): "DELTA_BINARY_PACKED",
    pa.int64(): "DELTA_BINARY_PACKED",
}
"""How columns that are no words are written: each value as what it differs in from the one before."""


class TablesFolder:
    """A folder that the tables of a replay are being written into.

    Args:
        rows: Of a row group, but for the last.

    Raises: UpheldError for a folder that holds anything else; OSError, here and while it is written.
    """

    def __init__(self, path: Path, policy: Policy, rows: int = ROWS) -> None:
        self._folder = WholeFolder(path, (*FILES, *OF_SOME, *TABLE_FILES))
        self._rows = rows
        self._schemas = schemas_for(policy)
        self._opened = ExitStack()
        self._files: dict[str, _TableFile] = {}

    def begin(self, header: Row) -> None:
        """Begin the files; what all verdicts have in common stands in each."""
        text = json_text(header)
        with self._folder.told():
            for name, schema in self._schemas.items():
                file = self._opened.enter_context((self._folder.new / f"{name}.parquet").open("wb"))
                metadata = {**schema.metadata, VERSION_KEY: str(VERSION), HEADER_KEY: text}
                self._files[name] = _TableFile(file, schema.with_metadata(metadata), self._rows)

    def write(self, tables: Mapping[str, pa.Table | pa.RecordBatch]) -> None:
        """Write rows of some tables, behind those that were written before."""
        with self._folder.told():
            for name, rows in tables.items():
                self._files[name].write(rows if isinstance(rows, pa.Table) else pa.Table.from_batches([rows]))

    def finish(self, header: Row, summary: Row) -> None:
        """Write the rest, and put all of it in place."""
        with self._folder.told():
            for each in self._files.values():
                each.finish()
            self._opened.close()
            self._folder.finish(summary_text(header, summary))

    def __enter__(self) -> TablesFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a disk that is full says so again while files are closed
            for each in self._files.values():
                each.close()
            self._opened.close()
        self._folder.close()


class _TableFile:
    """One table that is being written."""

    def __init__(self, file: BinaryIO, schema: pa.Schema, rows: int) -> None:
        self._file = file
        self._most = rows
        self._schema = schema
        words = [each.name for each in schema if pa.types.is_dictionary(each.type)]
        words += [
            f"{each.name}.list.element.{leaf.name}" for each in schema if each.type == PIECES for leaf in _leaves()
        ]
        self._writer = pyarrow.parquet.ParquetWriter(
            file,
            schema,
            compression="zstd",
            use_dictionary=words,
            write_statistics=[each.name for each in schema if each.name not in words],
            write_batch_size=AT_ONCE,
            column_encoding={each.name: _SMALLER[each.type] for each in schema if each.type in _SMALLER},
        )
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def write(self, rows: pa.Table) -> None:
        """Take rows, and write as many whole row groups as there are."""
        if not rows.num_rows:
            return
        self._waiting.append(rows.select(self._schema.names))
        self._rows += rows.num_rows
        while self._rows >= self._most:
            waiting = self._all()
            self._write_group(waiting.slice(0, self._most))
            rest = waiting.slice(self._most)
            self._waiting, self._rows = [rest] if rest.num_rows else [], rest.num_rows

    def finish(self) -> None:
        """Write what still waits, and see that it is on the disk."""
        if self._rows:
            self._write_group(self._all())
        self.close()
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """End the file as it is; nothing happens the second time."""
        self._writer.close()

    def _all(self) -> pa.Table:
        return self._waiting[0] if len(self._waiting) == 1 else pa.concat_tables(self._waiting)

    def _write_group(self, rows: pa.Table) -> None:
        columns = [as_they_come(each) if pa.types.is_dictionary(each.type) else each for each in rows.columns]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema), row_group_size=self._most)


def as_they_come(words: pa.ChunkedArray) -> pa.DictionaryArray:
    """The same words, each once and numbered as they come: how they were numbered before no longer shows."""
    one = words.unify_dictionaries().combine_chunks()
    array = one.chunk(0) if isinstance(one, pa.ChunkedArray) else one
    order = array.indices.drop_null().unique()
    met = array.dictionary.take(order)  # a row group has few of the tickets of a long history
    if len(met.unique()) < len(met):
        return array.dictionary_decode().dictionary_encode()
    numbers = np.zeros(len(array.dictionary), np.int32)
    numbers[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    if not array.null_count:
        indices = pa.array(numbers[array.indices.to_numpy()])
    else:
        codes = np.append(numbers, -1)[array.indices.fill_null(-1).to_numpy()]
        indices = pa.array(codes, mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, met)


def _leaves() -> list[pa.Field]:
    return [*PIECES.value_type]
