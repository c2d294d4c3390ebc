"""Durations: how an author writes a length of time, `30min`, `2h`, `1.5bd`.

The unit is part of the promise, not of the arithmetic: `8h` and `1bd` may be the
same number of opening seconds on one calendar and not on another. So a duration
keeps its amount, exactly, and its unit; what it is worth is the calendar's business.

    >>> parse_duration("1.5h").seconds
    5400
    >>> str(parse_duration("1h30min")), parse_duration("1.5bd").is_business_day
    ('90min', True)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, cast

from upheld.core.nearest import quoted

Unit = Literal["s", "min", "h", "d", "w", "bd", "mo", "y"]

UNIT_S: Final[dict[Unit, int]] = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
"""Seconds of each unit that has so many: a business day is worth what a calendar and the commitment say, and months
and years are as long as the dates they fall on."""

MONTHS: Final[dict[Unit, int]] = {"mo": 1, "y": 12}
"""Months of each unit that counts them."""

LONGEST_S: Final = 100 * 365 * 86_400 + 25 * 86_400
"""100 years with their leap days: longer is a slip of the pen, and would overflow dates."""

LONGEST_BD: Final = LONGEST_S // 86_400
LONGEST_MONTHS: Final = 100 * 12

_NUMBER = r"(0|[1-9][0-9]{0,9})"
_PLAIN = re.compile(rf"{_NUMBER}(?:\.([0-9]{{1,6}}))?(s|min|h|d|w|bd|mo|y)", re.ASCII)
_COMPOUND = re.compile(rf"(?:{_NUMBER}w)?(?:{_NUMBER}d)?(?:{_NUMBER}h)?(?:{_NUMBER}min)?(?:{_NUMBER}s)?", re.ASCII)
_LOOSE = re.compile(r"\s*([0-9.,]+)\s*([A-Za-z]+(?:[ -][A-Za-z]+)?)\s*", re.ASCII)

_SPELLINGS: Final[dict[Unit, str]] = {
    "s": "s sec secs second seconds",
    "min": "min m mn mins minute minutes",
    "h": "h hr hrs hour hours",
    "d": "d day days",
    "w": "w wk week weeks",
    "bd": "bd business-day business-days working-day working-days",
    "mo": "mo mon mos mth month months calendar-month calendar-months",
    "y": "y yr yrs year years",
}
"""What people write for each unit, for the advice in a message alone."""

_QUARTERS: Final = ("q", "quarter", "quarters")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as promised: an exact amount of one unit.

    Attributes:
        amount: How many, exactly; never negative.
        unit: ``s``, ``min``, ``h`` (opening time on a calendar), ``d``, ``w`` (elapsed, only
            where it is always open), ``bd`` (business days), ``mo`` or ``y`` (whole months and years by date).
    """

    amount: Fraction
    unit: Unit

    def __post_init__(self) -> None:
        assert self.amount >= 0, self.amount

    @property
    def is_business_day(self) -> bool:
        """Whether it counts business days, whose worth the commitment must state."""
        return self.unit == "bd"

    @property
    def months(self) -> int:
        """How many months by date; 0 for a length of time of another kind."""
        return int(self.amount) * MONTHS.get(self.unit, 0)

    @property
    def has_seconds(self) -> bool:
        """Whether it is so many seconds on any calendar, which business days, months and years are not."""
        return self.unit in UNIT_S

    @property
    def seconds(self) -> int:
        """Its length in seconds, where it `has_seconds`."""
        assert self.has_seconds, "a business day is worth what its calendar says, a month is as long as its dates"
        return int(self.amount * UNIT_S[self.unit])

    def __str__(self) -> str:
        """The canonical text, which parses to an equal duration."""
        whole, rest = divmod(self.amount, 1)
        if not rest:
            return f"{whole}{self.unit}"
        return f"{whole}.{_decimals(rest)}{self.unit}"


def parse_duration(text: str) -> Duration:
    """The duration that ``text`` says: a number and a unit, or whole amounts of falling units (`1h30min`).

    Digits are ASCII; fractions are kept exactly. A compound is kept in its smallest unit.

    Raises: ValueError, with a message for the author, when it says none, lasts more than 100 years, or is not a
        whole number of seconds.
    """
    duration = _plain(text) or _compound(text)
    if duration is None:
        raise ValueError(f"{quoted(text)} is no duration: {_advice(text)}")
    if duration.is_business_day:
        if duration.amount > LONGEST_BD:
            raise ValueError(f"{quoted(text)} is longer than 100 years: write at most `{LONGEST_BD}bd`")
        return duration
    if duration.unit in MONTHS:
        return _by_date(text, duration)
    length_s = duration.amount * UNIT_S[duration.unit]
    if length_s > LONGEST_S:
        raise ValueError(f"{quoted(text)} is longer than 100 years: write at most `{LONGEST_S // 86_400}d`")
    if length_s.denominator != 1:
        raise ValueError(f"{quoted(text)} is no whole number of seconds: write it in a smaller unit")
    return duration


def _by_date(text: str, duration: Duration) -> Duration:
    """Months and years, which have no parts."""
    if duration.amount.denominator != 1:
        raise ValueError(f"{quoted(text)} has no date to end on: write whole months, such as `18mo`, or days")
    if duration.months > LONGEST_MONTHS:
        raise ValueError(f"{quoted(text)} is longer than 100 years: write at most `{LONGEST_MONTHS}mo`")
    return duration


def _plain(text: str) -> Duration | None:
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    whole, decimals, unit = match.groups()
    return Duration(Fraction(f"{whole}.{decimals}" if decimals else whole), cast(Unit, unit))


def _compound(text: str) -> Duration | None:
    match = _COMPOUND.fullmatch(text)
    if match is None or not text:
        return None
    units: tuple[Unit, ...] = ("w", "d", "h", "min", "s")
    given = [(unit, int(number)) for unit, number in zip(units, match.groups(), strict=True) if number is not None]
    length_s = sum(number * UNIT_S[unit] for unit, number in given)
    smallest = given[-1][0]
    return Duration(Fraction(length_s, UNIT_S[smallest]), smallest)


def _decimals(rest: Fraction) -> str:
    """The digits after the point; what was parsed from digits always ends."""
    digits = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
        assert len(digits) <= 12, "an amount with an endless decimal expansion cannot be written"
    return digits


def _advice(text: str) -> str:
    """What to write instead: the corrected text where the meaning is plain, else the grammar."""
    match = _LOOSE.fullmatch(text)
    if match is not None:
        number = match[1].replace(",", ".").lstrip("0") or "0"
        number = f"0{number}" if number.startswith(".") else number
        word = match[2].lower().replace(" ", "-")
        if word in _QUARTERS and number.isdecimal():
            number, word = str(int(number) * 3), "mo"
        for unit, spellings in _SPELLINGS.items():
            if word in spellings.split() and _PLAIN.fullmatch(f"{number}{unit}"):
                return f"did you mean `{number}{unit}`?"
    return "write a number and one of s, min, h, d, w, bd, mo, y, such as `30min`, `2h` or `1.5bd`"
