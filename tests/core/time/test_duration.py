"""Durations say exactly what their author wrote, or why they cannot."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.core.time.duration import LONGEST_BD, LONGEST_S, UNIT_S, Duration, parse_duration

GRAMMAR = "write a number and one of s, min, h, d, w, bd, mo, y, such as `30min`, `2h` or `1.5bd`"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0min", 0),
        ("45s", 45),
        ("30min", 1800),
        ("2h", 7200),
        ("0.5h", 1800),
        ("1.5h", 5400),
        ("1d", 86_400),
        ("2w", 1_209_600),
        ("1h30min", 5400),
        ("1w2d3h4min5s", 788_645),
        ("36525d", LONGEST_S),
    ],
)
def test_seconds(text: str, seconds: int) -> None:
    """Every unit but business days has a length in seconds."""
    assert seconds == parse_duration(text).seconds


def test_a_business_day_keeps_its_fraction_exactly() -> None:
    """`1.5bd` is three halves of a business day, whatever a business day is worth."""
    duration = parse_duration("1.5bd")

    assert Fraction(3, 2) == duration.amount
    assert duration.is_business_day
    assert not parse_duration("1.5h").is_business_day


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1.50h", "1.5h"),
        ("2.0bd", "2bd"),
        ("1h30min", "90min"),
        ("1d12h", "36h"),
        ("0.125bd", "0.125bd"),
        ("1h0s", "3600s"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    """A duration writes itself in one way: no spare zeros, a compound in its smallest unit."""
    assert canonical == str(parse_duration(text))


@given(
    st.integers(0, 999_999),
    st.sampled_from(["", ".5", ".25", ".75", ".000001"]),
    st.sampled_from(["s", "min", "h", "d", "w", "bd", "mo", "y"]),
)
def test_what_is_written_is_read_back(whole: int, decimals: str, unit: str) -> None:
    """The canonical text parses to an equal duration."""
    try:
        duration = parse_duration(f"{whole}{decimals}{unit}")
    except ValueError:
        return

    assert duration == parse_duration(str(duration))


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("4 h", "did you mean `4h`?"),
        ("4H", "did you mean `4h`?"),
        ("30m", "did you mean `30min`?"),
        ("1,5h", "did you mean `1.5h`?"),
        (".5h", "did you mean `0.5h`?"),
        ("010h", "did you mean `10h`?"),
        ("2 business days", "did you mean `2bd`?"),
        ("", GRAMMAR),
        ("4", GRAMMAR),
        ("-4h", GRAMMAR),
        ("2 months", "did you mean `2mo`?"),
        ("1 month", "did you mean `1mo`?"),
        ("1 year", "did you mean `1y`?"),
        ("2 quarters", "did you mean `6mo`?"),
        ("1y6mo", GRAMMAR),
        ("1e3h", GRAMMAR),
        ("1min2h", GRAMMAR),
        ("1bd2h", GRAMMAR),
        ("1.5h30min", GRAMMAR),
        ("\u0664h", GRAMMAR),
        ("\uff14h", GRAMMAR),
    ],
)
def test_what_is_no_duration_is_told_what_to_write(text: str, advice: str) -> None:
    """S06 too: digits of other scripts are no digits."""
    with pytest.raises(ValueError, match="is no duration") as caught:
        parse_duration(text)

    assert f"`{text}` is no duration: {advice}" == str(caught.value)


def test_a_message_stays_on_one_line() -> None:
    """What does not print is not printed."""
    with pytest.raises(ValueError) as caught:
        parse_duration("4h\n")

    assert "`4h?` is no duration: did you mean `4h`?" == str(caught.value)


@pytest.mark.parametrize("text", ["73000d", "36526d", "10436w", "1753200h", "73050bd", "9999999999s", "5218w5d"])
def test_longer_than_a_hundred_years_is_refused(text: str) -> None:
    """T07: 200 years is no promise."""
    with pytest.raises(ValueError, match=f"`{text}` is longer than 100 years: write at most `36525(d|bd)`"):
        parse_duration(text)


def test_a_hundred_years_is_the_longest() -> None:
    """The bound itself is allowed."""
    assert LONGEST_BD == parse_duration("36525bd").amount
    assert LONGEST_S == parse_duration("876600h").seconds


@pytest.mark.parametrize("text", ["1.5mo", "0.5y"])
def test_months_have_no_parts(text: str) -> None:
    """Half a month ends on no date."""
    with pytest.raises(ValueError, match=f"`{text}` has no date to end on: write whole months, such as `18mo`"):
        parse_duration(text)


def test_months_are_counted_not_measured() -> None:
    """A year is twelve of them, and neither is so many seconds."""
    year = parse_duration("1y")

    assert (12, False, "1y") == (year.months, year.has_seconds, str(year))
    assert (0, True) == (parse_duration("365d").months, parse_duration("365d").has_seconds)
    with pytest.raises(ValueError, match="longer than 100 years: write at most `1200mo`"):
        parse_duration("101y")


@pytest.mark.parametrize("text", ["0.5s", "0.001min", "0.333333h"])
def test_a_part_of_a_second_is_refused(text: str) -> None:
    """Time is counted in whole seconds."""
    with pytest.raises(ValueError, match="is no whole number of seconds"):
        parse_duration(text)


@given(st.text(max_size=20))
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    """Nothing but ValueError comes out, whatever goes in."""
    try:
        duration = parse_duration(text)
    except ValueError:
        return

    assert not duration.has_seconds or duration.seconds == duration.amount * UNIT_S[duration.unit]


def test_equal_amounts_in_other_units_differ() -> None:
    """The unit is part of the promise."""
    assert Duration(Fraction(60), "min") != Duration(Fraction(1), "h")
