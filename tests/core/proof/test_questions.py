"""Regions: natural examples, links between names, hooks, limits. That answers are right, the oracle checks."""

from __future__ import annotations

import pytest

from upheld.core.condition.condition import ALWAYS, NEVER, All, Any, Atom, Condition, HookAtom, Not, Ref, evaluate
from upheld.core.condition.domain import Boolean, Domain, Many, OneOf, Text
from upheld.core.condition.grammar import parse_condition
from upheld.core.condition.ordered import Date, Instant, Integer
from upheld.core.condition.scope import Scope, calendar_names
from upheld.core.proof.questions import Answer, Space

SEVERITY = OneOf(("critical", "high", "low"), ordered=True)
DOMAINS: dict[str, Domain] = {
    "state": OneOf(("new", "analysis", "test", "done"), may_be_unset=False),
    "core": OneOf(("open", "in-fix", "closed"), may_be_unset=False),
    "severity": SEVERITY,
    "before.severity": SEVERITY,
    "type": OneOf(("assistance", "solva-flex")),
    "vip": Boolean(),
    "flagged": Many(OneOf(("late", "loud"))),
    "contract": Many(OneOf(("flex", "tma"))),
    "contract.tma.elements": Many(Text()),
    "contract.tma.level": OneOf(("gold", "silver")),
    "event.minutes": Integer(0),
    "event.limit": Integer(0),
    "event.date": Date(),
    "event.at": Instant(),
    "event.project": Text(),
    "event.customer": Text(),
    **calendar_names("support"),
}
CORE = {"new": "open", "analysis": "in-fix", "test": "in-fix", "done": "closed"}
SCOPE = Scope(DOMAINS, CORE)


def read(data: object) -> Condition:
    condition, problems = parse_condition(data, SCOPE)
    assert condition is not None, problems
    return condition


def space(*documents: object, scope: Scope = SCOPE) -> Space:
    return Space(scope, [read(document) for document in documents])


def shown(answer: Answer) -> dict[str, str]:
    """The example of an answer that must have one."""
    assert answer.example is not None
    return dict(answer.example.shown)


@pytest.mark.parametrize(
    "one, other, ticket",
    [
        ({"severity": ["critical", "high"]}, {"type": "assistance"}, {"severity": "critical", "type": "assistance"}),
        ({"severity": {"below": "critical"}}, {"severity": {"at-least": "high"}}, {"severity": "high"}),
        ({"event.minutes": {"above": 30}}, {"event.minutes": {"below": 60}}, {"event.minutes": "31"}),
        ({"event.minutes": {"at-least": 5}}, {"event.minutes": {"below": 60}}, {"event.minutes": "5"}),
        ({"event.minutes": {"below": 60}}, {"event.minutes": {"not": 30}}, {"event.minutes": "0"}),
        ({"event.date": {"above": "2024-02-28"}}, {"vip": True}, {"vip": "true", "event.date": "2024-02-29"}),
        ({"event.at": {"set": True}}, {"vip": True}, {"vip": "true", "event.at": "2024-01-01T00:00:00Z"}),
        ({"opening-left": {"support": {"at-most": "30min"}}}, {"opening": {"support": "open"}},
         {"opening.support": "open", "opening-left.support": "30min"}),
        ({"opening-left": {"support": {"above": "30min"}}}, {"opening": {"support": "closed"}},
         {"opening.support": "closed", "opening-left.support": "31min"}),
        ({"opening-left": {"support": {"above": "30min"}}}, {"day": {"support": ["sat", "sun"]}},
         {"opening-left.support": "31min", "day.support": "sat"}),
        ({"event.project": {"not": "alpha"}}, {"event.project": {"set": True}}, {"event.project": "something"}),
        ({"severity": {"not": "high"}}, {"vip": {"not": True}}, {"severity": "critical", "vip": "false"}),
        ({"severity": {"set": False}}, {"vip": {"set": False}}, {"severity": "unset", "vip": "unset"}),
        ({"contract": "tma"}, {"contract": "flex"}, {"contract": "flex, tma"}),
        ({"contract": {"not": "tma"}}, {"vip": True}, {"vip": "true", "contract": "unset"}),
        ({"severity": {"below": {"ref": "before.severity"}}}, {"severity": {"above": "low"}},
         {"severity": "high", "before.severity": "critical"}),
        ({"event.minutes": {"above": {"ref": "event.limit"}}}, {"event.limit": {"at-least": 10}},
         {"event.minutes": "11", "event.limit": "10"}),
        ({"event.project": {"not": {"ref": "event.customer"}, "set": True}}, {"event.customer": {"set": True}},
         {"event.project": "something-2", "event.customer": "something"}),
    ],
)  # fmt: skip
def test_an_overlap_is_shown_by_a_natural_ticket(one: object, other: object, ticket: dict[str, str]) -> None:
    """The first declared, the smallest, a value rather than none; and only the names that matter, in their order."""
    answer = space(one, other).overlap(0, 1)

    assert "yes" == answer.verdict
    assert list(ticket.items()) == list(shown(answer).items())


@pytest.mark.parametrize(
    "one, other",
    [
        ({"severity": "high"}, {"severity": "low"}),
        ({"severity": "high"}, {"severity": {"set": False}}),
        ({"severity": {"above": "critical"}}, {"vip": True}),
        ({"event.minutes": {"at-least": 30}}, {"event.minutes": {"below": 30}}),
        ({"event.minutes": {"above": 30}}, {"event.minutes": {"below": 31}}),
        ({"event.minutes": {"below": 0}}, {"vip": True}),
        ({"core": "closed"}, {"state": ["new", "analysis"]}),
        ({"opening": {"support": "open"}}, {"opening-left": {"support": "0s"}}),
        ({"contract.tma.elements": "desk"}, {"contract": {"not": "tma"}}),
        ({"contract.tma.level": {"set": True}}, {"contract": {"set": False}}),
        ({"severity": {"below": {"ref": "before.severity"}}}, {"before.severity": "low"}),
        ({"event.minutes": {"below": {"ref": "event.limit"}}}, {"event.minutes": {"at-least": {"ref": "event.limit"}}}),
        (
            {"event.minutes": {"above": {"ref": "event.limit"}}},
            {"event.limit": {"above": 5}, "event.minutes": {"below": 7}},
        ),
    ],
)
def test_what_excludes_one_another_does_not_overlap(one: object, other: object) -> None:
    """Also where one name follows from another."""
    assert "no" == space(one, other).overlap(0, 1).verdict


def test_a_gap_is_shown_by_a_value_before_nothing_is() -> None:
    """Severity low is missing, and unset too; low is what an author looks for."""
    table = space({"severity": "critical"}, {"severity": "high"}, {"severity": "low"}, {"severity": {"set": False}})

    assert {"severity": "low"} == shown(table.uncovered([0, 1]))
    assert {"severity": "unset"} == shown(table.uncovered([0, 1, 2]))
    assert "no" == table.uncovered([0, 1, 2, 3]).verdict
    assert "no" == table.uncovered([0, 1], within=1).verdict
    assert {"severity": "high"} == shown(table.uncovered([0], within=1))


def test_a_gap_shows_only_the_names_that_matter() -> None:
    """Two dimensions are covered but for one corner."""
    corner = space({"severity": ["critical", "high"]}, {"type": "assistance"}, {"vip": True, "severity": "low"})
    answer = corner.uncovered([0, 1, 2])

    assert {"severity": "low", "type": "solva-flex", "vip": "false"} == shown(answer)


def test_a_shadowed_condition_names_those_that_come_first() -> None:
    """One that is enough alone, or the fewest that together are."""
    lines = space(
        {"vip": True},
        {"severity": ["critical", "high"]},
        {"type": "assistance"},
        {"severity": "low"},
        {"severity": {"set": True}, "type": "solva-flex"},
        {"vip": True, "severity": "low"},
        {"severity": {"set": False}},
    )

    assert {4: (1, 3), 5: (0,)} == {index: answer.by for index, answer in lines.shadows().items()}
    assert (3,) == lines.shadowed(5, [3, 4]).by
    assert "no" == lines.shadowed(6, range(6)).verdict
    assert {"severity": "critical", "type": "solva-flex"} == shown(lines.shadows()[4])


def test_what_never_holds_is_not_called_shadowed() -> None:
    """That it never holds is a finding of its own."""
    never = space({"vip": True}, {"severity": "low", "all": [{"severity": "high"}]})

    assert "yes" == never.never(1).verdict
    assert "no" == never.shadowed(1, [0]).verdict
    assert {} == never.shadows()


def test_always_and_never() -> None:
    """Also for conditions of nothing."""
    always = Space(
        SCOPE, [ALWAYS, NEVER, read({"vip": {"not": [True, False]}}), read({"day": {"support": {"set": True}}})]
    )

    assert ["yes", "no", "no", "yes"] == [always.always(index).verdict for index in range(4)]
    assert ["no", "yes", "no", "no"] == [always.never(index).verdict for index in range(4)]


def test_a_narrowed_scope_knows_more() -> None:
    """On the event that opens a ticket every fact is unset; in a transition the state is known."""
    opening = SCOPE.unset(["severity", "vip"])
    moving = SCOPE.fixed({"state": "analysis"})
    signed = SCOPE.fixed({"contract": frozenset({"tma"})})

    assert space({"severity": {"not": "high"}}, scope=opening).always(0)
    assert space({"severity": {"set": True}}, scope=opening).never(0)
    assert space({"core": "in-fix"}, scope=moving).always(0)
    assert space({"state": "test"}, scope=moving).never(0)
    assert space({"state": ["test", "done"]}, scope=SCOPE.fixed({"core": "open"})).never(0)
    assert (
        space({"state": "test"}, {"core": "open"}, scope=SCOPE.only({"state": ["test", "new"]})).always(0).verdict
        == "no"
    )
    assert space({"contract": "tma"}, scope=signed).always(0)
    assert space({"contract": "flex"}, scope=signed).never(0)
    assert space({"contract.tma.level": "gold"}, scope=SCOPE.fixed({"contract": None})).never(0)
    assert space({"event.minutes": {"above": 30}}, scope=SCOPE.fixed({"event.minutes": 31})).always(0)
    assert space({"event.project": "alpha"}, scope=SCOPE.fixed({"event.project": "alpha"})).always(0)


def test_contradicting_narrowings_leave_no_ticket() -> None:
    """Then nothing overlaps, and there is no gap."""
    nowhere = space({"state": "new"}, {"core": "open"}, scope=SCOPE.fixed({"state": "new", "core": "closed"}))

    assert "no" == nowhere.overlap(0, 1).verdict
    assert "no" == nowhere.uncovered([]).verdict
    assert "yes" == nowhere.never(0).verdict


def test_an_attribute_is_shown_with_its_contract() -> None:
    """An element of a contract needs the contract, and without it there is none."""
    elements = space(
        {"contract.tma.elements": "desk"}, {"contract.tma.elements": {"not": "desk"}}, {"contract.tma.level": "gold"}
    )

    desk = {"contract": "tma", "contract.tma.elements": "desk"}

    assert desk == shown(elements.overlap(0, 0))
    assert {**desk, "contract.tma.level": "gold"} == shown(elements.overlap(0, 2))
    assert "desk" not in shown(elements.uncovered([0, 2], within=1)).get("contract.tma.elements", "")


VIP, URGENT = HookAtom("acme.vip"), HookAtom("acme.urgent")
LOW, HIGH = Atom("severity", "is", ("low",)), Atom("severity", "is", ("high",))


def test_what_a_hook_would_have_to_answer_is_said() -> None:
    """An example that rests on a hook names it; one that can do without does."""
    hooks = Space(SCOPE, [All((VIP, LOW)), Not(VIP), Any((URGENT, LOW)), LOW])
    resting = hooks.overlap(0, 3).example
    free = hooks.overlap(2, 3).example

    assert resting is not None
    assert ({"severity": "low", "hook.acme.vip": "true"}, ("hook.acme.vip",)) == (dict(resting.shown), resting.hooks)
    assert resting.opaque
    assert free is not None
    assert not free.opaque
    assert "no" == hooks.overlap(0, 1).verdict
    assert {"severity": "critical", "hook.acme.urgent": "false"} == shown(hooks.uncovered([2]))


def test_what_is_proved_holds_whatever_hooks_answer() -> None:
    """A hook and its opposite leave nothing; a hook alone never covers anything."""
    hooks = Space(SCOPE, [VIP, Not(VIP), LOW, All((LOW, VIP))])

    assert "no" == hooks.uncovered([0, 1]).verdict
    assert "yes" == hooks.shadowed(2, [0, 1]).verdict
    assert "yes" == hooks.shadowed(3, [2]).verdict
    assert "no" == hooks.shadowed(2, [0]).verdict
    assert "no" == hooks.always(0).verdict
    assert "no" == hooks.never(0).verdict


def nested(depth: int) -> Condition:
    """Alternatives within one another, each with names of its own: as boxes, two to the power of the depth."""
    parts = [Any((Atom(f"a{n}", "is", ("x",)), Atom(f"b{n}", "is", ("y",)))) for n in range(depth)]
    return All(tuple(parts))


def wide_scope(names: int) -> Scope:
    pair = OneOf(("x", "y"))
    return Scope({f"{letter}{n}": pair for n in range(names) for letter in "ab"})


def test_a_condition_that_grows_without_end_is_undecided_and_said_so() -> None:
    """Forty alternatives would be a million million boxes (F08)."""
    hostile = Space(wide_scope(40), [nested(40), Atom("a0", "is", ("x",)), Not(nested(40)), nested(4), ALWAYS])

    assert [False, True, True, True, True] == [hostile.is_decided(index) for index in range(5)]
    assert "undecided" == hostile.never(0).verdict
    assert "undecided" == hostile.always(0).verdict
    assert "undecided" == hostile.overlap(0, 0).verdict
    assert "undecided" == hostile.shadowed(0, [4]).verdict
    assert "undecided" == hostile.shadowed(4, [0, 2]).verdict
    assert {"undecided"} == {answer.verdict for answer in hostile.shadows().values()}


def test_many_alternatives_for_one_name_are_no_growth() -> None:
    """They are one box, however many they are and however they are written."""
    scope = Scope({"event.minutes": Integer(), "type": OneOf(("a", "b"))})
    either = Any(tuple(All((Atom("event.minutes", "is", (n,)), Atom("type", "is", ("a",)))) for n in range(2000)))
    many = Space(scope, [either, Not(either), Atom("event.minutes", "above", (1999,))])

    assert [True, True, True] == [many.is_decided(index) for index in range(3)]
    assert "no" == many.overlap(0, 2).verdict
    assert {"type": "a", "event.minutes": "2000"} == {**shown(many.uncovered([0], within=2)), "type": "a"}


def test_a_ticket_that_is_found_is_an_answer_also_beside_an_undecided_condition() -> None:
    """It is tried on the ticket; then the example shows every name."""
    all_x = All(tuple(Atom(f"{letter}{n}", "is", ("x",)) for n in range(40) for letter in "ab"))
    hostile = Space(wide_scope(40), [nested(40), all_x])

    assert "yes" == hostile.overlap(0, 1).verdict
    both = All((Atom("a0", "is", ("y",)), Atom("b0", "is", ("x",))))
    certain = Space(wide_scope(40), [nested(40), both]).uncovered([0], within=1)
    assert "yes" == certain.verdict
    assert certain.example is not None
    assert not evaluate(nested(40), certain.example.facts.get)


def test_a_search_without_end_is_undecided() -> None:
    """Ten pigeons in nine holes: that two share one is hard to see, name by name."""
    holes = tuple(f"hole-{n}" for n in range(9))
    scope = Scope({f"pigeon-{n}": OneOf(holes, may_be_unset=False) for n in range(10)})
    shared = [
        All((Atom(f"pigeon-{a}", "is", (hole,)), Atom(f"pigeon-{b}", "is", (hole,))))
        for a in range(10)
        for b in range(a)
        for hole in holes
    ]

    assert "undecided" == Space(scope, shared).uncovered(range(len(shared))).verdict
    assert "yes" == Space(scope, shared[:-1]).uncovered(range(len(shared) - 1)).verdict


def test_the_same_conditions_give_the_same_answers() -> None:
    """Nothing depends on the order of sets or on an earlier question."""
    documents = [{"contract": ["tma", "flex"]}, {"flagged": {"not": ["late", "loud"]}}, {"event.project": ["b", "a"]}]
    first, second = space(*documents), space(*documents)
    first.shadows()
    list(first.overlaps())

    assert [(0, 1), (0, 2), (1, 2)] == list(second.overlaps())
    assert first.overlap(0, 2) == second.overlap(0, 2)
    assert first.uncovered([0, 1, 2]) == second.uncovered([0, 1, 2])


def test_two_names_that_are_never_compared_with_each_other_share_no_cells() -> None:
    """A name's constants cut that name alone: forty names stay forty small questions."""
    scope = Scope({f"n{at}": Integer() for at in range(40)})
    conditions = [Atom(f"n{at}", "above", (at,)) for at in range(40)]
    wide = Space(scope, conditions)

    assert 40 * 39 // 2 == len(list(wide.overlaps()))
    assert "yes" == wide.uncovered(range(40)).verdict


@pytest.mark.parametrize("count", [2, 3, 4])
def test_numbers_compared_with_one_another_can_lie_in_any_order(count: int) -> None:
    """A chain of them fits into a gap only if the gap has room."""
    names = [f"n{at}" for at in range(count)]
    chain = All(tuple(Atom(one, "below", Ref(other)) for one, other in zip(names, names[1:])))
    scope = Scope({name: Integer() for name in names})
    for room in range(count + 2):
        within = [Atom(names[0], "above", (10,)), Atom(names[-1], "at-most", (10 + room,))]
        expected = "yes" if room >= count else "no"

        assert expected == Space(scope, [chain, All(tuple(within))]).overlap(0, 1).verdict
