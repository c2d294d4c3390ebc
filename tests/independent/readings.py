"""The samples in `examples/exports`, read without upheld: what became of each ticket, as its file says.

Each reading says once more, in Python, what the mapping beside it says in YAML. Where a table does not tell when a
ticket was taken up, it was at the first instant that the table has after the opening.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from independent.desk_clocks import UTC, Course, Step

Courses = dict[str, Course]
Cells = Mapping[str, Any]

PARIS = ZoneInfo("Europe/Paris")
MONTHS = dict(zip("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), range(1, 13)))
NAMED = {"Highest": "urgent", "High": "high", "Medium": "normal", "Low": "low", "Urgent": "urgent", "Normal": "normal"}


def table(path: Path, separator: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def spelled(text: str) -> datetime:
    """`2026-03-02 09:12:00`, with or without seconds, in UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=UTC)


def jira_time(text: str, zone: tzinfo = UTC) -> datetime:
    """`02/Mar/26 5:30 PM`, on a clock of a zone."""
    date, clock, half = text.split()
    day, month, year = date.split("/")
    hour, minute = map(int, clock.split(":"))
    hour = hour % 12 + (12 if half == "PM" else 0)
    return datetime(2000 + int(year), MONTHS[month], int(day), hour, minute, tzinfo=zone).astimezone(UTC)


def in_a_row(severity: str, instants: Iterable[tuple[str, str | None]], read: Callable[[str], datetime]) -> Course:
    """A ticket that stands in one row, of what was when; the empty ones were never.

    Nothing here is a reopening: what is told of a ticket after it was done changed nothing about that.
    """
    steps = sorted((Step(read(text), where) for where, text in instants if text), key=lambda step: step.at)
    done = next((number for number, step in enumerate(steps) if step.where == "done"), len(steps))
    return Course([*steps[:done], *(step for step in steps[done:] if step.where == "done")], severity)


def jira(path: Path) -> Courses:
    return {
        row["Issue key"]: in_a_row(
            NAMED.get(row["Priority"], ""),
            [("open", row["Created"]), ("done", row["Resolved"])],
            partial(jira_time, zone=PARIS),
        )
        for row in table(path)
    }


def jsm_requests(path: Path) -> Courses:
    found = {}
    for row in table(path):
        first = row["Custom field ([CHART] Date of First Response)"]
        instants = [("open", row["Created"]), ("work", first), ("done", row["Resolved"])]
        found[row["Issue key"]] = in_a_row(NAMED.get(row["Priority"], ""), instants, jira_time)
    return found


def changes(rows: Iterable[tuple[str, datetime, str, str]]) -> Courses:
    """Of tickets with several rows: whose, when, `where` or `severity`, and which."""
    steps: dict[str, list[Step]] = {}
    severities: dict[str, str] = {}
    for ticket, at, kind, value in rows:
        if kind == "severity":
            severities[ticket] = value
        else:
            steps.setdefault(ticket, []).append(Step(at, value))
    return {ticket: Course(found, severities.get(ticket, "")) for ticket, found in steps.items()}


def jsm_changelog(path: Path) -> Courses:
    where = {"Open": "open", "Waiting for customer": "wait", "Resolved": "done", "Closed": "done", "Canceled": "done"}
    return changes(
        (row["Issue key"], jira_time(row["Changed"]), *told)
        for row in table(path)
        for told in [
            *([("where", where.get(row["To"], "work"))] if row["Field"] == "Status" else []),
            *([("severity", NAMED[row["To"]])] if row["Field"] == "Priority" else []),
        ]
    )


def servicenow_incidents(path: Path) -> Courses:
    ranks = {"1": "urgent", "2": "high", "3": "normal", "4": "low", "": ""}
    return {
        row["Number"]: in_a_row(
            ranks[row["Priority"][:1]],
            [("open", row["Opened"]), ("done", row["Resolved"]), ("done", row["Closed"])],
            spelled,
        )
        for row in table(path)
    }


def servicenow_table(path: Path) -> Courses:
    ranks = {"1": "urgent", "2": "high", "3": "normal", "4": "low", "": ""}
    return {
        held["number"]: in_a_row(
            ranks[held["priority"]],
            [
                ("open", held["opened_at"]),
                ("work", held["work_start"]),
                ("done", held["resolved_at"]),
                ("done", held["closed_at"]),
            ],
            spelled,
        )
        for held in json.loads(path.read_text(encoding="utf-8"))["result"]
    }


def freshdesk(path: Path) -> Courses:
    return {
        row["Ticket ID"]: in_a_row(
            NAMED.get(row["Priority"], ""),
            [
                ("open", row["Created time"]),
                ("work", row["Initial response time"]),
                ("done", row["Resolved time"]),
                ("done", row["Closed time"]),
            ],
            spelled,
        )
        for row in table(path)
    }


def freshdesk_tickets(path: Path) -> Courses:
    found = {}
    for held in json.loads(path.read_text(encoding="utf-8")):
        stats = held["stats"]
        instants = [("open", held["created_at"]), ("work", stats["first_responded_at"])]
        instants += [("wait", stats["pending_since"])] * (held["status"] == 3)
        instants += [("done", stats["resolved_at"]), ("done", stats["closed_at"])]
        severity = ("", "low", "normal", "high", "urgent")[held["priority"]]
        found[str(held["id"])] = in_a_row(severity, instants, spelled)
    return found


def zendesk_tickets(path: Path) -> Courses:
    found = {}
    for row in table(path):
        instants = [("open", row["Created at"]), ("work", row["Initially assigned at"])]
        instants += [("done", row["Solved at"])] * (row["Status"] in ("Solved", "Closed"))
        found[row["Id"]] = in_a_row(NAMED.get(row["Priority"], ""), instants, spelled)
    return found


def zendesk_metrics(path: Path) -> Courses:
    found = {}
    for held in json.loads(path.read_text(encoding="utf-8"))["tickets"]:
        metrics = held["metric_set"]
        instants = [("open", held["created_at"]), ("work", metrics["initially_assigned_at"])]
        instants += [("done", metrics["solved_at"])] * (held["status"] in ("solved", "closed"))
        found[str(held["id"])] = in_a_row(held["priority"] or "", instants, spelled)
    return found


def glpi(path: Path) -> Courses:
    def read(text: str) -> datetime:
        return datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=PARIS).astimezone(UTC)

    ranks = {"Très haute": "urgent", "Haute": "high", "Moyenne": "normal", "Basse": "low", "": ""}
    return {
        row["ID"].replace("\N{NO-BREAK SPACE}", ""): in_a_row(
            ranks[row["Priorité"]],
            [
                ("open", row["Date d'ouverture"]),
                ("done", row["Date de résolution"]),
                ("done", row["Date de clôture"]),
            ],
            read,
        )
        for row in table(path, ";")
    }


def glpi_history(path: Path) -> Courses:
    where = {"1": "open", "2": "work", "3": "work", "4": "wait", "5": "done", "6": "done"}
    ranks = {"2": "low", "3": "normal", "4": "high", "5": "urgent"}

    def told(row: Mapping[str, str]) -> list[tuple[str, str]]:
        if row["linked_action"] == "20":
            return [("where", "open"), ("severity", ranks[row["priority"]])]
        if row["id_search_option"] == "12":
            return [("where", where[row["new_value"]])]
        return [("severity", ranks[row["new_value"]])] if row["id_search_option"] == "3" else []

    return changes(
        (row["ticket"], datetime.fromisoformat(row["date_mod"]).replace(tzinfo=PARIS).astimezone(UTC), *each)
        for row in table(path, "\t")
        for each in told(row)
    )


def zammad_tickets(path: Path) -> Courses:
    ranks = {"3 high": "high", "2 normal": "normal", "1 low": "low"}
    found = {}
    for held in json.loads(path.read_text(encoding="utf-8")):
        instants = [("open", held["created_at"]), ("work", held["first_response_at"])]
        instants += [("done", held["close_at"])] * (held["state"] in ("closed", "merged"))
        found[held["number"]] = in_a_row(ranks[held["priority"]], instants, spelled)
    return found


def zammad_history(path: Path) -> Courses:
    where = {"new": "open", "open": "work", "pending reminder": "wait", "closed": "done"}

    def told(entry: Cells) -> list[tuple[str, str]]:
        if entry["object"] != "Ticket":
            return []
        if entry["type"] == "created":
            return [("where", "open"), ("severity", "normal")]
        if entry["attribute"] == "state":
            return [("where", where[entry["value_to"]])]
        return [("severity", entry["value_to"][2:])] if entry["attribute"] == "priority" else []

    return changes(
        (str(entry["o_id"]), spelled(entry["created_at"]), *each)
        for line in path.read_text(encoding="utf-8").splitlines()
        for entry in json.loads(line)["history"]
        for each in told(entry)
    )


def topdesk(path: Path) -> Courses:
    ranks = {"P1": "urgent", "P2": "high", "P3": "normal", "P4": "low", "": ""}
    found = {}
    for row in table(path):
        instants = [("open", row["callDate"]), ("work", row["responseDate"])]
        instants += [("wait", row["onHoldDate"])] * (row["processingStatus"] == "Waiting for user")
        instants += [("done", row["completedDate"]), ("done", row["closedDate"])]
        found[row["number"]] = in_a_row(
            ranks[row["priority"]], instants, lambda text: datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
        )
    return found


def znuny_tickets(path: Path) -> Courses:
    ranks = {"5": "urgent", "4": "high", "3": "normal", "2": "low", "": ""}
    return {
        row["Ticket#"]: in_a_row(
            ranks[row["Priority"][:1]],
            [("open", row["Created"]), ("work", row["FirstResponse"]), ("done", row["Close Time"])],
            spelled,
        )
        for row in table(path, ";")
    }


def znuny_history(path: Path) -> Courses:
    where = {"new": "open", "open": "work", "pending reminder": "wait", "closed successful": "done", "removed": "done"}
    ranks = {"5": "urgent", "4": "high", "3": "normal", "2": "low"}

    def told(row: Mapping[str, str]) -> list[tuple[str, str]]:
        parts = row["name"].split("%%")
        if row["history_type"] == "NewTicket":
            return [("where", "open"), ("severity", ranks[parts[3][:1]])]
        if row["history_type"] == "StateUpdate":
            return [("where", where[parts[2]])]
        return [("severity", ranks[parts[4]])] if row["history_type"] == "PriorityUpdate" else []

    return changes((row["tn"], spelled(row["create_time"]), *each) for row in table(path) for each in told(row))


def osticket(path: Path) -> Courses:
    ranks = {"Emergency": "urgent", "High": "high", "Normal": "normal", "Low": "low", "": ""}
    return {
        row["Ticket Number"]: in_a_row(
            ranks[row["Priority"]], [("open", row["Date Created"]), ("done", row["Closed Date"])], spelled
        )
        for row in table(path)
    }


def github_issues(path: Path) -> Courses:
    found = {}
    for held in json.loads(path.read_text(encoding="utf-8")):
        labels = [label["name"] for label in held["labels"]]
        severity = next((name.removeprefix("priority: ") for name in labels if name.startswith("priority: ")), "")
        instants = [("open", held["createdAt"]), ("done", held["closedAt"])]
        found[str(held["number"])] = in_a_row(severity, instants, spelled)
    return found


def itsm_table(path: Path) -> Courses:
    ranks = {"P1": "urgent", "P2": "high", "P3": "normal", "P4": "low", "": ""}
    found = {}
    for row in table(path):
        instants = [("open", row["created_at"]), ("work", row["first_response_at"])]
        if row["status"] not in ("Open", "In Progress", "Reopened"):
            instants += [("done", row["resolved_at"]), ("done", row["closed_at"])]
        found[row["ticket_id"]] = in_a_row(ranks[row["priority"]], instants, spelled)
    return found


READINGS: Mapping[tuple[str, str], Callable[[Path], Courses]] = {
    ("jira.csv", "jira-csv"): jira,
    ("jsm-requests.csv", "jsm-requests"): jsm_requests,
    ("jsm-changelog.csv", "jsm-changelog"): jsm_changelog,
    ("servicenow-incidents.csv", "servicenow-list"): servicenow_incidents,
    ("servicenow-table.json", "servicenow-table"): servicenow_table,
    ("freshdesk.csv", "freshdesk"): freshdesk,
    ("freshdesk-tickets.json", "freshdesk-api"): freshdesk_tickets,
    ("zendesk-tickets.csv", "zendesk-tickets"): zendesk_tickets,
    ("zendesk-tickets.json", "zendesk-metrics"): zendesk_metrics,
    ("glpi.csv", "glpi"): glpi,
    ("glpi-history.tsv", "glpi-history"): glpi_history,
    ("zammad-tickets.json", "zammad"): zammad_tickets,
    ("zammad-history.jsonl", "zammad-history"): zammad_history,
    ("topdesk.csv", "topdesk"): topdesk,
    ("znuny-tickets.csv", "znuny-tickets"): znuny_tickets,
    ("znuny-history.csv", "znuny-history"): znuny_history,
    ("osticket.csv", "osticket"): osticket,
    ("github-issues.json", "github-issues"): github_issues,
    ("itsm-table.csv", "itsm-table"): itsm_table,
}
"""By sample and mapping."""
