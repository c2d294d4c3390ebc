"""Accounts, charges and grants at random: every kind of charge, rated in every way, on accounts that are soon empty."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from reference.choices import Choices

if TYPE_CHECKING:
    from reference.policies import Draft

MINUTES = [0, 1, 4, 7, 11, 15, 20, 50, 60, 61, 75, 90, 125, 240]
FACTORS = [2, "3/2", "1.5", "1/3", "0.1", 0]


def make_tariff(draft: Draft) -> None:
    """One or two accounts, and the charges that take from them."""
    choices, document = draft.choices, draft.document
    if not choices.chance(85):
        return
    document["accounts"]["time"] = draft.grounded(_account(choices, "min", 1))
    if choices.chance(50):
        unit = choices.pick(["EUR", "EUR", {"count": {"en": ["visit", "visits"]}}])
        document["accounts"]["money"] = draft.grounded(_account(choices, unit, 100))
    if "money" in document["accounts"] and choices.chance(80):
        time = document["accounts"]["time"]
        time["overage"] = {"to": "money", "factor": choices.pick([2, "3/2", "1/3", "150"])}
        del time["overdraft"]
        time.pop("limit", None)
    minutes = {"integer": True, "required": True} if choices.chance(80) else {"integer": True}
    if choices.chance(70):
        minutes["at-least"] = 0
    events = document["events"]
    events["work"] = {"by": "agent", "data": {"minutes": minutes, "travel": {"integer": True}}}
    if choices.chance(60):
        events["work"]["data"] |= {"begun": {"instant": True}, "ended": {"instant": True}}
    events["work"]["in-final-states"] = "accepted"
    events["invoice"] = {"by": "agent", "in-final-states": "accepted"}
    _tables(draft)
    for number in range(choices.integer(1, 4)):
        charge: dict = {"id": f"charge-{number + 1}", "on": _on(draft)}
        if choices.chance(50):
            charge["when"] = choices.pick(
                [
                    {"kind": ["bug", "question"]},
                    {"contract": "gold"},
                    {"none": [{"contract": "gold"}]},
                    {"known": False},
                    {"core": ["open", "resolved"]},
                    {"flagged": {"not": "work-only"}}
                    if _has_rule(document, "work-only")
                    else {"severity": {"not": "urgent"}},
                ]
            )
        kind = choices.pick(["debit", "debit", "hold", "hold", "waive"])
        charge[kind] = _rating(draft, charge["on"])
        document["charges"].append(draft.grounded(charge))
    _endings(draft)
    billing = [charge["id"] for charge in document["charges"] if "debit" in charge or "waive" in charge]
    if billing and choices.chance(60):
        events["correct"] = {"by": "agent", "in-final-states": "accepted"}
        of = billing if choices.chance(70) else choices.some(billing)
        document["charges"].append(draft.grounded({"id": "correct", "on": "correct", "reverse": of}))


def _has_rule(document: dict, name: str) -> bool:
    return any(rule["id"] == name and rule.get("flag") for rule in document["rules"])


def _account(choices: Choices, unit: str | dict, worth: int) -> dict:
    account: dict = {"unit": unit, "overdraft": choices.pick(["refuse", "refuse", "warn", "allow"])}
    if account["overdraft"] != "refuse" and choices.chance(50):
        account["limit"] = choices.pick([0, 30, 120]) * worth
    if account["overdraft"] != "refuse" and choices.chance(75):
        account["overdraft"] = {"mode": account["overdraft"], "repay": "next-grant"}
    if choices.chance(40):
        account["low-balance"] = choices.pick([1, 30, 100]) * worth
    if choices.chance(40):
        account["expiry-notice"] = choices.pick(["1d", "3d", "30d"])
    if unit == "min" and "low-balance" in account and choices.chance(30):
        account["low-balance"] = "2h"
    return account


def _tables(draft: Draft) -> None:
    """What things cost by severity, which a gold contract may say otherwise, and what is paid by date."""
    choices, document = draft.choices, draft.document
    names = [each["id"] for each in document["severities"]]
    costs = [choices.pick([10, 30, 45, 100]) for _ in names]
    rows = [{"from": "2020-01-01", **dict(zip(names, costs))}]
    if choices.chance(40):
        rows.append({"from": choices.pick(["2024-03-31", "2024-10-28"]), **dict.fromkeys(names, 25)})
    rows = [draft.grounded(row) if choices.chance(50) else row for row in rows]
    document["parameters"]["fees"] = draft.grounded({"by": "severity", "values": rows})
    if choices.chance(90):
        document["contracts"]["gold"].setdefault("parameters", []).append("fees")


def _on(draft: Draft):
    choices, events = draft.choices, draft.document["events"]
    if choices.chance(65):
        return "work"
    others = [name for name in ("call", "comment", "resolve", "submit", "reopen", "ping", "touch") if name in events]
    return choices.some(others, 1, 2)


def _rating(draft: Draft, on) -> dict:
    choices, document = draft.choices, draft.document
    name = choices.pick(list(document["accounts"]))
    worth = 1 if name == "time" else 10
    rating: dict = {"account": name}
    if on == "work" and "begun" in document["events"]["work"]["data"] and choices.chance(60):
        rating["effort"] = {"from": {"ref": "event.begun"}, "until": {"ref": "event.ended"}}
        if choices.chance(80):
            rating["split"] = _split(draft)
    else:
        rating["amount"] = _amount(choices, on, worth)
    if name == "money" or choices.chance(40):
        rating["factor"] = choices.pick(FACTORS)
    if choices.chance(25):
        rating["first-block"] = choices.pick([50, 60]) * worth
    if choices.chance(75):
        how = choices.pick(["up-to", "up-to", "down-to", "to-nearest"])
        rating["round"] = {how: choices.pick([1, 7, 15, 30]) * worth, "scope": choices.pick(["entry", "ticket", "day"])}
        if choices.chance(20):
            del rating["round"][how]
    if choices.chance(20):
        rating["minimum"] = choices.pick([5, 20]) * worth
    if choices.chance(25):
        rating["cap"] = choices.pick([25, 61, 200]) * worth
    if choices.chance(20):
        rating["category"] = choices.pick(["support", "travel"])
    return rating


def _split(draft: Draft) -> list[dict]:
    """Some calendars, and the rest."""
    choices = draft.choices
    names = choices.some(list(draft.document["calendars"]), 1, 2)
    cases: list[dict] = [{"in": name, "factor": choices.pick(FACTORS)} for name in names]
    cases = [draft.grounded(case) if choices.chance(30) else case for case in cases]
    return [*cases, {"factor": choices.pick([0, 1, 1, "3/2", 2])}]


def _amount(choices: Choices, on, worth: int):
    if on == "work":
        others: list = [{"ref": "event.travel"}, {"parameter": "fees"}]
        return choices.pick([{"ref": "event.minutes"}, {"ref": "event.minutes"}, {"ref": "event.minutes"}, *others])
    return choices.pick([20 * worth, 90 * worth, {"parameter": "fees"}, {"parameter": "fees"}])


def _endings(draft: Draft) -> None:
    """What ends each hold: an invoice, and perhaps something that gives it back."""
    choices, document = draft.choices, draft.document
    holding = [charge["id"] for charge in document["charges"] if "hold" in charge]
    if not holding:
        return
    of = holding if choices.chance(70) else choices.some(holding)
    for charge in holding:
        if charge not in of:
            document["charges"].append(draft.grounded({"id": f"end-{charge}", "on": "call", "release": charge}))
    ending: dict = {"id": "invoice", "on": "invoice", "settle": of}
    if choices.chance(30):
        ending["on"] = ["invoice", "resolve"]
    document["charges"].append(draft.grounded(ending))
    if choices.chance(75):
        release = {"id": "give-back", "on": choices.pick(["comment", "mark", "call", "set-severity"]), "release": of}
        document["charges"].append(draft.grounded(release))


def make_recurring(choices: Choices, policy: dict, beginning: str, contract: dict | None) -> list[dict]:
    """Grants of every period of a contract whose first day is one of those around the beginning, some months before."""
    grants = []
    for name, account in policy.get("accounts", {}).items():
        if not choices.chance(35):
            continue
        worth = 1 if account["unit"] == "min" else 10
        every = choices.pick(["month", "month", "month", "quarter", "year"])
        grant: dict = {"account": name, "every": every, "amount": choices.pick([20, 60, 200]) * worth}
        day = datetime.fromisoformat(beginning) + timedelta(days=choices.integer(0, 3))
        if contract is None:
            grant["from"] = f"2023-{choices.pick([10, 12]):02}-{min(day.day, 28):02}"
        else:
            contract["from"] = f"2023-{choices.pick([10, 12]):02}-{choices.pick([day.day, min(day.day, 28), 31]):02}"
        if choices.chance(60):
            carry = {"at-most": choices.pick([10, 30]) * worth, "for": choices.pick(["1mo", "3mo"])}
            grant["carry-over"] = {key: carry[key] for key in choices.some(["at-most", "for"], 1, 2)}
        grants.append(grant)
    return grants


def make_grants(choices: Choices, policy: dict, beginning: str) -> list[dict]:
    """Grants around the beginning of a history, some of which end while it goes on."""
    grants = []
    for name, account in policy.get("accounts", {}).items():
        if "kind" in account:
            continue
        worth = 1 if account["unit"] == "min" else 10
        repays = isinstance(account.get("overdraft"), dict)
        for _ in range(choices.integer(1, 4) if repays else choices.integer(0, 4)):
            days = choices.pick([1, 1, 2, 3, 4, 8] if repays and choices.chance(80) else [-40, -3, -1, 0, 1, 4])
            first = datetime.fromisoformat(beginning) + timedelta(days=days)
            grant: dict = {"account": name, "at": first.strftime("%Y-%m-%dT%H:%M:%SZ")}
            grant["amount"] = choices.pick([20, 60, 100, 200, 600]) * worth
            if choices.chance(65):
                last = first + timedelta(days=choices.pick([0, 1, 2, 3, 7, 41]))
                grant["expires"] = last.date().isoformat()
            grants.append(grant)
    return grants
