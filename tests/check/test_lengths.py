"""Lengths of time: each is counted on a calendar that can count it."""

from __future__ import annotations

import pytest
from check.desk import SUPPORT, commitment, desk, told

SHORT_FRIDAY = SUPPORT.replace('mon-fri: ["09:00-17:00"]', 'mon-thu: ["09:00-17:00"], fri: ["09:00-12:00"]')
NO_MEANING = "UP506 `answer` counts in business days (2bd), and does not say what one is"
NO_WORTH = "UP506 `answer` counts business days in opening time, and the days of `support` have different hours"


def promised(text: str, calendar: str = SUPPORT, **sections: str) -> list[str]:
    """What is said of a commitment on the calendar `support`."""
    on = "" if "calendar" in text else "calendar: support, "
    return told(desk(calendars=calendar, commitments=f"[{commitment(on + text)}]", **sections))


LENGTHS = {
    "hours": ("within: 4h", []),
    "business days without a meaning": ("within: 2bd", [NO_MEANING]),
    "business days in dates": ("within: 2bd, business-day: dates", []),
    "business days at the same time": ("within: 2bd, business-day: same-time", []),
    "business days in opening time": ("within: 1.5bd, business-day: opening-time", []),
    "half a date": (
        "within: 1.5bd, business-day: dates",
        ["UP506 `1.5bd` counts a part of a business day, which `dates` has not"],
    ),
    "half a day at the same time": (
        "within: 0.5bd, business-day: same-time",
        ["UP506 `0.5bd` counts a part of a business day, which `same-time` has not"],
    ),
    "days": ("within: 2d", ["UP513 `2d` is time round the clock, and `support` has closed time"]),
    "weeks": ("within: 1w", ["UP513 `1w` is time round the clock, and `support` has closed time"]),
    "a meaning that nothing needs": ("within: 4h, business-day: dates", []),
}


@pytest.mark.parametrize("text, expected", LENGTHS.values(), ids=LENGTHS)
def test_lengths_on_a_calendar(text: str, expected: list[str]) -> None:
    assert expected == promised(text)


def test_days_are_counted_on_a_calendar_that_never_closes() -> None:
    assert [] == promised("within: 2d, calendar: always", calendar="")
    assert [] == promised("within: 1w, calendar: always", calendar="")


def test_a_promise_says_on_which_calendar_it_counts() -> None:
    without = desk(commitments="[{id: answer, start: {on: submit}, stop: {on: close}, within: 4h, assumes: [usual]}]")

    assert ["UP505 `answer` does not say on which calendar it counts"] == told(without)


def test_days_of_different_hours_need_a_nominal_day() -> None:
    """Only where business days are counted in opening time."""
    stated = SHORT_FRIDAY.replace("assumes:", "nominal-day: 7h, assumes:")

    assert [NO_WORTH] == promised("within: 2bd, business-day: opening-time", SHORT_FRIDAY)
    assert [] == promised("within: 2bd, business-day: opening-time", stated)
    assert [] == promised("within: 2bd, business-day: dates", SHORT_FRIDAY)
    assert [] == promised("within: 8h, business-day: opening-time", SHORT_FRIDAY)


def test_every_value_of_a_table_counts() -> None:
    """One business day among hours is enough."""
    parameters = "{within: {values: [{is: 4h}, {from: 2025-01-01, is: 2bd}], assumes: [usual]}}"

    assert [NO_MEANING] == promised("within: {parameter: within}", parameters=parameters)


def test_an_objective_counts_as_its_commitment_does() -> None:
    """Its time is opening time, so a business day has to be worth something, and something at all."""
    of = "[{id: most, of: answer, share: 90%%, within: %s, assumes: [usual]}]"
    worth = "within: 4h, business-day: opening-time"

    assert [] == promised("within: 4h", objectives=of % "1h")
    assert [] == promised(worth, objectives=of % "1bd")
    assert ["UP506 `most` counts in business days, and `answer` does not say how long one is"] == promised(
        "within: 4h, business-day: dates", objectives=of % "1bd"
    )
    assert [NO_WORTH.replace("`answer`", "`most`")] == promised(worth, SHORT_FRIDAY, objectives=of % "1bd")
    assert ["UP513 `1d` is time round the clock, and `support` has closed time"] == promised(
        "within: 4h", objectives=of % "1d"
    )
    assert ["UP514 `0h` is no time at all"] == promised("within: 4h", objectives=of % "0h")


TIMERS = {
    "round the clock": ("after: 10d, calendar: always", []),
    "business days without a meaning": (
        "after: 10bd, calendar: support",
        ["UP506 `forget` counts in business days (10bd), and does not say what one is"],
    ),
    "business days": ("after: 10bd, calendar: support, business-day: dates", []),
    "days with closed time": (
        "after: 10d, calendar: support",
        ["UP513 `10d` is time round the clock, and `support` has closed time"],
    ),
    "at once": ("after: 0min", []),
    "no calendar": ("after: 4h", ["UP505 `forget` does not say on which calendar it counts"]),
}


@pytest.mark.parametrize("text, expected", TIMERS.values(), ids=TIMERS)
def test_timers(text: str, expected: list[str]) -> None:
    timer = f"[{{id: forget, in: open, {text}, effects: [{{kind: notify}}], assumes: [usual]}}]"
    calendars = SUPPORT if "support" in text else ""

    assert expected == told(desk(calendars=calendars, timers=timer))


def test_a_timer_does_something() -> None:
    """Going to the state that the ticket is in already is nothing."""
    timer = "[{id: forget, in: open, after: 1h, calendar: always, %sassumes: [usual]}]"
    message = "UP511 timer `forget` does nothing when its time has come"

    assert [message] == told(desk(timers=timer % ""))
    assert [message] == told(desk(timers=timer % "to: open, "))
