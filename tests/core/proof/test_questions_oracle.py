"""Regions against every ticket there is: random small scopes and conditions, all answers checked by trying all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, combinations, product

from hypothesis import assume, given
from hypothesis import strategies as st

from upheld.core.condition.condition import All, Any, Atom, Condition, HookAtom, Not, Ref, evaluate, hooks_read
from upheld.core.condition.domain import Boolean, Domain, Held, Many, OneOf, Presence, Text
from upheld.core.condition.ordered import Integer, Seconds
from upheld.core.condition.scope import Scope
from upheld.core.proof.questions import Answer, Space

SCALE = OneOf(("high", "mid", "low"), ordered=True)
CORE = {"new": "open", "seen": "open", "done": "closed"}
OPENING = OneOf(("open", "closed"), may_be_unset=False)

# Each world is a handful of names, small enough to try every ticket; together they hold every sort of domain and link.
WORLDS: dict[str, dict[str, Domain]] = {
    "words": {
        "severity": SCALE,
        "before.severity": SCALE.required(),
        "type": OneOf(("low", "high", "odd")),
        "vip": Boolean(),
    },
    "numbers": {"a": Integer(0, 4), "b": Integer(1, 6, may_be_unset=False), "c": Integer(), "vip": Boolean()},
    "texts": {"t": Text(), "u": Text(may_be_unset=False), "type": OneOf(("x", "y"))},
    "sets": {"flagged": Many(OneOf(("x", "y"))), "tags": Many(Text()), "one": Text()},
    "full-sets": {
        "some": Many(OneOf(("x", "y")), may_be_unset=False),
        "tags": Many(Text(), may_be_unset=False),
        "one": Text(),
    },
    "states": {
        "state": OneOf(tuple(CORE)),
        "core": OneOf(("open", "closed", "lost")),
        "opening.support": OPENING,
        "opening-left.support": Seconds(may_be_unset=False),
    },
    "contracts": {
        "contract": Many(OneOf(("tma", "y"))),
        "contract.tma.level": OneOf(("x", "tma")),
        "contract.tma.elements": Many(Text()),
        "event.element": Text(),
    },
    "more-contracts": {
        "contract.tma.level": OneOf(("x", "tma"), may_be_unset=False),
        "contract": Many(OneOf(("x", "tma", "y"))),
        "rate": Presence(),
    },
    "sizes": {
        "contract": Many(OneOf(("tma", "y"))),
        "contract.tma.most": Integer(0, 2),
        "contract.tma.elements": Many(Text()),
    },
    "members": {"n": Integer(0, 2), "numbers": Many(Integer(0, 3)), "m": Integer(1, 3)},
}
TEXTS = ("x", "y", "tma", "something", "something-2")
NUMBERS = tuple(range(-3, 8))
LEFT = (0, 1, 59, 60, 61, 62, 120, 121, 180, 200, 201, 240)


def _values(domain: Domain) -> tuple[Held, ...]:
    """Everything that a name may hold, or enough of it: more texts and numbers than conditions here can tell apart."""
    values: Iterable[Held]
    match domain:
        case OneOf():
            values = domain.values
        case Boolean():
            values = (True, False)
        case Text():
            values = TEXTS
        case Presence():
            values = ("something",)
        case Seconds():
            values = LEFT
        case Integer():
            values = (
                n
                for n in NUMBERS
                if (domain.low is None or n >= domain.low) and (domain.high is None or n <= domain.high)
            )
        case Many():
            inner = [value for value in _values(domain.of.required()) if isinstance(value, str | int)]
            sizes = range(1, len(inner) + 1)
            values = (frozenset(held) for held in chain.from_iterable(combinations(inner, size) for size in sizes))
    return (*values, None) if domain.may_be_unset else tuple(values)


def _possible(facts: Mapping[str, Held]) -> bool:
    """Whether what the names hold is consistent."""
    if "core" in facts and "state" in facts and facts["core"] != (facts["state"] and CORE[str(facts["state"])]):
        return False
    left = facts.get("opening-left.support")
    if (
        "opening.support" in facts
        and "opening-left.support" in facts
        and facts["opening.support"] == "open"
        and not left
    ):
        return False
    kinds = facts.get("contract") or frozenset()
    assert isinstance(kinds, frozenset)
    attributes = [held for name, held in facts.items() if name.startswith("contract.tma.")]
    return "tma" in kinds or all(held is None for held in attributes)


def _required(scope: Scope, facts: Mapping[str, Held]) -> bool:
    """An attribute that has a value in every contract has one in this."""
    kinds = facts.get("contract") or frozenset()
    assert isinstance(kinds, frozenset)
    names = [name for name in facts if name.startswith("contract.tma.") and not scope[name].may_be_unset]
    return "tma" not in kinds or all(facts[name] is not None for name in names)


def _tickets(scope: Scope, hooks: Iterable[str]) -> list[dict[str, Held]]:
    """Every ticket of a scope with every answer of the hooks."""
    names = list(scope)
    choices: list[tuple[Held, ...]] = []
    for name in names:
        values = _values(scope[name])
        if name.startswith("contract.") and None not in values:
            values = (*values, None)
        narrowed = scope.held(name)
        if narrowed is not None:
            values = tuple(None if held == frozenset() else held for held in narrowed)
        choices.append(values)
    found: list[dict[str, Held]] = []
    for held in product(*choices):
        facts = dict(zip(names, held, strict=True))
        if _possible(facts) and _required(scope, facts):
            found.extend({**facts, **answers} for answers in _answers(tuple(hooks)))
    return found


def _answers(hooks: tuple[str, ...]) -> Iterator[dict[str, Held]]:
    for answers in product((True, False), repeat=len(hooks)):
        yield dict(zip(hooks, answers, strict=True))


@st.composite
def _atoms(draw: st.DrawFn, scope: Scope) -> Condition:
    name = draw(st.sampled_from([*scope, "hook"]) if draw(st.booleans()) else st.sampled_from(list(scope)))
    if name == "hook":
        return HookAtom(draw(st.sampled_from(["acme.one", "acme.two"])))
    domain = scope[name]
    inner = domain.of if isinstance(domain, Many) else domain
    others = [other for other in scope if _comparable(inner, scope[other])]
    if isinstance(domain, Many) and draw(st.integers(0, 2)) == 0:
        op = draw(st.sampled_from(["is", "below", "at-most", "above", "at-least"]))
        numbers = [other for other in scope if isinstance(scope[other], Integer)]
        is_number = not numbers or draw(st.booleans())
        return Atom(
            name, op, (draw(st.integers(0, 4)),) if is_number else Ref(draw(st.sampled_from(numbers))), counted=True
        )
    if draw(st.integers(0, 5)) == 0 or isinstance(domain, Presence):
        return Atom(name, "set")
    constants = [v for v in _values(inner.required()) if v not in (None, "something", "something-2")]
    if isinstance(domain, Many) and isinstance(inner, Text):
        constants = ["x"]
    if inner == Integer():
        constants = [0, 3, 4]
    if isinstance(inner, Seconds):
        constants = [0, 60, 120]
    is_ref = bool(others) and draw(st.booleans())
    if isinstance(domain, Many) or not inner.comparable or draw(st.booleans()):
        op = "has" if isinstance(domain, Many) else "is"
        few = draw(st.lists(st.sampled_from(constants), min_size=1, max_size=2, unique=True))
        return Atom(name, op, Ref(draw(st.sampled_from(others))) if is_ref else tuple(few))
    order = draw(st.sampled_from(["below", "at-most", "above", "at-least"]))
    peers = [other for other in others if scope[other].scale == inner.scale]
    operand = Ref(draw(st.sampled_from(peers))) if is_ref and peers else (draw(st.sampled_from(constants)),)
    return Atom(name, order, operand, inner.scale)


def _comparable(domain: Domain, other: Domain) -> bool:
    words = (OneOf, Text)
    if isinstance(domain, words) and isinstance(other, words):
        return True
    return type(domain) is type(other) and not isinstance(domain, (Many, Presence))


def _conditions(scope: Scope) -> st.SearchStrategy[Condition]:
    return st.recursive(
        _atoms(scope),
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(lambda parts: All(tuple(parts)), st.lists(inner, max_size=3)),
            st.builds(lambda parts: Any(tuple(parts)), st.lists(inner, max_size=3)),
        ),
        max_leaves=6,
    )


@st.composite
def _spaces(draw: st.DrawFn) -> tuple[Scope, list[Condition]]:
    scope = Scope(WORLDS[draw(st.sampled_from(sorted(WORLDS)))], CORE)
    if draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from([name for name in scope if scope[name].may_be_unset or not scope.needs(name)]))
        values = [value for value in _values(scope[name]) if "something" not in str(value)]
        scope = scope.fixed({name: None if scope.needs(name) or not values else draw(st.sampled_from(values))})
    return scope, draw(st.lists(_conditions(scope), min_size=1, max_size=4))


class Oracle:
    """All tickets of a scope, and on which of them each condition holds."""

    def __init__(self, scope: Scope, conditions: list[Condition]) -> None:
        self.tickets = _tickets(scope, sorted({f"hook.{hook}" for c in conditions for hook in hooks_read(c)}))
        self.holds = [{at for at, facts in enumerate(self.tickets) if evaluate(c, facts.get)} for c in conditions]
        self.all = set(range(len(self.tickets)))

    def check(self, answer: Answer, where: set[int]) -> None:
        """The answer says whether there is such a ticket, and its example leaves no other choice."""
        assert ("yes" if where else "no") == answer.verdict
        if where:
            self.check_example(answer, where)

    def check_example(self, answer: Answer, where: set[int]) -> None:
        """There is a ticket as in the example, and whatever else it holds, it is as claimed."""
        assert answer.example is not None
        facts = answer.example.facts
        like = [at for at, ticket in enumerate(self.tickets) if facts.items() <= ticket.items()]
        assert like, (facts, "is no possible ticket")
        assert set(like) <= where, facts
        assert all(name in answer.example.shown for name in facts)
        assert answer.example.opaque == any(name.startswith("hook.") for name in facts)


@given(_spaces())
def test_overlap_gap_shadow_always_and_never_agree_with_trying_every_ticket(
    boxes_of: tuple[Scope, list[Condition]],
) -> None:
    """Every question about up to four conditions, in every small world, with its example."""
    scope, conditions = boxes_of
    space, oracle = Space(scope, conditions), Oracle(scope, conditions)
    indices = range(len(conditions))
    assume(oracle.tickets)

    for i in indices:
        assert space.is_decided(i)
        never, always = space.never(i), space.always(i)
        assert ("no" if oracle.holds[i] else "yes") == never.verdict
        assert ("yes" if oracle.holds[i] == oracle.all else "no") == always.verdict
        for j in indices:
            oracle.check(space.overlap(i, j), oracle.holds[i] & oracle.holds[j])
        earlier = set().union(*(oracle.holds[j] for j in range(i)))
        shadowed = space.shadowed(i, range(i))
        assert ("yes" if oracle.holds[i] and oracle.holds[i] <= earlier else "no") == shadowed.verdict
        if shadowed:
            oracle.check_example(shadowed, oracle.holds[i])
            assert oracle.holds[i] <= set().union(*(oracle.holds[j] for j in shadowed.by))
        oracle.check(space.uncovered(indices, within=i), oracle.holds[i] - set().union(*oracle.holds))
        others = [j for j in indices if j != i]
        rest = set().union(*(oracle.holds[j] for j in others))
        oracle.check(space.uncovered(others), oracle.all - rest)
        oracle.check(space.uncovered(others, within=i), oracle.holds[i] - rest)


@given(_spaces())
def test_the_bulk_questions_agree_with_the_single_ones(boxes_of: tuple[Scope, list[Condition]]) -> None:
    """All overlapping pairs, and all shadowed conditions, asked at once."""
    scope, conditions = boxes_of
    space = Space(scope, conditions)
    pairs = [(i, j) for i, j in combinations(range(len(conditions)), 2) if space.overlap(i, j)]

    assert pairs == list(space.overlaps())
    assert [i for i in range(len(conditions)) if space.shadowed(i, range(i))] == list(space.shadows())
