"""Laws of the engine, on random histories: THREATS M01 to M08, K08, and those of DESIGN section 11."""

from __future__ import annotations

import json
import pickle
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_desk import contracts, desk, engine, event, instant, record, submit

from upheld.core.lifecycle.machine import compile_machine, move_table, timer_trigger
from upheld.core.record.event import Event
from upheld.core.record.ticket import Ticket
from upheld.replaying import replay

NAMES = [name for name in desk().events if name != "ask-anything"]
DATA: dict[str, list[dict[str, object]]] = {
    "submit": [{"type": "fault", "severity": "high"}, {"type": "question", "severity": "low", "tags": ["a"]}, {}],
    "set-severity": [{"severity": "high"}, {"severity": "low"}, {"severity": "none"}],
    "retype": [{"type": "fault"}, {"type": "question"}],
    "tag": [{"tag": "a"}, {"tag": "b"}],
    "mark": [{"minutes": 5}, {"urgent": True, "minutes": 90}, {"minutes": 0}, {"on": "2024-02-29"}],
    "split": [{"into": 3}],
    "escalate": [{}, {"to": 2}, {"to": 3}],
    "excuse": [{"from": "2024-03-04T09:00Z", "until": "2024-03-05T09:00Z"}, {}],
}
STEPS = st.tuples(
    st.sampled_from([*NAMES, "submit", "take", "resolve", "resolve", "nonsense"]),
    st.sampled_from(("agent", "customer", "agent:kim", "watcher")),
    st.sampled_from(("portal", "phone", "email", "")),
    st.integers(0, 10**6),
    st.sampled_from((0, 1, 60, 3600, 4 * 3600, 86_400, 5 * 86_400, -60)),
)


def story(steps: list[tuple[str, str, str, int, int]], ticket: str = "T-1") -> list[Event]:
    """The events that random steps stand for; the first opens the ticket."""
    at = instant("04T10:00")
    events = [submit("04T10:00", ticket=ticket, customer="acme")]
    for name, actor, channel, which, seconds in steps:
        at += timedelta(seconds=seconds)
        data = DATA.get(name, [{}])
        events.append(Event(ticket, at, name, actor, channel, "acme", data[which % len(data)]))
    return events


STORIES = st.lists(STEPS, max_size=25).map(story)
ENDINGS = st.lists(
    st.tuples(
        st.sampled_from(("resolve", "mark", "mark", "tag", "reopen", "close")),
        st.sampled_from(("agent", "customer")),
        st.just("portal"),
        st.integers(0, 1),
        st.sampled_from((0, 60, 3600, 3 * 3600, 4 * 3600, 86_400)),
    ),
    max_size=12,
).map(lambda steps: story([("resolve", "agent", "", 0, 60), *steps]))
"""Stories of resolved tickets, on which timers wait and are reset."""
DELAYS = {"remind": 4 * 3600, "auto-close": 8 * 3600, "warn": 8 * 3600}
NOT_WELL_FORMED = ("out-of-order", "unknown-event", "not-allowed", "invalid-data")


@given(STORIES)
def test_a_state_is_one_of_the_policys_and_moves_are_in_its_table(events: list[Event]) -> None:
    """M01, M02: and each move leaves the state that the one before entered."""
    table = move_table(compile_machine(desk()))
    ticket, state = None, None
    for each in events:
        decision = engine().apply(ticket, each)
        for move in decision.moves:
            trigger = timer_trigger(move.timer) if move.timer else each.event
            assert state == move.origin
            assert (move.transition or move.timer, move.state) in table[move.origin, trigger]
            state = move.state
        ticket = decision.ticket
        assert ticket is not None
        assert state == ticket.state
        assert ticket.core_state == desk().states[ticket.state].core


@given(STORIES)
def test_a_refused_event_changes_nothing(events: list[Event]) -> None:
    """M03: the ticket is equal to the one before, but for timers that were due."""
    ticket = None
    for each in events:
        decision = engine().apply(ticket, each)
        if not decision.accepted:
            assert () == decision.flags
            assert all(move.timer for move in decision.moves)
            if not decision.timers:
                assert ticket == decision.ticket
            elif ticket is not None:
                due = max(run.due_at for run in decision.timers)
                assert engine().pass_time(ticket, due).ticket == decision.ticket
        ticket = decision.ticket


@given(STORIES)
def test_the_same_history_gives_the_same_verdicts(events: list[Event]) -> None:
    """M04: byte for byte, whether the records are events or mappings."""
    first = replay(desk(), events, contracts(), journal=True)
    second = replay(desk(), [record(each) for each in events], contracts(), journal=True)

    assert json.dumps(first) == json.dumps(second)


@given(STORIES)
@settings(max_examples=40)
def test_a_history_can_be_split_anywhere(events: list[Event]) -> None:
    """M05: going on from a pickled ticket, in what could be another process, gives the same ticket and answers."""
    answers, tickets = [], [None]
    for each in events:
        answers.append(engine().apply(tickets[-1], each))
        tickets.append(answers[-1].ticket)
    for cut in range(len(events)):
        ticket: Ticket | None = pickle.loads(pickle.dumps(tickets[cut]))
        for answer, each in zip(answers[cut:], events[cut:]):
            decision = engine().apply(ticket, each)
            assert answer == decision
            ticket = decision.ticket
            if cut < len(events) - 4:
                break
        assert tickets[-1] == ticket or cut < len(events) - 4


@given(STORIES)
def test_what_has_ended_accepts_only_what_says_so(events: list[Event]) -> None:
    """M06: in a final state nothing waits, and only events with a transition there, or that say so, are accepted."""
    ticket = None
    for each in events:
        decision = engine().apply(ticket, each)
        if ticket is not None and desk().states[ticket.state].final:
            assert () == ticket.standing.timers
            if decision.accepted:
                assert desk().events[each.event].in_final_states
        ticket = decision.ticket


@given(STORIES)
def test_timers_come_in_chains_of_bounded_length(events: list[Event]) -> None:
    """M07: before one event no more of them fire than the policy has."""
    ticket = None
    for each in events:
        decision = engine().apply(ticket, each)
        assert len(decision.timers) <= len(desk().timers)
        assert decision.timers == tuple(sorted(decision.timers, key=lambda run: (run.due_at, run.timer)))
        ticket = decision.ticket


@given(ENDINGS)
def test_what_waits_can_be_worked_out_from_scratch(events: list[Event]) -> None:
    """K08: from entering the state, the resets since, and the time that has passed; nothing else is remembered."""
    ticket, starts, now = None, {}, events[0].at
    for each in events:
        decision = engine().apply(ticket, each)
        if decision.refusal is None or decision.refusal.code not in NOT_WELL_FORMED:
            now = each.at
        ticket = decision.ticket
        assert ticket is not None
        if decision.moves:
            starts = {timer.id: ticket.entered_at for timer in desk().timers if ticket.state in timer.states}
        if decision.accepted and each.event == "mark" and each.role == "customer":
            starts |= {name: each.at for name in ("remind", "auto-close") if name in starts}
        due = {name: engine().schedule.calendars["office"].add(at, DELAYS[name]) for name, at in starts.items()}
        waiting = {limit.id: limit.at for limit in engine().due(ticket) if limit.kind == "timer"}
        assert {name: at for name, at in due.items() if at > now} == waiting


@given(STORIES)
def test_nothing_is_closed_that_was_not_resolved(events: list[Event]) -> None:
    """M08: the moves that the policy demands before a closure have been made."""
    replayed = replay(desk(), events, contracts())
    for verdict in replayed["tickets"]:
        way = [move["to"] for move in verdict["moves"]]
        if verdict["core_state"] in ("closed", "auto-closed"):
            assert "resolved" == way[-2]


@given(STORIES)
def test_a_live_ticket_agrees_with_its_replay(events: list[Event]) -> None:
    """Whether time passes in between, at any lag, or only with the next event: the ticket is the same."""
    live = ticket = None
    for each in events:
        if live is not None and each.at > live.last_at:
            live = engine().pass_time(live, live.last_at + (each.at - live.last_at) / 2).ticket
        live, ticket = engine().apply(live, each).ticket, engine().apply(ticket, each).ticket
    until = max(each.at for each in events)
    assert ticket is not None
    assert live is not None
    assert engine().pass_time(ticket, until).ticket == engine().pass_time(live, until).ticket


@given(st.lists(st.lists(STEPS, max_size=8), min_size=2, max_size=4), st.integers(0, 10**6))
@settings(max_examples=50)
def test_shuffling_tickets_changes_nothing(several: list[list[tuple[str, str, str, int, int]]], seed: int) -> None:
    """Byte-identical verdicts, however the records of different tickets are mixed."""
    stories = [story(steps, f"T-{number}") for number, steps in enumerate(several)]
    mixed = _mixed(stories, Random(seed))

    straight = replay(desk(), [each for events in stories for each in events], contracts(), journal=True)
    assert json.dumps(straight) == json.dumps(replay(desk(), mixed, contracts(), journal=True))


def _mixed(stories: list[list[Event]], random: Random) -> list[Event]:
    """The same records in another order, each ticket's in its own."""
    left = [list(events) for events in stories]
    mixed = []
    while any(left):
        events = random.choice([events for events in left if events])
        mixed.append(events.pop(0))
    return mixed


def test_a_ticket_is_a_value() -> None:
    """Immutable, equal by value, and the same after pickling."""
    one, other = (engine().apply(None, submit()).ticket for _ in range(2))
    assert one is not None
    assert one == other == pickle.loads(pickle.dumps(one))
    assert len({one, other}) == 1
    for name in ("state", "_standing", "anything"):
        with pytest.raises(AttributeError, match="cannot be changed"):
            setattr(one, name, "closed")
    with pytest.raises(AttributeError):
        del one._standing
    with pytest.raises(TypeError):
        one.facts["vip"] = True  # type: ignore[index]  # which is the point
    with pytest.raises(TypeError, match="an engine makes tickets"):
        Ticket()


def test_what_goes_in_is_never_changed() -> None:
    """The event's data and the ticket are the same afterwards."""
    data = {"type": "question", "tags": ["b", "a"]}
    opening = submit(data=data)
    ticket = engine().apply(None, opening).ticket
    assert ticket is not None
    before = pickle.dumps(ticket)
    engine().apply(ticket, event("04T11:00", "tag", data={"tag": "c"}))

    assert before == pickle.dumps(ticket)
    assert {"type": "question", "severity": "high", "tags": ["b", "a"]} == dict(opening.data)
