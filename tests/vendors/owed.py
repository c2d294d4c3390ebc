"""What is owed: availability and remedies moved step by step, or dropped."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from vendors.mutation import GONE, Changes, Path, Tree, listed, walk

BOUNDS = ("below", "from", "to", "share", "at-least", "at-most")
"""Keys that say from where a step holds, and for how much."""


def owed(tree: Tree) -> Changes:
    """A share, a bound or an amount a step more and less; a promise over time, a remedy or a step of it dropped."""
    for section in ("availability", "remedies"):
        for step, spec in enumerate(tree.get(section, ())):
            yield f"{section} dropped", (section, step), "", {(section, step): GONE}
            for path, value in walk(spec, (section, step)):
                yield from _moved(path, value)
            for entry in range(len(spec.get("steps", ()))):
                yield "step dropped", (section, step, "steps", entry), "", {(section, step, "steps", entry): GONE}
            of = listed(spec.get("of", []))
            for each in of if len(of) > 1 else ():
                kept = [other for other in of if other != each]
                yield "remedy narrowed", (section, step, "of"), each, {(section, step, "of"): kept}


def _moved(path: Path, value: Any) -> Changes:
    if path[-1] in BOUNDS and isinstance(value, (int, str)):
        for words, new in _beside(value):
            yield "bound moved", path, words, {path: new}


def _beside(value: int | str) -> Iterator[tuple[str, int | str]]:
    """A tenth of a per cent to either side, or one more and one less."""
    for words, more in (("more", 1), ("less", -1)):
        if isinstance(value, int):
            yield words, value + more
        elif value.endswith("%"):
            share = Fraction(value.removesuffix("%")) + Fraction(more, 10)
            yield words, f"{float(share):g}%"
