"""Exports of many shapes: whatever tracker they are of, the draft checks clean and its own history goes by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafting.conftest import Drafting

EXPORTS = (
    "freshdesk.csv",  # one row per ticket, with several instants
    "jsm-changelog.csv",  # one row per change of a field
    "glpi.csv",  # in French
    "zammad-tickets.json",  # objects of an API
    "itsm-table.csv",
)
PAYLOADS = ("jira/search_expand_changelog.json", "zendesk/ticket_audits.json", "redmine/issue_with_journals.json")
MOST_ASTRAY = 0.02


@pytest.mark.parametrize("name", EXPORTS)
def test_exports(root: Path, drafting: Drafting, name: str) -> None:
    """No finding, every scenario passes, and no move of so small a history is left out."""
    draft = drafting(root / "examples" / "exports" / name)
    audit = draft.audit()

    assert [] == draft.problems()
    assert audit["moves"] == audit["conforming_moves"] > 0
    assert draft.summary["moves"] == {
        "drafted": len(draft.policy.transitions),
        "seen": audit["moves"],
        "nonconforming": 0,
    }


@pytest.mark.parametrize("name", PAYLOADS)
def test_payloads(shared: Path, drafting: Drafting, name: str) -> None:
    """What a tracker's API really answered, tickets that nobody ever closed among it."""
    draft = drafting(shared / "data" / "payloads" / name)
    audit = draft.audit()

    assert [] == draft.problems()
    assert audit["moves"] == audit["conforming_moves"]


def test_help_desk_log(shared: Path, drafting: Drafting) -> None:
    """Once the closing machines are known the log shows office hours, and the holidays of its country and no other."""
    log = shared / "data" / "helpdesk-it" / "helpdesk.xes.gz"
    draft = drafting(log, "--zone", "Europe/Rome", "--machine", "Value 3", "--machine", "Value 5", "--paths", "30")
    audit, summary = draft.audit(), draft.summary

    assert [] == draft.problems()
    assert (4580, 21348, 14) == (summary["tickets"], summary["records"], len(summary["states"]))
    assert audit["moves"] - audit["conforming_moves"] == summary["moves"]["nonconforming"]
    assert summary["moves"]["nonconforming"] <= MOST_ASTRAY * summary["moves"]["seen"]
    assert {day: ["09:00-18:15"] for day in ("mon", "tue", "wed", "thu", "fri")} == summary["hours"]["weekly"]
    assert ["IT"] == summary["holidays"]["countries"]
    assert {"severity-order", "waits", "channel", "promises"} <= set(summary["unknown"])


def test_incident_log(shared: Path, drafting: Drafting, request: pytest.FixtureRequest) -> None:
    """Its scale is said, since its words leave open whether `Major` is above `High`; its severe tickets took longer."""
    if not request.config.getoption("--full"):
        pytest.skip("the large log is drafted with --full")
    (log,) = (shared / "data" / "bpic2013-incidents").glob("*.xes.gz")
    draft = drafting(log, "--zone", "Europe/Stockholm", "--machine", "Siebel", "--scale", "Major, High, Medium, Low")
    audit, summary = draft.audit(), draft.summary

    assert [] == draft.problems()
    assert (7554, 65533, 13) == (summary["tickets"], summary["records"], len(summary["states"]))
    assert audit["moves"] - audit["conforming_moves"] == summary["moves"]["nonconforming"]
    assert summary["moves"]["nonconforming"] <= MOST_ASTRAY * summary["moves"]["seen"]
    assert ["major", "high", "medium", "low"] == [each["id"] for each in summary["severities"]]
    assert "order" == summary["times"][0]["why_not_by_severity"]
    assert [] == summary["holidays"]["countries"]
