"""Recurrences are due at closing or at their time, on the day they rolled to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from upheld.core.errors import CalendarError
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import date_of_day, seconds_of
from upheld.core.time.recurrence import Recurrence, recurrence_problems

PARIS = Calendar.from_document(
    {
        "zone": "Europe/Paris",
        "weekly": {"mon-fri": ["09:00-12:30", "13:30-18:00"]},
        "closed": ["2024-03-27", "2024-03-29", "2024-05-01"],
        "special": {"2024-03-22": ["09:00-12:00"]},
    }
)


def due(document: dict[str, Any], start: str, after: Any = "instant") -> str | None:
    """The local time at which the next is due."""
    found = Recurrence.from_document(document, PARIS).next_after(datetime.fromisoformat(start), after)
    return None if found is None else found.astimezone(PARIS.zone).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("roll", "start", "expected"),
    [
        ("none", "2024-03-18T10:00+01:00", "Fri 2024-03-22 12:00"),  # closing of that day's special hours
        ("none", "2024-03-22T11:59:59+01:00", "Fri 2024-03-22 12:00"),
        ("none", "2024-03-22T12:00+01:00", "Sat 2024-03-30 00:00"),  # a closed day that stays is due at its end
        ("previous", "2024-03-22T12:00+01:00", "Thu 2024-03-28 18:00"),
        ("previous", "2024-03-28T18:00+01:00", "Fri 2024-04-05 18:00"),
        ("next", "2024-03-22T12:00+01:00", "Mon 2024-04-01 18:00"),
        ("next", "2024-03-30T12:00+01:00", "Mon 2024-04-01 18:00"),  # rolled over a start after its own day
        ("next", "2024-04-01T17:59+02:00", "Mon 2024-04-01 18:00"),
        ("next", "2024-04-01T18:00+02:00", "Fri 2024-04-05 18:00"),
    ],
)
def test_every_friday(roll: str, start: str, expected: str) -> None:
    """Strictly after the start, the roll included; Friday 29 March is closed."""
    assert expected == due({"rrule": "FREQ=WEEKLY;BYDAY=FR", "roll": roll}, start)


def test_the_last_business_day_of_each_quarter() -> None:
    """31 March 2024 is a Sunday and the Friday before is closed; after its date, the next is that of June."""
    quarterly = {"rrule": "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1", "roll": "previous"}

    assert "Thu 2024-03-28 18:00" == due(quarterly, "2024-03-27T10:00+01:00")
    assert "Thu 2024-03-28 18:00" == due(quarterly, "2024-03-28T10:00+01:00")
    assert "Fri 2024-06-28 18:00" == due(quarterly, "2024-03-28T10:00+01:00", after="date")
    assert "Thu 2024-03-28 18:00" == due(quarterly, "2024-03-27T23:59:59+01:00", after="date")
    assert "Fri 2024-06-28 18:00" == due(quarterly, "2024-03-28T00:00+01:00", after="date")


def test_after_the_date_looks_at_the_day_it_rolled_to() -> None:
    """Friday 29 March rolls to Monday, which is later than a start on Saturday, and not than one on Monday."""
    friday = {"rrule": "FREQ=WEEKLY;BYDAY=FR", "roll": "next"}

    assert "Mon 2024-04-01 18:00" == due(friday, "2024-03-30T12:00+01:00", after="date")
    assert "Fri 2024-04-05 18:00" == due(friday, "2024-04-01T00:00+02:00", after="date")


def test_a_time_of_day_wins_over_closing() -> None:
    """Due at ten, summer time or not; a time may lie in closed hours."""
    wednesday = {"rrule": "FREQ=WEEKLY;BYDAY=WE", "roll": "next", "at": "10:00"}

    assert "Thu 2024-03-28 10:00" == due(wednesday, "2024-03-25T10:00+01:00")
    assert "Wed 2024-04-03 10:00" == due(wednesday, "2024-03-28T10:00+01:00")
    assert "Sun 2024-03-31 10:00" == due({"dates": ["2024-03-31"], "at": "10:00"}, "2024-03-30T10:00+01:00")


def test_dates_one_by_one_come_to_an_end() -> None:
    """After the last there is none, and that is an answer; so it is after the end of a rule."""
    dates = {"dates": ["2024-05-02", "2024-04-02"], "roll": "next"}

    assert "Tue 2024-04-02 18:00" == due(dates, "2024-03-01T00:00+01:00")
    assert "Thu 2024-05-02 18:00" == due(dates, "2024-04-02T18:00+02:00")
    assert due(dates, "2024-05-02T18:00+02:00") is None
    assert due({"rrule": "FREQ=DAILY;UNTIL=20240401"}, "2024-05-02T18:00+02:00") is None


def test_every_start_of_a_quarter_finds_the_first_due_after_it() -> None:
    """For each roll and both meanings of after: the first of all occurrences, when each is looked at in turn."""
    first = datetime(2024, 3, 20, tzinfo=UTC)
    for roll in ("previous", "next", "none"):
        recurrence = Recurrence.from_document({"rrule": "FREQ=WEEKLY;BYDAY=WE,SA", "roll": roll}, PARIS)
        every = [recurrence.occurrence_of(day) for day in recurrence.stated.days if "2024" == str(date_of_day(day))[:4]]
        for hours in range(0, 24 * 50, 5):
            start_s = seconds_of(first + timedelta(hours=hours))
            today = PARIS.clock_at(start_s)[0]
            assert next(one for one in every if one.due_s > start_s) == recurrence.next_after_s(start_s)
            assert next(one for one in every if one.due_day > today) == recurrence.next_after_s(start_s, "date")


def test_the_years_end_clearly() -> None:
    """An endless rule has days after 2050, but nobody can say when they are due."""
    recurrence = Recurrence.from_document({"rrule": "FREQ=WEEKLY;BYDAY=FR"}, PARIS)

    assert date(2050, 12, 30) == (recurrence.next_after(datetime(2050, 12, 29, tzinfo=UTC)) or first_of_1990).date()
    with pytest.raises(
        CalendarError, match="no day of the rule is due after `2050-12-31T12:00:00Z`, up to the end of 2050"
    ):
        recurrence.next_after(datetime(2050, 12, 31, 12, tzinfo=UTC))


first_of_1990 = datetime(1990, 1, 1, tzinfo=UTC)


def test_the_years_begin_clearly() -> None:
    """On the first dates there may be no business day before."""
    for roll in ("next", "none"):
        found = Recurrence.from_document({"dates": ["1990-01-06"], "roll": roll}, PARIS).next_after(first_of_1990)
        assert found is not None
    with pytest.raises(CalendarError, match="has no 1 business days before `1990-01-01`"):
        Recurrence.from_document(
            {"dates": ["1990-01-01"], "roll": "previous"},
            Calendar.from_document({"zone": "Etc/UTC", "weekly": {"tue": ["09:00-17:00"]}}),
        ).next_after(first_of_1990)


@pytest.mark.parametrize(
    ("document", "problems"),
    [
        ("weekly", [((), "a recurrence is a mapping with `rrule` or `dates`", "")]),
        (
            {"calendar": "support"},
            [
                (
                    (),
                    "a recurrence has either an `rrule` or `dates`",
                    "write for example `rrule: FREQ=WEEKLY;BYDAY=FR`, or `dates: [2024-03-28]`",
                )
            ],
        ),
        (
            {"rule": "FREQ=DAILY", "dates": [], "rol": "next", "roll": "nxt", "at": "9:00"},
            [
                (("rule",), "a recurrence has no key `rule`", "did you mean `rrule`?"),
                (("rol",), "a recurrence has no key `rol`", "did you mean `roll`?"),
                (("dates",), "the days stand in a list", "write `dates: [2024-03-28]`"),
                (("roll",), "`nxt` is no way to roll", "did you mean `next`?"),
                (("at",), "`9:00` is no time of day: did you mean `09:00`?", ""),
            ],
        ),
        (
            {"dates": ["2024-02-30", "*-12-24", "1989-12-31", "2024-01-01"], "from": "2024-01-01"},
            [
                (("from",), "dates need no `from`", "`from` is where a rule starts"),
                (("dates", 0), "`2024-02-30` is not in the calendar: no such day in that month and year", ""),
                (("dates", 1), "`*-12-24` is no single date: for every year, write an `rrule`", ""),
                (("dates", 2), "`1989-12-31` lies outside the years 1990 to 2050 that a calendar covers", ""),
            ],
        ),
        (
            {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "from": "soon"},
            [(("from",), "`soon` is no day: write `2024-12-24`, or `*-12-24` for every year", "")],
        ),
        (
            {"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
            [(("rrule",), "`FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30` names no day up to 2050", "")],
        ),
        ({"rrule": None}, None),
        ({"rrule": 5, "at": 9, "roll": []}, None),
        ({"dates": "2024-01-01"}, None),
        ({"dates": [1, None, {}]}, None),
    ],
)
def test_every_problem_is_reported_with_its_path(document: Any, problems: list[tuple[Any, str, str]] | None) -> None:
    """The checker puts positions on them; an embedder gets the first."""
    found = recurrence_problems(document)

    assert problems is None or problems == [(problem.path, problem.message, problem.hint) for problem in found]
    assert found
    with pytest.raises(CalendarError, match="recurrence"):
        Recurrence.from_document(document, PARIS)
