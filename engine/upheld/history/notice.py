"""Notices: what was read and is probably not what its author meant, counted while a history is read.

A bad record ends a reading, or is skipped and counted. A notice does neither: the text means
something, and whoever reads the verdicts should know what was noticed about it.

    >>> notices = Notices()
    >>> notices.note("midnight", "log.csv:2", example="2026-03-02")
    >>> notices.note("midnight", "log.csv:7", example="2026-03-05")
    >>> [(each.kind, each.number, each.place, each.values) for each in notices]
    [('midnight', 2, 'log.csv:2', {'example': '2026-03-02'})]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of thing that was noticed.

    Attributes:
        kind: What it is about.
        number: How often it was noticed.
        place: Where first.
        values: What the first one names.
    """

    kind: str
    number: int
    place: str
    values: Mapping[str, str | int]


class Notices:
    """What was noticed so far, kind by kind, in the order in which the kinds were met."""

    def __init__(self) -> None:
        self._found: dict[str, Notice] = {}

    def note(self, kind: str, place: str, more: int = 1, /, **values: str | int) -> None:
        """Count one more, or several; of its kind the first alone keeps its place and ``values``."""
        found = self._found.get(kind)
        number = more if found is None else found.number + more
        first = Notice(kind, 1, place, values) if found is None else found
        self._found[kind] = Notice(kind, number, first.place, first.values)

    def __iter__(self) -> Iterator[Notice]:
        return iter(self._found.values())
