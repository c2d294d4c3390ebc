"""Access: who may pass each door, by a table that is written from the contract and not from the doors."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from serve.conftest import MARK, Serve, Service
from starlette.requests import Request

from upheld.desk.people.tokens import Tokens, digest_of
from upheld.serve.console.doors import DOORS as CONSOLE
from upheld.serve.doors import DOORS
from upheld.serve.problems import PROBLEMS, TYPES
from upheld.serve.request.access import is_local

WHO = {
    "GET /healthz": {"nobody": 200, "acme": 200, "other": 200, "agent": 200},
    "GET /readyz": {"nobody": 200, "acme": 200, "other": 200, "agent": 200},
    "GET /metrics": {"nobody": 401, "acme": 403, "other": 403, "agent": 200},
    "GET /openapi.json": {"nobody": 200, "acme": 200, "other": 200, "agent": 200},
    "GET /docs": {"nobody": 200, "acme": 200, "other": 200, "agent": 200},
    "POST /v1/events": {"nobody": 401, "acme": 200, "other": 404, "agent": 403},
    "GET /v1/tickets/{ticket}": {"nobody": 401, "acme": 200, "other": 404, "agent": 200},
    "GET /v1/tickets/{ticket}/story": {"nobody": 401, "acme": 200, "other": 404, "agent": 200},
    "GET /v1/queue": {"nobody": 401, "acme": 403, "other": 403, "agent": 200},
    "GET /v1/due": {"nobody": 401, "acme": 403, "other": 403, "agent": 200},
    "GET /v1/customers/{customer}/statement": {"nobody": 401, "acme": 200, "other": 404, "agent": 200},
    "GET /v1/policies": {"nobody": 401, "acme": 200, "other": 200, "agent": 200},
    "GET /v1/policies/{policy}": {"nobody": 401, "acme": 200, "other": 200, "agent": 200},
    "GET /v1/verdicts": {"nobody": 401, "acme": 403, "other": 403, "agent": 200},
    "POST /v1/webhooks/jira/{source}": {"nobody": 401, "acme": 401, "other": 401, "agent": 401},
    "POST /v1/webhooks/zendesk/{source}": {"nobody": 401, "acme": 401, "other": 401, "agent": 401},
}
"""What each door answers to whom, asked for what is acme's; a record that is sent is one of a customer."""
FILLED = {"ticket": "T-1", "source": "support", "customer": "acme", "policy": "desk@1.0.0"}
EACH = [(door, who, status) for door, row in WHO.items() for who, status in row.items()]


def test_every_door_is_in_the_table() -> None:
    """But for those of the console, which have a table of their own."""
    assert {str(door) for door in DOORS if door not in CONSOLE} == set(WHO)


@pytest.mark.parametrize("door, who, status", EACH)
def test_a_door_opens_for_those_who_may(shared: Service, door: str, who: str, status: int) -> None:
    """What is refused is a problem whose type is a documented code, and tells nothing else."""
    method, path = door.split()
    sent = {"json": MARK} if method == "POST" else {}
    answer = shared.ask(method, path.format(**FILLED), who, **sent)

    assert status == answer.status_code
    if status >= 400:
        told = answer.json()
        assert told["type"].removeprefix(TYPES) in PROBLEMS
        assert "acme" not in answer.text
        assert "application/problem+json" == answer.headers["content-type"]


def test_another_customers_ticket_is_as_one_that_is_not_there(service: Service) -> None:
    found = service.ask("GET", "/v1/tickets/T-1", "other")
    missing = service.ask("GET", "/v1/tickets/T-404", "other")

    assert (404, missing.json()) == (found.status_code, found.json())


def test_who_sees_one_customer_gets_no_advice_on_what_is_not_there(service: Service) -> None:
    """It might name what is another's; whoever sees all is told more."""
    told = service.ask("GET", "/v1/customers/other/statement", "other")

    assert (404, False) == (told.status_code, "detail" in told.json())
    assert "detail" in service.ask("GET", "/v1/customers/other/statement", "agent").json()


def test_without_any_token_only_this_machine_is_served(serve: Serve) -> None:
    """And from the first one on, nobody is without."""
    near, far = serve(tokens=False), serve(tokens=False, host="192.0.2.7")

    assert 200 == near.ask("GET", "/v1/tickets/T-1").status_code
    assert 401 == far.ask("GET", "/v1/tickets/T-1").status_code
    near.desk.tokens.revoke(near.desk.tokens.make(["agent"]).token.id)
    assert 401 == near.ask("GET", "/v1/tickets/T-1").status_code


def test_a_token_that_was_good_a_moment_ago_is_not_read_again(shared: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until this process revokes it; the database is asked nothing meanwhile."""
    made = shared.desk.tokens.make(["agent"])
    headers = {"Authorization": f"Bearer {made.text}"}
    assert 200 == shared.ask("GET", "/v1/tickets/T-1", headers=headers).status_code
    with monkeypatch.context() as patched:
        patched.setattr(shared.desk.tokens, "found", lambda text: pytest.fail("it was read"))
        assert 200 == shared.ask("GET", "/v1/tickets/T-1", headers=headers).status_code
    shared.desk.tokens.revoke(made.token.id)

    assert 401 == shared.ask("GET", "/v1/tickets/T-1", headers=headers).status_code


def test_what_another_process_did_to_tokens_is_seen_when_a_second_has_passed(shared: Service) -> None:
    """A token is believed so long and no longer, and no token at all likewise; one that expires is read each time."""
    tokens, others = shared.desk.tokens, Tokens(shared.desk._database)
    made = others.make(["agent"])
    assert made.token == tokens.found(made.text)
    others.revoke(made.token.id)
    expiring = others.make(["agent"], expires_at=datetime(2999, 1, 1, tzinfo=UTC))

    assert (made.token, None) == (tokens.kept(made.text, 3_600), tokens.kept(made.text, 0))
    assert (None, expiring.token) == (tokens.found(made.text), tokens.found(expiring.text))
    assert (None, None) == (tokens.kept(made.text, 3_600), tokens.kept(expiring.text, 3_600))


def test_a_token_that_is_revoked_while_it_is_read_is_not_kept(shared: Service) -> None:
    """What was read before a change is through is no knowledge of what is after it."""
    tokens = shared.desk.tokens
    made = tokens.make(["agent"])
    changes = tokens._changes
    tokens.revoke(made.token.id)
    tokens._keep(digest_of(made.text), made.token, changes, time.monotonic())

    assert tokens.kept(made.text, 3_600) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-For": "192.0.2.7"},
        {"X-Forwarded-Host": "desk.example"},
        {"CF-Connecting-IP": "192.0.2.7"},
        {"Via": "1.1 proxy"},
    ],
    ids=str,
)
def test_who_comes_by_another_name_or_a_proxy_is_not_on_this_machine(serve: Serve, headers: dict[str, str]) -> None:
    assert 401 == serve(tokens=False).ask("GET", "/v1/tickets/T-1", headers=headers).status_code


def test_who_speaks_as_old_proxies_do_is_not_on_this_machine(serve: Serve) -> None:
    """One that passes nothing on by itself asks by HTTP/1.0 unless it is told otherwise."""
    scope = {"type": "http", "client": ("127.0.0.1", 1), "headers": [(b"host", b"localhost:8080")]}

    assert [False, True] == [is_local(Request({**scope, "http_version": each})) for each in ("1.0", "1.1")]
