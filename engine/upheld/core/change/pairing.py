"""Pairing: which part of one version of a policy is which part of the other.

A part with an id is the part with the same id. What has none is found again by what it is about: a case by its
condition, a trigger by its events, a row by its first day. What is left of both, in order, is taken for the same part
rewritten; a part that has no counterpart is new, or gone.

    >>> pair(("a", "b", "c"), ("c", "a", "d"))
    Pairs(same=(('a', 'a'), ('c', 'c')), gone=('b',), new=('d',), is_moved=True)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Final

from upheld.core.policy.charge import SplitCase
from upheld.core.policy.commitment import CalendarCase, TargetCase, Trigger
from upheld.core.policy.event_type import Effect, Setting, SettingCase
from upheld.core.policy.parameter import ParameterRow
from upheld.core.policy.provenance import Item
from upheld.core.policy.remedy import Step
from upheld.core.policy.rule import Requirement

PLACED: Final = frozenset({"path", "place"})
"""Fields that say where a part stands in its file, which is no difference."""


_KNOWN_ONLY: Final = (Item, Setting, str)
"""What is never taken for another rewritten: it has an id, or is about one fact."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """The parts of two sequences, put together.

    Attributes:
        same: Those that both have, in the order of the first.
        gone, new: Those that only the first, or only the second has.
        is_moved: Whether those that both have stand in another order in the second.
    """

    same: tuple[tuple[object, object], ...]
    gone: tuple[object, ...]
    new: tuple[object, ...]
    is_moved: bool = False


def pair(before: Sequence[object], after: Sequence[object]) -> Pairs:
    """The parts of both, found again by `_about`; those left over are paired one by one where they have no id."""
    left = list(range(len(after)))
    found: dict[int, int] = {}
    for key in (bare, _about, _nameless):
        alike: dict[object, deque[int]] = {}
        for number in left:
            alike.setdefault(key(after[number]), deque()).append(number)
        for number, part in enumerate(before):
            others = None if number in found else alike.get(key(part))
            if others:
                found[number] = others.popleft()
        left = _without(left, found.values())
    alone = [number for number in range(len(before)) if number not in found]
    rewritten = [] if any(isinstance(each, _KNOWN_ONLY) for each in (*before, *after)) else list(zip(alone, left))
    found.update(rewritten)
    left = _without(left, (other for _, other in rewritten))
    order = [found[number] for number in sorted(found)]
    return Pairs(
        tuple((before[number], after[found[number]]) for number in sorted(found)),
        tuple(part for number, part in enumerate(before) if number not in found),
        tuple(after[number] for number in left),
        order != sorted(order),
    )


def _without(numbers: Iterable[int], taken: Iterable[int]) -> list[int]:
    known = frozenset(taken)
    return [each for each in numbers if each not in known]


def bare(value: object) -> object:
    """A value without the places of its parts: two that say the same are equal, wherever they stand.

    >>> from upheld.core.finding import Place
    >>> here, there = (Item(path=(), place=Place("a", line, 1), id="a") for line in (1, 2))
    >>> here == there, bare(here) == bare(there)
    (False, True)
    """
    if is_dataclass(value) and not isinstance(value, type):
        told = (bare(getattr(value, each.name)) for each in fields(value) if each.compare and each.name not in PLACED)
        return (type(value), *told)
    if isinstance(value, Mapping):
        return ("mapping", *sorted(((str(key), bare(held)) for key, held in value.items()), key=lambda each: each[0]))
    return tuple(map(bare, value)) if isinstance(value, (tuple, list)) else value


_BY: Final[Mapping[type, Callable[..., object]]] = {
    TargetCase: lambda case: case.when,
    CalendarCase: lambda case: case.when,
    SettingCase: lambda case: case.when,
    Trigger: lambda trigger: (trigger.on, trigger.enters, trigger.leaves),
    Setting: lambda setting: setting.fact,
    Effect: lambda effect: (effect.kind, effect.to),
    ParameterRow: lambda row: row.since,
    SplitCase: lambda case: case.calendar,
    Requirement: lambda requirement: bare(requirement.message) if requirement.message else requirement.condition,
    Step: lambda step: (step.below, step.since, step.until, step.at_least, step.at_most),
}
"""By what a part without an id is known."""


def _nameless(part: object) -> object:
    """A part with an id, but for that id: the same under another name; nothing else is found by it."""
    if isinstance(part, Item):
        told = (bare(getattr(part, each.name)) for each in fields(part) if each.name not in PLACED | {"id"})
        return (type(part), *told)
    return object()


def _about(part: object) -> object:
    """By what a part is known, besides being equal."""
    if isinstance(part, Item):
        return (type(part), part.id)
    by = _BY.get(type(part))
    return bare(part) if by is None else (type(part), bare(by(part)))
