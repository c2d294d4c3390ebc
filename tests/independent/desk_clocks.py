"""The two promises of the example policy, counted on what became of one ticket: taken up in two hours, and resolved.

The desk is open from Monday to Friday, nine to five in UTC. The time to resolve goes by the severity that the ticket
has in the end, and stands still while somebody waits for the customer, and after a resolution that did not last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

UTC = timezone.utc  # noqa: UP017 - the name of it everywhere here
OPENS, CLOSES = 9, 17
TAKE_UP_S = 2 * 3600
RESOLVE_S = {"urgent": 4 * 3600, "high": 8 * 3600, "normal": 24 * 3600, "low": 40 * 3600}


class Step(NamedTuple):
    """From when on a ticket was where: `open`, `work`, `wait` for the customer, or `done`."""

    at: datetime
    where: str


class Course(NamedTuple):
    """What became of a ticket, and the severity that it has in the end (`""`: none)."""

    steps: Sequence[Step]
    severity: str


class Clock(NamedTuple):
    promise: str
    status: str
    used_s: int
    due_at: datetime | None
    stopped_at: datetime | None


def clocks(course: Course, as_of: datetime) -> list[Clock]:
    """Both promises, or the first alone of a ticket without a severity."""
    steps = course.steps
    took = next((step.at for step in steps if step.where != "open"), None)
    found = [_judged("take-up", TAKE_UP_S, [(steps[0].at, took or as_of)], took, False, as_of)]
    if course.severity:
        ends = [step.at for step in steps[1:]] + [as_of]
        runs = [(step.at, end) for step, end in zip(steps, ends) if step.where in ("open", "work")]
        stops = [step.at for before, step in zip(steps, steps[1:]) if step.where == "done" != before.where]
        done = stops[-1] if steps[-1].where == "done" else None
        paused = steps[-1].where == "wait"
        found.append(_judged("resolve", RESOLVE_S[course.severity], runs, done, paused, as_of))
    return found


def _judged(
    promise: str,
    target_s: int,
    runs: list[tuple[datetime, datetime]],
    stopped: datetime | None,
    paused: bool,
    as_of: datetime,
) -> Clock:
    used = sum(desk_seconds(start, end) for start, end in runs)
    due, left = None, target_s
    for start, end in runs:
        passed = desk_seconds(start, end)
        if passed >= left:
            due = desk_end(start, left)
            break
        left -= passed
    if due is None and (stopped or not paused):
        due = desk_end(stopped if stopped and runs[-1][1] < stopped else runs[-1][0], _left(target_s, runs, stopped))
    if stopped:
        assert due is not None
        return Clock(promise, "upheld" if stopped <= due else "breached", used, due, stopped)
    if due is not None and due < as_of:
        return Clock(promise, "breached", used, due, None)
    return Clock(promise, "paused" if paused else "running", used, due, None)


def _left(target_s: int, runs: list[tuple[datetime, datetime]], stopped: datetime | None) -> int:
    """What was left where the last run began, or where the ticket was resolved out of a wait."""
    before = runs if stopped and runs[-1][1] < stopped else runs[:-1]
    return target_s - sum(desk_seconds(start, end) for start, end in before)


def desk_seconds(start: datetime, end: datetime) -> int:
    """The seconds between two instants at which the desk is open."""
    found = timedelta()
    day = datetime(start.year, start.month, start.day, tzinfo=UTC)
    while day <= end:
        if day.weekday() < 5:
            opens, closes = day + timedelta(hours=OPENS), day + timedelta(hours=CLOSES)
            found += max(timedelta(), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return int(found.total_seconds())


def desk_end(start: datetime, seconds: int) -> datetime:
    """When the desk has been open so long since an instant; at closing time rather than the next morning."""
    day = datetime(start.year, start.month, start.day, tzinfo=UTC)
    while True:
        opens, closes = day + timedelta(hours=OPENS), day + timedelta(hours=CLOSES)
        begins = max(start, opens)
        if day.weekday() < 5 and begins < closes:
            here = int((closes - begins).total_seconds())
            if seconds <= here:
                return begins + timedelta(seconds=seconds)
            seconds -= here
        day += timedelta(days=1)
