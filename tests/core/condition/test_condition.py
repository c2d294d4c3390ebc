"""What conditions mean, and why they hold or not."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

import pytest

from upheld.core.condition.condition import (
    ALWAYS,
    NEVER,
    All,
    Any,
    Atom,
    Condition,
    HookAtom,
    Not,
    Op,
    Ref,
    evaluate,
    explain,
    has_hook,
    hooks_read,
    names_read,
)
from upheld.core.condition.domain import Held

SCALE = ("low", "mid", "high")


@pytest.mark.parametrize(
    "atom, facts, holds",
    [
        (Atom("type", "is", ("a", "b")), {"type": "b"}, True),
        (Atom("type", "is", ("a", "b")), {"type": "c"}, False),
        (Atom("type", "is", ("a",)), {}, False),
        (Atom("type", "is", Ref("other")), {"type": "a", "other": "a"}, True),
        (Atom("type", "is", Ref("other")), {"type": "a", "other": "b"}, False),
        (Atom("type", "is", Ref("other")), {"type": "a"}, False),
        (Atom("type", "is", Ref("other")), {"other": "a"}, False),
        (Atom("type", "is", Ref("other")), {}, False),
        (Atom("contract", "has", ("tma",)), {"contract": frozenset({"flex", "tma"})}, True),
        (Atom("contract", "has", ("tma",)), {"contract": frozenset()}, False),
        (Atom("contract", "has", ("tma", "flex")), {"contract": frozenset({"flex"})}, True),
        (Atom("elements", "has", Ref("element")), {"elements": frozenset({"desk"}), "element": "desk"}, True),
        (Atom("elements", "has", Ref("element")), {"elements": frozenset({"desk"}), "element": "web"}, False),
        (Atom("elements", "has", Ref("element")), {"elements": frozenset({"desk"})}, False),
        (Atom("minutes", "set"), {"minutes": 0}, True),
        (Atom("vip", "set"), {"vip": False}, True),
        (Atom("note", "set"), {"note": ""}, True),
        (Atom("contract", "set"), {"contract": frozenset()}, False),
        (Atom("minutes", "set"), {}, False),
        (Atom("date", "below", ("2024-03-01",)), {"date": "2024-02-29"}, True),
        (Atom("date", "above", ("2024-03-01",)), {"date": "2024-02-29"}, False),
        (HookAtom("acme.vip"), {"hook.acme.vip": True}, True),
        (HookAtom("acme.vip"), {}, False),
    ],
)
def test_comparisons_mean_what_they_say(atom: Condition, facts: Mapping[str, Held], holds: bool) -> None:
    """With a name that holds nothing, or to one, a comparison is false; and `not` is plain negation."""
    assert holds == evaluate(atom, facts.get)
    assert (not holds) == evaluate(Not(atom), facts.get)


@pytest.mark.parametrize("op, below, same, above", [
    ("below", True, False, False),
    ("at-most", True, True, False),
    ("above", False, False, True),
    ("at-least", False, True, True),
])  # fmt: skip
def test_orders_follow_numbers_and_scales(op: Op, below: bool, same: bool, above: bool) -> None:
    """A scale is given from lowest to highest; `mid` of it stands for 5 here."""
    for value, number, expected in (("low", 4, below), ("mid", 5, same), ("high", 6, above)):
        assert expected == evaluate(Atom("severity", op, ("mid",), SCALE), {"severity": value}.get)
        assert expected == evaluate(Atom("minutes", op, (5,)), {"minutes": number}.get)
        assert expected == evaluate(Atom("minutes", op, Ref("limit")), {"minutes": number, "limit": 5}.get)
        assert not evaluate(Atom("minutes", op, Ref("limit")), {"minutes": number}.get)
        assert not evaluate(Atom("minutes", op, (5,)), {}.get)


def test_conjunctions_and_disjunctions_of_nothing() -> None:
    """All of nothing always holds, any of nothing never."""
    assert evaluate(ALWAYS, {}.get)
    assert not evaluate(NEVER, {}.get)


A, B, C = Atom("a", "is", (1,)), Atom("b", "is", (1,)), Atom("c", "is", (1,))


def test_every_failing_part_is_told_with_what_it_read() -> None:
    """A `require` of several conditions reports every one that failed, and only those."""
    why = explain(All((A, B, Any((B, C)), Not(A))), {"a": 1, "b": 2}.get)

    assert not why.holds
    assert [B, Any((B, C)), Not(A)] == [part.condition for part in why.failures]
    assert [(("b", 2),), (("b", 2), ("c", None)), (("a", 1),)] == [part.facts for part in why.failures]


def test_what_holds_is_explained_by_what_made_it_hold() -> None:
    """Of alternatives, those that hold; a failing one decided nothing."""
    why = explain(All((A, Any((B, C)))), {"a": 1, "b": 2, "c": 1}.get)

    assert why.holds
    assert () == why.failures
    assert (("a", 1), ("c", 1)) == why.facts


def test_a_single_condition_that_fails_is_its_own_reason() -> None:
    """Also an `any`, whose parts then all failed."""
    why = explain(Any((A, B)), {"a": 2}.get)

    assert (why,) == why.failures
    assert (("a", 2), ("b", None)) == why.facts


def test_a_reference_is_explained_by_both_names() -> None:
    """What was compared, and with what."""
    why = explain(Atom("event.severity", "below", Ref("severity"), SCALE), {"severity": "low"}.get)

    assert (("event.severity", None), ("severity", "low")) == why.facts
    assert (("hook.acme.vip", None),) == explain(HookAtom("acme.vip"), {}.get).facts


def test_a_condition_says_what_it_reads() -> None:
    """Names once, in the order written, references too; hooks apart."""
    condition = All((Atom("b", "is", Ref("z")), Any((A, Not(B))), HookAtom("acme.vip"), HookAtom("acme.vip")))

    assert ("b", "z", "a") == names_read(condition)
    assert ("acme.vip",) == hooks_read(condition)
    assert has_hook(condition)
    assert not has_hook(All((A, B)))


def test_conditions_can_be_pickled_and_compared() -> None:
    """They are plain data."""
    condition = All((A, Not(Any((B, HookAtom("acme.vip"))))))

    assert condition == pickle.loads(pickle.dumps(condition))
