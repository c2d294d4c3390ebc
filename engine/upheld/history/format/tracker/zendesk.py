"""Zendesk: the audits of tickets, as its API lists them.

An audit is one update of one ticket, with the events that it is made of: fields set when the
ticket was created, fields changed, comments, notifications. Each event is a row. Triggers and
automations act in audits of their own and in those of people, where the event itself says so.

Who wrote is an id, and an audit does not say of whom. With the users beside the audits, as
``include=users`` gives them, each row has the author's role; without them only the system's.

The incremental export of ticket events tells the same and is read as audits are: see `zendesk_events`.

    >>> from io import BytesIO
    >>> audits = '''{"audits": [{"id": 1, "ticket_id": 35, "created_at": "2026-03-02T09:00:00Z", "author_id": 7,
    ...   "via": {"channel": "email"}, "events": [
    ...     {"type": "Create", "field_name": "requester_id", "value": "7"},
    ...     {"type": "Create", "field_name": "status", "value": "new"},
    ...     {"type": "Change", "field_name": "priority", "previous_value": null, "value": "high",
    ...      "via": {"channel": "rule", "source": {"rel": "trigger", "from": {"title": "VIP"}}}}]}],
    ...  "users": [{"id": 7, "role": "end-user"}]}'''
    >>> for row in rows(HistoryFile("audits.json", BytesIO(audits.encode()))):
    ...     print(*(row.cells[name] for name in ("kind", "field", "to", "via", "author role", "ticket priority")))
    created requester_id 7 email end-user high
    created status new email end-user high
    changed priority high rule system high

Source: Zendesk, Ticketing API, "Ticket audits", "Ticket audit events reference", "Via object reference".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from upheld.core.nearest import quoted
from upheld.history.file import HistoryFile
from upheld.history.format.api_object import ApiObject, Misshapen, text_of
from upheld.history.format.json_document import objects
from upheld.history.format.json_head import members_of
from upheld.history.format.tracker.change import (
    CHANGED,
    COMMENTED,
    CREATED,
    PRIVATE,
    PUBLIC,
    Change,
    Course,
    Entry,
    in_order,
    is_requester,
)
from upheld.history.format.tracker.zendesk_events import INCREMENTAL, audit_of
from upheld.history.importer import Bad, Row

SYSTEM: Final = "system"
_SYSTEM_ID: Final = "-1"
_RULE: Final = "rule"
_COMMENTS: Final = frozenset({"Comment", "VoiceComment", "FacebookComment"})


@dataclass(slots=True)
class _Ticket:
    """What is known of a ticket so far."""

    course: Course
    latest: datetime
    requester: str = ""


@dataclass(frozen=True, slots=True)
class _Audit:
    """An audit of which is known when it was."""

    place: str
    instant: datetime
    at: str
    held: ApiObject


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a file has told so far: of its tickets, and the roles of its users."""

    tickets: dict[str, _Ticket] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """A row for each event of each audit, in the order of time on every page; an audit that is none is bad.

    Reads a page, pages one after another or in a list, single audits, or one of these a line. Pages
    come the earliest first; an audit that is earlier than one of its ticket before it is bad.

    Raises: HistoryError where a document that is held whole cannot be read.
    """
    desk = _Desk()
    for found in objects(file):
        if isinstance(found, Bad):
            yield found
            continue
        place, page = found
        try:
            listed = _listed(place, page)
            for user in page.children("users", "users"):
                desk.roles[user.needed("id")] = user.text("role")
        except Misshapen as error:
            yield Bad(place, str(error))
            continue
        yield from _page(desk, listed)


def begins(head: bytes) -> bool:
    """Whether a file that begins so holds audits of Zendesk."""
    has = members_of(head).some
    return has("audits.events") or has("audit.events") or has("ticket_id", "events.type") or has("child_events")


def _listed(place: str, page: ApiObject) -> list[tuple[str, ApiObject]]:
    """The audits of a page, each with its place. Raises: Misshapen."""
    if "audits" in page:
        return [(f"{place}, audit {number}", each) for number, each in enumerate(page.children("audits", "audits"), 1)]
    if "ticket_events" in page:
        events = page.children("ticket_events", "ticket_events")
        return [(f"{place}, event {number}", audit_of(each)) for number, each in enumerate(events, 1)]
    if "child_events" in page:
        return [(place, audit_of(page))]
    if "audit" in page or "events" in page:
        return [(place, page.child("audit") if "audit" in page else page)]
    if "users" in page:
        return []
    raise Misshapen("there are no `audits` here: export them with `/api/v2/ticket_audits`")


def _page(desk: _Desk, listed: list[tuple[str, ApiObject]]) -> Iterator[Row | Bad]:
    audits: list[_Audit] = []
    for place, held in listed:
        try:
            audits.append(_Audit(place, *held.at("created_at"), held))
        except Misshapen as error:
            yield Bad(place, str(error))
    for audit in in_order(audits, lambda each: each.instant):
        try:
            yield from _rows(desk, audit)
        except Misshapen as error:
            yield Bad(audit.place, str(error))


def _rows(desk: _Desk, audit: _Audit) -> list[Row]:
    """The rows of an audit. Raises: Misshapen, with nothing of it applied."""
    id = audit.held.needed("ticket_id")
    events = [_event(each, audit.held, desk) for each in audit.held.children("events", "events")]
    if INCREMENTAL in audit.held and id not in desk.tickets and not any(each.kind == CREATED for each in events):
        raise Misshapen(f"ticket {quoted(id)} was opened before its events begin: export them from its opening on")
    ticket = desk.tickets.get(id) or _Ticket(Course(id, {}, grows=True), audit.instant)
    if audit.instant < ticket.latest:
        raise Misshapen(
            f"this audit is earlier than one of ticket {quoted(id)} before it: put the pages in order of time"
        )
    desk.tickets[id] = ticket
    ticket.latest = audit.instant
    asked = [each.after for each in events if each.name == "requester_id" and each.kind in (CREATED, CHANGED)]
    ticket.requester = asked[-1] if asked else ticket.requester
    told = [replace(each, cells={**each.cells, **_requested(each, ticket)}) for each in events]
    opening = {"opening": "yes" if any(each.kind == CREATED for each in told) else "no"}
    entry = Entry(audit.held.text("id"), audit.instant, audit.at, "", told, opening)
    return list(ticket.course.rows(audit.place, entry))


def _requested(event: Change, ticket: _Ticket) -> dict[str, str]:
    return is_requester(event.cells["author"], ticket.requester)


def _event(held: ApiObject, audit: ApiObject, desk: _Desk) -> Change:
    """An event of an audit, with who did it and by which way. Raises: Misshapen."""
    kind = held.needed("type")
    via = held.child("via") if "via" in held else audit.child("via")
    source = via.child("source")
    channel = via.text("channel")
    author = _SYSTEM_ID if channel == _RULE else held.text("author_id") or audit.text("author_id")
    cells = {
        "author": author,
        "author role": SYSTEM if author == _SYSTEM_ID else desk.roles.get(author, ""),
        "via": channel,
        "via rel": source.text("rel"),
        "rule": source.child("from").text("title") if channel == _RULE else "",
    }
    if kind == "Create":
        return Change(CREATED, held.needed("field_name"), "", _value(held, "value"), cells)
    if kind == "Change":
        before, after = _value(held, "previous_value"), _value(held, "value")
        return Change(CHANGED, held.needed("field_name"), before, after, cells)
    seen = {"true": PUBLIC, "false": PRIVATE}.get(held.text("public"), "")
    if kind in _COMMENTS:
        text = held.text("plain_body") or held.text("body")
        return Change(COMMENTED, "comment", after=seen, cells={**cells, "text": text})
    return Change(kind, "", after=held.text("score") or seen, cells=cells)


def _value(held: ApiObject, name: str) -> str:
    value = held.value(name)
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else text_of(value, name)
