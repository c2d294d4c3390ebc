"""The embedder's example works as it says: a ticket service in one file around the engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

SUBMIT = {
    "at": "2026-03-02T09:00+01:00",
    "event": "submit",
    "actor": "customer:kim",
    "channel": "portal",
    "customer": "acme",
    "data": {"type": "assistance", "severity": "high", "authenticated": True},
}


@pytest.fixture(scope="module")
def service(root: Path) -> ModuleType:
    spec = spec_from_file_location("service", root / "examples" / "ticket-service" / "service.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def url(service: ModuleType, root: Path) -> Iterator[str]:
    server = service.serve("proconcept", 0, str(root / "examples" / "proconcept" / "contracts.yaml"))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def ask(url: str, body: object = None) -> tuple[int, Any]:
    try:
        with urlopen(url, None if body is None else json.dumps(body).encode()) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        return error.code, json.load(error)


def test_events_come_in_and_answers_go_out(url: str) -> None:
    """Accepted, refused with the clause, or no record at all."""
    opened = ask(f"{url}/tickets/T-1", SUBMIT)
    refused = ask(f"{url}/tickets/T-1", {"at": "2026-03-02T09:10+01:00", "event": "resolve", "actor": "agent:lee"})
    nothing = ask(f"{url}/tickets/T-1", {"at": "yesterday"})

    assert (200, True, "open") == (opened[0], opened[1]["accepted"], opened[1]["state"])
    assert any("PC-01" in reason for reason in opened[1]["because"])
    assert (409, "no-transition", ["PC-09"]) == (refused[0], refused[1]["code"], refused[1]["clauses"])
    assert (400, True) == (nothing[0], "`yesterday` is no instant" in nothing[1]["message"])
    assert (404, {"message": "there is no such ticket"}) == ask(f"{url}/tickets/T-2")


def test_a_ticket_is_kept_between_events(url: str) -> None:
    """What the store holds is the pickled ticket; what is due is asked of the engine."""
    ask(f"{url}/tickets/T-1", SUBMIT)
    status, shown = ask(f"{url}/tickets/T-1")

    assert (200, "open", "high") == (status, shown["state"], shown["facts"]["severity"])
    assert ["commit", "resolve"] == [each["id"] for each in ask(f"{url}/due")[1]]
    assert [("route", "support")] == [(each["do"], each["to"]) for each in ask(f"{url}/outbox")[1]]


def test_accounts_are_kept_between_events(url: str) -> None:
    """What one event sets aside another one settles, and a customer's tickets share the accounts."""
    flex = {**SUBMIT, "customer": "helvetec", "data": {**SUBMIT["data"], "type": "solva-flex", "evolution": True}}
    told = []
    for ticket in ("T-1", "T-2"):
        ask(f"{url}/tickets/{ticket}", flex)
        work = {"at": "2026-03-02T10:00+01:00", "event": "work", "actor": "agent:lee", "data": {"minutes": 40}}
        told += ask(f"{url}/tickets/{ticket}", work)[1]["charges"]
    told += ask(f"{url}/tickets/T-1", {"at": "2026-03-02T11:00+01:00", "event": "invoice", "actor": "agent:lee"})[1][
        "charges"
    ]
    (flex_account,) = ask(f"{url}/customers/helvetec")[1]

    assert ["hold 45 min of flex"] * 2 + ["debit 45 min of flex", "release 45 min of flex"] == told
    assert (45, 45, 8 * 60 - 90) == tuple(flex_account[name] for name in ("consumed", "held", "available"))


def test_time_passes_when_the_scheduler_says_so(url: str) -> None:
    """Ten business days after the resolution the request closes by itself, however late anybody looks."""
    for at, event in (("09:05", "take-charge"), ("09:10", "qualify"), ("09:20", "resolve")):
        ask(f"{url}/tickets/T-1", SUBMIT) if event == "take-charge" else None
        ask(f"{url}/tickets/T-1", {"at": f"2026-03-02T{at}+01:00", "event": event, "actor": "agent:lee"})
    status, passed = ask(f"{url}/time", {"until": "2026-06-01T00:00+02:00"})

    assert 200 == status
    assert ["resolved → auto-closed"] == passed[0]["moves"]
    assert "auto-closed" == ask(f"{url}/tickets/T-1")[1]["state"]
    assert [] == ask(f"{url}/time", {"until": "2026-07-01T00:00+02:00"})[1]


def test_a_record_without_its_instant_happens_now(service: ModuleType) -> None:
    """The host has a clock; the engine has none."""
    desk = service.Desk("base")
    answer = desk.take({"ticket": "T-1", "event": "submit", "actor": "customer"})

    assert answer["accepted"]
    assert desk.ticket("T-1").last_at <= datetime.now(desk.ticket("T-1").last_at.tzinfo)
