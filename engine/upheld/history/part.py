"""Parts of a file: which of its tables is meant, where one file holds several.

A workbook has sheets, and an object-centric log has types of objects. Which of them the tickets are,
a mapping says; where it does not, and there are several, nothing is read: the other one would give
verdicts too.

    >>> Part().choose("book.xlsx", "sheet", {"Tickets": 40, "Agents": 7})
    Traceback (most recent call last):
        ...
    upheld.core.errors.HistoryError: book.xlsx: there are `Tickets`, `Agents`: say which is meant, such as \
`sheet: Tickets` in the mapping
    >>> Part(guesses=True).choose("book.xlsx", "sheet", {"Agents": 7, "Tickets": 40})
    'Tickets'

Source: DESIGN section 6, "Other formats come in through importers"; decision 0024.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from upheld.core.errors import HistoryError
from upheld.core.nearest import listed, nearest, quoted

KEYS: Final = ("sheet", "object-type")
"""Those with which a mapping says it."""


@dataclass(slots=True)
class Part:
    """Which part of a file is meant.

    Attributes:
        asked: What somebody called it, by the key of a mapping that says so; empty for the only one there is.
        guesses: Whether the likeliest is taken where nobody said it: for drafts, which say it then.
        key: How a mapping says it, such as ``sheet``; ``""`` for a file without parts.
        chosen: What is read of it.
        others: What else there is.
    """

    asked: Mapping[str, str] = field(default_factory=dict)
    guesses: bool = False
    key: str = ""
    chosen: str = ""
    others: list[str] = field(default_factory=list)

    def choose(self, file: str, key: str, sizes: Mapping[str, int]) -> str:
        """One of the names, of which there is at least one; of those the largest is the likeliest.

        Raises: HistoryError where it is not there, or where there are several and nobody said which.
        """
        asked = self.asked.get(key, "")
        if asked and asked not in sizes:
            near = nearest(asked, sizes)
            advice = f"did you mean {quoted(near)}?" if near else f"there are {listed(sizes)}"
            raise HistoryError(file, f"there is no {key.replace('-', ' ')} {quoted(asked)}; {advice}")
        if not asked and len(sizes) > 1 and not self.guesses:
            one = next(iter(sizes))
            advice = f"say which is meant, such as `{key}: {quoted(one)[1:-1]}` in the mapping"
            raise HistoryError(file, f"there are {listed(sizes)}: {advice}")
        self.key = key
        self.chosen = asked or max(sizes, key=lambda name: sizes[name])
        self.others = [name for name in sizes if name != self.chosen]
        return self.chosen
