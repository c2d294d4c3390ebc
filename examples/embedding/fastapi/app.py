"""A product on FastAPI that keeps how its requests stand in a desk.

uvicorn --factory app:create_app --workers 4
"""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel

from upheld import Desk, DeskError, Event, KeyConflict, UpheldError, load_policy
from upheld.desk import Message

log = logging.getLogger(__name__)
routes = APIRouter()

POLICY = Path(__file__).resolve().parent.parent / "policy.yaml"
ERRORS = {KeyConflict: 409, DeskError: 503, UpheldError: 422}
"""The first that fits. With 503 the database is in trouble: the same may be sent again, with its key."""


def create_app(url: str = "", send: Callable[[Message], None] = lambda message: log.info("%s", message)) -> FastAPI:
    """The product.

    Args:
        url: Of the desk; by default what ``DESK_URL`` says.
        send: Delivers a message, and raises where it cannot.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        desk = Desk.open(url or os.environ["DESK_URL"], policy=load_policy(POLICY), upgrade=True)
        stop = Signal()
        worker = Thread(target=work, args=(desk, send, stop))
        worker.start()
        app.state.desk = desk
        yield
        stop.set()
        worker.join()
        desk.close()

    app = FastAPI(lifespan=lifespan)
    app.include_router(routes)
    app.add_exception_handler(UpheldError, told)
    return app


def work(desk: Desk, send: Callable[[Message], None], stop: Signal) -> None:
    """Let time pass and deliver, in as many processes as there are: each message is claimed by one of them."""
    while not stop.wait(1):
        try:
            desk.run_due()
            while not stop.is_set() and (messages := desk.outbox.claim()):
                for message in messages:
                    deliver(desk, send, message)
        except UpheldError as error:
            log.error("%s", error)  # the database is away or full; it is asked again


def deliver(desk: Desk, send: Callable[[Message], None], message: Message) -> None:
    """Send a message; one that cannot be sent is tried later, and those of its ticket wait behind it."""
    try:
        send(message)
    except Exception:
        log.exception("message %s", message.id)
        desk.outbox.failed(message)
    else:
        desk.outbox.done(message)


def told(_: Request, error: Exception) -> JSONResponse:
    """What is no answer of the policy."""
    status = next(status for kind, status in ERRORS.items() if isinstance(error, kind))
    return JSONResponse({"detail": str(error)}, status)


def desk_of(request: Request) -> Desk:
    """The desk of this process."""
    desk: Desk = request.app.state.desk
    return desk


class Step(BaseModel):
    """Something that happened to a request; its instant comes from whoever made the key, since both stay the same."""

    at: AwareDatetime
    event: str
    actor: str
    data: dict[str, Any] = {}


@routes.post("/requests/{number}/steps")
def submit(
    number: int,
    step: Step,
    desk: Annotated[Desk, Depends(desk_of)],
    key: Annotated[str, Header(alias="Idempotency-Key")],
) -> dict[str, Any]:
    """A refusal is an answer as well. This is a ``def``, so that it waits for the database in a thread of its own."""
    event = Event(f"R-{number}", step.at, step.event, step.actor, data=step.data)
    answer = desk.submit(event, key=key, source="api")
    if not answer.accepted:
        refusal = answer.decision.refusal
        assert refusal is not None
        return {"accepted": False, "code": refusal.code, "message": refusal.message, "clauses": refusal.clauses}
    return {"accepted": True, "repeated": answer.repeated, "seq": answer.seq}


@routes.get("/requests/{number}")
def stands(number: int, desk: Annotated[Desk, Depends(desk_of)]) -> dict[str, Any]:
    """How a request stands."""
    ticket = desk.ticket(f"R-{number}")
    return {"state": None if ticket is None else ticket.state}
