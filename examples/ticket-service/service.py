"""A ticket service: whoever has HTTP says what happened, and asks how a ticket stands, what is due and why.

    uvicorn --app-dir examples/ticket-service --factory service:create_app --port 8080

The desk is that of ``UPHELD_DB``, made and kept with ``upheld desk``. Nothing here decides anything.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict

from upheld import (
    Desk,
    DeskError,
    Event,
    KeyConflict,
    LedgerError,
    TicketError,
    UpheldError,
)
from upheld.report.files.stories import as_document

routes = APIRouter()

AHEAD = timedelta(minutes=5)
"""By how much the clock of whoever sends a record may be wrong: one from next year would make all others late."""
ERRORS = {KeyConflict: 409, DeskError: 503, TicketError: 404, LedgerError: 404, UpheldError: 422}
"""The first that fits. With 503 the database is in trouble: the same may be sent again, with its key."""


def create_app(settings: Mapping[str, str] = os.environ) -> FastAPI:
    """The service, in as many processes as are wanted."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with closing(Desk.open(settings["UPHELD_DB"])) as app.state.desk:
            yield

    app = FastAPI(title="Tickets", lifespan=lifespan)
    app.include_router(routes)
    app.add_exception_handler(UpheldError, told)
    return app


def told(_: Request, error: Exception) -> JSONResponse:
    """What is no answer of the policy."""
    return JSONResponse(
        {"detail": str(error)}, next(status for kind, status in ERRORS.items() if isinstance(error, kind))
    )


def desk_of(request: Request) -> Desk:
    """The desk of this process."""
    desk: Desk = request.app.state.desk
    return desk


OpenDesk = Annotated[Desk, Depends(desk_of)]


class Record(BaseModel):
    """What happened. Its instant is the sender's, like the key: sent again, both are the same."""

    model_config = ConfigDict(extra="forbid")
    at: AwareDatetime
    event: str
    actor: str
    channel: str = ""
    customer: str = ""
    data: dict[str, Any] = {}


@routes.post("/tickets/{ticket}")
def submit(
    ticket: str, record: Record, desk: OpenDesk, key: Annotated[str, Header(alias="Idempotency-Key")]
) -> dict[str, Any]:
    """Decide and keep a record. A refusal is an answer: it is kept as well, and says what it rests on."""
    if record.at > datetime.now(UTC) + AHEAD:
        raise HTTPException(422, f"`at` is {record.at.isoformat()}, which is still to come: is your clock right?")
    event = Event(ticket, **dict(record))
    answer = desk.submit(event, key=key, source="http", late="insert")
    decision = answer.decision
    shown = {"accepted": answer.accepted, "repeated": answer.repeated, "seq": answer.seq, "changes": answer.changes}
    if decision.refusal is not None:
        refusal = decision.refusal
        shown |= {"code": refusal.code, "message": refusal.message, "clauses": refusal.clauses}
    charges = [f"{row.kind} {row.amount} {row.unit} of {row.account}" for row in decision.charges]
    return shown | {"charges": charges, "because": [reason.text() for reason in decision.reasons]}


@routes.get("/tickets/{ticket}")
def stands(ticket: str, desk: OpenDesk) -> dict[str, Any]:
    """How a ticket stands."""
    found = desk.ticket(ticket)
    if found is None:
        raise HTTPException(404, "there is no such ticket")
    return {"ticket": found.id, "state": found.state, "core": found.core_state, "facts": dict(found.facts)}


@routes.get("/tickets/{ticket}/story")
def story(ticket: str, desk: OpenDesk, language: str = "en") -> dict[str, Any]:
    """Everything that happened to a ticket, and why."""
    return as_document(desk.story(ticket), language)


@routes.get("/queue")
def queue(desk: OpenDesk, at: AwareDatetime | None = None) -> list[str]:
    """What to take next, in the order that the policy wants."""
    return [task.ticket.id for task in desk.queue(at or datetime.now(UTC))]


@routes.get("/due")
def due(desk: OpenDesk, limit: int = 100) -> list[dict[str, Any]]:
    """The tickets to which time does something next, and when their promises fall due."""
    return [
        {"ticket": each.ticket, "at": each.at, "limits": [(limit.at, limit.kind, limit.id) for limit in each.limits]}
        for each in desk.due(limit=limit)
    ]


@routes.get("/customers/{customer}/statement")
def statement(customer: str, desk: OpenDesk) -> list[dict[str, Any]]:
    """A customer's accounts, line by line."""
    return [account.as_document() for account in desk.statement(customer)]


@routes.get("/status")
def status(desk: OpenDesk) -> dict[str, Any]:
    """How much there is, for who looks after it."""
    return desk.status()._asdict()
