"""The demonstration: a month at a vendor, loaded into a desk, in which time goes on from the month's end.

The month lies beside the vendor's policy, in ``demo``, or in the examples of a checkout; where there is none, one is
made that never happened.

Source: DESIGN section 13; issue "the service and its console", 3.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources.abc import Traversable
from typing import Any, Final

from upheld.core.errors import DocumentError, UnknownPolicyError
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.desk import Desk
from upheld.engine import Engine
from upheld.loader.contracts import read_contracts
from upheld.loading import load_policy
from upheld.plugins import installed_policy
from upheld.simulation.history import simulated

TICKETS: Final = 60
DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Demo:
    """A month.

    Attributes:
        until: The instant of its last record.
        is_made: Whether nobody told it: it was made by chance.
    """

    policy: Policy
    contracts: Contracts
    events: tuple[Event, ...]
    until: datetime
    is_made: bool

    def load(self, desk: Desk) -> None:
        """Take it into a desk; what is there already counts once."""
        desk.load(self.events, name="demo")

    def clock(self) -> Callable[[], datetime]:
        """A clock that goes on from its end."""
        began_s = time.monotonic()
        return lambda: self.until + timedelta(seconds=time.monotonic() - began_s)


def demo_of(vendor: str) -> Demo:
    """The month at a vendor. Raises: UnknownPolicyError for a policy that is not installed."""
    policy, folder = load_policy(vendor), _folder(vendor)
    if folder is None:
        contracts, now = Contracts(), datetime.now(UTC)
        since, until = now.date() - timedelta(days=DAYS), now.date()
        made = simulated(Engine(policy, contracts), tickets=TICKETS, since=since, until=until, seed=0)
        return Demo(policy, contracts, tuple(each for each in made if each.at <= now), now, is_made=True)
    signed, findings = read_contracts(folder.joinpath("contracts.yaml").read_bytes(), "contracts.yaml", policy)
    if signed is None:
        raise DocumentError(findings)
    records: list[dict[str, Any]] = [*map(json.loads, folder.joinpath("history.jsonl").read_text("utf-8").splitlines())]
    events = tuple(map(Event.from_record, records))
    return Demo(policy, signed, events, max(each.at for each in events), is_made=False)


def _folder(vendor: str) -> Traversable | None:
    """Where the month at a vendor lies, packaged or in the checkout."""
    try:
        found = installed_policy(vendor)
    except UnknownPolicyError:  # a file of somebody's own
        return None
    for folder in (found.folder.joinpath("demo"), found.folder.joinpath("..", "..", "..", "examples", vendor)):
        if folder.joinpath("history.jsonl").is_file():
            return folder
    return None
