"""Bugzilla: bugs with their history, as its REST API gives them.

A history tells what was removed and what was added, field by field, and never how the bug began: that is what the
bug holds today, with all changes taken back. ``/rest/bug/ID/history`` gives no bug, only its id; so the bugs stand
behind it, or hold it themselves, as ``include_fields=_default,history`` gives them where a server knows that.

    >>> from io import BytesIO
    >>> bug = '''{"id": 7, "creation_time": "2026-03-02T09:00:00Z", "creator": "a", "status": "RESOLVED", "history": [
    ...   {"when": "2026-03-02T10:00:00Z", "who": "b", "changes": [
    ...     {"field_name": "status", "removed": "NEW", "added": "RESOLVED"}]}]}'''.replace("\\n", "")
    >>> for row in rows(HistoryFile("bugs.jsonl", BytesIO(bug.encode()))):
    ...     print(row.cells["kind"], row.cells["field"], row.cells["from"], row.cells["to"], sep="|")
    created|status||NEW
    changed|status|NEW|RESOLVED

Source: Bugzilla, WebService API, "Get bug", "Bug history", "Get comments".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from upheld.history.file import HistoryFile
from upheld.history.format.api_object import ApiObject, Misshapen
from upheld.history.format.json_head import members_of
from upheld.history.format.tracker.change import CHANGED, COMMENTED, PRIVATE, PUBLIC, Change, Entry, in_order
from upheld.history.format.tracker.issue import Issue, issue_rows, scalars
from upheld.history.importer import Bad, Row

_LATER: Final = frozenset(
    "cf_last_resolved comment_count creation_time creator duplicates id is_confirmed is_open last_change_time "
    "last_change_time_non_bot update_token votes".split()
)
"""Fields that sum up what came later, or are told by columns of their own."""
_OLD_NAMES: Final[Mapping[str, str]] = {"bug_status": "status", "bug_severity": "severity"}
_ADVICE: Final = "put what `/rest/bug/ID/history` gives before what `/rest/bug/ID` gives"


class _Bugzilla:
    advice = _ADVICE

    def __init__(self) -> None:
        self._without: set[str] = set()

    def entries(self, held: ApiObject) -> Iterator[tuple[str, Entry]]:
        for id, comments in _comments_by_bug(held):
            for each in comments:
                yield from ((id, entry) for entry in _comment(each))
        for bug in _bugs(held):
            if "history" in bug and "creation_time" not in bug:
                id = bug.needed("id")
                self._without.add(id)
                for each in bug.children("history", "history"):
                    yield id, _entry(each)

    def issues(self, held: ApiObject) -> Sequence[ApiObject]:
        bugs = _bugs(held)
        if not bugs and not _comments_by_bug(held) and "bugs" not in held:
            raise Misshapen(f"there is no bug here: {_ADVICE}")
        return [bug for bug in bugs if "creation_time" in bug]

    def key(self, issue: ApiObject) -> str:
        return issue.needed("id")

    def issue(self, issue: ApiObject, elsewhere: list[Entry]) -> Issue:
        id = issue.needed("id")
        if "history" not in issue and id not in self._without:
            raise Misshapen(f"there is no history of this bug: {_ADVICE}")
        comments = issue.children("comments", "comments") if isinstance(issue.value("comments"), list) else []
        entries = [
            *elsewhere,
            *in_order([_entry(each) for each in issue.children("history", "history")], lambda each: each.instant),
            *(entry for each in comments for entry in _comment(each)),
        ]
        return Issue(id, issue.at("creation_time"), issue.text("creator"), "status", scalars(issue, _LATER), entries)

    def known(self, key: str) -> ApiObject | None:
        return None


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """A row for each change of each bug. Raises: HistoryError where the file cannot be read."""
    return issue_rows(file, _Bugzilla())


def begins(head: bytes) -> bool:
    """Whether a file that begins so holds bugs of Bugzilla with their history."""
    has = members_of(head).some
    return has("history.changes.field_name") or has("creation_time", "is_open", "history")


def _bugs(held: ApiObject) -> list[ApiObject]:
    if isinstance(held.value("bugs"), list):
        return held.children("bugs", "bugs")
    return [held] if "history" in held or "creation_time" in held else []


def _comments_by_bug(held: ApiObject) -> list[tuple[str, list[ApiObject]]]:
    """The comments that stand apart, under the ids of their bugs. Raises: Misshapen."""
    if not isinstance(held.value("bugs"), dict):
        return []
    bugs = held.child("bugs")
    return [(id, bugs.child(id).children("comments", "comments")) for id in bugs]


def _entry(held: ApiObject) -> Entry:
    instant, at = held.at("when")
    changes = [_change(each) for each in held.children("changes", "changes")]
    return Entry(at, instant, at, held.text("who"), changes)


def _change(held: ApiObject) -> Change:
    name = held.needed("field_name")
    return Change(CHANGED, _OLD_NAMES.get(name, name), held.text("removed"), held.text("added"))


def _comment(held: ApiObject) -> Iterator[Entry]:
    """A comment; the first is what was asked for, and comes with the opening."""
    if held.text("count") == "0":
        return
    instant, at = held.at("creation_time" if "creation_time" in held else "time")
    seen = PRIVATE if held.text("is_private") == "true" else PUBLIC
    change = Change(COMMENTED, "comment", after=seen, cells={"text": held.text("text")})
    yield Entry(held.text("id"), instant, at, held.text("creator"), (change,))
