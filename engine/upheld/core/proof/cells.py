"""Cells: what a name may hold, divided into as few kinds as conditions tell apart.

A condition on integers that names 5 and 60 tells apart what is below 5, from 5 to 59,
and the rest; a text that is only compared with `x` is `x`, something else, or unset.
Each kind is a cell, shown by one value. The cells of a name are numbered from 0, so a
set of them is the bits of an integer: its *mask*.

A set becomes one segment for each member that conditions mention, a hook one of its
own. Names that follow from others (`core`, `opening`) have no segment: they are read
off the one they follow from.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from upheld.core.condition.domain import Boolean, Domain, Held, Many, OneOf, Presence, Scalar, Text
from upheld.core.condition.ordered import Ordered
from upheld.core.condition.scope import Scope
from upheld.core.proof.survey import FRESH, Survey, fresh_texts, group_numbers, group_texts

_FAR = 1 << 80
"""Beyond every integer that a document can hold."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The cells of one name, of one possible member of a set, or of one hook.

    Attributes:
        name: The name, or the hook's key.
        values: What is shown for each cell; for a member and a hook, ``False`` and ``True``.
        member: The member of the set.
        is_hook: Whether a plugin decides it.
        is_size: Whether it is how many values the set of this name has.
        starts: For a line, the lowest number of each cell that is not unset.
        ends: And the highest.
    """

    name: str
    values: tuple[Held, ...]
    member: Scalar | None = None
    is_hook: bool = False
    is_size: bool = False
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    @property
    def full(self) -> int:
        """The mask of all cells."""
        return (1 << len(self.values)) - 1

    @property
    def set_mask(self) -> int:
        """The mask of the cells that hold a value."""
        return sum(1 << at for at, value in enumerate(self.values) if value is not None)

    def mask(self, value: Held) -> int:
        """The mask of the cells shown by this very value."""
        return sum(1 << at for at, held in enumerate(self.values) if held == value)


def scalar_segment(survey: Survey, name: str) -> Segment:
    """The cells of a name that holds single values and follows from no other."""
    domain = survey.scope[name]
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    values: tuple[Held, ...]
    if isinstance(domain, Ordered):
        spans = _spans(survey, name, domain)
        kept = [span for span in spans if _allowed(survey.scope, name, domain.value(span[2]))]
        starts, ends = tuple(span[0] for span in kept), tuple(span[1] for span in kept)
        values = tuple(domain.value(span[2]) for span in kept)
    else:
        values = tuple(value for value in _values(survey, name, domain) if _allowed(survey.scope, name, value))
    narrowed = survey.scope.held(name)
    if (domain.may_be_unset if narrowed is None else None in narrowed) and _allowed(survey.scope, name, None):
        values = (*values, None)
    return Segment(name, values, starts=starts, ends=ends)


def _allowed(scope: Scope, name: str, value: Held) -> bool:
    """Whether the scope's narrowing leaves this value to the name and to those that follow from it."""
    for each in (name, *scope.followers(name)):
        narrowed = scope.held(each)
        if narrowed is not None and isinstance(scope[each], Presence):
            narrowed = tuple(None if held is None else FRESH for held in narrowed)
        if narrowed is not None and scope.follows(each, value) not in narrowed:
            return False
    return True


def _values(survey: Survey, name: str, domain: Domain) -> list[Scalar]:
    """The values that show the cells of a name without a line."""
    if isinstance(domain, Boolean):
        return [True, False]
    if isinstance(domain, Presence):
        return [FRESH]
    if isinstance(domain, Text):
        return group_texts(survey, survey.group(name))
    assert isinstance(domain, OneOf), domain
    if survey.partners(name) or survey.is_ordered(name):
        return list(domain.values)
    followers = [each for each in survey.scope.followers(name) if each in survey.names or survey.scope.held(each)]
    first: dict[object, Scalar] = {}
    for value in domain.values:
        alike = tuple(survey.scope.follows(each, value) for each in followers)
        first.setdefault((value in survey.constants[name] and value, alike), value)
    return list(first.values())


def _spans(survey: Survey, name: str, line: Ordered) -> list[tuple[int, int, int]]:
    """The cells of a line, ascending: lowest, highest and shown number of each."""
    low, high = line.bounds
    low, high = -_FAR if low is None else low, _FAR if high is None else high
    if survey.is_compared(name):
        points = group_numbers(survey, survey.group(name))
        return [(point, point, point) for point in points if low <= point <= high]
    constants = sorted(line.number(value) for value in survey.constants[name])
    cuts = {low} | survey.cuts[name]
    if any(name == other for _, (other, _) in survey.contradictions):
        cuts.add(1)
    starts = sorted(cut for cut in cuts if low <= cut <= high)
    ends = [start - 1 for start in starts[1:]] + [high]
    return [(start, end, _natural(line, constants, start, end)) for start, end in zip(starts, ends)]


def _natural(line: Ordered, constants: list[int], low: int, high: int) -> int:
    """The number to show for a cell: one that a condition names, else a natural one, else the lowest, rounded up."""
    at = bisect_left(constants, low)
    if at < len(constants) and constants[at] <= high:
        return constants[at]
    if low <= line.natural <= high:
        return line.natural
    if low == -_FAR:
        return high
    rounded = -(-low // line.step) * line.step
    return rounded if rounded <= high else low


def member_segments(survey: Survey, name: str, more: Iterable[Scalar]) -> list[Segment]:
    """A segment for each member of a set that is mentioned or among ``more``; and one for another, if it matters."""
    scope, domain = survey.scope, survey.scope[name]
    assert isinstance(domain, Many), domain
    mentioned = mentioned_members(survey, name, more)
    narrowed = scope.held(name)
    held: frozenset[Scalar] | None = None
    if narrowed is not None:
        held = frozenset(narrowed[0]) if isinstance(narrowed[0], frozenset) else frozenset()
    members = _sorted(domain.of, mentioned)
    if survey.asks_existence(name) or not domain.may_be_unset:
        members += _another(domain.of, mentioned) if held is None else _sorted(domain.of, held - mentioned)[:1]
    choices: tuple[bool, ...] = (False, True)
    return [Segment(name, choices if held is None else (member in held,), member) for member in members]


def mentioned_members(survey: Survey, name: str, more: Iterable[Scalar]) -> set[Scalar]:
    """The members of a set that conditions name, or that are among ``more``."""
    domain = survey.scope[name]
    assert isinstance(domain, Many), domain
    return {value for value in (*survey.constants[name], *more) if _fits(domain.of, value)}


def size_segment(survey: Survey, name: str) -> Segment:
    """The cells of how many values a set has, each shown by its least."""
    starts = sorted(survey.sizes[name])
    ends = [start - 1 for start in starts[1:]] + [_FAR]
    return Segment(name, tuple(starts), is_size=True, starts=tuple(starts), ends=tuple(ends))


def others(survey: Survey, name: str, mentioned: Collection[Scalar]) -> tuple[int, int]:
    """How many members that nothing mentions a set has, the fewest and the most, where it has any."""
    domain, narrowed = survey.scope[name], survey.scope.held(name)
    assert isinstance(domain, Many), domain
    if narrowed is not None:
        held = narrowed[0] if isinstance(narrowed[0], frozenset) else frozenset[Scalar]()
        left = len(held - frozenset(mentioned))
        return left, left
    if isinstance(domain.of, OneOf | Boolean):
        values: tuple[Scalar, ...] = domain.of.values if isinstance(domain.of, OneOf) else (True, False)
        return 1, len(frozenset(values) - frozenset(mentioned))
    low, high = domain.of.bounds if isinstance(domain.of, Ordered) else (None, None)
    return 1, _FAR if low is None or high is None else high - low + 1 - len(mentioned)


def more_members(domain: Domain, named: set[Scalar], count: int) -> list[Scalar]:
    """So many further members that nothing mentions, as far as the domain has them."""
    found: list[Scalar] = []
    while len(found) < count and (another := _another(domain, named | set(found))):
        found += another
    return found


def _fits(domain: Domain, value: Scalar) -> bool:
    if isinstance(domain, OneOf):
        return value in domain.values
    if isinstance(domain, Ordered):
        low, high = domain.bounds
        number = domain.number(value)
        return (low is None or low <= number) and (high is None or number <= high)
    return True


def _sorted(domain: Domain, values: Iterable[Scalar]) -> list[Scalar]:
    if isinstance(domain, OneOf):
        rank = {value: at for at, value in enumerate(domain.values)}
        return sorted(values, key=lambda value: rank[str(value)])
    if isinstance(domain, Ordered):
        return sorted(values, key=domain.number)
    return sorted(values, key=str)


def _another(domain: Domain, mentioned: set[Scalar]) -> list[Scalar]:
    """One member that nothing mentions, if the domain has one."""
    if isinstance(domain, Text):
        return fresh_texts(mentioned, 1)
    if isinstance(domain, Ordered):
        low, high = domain.bounds
        start = (
            domain.natural if low is None else max(low, domain.natural if high is None else min(high, domain.natural))
        )
        free = (
            domain.value(number)
            for number in range(start, start + len(mentioned) + 1)
            if high is None or number <= high
        )
        return [value for value in free if value not in mentioned][:1]
    values: Iterable[Scalar] = domain.values if isinstance(domain, OneOf) else (True, False)
    return [value for value in values if value not in mentioned][:1]
