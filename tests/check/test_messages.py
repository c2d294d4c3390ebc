"""Messages: what stands in braces is a name that can be read there, and nothing else is ever substituted."""

from __future__ import annotations

import pytest
from check.desk import desk, found, hints, told

EVENTS = (
    "{submit: {by: agent, data: {minutes: {integer: true}}}, close: {by: agent, data: {reason: {text: true}},"
    " effects: [{kind: notify, about: %s}]}}"
)
RULE = "[{id: r, on: close, when: {state: open}, refuse: always, message: %s, assumes: [usual]}]"


def said(text: str) -> list[str]:
    """What is said of a rule with this message."""
    return told(desk(events=EVENTS % "done", rules=RULE % text))


GOOD = (
    "plain text",
    '"{state} {core} {severity} {queue} {customer} {channel}"',
    '"{event.reason}, {before.severity}, {actor}, {actor-id}, {record.channel}"',
    '"{ticket}, {event}, {at}"',
    '"{opening.always} and {day.always}"',
    '{en: "{state}", fr: "{core}"}',
)


@pytest.mark.parametrize("text", GOOD)
def test_names_that_can_be_read(text: str) -> None:
    assert [] == said(text)


BAD = {
    '"{sate}"': "`{sate}` names nothing that can be read here",
    '"{event.minutes}"': "`{event.minutes}` names nothing that can be read here",
    '"{}"': "`{}` names nothing that can be read here",
    '"{state"': "this text holds a `{` without its other half",
    '"state}"': "this text holds a `}` without its other half",
    '"{{state}"': "this text holds a `{` without its other half",
    '"{0.__class__}"': "`{0.__class__}` names nothing that can be read here",
    '"{state!r}"': "`{state!r}` names nothing that can be read here",
    '"{state:>9}"': "`{state:>9}` names nothing that can be read here",
    '"{state.core}"': "`{state.core}` names nothing that can be read here",
    '"{ state }"': "`{ state }` names nothing that can be read here",
}


@pytest.mark.parametrize("text, message", BAD.items())
def test_what_is_no_name_is_told(text: str, message: str) -> None:
    """Formats, attributes and the data of other events included (THREATS F07)."""
    assert [f"UP207 {message}"] == said(text)


def test_the_nearest_name_is_suggested() -> None:
    assert ["did you mean `event.reason`?"] == hints(desk(events=EVENTS % "done", rules=RULE % '"{event.raeson}"'))


def test_each_language_is_looked_at() -> None:
    """At the text in that language."""
    [finding] = found(desk(events=EVENTS % "done", rules=RULE % '{en: "{state}", fr: "{etat}"}'))

    assert "`{etat}` names nothing that can be read here" == finding.message


PLACES = {
    "an effect of an event": {"events": EVENTS % '"{nothing}"'},
    "a channel": {"channels": '{mail: {accepts: all, message: "{nothing}", assumes: [usual]}}'},
    "a requirement": {
        "rules": "[{id: r, on: close, requires: [{is: {actor-id: ann}, message: '{nothing}'}], otherwise: flag,"
        " assumes: [usual]}]"
    },
    "an effect of a rule": {
        "rules": "[{id: r, on: close, flag: always, effects: [{kind: notify, about: '{nothing}'}], assumes: [usual]}]"
    },
    "an effect of a transition": {
        "transitions": "[{id: a, on: submit, opens: true, to: open, effects: [{kind: notify, about: '{nothing}'}],"
        " assumes: [usual]}, {id: b, on: close, from: open, to: closed, assumes: [usual]}]"
    },
    "an effect of a timer": {
        "timers": "[{id: t, in: open, after: 1h, calendar: always, effects: [{kind: notify, about: '{nothing}'}],"
        " assumes: [usual]}]"
    },
}


@pytest.mark.parametrize("sections", PLACES.values(), ids=PLACES)
def test_wherever_a_text_may_stand(sections: dict[str, str]) -> None:
    assert ["UP207 `{nothing}` names nothing that can be read here"] == told(desk(**sections))


def test_a_timer_has_no_actor_and_no_event_data() -> None:
    """Nobody did it."""
    timer = "[{id: t, in: open, after: 1h, calendar: always, effects: [{kind: notify, about: '%s'}], assumes: [usual]}]"

    assert [] == told(desk(timers=timer % "{state}"))
    assert ["UP207 `{actor}` names nothing that can be read here"] == told(desk(timers=timer % "{actor}"))
