"""Business days: dates that open against their author's will, windows turned round, nights that are two days."""

from __future__ import annotations

import pytest
from check.desk import commitment, desk, hints, told

OFFICE = 'weekly: {mon-fri: ["09:00-17:00"]}'
CUT = 'weekly: {mon: ["22:00-24:00"], tue-fri: ["00:00-06:00", "22:00-24:00"], sat: ["00:00-06:00"]}'


def policy(hours: str, promise: str = "within: 4h", **sections: str) -> str:
    """The desk with one promise on a calendar of these hours."""
    calendars = f"{{support: {{zone: Europe/Paris, {hours}, nominal-day: 8h, assumes: [usual]}}}}"
    return desk(calendars=calendars, commitments=f"[{commitment(f'calendar: support, {promise}')}]", **sections)


EVES = {
    "windows": (OFFICE + ', special: {"*-12-24": ["09:00-12:00"]}', "`sat`, `sun`"),
    "a desk of every day": ('weekly: {mon-sun: ["09:00-17:00"]}, special: {"*-12-24": ["09:00-12:00"]}', ""),
    "a desk of six days": ('weekly: {mon-sat: ["09:00-17:00"]}, special: {"*-12-24": ["09:00-12:00"]}', "`sun`"),
    "no windows": (OFFICE + ', special: {"*-12-24": []}', ""),
    "a very date": (OFFICE + ', special: {"2028-12-24": ["09:00-12:00"]}', ""),
    "early closing": (OFFICE + ', special: {"*-12-24": {closes: "12:00"}}', ""),
    "special days alone": ('weekly: {}, special: {"*-12-24": ["09:00-12:00"]}', ""),
}


@pytest.mark.parametrize("hours, closed", EVES.values(), ids=EVES)
def test_a_day_of_every_year_that_opens_a_closed_weekday(hours: str, closed: str) -> None:
    message = f"UP520 `*-12-24` opens `support` also where it falls on a day of the week without hours: {closed}"

    assert ([message] if closed else []) == told(policy(hours))


def test_the_line_to_write_instead() -> None:
    """With the closing that the windows have; a night has none on its date."""
    night = OFFICE + ', special: {"*-12-24": ["20:00-02:00"]}'
    asked = EVES["windows"][0].replace('"09:00-12:00"', '"09:00-11:00", "12:00-13:30"')

    assert ['where the day is only to close early, write `"*-12-24": {closes: "13:30"}`'] == hints(policy(asked))
    assert ["name the very dates, such as `2026-12-24`"] == hints(policy(night))


@pytest.mark.parametrize(
    "effective, closed",
    [
        ("{from: 2026-01-01, until: 2026-12-31, assumes: [usual]}", ""),  # a Thursday
        ("{from: 2026-01-01, until: 2027-12-31, assumes: [usual]}", ""),  # and a Friday
        ("{from: 2026-01-01, until: 2028-12-23, assumes: [usual]}", ""),
        ("{from: 2026-01-01, until: 2028-12-24, assumes: [usual]}", "`sun`"),
        ("{from: 2026-01-01, assumes: [usual]}", "`sat`, `sun`"),
    ],
)
def test_only_the_years_of_the_policy_count(effective: str, closed: str) -> None:
    found = told(policy(EVES["windows"][0], effective=effective))

    assert bool(closed) == bool(found)
    assert not found or found[0].endswith(f": {closed}")


PROMISES = {
    "in dates": ("within: 1bd, business-day: dates", True),
    "at the same time": ("within: 1bd, business-day: same-time", True),
    "at closing": ("within: {closing-of: same-day}", True),
    "in opening time": ("within: 1bd, business-day: opening-time", False),
    "in hours": ("within: 4h", False),
    "in dates, by a table": ("within: {parameter: within}, business-day: dates", True),
}
TABLE = "{within: {values: [{is: 4h}, {from: 2025-01-01, is: 2bd}], assumes: [usual]}}"


@pytest.mark.parametrize("promise, counts", PROMISES.values(), ids=PROMISES)
def test_a_night_cut_at_midnight(promise: str, counts: bool) -> None:
    """It matters where each of its two parts counts as a day."""
    sections = {"parameters": TABLE} if "parameter" in promise else {}
    message = "UP521 a night of `support`, cut at midnight, is two business days, and `answer` counts them"

    assert ([message] if counts else []) == told(policy(CUT, promise, **sections))


@pytest.mark.parametrize("does", ["after: 3bd, to: closed", "after: 4h, every: 1bd, sets: {queue: seen}"])
def test_a_timer_counts_nights_too(does: str) -> None:
    timers = f"[{{id: remind, in: [open], {does}, business-day: dates, calendar: support, assumes: [usual]}}]"
    message = "UP521 a night of `support`, cut at midnight, is two business days, and `remind` counts them"

    assert message in told(policy(CUT, timers=timers))


@pytest.mark.parametrize(
    "more", ["per-customer: true", "holidays: {country: FR}, special: {before-holidays: {closes: '11:00'}}"]
)
def test_hours_of_which_a_word_is_for_others_are_looked_at(more: str) -> None:
    """Customers may replace them, or they shorten days before holidays: days that differ need a worth all the same."""
    hours = f"weekly: {{mon-thu: ['09:00-17:00'], fri: ['09:00-12:00']}}, {more}"
    promise = commitment("calendar: support, within: 2bd, business-day: opening-time")
    calendars = f"{{support: {{zone: Europe/Paris, {hours}, assumes: [usual]}}}}"
    message = "UP506 `answer` counts business days in opening time, and the days of `support` have different hours"

    assert [message] == told(desk(calendars=calendars, commitments=f"[{promise}]"))


WHOLE = {
    CUT: 'mon-fri: ["22:00-06:00"]',
    'weekly: {mon-sun: ["00:00-02:00", "08:00-12:00", "18:00-24:00"]}': 'mon-sun: ["08:00-12:00", "18:00-02:00"]',
    'weekly: {sun: ["22:00-24:00"], mon: ["00:00-06:00"]}': 'sun: ["22:00-06:00"]',
    'weekly: {mon-fri: ["00:00-24:00"]}': "",
    'weekly: {mon: ["08:00-24:00"], tue-thu: ["00:00-24:00"], fri: ["00:00-18:00"]}': "",
    'weekly: {mon-sun: ["00:00-06:00", "06:00-24:00"]}': "",
    'weekly: {mon: ["22:00-24:00"], wed: ["00:00-06:00"]}': "",
    'weekly: {mon-fri: ["22:00-06:00"]}': "",
}


@pytest.mark.parametrize("hours, whole", WHOLE.items())
def test_how_a_whole_night_is_written(hours: str, whole: str) -> None:
    """And what is no night: round the clock, on some days or on all, and what does not touch."""
    expected = [f"where a night is one, write `weekly: {{{whole}}}`"] if whole else []

    assert expected == hints(policy(hours, "within: 1bd, business-day: dates"))
    if whole:
        assert [] == told(policy(f"weekly: {{{whole}}}", "within: 1bd, business-day: dates"))


@pytest.mark.parametrize(
    "window, turned",
    [
        ("17:00-09:00", True),
        ("12:30-09:00", True),
        ("20:00-08:00", False),  # twelve hours
        ("22:00-06:00", False),
        ("08:00-02:00", False),
        ("00:00-24:00", False),
        ("12:00-24:00", False),
    ],
)
def test_a_window_that_seems_turned_round(window: str, turned: bool) -> None:
    """One that begins in the afternoon and lasts for more than half a day."""
    message = f"UP522 `{window}` passes midnight, and is open for more than half a day"

    assert ([message] if turned else []) == told(policy(f'weekly: {{mon-fri: ["{window}"]}}'))
