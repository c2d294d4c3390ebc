"""Examples by number, what they must cover, and how two verdicts are compared."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field

from reference.choices import from_seed
from reference.histories import make_contracts, make_history
from reference.policies import make_policy

PER_POLICY = 10
"""Histories made for one policy: checking a policy costs more than deciding ten histories."""
STATUSES = ("running", "paused", "upheld", "breached", "cancelled", "excused")
CODES = (
    "out-of-order",
    "unknown-event",
    "not-allowed",
    "invalid-data",
    "channel-not-accepted",
    "rule",
    "no-transition",
    "no-ticket",
)
"""The codes of refusals that a valid policy without hooks or accounts can give."""
FLOORS = {
    **{f"clock {status}": 1 for status in STATUSES},
    **{f"refused {code}": 1 for code in CODES},
    "severity change during a pause": 1,
    "retarget": 1,
    "reopening": 1,
    "resumed by a reopening": 1,
    "ended before its target was known": 1,
    "second cycle": 1,
    "flag": 1,
    "moved by a timer": 1,
}
"""In how many of a hundred histories each must occur."""
ACCEPTED_FLOOR = 40
"""How many of a hundred events must be accepted."""


@dataclass
class Example:
    """One policy with contracts and a history."""

    policy: dict
    contracts: dict
    records: list[dict]
    as_of: str


def policy_of(seed: int, number: int) -> dict:
    return make_policy(from_seed(f"{seed}/policy/{number // PER_POLICY}"))


def example(seed: int, number: int, policy: dict | None = None) -> Example:
    """The example of this number; the same for the same seed, on any machine."""
    policy = policy or policy_of(seed, number)
    choices = from_seed(f"{seed}/history/{number}")
    contracts = make_contracts(choices, policy)
    records, as_of = make_history(choices, policy, contracts)
    return Example(policy, contracts, records, as_of)


@dataclass
class Coverage:
    """What the histories seen so far hold."""

    histories: int = 0
    events: int = 0
    accepted: int = 0
    found: Counter = field(default_factory=Counter)

    def see(self, policy: dict, outcome: dict) -> None:
        self.histories += 1
        here: set[str] = set().union(*outcome["notes"]) if outcome["notes"] else set()
        for ticket in outcome["tickets"]:
            self.events += ticket["events"]
            self.accepted += ticket["events"] - len(ticket["refused"])
            here |= {f"refused {each['code']}" for each in ticket["refused"]}
            here |= {f"clock {each['status']}" for each in ticket["commitments"]}
            here |= {"second cycle" for each in ticket["commitments"] if each["cycle"] > 1}
            here |= {"flag"} if ticket["flags"] else set()
            here |= {"moved by a timer" for each in ticket["moves"] if each["seq"] is None}
            here |= {"reopening" for each in ticket["moves"] if _reopens(policy, each)}
        self.found.update(here)

    def lines(self) -> list[str]:
        shares = [f"{self.histories} histories, {self.events} events, {self.percent_accepted():.1f} % accepted"]
        return shares + [f"{name}: {self._percent(name):.1f} %" for name in FLOORS]

    def missed(self) -> list[str]:
        """The floors that are not reached."""
        missed = [name for name, floor in FLOORS.items() if self._percent(name) < floor]
        return missed + (["accepted events"] if self.percent_accepted() < ACCEPTED_FLOOR else [])

    def percent_accepted(self) -> float:
        return 100 * self.accepted / max(1, self.events)

    def _percent(self, name: str) -> float:
        return 100 * self.found[name] / max(1, self.histories)


def _reopens(policy: dict, move: dict) -> bool:
    cores = {name: state["core"] for name, state in policy["states"].items()}
    ended = ("resolved", "closed", "auto-closed")
    return bool(move["from"]) and cores[move["from"]] in ended and cores[move["to"]] not in ended


class Digest:
    """A digest of verdicts, one after another."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()

    def see(self, outcome: dict) -> None:
        shown = {key: value for key, value in outcome.items() if key != "notes"}
        self._sha.update(json.dumps(shown, sort_keys=True, default=sorted).encode() + b"\n")

    def __str__(self) -> str:
        return f"sha256:{self._sha.hexdigest()}"
