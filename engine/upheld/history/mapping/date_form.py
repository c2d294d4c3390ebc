"""Date forms: how an export writes instants, spelled out with letters, or ISO 8601.

    >>> parse_form("DD/MM/YYYY HH:mm")("28/03/2024 17:05")
    datetime.datetime(2024, 3, 28, 17, 5)
    >>> parse_form("iso")("2024-03-28T17:05:00.000+0100").isoformat()
    '2024-03-28T17:05:00+01:00'
    >>> parse_form("iso")("28/03/2024") is None
    True

What a form gives is naive where the text has no offset: in which zone the digits were read is not its to say.
The digits and the zone written beside them lie independently of each other: an export may have no zone, or have
digits of one place with the tag of another. So a mapping may *assume* a zone where none is written, or *override*
what is written.

    >>> clock = WallClock("Europe/Rome", overrides=True)
    >>> clock.instant("2012-10-09T14:50:17+00:00")
    1349787017

Where clocks go back an hour comes twice. It is the first, unless that would lie before what
came before it on the same ticket.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Final

from upheld.core.nearest import quoted
from upheld.core.time.instant import FIRST_YEAR, LAST_YEAR, seconds_of
from upheld.core.time.zone import load_zone

Read = Callable[[str], datetime | None]
"""From a text to the instant that it says, or ``None`` where it is not of the form."""

MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
ADVICE: Final = "write `iso`, `epoch-s`, `epoch-ms`, or the form with letters, such as `DD/MM/YYYY HH:mm`"

_LETTERS: Final[Mapping[str, tuple[str, str]]] = {
    "YYYY": ("year", r"(?P<year>[0-9]{4})"),
    "YY": ("short", r"(?P<short>[0-9]{2})"),
    "MMM": ("name", rf"(?P<name>(?i:{'|'.join(MONTHS)}))"),
    "MM": ("month", r"(?P<month>[0-9]{2})"),
    "M": ("month", r"(?P<month>[0-9]{1,2})"),
    "DD": ("day", r"(?P<day>[0-9]{2})"),
    "D": ("day", r"(?P<day>[0-9]{1,2})"),
    "HH": ("hour", r"(?P<hour>[0-9]{2})"),
    "H": ("hour", r"(?P<hour>[0-9]{1,2})"),
    "hh": ("half", r"(?P<half>[0-9]{2})"),
    "h": ("half", r"(?P<half>[0-9]{1,2})"),
    "mm": ("minute", r"(?P<minute>[0-9]{2})"),
    "ss": ("second", r"(?P<second>[0-9]{2})"),
    "S": ("fraction", r"(?P<fraction>[0-9]{1,9})"),
    "A": ("noon", r"(?P<noon>(?i:[ap]\.?m\.?))"),
    "Z": ("offset", r"(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})"),
}
_PART: Final = re.compile("|".join(sorted(_LETTERS, key=len, reverse=True)) + "|.", re.DOTALL)
_EPOCH: Final = re.compile(r"-?[0-9]{1,13}(?:\.[0-9]{1,9})?", re.ASCII)
_ZERO: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - beside other fixed offsets


class WallClock:
    """Reads the instants of one export.

    Args:
        zone: An IANA name, or ``""`` for none.
        overrides: Whether the zone stands for what is written, too.
        forms: How instants are written; the first that fits is taken.
    """

    def __init__(self, zone: str = "", overrides: bool = False, forms: Sequence[str] = ("iso",)) -> None:
        self._zone = load_zone(zone) if zone else None
        self._overrides = overrides
        self._forms = tuple(parse_form(form) for form in forms)
        self._written = tuple(forms)

    def instant(self, text: str, last_s: int | None = None) -> int | str:
        """Seconds since 1970 UTC; or why the text is no instant.

        Args:
            last_s: What came before on the same ticket.
        """
        for read in self._forms:
            at = read(text)
            if at is not None:
                return self._meant(at, text, last_s)
        forms = " or ".join(f"`{form}`" for form in self._written)
        return f"{quoted(text)} is no instant written as {forms}: mend it, or say under `dates:` how it is written"

    def _meant(self, at: datetime, text: str, last_s: int | None) -> int | str:
        if at.tzinfo is None or self._overrides:
            if self._zone is None:
                return f"{quoted(text)} may be an instant in any zone: say which under `zone: {{assume: …}}`"
            at = at.replace(tzinfo=self._zone, fold=0)
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            return f"{quoted(text)} lies too far away: the years {FIRST_YEAR} to {LAST_YEAR} are known"
        at_s = seconds_of(at)
        if last_s is not None and at_s < last_s and at.tzinfo is self._zone:
            second_s = seconds_of(at.replace(fold=1))
            return second_s if second_s >= last_s else at_s
        return at_s


def parse_form(form: str) -> Read:
    """The reader of a form of dates. Raises ValueError for a form that is none, with a message for the author."""
    if form == "iso":
        return _iso
    if form in ("epoch-s", "epoch-ms"):
        return _epoch(1 if form == "epoch-s" else 1000)
    seen: set[str] = set()
    pattern = ""
    for part in _PART.findall(form):
        name, letters = _LETTERS.get(part, ("", ""))
        if not name and part.isalpha() and part != "T":
            raise ValueError(f"{quoted(form)} is no form of dates: `{part}` means nothing in it; {ADVICE}")
        if name in seen:
            raise ValueError(f"{quoted(form)} is no form of dates: it says `{part}` twice; {ADVICE}")
        seen.add(name)
        seen.discard("")
        pattern += letters or re.escape(part)
    _refuse_gaps(form, seen)
    return _lettered(re.compile(pattern, re.ASCII))


def _refuse_gaps(form: str, seen: set[str]) -> None:
    if not ({"year", "short"} & seen and {"month", "name"} & seen and "day" in seen):
        raise ValueError(f"{quoted(form)} is no form of dates: it needs year, month and day; {ADVICE}")
    if ("half" in seen) != ("noon" in seen):
        raise ValueError(f"{quoted(form)} is no form of dates: `h` and `A` go together, and `H` counts to 23")


def _iso(text: str) -> datetime | None:
    """ISO 8601 with a time of day; a date alone is a form that the mapping has to name."""
    try:
        return datetime.fromisoformat(text) if len(text) > 10 else None
    except ValueError:
        return None


def _epoch(per_second: int) -> Read:
    def read(text: str) -> datetime | None:
        if not _EPOCH.fullmatch(text):
            return None
        try:
            return _ZERO + timedelta(seconds=int(text.partition(".")[0]) // per_second)
        except OverflowError:
            return None

    return read


def _lettered(pattern: re.Pattern[str]) -> Read:
    def read(text: str) -> datetime | None:
        match = pattern.fullmatch(text)
        if match is None:
            return None
        found = match.groupdict()
        try:
            return datetime(
                _year(found),
                MONTHS.index(found["name"].lower()) + 1 if "name" in found else int(found["month"]),
                int(found["day"]),
                _hour(found),
                int(found.get("minute", 0)),
                int(found.get("second", 0)),
                tzinfo=_offset(found["offset"]) if "offset" in found else None,
            )
        except ValueError:
            return None

    return read


def _year(found: Mapping[str, str]) -> int:
    """Two digits are a year from 1990 to 2089."""
    if "year" in found:
        return int(found["year"])
    short = int(found["short"])
    return short + (1900 if short >= 90 else 2000)


def _hour(found: Mapping[str, str]) -> int:
    if "half" not in found:
        return int(found.get("hour", 0))
    half = int(found["half"])
    if not 1 <= half <= 12:
        raise ValueError(half)
    return half % 12 + (12 if found["noon"][0] in "pP" else 0)


def _offset(text: str) -> timezone:
    if text == "Z":
        return timezone.utc  # noqa: UP017 - beside other fixed offsets
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
