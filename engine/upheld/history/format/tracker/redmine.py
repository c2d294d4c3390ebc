"""Redmine: issues with their journals, as its REST API gives them one by one.

A journal is what one person did at one instant: fields changed, notes written, or both. Fields
change from one number to another, and the numbers are those of the server: the names stand in
``/issue_statuses.json``, ``/enumerations/issue_priorities.json`` and ``/trackers.json``. Where
one of these stands in the file before the issues, their rows have names; the numbers stand in
columns of their own. Without them the mapping says what the numbers mean.

The journals never tell how an issue began: each field began with what its first change came
from, or with what it holds today.

    >>> from io import BytesIO
    >>> issue = '''{"issue_statuses": [{"id": 1, "name": "New"}, {"id": 3, "name": "Resolved"}]}
    ... {"issue": {"id": 7, "created_on": "2026-03-02T09:00:00Z", "status": {"id": 3, "name": "Resolved"},
    ...   "author": {"id": 24}, "journals": [{"id": 2, "created_on": "2026-03-02T10:00:00Z", "user": {"id": 4},
    ...     "notes": "done", "details": [{"property": "attr", "name": "status_id", "old_value": "1",
    ...     "new_value": "3"}]}]}}'''.replace("\\n  ", "")
    >>> for row in rows(HistoryFile("issues.jsonl", BytesIO(issue.encode()))):
    ...     print(row.cells["kind"], row.cells["field"], row.cells["from"], row.cells["to"], sep="|")
    created|status_id||New
    changed|status_id|New|Resolved
    commented|notes||public

Source: Redmine, REST API, "Issues", "Issue journals", "Issue statuses", "Time entries".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from typing import Final

from upheld.core.nearest import quoted
from upheld.history.file import HistoryFile
from upheld.history.format.api_object import ApiObject, Misshapen
from upheld.history.format.json_document import objects
from upheld.history.format.json_head import members_of
from upheld.history.format.tracker.change import (
    CHANGED,
    COMMENTED,
    CREATED,
    PRIVATE,
    PUBLIC,
    WORKED,
    Change,
    Course,
    Entry,
    in_order,
    is_requester,
    past,
)
from upheld.history.importer import Bad, Row

TABLES: Final[Mapping[str, str]] = {
    "issue_statuses": "status_id",
    "issue_priorities": "priority_id",
    "trackers": "tracker_id",
}
"""The lists of names that a file may hold, and the field whose numbers they name."""

_NUMBERED: Final = ("project", "tracker", "status", "priority", "category", "assigned_to", "fixed_version", "parent")
_PLAIN: Final = ("subject", "start_date", "due_date", "done_ratio", "is_private", "estimated_hours")
_HOURS: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,20})?")

Names = Mapping[str, Mapping[str, str]]
"""What a file has told so far: by field, the names of its numbers."""


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """A row for each change, note and time entry of each issue; an issue that is none is bad.

    Reads issues one after another, in a list or one a line, among them the lists of names, and time entries.
    Time entries are told with the issue that follows them or holds them, in the order of time.

    Raises: HistoryError where a document that is held whole cannot be read.
    """
    names: dict[str, dict[str, str]] = {}
    work: dict[str, list[ApiObject]] = {}
    for found in objects(file):
        if isinstance(found, Bad):
            yield found
            continue
        place, held = found
        try:
            _learn(held, names, work)
            issues = _issues(held)
        except Misshapen as error:
            yield Bad(place, str(error))
            continue
        for number, issue in enumerate(issues, 1):
            yield from _issue(place, f", issue {number}" if len(issues) > 1 else "", issue, names, work)
    yield from (Bad(file.name, f"time entries of issue {quoted(id)} stand behind it, or it is not here") for id in work)


def begins(head: bytes) -> bool:
    """Whether a file that begins so holds issues of Redmine."""
    has = members_of(head).some
    issue = has("journals", "status.id") or has("journals", "status_id")
    return issue or has("issue_statuses.id") or has("time_entries.spent_on")


def _learn(held: ApiObject, names: dict[str, dict[str, str]], work: dict[str, list[ApiObject]]) -> None:
    """Take what an object tells beside issues. Raises: Misshapen."""
    for table, field in TABLES.items():
        for each in held.children(table, table):
            names.setdefault(field, {})[each.needed("id")] = each.needed("name")
    for entry in held.children("time_entries", "time_entries"):
        if "issue" in entry:
            work.setdefault(entry.child("issue").needed("id"), []).append(entry)


def _issues(held: ApiObject) -> list[ApiObject]:
    """The issues that an object is or has. Raises: Misshapen where there can be none."""
    if "issues" in held:
        return held.children("issues", "issues")
    if "issue" in held:
        return [held.child("issue")]
    if "journals" in held:
        return [held]
    if any(table in held for table in (*TABLES, "time_entries")):
        return []
    raise Misshapen("there is no issue here: export each with `/issues/ID.json?include=journals`")


def _issue(
    file: str, number: str, issue: ApiObject, names: Names, work: dict[str, list[ApiObject]]
) -> Iterator[Row | Bad]:
    """The rows of one issue, and of the work on it."""
    place = f"{file}{number}"
    try:
        ticket = issue.needed("id")
        place = f"{file}, issue {quoted(ticket)}"
        spent = work.pop(ticket, [])
        asked = issue.child("author").text("id")
        if "journals" not in issue:
            raise Misshapen("there are no journals: export each issue with `/issues/ID.json?include=journals`")
        journals = in_order([_journal(each, names) for each in issue.children("journals", "journals")], _instant)
        began = past(_present(issue, names), journals)
        opening = _opening(issue, began)
        worked = [_time_entry(each) for each in spent]
    except Misshapen as error:
        yield Bad(place, str(error))
        return
    course = Course(ticket, began)
    for entry in (opening, *sorted(chain(journals, in_order(worked, _instant)), key=_instant)):
        cells = {**entry.cells, **is_requester(entry.author, asked)}
        yield from course.rows(place, replace(entry, cells=cells))


def _instant(entry: Entry) -> datetime:
    return entry.instant


def _present(issue: ApiObject, names: Names) -> dict[str, str]:
    """What the fields of an issue hold today, under the names that journals give them. Raises: Misshapen."""
    held = {name: issue.text(name) for name in _PLAIN if name in issue}
    for name in _NUMBERED:
        held[f"{name}_id"] = _named(f"{name}_id", issue.child(name).text("id"), names)
    for each in issue.children("custom_fields", "custom_fields"):
        held[f"cf_{each.needed('id')}"] = each.text("value")
    return held


def _named(field: str, number: str, names: Names) -> str:
    return names.get(field, {}).get(number, number)


def _opening(issue: ApiObject, began: Mapping[str, str]) -> Entry:
    """How an issue was opened. Raises: Misshapen."""
    instant, at = issue.at("created_on")
    author = issue.child("author")
    if not began["status_id"]:
        raise Misshapen("`status` is missing: export it again with all its fields")
    change = Change(CREATED, "status_id", after=began["status_id"])
    return Entry("created", instant, at, author.text("id"), (change,), {"author name": author.text("name")})


def _journal(held: ApiObject, names: Names) -> Entry:
    instant, at = held.at("created_on")
    user = held.child("user")
    changes = [_detail(each, names) for each in held.children("details", "details")]
    notes = held.text("notes")
    if notes.strip():
        seen = PRIVATE if held.text("private_notes") == "true" else PUBLIC
        changes.append(Change(COMMENTED, "notes", after=seen, cells={"text": notes}))
    return Entry(held.text("id"), instant, at, user.text("id"), changes, {"author name": user.text("name")})


def _detail(held: ApiObject, names: Names) -> Change:
    name, property = held.needed("name"), held.text("property")
    field = {"attr": name, "": name, "cf": f"cf_{name}"}.get(property, property)
    before, after = held.text("old_value"), held.text("new_value")
    cells = {"from id": before, "to id": after}
    return Change(CHANGED, field, _named(field, before, names), _named(field, after, names), cells)


def _time_entry(held: ApiObject) -> Entry:
    instant, at = held.at("created_on")
    user = held.child("user")
    cells = {
        "minutes": _minutes(held.needed("hours")),
        "activity": held.child("activity").text("name"),
        "started": held.text("spent_on"),
        "text": held.text("comments"),
    }
    change = Change(WORKED, "time_entry", cells=cells)
    return Entry(held.text("id"), instant, at, user.text("id"), (change,), {"author name": user.text("name")})


def _minutes(hours: str) -> str:
    """Hours in whole minutes; Redmine keeps 20 minutes as 0.33 hours, so it is the nearest."""
    if not _HOURS.fullmatch(hours):
        raise Misshapen(f"`hours` is {quoted(hours)}, and no number of hours")
    return str((Decimal(hours) * 60).to_integral_value(ROUND_HALF_UP))
