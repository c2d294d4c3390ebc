"""The journal: a chain of digests over a ticket's records, so that nobody can change one unseen.

Each link covers the one before and the record as canonical JSON: keys in order, instants
in UTC, every value as text, nothing that is absent. So a history has the same journal
whether it came as JSON Lines or as CSV; refused records belong to it.

    >>> from datetime import datetime
    >>> link, at = begun("T-1"), datetime.fromisoformat("2026-03-02T10:00:00.5+01:00")
    >>> event = Event("T-1", at, "work", data={"minutes": 45})
    >>> print(canonical(event))
    {"at":"2026-03-02T09:00:00Z","data":{"minutes":"45"},"event":"work","ticket":"T-1"}
    >>> continued(link, event) == continued(link, event), len(link)
    (True, 32)

Source: DESIGN section 6, "`journal`": h0 = sha256(ticket), hn = sha256(hn-1 and the record); a link is 32 bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from upheld.core.condition.domain import Domain
from upheld.core.condition.ordered import Instant
from upheld.core.nearest import said
from upheld.core.record.event import Event
from upheld.core.time.instant import text_of

_written: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def begun(ticket: str) -> bytes:
    """The first link of a ticket's chain."""
    return sha256(_bytes(ticket)).digest()


def continued(link: bytes, event: Event, domains: Mapping[str, Domain] | None = None) -> bytes:
    """The next link, once a record has come.

    Args:
        domains: What fields may hold, as ``<event>.<field>``: a field that holds an instant is written in UTC.
    """
    return sha256(link + _bytes(canonical(event, domains or {}))).digest()


def canonical(event: Event, domains: Mapping[str, Domain] | None = None) -> str:
    """A record as canonical JSON."""
    columns: dict[str, object] = {
        "ticket": event.ticket,
        "at": text_of(event.at_s),
        "event": event.event,
        "state": event.state,
        "actor": event.actor,
        "channel": event.channel,
        "customer": event.customer,
        "data": {
            said(name): _text(value, (domains or {}).get(f"{event.event}.{name}"))
            for name, value in event.data.items()
            if value is not None
        },
    }
    given = {name: value for name, value in columns.items() if value}
    return _written(given)


def _bytes(text: str) -> bytes:
    """UTF-8; half of a pair, which an export may hold and no character is, has its own three bytes."""
    return text.encode(errors="surrogatepass")


def _text(value: object, domain: Domain | None) -> object:
    if isinstance(value, (list, tuple, set, frozenset)):
        members = [str(_text(each, domain)) for each in value]
        return sorted(members) if isinstance(value, (set, frozenset)) else members
    if isinstance(domain, Instant):
        read = domain.read(value, "")
        if isinstance(read, int):
            return text_of(read)
    return str(value) if isinstance(value, dict) else said(value)
