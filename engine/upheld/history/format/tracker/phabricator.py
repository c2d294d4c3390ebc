"""Phabricator: tasks of Maniphest with their transactions, as Conduit gives them.

A transaction tells what a field held and holds; those of the creation tell what the task was opened with, and come from
nothing. ``transaction.search`` names its task by ``objectPHID``, so its pages stand before the tasks; what
``maniphest.gettasktransactions`` gave is read, too, also where a task holds it.

Priorities are numbers in one call and words in another: where the file tells the word of a number, it is the word.

    >>> from io import BytesIO
    >>> lines = '''{"result": {"data": [{"id": 5, "type": "status", "objectPHID": "PHID-TASK-a",
    ...   "authorPHID": "PHID-USER-b", "dateCreated": 1772445600, "fields": {"old": "open", "new": "resolved"}}]}}
    ... {"result": {"data": [{"id": 7, "phid": "PHID-TASK-a", "type": "TASK", "fields": {"authorPHID": "PHID-USER-a",
    ...   "dateCreated": 1772442000, "status": {"value": "resolved"}, "priority": {"value": 90, "name": "High"}}}]}}'''
    >>> for row in rows(HistoryFile("tasks.json", BytesIO(lines.replace(",\\n", ", ").encode()))):
    ...     print(row.cells["ticket"], row.cells["kind"], row.cells["from"], row.cells["to"], row.cells["at"], sep="|")
    T7|created||open|2026-03-02T09:00:00Z
    T7|changed|open|resolved|2026-03-02T10:00:00Z

Source: Phabricator and Phorge, Conduit, "maniphest.search", "transaction.search", "maniphest.gettasktransactions".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from upheld.history.file import HistoryFile
from upheld.history.format.api_object import ApiObject, Misshapen
from upheld.history.format.json_head import members_of
from upheld.history.format.tracker.change import CHANGED, COMMENTED, PUBLIC, Change, Entry, in_order
from upheld.history.format.tracker.issue import Issue, at_seconds, issue_rows
from upheld.history.importer import Bad, Row

_ADVICE: Final = "put what `transaction.search` gives for the task before it"
_FIELDS: Final[Mapping[str, str]] = {
    "status": "status",
    "priority": "priority",
    "title": "name",
    "owner": "owner",
    "reassign": "owner",
    "points": "points",
    "subtype": "subtype",
}
"""The kinds of transactions that change a field which a task tells, with the field."""
_OPENING: Final = frozenset({"create", "core:create"})
_COMMENTS: Final = frozenset({"comment", "core:comment"})


class _Phabricator:
    advice = _ADVICE

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._numbered: dict[str, list[Entry]] = {}

    def entries(self, held: ApiObject) -> Iterator[tuple[str, Entry]]:
        for each in _page(held):
            if "objectPHID" in each:
                yield each.needed("objectPHID"), self._entry(each)
        result = held.child("result") if isinstance(held.value("result"), dict) else None
        if result is not None and "data" not in result:
            for id in result:
                self._numbered[id] = [self._entry(each) for each in result.children(id, "result")]

    def issues(self, held: ApiObject) -> Sequence[ApiObject]:
        found = [each for each in _page(held) if "fields" in each and "objectPHID" not in each]
        if not found and "result" not in held and "objectPHID" not in held:
            raise Misshapen("there is no task here: export them with `maniphest.search`")
        return found

    def key(self, issue: ApiObject) -> str:
        return issue.needed("phid")

    def issue(self, issue: ApiObject, elsewhere: list[Entry]) -> Issue:
        fields = issue.child("fields")
        self._word(fields.value("priority"))
        within = [self._entry(each) for each in issue.children("transactions", "transactions")]
        entries = [*elsewhere, *in_order([*self._numbered.pop(issue.needed("id"), []), *within], lambda e: e.instant)]
        if not entries:
            raise Misshapen(f"there are no transactions of this task: {_ADVICE}")
        opened = at_seconds(fields, "dateCreated")
        present = {
            "status": fields.child("status").text("value"),
            "priority": self._word(fields.value("priority")),
            "name": fields.text("name"),
            "owner": fields.text("ownerPHID"),
            "points": fields.text("points"),
            "subtype": fields.text("subtype"),
            "space": fields.text("spacePHID"),
        }
        later = [self._worded(each) for each in entries if each.changes]
        later = [replace(each, changes=[change for change in each.changes if not _opens(change)]) for each in later]
        author = fields.text("authorPHID")
        return Issue(f"T{issue.needed('id')}", opened, author, "status", present, [e for e in later if e.changes])

    def known(self, key: str) -> ApiObject | None:
        return None

    def _entry(self, held: ApiObject) -> Entry:
        instant, at = at_seconds(held, "dateCreated")
        kind = held.text("transactionType") or held.text("type")
        fields = held.child("fields") if isinstance(held.value("fields"), dict) else ApiObject({})
        before = self._word(fields.value("old") if "old" in fields else held.value("oldValue"))
        after = self._word(fields.value("new") if "new" in fields else held.value("newValue"))
        changes: tuple[Change, ...] = ()
        if kind in _FIELDS:
            changes = (Change(CHANGED, _FIELDS[kind], before, after),)
        elif kind in _COMMENTS:
            changes = (Change(COMMENTED, "comment", after=PUBLIC, cells={"text": _said(held)}),)
        elif kind and kind not in _OPENING:
            changes = (Change(kind, ""),)
        return Entry(held.text("id") or held.text("transactionID"), instant, at, held.text("authorPHID"), changes)

    def _word(self, value: object) -> str:
        """The word of a status or priority; of a number that was met beside its word, the word."""
        if isinstance(value, dict):
            held = ApiObject(value)
            word, number = held.text("name") or held.text("value"), held.text("value")
            if number and word:
                self._words[number] = word
            return word
        text = value if isinstance(value, str) else ""
        return self._words.get(text, text)

    def _worded(self, entry: Entry) -> Entry:
        """The same, its numbers as words, now that the task told them."""
        words = self._words
        changes = [
            replace(each, before=words.get(each.before, each.before), after=words.get(each.after, each.after))
            if each.name == "priority"
            else each
            for each in entry.changes
        ]
        return replace(entry, changes=changes)


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """A row for each transaction of each task. Raises: HistoryError where the file cannot be read."""
    return issue_rows(file, _Phabricator())


def begins(head: bytes) -> bool:
    """Whether a file that begins so holds transactions of Phabricator's tasks."""
    has = members_of(head).some
    return has("objectPHID", "authorPHID") or has("transactionType", "authorPHID")


def _page(held: ApiObject) -> list[ApiObject]:
    """The tasks or transactions of a page, or the one that an object is. Raises: Misshapen."""
    if "result" not in held:
        return [held]
    result = held.value("result")
    if isinstance(result, dict) and "data" in result:
        return held.child("result").children("data", "result.data")
    return held.children("result", "result") if isinstance(result, list) else []


def _opens(change: Change) -> bool:
    """Whether a change tells what the task was opened with: it comes from nothing, and a task has all of these."""
    return change.kind == CHANGED and not change.before and change.name in ("status", "priority", "name")


def _said(held: ApiObject) -> str:
    """The text of a comment, whose versions stand the latest first. Raises: Misshapen."""
    if not isinstance(held.value("comments"), list):
        return held.text("comments")
    comments = held.children("comments", "comments")
    return comments[0].child("content").text("raw") if comments else ""
