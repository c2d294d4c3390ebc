"""Places: where everything in the rows stands, in pixels.

Each row in turn moves as near to what it is joined to as the room between neighbours allows (least squares with an
order to keep, by pooling those that would overtake one another). Then each long line is made straight, as far as its
neighbours leave room.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final

from upheld.pages.lifecycle.layers import PASSAGE_PX, Layers

ROUNDS: Final = 60
STRAIGHTENED: Final = 6
NEXT: Final = 3
"""So many spots does a line have that leads to the next row of states."""
APART_PX: Final = 18
_STRAIGHT: Final = 4
"""How much rather a passage stays straight than a line that leaves a box."""
_HELD: Final = 1e6
_LOOSE: Final = 0.01


def middles(layers: Layers, rows: Sequence[Sequence[int]]) -> list[int]:
    """The middle of each spot, from left to right; the leftmost edge of all is at 0."""
    joined = _joined(layers)
    found = _packed(layers, rows)
    for turn in range(ROUNDS):
        for row in rows if turn % 2 == 0 else reversed(rows):
            _settle(layers, row, joined, found, frozenset())
    for _ in range(STRAIGHTENED):
        for chain in layers.chains:
            _straighten(layers, rows, chain[1:-1], found)
        held = frozenset(spot for chain in layers.chains if len(chain) > NEXT for spot in chain[1:-1])
        for row in rows:
            _settle(layers, row, joined, found, held)
    edge = min((found[spot] - size.width / 2 for spot, size in enumerate(layers.sizes)), default=0)
    return [round(middle - edge) for middle in found]


Joined = dict[int, list[tuple[int, int]]]
"""What each spot is joined to, and how much it is drawn there."""


def _joined(layers: Layers) -> Joined:
    found: Joined = {}
    for upper, lower in layers.joints:
        passages = sum(layers.sizes[spot].width == PASSAGE_PX for spot in (upper, lower))
        weight = 1 + passages * _STRAIGHT
        found.setdefault(upper, []).append((lower, weight))
        found.setdefault(lower, []).append((upper, weight))
    return found


def _settle(layers: Layers, row: Sequence[int], joined: Joined, found: list[float], held: frozenset[int]) -> None:
    """Move a row to what it is joined to; what is held moves only where it has to."""
    wanted, weights = [], []
    for spot in row:
        near = joined.get(spot, []) if spot not in held else []
        weight = sum(pull for _, pull in near)
        wanted.append(sum(found[other] * pull for other, pull in near) / weight if near else found[spot])
        weights.append(weight or (_HELD if spot in held else _LOOSE))
    gaps = [_apart(layers, left, right) for left, right in zip(row, row[1:])]
    for spot, middle in zip(row, in_order(wanted, weights, gaps)):
        found[spot] = middle


def _straighten(layers: Layers, rows: Sequence[Sequence[int]], chain: Sequence[int], found: list[float]) -> None:
    """Put what a line runs through below one another, in as few pieces as its neighbours allow."""
    piece: list[int] = []
    low, high = -inf, inf
    for spot in (*chain, None):
        least, most = _room(layers, rows, spot, found) if spot is not None else (inf, -inf)
        if piece and max(low, least) > min(high, most) + 0.001:
            middle = sum(found[each] for each in piece) / len(piece)
            for each in piece:
                found[each] = min(max(middle, low), high)
            piece, low, high = [], -inf, inf
        if spot is not None:
            piece.append(spot)
            low, high = max(low, least), min(high, most)


def _room(layers: Layers, rows: Sequence[Sequence[int]], spot: int, found: Sequence[float]) -> tuple[float, float]:
    """From where to where a spot may move."""
    row = rows[layers.row_of[spot]]
    at = row.index(spot)
    least = found[row[at - 1]] + _apart(layers, row[at - 1], spot) if at else -inf
    most = found[row[at + 1]] - _apart(layers, spot, row[at + 1]) if at + 1 < len(row) else inf
    return least, most


def in_order(wanted: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """The places nearest to the wanted ones that keep their order, and these gaps.

    >>> in_order([10, 0, 50], [1, 1, 1], [4, 4])
    [3.0, 7.0, 50.0]
    """
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    pools: list[tuple[float, float, int]] = []  # where it wants to be, how much, how many
    for place, weight, offset in zip(wanted, weights, offsets):
        mean, mass, number = place - offset, weight, 1
        while pools and pools[-1][0] > mean:
            other, other_mass, others = pools.pop()
            mean = (mean * mass + other * other_mass) / (mass + other_mass)
            mass, number = mass + other_mass, number + others
        pools.append((mean, mass, number))
    base = [mean for mean, _, number in pools for _ in range(number)]
    return [place + offset for place, offset in zip(base, offsets)]


def _packed(layers: Layers, rows: Sequence[Sequence[int]]) -> list[float]:
    """Everything as far to the left as it goes."""
    found = [0.0] * len(layers.sizes)
    for row in rows:
        for left, spot in zip((None, *row), row):
            found[spot] = 0.0 if left is None else found[left] + _apart(layers, left, spot)
    return found


def _apart(layers: Layers, left: int, right: int) -> float:
    return (layers.sizes[left].width + layers.sizes[right].width) / 2 + APART_PX
