"""Provenance: whatever decides says on what grounds, and each clause has a say, in every language."""

from __future__ import annotations

from pathlib import Path

import pytest
from check.desk import SUPPORT, desk, examined, told

from upheld.core.finding import Finding

SOURCES = "{terms: {file: terms.txt}}"
CLAUSES = "{A-1: {says: support is given}, A-2: {says: work is billed}}"
TRANSITIONS = (
    "[{id: submit, on: submit, opens: true, to: open, %s},"
    " {id: close, on: close, from: open, to: closed, clauses: [A-1]}]"
)


def cited(grounds: str = "clauses: [A-2]", **sections: str) -> list[str]:
    """What is said of a policy whose opening transition cites this."""
    parts = {"sources": SOURCES, "clauses": CLAUSES, "assumptions": "", "transitions": TRANSITIONS % grounds}
    return told(desk(**{**parts, **sections}))


def test_clauses_and_assumptions_ground_alike() -> None:
    assert [] == cited()
    assert [] == cited("assumes: [usual], clauses: [A-2]", assumptions="{usual: {says: usual practice}}")
    assert ["UP701 clause `A-2` is cited by nothing that decides"] == cited(
        "assumes: [usual]", assumptions="{usual: {says: usual practice}}"
    )


def test_what_decides_without_grounds_is_told() -> None:
    assert "UP702 `submit` decides, and does not say on what grounds" in cited("label: x")


def test_an_assumption_does_not_cite_what_it_is_about() -> None:
    """It says which clause is silent; somebody else has to carry the clause out."""
    assumptions = "{usual: {says: usual practice, of: [A-2]}}"

    assert ["UP701 clause `A-2` is cited by nothing that decides"] == cited("assumes: [usual]", assumptions=assumptions)


DECIDING = {
    "a calendar": ("calendars", SUPPORT.replace(", assumes: [usual]", ""), "`support`"),
    "a recurrence": ("recurrences", "{fridays: {rrule: FREQ=WEEKLY;BYDAY=FR, calendar: always}}", "`fridays`"),
    "a severity": ("severities", "[{id: high}]", "`high`"),
    "a channel": ("channels", "{mail: {accepts: all}}", "`mail`"),
    "a parameter": ("parameters", "{within: {values: [{is: 4h}]}}", "`within`"),
    "a rule": ("rules", "[{id: r, on: close, when: {state: open}, refuse: always}]", "`r`"),
    "a commitment": (
        "commitments",
        "[{id: c, start: {on: submit}, stop: {on: close}, calendar: always, within: 4h}]",
        "`c`",
    ),
    "a timer": ("timers", "[{id: t, in: open, after: 1h, calendar: always, effects: [{kind: notify}]}]", "`t`"),
    "an escalation": ("escalation", "{levels: [a, b], on: close}", "the escalation"),
    "a line of the queue": ("queue", "[{by: received}]", "this line of the queue"),
}


@pytest.mark.parametrize("section, text, name", DECIDING.values(), ids=DECIDING)
def test_everything_that_decides(section: str, text: str, name: str) -> None:
    """Source: DESIGN section 5, "Everything that decides carries clauses or assumes"."""
    said = told(desk(**{section: text}))

    assert [f"UP702 {name} decides, and does not say on what grounds"] == [each for each in said if "UP702" in each]


PARTS = {
    "every row of a table": (
        "parameters",
        "{p: {values: [{until: 2024-12-31, is: 4h, assumes: [usual]}, {from: 2025-01-01, is: 2h%s}]}}",
    ),
    "every case of a target": (
        "commitments",
        "[{id: c, start: {on: submit}, stop: {on: close}, calendar: always, within: [{when: {actor-id: ann}, is: 4h,"
        " assumes: [usual]}, {is: 2h%s}]}]",
    ),
    "every requirement of a rule": (
        "rules",
        "[{id: r, on: close, otherwise: flag, requires: [{is: {actor-id: ann}, assumes: [usual]}, {is:"
        " {customer: acme}%s}]}]",
    ),
}


@pytest.mark.parametrize("section, text", PARTS.values(), ids=PARTS)
def test_a_whole_may_be_grounded_part_by_part(section: str, text: str) -> None:
    """But then every part."""
    assert [] == [each for each in told(desk(**{section: text % ", assumes: [usual]"})) if "UP702" in each]
    assert 1 == len([each for each in told(desk(**{section: text % ""})) if "UP702" in each])


ROUTING = {
    "the queue": ("queue: desk", True),
    "one of several values": ("urgent: [{when: {actor-id: ann}, is: true}]", True),
    "what the event says": ("urgent: event.urgent", False),
}


@pytest.mark.parametrize("sets, decides", ROUTING.values(), ids=ROUTING)
def test_what_routes_decides_too(sets: str, decides: bool) -> None:
    """Where it says on what grounds at its event, that is enough."""
    events = f"{{submit: {{by: agent, data: {{urgent: {{boolean: true}}}}, sets: {{{sets}}}%s}}, close: {{by: agent}}}}"
    facts = "{urgent: {boolean: true, default: false, assumes: [usual]}}"

    assert decides == any("UP702" in each for each in told(desk(events=events % "", facts=facts)))
    assert [] == told(desk(events=events % ", assumes: [usual]", facts=facts))


TEXTS = Path(__file__).resolve().parents[1] / "documents" / "texts"
QUOTES = {
    "letter by letter": ("Every call will be answered", True),
    "over the end of a line": ("will be answered within a day", True),
    "with other spaces": ("Every  call\u00a0will be answered", True),
    "with another apostrophe": ("we'd rather be early", True),
    "from memory": ("every call is answered", False),
    "in other capitals": ("every call will be answered", False),
}


def quoted(quote: str, texts: tuple[Path, ...]) -> list[Finding]:
    """What is found of a clause with this quote."""
    clauses = f'{{A-1: {{says: support is given, quote: "{quote}"}}, A-2: {{says: work is billed}}}}'
    text = desk(sources=SOURCES, clauses=clauses, assumptions="", transitions=TRANSITIONS % "clauses: [A-2]")
    return list(examined(text, texts=texts).findings)


@pytest.mark.parametrize("quote, there", QUOTES.values(), ids=QUOTES)
def test_a_quote_is_looked_up_in_its_source(quote: str, there: bool) -> None:
    assert ([] if there else ["UP704"]) == [each.code for each in quoted(quote, (TEXTS,))]


def test_without_the_text_no_quote_is_doubted(tmp_path: Path) -> None:
    """Neither where no folder is given, nor where the file is not in it; the first that has it counts."""
    assert [] == quoted("made up", ())
    assert [] == quoted("made up", (tmp_path,))
    assert ["UP704"] == [each.code for each in quoted("made up", (tmp_path, TEXTS))]


LANGUAGES = {
    "both": ("languages: [en, fr]", "{en: Open, fr: Ouvert}", []),
    "one of two": ("languages: [en, fr]", "{en: Open}", ["this text is not given in `fr`"]),
    "neither": ("languages: [en, fr]", "{de: Offen}", ["this text is not given in `en` and `fr`"]),
    "one more": ("languages: [en, fr]", "{en: Open, fr: Ouvert, de: Offen}", []),
    "plain text in the vendor's language": ("languages: [en]", "Open", []),
    "plain text for two": ("languages: [en, fr]", "Open", ["this text is not given in `fr`"]),
    "the languages of the title": ("title: {en: Desk, fr: Bureau}", "{en: Open}", ["this text is not given in `fr`"]),
    "the vendor's language": ("version: 1.0.0", "{fr: Ouvert}", ["this text is not given in `en`"]),
}


@pytest.mark.parametrize("line, label, expected", LANGUAGES.values(), ids=LANGUAGES)
def test_texts_are_given_in_every_language(line: str, label: str, expected: list[str]) -> None:
    """Those of `languages`; else of the title; else the vendor's."""
    key, _, value = line.partition(": ")
    events = f"{{submit: {{by: agent, label: {label}}}, close: {{by: agent}}}}"
    said = [each.removeprefix("UP703 ") for each in told(desk(**{key: value}, events=events))]

    assert expected == [each for each in said if "has no label" not in each]


def test_labels_are_missed_where_languages_are_declared() -> None:
    """Of what customers read: states, severities, channels and commitments."""
    text = desk(
        languages="[en]",
        severities="[{id: high, assumes: [usual]}]",
        channels="{mail: {accepts: all, assumes: [usual]}}",
    )
    said = [each.removeprefix("UP703 ") for each in told(text) if "UP703" in each]

    assert ["`open`", "`closed`", "`high`", "`mail`"] == [each.partition(" ")[0] for each in said]


VALUES = {
    "of a fact": ("facts", "{type: {one-of: {a: {en: A}}, default: a}}"),
    "of a contract's attribute": (
        "contracts",
        "{tma: {parameters: within, attributes: {level: {one-of: {a: {en: A}}}}}}",
    ),
    "of an event's field": ("events", "{submit: {by: agent, data: {x: {one-of: {a: {en: A}}}}}, close: {by: agent}}"),
    "of a level": ("escalation", "{levels: {a: {en: A}}, on: close, assumes: [usual]}"),
}


@pytest.mark.parametrize("section, text", VALUES.values(), ids=VALUES)
def test_values_have_labels_too(section: str, text: str) -> None:
    title = "{en: Desk, fr: Bureau}"

    assert "UP703 this text is not given in `fr`" in told(desk(title=title, **{section: text}))
