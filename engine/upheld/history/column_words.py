"""Words of columns: how many rows of an export fill a column, and with which words.

    >>> words = ColumnWords()
    >>> for text in ("New", "Done", "", "New"):
    ...     words.add(text)
    >>> words.filled, words.empty, words.frequent(1), words.are_all
    (3, 1, [('New', 2)], True)

A column of texts, such as titles or instants, would fill the memory with them; after some
hundred different ones only their number is kept, and no more than that there are many.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

MOST_WORDS: Final = 2_000
"""Different texts of a column that are counted one by one."""


@dataclass(slots=True)
class ColumnWords:
    """What one column holds.

    Attributes:
        filled, empty: Rows that have something there, and rows that have an empty cell.
        are_all: Whether ``counts`` has every text there is; else those that came first.
    """

    filled: int = 0
    empty: int = 0
    are_all: bool = True
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, text: str) -> None:
        """One more cell."""
        if not text:
            self.empty += 1
            return
        self.filled += 1
        if text in self.counts or len(self.counts) < MOST_WORDS:
            self.counts[text] += 1
        else:
            self.are_all = False

    def frequent(self, most: int) -> list[tuple[str, int]]:
        """The most frequent words with their numbers, those of one number in the order of the alphabet."""
        return sorted(self.counts.items(), key=lambda each: (-each[1], each[0]))[:most]

    @property
    def different(self) -> str:
        """How many different ones there are, for people."""
        return f"{len(self.counts)}" if self.are_all else f"over {MOST_WORDS}"
