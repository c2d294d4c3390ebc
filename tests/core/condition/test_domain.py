"""What names may hold: reading values and refusing what is none."""

from __future__ import annotations

import pytest

from upheld.core.condition.domain import Boolean, Domain, Held, Many, OneOf, Presence, Text, Wrong, shown
from upheld.core.condition.ordered import Date, Instant, Integer, Seconds

SEVERITY = OneOf(("critical", "high", "low"), ordered=True)


@pytest.mark.parametrize(
    "domain, scalar, value",
    [
        (SEVERITY, "high", "high"),
        (Boolean(), True, True),
        (Text(), "anything at all", "anything at all"),
        (Text(), "", ""),
        (Integer(), -3, -3),
        (Integer(0, 10), 0, 0),
        (Integer(0, 10), 10, 10),
        (Date(), "2024-02-29", "2024-02-29"),
        (Instant(), "1970-01-01T00:00:00Z", 0),
        (Instant(), "1970-01-01T01:00+01:00", 0),
        (Instant(), "2024-03-04T08:15:00.999Z", 1_709_540_100),
        (Seconds(), "45s", 45),
        (Seconds(), "30min", 1800),
        (Seconds(), "2h", 7200),
        (Many(SEVERITY), "low", "low"),
    ],
)
def test_a_document_says_values(domain: Domain, scalar: object, value: object) -> None:
    """Each sort of name reads what authors write for it."""
    assert value == domain.read(scalar, "name")


@pytest.mark.parametrize(
    "domain, scalar, message, hint",
    [
        (SEVERITY, "hihg", "`name` cannot be `hihg`", "did you mean `high`?"),
        (SEVERITY, "3", "`name` cannot be `3`", "it can be `critical`, `high`, `low`"),
        (OneOf(("1", "2")), 1, "`name` holds words, and `1` is none", 'write `"1"`, in quotes'),
        (OneOf(("true",)), True, "`name` holds words, and `true` is none", 'write `"true"`, in quotes'),
        (Boolean(), "yes", "`name` is true or false, not `yes`", "write `true` or `false`, without quotes"),
        (Boolean(), 1, "`name` is true or false, not `1`", "write `true` or `false`, without quotes"),
        (Text(), 12, "`name` holds text, and `12` is none", 'write `"12"`, in quotes'),
        (Integer(), "5", "`name` holds whole numbers, and `5` is none", "write digits, without quotes"),
        (Integer(), True, "`name` holds whole numbers, and `true` is none", "write digits, without quotes"),
        (Integer(1), 0, "`name` is at least `1`, and `0` lies below", ""),
        (Integer(None, 9), 10, "`name` is at most `9`, and `10` lies above", ""),
        (Date(), "2023-02-29", "`name` holds dates, and `2023-02-29` is none", "write a date as `2024-12-31`"),
        (Date(), "20240101", "`name` holds dates, and `20240101` is none", "write a date as `2024-12-31`"),
        (
            Instant(),
            "2024-03-04T08:15:00",
            "`name` holds instants, and `2024-03-04T08:15:00` is none",
            "write it with its offset, as `2024-03-04T08:15:00Z`",
        ),
        (Seconds(), "1bd", "`name` holds lengths of time, and `1bd` is none", "write it as `45s`, `30min` or `2h`"),
        (Seconds(), 30, "`name` holds lengths of time, and `30` is none", "write it as `45s`, `30min` or `2h`"),
        (Presence(), "x", "`name` can only be asked whether it has a value", "write `{set: true}` or `{set: false}`"),
    ],
)
def test_what_is_no_value_is_told_with_what_to_write(domain: Domain, scalar: object, message: str, hint: str) -> None:
    """A message in the author's words, and a hint."""
    wrong = domain.read(scalar, "name")

    assert isinstance(wrong, Wrong)
    assert (message, hint) == (wrong.message, wrong.hint)


@pytest.mark.parametrize(
    "domain", [SEVERITY, Boolean(), Presence(), Integer(), Date(), Instant(), Seconds(), Many(Integer())]
)
def test_whatever_is_no_value_is_refused_briefly(domain: Domain) -> None:
    """No exception, and no message longer than a few lines, whatever a document holds (F08)."""
    for scalar in (None, [], {}, 1.5, 10**5000, "\x00", "x" * 10**5, "٣", "0001-01-01T00:00:00+23:59"):
        wrong = domain.read(scalar, "name")

        assert isinstance(wrong, Wrong)
        assert len(wrong.message) < 200
        assert wrong.message.isprintable()


def test_severities_rank_from_the_last_declared_to_the_first() -> None:
    """They are declared highest first, so the first is the highest."""
    assert ("low", "high", "critical") == SEVERITY.scale
    assert () == OneOf(("a", "b")).scale
    assert SEVERITY.comparable
    assert not OneOf(("a", "b")).comparable


@pytest.mark.parametrize(
    "domain, held, text",
    [
        (Many(OneOf(("tma", "flex"))), frozenset({"flex", "tma"}), "tma, flex"),
        (Many(Text()), frozenset({"b", "a"}), "a, b"),
        (Many(Text()), frozenset(), "unset"),
        (Text(), None, "unset"),
        (Boolean(), False, "false"),
        (Seconds(), 0, "0min"),
        (Seconds(), 61, "61s"),
        (Seconds(), 5400, "90min"),
        (Seconds(), 7200, "2h"),
        (Instant(), 1_709_540_100, "2024-03-04T08:15:00Z"),
        (Instant(), -62_135_596_800, "0001-01-01T00:00:00Z"),
    ],
)
def test_values_are_shown_as_written(domain: Domain, held: Held, text: str) -> None:
    """Sets in the order declared, times in the largest unit that fits."""
    assert text == shown(domain, held)


@pytest.mark.parametrize("domain", [Date(), Instant(), Integer(), Seconds()])
def test_values_and_their_numbers_go_back_and_forth(domain: Date | Instant | Integer | Seconds) -> None:
    """A line's numbers are its values in another form, within its bounds."""
    low, high = domain.bounds
    for number in (low, high, domain.natural, domain.natural + 1):
        if number is not None:
            assert number == domain.number(domain.value(number))
            assert domain.show(domain.value(number))


def test_a_required_domain_is_the_same_but_for_being_unset() -> None:
    """Required data is never unset."""
    assert OneOf(("a",), may_be_unset=False) == OneOf(("a",)).required()
