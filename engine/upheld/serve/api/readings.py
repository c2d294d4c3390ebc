"""Readings: what the desk says of its tickets and customers, to those who are shown it.

Bodies are those of ``--format json``, from the same functions. A list that may be long comes in parts, each of which
says in `Link` where the next one is.

Source: DESIGN section 13; EXAMPLES-2 section 4.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import Path, Query
from pydantic import AfterValidator
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from upheld.core.errors import UpheldError
from upheld.core.nearest import listed, meant, quoted
from upheld.core.policy.policy import Policy
from upheld.core.record.json_text import dense_json
from upheld.core.record.message import LANGUAGES
from upheld.core.time.instant import seconds_of, text_of
from upheld.desk import Desk
from upheld.replaying import instant_s
from upheld.report.files import stories, tickets
from upheld.serve.json_answer import JsonAnswer
from upheld.serve.middleware import SLASH
from upheld.serve.problems import Problem
from upheld.serve.request.bodies import LINES
from upheld.serve.request.door import Asking, OpenDesk, Set
from upheld.serve.request.limits import Limits
from upheld.show import language_of

MOST: Final = 1_000
FARTHEST: Final = 100_000

INSTANT: Final = {"format": "date-time"}


def _known(text: str | None) -> str | None:
    """An instant that can be meant. Raises: ValueError for another one."""
    if text is not None:
        try:
            instant_s(text)
        except UpheldError as error:
            raise ValueError(str(error)) from None
    return text


Id = Annotated[str, Path(), AfterValidator(lambda text: text.replace(SLASH, "/"))]
Language = Annotated[Literal["en", "fr"] | None, Query(description="Of messages; by default the vendor's own.")]
Instant = Annotated[
    str | None,
    Query(max_length=40, description="Date, time and offset: `2026-03-02T09:00+01:00`.", json_schema_extra=INSTANT),
    AfterValidator(_known),
]
Version = Annotated[
    str | None,
    Query(
        max_length=400,
        description="The tickets of this policy, `id@version` or digest.",
        json_schema_extra={"format": "policy"},
    ),
]
Limit = Annotated[int, Query(ge=1, le=MOST, description="At most so many.")]
Offset = Annotated[int, Query(ge=0, le=FARTHEST, description="After so many.")]


def ticket(ticket: Id, desk: OpenDesk, reader: Asking) -> dict[str, Any]:
    """One ticket as it stands. A ticket of another customer is `not-found`, as one that is not there."""
    found = reader.may_see(desk.ticket(ticket))
    policy = desk.policy(found.policy_digest)
    return tickets.as_document(found, f"{policy.id}@{policy.version}")


def story(ticket: Id, desk: OpenDesk, reader: Asking, as_of: Instant = None, lang: Language = None) -> dict[str, Any]:
    """Everything that happened to a ticket, and why."""
    if not reader.sees_all:
        reader.may_see(desk.ticket(ticket))
    told = desk.story(ticket, as_of)
    return stories.as_document(told, language_for(told.policy, lang))


def queue(
    desk: OpenDesk,
    settings: Set,
    at: Instant = None,
    version: Version = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """The tickets not yet resolved, in the order in which the policy wants them handled."""
    chosen = at or text_of(seconds_of(settings.now()))
    found = desk.queue(chosen, _digest(desk, version))
    rows = [each.as_document() for each in found[offset : offset + limit]]
    asked = {"at": chosen, "version": version, "limit": limit}
    return _part(rows, asked, offset + limit if len(found) > offset + limit else None)


def due(desk: OpenDesk, until: Instant = None, limit: Limit = 100, offset: Offset = 0) -> Response:
    """The tickets to which time does something next, the earliest first."""
    found = desk.due(until, offset + limit + 1)
    rows = [each.as_document() for each in found[offset : offset + limit]]
    return _part(rows, {"until": until, "limit": limit}, offset + limit if len(found) > offset + limit else None)


def statement(
    customer: Id, desk: OpenDesk, reader: Asking, since: Instant = None, until: Instant = None
) -> list[dict[str, object]]:
    """Every account of a customer, line by line."""
    if not reader.sees(customer):
        raise Problem("not-found")
    return [each.as_document() for each in desk.statement(customer, since, until)]


def policies(desk: OpenDesk) -> list[dict[str, Any]]:
    """The policies that tickets go by, and which one is in force."""
    in_force = desk.edition().policy
    return [_policy(desk.policy(each.digest), in_force) for each in desk.policies()]


def policy(policy: Id, desk: OpenDesk) -> dict[str, Any]:
    """One of them, by `id@version` or digest, with its document."""
    found = desk.policy(_digest(desk, policy, "not-found"))
    return {**_policy(found, desk.edition().policy), "document": json.loads(found.document)}


def verdicts(
    request: Request, desk: OpenDesk, as_of: Instant = None, version: Version = None, journal: bool = False
) -> Response:
    """The verdicts of all tickets, as `upheld replay` gives them; as lines, the tickets alone."""
    digest = _digest(desk, version)
    limits: Limits = request.app.state.limits
    with limits.alone():
        found = desk.verdicts(as_of, digest, journal=journal)
    if LINES in request.headers.get("accept", ""):
        lines = (f"{dense_json(each)}\n" for each in found["tickets"])
        return StreamingResponse(lines, media_type=LINES)
    return JsonAnswer(found)


def _policy(policy: Policy, in_force: str) -> dict[str, Any]:
    told = {"id": policy.id, "version": policy.version, "status": policy.status, "vendor": policy.vendor.name}
    return {**told, "clauses": len(policy.clauses), "digest": policy.digest, "in_force": policy.digest == in_force}


def _digest(desk: Desk, named: str | None, code: str = "bad-value") -> str:
    """The digest of a policy that the desk keeps; ``""`` where none is named. Raises: Problem with those there are."""
    if named is None:
        return ""
    known = {f"{each.id}@{each.version}": each.digest for each in desk.policies()}
    found = known.get(named) or (named if named in known.values() else None)
    if found is None:
        advice = meant(named, known, f"there are {listed(known) or 'none'}")
        raise Problem(code, f"no policy {quoted(named)} is kept; {advice}")
    return found


def language_for(policy: Policy, asked: str | None) -> str:
    """The language in which the engine's own texts are told: the reader's, the vendor's, or else English."""
    own = language_of(policy)
    return asked or (own if own in LANGUAGES else LANGUAGES[0])


def _part(rows: Sequence[Mapping[str, Any]], asked: Mapping[str, object], following: int | None) -> Response:
    """A part of a list; where the next one is says a reference that is relative to what was asked."""
    told = {name: held for name, held in asked.items() if held is not None}
    link = f'<?{urlencode({**told, "offset": following})}>; rel="next"'
    return JsonAnswer([*rows], headers={"Link": link} if following is not None and following <= FARTHEST else None)
