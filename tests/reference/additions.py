"""What the language got later, at random: timers that repeat and ask, days by a rule or in a row, and what they cost.

Drawn when a policy is complete, so that all the rest of it stays what it was before.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from reference.choices import Choices
from reference.opening import opening_of

if TYPE_CHECKING:
    from reference.policies import Draft

CLOSED = [
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=2,7;BYMONTHDAY=29,15",
    "FREQ=WEEKLY;BYDAY=WE;UNTIL=20241031",
    "2024-12-24/2025-01-02",
    "*-12-28/*-01-01",
    "*-02-29",
    "2024-02-28/2024-03-01",
    "*-02-29/*-03-01",
    "2024-04-06/2024-04-09",
]
"""Days around which histories begin: by rules of every kind, in a row, on 29 February and past the end of a year."""
EARLY = [
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=WEEKLY;BYDAY=TU,TH",
    "FREQ=YEARLY;BYDAY=FR;BYMONTH=3,10",
    "2024-10-21/2024-11-04",
    "*-12-20/*-01-03",
    "*-06-15/*-08-31",
    "2024-02-26/2024-03-12",
]
OPENED = ["FREQ=MONTHLY;BYDAY=-1SU", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31", "FREQ=WEEKLY;INTERVAL=1;BYDAY=SA"]
SPANS = ["4h", "11h", "20h"]


def make_additions(draft: Draft) -> None:
    """Some of the later words in a policy that is complete without them."""
    for calendar in draft.document["calendars"].values():
        _days(draft.choices, calendar)
    for timer in draft.document["timers"]:
        _timer(draft, timer)
    for commitment in draft.document["commitments"]:
        _warnings(draft, commitment)
    for objective in draft.document["objectives"]:
        if draft.choices.chance(50):
            objective["of"] = draft.choices.some([each["id"] for each in draft.document["commitments"]])
    for remedy in draft.document["remedies"]:
        _amount(draft, remedy)
        _cap(draft.choices, remedy.get("cap", {}))
    for account in draft.document["accounts"].values():
        _cap(draft.choices, account.get("cap", {}))


def add_to_contracts(choices: Choices, policy: dict, customer: dict) -> None:
    """Other first days, and a contract that follows, where something counts by years of a contract."""
    (gold,) = customer["contracts"]
    if '"contract-year"' not in json.dumps(policy) or any("every" in each for each in customer.get("grants", [])):
        return
    gold["from"] = choices.pick(["2023-02-28", "2023-03-29", "2023-10-27", "2023-12-31", "2024-02-29"])
    if choices.chance(20):
        del gold["from"]
    elif "until" not in gold and choices.chance(50):
        gold["until"] = choices.pick(["2024-03-28", "2024-11-01", "2024-12-31", "2025-07-14"])
        after = (date.fromisoformat(gold["until"]) + timedelta(days=choices.pick([1, 1, 2]))).isoformat()
        customer["contracts"].append({**gold, "from": after, "fee": 4321, "until": "2026-12-31"})


def _days(choices: Choices, calendar: dict) -> None:
    """Days that are closed, open, or close early; by night nothing opens before a clock in the morning."""
    if choices.chance(35):
        calendar["closed"] = [*calendar.get("closed", []), *choices.some(CLOSED, 1, 3)]
    opens = min(window for windows in calendar["weekly"].values() for window in windows)[:2]
    special = dict(calendar.get("special", {}))
    for key in choices.some(EARLY, 1, 3) if choices.chance(35) else []:
        special[key] = {"closes": f"{choices.integer(int(opens) + 1, 23):02}:{choices.pick(['00', '30'])}"}
    if "holidays" in calendar and choices.chance(30):
        special["before-holidays"] = {"closes": f"{choices.integer(int(opens) + 1, 23):02}:00"}
    if int(opens) < 12 and choices.chance(20):
        special[choices.pick(OPENED)] = [f"{int(opens):02}:30-{int(opens) + 3:02}:00"]
    if special:
        calendar["special"] = special


def _timer(draft: Draft, timer: dict) -> None:
    """A timer that asks, or comes again."""
    choices = draft.choices
    if choices.chance(30):
        timer["when"] = choices.pick(
            [
                {"kind": "bug"},
                {"known": False},
                {"severity": {"not": "urgent"}},
                {"contract": "gold"},
                {"opening": {choices.pick(list(draft.document["calendars"])): "open"}},
                {"flagged": {"set": False}},
            ]
        )
    if "to" in timer or not choices.chance(50):
        return
    timer.setdefault("calendar", choices.pick(["always", *draft.document["calendars"]]))
    timer["every"] = choices.pick([*SPANS, *(["1d"] if timer["calendar"] == "always" else ["1bd", "2bd"])])
    if timer["every"].endswith("bd"):
        timer.setdefault("business-day", choices.pick(["dates", "same-time"]))


def _warnings(draft: Draft, commitment: dict) -> None:
    """Warnings and reminders by business days, where each of them has a worth."""
    calendars = draft.document["calendars"]
    named = commitment["calendar"]
    named = [each["is"] for each in named] if isinstance(named, list) else [named]
    if any(isinstance(each, dict) for each in named):
        named = list(calendars)
    if any(len(opening_of(draft.document, each).worths()) > 1 for each in named):
        return
    if draft.choices.chance(25):
        commitment["warn-before"] = draft.choices.pick([["1bd", "1h"], ["0.5bd"], ["2bd", "1bd", "30min"]])
    if "remind-after" in commitment and draft.choices.chance(40):
        commitment["remind-after"]["every"] = draft.choices.pick(["1bd", "0.5bd"])


def _amount(draft: Draft, remedy: dict) -> None:
    """An amount by case, for clocks."""
    choices = draft.choices
    of_clocks = isinstance(remedy["of"], list) and "by" not in remedy
    if "amount" not in remedy or not of_clocks or not choices.chance(50):
        return
    condition = choices.pick([{"severity": "urgent"}, {"kind": "bug"}, {"contract": "gold"}, {"known": False}])
    cases = [{"when": condition, "is": remedy["amount"]}, {"is": choices.pick([100, "33.33", remedy["amount"]])}]
    if choices.chance(40):
        cases[1]["when"] = choices.pick([{"state": "resolved"}, {"channel": "portal"}])
    remedy["amount"] = [draft.grounded(each) if choices.chance(50) else each for each in cases]


def _cap(choices: Choices, cap: dict) -> None:
    if cap.get("per") in ("quarter", "year") and choices.chance(60):
        cap["per"] = "contract-year"
        if "amount" in cap or choices.chance(30):
            cap["contract"] = "gold"
