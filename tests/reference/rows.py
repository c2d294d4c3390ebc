"""What verdicts say of a clock: its status, its figures, and the clauses of all that took part."""

from __future__ import annotations

from collections.abc import Iterator

from reference.clock import Clock
from reference.opening import DAY
from reference.tracks import Spans

Excused = list[tuple[int, int, dict]]


def row_of(document: dict, policy: dict, clock: Clock, excused: Excused, as_of_s: int) -> dict:
    """A clock as it stands at an instant."""
    end_s, pausable_s = clock.end_s(as_of_s), clock.pausable_s(as_of_s)
    pauses = clock.pauses(pausable_s)
    due_s = clock.due_s(pausable_s)
    status = _status(clock, due_s, end_s, pauses, excused)
    broken = status in ("breached", "excused")
    paused_s = sum(clock.between(a, b) for a, b in pauses)
    promise = clock.promise
    amount = promise.due.amount and promise.due.at_s is not None
    return {
        "id": document["id"],
        "cycle": clock.cycle,
        "status": status,
        "severity": promise.severity,
        "started_at": clock.start_s,
        "counted_from": clock.counted_s,
        "due_at": None if status == "paused" else due_s,
        "stopped_at": clock.stopped_s if clock.ceased_s is None else None,
        "target": _target(promise.target),
        "target_s": clock.between(clock.counted_s, promise.due.at_s) if amount else None,
        "used_s": clock.between(clock.counted_s, end_s) - paused_s,
        "paused_s": paused_s,
        "remaining_s": None if due_s is None else clock.between(end_s, due_s),
        "overrun_s": clock.unless(pauses, clock.late_from(due_s), end_s) if broken else 0,
        "opening": promise.calendar,
        "ended_s": clock.ended_s if clock.ceased_s is None else clock.ceased_s,
        "clauses": _clauses(document, policy, clock, excused if status == "excused" else [], as_of_s),
    }


def _target(target: object) -> str | None:
    if isinstance(target, dict) and "at" in target:
        return f"at: {target['at']['ref']}"
    return target if isinstance(target, str) else None


def _status(clock: Clock, due_s: int | None, end_s: int, pauses: Spans, excused: Excused) -> str:
    if clock.waits(due_s, end_s):
        return "paused"
    if due_s is not None and end_s > due_s:
        return "excused" if _is_excused(clock, due_s, end_s, pauses, excused) else "breached"
    if clock.ceased_s is not None:
        return "cancelled"
    if clock.stopped_s is not None:
        return "upheld"
    if clock.ended_s is not None:
        return "cancelled"
    return "paused" if clock.paused() else "running"


def _is_excused(clock: Clock, due_s: int, end_s: int, pauses: Spans, excused: Excused) -> bool:
    """The excused spans cover the overrun's opening time, and one of them meets the time from due to stop."""
    spans = [(a, b) for a, b, _ in excused if a < b]
    left_s = clock.unless(pauses + spans, clock.late_from(due_s), end_s)
    return left_s == 0 and any(a < end_s and b > due_s for a, b in spans)


def _clauses(document: dict, policy: dict, clock: Clock, excused: Excused, as_of_s: int) -> list[str]:
    """The clauses of promise, calendar, target, and what started, paused, ended, excused it."""
    end_s, pausable_s = clock.end_s(as_of_s), clock.pausable_s(as_of_s)
    due_s = clock.due_s(pausable_s)
    found = [*document.get("clauses", []), *clock.promise.clauses, *clock.clauses]
    found += clock.end_clauses if clock.ceased_s is None else []
    ended = clock.ended_s is not None or clock.ceased_s is not None
    for track, pause in clock.known():
        start_s, stop_s = pause.span(pausable_s)
        cited = [*track.document.get("clauses", []), *pause.begin.clauses, *(pause.end.clauses if pause.end else [])]
        lasts = pause.end is None
        touches = start_s < pausable_s and (lasts or start_s < stop_s > clock.counted_s)
        found += cited if touches or (lasts and not ended) else []
    for from_s, until_s, excuse in excused:
        met = from_s < until_s and from_s < end_s and until_s > due_s
        found += excuse.get("clauses", []) if met else []
    return [clause for clause in policy["clauses"] if clause in found]


def odd_hours(row: dict) -> Iterator[str]:
    """Whether a clock met a night after midnight, or a day that closes early."""
    calendar, start_s, due_s = row["opening"], row["started_at"], row["due_at"]
    for at_s, note in ((start_s, "begun"), (due_s, "due")):
        if at_s is not None and calendar.day_of(at_s - 1) != calendar.local(at_s - 1).date():
            yield f"{note} in a night after midnight"
    day, last = calendar.day_of(start_s), calendar.day_of(due_s or start_s)
    while day <= last:
        if calendar.closes_early(day):
            yield "over a day that closes early"
        yield from (f"over a day {how}" for how in calendar.named(day))
        day += DAY
