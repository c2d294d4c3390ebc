"""Series: what was written one after another, never changed and never taken out again.

A ledger's entries grow for as long as somebody is a customer, and the clocks of a ticket that
are over for as long as it is open. So one more must not copy all that is there, nor must asking
for one look through all: a series is a few tuples of growing size.

    >>> series = Series.of(range(100)).adding(100)
    >>> len(series), series[-1], [len(block) for block in series.blocks], len(series.tail)
    (101, 100, [64, 32], 5)
    >>> series == Series.of(range(101)), series.goes_on_from(Series.of(range(50)))
    (True, True)

Source: THREATS V03.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar, overload

BLOCK: Final = 32
"""Items of the smallest block."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Series(Sequence[Item]):
    """What was written one after another, as a value: one more makes another series, and nearly all is shared.

    The blocks merge as the digits of a binary counter carry: there are as many as the logarithm of the length, and
    adding one copies a logarithm of it, on the average of many.

    Attributes:
        blocks: The earlier items: tuples of ``BLOCK`` times a power of two, each smaller than the one before.
        tail: The last ones.
        size: How many there are.
    """

    blocks: tuple[tuple[Item, ...], ...] = ()
    tail: tuple[Item, ...] = ()
    size: int = 0

    @classmethod
    def of(cls, items: Iterable[Item]) -> Self:
        """A series of these."""
        row = tuple(items)
        blocks, start, size = [], 0, BLOCK << len(row).bit_length()
        while size >= BLOCK and start + BLOCK <= len(row):
            if len(row) - start >= size:
                blocks.append(row[start : start + size])
                start += size
            size //= 2
        return cls._made(tuple(blocks), row[start:], len(row))

    @classmethod
    def _made(cls, blocks: tuple[tuple[Item, ...], ...], tail: tuple[Item, ...], size: int) -> Self:
        unfrozen: Any = _Unfrozen()
        unfrozen.blocks, unfrozen.tail, unfrozen.size, unfrozen.__class__ = blocks, tail, size, cls
        series: Self = unfrozen
        return series

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Item]:
        for block in self.blocks:
            yield from block
        yield from self.tail

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        """The item at a place counted from 0, or a tuple of several."""
        if isinstance(index, slice):
            start, stop, step = index.indices(self.size)
            return self._between(start, stop) if step == 1 else tuple(self)[index]
        place = index + self.size if index < 0 else index
        if not 0 <= place < self.size:
            raise IndexError(index)
        for block in self.blocks:
            if place < len(block):
                return block[place]
            place -= len(block)
        return self.tail[place]

    def _between(self, start: int, stop: int) -> tuple[Item, ...]:
        """The items from one place up to another; blocks that hold none of them are not looked at."""
        found: tuple[Item, ...] = ()
        for block in (*self.blocks, self.tail):
            if stop <= 0:
                break
            if start < len(block):
                found += block[max(start, 0) : stop]
            start, stop = start - len(block), stop - len(block)
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Series):
            return NotImplemented
        return (self.blocks, self.tail) == (other.blocks, other.tail)

    def __hash__(self) -> int:
        return hash((self.size, self.tail))

    def __repr__(self) -> str:
        return f"{type(self).__name__}.of({[*self]!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self).of, (tuple(self),)

    def adding(self, item: Item) -> Self:
        """These, and one more."""
        blocks, tail = self.blocks, (*self.tail, item)
        if len(tail) == BLOCK:
            while blocks and len(blocks[-1]) == len(tail):
                blocks, tail = blocks[:-1], blocks[-1] + tail
            blocks, tail = (*blocks, tail), ()
        return self._made(blocks, tail, self.size + 1)

    def goes_on_from(self, earlier: Series[Item]) -> bool:
        """Whether it begins with all of another one; what both share is not looked at."""
        start = 0
        for block, other in zip(self.blocks, earlier.blocks, strict=False):
            if block is not other:
                break
            start += len(block)
        return self[start : len(earlier)] == earlier[start:]


class _Unfrozen(Sequence[Any]):
    """The attributes of a series while they are given, since those of a frozen class take four times as long."""

    __slots__ = ("blocks", "size", "tail")
    __getitem__ = Series.__getitem__
    __len__ = Series.__len__
