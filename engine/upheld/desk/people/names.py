"""People: who acted, kept apart from the journal, so that somebody can be forgotten and the chain still holds.

The journal knows people by tokens, which are drawn at random and say nothing. Whoever is forgotten has no row any
more; then the token is all that is left of the name, wherever it is read.

Source: DESIGN section 10; THREATS F12.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from upheld.core.record.event import Event
from upheld.desk.record.journal import acted_by
from upheld.desk.storage.tables import PEOPLE

SIGN: Final = "~"
"""Begins every token."""
BYTES: Final = 8


class People:
    """The people of one desk; remembered until one is forgotten."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._seen = 0

    def see(self, changed: int) -> None:
        """Forget what was remembered where the desk has changed. Args: changed: the number of its last change."""
        if changed != self._seen:
            self._tokens, self._names, self._seen = {}, {}, changed

    def tokens(self, rows: Connection, people: Iterable[str]) -> dict[str, str]:
        """The token of each of these, new ones made."""
        wanted = {*people}
        known = {person: token for person in wanted if (token := self._tokens.get(person)) is not None}
        missing = sorted(wanted - known.keys())
        if missing:
            dialect = sqlite if rows.dialect.name == "sqlite" else postgresql
            made = [{"token": f"{SIGN}{secrets.token_hex(BYTES)}", "person": person} for person in missing]
            rows.execute(dialect.insert(PEOPLE).on_conflict_do_nothing(), made)
            asked = select(PEOPLE.c.person, PEOPLE.c.token).where(PEOPLE.c.person.in_(missing))
            known |= {row.person: row.token for row in rows.execute(asked)}
        return known

    def remember(self, known: dict[str, str]) -> None:
        """Remember tokens, once they are in the database for good."""
        self._tokens |= known
        self._names |= {token: person for person, token in known.items()}

    def named(self, rows: Connection, event: Event) -> Event:
        """The event with the name of who acted, unless that is forgotten."""
        token = event.actor_id
        if not token.startswith(SIGN):
            return event
        person = self._names.get(token)
        if person is None:
            person = rows.scalar(select(PEOPLE.c.person).where(PEOPLE.c.token == token))
            if person is None:
                return event
            self._names[token] = person
        return replace(event, actor=f"{event.role}:{person}")


def unnamed(event: Event, tokens: dict[str, str]) -> Event:
    """The event with the token of who acted."""
    person = event.actor_id
    return acted_by(event, f"{event.role}:{tokens[person]}") if person else event


def forget(rows: Connection, person: str) -> str | None:
    """Take a person's row away; the token that is left, ``None`` for somebody who is not known.

    What a ticket, an account or a message says of the person is not looked at here.
    """
    token = rows.scalar(select(PEOPLE.c.token).where(PEOPLE.c.person == person))
    if token is not None:
        rows.execute(delete(PEOPLE).where(PEOPLE.c.token == token))
    return token
