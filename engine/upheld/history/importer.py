"""Importers: a format of histories, and what finds the rows in its files.

Source: DESIGN section 6, "Other formats come in through importers"; section 8, hooks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from upheld.history.file import HistoryFile
from upheld.history.row import Bad, Row


@dataclass(frozen=True, slots=True)
class ProvidedImporter:
    """A format of histories: how the rows of a file are found; what they mean is a mapping's to say.

    Attributes:
        name: What ``--from`` calls it: kebab-case, ASCII, at most 64 characters.
        title: What people call it, such as ``XES (IEEE 1849)``.
        suffixes: How names of such files end, ``.xes``; one that is gzipped may end in ``.gz`` besides.
        rows: Reads a file, from its beginning, once: a row for each thing that the tracker wrote down, in the order
            of the file. What it cannot read is a ``Bad`` with its place, and it goes on with the next where it can.
            Holds no more of the file in memory than it must. Raises ``HistoryError`` when nothing after can be read.
        begins: Whether a file that begins with these bytes is one of the format, for names that do not tell;
            ``None`` where that cannot be said.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    rows: Callable[[HistoryFile], Iterator[Row | Bad]]
    begins: Callable[[bytes], bool] | None = None
