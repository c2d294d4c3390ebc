"""Events: records over HTTP, one by one or as lines; each is decided once, and a refusal is an answer."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
import pytest
from serve.conftest import MARK, Serve, Service
from serve.test_failures import problem
from small_desk import submit

from upheld.serve.openapi.shapes import PLACE
from upheld.serve.problems import TYPES

LINES = {"Content-Type": "application/x-ndjson", "Idempotency-Key": "import-1"}


def lines(service: Service, records: Iterable[Any], who: str = "acme", **headers: str) -> list[dict[str, Any]]:
    body = b"".join(each if isinstance(each, bytes) else json.dumps(each).encode() + b"\n" for each in records)
    answer = service.ask("POST", "/v1/events", who, content=body, headers={**LINES, **headers})
    assert (200, "application/x-ndjson") == (answer.status_code, answer.headers["content-type"]), answer.text
    return [*map(json.loads, answer.text.splitlines())]


def marks(number: int, **columns: Any) -> list[dict[str, Any]]:
    return [{**MARK, "data": {"minutes": each % 60 + 1}, **columns} for each in range(number)]


def step(event: str, **columns: Any) -> dict[str, Any]:
    """A record of acme's ticket, without data."""
    return {**{name: held for name, held in MARK.items() if name != "data"}, "event": event, **columns}


def test_a_refusal_is_an_answer(service: Service) -> None:
    """With its reason and clauses; it is kept, as the desk keeps it."""
    answer = service.ask("POST", "/v1/events", "acme", json=step("reopen", channel="portal"))

    told = answer.json()
    assert (200, False, "no-transition", 3) == (answer.status_code, told["accepted"], told["code"], told["seq"])
    assert "no-transition" == told["refusal"]["code"]
    assert 3 == service.desk.status().records


def test_an_answer_tells_what_came_of_it(service: Service) -> None:
    """Moves, charges, flags and reasons, in the shapes of a story."""
    answer = service.ask("POST", "/v1/events", "agent", json=step("resolve", actor="agent:lee")).json()
    story = service.ask("GET", "/v1/tickets/T-1/story", "agent").json()["episodes"][-1]

    assert ("doing", "resolved") == (answer["moves"][0]["from"], answer["moves"][0]["to"])
    for name in ("refusal", "flags", "moves", "charges", "effects", "why", "why_not"):
        assert story[name] == answer[name], name


def test_messages_are_told_in_the_readers_language(service: Service) -> None:
    """That of the vendor, where nobody asks for one."""
    by_mail = {**step("submit", channel="email"), "ticket": "T-3", "data": {"type": "fault"}}
    told = [
        service.ask("POST", f"/v1/events{asked}", "acme", json=by_mail).json()["refusal"]["message"]
        for asked in ("?lang=fr", "?lang=en", "")
    ]

    assert "déposez sur le portail" in told[0]
    assert "use the portal to submit" in told[1]
    assert told[1] == told[2]


def test_a_customers_record_is_of_his_own_tickets(service: Service) -> None:
    """A ticket of another is as one that is not there, whatever the record says of whose it is; nothing is kept."""
    foreign = {**MARK, "customer": "acme"}
    problem(service.ask("POST", "/v1/events", "other", json=foreign), "forbidden")
    told = problem(service.ask("POST", "/v1/events", "other", json=MARK), "not-found")

    assert "acme" not in str(told)
    assert 2 == service.desk.status().records


def test_a_ticket_that_another_tried_to_open_is_his(service: Service) -> None:
    """Its refused records are nobody else's to read."""
    refused = {**MARK, "ticket": "T-5", "event": "submit", "channel": "email", "data": {"type": "fault"}}
    assert not service.ask("POST", "/v1/events", "acme", json=refused).json()["accepted"]

    problem(service.ask("POST", "/v1/events", "other", json={**refused, "channel": "portal"}), "not-found")


def test_a_record_without_a_customer_is_of_the_tokens(service: Service) -> None:
    opening = {**MARK, "ticket": "T-6", "event": "submit", "channel": "portal", "data": {"type": "fault"}}
    assert service.ask("POST", "/v1/events", "other", json=opening).json()["accepted"]

    assert "other" == service.ask("GET", "/v1/tickets/T-6", "other").json()["customer"]
    problem(service.ask("GET", "/v1/tickets/T-6", "acme"), "not-found")


def test_a_record_from_the_future_is_none(service: Service) -> None:
    """It would make all others late; a clock may be wrong by some minutes."""
    problem(service.ask("POST", "/v1/events", "acme", json={**MARK, "at": "2024-03-04T12:06:00Z"}), "bad-record")
    assert service.ask("POST", "/v1/events", "acme", json={**MARK, "at": "2024-03-04T12:04:00Z"}).json()["accepted"]


def test_a_late_record_is_put_in_its_place_where_that_is_asked(service: Service) -> None:
    late = {**MARK, "at": "2024-03-04T10:15:00+01:00"}
    assert "out-of-order" == service.ask("POST", "/v1/events", "acme", json=late).json()["code"]
    headers = {"Idempotency-Key": "key-2"}
    assert service.ask("POST", "/v1/events?late=insert", "acme", json=late, headers=headers).json()["accepted"]


def test_each_line_has_its_answer(service: Service) -> None:
    """Good ones, refused ones, and those that are no record, in their order; blank ones have none."""
    records = [
        MARK,
        b"\n",
        step("reopen"),
        b"{\n",
        {**MARK, "ticket": ""},
        {**MARK, "actor": "agent"},
        MARK,
    ]
    told = lines(service, records)

    assert [1, 3, 4, 5, 6, 7] == [each["line"] for each in told]
    codes = [each.get("code", "") if "problem" not in each else each["problem"]["type"] for each in told]
    wrong = [f"{TYPES}{code}" for code in ("not-json", "bad-record", "forbidden")]
    assert [None, "channel-not-accepted", *wrong, None] == codes
    assert {"line", *PLACE} == set(told[0])


def test_lines_that_are_sent_again_count_once(service: Service) -> None:
    """By the key of all and their number, or by a key of their own."""
    first, again = lines(service, marks(5)), lines(service, marks(5))
    own = lines(service, marks(2, key="a")[:1], **{"Idempotency-Key": "other"})
    moved = lines(service, [b"\n", *marks(2, key="a")[:1]], **{"Idempotency-Key": "third"})

    assert [{**each, "repeated": True} for each in first] == again
    assert (False, True, own[0]["seq"]) == (own[0]["repeated"], moved[0]["repeated"], moved[0]["seq"])


def test_a_line_that_spoils_its_batch_spoils_no_other(service: Service) -> None:
    """A conflict of keys undoes a transaction; the others are taken all the same."""
    lines(service, marks(1, key="taken"))
    told = lines(service, [*marks(150)[:120], {**MARK, "event": "rate", "key": "taken"}, *marks(30)])

    assert [f"{TYPES}key-conflict"] == [each["problem"]["type"] for each in told if "problem" in each]
    assert 151 == len(told)


def test_memory_is_bounded_however_many_lines_come(service: Service) -> None:
    """Neither lines nor answers are ever all there: some 20 MB go in, and less than that is ever held."""

    async def body() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b'"%s"\n' % (b"x" * 1_000) * 100

    async def most_bytes() -> tuple[int, int]:
        headers = {**LINES, "Authorization": f"Bearer {service.tokens['acme']}"}
        asked = service.client.build_request("POST", "/v1/events", content=body(), headers=headers)
        tracemalloc.start()
        number = await Discarding(service).handle(asked)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return number, peak

    number, peak = service.runner.run(most_bytes())
    assert 20_000 == number
    assert peak < 12_000_000


class Discarding:
    """Asks an application, and counts the lines of its answer without keeping them."""

    def __init__(self, service: Service) -> None:
        self._app = service.app

    async def handle(self, asked: httpx.Request) -> int:
        parts, number, is_over = aiter(asked.stream), 0, asyncio.Event()  # type: ignore[arg-type]
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": asked.url.path,
            "scheme": "http",
            "query_string": b"",
            "headers": asked.headers.raw,
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
        }
        scope["headers"] = [(name.lower(), held) for name, held in asked.headers.raw]

        async def receive() -> dict[str, Any]:
            try:
                return {"type": "http.request", "body": await anext(parts), "more_body": True}
            except StopAsyncIteration:
                if is_over.is_set():
                    await asyncio.Event().wait()  # whoever asks stays
                is_over.set()
                return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal number
            number += message.get("body", b"").count(b"\n")

        await self._app(scope, receive, send)  # type: ignore[arg-type]
        return number


def test_a_line_that_is_too_long_ends_it(service: Service) -> None:
    body = json.dumps(MARK).encode() + b"\n" + b'{"ticket": "' + b"x" * 70_000
    answer = service.ask("POST", "/v1/events", "acme", content=body, headers=LINES)

    assert "line 2" in problem(answer, "too-large")["detail"]


@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson"])
def test_a_body_that_does_not_come_is_not_waited_for(serve: Serve, kind: str) -> None:
    """One that comes byte by byte neither: all of a record has so long, and lines are never slower than slow."""
    service = serve(body_wait_s=0.1)

    async def dripping() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" "
            await asyncio.sleep(0.02)

    answer = service.ask("POST", "/v1/events", "acme", content=dripping(), headers={**LINES, "Content-Type": kind})

    problem(answer, "too-slow")
    assert "close" == answer.headers["connection"]


def test_what_takes_too_long_is_told_and_done(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same key gives the answer afterwards."""
    service = serve(request_max_s=0.05)
    slow, real = asyncio.Event(), service.desk.submit_many

    def late(*given: Any, **named: Any) -> Any:
        import time

        time.sleep(0.3)
        return real(*given, **named)

    monkeypatch.setattr(service.desk, "submit_many", late)
    answer = service.ask("POST", "/v1/events", "acme", json=MARK)
    problem(answer, "took-too-long")
    assert not slow.is_set()
    service.runner.run(asyncio.sleep(0.5))
    assert 3 == service.desk.status().records


def test_a_batch_of_many_tickets_is_the_desks(service: Service) -> None:
    """What is submitted as lines is what the desk would have kept, and its verdicts those of a replay."""
    opening = {**MARK, "event": "submit", "channel": "portal", "data": {"type": "fault", "severity": "low"}}
    told = lines(service, [{**opening, "ticket": f"N-{each}"} for each in range(250)])

    assert [True] * 250 == [each["accepted"] for each in told]
    assert () == service.desk.verify()
    assert submit().event == "submit"
