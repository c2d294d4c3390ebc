"""Examples by number, what they must cover, and how two verdicts are compared."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from reference.choices import from_seed
from reference.histories import BEGINNINGS, make_contracts, make_history
from reference.opening import utc
from reference.policies import make_policy

PER_POLICY = 20
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
    "insufficient-balance",
)
"""The codes of refusals that a valid policy without hooks can give."""
FLOORS: dict[str, float] = {
    **{f"clock {status}": 1 for status in STATUSES},
    **{f"refused {code}": 1 for code in CODES},
    "change during a pause": 1,
    "retarget": 1,
    "reopening": 1,
    "resumed by a reopening": 1,
    "ended before its target was known": 1,
    "ended by the record that began it": 1,
    "second cycle": 1,
    "flag": 1,
    "moved by a timer": 1,
    "warning of a clock": 1,
    **{f"charge {kind}": 1 for kind in ("debit", "hold", "release", "waive", "reversal")},
    "charge within a ticket": 1,
    "charge within a day": 1,
    "work that costs nothing more": 1,
    "effort billed before": 1,
    "amount of a contract's own": 1,
    "taken from several lots": 1,
    "overdrawn with a warning": 1,
    "overdrawn and allowed": 1,
    "overdraft repaid": 1,
    "carried over": 1,
    "paid by another account": 1,
    "work cut along calendars": 1,
    "work entered on a later day": 1,
    "lot expired while work went on": 1,
    "released after expiry": 1,
    "given back after expiry": 1,
    "low balance told": 1,
    "expiry told": 1,
    "accounts shared by tickets": 1,
    "begun in a night after midnight": 1,
    "due in a night after midnight": 1,
    "over a day that closes early": 1,
    "over a day of a rule": 5,
    "over a day in a row": 5,
    "due some months on": 1,
    "set by a timer": 1,
    "raised by a timer": 1,
    "moved at once": 1,
    "come again": 1,
    "due, and not asked for": 1,
    "asked for a size": 1,
    "target by two names": 1,
    **{f"remedy {status}": 1 for status in ("accruing", "booked", "claimable", "lapsed", "unpriced")},
    **{f"remedy of {of}": 1 for of in ("commitments", "count", "objectives", "availability")},
    **{f"availability {status}": 1 for status in ("upheld", "breached", "open")},
    "capped": 1,
    "capped by the contract year": 0.5,
    "amount by case": 1,
    "several counted together": 1,
    "counted by the overrun": 1,
    "claimed and booked": 1,
    "excused down time": 1,
}
FLOORS_OF_CHANGES = {
    "kept though another was promised": 1,
    "restart": 1,
    "retarget on another calendar": 0.2,
    "restart on another calendar": 0.1,
    "ceased to apply": 1,
    "applies again": 0.1,
    "began to apply": 1,
    "corrected": 2,
    "corrected after the due instant": 0.2,
    "corrected after its end": 0.5,
    "never was, by a correction": 0.5,
    "begun before its record": 2,
    "breach lifted by a pause entered late": 0.1,
    "due at an agreed time": 2,
    "agreed anew": 0.2,
    "best effort": 2,
    "hours of a contract's own": 1,
    "hours of a customer's own": 1,
    "cycle begun by a stop": 1,
    "cycle begun by a due instant": 1,
    "rhythm ended": 2,
    "warned of a share": 1,
    "warned before due": 2,
    "told of a breach": 2,
    "reminded after due": 2,
    "told by business days": 1,
}
"""The same of what changes while a clock runs: not that it occurs, but that it matters."""
FLOORS |= FLOORS_OF_CHANGES
"""In how many of a hundred histories each must occur."""
ACCEPTED_FLOOR = 40
"""How many of a hundred events must be accepted."""


@dataclass
class Example:
    """One policy with contracts and a history."""

    policy: dict
    contracts: dict
    records: list[dict]
    as_of: str | None


def policy_of(seed: int, number: int) -> dict:
    return make_policy(from_seed(f"{seed}/policy/{number // PER_POLICY}"))


def example(seed: int, number: int, policy: dict | None = None) -> Example:
    """The example of this number; the same for the same seed, on any machine."""
    policy = policy or policy_of(seed, number)
    choices = from_seed(f"{seed}/history/{number}")
    beginning = choices.pick(BEGINNINGS)
    contracts = make_contracts(choices, policy, beginning)
    records, as_of = make_history(choices, policy, contracts, beginning)
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
            asked = [each["rule"] for each in (*ticket["flags"], *ticket["refused"])]
            here |= {"asked for a size"} if {"few-flags", "signed"}.intersection(asked) else set()
            here |= {"moved by a timer" for each in ticket["moves"] if each["seq"] is None}
            here |= {f"charge {each['kind']}" for each in ticket["charges"]}
            here |= {"warning of a clock" for each in ticket["effects"] if "commitment" in each}
            here |= {"reopening" for each in ticket["moves"] if _reopens(policy, each)}
            here |= {f"remedy {each['status']}" for each in ticket.get("remedies", [])}
            by_date = any(str(each["target"]).endswith(("mo", "y")) for each in ticket["commitments"] if each["due_at"])
            here |= {"due some months on"} if by_date else set()
        here |= set(_owed(policy, outcome))
        of = {each["id"]: each["of"] for each in policy.get("objectives", [])}
        counted = [each for name in ("objectives", "indicators") for each in outcome[name] if each["counted"]]
        here |= {"several counted together" for each in counted if isinstance(of[each["id"]], list)}
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


def _owed(policy: dict, outcome: dict) -> Iterator[str]:
    """What occurs of remedies over all tickets, and of availability."""
    sections = {each["id"]: name for name in ("objectives", "availability") for each in policy.get(name, [])}
    forms = {each["id"]: each for each in policy.get("remedies", [])}
    for row in outcome.get("remedies", []):
        remedy = forms[row["id"]]
        of = "count" if "by" in remedy else sections.get(str(remedy["of"]), "commitments")
        yield f"remedy of {of}"
        yield from (["capped"] if row["capped"] else [])
        caps = (remedy.get("cap", {}), policy["accounts"][remedy["account"]].get("cap", {}))
        by_contract = row["capped"] and any(each.get("per") == "contract-year" for each in caps)
        yield from (["capped by the contract year"] if by_contract else [])
        yield from (["amount by case"] if isinstance(remedy.get("amount"), list) else [])
        yield from (["counted by the overrun"] if "per" in remedy else [])
        yield from (f"remedy {status}" for status in ("booked", "accruing", "claimable", "lapsed") if row[status])
        yield from (["claimed and booked"] if "claim" in remedy and row["booked"] else [])
    for row in outcome.get("availability", []):
        yield f"availability {row['status']}"
        yield from (["excused down time"] if row["excused_s"] else [])


def _reopens(policy: dict, move: dict) -> bool:
    cores = {name: state["core"] for name, state in policy["states"].items()}
    ended = ("resolved", "closed", "auto-closed")
    return bool(move["from"]) and cores[move["from"]] in ended and cores[move["to"]] not in ended


class Digest:
    """A digest of the reference's verdicts: the sum of one for each example, so that parts of a run can be added."""

    def __init__(self, total: int = 0) -> None:
        self.total = total

    def see(self, number: int, outcome: dict) -> None:
        shown = {key: value for key, value in outcome.items() if key != "notes"}
        text = f"{number} {json.dumps(shown, sort_keys=True, default=sorted)}"
        self.total += int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")

    def __str__(self) -> str:
        return f"sha256-sum:{self.total % 2**256:064x}"


ALIKE = ("customer", "state", "core_state", "severity", "queue", "level", "opened_at", "closed_at", "events")
"""What two verdicts of one ticket must have alike, as it stands; lists and facts are compared entry by entry."""
COLUMNS = {
    "refused": ("seq", "at", "event", "code", "rule"),
    "flags": ("seq", "at", "event", "code", "rule"),
    "charges": ("seq", "customer", "rule", "account", "unit", "kind", "amount", "category", "pieces", "lacking"),
    "nonconforming": ("seq", "at", "from", "to"),
    "moves": ("seq", "at", "from", "to", "timer", "transition"),
    "timers": ("id", "due_at", "observed_at"),
    "commitments": (
        *("id", "cycle", "status", "severity", "started_at", "due_at", "stopped_at", "target", "target_s"),
        "counted_from",
        *("used_s", "paused_s", "remaining_s", "overrun_s"),
    ),
}
"""The columns compared of each list, besides clauses."""
REMEDY = (
    *("id", "commitment", "cycle", "status", "breached_at", "booked_at", "claim_until", "units", "amount", "capped"),
)
OWED = (
    *("id", "customer", "period", "share", "breaches", "booked", "accruing", "claimable", "lapsed"),
    *("capped", "unpriced"),
)
UPTIME = ("id", "customer", "period", "promised_s", "down_s", "excused_s", "status")
"""The columns compared of what is owed, of a clock and over all, and of availability."""
CITING = ("refused", "flags", "moves", "commitments", "charges", "remedies")
"""The lists whose entries cite clauses."""
PERIODS = ("id", "period", "counted", "kept", "status")
"""The columns compared of objectives and indicators."""
OPEN_CODES = ("not-allowed", "invalid-data", "unknown-event", "out-of-order", "no-ticket")
"""Refusals of which the design does not say what they cite."""


def unlike(reference: dict, engine: dict) -> list[str]:
    """Where two verdicts of one ticket differ; messages and other prose are not looked at."""
    found = [f"{key}: {reference[key]!r} / {engine[key]!r}" for key in ALIKE if reference[key] != engine[key]]
    held = {name: value for name, value in engine["facts"].items() if value is not None}
    if reference["facts"] != held:
        found.append(f"facts: {reference['facts']!r} / {held!r}")
    found += _unlike_rows("remedies", REMEDY, reference.get("remedies", []), engine.get("remedies", []))
    for name, columns in COLUMNS.items():
        found += _unlike_rows(name, columns, reference[name], engine[name])
    one, other = _asked(reference["effects"]), _asked(engine["effects"])
    found += [f"effects: {one} / {other}"] if one != other else []
    return found + _untold(reference["effects"], engine["effects"])


def _untold(ours: list[dict], theirs: list[dict]) -> list[str]:
    """Notices whose account and amount no effect of the engine names."""
    found = []
    for each in ours:
        told = [other for other in theirs if (other["at"], other["seq"]) == (each["at"], each["seq"])]
        if "tells" in each and not any(_names(other["about"], *each["tells"]) for other in told):
            found.append(f"notice: {each['tells']} / {[other['about'] for other in told]}")
    return found


def _names(about: str, account: str, amount: int) -> bool:
    words = about.replace("`", " ").split()
    return account in words and not {str(amount), f"{amount // 100}.{amount % 100:02}"}.isdisjoint(words)


def unlike_outcomes(reference: dict, engine: dict) -> list[str]:
    """Where two replays of one history differ: ticket by ticket, then the promises over all of them."""
    theirs = {each["ticket"]: each for each in engine["tickets"]}
    found = [] if len(theirs) == len(reference["tickets"]) else [f"tickets: {sorted(theirs)}"]
    as_of = None if reference["as_of"] is None else utc(reference["as_of"])
    found += [] if as_of == engine["as_of"] else [f"as_of: {as_of} / {engine['as_of']}"]
    for each in reference["tickets"]:
        if each["ticket"] in theirs:
            found += [f"{each['ticket']} {line}" for line in unlike(each, theirs[each["ticket"]])]
    for name in ("objectives", "indicators"):
        ours = [{word: row.get(word) for word in PERIODS} for row in reference[name]]
        other = [{word: row.get(word) for word in PERIODS} for row in engine["summary"][name]]
        found += [] if ours == other else [f"{name}: {ours} / {other}"]
    for name, words in (("remedies", OWED), ("availability", UPTIME)):
        ours = [{word: row[word] for word in words} for row in reference.get(name, [])]
        other = [{word: row[word] for word in words} for row in engine["summary"].get(name, [])]
        found += [] if ours == other else [f"{name}: {ours} / {other}"]
    ours, other = reference["balances"], engine["summary"]["balances"]
    return found + ([] if ours == other else [f"balances: {ours} / {other}"])


def _unlike_rows(name: str, columns: tuple[str, ...], ours: list[dict], theirs: list[dict]) -> list[str]:
    if len(ours) != len(theirs):
        return [f"{name}: {len(ours)} / {len(theirs)}: {_brief(ours)} / {_brief(theirs)}"]
    found = []
    for index, (one, other) in enumerate(zip(ours, theirs)):
        at = f"{name}[{index}]{one.get('id', '')}"
        for column in columns:
            if column == "target" and one[column] is None:
                continue
            if one.get(column) != other.get(column):
                found.append(f"{at}.{column}: {one.get(column)!r} / {other.get(column)!r}")
        cites = name in CITING and one.get("code") not in OPEN_CODES
        if cites and set(one["clauses"]) != set(other["clauses"]):
            found.append(f"{at}.clauses: {sorted(one['clauses'])} / {sorted(other['clauses'])}")
    return found


def _brief(rows: list[dict]) -> list[list[object]]:
    words = ("seq", "id", "cycle", "status", "code", "rule", "from", "to")
    return [[row[word] for word in words if word in row] for row in rows]


def _asked(effects: list[dict]) -> list[tuple]:
    """Effects in the order of their instants: what is asked, by which record, timer or clock, under which clauses."""
    return sorted(
        (
            *(each["at"], str(each["seq"]), each["kind"], each.get("to") or ""),
            *(each.get("commitment") or "", each.get("cycle") or 0, *sorted(set(each["clauses"]))),
        )
        for each in effects
    )
