"""Parts of a document, taken for what they should be: what has the wrong shape is the schema's finding."""

from __future__ import annotations

from collections.abc import Mapping

Data = Mapping[str, object]


def mapping(value: object) -> Data:
    """``value`` if it is a mapping, else an empty one: what has the wrong shape is the schema's finding."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: object) -> list[object]:
    """``value`` as a list: itself, alone in one, or nothing."""
    return value if isinstance(value, list) else [] if value is None else [value]


def words(value: object) -> tuple[str, ...]:
    """The names in ``value``: one, a list of them, or the keys of a mapping."""
    if isinstance(value, Mapping):
        return tuple(value)
    return tuple(word for word in sequence(value) if isinstance(word, str))
