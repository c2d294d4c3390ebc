"""Wall clocks: which instant the digits of an export are, in the zone of its clock, and what is noticed of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.history.importer import Row
from upheld.history.mapping.cell import Cell
from upheld.history.mapping.timed_row import Timed, timed
from upheld.history.mapping.wall_clock import WallClock

ZONES = "Europe/Paris", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"
DIGITS = st.datetimes(datetime(1990, 1, 2), datetime(2050, 12, 30)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001


def near_changes(zone: str) -> list[datetime]:
    """Digits around each change of a zone's clocks: all half hours of those days."""
    found, place = [], ZoneInfo(zone)
    day = datetime(2000, 1, 1)  # noqa: DTZ001 - digits
    while day.year < 2040:
        ends = (day.replace(tzinfo=place), (day + timedelta(days=1)).replace(tzinfo=place))
        if ends[0].utcoffset() != ends[1].utcoffset():
            found += [day + timedelta(minutes=30 * number) for number in range(-2, 50)]
        day += timedelta(days=1)
    return found


def plainly(digits: datetime, zone: str) -> tuple[int, bool]:
    """The instant, and whether the clock ever showed these digits."""
    at = digits.replace(tzinfo=ZoneInfo(zone))
    return int(at.timestamp()), at.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == digits


def noticed(clock: WallClock, kind: str) -> list[tuple[int, str, dict[str, Any]]]:
    return [(each.number, each.place, dict(each.values)) for each in clock.notices if each.kind == kind]


@given(st.lists(DIGITS, min_size=1, max_size=20), st.sampled_from(ZONES))
def test_digits_are_those_of_the_zone(times: list[datetime], zone: str) -> None:
    """On any day, read once or again."""
    clock = WallClock(zone)

    assert [plainly(each, zone)[0] for each in times] == [clock.instant(each.isoformat()) for each in times]


@pytest.mark.parametrize("zone", ZONES)
def test_digits_around_every_change_of_the_clocks(zone: str) -> None:
    """Also where they change at midnight, by half an hour, or by a day; those that never were are counted."""
    clock, never = WallClock(zone), 0
    for digits in near_changes(zone):
        at_s, was = plainly(digits, zone)
        never += not was
        assert at_s == clock.instant(digits.isoformat(), place=str(digits))
    assert never == sum(number for number, *_ in noticed(clock, "never-was"))


@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.integers(-60, 60), st.sampled_from(["", "Z"])), min_size=1, max_size=30
    ),
    st.sampled_from(["Europe/Paris", "Australia/Lord_Howe"]),
)
def test_what_came_before_matters_on_few_days(rows: list[tuple[str, int, str]], zone: str) -> None:
    """Only instants near a change of the clocks are remembered, and the rows are those of a clock that knows all."""
    night = datetime(2026, 10, 25, 2) if zone == "Europe/Paris" else datetime(2026, 4, 5, 1, 30)  # noqa: DTZ001
    written = [(ticket, f"{night + timedelta(minutes=13 * step)}{offset}") for ticket, step, offset in rows]
    clock, last, expected = WallClock(zone), dict[str, int](), []
    for ticket, text in written:
        at_s = clock.instant(text, last.get(ticket))
        assert isinstance(at_s, int)
        expected.append(at_s)
        last[ticket] = at_s
    table = [Row(f"log.csv:{line}", {"id": ticket, "at": text}) for line, (ticket, text) in enumerate(written, 2)]
    found = timed(iter(table), Cell(columns=("id",)), Cell(columns=("at",)), WallClock(zone))

    assert expected == [row.at_s for row in found if isinstance(row, Timed)]


def test_a_time_that_never_was_is_noted() -> None:
    """It is read an hour later, as if the clock had not been changed; one that comes twice is no such time."""
    clock = WallClock("Europe/Paris", forms=("DD/MM/YYYY HH:mm",))
    read = [
        clock.instant(text, place=f"log.csv:{line}")
        for line, text in enumerate(["29/03/2026 01:59", "29/03/2026 02:50", "29/03/2026 03:00", "25/10/2026 02:30"], 2)
    ]

    assert [0, 51, 1] == [int(str(at)) // 60 - int(str(read[0])) // 60 for at in read[:3]]
    assert [(1, "log.csv:3", {"text": "29/03/2026 02:50", "zone": "Europe/Paris"})] == noticed(clock, "never-was")
    assert 4 == clock.instants


def test_an_overridden_zone_may_prove_wrong_too() -> None:
    """Its digits are read like those without a zone."""
    clock = WallClock("Europe/Paris", overrides=True)
    clock.instant("2026-03-29T02:50:00Z", place="log.csv:2")

    assert [(1, "log.csv:2", {"text": "2026-03-29T02:50:00Z", "zone": "Europe/Paris"})] == noticed(clock, "never-was")


@pytest.mark.parametrize(
    "form, text, is_midnight",
    [
        ("YYYY-MM-DD", "2026-03-02", True),
        ("iso", "2026-03-02 00:00:00", True),
        ("iso", "2026-03-02 00:00:00.000", True),
        ("iso", "2026-03-02T00:00:00Z", True),
        ("iso", "2026-03-02T00:00:01", False),
        ("iso", "2026-03-02T12:00", False),
        ("epoch-s", "1772409600", True),
        ("excel", "46083", True),
        ("excel", "46083.5", False),
        ("D MMM YYYY h:mm A", "2 Mar 2026 12:00 am", True),
    ],
)
def test_midnight_is_noted(form: str, text: str, is_midnight: bool) -> None:
    """As a date without a time is read, or as many a table writes one."""
    clock = WallClock("Etc/UTC", forms=(form,))
    clock.instant(text, place="log.csv:2")

    assert [(1, "log.csv:2", {"text": text})] * is_midnight == noticed(clock, "midnight")
    assert 1 == clock.instants


@pytest.mark.parametrize(
    "zone, form, text, expected",
    [
        ("Europe/Paris", "iso", "2026-03-02 09:00:00 CET", "2026-03-02T08:00Z"),
        ("Europe/Paris", "iso", "2026-07-02T09:00:00CEST", "2026-07-02T07:00Z"),
        ("Europe/Berlin", "DD.MM.YYYY HH:mm Z", "02.07.2026 09:00 MESZ", "2026-07-02T07:00Z"),
        ("America/New_York", "M/D/YYYY h:mm A Z", "11/1/2026 1:30 AM EDT", "2026-11-01T05:30Z"),
        ("America/New_York", "M/D/YYYY h:mm A Z", "11/1/2026 1:30 AM EST", "2026-11-01T06:30Z"),
        ("Europe/Paris", "iso", "2026-03-02 09:00 GMT", "2026-03-02T09:00Z"),
    ],
)
def test_what_a_zone_calls_its_time_is_read_with_the_zone(zone: str, form: str, text: str, expected: str) -> None:
    """The hour that comes twice is told apart by it; what is always UTC needs no zone."""
    read = WallClock(zone, forms=(form,)).instant(text)

    assert int(datetime.fromisoformat(expected).timestamp()) == read


@pytest.mark.parametrize(
    "zone, text, told",
    [
        ("America/Chicago", "2026-03-02 09:00 CET", "its time is called CST then, and not CET"),
        ("Europe/Paris", "2026-07-02 09:00 CET", "its time is called CEST then, and not CET"),
        ("", "2026-03-02 09:00 CET", "may be an instant in any zone"),
    ],
)
def test_a_name_that_is_not_the_zones_is_refused(zone: str, text: str, told: str) -> None:
    """It proves that the zone is another, or that the clock was not changed."""
    assert told in str(WallClock(zone).instant(text))


@pytest.mark.parametrize("zone", ["", "Asia/Tokyo"])
def test_a_zone_beside_the_digits_is_theirs(zone: str) -> None:
    """Whatever the mapping assumes; each row may name its own, in the text or in brackets as Java has it."""
    clock = WallClock(zone, forms=("iso", "D.M.YYYY H:mm Z"))
    texts = "2026-07-02 09:00 Europe/Paris", "2.7.2026 3:00 America/New_York", "2026-07-02T08:00[Europe/London]"

    assert {int(datetime.fromisoformat("2026-07-02T07:00Z").timestamp())} == {clock.instant(text) for text in texts}
    assert 3 == clock.instants
    assert "did you mean `Europe/Paris`?" in str(clock.instant("2026-07-02 09:00 Europe/Pariss"))
    clock.instant("2026-03-29 02:30 Europe/Paris")
    assert 1 == clock.never_were


def test_what_a_narrow_column_shows_is_told_as_such() -> None:
    assert "in too narrow a column: widen it" in str(WallClock("Europe/Paris").instant("########"))


def test_an_overridden_zone_passes_over_the_name() -> None:
    """The digits are those of the zone that the mapping names."""
    assert WallClock("Etc/UTC").instant("2026-03-02 09:00 UTC") == WallClock("Etc/UTC", overrides=True).instant(
        "2026-03-02 09:00 EST"
    )


def test_a_number_counts_what_makes_it_an_instant_of_a_ticket() -> None:
    """Exports that were put together count in seconds here and in thousandths there; no order of the forms is wrong."""
    clock = WallClock(forms=("epoch-us", "epoch-ms", "epoch-s"))
    same = ("1772442000", "1772442000000", "1772442000000000")

    assert [1772442000] * 3 == [clock.instant(each) for each in same]
    assert "`5` lies too far away: the years 1990 to 2050 are known" == clock.instant("5")


@pytest.mark.parametrize("text", ["0000-00-00 00:00:00", "0000-00-00", "00/00/0000", "0000-00-00T00:00:00.000Z"])
def test_zeros_are_no_instant_and_the_key_for_that_is_named(text: str) -> None:
    """Databases write them where there is none; versions and ids of zeros are something else."""
    assert f"`{text}` is no instant, but what a database writes for none: name it under `nulls:`" == WallClock(
        "", forms=["iso", "YYYY-MM-DD"]
    ).instant(text)
    assert "`0.0.0` is no instant written as `iso`" in str(WallClock("").instant("0.0.0"))
