"""The figure: numbers to be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Drawn = int | float | str | None

Plot = Literal["kept", "used", "hours", "turns", "goes", "balance", "timeline"]
"""How it is drawn; see `upheld.pages.plots`."""


@dataclass(frozen=True, slots=True)
class Row:
    """A mark of the plot, or a few that belong together, and the same as a row of the table.

    Attributes:
        drawn: What the plot reads, by the names of its fields.
        listed: A text for each of the figure's columns; none where the row of another mark says the same.
    """

    drawn: Mapping[str, Drawn]
    listed: tuple[str, ...]

    def number(self, field: str) -> int:
        """A whole number that is drawn; 0 where there is none."""
        return int(self.drawn.get(field) or 0)

    def text(self, field: str) -> str:
        """A text that is drawn; ``""`` where there is none."""
        return str(self.drawn.get(field) or "")


@dataclass(frozen=True, slots=True)
class Figure:
    """What a plot draws and what the table beside it lists, so neither can say more.

    Attributes:
        id: Its anchor, kebab-case, unique on its page; ``{id}-plot-…`` are anchors within its plot.
        question: What it answers, in the reader's language; it stands above, once for figures that share it.
        title: What it shows.
        says: What is to be seen in it, in a sentence or two: the plot's description for who cannot see it.
        columns: Headings with their unit: ``share, %``.
        rows: In reading order; none where there is nothing to show.
        key: The colours that mean something, each by its name in the theme (``kept``), and what it means.
        notes: What a reader must know so that nothing misleads: small numbers, what is open, what does not count.
        assumes: The ids of the assumptions that the numbers rest on.
        plot: How it is drawn.
    """

    id: str
    question: str
    title: str
    says: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    key: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    assumes: tuple[str, ...]
    plot: Plot

    @property
    def table(self) -> tuple[tuple[str, ...], ...]:
        """The rows of the table beside the plot."""
        return tuple(row.listed for row in self.rows if row.listed)
