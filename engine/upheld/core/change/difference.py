"""Differences: every single thing that two versions of a policy say differently.

Both are walked together, part by part and field by field, down to a value that can be told in one sentence. So what is
found is exactly what was edited: one target, one condition, one more event, and never "the commitment has changed".
Layout, comments and the order of what has no order are no differences.

Source: DESIGN section 14, "`upheld diff A B`".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Final, Literal

from upheld.core.change.pairing import PLACED, bare, pair
from upheld.core.condition.condition import All, Atom, Condition, HookAtom, Not
from upheld.core.condition.condition import Any as AnyOf
from upheld.core.policy.charge import Overage
from upheld.core.policy.commitment import Reminders, Rhythm
from upheld.core.policy.event_type import Field as EventField
from upheld.core.policy.money import Cap
from upheld.core.policy.policy import Policy, Vendor
from upheld.core.policy.provenance import Grounds, Item
from upheld.core.policy.remedy import Claim, Overrun

Kind = Literal["added", "removed", "changed", "moved"]

CONDITIONS: Final = (All, AnyOf, Not, Atom, HookAtom)

ENTERED: Final = (Grounds, Policy, Vendor, Rhythm, Reminders, Overage, Cap, Overrun, Claim)
"""What is walked into; everything else is told whole."""

_SCALES: Final = {"severity": "severities", "channel": "channels"}
"""What a field may be like that is no fact, with the section that declares its values."""

_ORDERED: Final = frozenset(
    {"severities", "transitions", "rules", "charges", "queue", "escalation", "within", "hours", "cases", "split"}
    | {"levels", "order", "rows"}
)
"""Fields whose order says something: the first that holds counts, or one stands above the other."""


_TOLD_APART: Final = frozenset(("label", "clauses", "assumes"))
"""What the document of a calendar repeats of the part that holds it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One step inwards: by the ``field`` of a part, which is ``before`` in one version and ``after`` in the other.

    Attributes:
        key: Of a mapping, the key; else ``""``.
    """

    before: object
    after: object
    field: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing said differently.

    Attributes:
        kind: Whether it is new, gone, otherwise, or in another order.
        ways: From the policy to it; the last one's field has the value.
        before, after: The value in each version; ``None`` for what is not there.
    """

    kind: Kind
    ways: tuple[Way, ...]
    before: object
    after: object

    @property
    def section(self) -> str:
        """The section of the policy in which it stands: ``commitments``."""
        return self.ways[0].field

    @property
    def item(self) -> object:
        """The part of the section that it is about, as the later version has it, or else the earlier."""
        if len(self.ways) > 1:
            return self.ways[1].after
        return self.after if self.after is not None else self.before

    @property
    def grounds(self) -> tuple[Grounds, ...]:
        """The innermost part around it that can cite clauses, in each version; nothing where none does."""
        whole = self.after if self.after is not None else self.before
        if isinstance(whole, Grounds):
            return (whole,)
        around = [(way.before, way.after) for way in self.ways]
        cited = [pair for pair in reversed(around) if _grounded(*pair)]
        found = cited[0] if cited else (each.effective for each in self.policies) if len(around) == 1 else ()
        return tuple(each for each in found if isinstance(each, Grounds))

    @property
    def policies(self) -> tuple[Policy, Policy]:
        """The two versions."""
        before, after = self.ways[0].before, self.ways[0].after
        assert isinstance(before, Policy), "a way begins at a policy"
        assert isinstance(after, Policy), "a way begins at a policy"
        return before, after


def _grounded(*parts: object) -> bool:
    return all(isinstance(each, Grounds) for each in parts) and any(
        isinstance(each, Grounds) and each.grounded for each in parts
    )


def differences(before: Policy, after: Policy) -> tuple[Change, ...]:
    """What differs, in the order of the sections of a policy, and of the parts of the earlier version in each.

    A condition that has a name is told where it is named, and not wherever it is used.
    """
    found = tuple(_parts(before, after, ()))
    named = [(each.before, each.after) for each in found if each.section == "conditions" and each.kind == "changed"]
    facts = frozenset(
        each.ways[0].key or each.section for each in found if each.section in ("facts", "severities", "channels")
    )
    told = (each for each in found if not _is_of_fact(each, facts))
    return tuple(each for each in told if each.section == "conditions" or not _follows(each, named))


def _is_of_fact(change: Change, facts: frozenset[str]) -> bool:
    """Whether a field of an event may hold something else only because the fact does whose values it takes."""
    field = change.ways[-1].after if len(change.ways) > 2 else None
    if not isinstance(field, EventField) or change.ways[-1].field not in ("domain", "labels"):
        return False
    return not facts.isdisjoint((field.fact or field.id, _SCALES.get(field.fact or field.id, "")))


def _follows(change: Change, named: list[tuple[object, object]]) -> bool:
    """Whether a condition differs only in conditions that have a name."""
    left = change.before
    if not (isinstance(left, CONDITIONS) and isinstance(change.after, CONDITIONS)):
        return False
    for before, after in named:
        if isinstance(before, CONDITIONS) and isinstance(after, CONDITIONS):
            left = _replaced(left, before, after)
    return left == change.after


def _replaced(condition: Condition, before: Condition, after: Condition) -> Condition:
    """A condition with another in the place of one of its parts."""
    if condition == before:
        return after
    match condition:
        case Not(inner):
            return Not(_replaced(inner, before, after))
        case All(parts) | AnyOf(parts):
            return type(condition)(tuple(_replaced(each, before, after) for each in parts))
        case _:
            return condition


def _parts(before: object, after: object, ways: tuple[Way, ...]) -> Iterator[Change]:
    for each in _fields(before):
        yield from _values(getattr(before, each), getattr(after, each), (*ways, Way(before, after, each)))


def _fields(part: object) -> list[str]:
    """The fields of a part that say something, the first declared first; what it cites comes last."""
    assert is_dataclass(part), "only parts are walked into"
    ignored = PLACED | {"digest", "document"} if isinstance(part, Policy) else PLACED
    told = [each.name for each in fields(part) if each.name not in ignored]
    return told if isinstance(part, Policy) else sorted(told, key=lambda name: name in ("clauses", "assumes"))


def _values(before: object, after: object, ways: tuple[Way, ...]) -> Iterator[Change]:
    field = ways[-1].field
    if field == "document" and isinstance(before, Mapping) and isinstance(after, Mapping):
        before, after = (
            {key: held for key, held in each.items() if key not in _TOLD_APART} for each in (before, after)
        )
    if bare(before) == bare(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not ways[-1].key and field != "document":
        yield from _mappings(before, after, ways)
    elif isinstance(before, tuple) and isinstance(after, tuple) and _entered(*before, *after):
        yield from _sequences(before, after, ways)
    elif type(before) is type(after) and _entered(before):
        yield from _parts(before, after, ways)
    elif isinstance(before, tuple) and isinstance(after, tuple) and field not in _ORDERED:
        if sorted(map(repr, before)) != sorted(map(repr, after)):
            yield Change("changed", ways, before, after)
    else:
        yield Change(_kind(before, after), ways, before, after)


def _kind(before: object, after: object) -> Kind:
    if _entered(before if after is None else after):
        return "added" if before is None else "removed" if after is None else "changed"
    return "changed"


def _entered(*values: object) -> bool:
    return bool(values) and all(is_dataclass(each) and isinstance(each, ENTERED) for each in values)


def _mappings(before: Mapping[str, object], after: Mapping[str, object], ways: tuple[Way, ...]) -> Iterator[Change]:
    way = ways[-1]
    gone = [part for key, part in before.items() if key not in after and isinstance(part, Item)]
    renamed = pair(gone, [part for key, part in after.items() if key not in before and isinstance(part, Item)])
    for one, other in renamed.same:
        yield from _parts(
            one, other, (*ways[:-1], Way(way.before, way.after, way.field, str(getattr(other, "id", ""))))
        )
    known = {id(part) for both in renamed.same for part in both}
    for key in dict.fromkeys((*before, *after)):
        if id(before.get(key)) in known or id(after.get(key)) in known:
            continue
        inner = (*ways[:-1], Way(way.before, way.after, way.field, str(key)))
        if key not in after:
            yield Change("removed", inner, before[key], None)
        elif key not in before:
            yield Change("added", inner, None, after[key])
        else:
            yield from _values(before[key], after[key], inner)


def _sequences(before: tuple[object, ...], after: tuple[object, ...], ways: tuple[Way, ...]) -> Iterator[Change]:
    pairs = pair(before, after)
    for one, other in pairs.same:
        yield from _parts(one, other, ways)
    for part in pairs.gone:
        yield Change("removed", ways, part, None)
    for part in pairs.new:
        yield Change("added", ways, None, part)
    if pairs.is_moved and ways[-1].field in _ORDERED:
        yield Change("moved", ways, tuple(one for one, _ in pairs.same), _in_order(after, pairs.same))


def _in_order(after: tuple[object, ...], same: tuple[tuple[object, object], ...]) -> tuple[object, ...]:
    """Those parts of the later version that the earlier has too, as the later orders them."""
    kept = {id(other) for _, other in same}
    return tuple(part for part in after if id(part) in kept)
