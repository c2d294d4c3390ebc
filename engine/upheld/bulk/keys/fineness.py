"""Fineness: how much of what a name holds can make a difference.

A condition asks of a text whether it is `third-party`, and of the opening time left whether it is at most half an hour.
Two values of which all comparisons say the same are decided alike, so that a thousand reasons are two kinds of reason.
Where a value itself matters - it is compared with that of another name, stands in a text, chooses the column of a
table, or a plugin reads it - there are as many kinds as values.

What is asked is read off the policy as a value, wherever a condition may stand in it: none can be forgotten.

    >>> asked = Fineness.of_atoms([Atom("reason", "is", ("third-party",))])
    >>> asked.kind("reason", "illness") == asked.kind("reason", "weather"), asked.kind("subject", "anything")
    (True, ())

Source: DESIGN section 11, "Keys are masks over the names an event's conditions read".
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Self

import numpy as np

from upheld.bulk.keys.agreement import NOBODY, agreeing, is_among, shown
from upheld.bulk.keys.records import Int64s
from upheld.core.condition.condition import Atom, Condition, HookAtom, Ref, atoms, evaluate
from upheld.core.condition.domain import Held
from upheld.core.lifecycle.moment import DecidedByPlugin
from upheld.core.policy.commitment import Commitment, ParameterTarget
from upheld.core.policy.event_type import Addition, Effect, Reference, Setting
from upheld.core.policy.handling import Escalation
from upheld.core.policy.policy import Policy
from upheld.core.policy.rule import Requirement, Rule
from upheld.core.policy.schedule import Schedule
from upheld.core.policy.wording import Wording
from upheld.core.record.message import names_in
from upheld.core.time.target import Agreed

BEFORE = "before."
_PLAIN = (str, int, bool, type(None))


class Fineness:
    """Which comparisons a policy makes with each name, and of which names the value itself matters.

    Attributes:
        carried: The facts whose value is only carried along: nothing reads it as such, and what sets it is a field of
            an event, or a constant.
        agreeing: The names of which it matters whether they agree, and the value only where they do not.
    """

    def __init__(
        self,
        atoms_of: Mapping[str, tuple[Atom, ...]],
        by_value: frozenset[str],
        carried: frozenset[str] = frozenset(),
        agreeing: frozenset[str] = NOBODY,
    ) -> None:
        self.carried = carried
        self.agreeing = agreeing
        self._atoms = atoms_of
        self._by_value = by_value
        self._kinds: dict[tuple[str, type, Held], Hashable] = {}

    @classmethod
    def of_atoms(cls, asked: Iterable[Atom], by_value: Iterable[str] = (), agreeing: frozenset[str] = NOBODY) -> Self:
        """What some comparisons ask; those with other names ask for the value of both, but among those that agree."""
        found: dict[str, dict[Atom, None]] = {}
        whole = set(by_value)
        for atom in asked:
            found.setdefault(atom.name, {})[atom] = None
            if isinstance(atom.operand, Ref) and not is_among(atom, agreeing):
                whole.update((atom.name, atom.operand.name))
        whole |= {name.removeprefix(BEFORE) for name in whole}
        for name in [*found]:
            if name.startswith(BEFORE):
                found.setdefault(name.removeprefix(BEFORE), {}).update(
                    {
                        Atom(name.removeprefix(BEFORE), each.op, each.operand, each.scale, each.counted): None
                        for each in found[name]
                    }
                )
        return cls({name: tuple(each) for name, each in found.items()}, frozenset(whole))

    @classmethod
    def of_policy(
        cls,
        policy: Policy,
        schedule: Schedule,
        plugins: Mapping[str, DecidedByPlugin],
        charging: Iterable[str] = (),
    ) -> Self:
        """What the conditions, texts and tables of a policy ask; ``charging`` are names that its charges read."""
        asked = [each for each in _parts(policy) if isinstance(each, Atom)]
        names = agreeing(policy, iter(asked))
        made = cls._asking(policy, schedule, plugins, charging, asked, names)
        return made if not names & made._by_value else cls._asking(policy, schedule, plugins, charging, asked, NOBODY)

    @classmethod
    def _asking(
        cls,
        policy: Policy,
        schedule: Schedule,
        plugins: Mapping[str, DecidedByPlugin],
        charging: Iterable[str],
        asked: list[Atom],
        names: frozenset[str],
    ) -> Self:
        """The same, where it is assumed of some names that they may agree."""
        whole: set[str] = {"severity"}
        for part in _parts(policy, apart=bool(names)):
            if isinstance(part, Atom):
                whole.update(_columns(part.name, schedule, policy))
            elif isinstance(part, HookAtom):
                plugin = plugins.get(part.hook)
                whole.update(() if plugin is None else plugin.reads)
            elif names and isinstance(part, Effect | Rule):
                whole.update(shown(part, names, frozenset(_read_whole(part, schedule))))
            else:
                whole.update(_read_whole(part, schedule))
        whole.update(name for each in policy.commitments for name in _followed(each))
        whole.update(each for each in charging if not each.startswith("event."))
        carried = _carried(policy, whole)
        made = cls.of_atoms(asked, whole, names)
        return cls(made._atoms, made._by_value, carried - made._by_value, names)

    @property
    def names(self) -> frozenset[str]:
        """Every name that is asked for."""
        return frozenset(self._atoms) | self._by_value

    def is_whole(self, name: str) -> bool:
        """Whether the value itself matters."""
        return name in self._by_value

    def kind(self, name: str, held: Held) -> Hashable:
        """What can be told of a value: the same for values that are decided alike. Whether there is one, always."""
        if name in self._by_value:
            return type(held).__name__, held
        asked = self._atoms.get(name)
        if asked is None:
            return ()
        key = (name, type(held), held)
        known = self._kinds.get(key)
        if known is None:
            is_set = held is not None and held != frozenset()
            known = (is_set, *(evaluate(atom, {name: held}.get) for atom in asked))
            self._kinds[key] = known
        return known

    def number_kinds(self, name: str, held: Int64s) -> Int64s:
        """The same for many whole numbers: equal numbers for those that are decided alike."""
        if self.is_whole(name):
            return held
        operands = {each for atom in self._atoms.get(name, ()) for each in _constants(atom)}
        cuts = np.array(sorted({cut for each in operands for cut in (each, each + 1)}), np.int64)
        return np.searchsorted(cuts, held, side="right").astype(np.int64)


def _followed(commitment: Commitment) -> Iterator[str]:
    """What a clock that is judged again is asked for: whether it is what it was."""
    if commitment.on_change not in (None, "keep"):
        yield from _names(commitment.when)
        for case in commitment.within:
            yield from _names(case.when)
        for hours in commitment.hours:
            yield from _names(hours.when)
        for start in commitment.start:
            yield from _names(start.when)


def _carried(policy: Policy, whole: set[str]) -> frozenset[str]:
    """The facts that are only carried along. What sets the others joins the names of which the value matters."""
    settings = [each for setter in policy.setters() for each in setter.sets]
    kept = {each.fact for each in settings if _binds(policy, each)}
    sources = {
        each.fact: {name for one in settings if one.fact == each.fact for name in _sources(one)} for each in settings
    }
    while True:
        kept |= whole.intersection(sources)
        found = {name for fact in kept for name in sources.get(fact, ())} - whole
        if not found:
            return frozenset(sources) - kept
        whole |= found


def _binds(policy: Policy, setting: Setting) -> bool:
    """Whether what a fact will hold depends on more than what one field of one event says."""
    fact = policy.facts.get(setting.fact)
    adds = any(isinstance(each.value, Addition) for each in setting.cases)
    return (
        adds
        or (fact is not None and fact.immutable)
        or any(not name.startswith("event.") for name in _sources(setting))
    )


def _sources(setting: Setting) -> Iterator[str]:
    return (each.value.name for each in setting.cases if isinstance(each.value, Reference | Addition))


def _constants(atom: Atom) -> Iterator[int]:
    assert isinstance(atom.operand, tuple), "a comparison with another name asks for the value"
    return (each for each in atom.operand if isinstance(each, int))


def _columns(name: str, schedule: Schedule, policy: Policy) -> tuple[str, ...]:
    """What chooses the column of a parameter that is asked for by its name."""
    family, _, parameter = name.partition(".")
    return schedule.column_names(parameter) if family == "parameter" and parameter in policy.parameters else ()


def _read_whole(part: object, schedule: Schedule) -> Iterator[str]:
    """The names of which a part of a policy, taken alone, reads the value."""
    if isinstance(part, Wording):
        for _, text in part.texts:
            yield from names_in(text)
    elif isinstance(part, Effect) and isinstance(part.count, str):
        yield part.count
    elif isinstance(part, Escalation) and part.wanted is not None:
        yield part.wanted.name
    elif isinstance(part, ParameterTarget):
        yield from schedule.column_names(part.parameter, part.by)
    elif isinstance(part, Agreed):
        yield part.name
    elif isinstance(part, Rule):
        yield from part.told


def _names(condition: Condition | None) -> Iterator[str]:
    for atom in atoms(condition) if condition is not None else ():
        if isinstance(atom, Atom):
            yield atom.name


def _parts(part: object, *, apart: bool = False) -> Iterator[object]:
    """Everything of which a policy consists, itself included, but for plain values.

    Args:
        apart: Whether the texts of rules and effects are looked at with these, and not by themselves.
    """
    yield part
    if is_dataclass(part) and not isinstance(part, type):
        passes_over = apart and isinstance(part, Effect | Rule | Requirement)
        for each in fields(part):
            held = getattr(part, each.name)
            if held.__class__ not in _PLAIN and not (passes_over and isinstance(held, Wording)):
                yield from _parts(held, apart=apart)
    elif isinstance(part, Mapping):
        for held in part.values():
            yield from _parts(held, apart=apart) if held.__class__ not in _PLAIN else ()
    elif isinstance(part, (tuple, list, frozenset)):
        for held in part:
            yield from _parts(held, apart=apart) if held.__class__ not in _PLAIN else ()
