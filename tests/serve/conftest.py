"""What the tests of the service share: a real desk on a file, tokens of those who come, and one client."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from desk.conftest import _administration, postgresql  # noqa: F401 - a fixture
from fastapi import FastAPI
from small_desk import DESK, contracts, event, policy_of, submit
from sqlalchemy import make_url

from upheld import Desk, Policy
from upheld.serve import Settings, create_app

BILLED = """
accounts: {hours: {label: Hours, unit: min, overdraft: warn, clauses: [D-1]}}
charges: [{id: mark, label: Mark, on: mark, debit: {account: hours, amount: {ref: event.minutes}}, clauses: [D-1]}]
"""
WHO = {"acme": (("customer",), "acme"), "other": (("customer",), "other"), "agent": (("agent",), "")}
"""Who comes: in which roles they act, and whose tickets they are shown."""
MARK = {
    "ticket": "T-1",
    "at": "2024-03-04T11:00:00+01:00",
    "event": "mark",
    "actor": "customer:kim",
    "data": {"minutes": 5},
}
"""A record of acme's ticket, by a customer."""


@dataclass
class Clock:
    """The time of the service, which a test moves."""

    at: datetime = datetime(2024, 3, 4, 12, tzinfo=UTC)
    passed_s: float = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic_s(self) -> float:
        return self.passed_s


@dataclass
class Service:
    """A running application, and those who come."""

    app: FastAPI
    desk: Desk
    client: httpx.AsyncClient
    runner: asyncio.Runner
    clock: Clock
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, who: str = "nobody", **named: Any) -> httpx.Response:
        """What somebody is answered; with a body of JSON, there is a key as well."""
        headers = dict(named.pop("headers", {}))
        if who != "nobody":
            headers.setdefault("Authorization", f"Bearer {self.tokens[who]}")
        if "json" in named:
            headers.setdefault("Idempotency-Key", "key-1")
        return self.runner.run(self.client.request(method, path, headers=headers, **named))


Serve = Callable[..., Service]


@cache
def policy() -> Policy:
    """The small desk, which bills what is marked."""
    return policy_of(DESK + BILLED)


@contextmanager
def serving(folder: Path) -> Iterator[Serve]:
    """Makes services, each over a desk in a file of its own, with T-1 of acme in it."""
    made: list[Service] = []

    def start(url: str = "", *, tokens: bool = True, host: str = "127.0.0.1", **settings: Any) -> Service:
        clock = Clock()
        chosen = replace(Settings(now=clock.now, monotonic_s=clock.monotonic_s), **settings)
        address = url or f"sqlite:///{folder / f'desk-{len(made)}.db'}"
        desk = Desk.open(address, policy=policy(), contracts=contracts(policy()), upgrade=True)
        desk.submit_many([(submit(customer="acme"), "first"), (event("04T10:30", "take"), "second")], source="test")
        app = create_app(desk, chosen)
        transport = httpx.ASGITransport(app, client=(host, 50_000))
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        service = Service(app, desk, client, asyncio.Runner(), clock)
        if tokens:
            for name, (roles, customer) in WHO.items():
                service.tokens[name] = desk.tokens.make(roles, customer=customer, name=name).text
        made.append(service)
        return service

    yield start
    for each in made:
        each.runner.run(each.client.aclose())
        each.runner.close()
        each.desk.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """The same for one test."""
    with serving(tmp_path) as start:
        yield start


@pytest.fixture
def service(serve: Serve) -> Service:
    """One of them."""
    return serve()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for the tests of a module that change nothing; it locks nobody out."""
    with serving(tmp_path_factory.mktemp("shared")) as start:
        yield start(failures_max=10**6, rate_per_min=0)


@pytest.fixture
def postgresql_url(postgresql: str) -> Iterator[str]:  # noqa: F811 - a fixture is asked for by its name
    """The address of an empty database of a PostgreSQL."""
    name = f"upheld_serve_{os.getpid()}"
    with _administration(postgresql) as administer:
        administer(f'CREATE DATABASE "{name}"')
        yield make_url(postgresql).set(database=name).render_as_string(hide_password=False)
        administer(f'DROP DATABASE "{name}" WITH (FORCE)')
