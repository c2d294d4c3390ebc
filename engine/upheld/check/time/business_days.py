"""Business days: whether the dates that open are those that the author means.

Each of these can be meant, so each is a warning.

Source: DESIGN section 4, calendars and windows over midnight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from upheld.check.inspection import Inspection
from upheld.check.time.calendars import opening_hours
from upheld.check.time.lengths import OPENING_TIME, targets
from upheld.core.nearest import listed
from upheld.core.policy.policy import OpeningHours as Stated
from upheld.core.time.day import WEEKDAYS
from upheld.core.time.duration import Duration
from upheld.core.time.instant import DAY_S, date_of_day
from upheld.core.time.opening_hours import OpeningHours
from upheld.core.time.target import ClosingOfSameDay, Target
from upheld.core.time.window import Windows, parse_window, text_of_window

NOON_S = DAY_S // 2


def check_business_days(inspection: Inspection) -> None:
    """Days of every year that open a closed weekday, windows that seem turned round, nights that are two days."""
    counting = dict(_counting_dates(inspection))
    for calendar in inspection.policy.calendars.values():
        hours = opening_hours(inspection, calendar.id)
        if hours is None:
            continue
        _closed_weekdays_opened(inspection, calendar, hours)
        _turned_round(inspection, calendar)
        if calendar.id in counting:
            _nights_of_two_days(inspection, calendar, hours.weekly, counting[calendar.id])


def _closed_weekdays_opened(inspection: Inspection, calendar: Stated, hours: OpeningHours) -> None:
    """Hours of a day of every year win over its weekday too, in the years in which that is closed."""
    since, until = inspection.policy.since or date.min, inspection.policy.until or date.max
    for day, windows in hours.special:
        if day.year is not None or not windows or not any(hours.weekly):
            continue
        numbers = [number for number in day.day_numbers() if since <= date_of_day(number) <= until]
        closed = {(number + 3) % 7 for number in numbers if not hours.windows_of_weekday(number)}
        if closed:
            weekdays = listed([WEEKDAYS[weekday] for weekday in sorted(closed)])
            message = (
                f"`{day}` opens `{calendar.id}` also where it falls on a day of the week without hours: {weekdays}"
            )
            closing_s = windows[-1][1]
            hint = "name the very dates, such as `2026-12-24`"
            if closing_s <= DAY_S:
                closing = text_of_window(windows[-1]).partition("-")[2]
                hint = f'where the day is only to close early, write `"{day}": {{closes: "{closing}"}}`'
            inspection.report("UP520", (*calendar.path, "special", str(day)), message, hint, key=True)


def _turned_round(inspection: Inspection, calendar: Stated) -> None:
    """A window from the afternoon that lasts for more than half a day is most often a day's, turned round."""
    for path, text in inspection.spots("calendars", calendar.id, "weekly", "*"):
        start_s, end_s = parse_window(str(text))
        if start_s >= NOON_S and end_s - start_s > DAY_S // 2:
            opening, _, closing = str(text).partition("-")
            message = f"`{text}` passes midnight, and is open for more than half a day"
            waiver = f"- {{waive: UP522, of: calendars/{calendar.id}, reason: it is open at night}}"
            day = f"where the day is meant, write `{closing}-{opening}`"
            hint = f"{day}; where the night is, `{waiver}` under `checks:`"
            inspection.report("UP522", path, message, hint)


def _nights_of_two_days(inspection: Inspection, calendar: Stated, weekly: tuple[Windows, ...], counting: str) -> None:
    """A night cut at midnight is the end of one business day and the beginning of another."""
    whole = _with_whole_nights(weekly)
    nights = [windows if whole[day] != windows else () for day, windows in enumerate(weekly)]
    if not any(nights):
        return
    message = f"a night of `{calendar.id}`, cut at midnight, is two business days, and `{counting}` counts them"
    hint = f"where a night is one, write `weekly: {{{_text(whole)}}}`"
    inspection.report("UP521", (*calendar.path, "weekly"), message, hint, key=True)


def _with_whole_nights(weekly: tuple[Windows, ...]) -> list[Windows]:
    """The same opening time, where each night is one window; what is open round the clock has no nights."""
    whole = list(weekly)
    for day, windows in enumerate(weekly):
        tomorrow = (day + 1) % len(weekly)
        if windows and weekly[tomorrow]:
            (opening_s, midnight_s), (start_s, closing_s) = windows[-1], weekly[tomorrow][0]
            if midnight_s == DAY_S and start_s == 0 and closing_s < opening_s:
                whole[day] = (*whole[day][:-1], (opening_s, DAY_S + closing_s))
                whole[tomorrow] = whole[tomorrow][1:]
    return whole


def _text(weekly: list[Windows]) -> str:
    """Opening hours as an author writes them, weekdays in a row together."""
    said: list[str] = []
    first = 0
    for day, windows in enumerate(weekly):
        if day + 1 < len(weekly) and weekly[day + 1] == windows:
            continue
        if windows:
            key = WEEKDAYS[first] if first == day else f"{WEEKDAYS[first]}-{WEEKDAYS[day]}"
            texts = ", ".join(f'"{text_of_window(each)}"' for each in windows)
            said.append(f"{key}: [{texts}]")
        first = day + 1
    return ", ".join(said)


def _counting_dates(inspection: Inspection) -> Iterator[tuple[str, str]]:
    """Every calendar on which business days are counted as dates, with what counts them; the first one stays last."""
    policy = inspection.policy
    for timer in reversed(policy.timers):
        if _counts_dates([each for each in (timer.after, timer.every) if each is not None], timer.business_day):
            yield timer.calendar, timer.id
    for commitment in reversed(policy.commitments):
        if _counts_dates(targets(inspection, commitment), commitment.business_day):
            yield from ((name, commitment.id) for name in commitment.calendars)


def _counts_dates(targets: Iterable[Target], business_day: str | None) -> bool:
    return any(
        isinstance(each, ClosingOfSameDay)
        or (isinstance(each, Duration) and each.is_business_day and business_day not in (None, OPENING_TIME))
        for each in targets
    )
