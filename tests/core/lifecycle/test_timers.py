"""Timers: from entering a state, by a calendar, until they fire, the state is left, or a reset begins them anew."""

from __future__ import annotations

import re

import pytest
from small_desk import DESK, engine, event, instant, policy_of, submit, tell, ticket_after

from upheld.core.decision.decision import Decision
from upheld.core.record.ticket import Ticket
from upheld.core.time.due import due_at
from upheld.core.time.duration import parse_duration
from upheld.core.time.instant import seconds_of
from upheld.engine import Engine


def waiting(ticket: Ticket, on: Engine | None = None) -> dict[str, str]:
    """What waits, with its due instant in Paris."""
    return {
        each.id: each.at.astimezone(instant("04T10:00").tzinfo).isoformat()[8:16]
        for each in (on or engine()).due(ticket)
        if each.kind == "timer"
    }


def runs(decision: Decision) -> list[tuple[str, str]]:
    return [
        (each.timer, each.due_at.astimezone(instant("04T10:00").tzinfo).isoformat()[8:16]) for each in decision.timers
    ]


def test_a_timer_runs_from_entering_its_state() -> None:
    """Opening time of its calendar: resolved on Friday at 16:00, eight hours are over on Monday at 16:00."""
    ticket = ticket_after(submit("08T09:00"), event("08T16:00", "resolve"))

    assert {"remind": "11T12:00", "auto-close": "11T16:00", "warn": "11T16:00"} == waiting(ticket)


def test_leaving_the_state_ends_it() -> None:
    """A reopened ticket is not closed by itself; resolved again, the delay begins anew."""
    fault = submit("04T09:00", data={"type": "fault"})
    reopened = ticket_after(fault, event("04T10:00", "resolve"), event("04T11:00", "reopen", "customer"))
    again = ticket_after(
        fault, event("04T10:00", "resolve"), event("04T11:00", "reopen", "customer"), event("05T10:00", "resolve")
    )

    assert {} == waiting(reopened)
    assert {"remind": "05T14:00", "auto-close": "06T10:00", "warn": "06T10:00"} == waiting(again)


def test_a_reset_starts_the_delay_anew() -> None:
    """Where its condition holds; `warn` has none, and an agent's mark is none for the others."""
    resolved = [submit("04T09:00"), event("04T10:00", "resolve")]
    by_agent = ticket_after(*resolved, event("04T11:00", "mark", data={"minutes": 1}))
    by_customer = ticket_after(*resolved, event("04T11:00", "mark", "customer", data={"minutes": 1}))

    assert {"remind": "04T14:00", "auto-close": "05T10:00", "warn": "05T10:00"} == waiting(by_agent)
    assert {"remind": "04T15:00", "auto-close": "05T11:00", "warn": "05T10:00"} == waiting(by_customer)


def test_what_waits_is_kept_in_order() -> None:
    """After a reset the next to fire is another one than before."""
    marked = ticket_after(
        submit("04T09:00"), event("04T10:00", "resolve"), event("04T11:00", "mark", "customer", data={"minutes": 1})
    )

    assert [("remind", "04T15:00")] == runs(engine().pass_time(marked, instant("04T16:00")))


def test_a_reset_starts_nothing_elsewhere() -> None:
    """A word of the customer on an open ticket resets nothing that could close it."""
    assert {} == waiting(ticket_after(submit("04T09:00"), event("04T11:00", "mark", "customer", data={"minutes": 1})))


def test_a_reset_also_starts_one_that_has_fired() -> None:
    """The reminder of 14:00 has been sent; a word of the customer at 15:00 earns another one."""
    decisions = tell(
        submit("04T09:00"), event("04T10:00", "resolve"), event("04T15:00", "mark", "customer", data={"minutes": 1})
    )

    assert [("remind", "04T14:00")] == runs(decisions[2])
    assert decisions[2].ticket is not None
    assert "05T11:00" == waiting(decisions[2].ticket)["remind"]


def test_a_refused_event_resets_nothing() -> None:
    """It leaves the ticket as it was."""
    resolved = ticket_after(submit("04T09:00"), event("04T10:00", "resolve"))
    decision = engine().apply(resolved, event("04T11:00", "mark", "customer", data={"minutes": 0}))

    assert decision.ticket == resolved


def test_timers_fire_by_instant_and_then_by_id() -> None:
    """`auto-close` comes before `warn` of the same instant, and closing ends `warn`."""
    decisions = tell(submit("04T09:00"), event("04T10:00", "resolve"), event("06T10:00", "close"))

    assert [("remind", "04T14:00"), ("auto-close", "05T10:00")] == runs(decisions[2])
    assert ["about to close"] == [effect.about for effect in decisions[2].effects if effect.timer]


def test_one_timer_may_start_another() -> None:
    """Each fires at its own due instant, and the next counts from there."""
    text = DESK.replace("states:\n", "states:\n  later: {core: resolved}\n", 1).replace(
        "timers:\n",
        "timers:\n"
        "  - {id: postpone, in: resolved, after: 1h, calendar: always, to: later, assumes: [usual]}\n"
        "  - {id: at-last, in: later, after: 1h, calendar: always, to: closed, assumes: [usual]}\n",
        1,
    )
    chained = Engine(policy_of(text))
    decisions = tell(
        submit("04T09:00"), event("04T10:00", "resolve"), event("04T20:00", "rate", "customer"), on=chained
    )

    moves = [(move.timer, move.origin, move.state, move.at) for move in decisions[2].moves]
    assert [
        ("postpone", "resolved", "later", instant("04T11:00")),
        ("at-last", "later", "closed", instant("04T12:00")),
    ] == moves
    assert decisions[2].ticket is not None
    assert instant("04T12:00") == decisions[2].ticket.closed_at


def test_at_one_instant_the_timer_comes_first() -> None:
    """Also when the event is the last moment of the delay; a second earlier it is in time (THREATS K04)."""
    resolved = ticket_after(submit("04T09:00"), event("04T10:00", "resolve"))

    assert [False, True] == [
        engine().apply(resolved, event(at, "close")).accepted for at in ("05T10:00", "05T09:59:59")
    ]


def test_time_may_pass_without_an_event() -> None:
    """Up to an instant and including it; nothing fires twice (THREATS K03)."""
    resolved = ticket_after(submit("04T09:00"), event("04T10:00", "resolve"))
    early, due = (engine().pass_time(resolved, instant(at)) for at in ("05T09:59:59", "05T10:00"))

    assert early.ticket is not None
    assert due.ticket is not None
    assert ["resolved", "gone"] == [early.ticket.state, due.ticket.state]
    assert () == engine().pass_time(due.ticket, instant("29T10:00")).moves
    assert ("auto-close", "timer") in [(each.id, each.kind) for each in due.reasons]


def test_a_timer_that_moves_nothing_moves_time_too() -> None:
    """The reminder of 14:00 was given: nothing can have happened at 13:00 any more."""
    resolved = ticket_after(submit("04T09:00"), event("04T10:00", "resolve"))
    reminded = engine().pass_time(resolved, instant("04T15:00")).ticket
    late = engine().apply(reminded, event("04T13:00", "tag", data={"tag": "late"}))

    assert late.refusal is not None
    assert "out-of-order" == late.refusal.code
    assert engine().apply(reminded, event("04T14:00", "tag", data={"tag": "in time"})).accepted


def test_clocks_hear_of_the_move_of_a_timer() -> None:
    """Nobody ever took the ticket up: its closing, at the timer's own due instant, ends what was promised."""
    resolved = ticket_after(submit("04T09:00"), event("04T10:00", "resolve"))
    changes = engine().pass_time(resolved, instant("06T10:00")).clock_changes

    assert [("cancelled", "answer", instant("05T10:00"))] == [(each.what, each.commitment, each.at) for each in changes]


def test_nothing_is_asked_of_a_timer_but_its_effects() -> None:
    """What it tells names the ticket's facts, cites its clauses, and comes at its due instant."""
    resolved = ticket_after(submit("04T09:00"), event("04T10:00", "resolve"))
    (effect,) = engine().pass_time(resolved, instant("04T15:00")).effects[:1]

    assert ("notify", "customer", "remind", ("D-6",)) == (effect.kind, effect.to, effect.timer, effect.clauses)
    assert instant("04T14:00") == effect.at


def test_warnings_and_timers_come_in_the_order_of_their_instants() -> None:
    """A promise that runs while the ticket is resolved warns at 13:00, before the reminder of 14:00."""
    promise = (
        "{id: follow-up, start: {enters: resolved}, stop: {on: rate}, cycles: many, calendar: office, within: 6h, "
        "warn-at: [50%], on-reopen: ignore, clauses: [D-7]}"
    )
    on = Engine(policy_of(DESK.replace("commitments:\n", f"commitments:\n  - {promise}\n", 1)))
    ticket = ticket_after(submit("04T09:00"), event("04T10:00", "resolve"), on=on)
    effects = on.pass_time(ticket, instant("04T15:00")).effects

    assert [("follow-up", instant("04T13:00")), ("remind", instant("04T14:00"))] == [
        (effect.commitment or effect.timer, effect.at) for effect in effects
    ]


def test_limits_are_in_the_order_in_which_they_fall_due() -> None:
    """Timers and clocks, for the host's scheduler."""
    ticket = ticket_after(submit("04T09:00"))
    limits = engine().due(ticket)

    assert [("clock", "answer"), ("clock", "resolve")] == [(each.kind, each.id) for each in limits]
    assert sorted(each.at for each in limits) == [each.at for each in limits]


@pytest.mark.parametrize(
    "after, how, calendar, due",
    [
        ("90min", None, "office", "11T09:30"),
        ("2bd", "dates", "office", "12T17:00"),
        ("1.5bd", "opening-time", "office", "12T12:00"),
        ("2bd", "same-time", "office", "12T16:00"),
        ("2d", None, "always", "10T16:00"),
        ("2h", None, "always", "08T18:00"),
    ],
)
def test_every_form_of_delay_counts_as_promises_do(after: str, how: str | None, calendar: str, due: str) -> None:
    """From Friday at 16:00: opening time, dates, the same local time; days elapsed on `always` alone."""
    meaning = f", business-day: {how}" if how else ""
    timer = f"{{id: remind, in: resolved, after: {after}, calendar: {calendar}{meaning}, to: gone, clauses: [D-6]}}"
    text = re.sub(r"\{id: remind,.*", timer, DESK)
    on = Engine(policy_of(text))
    expected = due_at(
        parse_duration(after), on.schedule.calendars[calendar], seconds_of(instant("08T16:00")), business_day=how
    ).due_s
    ticket = ticket_after(submit("08T09:00"), event("08T16:00", "resolve"), on=on)

    assert expected == next(each.due_s for each in ticket.standing.timers if each.timer == "remind")
    assert due == waiting(ticket, on)["remind"]
