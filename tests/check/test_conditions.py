"""Conditions: what they leave to one another is decided, and shown with a ticket."""

from __future__ import annotations

import pytest
from check.desk import commitment, desk, found, hints, told

STATES = "{new: {core: open}, asked: {core: open}, solved: {core: resolved}, done: {core: closed}}"
FACTS = (
    "{type: {one-of: [fault, question], assumes: [usual]}, minutes: {integer: true, default: 0, assumes: [usual]},"
    " urgent: {boolean: true, default: false, assumes: [usual]}}"
)
EVENTS = (
    "{submit: {by: [agent, customer], data: {type: {}, minutes: {}, note: {text: true}}, sets: {type: event.type,"
    " minutes: event.minutes, urgent: [{when: {event.note: now}, is: true}]}, assumes: [usual]},"
    " ask: {by: [agent, customer], data: {reason: {one-of: [part, time]}}}, answer: {by: customer},"
    " solve: {by: agent, data: {minutes: {required: true}}}, close: {by: agent}}"
)
MOVES = {
    "submit": "on: submit, opens: true, to: new",
    "ask": "on: ask, from: new, to: asked",
    "answer": "on: answer, from: asked, to: new",
    "solve": "on: solve, from: new, to: solved",
    "close": "on: close, from: solved, to: done",
}


def conditional(*, moves: dict[str, str] | None = None, **sections: str) -> str:
    """A desk with a few facts to ask for."""
    lines = [f"{{id: {name}, {text}, assumes: [usual]}}" for name, text in {**MOVES, **(moves or {})}.items() if text]
    parts = {
        "roles": "{agent: {}, customer: {}}",
        "channels": "{mail: {accepts: all, assumes: [usual]}}",
        "states": STATES,
        "facts": FACTS,
        "events": EVENTS,
        "transitions": f"[{', '.join(lines)}]",
    }
    return desk(**{**parts, **sections})


def rules(*texts: str) -> str:
    """Rules of these words, each with a name."""
    return f"[{', '.join(f'{{id: r{at}, {text}, assumes: [usual]}}' for at, text in enumerate(texts))}]"


CONSTANT = {
    "what may hold or not": ("close", "{type: fault}", []),
    "a contradiction": ("close", "{type: fault, urgent: true, any: [{type: question}, {urgent: false}]}", ["UP403"]),
    "a tautology": ("close", "{any: [{urgent: true}, {urgent: false}]}", ["UP404"]),
    "a fact that may be unset is neither": ("close", "{any: [{type: fault}, {type: question}]}", []),
    "an actor who never does it": ("answer", "{actor: agent}", ["UP403"]),
    "the only actor who does it": ("answer", "{actor: customer}", ["UP404"]),
    "one of those who do it": ("ask", "{actor: agent}", []),
    "a fact before there is a ticket": ("submit", "{type: fault}", ["UP403"]),
    "the event's data instead": ("submit", "{event.type: fault}", []),
    "a state and a core that exclude one another": ("ask", "{state: new, core: resolved}", ["UP403"]),
    "numbers between nothing": ("close", "{minutes: {above: 5, below: 6}}", ["UP403"]),
    "what has a default is set": ("close", "{minutes: {set: true}}", ["UP404"]),
}


@pytest.mark.parametrize("event, condition, codes", CONSTANT.values(), ids=CONSTANT)
def test_a_condition_tells_tickets_apart(event: str, condition: str, codes: list[str]) -> None:
    text = conditional(rules=rules(f"on: {event}, when: {condition}, refuse: always"))

    assert codes == [each[:5] for each in told(text)]


def test_only_a_rule_that_flags_can_have_flagged_a_ticket() -> None:
    """A rule that refuses leaves no mark, so that asking for it finds nothing."""
    flags = 'on: close, when: {type: fault}, flag: always, message: "late"'
    refuses = 'on: close, when: {type: fault}, refuse: always, message: "no"'
    asks = 'on: ask, when: {flagged: r0}, flag: always, message: "again"'

    assert [] == told(conditional(rules=rules(flags, asks)))
    assert ["UP205 `flagged` cannot be `r0`"] == told(conditional(rules=rules(refuses, asks)))


def test_a_fact_that_is_not_set_yet_is_told_with_what_to_ask_instead() -> None:
    text = conditional(rules=rules("on: submit, when: {type: fault}, refuse: always"))

    assert ["`type` is not set yet where the ticket opens: ask for `event.type`"] == hints(text)


def test_a_named_condition_is_told_where_it_is_defined() -> None:
    """And not at every use."""
    text = conditional(
        conditions="{never: {core: open, state: done}}",
        rules=rules("on: ask, when: never, refuse: always", "on: close, when: {all: [never]}, flag: always"),
    )

    assert [("UP403", "conditions/never")] == [
        (each.code, each.item) for each in found(text) if "rules" not in each.item
    ]
    assert ["r1"] == [each.item.partition("/")[2] for each in found(text) if "rules" in each.item]


AMBIGUOUS = {
    "one transition": ({}, ""),
    "two without conditions": ({"ask-too": "on: ask, from: new, to: solved"}, "event: ask, state: new"),
    "two that exclude one another": (
        {
            "ask": "on: ask, from: new, to: asked, when: {urgent: true}",
            "too": "on: ask, from: new, to: solved, when: {urgent: false}",
        },
        "",
    ),
    "two that meet at one number": (
        {
            "ask": "on: ask, from: new, to: asked, when: {minutes: {at-most: 30}}",
            "too": "on: ask, from: new, to: solved, when: {minutes: {at-least: 30}}",
        },
        "event: ask, state: new, minutes: 30",
    ),
    "two from different states": ({"too": "on: ask, from: solved, to: new"}, ""),
    "two from states that have one in common": (
        {"too": "on: ask, from: [solved, new], to: new"},
        "event: ask, state: new",
    ),
    "two that open a ticket": ({"too": "on: submit, opens: true, to: asked"}, "event: submit"),
    "two on several events, of which one is common": (
        {"ask": "on: [ask, solve], from: new, to: asked"},
        "event: solve, state: new",
    ),
    "two by their actors": (
        {
            "ask": "on: ask, from: new, to: asked, when: {actor: agent}",
            "too": "on: ask, from: new, to: solved, when: {actor: customer}",
        },
        "",
    ),
    "one that asks for data of another event": (
        {
            "ask": "on: [ask, solve], from: new, to: asked, when: {event.reason: part}",
            "solve": "on: solve, from: new, to: solved",
        },
        "",
    ),
}


@pytest.mark.parametrize("moves, example", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_at_most_one_transition_may_be_taken(moves: dict[str, str], example: str) -> None:
    """The example is a ticket for which two may."""
    shown = [
        ", ".join(f"{name}: {value}" for name, value in each.example)
        for each in found(conditional(moves=moves))
        if each.code == "UP301"
    ]

    assert ([example] if example else []) == shown


RULES = {
    "an earlier refusal of everything": (
        ("on: close, refuse: always", "on: close, when: {urgent: true}, refuse: always"),
        "UP405 rule `r1` is never heard of: `r0` refuses first whatever it would strike",
    ),
    "two refusals that together leave nothing": (
        (
            "on: close, when: {minutes: {at-most: 30}}, refuse: always",
            "on: close, when: {minutes: {above: 20}}, refuse: always",
            "on: close, when: {urgent: true}, refuse: always",
        ),
        "UP405 rule `r2` is never heard of: `r0`, `r1` refuses first whatever it would strike",
    ),
    "a flag before a refusal": (
        ("on: close, when: {urgent: true}, flag: always", "on: close, refuse: always"),
        "UP405 rule `r0` is never heard of: `r1` refuses first whatever it would strike",
    ),
    "a later refusal of more": (("on: close, when: {urgent: true}, refuse: always", "on: close, refuse: always"), ""),
    "a refusal on one of two events": (("on: close, refuse: always", "on: [close, ask], refuse: always"), ""),
    "an earlier flag": (("on: close, flag: always", "on: close, refuse: always"), "UP405 rule `r0`"),
    "a requirement that always holds there": (
        ("on: close, when: {type: fault}, require: {type: {set: true}}, otherwise: refuse",),
        "UP403 rule `r0` never strikes: wherever `when` holds, so does what is required",
    ),
    "what is required elsewhere too": (
        (
            "on: close, require: {urgent: true}, otherwise: refuse",
            "on: close, when: {urgent: false}, refuse: always",
        ),
        "UP405 rule `r1` is never heard of: `r0` refuses first whatever it would strike",
    ),
}


@pytest.mark.parametrize("texts, expected", RULES.values(), ids=RULES)
def test_every_rule_has_its_turn(texts: tuple[str, ...], expected: str) -> None:
    """A refusal comes before every flag, and before the refusals after it."""
    said = told(conditional(rules=rules(*texts)))

    assert ([] if not expected else [each for each in said if each.startswith(expected)]) == said
    assert bool(expected) == bool(said)


CASES = {
    "a last case without a condition": ("[{when: {type: fault}, is: 1h}, {is: 4h}]", []),
    "every value of a fact": ("[{when: {type: fault}, is: 1h}, {when: {type: question}, is: 4h}]", []),
    "a value too few": (
        "[{when: {type: fault}, is: 1h}]",
        ["UP401 no case of `answer` says a target for some tickets"],
    ),
    "a gap between numbers": (
        "[{when: {minutes: {below: 30}}, is: 1h}, {when: {minutes: {above: 30}}, is: 4h}]",
        ["UP401 no case of `answer` says a target for some tickets"],
    ),
    "a case that is never reached": (
        "[{is: 4h}, {when: {type: fault}, is: 1h}]",
        ["UP405 in `answer`, `case 2` is never reached: `case 1` holds first"],
    ),
    "a case that asks whether a fact is set": ("[{when: {type: {set: true}}, is: 1h}, {is: 4h}]", []),
    "a gap where a fact that is asked for is not set": (
        "[{when: {type: {set: true}}, is: 1h}]",
        ["UP401 no case of `answer` says a target for some tickets"],
    ),
}


@pytest.mark.parametrize("within, expected", CASES.values(), ids=CASES)
def test_the_cases_of_a_target_leave_no_gap(within: str, expected: list[str]) -> None:
    """A clock waits until the facts it reads are set, so an unset one is no gap."""
    assert expected == told(conditional(commitments=f"[{commitment(f'within: {within}')}]"))


def test_a_gap_is_shown_with_a_ticket() -> None:
    within = "within: [{when: {minutes: {below: 30}}, is: 1h}, {when: {minutes: {above: 30}}, is: 4h}]"
    [finding] = found(conditional(commitments=f"[{commitment(within)}]"))

    assert (("minutes", "30"),) == finding.example


def test_a_commitment_for_some_tickets_needs_targets_for_those_alone() -> None:
    within = (
        "when: {type: fault}, within: [{when: {type: fault, urgent: true}, is: 1h}, {when: {urgent: false}, is: 2h}]"
    )

    assert [] == told(conditional(commitments=f"[{commitment(within)}]"))


def test_the_start_limits_the_tickets_too() -> None:
    within = "start: {on: submit, when: {event.type: fault}}, within: [{when: {event.type: fault}, is: 1h}]"

    assert [] == told(conditional(commitments=f"[{commitment(within)}]"))


def test_a_case_of_what_an_event_sets_has_its_turn() -> None:
    events = EVENTS.replace("{when: {event.note: now}, is: true}", "{is: false}, {when: {event.note: now}, is: true}")

    assert ["UP405 in what `submit` sets `urgent`, `case 2` is never reached: `case 1` holds first"] == told(
        conditional(events=events)
    )


def test_what_cannot_be_read_is_told_once() -> None:
    """Nothing is said of what a condition leaves over that has a finding of its own."""
    text = conditional(
        rules=rules("on: close, when: {urgnt: true}, refuse: always", "on: close, refuse: always"),
        moves={"too": "on: ask, from: new, to: solved, when: {stat: new}"},
        commitments=f"[{commitment('within: [{when: {typo: fault}, is: 1h}]')}]",
    )

    assert ["UP204"] * 3 == [each[:5] for each in told(text)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("false", "UP404 this condition always holds"), ("true", "UP403 this condition never holds")],
)
def test_a_new_ticket_has_its_defaults_before_anything_is_set(value: str, expected: str) -> None:
    """On the event that opens a ticket a fact with a default is no longer unset where facts are set."""
    facts = FACTS[:-1] + ", told: {boolean: true, default: false}}"
    events = EVENTS.replace("{when: {event.note: now}, is: true}", f"{{when: {{told: {value}}}, is: true}}")

    assert expected in told(conditional(facts=facts, events=events))


PAIRS = range(10)
MANY = "{" + ", ".join(f"{c}{at}: {{integer: true, default: 0}}" for at in PAIRS for c in "ab") + "}"
INTRICATE = "[" + ", ".join(f"{{any: [{{a{at}: {{above: 1}}}}, {{b{at}: {{above: 1}}}}]}}" for at in PAIRS) + "]"


def test_what_cannot_be_decided_is_not_taken_for_decided() -> None:
    """Two transitions under conditions too intricate are said to be undecided, each condition besides."""
    text = desk(
        states=STATES,
        facts=MANY,
        events="{submit: {by: agent}, ask: {by: agent}, close: {by: agent}}",
        transitions=f"""
  - {{id: submit, on: submit, opens: true, to: new, assumes: [usual]}}
  - {{id: ask, on: ask, from: new, to: asked, when: {INTRICATE}, assumes: [usual]}}
  - {{id: too, on: ask, from: new, to: solved, when: {{none: {INTRICATE}}}, assumes: [usual]}}
  - {{id: close, on: close, from: [asked, solved], to: done, assumes: [usual]}}""",
    )

    assert "UP407 on `ask` nobody can decide whether both `ask` and `too` can be taken" in told(text)
    assert [] == [each for each in told(text) if not each.startswith("UP407")]


def test_each_way_of_an_escalation_has_its_turn() -> None:
    ways = "[{levels: [a, b], on: close, %s}, {levels: [a], on: close, when: {urgent: true}, %s}]"
    ways = ways.replace("%s", "assumes: [usual]")

    assert ["UP405 on `close`, escalation `way 2` is never reached: `way 1` holds first"] == told(
        conditional(escalation=ways)
    )
