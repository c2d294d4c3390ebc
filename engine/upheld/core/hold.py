"""Holds: what is set aside until it is settled or released, and from where it was taken.

A hold remembers its parts, so that each returns to where it came from: to its lot, or,
when that has expired meanwhile, to what has expired; and never to another lot.

    >>> hold = Hold(7, (Part("available:1", 100, 9000), Part("available:2", 40)))
    >>> [str(Transfer(*each)[:2]) for each in hold.settling(115, "support", 10_000)]
    ["('held:7', 'consumed:support')", "('held:7', 'consumed:support')", "('held:7', 'available:2')"]

Source: DESIGN section 9; THREATS L07, L08.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from upheld.core.entry import EXPIRED, Transfer, consumed, held


class Part(NamedTuple):
    """What was taken from one lot, or beyond all of them.

    Attributes:
        source: The account it was taken from.
        amount: How much.
        expires_s: When its lot expires, if it does.
    """

    source: str
    amount: int
    expires_s: int | None = None

    def home(self, at_s: int) -> str:
        """The account to which it returns."""
        return EXPIRED if self.expires_s is not None and self.expires_s <= at_s else self.source


class Hold(NamedTuple):
    """Something set aside.

    Attributes:
        number: That of the entry which set it aside.
        parts: In the order in which lots burn; what no lot covers stands last.
    """

    number: int
    parts: tuple[Part, ...]

    @property
    def amount(self) -> int:
        """All of it."""
        return sum(part.amount for part in self.parts)

    def settling(self, amount: int, category: str, at_s: int) -> Iterator[Transfer]:
        """Bill so much of it, in the order of its parts, and give the rest back."""
        path, to, rest = held(self.number), consumed(category), amount
        for part in self.parts:
            billed = min(part.amount, rest)
            rest -= billed
            if billed:
                yield Transfer(path, to, billed)
        rest = amount
        for part in self.parts:
            billed = min(part.amount, rest)
            rest -= billed
            if billed < part.amount:
                yield Transfer(path, part.home(at_s), part.amount - billed)
