"""Opening time agrees with a clock that is read every minute, on ordinary days and on those that change the clock."""

from __future__ import annotations

import warnings
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from core.time.slow_calendar import DAYS, SlowCalendar
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from upheld.calendars.public_holidays import Calendar as CalendarWithHolidays
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import date_of_day, day_number

with warnings.catch_warnings():  # some releases warn of their own future
    warnings.simplefilter("ignore")
    import holidays

PLACES = {"Europe/London": ("GB", "ENG"), "Europe/Paris": ("FR", None), "Europe/Zurich": ("CH", "BE")}
THIRDS = {
    "Europe/London": (date(2024, 1, 1), date(2024, 5, 1)),
    "Europe/Paris": (date(2024, 5, 1), date(2024, 9, 1)),
    "Europe/Zurich": (date(2024, 9, 1), date(2025, 1, 1)),
}

WEEKLY: dict[str, list[str]] = {
    **{day: ["08:30-12:00", "13:30-18:00"] for day in DAYS[:5]},
    "sat": ["09:00-12:00", "22:00-24:00"],
    "sun": ["00:00-01:15", "01:45-02:30", "02:40-03:10"],  # across every hour in which European clocks change
}
NIGHTS: dict[str, list[str]] = {
    **{day: ["08:30-12:00", "22:00-06:15"] for day in DAYS[:5]},
    "sat": ["09:00-12:00", "21:00-02:30"],
    "sun": ["02:40-03:10", "20:00-08:30"],
}
WEEKS = {"days": WEEKLY, "nights": NIGHTS}
CLOSED = ["*-12-24", "2024-05-10", "2015-08-14"]
SPECIAL: dict[str, Any] = {
    "*-12-31": ["09:00-11:00"],
    "2024-12-25": ["10:00-10:30"],
    "2016-05-05": [],
    "*-12-23": {"closes": "11:00"},
    "*-03-30": {"closes": "23:00"},
    "2024-07-06": ["05:00-04:45"],
}

TRICKY_ZONES = [
    "Africa/Cairo",  # clocks go forward at midnight: no 00:00 on that date
    "Africa/Casablanca",
    "America/Sao_Paulo",  # so here, until 2019; and back at midnight, so that a date's last hour comes twice
    "America/St_Johns",  # until 2011 at 00:01: a minute of the new date, then the old one again
    "America/Havana",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # by half an hour
    "Europe/Dublin",
    "Europe/Lisbon",
    "Pacific/Apia",  # no 30 December 2011
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Etc/UTC",
]
ALL_ZONES = sorted(available_timezones() - {"Factory", "localtime"})


@pytest.mark.parametrize("week", WEEKS)
@pytest.mark.parametrize("zone", PLACES)
def test_every_minute_of_a_year(zone: str, week: str, pytestconfig: pytest.Config) -> None:
    """Every minute of 2024, a third of it in each zone, or of 2010 to 2029: open or not, counted, added, rolled."""
    years = [(date(year, 1, 1), date(year + 1, 1, 1)) for year in range(2010, 2030)]
    fast, slow = fast_and_slow(zone, week)

    for span in years if pytestconfig.getoption("--full") else [THIRDS[zone]]:
        start_s, end_s = (86_400 * day_number(each) for each in span)
        assert [] == differences(fast, slow, start_s, end_s)


@pytest.mark.parametrize("week", WEEKS)
@pytest.mark.parametrize("zone", PLACES)
def test_every_minute_around_each_change_of_the_clock(zone: str, week: str, pytestconfig: pytest.Config) -> None:
    """T01: three hours on both sides of every change from 1990 to 2050; of every third without --full."""
    fast, slow = fast_and_slow(zone, week)
    changes = changes_of_the_clock(zone, date(1990, 1, 2), date(2050, 12, 30))

    assert 122 == len(changes)
    for change_s in changes if pytestconfig.getoption("--full") else changes[::3]:
        assert [] == differences(fast, slow, change_s - 3 * 3600, change_s + 3 * 3600)


@pytest.mark.parametrize("zone", [*PLACES, *TRICKY_ZONES])
def test_the_clock_at_each_change(zone: str) -> None:
    """The second before a change still has the old time, the change itself the new one."""
    place, calendar = ZoneInfo(zone), Calendar.always(zone)

    changes = changes_of_the_clock(zone, date(2006, 1, 2), date(2012, 12, 30))
    assert changes or zone in ("Asia/Kathmandu", "Pacific/Kiritimati", "Etc/UTC")
    for change_s in changes:
        for at_s in (change_s - 1, change_s, change_s + 1):
            local = datetime.fromtimestamp(at_s, place)
            time_s = local.hour * 3600 + local.minute * 60 + local.second
            assert (day_number(local.date()), time_s) == calendar.clock_at(at_s)


def differences(fast: Calendar, slow: SlowCalendar, start_s: int, end_s: int) -> list[tuple[str, int]]:
    """Where two calendars disagree, minute by minute from ``start_s`` to ``end_s``."""
    found: list[tuple[str, int]] = []
    open_minutes = [slow.is_open(at_s) for at_s in range(start_s, end_s, 60)]
    counted_s, closing_s = 0, None
    for at_s, is_open in zip(range(start_s, end_s, 60), open_minutes):
        if fast.is_open_s(at_s) != is_open:
            found.append(("is_open", at_s))
        if fast.between_s(start_s, at_s) != counted_s:
            found.append(("between", at_s))
        if closing_s is not None and fast.previous_closing_s(at_s) != closing_s:
            found.append(("previous_closing", at_s))
        if is_open:
            counted_s += 60
            closing_s = at_s + 60
            if fast.add_s(start_s, counted_s) != at_s + 60 or fast.add_s(start_s, counted_s - 30) != at_s + 30:
                found.append(("add", at_s))
    opening_s = None
    for at_s, is_open in zip(range(end_s - 60, start_s - 60, -60), reversed(open_minutes)):
        opening_s = at_s if is_open else opening_s
        if opening_s is not None and fast.next_opening_s(at_s) != opening_s:
            found.append(("next_opening", at_s))
    return found


@cache
def fast_and_slow(zone: str, week: str) -> tuple[Calendar, SlowCalendar]:
    """The same opening hours twice, with the place's public holidays."""
    country, subdivision = PLACES[zone]
    region = {"country": country} | ({"subdivision": subdivision} if subdivision else {})
    weekly = WEEKS[week]
    document = {"zone": zone, "weekly": weekly, "holidays": region, "closed": CLOSED, "special": SPECIAL}
    days = holidays.country_holidays(country, subdiv=subdivision, years=range(1990, 2051))
    return CalendarWithHolidays.from_document(document), SlowCalendar(zone, weekly, set(days), CLOSED, SPECIAL)


@cache
def changes_of_the_clock(zone: str, first: date, last: date) -> list[int]:
    """The minutes at which the offset changes, found by looking at each day, then at each minute."""
    place = ZoneInfo(zone)
    found = []
    day_s, last_s = (int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) for day in (first, last))
    for at_s in range(day_s, last_s, 86_400):
        if offset(at_s, place) != offset(at_s + 86_400, place):
            found.append(
                next(s for s in range(at_s, at_s + 86_401, 60) if offset(s, place) == offset(at_s + 86_400, place))
            )
    return found


def offset(at_s: int, zone: ZoneInfo) -> timedelta | None:
    """What the zone adds to UTC."""
    return datetime.fromtimestamp(at_s, zone).utcoffset()


@st.composite
def windows(draw: st.DrawFn) -> list[str]:
    """Up to three windows of a day, often at midnight, in any order; one in four of the last ones is a night."""
    cuts = draw(
        st.lists(st.integers(0, 96) | st.integers(0, 1440).map(lambda minute: minute / 15), max_size=6, unique=True)
    )
    times = [int(cut * 15) for cut in sorted(cuts)]
    pairs = [(a, b) for a, b in zip(times[::2], times[1::2]) if a < b]
    if pairs and draw(st.integers(0, 3)) == 3:
        opening = pairs[-1][0]
        pairs[-1] = (opening, draw(st.integers(0, opening - 1)) if opening else pairs[-1][1])
    return draw(st.permutations([f"{clock(a)}-{clock(b)}" for a, b in pairs]))


def clock(minutes: int) -> str:
    """A time of day."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def in_time(weekly: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same week, each night of which ends before the next day opens."""
    found = dict(weekly)
    for day, tomorrow in zip(DAYS, [*DAYS[1:], DAYS[0]]):
        opening = min((window[:5] for window in weekly.get(tomorrow, [])), default="24:00")
        found[day] = [
            f"{window[:6]}{min(window[6:], opening)}" if window[6:] <= window[:5] else window
            for window in weekly.get(day, [])
        ]
    return {day: windows for day, windows in found.items() if windows}


@st.composite
def documents(draw: st.DrawFn) -> tuple[dict[str, Any], int]:
    """Any calendar that opens, and an instant near which to look, often one at which the clock changes."""
    zone = draw(st.sampled_from(TRICKY_ZONES) | st.sampled_from(ALL_ZONES))
    year = draw(st.integers(1992, 2048))  # the first and last years have tests of their own
    changes = changes_of_the_clock(zone, date(year, 1, 4), date(year, 12, 26))
    instants = st.integers(0, 355 * 86_400).map(lambda s: int(datetime(year, 1, 5, tzinfo=UTC).timestamp()) + s)
    near_s = draw(st.sampled_from(changes) | instants if changes else instants)
    weekly = in_time(draw(st.dictionaries(st.sampled_from(DAYS), windows(), min_size=1)) | {"wed": ["10:00-16:00"]})
    near_days = st.integers(-6, 6).map(lambda days: (datetime.fromtimestamp(near_s, UTC) + timedelta(days=days)).date())
    days = near_days.map(str) | near_days.map(lambda day: f"*-{day.month:02}-{day.day:02}")
    closed = draw(st.lists(days, max_size=4))
    early = st.integers(41, 96).map(lambda quarter: {"closes": clock(quarter * 15)})
    special = draw(st.dictionaries(days, windows() | early, max_size=3))
    return {"zone": zone, "weekly": weekly, "closed": closed, "special": special}, near_s


@given(documents(), st.integers(0, 6000))
def test_any_calendar(drawn: tuple[dict[str, Any], int], minutes_before: int) -> None:
    """Windows, closing days and special hours at random, in any zone, on days that change the clock too."""
    document, near_s = drawn
    fast, slow = Calendar.from_document(document), SlowCalendar(**document)
    start_s = (near_s - minutes_before * 60) // 60 * 60

    assert [] == differences(fast, slow, start_s, start_s + 5 * 86_400)


@given(documents(), st.integers(-4, 4), st.integers(1, 5), st.booleans())
def test_any_business_day(drawn: tuple[dict[str, Any], int], days: int, n: int, back: bool) -> None:
    """A business day is a date with an open minute of its own; its closing is the end of the last one."""
    document, near_s = drawn
    fast, slow = Calendar.from_document(document), SlowCalendar(**document)
    day = (datetime.fromtimestamp(near_s, UTC) + timedelta(days=days)).date()
    number = day_number(day)

    assert slow.is_business_day(day) == (fast.business_day(number) is not None)
    found = fast.business_day_after(number, -n if back else n)
    assert slow.business_day_after(day, -n if back else n) == date_of_day(found.day)
    assert slow.last_open_minute_s(date_of_day(found.day)) == found.closes_s


seconds = st.integers(0, 3_000_000)


@given(documents(), seconds, seconds, seconds)
def test_elapsed_opening_time_is_a_sum_and_never_decreases(
    drawn: tuple[dict[str, Any], int], a: int, b: int, c: int
) -> None:
    """K01: nothing below zero, and splitting a span changes no total; backwards there is none."""
    document, near_s = drawn
    calendar = Calendar.from_document(document)
    first_s, middle_s, last_s = sorted(near_s + offset_s - 1_500_000 for offset_s in (a, b, c))

    whole_s = calendar.between_s(first_s, last_s)
    assert whole_s == calendar.between_s(first_s, middle_s) + calendar.between_s(middle_s, last_s)
    assert 0 <= calendar.between_s(first_s, middle_s) <= whole_s <= last_s - first_s
    assert whole_s == sum(end_s - start_s for start_s, end_s in calendar.intervals_s(first_s, last_s))
    assert 0 == calendar.between_s(first_s, first_s)
    assert whole_s == 0 or 0 == calendar.between_s(last_s, first_s)


@given(documents(), seconds, st.integers(1, 400_000))
def test_due_is_the_first_instant_at_which_the_target_is_reached(
    drawn: tuple[dict[str, Any], int], before: int, target_s: int
) -> None:
    """K02, forward; and backward the last instant from which so much lies before the start."""
    document, near_s = drawn
    calendar = Calendar.from_document(document)
    start_s = near_s - before

    due_s = calendar.add_s(start_s, target_s)
    assert target_s == calendar.between_s(start_s, due_s)
    assert target_s > calendar.between_s(start_s, due_s - 1)
    from_s = calendar.add_s(start_s, -target_s)
    assert target_s == calendar.between_s(from_s, start_s)
    assert target_s > calendar.between_s(from_s + 1, start_s)
    assert start_s == calendar.add_s(start_s, 0)


@given(documents(), seconds)
def test_years_are_laid_out_as_they_are_asked_for(drawn: tuple[dict[str, Any], int], before: int) -> None:
    """A calendar answers alike whether it has just been made or has laid out the years around."""
    document, near_s = drawn
    start_s = near_s - before
    known = Calendar.from_document(document)
    known.between_s(start_s - 400 * 86_400, start_s + 400 * 86_400)
    day, _ = known.clock_at(start_s)

    for seconds_of_opening in (-40_000, -1, 1, 50_000, 700_000):
        new = Calendar.from_document(document)
        assert known.add_s(start_s, seconds_of_opening) == new.add_s(start_s, seconds_of_opening)
    for n in (-3, 3):
        assert known.business_day_after(day, n) == Calendar.from_document(document).business_day_after(day, n)
    assert known.business_day(day) == Calendar.from_document(document).business_day(day)
    assert known.opening_left_s(start_s) == Calendar.from_document(document).opening_left_s(start_s)
    assert known.next_opening_s(start_s) == Calendar.from_document(document).next_opening_s(start_s)
    assert known.previous_closing_s(start_s) == Calendar.from_document(document).previous_closing_s(start_s)


@given(documents(), seconds)
def test_any_instant_belongs_to_a_date(drawn: tuple[dict[str, Any], int], before: int) -> None:
    """To that of the night which lasts into it, else to the local one; what is left of it is counted to its closing."""
    document, near_s = drawn
    fast, slow = Calendar.from_document(document), SlowCalendar(**document)
    at_s = near_s - before % (5 * 86_400)
    day = fast.day_at(at_s)

    assert slow.date_of(at_s) == date_of_day(day)
    today = fast.business_day(day)
    assert fast.opening_left_s(at_s) == (0 if today is None else fast.between_s(at_s, today.closes_s))


def test_random_calendars_have_nights_and_days_that_close_early() -> None:
    """Of a thousand, so that what is told of any calendar is told of these too."""
    found: Counter[str] = Counter()

    @settings(max_examples=1_000, database=None, derandomize=True, phases=[Phase.generate])
    @given(documents())
    def look(drawn: tuple[dict[str, Any], int]) -> None:
        hours = Calendar.from_document(drawn[0]).hours
        found.update({"night": hours.passes_midnight, "early": bool(hours.early)})

    look()
    assert [] == [name for name in ("night", "early") if found[name] < 150]
