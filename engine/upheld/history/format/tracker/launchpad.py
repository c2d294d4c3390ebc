"""Launchpad: bug tasks with the activity of their bugs, as its API gives them.

A bug stands in one or more projects, and in each it is a task with a status of its own. The activity is that of the
bug, and says in words which task it is about (``nova: status``). So a ticket is a task, ``nova/7``, and what
happened to the bug itself stands in each of its tasks. Activities and messages name their bug; their pages stand before
the tasks, or a task holds them.

    >>> from io import BytesIO
    >>> lines = '''{"entries": [{"bug_link": "https://api.launchpad.net/1.0/bugs/7", "whatchanged": "nova: status",
    ...   "datechanged": "2026-03-02T10:00:00+00:00", "oldvalue": "New", "newvalue": "Triaged"}]}
    ... {"bug_link": "https://api.launchpad.net/1.0/bugs/7", "bug_target_name": "nova", "status": "Triaged",
    ...   "date_created": "2026-03-02T09:00:00+00:00", "owner_link": "https://api.launchpad.net/1.0/~kim"}'''
    >>> for row in rows(HistoryFile("tasks.json", BytesIO(lines.replace(",\\n", ", ").encode()))):
    ...     print(row.cells["ticket"], row.cells["kind"], row.cells["from"], row.cells["to"], sep="|")
    nova/7|created||New
    nova/7|changed|New|Triaged

Source: Launchpad, web service, "bug_task", "bug_activity", "message".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from upheld.history.file import HistoryFile
from upheld.history.format.api_object import ApiObject, Misshapen
from upheld.history.format.json_head import members_of
from upheld.history.format.tracker.change import CHANGED, COMMENTED, PUBLIC, Change, Entry
from upheld.history.format.tracker.issue import Issue, issue_rows
from upheld.history.importer import Bad, Row

_ADVICE: Final = "put what `/bugs/ID/activity` gives before the bug task"
_FIELDS: Final = ("status", "importance", "assignee", "milestone")
_BUG: Final = re.compile(r"\bbugs?/([0-9]{1,12})(?:/|$)")
_FIRST_MESSAGE: Final = re.compile(r"/comments/0$")
_ACTIVITY: Final = ("activity", "activity_data", "activity_collection_link_data")
_MESSAGES: Final = ("messages", "messages_data", "messages_collection_link_data")
_ADDED: Final = "bug"


class _Launchpad:
    advice = _ADVICE

    def __init__(self) -> None:
        self._known: dict[str, list[Entry]] = {}  # a bug may have several tasks, and what happened counts for each

    def entries(self, held: ApiObject) -> Iterator[tuple[str, Entry]]:
        for each in _entries(held):
            if "whatchanged" in each:
                yield from ((_bug(each, "bug_link"), entry) for entry in _activity(each))
            elif "content" in each:
                yield from ((_bug(each, "self_link"), entry) for entry in _message(each))

    def issues(self, held: ApiObject) -> Sequence[ApiObject]:
        found = _entries(held)
        if any(not {"whatchanged", "content", "bug_target_name"} & set(each) for each in found):
            raise Misshapen("there is no bug task here: export them with `/bugs/ID/bug_tasks`")
        return [each for each in found if "bug_target_name" in each]

    def key(self, issue: ApiObject) -> str:
        return _bug(issue, "bug_link")

    def issue(self, issue: ApiObject, elsewhere: list[Entry]) -> Issue:
        target = issue.needed("bug_target_name")
        bug = self.key(issue)
        entries = list(self._known.setdefault(bug, elsewhere))
        known = bool(entries)
        for part in (issue, issue.child("bug_link_data")):
            for name in _ACTIVITY:
                known = known or name in part
                entries += [entry for each in _list(part, name) for entry in _activity(each)]
            for name in _MESSAGES:
                entries += [entry for each in _list(part, name) for entry in _message(each)]
        if not known:
            raise Misshapen(f"there is no activity of this bug: {_ADVICE}")
        own = [entry for entry in entries if entry.cells.get("target", "") in ("", target)]
        present = {name: issue.text(name) for name in ("status", "importance")}
        present |= {name: _last(issue.text(f"{name}_link")) for name in ("assignee", "milestone")}
        opened, author = issue.at("date_created"), _last(issue.text("owner_link"))
        return Issue(f"{target}/{bug}", opened, author, "status", {**present, "target": target}, own)

    def known(self, key: str) -> ApiObject | None:
        return None


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """A row for each change of each bug task. Raises: HistoryError where the file cannot be read."""
    return issue_rows(file, _Launchpad())


def begins(head: bytes) -> bool:
    """Whether a file that begins so holds the activity of Launchpad's bugs."""
    return members_of(head).some("whatchanged", "datechanged")


def _entries(held: ApiObject) -> list[ApiObject]:
    return held.children("entries", "entries") if "entries" in held else [held]


def _list(held: ApiObject, name: str) -> list[ApiObject]:
    """A list that an object holds, as it is or as the page of a collection. Raises: Misshapen."""
    if isinstance(held.value(name), dict):
        return held.child(name).children("entries", f"{name}.entries")
    return held.children(name, name)


def _bug(held: ApiObject, name: str) -> str:
    """The number of the bug, out of an address. Raises: Misshapen."""
    found = _BUG.search(held.needed(name).replace("/+bug/", "/bug/"))
    if found is None:
        raise Misshapen(f"`{name}` names no bug: export it again")
    return found[1]


def _last(address: str) -> str:
    """The last part of an address: the name of a person, with its tilde, or of a milestone."""
    return address.rpartition("/")[2]


def _activity(held: ApiObject) -> Iterator[Entry]:
    """What was changed, of which task. Raises: Misshapen."""
    instant, at = held.at("datechanged")
    what = held.needed("whatchanged")
    target, colon, name = what.rpartition(": ")
    if what == _ADDED:
        return  # that it was added: the opening tells it
    if colon and name in _FIELDS:
        read = _person if name == "assignee" else ApiObject.text
        change = Change(CHANGED, name, read(held, "oldvalue"), read(held, "newvalue"))
    else:
        target, change = "", Change(CHANGED, what, held.text("oldvalue"), held.text("newvalue"))
    yield Entry(at, instant, at, _last(held.text("person_link")), (change,), {"target": target})


def _person(held: ApiObject, name: str) -> str:
    """Who it was: their full name stands before the one that addresses have, which is in brackets."""
    text = held.text(name)
    found = re.search(r"\((~?[^()\s]+)\)$", text)
    if found is None:
        return text
    return found[1] if found[1].startswith("~") else f"~{found[1]}"


def _message(held: ApiObject) -> Iterator[Entry]:
    """What somebody wrote; the first message is what was asked for. Raises: Misshapen."""
    if _FIRST_MESSAGE.search(held.text("self_link")):
        return
    instant, at = held.at("date_created")
    change = Change(COMMENTED, "message", after=PUBLIC, cells={"text": held.text("content")})
    yield Entry(held.text("self_link"), instant, at, _last(held.text("owner_link")), (change,), {"target": ""})
