"""Pairs: a table from a status and a kind to an outcome, asked for many pairs at once.

A dictionary answers one pair at a time; this one answers a million in a few passes over arrays: each pair is looked for
at the place that its bits say, and the few that are not there a place further on.

    >>> pairs = Pairs()
    >>> pairs.add(np.array([7]), np.array([3]), np.array([0]))
    >>> pairs.find(np.array([7, 7]), np.array([3, 4])).tolist()
    [0, -1]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from upheld.bulk.distinct import distinct
from upheld.bulk.keys.records import Int32s, Int64s

NOT_THERE: Final = -1
_EMPTY: Final = -1
_MIX: Final = 0x9E3779B97F4A7C15
_KINDS: Final = 2**31


class Pairs:
    """The outcomes of pairs, by their numbers."""

    def __init__(self, bits: int = 16) -> None:
        self._bits = bits
        self._count = 0
        self._keys: Int64s = np.full(1 << bits, _EMPTY, np.int64)
        self._outcomes: Int32s = np.full(1 << bits, NOT_THERE, np.int32)

    def __len__(self) -> int:
        return self._count

    def find(self, status: Int32s, kind: Int32s) -> Int32s:
        """The outcome of each pair; ``NOT_THERE`` for one that was not added."""
        key = _key(status, kind)
        place = self._place(key)
        held = self._keys[place]
        found = self._outcomes[place]
        open_ = np.flatnonzero((held != key) & (held != _EMPTY))  # what is empty holds `NOT_THERE`
        while len(open_):
            place_open = (place[open_] + 1) & (len(self._keys) - 1)
            place[open_] = place_open
            held = self._keys[place_open]
            found[open_] = self._outcomes[place_open]
            open_ = open_[(held != key[open_]) & (held != _EMPTY)]
        return found

    def outcomes(self, status: Int32s, kind: Int32s, learn: Callable[[Int64s], Int32s]) -> Int32s:
        """The outcome of each pair.

        Args:
            learn: Works out those that are not there, by places at which each of these pairs stands once.
        """
        found = self.find(status, kind)
        missing = np.flatnonzero(found == NOT_THERE)
        if len(missing):
            _, sample, place = distinct(_key(status[missing], kind[missing]))
            new = missing[sample]
            learned = learn(new)
            self.add(status[new], kind[new], learned)
            found[missing] = learned[place]
        return found

    def add(self, status: Int32s, kind: Int32s, outcome: Int32s) -> None:
        """Keep the outcomes of pairs that are not there yet."""
        self._count += len(outcome)
        while self._count > len(self._keys) // 4:
            self._grow()
        self._put(_key(status, kind), outcome)

    def _put(self, keys: Int64s, outcomes: Int32s) -> None:
        mask, place, open_ = len(self._keys) - 1, self._place(keys), np.arange(len(keys))
        while len(open_):
            free = open_[self._keys[place[open_]] == _EMPTY]
            self._keys[place[free]] = keys[free]  # of several at one place the last stays, the others go on
            is_in = self._keys[place[open_]] == keys[open_]
            self._outcomes[place[open_[is_in]]] = outcomes[open_[is_in]]
            open_ = open_[~is_in]
            place[open_] = place[open_] + 1 & mask

    def _grow(self) -> None:
        held = self._keys != _EMPTY
        keys, outcomes = self._keys[held], self._outcomes[held]
        self._bits += 2
        self._keys = np.full(1 << self._bits, _EMPTY, np.int64)
        self._outcomes = np.full(1 << self._bits, NOT_THERE, np.int32)
        self._put(keys, outcomes)

    def _place(self, key: Int64s) -> Int64s:
        mixed = key.astype(np.uint64) * np.uint64(_MIX)
        return (mixed >> np.uint64(64 - self._bits)).astype(np.int64)


def _key(status: Int32s, kind: Int32s) -> Int64s:
    return status.astype(np.int64) * _KINDS + kind
