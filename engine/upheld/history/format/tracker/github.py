"""GitHub: issues with their events or timeline, and the events of all issues of a repository.

An issue is opened ``open``; events close it, open it again, put labels on and take them off. The events
of a repository (``/repos/OWNER/NAME/issues/events``) come the latest first and hold their issue as it is today; they
tell everything but comments, which the timeline of an issue has, too.

    >>> from io import BytesIO
    >>> issue = '{"number": 7, "created_at": "2026-03-02T09:00:00Z", "user": {"login": "a"}, "state": "closed"'
    >>> event = '{"id": 2, "event": "closed", "created_at": "2026-03-02T10:00:00Z", "actor": {"login": "b"}'
    >>> for row in rows(HistoryFile("events.json", BytesIO(f'[{event}, "issue": {issue}}}}}]'.encode()))):
    ...     print(row.cells["kind"], row.cells["field"], row.cells["from"], row.cells["to"], sep="|")
    created|state||open
    changed|state|open|closed

Source: GitHub, REST API, "Issues", "Issue events", "Timeline events".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from upheld.history.file import HistoryFile
from upheld.history.format.api_object import ApiObject, Misshapen
from upheld.history.format.json_head import members_of
from upheld.history.format.tracker.change import CHANGED, COMMENTED, PUBLIC, Change, Entry, in_order
from upheld.history.format.tracker.issue import Issue, issue_rows
from upheld.history.importer import Bad, Row

_ADVICE: Final = "put what `/repos/OWNER/NAME/issues/events` gives before the issues"
_KEPT: Final = ("number", "created_at", "user", "state", "title", "repository_url", "url", "author_association")
_COMMIT: Final = "committed"
_OPEN, _CLOSED = "open", "closed"


class _GitHub:
    advice = _ADVICE

    def __init__(self) -> None:
        self._known: dict[str, ApiObject] = {}

    def entries(self, held: ApiObject) -> Iterator[tuple[str, Entry]]:
        if "event" not in held:
            return
        if "issue" not in held:
            raise Misshapen(f"this event does not tell of which issue it is: {_ADVICE}")
        issue = held.child("issue")
        key = self.key(issue)
        if key not in self._known:
            kept = {name: issue.value(name) for name in _KEPT}
            self._known[key] = ApiObject({**kept, "pull_request": issue.value("pull_request") and "yes"})
        yield from ((key, entry) for entry in _entry(held))

    def issues(self, held: ApiObject) -> Sequence[ApiObject]:
        if "event" in held:
            return []
        found = held.children("items", "items") if "items" in held else [held]
        if any("number" not in each for each in found):
            raise Misshapen("there is no issue here: export them with `/repos/OWNER/NAME/issues?state=all`")
        return found

    def key(self, issue: ApiObject) -> str:
        repository = _repository(issue)
        return f"{repository}#{issue.needed('number')}" if repository else issue.needed("number")

    def issue(self, issue: ApiObject, elsewhere: list[Entry]) -> Issue:
        name = "timeline" if "timeline" in issue else "events"
        within = [entry for each in issue.children(name, name) for entry in _entry(each)]
        said = {entry.id for entry in (*elsewhere, *within)}
        for comments in ("comments_data", "comments"):
            if isinstance(issue.value(comments), list):
                found = [_comment(each) for each in issue.children(comments, comments)]
                within += [entry for entry in found if entry.id not in said]
                break
        user = issue.child("user")
        present = {
            "state": issue.text("state"),
            "title": issue.text("title"),
            "repository": _repository(issue),
            "pull_request": "yes" if issue.value("pull_request") else "no",
        }
        entries = [*elsewhere, *in_order(within, lambda each: each.instant)]
        cells = {"author role": issue.text("author_association")}
        opened = issue.at("created_at")
        return Issue(
            issue.needed("number"), opened, user.text("login"), "state", present, entries, frozenset({_OPEN}), cells
        )

    def known(self, key: str) -> ApiObject | None:
        return self._known.get(key)


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """A row for each event of each issue. Raises: HistoryError where the file cannot be read."""
    return issue_rows(file, _GitHub())


def begins(head: bytes) -> bool:
    """Whether a file that begins so holds events of GitHub's issues, or issues that hold theirs."""
    has = members_of(head).some
    within = has("number", "events.event") or has("number", "timeline.event")
    return within or has("event", "actor", "issue.number", "issue.created_at")


def _repository(issue: ApiObject) -> str:
    """Owner and name, as the addresses of an issue have them."""
    address = issue.text("repository_url") or issue.text("url")
    parts = address.partition("/repos/")[2].split("/")
    return "/".join(parts[:2])


def _entry(held: ApiObject) -> Iterator[Entry]:
    """An event, or none: commits stand in a timeline, too, and say nothing of the issue. Raises: Misshapen."""
    kind = held.needed("event")
    if kind == _COMMIT:
        return
    if kind == "commented":
        yield _comment(held)
        return
    instant, at = held.at("submitted_at" if "created_at" not in held and "submitted_at" in held else "created_at")
    who = (held.child("actor") if held.value("actor") is not None else held.child("user")).text("login")
    yield Entry(held.text("id"), instant, at, who, (_change(kind, held),))


def _comment(held: ApiObject) -> Entry:
    instant, at = held.at("created_at")
    who = (held.child("user") if held.value("user") is not None else held.child("actor")).text("login")
    cells = {"text": held.text("body"), "author role": held.text("author_association")}
    return Entry(held.text("id"), instant, at, who, (Change(COMMENTED, "comment", after=PUBLIC, cells=cells),))


def _change(kind: str, held: ApiObject) -> Change:
    """What an event of its kind changes; others keep their own word. Raises: Misshapen."""
    if kind == "closed":
        return Change(CHANGED, "state", _OPEN, _CLOSED, {"reason": held.text("state_reason")})
    if kind == "reopened":
        return Change(CHANGED, "state", _CLOSED, _OPEN)
    if kind == "renamed":
        rename = held.child("rename")
        return Change(CHANGED, "title", rename.text("from"), rename.text("to"))
    for put, taken, name, called in (
        ("labeled", "unlabeled", "label", "name"),
        ("assigned", "unassigned", "assignee", "login"),
        ("milestoned", "demilestoned", "milestone", "title"),
    ):
        if kind in (put, taken):
            value = held.child(name).text(called)
            return Change(CHANGED, name, *(("", value) if kind == put else (value, "")))
    return Change(kind, "")
