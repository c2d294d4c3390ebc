"""Objective rows: promises over all clocks of a commitment, period by period and over all.

A clock counts in the month, quarter or year of its start. Shares are compared in integers, so that 90 %
of ten is nine and not a rounding error.

Counts merge: ``a |= b`` counts what both have counted, however the clocks were divided
between them; and clocks alike may be counted at once, with `Counting.count`.

Source: DESIGN section 4, "Objectives"; section 6, the summary.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from upheld.core.clocks.row import BEST_EFFORT, ClockRow
from upheld.core.policy.commitment import Objective
from upheld.core.policy.schedule import Schedule
from upheld.core.population.availability import fine_percent
from upheld.core.population.period import period_of
from upheld.core.record.message import percent
from upheld.core.record.ticket import Standing
from upheld.core.time.business_day import worth_s


@dataclass(frozen=True, slots=True)
class Counted:
    """The clocks of one objective in one period.

    Attributes:
        period: ``2024-03``, ``2024-Q1``, ``2024``, or ``all``.
        counted, kept: How many clocks, and how many of them within the objective's time.
        status: ``upheld``, ``breached``, ``open`` while the period lasts; ``None`` where nothing counts or is promised.
    """

    objective: Objective
    period: str
    counted: int
    kept: int
    status: str | None

    @property
    def reached(self) -> Fraction | None:
        """The share kept; ``None`` where nothing counts."""
        return Fraction(self.kept, self.counted) if self.counted else None

    def as_document(self) -> dict[str, object]:
        """The entry of ``objectives``, or of ``indicators``, in a summary; shares as fine as the one promised."""
        share, promised = self.reached, self.objective.share
        told = percent if promised is None or (promised * 1000).denominator == 1 else fine_percent
        entry: dict[str, object] = {
            "id": self.objective.id,
            "period": self.period,
            "counted": self.counted,
            "kept": self.kept,
            "share": None if share is None else told(share),
        }
        if promised is not None:
            entry |= {"promised": told(promised), "status": self.status}
        return entry


class Tally:
    """The clocks of one period.

    Attributes:
        counted, kept: How many, and how many of them within the objective's time.
        undecided: How many still run within it.
        settled_s: When the last of those ended that did not miss it.
    """

    __slots__ = ("counted", "kept", "settled_s", "undecided")

    def __init__(self) -> None:
        self.counted = self.kept = self.undecided = self.settled_s = 0

    def __ior__(self, other: Self) -> Self:
        """Count what another one has counted."""
        self.counted += other.counted
        self.kept += other.kept
        self.undecided += other.undecided
        self.settled_s = max(self.settled_s, other.settled_s)
        return self


class Counting:
    """The clocks of one objective, counted one by one: period by period, and over all.

    Attributes:
        periods: The clocks of each period in which one started.

    Raises: CalendarError for a time in business days whose worth nothing states.
    """

    def __init__(self, objective: Objective, schedule: Schedule) -> None:
        self.objective = objective
        self._schedule = schedule
        self.periods: dict[str, Tally] = {}
        self._allowed_s: dict[str, int] = {}

    def add(self, row: ClockRow, customer: str = "") -> None:
        """Count a clock of a customer's ticket for which the objective's own ``when`` holds, best effort apart."""
        if row.commitment.id not in self.objective.of or row.target == BEST_EFFORT:
            return
        period = period_of(self._schedule.date_at(row.start_s), self.objective.period)
        kept = _kept(row, self.allowed_s(self._schedule.calendar_for(row.calendar, customer)))
        self.count(period, kept, row.ended_s)

    def count(self, period: str, kept: bool | None, ended_s: int | None, times: int = 1) -> None:
        """Count clocks alike.

        Args:
            period: The period in which they started.
            kept: Whether they were kept within the objective's time, `allowed_s`; ``None`` where they do not count:
                cancelled, excused, or within it and not stopped.
            ended_s: When the last of them was stopped or cancelled; ``None`` where none of them was.
        """
        tally = self.periods.get(period)
        if tally is None:
            tally = self.periods[period] = Tally()
        if kept is not None:
            tally.counted += times
            tally.kept += times if kept else 0
        elif ended_s is None:
            tally.undecided += times
        if ended_s is not None and kept is not False:
            tally.settled_s = max(tally.settled_s, ended_s)

    def __ior__(self, other: Self) -> Self:
        """Count what another one has counted, of the same objective."""
        for period, tally in other.periods.items():
            mine = self.periods.get(period)
            if mine is None:
                mine = self.periods[period] = Tally()
            mine |= tally
        return self

    def result(self, as_of_s: int) -> list[Counted]:
        """Each period in which a clock started, and all together; the period of as-of is not over."""
        objective, this_one = self.objective, period_of(self._schedule.date_at(as_of_s), self.objective.period)
        found = []
        for period, tally in sorted(self.periods.items()):
            found.append(_counted(objective, period, tally.counted, tally.kept, is_open=period == this_one))
        counted, kept = (sum(getattr(each, name) for each in self.periods.values()) for name in ("counted", "kept"))
        return [*found, _counted(objective, "all", counted, kept, is_open=False)]

    def allowed_s(self, name: str) -> int | None:
        """The opening seconds that it allows on a calendar of the schedule; ``None`` for a clock's own time."""
        within = self.objective.within
        if within is None:
            return None
        if name not in self._allowed_s:
            calendar = self._schedule.calendars[name]
            self._allowed_s[name] = worth_s(calendar, within.amount) if within.is_business_day else within.seconds
        return self._allowed_s[name]


def with_severity(standing: Standing, severity: str | None) -> Standing:
    """A ticket with the severity that a clock of it had, where it had one: what a clock counts as is what it was."""
    if severity is None or standing.facts.get("severity") == severity:
        return standing
    return standing._replace(facts={**standing.facts, "severity": severity})


def count(objective: Objective, rows: Iterable[ClockRow], schedule: Schedule, as_of_s: int) -> list[Counted]:
    """The same for clocks that are all at hand."""
    counting = Counting(objective, schedule)
    for row in rows:
        counting.add(row)
    return counting.result(as_of_s)


def _kept(row: ClockRow, allowed_s: int | None) -> bool | None:
    """Whether a clock was kept within the objective's time, or else its own; ``None`` where it does not count."""
    if row.status in ("cancelled", "excused"):
        return None
    if row.status == "breached" if allowed_s is None else row.used_s > allowed_s:
        return False
    return True if row.stop_s is not None else None


def _counted(objective: Objective, period: str, counted: int, kept: int, *, is_open: bool) -> Counted:
    """The count of one period; where nothing counts, nothing is judged, also while the period lasts."""
    status = None
    if objective.share is not None and counted:
        status = "upheld" if kept >= objective.share * counted else "breached"
        status = "open" if is_open else status
    return Counted(objective, period, counted, kept, status)
