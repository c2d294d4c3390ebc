"""Objective rows: promises over all clocks of a commitment, month by month and over all.

A clock counts in the month of its start. Shares are compared in integers, so that 90 %
of ten is nine and not a rounding error.

Source: DESIGN section 4, "Objectives"; section 6, the summary.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from upheld.core.business_day import worth_s
from upheld.core.clock_row import ClockRow
from upheld.core.commitment import Objective
from upheld.core.times import Times


@dataclass(frozen=True, slots=True)
class Counted:
    """The clocks of one objective in one period.

    Attributes:
        period: ``2024-03``, or ``all``.
        counted, kept: How many clocks, and how many of them within the objective's time.
        status: ``upheld``, ``breached``, ``open`` while the period lasts; ``None`` where nothing counts or is promised.
    """

    objective: Objective
    period: str
    counted: int
    kept: int
    status: str | None

    def as_document(self) -> dict[str, object]:
        """The entry of ``objectives``, or of ``indicators``, in a summary."""
        share = Fraction(self.kept, self.counted) if self.counted else None
        entry: dict[str, object] = {
            "id": self.objective.id,
            "period": self.period,
            "counted": self.counted,
            "kept": self.kept,
            "share": None if share is None else percent(share),
        }
        if self.objective.share is not None:
            entry |= {"promised": percent(self.objective.share), "status": self.status}
        return entry


def percent(share: Fraction) -> str:
    """A share for people, rounded down to a tenth of a per cent, so that 89.96 % never reads as 90 %.

    >>> percent(Fraction(9, 10)), percent(Fraction(8996, 10000))
    ('90%', '89.9%')
    """
    whole, tenth = divmod(int(share * 1000), 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"


def count(objective: Objective, rows: Iterable[ClockRow], times: Times, as_of_s: int) -> list[Counted]:
    """Count the clocks of an objective in each month in which one started, and over all.

    Args:
        rows: Of the tickets for which the objective's own ``when`` holds; those of other commitments do not count.

    Raises: CalendarError for a time in business days whose worth nothing states.
    """
    within = objective.within
    assert within is not None, "an objective without a time was refused by the checker"
    months: dict[str, list[bool]] = {}
    for row in rows:
        if row.commitment.id != objective.of:
            continue
        calendar = times.calendars[row.commitment.calendar]
        allowed_s = worth_s(calendar, within.amount) if within.is_business_day else within.seconds
        month = months.setdefault(month_of(times.date_at(row.start_s)), [])
        kept = _kept(row, allowed_s)
        if kept is not None:
            month.append(kept)
    this_month = month_of(times.date_at(as_of_s))
    found = [_counted(objective, month, months[month], is_open=month == this_month) for month in sorted(months)]
    every = [kept for month in months.values() for kept in month]
    return [*found, _counted(objective, "all", every, is_open=False)]


def month_of(day: date) -> str:
    """The calendar month.

    >>> month_of(date(2024, 3, 31))
    '2024-03'
    """
    return f"{day.year:04}-{day.month:02}"


def _kept(row: ClockRow, allowed_s: int) -> bool | None:
    """Whether a clock was kept within the objective's own time; ``None`` where it does not count."""
    if row.status in ("cancelled", "excused"):
        return None
    if row.used_s > allowed_s:
        return False
    return True if row.stop_s is not None else None


def _counted(objective: Objective, period: str, kept: Sequence[bool], *, is_open: bool) -> Counted:
    """The count of one period; where nothing counts, nothing is judged, also while the month lasts."""
    counted, good = len(kept), sum(kept)
    status = None
    if objective.share is not None and counted:
        status = "upheld" if good >= objective.share * counted else "breached"
        status = "open" if is_open else status
    return Counted(objective, period, counted, good, status)
