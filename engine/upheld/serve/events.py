"""Events: records that are submitted, one by one or as lines, each decided and kept once.

A refusal is an answer. Of many lines each has an answer of its own, and they are taken some at a time, so that neither
they nor their answers are ever all in memory.

Source: DESIGN section 13, ``POST /v1/events``; THREATS H02.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any, Final

from fastapi import Header, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from upheld.core.errors import DeskError, KeyConflict, UpheldError
from upheld.core.nearest import listed, quoted
from upheld.core.record.event import Event
from upheld.desk import Desk
from upheld.desk.intake.sent import Answer, Late
from upheld.report.files.stories import decision_document
from upheld.serve.access import Reader
from upheld.serve.bodies import LINES, type_of, value_of
from upheld.serve.door import Asking, OpenDesk, Set, problem_of_error
from upheld.serve.metrics import Metrics
from upheld.serve.problems import Problem
from upheld.serve.readings import Language, language_for
from upheld.serve.settings import Settings

AT_ONCE: Final = 100
"""Lines of one transaction."""
IN_MEMORY_BYTES: Final = 2**20
"""Of the answers to lines; more of them lie in a file meanwhile."""

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=400,
        json_schema_extra={"minLength": 1, "format": "line"},
        description="Made with the record, and kept with it: sent again, it counts once. A line has one in `key`, too.",
    ),
]
Lateness = Annotated[Late, Query(description="What becomes of a record that comes after later ones of its ticket.")]


async def submit(
    request: Request,
    desk: OpenDesk,
    reader: Asking,
    settings: Set,
    idempotency_key: Key = None,
    late: Lateness = "refuse",
    lang: Language = None,
) -> Response:
    """Decide and keep a record, or many as lines, each once. What the policy refuses is an answer."""
    taking = _Taking(desk, reader, settings, request.app.state.metrics, idempotency_key, late)
    if type_of(request) == LINES:
        return await taking.lines(request)
    body = await request.body()
    return JSONResponse(await run_in_threadpool(taking.one, body, lang))


class _Taking:
    """What takes the records of one request."""

    def __init__(
        self, desk: Desk, reader: Reader, settings: Settings, metrics: Metrics, key: str | None, late: Late
    ) -> None:
        self._desk, self._reader, self._metrics = desk, reader, metrics
        self._key, self._late = key, late
        self._latest = settings.now() + timedelta(seconds=settings.ahead_s)
        self._line_max_bytes = settings.body_max_bytes
        self._submit_many = partial(desk.submit_many, source=reader.source, late=late, only_of=reader.customer)

    def one(self, body: bytes, language: str | None) -> dict[str, Any]:
        """The answer to one record, with its reasons. Raises: Problem, UpheldError."""
        event, _ = self._event(value_of(body))
        if not self._key:
            raise Problem("key-missing")
        (answer,) = self._submit_many([(event, self._key)])
        self._count(answer)
        decision = answer.decision
        policy = self._desk.policy("" if decision.ticket is None else decision.ticket.policy_digest)
        told = decision_document(policy, event, decision, answer.seq, language_for(policy, language))
        return {**_document(answer), **told}

    async def lines(self, request: Request) -> Response:
        """The answers to many, a line each, in their order."""
        spool = SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - whoever sends it closes it
        try:
            waiting, goes_on = list[tuple[int, bytes]](), True
            async for line in _numbered(request, self._line_max_bytes):
                waiting.append(line)
                if len(waiting) == AT_ONCE:
                    goes_on = await run_in_threadpool(self._some, waiting, spool)
                    waiting = []
                if not goes_on:
                    break
            if goes_on and waiting:
                await run_in_threadpool(self._some, waiting, spool)
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return StreamingResponse(_read(spool), media_type=LINES)

    def _some(self, lines: Sequence[tuple[int, bytes]], spool: IO[bytes]) -> bool:
        """Take some lines and write their answers; whether it makes sense to go on."""
        goes_on = True
        for told in self._answers(lines):
            spool.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            goes_on = goes_on and told.get("problem", {}).get("status", 200) < 500
        return goes_on

    def _answers(self, lines: Sequence[tuple[int, bytes]]) -> Iterator[dict[str, Any]]:
        read = [(number, self._read(number, text)) for number, text in lines]
        good = [found for _, found in read if not isinstance(found, Problem)]
        try:
            answers = iter(self._submit_many(good))
        except UpheldError:
            yield from self._one_by_one(read)
            return
        for number, found in read:
            yield _problem(number, found) if isinstance(found, Problem) else self._told(number, next(answers))

    def _one_by_one(self, read: Sequence[tuple[int, tuple[Event, str] | Problem]]) -> Iterator[dict[str, Any]]:
        """Where one record spoils those beside it, each is taken by itself, until the desk cannot be used."""
        for number, found in read:
            if isinstance(found, Problem):
                yield _problem(number, found)
                continue
            try:
                yield self._told(number, self._submit_many([found])[0])
            except UpheldError as error:
                yield _problem(number, problem_of_error(error))
                if isinstance(error, DeskError) and not isinstance(error, KeyConflict):
                    return

    def _told(self, number: int, answer: Answer) -> dict[str, Any]:
        self._count(answer)
        return {"line": number, **_document(answer)}

    def _read(self, number: int, text: bytes) -> tuple[Event, str] | Problem:
        try:
            event, own = self._event(value_of(text))
        except (Problem, UpheldError) as error:
            return error if isinstance(error, Problem) else problem_of_error(error)
        if own is None and not self._key:
            return Problem("key-missing")
        return event, own if own is not None else f"{self._key}:{number}"

    def _event(self, record: object) -> tuple[Event, str | None]:
        """The event that a record states, and the key that stands in it. Raises: Problem, RecordError."""
        if not isinstance(record, dict):
            raise Problem("bad-record", "a record is an object of columns and values")
        key = record.pop("key", None)
        if key is not None and not isinstance(key, str):
            raise Problem("bad-record", f"`key` is a text, and {quoted(key)} is none")
        if record.pop("arrival", None) is not None:
            raise Problem("bad-record", "`arrival` is for the desk to say: leave it out")
        event, reader = Event.from_record(record), self._reader
        if not reader.acts_as(event.role):
            roles = listed(sorted(reader.roles or ()))
            raise Problem("forbidden", f"the token acts as {roles}, and not as {quoted(event.role)}")
        if event.at > self._latest:
            raise Problem("bad-record", "`at` is still to come: is the clock right?")
        if reader.sees_all:
            return event, key
        if event.customer not in ("", reader.customer):
            raise Problem("forbidden", "the token is of another customer than the record")
        return replace(event, customer=reader.customer), key

    def _count(self, answer: Answer) -> None:
        self._metrics.count_record("repeated" if answer.repeated else "accepted" if answer.accepted else "refused")


def _document(answer: Answer) -> dict[str, Any]:
    told = {"ticket": answer.ticket, "seq": answer.seq, "accepted": answer.accepted, "code": answer.code}
    return {**told, "repeated": answer.repeated, "changes": [*answer.changes]}


def _problem(number: int, problem: Problem) -> dict[str, Any]:
    return {"line": number, "problem": problem.as_document()}


async def _numbered(request: Request, line_max_bytes: int) -> AsyncIterator[tuple[int, bytes]]:
    """The lines of a body that hold something, with their numbers. Raises: Problem for one that is too long."""
    number, rest = 0, b""
    async for part in request.stream():
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            number += 1
            if len(line) > line_max_bytes:
                raise _too_long(number, line_max_bytes)
            if line.strip():
                yield number, line
        if len(rest) > line_max_bytes:
            raise _too_long(number + 1, line_max_bytes)
    if rest.strip():
        yield number + 1, rest


def _too_long(number: int, most: int) -> Problem:
    said = f"line {number} has more than {most:,} bytes: what stands before it may be kept; send the rest with its keys"
    return Problem("too-large", said, headers={"Connection": "close"})


def _read(spool: IO[bytes]) -> Iterator[bytes]:
    with spool:
        while part := spool.read(2**16):
            yield part
