"""Paths: which states lead to which, with every move that some ticket may make."""

from __future__ import annotations

from check.desk import desk, examined, policy_of

from upheld.check.lifecycle.paths import Paths

STATES = (
    "{new: {core: open}, asked: {core: open, waits-for: customer}, solved: {core: resolved}, done: {core: closed},"
    " old: {core: auto-closed}}"
)
EVENTS = (
    "{submit: {by: agent}, ask: {by: agent}, answer: {by: agent}, solve: {by: agent}, close: {by: agent},"
    " reopen: {by: agent}, note: {by: agent}}"
)
MOVES = """
  - {id: submit, on: submit, opens: true, to: new, assumes: [usual]}
  - {id: ask, on: ask, from: new, to: asked, assumes: [usual]}
  - {id: answer, on: answer, from: asked, to: new, assumes: [usual]}
  - {id: ask-again, on: ask, from: asked, to: stay, assumes: [usual]}
  - {id: solve, on: solve, from: [new, asked], to: solved, assumes: [usual]}
  - {id: close, on: close, from: solved, to: done, assumes: [usual]}
  - {id: reopen, on: reopen, from: solved, to: new, assumes: [usual]}"""
TIMERS = "[{id: forget, in: solved, after: 10d, calendar: always, to: old, assumes: [usual]}]"
DESK = desk(states=STATES, events=EVENTS, transitions=MOVES, timers=TIMERS)
PATHS = Paths(policy_of(DESK))


def unsound(**sections: str) -> Paths:
    """The paths of a policy with mistakes in it."""
    parts = {"states": STATES, "events": EVENTS, "transitions": MOVES, "timers": TIMERS, **sections}
    policy = examined(desk(**parts)).policy
    assert policy is not None
    return Paths(policy)


def test_every_state_that_a_move_leads_to_is_reachable() -> None:
    """By events and by timers alike."""
    assert {"new", "asked", "solved", "done", "old"} == set(PATHS.reachable)
    assert {"done", "old", "new", "asked", "solved"} == set(PATHS.reach(["solved"]))
    assert set() == set(PATHS.reach(["done"]))


def test_a_route_is_told_step_by_step() -> None:
    """The shortest one; a state is not part of its own route."""
    assert ["submit", "solve", "forget"] == [step.by for step in PATHS.route(PATHS.reachable, "old")]
    assert ["submit"] == [step.by for step in PATHS.route(PATHS.reachable, "new")]
    assert [] == PATHS.route(PATHS.reachable, "nowhere")


def test_steps_can_be_avoided() -> None:
    """So that a path is searched which passes none of them."""
    found = PATHS.reach([None], avoid=lambda step: step.by == "solve")

    assert {"new", "asked"} == set(found)


def test_staying_is_no_step() -> None:
    """Nothing is left and nothing entered."""
    assert ["answer", "solve"] == [step.by for step in PATHS.onward("asked")]


def test_an_event_is_accepted_where_it_has_a_move() -> None:
    """``None`` is before the ticket; an event without moves is accepted in every state that is not final."""
    assert {None} == PATHS.accepting("submit")
    assert {"new", "asked"} == PATHS.accepting("ask")
    assert {"new", "asked", "solved"} == PATHS.accepting("note")


def test_after_an_event_the_ticket_is_where_its_moves_lead() -> None:
    """Or where it was, if it stays there."""
    assert {"new"} == PATHS.after("submit")
    assert {"asked"} == PATHS.after("ask")
    assert {"new", "asked", "solved"} == PATHS.after("note")


def test_what_may_happen_again() -> None:
    """An event that opens a ticket happens once; one that a circle leads back to, again."""
    assert ["ask", "answer", "solve", "reopen", "note"] == [
        event for event in ("submit", "ask", "answer", "solve", "close", "reopen", "note") if PATHS.again(event)
    ]
    assert PATHS.entered_again(["solved"])
    assert not PATHS.entered_again(["done", "old"])


def test_what_only_opens_a_ticket() -> None:
    assert PATHS.opens_only("submit")
    assert not PATHS.opens_only("close")
    assert not PATHS.opens_only("note")


def test_a_misspelt_state_is_taken_for_the_one_it_is_like() -> None:
    """Its own finding is enough."""
    paths = unsound(transitions=MOVES.replace("to: solved", "to: sovled"))

    assert set(PATHS.reachable) == set(paths.reachable)
    assert not paths.unclear


def test_a_misspelt_event_is_taken_for_the_one_it_is_like() -> None:
    assert {"new", "asked"} == unsound(transitions=MOVES.replace("on: solve", "on: slove")).accepting("solve")


def test_a_state_that_is_like_none_leaves_the_paths_unclear() -> None:
    """Then nothing is said of what cannot be reached."""
    assert unsound(transitions=MOVES.replace("to: solved", "to: limbo")).unclear


def test_a_move_that_forgot_its_origin_may_leave_any_state() -> None:
    paths = unsound(transitions=MOVES.replace("from: solved, to: done", "to: done"))

    assert {"new", "asked", "solved", "done", "old"} == paths.accepting("close")
