"""Zendesk's incremental ticket events, which tell the same as audits in another shape.

An event of a ticket is one update of it; its child events have the field that they set as a key of their own, beside
the previous value. They become events of an audit here, so there is one reading of both.

    >>> event = ApiObject({"id": "9", "ticket_id": "35", "timestamp": "1772442000", "updater_id": "7", "via": "Mail",
    ...     "child_events": [{"id": "1", "event_type": "Change", "status": "open", "previous_value": "new"}]})
    >>> audit = audit_of(event)
    >>> audit.text("created_at"), audit.child("via").text("channel")
    ('2026-03-02T09:00:00Z', 'mail')
    >>> [event] = audit.children("events", "events")
    >>> event.text("type"), event.text("field_name"), event.text("value")
    ('Change', 'status', 'open')

Source: Zendesk, Ticketing API, "Incremental exports", "Incremental ticket event export".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from upheld.history.format.api_object import ApiObject
from upheld.history.format.tracker.issue import at_seconds

INCREMENTAL: Final = "incremental"
"""The member of an audit that was made of a ticket event."""

_SET: Final = frozenset({"Create", "Change"})
_CUSTOM: Final = "custom_ticket_fields"
_NO_FIELDS: Final = frozenset(
    "added_tags attachments audit_id author_id body comment_present comment_public created_at event_type html_body id "
    "metadata plain_body previous_value public removed_tags system type via via_reference_id".split()
)
"""What child events have that is no field of a ticket."""


def audit_of(event: ApiObject) -> ApiObject:
    """A ticket event as the audit that tells the same. Raises: Misshapen."""
    _, at = at_seconds(event, "created_at" if event.text("created_at") else "timestamp")
    children = event.children("child_events", "child_events")
    return ApiObject(
        {
            "id": event.text("id"),
            "ticket_id": event.needed("ticket_id"),
            "created_at": at,
            "author_id": event.text("updater_id"),
            "via": _via(event),
            "events": [each for child in children for each in _events(child)],
            INCREMENTAL: True,
        }
    )


def _via(held: ApiObject) -> object:
    """The way, as audits have it: ticket events have words for people, such as ``Web form``."""
    via = held.value("via")
    return via if isinstance(via, dict) else {"channel": held.text("via").lower().replace(" ", "_")}


def _events(child: ApiObject) -> Iterator[dict[str, object]]:
    """The events of an audit that a child event is: one for each field that it sets. Raises: Misshapen."""
    kind = child.text("event_type") or child.text("type") or ("Change" if "previous_value" in child else "Create")
    event = {name: child.value(name) for name in ("id", "author_id", "body", "plain_body", "public") if name in child}
    event["type"] = kind
    if child.text("via"):
        event["via"] = _via(child)
    if "public" not in event and "comment_public" in child:
        event["public"] = child.value("comment_public")
    if kind not in _SET:
        yield event
        return
    before = child.value("previous_value")
    for name in child:
        if name == _CUSTOM:
            held = before if isinstance(before, dict) else {}
            fields = child.child(_CUSTOM)
            yield from (_set(event, field, fields.value(field), held.get(field)) for field in fields)
        elif name not in _NO_FIELDS:
            yield _set(event, name, child.value(name), before)


def _set(event: dict[str, object], name: str, value: object, before: object) -> dict[str, object]:
    return {**event, "field_name": name, "value": value, "previous_value": before}
