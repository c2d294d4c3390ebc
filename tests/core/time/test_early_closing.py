"""Days that close early: only what is open anyway is shortened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from reference.opening import Opening

from upheld.core.time.calendar import Calendar, calendar_problems
from upheld.core.time.opening_hours import Region

DESK: dict[str, Any] = {"zone": "America/Chicago", "weekly": {"mon-fri": ["09:00-17:00"]}}
OFF = {
    date(2026, 11, 26): "Thanksgiving",
    date(2026, 12, 25): "Christmas Day",
    date(2027, 12, 24): "Christmas Day (observed)",
    date(2028, 12, 25): "Christmas Day",
    date(2033, 12, 26): "Christmas Day (observed)",
}


class SomeHolidays:
    """A few of a country's, so that no library decides."""

    def problem(self, region: Region) -> None:
        return None

    def dates(self, region: Region) -> dict[date, str]:
        return OFF


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-25 13:00", "Fri 2026-11-27 11:00"),
        ("2026-12-24 10:00", "Mon 2026-12-28 11:00"),
        ("2027-12-23 16:00", "Mon 2027-12-27 12:00"),  # the 24th is the holiday
        ("2028-12-22 16:00", "Tue 2028-12-26 12:00"),  # the 24th is a Sunday
        ("2033-12-23 16:00", "Tue 2033-12-27 12:00"),  # the 24th is a Saturday
    ],
)
def test_four_hours_around_christmas_eve(start: str, due: str) -> None:
    """At noon it closes, where it would be open; weekends and holidays stay closed."""
    special = {"*-12-24": {"closes": "12:00"}, "2026-11-25": {"closes": "15:00"}}
    calendar = Calendar.from_document(DESK | {"holidays": {"country": "US"}, "special": special}, SomeHolidays())
    found = calendar.add(datetime.fromisoformat(start).replace(tzinfo=calendar.zone), 4 * 3600)

    assert due == found.astimezone(calendar.zone).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        ({"special": {"2026-03-04": {"closes": "12:00"}}}, 3),
        ({"special": {"*-03-04": {"closes": "12:00"}}}, 3),
        ({"special": {"2026-03-04": {"closes": "18:00"}}}, 8),  # it closes earlier anyway
        ({"special": {"2026-03-04": {"closes": "24:00"}}}, 8),
        ({"special": {"2026-03-04": {"closes": "12:00"}}, "closed": ["*-03-04"]}, 0),
        ({"special": {"*-03-04": {"closes": "12:00"}}, "weekly": {"mon": ["09:00-17:00"]}}, 0),
        ({"special": {"2026-03-04": {"closes": "12:00"}, "*-03-04": {"closes": "11:00"}}}, 3),  # that of a date wins
        ({"special": {"2026-03-04": {"closes": "24:00"}, "*-03-04": {"closes": "11:00"}}}, 8),  # and may lift it
        ({"special": {"2026-03-04": {"closes": "11:00"}, "*-03-04": {"closes": "12:00"}}}, 2),
        ({"special": {"2026-03-04": {"closes": "11:00"}, "*-03-04": ["10:00-12:00"]}}, 1),  # windows of every year
        ({"special": {"2026-03-04": ["10:00-16:00"], "*-03-04": {"closes": "12:00"}}}, 6),  # those of a date win
        ({"special": {"2026-03-04": {"closes": "12:00"}, "*-03-04": []}}, 0),
        ({"special": {"2026-03-04": {"closes": "12:00"}}, "weekly": {"mon-fri": ["08:00-10:00", "13:00-17:00"]}}, 2),
        (
            {
                "special": {"2026-03-04": {"closes": "08:00"}},
                "weekly": {"tue": ["07:00-10:00"], "wed": ["08:00-09:00"]},
            },
            0,
        ),
    ],
)
def test_what_is_left_of_a_wednesday(changes: dict[str, Any], hours: int) -> None:
    """Whatever the day would be without that, up to then."""
    calendar = Calendar.from_document(DESK | changes)
    midnight = datetime(2026, 3, 4, tzinfo=calendar.zone)

    assert hours * 3600 == calendar.between(midnight, midnight + timedelta(days=1))


def test_a_round_the_clock_calendar_that_closes_early_is_none() -> None:
    """And the day, cut, is not skipped."""
    calendar = Calendar.from_document(
        {"zone": "Etc/UTC", "weekly": {"mon-sun": ["00:00-24:00"]}, "special": {"*-12-24": {"closes": "12:00"}}}
    )

    assert not calendar.hours.is_always
    assert 12 * 3600 == calendar.between(datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 25, tzinfo=UTC))
    assert () == calendar.skipped(datetime(2026, 12, 23, tzinfo=UTC), datetime(2026, 12, 26, tzinfo=UTC))


@pytest.mark.parametrize(
    ("entry", "problem", "path"),
    [
        ({}, "special hours say when the day closes, or its windows", "special *-12-24"),
        ({"closes": "noon"}, "`noon` is no time of day: write `HH:MM`, such as `09:00`", "special *-12-24 closes"),
        ({"closes": None}, "`` is no time of day: write `HH:MM`, such as `09:00`", "special *-12-24 closes"),
        ({"closes": "12:00", "opens": "10:00"}, "a day that closes early has no key `opens`", "special *-12-24 opens"),
        ({"closes": "09:00"}, "no day of the week opens before `09:00`", "special *-12-24 closes"),
        ({"closes": "00:00"}, "no day of the week opens before `00:00`", "special *-12-24 closes"),
    ],
)
def test_problems(entry: dict[str, Any], problem: str, path: str) -> None:
    """Each at its place."""
    found = calendar_problems(DESK | {"special": {"*-12-24": entry}})

    assert [(path, problem)] == [(" ".join(map(str, each.path)), each.message) for each in found]


def test_the_reference_reads_a_lifted_closing_alike() -> None:
    """Written by itself from the same page, minute by minute, around a Christmas Eve that lasts until four."""
    document = DESK | {"special": {"*-12-24": {"closes": "12:00"}, "2026-12-24": {"closes": "16:00"}}}
    calendar, reference = Calendar.from_document(document), Opening(document)
    for day in (date(2025, 12, 24), date(2026, 12, 23), date(2026, 12, 24), date(2027, 12, 24)):
        midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
        minutes = sum(last - first for first, last in reference.minutes(day))

        assert minutes * 60 == calendar.between(midnight, midnight + timedelta(days=1))


def test_days_before_public_holidays_close_early() -> None:
    """Those of the source alone, not before own closing days; what a date says counts instead, closed days stay so."""
    text = DESK | {"holidays": {"country": "US"}, "closed": ["2026-11-18"]}
    text |= {"special": {"before-holidays": {"closes": "12:00"}, "*-12-24": {"closes": "16:00"}}}
    calendar = Calendar.from_document(text, SomeHolidays())

    def hours(day: date) -> int:
        begin = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
        return calendar.between(begin, begin + timedelta(days=1)) // 3600

    eves = {date(2026, 11, 25): 3, date(2026, 12, 24): 7, date(2027, 12, 23): 3, date(2028, 12, 24): 0}
    others = {date(2026, 11, 17): 8, date(2026, 11, 24): 8, date(2028, 12, 22): 8, date(2033, 12, 23): 8}
    assert eves | others == {day: hours(day) for day in (*eves, *others)}


def test_windows_of_every_year_last_before_a_public_holiday() -> None:
    """They win over everything but what is said of the very date."""
    special = {"before-holidays": {"closes": "12:00"}, "*-12-24": ["10:00-16:00"], "2027-12-24": {"closes": "15:00"}}
    calendar = Calendar.from_document(DESK | {"holidays": {"country": "US"}, "special": special}, SomeHolidays())
    eves = (datetime(year, 12, 24, tzinfo=calendar.zone) for year in (2026, 2027))

    assert [6, 5] == [calendar.between(eve, eve + timedelta(days=1)) // 3600 for eve in eves]


@pytest.mark.parametrize(
    "wrong",
    [
        {"holidays": {"country": "US"}, "special": {"before-holidays": ["09:00-12:00"]}},
        {"special": {"before-holidays": {"closes": "12:00"}}},
        {"holidays": {"country": "US"}, "special": {"eves": {"closes": "12:00"}}},
    ],
)
def test_eves_are_those_of_holidays_and_only_close_early(wrong: dict[str, Any]) -> None:
    """Windows would open weekends, and without holidays there is no day before one."""
    assert 1 == len(calendar_problems(DESK | wrong, SomeHolidays()))


BEFORE_THANKSGIVING = "FREQ=YEARLY;BYMONTH=11;BYDAY=WE;BYMONTHDAY=21,22,23,24,25,26,27"


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-25 13:00", "Mon 2026-11-30 11:00"),  # two hours, Thanksgiving, the last Friday, two hours
        ("2026-11-18 13:00", "Wed 2026-11-18 17:00"),  # the third Wednesday is like any other
        ("2027-11-24 13:00", "Thu 2027-11-25 11:00"),  # nobody named the holiday of this year
        ("2027-11-26 13:00", "Fri 2027-11-26 17:00"),  # the last Friday, and open as a date
        ("2030-10-25 16:00", "Mon 2030-10-28 10:00"),  # the 25th is the last Friday: closed
    ],
)
def test_days_by_a_rule_close_early_or_are_closed(start: str, due: str) -> None:
    """The day before Thanksgiving, the last Friday of each month; what is said of a very date counts instead."""
    special = {BEFORE_THANKSGIVING: {"closes": "15:00"}, "2027-11-26": ["09:00-17:00"]}
    closed = ["FREQ=MONTHLY;BYDAY=-1FR"]
    document = DESK | {"holidays": {"country": "US"}, "special": special, "closed": closed}
    calendar = Calendar.from_document(document, SomeHolidays())
    seconds = 3600 if start.startswith("2030") else 4 * 3600
    found = calendar.add(datetime.fromisoformat(start).replace(tzinfo=calendar.zone), seconds)

    assert due == found.astimezone(calendar.zone).strftime("%a %Y-%m-%d %H:%M")


def test_a_day_of_every_year_counts_before_a_rule_and_a_rule_before_the_weekday() -> None:
    """Windows of a rule open whatever the weekday is otherwise, and a rule that counts from nowhere is told."""
    special = {"FREQ=YEARLY;BYMONTH=3;BYDAY=1SA": ["09:00-12:00"], "*-03-07": ["09:00-10:00"]}
    calendar = Calendar.from_document(DESK | {"special": special})
    spans = [(datetime(year, 3, 1, tzinfo=UTC), datetime(year, 3, 9, 6, tzinfo=UTC)) for year in (2026, 2031)]
    problems = calendar_problems(DESK | {"closed": ["FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"]})

    # In 2026 the 7th is the first Saturday; in 2031 it is a Friday, and the first Saturday is the 1st.
    assert [5 * 8 + 1, 3 + 4 * 8 + 1] == [calendar.between(*span) // 3600 for span in spans]
    assert [("closed", 0)] == [each.path for each in problems]


def test_several_days_in_a_row_are_closed_or_close_early() -> None:
    """Both ends included, past the end of the year too; what a day says counts instead, and a date instead of that."""
    text = DESK | {"closed": ["2026-08-03/2026-08-14", "*-12-24/*-01-02", "*-02-28/*-03-01"]}
    text["special"] = {
        "*-07-01/*-08-31": {"closes": "15:00"},
        "2026-07-20/2026-07-21": {"closes": "14:00"},
        "*-07-13": {"closes": "12:00"},
        "*-07-15": ["09:00-17:00"],
        "FREQ=YEARLY;BYMONTH=7;BYDAY=WE": {"closes": "10:00"},
        "2026-07-14": {"closes": "16:00"},
    }
    calendar = Calendar.from_document(text)
    expected = {
        date(2026, 6, 30): 8,
        date(2026, 7, 1): 6,
        date(2026, 7, 4): 0,
        date(2026, 8, 31): 6,
        date(2026, 9, 1): 8,
        date(2026, 7, 13): 3,
        date(2027, 7, 13): 3,
        date(2026, 7, 14): 7,
        date(2027, 7, 14): 6,
        date(2026, 7, 15): 8,
        date(2026, 7, 20): 5,
        date(2026, 7, 22): 6,
        date(2026, 7, 31): 6,
        date(2026, 8, 3): 0,
        date(2026, 8, 14): 0,
        date(2026, 8, 17): 6,
        date(2027, 8, 3): 6,
        date(2026, 12, 23): 8,
        date(2026, 12, 24): 0,
        date(2026, 12, 31): 0,
        date(2027, 1, 1): 0,
        date(2027, 1, 4): 8,
        date(2028, 2, 28): 0,
        date(2028, 2, 29): 0,
        date(2028, 3, 1): 0,
        date(2028, 3, 2): 8,
    }
    begins = {day: datetime(day.year, day.month, day.day, tzinfo=calendar.zone) for day in expected}
    slow = Opening(text)

    assert expected == {
        day: calendar.between(begin, begin + timedelta(days=1)) // 3600 for day, begin in begins.items()
    }
    assert expected == {day: sum(last - first for first, last in slow.minutes(day)) // 60 for day in expected}


@pytest.mark.parametrize(
    "wrong",
    [
        {"closed": ["2026-08-14/2026-08-03"]},
        {"closed": ["*-12-24/2027-01-02"]},
        {"closed": ["2026-01-01/2027-01-03"]},
        {"closed": ["2026-08-03/"]},
        {"special": {"*-07-01/*-08-31": ["09:00-15:00"]}},
    ],
)
def test_several_days_in_a_row_have_an_order_and_no_windows(wrong: dict[str, Any]) -> None:
    """Windows for all of them would open weekends."""
    assert 1 == len(calendar_problems(DESK | wrong))


def test_a_calendar_has_few_rules() -> None:
    """Each looks at sixty-one years of days, and thousands would take minutes; closed and special are one number."""
    rules = [f"FREQ=MONTHLY;BYMONTHDAY={day}" for day in range(1, 22)]
    document = DESK | {"closed": rules[:10], "special": {each: {"closes": "15:00"} for each in rules[10:]}}

    assert ["a calendar of 21 rules for days: at most 20"] == [each.message for each in calendar_problems(document)]
    assert [] == calendar_problems(document | {"closed": rules[:9]})


def test_a_rule_by_which_no_day_comes_is_told_where_it_stands() -> None:
    """As a date that is in no calendar is: 30 February, or an end before all that a calendar knows."""
    february, over = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=WEEKLY;BYDAY=FR;UNTIL=19891231"
    found = calendar_problems(DESK | {"closed": ["*-02-29", february], "special": {over: {"closes": "12:00"}}})

    assert [(("closed", 1), february), (("special", over), over)] == [
        (each.path, each.message.split("`")[1]) for each in found
    ]
    assert "names no day up to 2050" in found[0].message


def test_of_two_closings_that_are_alike_the_earlier_counts() -> None:
    """Keys have no order, so none decides: rules, and rows of certain dates or of every year, that meet on a day."""
    closes = {
        "FREQ=MONTHLY;BYDAY=-1FR": 14,
        "FREQ=WEEKLY;BYDAY=FR": 16,
        "*-06-01/*-08-31": 12,
        "*-08-10/*-09-04": 13,
        "2027-03-01/2027-03-05": 10,
        "2027-03-03/2027-03-09": 11,
    }
    days = {date(2026, 5, 29): 5, date(2026, 5, 22): 7, date(2026, 8, 12): 3, date(2026, 9, 2): 4}
    days |= {date(2027, 3, 4): 1, date(2027, 3, 8): 2}
    for keys in (closes, dict(reversed(closes.items()))):
        document = DESK | {"special": {key: {"closes": f"{hour}:00"} for key, hour in keys.items()}}
        calendar, slow = Calendar.from_document(document), Opening(document)
        begins = {day: datetime(day.year, day.month, day.day, tzinfo=calendar.zone) for day in days}

        assert days == {day: calendar.between(at, at + timedelta(days=1)) // 3600 for day, at in begins.items()}
        assert days == {day: sum(last - first for first, last in slow.minutes(day)) // 60 for day in days}


def test_two_rules_give_no_day_windows_of_their_own() -> None:
    """Nothing says which would count; the same windows may be said twice, and a date decides by itself."""
    first, last = "FREQ=MONTHLY;BYDAY=1SA", "FREQ=YEARLY;BYMONTH=5;BYDAY=SA"
    found = calendar_problems(DESK | {"special": {first: ["09:00-12:00"], last: ["10:00-12:00"]}})

    assert [("special", last)] == [each.path for each in found]
    assert "gives `1990-05-05` other windows" in found[0].message
    assert [] == calendar_problems(DESK | {"special": {first: ["09:00-12:00"], last: ["09:00-12:00"]}})
