"""Calls per second of ``between`` and ``add``, and of other libraries' nearest thing, on the same calendar.

The calendar is that of a British call centre: Monday to Friday, 09:00 to 17:30 in Europe/London, but for the
public holidays of England. Spans start at random in 2024 and 2025, and last up to two weeks. Libraries that are not
installed are said to be so; to compare, install businesstimedelta, workalendar and pandas beside upheld, and run
``python bench/bench_business_time.py``. workalendar counts whole days and pandas whole hours, so theirs is the
easier task.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from datetime import time as time_of_day
from importlib import import_module
from typing import Any

import holidays

from upheld.calendars.public_holidays import Calendar
from upheld.core.time.instant import instant_of, seconds_of

DOCUMENT = {
    "zone": "Europe/London",
    "weekly": {"mon-fri": ["09:00-17:30"]},
    "holidays": {"country": "GB", "subdivision": "ENG"},
}
FIRST_S = seconds_of(datetime(2024, 1, 1, tzinfo=UTC))
TWO_YEARS_S = 2 * 365 * 86_400
CALLS = 100_000
SLOW_CALLS = 300
REPEATS = 3

Pair = tuple[int, int]
Call = Callable[[int, int], object]


def main() -> None:
    """Measure and print; each line is one way to ask."""
    lay_out()
    calendar = Calendar.from_document(DOCUMENT)
    draw = random.Random(20240328)
    spans = [(FIRST_S + draw.randrange(TWO_YEARS_S), draw.randrange(60, 14 * 86_400)) for _ in range(CALLS)]
    between = [(start_s, start_s + length_s) for start_s, length_s in spans]
    add = [(start_s, draw.randrange(1, 60) * 3600) for start_s, _ in spans]
    aware_between = [(instant_of(a), instant_of(b)) for a, b in between]
    aware_add = [(instant_of(start_s), seconds) for start_s, seconds in add]

    print(f"{'calls per second':<44}{'between':>12}{'add':>12}")
    upheld_rates = rate(calendar.between_s, between), rate(calendar.add_s, add)
    line("upheld, integer instants", *upheld_rates)
    line("upheld, datetimes", rate(calendar.between, aware_between), rate(calendar.add, aware_add))
    for name, measure in (
        ("businesstimedelta", businesstimedelta),
        ("workalendar (whole days)", workalendar),
        ("pandas CustomBusinessHour (whole hours)", pandas),
    ):
        try:
            rates = measure(calendar, between[:SLOW_CALLS], add[:SLOW_CALLS])
        except ImportError:
            print(f"{name:<44}{'not installed':>24}")
            continue
        line(name, *rates)
        line("  upheld is faster by a factor of", *(a / b if b else None for a, b in zip(upheld_rates, rates)))


def lay_out() -> None:
    """What the first answers cost: reading the document, then the first year, then all years."""
    took("read the document, the holidays library included", lambda: Calendar.from_document(DOCUMENT))
    took("read it again", lambda: Calendar.from_document(DOCUMENT))
    calendar = Calendar.from_document(DOCUMENT)
    took("lay out one year", lambda: calendar.add_s(FIRST_S, 1))
    took("lay out 1990 to 2050", lambda: calendar.between_s(calendar.first_s, calendar.until_s))
    took("take the digest", calendar.digest)


def took(what: str, ask: Callable[[], object]) -> None:
    """Time one call."""
    begun = time.perf_counter()
    ask()
    print(f"{what:<56}{(time.perf_counter() - begun) * 1000:>9.1f} ms")


def rate(call: Callable[..., object], arguments: Sequence[tuple[object, object]]) -> float:
    """Calls per second: the best of a few rounds, as what disturbs only slows."""
    return max(one_round(call, arguments) for _ in range(REPEATS))


def one_round(call: Callable[..., object], arguments: Sequence[tuple[object, object]]) -> float:
    """Calls per second of one round."""
    begun = time.perf_counter()
    for one, other in arguments:
        call(one, other)
    return len(arguments) / (time.perf_counter() - begun)


def line(name: str, between: float | None, add: float | None) -> None:
    """One line of figures."""
    print(f"{name:<44}" + "".join(f"{figure:>12,.0f}" if figure else f"{'none':>12}" for figure in (between, add)))


def businesstimedelta(calendar: Calendar, between: Sequence[Pair], add: Sequence[Pair]) -> tuple[float, float]:
    """The same questions; its answers are compared with ours before they are timed."""
    library: Any = import_module("businesstimedelta")
    zone = import_module("pytz").timezone("Europe/London")
    working = library.WorkDayRule(time_of_day(9), time_of_day(17, 30), [0, 1, 2, 3, 4], tz=zone)
    closed = library.HolidayRule(holidays.country_holidays("GB", subdiv="ENG", years=range(2023, 2028)), tz=zone)
    rules = library.Rules([working, closed])

    def difference(a: datetime, b: datetime) -> int:
        return int(rules.difference(a, b).timedelta.total_seconds())

    def later(start: datetime, seconds: int) -> datetime:
        moved: datetime = start + library.BusinessTimeDelta(rules, seconds=seconds)
        return moved

    aware_between, aware_add = aware(between), [(instant_of(start_s), seconds) for start_s, seconds in add]
    differ = sum(difference(a, b) != calendar.between(a, b) for a, b in aware_between)
    differ += sum(later(a, s) != calendar.add(a, s) for a, s in aware_add)
    if differ:
        print(f"businesstimedelta answers {differ} of {len(between) + len(add)} questions otherwise")
    return rate(difference, aware_between), rate(later, aware_add)


def workalendar(_: Calendar, between: Sequence[Pair], add: Sequence[Pair]) -> tuple[float, float]:
    """Working days between two dates, and so many working days on."""
    kingdom = import_module("workalendar.europe").UnitedKingdom()
    dates = [(a.date(), b.date()) for a, b in aware(between)]
    days = [(instant_of(start_s).date(), seconds // 30_600) for start_s, seconds in add]
    return rate(kingdom.get_working_days_delta, dates), rate(kingdom.add_working_days, days)


def pandas(_: Calendar, between: Sequence[Pair], add: Sequence[Pair]) -> tuple[None, float]:
    """So many business hours on; it has no difference."""
    library: Any = import_module("pandas")
    closed = list(holidays.country_holidays("GB", subdiv="ENG", years=range(2023, 2028)))
    hour = library.offsets.CustomBusinessHour(start="09:00", end="17:30", holidays=closed)
    starts = [
        (library.Timestamp(instant_of(start_s)).tz_convert("Europe/London"), seconds // 3600)
        for start_s, seconds in add
    ]
    return None, rate(lambda start, hours: start + hours * hour, starts)


def aware(pairs: Iterable[Pair]) -> list[tuple[datetime, datetime]]:
    """Datetimes in UTC."""
    return [(instant_of(a), instant_of(b)) for a, b in pairs]


if __name__ == "__main__":
    main()
