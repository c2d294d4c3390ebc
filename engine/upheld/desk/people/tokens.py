"""Tokens: who may speak to a desk from outside, in which roles, and whose tickets it is shown.

A token is a secret text that is told once. The desk keeps its digest, under an id that is part of the text and no
secret, so that whoever reads the database cannot act by what he finds there. It is 256 bits drawn at random, for which
a plain digest is enough: nobody guesses one. A token that was revoked stays in the table, as what it was.

Source: DESIGN section 13, "Access"; THREATS H01, H05.
"""

from __future__ import annotations

import hmac
import json
import math
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, exists, insert, select, update

from upheld.core.errors import ArgumentError, DeskError
from upheld.core.nearest import meant, quoted
from upheld.core.time.instant import instant_of, seconds_of
from upheld.desk.storage.database import Database, Work
from upheld.desk.storage.tables import TOKENS

PREFIX: Final = "uph"
SHAPE: Final = re.compile(r"uph_[0-9a-f]{10}_[A-Za-z0-9_-]{43}", re.ASCII)
"""Every token: the prefix by which scanners of secrets know one, its id, and what nobody knows."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
LONGEST_CUSTOMER: Final = 200
MOST_KEPT: Final = 1_000
_ID_BYTES: Final = 5
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token.

    Attributes:
        id: Names it in lists and logs; no secret.
        name: What uses it. Tokens of one name and customer share their idempotency keys, so that the next one of a
            program goes on where the last one stopped.
        roles: In which it may act; none for one that only reads.
        customer: Whose tickets it is shown; ``""`` for all.
        revoked_at: When it was, if it was.
    """

    id: str
    name: str
    roles: tuple[str, ...]
    customer: str
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def is_good(self, now_s: int) -> bool:
        """Whether it opens anything at an instant."""
        return self.revoked_at is None and (self.expires_at is None or now_s < seconds_of(self.expires_at))


class Made(NamedTuple):
    """A new token, whose text nobody can look up again."""

    text: str
    token: Token


class Tokens:
    """The tokens of a desk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._are_any = False
        self._none_s = -math.inf
        self._kept: dict[bytes, tuple[Token, float]] = {}
        self._changes = 0
        self._lock = Lock()

    def make(
        self, roles: Iterable[str] = (), *, customer: str = "", name: str = "", expires_at: datetime | None = None
    ) -> Made:
        """A new token.

        Args:
            roles: Of the policy in force, or of another one that the desk keeps; the desk does not look.
            name: What uses it, in small letters, digits and hyphens; by default its id.

        Raises: ArgumentError for a name or a customer that is none, and for an instant that has passed.
        """
        token = secrets.token_hex(_ID_BYTES)
        if name and not NAME.fullmatch(name):
            raise ArgumentError(f"{quoted(name)} is no name: small letters, digits and hyphens, at most 40 of them")
        if len(customer) > LONGEST_CUSTOMER or not customer.isprintable() or customer != customer.strip():
            raise ArgumentError(
                f"{quoted(customer)} is no customer: a text of one line, at most {LONGEST_CUSTOMER} long"
            )
        secret = f"{PREFIX}_{token}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        row: dict[str, Any] = {"id": token, "digest": digest_of(secret), "name": name or token, "customer": customer}
        row |= {"roles": json.dumps(sorted({*roles})), "revoked_s": None}
        row["expires_s"] = None if expires_at is None else seconds_of(expires_at)

        def work(rows: Connection) -> Token:
            made = {**row, "made_s": self._database.now_s(rows)}
            if row["expires_s"] is not None and row["expires_s"] <= made["made_s"]:
                raise ArgumentError("a token that has expired already opens nothing: give an instant to come")
            rows.execute(insert(TOKENS).values(**made))
            return _token(made)

        return Made(secret, self._changed(work))

    def list(self) -> tuple[Token, ...]:
        """Every token that was ever made, the oldest first."""
        asked = select(*_COLUMNS).order_by(TOKENS.c.made_s, TOKENS.c.id)
        return self._database.read(lambda rows: tuple(_token(row._asdict()) for row in rows.execute(asked)))

    def revoke(self, token: str) -> Token:
        """Have a token open nothing any more, by its id. Raises: DeskError where there is none."""

        def work(rows: Connection) -> Token:
            names = [*rows.scalars(select(TOKENS.c.id).order_by(TOKENS.c.id))]
            if token not in names:
                raise DeskError(f"no token {quoted(token)}; {meant(token, names, 'list them to see their ids')}")
            which = TOKENS.c.id == token, TOKENS.c.revoked_s.is_(None)
            rows.execute(update(TOKENS).where(*which).values(revoked_s=self._database.now_s(rows)))
            return _token(rows.execute(select(*_COLUMNS).where(TOKENS.c.id == token)).one()._asdict())

        return self._changed(work)

    def kept(self, text: str, age_max_s: float) -> Token | None:
        """A good token that was found in this process so many seconds ago at most, without asking the database.

        What this process makes or revokes it knows at once; what another one revokes, so many seconds later.
        """
        found, seen_s = self._kept.get(digest_of(text), (None, -math.inf))
        return found if time.monotonic() - seen_s < age_max_s else None

    def were_none(self, age_max_s: float) -> bool:
        """Whether the database had no token so many seconds ago at most, without asking it."""
        return time.monotonic() - self._none_s < age_max_s

    def found(self, text: str) -> Token | None:
        """The token of a text, if it opens anything now; a text that is none takes as long as one that is wrong."""
        digest, name = digest_of(text), text.split("_")[1] if SHAPE.fullmatch(text) else ""
        changes, asked_s = self._changes, time.monotonic()

        def work(rows: Connection) -> Token | None:
            row = rows.execute(select(TOKENS).where(TOKENS.c.id == name)).one_or_none()
            is_right = hmac.compare_digest(digest, _NOBODY if row is None else bytes(row.digest))
            now_s = self._database.now_s(rows)
            if row is None or not is_right:
                return None
            found = _token(row._asdict())
            return found if found.is_good(now_s) else None

        found = self._database.read(work)
        if found is None:
            self._kept.pop(digest, None)
        elif found.expires_at is None:
            self._keep(digest, found, changes, asked_s)
        return found

    def are_any(self) -> bool:
        """Whether one was ever made: from then on nobody gets in without one, though all be revoked."""
        if not self._are_any:
            changes, asked_s = self._changes, time.monotonic()
            self._are_any = bool(self._database.read(lambda rows: rows.scalar(select(exists(select(TOKENS.c.id))))))
            with self._lock:
                self._none_s = -math.inf if self._are_any or changes != self._changes else asked_s
        return self._are_any

    def _keep(self, digest: bytes, found: Token, changes: int, asked_s: float) -> None:
        with self._lock:
            if changes == self._changes:  # else it may have been revoked meanwhile
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                self._kept[digest] = found, asked_s

    def _changed(self, work: Work[Token]) -> Token:
        """Do what changes tokens; nothing that was asked before it is through is kept after it."""
        try:
            return self._database.transact(work)
        finally:
            with self._lock:
                self._changes += 1
                self._kept.clear()
                self._none_s = -math.inf


def digest_of(text: str) -> bytes:
    """What is kept of a token."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def _token(row: dict[str, Any]) -> Token:
    made, expires, revoked = (row[name] for name in ("made_s", "expires_s", "revoked_s"))
    return Token(
        row["id"],
        row["name"],
        tuple(json.loads(row["roles"])),
        row["customer"],
        instant_of(made),
        None if expires is None else instant_of(expires),
        None if revoked is None else instant_of(revoked),
    )


_NOBODY: Final = bytes(32)
_COLUMNS: Final = tuple(each for each in TOKENS.c if each is not TOKENS.c.digest)
