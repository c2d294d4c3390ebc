"""Commitments: what each promise has to say, asked only where it can matter."""

from __future__ import annotations

import pytest
from check.desk import SUPPORT, commitment, desk, found, told

STATES = "{new: {core: open}, asked: {core: open, waits-for: customer}, solved: {core: resolved}, done: {core: closed}}"
EVENTS = (
    "{submit: {by: agent, data: {severity: {}}, sets: {severity: event.severity}}, raise: {by: agent, sets: {severity:"
    " high}}, ask: {by: agent}, answer: {by: agent}, solve: {by: agent, data: {day: {date: true}, minutes: {integer:"
    " true}}}, close: {by: agent}, reopen: {by: agent}, note: {by: agent}, hold: {by: agent}, resume: {by: agent}}"
)
MOVES = """
  - {id: submit, on: submit, opens: true, to: new, assumes: [usual]}
  - {id: ask, on: ask, from: new, to: asked, assumes: [usual]}
  - {id: answer, on: answer, from: asked, to: new, assumes: [usual]}
  - {id: solve, on: solve, from: [new, asked], to: solved, assumes: [usual]}
  - {id: close, on: close, from: solved, to: done, assumes: [usual]}
  - {id: raise, on: raise, from: [new, asked], to: stay, assumes: [usual]}"""
REOPENING = "\n  - {id: reopen, on: reopen, from: solved, to: new, assumes: [usual]}"
SEVERITIES = "[{id: high, assumes: [usual]}, {id: low, assumes: [usual]}]"
TABLE = "{within: {by: severity, values: [{high: 1h, low: 4h}], assumes: [usual]}}"


def promised(text: str, *, reopening: bool = False, **sections: str) -> list[str]:
    """What is said of a desk with one commitment."""
    return told(promising(text, reopening=reopening, **sections))


def promising(text: str, *, reopening: bool = False, **sections: str) -> str:
    """A desk with one commitment, whose tickets are asked about, solved and perhaps reopened."""
    parts = {
        "severities": SEVERITIES,
        "states": STATES,
        "events": EVENTS,
        "transitions": MOVES + (REOPENING if reopening else ""),
        "calendars": SUPPORT if "support" in text else "",
        **sections,
    }
    return desk(commitments=f"[{commitment(text)}]", **parts)


CANNOT_STOP = "UP503 once `answer` has started, nothing can stop it"
AGAIN = "UP508 `answer` may be started again"

STOPS = {
    "on an event that comes after": ("start: {on: submit}, stop: {on: solve}", False),
    "on an event that is accepted anywhere": ("start: {on: submit}, stop: {on: note}", False),
    "by entering a state": ("start: {on: submit}, stop: {enters: done}", False),
    "by leaving a state": ("start: {on: submit}, stop: {leaves: new}", False),
    "on an event that came before": ("start: {on: solve}, stop: {on: submit}", True),
    "by entering a state that came before": ("start: {on: close}, stop: {enters: solved}", True),
    "by leaving a state that is final": ("start: {on: solve}, stop: {leaves: done}", True),
    "by the one of two that can happen": ("start: {on: solve}, stop: [{on: submit}, {on: close}]", False),
    "by what always cancels it": ("start: {on: submit}, stop: {on: solve}, cancel: {on: solve}", True),
    "by what sometimes cancels it": (
        "start: {on: submit}, stop: {on: solve}, cancel: {on: solve, when: {severity: low}}",
        False,
    ),
    "by one event of two that cancel it": (
        "start: {on: submit}, stop: {on: [solve, note]}, cancel: {on: solve}",
        False,
    ),
}


@pytest.mark.parametrize("text, cannot", STOPS.values(), ids=STOPS)
def test_a_clock_can_be_stopped(text: str, cannot: bool) -> None:
    assert ([CANNOT_STOP] if cannot else []) == promised(text)


def test_an_event_accepted_in_final_states_can_stop_a_clock() -> None:
    """Such as an invoice, which comes after closing."""
    events = EVENTS.replace("note: {by: agent}", "note: {by: agent, in-final-states: accepted}")
    text = "start: {on: close}, stop: {on: note}"

    assert [CANNOT_STOP] == promised(text)
    assert [] == promised(text, events=events)


PAUSES = {
    "while in a state": ("pause: {in: asked}", []),
    "until an event that can come": ("pause: {from: {on: hold}, until: {on: resume}}", []),
    "until an event that cannot": (
        "pause: {from: {on: solve}, until: {on: submit}}, stop: {on: close}",
        ["UP503 once `answer` is paused, nothing can end the pause"],
    ),
    "from and for ever": ("pause: {from: {on: hold}}", ["UP511 this pause does not say from when until when"]),
    "until, and from when": ("pause: {until: {on: hold}}", ["UP511 this pause does not say from when until when"]),
    "in states and between events": (
        "pause: {in: asked, from: {on: hold}, until: {on: resume}}",
        ["UP511 this pause does not say from when until when"],
    ),
}


@pytest.mark.parametrize("text, expected", PAUSES.values(), ids=PAUSES)
def test_pauses(text: str, expected: list[str]) -> None:
    assert expected == promised(text)


TRIGGERS = {
    "none": "stop: {when: {state: new}}",
    "two": "stop: {on: solve, enters: solved}",
    "two in a list": "stop: [{on: solve, leaves: new}]",
}


@pytest.mark.parametrize("text", TRIGGERS.values(), ids=TRIGGERS)
def test_a_trigger_says_one_thing(text: str) -> None:
    assert [each for each in promised(text) if each.startswith("UP511 this trigger says")]


SECOND_STARTS = {
    "an event that opens a ticket": ("start: {on: submit}, stop: {on: solve}", ""),
    "an event that may come again": ("start: {on: note}", " by another `note`"),
    "an event that a circle leads back to": ("start: {on: ask}", " by another `ask`"),
    "an event that comes once": ("start: {on: solve}", ""),
    "a state entered again": ("start: {enters: asked}", " by entering `asked` again"),
    "a state entered once": ("start: {enters: solved}", ""),
    "a state left again": ("start: {leaves: asked}", " by leaving `asked` again"),
    "two events one after the other": ("start: [{on: submit}, {on: solve}]", " by `solve`"),
    "two events of one trigger": ("start: {on: [submit, solve]}", " by `solve` after `submit`"),
}


@pytest.mark.parametrize("text, how", SECOND_STARTS.values(), ids=SECOND_STARTS)
def test_a_second_start_is_provided_for(text: str, how: str) -> None:
    """Where it is possible; then the message says how it comes about."""
    expected = [f"{AGAIN}{how}, and does not say what happens then"] if how else []

    assert expected == promised(text)
    for cycles in ("one", "ignore-while-running", "many"):
        assert [] == promised(f"{text}, cycles: {cycles}")


def test_a_reopening_may_start_again() -> None:
    """What came once comes again after it."""
    assert [] == promised("start: {on: solve}")
    assert [f"{AGAIN} by another `solve`, and does not say what happens then"] == [
        each for each in promised("start: {on: solve}", reopening=True) if "UP508" in each
    ]


SEVERITY = {
    "a table by severity": ("within: {parameter: within}", True),
    "a case by severity": ("within: [{when: {severity: high}, is: 1h}, {is: 4h}]", True),
    "one time for all": ("within: 4h", False),
    "a clock that starts when it cannot change any more": ("within: {parameter: within}, start: {on: solve}", False),
}


@pytest.mark.parametrize("text, asked", SEVERITY.values(), ids=SEVERITY)
def test_a_change_of_severity_is_provided_for(text: str, asked: bool) -> None:
    """Where the target follows it and it can change while the clock runs."""
    parameters = TABLE if "parameter" in text else ""
    message = "UP509 the target of `answer` reads `severity`, which `raise` may change while a clock runs"

    assert ([message] if asked else []) == promised(text, parameters=parameters)
    for what in ("keep", "retarget", "restart"):
        assert [] == promised(f"{text}, on-change: {what}", parameters=parameters)


REOPEN = {
    "a stop by the move that is undone": ("stop: {enters: solved}", True),
    "a stop on the event that is undone": ("stop: {on: solve}", True),
    "a cancel by it": ("stop: {on: note}, cancel: {enters: solved}", True),
    "an end elsewhere": ("stop: {on: note}", False),
}


@pytest.mark.parametrize("text, asked", REOPEN.values(), ids=REOPEN)
def test_a_reopening_is_provided_for(text: str, asked: bool) -> None:
    """Where a clock may have ended by what it undoes; nobody is asked where nothing reopens."""
    message = "UP510 `answer` may end on the way to `solved`, which `reopen` reopens"

    assert [] == promised(text)
    assert ([message] if asked else []) == promised(text, reopening=True)
    for what in ("resume", "new-cycle", "ignore"):
        assert [] == promised(f"{text}, on-reopen: {what}", reopening=True)


def test_closing_ends_every_clock_but_a_duty() -> None:
    """So a way back from a closed state has to be provided for, and not for a duty."""
    moves = MOVES + "\n  - {id: reopen, on: reopen, from: done, to: new, assumes: [usual]}"
    moves = moves.replace("from: solved, to: done", "from: [new, solved], to: done")
    text = "stop: {on: note}"

    assert [each for each in promised(text, transitions=moves) if "UP510" in each]
    assert [] == promised(f"{text}, duty: true", transitions=moves)


def test_one_event_should_not_both_stop_and_start() -> None:
    """A warning, with the event; conditions that exclude one another are fine."""
    both = "start: {on: note}, stop: {on: [note, solve]}, cycles: many"
    apart = "start: {on: note, when: {state: new}}, stop: [{on: note, when: {state: asked}}, {on: solve}], cycles: many"
    [finding] = found(promising(both))

    assert "UP504" == finding.code
    assert (("event", "note"),) == finding.example
    assert finding.hint.startswith("if that is what is promised, say so under `checks:`")
    assert [] == promised(apart)


def test_a_rhythm_may_begin_with_what_fulfils_it() -> None:
    """It is begun once, and each time it is fulfilled the next begins: nothing else is meant."""
    rhythm = "start: {on: note}, stop: {on: [note, solve]}, cycles: {every: stop, until: {on: solve}}"

    assert [] == [each for each in promised(rhythm) if "UP504" in each]


def test_where_not_every_stop_begins_anew_the_conditions_are_to_be_told_apart() -> None:
    """A waiver is advised only where start and stop are read alike."""
    both = "start: {on: note}, stop: [{on: note, when: {severity: low}}, {on: solve}], cycles: many"

    [finding] = found(promising(both))

    assert "let the conditions of start and stop exclude one another" == finding.hint


def test_one_move_should_not_both_start_and_stop() -> None:
    """What it enters stops the clock that it begins, so that it is upheld whatever anybody does."""
    at_once = "UP525 entering `solved` both starts and stops `answer`, which is then upheld at once"
    apart = (
        "start: {enters: solved, when: {severity: low}}, stop: [{enters: solved, when: {severity: high}}, {on: close}]"
    )

    assert [at_once] == promised("start: {enters: solved}, stop: {enters: solved}")
    assert [] == promised(f"{apart}, on-change: keep")


INSTANTS = {
    "a date of the event": ("stop: {on: solve, at: {ref: event.day}}", []),
    "a number of the event": (
        "stop: {on: solve, at: {ref: event.minutes}}",
        ["UP515 `event.minutes` holds no date and no instant"],
    ),
    "a field of another event": (
        "stop: {on: close, at: {ref: event.day}}",
        ["UP204 `event.day` is not a name that can be read here"],
    ),
    "a date of the start": (
        "start: {on: solve, at: {ref: event.day}}",
        [],
    ),
    "a date of a cancel": (
        "cancel: {on: solve, at: {ref: event.day}}, stop: {on: close}",
        ["UP515 what cancels a clock carries no date of its own"],
    ),
    "a date of a pause": (
        "pause: {from: {on: solve, at: {ref: event.day}}, until: {on: note}}, stop: {on: close}",
        [],
    ),
}


@pytest.mark.parametrize("text, expected", INSTANTS.values(), ids=INSTANTS)
def test_a_start_a_stop_and_a_pause_may_carry_a_date(text: str, expected: list[str]) -> None:
    assert expected == promised(text)


def test_an_excuse_lies_between_two_instants() -> None:
    excuse = "[{on: solve, of: answer, from: {ref: event.day}, until: {ref: event.%s}, assumes: [usual]}]"

    assert [] == promised("", excuses=excuse % "day")
    assert ["UP515 `event.minutes` holds no date and no instant"] == promised("", excuses=excuse % "minutes")


def test_a_clock_reads_what_its_start_can_read() -> None:
    """A move into a state may be made by any event, or by a timer, which has no actor."""
    text = "start: {enters: solved, when: {actor: agent}}, stop: {on: close}"
    text += ", within: [{when: {severity: high}, is: 1h}, {is: 2h}]"

    assert [] == promised(text)
    assert [] == promised(text.replace("actor: agent", "event.minutes: {above: 3}"))


def test_a_table_is_read_by_a_name_that_the_clock_can_read() -> None:
    """A field of an event only where the clock starts on it; or the use names another."""
    table = "{within: {by: event.kind, values: [{fault: 1h, question: 2h}], assumes: [usual]}}"
    facts = "{kind: {one-of: [fault, question], assumes: [usual]}}"
    events = EVENTS.replace("data: {severity: {}}", "data: {severity: {}, kind: {}}").replace(
        "{severity: event.severity}}", "{severity: event.severity, kind: event.kind}}"
    )
    sections = {"parameters": table, "facts": facts, "events": events}

    assert [] == promised("within: {parameter: within}", **sections)
    assert ["UP204 `within` is a table by `event.kind`, which a clock of `answer` cannot read"] == promised(
        "within: {parameter: within}, start: {on: solve}, stop: {on: close}", **sections
    )
    assert [] == promised(
        "within: {parameter: within, by: {ref: kind}}, start: {on: solve}, stop: {on: close}", **sections
    )
    assert ["UP204 `knid` is not a name that can be read here"] == promised(
        "within: {parameter: within, by: {ref: knid}}, start: {on: solve}, stop: {on: close}", **sections
    )


BACK = MOVES + "\n  - {id: revisit, on: reopen, from: done, to: new, assumes: [usual]}"


def test_a_reopening_from_closed_undoes_what_ended_before() -> None:
    """The clock that resolving ended comes back when the ticket does, through its closing."""
    assert ["UP510 `answer` may end on the way to `solved`, which `revisit` reopens"] == promised(
        "stop: {enters: solved}", transitions=BACK
    )


def test_what_cannot_run_any_more_is_not_reopened() -> None:
    """A clock that a state before resolving always ends is not cancelled by closing."""
    moves = BACK.replace("from: [new, asked], to: solved", "from: asked, to: solved")

    assert ["UP510"] == [each[:5] for each in promised("stop: {on: note}", transitions=BACK)]
    assert [] == promised("stop: {enters: asked}", transitions=moves)


def test_a_move_that_no_ticket_of_the_clock_can_take_does_not_count() -> None:
    """As far as that rests on a fact that only the start sets."""
    facts = "{kind: {one-of: [fault, question], assumes: [usual]}}"
    events = EVENTS.replace("data: {severity: {}}", "data: {severity: {}, kind: {}}").replace(
        "{severity: event.severity}}", "{severity: event.severity, kind: event.kind}}"
    )
    moves = BACK.replace("from: [new, asked], to: solved", "from: [new, asked], to: solved, when: {kind: question}")
    moves += "\n  - {id: drop, on: close, from: [new, asked], to: gone, assumes: [usual]}"
    states = STATES.replace("}}", "}, gone: {core: closed}}")
    sections = {"facts": facts, "events": events, "transitions": moves, "states": states}
    changing = {**sections, "events": events.replace("note: {by: agent}", "note: {by: agent, sets: {kind: question}}")}

    assert [] == promised("when: {kind: fault}, stop: {on: note}", **sections)
    assert ["UP510"] == [each[:5] for each in promised("when: {kind: question}, stop: {on: note}", **sections)]
    assert ["UP509", "UP510"] == [each[:5] for each in promised("when: {kind: fault}, stop: {on: note}", **changing)]


EXCLUDING = {
    "by what the event says": ("when: {severity: low}, start: {on: submit, when: {event.severity: high}}", True),
    "by what it sets": ("when: {severity: low}, start: {on: submit, when: {severity: high}}", True),
    "not where both may hold": (
        "when: {severity: low}, start: {on: submit, when: {event.severity: [high, low]}}",
        False,
    ),
    "not while it waits": ("when: {severity: low}, start: {on: submit, when: {event.severity: {not: low}}}", False),
}


@pytest.mark.parametrize("text, never", EXCLUDING.values(), ids=EXCLUDING)
def test_a_start_and_the_condition_may_exclude_one_another(text: str, never: bool) -> None:
    """Each may hold, and both never do; a severity that is not known yet may still become the one that is asked for."""
    said = promised(f"{text}, stop: {{on: solve}}, cycles: one, on-change: keep")

    assert never == ("UP403 `answer` never begins so: where this holds, its own `when` does not" in said)
