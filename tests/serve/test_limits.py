"""Limits: rates, lock-outs, whom this machine is, and what nobody learns from the log."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from serve.conftest import MARK, Serve, Service
from serve.test_failures import CANARY, problem

from upheld.serve.doors import DOORS
from upheld.serve.middleware import HEADERS


def test_who_gives_too_many_wrong_tokens_is_locked_out(service: Service) -> None:
    """For some minutes, with a right one too, and nobody else; then all is as before."""
    for _ in range(10):
        problem(service.ask("GET", "/v1/due", headers={"Authorization": f"Bearer {CANARY}"}), "no-token")

    told = service.ask("GET", "/v1/due", "agent")
    problem(told, "locked-out")
    assert 300 == int(told.headers["retry-after"])
    service.clock.passed_s = 301
    assert 200 == service.ask("GET", "/v1/due", "agent").status_code


def test_a_token_comes_so_often_and_no_more(serve: Serve) -> None:
    """Each has a rate of its own, which fills again as time passes."""
    service = serve(rate_per_min=60)
    answers = [service.ask("GET", "/v1/policies", "agent").status_code for _ in range(61)]
    told = service.ask("GET", "/v1/policies", "agent")

    assert [200] * 60 + [429] == answers
    problem(told, "too-many")
    assert "1" == told.headers["retry-after"]
    assert 200 == service.ask("GET", "/v1/policies", "acme").status_code
    service.clock.passed_s = 1.0
    assert [200, 429] == [service.ask("GET", "/v1/policies", "agent").status_code for _ in range(2)]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_a_page_of_another_site_does_nothing_here(serve: Serve, headers: dict[str, str]) -> None:
    """Where no token is asked for, a browser on this machine could be made to send a record."""
    service = serve(tokens=False)
    problem(service.ask("POST", "/v1/events", json=MARK, headers=headers), "cross-site")
    assert 200 == service.ask("POST", "/v1/events", json=MARK, headers={"Origin": "http://localhost"}).status_code


def test_every_answer_keeps_browsers_still(shared: Service) -> None:
    """Whichever door, and none at all."""
    for path in ("/v1/due", "/nowhere", "/healthz", "/openapi.json"):
        answer = shared.ask("GET", path, "agent")
        assert (
            HEADERS.items()
            <= {name.title(): held for name, held in answer.headers.items()}.items()
            | {name: answer.headers[name] for name in HEADERS}.items()
        )
        assert "server" not in answer.headers
    assert "script" not in shared.ask("GET", "/docs").text


@pytest.mark.parametrize("path", ["/healthz", "/v1/tickets/T-1", "/v1/tickets/T-404", "/docs"])
def test_head_is_get_without_its_body(shared: Service, path: str) -> None:
    told, asked = shared.ask("GET", path, "agent"), shared.ask("HEAD", path, "agent")

    assert (told.status_code, b"") == (asked.status_code, asked.content)
    assert told.headers["content-type"] == asked.headers["content-type"]


def test_options_promises_other_sites_nothing(shared: Service) -> None:
    answer = shared.ask("OPTIONS", "/v1/events", headers={"Origin": "https://evil.example"})

    problem(answer, "wrong-method")
    assert not [name for name in answer.headers if name.startswith("access-control")]


NAMES = ["a/b", "a%2Fb", "ticket é", "票-1", "..%2f", "T?1", "T#1", "T;1", "a/story", "🎫", "../T-1", "%", "+"]


@pytest.mark.parametrize("name", NAMES)
def test_an_id_may_be_any_text(service: Service, name: str) -> None:
    """Slashes, other scripts, what an address means otherwise: percent-encoded, it is the ticket."""
    from urllib.parse import quote

    opening = {**MARK, "ticket": name, "event": "submit", "channel": "portal", "data": {"type": "fault"}}
    answer = service.ask("POST", "/v1/events", "acme", json=opening).json()
    path = f"/v1/tickets/{quote(name, safe='')}"

    assert (name, True) == (answer["ticket"], answer["accepted"])
    assert name == service.ask("GET", path, "acme").json()["ticket"]
    assert name == service.ask("GET", f"{path}/story", "acme").json()["ticket"]


def test_a_long_list_comes_in_parts(service: Service) -> None:
    """Each says where the next one is, and all of them are the whole."""
    opening = {**MARK, "event": "submit", "channel": "portal", "data": {"type": "fault"}}
    for each in range(4):
        sent = {"json": {**opening, "ticket": f"N-{each}"}, "headers": {"Idempotency-Key": f"n-{each}"}}
        assert service.ask("POST", "/v1/events", "acme", **sent).json()["accepted"]
    for path in ("/v1/queue?at=2024-03-04T12:00:00Z", "/v1/due"):
        whole = service.ask("GET", path, "agent").json()
        found, link = [], f"{path}{'&' if '?' in path else '?'}limit=2"
        while link:
            answer = service.ask("GET", link, "agent")
            found += answer.json()
            following = answer.headers.get("link", "")
            link = path.partition("?")[0] + following[1 : following.index(">")] if following else ""
        assert 5 == len(whole)
        assert whole == found


def test_metrics_count_and_name_nobody(service: Service) -> None:
    """Doors and states; never a ticket, a customer or a token."""
    service.ask("POST", "/v1/events", "acme", json=MARK)
    service.ask("GET", "/v1/tickets/T-1", "other")
    told = service.ask("GET", "/metrics", "agent").text

    assert 'upheld_requests_total{door="GET /v1/tickets/{ticket}",status="404"} 1.0' in told
    assert "upheld_desk_records 3.0" in told
    assert 1 == sum(line.startswith("upheld_records_total{") for line in told.splitlines())
    assert not [word for word in ("acme", "T-1", "kim", *service.tokens.values()) if word in told]


def test_secrets_stay_out_of_the_log(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """A canary in each place where a secret may stand, through every door: none is in the log, nor in an answer."""
    caplog.set_level(logging.DEBUG)
    told = ""
    for door in DOORS:
        path = door.path.format(ticket=CANARY, customer=CANARY, policy=CANARY, source=CANARY)
        for headers in (
            {"Authorization": f"Bearer {CANARY}"},
            {"Idempotency-Key": CANARY, "Cookie": f"session={CANARY}"},
        ):
            sent: dict[str, Any] = {"headers": headers, "content": json.dumps({**MARK, "token": CANARY}).encode()}
            told += service.ask(door.method, f"{path}?q={CANARY}", **sent).text
            told += service.ask(door.method, f"{door.path}?x=1", **sent).text

    logged = "".join(each.getMessage() for each in caplog.records if each.name != "httpx")  # the client's own
    assert "POST /v1/events" in logged
    assert CANARY not in told
    assert CANARY not in logged
    assert not [token for token in service.tokens.values() if token in logged]
