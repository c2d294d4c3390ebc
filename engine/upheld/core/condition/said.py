"""What is said of a ticket that is not there yet: `NAME=VALUE`, read as the names of a policy want it.

    >>> from upheld.core.condition.domain import Boolean, OneOf
    >>> scope = Scope({"severity": OneOf(("high", "low")), "paid": Boolean()})
    >>> said(scope, ["severity=low", "paid=true"])
    {'severity': 'low', 'paid': True}

Source: DESIGN section 7, `upheld due`.
"""

from __future__ import annotations

from collections.abc import Iterable

from upheld.core.condition.domain import Held, Many, Scalar, Wrong
from upheld.core.condition.scope import FAMILIES, Scope
from upheld.core.errors import ArgumentError
from upheld.core.nearest import quoted


def said(scope: Scope, settings: Iterable[str], instant: str = "the instant") -> dict[str, Held]:
    """What is known of a ticket.

    Args:
        instant: What names of time follow from, as whoever says the others calls it.

    Raises: ArgumentError for what sets nothing, for a name that the policy has not, and a value that it cannot hold.
    """
    found: dict[str, Held] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise ArgumentError(f"{quoted(setting)} sets nothing: write `NAME=VALUE`")
        held = _held(scope, name, text, instant)
        earlier = found.get(name)
        if isinstance(held, frozenset) and isinstance(earlier, frozenset):
            held |= earlier
        elif name in found and earlier != held:
            raise ArgumentError(f"{quoted(name)} is set twice, and can hold one value")
        found[name] = held
    return found


def _held(scope: Scope, name: str, text: str, instant: str) -> Held:
    """What a setting says that the name holds."""
    if name not in scope:
        advice = scope.advice(name)
        raise ArgumentError(f"{quoted(name)} is not a name of this policy" + (f"; {advice}" if advice else ""))
    family = name.partition(".")[0]
    if family in (*FAMILIES, "parameter"):
        told = "the policy tells it" if family == "parameter" else f"it follows from {instant}"
        raise ArgumentError(f"{quoted(name)} cannot be set: {told}")
    many = isinstance(scope[name], Many)
    if not text and scope[name].may_be_unset:
        return frozenset() if many else None
    value = _value(scope, name, text)
    return frozenset((value,)) if many else value


def _value(scope: Scope, name: str, text: str) -> Scalar:
    """The value that a setting gives; text is read as the domain of the name wants it."""
    scalars: tuple[object, ...] = (
        text,
        {"true": True, "false": False}.get(text),
        int(text) if _is_whole(text) else None,
    )
    wrong = Wrong("bad-value", "")
    for scalar in scalars:
        read = scope[name].read(scalar, name) if scalar is not None else None
        if isinstance(read, Wrong):
            wrong = read if not wrong.message else wrong
        elif read is not None:
            return read
    raise ArgumentError(f"{wrong.message}; {wrong.hint}" if wrong.hint else wrong.message)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit() and len(text) < 19
