"""A table that Python's own writer made reads back as the same cells, in any dialect, encoding and packing."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma

from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.history.file import HistoryFile
from upheld.history.format.csv_table import rows
from upheld.history.importer import Row

LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\ufeff")
CELL = st.text(st.one_of(LETTERS, st.sampled_from(",;\t|\"'\n ")), max_size=8)
NAMES = st.lists(st.from_regex(r"[A-Z][a-z]{1,6}", fullmatch=True), min_size=2, max_size=5, unique=True)
PACKINGS = st.sampled_from([bytes, gzip.compress, bz2.compress, lzma.compress])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


@settings(max_examples=300)
@given(
    names=NAMES,
    data=st.data(),
    separator=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=ENCODINGS,
    pack=PACKINGS,
    declares=st.booleans(),
)
def test_what_was_written_is_read(
    names: list[str],
    data: st.DataObject,
    separator: str,
    quoting: int,
    end: str,
    encoding: str,
    pack: type[bytes],
    declares: bool,
) -> None:
    row = st.lists(CELL, min_size=len(names), max_size=len(names))
    # a first cell keeps the row from being blank; it begins with a digit, as no name of a column does
    written = [[f"7{first}", *rest] for first, *rest in data.draw(st.lists(row, max_size=6))]
    text = io.StringIO(f"sep={separator}{end}" if declares else "", newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([names, *written])

    file = HistoryFile("log.csv", io.BytesIO(pack(text.getvalue().encode(encoding))))
    found = list(rows(file))
    assert [dict(zip(names, cells)) for cells in written] == [
        dict(each.cells) if isinstance(each, Row) else each.problem for each in found
    ]
