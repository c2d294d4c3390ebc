"""Kinds: what a fact or a field of an event may hold, as it is declared."""

from __future__ import annotations

from dataclasses import replace

from upheld.core.condition.domain import Boolean, Domain, Many, OneOf, Text
from upheld.core.condition.ordered import Date, Instant, Integer
from upheld.loader.parts import Data, words

KINDS = ("one-of", "boolean", "integer", "text", "date", "instant")
"""The keys by which a fact or a field says what it may hold."""


def domain_of(spec: Data) -> Domain | None:
    """What a fact or a field declared like this may hold; ``None`` when it does not say exactly one kind."""
    kinds = [kind for kind in KINDS if kind in spec]
    if len(kinds) != 1:
        return None
    low, high = spec.get("at-least"), spec.get("at-most")
    bounds = (low if isinstance(low, int) else None, high if isinstance(high, int) else None)
    domain: Domain = {
        "one-of": OneOf(words(spec.get("one-of")), ordered=bool(spec.get("ordered"))),
        "boolean": Boolean(),
        "integer": Integer(*bounds),
        "text": Text(),
        "date": Date(),
        "instant": Instant(),
    }[kinds[0]]
    return Many(domain) if spec.get("many") else domain


def unsettled(domain: Domain) -> Domain:
    """The same domain, which may also hold nothing."""
    return replace(domain, may_be_unset=True)


def union(one: Domain, other: Domain) -> Domain:
    """What either may hold: words together; of kinds that do not go together, any text."""
    unset = one.may_be_unset or other.may_be_unset
    if unsettled(one) == unsettled(other):
        return one if one.may_be_unset else other
    if isinstance(one, OneOf) and isinstance(other, OneOf):
        return OneOf(tuple(dict.fromkeys((*one.values, *other.values))), may_be_unset=unset)
    return Text(may_be_unset=unset)
