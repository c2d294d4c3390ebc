"""Local times: the policy's clock, a calendar's where it shows another time, and midnight as the end of its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from upheld.core.policy.policy import Policy
from upheld.core.time.instant import seconds_of
from upheld.show.words.local_time import due_moment, interval, opening_intervals, short_due
from upheld.show.words.view import View

CALENDARS = """
calendars:
  paris: {zone: Europe/Paris, weekly: {mon-fri: ["09:00-17:30"]}}
  london: {zone: Europe/London, weekly: {mon-fri: ["09:00-17:30"]}}
"""


def at(text: str) -> int:
    return seconds_of(datetime.fromisoformat(f"{text}+00:00"))


DUE = {
    ("2024-03-04T10:00", "paris"): ("Monday 4 March 2024, 10:00 (Europe/Paris: 11:00)", "10:00 (Europe/Paris: 11:00)"),
    ("2024-03-04T10:00", "london"): ("Monday 4 March 2024, 10:00", "10:00"),
    ("2024-03-04T10:00", "always"): ("Monday 4 March 2024, 10:00", "10:00"),
    ("2024-03-05T00:00", "always"): ("Monday 4 March 2024, 24:00", "24:00"),
    ("2024-03-04T23:30", "paris"): (
        "Monday 4 March 2024, 23:30 (Europe/Paris: Tuesday 5 March 2024, 00:30)",
        "23:30 (Europe/Paris: Tue 2024-03-05 00:30)",
    ),
}


@pytest.mark.parametrize(("instant", "calendar"), DUE)
def test_a_due_time_is_told_by_both_clocks(instant: str, calendar: str, tiny: Callable[[str], Policy]) -> None:
    """Where they show different times; midnight ends the day before."""
    view = View(tiny(CALENDARS), "en")
    told = due_moment(view, at(instant), calendar), short_due(view, at(instant), calendar)

    sentence, cell = DUE[instant, calendar]
    assert (sentence, f"Mon 2024-03-04 {cell}") == tuple(text.replace("\u00a0", " ") for text in told)


def test_opening_hours_are_those_of_their_own_clock(tiny: Callable[[str], Policy]) -> None:
    """Office hours of Paris are not told in UTC."""
    view = View(tiny(CALENDARS), "fr")
    told = opening_intervals(view, [(at("2024-03-04T08:00"), at("2024-03-04T16:30"))], "paris")

    assert ["lundi 4 mars 2024, de 9 h à 17 h 30 (Europe/Paris)"] == [text.replace("\u00a0", " ") for text in told]


def test_a_whole_day_ends_at_its_midnight(tiny: Callable[[str], Policy]) -> None:
    view = View(tiny(CALENDARS), "en")

    assert "Monday 4\u00a0March 2024, 00:00–24:00" == interval(view, at("2024-03-04T00:00"), at("2024-03-05T00:00"))
