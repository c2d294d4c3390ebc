"""Opening seconds: the calendar's own answers, for many instants at once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.opening import Always, Opening
from reference.policies import CALENDARS

from upheld.bulk.clocks.opening_seconds import BEYOND_S, OpeningOfEach, OpeningSeconds, Rungs
from upheld.calendars.public_holidays import Calendar
from upheld.core.errors import CalendarError
from upheld.core.time import calendar as core

ALWAYS = [f"always in {zone}" for zone in ("Etc/UTC", "Europe/Paris", "Pacific/Auckland", "America/St_Johns")]
NAMES = [*CALENDARS, *ALWAYS]
YEARS = (1_640_995_200, 1_767_225_600)
"""2022 to 2025."""


def calendar_of(name: str) -> core.Calendar:
    """A calendar on which nothing has been laid out."""
    at, _, zone = name.rpartition(" ")
    return core.Calendar.always(zone) if at else Calendar.from_document(CALENDARS[name])


def instants(calendar: core.Calendar, count: int = 400) -> np.ndarray:
    """Instants at random, and those where something changes, with their neighbours."""
    draw = random.Random(calendar.zone.key)
    line = calendar.line(*YEARS)
    edges = [*line.starts, *line.ends, *(each.from_s for each in line.stretches)]
    found = [draw.randrange(*YEARS) for _ in range(count)]
    for edge in draw.sample(edges, min(len(edges), count)):
        found += [edge - 1, edge, edge + 1]
    return np.array([each for each in found if YEARS[0] <= each < YEARS[1]], np.int64)


def one_by_one(ask: Callable[[int], int], at_s: np.ndarray) -> list[int]:
    return [ask(each) for each in at_s.tolist()]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_of_an_instant_is_answered_as_the_calendar_does(name: str) -> None:
    """Open or not, next opening, local clock, date, opening left: at every edge and beside it."""
    calendar = calendar_of(name)
    at_s, opening = instants(calendar), OpeningSeconds(calendar_of(name))

    assert one_by_one(calendar.is_open_s, at_s) == opening.is_open(at_s).tolist()
    assert one_by_one(calendar.next_opening_s, at_s) == opening.next_opening(at_s).tolist()
    assert one_by_one(calendar.clock_at, at_s) == list(zip(*(each.tolist() for each in opening.clock_at(at_s))))
    assert one_by_one(calendar.day_at, at_s) == opening.day_at(at_s).tolist()
    assert one_by_one(calendar.opening_left_s, at_s) == opening.opening_left(at_s).tolist()


@pytest.mark.parametrize("name", NAMES)
def test_opening_time_between_and_after_instants_is_the_calendars(name: str) -> None:
    """Also from a later to an earlier one, up to closing, and no time at all."""
    calendar = calendar_of(name)
    a_s, opening = instants(calendar), OpeningSeconds(calendar_of(name))
    b_s = np.random.default_rng(3).permutation(a_s)
    seconds = np.random.default_rng(4).choice([0, 1, 1800, 3600, 8 * 3600, 30 * 3600], a_s.size)
    left = opening.opening_left(a_s)

    assert list(map(calendar.between_s, a_s.tolist(), b_s.tolist())) == opening.between(a_s, b_s).tolist()
    assert list(map(calendar.add_s, a_s.tolist(), seconds.tolist())) == opening.add(a_s, seconds).tolist()
    assert list(map(calendar.add_s, a_s.tolist(), left.tolist())) == opening.add(a_s, left).tolist()
    assert list(map(calendar.add_s, a_s.tolist(), [7200] * a_s.size)) == opening.add(a_s, 7200).tolist()


@pytest.mark.parametrize("name", NAMES)
def test_whoever_looks_at_the_local_clock_counts_the_same(name: str) -> None:
    """Against pieces of dates found by reading the clock minute by minute."""
    slow = Always(name.rpartition(" ")[2]) if name in ALWAYS else Opening(CALENDARS[name])
    draw, opening = random.Random(name), OpeningSeconds(calendar_of(name))
    a_s = np.array([draw.randrange(*YEARS) for _ in range(60)], np.int64)
    b_s = a_s + np.array([draw.randrange(20 * 86_400) for _ in a_s])
    seconds = np.array([draw.choice([0, 1800, 3600, 11 * 3600]) for _ in a_s])

    assert list(map(slow.between, a_s.tolist(), b_s.tolist())) == opening.between(a_s, b_s).tolist()
    assert list(map(slow.add, a_s.tolist(), seconds.tolist())) == opening.add(a_s, seconds).tolist()
    assert one_by_one(slow.is_open, a_s) == opening.is_open(a_s).tolist()
    assert one_by_one(slow.left_today, a_s) == opening.opening_left(a_s).tolist()


ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Africa/Casablanca"])
DAY_TIMES = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 15, 30)]
WINDOWS = [(DAY_TIMES, 0), ([each for each in DAY_TIMES if "06:00" <= each <= "18:00"], 1)]


@st.composite
def weeks(draw: Callable) -> dict:
    """Hours of the week; where there are nights, all other hours lie between six and six."""
    weekly: dict[str, list[str]] = {}
    times, nights = draw(st.sampled_from(WINDOWS))
    for day in draw(st.lists(st.sampled_from("mon tue wed thu fri sat sun".split()), min_size=1, unique=True)):
        hours = sorted(draw(st.lists(st.sampled_from(times), min_size=2, max_size=4, unique=True)))
        weekly[day] = [f"{hours[place]}-{hours[place + 1]}" for place in range(0, len(hours) - 1, 2)]
        if nights and draw(st.booleans()):
            weekly[day].append(draw(st.sampled_from(["18:00-06:00", "22:15-01:30", "23:30-02:30"])))
    return {"zone": draw(ZONES), "weekly": weekly}


@given(weeks(), st.integers(0, 2**31), st.integers(1, 400))
def test_any_week_in_any_zone_is_counted_as_the_calendar_does(week: dict, seed: int, hours: int) -> None:
    """Hours that nobody thought of, in zones whose clocks change at midnight, by half an hour, and twice a year."""
    calendar, opening = Calendar.from_document(week), OpeningSeconds(Calendar.from_document(week))
    draw = random.Random(seed)
    a_s, b_s = (np.array([draw.randrange(*YEARS) for _ in range(20)], np.int64) for _ in range(2))

    assert list(map(calendar.between_s, a_s.tolist(), b_s.tolist())) == opening.between(a_s, b_s).tolist()
    assert [calendar.add_s(each, hours * 3600) for each in a_s.tolist()] == opening.add(a_s, hours * 3600).tolist()
    assert one_by_one(calendar.day_at, a_s) == opening.day_at(a_s).tolist()
    assert one_by_one(calendar.next_opening_s, a_s) == opening.next_opening(a_s).tolist()


def test_seconds_before_an_instant_stay_the_same_when_more_years_are_laid_out() -> None:
    """What was counted can be compared with what is counted later, whoever had years laid out in between."""
    calendar = calendar_of("paris")
    opening, at_s = OpeningSeconds(calendar), np.array([YEARS[0] + 86_400 * 200], np.int64)
    before = opening.before(at_s)
    calendar.line(YEARS[0] - 86_400 * 3000, YEARS[1])
    opening.before(at_s - 86_400 * 4000)
    opening.before(at_s + 86_400 * 4000)

    assert before.tolist() == opening.before(at_s).tolist()
    assert (before + 3600 == opening.before(opening.add(at_s, 3600))).all()


@pytest.mark.parametrize("name", ["paris", "always in Pacific/Auckland", "always in America/St_Johns"])
def test_the_first_and_the_last_year_are_covered_to_their_ends(name: str) -> None:
    """1990 and 2050, by UTC or by the zone's clock, whichever is more; an answer after that is told from others."""
    calendar, opening = calendar_of(name), OpeningSeconds(calendar_of(name))
    first_s, until_s = calendar.first_s, calendar.until_s
    at_s = np.array([first_s, first_s + 1, until_s - 100 * 86_400, until_s - 1], np.int64)
    asked = list(zip(at_s.tolist(), [0, 3600, 50 * 3600, 3600 * 24 * 365]))

    assert opening.covers(np.array([first_s - 1, first_s, until_s - 1, until_s])).tolist() == [False, True, True, False]
    assert one_by_one(lambda each: calendar.between_s(first_s, each), at_s) == (
        opening.between(np.full(4, first_s), at_s).tolist()
    )
    assert [calendar.add_s(*each) for each in asked[:3]] == opening.add(*np.array(asked[:3]).T).tolist()
    with pytest.raises(CalendarError, match="is not open for"):
        calendar.add_s(*asked[3])
    assert [BEYOND_S] == opening.add(*np.array(asked[3:]).T).tolist()


@pytest.mark.parametrize("off_s", [-1, 1])
def test_an_instant_outside_the_years_is_refused_as_the_calendar_does(off_s: int) -> None:
    """One among many spoils them: who asks knows which are covered."""
    calendar = calendar_of("greenwich")
    bad_s = calendar.first_s - 1 if off_s < 0 else calendar.until_s + 1
    with pytest.raises(CalendarError, match="lies outside the years 1990 to 2050"):
        OpeningSeconds(calendar).before(np.array([YEARS[0], bad_s], np.int64))


def test_a_calendar_that_does_not_open_again_says_beyond() -> None:
    """Where the engine refuses, since there is no next opening."""
    calendar = Calendar.from_document({"zone": "Etc/UTC", "weekly": {}, "special": {"2024-03-04": ["09:00-17:00"]}})
    opening, after_s = OpeningSeconds(calendar), np.array([1_709_600_000, 1_709_500_000], np.int64)
    with pytest.raises(CalendarError, match="does not open again"):
        calendar.next_opening_s(int(after_s[0]))
    assert [BEYOND_S, calendar.next_opening_s(int(after_s[1]))] == opening.next_opening(after_s).tolist()


def test_nothing_asked_is_nothing_answered() -> None:
    """Empty arrays, before anything was laid out."""
    none, opening = np.zeros(0, np.int64), OpeningSeconds(calendar_of("shifts"))
    answers = [opening.before(none), opening.add(none, 3600), opening.next_opening(none), opening.day_at(none)]
    answers += [opening.opening_left(none), opening.is_open(none), *opening.clock_at(none)]
    assert [0] * 8 == [each.size for each in answers]


def test_each_row_counts_on_its_own_calendar() -> None:
    """Rows of several calendars, mixed, one of them without any row."""
    names = ["paris", "kathmandu", "always in Etc/UTC", "watch"]
    calendars = [calendar_of(name) for name in names]
    at_s = instants(calendars[0], 100)
    which = np.random.default_rng(5).choice([0, 2, 3], at_s.size).astype(np.int32)
    each = OpeningOfEach([OpeningSeconds(calendar) for calendar in calendars], which)
    due_s = each.first_with(each.before(at_s) + 5400)

    assert [calendars[number].add_s(start_s, 5400) for start_s, number in zip(at_s.tolist(), which)] == due_s.tolist()


def numbers() -> Iterator[st.SearchStrategy]:
    yield st.integers(-50, 50)
    yield st.one_of(st.integers(0, 30), st.integers(10**9, 10**9 + 60), st.integers(-(10**10), 10**10))


@given(st.one_of(*(st.lists(each, min_size=1, max_size=60) for each in numbers())), st.lists(st.integers(-99, 99)))
def test_a_place_among_rungs_is_that_of_a_search(rungs: list[int], others: list[int]) -> None:
    """Evenly spaced or crowded, some of them equal; below all, at each, beside each, and above all."""
    ladder = np.array(sorted(rungs), np.int64)
    asked = np.array([*others, *(each + off for each in rungs for off in (-1, 0, 1))], np.int64)
    assert (np.searchsorted(ladder, asked, side="right") - 1).tolist() == Rungs(ladder).place(asked).tolist()
