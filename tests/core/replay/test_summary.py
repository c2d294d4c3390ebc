"""Summaries: what is told of all tickets together, and how far a tracker's moves conform."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from small_desk import contracts, desk, event, instant, submit

from upheld import load_contracts, load_policy
from upheld.core.record.event import Event
from upheld.core.replay.summary import WORST
from upheld.core.replay.verdict import Row
from upheld.replaying import replay
from upheld.schema.resources import read_schema

VERDICTS = Draft202012Validator(json.loads(read_schema("verdict")), format_checker=FormatChecker())


def summed(*events: Event, as_of: str | None = None, audit: bool = False) -> Row:
    until = None if as_of is None else instant(as_of)
    result = replay(desk(), events, contracts(), as_of=until, audit=audit)
    VERDICTS.validate(result)
    told: Row = result["summary"]
    return told


def seen(at: str, state: str, ticket: str = "T-1") -> Event:
    return Event(ticket, instant(at), state=state)


def test_the_worst_breaches_are_those_with_the_longest_overruns() -> None:
    """The longest first, at equal overruns by ticket, and no more than ten of them; each with its whole clock."""
    late = [f"T-{number:02}" for number in range(12)]
    events = [submit("04T09:00", ticket=name, data={"severity": "high"}) for name in late]
    events += [event("05T09:00", "take", ticket=name) for name in reversed(late[:-1])]
    events += [event("05T10:00", "take", ticket=late[-1])]
    worst = summed(*events)["worst"]

    assert WORST == len(worst)
    assert [late[-1], *late[: WORST - 1]] == [each["ticket"] for each in worst]
    assert [8 * 3600, 7 * 3600] == [each["clock"]["overrun_s"] for each in worst[:2]]
    assert ("answer", ["D-7"], ["hours"]) == tuple(worst[0]["clock"][name] for name in ("id", "clauses", "assumptions"))


def test_what_nobody_broke_has_no_worst() -> None:
    """A clock that runs past nothing is no breach."""
    assert [] == summed(submit(data={"severity": "high"}))["worst"]


def test_refusals_and_flags_are_counted_by_what_they_rest_on() -> None:
    """The most frequent first, with the ticket of the first as example."""
    nights = [event("04T19:00", "take", ticket=name) for name in ("T-1", "T-2")]
    told = summed(*(submit("04T09:00", ticket=name) for name in ("T-1", "T-2")), *nights, nights[1])

    flag = {"code": "rule", "rule": "in-office-hours", "event": "take", "clauses": ["D-4"], "assumptions": ["hours"]}
    assert [{**flag, "count": 2, "example": "T-1"}] == told["flagged_by"]
    assert [("no-transition", "take", 1, "T-2")] == [
        tuple(each[name] for name in ("code", "event", "count", "example")) for each in told["refused_by"]
    ]
    assert (1, 2) == (told["refused"], told["flags"])


def test_an_assumption_is_told_with_how_much_rests_on_it() -> None:
    """Tickets whose verdict lists it, and clocks that do."""
    told = summed(*(submit("04T09:00", ticket=name, data={"severity": "high"}) for name in ("T-1", "T-2")))

    assert [("usual", 2, 0), ("hours", 2, 4)] == [
        tuple(each[name] for name in ("id", "tickets", "clocks")) for each in told["assumptions"]
    ]


def test_each_target_that_was_in_force_has_a_row() -> None:
    """A customer's own contract, a case or a date gives clocks of one severity other targets; the shortest first."""
    policy = load_policy("proconcept")
    folder = Path(__file__).parents[3] / "examples" / "proconcept"
    records = [json.loads(line) for line in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    told = replay(policy, records, load_contracts(folder / "contracts.yaml", policy))["summary"]["targets"]

    of_commit = [(row["target"], row["upheld"], row["share"]) for row in told if row["severity"] == "critical"]
    assert [("30min", 1, "50%"), ("1h", 2, "100%"), ("1bd", 3, "100%")] == of_commit


def test_without_audit_nothing_is_said_of_conformance() -> None:
    assert summed(submit())["audit"] is None


def test_moves_that_do_not_conform_are_counted_by_where_they_lead() -> None:
    """The most frequent first; a ticket conforms when all its moves do, and the first state is no move."""
    events = [seen("04T10:00", "open", name) for name in ("T-1", "T-2", "T-3")]
    events += [seen("04T11:00", "closed", name) for name in ("T-2", "T-3")]
    events += [seen("04T12:00", "doing", "T-2"), seen("04T13:00", "resolved", "T-2"), seen("04T14:00", "open", "T-2")]
    events += [seen("04T15:00", "closed", "T-2"), seen("04T11:00", "doing", "T-1")]
    audit = summed(*events, audit=True)["audit"]

    assert [("open", "closed", 3, 2, "T-2"), ("closed", "doing", 1, 1, "T-2")] == [
        tuple(each[name] for name in ("from", "to", "count", "tickets", "example")) for each in audit["nonconforming"]
    ]
    assert (3, 1, "33.3%") == tuple(audit[name] for name in ("tickets", "conforming_tickets", "share_of_tickets"))
    assert (7, 3, "42.8%") == tuple(audit[name] for name in ("moves", "conforming_moves", "share_of_moves"))


def test_what_timers_stand_for_is_told_by_when_it_was_observed() -> None:
    """Two minutes either way are punctual; one that has come due and was never seen is told, one that waits is not."""
    ends = {"T-1": "05T10:02", "T-2": "05T09:58", "T-3": "05T10:02:01", "T-4": "05T09:00"}
    ends |= {"T-5": "05T11:00:01", "T-6": "05T08:59:59"}
    events = [seen("04T10:00", "resolved", name) for name in (*ends, "T-7")]
    events += [seen("06T16:00", "resolved", "T-8")]
    events += [seen(at, "gone", name) for name, at in ends.items()]
    timers = summed(*events, as_of="06T17:00", audit=True)["audit"]["timers"]

    seen_of = {"punctual": 2, "within_hour": 2, "early": 1, "late": 1, "unobserved": 1}
    assert {"id": "auto-close", "due": 7, **seen_of} == timers[1]


def test_a_ticket_that_nothing_opened_neither_conforms_nor_not() -> None:
    """It has no state."""
    audit = summed(event("04T10:00", "take"), audit=True)["audit"]

    assert (0, None, None) == tuple(audit[name] for name in ("tickets", "share_of_tickets", "share_of_moves"))


@pytest.mark.parametrize("vendor", ["greenmash", "manao", "mapping", "proconcept", "entropics"])
def test_a_summary_adds_up_what_its_tickets_say(vendor: str, root: Path) -> None:
    """The vendors' example months, added up again from the verdicts, all at once and naively."""
    folder, policy = root / "examples" / vendor, load_policy(vendor)
    records = [json.loads(line) for line in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    result = replay(policy, records, load_contracts(folder / "contracts.yaml", policy))
    told, tickets = result["summary"], result["tickets"]
    clocks = [(ticket["ticket"], clock) for ticket in tickets for clock in ticket["commitments"]]
    promised = [each.id for each in policy.commitments if each.promised]

    breaches = [each for each in clocks if each[1]["status"] == "breached" and each[1]["id"] in promised]
    breaches.sort(key=lambda each: (-each[1]["overrun_s"], each[0]))
    assert breaches[:WORST] == [(each["ticket"], each["clock"]) for each in told["worst"]]
    for name, kind in (("refused", "refused_by"), ("flags", "flagged_by")):
        rows = [each for ticket in tickets for each in ticket[name]]
        assert Counter(map(what_of, rows)) == {what_of(each): each["count"] for each in told[kind]}
    shown = Counter((clock["id"], clock["severity"], clock["target"], clock["status"]) for _, clock in clocks)
    counted = {
        (row["id"], row["severity"], row["target"], status): row[status]
        for row in told["targets"]
        for status in ("running", "paused", "upheld", "breached", "cancelled", "excused")
    }
    assert shown == {key: number for key, number in counted.items() if number}
    for row in told["commitments"]:
        rows = [each for each in told["targets"] if (each["id"], each["severity"]) == (row["id"], row["severity"])]
        assert row["upheld"] == sum(each["upheld"] for each in rows)
        assert row["breached"] == sum(each["breached"] for each in rows)
    for each in told["assumptions"]:
        assert each["tickets"] == sum(each["id"] in ticket["assumptions"] for ticket in tickets)
        assert each["clocks"] == sum(each["id"] in clock["assumptions"] for _, clock in clocks)


def what_of(row: Row) -> str:
    """What a refusal or a flag rests on."""
    return str([row[name] for name in ("code", "rule", "event", "clauses", "assumptions")])
