"""Endpoints: the addresses that were registered for what a desk tells, each with the secret that it is signed by.

A secret is drawn here and told once. It signs, so the desk has to keep it, and it is shown nowhere. While one is
exchanged for another, what is sent is signed by both, so that a receiver may change over when it likes.

An endpoint whose receiver says that it is gone, or fails for days on end, is disabled: what waits for it is dead.

Source: DESIGN section 13, "Webhooks out"; Standard Webhooks; THREATS D07, H03, H05.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from upheld.core.errors import ArgumentError, DeskError
from upheld.core.nearest import listed, meant, quoted
from upheld.core.policy.event_type import EffectKind
from upheld.core.time.instant import instant_of
from upheld.desk.storage.database import Database
from upheld.desk.storage.tables import DISPATCHES, ENDPOINTS
from upheld.desk.telling.outbox import CORRECTION, DEAD, WAITING
from upheld.desk.webhooks.address import Address, address_of, registered

SECRET_PREFIX: Final = "whsec_"
KINDS: Final[tuple[EffectKind, ...]] = ("create-ticket", "notify", "request", "route")
"""Kinds of messages; a correction is told to whoever was told what it takes back."""
DAY_S: Final = 24 * 3600
EARLIER_S: Final = 2 * DAY_S
"""For how long the earlier of two secrets signs, too: longer than a message is tried."""
MOST: Final = 100
"""Endpoints of a desk: each message is looked at for each."""
_SECRET_BYTES: Final = 32
_ID_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What is known of an endpoint.

    Attributes:
        id: Names it in lists and logs; no secret.
        kinds: Of the messages that it is told; none for every kind.
        customer: Of whose tickets it is told; ``""`` for all.
        secrets: By which it is signed, the present one first. They are in no text of it.
        failures: In a row.
        disabled_at: When it was, if it is.
        why: It was disabled, or the last try failed.
    """

    id: str
    address: Address
    kinds: tuple[str, ...]
    customer: str
    secrets: tuple[str, ...] = field(repr=False)
    made_at: datetime
    failures: int
    disabled_at: datetime | None
    why: str

    def is_told(self, document: Mapping[str, Any], customer: str) -> bool:
        """Whether it is told a message that is about a ticket of a customer."""
        kind = document["was"]["kind"] if document["kind"] == CORRECTION else document["kind"]
        return (not self.kinds or kind in self.kinds) and self.customer in ("", customer)

    def as_document(self) -> dict[str, Any]:
        """It as JSON, without a secret."""
        disabled = None if self.disabled_at is None else self.disabled_at.isoformat()
        told: dict[str, Any] = {
            "id": self.id,
            "url": self.address.url,
            "kinds": [*self.kinds],
            "customer": self.customer or None,
        }
        told |= {"made_at": self.made_at.isoformat(), "disabled_at": disabled, "failures": self.failures}
        return {**told, "why": self.why or None}


class Endpoints:
    """The endpoints of a desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, url: str, kinds: Iterable[str] = (), *, customer: str = "", allow_loopback: bool = False
    ) -> tuple[str, Endpoint]:
        """Register an address. Returns: its secret, which nobody is told again, and the endpoint.

        Args:
            kinds: Of the messages that it is told; by default every kind.
            customer: Of whose tickets it is told; ``""`` for all.
            allow_loopback: Whether it is this very machine: for development.

        Raises: ArgumentError for an address that may not be dialled, and for a kind that is none.
        """
        asked = tuple(sorted({*kinds}))
        for each in asked:
            if each not in KINDS:
                raise ArgumentError(f"{quoted(each)} is no kind of message; {meant(each, KINDS, listed(KINDS))}")
        address_of(url, allow_loopback=allow_loopback).numbers()
        secret = new_secret()
        row: dict[str, Any] = {"id": f"ep_{secrets.token_hex(_ID_BYTES)}", "url": url, "kinds": json.dumps(asked)}
        row |= {"customer": customer, "is_local": allow_loopback, "secret": secret, "earlier": None}
        row |= {"earlier_until_s": None, "failures": 0, "failing_s": None, "disabled_s": None, "why": "", "next_s": 0}

        def work(rows: Connection) -> Endpoint:
            if (rows.scalar(select(func.count()).select_from(ENDPOINTS)) or 0) >= MOST:
                raise ArgumentError(f"there are {MOST} endpoints already: remove one")
            now_s = self._database.now_s(rows)
            rows.execute(insert(ENDPOINTS).values(**row, made_s=now_s))
            return endpoint_of({**row, "made_s": now_s}, now_s)

        return secret, self._database.transact(work)

    def list(self) -> tuple[Endpoint, ...]:
        """Every endpoint, the oldest first."""

        def work(rows: Connection) -> tuple[Endpoint, ...]:
            return all_of(rows, self._database.now_s(rows))

        return self._database.read(work)

    def get(self, endpoint: str) -> Endpoint:
        """One of them. Raises: DeskError where there is none."""

        def work(rows: Connection) -> Endpoint:
            _needed(rows, endpoint)
            found = rows.execute(select(ENDPOINTS).where(ENDPOINTS.c.id == endpoint)).one()
            return endpoint_of(found._asdict(), self._database.now_s(rows))

        return self._database.read(work)

    def remove(self, endpoint: str) -> None:
        """Tell it nothing any more, and forget what it was told. Raises: DeskError where there is none."""

        def work(rows: Connection) -> None:
            _needed(rows, endpoint)
            rows.execute(delete(DISPATCHES).where(DISPATCHES.c.endpoint == endpoint))
            rows.execute(delete(ENDPOINTS).where(ENDPOINTS.c.id == endpoint))

        self._database.transact(work)

    def rotate(self, endpoint: str, earlier_s: int = EARLIER_S) -> str:
        """A new secret, which nobody is told again; the present one signs too for so long, and one before it no more.

        Raises: DeskError where there is none.
        """
        secret = new_secret()

        def work(rows: Connection) -> None:
            _needed(rows, endpoint)
            values = {"secret": secret, "earlier": ENDPOINTS.c.secret}
            until_s = self._database.now_s(rows) + earlier_s
            which = update(ENDPOINTS).where(ENDPOINTS.c.id == endpoint)
            rows.execute(which.values(**values, earlier_until_s=until_s))

        self._database.transact(work)
        return secret

    def enable(self, endpoint: str) -> int:
        """Serve it again, and try what is dead once more. Returns: how much that was. Raises: DeskError."""

        def work(rows: Connection) -> int:
            _needed(rows, endpoint)
            values = {"disabled_s": None, "failures": 0, "failing_s": None, "why": "", "next_s": 0}
            rows.execute(update(ENDPOINTS).where(ENDPOINTS.c.id == endpoint).values(**values))
            which = DISPATCHES.c.endpoint == endpoint, DISPATCHES.c.state == DEAD
            return rows.execute(update(DISPATCHES).where(*which).values(state=WAITING, tries=0, next_s=0)).rowcount

        return self._database.transact(work)

    def counts(self) -> dict[str, Counter[str]]:
        """How many dispatches of each endpoint are in each state."""

        def work(rows: Connection) -> dict[str, Counter[str]]:
            found: dict[str, Counter[str]] = {}
            columns = DISPATCHES.c.endpoint, DISPATCHES.c.state
            for endpoint, state, number in rows.execute(select(*columns, func.count()).group_by(*columns)):
                found.setdefault(endpoint, Counter())[state] = number
            return found

        return self._database.read(work)


def new_secret() -> str:
    """A secret that nobody has."""
    return f"{SECRET_PREFIX}{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode('ascii')}"


def all_of(rows: Connection, now_s: int) -> tuple[Endpoint, ...]:
    """Every endpoint, the oldest first, with the secrets that are good at an instant."""
    asked = select(ENDPOINTS).order_by(ENDPOINTS.c.made_s, ENDPOINTS.c.id)
    return tuple(endpoint_of(row._asdict(), now_s) for row in rows.execute(asked))


def endpoint_of(row: Mapping[str, Any], now_s: int) -> Endpoint:
    """The endpoint of a row."""
    is_rotating = row["earlier"] is not None and now_s < row["earlier_until_s"]
    return Endpoint(
        row["id"],
        registered(row["url"], is_local=row["is_local"]),
        tuple(json.loads(row["kinds"])),
        row["customer"],
        (row["secret"], row["earlier"]) if is_rotating else (row["secret"],),
        instant_of(row["made_s"]),
        row["failures"],
        None if row["disabled_s"] is None else instant_of(row["disabled_s"]),
        row["why"],
    )


def _needed(rows: Connection, endpoint: str) -> None:
    names = [*rows.scalars(select(ENDPOINTS.c.id).order_by(ENDPOINTS.c.id))]
    if endpoint not in names:
        raise DeskError(f"no endpoint {quoted(endpoint)}; {meant(endpoint, names, 'list them to see their ids')}")
