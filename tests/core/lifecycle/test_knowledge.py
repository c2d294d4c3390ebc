"""Doubts are never wrong: what is decided stays so whatever the names hold that nobody knows."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.core.condition.condition import ALWAYS, NEVER, All, Any, Atom, Condition, HookAtom, Not, Ref, evaluate
from upheld.core.condition.domain import Held
from upheld.core.lifecycle.knowledge import Judgement, judged_on

DOMAINS: dict[str, tuple[Held, ...]] = {
    "severity": ("1", "2", None),
    "channel": ("phone", "mail", None),
    "contract": (frozenset({"sla"}), frozenset({"sla", "flex"}), frozenset()),
    "minutes": (0, 5, None),
    "before.severity": ("1", None),
}
ATOMS: tuple[Condition, ...] = (
    Atom("severity", "is", ("1",)),
    Atom("severity", "below", ("1",), ("2", "1")),
    Atom("severity", "set"),
    Atom("severity", "is", Ref("before.severity")),
    Atom("channel", "is", ("phone", "mail")),
    Atom("contract", "has", ("flex",)),
    Atom("contract", "set"),
    Atom("minutes", "at-least", (5,)),
)
conditions = st.recursive(
    st.sampled_from((*ATOMS, ALWAYS, NEVER)),
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts)))
        | st.lists(inner, max_size=3).map(lambda parts: Any(tuple(parts)))
    ),
    max_leaves=6,
)


def answers(condition: Condition, known: dict[str, Held]) -> set[bool]:
    """What the condition may come to, for everything that the other names may hold."""
    others = [name for name in DOMAINS if name not in known]
    return {
        evaluate(condition, {**known, **dict(zip(others, values))}.get)
        for values in product(*(DOMAINS[name] for name in others))
    }


@given(conditions, st.fixed_dictionaries({}, optional={name: st.sampled_from(DOMAINS[name]) for name in DOMAINS}))
def test_what_is_decided_holds_for_every_completion(condition: Condition, known: dict[str, Held]) -> None:
    """And what is not names something that is missing; saying it all decides."""
    doubt = judged_on(condition, known.get, lambda name: () if name in known else (name,))

    if doubt.holds is None:
        assert doubt.missing
        assert not set(doubt.missing) & set(known)
    else:
        assert {doubt.holds} == answers(condition, known)
        assert () == doubt.missing
    everything = {**{name: values[0] for name, values in DOMAINS.items()}, **known}
    assert evaluate(condition, everything.get) == judged_on(condition, everything.get, lambda name: ()).holds


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, Judgement(True)),
        (All((ATOMS[0], ATOMS[4])), Judgement(None, ("channel",))),
        (All((ATOMS[4], ATOMS[7], Not(ATOMS[0]))), Judgement(False)),
        (Any((ATOMS[4], ATOMS[0])), Judgement(True)),
        (Any((ATOMS[7], ATOMS[4], ATOMS[7])), Judgement(None, ("minutes", "channel"))),
        (Not(ATOMS[4]), Judgement(None, ("channel",))),
        (Atom("channel", "is", Ref("severity")), Judgement(None, ("channel",))),
        (Atom("channel", "is", Ref("minutes")), Judgement(None, ("channel", "minutes"))),
        (HookAtom("acme.vip"), Judgement(None, ("hook.acme.vip",))),
    ],
)
def test_what_is_missing(condition: Condition | None, expected: Judgement) -> None:
    """Each name once, as they stand; nothing that could not change the answer. Severity 1 is known, and no more."""
    known: dict[str, Held] = {"severity": "1"}

    assert expected == judged_on(condition, known.get, lambda name: () if name in known else (name,))


def test_a_name_that_is_known_to_hold_nothing_decides() -> None:
    """A comparison with it fails, also where the other side is not known."""
    known: dict[str, Held] = {"severity": None, "contract": frozenset()}
    missing = lambda name: () if name in known else (name,)  # noqa: E731  # as it is passed

    assert Judgement(False) == judged_on(Atom("severity", "is", Ref("channel")), known.get, missing)
    assert Judgement(False) == judged_on(Atom("channel", "is", Ref("severity")), known.get, missing)
    assert Judgement(False) == judged_on(ATOMS[5], known.get, missing)
    assert Judgement(True) == judged_on(Not(ATOMS[6]), known.get, missing)
