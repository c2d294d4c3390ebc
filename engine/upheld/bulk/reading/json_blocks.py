"""JSON Lines in blocks: histories in JSON Lines, some megabytes at once.

What a field holds is learnt from the lines: a text, a whole number, true or false, or a list of texts or of numbers. A
block in which a field holds something else as well is cut in halves, until what is odd stands among a few lines, and
those are read one by one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from upheld.bulk.reading.block import Block, looked_at
from upheld.bulk.reading.history_table import ARRIVAL, HISTORY, batch_of
from upheld.bulk.reading.line_blocks import SIZE, LineBlock, line_blocks
from upheld.history.file import HistoryFile
from upheld.history.format import json_lines
from upheld.history.importer import Bad, Placed
from upheld.history.reading import events_of

FEW: Final = 64
"""Lines that are read one by one if any of them is odd."""
_LEARNT_FROM: Final = 1_000
_TEXTS: Final = tuple(each.name for each in HISTORY if each.name != "at")
_MAY_BE_NULL: Final = ("actor", "channel", "customer", "data")
_NULL: Final = re.compile(rb'"(?:actor|channel|customer|data)"[ \t]*:[ \t]*null')
_HALF: Final = re.compile("[\ud800-\udfff]")
_KINDS: Final = {str: pa.string(), int: pa.int64(), bool: pa.bool_()}
_LISTS: Final = {str: pa.list_(pa.string()), int: pa.list_(pa.int64())}


class JsonBlocks:
    """The records of one file in JSON Lines.

    Args:
        audit: Whether observed states are read; they are bad records otherwise.
    """

    def __init__(self, file: HistoryFile, *, audit: bool) -> None:
        self._file = file
        self._audit = audit
        self._kinds: dict[str, pa.DataType] = {}

    def batches(self, size: int = SIZE) -> Iterator[pa.RecordBatch | Bad]:
        """All of them, ``size`` bytes at once, and what is bad. Raises: Unsure; HistoryError, as streams do."""
        for lines in line_blocks(self._file, size):
            if lines.first == 1:
                self._learn(lines, _LEARNT_FROM)
            yield from self._read(lines)

    def _read(self, lines: LineBlock) -> Iterator[pa.RecordBatch | Bad]:
        block = self._block(lines)
        if block is not None:
            yield from looked_at(block, audit=self._audit)
        elif lines.number <= FEW:
            yield from self._one_by_one(lines)
        else:
            for half in lines.halves():
                yield from self._read(half)

    def _one_by_one(self, lines: LineBlock) -> Iterator[pa.RecordBatch | Bad]:
        self._learn(lines, FEW)
        read = [*events_of(json_lines.records(cast(HistoryFile, _Lines(self._file.name, lines))), audit=self._audit)]
        yield from (each for each in read if isinstance(each, Bad))
        yield batch_of([each[1] for each in read if not isinstance(each, Bad)])

    def _learn(self, lines: LineBlock, most: int) -> None:
        """Learn from some lines what fields hold that were not met before."""
        for _, line in lines.lines(most):
            try:
                record = json.loads(line)
                data = record.get("data")
                if isinstance(data, dict):
                    for name in data.keys() - self._kinds.keys():
                        kind = _kind(data[name])
                        if kind is not None and _HALF.search(name) is None:  # Arrow can give no column such a name
                            self._kinds[name] = kind
            except (ValueError, RecursionError, AttributeError):
                continue

    def _block(self, lines: LineBlock) -> Block | None:
        """The lines as columns; ``None`` where they may mean something else to who reads them one by one."""
        text = lines.text
        if b"null" in text and (
            text.count(b"null") != len(_NULL.findall(text)) or not self._kinds.keys().isdisjoint(_MAY_BE_NULL)
        ):
            return None
        if not text.startswith(b"{") or lines.number != 1 + text.count(b"}\n{") or not text.endswith(b"}\n"):
            return None
        table = self._parsed(text)
        if table is None or table.num_rows != lines.number:
            return None
        columns = {name: table.column(name).combine_chunks() for name in table.schema.names}
        fields = columns["data"]
        inner = dict(zip((each.name for each in fields.type), fields.flatten())) if self._kinds else {}
        texts = {name: columns[name] for name in _TEXTS}
        for name in ("actor", "channel", "customer"):
            texts[name] = pc.replace_with_mask(texts[name], pc.equal(texts[name], ""), pa.scalar(None, pa.string()))
        data = {name: _values(array) for name, array in inner.items()}
        given = {name: array for name, array in data.items() if array.null_count < len(array)}

        def record(row: int) -> Placed | Bad | None:
            one = cast(HistoryFile, _Lines(self._file.name, lines.only(row)))
            return next(json_lines.records(one), None)

        return Block(columns["at"], texts, given, record, columns[ARRIVAL.name])

    def _parsed(self, text: bytes) -> Any:
        fields = [pa.field(name, pa.string()) for name in HISTORY.names]
        fields += [ARRIVAL, pa.field("data", pa.struct([*self._kinds.items()]))]
        try:
            return pyarrow.json.read_json(
                pa.BufferReader(text),
                pyarrow.json.ReadOptions(use_threads=False, block_size=len(text) + 1),
                pyarrow.json.ParseOptions(
                    pa.schema(fields), newlines_in_values=False, unexpected_field_behavior="error"
                ),
            )
        except (pa.ArrowException, UnicodeDecodeError):
            return None


class _Lines:
    """Some lines of a file, for who reads a file's lines."""

    def __init__(self, name: str, lines: LineBlock) -> None:
        self.name = name
        self._lines = lines

    def lines(self) -> Iterator[tuple[int, str]]:
        return self._lines.lines()


def _kind(value: object) -> pa.DataType | None:
    """What a field holds that holds this; ``None`` where that does not show."""
    if isinstance(value, list):
        kinds = {type(each) for each in value}
        return _LISTS.get(kinds.pop()) if len(kinds) == 1 else None
    return _KINDS.get(type(value))


def _values(array: pa.Array) -> pa.DictionaryArray:
    """The values of a field as JSON."""
    if pa.types.is_list(array.type):
        texts = [None if each is None else json.dumps(each, ensure_ascii=False) for each in array.to_pylist()]
        return pa.array(texts, pa.string()).dictionary_encode()
    encoded = array.dictionary_encode()
    words = [json.dumps(each, ensure_ascii=False) for each in encoded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(words, pa.string()))
