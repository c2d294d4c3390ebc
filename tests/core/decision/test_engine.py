"""The engine takes one event through the steps of DESIGN section 3, in their order.

Each step has a test here that fails when it is left out, and the order of neighbours has one too.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from datetime import datetime

import pytest
from small_desk import DESK, contracts, desk, engine, event, instant, policy_of, submit, tell, ticket_after

from upheld.calendars.schedule import schedule_of
from upheld.core.decision.decision import Decision
from upheld.core.decision.engine import Engine as CoreEngine
from upheld.core.errors import CalendarError, RecordError, TicketError
from upheld.core.record.event import Event
from upheld.core.record.reason import FLAGS, REFUSALS
from upheld.engine import Engine
from upheld.loading import examine


class Busy:
    """A condition that a plugin decides, and that always holds."""

    reads = ("severity",)

    def holds(self, facts: Mapping[str, object]) -> bool:
        return facts["severity"] is not None


def code(decision: Decision) -> str | None:
    return None if decision.refusal is None else decision.refusal.code


def message(decision: Decision, language: str = "en") -> str:
    assert decision.refusal is not None
    return decision.refusal.text(language)


# Step 1: well formed?


def test_an_event_before_the_last_one_is_out_of_order() -> None:
    """An instant before what last happened to the ticket is refused; an equal one keeps the order of arrival."""
    decisions = tell(submit("04T10:00"), event("04T09:59", "take"), event("04T10:00", "take"))

    assert [None, "out-of-order", None] == [code(each) for each in decisions]
    assert "it lies before `2024-03-04T09:00:00Z`" in message(decisions[1])


def test_a_refused_event_moves_no_time() -> None:
    """After an event refused by a rule, an earlier one is still in order."""
    decisions = tell(submit("04T10:00"), event("04T12:00", "close"), event("04T11:00", "take"))

    assert [None, "no-transition", None] == [code(each) for each in decisions]


def test_a_naive_instant_is_no_instant() -> None:
    """Without its zone an instant could be any of many, so there is no such event."""
    with pytest.raises(CalendarError, match="give it a zone"):
        Event("T-1", datetime(2024, 3, 4, 10, 0), "submit")  # noqa: DTZ001  # which is the point


def test_an_unknown_event_is_told_with_the_nearest_name() -> None:
    """A misspelt event is refused, and what was probably meant is named."""
    decisions = tell(submit(), event("04T11:00", "resolv"), event("04T11:00", "banana"))

    assert ["unknown-event"] * 2 == [code(each) for each in decisions[1:]]
    assert "event `resolv` is not declared: did you mean `resolve`?" == message(decisions[1])
    assert "there are `submit`, `ask-anything`" in message(decisions[2])


@pytest.mark.parametrize(
    "actor, told",
    [
        ("customer:kim", "`customer` may not `take`; `agent` may"),
        ("agnet", "role `agnet` is not declared: did you mean `agent`?"),
        ("", "nobody is named as its actor; `agent` may `take`"),
    ],
)
def test_only_certain_roles_may_do_it(actor: str, told: str) -> None:
    """An actor whose role may not, or who has none, is refused, and who may is named."""
    decision = tell(submit(), event("04T11:00", "take", actor))[1]

    assert "not-allowed" == code(decision)
    assert decision.refusal is not None
    assert told == decision.refusal.message


def test_every_problem_of_the_data_is_told_at_once() -> None:
    """Wrong values, unknown fields and missing ones come in one refusal, which cites the fields' clauses."""
    decision = tell(event("04T10:00", "submit", "customer", data={"severity": "hihg", "summary": 7, "sumary": "x"}))[0]

    assert "invalid-data" == code(decision)
    told = message(decision)
    assert "`severity` cannot be `hihg`: did you mean `high`?" in told
    assert "`summary` holds text" in told
    assert "`submit` takes no field `sumary`: did you mean `summary`?" in told
    assert "field `type` is missing" in told
    assert decision.refusal is not None
    assert ("D-1", "D-7", "D-8") == decision.refusal.clauses


def test_bad_data_cite_the_scale_of_a_severity_and_the_event_of_an_unknown_field() -> None:
    severity = tell(event("04T10:00", "submit", "customer", data={"severity": "hihg", "type": "fault"}))[0]
    unknown = tell(event("04T10:00", "submit", "customer", data={"type": "fault", "sumary": "x"}))[0]

    assert severity.refusal is not None
    assert unknown.refusal is not None
    assert ("D-7",) == severity.refusal.clauses
    assert ("D-1",) == unknown.refusal.clauses


@pytest.mark.parametrize(
    "data, told",
    [
        ({"severity": "hihg"}, "«\u00a0gravité\u00a0» ne peut pas être `hihg` : vouliez-vous dire `high` ?"),
        ({"severity": "purple"}, "«\u00a0gravité\u00a0» ne peut pas être `purple` : valeurs possibles : `high`, `low`"),
        ({"vip": "yes"}, "`vip` est vrai ou faux, et non `yes` : écrivez `true` ou `false`, sans guillemets"),
        ({"summary": 7}, "`summary` attend un texte, et `7` n’en est pas un : mettez-le entre guillemets"),
        ({"tags": [1]}, "`tags` attend un texte, et `1` n’en est pas un : mettez-le entre guillemets"),
    ],
)
def test_bad_data_are_told_in_one_language(data: dict[str, object], told: str) -> None:
    french = Engine(desk(), contracts(), language="fr")
    decision = french.apply(None, event("04T10:00", "submit", "customer", data={"type": "fault", **data}))

    assert decision.refusal is not None
    assert told == decision.refusal.message


def test_a_field_that_is_nothing_is_no_field() -> None:
    """What is `null` was not given: neither wrong nor enough where something is required."""
    decisions = [tell(submit(data={name: None}))[0] for name in ("summary", "type")]

    assert [None, "invalid-data"] == [code(each) for each in decisions]


def test_well_formed_is_asked_in_order() -> None:
    """Out of order comes before unknown, unknown before not allowed, not allowed before the data."""
    ticket = ticket_after(submit("04T10:00"))
    wrong = {"nonsense": 1}

    assert "out-of-order" == code(engine().apply(ticket, event("04T09:00", "nonsense", "nobody", data=wrong)))
    assert "unknown-event" == code(engine().apply(ticket, event("04T11:00", "nonsense", "nobody", data=wrong)))
    assert "not-allowed" == code(engine().apply(ticket, event("04T11:00", "take", "nobody", data=wrong)))
    assert "invalid-data" == code(engine().apply(ticket, event("04T11:00", "close", "customer", data=wrong)))


# Step 2: timers. More of them in test_timers.py.


def test_timers_due_fire_before_the_event() -> None:
    """Resolved on Monday at 10:30, closed by itself a day later: the event finds the state that this led to."""
    decisions = tell(submit(), event("04T10:30", "resolve"), event("05T10:30", "close"))

    assert "no-transition" == code(decisions[2])
    assert decisions[2].ticket is not None
    assert "gone" == decisions[2].ticket.state
    assert [("resolved", "gone", "auto-close")] == [(m.origin, m.state, m.timer) for m in decisions[2].moves]
    assert instant("05T10:30") == decisions[2].moves[0].at


def test_an_event_that_is_not_well_formed_fires_no_timer() -> None:
    """A record refused in step 1 moves no time."""
    ticket = ticket_after(submit(), event("04T10:30", "resolve"))
    decision = engine().apply(ticket, event("12T10:30", "nonsense"))

    assert "unknown-event" == code(decision)
    assert ticket == decision.ticket
    assert () == decision.moves


# Step 3: channel.


@pytest.mark.parametrize(
    "at, channel, told",
    [
        ("04T10:00", "", "no channel is given; it can come by `portal`, `phone`"),
        ("04T10:00", "fax", "channel `fax` is not declared; it can come by `portal`, `phone`"),
        (
            "04T10:00",
            "email",
            "use the portal to submit; channel `email` does not take `submit`; it can come by `portal`, `phone`",
        ),
        ("04T08:00", "phone", "channel `phone` is closed until `2024-03-04T09:00+01:00`; it can come by `portal`"),
        ("08T18:00", "phone", "channel `phone` is closed until `2024-03-11T09:00+01:00`; it can come by `portal`"),
        ("04T10:00", "hotline", "channel `hotline` is not open to this; it can come by `portal`, `phone`"),
    ],
)
def test_a_customer_needs_a_channel_that_takes_the_event_now(at: str, channel: str, told: str) -> None:
    """The refusal names the channels that do, and for one that is closed at this hour the next opening."""
    decision = tell(submit(at, channel=channel))[0]

    assert "channel-not-accepted" == code(decision)
    assert decision.refusal is not None
    assert told == decision.refusal.message


def test_a_channel_asks_its_condition_of_the_record() -> None:
    """The hotline is for customers with a contract of that day; the ticket's own channel does not count."""
    assert [None] == [code(each) for each in tell(submit(channel="hotline", customer="acme"))]
    assert ["channel-not-accepted"] == [
        code(each) for each in tell(submit("2024-07-01T10:00+02:00", channel="hotline", customer="acme"))
    ]
    assert "channel-not-accepted" == code(
        tell(submit(), event("04T10:05", "take"), event("04T11:00", "close", "customer", channel=""))[2]
    )


def test_some_need_no_channel() -> None:
    """Agents need none, nor does a role that says so, nor an event that says so."""
    decisions = tell(submit(actor="watcher"), event("04T11:00", "mark", "customer", channel="", data={"minutes": 1}))

    assert [None, None] == [code(each) for each in decisions]


def test_a_policy_without_channels_asks_for_none() -> None:
    """Nobody can come by a way that the policy does not know of."""
    from upheld import Engine, load_policy

    decision = Engine(load_policy("base")).apply(None, event("04T10:00", "submit", "customer", channel=""))

    assert decision.accepted


# Step 4: rules.


def test_the_first_rule_that_refuses_wins() -> None:
    """A refusal has the rule's id, its clauses and what failed on which facts; flags before it are dropped."""
    decision = tell(submit(), event("04T11:00", "set-severity", data={"severity": "high"}))[1]

    assert decision.refusal is not None
    assert ("rule", "only-lower", ("D-3",)) == (decision.refusal.code, decision.refusal.rule, decision.refusal.clauses)
    assert (("event.severity", "high"), ("severity", "high")) == decision.refusal.reasons[0].facts
    assert "rule `only-lower` is against it: `event.severity`: `high`, `severity`: `high`" == decision.refusal.message
    assert () == decision.flags


def test_of_two_rules_that_refuse_the_first_says_so() -> None:
    """The second one is not asked any more."""
    never = "\n  - {id: never, on: set-severity, refuse: always, clauses: [D-4]}\n  - id: well-marked\n"
    on = Engine(policy_of(DESK.replace("\n  - id: well-marked\n", never)))
    refusals = [
        tell(submit(), event("04T11:00", "set-severity", data={"severity": severity}), on=on)[1].refusal
        for severity in ("high", "low")
    ]

    assert ["only-lower", "never"] == [refusal.rule for refusal in refusals if refusal is not None]


def test_a_refusal_drops_the_flags_before_it() -> None:
    """Taken at night a ticket is flagged; that of a VIP is refused, and not flagged for it."""
    flagged = tell(submit(), event("04T20:00", "take"))[1]
    refused = tell(submit(data={"vip": True}), event("04T20:00", "take"))[1]

    assert (None, ["in-office-hours"]) == (code(flagged), [flag.rule for flag in flagged.flags])
    assert ("rule", ()) == (code(refused), refused.flags)
    assert refused.refusal is not None
    assert "no-vip-at-night" == refused.refusal.rule
    assert refused.ticket is not None
    assert frozenset() == refused.ticket.flagged


def test_a_requirement_is_asked_only_where_its_condition_holds() -> None:
    """Ninety minutes are too long for what is urgent, and for nothing else."""
    assert () == tell(submit(), event("04T11:00", "mark", data={"minutes": 90}))[1].flags


def test_every_requirement_that_fails_is_told() -> None:
    """A flag tells each of them, with the clauses and assumptions of the rule and of theirs."""
    decisions = tell(
        submit(),
        event("04T11:00", "mark", data={"urgent": True, "minutes": 90}),
        event("04T11:00", "mark", data={"urgent": True}),
    )

    first, second = (decision.flags[0] for decision in decisions[1:])
    assert "90 min are too long for what is urgent" == first.message
    assert "– min are too long for what is urgent; no minutes" == second.message
    assert (("D-8", "D-4"), ()) == (first.clauses, first.assumptions)
    assert (("D-8", "D-4"), ("usual",)) == (second.clauses, second.assumptions)
    assert all(decision.accepted for decision in decisions)


def test_a_rule_reads_the_ticket_as_it_was() -> None:
    """Steps 3 to 5 see facts as before the event: the severity that is being set is not there yet."""
    decision = tell(submit(), event("04T11:00", "set-severity", data={"severity": "low"}))[1]

    assert decision.accepted
    assert decision.ticket is not None
    assert "low" == decision.ticket.severity


def test_flags_can_be_read_from_the_next_event_on() -> None:
    """`flagged` holds the rules that flagged the ticket, not those of the event at hand."""
    marked = [submit(), event("04T11:00", "mark", data={})]

    assert "rule" == code(tell(*marked, event("04T12:00", "resolve"))[2])
    assert None is code(tell(submit(), event("04T12:00", "resolve"))[1])
    assert frozenset({"well-marked"}) == ticket_after(*marked).flagged
    assert frozenset({"well-marked", "in-office-hours"}) == ticket_after(*marked, event("04T20:00", "take")).flagged


def test_a_rule_reads_contracts_of_that_day() -> None:
    """An attribute of a contract is a set; the record's customer counts while there is no ticket."""
    decisions = [
        *tell(submit(customer="sited", data={"summary": "rome"})),
        *tell(submit(customer="sited", data={"summary": "lyon"})),
    ]

    assert ["rule", None] == [code(each) for each in decisions]
    assert "no contract for rome" == message(decisions[0])
    assert "pas de contrat pour rome" == message(decisions[0], "fr")


def test_the_channel_comes_before_the_rules() -> None:
    """Whoever comes by no way gets to hear that, and not what a rule would say."""
    assert "channel-not-accepted" == code(tell(submit(channel="", customer="sited", data={"summary": "rome"}))[0])


def test_a_record_outside_the_days_of_the_policy_is_judged_and_flagged() -> None:
    """The last day is included, in the policy's zone."""
    at = (
        "2023-12-31T23:59:59+01:00",
        "2024-01-01T00:00:00+01:00",
        "2024-12-31T23:59:59+01:00",
        "2025-01-01T00:00:00+01:00",
    )
    decisions = [tell(submit(each))[0] for each in at]

    assert [["outside-effective"], [], [], ["outside-effective"]] == [[f.code for f in d.flags] for d in decisions]
    assert (
        "it lies outside the days on which the policy applies: from `2024-01-01` to `2024-12-31`"
        == decisions[0].flags[0].message
    )
    assert ("D-0",) == decisions[0].flags[0].clauses
    assert all(each.accepted for each in decisions)


# Escalation, at the end of step 4.


def test_a_policy_may_apply_from_a_day_on() -> None:
    """Without a last one."""
    on = Engine(policy_of(DESK.replace("from: 2024-01-01, until: 2024-12-31", "from: 2024-01-01")))
    at = ("2023-12-31T12:00+01:00", "2024-07-01T12:00+02:00", "2025-01-01T12:00+01:00")

    assert [1, 0, 0] == [len(on.apply(None, submit(each)).flags) for each in at]


def test_escalation_goes_up_one_level_at_a_time() -> None:
    """Each one notifies the level reached; skipping one, or passing the last, is refused and cites the clause."""
    decisions = tell(
        submit(),
        event("04T11:00", "escalate", data={"to": 3}),
        event("04T11:00", "escalate", data={"to": 2}),
        event("04T12:00", "escalate"),
        event("04T13:00", "escalate"),
    )

    assert [None, "rule", None, None, "rule"] == [code(each) for each in decisions]
    assert [("notify", "lead"), ("notify", "boss")] == [
        (e.kind, e.to) for d in decisions for e in d.effects if d.ticket and e.to in ("lead", "boss")
    ]
    assert "the ticket is at level 1 and goes up one at a time: the next is 2, not 3" == message(decisions[1])
    assert "the ticket is at its last level, `boss`" == message(decisions[4])
    assert decisions[4].refusal is not None
    assert (("D-5",), None) == (decisions[4].refusal.clauses, decisions[4].refusal.rule)
    assert decisions[4].ticket is not None
    assert 3 == decisions[4].ticket.level


# Step 5: transition.


def test_exactly_one_transition_is_taken() -> None:
    """The one whose condition holds; the others say on which fact they failed."""
    faults = tell(submit(data={"type": "fault"}), event("04T11:00", "resolve"), event("04T12:00", "reopen", "customer"))

    assert ["reopen-fault"] == [move.transition for move in faults[2].moves]
    assert [("reopen-question", (("type", "fault"), ("solved", True)))] == [
        (each.id, each.facts) for each in faults[2].against
    ]


def test_two_transitions_that_hold_are_ambiguous() -> None:
    """Only where a plugin decides: nothing is taken, and both are named."""
    text = DESK.replace(
        "  - {id: answer, on: answer, from: asked,",
        "  - {id: take-up, on: take, from: open, to: asked, when: {hook: desk.busy}, clauses: [D-9]}\n"
        "  - {id: answer, on: answer, from: asked,",
    )
    policy = examine(text.encode(), "desk.yaml").policy
    assert policy is not None
    on = CoreEngine(policy, schedule_of(policy, (), contracts().override), contracts(), plugins={"desk.busy": Busy()})
    opened = on.apply(None, submit()).ticket
    refused = on.apply(opened, event("04T11:00", "take"))

    assert "ambiguous" == code(refused)
    assert "`take` in state `open` could take `take`, `take-up`" == message(refused)
    assert refused.ticket is opened


def test_no_transition_names_the_events_possible_now() -> None:
    """It cites every transition that exists on the event, whatever state it leaves."""
    decision = tell(submit(), event("04T11:00", "reopen", "customer"))[1]

    assert "no-transition" == code(decision)
    assert "`reopen` is not possible in state `open`; possible are `take`, `resolve`" == message(decision)
    assert decision.refusal is not None
    assert ("D-9",) == decision.refusal.clauses
    assert [("state", "open")] * 2 == [each.facts[0] for each in decision.refusal.reasons]


def test_a_ticket_knows_when_it_was_closed() -> None:
    """And when it came into its state; what is open again is not closed."""
    closed = ticket_after(submit(), event("04T11:00", "resolve"), event("04T12:00", "close"))

    assert instant("04T12:00") == closed.closed_at == closed.entered_at
    assert instant("04T10:00") == closed.opened_at
    assert None is ticket_after(submit(), event("04T11:00", "resolve")).closed_at
    rated = ticket_after(
        submit(), event("04T11:00", "resolve"), event("04T12:00", "close"), event("04T13:00", "rate", "customer")
    )
    assert (instant("04T12:00"), instant("04T13:00")) == (rated.closed_at, rated.last_at)


def test_to_stay_is_no_move() -> None:
    """The transition is taken, and nothing is left or entered."""
    decision = tell(submit(), event("04T10:05", "take"), event("04T11:00", "answer", "customer"))[2]

    assert decision.accepted
    assert () == decision.moves
    assert "answer-again" in [each.id for each in decision.reasons if each.holds]


def test_an_event_without_transitions_is_accepted_until_the_end() -> None:
    """In every state that is not final; in a final one only where the event says so."""
    done = [submit(), event("04T10:10", "resolve"), event("04T10:20", "close", "customer")]
    decisions = tell(*done, event("04T10:30", "mark", data={"minutes": 5}), event("04T10:40", "rate", "customer"))

    assert "no-transition" == code(decisions[3])
    assert "`mark` is not possible in state `closed`, in which the ticket has ended" == message(decisions[3])
    assert decisions[4].accepted


def test_a_second_opening_is_refused() -> None:
    """There is a ticket already."""
    assert "no-transition" == code(tell(submit(), submit("04T11:00"))[1])


def test_without_a_ticket_only_an_opening_is_accepted() -> None:
    """Any other event is refused; one that was declared to need no ticket is accepted, and opens none."""
    decisions = [
        engine().apply(None, each)
        for each in (event("04T10:00", "take"), event("04T10:00", "ask-anything", "customer"))
    ]

    assert ["no-ticket", None] == [code(each) for each in decisions]
    assert "there is no ticket: `take` needs one that `submit` has opened" == message(decisions[0])
    assert [None, None] == [each.ticket for each in decisions]
    assert [("notify", "a question by portal")] == [(each.kind, each.about) for each in decisions[1].effects]


def test_a_refused_opening_may_be_followed_by_a_good_one() -> None:
    """A ticket whose opening was refused has no state."""
    decisions = tell(submit(channel=""), event("04T10:00", "take"), submit("04T10:30"))

    assert ["channel-not-accepted", "no-ticket", None] == [code(each) for each in decisions]


def test_an_opening_whose_condition_fails_opens_nothing() -> None:
    """It has a transition, which is not taken: that is told, not that there is no ticket."""
    decision = tell(submit(data={"summary": "spam"}))[0]

    assert "no-transition" == code(decision)
    assert "`submit` does not open a ticket here; tickets are opened by `submit`" == message(decision)
    assert (("event.summary", "spam"),) == decision.against[0].facts if decision.against else True


def test_rules_come_before_transitions() -> None:
    """Where both are against an event the rule is told."""
    decision = tell(
        submit(), event("04T11:00", "mark", data={}), event("04T12:00", "resolve"), event("04T12:00", "resolve")
    )[3]

    assert "rule" == code(decision)


# Step 6: facts.


def test_only_sets_change_facts() -> None:
    """The data of an event are not facts; what it sets is, from the next step on."""
    ticket = ticket_after(submit(data={"summary": "hello", "tags": ["a", "b"]}))

    assert {
        "type": "question",
        "severity": "high",
        "queue": "second",
        "vip": False,
        "tags": frozenset({"a", "b"}),
    } == dict(ticket.facts)


def test_the_first_case_that_holds_counts() -> None:
    """A setting with conditions: the customer with a contract goes to the first queue."""
    assert ["first", "second"] == [ticket_after(submit(customer=name)).queue for name in ("acme", "nobody")]


def test_every_setting_sees_the_facts_before_the_event() -> None:
    """Also those of the same event that stand before it: the severity was high, and is low only afterwards."""
    seen = "sets: {severity: event.severity, vip: [{when: {severity: high}, is: true, clauses: [D-7]}]}"
    policy = policy_of(DESK.replace("sets: {severity: event.severity}", seen))
    after = tell(submit(), event("04T11:00", "set-severity", data={"severity": "low"}), on=Engine(policy))[1].ticket

    assert after is not None
    assert ("low", True) == (after.severity, after.facts["vip"])


def test_a_default_holds_from_the_opening_on() -> None:
    """`vip` is false where nobody said; a name that holds nothing leaves a fact as it is."""
    assert [False, True] == [ticket_after(submit(data=data)).facts["vip"] for data in ({}, {"vip": True})]


def test_sets_add_to_a_fact_and_null_unsets_it() -> None:
    """A fact that holds many grows by `add`; `null` alone takes a value away."""
    tagged = ticket_after(submit(data={"tags": ["a"]}), event("04T11:00", "tag", data={"tag": "b"}))

    assert frozenset({"a", "b"}) == tagged.facts["tags"]
    assert "tags" not in ticket_after(submit(data={"tags": ["a"]}), event("04T11:00", "untag")).facts
    assert frozenset({"c"}) == ticket_after(submit(), event("04T11:00", "tag", data={"tag": "c"})).facts["tags"]


def test_an_immutable_fact_stays() -> None:
    """Once set it cannot become something else; the same again changes nothing."""
    decisions = tell(
        submit(),
        event("04T11:00", "retype", data={"type": "question"}),
        event("04T11:00", "retype", data={"type": "fault"}),
    )

    assert [None, None, "rule"] == [code(each) for each in decisions]
    assert "`type` is `question`, and stays so; it cannot become `fault`" == message(decisions[2])
    assert decisions[2].refusal is not None
    assert ("D-8",) == decisions[2].refusal.clauses


# Step 7: clocks. What they do is told in the tests of clocks.


def test_clocks_hear_of_the_event_and_of_facts_as_after_it() -> None:
    """The target is that of the severity which the opening event has just set; a change of it retargets."""
    opened = tell(submit())[0]
    lowered = tell(submit(), event("04T10:10", "set-severity", data={"severity": "low"}))[1]

    assert {("started", "answer"), ("started", "resolve")} <= {
        (each.what, each.commitment) for each in opened.clock_changes
    }
    assert ("retargeted", "answer") in {(each.what, each.commitment) for each in lowered.clock_changes}
    assert [instant("04T11:00"), instant("04T14:00")] == [
        next(each.at for each in engine().due(decision.ticket) if each.id == "answer")
        for decision in (opened, lowered)
        if decision.ticket
    ]


def test_what_leads_beyond_the_calendar_is_refused() -> None:
    """Nothing is promised for 2051: the record is refused, timers due before it fire, and the others go on."""
    late, last = "2050-12-29T10:00+01:00", "2050-12-30T16:30+01:00"
    decisions = tell(submit("2050-12-28T10:00+01:00"), event(late, "resolve"), event(last, "close"))
    opening = tell(submit(last))[0]

    assert [None, None, "no-transition"] == [code(each) for each in decisions]
    assert ("invalid-data", None) == (code(opening), opening.ticket)
    assert "lies outside the years 1990 to 2050" in message(opening)
    assert opening.refusal is not None
    assert ("D-1",) == opening.refusal.clauses
    assert ((), (), ()) == (opening.moves, opening.effects, opening.clock_changes)


def test_a_stop_of_an_impossible_date_is_refused() -> None:
    """A slip of the pen in a year is a refused record, not the end of a replay; what was due before it happens."""
    text = DESK.replace(
        "timers:\n",
        "timers:\n  - {id: look, in: open, after: 1h, calendar: office, to: doing, clauses: [D-6]}\n",
    ).replace(
        "excuses:\n",
        "  - {id: visit, start: {on: submit}, stop: {on: mark, at: {ref: event.on}}, calendar: office, within: 8h, "
        "cycles: one, on-reopen: ignore, clauses: [D-7]}\nexcuses:\n",
    )
    on = Engine(policy_of(text))
    opened, wrong, right = tell(
        submit(),
        event("04T12:00", "mark", data={"minutes": 5, "on": "2204-03-05"}),
        event("04T12:00", "mark", data={"minutes": 5, "on": "2024-03-05"}),
        on=on,
    )

    assert ["invalid-data", None] == [code(wrong), code(right)]
    assert [("look", "doing")] == [(move.timer, move.state) for move in wrong.moves]
    assert wrong.ticket == on.pass_time(opened.ticket, instant("04T11:00")).ticket


def test_a_refused_event_reaches_no_clock() -> None:
    """Nothing starts, stops or pauses."""
    assert () == tell(submit(), event("04T11:00", "close"))[1].clock_changes


# Step 9: effects.


def test_effects_are_returned_with_what_names_hold() -> None:
    """Of the event, the transition, the rules that flag and the escalation; conditions read facts as after it."""
    decisions = tell(
        submit(customer="acme"),
        event("04T18:00", "take"),
        event("05T10:00", "ask"),
        event("05T10:00", "split", data={"into": 3}),
    )

    assert [("route", "first", "")] == [(e.kind, e.to, e.about) for e in decisions[0].effects]
    assert [("notify", "agent", "taken at night")] == [
        (e.kind, e.to, e.about) for e in decisions[1].effects if not e.commitment
    ]
    assert [("request", "customer", "please answer")] == [(e.kind, e.to, e.about) for e in decisions[2].effects]
    assert [("create-ticket", "part of question", 2)] == [(e.kind, e.about, e.count) for e in decisions[3].effects]
    assert [("D-4",)] == [e.clauses for e in decisions[1].effects if not e.commitment]


def test_an_effect_is_asked_for_where_its_condition_holds() -> None:
    """Only the first queue is routed to."""
    assert () == tell(submit())[0].effects


def test_after_the_event_both_values_of_a_fact_can_be_told() -> None:
    """The new one by its name, the old one as `before`."""
    decision = tell(submit(), event("04T10:10", "set-severity", data={"severity": "low"}))[1]

    assert ["low instead of high"] == [effect.about for effect in decision.effects]


def test_creating_no_ticket_is_nothing_to_ask() -> None:
    """One subject less one leaves none."""
    assert [(), ()] == [tell(submit(), event("04T11:00", "split", data={"into": into}))[1].effects for into in (1, 0)]


def test_warnings_are_effects() -> None:
    """Half of eight opening hours from 10:00 is reached at 14:00, before what happens next."""
    decision = tell(submit(), event("05T10:00", "take"))[1]

    assert [("notify", instant("04T14:00"), "resolve", 1)] == [
        (e.kind, e.at, e.commitment, e.cycle) for e in decision.effects
    ]
    assert "resolve: 50 % of the time is used" == decision.effects[0].about


# What a decision is.


def test_a_decision_tells_everything_that_had_a_say() -> None:
    """The policy's days, event, channel, rules that looked, the transition, the settings; each with its place."""
    decision = tell(submit(customer="sited", data={"summary": "lyon"}))[0]

    kinds = [(each.kind, each.id, each.holds) for each in decision.reasons]
    assert [
        ("effective", "effective", True),
        ("event", "submit", True),
        ("channel", "portal", True),
        ("rule", "one-site", True),
        ("transition", "submit", True),
    ] == kinds[:5]
    assert [("fact", "type", True), ("fact", "queue", True)] == [kinds[5], kinds[-1]]
    assert all(each.where.startswith("desk.yaml:") for each in decision.reasons)
    assert ("event.summary", "lyon") in decision.reasons[3].facts
    assert decision.reasons[3].text().startswith("rule `one-site` allows it: ")


def test_a_rule_that_is_kept_rests_on_all_that_it_asked() -> None:
    """What a rule requires of this event is cited with it; a requirement of other events is not."""
    plain, urgent = tell(
        submit(),
        event("04T11:00", "mark", data={"minutes": 5}),
        event("04T11:00", "mark", data={"minutes": 5, "urgent": True}),
    )[1:]

    said = [next(each for each in one.reasons if each.kind == "rule") for one in (plain, urgent)]
    assert [("well-marked", True, ("D-8",), ("usual",)), ("well-marked", True, ("D-8", "D-4"), ("usual",))] == [
        (each.id, each.holds, each.clauses, each.assumptions) for each in said
    ]


def test_decisions_can_be_sent_elsewhere() -> None:
    """A decision survives pickling with all that it can tell."""
    for decision in tell(
        submit(), event("04T11:00", "resolve"), event("05T12:00", "close"), event("05T12:00", "mark", data={})
    ):
        again = pickle.loads(pickle.dumps(decision))

        assert decision == again
        assert decision.refusal is None or decision.refusal.text("fr") == again.refusal.text("fr")
        assert hash(decision) == hash(again)


def test_codes_are_those_of_the_catalogue() -> None:
    """What the engine says is what scenarios may expect."""
    from upheld.core.record.message import CATALOGUE

    assert {"out-of-order", "rule", "no-transition"} <= REFUSALS.keys()
    assert {"rule", "outside-effective"} <= FLAGS.keys()
    assert all(len(texts) == 2 and all(texts) for texts in CATALOGUE.values())


# Who goes with whom.


def test_a_ticket_goes_on_under_its_own_policy_alone() -> None:
    """The policy's digest is pinned on the ticket (THREATS S08); so is its id."""
    from small_desk import DESK, policy_of

    from upheld.engine import Engine

    ticket = ticket_after(submit())
    other = Engine(policy_of(DESK.replace("within: 8h", "within: 7h")))

    assert desk().digest == ticket.policy_digest
    with pytest.raises(TicketError, match="under another policy"):
        other.apply(ticket, event("04T11:00", "take"))
    with pytest.raises(TicketError, match="is of ticket `T-2`"):
        engine().apply(ticket, event("04T11:00", "take", ticket="T-2"))


def test_states_are_observed_in_audit_mode_alone() -> None:
    """Elsewhere a record of a state is a bad record."""
    with pytest.raises(RecordError, match="audit mode"):
        engine().apply(None, Event("T-1", instant("04T10:00"), state="open"))
