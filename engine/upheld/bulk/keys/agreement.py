"""Agreement: records that name the customer whose ticket it is, told from others without telling customers apart.

A policy may ask whether who writes is whose ticket it is. As long as it is, it does not matter who that is: every
comparison among these names has the answer that it has for anybody. So such records are one kind, and so are those that
name nobody; only where the names disagree what they hold is part of the question.

That is so where nothing asks for the value itself. A text shows it as a rule: "this ticket is {customer}'s". It does no
harm in the message of a rule that cannot strike where the names agree, nor in an effect, whose text is filled later.

Source: DESIGN section 11, "Keys are masks over the names an event's conditions read".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from upheld.core.condition.condition import All, Any, Atom, Condition, Not, Ref, names_read
from upheld.core.condition.domain import Held, Text
from upheld.core.policy.event_type import Effect, Reference
from upheld.core.policy.policy import Policy
from upheld.core.policy.rule import Rule
from upheld.core.policy.wording import Wording
from upheld.core.record.message import names_in

NAMES: Final = frozenset({"customer", "record.customer"})
"""Those that agree; fields of an event that are compared with these join them."""
NOBODY: Final = frozenset[str]()
SOMEBODY: Final = "somebody"

Truth = bool | None
"""``None`` for what may hold or not."""


def agreeing(policy: Policy, conditions: Iterator[Atom]) -> frozenset[str]:
    """The names that may agree: those of customers, and the texts among the fields that are compared with them."""
    fields = {
        name
        for atom in conditions
        if isinstance(atom.operand, Ref) and NAMES.intersection((atom.name, atom.operand.name))
        for name in (atom.name, atom.operand.name)
        if name.startswith("event.") and _is_plain(policy, name.removeprefix("event."))
    }
    return NAMES | fields


def is_among(atom: Atom, names: frozenset[str]) -> bool:
    """Whether it compares two of the names."""
    other = atom.operand.name if isinstance(atom.operand, Ref) else ""
    return atom.op == "is" and not atom.counted and atom.name in names and other in names


def shown(part: Effect | Rule, names: frozenset[str], read: frozenset[str]) -> frozenset[str]:
    """The names of which an effect, or a rule, needs the value though they agree, or though a record names nobody.

    Args:
        read: Those that it needs besides its texts: for a rule without a message, which tells what its names hold.
    """
    if isinstance(part, Effect):
        return read | (frozenset(_in_wording(part.about)) - NAMES)
    found = read.union(_in_wording(part.message), *(_in_wording(each.message) for each in part.requires))
    everybody = dict.fromkeys(names, SOMEBODY)
    ways: list[Mapping[str, Held]] = [everybody, {**everybody, "customer": None}]
    ways.append({"customer": SOMEBODY, "record.customer": None})
    telling = {name for way in ways if _may_strike(part, way) for name, held in way.items() if held}
    if read:
        found |= {name for each in _conditions(part) for name in names_read(each)}
    return found - (names - telling)


def _conditions(rule: Rule) -> Iterator[Condition]:
    every = (rule.when, *(each for one in rule.requires for each in (one.when, one.condition)))
    return (each for each in every if each is not None)


def _may_strike(rule: Rule, held: Mapping[str, Held]) -> bool:
    """Whether a rule may strike where some names hold this."""
    if _truth(rule.when, held) is False:
        return False
    open_ = (each.condition for each in rule.requires if _truth(each.when, held) is not False)
    return not rule.requires or any(_truth(each, held) is not True for each in open_)


def _truth(condition: Condition | None, held: Mapping[str, Held]) -> Truth:
    """Whether a condition holds, as far as these names tell."""
    match condition:
        case None:
            return True
        case All(conditions):
            parts = [_truth(each, held) for each in conditions]
            return False if False in parts else None if None in parts else True
        case Any(conditions):
            parts = [_truth(each, held) for each in conditions]
            return True if True in parts else None if None in parts else False
        case Not(inner):
            found = _truth(inner, held)
            return None if found is None else not found
        case Atom(name, op, operand) if name in held and not condition.counted:
            if held[name] is None:
                return False
            if op == "set":
                return True
            if op == "is" and isinstance(operand, Ref) and operand.name in held:
                return held[operand.name] is not None
    return None


def _is_plain(policy: Policy, field: str) -> bool:
    """Whether a field is a text wherever there is one, and sets no fact."""
    having = [each for each in policy.events.values() if field in each.fields]
    values = (case.value for each in having for setting in each.sets for case in setting.cases)
    is_kept = any(getattr(each, "name", "") == f"event.{field}" for each in values if isinstance(each, Reference))
    return not is_kept and all(type(each.fields[field].domain) is Text for each in having)


def _in_wording(wording: Wording) -> Iterator[str]:
    for _, text in wording.texts:
        yield from names_in(text)
