"""CSV in blocks: histories in CSV, some megabytes at once.

Only what every reader of CSV reads alike is read here: lines of one separator, each with as many cells as the head, and
quotes that open and close a cell. `Unsure` says from which line on the reader of single rows has to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from upheld.bulk.reading.block import Block, words_of
from upheld.bulk.reading.cells import Cells
from upheld.bulk.reading.history_table import ARRIVAL, DATA
from upheld.bulk.reading.line_blocks import SIZE, LineBlock, Unsure, line_blocks
from upheld.bulk.schemas import WORD
from upheld.core.policy.policy import Policy
from upheld.history.canonical import RowRecords, are_of_history, check_columns
from upheld.history.file import HistoryFile
from upheld.history.format.csv_table import Table
from upheld.history.importer import Bad, Placed

_SEPARATOR: Final = ","
_SINGLE: Final = ("at", ARRIVAL.name)
"""Columns whose cells rarely recur."""
_QUOTED: Final = re.compile(rb'(?<![^,\n])"(?:[^"\\\n]|"")*"(?![^,\n])')
"""A cell in quotes, between separators."""


def csv_blocks(file: HistoryFile, policy: Policy, size: int = SIZE) -> Iterator[Block]:
    """The records of a file, ``size`` bytes at once.

    Raises: Unsure; HistoryError for what is no history, and as the file's stream does.
    """
    names: tuple[str, ...] = ()
    cells = Cells(policy)
    for lines in line_blocks(file, size):
        block = lines
        if not names:
            names = _head(file, lines)
            check_columns(f"{file.name}:{lines.first}", names)
            block = lines.without_first()
        if block.text:
            yield _block(file.name, names, block, cells, policy)


def _head(file: HistoryFile, lines: LineBlock) -> tuple[str, ...]:
    """The columns, where the first line names them and nothing else; nobody has to guess then."""
    names = tuple(lines.text[: lines.text.index(b"\n")].decode().split(_SEPARATOR))
    if not are_of_history(names):
        raise Unsure(lines.first)
    with HistoryFile.open(file.name, said=file.said) as again:
        table = Table(again)
        if names != table.written or names != tuple(table.header) or table.line != lines.first:
            raise Unsure(lines.first)
    return names


def _block(name: str, names: tuple[str, ...], lines: LineBlock, cells: Cells, policy: Policy) -> Block:
    table = _parsed(names, lines)
    columns: dict[str, pa.Array] = dict(zip(names, table.columns))
    if pc.any(pc.equal(columns[names[0]].cast(pa.string()), names[0])).as_py():  # the head once more
        raise Unsure(lines.first)
    texts = {each: array for each, array in columns.items() if each not in _SINGLE and not each.startswith(DATA)}
    events = words_of(columns["event"]) if "event" in columns else None
    fields = [each for each in names if each.startswith(DATA)]
    data = {each.removeprefix(DATA): cells.values(each.removeprefix(DATA), columns[each], events) for each in fields}
    records = RowRecords(names, policy)

    def record(row: int) -> Placed | Bad | None:
        found = [columns[each][row].as_py() or "" for each in names]
        return (f"{name}:{lines.first + row}", records.record(found)) if "".join(found).strip() else None

    return Block(columns["at"], texts, data, record, columns.get(ARRIVAL.name))


def _parsed(names: tuple[str, ...], lines: LineBlock) -> Any:
    """The cells as words, and the instants as texts; an empty cell is nothing."""
    if b"\x00" in lines.text or b"\n\n" in lines.text or lines.text.startswith(b"\n"):
        raise Unsure(lines.first)
    has_quotes = b'"' in lines.text
    if has_quotes and b'"' in _QUOTED.sub(b"", lines.text):
        raise Unsure(lines.first)
    kinds = {name: pa.string() if name in _SINGLE else WORD for name in names}
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(lines.text),
            pyarrow.csv.ReadOptions(use_threads=False, block_size=len(lines.text) + 1, column_names=[*names]),
            pyarrow.csv.ParseOptions(
                delimiter=_SEPARATOR, quote_char='"' if has_quotes else False, newlines_in_values=False
            ),
            pyarrow.csv.ConvertOptions(column_types=kinds, null_values=[""], strings_can_be_null=True),
        )
    except pa.ArrowException:
        raise Unsure(lines.first) from None
    if table.num_rows != lines.number:
        raise Unsure(lines.first)
    return table.combine_chunks().to_batches()[0]
