"""The mappings in examples/mappings replay what trackers really export: figures counted by hand."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from independent.readings import READINGS
from tracker_payloads import PAYLOADS

from upheld.cli import main


@pytest.fixture
def replayed(root: Path) -> Any:
    """The verdicts of a history under the example policy, by one of the example mappings."""
    folder = root / "examples" / "mappings"

    def run(mapping: str, history: Path, *options: str) -> Any:
        given = ["--policy", str(folder / "policy.yaml"), "--map", str(folder / f"{mapping}.yaml")]
        done = CliRunner().invoke(main, ["replay", str(history), *given, "--format", "json", *options])
        assert 0 == done.exit_code, done.output
        return json.loads(done.stdout)

    return run


def payload(shared: Path, *names: str) -> Path:
    return shared.joinpath("data", "payloads", *names)


def clocks(verdicts: Any) -> list[tuple[object, ...]]:
    names = "id", "severity", "status", "used_s"
    return [
        (each["ticket"], *(clock[name] for name in names))
        for each in verdicts["tickets"]
        for clock in each["commitments"]
    ]


def test_every_mapping_has_a_test_here(root: Path) -> None:
    """No example that nobody tries; those of the samples are compared in `test_export_verdicts`, live ones in
    `tests/serve/webhooks`."""
    mappings = {path.stem for path in (root / "examples" / "mappings").glob("*.yaml")} - {"policy", "jira-live"}
    mappings -= {mapping for _, mapping in READINGS}

    assert {
        "bugzilla",
        "github",
        "gitlab",
        "jira",
        "jira-warehouse",
        "launchpad",
        "phabricator",
        "redmine",
        "servicenow",
        "servicenow-audit",
        "zendesk",
        "zendesk-warehouse",
    } == mappings


def test_the_policy_is_a_good_one(root: Path) -> None:
    """Not a warning."""
    done = CliRunner().invoke(main, ["check", "--strict", str(root / "examples" / "mappings" / "policy.yaml")])

    assert 0 == done.exit_code, done.output


def test_real_issues_of_jira(replayed: Any, shared: Path) -> None:
    """25 openings and 64 changes of status: 10 stay in a state of the policy, 6 go back to the backlog."""
    verdicts = replayed("jira", payload(shared, "jira", "search_expand_changelog.json"))

    summary = verdicts["summary"]
    assert (25, 25 + 64, 0) == (summary["tickets"], summary["events"], summary["refused"])
    audit = summary["audit"]
    assert (64 - 10, 64 - 10 - 6) == (audit["moves"], audit["conforming_moves"])
    assert [("qualified", "open", 6, 6)] == [
        (each["from"], each["to"], each["count"], each["tickets"]) for each in audit["nonconforming"]
    ]
    assert {"resolved": 17, "in-fix": 6, "qualified": 2} == Counter(each["state"] for each in verdicts["tickets"])


def test_real_audits_of_zendesk(replayed: Any, shared: Path) -> None:
    """91 audits of 86 tickets: each submitted, one with a priority and a reply later."""
    verdicts = replayed("zendesk", payload(shared, "zendesk", "ticket_audits.json"))

    summary = verdicts["summary"]
    assert (86, 86 + 1 + 1, 0) == (summary["tickets"], summary["events"], summary["refused"])
    assert {"high": 5, "normal": 1, None: 80} == Counter(each["severity"] for each in verdicts["tickets"])


def test_a_real_issue_of_redmine(replayed: Any, shared: Path) -> None:
    """22 journals: 16 moves, of which 4 reopen what was closed and 2 what was resolved; a priority and 11 notes."""
    verdicts = replayed("redmine", payload(shared, "redmine", "issue_with_journals.json"))

    (ticket,) = verdicts["tickets"]
    assert (1 + 16 + 1 + 11, "resolved", "urgent") == (ticket["events"], ticket["state"], ticket["severity"])
    assert [] == ticket["refused"]
    assert 16 == verdicts["summary"]["audit"]["moves"]
    assert {("closed", "open"): 4, ("resolved", "open"): 2} == Counter(
        (each["from"], each["to"]) for each in ticket["nonconforming"]
    )


def test_real_tables_of_a_warehouse(replayed: Any, shared: Path) -> None:
    """Of 38 rows 3 are there again and 4 tell nothing; 15 tickets are left, one with a course."""
    verdicts = replayed("zendesk-warehouse", payload(shared, "zendesk", "fivetran_ticket_field_history_data.csv"))

    assert (15, 38 - 3 - 4) == (verdicts["summary"]["tickets"], verdicts["summary"]["events"])
    (ticket,) = [each for each in verdicts["tickets"] if each["ticket"] == "11071"]
    assert ("closed", "urgent", 17) == (ticket["state"], ticket["severity"], ticket["events"])
    assert ["2020-11-15T11:01:27Z"] == [each["at"] for each in ticket["moves"] if each["to"] == "closed"]

    bare = replayed("jira-warehouse", payload(shared, "jira", "fivetran_issue_field_history.csv"))

    assert [("10027", "open")] == [(each["ticket"], each["state"]) for each in bare["tickets"]]


def test_changes_of_a_warehouse_in_any_order(replayed: Any, tmp_path: Path) -> None:
    """Opened, in progress, done: the table has them backwards, and numbers for names."""
    table = tmp_path / "issue_field_history.csv"
    table.write_text(
        "field_id,issue_id,time,value,author_id\n"
        "status,7,2026-03-02 15:00:00.125,10001,a\n"
        "status,7,2026-03-02 10:00:00,3,a\n"
        "created,7,2026-03-02 09:00:00.5,2026-03-02T09:00:00.500Z,b\n"
        "status,7,2026-03-02 09:00:00.6,10000,b\n",
        encoding="utf-8",
    )

    verdicts = replayed("jira-warehouse", table)

    (ticket,) = verdicts["tickets"]
    assert ["open", "in-fix", "resolved"] == [each["to"] for each in ticket["moves"]]
    assert [("7", "take-up", None, "upheld", 3600)] == clocks(verdicts)


def test_snapshots_of_servicenow(replayed: Any, root: Path) -> None:
    """Ten rows out of order: what changed counts, whatever the later columns know; day first, UTC.

    The first is taken up at 8:53 before the desk opens, and resolved at 11:29, two and a half hours of opening time
    after it was opened. The second waits from 6:42 to 13:10, closed hours and open ones, and is resolved next
    morning, so that 13:10 to 17:00 and 9:00 to 9:52 count.
    """
    verdicts = replayed("servicenow", root / "examples" / "mappings" / "servicenow.csv")

    first, second = verdicts["tickets"]
    assert (("closed", "high"), ("resolved", "normal")) == tuple((t["state"], t["severity"]) for t in (first, second))
    assert ["open", "in-fix", "resolved", "closed"] == [each["to"] for each in first["moves"]]
    assert ["open", "waiting-for-customer", "in-fix", "resolved"] == [each["to"] for each in second["moves"]]
    assert [] == first["nonconforming"] + second["nonconforming"]
    assert [
        ("INC0000001", "take-up", "normal", "upheld", 0),
        ("INC0000001", "resolve", "high", "upheld", 2 * 3600 + 29 * 60),
        ("INC0000002", "take-up", "normal", "upheld", 0),
        ("INC0000002", "resolve", "normal", "upheld", 3 * 3600 + 50 * 60 + 52 * 60),
    ] == clocks(verdicts)


def test_the_audit_of_servicenow(replayed: Any, tmp_path: Path) -> None:
    """An incident from its insert to the closing that ran by itself; other tables and fields mean nothing."""
    table = tmp_path / "sys_audit.csv"
    table.write_text(
        "sys_created_on,tablename,fieldname,documentkey,oldvalue,newvalue,user\n"
        "2026-03-02 09:00:00,incident,priority,0a1b,,3,kiosk\n"
        "2026-03-02 09:00:00,incident,state,0a1b,,1,kiosk\n"
        "2026-03-02 10:30:00,incident,state,0a1b,1,2,desk\n"
        "2026-03-02 10:30:00,incident,assigned_to,0a1b,,6f,desk\n"
        "2026-03-02 10:31:00,problem,state,77,,1,desk\n"
        "2026-03-02 11:00:00,incident,state,0a1b,2,6,desk\n"
        "2026-03-09 11:00:00,incident,state,0a1b,6,7,system\n",
        encoding="utf-8",
    )

    verdicts = replayed("servicenow-audit", table)

    (ticket,) = verdicts["tickets"]
    assert ["open", "in-fix", "resolved", "closed"] == [each["to"] for each in ticket["moves"]]
    assert ("normal", []) == (ticket["severity"], ticket["refused"])


def test_a_whole_ticket_of_zendesk(replayed: Any, tmp_path: Path) -> None:
    """Who wrote it, by which way, what was said and what an automation did: each is an event, and none is refused."""
    rule = {"channel": "rule", "source": {"rel": "automation", "from": {"title": "Close after 4 days"}}}

    def audit(time: str, author: int, *events: dict[str, Any], via: Any = None) -> dict[str, Any]:
        held = {"id": time, "ticket_id": 35, "created_at": f"2026-03-{time}Z", "author_id": author}
        return {**held, "via": via or {"channel": "email"}, "events": list(events)}

    def create(field: str, value: str) -> dict[str, Any]:
        return {"type": "Create", "field_name": field, "value": value}

    def change(field: str, before: str, after: str) -> dict[str, Any]:
        return {"type": "Change", "field_name": field, "previous_value": before, "value": after}

    def comment(public: bool) -> dict[str, Any]:
        return {"type": "Comment", "public": public, "body": "…"}

    opened = create("requester_id", "7"), create("priority", "low"), create("status", "new"), comment(True)
    page = {
        "users": [{"id": 7, "role": "end-user"}, {"id": 8, "role": "agent"}],
        "audits": [
            audit("02T09:00:00", 7, *opened),
            audit("02T10:00:00", 8, change("priority", "low", "high"), change("status", "new", "open")),
            audit("02T10:05:00", 8, comment(False), {"type": "Notification", "via": rule}),
            audit("02T11:00:00", 8, comment(True), change("status", "open", "pending")),
            audit("02T15:00:00", 7, comment(True), change("status", "pending", "open")),
            audit("02T16:00:00", 8, comment(True), change("status", "open", "solved"), via={"channel": "web"}),
            audit("06T16:00:00", -1, change("status", "solved", "closed"), via=rule),
        ],
    }
    export = tmp_path / "audits.json"
    export.write_text(json.dumps(page, indent=1), encoding="utf-8")

    verdicts = replayed("zendesk", export)

    (ticket,) = verdicts["tickets"]
    assert [] == ticket["refused"]
    assert ("closed", "high", 10) == (ticket["state"], ticket["severity"], ticket["events"])
    assert ["open", "qualified", "waiting-for-customer", "qualified", "resolved", "closed"] == [
        each["to"] for each in ticket["moves"]
    ]
    assert [
        ("35", "take-up", "low", "upheld", 3600),
        ("35", "resolve", "high", "upheld", 3 * 3600),
    ] == clocks(verdicts)


def test_a_whole_issue_of_jira(replayed: Any, tmp_path: Path) -> None:
    """The severity at the opening is the one it had then; a reply and work are events between the states."""
    agent, customer = {"accountId": "a", "displayName": "Agent"}, {"accountId": "c", "displayName": "Customer"}

    def at(time: str) -> str:
        return f"2026-03-02T{time}:00.000+0000"

    def entry(time: str, field: str, before: str, after: str) -> dict[str, Any]:
        items = [{"field": field, "fieldId": field, "fromString": before, "toString": after}]
        return {"id": time, "author": agent, "created": at(time), "items": items}

    histories = [
        entry("14:00", "status", "In Progress", "Done"),
        entry("13:00", "status", "Waiting for customer", "In Progress"),
        entry("11:00", "status", "In Progress", "Waiting for customer"),
        entry("10:00", "priority", "Low", "Highest"),
        entry("09:30", "status", "To Do", "In Progress"),
    ]
    fields = {
        "created": at("09:00"),
        "creator": customer,
        "reporter": customer,
        "status": {"name": "Done"},
        "priority": {"name": "Highest"},
        "project": {"name": "acme"},
        "comment": {"total": 1, "comments": [{"id": "1", "author": agent, "created": at("10:30"), "body": "…"}]},
        "worklog": {
            "total": 1,
            "worklogs": [{"id": "2", "author": agent, "created": at("13:30"), "timeSpentSeconds": 1800}],
        },
    }
    issue = {"id": "1", "key": "S-1", "fields": fields, "changelog": {"total": 5, "histories": histories}}
    export = tmp_path / "issues.jsonl"
    export.write_text(json.dumps(issue) + "\n", encoding="utf-8")

    verdicts = replayed("jira", export)

    (ticket,) = verdicts["tickets"]
    assert [] == ticket["refused"] + ticket["nonconforming"]
    assert ("resolved", "urgent", "acme", 8) == tuple(
        ticket[name] for name in ("state", "severity", "customer", "events")
    )
    assert [
        ("S-1", "take-up", "low", "upheld", 1800),
        ("S-1", "resolve", "urgent", "upheld", 3 * 3600),
    ] == clocks(verdicts)


AUDITED = {
    "bugzilla": ("7", "Desk", "low", "in-fix", "qualified", 1),
    "github": ("7", "vendor/desk", None, "in-fix", "qualified", 0),
    "github-timeline": ("7", "vendor/desk", None, "in-fix", "qualified", 1),
    "gitlab": ("7", "5", None, "in-fix", "qualified", 1),
    "launchpad": ("desk/7", "desk", "low", "in-fix", "in-fix", 1),
    "phabricator": ("T7", None, "low", "in-fix", "qualified", 1),
    "zendesk": ("35", None, "low", "qualified", "qualified", 1),
}


@pytest.mark.parametrize("layout", ["pages", "lines", "a list", "indented"])
@pytest.mark.parametrize("name", AUDITED)
def test_the_same_ticket_in_every_tracker(name: str, layout: str, replayed: Any, tmp_path: Path) -> None:
    """Opened at 9:00, taken up at 9:30, resolved at 14:00, opened again from 15:00 to 16:00, however it was saved.

    So half an hour passes until somebody takes it up; it is resolved after five hours and one more, since the hour
    in which it was resolved does not count. It is a high one then, and was a low one when it was taken up; where
    labels tell that, the label comes after the opening, and at 9:00 nobody knew it.
    """
    documents = PAYLOADS[name]()
    export = tmp_path / "export.json"
    export.write_text(
        {
            "pages": lambda: "\n\n".join(json.dumps(each) for each in documents),
            "lines": lambda: "\n".join(json.dumps(each) for each in documents),
            "a list": lambda: json.dumps(documents),
            "indented": lambda: "\n".join(json.dumps(each, indent=2) for each in documents),
        }[layout](),
        encoding="utf-8",
    )
    id, customer, severity, taken, reopened, replies = AUDITED[name]

    verdicts = replayed(name.partition("-")[0], export)

    (ticket,) = [each for each in verdicts["tickets"] if each["ticket"] == id]
    assert [] == ticket["refused"]
    assert ("resolved", "high", customer) == (ticket["state"], ticket["severity"], ticket["customer"])
    assert [("open", "09:00"), (taken, "09:30"), ("resolved", "14:00"), (reopened, "15:00"), ("resolved", "16:00")] == [
        (each["to"], each["at"][11:16]) for each in ticket["moves"]
    ]
    assert [("take-up", severity, "upheld", 1800), ("resolve", "high", "upheld", 6 * 3600)] == [
        (each["id"], each["severity"], each["status"], each["used_s"]) for each in ticket["commitments"]
    ]
    changes = 1 + (severity is None)  # of the severity; with labels the first is one, too
    assert 5 + changes + replies == ticket["events"]


def test_a_damaged_export_is_one_clear_line(root: Path, tmp_path: Path, shared: Path) -> None:
    """Packed or in UTF-16 it is read as well; cut short or without changelog it is told, with exit 2."""
    whole = payload(shared, "jira", "search_expand_changelog.json").read_bytes()
    bare = json.dumps({"issues": [{"key": "S-1", "fields": {}}]}).encode()
    packed = gzip.compress(whole, mtime=0)
    folder = root / "examples" / "mappings"

    def replay(name: str, content: bytes) -> tuple[int, str]:
        export = tmp_path / name
        export.write_bytes(content)
        given = ["--policy", str(folder / "policy.yaml"), "--map", str(folder / "jira.yaml")]
        done = CliRunner().invoke(main, ["replay", str(export), *given])
        return done.exit_code, done.stderr.replace(str(export), name)

    code, told = replay("whole.json.gz", packed)
    assert (0, False) == (code, "error" in told)
    assert (2, "error: cut.json.gz: this gzip file is cut short: export or copy it again\n") == replay(
        "cut.json.gz", packed[:-2000]
    )
    code, told = replay("cut.json", whole[:100_000])
    assert (2, "error: cut.json:3681: it ends before its JSON does: it was cut short\n") == (code, told)
    assert replay("whole.json", whole) == replay("wide.json", whole.decode().encode("utf-16"))
    code, told = replay("bare.json", bare)
    assert "error: bare.json:1, issue `S-1`: there is no changelog: export it again with `expand=changelog`" in told
    assert (2, 1) == (code, told.count("\n"))
