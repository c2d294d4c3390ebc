"""What was read: mappings and lists that know where every key and value stands.

They are plain ``dict`` and ``list`` to whoever asks only for the values, a JSON Schema
validator for one. The offsets of a whole document lie in one array of integers, where each
container knows its own stretch: first itself, then its key and value pairs, or its items.

`mapping`, `sequence`, `words` and `text` take a value for what it should be: what has another shape is
a finding of the schema, and nothing to whoever asks here.
"""

from __future__ import annotations

from array import array
from collections import abc
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from upheld.core.finding import Place
from upheld.document.source import Source

Value: TypeAlias = "str | int | bool | None | Mapping | Sequence"
Data: TypeAlias = abc.Mapping[str, object]
"""A mapping of a document, or of several laid over one another."""


class Spots:
    """The offsets of one document's nodes, shared by all its containers."""

    __slots__ = ("source", "offsets", "orders")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.offsets: array[int] = array("I")
        self.orders: dict[int, dict[str, int]] = {}

    def place(self, index: int) -> Place:
        """Where the node stands whose offset is number ``index``."""
        return self.source.place(self.offsets[index])


class Mapping(dict[str, "Value"]):
    """A mapping of a document. Only the reader makes and fills one; nobody changes it afterwards."""

    __slots__ = ("_spots", "_at")
    _spots: Spots
    _at: int

    @property
    def source(self) -> Source:
        """The document's text."""
        return self._spots.source

    @property
    def place(self) -> Place:
        """Where the mapping begins: at its ``{`` or its first key."""
        return self._spots.place(self._at)

    def key_place(self, key: str) -> Place:
        """Where ``key`` stands. Raises KeyError when it is not in the mapping."""
        return self._spots.place(self._at + 1 + 2 * self._order(key))

    def value_place(self, key: str) -> Place:
        """Where the value of ``key`` begins. Raises KeyError when it is not in the mapping."""
        return self._spots.place(self._at + 2 + 2 * self._order(key))

    def _order(self, key: str) -> int:
        orders = self._spots.orders
        if self._at not in orders:
            orders[self._at] = {key: number for number, key in enumerate(self)}
        return orders[self._at][key]


class Sequence(list["Value"]):
    """A list of a document. Only the reader makes and fills one; nobody changes it afterwards."""

    __slots__ = ("_spots", "_at")
    _spots: Spots
    _at: int

    @property
    def source(self) -> Source:
        """The document's text."""
        return self._spots.source

    @property
    def place(self) -> Place:
        """Where the list begins: at its ``[`` or its first ``-``."""
        return self._spots.place(self._at)

    def value_place(self, index: int) -> Place:
        """Where item ``index`` begins, counted from 0. Raises IndexError when there is no such item."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._spots.place(self._at + 1 + index)


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it was read.

    Attributes:
        source: Its text.
        tree: Its outermost mapping or list.
    """

    source: Source
    tree: Mapping | Sequence = field(repr=False)

    @property
    def root(self) -> Mapping:
        """The outermost mapping, for a document that was read as one."""
        assert isinstance(self.tree, Mapping), "a list was asked for when this was read"
        return self.tree

    @property
    def items(self) -> Sequence:
        """The outermost list, for a document that was read as one."""
        assert isinstance(self.tree, Sequence), "a mapping was asked for when this was read"
        return self.tree

    def place(self, path: Iterable[str | int], *, key: bool = False) -> Place:
        """Where ``path`` leads, a step per key or index; where it ends too soon, the deepest node along it.

        With ``key`` it is the place of the last step's key, if it leads to one, and not of its value.
        """
        node: Value = self.tree
        place = self.tree.place
        key_place = place
        for step in path:
            if isinstance(node, Mapping) and isinstance(step, str) and step in node:
                place, key_place = node.value_place(step), node.key_place(step)
                node = node[step]
            elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node):
                place = key_place = node.value_place(step)
                node = node[step]
            else:
                return place
        return key_place if key else place


def mapping(value: object) -> Data:
    """``value`` if it is a mapping, else an empty one: what has the wrong shape is the schema's finding."""
    return value if isinstance(value, abc.Mapping) else {}


def sequence(value: object) -> list[object]:
    """``value`` as a list: itself, alone in one, or nothing."""
    return value if isinstance(value, list) else [] if value is None else [value]


def words(value: object) -> tuple[str, ...]:
    """The names in ``value``: one, a list of them, or the keys of a mapping."""
    if isinstance(value, abc.Mapping):
        return tuple(value)
    return tuple(word for word in sequence(value) if isinstance(word, str))


def text(spec: Data, key: str) -> str:
    """The text under ``key``, or ``""``."""
    value = spec.get(key)
    return value if isinstance(value, str) else ""
