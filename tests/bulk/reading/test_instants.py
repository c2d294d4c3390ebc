"""Instants read by the hundred thousand are those that are read one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.bulk.reading.instants import seconds_of
from upheld.core.record.event import read_instant
from upheld.core.time.instant import seconds_of as seconds_of_one

ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1988, 1, 1), datetime(2052, 1, 1), timezones=ZONES)  # noqa: DTZ001
SPELLINGS = st.sampled_from(["minutes", "seconds", "milliseconds", "microseconds", "auto"])
TEXTS = st.builds(
    lambda at, spelling, sep, zulu: at.isoformat(sep, spelling).replace("+00:00", "Z" if zulu else "+00:00"),
    INSTANTS, SPELLINGS, st.sampled_from("T _"), st.booleans(),
)  # fmt: skip
MARKS = st.sampled_from("0123456789:-+.TZ /é")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """An instant, perhaps with a letter changed, left out or put in."""
    text = draw(TEXTS)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(["", draw(MARKS)])) + text[at + draw(st.integers(0, 1)) :]
    return text


def told(text: str) -> int | None:
    """What the reader of one record says that it is."""
    at, problem = read_instant(text)
    return None if problem or not text else seconds_of_one(at)


@given(st.lists(st.none() | texts(), max_size=8), st.integers(0, 3))
def test_what_is_read_is_what_one_by_one_is_read(given_texts: list[str | None], cut: int) -> None:
    """Wherever a slice of a longer array begins; what is in doubt may be anything."""
    array = pa.array(["2026-03-02T09:00Z"] * cut + given_texts, pa.string()).slice(cut)
    at_s, doubtful = seconds_of(array)

    expected = [None if text is None else told(text) for text in given_texts]
    assert len(expected) == len(at_s)
    assert [] == [pair for pair in zip(expected, at_s, doubtful) if not pair[2] and pair[0] != pair[1]]


@given(st.lists(INSTANTS, min_size=1, max_size=5), st.sampled_from(["Z", "+02:00", "-00:30"]))
def test_usual_forms_are_not_in_doubt(instants: list[datetime], zone: str) -> None:
    """Nearly every record has one of them, and none of those is looked at twice."""
    known = [at.replace(year=min(max(at.year, 1991), 2049)) for at in instants if (at.month, at.day) != (2, 29)]
    for spelling in ("minutes", "seconds", "milliseconds", "microseconds"):
        texts = [at.replace(tzinfo=None).isoformat("T", spelling) + zone for at in known]
        at_s, doubtful = seconds_of(pa.array(texts, pa.string()))
        assert [*map(told, texts)] == at_s.tolist()
        assert not doubtful.any()


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_instants_of_a_zone_are_cut_to_the_second(unit: str) -> None:
    """Downwards, whatever the unit; those that are missing, or of the first or the last year, are in doubt."""
    whole = [
        datetime(2026, 3, 2, 9, tzinfo=UTC),
        None,
        datetime(1990, 3, 2, tzinfo=UTC),
        datetime(2051, 1, 1, tzinfo=UTC),
    ]
    instants = pa.array(whole, pa.timestamp(unit, "Europe/Paris"))
    if unit != "s":
        instants = pa.array([instants[0].value + {"ms": 999, "us": 999_999, "ns": 999_999_999}[unit]], instants.type)
    at_s, doubtful = seconds_of(instants)

    assert 1772442000 == at_s[0]
    assert [False, True, True, True][: len(at_s)] == doubtful.tolist()
