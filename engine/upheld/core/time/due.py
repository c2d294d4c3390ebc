"""Due: when a promise falls due that starts at an instant, before any pause.

Every form of target ends here, as one instant or as none: a release or a recurrence
may have no date yet, and then the promise stands without one until it has. What was
found is kept with the answer, so that a support agent can be told why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from upheld.core.errors import CalendarError
from upheld.core.time.business_day import add_business_days_s, worth_s
from upheld.core.time.calendar import Calendar
from upheld.core.time.duration import Duration
from upheld.core.time.instant import date_of_day, day_number
from upheld.core.time.month import add_months_s
from upheld.core.time.recurrence import Recurrence
from upheld.core.time.target import (
    Agreed,
    BestEffort,
    ClosingOfSameDay,
    NextOccurrence,
    NextOpening,
    NextRelease,
    Target,
)
from upheld.core.time.timeline import Interval


@dataclass(frozen=True, slots=True)
class Due:
    """When a target that started falls due, and how that was found.

    Attributes:
        target: The target.
        start_s: The instant it started, in seconds since 1970 UTC.
        due_s: The instant it falls due; None while no release or date is known, and for best effort.
        calendar: The calendar that decided: the commitment's, or the recurrence's.
        target_s: The opening time allowed, where the target is an amount of it.
        because: What decided where that is not plain, such as "release of 2024-03-28"; else ``""``.
        day: The date of the release or the recurrence, before it moved to a business day; None for other targets.
    """

    target: Target
    start_s: int
    due_s: int | None
    calendar: Calendar
    target_s: int | None = None
    because: str = ""
    day: date | None = None

    @property
    def intervals_s(self) -> list[Interval]:
        """The opening intervals from start to due."""
        return [] if self.due_s is None else self.calendar.intervals_s(self.start_s, self.due_s)

    @property
    def skipped(self) -> tuple[tuple[date, str], ...]:
        """The holidays and closing days from start to due, with their names."""
        return () if self.due_s is None else self.calendar.skipped_s(self.start_s, self.due_s)


def due_at(
    target: Target,
    calendar: Calendar,
    start_s: int,
    *,
    business_day: str | None = None,
    nominal_day_s: int | None = None,
    releases: Iterable[date] = (),
    recurrences: Mapping[str, Recurrence] | None = None,
    agreed: int | str | None = None,
) -> Due:
    """When ``target`` falls due, started at ``start_s``.

    Args:
        target: The target.
        calendar: The commitment's.
        start_s: Seconds since 1970 UTC; in closed time, counting begins at the next opening.
        business_day: What the commitment means by a business day; needed for `bd`.
        nominal_day_s: What a business day is worth, where the commitment says so.
        releases: The dates of the releases that are known, in any order.
        recurrences: The policy's recurrences by id.
        agreed: What was agreed, where that is the target: an instant in seconds, or a date as text.

    Raises: CalendarError where the target has no meaning on this calendar, which the checker rules out, and for
        an answer after 2050.
    Source: DESIGN section 4, durations and symbolic targets.
    """
    match target:
        case Duration():
            return _after(target, calendar, start_s, business_day, nominal_day_s)
        case NextOpening(plus):
            opening_s = calendar.business_day_after(calendar.day_at(start_s)).opens_s
            due_s = opening_s if plus is None else calendar.add_s(opening_s, plus.seconds)
            return Due(target, start_s, due_s, calendar)
        case ClosingOfSameDay():
            that = calendar.business_day(calendar.day_at(calendar.next_opening_s(start_s)))
            assert that is not None, "a date with an opening is a business day"
            return Due(target, start_s, that.closes_s, calendar)
        case NextRelease():
            return _at_release(target, calendar, start_s, releases)
        case Agreed():
            return _as_agreed(target, calendar, start_s, agreed)
        case BestEffort():
            return Due(target, start_s, None, calendar)
        case NextOccurrence(name, after):
            if recurrences is None or name not in recurrences:
                raise CalendarError(f"`{target}` names no recurrence that is known")
            recurrence = recurrences[name]
            found = recurrence.next_after_s(start_s, after)
            if found is None:
                return Due(target, start_s, None, recurrence.calendar, because=f"`{name}` has no further date")
            because = f"`{name}` of {date_of_day(found.day)}"
            if found.day != found.due_day:
                because += f", moved to {date_of_day(found.due_day)}"
            day = date_of_day(found.day)
            return Due(target, start_s, found.due_s, recurrence.calendar, because=because, day=day)


def _after(
    target: Duration, calendar: Calendar, start_s: int, business_day: str | None, nominal_day_s: int | None
) -> Due:
    """A length of time after the start."""
    if target.is_business_day:
        if business_day is None:
            raise CalendarError(f"`{target}` needs to say what a `business-day` is: opening-time, dates or same-time")
        due_s = add_business_days_s(calendar, start_s, target.amount, business_day, nominal_day_s=nominal_day_s)
        worth = worth_s(calendar, target.amount, nominal_day_s) if business_day == "opening-time" else None
        return Due(target, start_s, due_s, calendar, worth)
    if target.months:
        return Due(target, start_s, add_months_s(calendar, start_s, target.months), calendar)
    if target.unit in ("d", "w") and not calendar.hours.is_always:
        raise CalendarError(
            f"`{target}` is elapsed time, which counts on the calendar `always` alone: write `bd` or `h`"
        )
    return Due(target, start_s, calendar.add_s(start_s, target.seconds), calendar, target.seconds)


def _at_release(target: NextRelease, calendar: Calendar, start_s: int, releases: Iterable[date]) -> Due:
    """At closing of the first release dated after the start's date, or of the business day after it."""
    today = calendar.day_at(start_s)
    later = [release for release in releases if day_number(release) > today]
    if not later:
        return Due(target, start_s, None, calendar, because=f"no release after {date_of_day(today)} is known")
    release = min(later)
    return _at_closing(target, calendar, start_s, release, f"release of {release}")


def _as_agreed(target: Agreed, calendar: Calendar, start_s: int, agreed: int | str | None) -> Due:
    """At the instant agreed, or at closing of the date agreed, of the business day after it where it is none."""
    if isinstance(agreed, str):
        day = date.fromisoformat(agreed)
        return _at_closing(target, calendar, start_s, day, f"agreed for {day}")
    if isinstance(agreed, int):
        calendar.clock_at(agreed)
    return Due(target, start_s, agreed if isinstance(agreed, int) else None, calendar)


def _at_closing(target: Target, calendar: Calendar, start_s: int, on: date, because: str) -> Due:
    """At closing of a date, or of the business day after it where it is none."""
    day = day_number(on)
    business_day = calendar.business_day(day) or calendar.business_day_after(day)
    if business_day.day != day:
        because += f", moved to {date_of_day(business_day.day)}"
    return Due(target, start_s, business_day.closes_s, calendar, because=because, day=on)
