"""What is owed at random: remedies of every kind, capped and claimed in every way, and availability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference.choices import Choices

if TYPE_CHECKING:
    from reference.policies import Draft

EVENTS = ("claim", "claim", "outage", "maintain", "pay")
"""The events that only remedies and availability need, claims twice as often."""
FEE = "contract.gold.fee"
FEES = [9999, 333, 20000]
SHARES = ["5%", "25%", "33.3%", "100%"]
SPAN = {"from": {"ref": "event.from"}, "until": {"ref": "event.until"}}
INSTANTS = {"from": {"instant": True, "required": True}, "until": {"instant": True, "required": True}}


def make_credits(draft: Draft) -> None:
    """Perhaps an availability, and one to four remedies on an account of what is owed."""
    choices, document = draft.choices, draft.document
    if choices.chance(40):
        return
    document["contracts"]["gold"].setdefault("attributes", {})["fee"] = {"integer": True, "unit": "EUR"}
    document["accounts"]["credits"] = draft.grounded({"unit": "EUR", "kind": "owed-to-customer"})
    if choices.chance(30):
        document["accounts"]["credits"]["cap"] = _cap(choices, ["month", "quarter", "year"])
    document["events"]["claim"] = {"by": "agent", "in-final-states": "accepted"}
    if choices.chance(70):
        _availability(draft)
    if choices.chance(30):
        document["events"]["pay"] = {"by": "agent", "data": {"cents": {"integer": True, "at-least": 1}}}
        paid = {"id": "paid-out", "on": "pay", "debit": {"account": "credits", "amount": {"ref": "event.cents"}}}
        document["charges"].append(draft.grounded(paid))
    for number in range(choices.integer(1, 4)):
        document["remedies"].append(draft.grounded(_remedy(draft, f"remedy-{number + 1}")))


def _availability(draft: Draft) -> None:
    choices, document = draft.choices, draft.document
    document["events"]["outage"] = {"by": "agent", "in-final-states": "accepted", "data": dict(INSTANTS)}
    document["events"]["maintain"] = {"by": "agent", "in-final-states": "accepted", "data": dict(INSTANTS)}
    if choices.chance(30):
        document["events"]["maintain"]["ticket"] = "not-needed"
    states = list(document["states"])
    entry: dict = {"id": "uptime", "down": []}
    if choices.chance(70):
        entry["down"].append({"in": choices.some(states, 1, 2)})
        if choices.chance(40):
            entry["down"][0]["when"] = choices.pick([{"kind": "bug"}, {"severity": {"not": "urgent"}}])
    if choices.chance(60) or not entry["down"]:
        entry["down"].append({"on": "outage", **SPAN})
        if choices.chance(25):
            entry["down"][-1]["when"] = {"known": False}
    entry["calendar"] = choices.pick(["always", *document["calendars"]])
    entry["share"] = choices.pick(["99.9%", "99%", "90%", "100%"])
    entry["per"] = choices.pick(["month", "month", "quarter", "year"])
    if choices.chance(60):
        entry["excused"] = {"on": "maintain", **SPAN}
    document["availability"].append(draft.grounded(entry))


def _remedy(draft: Draft, name: str) -> dict:
    choices, document = draft.choices, draft.document
    shared = [each["id"] for each in document["objectives"] if "share" in each]
    periods = [*shared, *(each["id"] for each in document["availability"])]
    entry: dict = {"id": name}
    kind = choices.integer(0, 99)
    if kind < 45 and periods:
        entry["of"] = choices.pick(shared if shared and choices.chance(60) else periods)
        if choices.chance(70):
            entry["steps"] = [{"below": "100%", "is": _worth(draft, period=True)}]
            known = [*document["objectives"], *document["availability"]]
            promised = next(each for each in known if each["id"] == entry["of"])
            lower = [bound for bound in ("99.5%", "70%", "20%") if float(bound[:-1]) < float(promised["share"][:-1])]
            entry["steps"].append({"below": choices.pick(lower), "is": _worth(draft, period=True)})
            if choices.chance(30):
                entry["steps"][1] = {"from": "10%", "to": choices.pick(lower), "is": _worth(draft, period=True)}
            draft.grounded(entry["steps"][1])
        else:
            entry["amount"] = _worth(draft, period=True)
    elif kind < 65:
        entry |= {"of": choices.some([each["id"] for each in document["commitments"]]), "by": "count"}
        entry["per-period"] = choices.pick(["month", "month", "quarter", "year"])
        entry["steps"] = [{"at-least": 1, "at-most": 2, "is": _worth(draft, period=True)}]
        entry["steps"].append({"at-least": 2, "is": _worth(draft, period=True)})
        if choices.chance(50):
            entry["steps"] = [{"at-least": 1, "is": 500}, draft.grounded({"at-least": 3, "is": 1250})]
    else:
        entry["of"] = choices.some([each["id"] for each in document["commitments"]])
        entry["amount"] = _worth(draft, period=False)
        if choices.chance(50):
            of = [each for each in document["commitments"] if each["id"] in entry["of"]]
            whole = all(each.get("business-day") == "opening-time" and isinstance(each["calendar"], str) for each in of)
            lengths = ["1h", "15min", "45min", *(["1bd", "0.5bd"] if whole else [])]
            entry["per"] = {"each": choices.pick(lengths), "at-most": choices.pick([3, 40])}
            if choices.chance(60):
                entry["per"]["begun"] = True
        elif choices.chance(30):
            del entry["amount"]
            first = {"is": _worth(draft, period=False)} | ({"at-least": "10min"} if choices.chance(40) else {})
            later = {
                choices.pick(["above", "at-least"]): choices.pick(["15min", "2h"]),
                "is": _worth(draft, period=False),
            }
            entry |= {"by": "overrun", "steps": [first, draft.grounded(later)]}
    if (kind >= 65 or "by" in entry) and choices.chance(40):
        entry["when"] = choices.pick(
            [{"severity": "urgent"}, {"contract": "gold"}, {"kind": ["bug", "wish"]}, {"none": [{"severity": "low"}]}]
        )
        if len(document["severities"]) < 3 and "none" in entry["when"]:
            entry["when"] = {"contract": "gold"}
    if choices.chance(50):
        entry["cap"] = _cap(choices, ["breach", "month", "month", "quarter", "year"])
    if choices.chance(75):
        entry["claim"] = {"within": choices.pick(["1d", "30d", "60d", "9w"]), "on": choices.pick(["claim", "comment"])}
    entry["account"] = "credits"
    return entry


def _cap(choices: Choices, periods: list[str]) -> dict:
    most = choices.pick(
        [{"amount": "12.34"}, {"amount": 2000}, {"share": "40%", "of": FEE}, {"share": "0.5%", "of": FEE}]
    )
    return {**most, "per": choices.pick(periods)}


def _worth(draft: Draft, *, period: bool):
    choices = draft.choices
    share = {"share": choices.pick(SHARES), "of": FEE}
    table = {"parameter": "fees"} if "fees" in draft.document["parameters"] and not period else 150
    return choices.pick([share, share, "10.00", 777, table])
