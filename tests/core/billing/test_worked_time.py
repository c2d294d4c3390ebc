"""Worked time: every second of it is in one piece, and counts by the first case that it fits."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from upheld.core.billing.worked_time import LONGEST_S, Cut, fault_of, pieces_of, weighed
from upheld.core.time.calendar import Calendar

PARIS = "Europe/Paris"
DESK = Calendar.from_document({"zone": PARIS, "weekly": {"mon-fri": ["07:00-12:00", "13:00-17:00"]}})
NIGHTS = Calendar.from_document({"zone": PARIS, "weekly": {"mon-sun": ["22:00-06:00"]}})
SUNDAYS = Calendar.from_document({"zone": PARIS, "weekly": {"sun": ["00:00-24:00"]}})
REST = Cut("", None, Fraction(1))
CUTS = (
    Cut("nights", NIGHTS, Fraction(2)),
    Cut("sundays", SUNDAYS, Fraction(3, 2)),
    Cut("desk", DESK, Fraction(5, 4)),
    REST,
)
SPRING_S, AUTUMN_S = 1711753200, 1729893600
"""Midnight in Paris of Saturday 30 March and of Saturday 26 October 2024, before the clocks change on Sunday."""
DAY_S = 86_400
STARTS = st.sampled_from([SPRING_S, AUTUMN_S]).flatmap(lambda at_s: st.integers(at_s, at_s + 3 * DAY_S))


@given(STARTS, st.integers(0, 3 * DAY_S))
def test_every_second_is_in_one_piece(from_s: int, length_s: int) -> None:
    """Also over the nights on which clocks are changed: pieces follow one another, and each second fits its piece."""
    pieces = pieces_of(from_s, from_s + length_s, CUTS)
    edges = [from_s, *(piece.until_s for piece in pieces)]

    assert edges == [*(piece.from_s for piece in pieces), from_s + length_s]
    for piece in pieces:
        for at_s in (piece.from_s, piece.until_s - 1):
            first = next(cut for cut in CUTS if cut.calendar is None or cut.calendar.is_open_s(at_s))
            assert (piece.calendar, piece.factor) == (first.name, first.factor)


@given(STARTS, st.integers(0, 2 * DAY_S), st.integers(0, 2 * DAY_S))
def test_work_entered_in_two_counts_as_much_as_in_one(from_s: int, first_s: int, second_s: int) -> None:
    """Wherever it is cut."""
    between_s, until_s = from_s + first_s, from_s + first_s + second_s
    parts = (pieces_of(from_s, between_s, CUTS), pieces_of(between_s, until_s, CUTS))

    assert weighed(pieces_of(from_s, until_s, CUTS), 4) == sum(weighed(each, 4) for each in parts)


def test_the_night_that_clocks_go_back_has_an_hour_more() -> None:
    """From 22:00 to 06:00: seven hours in spring, nine in autumn."""
    night = (Cut("nights", NIGHTS, Fraction(1)),)

    spring, autumn = (pieces_of(at_s + DAY_S // 2, at_s + 3 * DAY_S // 2, night) for at_s in (SPRING_S, AUTUMN_S))
    assert (7 * 3600, 9 * 3600) == (weighed(spring, 1), weighed(autumn, 1))


def test_what_lies_nowhere_is_no_piece() -> None:
    """A case without a calendar would take it."""
    pieces = pieces_of(SPRING_S, SPRING_S + DAY_S, (Cut("desk", DESK, Fraction(1)),))

    assert () == pieces


def test_ends_between_which_nobody_can_have_worked() -> None:
    """Each for its own reason; a month is the longest work, and ending as it is recorded is in time."""
    assert "half" == fault_of(None, 5, 10)
    assert "half" == fault_of(5, None, 10)
    assert "backwards" == fault_of(6, 5, 10)
    assert "to-come" == fault_of(5, 11, 10)
    assert "too-long" == fault_of(0, LONGEST_S + 1, LONGEST_S + 1)
    assert None is fault_of(0, LONGEST_S, LONGEST_S)
    assert None is fault_of(5, 5, 5)
