"""GitLab: issues with their resource events and notes, as its REST API gives them.

An issue is ``opened``; resource state events close it and open it again, resource label events put labels on and take
them off. Events and notes tell the id of their issue, so their pages stand before the issues; or an
issue holds them itself, under the names of the calls. Older servers tell no state events and write a note of their own
instead, which is read where there are no others.

    >>> from io import BytesIO
    >>> lines = '''{"id": 3, "resource_type": "Issue", "resource_id": 70, "state": "closed", "user": {"id": 8},
    ...   "created_at": "2026-03-02T10:00:00Z"}
    ... {"id": 70, "iid": 7, "created_at": "2026-03-02T09:00:00Z", "author": {"id": 5}, "state": "closed"}'''
    >>> for row in rows(HistoryFile("issues.json", BytesIO(lines.replace(",\\n", ", ").encode()))):
    ...     print(row.cells["ticket"], row.cells["kind"], row.cells["from"], row.cells["to"], sep="|")
    7|created||opened
    7|changed|opened|closed

Source: GitLab, REST API, "Issues", "Resource state events", "Resource label events", "Notes".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from upheld.history.file import HistoryFile
from upheld.history.format.api_object import ApiObject, Misshapen
from upheld.history.format.json_head import members_of
from upheld.history.format.tracker.change import CHANGED, COMMENTED, PRIVATE, PUBLIC, Change, Entry, in_order
from upheld.history.format.tracker.issue import Issue, issue_rows, scalars
from upheld.history.importer import Bad, Row

_ADVICE: Final = "put what `/projects/ID/issues/IID/resource_state_events` gives before the issue"
_HELD: Final = ("resource_state_events", "resource_label_events", "resource_milestone_events")
_NOTES: Final = ("notes", "notes_data")
_OPENED, _CLOSED = "opened", "closed"
_NOTE: Final = "note "
"""Before the id of an entry that a note of the system's own tells."""
_STATE_NOTE: Final = re.compile(r"(?:status changed to )?(closed|reopened)\b", re.IGNORECASE)
_LATER: Final = frozenset(
    "closed_at created_at description id iid imported moved_to_id subscribed updated_at user_notes_count".split()
)


class _GitLab:
    advice = _ADVICE

    def entries(self, held: ApiObject) -> Iterator[tuple[str, Entry]]:
        if "resource_id" in held:
            if held.text("resource_type") in ("Issue", "WorkItem"):
                yield held.needed("resource_id"), _event(held)
        elif "noteable_id" in held and held.text("noteable_type") in ("Issue", "WorkItem"):
            yield from ((held.needed("noteable_id"), entry) for entry in _note(held))

    def issues(self, held: ApiObject) -> Sequence[ApiObject]:
        if "resource_id" in held or "noteable_id" in held:
            return []
        if "iid" not in held:
            raise Misshapen("there is no issue here: export each with `/projects/ID/issues/IID`")
        return [held]

    def key(self, issue: ApiObject) -> str:
        return issue.needed("id")

    def issue(self, issue: ApiObject, elsewhere: list[Entry]) -> Issue:
        entries = list(elsewhere)
        for name in _HELD:
            entries += in_order([_event(each) for each in issue.children(name, name)], lambda each: each.instant)
        for name in _NOTES:
            entries += [entry for each in issue.children(name, name) for entry in _note(each)]
        states = [each for each in entries if any(change.name == "state" for change in each.changes)]
        if any(not each.id.startswith(_NOTE) for each in states):  # the system's notes say the same again
            entries = [each for each in entries if not each.id.startswith(_NOTE)]
        present = scalars(issue, _LATER)
        author = issue.child("author").text("id")
        ticket = issue.needed("iid")
        return Issue(ticket, issue.at("created_at"), author, "state", present, entries, frozenset({_OPENED}))

    def known(self, key: str) -> ApiObject | None:
        return None


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """A row for each event of each issue. Raises: HistoryError where the file cannot be read."""
    return issue_rows(file, _GitLab())


def begins(head: bytes) -> bool:
    """Whether a file that begins so holds events and notes of GitLab's issues, or issues that hold theirs."""
    has = members_of(head).some
    within = any(has("iid", name) for name in (*_HELD, *_NOTES))
    return within or has("resource_type", "resource_id", "user.id") or has("noteable_type", "noteable_id", "system")


def _event(held: ApiObject) -> Entry:
    """A resource event. Raises: Misshapen."""
    instant, at = held.at("created_at")
    return Entry(held.text("id"), instant, at, held.child("user").text("id"), (_change(held),))


def _change(held: ApiObject) -> Change:
    state = held.text("state")
    if state:
        return _state(state)
    is_put = held.text("action") == "add"
    for name, called in (("label", "name"), ("milestone", "title")):
        if name in held:
            value = held.child(name).text(called)  # a label that was deleted has no name any more
            return Change(CHANGED, name, *(("", value) if is_put else (value, "")))
    return Change(held.text("action") or "event", "")


def _state(word: str) -> Change:
    """A change of the state; GitLab says only what came, ``closed`` or ``reopened``."""
    return Change(CHANGED, "state", _OPENED, _CLOSED) if word == _CLOSED else Change(CHANGED, "state", _CLOSED, _OPENED)


def _note(held: ApiObject) -> Iterator[Entry]:
    """What somebody wrote; of the system's own notes those that tell a state. Raises: Misshapen."""
    instant, at = held.at("created_at")
    who = held.child("author").text("id")
    if held.text("system") != "true":
        is_private = "true" in (held.text("internal"), held.text("confidential"))
        change = Change(COMMENTED, "note", after=PRIVATE if is_private else PUBLIC, cells={"text": held.text("body")})
        yield Entry(held.text("id"), instant, at, who, (change,))
        return
    told = _STATE_NOTE.match(held.text("body"))
    if told:
        yield Entry(f"{_NOTE}{held.text('id')}", instant, at, who, (_state(told[1].lower()),))
