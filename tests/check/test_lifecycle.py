"""The lifecycle: every state can be reached and left, and every move is legal."""

from __future__ import annotations

from itertools import product

import pytest
from check.desk import desk, found, hints, told

from upheld.core.policy.lifecycle import CORE_MOVES, CORE_STATES

STATES = (
    "{new: {core: open}, asked: {core: open}, solved: {core: resolved}, done: {core: closed}, old: {core: auto-closed}}"
)
EVENTS = "{submit: {by: agent}, ask: {by: agent}, answer: {by: agent}, solve: {by: agent}, close: {by: agent}}"
MOVES = {
    "submit": "on: submit, opens: true, to: new",
    "ask": "on: ask, from: new, to: asked",
    "answer": "on: answer, from: asked, to: new",
    "solve": "on: solve, from: new, to: solved",
    "close": "on: close, from: solved, to: done",
}
OLD = "[{id: forget, in: solved, after: 10d, calendar: always, to: old, assumes: [usual]}]"


def cycle(timers: str = OLD, states: str = STATES, events: str = EVENTS, invariants: str = "", **moves: str) -> str:
    """A desk with this lifecycle; an empty move is left out."""
    lines = [f"{{id: {name}, {text}, assumes: [usual]}}" for name, text in {**MOVES, **moves}.items() if text]
    return desk(states=states, events=events, timers=timers, transitions=f"[{', '.join(lines)}]", invariants=invariants)


def test_a_lifecycle_without_a_finding() -> None:
    assert [] == told(cycle())


def test_a_state_that_nothing_leads_to() -> None:
    """Also where only a timer would, or other states that nothing leads to."""
    assert ["UP302 state `asked` cannot be reached"] == told(cycle(ask=""))
    assert ["UP302 state `old` cannot be reached"] == told(cycle(timers=""))
    text = cycle(ask="on: ask, from: done, to: asked", close="on: close, from: asked, to: done")
    assert ["UP302 state `asked` cannot be reached", "UP302 state `done` cannot be reached"] == [
        each for each in told(text) if "UP302" in each
    ]
    assert hints(text)[0].startswith("only from states that cannot be reached: `done`")


def test_a_state_that_nothing_leads_out_of() -> None:
    """The example tells how a ticket comes there; a final state may be left by nothing."""
    [finding] = found(cycle(answer=""))

    assert (
        "UP303 state `asked` is a dead end: a ticket in it stays there for ever" == f"{finding.code} {finding.message}"
    )
    assert (("state", "asked"), ("by", "submit, ask")) == finding.example
    assert [] == told(
        cycle(answer="", states=STATES.replace("asked: {core: open}", "asked: {core: open, final: true}"))
    )


def test_a_state_that_is_left_by_staying_is_a_dead_end() -> None:
    assert ["UP303"] == [each[:5] for each in told(cycle(answer="on: answer, from: asked, to: stay"))]


def test_a_timer_leads_out_of_a_state() -> None:
    timers = OLD.replace("in: solved", "in: [solved, asked]").replace("to: old", "to: solved")
    assert [] == [each for each in told(cycle(answer="", timers=timers)) if "UP303" in each]


def test_states_from_which_no_end_is_reached() -> None:
    """One finding for those that a ticket can go round in; their way there is the example."""
    text = cycle(answer="on: answer, from: asked, to: more", more="on: ask, from: more, to: asked").replace(
        "asked: {core: open}", "asked: {core: open}, more: {core: open}"
    )
    [finding] = found(text)

    assert "UP304 no way leads from `asked`, `more` to a final state" == f"{finding.code} {finding.message}"
    assert (("state", "asked"), ("by", "submit, ask")) == finding.example


@pytest.mark.parametrize("origin, target", list(product(CORE_STATES, CORE_STATES)))
def test_every_move_projects_on_a_legal_core_move(origin: str, target: str) -> None:
    """Every pair of core states, by an event; staying inside one is always legal."""
    states = f"{{new: {{core: open}}, a: {{core: {origin}}}, b: {{core: {target}}}, done: {{core: closed}}}}"
    reach = "on: ask, from: new, to: a"
    text = cycle(
        "",
        states,
        EVENTS,
        ask=reach,
        answer="on: answer, from: a, to: b",
        solve="",
        close="on: close, from: new, to: done",
    )
    legal = origin == target or target in CORE_MOVES[origin]
    message = f"`answer` goes from `a` (core {origin}) to `b` (core {target}), which no ticket may"

    assert ([] if legal else [message]) == [each.message for each in found(text) if each.message.startswith("`answer`")]


def test_a_timer_moves_as_legally_as_an_event() -> None:
    text = cycle(timers=OLD.replace("in: solved", "in: [solved, new]"))

    assert "UP305 `forget` goes from `new` (core open) to `old` (core auto-closed), which no ticket may" in told(text)


def test_one_finding_for_each_core_state_that_is_left_wrongly() -> None:
    """However many states refine it."""
    states = STATES.replace("asked: {core: open}", "asked: {core: qualified}")
    assert ["UP305 `answer` goes from `asked` (core qualified) to `new` (core open), which no ticket may"] == told(
        cycle(states=states)
    )


def test_a_ticket_opens_open() -> None:
    states = STATES.replace("new: {core: open}", "new: {core: closed}").replace(
        "asked: {core: open}", "asked: {core: open}"
    )
    assert "UP305 every ticket is closed when it opens, since state `new` is" in told(cycle(states=states))


def test_timers_that_go_round_in_a_circle() -> None:
    """One finding for the circle, whichever of its states it is found from."""
    timers = ", ".join(
        f"{{id: {name}, in: {state}, after: 1d, calendar: always, to: {to}, assumes: [usual]}}"
        for name, state, to in (("sleep", "new", "asked"), ("wake", "asked", "new"))
    )
    said = [each for each in told(cycle(timers=f"[{timers}]")) if "UP306" in each]

    assert ["UP306 timers move a ticket in a circle for ever: `new` → `asked` → `new`"] == said


@pytest.mark.parametrize("turn, code", [("customer", []), ("vendor", ["UP307"]), ("third-party", ["UP307"])])
def test_a_ticket_closes_by_itself_only_on_the_customers_turn(turn: str, code: list[str]) -> None:
    states = STATES.replace("core: resolved", f"core: resolved, waits-for: {turn}")
    assert code == [each[:5] for each in told(cycle(states=states))]


def test_a_timer_may_move_on_what_is_closed_already() -> None:
    """Nobody waits for anything there; but a closed ticket moves nowhere but back."""
    text = cycle(timers=OLD.replace("in: solved", "in: done").replace("to: old", "to: done"))
    assert [] == [each for each in told(text) if "UP307" in each]


INVARIANTS = {
    "a transition that is always taken": ("done", "solve", ""),
    "a state that is always passed": ("done", "solved", ""),
    "one of two that is always passed": ("[done, old]", "[ask, solve]", ""),
    "a transition that is not always taken": ("done", "ask", "`new` (submit) → `solved` (solve) → `done` (close)"),
    "a state that is not always passed": ("done", "asked", "`new` (submit) → `solved` (solve) → `done` (close)"),
    "a state that a timer leads to": ("old", "close", "`new` (submit) → `solved` (solve) → `old` (forget)"),
    "the end itself": ("done", "done", ""),
}


@pytest.mark.parametrize("ends, passes, way", INVARIANTS.values(), ids=INVARIANTS)
def test_invariants_are_proved_or_refuted_with_a_path(ends: str, passes: str, way: str) -> None:
    invariants = f"[{{id: proved, every-path-to: {ends}, passes: {passes}, assumes: [usual]}}]"
    said = [each.message.rpartition(": ")[2] for each in found(cycle(invariants=invariants)) if each.code == "UP308"]

    assert ([way] if way else []) == said


def test_nothing_opens_a_ticket() -> None:
    """Then nothing else is said of the states; a policy without states and events has none to open."""
    assert ["UP309 no transition opens a ticket, so there never is one"] == told(cycle(submit=""))
    assert ["UP309 no transition opens a ticket, so there never is one"] == told(
        desk(states="", transitions="", assumptions="")
    )
    assert [] == told(desk(states="", transitions="", events="", roles="", assumptions=""))


TRANSITIONS = {
    "neither from nor opens": ("on: ask, to: asked", "UP310 transition `ask` does not say where it starts"),
    "both": (
        "on: ask, opens: true, from: new, to: asked",
        "UP310 transition `ask` opens the ticket, so there is no state to leave",
    ),
    "opens and stays": (
        "on: ask, opens: true, to: stay",
        "UP310 transition `ask` opens the ticket, so there is no state to stay in",
    ),
    "leaves no state": (
        "on: ask, from: {core: workaround}, to: asked",
        "UP310 transition `ask` leaves no state: none that is left has one of these core states",
    ),
    "leaves no state that is left over": (
        "on: ask, from: {core: open, except: [new, asked]}, to: asked",
        "UP310 transition `ask` leaves no state: none that is left has one of these core states",
    ),
}


@pytest.mark.parametrize("text, expected", TRANSITIONS.values(), ids=TRANSITIONS)
def test_a_transition_has_a_beginning_and_an_end(text: str, expected: str) -> None:
    """And of what follows from it nothing is told besides."""
    assert [expected] == told(cycle(ask=text))


def test_from_any_is_every_state_that_is_not_final() -> None:
    text = cycle(drop="on: drop, from: any, to: done", events=EVENTS.replace("}}", "}, drop: {by: agent}}"))

    assert [] == told(text)
