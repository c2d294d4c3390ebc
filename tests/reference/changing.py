"""What changes while a clock runs, at random: corrections, agreed times, calendars, dates, rhythms, warnings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reference.choices import Choices

if TYPE_CHECKING:
    from reference.policies import Draft

EVEN = {
    "gulf": {"zone": "Asia/Dubai", "weekly": {"mon-thu": ["08:00-16:00"]}, "closed": ["*-12-26"]},
    "tokyo": {"zone": "Asia/Tokyo", "weekly": {"mon-fri": ["09:00-12:00", "13:00-18:00"]}},
    "dawn": {"zone": "America/St_Johns", "weekly": {"mon-sat": ["21:30-05:30"]}},
}
"""Hours that a customer may have of its own: a business day of them always has a worth."""
MONTHS = ["1mo", "3mo", "1y"]
LONG = ["8h", "11h"]
"""Targets of a fixed beat: shorter ones would fill weeks with cycles."""


def make_changes(draft: Draft) -> None:
    """Facts, events and attributes for the new forms; before the commitments."""
    choices, document = draft.choices, draft.document
    events = document["events"]
    if choices.chance(40):
        events["submit"]["data"]["severity"] = {"required": True}
    when = choices.pick(["instant", "instant", "date"])
    document["facts"]["promised-for"] = {when: True}
    events["agree"] = {"by": "agent", "data": {"promised-for": {"required": True}}}
    events["agree"]["sets"] = {"promised-for": "event.promised-for"}
    corrected = ["severity"]
    if not document["facts"]["kind"].get("immutable") and choices.chance(30):
        corrected = choices.pick([["kind"], ["severity", "kind"]])
    if choices.chance(75):
        events["correct"] = {"by": "agent", "data": {name: {"required": True} for name in corrected}}
        events["correct"]["sets"] = {name: f"event.{name}" for name in corrected}
        events["correct"] |= {"corrects": corrected, "in-final-states": "accepted"}
    events["submit"]["data"] |= {"since": {choices.pick(["instant", "date"]): True}, "wanted": {"instant": True}}
    document["contracts"]["gold"]["attributes"] = {"office": {"calendar": True}}
    for calendar in document["calendars"].values():
        if choices.chance(25):
            calendar["per-customer"] = True


def add_dates(draft: Draft) -> None:
    """Dates of their own for what pauses and starts; after the events that do."""
    events = draft.document["events"]
    for name in ("hold", "resume", "call"):
        events[name].setdefault("data", {})["since"] = {draft.choices.pick(["instant", "instant", "date"]): True}


def vary(draft: Draft, entry: dict) -> None:
    """A commitment in some of the new forms."""
    choices = draft.choices
    entry["on-change"] = choices.pick(["keep", "retarget", "restart"])
    if "when" not in entry and choices.chance(30):
        states = [name for name, each in draft.document["states"].items() if each["core"] != "resolved"]
        entry["when"] = choices.pick(
            [
                {"severity": ["urgent", "high"]},
                {"severity": {"not": "urgent"}},
                {"kind": "bug"},
                {"state": choices.some(states)},
            ]
        )
    _calendar(draft, entry)
    _target(draft, entry)
    _rhythm(draft, entry)
    _dates(draft, entry)
    _warnings(choices, entry)


def _calendar(draft: Draft, entry: dict) -> None:
    """A calendar by case, or of the customer's contract."""
    choices, calendars = draft.choices, list(draft.document["calendars"])
    if choices.chance(15):
        entry["calendar"] = {"ref": "contract.gold.office"}
    elif choices.chance(45):
        condition = choices.pick(
            [
                {"severity": "urgent"},
                {"severity": "urgent"},
                {"severity": {"not": "urgent"}},
                {"kind": "bug"},
                {"known": True},
                {"contract": "gold"},
                {"day": {calendars[0]: ["fri", "sat", "sun"]}},
            ]
        )
        other = "always" if choices.chance(40) else choices.pick(calendars)
        cases = [{"when": condition, "is": other}, {"is": choices.pick(calendars)}]
        entry["calendar"] = [draft.grounded(case) for case in cases] if choices.chance(50) else cases
    else:
        return
    tables = [{"parameter": name} for name in ("hours", "plans") if name in draft.document["parameters"]]
    if isinstance(entry["calendar"], list) and entry["calendar"][0]["is"] == "always":
        entry.pop("business-day", None)
        entry["within"] = choices.pick([*tables, {"parameter": "hours"}, "8h", "90min"])
    else:
        entry["business-day"] = choices.pick(["dates", "same-time"])
        days = [*tables, {"parameter": "days"}, "4h", "1bd", "2bd", {"closing-of": "same-day"}]
        entry["within"] = choices.pick(days)


def _target(draft: Draft, entry: dict) -> None:
    """An agreed time, best effort, or some months, alone or in a case."""
    choices = draft.choices
    agreed = {"at": {"ref": "promised-for"}}
    if entry["start"] == {"on": "submit"} and choices.chance(20):
        agreed = {"at": {"ref": "event.wanted"}}
    if choices.chance(15):
        entry["within"] = agreed
        entry.pop("business-day", None)
    elif choices.chance(12):
        entry["within"] = choices.pick(["best-effort", choices.pick(MONTHS)])
        entry.pop("business-day", None)
    elif not isinstance(entry["within"], list) and choices.chance(25):
        other = choices.pick(["best-effort", agreed, agreed, choices.pick(MONTHS)])
        condition = choices.pick([{"severity": "urgent"}, {"kind": "wish"}, {"known": True}])
        cases = [{"when": condition, "is": entry["within"]}, {"is": other}]
        entry["within"] = [draft.grounded(case) for case in cases]


def _rhythm(draft: Draft, entry: dict) -> None:
    choices = draft.choices
    if "at" in entry["stop"] or not choices.chance(25):
        return
    entry["cycles"] = {"every": choices.pick(["stop", "due"])}
    if choices.chance(75):
        until = [{"enters": "resolved"}, {"on": "mark"}, [{"on": "call"}, {"enters": "resolved"}]]
        entry["cycles"]["until"] = choices.pick(until)
    if entry["cycles"]["every"] == "due":
        entry["within"] = choices.pick(LONG)
        entry.pop("business-day", None)
        if entry["calendar"] != "always" and not isinstance(entry["calendar"], list) and choices.chance(40):
            entry["within"], entry["business-day"] = choices.pick(["1bd", "2bd"]), "same-time"


def _dates(draft: Draft, entry: dict) -> None:
    """Starts and pauses with a date of their own."""
    choices, events = draft.choices, draft.document["events"]
    plain = isinstance(entry["calendar"], str)
    for trigger in entry["start"] if isinstance(entry["start"], list) else [entry["start"]]:
        data = events[trigger["on"]].get("data", {}) if isinstance(trigger.get("on"), str) else {}
        if "since" in data and (plain or "instant" in data["since"]) and choices.chance(40):
            trigger["at"] = {"ref": "event.since"}
    pauses = entry.get("pause", [])
    for pause in pauses if isinstance(pauses, list) else [pauses]:
        for word in ("from", "until"):
            trigger = pause.get(word)
            if isinstance(trigger, dict) and trigger.get("on") in ("hold", "resume") and choices.chance(60):
                trigger["at"] = {"ref": "event.since"}


def _warnings(choices: Choices, entry: dict) -> None:
    if choices.chance(30):
        entry["warn-before"] = choices.pick([["3h", "1h"], ["30min"], ["8h", "2h", "15min"]])
    if choices.chance(30):
        entry["breached"] = True
    if choices.chance(25):
        entry["remind-after"] = {"every": choices.pick(["1h", "90min", "4h"]), "at-most": choices.integer(1, 4)}
        beats = isinstance(entry["cycles"], dict) and entry["cycles"]["every"] == "due"
        if choices.chance(20) and not beats:  # else months of cycles would each be reminded for months
            entry["remind-after"] = {"every": "11h"}


def own_calendars(choices: Choices, policy: dict) -> dict:
    """Hours of a customer's own in place of those that a policy lets it replace."""
    replaced = [name for name, each in policy.get("calendars", {}).items() if each.get("per-customer")]
    return {name: dict(EVEN[choices.pick(list(EVEN))]) for name in replaced if choices.chance(60)}


def likely_changes(policy: dict) -> list[str]:
    """Events that change what the clocks of a policy follow, or when they were paused; likely ones often."""
    text = json.dumps(policy["commitments"])
    found = ["set-severity", "set-severity", "set-severity", "mark", "correct", "correct", "excuse", "agree"]
    found += ["agree"] * 4 if '{"ref": "promised-for"}' in text else []
    found += ["hold", "hold", "resume"] * (2 if '{"on": "hold", "at"' in text else 1)
    return [name for name in found if name in policy["events"]]


def near(choices: Choices, name: str, at_s: int, dues: list[int]) -> int:
    """The instant, or an instant of the date, that a field of the new forms holds; mostly before what is late now."""
    if name != "since":
        return at_s + choices.pick([-3600, 0, 3600, 4 * 3600, 86_400, 2 * 86_400, 4 * 86_400])
    if dues and choices.chance(70):
        return choices.pick(dues) - choices.pick([60, 600, 3600, 7200, 0])
    return at_s - choices.pick([0, 600, 3600, 3600, 7200, 4 * 3600, 86_400, 3 * 86_400, -3600])
