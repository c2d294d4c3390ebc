"""Crossings: the order of what stands in each row in which few lines cross.

The best order is not looked for, for nobody can wait for it: each row is put in the order of the middles of what it
is joined to, downwards and upwards in turn, then neighbours change places while that helps. The same drawing comes of
the same policy on any machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from upheld.pages.lifecycle.layers import Layers

TURNS: Final = 12


def ordered(layers: Layers) -> list[list[int]]:
    """The rows of the drawing, each from left to right."""
    above: dict[int, list[int]] = {}
    below: dict[int, list[int]] = {}
    for upper, lower in layers.joints:
        below.setdefault(upper, []).append(lower)
        above.setdefault(lower, []).append(upper)
    rows = [list(row) for row in layers.rows]
    best, least = rows, _crossings(rows, below)
    for turn in range(TURNS):
        downwards = turn % 2 == 0
        joined = above if downwards else below
        for at in range(len(rows)) if downwards else reversed(range(len(rows))):
            neighbour = at - 1 if downwards else at + 1
            if 0 <= neighbour < len(rows):
                rows[at] = _by_middles(rows[at], rows[neighbour], joined)
        _swap(rows, above, below)
        crossed = _crossings(rows, below)
        if crossed < least:
            best, least = [list(row) for row in rows], crossed
    return best


def _by_middles(row: Sequence[int], neighbour: Sequence[int], joined: dict[int, list[int]]) -> list[int]:
    """A row in the order of the middles of what it is joined to; what is joined to nothing keeps its place."""
    place = {spot: at for at, spot in enumerate(neighbour)}
    middles = {spot: sum(place[other] for other in joined[spot]) / len(joined[spot]) for spot in row if spot in joined}
    moving = iter(sorted(middles, key=middles.__getitem__))
    return [next(moving) if spot in middles else spot for spot in row]


def _swap(rows: list[list[int]], above: dict[int, list[int]], below: dict[int, list[int]]) -> None:
    """Neighbours change places where fewer lines cross then."""
    for _ in range(TURNS):
        changed = False
        for at, row in enumerate(rows):
            up = {spot: place for place, spot in enumerate(rows[at - 1])} if at else {}
            down = {spot: place for place, spot in enumerate(rows[at + 1])} if at + 1 < len(rows) else {}
            for left in range(len(row) - 1):
                one, other = row[left], row[left + 1]
                gain = _gain(up, above.get(one, ()), above.get(other, ()))
                gain += _gain(down, below.get(one, ()), below.get(other, ()))
                if gain > 0:
                    row[left], row[left + 1] = other, one
                    changed = True
        if not changed:
            return


def _gain(place: dict[int, int], left: Sequence[int], right: Sequence[int]) -> int:
    """How many crossings fewer there are once two neighbours have changed places."""
    pairs = [(place[one], place[other]) for one in left for other in right]
    return sum((one > other) - (one < other) for one, other in pairs)


def _crossings(rows: Sequence[Sequence[int]], below: dict[int, list[int]]) -> int:
    """How many pairs of lines cross."""
    crossed = 0
    for row, next_row in zip(rows, rows[1:]):
        place = {spot: at for at, spot in enumerate(next_row)}
        ends = [sorted(place[other] for other in below.get(spot, ())) for spot in row]
        passed: list[int] = []
        for each in ends:
            crossed += sum(one > other for other in each for one in passed)
            passed += each
    return crossed
