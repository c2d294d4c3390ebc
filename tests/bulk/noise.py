"""Noise: what trackers do to a history, so that half of its records are refused.

Instants that go back, or are alike; events, roles and channels that are none; data that are missing, of another kind or
too many; other customers; records that are lost, delivered twice, or of another ticket.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

Record = dict[str, Any]

ROLES = ("nobody", "", "agent", "agent:a1", "customer:c1")
CHANNELS = ("", "phone", "email", "pigeon", "portal")
CUSTOMERS = ("", "alveo", "nobody", "quillon", "acme", "duck")
CELLS: Sequence[object] = ("", "nonsense", 5, True, None, ["a", "b"], "1")


def noisy(records: Sequence[Record], events: Sequence[str], seed: int) -> list[Record]:
    """The same history, as it would be delivered by somebody careless."""
    chance = random.Random(seed)
    found: list[Record] = []
    for each in records:
        record, lost = _spoilt(dict(each), events, chance)
        if lost:
            continue
        found.append(record)
        if chance.random() < 0.1:
            found.append(dict(record))
        if chance.random() < 0.15:
            other = dict(chance.choice(records))
            found.append({**other, "ticket": record["ticket"], "at": record["at"]})
    return found


def _spoilt(record: Record, events: Sequence[str], chance: random.Random) -> tuple[Record, bool]:
    """A record, perhaps spoilt, and whether it is lost."""
    at, kind = datetime.fromisoformat(record["at"]), chance.random()
    if kind < 0.16:
        minutes = chance.choice((0, 1, 60, 600, 6000)) * (1 if kind < 0.08 else -1)
        record["at"] = (at - timedelta(minutes=minutes)).isoformat()
    elif kind < 0.22:
        record["event"] = chance.choice(("nonsense", *events))
    elif kind < 0.26:
        record["actor"] = chance.choice(ROLES)
    elif kind < 0.32:
        record["channel"] = chance.choice(CHANNELS)
    elif kind < 0.38 and record.get("data"):
        record["data"] = _spoilt_data(dict(record["data"]), chance)
    elif kind < 0.42:
        record["customer"] = chance.choice(CUSTOMERS)
    return record, 0.42 <= kind < 0.46


def _spoilt_data(data: Record, chance: random.Random) -> Record:
    field = chance.choice(list(data))
    kind = chance.random()
    if kind < 0.4:
        del data[field]
    elif kind < 0.7:
        data[field] = chance.choice(CELLS)
    else:
        data["more"] = "x"
    return data
