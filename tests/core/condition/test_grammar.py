"""The grammar of conditions: every form, every mistake, and whatever else a document may hold."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from upheld.core.condition.condition import All, Any, Atom, Condition, HookAtom, Not, Ref, evaluate
from upheld.core.condition.domain import Boolean, Many, OneOf, Presence, Text
from upheld.core.condition.grammar import parse_condition
from upheld.core.condition.ordered import Date, Integer
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
        "event.limit": Integer(),
        "event.date": Date(),
        "event.element": Text(),
        "contract": Many(OneOf(("flex", "tma"))),
        "contract.tma.elements": Many(Text()),
        "parameter.flat-rates": Presence(),
        **calendar_names("support"),
        **calendar_names("call-centre"),
    }
)
UP = ("3", "2", "1")
NAMED: dict[str, object] = {"vip-customer": {"vip": True}, "urgent": {"any": ["vip-customer", {"severity": "1"}]}}
VIP, FIRST = Atom("vip", "is", (True,)), Atom("severity", "is", ("1",))
PHONE = Atom("channel", "is", ("phone",))


def parse(data: object, named: Mapping[str, object] = NAMED) -> tuple[Condition | None, list[Problem]]:
    return parse_condition(data, SCOPE, named)


@pytest.mark.parametrize(
    "data, condition",
    [
        ({"severity": "1"}, FIRST),
        ({"severity": "1", "channel": "phone"}, All((FIRST, PHONE))),
        ({"type": ["assistance", "solva-flex"]}, Atom("type", "is", ("assistance", "solva-flex"))),
        ({"type": ["assistance", "assistance"]}, Atom("type", "is", ("assistance",))),
        ({"vip": True}, VIP),
        (
            {"event.minutes": {"at-least": 5, "below": 60}},
            All((Atom("event.minutes", "at-least", (5,)), Atom("event.minutes", "below", (60,)))),
        ),
        (
            {"event.minutes": {"between": [5, 60]}},
            All((Atom("event.minutes", "at-least", (5,)), Atom("event.minutes", "at-most", (60,)))),
        ),
        (
            {"event.minutes": {"between": [5, {"ref": "event.limit"}]}},
            All((Atom("event.minutes", "at-least", (5,)), Atom("event.minutes", "at-most", Ref("event.limit")))),
        ),
        ({"event.date": {"above": "2024-12-31"}}, Atom("event.date", "above", ("2024-12-31",))),
        ({"severity": {"below": "1"}}, Atom("severity", "below", ("1",), UP)),
        ({"event.severity": {"below": {"ref": "severity"}}}, Atom("event.severity", "below", Ref("severity"), UP)),
        ({"severity": {"ref": "event.severity"}}, Atom("severity", "is", Ref("event.severity"))),
        ({"severity": {"not": {"ref": "event.severity"}}}, Not(Atom("severity", "is", Ref("event.severity")))),
        (
            {"severity": ["1", {"ref": "event.severity"}, "2"]},
            Any((Atom("severity", "is", ("1", "2")), Atom("severity", "is", Ref("event.severity")))),
        ),
        ({"channel": {"not": ["phone", "email"]}}, Not(Atom("channel", "is", ("phone", "email")))),
        ({"event.element": {"set": True}}, Atom("event.element", "set")),
        ({"event.element": {"set": False}}, Not(Atom("event.element", "set"))),
        ({"contract": "tma"}, Atom("contract", "has", ("tma",))),
        ({"contract": {"not": "tma"}}, Not(Atom("contract", "has", ("tma",)))),
        ({"contract": ["tma", "flex"]}, Atom("contract", "has", ("tma", "flex"))),
        (
            {"contract.tma.elements": {"ref": "event.element"}},
            Atom("contract.tma.elements", "has", Ref("event.element")),
        ),
        ({"opening": {"support": "open"}}, Atom("opening.support", "is", ("open",))),
        ({"opening-left": {"call-centre": {"at-most": "30min"}}}, Atom("opening-left.call-centre", "at-most", (1800,))),
        ({"day": {"support": ["sat", "sun"]}}, Atom("day.support", "is", ("sat", "sun"))),
        (
            {"opening": {"support": "open", "call-centre": "closed"}},
            All((Atom("opening.support", "is", ("open",)), Atom("opening.call-centre", "is", ("closed",)))),
        ),
        ({"parameter.flat-rates": {"set": True}}, Atom("parameter.flat-rates", "set")),
        ({"hook": "acme.is-vip"}, HookAtom("acme.is-vip")),
        ("vip-customer", VIP),
        (["vip-customer", {"severity": "1"}], All((VIP, FIRST))),
        (["vip-customer"], VIP),
        ("urgent", Any((VIP, FIRST))),
        ({"all": ["vip-customer", {"severity": "1", "channel": "phone"}]}, All((VIP, FIRST, PHONE))),
        ({"any": ["urgent", {"channel": "phone"}]}, Any((VIP, FIRST, PHONE))),
        ({"none": ["vip-customer", {"severity": "1"}]}, All((Not(VIP), Not(FIRST)))),
        ({"none": ["urgent"], "channel": "phone"}, All((Not(Any((VIP, FIRST))), PHONE))),
    ],
)
def test_every_form_is_read(data: object, condition: Condition) -> None:
    """Names, lists, `none` and `between` are short for something simpler."""
    assert (condition, []) == parse(data)


@pytest.mark.parametrize(
    "data, path, kind, message, hint",
    [
        (None, (), "empty", "the condition says nothing", "leave it out where it always applies"),
        ({}, (), "empty", "the condition says nothing", "leave it out where it always applies"),
        ([], (), "empty", "the list of conditions is empty", "name at least one condition"),
        ({"any": []}, ("any",), "empty", "the list of conditions is empty", "name at least one condition"),
        (True, (), "bad-value", "`true` is no condition", None),
        (12, (), "bad-value", "`12` is no condition", None),
        (
            {"sevrity": "1"},
            ("sevrity",),
            "unknown-name",
            "`sevrity` is not a name that can be read here",
            "did you mean `severity`?",
        ),
        (
            {"not": {"vip": True}},
            ("not",),
            "unknown-name",
            "`not` is not a name that can be read here",
            "did you mean `none`?",
        ),
        ({"or": []}, ("or",), "unknown-name", "`or` is not a name that can be read here", "did you mean `any`?"),
        ({"opening.support": "open"}, ("opening.support",), "unknown-name", None, "write `opening: {support: …}`"),
        (
            {"opening": {"suport": "open"}},
            ("opening", "suport"),
            "unknown-name",
            "calendar `suport` is not declared",
            "did you mean `support`?",
        ),
        (
            {"opening": "open"},
            ("opening",),
            "bad-value",
            "`opening` is asked of a calendar, not of `open`",
            "write `opening: {CALENDAR: …}`",
        ),
        ({"day": {}}, ("day",), "bad-value", "`day` names no calendar", "write `day: {CALENDAR: …}`"),
        (
            {"severity": 1},
            ("severity",),
            "bad-value",
            "`severity` holds words, and `1` is none",
            'write `"1"`, in quotes',
        ),
        (
            {"type": ["assistance", "solvaflex"]},
            ("type", 1),
            "unknown-value",
            "`type` cannot be `solvaflex`",
            "did you mean `solva-flex`?",
        ),
        ({"type": []}, ("type",), "empty", "`type` is compared with an empty list", None),
        ({"type": {}}, ("type",), "empty", "nothing is asked of `type`", None),
        (
            {"type": None},
            ("type",),
            "empty",
            "`type` is compared with nothing",
            "`{set: false}` asks for a name that holds nothing",
        ),
        ({"type": [["assistance"]]}, ("type", 0), "bad-value", "one value is needed here, not a list", None),
        ({"type": {"not": None}}, ("type", "not"), "bad-value", "one value is needed here, not nothing", None),
        (
            {"event.minutes": {"less": 5}},
            ("event.minutes", "less"),
            "unknown-operator",
            "`less` is no way to compare `event.minutes`",
            None,
        ),
        ({"event.minutes": {"<": 5}}, ("event.minutes", "<"), "unknown-operator", None, "did you mean `below`?"),
        (
            {"event.minutes": {"atleast": 5}},
            ("event.minutes", "atleast"),
            "unknown-operator",
            None,
            "did you mean `at-least`?",
        ),
        (
            {"event.minutes": {"set": "yes"}},
            ("event.minutes", "set"),
            "bad-value",
            "`set` is true or false, not `yes`",
            None,
        ),
        (
            {"event.minutes": {"below": 2000}},
            ("event.minutes", "below"),
            "bad-value",
            "`event.minutes` is at most `1440`, and `2000` lies above",
            "",
        ),
        (
            {"event.minutes": {"below": [5]}},
            ("event.minutes", "below"),
            "bad-value",
            "one value is needed here, not a list",
            None,
        ),
        (
            {"event.minutes": {"between": [60, 5]}},
            ("event.minutes", "between"),
            "bad-value",
            "nothing lies between `60` and `5` of `event.minutes`",
            "write the lower one first: `[5, 60]`",
        ),
        (
            {"severity": {"between": ["1", "3"]}},
            ("severity", "between"),
            "bad-value",
            "nothing lies between `1` and `3` of `severity`",
            "write the lower one first: `[3, 1]`",
        ),
        (
            {"event.minutes": {"between": 5}},
            ("event.minutes", "between"),
            "bad-value",
            "`between` needs a list of two, not `5`",
            None,
        ),
        (
            {"type": {"below": "assistance"}},
            ("type", "below"),
            "not-comparable",
            "`type` has no order, so `below` means nothing",
            None,
        ),
        (
            {"contract": {"above": "tma"}},
            ("contract", "above"),
            "not-comparable",
            "`contract` has no order, so `above` means nothing",
            "a set can only contain a value or not; `{count: {above: …}}` asks how many it has",
        ),
        (
            {"type": {"ref": "tipe"}},
            ("type", "ref"),
            "unknown-name",
            "`tipe` is not a name that can be read here",
            "did you mean `type`?",
        ),
        (
            {"type": {"ref": "severity"}},
            ("type",),
            "not-comparable",
            "`type` and `severity` cannot be compared: they have no value in common",
            "",
        ),
        ({"type": {"ref": 1}}, ("type",), "bad-value", "`type` is compared with a mapping that is no reference", None),
        (
            {"type": {"ref": "type", "not": 1}},
            ("type",),
            "bad-value",
            "`type` is compared with a mapping that is no reference",
            None,
        ),
        (
            {"vip": {"ref": "event.limit"}},
            ("vip",),
            "not-comparable",
            "`vip` and `event.limit` cannot be compared: they hold different sorts of values",
            "",
        ),
        (
            {"event.element": {"ref": "contract.tma.elements"}},
            ("event.element",),
            "not-comparable",
            "`event.element` and `contract.tma.elements` cannot be compared: the second holds a set",
            "ask it of the set: `contract.tma.elements: {ref: event.element}`",
        ),
        (
            {"parameter.flat-rates": "x"},
            ("parameter.flat-rates",),
            "bad-value",
            "`parameter.flat-rates` can only be asked whether it has a value",
            None,
        ),
        ({"hook": ["acme.vip"]}, ("hook",), "bad-value", "a hook is named by a text, not a list", None),
        ({"any": {"vip": True}}, ("any",), "bad-value", "`any` needs a list, not a mapping", "write `any: [...]`"),
        ([["vip-customer"]], (0,), "bad-value", "a list of conditions stands directly in another", None),
        (
            "vip-custmer",
            (),
            "unknown-condition",
            "condition `vip-custmer` is not declared",
            "did you mean `vip-customer`?",
        ),
        ("vip", (), "unknown-condition", "condition `vip` is not declared", None),
        ("type", (), "unknown-condition", "condition `type` is not declared", "write `{type: VALUE}`"),
    ],
)
def test_every_mistake_has_its_message(
    data: object, path: tuple[object, ...], kind: str, message: str | None, hint: str | None
) -> None:
    """Where it is, what sort it is, what is wrong, and what to write; ``None`` is not compared."""
    condition, problems = parse(data)

    assert condition is None
    assert [(path, kind)] == [(problem.path, problem.kind) for problem in problems]
    assert message is None or message == problems[0].message
    assert hint is None or hint == problems[0].hint


def test_all_problems_are_reported_in_the_order_written() -> None:
    """One run, every mistake."""
    _, problems = parse(
        {
            "sevrity": "1",
            "type": ["a", "b"],
            "any": [{"chanel": "x"}, "nobody", {"event.minutes": {"below": "x", "abov": 1}}],
        }
    )

    assert [
        ("sevrity",),
        ("type", 0),
        ("type", 1),
        ("any", 0, "chanel"),
        ("any", 1),
        ("any", 2, "event.minutes", "below"),
        ("any", 2, "event.minutes", "abov"),
    ] == [problem.path for problem in problems]  # fmt: skip
    assert [True, False, False, True, False, False, True] == [problem.at_key for problem in problems]


def test_the_size_of_a_set_is_a_number() -> None:
    """An order, one of several numbers, or none of them; what holds one value has no size."""
    asked = {"contract": {"count": {"between": [1, 3], "not": 2}}}
    condition, problems = parse(asked)

    assert [] == problems
    assert condition is not None
    sizes = [each for each in range(6) if evaluate(condition, {"contract": frozenset(map(str, range(each)))}.get)]
    assert [1, 3] == sizes
    assert not evaluate(condition, {"contract": None}.get)
    none, _ = parse({"contract": {"count": 0}})
    assert none is not None
    assert evaluate(none, {"contract": None}.get)
    within, _ = parse({"contract": {"count": {"at-most": {"ref": "event.minutes"}}}})
    assert within is not None
    told = [evaluate(within, {"contract": frozenset("abc"[:each]), "event.minutes": 2}.get) for each in range(4)]
    assert [True, True, True, False] == told
    assert not evaluate(within, {"contract": frozenset("a")}.get)  # nothing says how many there may be
    for wrong in ({"severity": {"count": 1}}, {"contract": {"count": "many"}}, {"contract": {"count": {"set": True}}}):
        assert parse(wrong)[0] is None
