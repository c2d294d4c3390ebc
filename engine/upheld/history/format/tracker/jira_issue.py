"""Issues: what one issue of Jira holds beside its changelog.

An issue comes with the fields that it has today. Most of them say what they always said
(the project, who asked for it), or the changelog tells what they said before. Some sum up
what came later, such as the time spent: they are left out, since no row of the past knew it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from upheld.core.time.instant import instant_of
from upheld.core.time.instant import text_of as text_of_instant
from upheld.history.format.api_object import ApiObject, Misshapen, text_of
from upheld.history.format.tracker.change import COMMENTED, PRIVATE, PUBLIC, WORKED, Change, Entry

LATER: Final = frozenset(
    "aggregateprogress aggregatetimeestimate aggregatetimeoriginalestimate aggregatetimespent attachment comment "
    "created description issuelinks lastViewed progress resolutiondate statuscategorychangedate subtasks thumbnail "
    "timeestimate timespent timetracking updated votes watches worklog workratio".split()
)
"""Fields that sum up what came later, are told by rows of their own, or are long texts."""

CUSTOM: Final = "custom"
"""The type of a field that somebody added."""
SLA: Final = "sla"
BREACHED: Final = "breached"
_MILLISECONDS: Final = re.compile(r"[0-9]{10,14}")
_WORDS: Final = ("displayName", "name", "value", "key")
"""What tells an object of a field to people, the best first."""


def user(held: ApiObject) -> tuple[str, str]:
    """The id of a user and the name that people see; Jira Cloud has account ids, Jira Server names."""
    ids = (held.text(name) for name in ("accountId", "name", "key"))
    return next(filter(None, ids), ""), held.text("displayName")


def author(held: ApiObject) -> tuple[str, dict[str, str]]:
    """The id of who did it, and the columns that tell more of them."""
    id, name = user(held)
    return id, {"author name": name, "author type": held.text("accountType")}


def created(held: ApiObject) -> tuple[datetime, str]:
    """When an entry was written, and that as text; some calls give milliseconds since 1970. Raises: Misshapen."""
    written = held.text("created")
    if not _MILLISECONDS.fullmatch(written):
        return held.at("created")
    at_s = int(written) // 1000
    return instant_of(at_s), text_of_instant(at_s)


def present(fields: ApiObject, entries: Sequence[Entry]) -> dict[str, str]:
    """What the fields of an issue hold today, as far as what they held before can be told.

    Of a list that changed, the changelog tells what came and went, and not what it held. Where it calls
    a custom field by a name whose id nobody told, any custom field may be the one, so they are all left out.
    """
    changes = [change for entry in entries for change in entry.changes]
    changed = {change.name for change in changes}
    unknown = any(change.cells["field type"] == CUSTOM and change.name not in fields for change in changes)
    held: dict[str, str] = {}
    for name in fields:
        value = fields.value(name)
        if name in LATER or (isinstance(value, list) and name in changed) or _is_sla(value):
            continue
        if name.startswith("customfield_") and name not in changed and (unknown or value is None):
            continue
        if isinstance(value, list):
            words = [_word(each, name) for each in value]
            held[name] = text_of([word for word in words if word], name)
            continue
        held[name] = _word(value, name)
        if isinstance(value, dict) and "displayName" in value and name not in changed:
            held[f"{name} id"] = user(ApiObject(value))[0]
    return held


def _word(value: object, name: str) -> str:
    """What a value of a field is to people; ``""`` for an object that has no word for itself."""
    if not isinstance(value, dict):
        return "" if isinstance(value, list) else text_of(value, name)
    words = (text_of(value[word], name) for word in _WORDS if isinstance(value.get(word), str))
    request = value.get("requestType")
    return next(words, "") or (_word(request, name) if isinstance(request, dict) and "name" in request else "")


def comments(fields: ApiObject) -> list[Entry]:
    """The comments that came with an issue. Raises: Misshapen."""
    return [_comment(each) for each in fields.child("comment").children("comments", "comment.comments")]


def _comment(held: ApiObject) -> Entry:
    instant, at = held.at("created")
    who, cells = author(held.child("author"))
    is_public = held.text("jsdPublic") != "false" and not held.child("visibility").text("value")
    text = {"text": held.text("body")} if isinstance(held.value("body"), str) else {}
    change = Change(COMMENTED, "comment", after=PUBLIC if is_public else PRIVATE, cells=text)
    return Entry(held.text("id"), instant, at, who, (change,), cells)


def worklogs(fields: ApiObject) -> list[Entry]:
    """The work that came with an issue, each at the instant when it was written down. Raises: Misshapen."""
    return [_worklog(each) for each in fields.child("worklog").children("worklogs", "worklog.worklogs")]


def _worklog(held: ApiObject) -> Entry:
    instant, at = held.at("created")
    who, cells = author(held.child("author"))
    seconds = held.count("timeSpentSeconds")
    if seconds is None:
        raise Misshapen("`timeSpentSeconds` of a worklog is missing")
    told = {"minutes": str((seconds + 30) // 60), "started": held.text("started")}
    return Entry(held.text("id"), instant, at, who, (Change(WORKED, "worklog", cells=told),), cells)


def missing(fields: ApiObject) -> str:
    """Which comments and worklogs did not come with an issue, in words; ``""`` where all did. Raises: Misshapen."""
    told = []
    for name, many in (("comment", "comments"), ("worklog", "worklogs")):
        part = fields.child(name)
        count = len(part.children(many, f"{name}.{many}"))
        lacking = (part.count("total") or 0) - count
        if lacking > 0:
            told.append(f"{count} of {count + lacking} {many} are here: get the rest with `/issue/KEY/{name}`")
    return "; ".join(told)


def requester(fields: ApiObject) -> str:
    """The id of who asked for it, ``""`` where the export leaves it out. Raises: Misshapen."""
    return user(fields.child("reporter"))[0]


def slas(fields: ApiObject) -> list[Entry]:
    """What Jira Service Management says of its own promises: each cycle once it was met, or breached.

    A cycle that goes on is told when it began, and when it was breached. Raises: Misshapen.
    """
    found = []
    for name in fields:
        if _is_sla(fields.value(name)):
            held = fields.child(name)
            for cycle in held.children("completedCycles", f"{name}.completedCycles"):
                found.append(_cycle(name, held, cycle, "stopTime", _kept(cycle)))
            ongoing = held.child("ongoingCycle")
            if "startTime" in ongoing:
                found.append(_cycle(name, held, ongoing, "startTime", "ongoing"))
                if _kept(ongoing) == BREACHED and "breachTime" in ongoing:
                    found.append(_cycle(name, held, ongoing, "breachTime", BREACHED))
    return found


def _is_sla(value: object) -> bool:
    return isinstance(value, dict) and ("completedCycles" in value or "ongoingCycle" in value)


def _kept(cycle: ApiObject) -> str:
    return BREACHED if cycle.text("breached") == "true" else "met"


def _cycle(name: str, held: ApiObject, cycle: ApiObject, when: str, became: str) -> Entry:
    instant, at = cycle.child(when).at("iso8601")
    cells = {
        "sla name": held.text("name"),
        "sla started": cycle.child("startTime").text("iso8601"),
        "sla goal minutes": _minutes(cycle.child("goalDuration")),
        "sla elapsed minutes": _minutes(cycle.child("elapsedTime")) if when == "stopTime" else "",
    }
    return Entry(f"{name} {when}", instant, at, "", (Change(SLA, name, after=became, cells=cells),))


def _minutes(duration: ApiObject) -> str:
    """Milliseconds in whole minutes, the nearest; nothing where there are none."""
    written = duration.text("millis")
    return str((int(written) + 30_000) // 60_000) if re.fullmatch("[0-9]{1,15}", written) else ""
