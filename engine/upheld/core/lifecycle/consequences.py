"""Consequences: what rules, transitions, settings and escalations make of one event.

Each is a function of compiled plans and of what names hold; none of them changes
anything. Source: DESIGN section 3, steps 4 to 6.
"""

from __future__ import annotations

from typing import NamedTuple

from upheld.core.condition.condition import Lookup
from upheld.core.condition.domain import Held
from upheld.core.condition.predicate import NO_MEMBERS
from upheld.core.frozen import FrozenDict
from upheld.core.lifecycle.explanation import Strike
from upheld.core.lifecycle.plan import Arrow, CasePlan, EscalationPlan, RulePlan, SettingPlan
from upheld.core.policy.event_type import Fact
from upheld.core.policy.rule import Requirement

Facts = dict[str, Held]


def struck(rules: tuple[RulePlan, ...], lookup: Lookup) -> list[Strike]:
    """The rules that strike, in order, up to the first that refuses: then that one alone, the flags before it drop."""
    strikes: list[Strike] = []
    for rule in rules:
        if rule.when is not None and not rule.when(lookup):
            continue
        if rule.requires:
            failed: tuple[Requirement, ...] = ()
            for when, holds, requirement in rule.requires:
                if not holds(lookup) and (when is None or when(lookup)):
                    failed = (*failed, requirement)
            if not failed:
                continue
            strike = (rule, failed)
        else:
            strike = (rule, ())
        if rule.refuses:
            return [strike]
        strikes.append(strike)
    return strikes


def taken(arrows: tuple[Arrow, ...], lookup: Lookup) -> tuple[Arrow, ...]:
    """The arrows whose condition holds: none, the one that is taken, or several where a plugin decides."""
    return tuple(arrow for arrow in arrows if arrow.when is None or arrow.when(lookup))


class Change(NamedTuple):
    """What an event, or a timer, does to a fact: the case that applies."""

    setting: SettingPlan
    case: CasePlan


class Fixed(NamedTuple):
    """An immutable fact that an event would change."""

    fact: Fact
    held: Held
    wanted: Held


def chosen(settings: tuple[SettingPlan, ...], lookup: Lookup) -> tuple[Change, ...]:
    """The cases that apply, given what names hold *before* the event."""
    cases = ((setting, _case(setting.cases, lookup)) for setting in settings)
    return tuple(Change(setting, case) for setting, case in cases if case is not None)


def fixed(changes: tuple[Change, ...], facts: Facts, lookup: Lookup) -> Fixed | None:
    """The first fact that would change and is immutable, once it holds something."""
    for setting, case in changes:
        if setting.immutable is not None:
            old = facts[setting.fact]
            new = _value(case, setting.holds_many, old, lookup)
            if old is not None and not _is_same(new, old):
                return Fixed(setting.immutable, old, new)
    return None


def changed(changes: tuple[Change, ...], facts: Facts, lookup: Lookup) -> Facts:
    """The facts after an event; the very same where nothing changes.

    Args:
        facts: Those before it; on an opening, their defaults.
        lookup: What names hold *before* the event.
    """
    after = facts
    for setting, case in changes:
        old = facts[setting.fact]
        new = _value(case, setting.holds_many, old, lookup)
        if not _is_same(new, old):
            if after is facts:
                after = facts.copy()
            after[setting.fact] = new
    return facts if after is facts else FrozenDict(after)


def _is_same(new: Held, old: Held) -> bool:
    return new == old and type(new) is type(old)


def _case(cases: tuple[CasePlan, ...], lookup: Lookup) -> CasePlan | None:
    """The first case that holds."""
    for case in cases:
        if case.when is None or case.when(lookup):
            return case
    return None


def _value(case: CasePlan, holds_many: bool, old: Held, lookup: Lookup) -> Held:
    """What the fact holds after the case. A name that holds nothing leaves it as it is; ``null`` alone unsets it."""
    if not case.source:
        return case.value
    held = lookup(case.source)
    if held is None or held == NO_MEMBERS:
        return old
    if holds_many and not isinstance(held, frozenset):
        held = frozenset((held,))
    if case.adds and isinstance(held, frozenset) and isinstance(old, frozenset):
        return old | held
    return held


class Climb(NamedTuple):
    """What an escalation makes of an event: the level reached, or the one wanted in vain."""

    plan: EscalationPlan
    level: int
    wanted: Held
    refused: bool


def raised(escalations: tuple[EscalationPlan, ...], climbs: str | int, level: int, lookup: Lookup) -> Climb | None:
    """The level to which a timer raises a ticket; ``None`` where it stands there, or higher, already.

    Args:
        climbs: The level, in the first set that has it and whose condition holds; or how many levels up, the last at
            most, in the first set whose condition holds.
    """
    for plan in escalations:
        names = [name for name, _ in plan.escalation.levels]
        if (isinstance(climbs, int) or climbs in names) and (plan.when is None or plan.when(lookup)):
            reached = min(level + climbs, len(names)) if isinstance(climbs, int) else names.index(climbs) + 1
            return Climb(plan, reached, None, refused=False) if reached > level else None
    return None


def climbed(escalations: tuple[EscalationPlan, ...], level: int, lookup: Lookup) -> Climb | None:
    """One level up, in the first set of levels whose condition holds; ``None`` where none does."""
    for plan in escalations:
        if plan.when is None or plan.when(lookup):
            wanted = lookup(plan.wanted) if plan.wanted else None
            possible = level < len(plan.escalation.levels) and wanted in (None, level + 1)
            return Climb(plan, level + 1, wanted, not possible)
    return None
