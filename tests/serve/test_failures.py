"""Every way to fail, through every door, has one shape: a problem of a documented code (RFC 9457), and no more."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from serve.conftest import MARK, Service
from serve.test_access import FILLED

from upheld import Busy
from upheld.desk.people.tokens import Tokens
from upheld.serve.doors import DOORS
from upheld.serve.problems import MEDIA_TYPE, PROBLEMS, TYPES
from upheld.serve.request.door import Door

MINE = [door for door in DOORS if door.says is not None or door.path in ("/openapi.json", "/docs")]
"""The doors for programs; those for people answer them by pages."""
WITH_READER = [door for door in MINE if door.needs.reader]
TAKING = [door for door in WITH_READER if door.needs.takes]
"""The doors whose bodies are read as what they are; of a signed one nothing is, until it is known who signed it."""

CANARY = "uph_0123456789_" + "c4n4ry" * 7 + "x"
"""A token as anybody might send it."""


def problem(answer: httpx.Response, code: str) -> dict[str, Any]:
    """The problem that an answer is, which has this code."""
    assert MEDIA_TYPE == answer.headers["content-type"], answer.text
    told: dict[str, Any] = answer.json()
    assert f"{TYPES}{code}" == told["type"], told
    assert {"type", "title", "status"} <= set(told) <= {"type", "title", "status", "detail", "problems"}
    assert (PROBLEMS[code].status, PROBLEMS[code].title) == (told["status"], told["title"])
    assert told["status"] == answer.status_code
    assert "nosniff" == answer.headers["x-content-type-options"]
    return told


def path_of(door: Door) -> str:
    return door.path.format(**FILLED)


def send(service: Service, door: Door, who: str = "agent", **named: Any) -> httpx.Response:
    if door.needs.takes and "json" not in named and "content" not in named:
        named["json"] = MARK
    return service.ask(door.method, path_of(door), who, **named)


@pytest.mark.parametrize("door", WITH_READER, ids=str)
def test_no_token_or_a_wrong_one_is_told_alike(shared: Service, door: Door) -> None:
    """Missing, malformed, unknown, revoked and of another kind: nobody learns which (THREATS H01)."""
    known = shared.desk.tokens.make(["agent"])
    shared.desk.tokens.revoke(known.token.id)
    wrong = shared.tokens["agent"][:-1] + ("a" if shared.tokens["agent"][-1] != "a" else "b")
    answers = [
        send(shared, door, "nobody", headers={"Authorization": each} if each else {})
        for each in ("", f"Bearer {CANARY}", "Bearer ", f"Bearer {known.text}", f"Bearer {wrong}", "Basic YTpi")
    ]

    assert 1 == len({json.dumps(problem(each, "no-token")) for each in answers})
    assert all("Bearer" in each.headers["www-authenticate"] for each in answers)


@pytest.mark.parametrize("door", MINE, ids=str)
def test_a_token_in_the_address_is_refused(shared: Service, door: Door) -> None:
    """It is in somebody's log already; and it opens nothing there, though it be right (THREATS H01)."""
    answer = shared.ask(door.method, f"{path_of(door)}?token={shared.tokens['agent']}", "agent")

    assert shared.tokens["agent"] not in str(problem(answer, "token-in-url"))


@pytest.mark.parametrize("door", MINE, ids=str)
def test_a_wrong_method_names_the_right_ones(shared: Service, door: Door) -> None:
    answer = shared.ask("DELETE", path_of(door), "agent")

    problem(answer, "wrong-method")
    assert door.method in answer.headers["allow"]


@pytest.mark.parametrize(
    "path", ["/v2", "/v1", "/v1/tickets", "/v1/tickets/", "/v1/tickets/T-1/", "/V1/due", "//v1/due", "/%"]
)
def test_what_is_not_there_is_not_found(shared: Service, path: str) -> None:
    problem(shared.ask("GET", path, "agent"), "not-found")


@pytest.mark.parametrize("door", MINE, ids=str)
def test_a_body_is_no_longer_than_its_door(shared: Service, door: Door) -> None:
    """Whether its length is announced or not, and where no body is wanted at all."""
    content = b'{"ticket": "' + b"x" * ((door.needs.body_max_bytes or 0) + 70_000) + b'"}'
    json_type = {"Content-Type": "application/json", "Idempotency-Key": "k"}

    async def parts() -> Any:
        yield content[:600]
        yield content[600:]

    problem(send(shared, door, content=content, headers=json_type), "too-large")
    if door.needs.takes:
        problem(send(shared, door, content=parts(), headers=json_type), "too-large")


NOT_JSON = {
    "nothing": b"",
    "text": b"hello",
    "half": b'{"ticket": "T-1"',
    "two": b"{} {}",
    "no UTF-8": b'{"ticket": "\xff"}',
    "a number that is none": b'{"data": NaN}',
    "half of a character": rb'{"ticket": "\ud83d"}',
    "a key twice": b'{"ticket": "T-1", "ticket": "T-2"}',
    "a key twice, deep": b'{"data": {"a": 1, "a": 2}}',
    "deep": b"[" * 10_000 + b"]" * 10_000,
    "deep objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "a byte order mark": b"\xef\xbb\xbf{}",
}


@pytest.mark.parametrize("content", NOT_JSON.values(), ids=NOT_JSON)
@pytest.mark.parametrize("door", TAKING, ids=str)
def test_what_is_no_json_is_told(shared: Service, door: Door, content: bytes) -> None:
    problem(send(shared, door, content=content, headers={"Content-Type": "application/json"}), "not-json")


@pytest.mark.parametrize("content", [b"[]", b"3", b'"T-1"', b"null", b"{}", b'{"ticket": "T-1", "at": "now"}'], ids=str)
def test_what_is_no_record_is_told_whole(shared: Service, content: bytes) -> None:
    sent = {"content": content, "headers": {"Content-Type": "application/json", "Idempotency-Key": "k"}}
    problem(shared.ask("POST", "/v1/events", "agent", **sent), "bad-record")


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json2"]
)
@pytest.mark.parametrize("door", TAKING, ids=str)
def test_another_type_of_body_is_not_looked_at(shared: Service, door: Door, kind: str) -> None:
    answer = send(shared, door, content=json.dumps(MARK).encode(), headers={"Content-Type": kind})

    problem(answer, "wrong-type")
    assert "application/json" in answer.headers["accept"]


def test_a_record_needs_a_key(shared: Service) -> None:
    headers = {"Content-Type": "application/json"}
    problem(shared.ask("POST", "/v1/events", "acme", content=json.dumps(MARK).encode(), headers=headers), "key-missing")


def test_a_key_of_another_record_is_a_conflict(service: Service) -> None:
    """And of the same it is the first answer again."""
    first = service.ask("POST", "/v1/events", "acme", json=MARK)
    again = service.ask("POST", "/v1/events", "acme", json=MARK)

    assert (200, False, True) == (first.status_code, first.json()["repeated"], again.json()["repeated"])
    assert {**first.json(), "repeated": True} == again.json()
    problem(service.ask("POST", "/v1/events", "acme", json={**MARK, "data": {"minutes": 9}}), "key-conflict")


def test_each_name_and_customer_has_keys_of_its_own(service: Service) -> None:
    """So nobody learns from a conflict what another has sent."""
    assert 200 == service.ask("POST", "/v1/events", "acme", json=MARK).status_code
    other = {**MARK, "ticket": "T-7", "event": "submit", "channel": "portal", "data": {"type": "fault"}}
    answer = service.ask("POST", "/v1/events", "other", json=other)

    assert (200, True) == (answer.status_code, answer.json()["accepted"])


@pytest.mark.parametrize(
    "door", [door for door in MINE if door.path not in ("/healthz", "/openapi.json", "/docs", "/metrics")], ids=str
)
def test_a_busy_database_is_told_with_when_to_come_again(
    shared: Service, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its name nor what it said is told."""
    failing(shared, monkeypatch, lambda: Busy("others hold `postgresql://secret-host/db`"))
    answer = send(shared, door, **({"json": {**MARK, "actor": "agent:lee"}} if door.needs.takes else {}))

    assert "secret-host" not in str(problem(answer, "busy"))
    assert answer.headers["retry-after"].isdigit()


def failing(service: Service, monkeypatch: pytest.MonkeyPatch, error: Callable[[], Exception]) -> None:
    """Have the database fail from now on; the tokens are read before."""
    token = service.desk.tokens.found(service.tokens["agent"])
    monkeypatch.setattr(Tokens, "found", lambda *_: token)

    def fail(*_: object) -> None:
        raise error()

    monkeypatch.setattr(service.desk._database, "read", fail)
    monkeypatch.setattr(service.desk._database, "transact", fail)


def test_a_mistake_of_ours_tells_nothing(shared: Service, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    """Nor does the log: it says where, and not what was there."""
    failing(shared, monkeypatch, lambda: ValueError(f"boom {CANARY}"))
    answer = shared.ask("GET", "/v1/policies", "agent")

    problem(answer, "internal")
    assert "boom" not in caplog.text
    assert "ValueError" in caplog.text


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "offset=-1", "at=yesterday", "version=none@1", "at=2026-03-02T09:00"]
)
def test_a_parameter_that_cannot_be_meant_is_told(shared: Service, query: str) -> None:
    problem(shared.ask("GET", f"/v1/queue?{query}", "agent"), "bad-value")
