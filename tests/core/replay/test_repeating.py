"""Records that repeat: tickets that stand alike take the same steps, and nobody can tell."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings
from small_desk import policy_of

from upheld import Event, load_policy
from upheld.core.decision.engine import Decided
from upheld.core.replay.repeating.automaton import MOST_CLOCKS, Automaton
from upheld.core.replay.replay import Replay
from upheld.core.replay.unpromised import Promising
from upheld.core.replay.verdict import Log
from upheld.engine import Engine

BASE = load_policy("base")
ASKING = """
upheld: 1
policy: asking
version: 1.0.0
extends: base@1.0.0
zone: Etc/UTC
vendor: {name: Asking}
sources: {terms: {title: Terms}}
clauses: {T-1: {says: each question is answered}}
commitments:
- {id: answer, start: {on: comment}, stop: {on: resolve}, within: 2h, calendar: always, cycles: many, on-reopen: ignore,
  clauses: [T-1]}
"""
STORY = ("submit", "qualify", "start-fix", "comment", "resolve", "reopen", "resolve", "close")


def told(ticket: str, story: list[tuple[str, int]], later_min: int) -> list[Event]:
    """The events of a ticket, each so many minutes after the one before."""
    found, minute = list[Event](), later_min
    for name, length_min in story:
        minute += length_min
        opens = {"channel": "email"} if name == "submit" else {}
        at = f"2026-03-{2 + minute // 1440:02}T{minute // 60 % 24:02}:{minute % 60:02}Z"
        actor = "customer:kim" if name == "submit" else "agent"
        found.append(Event.from_record({"ticket": ticket, "at": at, "event": name, "actor": actor, **opens}))
    return found


STORIES = st.lists(st.tuples(st.sampled_from(STORY), st.integers(-5, 900)), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None)
@given(STORIES, STORIES, st.sampled_from([0, 3, 50_000]))
def test_records_taken_together_are_decided_as_one_by_one(
    one: list[tuple[str, int]], other: list[tuple[str, int]], kept: int
) -> None:
    """However many steps are kept before they are forgotten, and whatever was refused or came late."""
    opened = [("submit", 10), *one], [("submit", 20), *other], one
    events = [event for at in range(9) for event in told(f"T-{at}", opened[at % 3], 7 * at)]
    together, alone = Replay(Engine(BASE), outcomes_max=kept), Replay(Engine(BASE), outcomes_max=0)
    together.take_all(events)
    for event in events:
        alone.take(event)

    assert alone.result() == together.result()


def test_what_was_decided_of_a_ticket_is_not_decided_of_the_next() -> None:
    """Of forty tickets with one story, the decisions of a few are made."""

    class Counting(Engine):
        decided = 0

        def decide(self, *asked: Any) -> Decided:
            self.decided += 1
            return super().decide(*asked)

    engine = Counting(BASE)
    story = [(name, 30) for name in ("submit", "qualify", "start-fix", "comment", "comment", "resolve", "close")]
    run = Replay(engine)
    run.take_all(event for at in range(40) for event in told(f"T-{at}", story, at))

    assert engine.decided <= 2 * len(story)
    assert 40 * len(story) == sum(each["events"] for each in run.verdicts())


def test_a_ticket_on_which_ever_more_clocks_run_stands_like_no_other() -> None:
    """What is kept of one with thousands would be as long for each of its records, and good for none."""
    engine = Engine(policy_of(ASKING))
    automaton, log = Automaton(engine, engine.table(), Promising(engine)), Log("T-1")
    statuses = []
    for event in told("T-1", [("submit", 1)] + [("comment", 1)] * (MOST_CLOCKS + 1), 0):
        log.standing = engine.decide(log.standing, event).standing
        statuses.append(automaton.status(log))

    assert None not in statuses[:-1]
    assert statuses[-1] is None


def test_more_statuses_than_are_kept_are_forgotten_though_no_step_is_known() -> None:
    """A history of which every record is decided would else leave one for each."""
    engine = Engine(policy_of(ASKING))
    automaton, log = Automaton(engine, engine.table(2), Promising(engine)), Log("T-1")
    for event in told("T-1", [("submit", 1), ("comment", 1), ("comment", 1)], 0):
        log.standing = engine.decide(log.standing, event).standing
        automaton.status(log)

    assert automaton.is_off
