"""Cells of a mapping: where a value of a record comes from, and what the export's words for it mean.

    >>> cell = Cell(columns=("impact",), words={"Major": "critical", "Low": "minor"}, nulls=frozenset({"?"}))
    >>> read = cell.reader()
    >>> read({"impact": "Major"}), read({"impact": "?"}), read({}), read({"impact": "Huge"})
    ('critical', None, None, Unknown(column='impact', word='Huge'))

A cell that holds nothing, and one that holds a spelling of nothing, are no value. Spaces around
a word do not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from upheld.core.policy.provenance import Path
from upheld.history.mapping.cell_condition import shown

Scalar = str | int | bool
Cells = Mapping[str, str]
OnUnknown = Literal["error", "skip", "as-is"]

MOST_REMEMBERED: Final = 10_000
"""Words of a column whose meaning is kept at hand."""


class Unknown(NamedTuple):
    """A word that the mapping does not know."""

    column: str
    word: str


NO_WORD: Final = object()
"""What a conversion makes of a text that is no value."""

Value = object
"""What a cell says: a scalar or a list of them, ``None`` for nothing, `Unknown`."""
Read = Callable[[Cells], Value]
Convert = Callable[[str], Value]


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value comes from.

    Attributes:
        columns: The columns that may hold it; the first that holds something counts.
        joined: What stands between the texts of all columns, where together they are the value; it is nothing unless
            all hold something.
        constant: The value for every row, in place of columns.
        guessed: Whether nobody has said yet that it is.
        words: What words mean, ``None`` for nothing; where there are none, what is written is the value.
        unknown: What becomes of a word that is not among them.
        nulls: The spellings of nothing.
        path: Where it stands in the mapping.
    """

    columns: tuple[str, ...] = ()
    joined: str = ""
    constant: Scalar | None = None
    guessed: bool = False
    words: Mapping[str, Scalar | None] = field(default_factory=dict, hash=False)
    unknown: OnUnknown = "error"
    nulls: frozenset[str] = frozenset()
    path: Path = ()

    def text(self, cells: Cells) -> tuple[str, str]:
        """The column that holds something, and what it says; two empty texts where none does."""
        if self.joined:
            return self._joined(cells)
        for column in self.columns:
            text = cells.get(column, "").strip()
            if text and text not in self.nulls:
                return column, text
        return "", ""

    def _joined(self, cells: Cells) -> tuple[str, str]:
        texts = [cells.get(column, "").strip() for column in self.columns]
        is_whole = all(text and text not in self.nulls for text in texts)
        return ("/".join(self.columns), self.joined.join(texts)) if is_whole else ("", "")

    def reader(self, convert: Convert = str) -> Read:
        """What reads it off the cells of a row.

        Args:
            convert: Makes the value of what is written, where no word says what it means.
        """
        if self.constant is not None:
            constant = self.constant
            return lambda cells: constant
        if not self.words and convert is str:
            return lambda cells: self.text(cells)[1] or None
        remembered: dict[str, Value] = {}

        def read(cells: Cells) -> Value:
            column, text = self.text(cells)
            if not text:
                return None
            if text not in remembered:
                if len(remembered) >= MOST_REMEMBERED:
                    remembered.clear()
                remembered[text] = self._meaning(column, text, convert)
            return remembered[text]

        return read

    def _meaning(self, column: str, text: str, convert: Convert) -> Value:
        for word in (text, shown(text)):
            if word in self.words:
                return self.words[word]
        value = convert(text) if not self.words or self.unknown == "as-is" else NO_WORD
        return Unknown(column, text) if value is NO_WORD else value


def kebab(text: str) -> str:
    """A word as the policy would write it.

    >>> kebab("Wait - User")
    'wait-user'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
