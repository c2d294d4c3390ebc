"""Zendesk: what it sends of tickets, one event for each thing that changed.

An event has the ticket as it is afterwards, and what changed. So it is read as two audits: one in which the ticket was
made as it is, and one with the change. Words that the API writes small, events write large. An event does not say by
which way the change came: the ticket's own way stands for it. A comment that came with the opening is part of it, as in
the audits.

    >>> event = ApiObject({"type": "zen:event-type:ticket.status_changed", "id": "e-1",
    ...     "time": "2026-03-02T09:00:00.5Z",
    ...     "detail": {"id": "35", "status": "SOLVED", "priority": "HIGH", "actor_id": "7", "requester_id": "8",
    ...     "via": {"channel": "web"}}, "event": {"previous": "OPEN", "current": "SOLVED"}})
    >>> [row] = live_event(event).rows("zendesk")
    >>> [row.cells[name] for name in ("at", "author", "from", "to", "ticket priority", "author is requester")]
    ['2026-03-02T09:00:00Z', '7', 'open', 'solved', 'high', 'no']

Source: Zendesk, "Webhook event types", "Ticket events"; decision 0044.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from upheld.core.time.instant import seconds_of, text_of
from upheld.history.format.api_object import ApiObject
from upheld.history.importer import Row
from upheld.serve.webhooks.live_event import Ignored, LiveEvent

PREFIX: Final = "zen:event-type:"
OPENED: Final = "ticket.created"
COMMENT: Final = "ticket.comment_added"
CHANGES: Final[Mapping[str, str]] = {
    "ticket.status_changed": "status",
    "ticket.priority_changed": "priority",
    "ticket.type_changed": "type",
    "ticket.ticket_type_changed": "type",
    "ticket.agent_assignment_changed": "assignee_id",
    "ticket.group_assignment_changed": "group_id",
    "ticket.organization_changed": "organization_id",
    "ticket.requester_changed": "requester_id",
    "ticket.brand_changed": "brand_id",
    "ticket.form_changed": "ticket_form_id",
    "ticket.custom_status_changed": "custom_status_id",
    "ticket.external_id_changed": "external_id",
    "ticket.subject_changed": "subject",
}
"""By kind of event, the field that it is about, as audits call it."""
_FIELDS: Final[Mapping[str, str]] = {
    **{name: name for name in CHANGES.values()},
    "submitter_id": "submitter_id",
    "tags": "tags",
    "ticket_form_id": "form_id",
    "custom_status_id": "custom_status",
}
"""By field, as audits call it, its name in the ticket of an event."""
_LARGE: Final = frozenset({"status", "priority", "type"})
_FRACTION: Final = re.compile(r"\.[0-9]+")
_WITH_THE_OPENING: Final = timedelta(seconds=2)


def live_event(event: ApiObject) -> LiveEvent:
    """The event as an export has it. Raises: Ignored; Misshapen."""
    kind = event.needed("type").removeprefix(PREFIX)
    if kind not in (OPENED, COMMENT, *CHANGES):
        raise Ignored(f"events of kind `{kind[:80]}` say nothing that exports are read for")
    ticket, said = event.child("detail"), event.child("event")
    at = _instant(event, "time")
    made = _audit("made", ticket, at, [*_fields(ticket)], ticket.text("submitter_id") or ticket.text("actor_id"))
    key, users = f"event:{event.needed('id')}", list[dict[str, Any]]()
    if kind == OPENED:
        made["created_at"] = _instant(ticket, "created_at") if ticket.text("created_at") else at
        return LiveEvent(key, {"audits": [made]}, _is("made"))
    if kind == COMMENT:
        comment = said.child("comment")
        author = comment.child("author")
        who, is_staff = author.text("id"), author.text("is_staff")
        users += [{"id": who, "role": "agent" if is_staff == "true" else "end-user"}] if who and is_staff else []
        told = {"type": "Comment", "public": comment.value("is_public"), "body": comment.value("body")}
        if _came_with_the_opening(event, ticket):
            made["events"] = [*made["events"], {**told, "author_id": who}]
            return LiveEvent(key, {"audits": [made], "users": users}, lambda row: row.cells["kind"] == "commented")
        changed = _audit("change", ticket, at, [told], who)
    else:
        name = CHANGES[kind]
        before, after = (_worded(name, said.value(each)) for each in ("previous", "current"))
        told = {"type": "Change", "field_name": name, "previous_value": before, "value": after}
        changed = _audit("change", ticket, at, [told], ticket.text("actor_id"))
    return LiveEvent(key, {"audits": [made, changed], "users": users}, _is("change"))


def _audit(id: str, ticket: ApiObject, at: str, events: list[dict[str, Any]], author: str) -> dict[str, Any]:
    via = {"channel": ticket.child("via").text("channel").lower()}
    made = {"id": id, "ticket_id": ticket.needed("id"), "created_at": at, "author_id": author}
    return {**made, "via": via, "events": events}


def _fields(ticket: ApiObject) -> list[dict[str, Any]]:
    """What the ticket holds, as if it had been made so."""
    found = ((name, ticket.value(held)) for name, held in _FIELDS.items() if held in ticket)
    return [{"type": "Create", "field_name": name, "value": _worded(name, value)} for name, value in found]


def _worded(name: str, value: object) -> object:
    return value.lower() if name in _LARGE and isinstance(value, str) else value


def _instant(held: ApiObject, name: str) -> str:
    """An instant in whole seconds; events write parts of one to the ninth digit."""
    whole = _FRACTION.sub("", held.needed(name))
    instant, _ = ApiObject({name: whole}).at(name)
    return text_of(seconds_of(instant))


def _came_with_the_opening(event: ApiObject, ticket: ApiObject) -> bool:
    if not ticket.text("created_at"):
        return False
    said, made = (ApiObject({"at": _instant(*each)}).at("at")[0] for each in ((event, "time"), (ticket, "created_at")))
    return said - made <= _WITH_THE_OPENING


def _is(entry: str) -> Any:
    def is_new(row: Row) -> bool:
        return row.cells["entry"] == entry

    return is_new
