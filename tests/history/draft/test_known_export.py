"""Known exports: numbers mean something only where the columns show whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from upheld.history.draft.draft_text import draft_text
from upheld.history.draft.export_survey import survey
from upheld.history.draft.mapping_draft import MappingDraft
from upheld.history.draft.open_questions import hint_on, open_questions
from upheld.history.draft.proposal import SKIP, Proposal
from upheld.history.importer import Row
from upheld.loading import load_policy

DESK = load_policy(str(Path(__file__).resolve().parents[3] / "examples" / "mappings" / "policy.yaml"))


def drafted(head: str, *lines: str) -> MappingDraft:
    columns = head.split(",")
    rows = [Row(f"t:{number}", dict(zip(columns, line.split(",")))) for number, line in enumerate(lines, 2)]
    return MappingDraft.of(survey(iter(rows)), "t.csv", "csv", DESK)


def states(draft: MappingDraft) -> dict[str, str]:
    return {words[-1]: proposal.name for words, proposal in draft.statuses.items()}


SERVICENOW = "sys_id,number,sys_created_on,sys_updated_on,state,priority"


def updates(prefix: str) -> list[str]:
    """Several rows for each ticket, one for each state."""
    return [
        f"{number:032},{prefix}1{ticket},2026-03-0{ticket} 08:00:00,2026-03-0{ticket} 1{number}:00:00,{state},{ticket}"
        for ticket in range(1, 6)
        for number, state in enumerate("123678")
    ]


def test_servicenows_numbers_are_those_of_its_incidents() -> None:
    """On hold does not say for whom; other tables have other numbers."""
    draft = drafted(SERVICENOW, *updates("INC"))
    other = drafted(SERVICENOW, *updates("CHG"))

    assert {"1": "open", "2": "in-fix", "3": "", "6": "resolved", "7": "closed", "8": "closed"} == states(draft)
    assert {"1": "urgent", "2": "high", "3": "normal", "4": "low", "5": "low"} == draft.degrees
    assert ["it does not say for whom; for the customer it is `waiting-for-customer`"] == [
        hint_on(draft, words) for words in draft.statuses if words[-1] == "3"
    ]
    text = draft_text(draft)
    assert "; numbers as ServiceNow's Table API has them" in text
    assert "# as ServiceNow's Table API has them" in text
    assert {""} == {*states(other).values(), *other.degrees.values()}


def test_numbers_of_one_tracker_are_the_opposite_of_anothers() -> None:
    """With Freshdesk 1 is low; without its columns nobody knows."""
    rows = [f"{n},2026-03-02T1{n}:00:00Z,{n},{min(n, 4)}" for n in range(2, 6)]
    draft = drafted("id,updated_at,status,priority,responder_id,fr_escalated", *(f"{row},7,false" for row in rows))
    bare = drafted("id,updated_at,status,priority", *rows)

    assert {"2": "open", "3": "waiting-for-customer", "4": "resolved", "5": "closed"} == states(draft)
    assert {"2": "normal", "3": "high", "4": "urgent"} == draft.degrees
    assert {""} == {*states(bare).values(), *bare.degrees.values()}


@pytest.mark.parametrize("columns, state", [("requester_id,submitter_id", "waiting-for-customer"), ("owner,team", "")])
def test_pending_is_the_requesters_turn_with_zendesk_alone(columns: str, state: str) -> None:
    """As its documentation says; on hold is somebody else's."""
    draft = drafted(
        f"id,updated_at,status,{columns}",
        "1,2026-03-02T10:00:00Z,new,7,8",
        "1,2026-03-02T11:00:00Z,pending,7,8",
        "1,2026-03-02T12:00:00Z,hold,7,8",
    )

    assert {"new": "open", "pending": state, "hold": ""} == states(draft)


def test_a_wait_since_some_instant_asks_for_whom_it_is() -> None:
    """The status says so, or nobody does."""
    head = "number,callDate,onHoldDate,completedDate,processingStatus"
    rows = [
        "1,2026-03-02T09:00:00Z,,2026-03-02T10:00:00Z,Closed",
        "2,2026-03-02T09:00:00Z,,2026-03-02T11:00:00Z,Closed",
    ]
    known = drafted(head, *rows, "3,2026-03-02T09:00:00Z,2026-03-02T12:00:00Z,,Waiting for user")
    unknown = drafted(head, *rows, "3,2026-03-02T09:00:00Z,2026-03-02T12:00:00Z,,On hold")

    assert Proposal("state", "waiting-for-customer") == known.moments["onHoldDate"]
    assert "onHoldDate: {state: waiting-for-customer, when: {processingStatus: [Waiting for user]}}" in draft_text(
        known
    )
    assert SKIP == unknown.moments["onHoldDate"]
    assert "for whom does a ticket wait since its `onHoldDate`?" in [each.text for each in open_questions(unknown)]
