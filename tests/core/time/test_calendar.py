"""Calendars: what they are made of, what they answer people, and what they refuse."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest

from upheld.core.errors import CalendarError
from upheld.core.finding import Problem
from upheld.core.replay.header import opening_hours_digest
from upheld.core.time.calendar import Calendar, calendar_problems
from upheld.core.time.instant import DAY_S, instant_of, seconds_of
from upheld.core.time.opening_hours import Region

OFFICE: dict[str, Any] = {"zone": "Europe/Paris", "weekly": {"mon-fri": ["09:00-12:30", "14:00-18:00"]}}
LENGTHS = "write a number and one of s, min, h, d, w, bd, mo, y, such as `30min`, `2h` or `1.5bd`"
MIDNIGHT = {"zone": "Etc/UTC", "weekly": {"mon-sun": ["00:00-24:00"]}}


class TwoHolidays:
    """A source that knows one country, Utopia."""

    def problem(self, region: Region) -> Problem | None:
        return None if region.country == "UT" else Problem(("country",), "unknown-value", f"no `{region.country}`")

    def dates(self, region: Region) -> dict[date, str]:
        return {date(2024, 5, 1): "Rest Day", date(2024, 5, 2): "Day After", date(2024, 5, 4): "Saturday's Day"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_answers_for_people() -> None:
    """Aware datetimes in, UTC out."""
    calendar = Calendar.from_document(OFFICE)
    friday = at("2024-03-29T17:30:00+01:00")

    assert calendar.is_open(friday)
    assert not calendar.is_open(at("2024-03-29T18:00+01:00"))
    assert at("2024-04-01T09:00+02:00") == calendar.next_opening(at("2024-03-29T18:00+01:00"))
    assert friday == calendar.next_opening(friday)
    assert at("2024-03-29T12:30+01:00") == calendar.previous_closing(at("2024-03-29T13:00+01:00"))
    assert at("2024-03-29T12:30+01:00") == calendar.previous_closing(at("2024-03-29T14:00+01:00"))
    assert friday == calendar.previous_closing(friday)
    assert 3600 == calendar.between(friday, at("2024-04-01T09:30+02:00"))
    assert at("2024-04-01T09:30+02:00") == calendar.add(friday, 3600)
    assert friday == calendar.add(at("2024-04-01T09:30+02:00"), -3600)
    assert UTC == calendar.add(friday, 3600).tzinfo
    assert [(friday, at("2024-03-29T18:00+01:00")), (at("2024-04-01T09:00+02:00"), at("2024-04-01T09:30+02:00"))] == (
        calendar.intervals(friday, at("2024-04-01T09:30+02:00"))
    )
    assert [] == calendar.intervals(at("2024-03-29T18:00+01:00"), at("2024-04-01T09:00+02:00"))


def test_a_fraction_of_a_second_is_cut() -> None:
    """At the border, and nowhere else."""
    calendar = Calendar.from_document(OFFICE)

    assert not calendar.is_open(at("2024-03-29T08:59:59.999999+01:00"))
    assert 1 == calendar.between(at("2024-03-29T10:00:00.9+01:00"), at("2024-03-29T10:00:01.1+01:00"))
    assert at("2024-03-29T10:00:05+01:00") == calendar.add(at("2024-03-29T10:00:00.999+01:00"), 5)


def test_always() -> None:
    """Opening time is elapsed time; the zone says where dates begin."""
    always = Calendar.always("Europe/Zurich")

    assert always.hours.is_always
    assert not Calendar.from_document(OFFICE).hours.is_always
    assert Calendar.from_document(MIDNIGHT).hours.is_always
    assert not Calendar.from_document(MIDNIGHT | {"closed": ["2024-12-24"]}).hours.is_always
    assert not Calendar.from_document(MIDNIGHT | {"special": {"2024-12-24": []}}).hours.is_always
    assert not Calendar.from_document(MIDNIGHT | {"holidays": {"country": "UT"}}, TwoHolidays()).hours.is_always
    assert at("2024-03-31T12:00+02:00") == always.add(at("2024-03-30T12:00+01:00"), 23 * 3600)
    assert at("2024-04-01T00:00+02:00") == always.add_business_days(at("2024-03-30T12:00+01:00"), 1, "dates")
    assert 24 * 3600 == always.hours.nominal_day_s
    assert "Etc/UTC" == Calendar.always().hours.zone


def test_special_hours_win_over_all_the_rest() -> None:
    """On a holiday, on a closing day, on a weekend; those of the very date over those of every year."""
    calendar = Calendar.from_document(
        OFFICE
        | {
            "holidays": {"country": "UT"},
            "closed": ["2024-05-03", "*-05-06"],
            "special": {
                "2024-05-01": ["10:00-11:00"],
                "2024-05-03": ["10:00-12:00"],
                "2024-05-05": ["10:00-13:00"],
                "*-05-06": ["10:00-14:00"],
                "2025-05-06": [],
            },
        },
        TwoHolidays(),
    )
    hours = [
        calendar.between(start, start + timedelta(days=1)) // 3600
        for start in (at("2024-05-01T00:00+02:00") + timedelta(days=days) for days in range(6))
    ]

    assert [1, 0, 2, 0, 3, 4] == hours
    assert 0 == calendar.between(at("2025-05-06T00:00+02:00"), at("2025-05-07T00:00+02:00"))


def test_what_was_skipped_has_names() -> None:
    """Only what would have been open in the time asked about; weekends and half days are not skipped."""
    calendar = Calendar.from_document(
        OFFICE
        | {
            "holidays": [{"country": "UT"}, {"country": "UT", "subdivision": "X"}],
            "closed": ["2024-05-02", "*-05-06", "2024-05-11"],
            "special": {"2024-05-07": [], "2024-05-08": ["09:00-10:00"], "2024-05-12": []},
        },
        TwoHolidays(),
    )

    assert (
        (date(2024, 5, 1), "Rest Day"),
        (date(2024, 5, 2), "Day After"),
        (date(2024, 5, 6), "own closing day"),
        (date(2024, 5, 7), "own closing day"),
    ) == calendar.skipped(at("2024-04-30T10:00+02:00"), at("2024-05-20T10:00+02:00"))
    assert () == calendar.skipped(at("2024-05-01T18:00+02:00"), at("2024-05-02T09:00+02:00"))
    assert () == calendar.skipped(at("2024-05-20T18:00+02:00"), at("2024-05-01T09:00+02:00"))
    assert [1, 1, 0] == [
        len(calendar.skipped(at(f"2024-05-01T{start}+02:00"), at(f"2024-05-01T{end}+02:00")))
        for start, end in (("17:59", "23:00"), ("00:00", "09:01"), ("18:00", "23:00"))
    ]


def test_the_29th_of_february_of_every_year_is_that_of_leap_years() -> None:
    """T11: it closes no other day."""
    calendar = Calendar.from_document(MIDNIGHT | {"closed": ["*-02-29"]})

    assert 27 * DAY_S == calendar.between(at("2023-02-01T00:00Z"), at("2023-02-28T00:00Z"))
    assert 2 * DAY_S == calendar.between(at("2023-02-28T00:00Z"), at("2023-03-02T00:00Z"))
    assert DAY_S == calendar.between(at("2024-02-28T00:00Z"), at("2024-03-01T00:00Z"))


def test_a_calendar_of_special_days_alone() -> None:
    """It opens when it says, and after the last never again, which is found out at once."""
    calendar = Calendar.from_document({"zone": "Etc/UTC", "weekly": {}, "special": {"2030-06-01": ["10:00-11:00"]}})

    assert at("2030-06-01T10:00Z") == calendar.next_opening(at("1990-01-01T00:00Z"))
    assert at("2030-06-01T11:00Z") == calendar.previous_closing(at("2050-12-31T00:00Z"))
    assert at("2030-06-01T11:00Z") == calendar.add(at("2000-01-01T00:00Z"), 3600)
    assert at("2030-06-01T10:00:01Z") == calendar.add(at("2000-01-01T00:00Z"), 1)
    assert at("2030-06-01T10:30Z") == calendar.add(at("2040-01-01T00:00Z"), -1800)
    with pytest.raises(
        CalendarError, match="is not open for 3601 s after `2000-01-01T00:00:00Z`, up to the end of 2050"
    ):
        calendar.add(at("2000-01-01T00:00Z"), 3601)
    with pytest.raises(
        CalendarError, match="was not open for 3601 s before `2040-01-01T00:00:00Z`, back to the start of"
    ):
        calendar.add(at("2040-01-01T00:00Z"), -3601)
    with pytest.raises(CalendarError, match="does not open again after `2030-06-01T11:00:00Z`, up to the end of 2050"):
        calendar.next_opening(at("2030-06-01T11:00Z"))
    with pytest.raises(CalendarError, match="was not open before `2030-06-01T10:00:00Z`, back to the start of 1990"):
        calendar.previous_closing(at("2030-06-01T10:00Z"))
    with pytest.raises(CalendarError, match="has no 1 business days after `2030-06-01`, up to the end of 2050"):
        calendar.add_business_days(at("2030-06-01T10:00Z"), 1, "dates")


def test_a_window_in_a_skipped_hour() -> None:
    """Open at no instant of that day, which is then no business day."""
    calendar = Calendar.from_document({"zone": "Europe/Paris", "weekly": {"sun": ["02:00-03:00"]}})

    assert at("2024-04-07T02:00+02:00") == calendar.next_opening(at("2024-03-30T12:00+01:00"))
    assert at("2024-04-07T03:00+02:00") == calendar.add_business_days(at("2024-03-30T12:00+01:00"), 1, "dates")
    assert 7200 == calendar.between(at("2024-10-27T00:00+02:00"), at("2024-10-28T00:00+01:00"))


def test_a_date_that_a_zone_left_out() -> None:
    """Samoa had no 30 December 2011: it is no business day, and closes nothing."""
    calendar = Calendar.from_document({"zone": "Pacific/Apia", "weekly": {"mon-sun": ["09:00-17:00"]}})

    assert at("2011-12-31T17:00+14:00") == calendar.add_business_days(at("2011-12-29T12:00-10:00"), 1, "dates")
    assert 5 * 3600 == calendar.between(at("2011-12-29T12:00-10:00"), at("2011-12-31T09:00+14:00"))


def test_a_day_without_midnight() -> None:
    """In Cairo clocks go forward at midnight: that date begins at one o'clock."""
    calendar = Calendar.from_document({"zone": "Africa/Cairo", "weekly": {"mon-sun": ["00:00-24:00"]}})

    assert at("2024-04-26T01:00+03:00") == at("2024-04-26T00:00+02:00")
    assert 23 * 3600 == calendar.opening_left_s(seconds_of(at("2024-04-26T01:00+03:00")))
    assert at("2024-04-26T00:00+02:00") == calendar.add_business_days(
        at("2024-04-25T10:00+02:00"), 1, "same-time"
    ) - timedelta(hours=9)


@pytest.mark.parametrize(
    "ask",
    [
        lambda calendar, instant: calendar.is_open(instant),
        lambda calendar, instant: calendar.next_opening(instant),
        lambda calendar, instant: calendar.previous_closing(instant),
        lambda calendar, instant: calendar.add(instant, 60),
        lambda calendar, instant: calendar.add(instant, -60),
        lambda calendar, instant: calendar.between(instant, at("2024-01-01T00:00Z")),
        lambda calendar, instant: calendar.between(at("2024-01-01T00:00Z"), instant),
        lambda calendar, instant: calendar.intervals(at("2024-01-01T00:00Z"), instant),
        lambda calendar, instant: calendar.intervals(instant, at("2024-01-01T00:00Z")),
        lambda calendar, instant: calendar.skipped(at("2024-01-01T00:00Z"), instant),
        lambda calendar, instant: calendar.skipped(instant, at("2024-01-01T00:00Z")),
        lambda calendar, instant: calendar.add_business_days(instant, 1, "opening-time"),
        lambda calendar, instant: calendar.add_business_days(instant, 1, "dates"),
        lambda calendar, instant: calendar.add_business_days(instant, 1, "same-time"),
    ],
)
def test_naive_and_far_instants_are_refused(ask: Any) -> None:
    """Whatever is asked: no guess about a zone, and no answer for years without data."""
    calendar = Calendar.from_document(MIDNIGHT)

    with pytest.raises(CalendarError, match="`2024-03-28 17:00:00` is no instant: give it a zone"):
        ask(calendar, datetime(2024, 3, 28, 17))  # noqa: DTZ001  # that is the point
    for far in (at("1989-12-31T23:59:59Z"), at("2051-01-01T00:00:01Z"), datetime.min.replace(tzinfo=UTC)):
        with pytest.raises(
            CalendarError,
            match=f"`{far:%Y-%m-%dT%H:%M:%SZ}` lies outside the years 1990 to 2050".replace("`1-", "`0001-"),
        ):
            ask(calendar, far)
    ask(calendar, at("1990-01-02T00:00:00Z"))
    ask(calendar, at("2050-12-30T23:59:59Z"))


@pytest.mark.parametrize("value", ["2024-03-28T17:00:00Z", date(2024, 3, 28), 1_711_645_200, None])
def test_what_is_no_datetime_is_no_instant(value: Any) -> None:
    """Not even a text that says one: whoever parses it knows what its author meant."""
    with pytest.raises(CalendarError, match=f"`{value}` is no instant: give a datetime with its zone"):
        Calendar.from_document(OFFICE).is_open(value)


@pytest.mark.parametrize("zone", ["Etc/UTC", "America/New_York", "Pacific/Auckland"])
def test_the_first_and_the_last_second(zone: str) -> None:
    """The years are those of UTC or of the zone's own clock, whichever begins earlier or ends later."""
    calendar = Calendar.from_document({"zone": zone, "weekly": {"mon-sun": ["00:00-24:00"]}})
    first, end = (datetime(year, 1, 1, tzinfo=timezone.utc) for year in (1990, 2051))  # noqa: UP017  # reads alike below
    local_first, local_end = (datetime(year, 1, 1, tzinfo=calendar.zone) for year in (1990, 2051))
    earliest, latest = min(first, local_first), max(end, local_end)

    assert earliest == calendar.next_opening(earliest)
    assert latest == calendar.add(earliest, seconds_of(latest) - seconds_of(earliest))
    assert seconds_of(latest) - seconds_of(earliest) == calendar.between(earliest, latest)
    assert earliest == calendar.add(latest - timedelta(seconds=1), seconds_of(earliest) - seconds_of(latest) + 1)
    assert local_end == calendar.add_business_days(local_end - timedelta(hours=30), 1, "dates")
    with pytest.raises(CalendarError, match="has no 1 business days after `2050-12-31`"):
        calendar.add_business_days(local_end - timedelta(hours=6), 1, "dates")
    with pytest.raises(CalendarError, match="lies outside"):
        calendar.is_open(latest)
    with pytest.raises(CalendarError, match="lies outside"):
        calendar.is_open(earliest - timedelta(seconds=1))


def test_two_hundred_years_are_refused() -> None:
    """T07: in seconds as in anything else."""
    calendar = Calendar.from_document(OFFICE)

    for seconds in (200 * 366 * DAY_S, 10**30, -(10**30), 10**5000, -(10**5000)):
        with pytest.raises(CalendarError, match="the calendar (is|was) not open for"):
            calendar.add(at("2024-03-28T17:00Z"), seconds)
    with pytest.raises(TypeError):
        calendar.add(at("2024-03-28T17:00Z"), 1.5)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("at_s", [-1, 0, 10**10, 10**30, -(10**30), pytest.param(10**5000, id="5000 digits")])
def test_integers_that_are_no_instants_of_these_years(at_s: int) -> None:
    """The integer methods refuse as clearly as those on datetimes."""
    calendar = Calendar.from_document(OFFICE)

    for ask in (
        lambda: calendar.is_open_s(at_s),
        lambda: calendar.add_s(at_s, 1),
        lambda: calendar.between_s(at_s, at_s),
        lambda: calendar.between_s(1_700_000_000, at_s),
        lambda: calendar.next_opening_s(at_s),
        lambda: calendar.previous_closing_s(at_s),
        lambda: calendar.opening_left_s(at_s),
        lambda: calendar.clock_at(at_s),
        lambda: calendar.business_day(at_s),
        lambda: calendar.business_day_after(at_s, 1),
        lambda: calendar.instant_s(at_s, 0),
    ):
        with pytest.raises(CalendarError, match="lies outside the years 1990 to 2050"):
            ask()


def test_opening_left() -> None:
    """Of the local date, whatever comes after."""
    calendar = Calendar.from_document(OFFICE)
    left = {
        time: calendar.opening_left_s(seconds_of(at(f"2024-03-28T{time}+01:00")))
        for time in ("00:00", "09:00", "12:30", "13:00", "17:30", "18:00", "23:59")
    }

    assert {
        "00:00": 27_000,
        "09:00": 27_000,
        "12:30": 14_400,
        "13:00": 14_400,
        "17:30": 1800,
        "18:00": 0,
        "23:59": 0,
    } == left
    assert 0 == calendar.opening_left_s(seconds_of(at("2024-03-30T10:00+01:00")))


def test_a_calendar_is_its_opening_hours() -> None:
    """Equal when stated alike; a copy in another process answers alike."""
    calendar, again = Calendar.from_document(OFFICE), Calendar.from_document(OFFICE)
    calendar.is_open(at("2024-03-28T17:00Z"))

    assert calendar == again
    assert hash(calendar) == hash(again)
    assert calendar != Calendar.from_document(OFFICE | {"closed": ["2024-03-28"]})
    assert calendar != OFFICE
    copy = pickle.loads(pickle.dumps(calendar))
    assert calendar == copy
    assert calendar.digest() == copy.digest()
    assert "Europe/Paris" in repr(calendar)


def test_the_digest_is_that_of_the_hours() -> None:
    """The same hours stated otherwise have the same digest; another minute, day or offset another."""
    calendar = Calendar.from_document(OFFICE)
    written_otherwise = {
        "zone": "Europe/Paris",
        "weekly": {day: ["14:00-18:00", "09:00-10:00", "10:00-12:30"] for day in ("mon", "tue-fri")},
        "closed": ["2024-03-30"],
    }

    assert calendar.digest() == Calendar.from_document(written_otherwise).digest()
    assert calendar.digest() == calendar.digest()
    digests = {
        Calendar.from_document(other).digest()
        for other in (
            OFFICE,
            OFFICE | {"zone": "Europe/London"},
            OFFICE | {"closed": ["2024-03-29"]},
            OFFICE | {"weekly": {"mon-fri": ["09:00-12:30", "14:00-18:01"]}},
        )
    }
    assert 4 == len(digests)
    assert Calendar.always().digest() != Calendar.always("Europe/Paris").digest()


@pytest.mark.parametrize("zone", ["Etc/UTC", "America/New_York", "Pacific/Apia"])
def test_the_digest_of_hours_round_the_clock_is_that_of_their_days(zone: str) -> None:
    """Which are one interval from end to end, though days are skipped, or have an hour more or less."""
    hours = Calendar.always(zone)
    line = hours.line(hours.first_s, hours.until_s)
    parts = [f"{start_s}-{end_s}" for start_s, end_s in line.intervals]
    parts += [f"{each.from_s}{each.offset_s:+}" for each in line.stretches]
    assert f"sha256:{sha256(chr(10).join(parts).encode()).hexdigest()}" == hours.digest()


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"zone": "Europe/Pariss"}, [("zone", "no zone is called `Europe/Pariss`", "did you mean `Europe/Paris`?")]),
        (
            {"zone": "+02:00"},
            [
                (
                    "zone",
                    "no zone is called `+02:00`",
                    "a fixed offset is spelled `Etc/UTC`; a place, such as `Europe/Paris`, also knows summer time",
                )
            ],
        ),
        ({"weekly": {}}, [("", "the calendar never opens", "give `weekly` a window on a day that is not closed")]),
        (
            {"weekly": {"fri": ["24:00-09:00"]}},
            [
                (
                    "weekly fri 0",
                    "`24:00-09:00` opens when its day ends: write `00:00-09:00` on the next day",
                    "",
                )
            ],
        ),
        (
            {"weekly": {"mon-fri": ["09:00-12:00", "11:59-14:00"]}},
            [
                (
                    "weekly mon-fri",
                    "`09:00-12:00` and `11:59-14:00` overlap",
                    "windows of a day may touch, but share no minute",
                )
            ],
        ),
        ({"weekly": {"mon-fri": ["09:00-12:00", "12:00-14:00"]}}, []),
        (
            {"weekly": {"mon": ["09:00-12:00"] * 49}},
            [
                (
                    "weekly mon",
                    "a day of 49 windows: at most 48",
                    "one window may hold many hours; between two there is a break",
                )
            ],
        ),
        (
            {"weekly": {"mon-fri": ["09:00-12:00"], "fri": []}},
            [("weekly fri", "`fri` says `fri` again, after `mon-fri`", "give each day of the week once")],
        ),
        (
            {"weekly": {"monday": ["09:00-12:00"], "mon-mon": ["09:00-12:00"], "": [], "mon-": [], "mon-tues": []}},
            [
                ("weekly monday", "`monday` is no day of the week: did you mean `mon`?", ""),
                ("weekly mon-mon", "`mon-mon` is one day: write `mon`", ""),
                ("weekly ", "`` is no day of the week: write `mon` to `sun`, or a range such as `mon-fri`", ""),
                ("weekly mon-", "`` is no day of the week: write `mon` to `sun`, or a range such as `mon-fri`", ""),
                ("weekly mon-tues", "`tues` is no day of the week: did you mean `tue`?", ""),
            ],
        ),
        (
            {
                "weekly": {
                    "mon": "09:00-12:00",
                    "tue": None,
                    "wed": [540, "9:00-12:00", "09:00", "24:00-24:00", "09:60-10:00"],
                }
            },
            [
                ("weekly mon", "windows stand in a list", 'write `["09:00-17:00"]`, or `[]` for closed'),
                ("weekly tue", "windows stand in a list", 'write `["09:00-17:00"]`, or `[]` for closed'),
                ("weekly wed 0", "`540` is no opening window: write `HH:MM-HH:MM`, such as `09:00-17:30`", ""),
                (
                    "weekly wed 1",
                    "`9:00-12:00` is no opening window: `9:00` is no time of day: did you mean `09:00`?",
                    "",
                ),
                ("weekly wed 2", "`09:00` is no opening window: write `HH:MM-HH:MM`, such as `09:00-17:30`", ""),
                (
                    "weekly wed 3",
                    "`24:00-24:00` closes when it opens: round the clock is `00:00-24:00`, and closed is no window",
                    "",
                ),
                (
                    "weekly wed 4",
                    "`09:60-10:00` is no opening window: `09:60` is no time of day: write `HH:MM`, such as `09:00`",
                    "",
                ),
            ],
        ),
        (
            {"closed": ["2024-02-30", "*-02-30", "1980-01-01", "24-12-24", 20241224], "special": {"2023-02-29": []}},
            [
                ("closed 0", "`2024-02-30` is not in the calendar: no such day in that month and year", ""),
                ("closed 1", "`*-02-30` is not in the calendar: no such day in any year", ""),
                ("closed 2", "`1980-01-01` lies outside the years 1990 to 2050 that a calendar covers", ""),
                ("closed 3", "`24-12-24` is no day: write `2024-12-24`, or `*-12-24` for every year", ""),
                ("closed 4", "`20241224` is no day: write `2024-12-24`, or `*-12-24` for every year", ""),
                ("special 2023-02-29", "`2023-02-29` is not in the calendar: no such day in that month and year", ""),
            ],
        ),
        (
            {"holidays": None, "nominal-day": None, "closed": None, "special": None, "weekly": None},
            [
                ("weekly", "opening hours go by weekday", 'write `weekly: {mon-fri: ["09:00-17:00"]}`'),
                ("holidays", "holidays are those of a country", "write `holidays: {country: GB, subdivision: ENG}`"),
                ("closed", "closing days stand in a list", 'write `closed: ["2024-12-24", "*-12-31"]`'),
                ("special", "special hours go by day", 'write `special: {"2024-12-23": ["09:00-12:00"]}`'),
                ("nominal-day", f"`` is no duration: {LENGTHS}", ""),
            ],
        ),
        (
            {"holidays": {"country": "UT", "subdivision": None}},
            [("holidays subdivision", "`subdivision` is empty", "name it, or leave it out")],
        ),
        (
            {"holidays": [{"country": "XX"}, {"county": "UT"}, "UT", {"country": "UT", "subdivison": "A"}]},
            [
                ("holidays 0 country", "no `XX`", ""),
                ("holidays 1", "holidays are those of a country", "write `holidays: {country: GB, subdivision: ENG}`"),
                ("holidays 2", "holidays are those of a country", "write `holidays: {country: GB, subdivision: ENG}`"),
                ("holidays 3 subdivison", "holidays have no key `subdivison`", "did you mean `subdivision`?"),
            ],
        ),
        (
            {"holiday": {"country": "UT"}, "label": {"en": "Desk"}, "clauses": ["GM-13"], "assumes": ["hours"]},
            [("holiday", "a calendar has no key `holiday`", "did you mean `holidays`?")],
        ),
        (
            {"nominal-day": "1bd"},
            [("nominal-day", "`1bd` is not what a business day can be worth", "write its opening hours, such as `8h`")],
        ),
        (
            {"nominal-day": "25h"},
            [("nominal-day", "`25h` is not what a business day can be worth", "write its opening hours, such as `8h`")],
        ),
        (
            {"nominal-day": "0h"},
            [("nominal-day", "`0h` is not what a business day can be worth", "write its opening hours, such as `8h`")],
        ),
        ({"nominal-day": "24h"}, []),
        ({"nominal-day": "8 hours"}, [("nominal-day", "`8 hours` is no duration: did you mean `8h`?", "")]),
    ],
)
def test_every_problem_is_reported_with_its_path(changes: dict[str, Any], problems: list[tuple[str, str, str]]) -> None:
    """The checker puts positions on them; an embedder gets the first, and how many more."""
    document = OFFICE | changes
    found = calendar_problems(document, TwoHolidays())

    assert problems == [(" ".join(map(str, problem.path)), problem.message, problem.hint) for problem in found]
    if problems:
        with pytest.raises(CalendarError, match="calendar") as caught:
            Calendar.from_document(document, TwoHolidays())
        assert problems[0][1] in str(caught.value)
        assert (f"(and {len(problems) - 1} more)" in str(caught.value)) == (len(problems) > 1)


@pytest.mark.parametrize("document", [None, [], "support", 5, {}, {"zone": None}, {"zone": ["Europe/Paris"]}, {1: 2}])
def test_what_is_no_calendar_at_all(document: Any) -> None:
    """Whatever a document holds, the answer is a problem and not a crash."""
    assert calendar_problems(document)
    with pytest.raises(CalendarError):
        Calendar.from_document(document)


@pytest.mark.parametrize("key", ["weekly", "holidays", "closed", "special", "nominal-day", "zone"])
@pytest.mark.parametrize("value", [5, True, "x", b"x", [], [5], [None], {"x": 5}, {"x": [5]}, [[]], [{}], {5: {}}])
def test_any_value_at_any_key(key: str, value: Any) -> None:
    """Read or refused; nothing else comes out."""
    document = OFFICE | {key: value}
    if calendar_problems(document, TwoHolidays()):
        with pytest.raises(CalendarError, match="calendar"):
            Calendar.from_document(document, TwoHolidays())
    else:
        assert Calendar.from_document(document, TwoHolidays()).is_open(at("2024-03-28T10:00+01:00"))


def test_a_calendar_whose_every_day_is_closed_never_opens() -> None:
    """Also when closing days, and not the weekly hours, are the reason."""
    every_day = sorted({f"*-{instant_of(day * DAY_S):%m-%d}" for day in range(366 * 4)})

    assert 366 == len(every_day)
    assert ["the calendar never opens"] == [
        problem.message for problem in calendar_problems(OFFICE | {"closed": every_day})
    ]


@pytest.mark.parametrize(
    "zone",
    [
        *("", "Europe", "Europe/", "/etc/passwd", "../Europe/Paris", "Europe/../Europe/Paris", "Europe\\Paris"),
        *("posix/Europe/Paris", "right/Europe/Paris", "localtime", "posixrules", "Factory"),
        *("Europe/Paris\0", "Europe/Paris\n", "Z", "UTC+2", "\U0001f600", "x" * 10_000),
    ],
)
def test_what_is_no_zone(zone: str) -> None:
    """F01 too: a zone is a name and never a path, and means the same on every machine."""
    with pytest.raises(CalendarError, match="no zone is called"):
        Calendar.from_document(OFFICE | {"zone": zone})
    with pytest.raises(CalendarError, match="no zone is called"):
        Calendar.always(zone)


def test_holidays_need_a_source() -> None:
    """The core has none of its own."""
    with pytest.raises(
        CalendarError, match=r"calendar.holidays: the public holidays of `GB-ENG` need a source: use `upheld.Calendar`"
    ):
        Calendar.from_document(OFFICE | {"holidays": {"country": "GB", "subdivision": "ENG"}})


class Decreed:
    """Public holidays as some release of a library has them."""

    def __init__(self, *days: date) -> None:
        self.days = days

    def problem(self, region: Region) -> None:
        return None

    def dates(self, region: Region) -> dict[date, str]:
        return dict.fromkeys(self.days, str(region))


def test_other_holiday_data_is_another_digest() -> None:
    """V01: a verdict tells by it that a release of the library has moved a day; two sources are never mixed up."""
    document = {"zone": "Europe/Zurich", "weekly": {"mon-fri": ["08:00-12:00"]}, "holidays": {"country": "CH"}}
    before, after = Decreed(date(2024, 1, 1), date(2024, 1, 2)), Decreed(date(2024, 1, 1))
    old, new, renamed = (
        Calendar.from_document(document, source) for source in (before, after, Decreed(*reversed(before.days)))
    )

    assert old != new
    assert old.digest() == renamed.digest() != new.digest()
    assert opening_hours_digest({"desk": old}) == opening_hours_digest({"desk": renamed})
    assert opening_hours_digest({"desk": old}) != opening_hours_digest({"desk": new})
