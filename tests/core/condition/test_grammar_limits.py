"""Named conditions, limits, and whatever else a document may hold: nothing crashes, nothing runs away (F08)."""

from __future__ import annotations

import random

import pytest

from upheld.core.condition.condition import Condition
from upheld.core.condition.domain import Boolean, Many, OneOf, Presence, Text
from upheld.core.condition.grammar import DEEPEST, check_named, parse_condition
from upheld.core.condition.ordered import Integer
from upheld.core.condition.scope import Scope, calendar_names
from upheld.core.finding import Problem

SEVERITY = OneOf(("1", "2", "3"), ordered=True)
SCOPE = Scope(
    {
        "severity": SEVERITY,
        "event.severity": SEVERITY,
        "type": OneOf(("assistance", "solva-flex")),
        "channel": OneOf(("phone", "email", "web")),
        "vip": Boolean(),
        "event.minutes": Integer(0, 1440),
        "event.element": Text(),
        "contract": Many(OneOf(("flex", "tma"))),
        "contract.tma.elements": Many(Text()),
        "parameter.flat-rates": Presence(),
        **calendar_names("support"),
        **calendar_names("call-centre"),
    }
)
NAMED: dict[str, object] = {"vip-customer": {"vip": True}, "urgent": {"any": ["vip-customer", {"severity": "1"}]}}


def parse(data: object, named: dict[str, object] = NAMED) -> tuple[Condition | None, list[Problem]]:
    return parse_condition(data, SCOPE, named)


CIRCLE: dict[str, object] = {
    "a": "b",
    "b": ["c", {"vip": True}],
    "c": {"any": ["a", {"vip": False}]},
    "d": "a",
    "self": "self",
}


@pytest.mark.parametrize("name, circle", [("a", "`a` → `b` → `c` → `a`"), ("self", "`self` → `self`")])
def test_a_condition_defined_by_itself_is_refused(name: str, circle: str) -> None:
    """The circle is told, at the use."""
    _, problems = parse(name, CIRCLE)

    assert [("cycle", name)] == [(problem.kind, problem.through) for problem in problems]
    assert problems[0].message.endswith(circle)


def test_circles_are_reported_in_the_definitions_that_form_them() -> None:
    """`d` only uses one."""
    assert ["a", "b", "c", "self"] == list(check_named(CIRCLE, SCOPE))


def test_a_broken_definition_is_reported_once_for_each_use() -> None:
    """However it is reached; the definition itself is told about all its mistakes, and nobody else's."""
    named: dict[str, object] = {"bad": {"tipe": "x", "chanel": "y"}, "worse": ["bad", "bad"], "good": {"vip": True}}
    _, problems = parse({"any": ["worse", "good", "bad"]}, named)

    assert [(("any", 0), "worse"), (("any", 2), "bad")] == [(problem.path, problem.through) for problem in problems]
    assert "condition `worse` cannot be used: `tipe` is not a name that can be read here" == problems[0].message
    found = check_named(named, SCOPE)
    assert {"bad": [("tipe",), ("chanel",)]} == {name: [each.path for each in found[name]] for name in found}


def test_a_named_condition_may_need_names_that_are_not_here() -> None:
    """Then its use is wrong, and not its definition."""
    named: dict[str, object] = {"long": {"event.minutes": {"above": 60}}}
    condition, problems = parse_condition("long", Scope({"vip": Boolean()}), named)

    assert condition is None
    assert ["long"] == [problem.through for problem in problems]
    assert {} == check_named(named, SCOPE)


def test_names_that_double_one_another_end_at_a_limit() -> None:
    """Thirty definitions, each using the one before twice, would be a billion comparisons (Y01, F08)."""
    named: dict[str, object] = {"n0": {"vip": True}}
    for number in range(1, 31):
        either = [{"all": [f"n{number - 1}", {"event.minutes": number + side}]} for side in (0, 100)]
        named[f"n{number}"] = {"any": either}
    condition, problems = parse("n12", named)

    assert condition is None
    assert ["too-large"] == [problem.kind for problem in problems]
    assert ["too-deep"] == [problem.kind for problem in parse("n30", named)[1]]
    assert parse("n8", named)[0] is not None


def test_a_chain_of_names_ends_at_a_limit() -> None:
    """A thousand definitions, each naming the next."""
    named: dict[str, object] = {f"n{number}": [f"n{number + 1}"] for number in range(1000)}
    condition, problems = parse("n0", {**named, "n1000": {"vip": True}})

    assert condition is None
    assert ["too-deep"] == [problem.kind for problem in problems]


@pytest.mark.parametrize("levels, kinds", [(DEEPEST, []), (DEEPEST + 2, ["too-deep"]), (600, ["too-deep"])])
def test_conditions_may_lie_so_deep_in_one_another_and_no_deeper(levels: int, kinds: list[str]) -> None:
    """Documents are at most that deep, but named conditions can add up; a mapping and its list are two levels."""
    data: object = {"vip": True}
    for _ in range(levels // 2):
        data = {"any": [data]}

    assert kinds == [problem.kind for problem in parse(data)[1]]


def test_of_very_many_mistakes_only_the_first_get_advice() -> None:
    """To look for the nearest of each of 30,000 names would take long."""
    _, problems = parse({f"severity-{number}": {f"x{number}": 1} for number in range(30_000)})

    assert 30_001 == len(problems)
    assert 5000 == sum(bool(problem.hint) for problem in problems if problem.kind == "unknown-name")
    assert 1 == sum(problem.kind == "too-large" for problem in problems)


WORDS: tuple[object, ...] = (
    *SCOPE,
    *("all", "any", "none", "hook", "opening", "opening-left", "day", "support", "call-centre", "ref", "not", "set"),
    *("below", "at-most", "above", "at-least", "between", "1", "2", "assistance", "phone", "open", "mon", "30min"),
    *("2024-02-29", "vip-customer", "urgent", "tma", "a", "", " ", "\x00", "é", "x" * 300, "`", "{ref}", "true"),
    *(True, False, None, 0, 1, -1, 5, 10**30, 10**5000, 1.5, float("nan")),
)
KEYS = tuple(word for word in WORDS if isinstance(word, str))


def rubbish(draw: random.Random, depth: int) -> object:
    """Any JSON value, made of words that conditions use, and nearly right more often than by chance."""
    kind = draw.random()
    if depth == 0 or kind < 0.35:
        return draw.choice(WORDS)
    if kind < 0.6:
        return [rubbish(draw, depth - 1) for _ in range(draw.randrange(4))]
    return {draw.choice(KEYS): rubbish(draw, depth - 1) for _ in range(draw.randrange(4))}


def test_whatever_a_document_holds_is_read_or_refused(pytestconfig: pytest.Config) -> None:
    """Random values give a condition or problems, never an exception, and the same ones twice (F08)."""
    draw = random.Random(20240328)
    read = 0
    for _ in range(300_000 if pytestconfig.getoption("--full") else 20_000):
        data = rubbish(draw, draw.randrange(7))
        condition, problems = parse(data)
        read += condition is not None

        assert (condition is None) == bool(problems), data
        assert all(problem.message.isprintable() and len(problem.message) < 300 for problem in problems)
        assert all(problem.hint.isprintable() and len(problem.hint) < 500 for problem in problems)
        assert all(_leads_somewhere(data, problem) for problem in problems), (data, problems)

    assert read > 100


def _leads_somewhere(data: object, problem: Problem) -> bool:
    """Whether the path of a problem exists, so that it can be pointed at."""
    for step in problem.path:
        if not isinstance(data, dict | list):
            return False
        if step not in (data if isinstance(data, dict) else range(len(data))):
            return False
        data = data[step]
    return True
