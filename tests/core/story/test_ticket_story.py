"""The story of a ticket: everything that its verdict tells, in order, with what did it and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from small_desk import contracts, desk, event, policy_of, record, submit

from upheld.core.record.event import Event
from upheld.core.story.episode import Episode
from upheld.core.story.ticket_story import TicketStory
from upheld.core.time.instant import seconds_of, text_of
from upheld.explaining import explain
from upheld.replaying import replay

STORY = (
    submit("04T10:00", customer="acme"),
    event("04T10:10", "take"),
    event("04T10:20", "set-severity", data={"severity": "low"}),
    event("04T11:00", "ask"),
    event("04T13:00", "answer", "customer:kim"),
    event("04T14:00", "close"),
    event("04T18:00", "take"),
    event("05T11:00", "resolve"),
)


def told(*events: Event, as_of: str | None = "2024-03-08T10:00Z", **options: Any) -> TicketStory:
    return explain(desk(), events, "T-1", contracts(), as_of, **options)


def at(each: Episode) -> str:
    return text_of(each.at_s)[8:16]


def of_record(story: TicketStory, seq: int) -> Episode:
    return next(each for each in story.episodes if each.seq == seq)


def test_records_and_what_came_by_itself_stand_in_the_order_of_their_instants() -> None:
    """A warning reached while nothing was recorded, and timers, each have an instant of their own."""
    assert [
        (1, "04T09:00", None),
        (2, "04T09:10", None),
        (3, "04T09:20", None),
        (4, "04T10:00", None),
        (5, "04T12:00", None),
        (6, "04T13:00", None),
        (None, "04T15:00", None),
        (7, "04T17:00", None),
        (8, "05T10:00", None),
        (None, "05T14:00", "remind"),
        (None, "06T10:00", "auto-close"),
    ] == [(each.seq, at(each), each.timer and each.timer.id) for each in told(*STORY).episodes]


def test_a_record_says_what_it_did() -> None:
    """Facts, moves, clocks, effects and the timers that wait since."""
    story = told(*STORY)
    opening, lowered, resolved = (of_record(story, seq) for seq in (1, 3, 8))

    assert opening.opens
    assert [("severity", None, "high"), ("queue", None, "first"), ("type", None, "question")] == [
        (each.name, each.before, each.held) for each in opening.facts
    ]
    assert ("D-1",) == opening.facts[1].case.clauses if opening.facts[1].case else ()
    assert [("started", "answer"), ("started", "resolve")] == [(t.what, t.commitment.id) for t in opening.turns]
    assert [("severity", "high", "low")] == [(each.name, each.before, each.held) for each in lowered.facts]
    assert ["low instead of high"] == [each.about for each in lowered.effects]
    assert [("doing", "resolved", "resolve")] == [(m.origin, m.state, m.transition) for m in resolved.moves]
    assert ["remind", "auto-close", "warn"] == [each.timer for each in resolved.waits]


def test_a_clock_is_told_as_it_stood_just_then() -> None:
    """Its due time moves while the ticket's story goes on."""
    dues = [
        (turn.what, None if turn.row is None or turn.row.due_s is None else text_of(turn.row.due_s)[8:16])
        for each in told(*STORY).episodes
        for turn in each.turns
        if turn.commitment.id == "resolve"
    ]

    assert [
        ("started", "05T09:00"),
        ("paused", None),
        ("continued", "05T11:00"),
        ("warned", "05T11:00"),
        ("stopped", "05T11:00"),
    ] == dues


def test_a_refusal_says_which_condition_failed_on_which_fact() -> None:
    """A transition from another state, a rule's requirement; nothing else is told of it."""
    story = told(*STORY[:3], event("04T10:30", "set-severity", data={"severity": "high"}), event("04T11:00", "close"))
    rule, transition = of_record(story, 4), of_record(story, 5)

    assert rule.refusal is not None
    assert ("rule", "only-lower") == (rule.refusal.code, rule.refusal.rule)
    assert [("rule", "only-lower", {"event.severity": "high", "severity": "low"})] == [
        (each.kind, each.id, dict(each.facts)) for each in rule.reasons
    ]
    assert [("close", {"state": "doing"})] == [(each.id, dict(each.facts)) for each in transition.reasons]
    assert ((), (), ()) == (rule.moves, rule.facts, rule.turns)


def test_a_transition_that_was_not_taken_says_why() -> None:
    """Of two on one event, the other one's condition failed."""
    fault = submit(data={"type": "fault"})
    story = told(fault, event("04T10:10", "resolve"), event("04T10:20", "reopen", "customer"))

    assert [("reopen-question", {"type": "fault", "solved": True})] == [
        (each.id, dict(each.facts)) for each in of_record(story, 3).against
    ]


def test_a_refusal_after_as_of_fires_no_timer() -> None:
    """By default as-of is the last accepted record: what would have come by itself later has not."""
    story = told(*STORY, event("20T10:00", "close"), as_of=None)

    assert "no-transition" == getattr(of_record(story, 9).refusal, "code", "")
    assert [] == [each for each in story.episodes if each.timer is not None]
    assert story.standing is not None
    assert "resolved" == story.standing.state


def test_a_refusal_before_as_of_comes_after_the_timers_due() -> None:
    """The ticket had closed by itself when somebody tried."""
    story = told(*STORY, event("07T10:00", "close"))

    assert ["remind", "auto-close", None] == [each.timer and each.timer.id for each in story.episodes[-3:]]
    assert [9] == [each.seq for each in story.episodes[-1:]]


def test_a_timer_and_a_record_at_one_instant_are_told_apart() -> None:
    """What the timer's move did to clocks is told with the timer, the rest with the record."""
    text = desk_text(
        "{id: rating, duty: true, start: {enters: closed}", "{id: rating, duty: true, start: {enters: gone}"
    )
    rate = event("06T11:00", "rate", "customer")
    story = explain(policy_of(text), [*STORY, rate], "T-1", contracts(), "2024-03-08T10:00Z")
    timer, last = story.episodes[-2:]

    assert ["started"] == [each.what for each in timer.turns]
    assert timer.at_s == last.at_s
    assert ["stopped"] == [each.what for each in last.turns]


def desk_text(old: str, new: str) -> str:
    from small_desk import DESK

    assert old in DESK
    return DESK.replace(old, new)


def test_a_promise_that_does_not_apply_says_on_which_fact() -> None:
    """Something began it, and its condition did not hold; one that has a clock is not among them."""
    low = "when: {severity: low}, on-change: keep"
    text = desk_text("{id: resolve, start: {on: submit}", f"{{id: resolve, {low}, start: {{on: submit}}")
    story = explain(policy_of(text), [submit(), event("04T10:10", "take")], "T-1")
    other = explain(policy_of(text), [submit(data={"severity": "low"})], "T-1")

    assert [("resolve", 1, (("severity", "high"),))] == [
        (each.commitment.id, each.seq, each.facts) for each in story.absent
    ]
    assert () == other.absent


def test_audit_mode_follows_what_was_observed() -> None:
    """A move to which nothing leads says what would have been possible; the state it is in already is no move."""
    states = ("open", "closed", "closed")
    events = [Event("T-1", event(f"04T1{n}:00", "x").at, state=state) for n, state in enumerate(states)]
    story = told(*events, audit=True)

    assert [True, False] == [move.conforms for each in story.episodes for move in each.moves]
    assert ("take", "resolve") == story.episodes[1].moves[0].possible
    assert () == story.episodes[2].moves
    assert story.audit


def test_a_ticket_that_nothing_opened_has_a_story() -> None:
    """Every record refused, and no state."""
    story = told(event("04T10:00", "take"), submit(ticket="T-2"))

    assert (None, (), 1) == (story.standing, story.clocks, len(story.episodes))


def test_records_later_than_as_of_are_counted() -> None:
    """They were not read."""
    story = told(*STORY, as_of="2024-03-04T12:30Z")

    assert (5, 3) == (len(story.episodes), story.later)


def test_everything_cited_is_listed_once_in_the_order_of_the_policy() -> None:
    """So that a page can say what each of them says."""
    story = told(*STORY)

    assert ("D-0", "D-1", "D-2", "D-3", "D-6", "D-7", "D-9") == story.clauses
    assert ("usual", "hours") == story.assumptions


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("T-1", "T-2")),
        st.integers(0, 30 * 60),
        st.sampled_from(
            (
                *("take", "ask", "resolve", "close", "set-severity high", "set-severity low", "escalate", "split"),
                *("answer", "reopen", "mark", "rate", "nonsense"),
            )
        ),
    ),
    max_size=14,
)


def history(steps: Iterable[tuple[str, int, str]]) -> list[Event]:
    """Two tickets, opened on a Monday morning, to which things happen within minutes or days."""
    events = [submit(ticket="T-1", customer="acme"), submit("04T10:05", ticket="T-2", data={"type": "fault"})]
    at_s = events[-1].at_s
    for ticket, minutes, what in steps:
        at_s += minutes * 60
        name, _, severity = what.partition(" ")
        customers = name in ("answer", "reopen", "rate", "mark")
        data: dict[str, Any] = {"severity": severity} if severity else {}
        data |= {"into": 3} if name == "split" else {"minutes": 90, "urgent": True} if name == "mark" else {}
        events.append(event(text_of(at_s), name, "customer" if customers else "agent", ticket, data=data))
    return events


@given(STEPS, st.sampled_from((None, "2024-03-06T09:00Z", "2024-06-01T00:00Z")))
def test_the_story_tells_what_the_verdict_tells(steps: list[tuple[str, int, str]], as_of: str | None) -> None:
    """Every refusal, flag, move, effect and clock, once and at its instant, whatever happened."""
    events = history(steps)
    verdicts = replay(desk(), map(record, events), contracts(), as_of)
    for verdict in verdicts["tickets"]:
        story = explain(desk(), events, verdict["ticket"], contracts(), as_of)
        compare(verdict, story)
        assert verdicts["as_of"] == (None if story.as_of_s is None else text_of(story.as_of_s))


@given(st.lists(st.tuples(st.integers(0, 3000), st.sampled_from(tuple(desk().states))), min_size=1, max_size=10))
def test_the_story_of_what_was_observed_tells_what_the_verdict_tells(steps: list[tuple[int, str]]) -> None:
    """In audit mode too."""
    events, at_s = [], submit().at_s
    for minutes, state in steps:
        at_s += minutes * 60
        events.append(Event("T-1", event(text_of(at_s), "x").at, state=state, data={"severity": "low"}))
    (verdict,) = replay(desk(), map(record, events), audit=True)["tickets"]

    compare(verdict, explain(desk(), events, "T-1", audit=True))


def compare(verdict: dict[str, Any], story: TicketStory) -> None:
    episodes = story.episodes
    standing = story.standing
    assert (verdict["state"], verdict["level"]) == ((standing.state, standing.level) if standing else (None, 1))
    assert verdict["events"] == sum(each.event is not None for each in episodes)
    refused = [(each.seq, each.refusal.code) for each in episodes if each.refusal is not None]
    assert [(each["seq"], each["code"]) for each in verdict["refused"]] == refused
    flags = [(each.seq, flag.code, flag.rule) for each in episodes for flag in each.flags]
    assert [(each["seq"], each["code"], each["rule"]) for each in verdict["flags"]] == flags
    moves = [(each.seq, m.origin, m.state, m.transition, m.timer) for each in episodes for m in each.moves]
    assert [
        (each["seq"] if not story.audit else seq, each["from"], each["to"], each["transition"], each.get("timer"))
        for each, (seq, *_) in zip(verdict["moves"], moves, strict=True)
    ] == moves
    effects = [(text_of(seconds_of(effect.at)), effect.about) for each in episodes for effect in each.effects]
    assert sorted((each["at"], each["about"]) for each in verdict["effects"]) == sorted(effects)
    assert verdict["commitments"] == [each.row.as_document() for each in story.clocks]
    assert set(verdict["assumptions"]) <= set(story.assumptions)
    instants = [each.at_s for each in episodes if each.refusal is None]
    assert sorted(instants) == instants
