"""Targets read as the contract says them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.core.time.duration import parse_duration
from upheld.core.time.target import (
    ClosingOfSameDay,
    NextOccurrence,
    NextOpening,
    NextRelease,
    parse_target,
    told_target,
)

LENGTHS = "write a number and one of s, min, h, d, w, bd, mo, y, such as `30min`, `2h` or `1.5bd`"
WORDS = "write a duration such as `4h` or `1.5bd`, `next-release`, `next-opening + 1h`, or `best-effort`"


def test_words() -> None:
    """One word, one target."""
    assert parse_duration("4h") == parse_target("4h")
    assert parse_duration("1.5bd") == parse_target("1.5bd")
    assert NextRelease() == parse_target("next-release")
    assert NextOpening() == parse_target("next-opening")
    assert NextOpening(parse_duration("1h")) == parse_target("next-opening + 1h")
    assert NextOpening(parse_duration("1h30min")) == parse_target("next-opening+1h30min")


def test_text() -> None:
    """A target writes itself as the policy does."""
    assert "next-opening + 1h" == str(parse_target("next-opening +  1h"))
    assert "next-opening" == str(NextOpening())
    assert "next-release" == str(NextRelease())
    assert "closing-of: same-day" == str(ClosingOfSameDay())
    assert "next: weekly-meeting" == str(NextOccurrence("weekly-meeting"))
    assert "next: quarterly, after: date" == str(NextOccurrence("quarterly", after="date"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0h", "`0h` promises no time at all: write a duration longer than nothing"),
        ("next-opening + 0min", "`next-opening + 0min` promises no time at all: write a duration longer than nothing"),
        (
            "next-opening + 1bd",
            "`next-opening + 1bd` adds `1bd` to an opening: only opening time in h, min or s can be added",
        ),
        ("next-opening 1h", "`next-opening 1h` is no target: write `next-opening` or `next-opening + 1h`"),
        ("next-opening +", "`` is no duration: " + LENGTHS),
        (
            "next-meeting",
            "`next-meeting` is no target: " + WORDS + "; or, as a mapping, `{next: <recurrence>}`",
        ),
        ("soon", "`soon` is no target: " + WORDS),
        ("-1h", "`-1h` is no duration: " + LENGTHS),
    ],
)
def test_what_is_no_target_is_told_what_to_write(text: str, message: str) -> None:
    """The message names the author's word and what may stand there."""
    with pytest.raises(ValueError) as caught:
        parse_target(text)

    assert message == str(caught.value)


@given(st.text(max_size=20) | st.text(max_size=8).map(lambda tail: f"next-opening{tail}"))
def test_any_text_is_a_target_or_a_value_error(text: str) -> None:
    """Nothing but ValueError comes out, whatever goes in."""
    try:
        target = parse_target(text)
    except ValueError:
        return

    assert target == parse_target(str(target))


TOLD = [
    parse_duration("1.5bd"),
    NextOpening(parse_duration("1h")),
    NextRelease(),
    ClosingOfSameDay(),
    NextOccurrence("review"),
    NextOccurrence("review", "date"),
]


@pytest.mark.parametrize("target", TOLD)
def test_what_a_verdict_tells_can_be_read_back(target) -> None:
    assert target == told_target(str(target))
