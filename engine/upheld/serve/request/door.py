"""A door: a method and a path, what handles it, and what is asked of whoever comes before that.

The gate of a door runs before its handler: who comes, whether the door is for them, how often they came, and what they
bring. Nothing of a body is read for somebody who may not pass.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from upheld.core.errors import UpheldError
from upheld.desk import Desk
from upheld.serve import problems
from upheld.serve.problems import Problem, problem_of
from upheld.serve.request import bodies
from upheld.serve.request.access import ON_THIS_MACHINE, Needs, Reader, by_token, has_token, is_forged, known
from upheld.serve.request.limits import Limits
from upheld.serve.request.parameters import reading_of
from upheld.serve.settings import Settings

LOG: Final = logging.getLogger("upheld.serve")

T = TypeVar("T")
Told = Callable[[Request, Problem], Response]


@dataclass(frozen=True, slots=True)
class Says:
    """What the OpenAPI document says of a door, beside its handler's docstring and parameters.

    Attributes:
        answer: The name of the schema of what it answers with 200; ``""`` for a text.
        example: Of such an answer.
        lines: The name of the schema of one line, where the answer may come as lines.
        takes: The schemas of the bodies that it takes, and an example of each, by type.
        problems: The codes of those that are its own, beside what any door may have.
        text: The type of an answer that is no JSON.
        must: Parameters that it wants, and whose absence it tells in its own words.
        leads: Handlers that an answer leads to, each with its parameters and where in the answer they stand.
    """

    answer: str
    example: Any = None
    lines: str = ""
    takes: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    text: str = ""
    must: tuple[str, ...] = ()
    leads: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Door:
    """A method and a path.

    Attributes:
        handler: As FastAPI has it: what it asks for comes by its annotations, `OpenDesk`, `Asking`, `Set` and
            parameters. One that waits for the database is a ``def``, and runs in a thread of its own.
        needs: Of whoever comes.
        told: Makes an answer of a problem: for programs by default.
        says: What the OpenAPI document says of it; ``None`` leaves it out, as it does doors for people.
        is_stream: Whether it may take as long as it wants: where it has a body, one of lines.
    """

    method: str
    path: str
    handler: Callable[..., Any]
    needs: Needs
    told: Told = problems.answer
    says: Says | None = None
    is_stream: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def desk_of(request: Request) -> Desk:
    """The desk of this process."""
    desk: Desk = request.app.state.desk
    return desk


def settings_of(request: Request) -> Settings:
    """The settings of this service."""
    settings: Settings = request.app.state.settings
    return settings


def reader_of(request: Request) -> Reader:
    """Who asks; a door that lets anybody in has nobody to tell of."""
    reader: Reader | None = request.state.reader
    assert reader is not None, "a door that asks for a reader needs one"
    return reader


def _at_once(of: Callable[[Request], T]) -> Callable[[Request], Awaitable[T]]:
    """What a handler asks for, had without a thread: the framework gives whatever does not say so one of its own."""

    async def found(request: Request) -> T:
        return of(request)

    return found


OpenDesk = Annotated[Desk, Depends(_at_once(desk_of))]
Asking = Annotated[Reader, Depends(_at_once(reader_of))]
Set = Annotated[Settings, Depends(_at_once(settings_of))]


def gated(door: Door) -> type[APIRoute]:
    """The kind of route that has the gate of a door."""

    class Gated(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
            handle, named = super().get_route_handler(), [each.alias for each in self.dependant.query_params]
            if inspect.iscoroutinefunction(door.handler) and (read := reading_of(door.handler)) is not None:

                async def handle(request: Request) -> Response:
                    answer: Response = await door.handler(request, **read(request))
                    return answer

            async def passed(request: Request) -> Response:
                request.state.door, request.state.reader = door, None
                try:
                    return await _passed(door, request, handle, named)
                except Exception as error:
                    return door.told(request, _untold(request, problem_of_error(error)))

            return passed

    return Gated


async def _asking(needs: Needs, request: Request) -> Reader | None:
    """Who comes; for one who came a moment ago no thread is waited for."""
    found = known(request) if needs.by is by_token else None
    return found or await run_in_threadpool(needs.by, request)


async def _passed(
    door: Door, request: Request, handle: Callable[[Request], Awaitable[Response]], named: Sequence[str]
) -> Response:
    """Let somebody through, or raise a Problem. Args: named: the parameters that the handler knows."""
    settings, limits = settings_of(request), _limits(request)
    address = request.client.host if request.client else ""
    bodies.check_address(request)
    if has_token(request):
        limits.check_locked(address)
    elif is_forged(request):
        raise Problem("cross-site")
    reader = await _asking(door.needs, request) if door.needs.reader else None
    if reader is None and door.needs.reader and has_token(request):
        limits.note_failure(address)
    request.state.reader = reader
    limits.check_rate(address if reader is None or reader is ON_THIS_MACHINE else reader.name)
    if door.needs.per_min is not None:
        limits.check_rate(address, str(door), door.needs.per_min)
    door.needs.check(reader)
    if door.says is not None:
        bodies.check_query(request, named)
    taken = bodies.Taken(door.needs, settings, request, door.is_stream)
    taken.check_head()
    handling = asyncio.ensure_future(handle(Request(request.scope, taken.receive)))
    await asyncio.wait({handling}, timeout=None if taken.may_last else settings.request_max_s)
    if handling.done():
        return handling.result()
    handling.add_done_callback(_overdue)  # a thread cannot be stopped: what it does is done, and told to nobody
    raise Problem("took-too-long")


def _overdue(handling: asyncio.Future[Response]) -> None:
    if not handling.cancelled() and (error := handling.exception()) is not None:
        LOG.warning("what took too long failed: %s", type(error).__name__)


def _limits(request: Request) -> Limits:
    limits: Limits = request.app.state.limits
    return limits


def _untold(request: Request, problem: Problem) -> Problem:
    """What is not there, without a word to whoever sees one customer: advice may name what is another's."""
    reader: Reader | None = request.state.reader
    return Problem("not-found") if problem.code == "not-found" and not (reader and reader.sees_all) else problem


def problem_of_error(error: Exception) -> Problem:
    """What went wrong, as a problem; what nobody outside may know goes into the log."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, UpheldError):
        made = problem_of(error)
        if made.status >= 500:
            LOG.error("%s: %s", made.code, error)
        return made
    if isinstance(error, RequestValidationError):
        told = (f"`{'.'.join(map(str, each['loc'][1:]))}`: {_said(each['msg'])}" for each in error.errors())
        return Problem("bad-value", problems=tuple(told))
    if isinstance(error, HTTPException):
        return problem_of_status(error)
    if isinstance(error, ClientDisconnect):
        return Problem("bad-request", "the body ended before its end")
    LOG.error("internal: %s in %s", type(error).__name__, _where(error))
    return Problem("internal")


def problem_of_status(error: HTTPException) -> Problem:
    """What the framework refuses by itself."""
    code = {404: "not-found", 405: "wrong-method", 413: "too-large"}.get(error.status_code, "bad-request")
    return Problem(code, headers=error.headers)


def _said(message: str) -> str:
    """What the framework says, as we say things."""
    text = message.removeprefix("Value error, ")
    return f"{text[:1].lower()}{text[1:]}"


def _where(error: BaseException) -> str:
    """The lines that led to a mistake of ours, without a text that may be a secret."""
    found, trace = list[str](), error.__traceback__
    while trace is not None:
        found.append(f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " < ".join(reversed(found[-6:]))
