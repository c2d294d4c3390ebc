"""Frozen containers: what a value holds, and nobody can change.

A frozen dataclass that holds a plain dict can be changed all the same, and with it every
engine of the same policy, or the empty ledger that all customers begin with. So values
freeze what they are made with: a mapping becomes a dict that refuses to change, a list
a tuple.

    >>> weekly = frozen({"mon-fri": ["09:00-17:00"]})
    >>> weekly
    {'mon-fri': ('09:00-17:00',)}
    >>> weekly["sat"] = ()
    Traceback (most recent call last):
        ...
    TypeError: this mapping is part of a value and cannot be changed: `dict(it)` is a copy that can
    >>> weekly == {"mon-fri": ("09:00-17:00",)}, {**weekly, "sat": ()} == weekly | {"sat": ()}
    (True, True)

Source: DESIGN section 8; THREATS V05. Why it is a dict and no proxy: docs/decisions/0018.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")

made: Final = tuple.__new__
"""Makes a named tuple of its values, unchecked and in a third of its class's own time: for those of every record."""


class FrozenDict(dict[K, V]):
    """A dict that nobody changes; ``copy`` and ``|`` give plain ones, and it may be pickled."""

    __slots__ = ()

    def __init__(self, *args: Any, **named: Any) -> None:
        if self:
            self._refuse()
        super().__init__(*args, **named)

    def _refuse(self, *args: object, **named: object) -> NoReturn:
        raise TypeError("this mapping is part of a value and cannot be changed: `dict(it)` is a copy that can")

    __setitem__ = __delitem__ = __ior__ = _refuse
    update = setdefault = pop = popitem = clear = _refuse

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (dict(self),)


def frozen(value: object) -> object:
    """The value with every list in it a tuple, every set a frozenset, and every mapping a `FrozenDict`."""
    if isinstance(value, Mapping):
        return FrozenDict({key: frozen(held) for key, held in value.items()})
    if isinstance(value, list) or value.__class__ is tuple:
        return tuple(map(frozen, value))
    return frozenset(value) if isinstance(value, set) else value


def freeze(value: object, *names: str) -> None:
    """Freeze these attributes of a frozen dataclass that is being made; what is frozen already stays itself."""
    for name in names:
        held = getattr(value, name)
        if held.__class__ is not FrozenDict:
            object.__setattr__(value, name, frozen(held))


def unfrozen(kind: type) -> Any:
    """A class with the attributes of a frozen slotted one, of which an instance becomes a frozen one once it is filled.

    To be filled attribute by attribute, and given ``__class__`` in the end: what is made a million times takes a third
    of the time so, and nothing is checked.
    """
    return type(f"_Unfrozen{kind.__name__}", (), {"__slots__": vars(kind)["__slots__"]})
