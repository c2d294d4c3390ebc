"""Conditions on cells: which rows of an export a line of a mapping is about.

    >>> when = CellCondition((Test("status", words=("Accepted",)), Test("sub-status", words=("Wait*",))))
    >>> when({"status": "Accepted", "sub-status": "Wait - User"}), when({"status": "Queued"})
    (True, False)

Words are compared as they are written, or as they are shown, but for spaces around them. A star stands for any
letters, none included; there is no other pattern, so nothing here can be slow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

STAR: Final = "*"
_SPACES: Final = dict.fromkeys((0x09, 0x0A, 0x0D, 0xA0, 0x2007, 0x202F), " ")
_NOTHING: Final = dict.fromkeys(
    (0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
)
"""What no name means: hyphens that may break a line, and marks that turn the direction of writing."""
MOST_REMEMBERED: Final = 10_000
"""Combinations of cells for which the answer is kept at hand."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Test:
    """What one column must hold.

    Attributes:
        words: One of them; with none anything is right.
        unless: None of them.
        is_set: Whether it must hold something, or nothing; ``None`` where that does not matter.
        nulls: The spellings of nothing.
    """

    __test__ = False  # nothing for pytest to collect

    column: str
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    is_set: bool | None = None
    nulls: frozenset[str] = frozenset()

    def __call__(self, cells: Mapping[str, str]) -> bool:
        """Whether the row's cell is right."""
        text = cells.get(self.column, "").strip()
        if text in self.nulls:
            text = ""
        if self.is_set is not None and bool(text) is not self.is_set:
            return False
        texts = (text,) if text.isprintable() else (text, shown(text))
        if self.words and not any(fits(each, word) for each in texts for word in self.words):
            return False
        return not any(fits(each, word) for each in texts for word in self.unless)


@dataclass(frozen=True, slots=True)
class CellCondition:
    """What several columns must hold, all of it; with none, every row is right."""

    tests: tuple[Test, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at."""
        return tuple(test.column for test in self.tests)

    def __call__(self, cells: Mapping[str, str]) -> bool:
        """Whether a row is one of those meant."""
        return all(test(cells) for test in self.tests)


class FirstThatHolds(Generic[Answer]):
    """The answer of the first case whose condition holds, or ``None``; most rows are like one before.

    >>> kind = FirstThatHolds([(CellCondition((Test("status", ("Done",)),)), "event"), (CellCondition(), "other")])
    >>> kind({"status": "Done"}), kind({"status": "New"})
    ('event', 'other')
    """

    __slots__ = ("_cases", "_columns", "_remembered")

    def __init__(self, cases: Sequence[tuple[CellCondition, Answer]]) -> None:
        self._cases = tuple(cases)
        self._columns = tuple(dict.fromkeys(column for condition, _ in cases for column in condition.columns))
        self._remembered: dict[tuple[str | None, ...], Answer | None] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        return self._columns

    def __call__(self, cells: Mapping[str, str]) -> Answer | None:
        """The answer for a row."""
        key = tuple(map(cells.get, self._columns))
        try:
            return self._remembered[key]
        except KeyError:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            found = next((answer for condition, answer in self._cases if condition(cells)), None)
            self._remembered[key] = found
            return found


def shown(text: str) -> str:
    r"""A name as people see it: with plain spaces, on one line, and without what does not show.

    >>> shown("Dupont\N{NO-BREAK SPACE}SA"), shown("\u200eEn\tattente ")
    ('Dupont SA', 'En attente')
    """
    return text if text.isprintable() else " ".join(text.translate({**_SPACES, **_NOTHING}).split())


def fits(text: str, word: str) -> bool:
    """Whether a text is the word, whose stars stand for any letters; a word never fits a cell that holds nothing.

    >>> fits("Wait - User", "Wait*"), fits("Await", "Wait*"), fits("a-b-c", "a*b*c"), fits("", "*")
    (True, False, True, False)
    """
    if STAR not in word or not text:
        return bool(text) and text == word
    first, *middle, last = word.split(STAR)
    if not text.startswith(first) or not text[len(first) :].endswith(last):
        return False
    rest = text[len(first) : len(text) - len(last)]
    for part in middle:
        _, found, rest = rest.partition(part) if part else ("", " ", rest)
        if not found:
            return False
    return True
