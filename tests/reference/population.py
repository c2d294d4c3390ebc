"""Objectives and indicators: DESIGN section 4, "Objectives"."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from reference.conditions import View, items
from reference.due import seconds_in


def population(policy: dict, counted: list[tuple], as_of_s: int) -> dict[str, list[dict]]:
    """Objectives and indicators over (ticket's view, clock's row) pairs."""
    found: dict[str, list[dict]] = {"objectives": [], "indicators": []}
    zone = ZoneInfo(policy["zone"])
    for objective in policy.get("objectives", []):
        promised = [each for each in counted if each[1]["target"] != "best-effort"]
        rows = [
            row
            for view, row in promised
            if row["id"] in items(objective["of"]) and of_clock(view, row).holds(objective.get("when"))
        ]
        periods: dict[str, list[dict]] = {}
        for row in rows:
            periods.setdefault(period_of(objective, row["started_at"], zone), []).append(row)
        this_one = period_of(objective, as_of_s, zone)
        for period, those in [*sorted(periods.items()), ("all", rows)]:
            line = _line(objective, period, those, this_one)
            found["objectives" if "share" in objective else "indicators"].append(line)
    return found


def of_clock(view: View, row: dict) -> View:
    """The ticket as it stands in the end, with the severity that the clock had."""
    facts = {**view.facts, "severity": row["severity"]} if row["severity"] is not None else view.facts
    return replace(view, facts=facts)


def period_of(objective: dict, at_s: int, zone: ZoneInfo) -> str:
    """The period of the objective in which an instant lies."""
    day = datetime.fromtimestamp(at_s, zone)
    quarter = f"{day.year}-Q{(day.month - 1) // 3 + 1}"
    return {"month": f"{day:%Y-%m}", "quarter": quarter, "year": f"{day.year}"}[objective.get("per", "month")]


def is_late(objective: dict, row: dict) -> bool:
    """Whether a clock used more than the objective allows, or, where that says no time, than it had itself."""
    if "within" not in objective:
        return row["status"] == "breached"
    return row["used_s"] > seconds_in(objective["within"], row["opening"])


def _line(objective: dict, period: str, rows: list[dict], this_one: str) -> dict:
    kept = missed = 0
    for row in rows:
        if row["status"] in ("cancelled", "excused"):
            continue
        if is_late(objective, row):
            missed += 1
        elif row["stopped_at"] is not None:
            kept += 1
    line = {"id": objective["id"], "period": period, "counted": kept + missed, "kept": kept}
    if "share" in objective:
        share = int(objective["share"].rstrip("%"))
        status = "upheld" if kept * 100 >= share * (kept + missed) else "breached"
        if kept + missed == 0:
            status = None
        elif period == this_one:
            status = "open"
        line["status"] = status
    return line
