"""Where choices come from: one interface over Hypothesis, which shrinks, and over a seed, which is fast."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices:
    """Choices taken from a source of integers."""

    def __init__(self, integer: Callable[[int, int], int]) -> None:
        self.integer = integer
        """An integer between two others, both included."""

    def pick(self, among: Sequence[T]) -> T:
        return among[self.integer(0, len(among) - 1)]

    def chance(self, percent: int) -> bool:
        """Whether something happens; a shrunk example has it not happen."""
        return self.integer(0, 99) >= 100 - percent

    def some(self, among: Sequence[T], least: int = 1, most: int | None = None) -> list[T]:
        """A few of these, in their order."""
        count = self.integer(least, min(len(among), most or len(among)))
        left = list(range(len(among)))
        chosen = sorted(left.pop(self.integer(0, len(left) - 1)) for _ in range(count))
        return [among[index] for index in chosen]


def from_seed(seed: object) -> Choices:
    return Choices(random.Random(str(seed)).randint)


def from_hypothesis(draw: Callable[[Any], Any]) -> Choices:
    return Choices(lambda low, high: draw(st.integers(low, high)))
