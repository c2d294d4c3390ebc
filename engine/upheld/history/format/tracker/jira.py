"""Jira: issues with their changelog, as its REST API gives them with ``expand=changelog``.

The changelog tells what changed and never how the issue began: the status it was opened in
is what its first change of status came from, or the present one where none changed. A row is
a change; the opening, comments and worklogs are rows too, all in the order of time, since
Jira Cloud gives the latest entry first and Jira Server the earliest.

With a search, Jira Cloud gives only the latest entries of a long changelog. An issue whose
entries are not all there is bad: without the first ones nobody knows how it began. All of them
come with ``/changelog/bulkfetch``; what it gave stands in the file before the issues.

    >>> from io import BytesIO
    >>> issue = '''{"key": "UT-1", "fields": {"created": "2026-03-02T09:00:00.000+0100", "status": {"name": "Open"},
    ...     "priority": {"name": "High"}, "creator": {"accountId": "7", "displayName": "Customer"}},
    ...   "changelog": {"total": 1, "histories": [{"id": "5", "created": "2026-03-02T10:00:00.000+0100",
    ...     "items": [{"field": "priority", "fromString": "Low", "toString": "High"}]}]}}'''
    >>> for row in rows(HistoryFile("search.json", BytesIO(issue.encode()))):
    ...     print(row.cells["kind"], row.cells["field"], row.cells["to"], row.cells["ticket priority"])
    created status Open Low
    changed priority High High

Source: Atlassian, Jira REST API, "Issue search" and "Issues", versions 2 and 3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Final

from upheld.core.nearest import quoted
from upheld.history.file import HistoryFile
from upheld.history.format.api_object import ApiObject, Misshapen
from upheld.history.format.json_document import objects
from upheld.history.format.json_head import members_of
from upheld.history.format.tracker.change import CHANGED, CREATED, Change, Course, Entry, in_order, is_requester, past
from upheld.history.format.tracker.jira_issue import (
    author,
    comments,
    created,
    missing,
    present,
    requester,
    slas,
    worklogs,
)
from upheld.history.importer import Bad, Row

_FIELD_IDS: Final[Mapping[str, str]] = {
    "Component": "components",
    "Fix Version": "fixVersions",
    "Version": "versions",
    "Attachment": "attachment",
    "Link": "issuelinks",
}
"""What changelogs call the fields of every Jira that have another id; newer ones tell the id themselves."""

Whole = dict[str, list[ApiObject]]
"""By the id of an issue, all entries of its changelog."""


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """A row for each change of each issue; an issue that is not whole, or none, is bad.

    Reads a page, pages one after another or in a list, single issues, or one of these a line; pages of whole
    changelogs among them.

    Raises: HistoryError where a document that is held whole cannot be read.
    """
    whole: Whole = {}
    for found in objects(file):
        if isinstance(found, Bad):
            yield found
            continue
        place, page = found
        try:
            for each in page.children("issueChangeLogs", "issueChangeLogs"):
                entries = each.children("changeHistories", "changeHistories")
                whole.setdefault(each.needed("issueId"), []).extend(entries)
        except Misshapen as error:
            yield Bad(place, str(error))
            continue
        if "issues" in page:
            yield from _page(place, page, whole)
        elif "issueChangeLogs" not in page:
            yield from _issue(place, "", page, {}, whole)


def begins(head: bytes) -> bool:
    """Whether a file that begins so holds issues of Jira."""
    members = members_of(head)
    has = members.some
    whole = has("changelog.histories") or has("histories.items") or has("issueChangeLogs")
    return whole or members.unfinished("key", "self", "fields.status")  # whose changelog may stand behind its fields


def _page(place: str, page: ApiObject, whole: Whole) -> Iterator[Row | Bad]:
    try:
        issues = page.children("issues", "issues")
        names = _ids(page.child("names"))
    except Misshapen as error:
        yield Bad(place, str(error))
        return
    for number, issue in enumerate(issues, 1):
        yield from _issue(place, f", issue {number}", issue, names, whole)


def _ids(shown: ApiObject) -> dict[str, str]:
    """The ids of fields by what people call them, those left out that are called alike. Raises: Misshapen."""
    names = {id: shown.text(id) for id in shown}
    times = Counter(names.values())
    return {name: id for id, name in names.items() if times[name] == 1}


def _issue(file: str, number: str, issue: ApiObject, names: Mapping[str, str], whole: Whole) -> Iterator[Row | Bad]:
    """The rows of one issue; ``names`` are the ids of fields by what people call them."""
    place = f"{file}{number}"
    try:
        ticket = issue.text("key") or issue.needed("id")
        place = f"{file}, issue {quoted(ticket)}"
        fields = issue.child("fields")
        asked = requester(fields)
        changes = in_order([_entry(each, names) for each in _histories(issue, whole)], _instant)
        began = past(present(fields, changes), changes)
        opening = _opening(fields, began)
        told = (in_order(each, _instant) for each in (comments(fields), worklogs(fields), slas(fields)))
        later = sorted(chain(changes, *told), key=_instant)
        lacking = missing(fields)
    except Misshapen as error:
        yield Bad(place, str(error))
        return
    if lacking:
        yield Bad(place, lacking)
    course = Course(ticket, began)
    for entry in (opening, *later):
        cells = {**entry.cells, **is_requester(entry.author, asked)}
        yield from course.rows(place, replace(entry, cells=cells))


def _instant(entry: Entry) -> datetime:
    return entry.instant


def _opening(fields: ApiObject, began: Mapping[str, str]) -> Entry:
    """How an issue was opened. Raises: Misshapen."""
    instant, at = fields.at("created")
    status = began.get("status")
    if not status:
        raise Misshapen("`status` is missing among its fields: export it again with all of them")
    who, cells = author(fields.child("creator") if "creator" in fields else fields.child("reporter"))
    return Entry("created", instant, at, who, (Change(CREATED, "status", after=status),), cells)


def _histories(issue: ApiObject, whole: Whole) -> list[ApiObject]:
    """The entries of the changelog of an issue, all of them. Raises: Misshapen."""
    if issue.text("id") in whole:
        return whole[issue.text("id")]
    if "changelog" not in issue:
        raise Misshapen("there is no changelog: export it again with `expand=changelog`")
    changelog = issue.child("changelog")
    histories = changelog.children("histories", "changelog.histories")
    total = changelog.count("total")
    if total is not None and total != len(histories):
        problem = f"{len(histories)} of {total} entries of its changelog are here"
        raise Misshapen(f"{problem}: get all of them with `/changelog/bulkfetch`, and put them before the issues")
    return histories


def _entry(history: ApiObject, names: Mapping[str, str]) -> Entry:
    instant, at = created(history)
    who, cells = author(history.child("author"))
    items: Sequence[ApiObject] = history.children("items", "items")
    return Entry(history.text("id"), instant, at, who, [_change(item, names) for item in items], cells)


def _change(item: ApiObject, names: Mapping[str, str]) -> Change:
    shown = item.needed("field")
    id = item.text("fieldId") or names.get(shown) or _FIELD_IDS.get(shown, shown)
    before, after = item.text("from"), item.text("to")
    cells = {"field name": shown, "field type": item.text("fieldtype"), "from id": before, "to id": after}
    return Change(CHANGED, id, item.text("fromString") or before, item.text("toString") or after, cells)
