"""Arrival: the events that trackers send, as records of the desk.

An event counts once, by what happened and not by how often it is told. One that comes after later ones is put in its
place. What the policy refuses is an answer, as is an event that says nothing: a tracker that has an error for an answer
sends again, and may stop sending at all. So an error is what somebody has to mend: the mapping does not know a word.

Source: DESIGN section 13, "Webhooks in"; section 10, "Late records"; decision 0044.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Any, Final

from fastapi import Depends, Path
from starlette.requests import Request

from upheld.core.errors import DocumentError
from upheld.core.record.event import Event
from upheld.desk import Desk
from upheld.desk.intake.sent import Answer
from upheld.desk.webhooks.sources import Source, mapping_of
from upheld.history.format.api_object import ApiObject, Misshapen
from upheld.history.importer import Bad
from upheld.history.mapping.mapping import HistoryMapping
from upheld.history.mapping.translation import records
from upheld.history.reading import events_of
from upheld.serve.problems import Problem
from upheld.serve.request.bodies import AS_WRITTEN, value_of
from upheld.serve.request.door import OpenDesk, Set
from upheld.serve.settings import Settings
from upheld.serve.webhooks import jira_event, zendesk_event
from upheld.serve.webhooks.live_event import Ignored, LiveEvent
from upheld.serve.webhooks.sender_check import CHECKS, Headers

READ: Final[Mapping[str, Callable[[ApiObject], LiveEvent]]] = {
    "jira": jira_event.live_event,
    "zendesk": zendesk_event.live_event,
}
_NOBODYS: Final = secrets.token_bytes(32)


async def _body(request: Request) -> bytes:
    return await request.body()


Body = Annotated[bytes, Depends(_body)]
Named = Annotated[str, Path(description="The source, as `upheld desk webhook receive` names it.")]


def jira(source: Named, request: Request, body: Body, desk: OpenDesk, settings: Set) -> dict[str, Any]:
    """Take an event of Jira. What it becomes is for the source's mapping to say; it counts once."""
    return taken(desk, settings, "jira", source, request.headers, body)


def zendesk(source: Named, request: Request, body: Body, desk: OpenDesk, settings: Set) -> dict[str, Any]:
    """Take an event of Zendesk. What it becomes is for the source's mapping to say; it counts once."""
    return taken(desk, settings, "zendesk", source, request.headers, body)


def taken(desk: Desk, settings: Settings, tracker: str, name: str, headers: Headers, body: bytes) -> dict[str, Any]:
    """What becomes of an event. Raises: Problem; what the desk raises."""
    source = desk.webhooks.sources.found(name, tracker)
    secret = _NOBODYS if source is None else source.secret.encode()
    is_right = CHECKS[tracker](secret, headers, body, settings.now())
    if source is None or not is_right:
        raise Problem("bad-signature")
    value = value_of(body, AS_WRITTEN)
    if not isinstance(value, dict):
        raise Problem("bad-record", "an event is an object")
    try:
        live = READ[tracker](ApiObject(value))
        events = _events(desk, source, live)
    except Ignored as why:
        return {"records": [], "ignored": str(why)}
    except Misshapen as error:
        raise Problem("bad-record", str(error)) from None
    if any(event.at > settings.now() + timedelta(seconds=settings.ahead_s) for event in events):
        raise Problem("bad-record", "it is of an instant still to come: is the clock right?")
    if not events:
        return {"records": [], "ignored": "the mapping passes it over"}
    keyed = [(event, f"{live.key}:{number}") for number, event in enumerate(events, 1)]
    answers = desk.submit_many(keyed, source=f"webhook:{source.name}", late="insert")
    return {"records": [_told(event, answer) for event, answer in zip(events, answers, strict=True)], "ignored": None}


def _events(desk: Desk, source: Source, live: LiveEvent) -> list[Event]:
    """The events that a live one becomes. Raises: Problem with everything that could not be read."""
    try:
        made = records(_mapping(source.mapping, source.name), iter(live.rows(source.tracker)), desk.policy())
        found = [*events_of(made)]
    except DocumentError as error:  # the policy in force is another one than when the mapping was registered
        told = tuple(each.message for each in error.findings)
        raise Problem("bad-record", "the mapping does not fit the policy in force", problems=told) from None
    wrong = tuple(each.problem for each in found if isinstance(each, Bad))
    if wrong:
        raise Problem("bad-record", wrong[0], problems=wrong)
    return [each[1] for each in found if not isinstance(each, Bad)]


def _told(event: Event, answer: Answer) -> dict[str, Any]:
    told = {"ticket": answer.ticket, "event": event.event, "seq": answer.seq, "accepted": answer.accepted}
    return {**told, "code": answer.code, "repeated": answer.repeated, "changes": [*answer.changes]}


@lru_cache(64)
def _mapping(document: str, name: str) -> HistoryMapping:
    return mapping_of(document.encode("utf-8"), name)
