"""Values: what facts and fields are given, and what they are taken from."""

from __future__ import annotations

import pytest
from check.desk import desk, told

FACTS = (
    "{type: {one-of: [fault, question]%s}, grade: {integer: true, at-least: 1, at-most: 5%s}, note: {text: true%s},"
    " urgent: {boolean: true%s}, due-day: {date: true%s}, at-night: {instant: true%s},"
    " tags: {text: true, many: true%s}, kinds: {one-of: [fault, question], many: true%s}}"
).replace("%s", ", assumes: [usual]")
FIELDS = (
    "type: {}, other: {one-of: [fault, else]}, grade: {}, number: {integer: true}, small: {integer: true, at-least: 2,"
    " at-most: 4}, note: {}, urgent: {}, due-day: {}, night: {instant: true}, tags: {}, kinds: {}, words: {one-of:"
    " [a, b]}"
)
WAIVED = "[{waive: UP202, reason: a test sets one fact at a time}]"


def setting(fact: str, value: str) -> list[str]:
    """What is said of an event that sets a fact to this."""
    submit = f"{{by: agent, data: {{{FIELDS}}}, sets: {{{fact}: {value}}}, assumes: [usual]}}"
    events = f"{{submit: {submit}, close: {{by: agent}}}}"
    return [each for each in told(desk(facts=FACTS, events=events, checks=WAIVED)) if not each.startswith("UP202")]


SETTINGS = {
    "a word": ("type", "fault", []),
    "another word": ("type", "fualt", ["UP209 `type` cannot be `fualt`"]),
    "nothing": ("type", "null", []),
    "a field of the same name": ("type", "event.type", []),
    "a field of other words": ("type", "event.other", ["UP209 `event.other` can be `else`, and fact `type` cannot"]),
    "any text": ("type", "event.note", ["UP209 `event.note` can hold any text, and fact `type` cannot"]),
    "words as text": ("note", "event.words", []),
    "a number as text": ("note", "event.number", ["UP209 `event.number` holds no text, and fact `note` cannot"]),
    "a number out of range": ("grade", "6", ["UP209 `grade` is at most `5`, and `6` lies above"]),
    "a number that may be out of range": (
        "grade",
        "event.number",
        ["UP209 `event.number` can be below `1`, and fact `grade` cannot"],
    ),
    "a number within the range": ("grade", "event.small", []),
    "truth": ("urgent", "true", []),
    "truth in quotes": ("urgent", '"true"', ["UP209 `urgent` is true or false, not `true`"]),
    "a date": ("due-day", "2024-02-29", []),
    "a date that is none": ("due-day", "2023-02-29", ["UP209 `due-day` holds dates, and `2023-02-29` is none"]),
    "an instant as a date": (
        "due-day",
        "event.night",
        ["UP209 `event.night` holds values of another kind, and fact `due-day` cannot"],
    ),
    "an instant": ("at-night", "event.night", []),
    "what another name holds": ("note", "{ref: actor-id}", []),
    "what no name holds": ("note", "{ref: actorid}", ["UP204 `actorid` is not a name that can be read here"]),
    "a field that is misspelt": ("note", "event.ntoe", ["UP204 `event.ntoe` is not a name that can be read here"]),
    "one more of many": ("tags", "{add: event.note}", []),
    "all of many": ("tags", "{ref: event.tags}", []),
    "many more": ("tags", "{add: event.tags}", []),
    "one instead of many": (
        "tags",
        "{ref: event.note}",
        ["UP209 `event.note` holds one value alone, and fact `tags` cannot"],
    ),
    "many instead of one": (
        "note",
        "{ref: event.tags}",
        ["UP209 `event.tags` holds several values, and fact `note` cannot"],
    ),
    "one more of one": (
        "note",
        "{add: event.note}",
        ["UP209 fact `note` holds one value, so nothing can be added to it"],
    ),
    "one more that may be another": (
        "kinds",
        "{add: event.other}",
        ["UP209 `event.other` can be `else`, and fact `kinds` cannot"],
    ),
    "a case": ("type", "[{when: {event.urgent: true}, is: fault}, {is: event.type}]", []),
    "a case of another word": ("type", "[{when: {event.urgent: true}, is: fualt}]", ["UP209 `type` cannot be `fualt`"]),
    "a fact that is not there": ("tpye", "fault", ["UP201 fact `tpye` is not declared"]),
}


@pytest.mark.parametrize("fact, value, expected", SETTINGS.values(), ids=SETTINGS)
def test_a_fact_is_given_what_it_can_hold(fact: str, value: str, expected: list[str]) -> None:
    """Whatever its conditions are checked for is all that it ever holds."""
    assert expected == setting(fact, value)


KINDS = {
    "one kind": ("integer: true, default: 1", []),
    "two kinds": ("integer: true, text: true", ["UP210 `x` does not say what it holds"]),
    "no kind": ("label: x", ["UP210 `x` does not say what it holds"]),
    "bounds of a text": (
        "text: true, at-most: 5, default: a",
        ["UP210 `at-most` says nothing here: it goes with `integer`"],
    ),
    "an order of numbers": (
        "integer: true, ordered: true, default: 1",
        ["UP210 `ordered` says nothing here: it goes with `one-of`"],
    ),
    "bounds the wrong way round": (
        "integer: true, at-least: 5, at-most: 3",
        ["UP210 no number is at least `5` and at most `3`"],
    ),
    "a default out of bounds": (
        "integer: true, at-least: 5, default: 3",
        ["UP209 `x` is at least `5`, and `3` lies below"],
    ),
    "a default of another kind": ("boolean: true, default: 3", ["UP209 `x` is true or false, not `3`"]),
}


@pytest.mark.parametrize("text, expected", KINDS.values(), ids=KINDS)
def test_a_fact_says_what_it_holds(text: str, expected: list[str]) -> None:
    said = told(desk(facts=f"{{x: {{{text}}}}}", checks=WAIVED))

    assert expected == [each for each in said if not each.startswith(("UP202", "UP905"))]


FIELD_KINDS = {
    "a kind of its own": ("date: true", []),
    "like a fact": ("like: type", []),
    "like the severity": ("like: severity", []),
    "like the channel": ("like: channel", []),
    "like and a kind": ("like: type, text: true", ["UP210 field `x` says `like`, and also what it holds by itself"]),
    "like nothing declared": ("like: tpye", ["UP201 fact `tpye` is not declared"]),
    "no kind": ("required: true", ["UP210 field `x` does not say what it holds"]),
    "a unit of a text": ("text: true, unit: min", ["UP210 `unit` says nothing here: it goes with `integer`"]),
}


@pytest.mark.parametrize("text, expected", FIELD_KINDS.values(), ids=FIELD_KINDS)
def test_a_field_says_what_it_holds(text: str, expected: list[str]) -> None:
    events = f"{{submit: {{by: agent, data: {{x: {{{text}}}}}}}, close: {{by: agent}}}}"
    said = told(desk(facts="{type: {one-of: [a, b], default: a}}", events=events))

    assert expected == said


def test_a_fact_that_no_event_sets_is_told() -> None:
    """One with a default is always that, which may be meant."""
    assert ["UP202 fact `x` is declared, and no event sets it"] == told(desk(facts="{x: {text: true}}"))
    assert [] == told(desk(facts="{x: {text: true, default: always the same}}"))


NUMBERS = {
    "a number": ("number", []),
    "a text": ("note", ["UP605 `event.note` holds no whole number"]),
    "nothing": ("nothing", ["UP204 `event.nothing` is not a name that can be read here"]),
}


@pytest.mark.parametrize("field, expected", NUMBERS.values(), ids=NUMBERS)
def test_levels_and_counts_are_numbers(field: str, expected: list[str]) -> None:
    """The level that an escalation asks for, and how many tickets an effect creates."""
    events = (
        "{submit: {by: agent, data: {number: {integer: true}, note: {text: true}}, effects: [{kind: create-ticket,"
        f" count: {{ref: event.{field}}}}}]}}, close: {{by: agent}}}}"
    )
    escalation = f"{{levels: [a, b], on: submit, to: {{ref: event.{field}}}, assumes: [usual]}}"

    assert expected * 2 == told(desk(events=events, escalation=escalation))
