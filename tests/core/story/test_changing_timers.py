"""Timers that set facts, climb, or move at once: what a decision says of them, and what the story tells."""

from __future__ import annotations

from small_desk import event, policy_of

from upheld.core.story.episode import Episode
from upheld.core.time.instant import text_of
from upheld.engine import Engine
from upheld.explaining import explain

POLICY = """
upheld: 1
policy: relay
version: 1.0.0
zone: Europe/Paris
vendor: {name: Relay}
sources: {terms: {title: Terms}}
clauses: {R-1: {says: relayed}, R-2: {says: raised}}
facts: {queue: {one-of: [desk, owner], default: desk, clauses: [R-2]}}
roles: {agent: {}}
severities: [{id: high, clauses: [R-2]}, {id: low, clauses: [R-2]}]
states: {open: {core: open}, given: {core: qualified}, assigned: {core: qualified}, closed: {core: closed}}
events:
  submit: {by: agent, data: {severity: {required: true}}, sets: {severity: event.severity}}
  close: {by: agent}
transitions:
  - {id: submit, on: submit, opens: true, to: open, clauses: [R-1]}
  - {id: close, on: close, from: assigned, to: closed, clauses: [R-1]}
timers:
  - {id: give, in: open, after: 0min, to: given, clauses: [R-1]}
  - {id: assign, in: given, after: 0min, to: assigned, clauses: [R-1]}
  - {id: raise, in: assigned, after: 4h, calendar: always, sets: {queue: owner, severity: high}, escalate: 1,
     clauses: [R-2]}
escalation: {levels: [desk, owner], clauses: [R-2]}
commitments:
  - {id: assigned, start: {enters: given}, stop: {enters: assigned}, calendar: always, within: 1min, clauses: [R-1]}
  - {id: end, start: {on: submit}, stop: {enters: closed}, calendar: always, on-change: retarget,
     clauses: [R-1], within: [{when: {severity: high}, is: 5h, clauses: [R-1]}, {is: 9h, clauses: [R-1]}]}
"""
SUBMITTED = event("04T10:00", "submit", data={"severity": "low"})
CLOSED = event("04T14:00", "close")


def test_the_answer_to_a_record_has_moved_already() -> None:
    """Nobody has to let time pass."""
    engine = Engine(policy_of(POLICY))
    decision = engine.apply(None, SUBMITTED)

    assert decision.ticket is not None
    assert "assigned" == decision.ticket.state
    assert [(None, "open"), ("give", "given"), ("assign", "assigned")] == [(m.timer, m.state) for m in decision.moves]
    assert [("assigned", "started"), ("assigned", "stopped")] == [
        (each.commitment, each.what) for each in decision.clock_changes if each.commitment == "assigned"
    ]
    assert ["timer", "timer"] == [each.kind for each in decision.reasons if each.kind == "timer"]
    assert ["raise"] == [each.id for each in engine.due(decision.ticket) if each.kind == "timer"]


def test_a_timer_that_only_sets_fires_once_and_says_so() -> None:
    """Facts, level and the retargeted clock; the level reached is told, by the timer's clause and the escalation's."""
    engine = Engine(policy_of(POLICY))
    ticket = engine.apply(None, SUBMITTED).ticket
    assert ticket is not None
    decision = engine.pass_time(ticket, CLOSED.at)

    assert decision.ticket is not None
    assert ("owner", "high", 2) == (decision.ticket.queue, decision.ticket.severity, decision.ticket.level)
    assert [("end", "retargeted")] == [(each.commitment, each.what) for each in decision.clock_changes]
    assert [("owner", "raise", ("R-2",))] == [(each.to, each.timer, each.clauses) for each in decision.effects]
    assert () == engine.pass_time(decision.ticket, event("05T14:00", "close").at).timers


def test_the_story_tells_each_at_its_place() -> None:
    """What a record made happen at once stands after it, what came before it by itself stands before it."""
    story = explain(policy_of(POLICY), [SUBMITTED, CLOSED], "T-1", None, "2024-03-05T00:00Z")

    def row(each: Episode) -> tuple[object, ...]:
        facts = [(fact.name, fact.before, fact.held) for fact in each.facts]
        turns = [(turn.commitment.id, turn.what) for turn in each.turns]
        return text_of(each.at_s)[8:16], each.timer.id if each.timer else each.seq, facts, each.level, turns

    assert [
        ("04T09:00", 1, [("severity", None, "low")], None, [("end", "started")]),
        ("04T09:00", "give", [], None, [("assigned", "started")]),
        ("04T09:00", "assign", [], None, [("assigned", "stopped")]),
        ("04T13:00", "raise", [("severity", "low", "high"), ("queue", "desk", "owner")], 2, [("end", "retargeted")]),
        ("04T13:00", 2, [], None, [("end", "stopped")]),
    ] == [row(each) for each in story.episodes]
