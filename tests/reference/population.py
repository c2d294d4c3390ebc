"""Objectives and indicators: DESIGN section 4, "Objectives"."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from reference.due import seconds_in


def population(policy: dict, counted: list[tuple], as_of_s: int) -> dict[str, list[dict]]:
    """Objectives and indicators over (ticket's view, clock's row) pairs."""
    found: dict[str, list[dict]] = {"objectives": [], "indicators": []}
    zone = ZoneInfo(policy["zone"])
    for objective in policy.get("objectives", []):
        promised = [each for each in counted if each[1]["target"] != "best-effort"]
        rows = [row for view, row in promised if row["id"] == objective["of"] and view.holds(objective.get("when"))]
        months: dict[str, list[dict]] = {}
        for row in rows:
            month = datetime.fromtimestamp(row["started_at"], zone).strftime("%Y-%m")
            months.setdefault(month, []).append(row)
        this_month = datetime.fromtimestamp(as_of_s, zone).strftime("%Y-%m")
        for period, those in [*sorted(months.items()), ("all", rows)]:
            line = _line(objective, period, those, this_month)
            found["objectives" if "share" in objective else "indicators"].append(line)
    return found


def _line(objective: dict, period: str, rows: list[dict], this_month: str) -> dict:
    kept = missed = 0
    for row in rows:
        if row["status"] in ("cancelled", "excused"):
            continue
        if row["used_s"] > seconds_in(objective["within"], row["opening"]):
            missed += 1
        elif row["stopped_at"] is not None:
            kept += 1
    line = {"id": objective["id"], "period": period, "counted": kept + missed, "kept": kept}
    if "share" in objective:
        share = int(objective["share"].rstrip("%"))
        status = "upheld" if kept * 100 >= share * (kept + missed) else "breached"
        if kept + missed == 0:
            status = None
        elif period == this_month:
            status = "open"
        line["status"] = status
    return line
