"""What a policy says about time: dates in its zone, names of calendars, dated parameters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from core.clocks.tiny_ticket import at, commitment, policy_of

from upheld.calendars.schedule import schedule_of
from upheld.core.policy.schedule import Found, Schedule

POLICY = policy_of(commitment(""))


def test_dates_are_those_of_the_policy_zone() -> None:
    """In Paris a day begins at 23:00 UTC, in summer at 22:00; asked again and again, the answer stays."""
    times = schedule_of(POLICY)
    for _ in range(2):
        assert date(2024, 3, 4) == times.date_at(at("04T22:59:59"))
        assert date(2024, 3, 5) == times.date_at(at("04T23:00"))
        assert date(2024, 4, 1) == times.date_at(at("31T22:00"))


@pytest.mark.parametrize(
    ("name", "when", "held"),
    [
        ("opening.office", "04T09:00", "open"),
        ("opening.office", "04T17:00", "closed"),
        ("opening.always", "09T03:00", "open"),
        ("opening-left.office", "04T16:30", 30 * 60),
        ("opening-left.office", "04T07:00", 8 * 3600),
        ("opening-left.office", "04T18:00", 0),
        ("opening-left.office", "09T12:00", 0),
        ("opening-left.office", "13T12:00", 0),
        ("opening-left.lunch", "04T12:30", 4 * 3600),
        ("day.office", "04T00:00", "mon"),
        ("day.office", "10T23:59", "sun"),
        ("day.always", "10T23:00", "mon"),
    ],
)
def test_what_names_of_calendars_hold(name: str, when: str, held: object) -> None:
    """Opening left is what is left of the local date: all of it before opening, none after closing, half over lunch."""
    read = schedule_of(POLICY).reader(*name.split("."))
    assert held == read(at(when), "")


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("2023-12-31T22:59:59Z", None),
        ("2023-12-31T23:00:00Z", Found("2h", 0)),
        ("2024-03-31T21:59:59Z", Found("2h", 0)),
        ("2024-03-31T22:00:00Z", Found("1h", 1)),
        ("2049-12-31T12:00:00Z", Found("1h", 1)),
    ],
)
def test_a_parameter_has_the_value_of_its_date_in_the_policy_zone(when: str, found: Found | None) -> None:
    assert found == schedule_of(POLICY).parameter("hours-by-severity", "high", at(when), "acme")


def test_a_column_that_a_table_lacks_has_no_value_and_neither_has_an_unknown_parameter() -> None:
    times = schedule_of(POLICY)
    assert times.parameter("hours-by-severity", "middle", at("04T10:00"), "") is None
    assert times.parameter("nothing", "", at("04T10:00"), "") is None


def test_a_contract_overrides_by_key_for_its_own_customer() -> None:
    """It is asked with the date in the policy's zone, and may also say what the table lacks."""
    asked = []

    def override(customer: str, parameter: str, column: str, day: date) -> str | None:
        asked.append((customer, parameter, column, day))
        return "5h" if (customer, column) == ("acme", "middle") else None

    times: Schedule = schedule_of(POLICY, override=override)

    assert Found("5h", None) == times.parameter("hours-by-severity", "middle", at("04T23:30"), "acme")
    assert Found("2h", 0) == times.parameter("hours-by-severity", "high", at("04T10:00"), "acme")
    assert times.parameter("hours-by-severity", "middle", at("04T10:00"), "") is None
    assert ("acme", "hours-by-severity", "middle", date(2024, 3, 5)) == asked[0]
    assert {"acme"} == {customer for customer, *_ in asked}


def test_a_row_that_has_ended_has_no_value_until_the_next_begins() -> None:
    """The last day is included; the checker lets no such gap pass, and the engine does not rely on it."""
    parameter = POLICY.parameters["hours-by-severity"]
    first, second = parameter.rows
    gapped = replace(parameter, rows=(replace(first, until=date(2024, 1, 31)), second))

    days = [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 1), date(2024, 4, 1)]
    assert [None, 0, None, 1] == [gapped.number_on(day) for day in days]


def test_releases_are_put_in_order() -> None:
    later, sooner = date(2024, 5, 6), date(2024, 3, 28)
    assert (sooner, later) == schedule_of(POLICY, [later, sooner]).releases
