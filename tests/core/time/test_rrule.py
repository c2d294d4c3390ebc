"""Rules of recurring days name the days that RFC 5545 says, and end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from upheld.core.time.instant import date_of_day
from upheld.core.time.rrule import days_of, parse_rrule


def dates(text: str, counted_from: date | None = None) -> list[date]:
    return [date_of_day(day) for day in days_of(parse_rrule(text, counted_from))]


@pytest.mark.parametrize(
    ("text", "counted_from", "first"),
    [
        ("FREQ=WEEKLY;BYDAY=FR", None, ["1990-01-05", "1990-01-12"]),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,FR", None, ["1990-01-01", "1990-01-05"]),
        ("FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1", None, ["1990-03-31", "1990-06-30"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", None, ["1990-01-26", "1990-02-23"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", None, ["1990-01-31", "1990-02-28", "1990-03-30"]),
        ("FREQ=YEARLY;BYDAY=1MO;BYMONTH=5", None, ["1990-05-07", "1991-05-06"]),
        ("FREQ=YEARLY;BYDAY=53MO", None, ["1990-12-31", "1996-12-30"]),
        ("FREQ=YEARLY;BYDAY=-1SU", None, ["1990-12-30", "1991-12-29"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", None, ["1992-02-29", "1996-02-29"]),
        ("FREQ=DAILY", None, ["1990-01-01", "1990-01-02"]),
        ("FREQ=WEEKLY;INTERVAL=2", "2024-01-03", ["2024-01-03", "2024-01-17"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", "2024-01-03", ["2024-01-14", "2024-01-15", "2024-01-28"]),
        ("FREQ=MONTHLY", "2024-01-31", ["2024-01-31", "2024-03-31", "2024-05-31"]),
        ("FREQ=YEARLY", "2024-02-29", ["2024-02-29", "2028-02-29"]),
        ("FREQ=YEARLY;BYMONTH=6,7", "2024-06-15", ["2024-06-15", "2024-07-15", "2025-06-15"]),
    ],
)
def test_days(text: str, counted_from: str | None, first: list[str]) -> None:
    """The first days of a rule; without a day to count from, of 1990."""
    anchor = None if counted_from is None else date.fromisoformat(counted_from)

    assert first == [str(day) for day in dates(text, anchor)[: len(first)]]


def test_ends() -> None:
    """Both ends are included; a rule goes no further than calendars do."""
    assert 3 == len(dates("FREQ=DAILY;COUNT=3", date(2024, 1, 1)))
    assert [date(1990, 1, 1), date(1990, 1, 2)] == dates("FREQ=DAILY;UNTIL=19900102")
    assert [date(2050, 12, 30), date(2050, 12, 31)] == dates("FREQ=DAILY")[-2:]
    assert parse_rrule("FREQ=DAILY").is_endless
    assert not parse_rrule("FREQ=DAILY;UNTIL=20240101").is_endless
    assert not parse_rrule("FREQ=DAILY;COUNT=3", date(2024, 1, 1)).is_endless


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-30",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300",
        "FREQ=YEARLY;BYMONTH=4;BYDAY=7MO",
        "FREQ=DAILY;UNTIL=19891231",
    ],
)
def test_a_rule_without_days_ends_too(text: str) -> None:
    """No day of 61 years, and no search beyond them."""
    assert [] == dates(text)


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, date]:
    """Rules that libraries read alike: positions by week count from its start here, and mixed weekdays are a union."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 4))}"]
    if draw(st.booleans()):
        parts.append("BYMONTH=" + joined(draw, st.integers(1, 12)))
    if draw(st.booleans()):
        parts.append("BYMONTHDAY=" + joined(draw, st.integers(1, 28) | st.integers(-28, -1)))
    weekday = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
    if draw(st.booleans()):
        position = draw(st.booleans()) and frequency in ("MONTHLY", "YEARLY")
        nth = st.sampled_from(["1", "2", "4", "-1", "-2"])
        parts.append("BYDAY=" + joined(draw, st.tuples(nth, weekday).map("".join) if position else weekday))
    if frequency in ("MONTHLY", "YEARLY") and len(parts) > 2 and draw(st.booleans()):
        parts.append("BYSETPOS=" + joined(draw, st.sampled_from([1, 2, 3, -1, -2])))
    if draw(st.booleans()):
        parts.append(f"WKST={draw(weekday)}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 30))}")
    return ";".join(parts), draw(st.dates(date(1990, 1, 1), date(2046, 12, 31)))


def joined(draw: st.DrawFn, values: st.SearchStrategy[object]) -> str:
    return ",".join(str(value) for value in draw(st.lists(values, min_size=1, max_size=3)))


@given(rules())
def test_a_library_reads_rules_alike(rule: tuple[str, date]) -> None:
    """Over four years, the same days as python-dateutil finds from the same day on."""
    text, start = rule
    end = start + timedelta(days=4 * 366)
    # The end bounds the library's search, which would otherwise go on to the year 9999 where nothing is found.
    sentinel = f"RRULE:{text}\nRDATE:{end + timedelta(days=1):%Y%m%d}T000000Z"
    found = rrulestr(sentinel, dtstart=datetime(start.year, start.month, start.day, tzinfo=UTC), forceset=True)
    first, last = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (start, end))
    expected = [day.date() for day in found.between(first, last, inc=True)]

    assert expected == [day for day in dates(text, start) if day <= end]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FREQ=SECONDLY", "`FREQ=SECONDLY` is finer than a day: a recurrence is of whole days, its time is `at`"),
        ("FREQ=HOURLY;COUNT=5", "`FREQ=HOURLY` is finer than a day: a recurrence is of whole days, its time is `at`"),
        ("BYDAY=FR", "a rule needs a `FREQ` of `DAILY`, `WEEKLY`, `MONTHLY`, `YEARLY`, such as `FREQ=WEEKLY;BYDAY=FR`"),
        (
            "FREQ=FORTNIGHTLY",
            "a rule needs a `FREQ` of `DAILY`, `WEEKLY`, `MONTHLY`, `YEARLY`, such as `FREQ=WEEKLY;BYDAY=FR`",
        ),
        ("", "`` is no part of a rule: write `NAME=VALUE`, such as `BYDAY=FR`"),
        ("every friday", "`every friday` is no part of a rule: write `NAME=VALUE`, such as `BYDAY=FR`"),
        ("FREQ=WEEKLY;BYDAYS=FR", "`BYDAYS` is no part of a rule over days: did you mean `BYDAY`?"),
        ("FREQ=DAILY;BYHOUR=9", None),
        ("FREQ=WEEKLY;BYDAY=FR;BYDAY=MO", "`BYDAY` is given twice: join the values with commas"),
        ("FREQ=WEEKLY;BYDAY=Friday", None),
        (
            "FREQ=WEEKLY;BYDAY=1FR",
            "`1FR` is no day in `BYDAY`: a position needs `FREQ=MONTHLY` or `FREQ=YEARLY`, and is 1 to 53",
        ),
        ("FREQ=MONTHLY;BYDAY=0FR", None),
        (
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "`32` is out of range in `BYMONTHDAY`: write numbers from 1, or -31 from the end, to 31",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=\u0663", None),
        ("FREQ=MONTHLY;BYMONTHDAY=0", None),
        ("FREQ=MONTHLY;BYMONTH=13;BYMONTHDAY=1", "`13` is out of range in `BYMONTH`: write numbers from 1 to 12"),
        ("FREQ=DAILY;INTERVAL=0", "`INTERVAL=0` is out of range: write a number from 1 to 1000"),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", None),
        ("FREQ=DAILY;UNTIL=tomorrow", "`UNTIL=tomorrow` is no date: write the last day as `20241231`"),
        ("FREQ=DAILY;UNTIL=20240230", None),
        ("FREQ=WEEKLY;BYDAY=FR;WKST=XX", None),
        ("FREQ=DAILY;INTERVAL=2", "`INTERVAL=2` skips some: say with `from` on which day the rule starts"),
        ("FREQ=DAILY;COUNT=2", "`COUNT=2` ends after some: say with `from` on which day the rule starts"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20240101", "`COUNT` and `UNTIL` are two ends: write one of them"),
        ("FREQ=WEEKLY", "`FREQ=WEEKLY` alone names no day: say with `from` on which day the rule starts"),
        ("FREQ=YEARLY;BYMONTH=6", "`FREQ=YEARLY` alone names no day: say with `from` on which day the rule starts"),
        ("FREQ=DAILY;BYSETPOS=1", "`BYSETPOS` chooses among days that another part names: add `BYDAY` or `BYMONTHDAY`"),
        ("FREQ=DAILY;" + "BYMONTH=1," * 100, "a rule of 1011 characters is too long: at most 500"),
    ],
)
def test_what_is_no_rule_is_told_what_to_write(text: str, message: str | None) -> None:
    """Nothing is guessed, and nothing that could count finer than days is taken."""
    with pytest.raises(ValueError) as caught:
        parse_rrule(text)

    assert message is None or message == str(caught.value)
    assert "\n" not in str(caught.value)


@given(
    st.text(alphabet="FREQ=WEKLY;BDAOUNTI,-0123456789MS", max_size=60).map(lambda tail: f"FREQ=DAILY;{tail}")
    | st.text(max_size=30)
)
def test_any_text_is_a_rule_or_a_value_error(text: str) -> None:
    """Nothing but ValueError comes out, whatever goes in."""
    try:
        rule = parse_rrule(text)
    except ValueError:
        return

    assert list(days_of(rule)) == sorted(set(days_of(rule)))
