"""Events: records that are submitted, one by one or as lines, each decided and kept once.

A refusal is an answer. Of many lines each has an answer of its own, and they are taken some at a time, so that neither
they nor their answers are ever all in memory.

Source: DESIGN section 13, ``POST /v1/events``; THREATS H02.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any, Final

from fastapi import Header, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from upheld.core.errors import UpheldError
from upheld.core.nearest import listed, quoted
from upheld.core.record.event import Event
from upheld.core.record.json_text import dense_json
from upheld.desk import Answer, Late, Sent
from upheld.report.files.stories import decision_document
from upheld.serve.api.group_commit import AT_ONCE, GroupCommit, taken
from upheld.serve.api.readings import Language, language_for
from upheld.serve.metrics import metrics_of
from upheld.serve.problems import Problem
from upheld.serve.request.bodies import JSON, LINES, type_of, value_of
from upheld.serve.request.door import desk_of, problem_of_error, reader_of, settings_of

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
    request: Request, idempotency_key: Key = None, late: Lateness = "refuse", lang: Language = None
) -> Response:
    """Decide and keep a record, or many as lines, each once. What the policy refuses is an answer."""
    taking = _Taking(request, idempotency_key, late)
    if type_of(request) == LINES:
        return await taking.lines(request)
    group_commit: GroupCommit = request.app.state.group_commit
    return Response(await group_commit.taken(_One(taking, await request.body(), lang)), media_type=JSON)


class _Taking:
    """What takes the records of one request."""

    def __init__(self, request: Request, key: str | None, late: Late) -> None:
        settings = settings_of(request)
        self.desk, self.key, self._late = desk_of(request), key, late
        self._reader, self._metrics = reader_of(request), metrics_of(request)
        self._latest = settings.now() + timedelta(seconds=settings.ahead_s)
        self._line_max_bytes = settings.body_max_bytes

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
        """Take some lines and write their answers, up to where the desk could not be used; whether it could."""
        read = [self._read(number, text) for number, text in lines]
        answers = iter(taken(self.desk, [each for each in read if isinstance(each, Sent)]))
        for (number, _), found in zip(lines, read, strict=True):
            answer = found if isinstance(found, Problem) else next(answers)
            told = {"line": number, **(_problem(answer) if isinstance(answer, Exception) else self.document(answer))}
            spool.write(_text(told) + b"\n")
            if told.get("problem", {}).get("status", 200) >= 500:
                return False
        return True

    def _read(self, number: int, text: bytes) -> Sent | Problem:
        try:
            event, own = self.event(value_of(text))
        except (Problem, UpheldError) as error:
            return error if isinstance(error, Problem) else problem_of_error(error)
        if own is None and not self.key:
            return Problem("key-missing")
        return self.sent(event, own if own is not None else f"{self.key}:{number}")

    def sent(self, event: Event, key: str) -> Sent:
        """An event as it is given to the desk."""
        return Sent(event, key, self._reader.source, self._late, self._reader.customer)

    def document(self, answer: Answer) -> dict[str, Any]:
        """What is said of a record that was taken, which counts it."""
        self._metrics.count_record("repeated" if answer.repeated else "accepted" if answer.accepted else "refused")
        told = {"ticket": answer.ticket, "seq": answer.seq, "accepted": answer.accepted, "code": answer.code}
        return {**told, "repeated": answer.repeated, "changes": [*answer.changes]}

    def event(self, record: object) -> tuple[Event, str | None]:
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


class _One:
    """The one record of a request."""

    def __init__(self, taking: _Taking, body: bytes, language: str | None) -> None:
        self._taking, self._body, self._language = taking, body, language

    def sent(self) -> Sent:
        """The record. Raises: Problem, RecordError."""
        self._event, _ = self._taking.event(value_of(self._body))
        if not self._taking.key:
            raise Problem("key-missing")
        return self._taking.sent(self._event, self._taking.key)

    def told(self, answer: Answer) -> bytes:
        """The answer with its reasons."""
        decision, desk = answer.decision, self._taking.desk
        policy = desk.policy(answer.policy or ("" if decision.ticket is None else decision.ticket.policy_digest))
        why = decision_document(policy, self._event, decision, answer.seq, language_for(policy, self._language))
        return _text({**self._taking.document(answer), **why})


def _text(told: Mapping[str, Any]) -> bytes:
    return dense_json(told).encode()


def _problem(error: Exception) -> dict[str, Any]:
    return {"problem": problem_of_error(error).as_document()}


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
