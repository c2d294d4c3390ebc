"""Zones are stretches of constant offset, found to the second."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest

from upheld.core.errors import CalendarError
from upheld.core.time.zone import Stretch, load_zone, stretches, zone_problem

FIRST_S, END_S = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1990, 2051))
SOME = ["Europe/London", "Europe/Paris", "Europe/Zurich", "America/Boa_Vista", "Africa/Casablanca", "Pacific/Apia"]


def test_a_year_of_summer_time() -> None:
    """Three stretches, each up to the next, to the second of the change."""
    start_s, spring_s, autumn_s, end_s = (
        int(datetime.fromisoformat(text).timestamp())
        for text in ("2024-01-01T00:00Z", "2024-03-31T01:00Z", "2024-10-27T01:00Z", "2025-01-01T00:00Z")
    )

    assert [
        Stretch(start_s, spring_s, 3600),
        Stretch(spring_s, autumn_s, 7200),
        Stretch(autumn_s, end_s, 3600),
    ] == stretches(load_zone("Europe/Paris"), start_s, end_s)
    assert [Stretch(start_s, end_s, 0)] == stretches(load_zone("Etc/UTC"), start_s, end_s)
    assert [] == stretches(load_zone("Europe/Paris"), start_s, start_s)


def test_no_change_is_missed(pytestconfig: pytest.Config) -> None:
    """Offsets looked at every six hours from 1990 to 2050 are the stretches'; with --full every two, in every zone."""
    full = pytestconfig.getoption("--full")

    for name in sorted(available_timezones()) if full else SOME:
        zone = ZoneInfo(name)
        for from_s, until_s, offset_s in stretches(zone, FIRST_S, END_S):
            seen = {
                datetime.fromtimestamp(at_s, zone).utcoffset()
                for at_s in (*range(from_s, until_s, 7200 if full else 21_600), until_s - 1)
            }
            assert {offset_s} == {int(offset.total_seconds()) for offset in seen if offset is not None}, name


def test_names() -> None:
    """An IANA name is a zone, also one that is a link; what is none is told what to write."""
    assert "Europe/Paris" == load_zone("Europe/Paris").key
    assert zone_problem("UTC") is None
    assert zone_problem("America/Argentina/Buenos_Aires") is None
    assert zone_problem("Etc/GMT+5") is None
    with pytest.raises(CalendarError) as caught:
        load_zone("Europe/Pariss")
    assert "no zone is called `Europe/Pariss`: did you mean `Europe/Paris`?" == str(caught.value)
    problem = zone_problem(None)
    assert problem is not None
    assert "nothing is no zone" == problem.message
