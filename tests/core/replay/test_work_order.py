"""The order of work: the first line that tells two tickets apart decides."""

from __future__ import annotations

import pytest

from upheld.core.policy.policy import Policy
from upheld.loading import examine
from upheld.replaying import work_queue

POLICY = """\
upheld: 1
policy: desk
version: 1.0.0
extends: base@1.0.0
zone: Europe/Paris
vendor: {name: Desk, language: en}
assumptions: {all: {says: made for a test}}
calendars:
  office:
    zone: Europe/Paris
    weekly: {mon-fri: ["09:00-12:30", "13:30-18:00"]}
    closed: ["2026-05-25"]
    assumes: [all]
severities: [{id: high, assumes: [all]}, {id: low, assumes: [all]}]
channels: {website: {accepts: all, assumes: [all]}, phone: {accepts: all, assumes: [all]}}
facts: {urgency: {one-of: [low, normal, high], assumes: [all]}}
events:
  submit:
    override: true
    by: customer
    data: {severity: {}, urgency: {}}
    sets: {severity: event.severity, urgency: event.urgency}
    assumes: [all]
queue:
  - {first: {channel: website, received: {in-last-closure-of: office, holding: sun}}, assumes: [all]}
"""


def policy(*lines: str) -> Policy:
    """The policy with more lines in its queue."""
    examined = examine((POLICY + "".join(f"  - {line}\n" for line in lines)).encode(), "desk.yaml")
    assert () == examined.errors
    assert examined.policy is not None
    return examined.policy


def submitted(ticket: str, at: str, channel: str = "website", **data: str) -> dict[str, object]:
    return {"ticket": ticket, "at": at, "event": "submit", "actor": "customer", "channel": channel, "data": data}


def order(queue: Policy, at: str, *records: dict[str, object]) -> list[str]:
    return [str(each["ticket"]) for each in work_queue(queue, records, at)]


SATURDAY = submitted("S", "2026-05-30T11:00+02:00")
SUNDAY_CALL = submitted("C", "2026-05-31T08:00+02:00", "phone")
FRIDAY = submitted("F", "2026-05-29T17:59:59+02:00")
AT_CLOSING = submitted("A", "2026-05-29T18:00:00+02:00")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-06-01T08:59:59+02:00", ["F", "A", "S", "C"]),
        ("2026-06-01T09:00:00+02:00", ["A", "S", "F", "C"]),
        ("2026-06-01T12:29:59+02:00", ["A", "S", "F", "C"]),
        ("2026-06-01T12:30:00+02:00", ["F", "A", "S", "C"]),
        ("2026-06-02T10:00:00+02:00", ["F", "A", "S", "C"]),
    ],
)
def test_what_the_weekend_brought_comes_first_on_monday_morning(at: str, expected: list[str]) -> None:
    """From opening to the end of the morning; what came at the very closing came in closed time."""
    assert expected == order(policy("{by: received, assumes: [all]}"), at, FRIDAY, AT_CLOSING, SATURDAY, SUNDAY_CALL)


def test_after_a_holiday_monday_it_is_tuesday_morning() -> None:
    """Whit Monday is closed: the closed time from Friday to Tuesday still holds the Sunday."""
    weekend = submitted("W", "2026-05-24T11:00+02:00")
    friday = submitted("F", "2026-05-22T10:00+02:00")

    assert ["W", "F"] == order(policy("{by: received, assumes: [all]}"), "2026-05-26T09:30+02:00", friday, weekend)
    assert ["F", "W"] == order(policy("{by: received, assumes: [all]}"), "2026-05-25T09:30+02:00", friday, weekend)


def test_a_night_in_the_week_is_no_weekend() -> None:
    """The closed time before Wednesday morning holds no Sunday."""
    night, day = submitted("N", "2026-06-02T20:00+02:00"), submitted("D", "2026-06-02T10:00+02:00")

    assert ["D", "N"] == order(policy("{by: received, assumes: [all]}"), "2026-06-03T09:30+02:00", day, night)


def test_severities_stand_highest_first_and_what_has_none_comes_last() -> None:
    """Then by receipt, then by id."""
    records = (
        submitted("N", "2026-06-03T09:00Z"),
        submitted("L", "2026-06-03T09:01Z", severity="low"),
        submitted("H2", "2026-06-03T09:03Z", severity="high"),
        submitted("H1", "2026-06-03T09:03Z", severity="high"),
    )

    assert ["H1", "H2", "L", "N"] == order(policy("{by: severity, assumes: [all]}"), "2026-06-03T10:00Z", *records)


def test_the_order_of_words_may_be_said() -> None:
    """Without it, that of their declaration."""
    records = (
        submitted("L", "2026-06-03T09:00Z", urgency="low"),
        submitted("N", "2026-06-03T09:01Z", urgency="normal"),
        submitted("H", "2026-06-03T09:02Z", urgency="high"),
    )
    said = policy("{by: urgency, order: [high, normal, low], assumes: [all]}")

    assert ["H", "N", "L"] == order(said, "2026-06-03T10:00Z", *records)
    assert ["L", "N", "H"] == order(policy("{by: urgency, assumes: [all]}"), "2026-06-03T10:00Z", *records)


def test_what_is_resolved_waits_no_more() -> None:
    """Nor what is not there yet: a later record is not read."""
    resolved = {"ticket": "A", "at": "2026-06-03T09:30Z", "event": "resolve", "actor": "agent"}
    records = (submitted("A", "2026-06-03T09:00Z"), resolved, submitted("B", "2026-06-03T09:40Z"))

    assert ["B"] == order(policy(), "2026-06-03T10:00Z", *records)
    assert ["A"] == order(policy(), "2026-06-03T09:29Z", *records)


def test_each_place_says_which_line_gave_it() -> None:
    """The first ticket needs no reason; the others cite the line that puts them after the one before."""
    records = (
        submitted("L", "2026-06-03T09:00Z", severity="low"),
        submitted("H", "2026-06-03T09:01Z", severity="high"),
    )
    placed = work_queue(policy("{by: severity, assumes: [all]}"), records, "2026-06-03T10:00Z")

    assert [(1, "H", []), (2, "L", ["all"])] == [(e["position"], e["ticket"], e["assumptions"]) for e in placed]
