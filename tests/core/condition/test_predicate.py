"""Predicates agree with the plain meaning of conditions, whatever names hold."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from upheld.core.condition.condition import All, Any, Atom, Condition, HookAtom, Not, Op, Ref, evaluate
from upheld.core.condition.domain import Held
from upheld.core.condition.predicate import predicate, predicate_or_none

SCALE = ("low", "mid", "high")
NAMES = ("one", "two", "three")
ORDERS: tuple[Op, ...] = ("below", "at-most", "above", "at-least")

NAME = st.sampled_from(NAMES)
SCALAR = st.sampled_from((*SCALE, 0, 1, 7, True, False, "2024-02-29", ""))
SETS = st.frozensets(SCALAR, max_size=3)

OF_WORDS: st.SearchStrategy[Held] = st.one_of(st.none(), SCALAR, SETS)
OF_SCALE: st.SearchStrategy[Held] = st.one_of(st.none(), st.sampled_from(SCALE))
OF_NUMBERS: st.SearchStrategy[Held] = st.one_of(st.none(), st.integers(-3, 9))

OPERANDS = st.one_of(st.lists(SCALAR, min_size=1, max_size=3).map(tuple), NAME.map(Ref))
EQUALS = st.builds(Atom, NAME, st.just("is"), OPERANDS)
CONTAINS = st.builds(Atom, NAME, st.just("has"), OPERANDS)
PRESENT = st.builds(Atom, NAME, st.just("set"))
HOOK = st.builds(HookAtom, st.sampled_from(("acme.one", "acme.two")))
ON_SCALE = st.builds(
    Atom,
    NAME,
    st.sampled_from(ORDERS),
    st.one_of(st.sampled_from(SCALE).map(lambda word: (word,)), NAME.map(Ref)),
    st.just(SCALE),
)
OF_INTEGERS = st.builds(
    Atom, NAME, st.sampled_from(ORDERS), st.one_of(st.integers(-3, 9).map(lambda number: (number,)), NAME.map(Ref))
)


def trees(leaves: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.lists(inner, max_size=4).map(tuple).map(All),
            st.lists(inner, max_size=4).map(tuple).map(Any),
        ),
        max_leaves=12,
    )


def facts(held: st.SearchStrategy[Held]) -> st.SearchStrategy[Mapping[str, Held]]:
    hooks = {f"hook.acme.{name}": st.sampled_from((True, False, None)) for name in ("one", "two")}
    return st.fixed_dictionaries({**dict.fromkeys(NAMES, held), **hooks})


@given(trees(st.one_of(EQUALS, PRESENT, HOOK)), facts(OF_WORDS))
def test_words(condition: Condition, held: Mapping[str, Held]) -> None:
    """Equality, presence and hooks, whatever is held."""
    assert evaluate(condition, held.get) == predicate(condition)(held.get)


@given(trees(st.one_of(CONTAINS, PRESENT)), facts(st.one_of(st.none(), SETS)))
def test_sets(condition: Condition, held: Mapping[str, Held]) -> None:
    """Whether a set contains one of several values, or what another name holds."""
    assert evaluate(condition, held.get) == predicate(condition)(held.get)


@given(trees(ON_SCALE), facts(OF_SCALE))
def test_orders_on_a_scale(condition: Condition, held: Mapping[str, Held]) -> None:
    """Words that a declaration puts in order."""
    assert evaluate(condition, held.get) == predicate(condition)(held.get)


@given(trees(OF_INTEGERS), facts(OF_NUMBERS))
def test_orders_of_numbers(condition: Condition, held: Mapping[str, Held]) -> None:
    """Values that are in order by themselves."""
    assert evaluate(condition, held.get) == predicate(condition)(held.get)


def test_what_is_left_out_is_not_asked() -> None:
    """A missing condition has no predicate, so that nothing is called for it."""
    assert predicate_or_none(None) is None
    ask = predicate_or_none(All(()))
    assert ask is not None
    assert ask({}.get)
