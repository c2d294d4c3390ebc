"""Date forms: how an export writes instants, spelled out with letters, ISO 8601, or a number that counts.

    >>> parse_form("DD/MM/YYYY HH:mm")("28/03/2024 17:05")
    datetime.datetime(2024, 3, 28, 17, 5)
    >>> parse_form("iso")("2024-03-28T17:05:00.000+0100").isoformat()
    '2024-03-28T17:05:00+01:00'
    >>> parse_form("dddd D MMMM YYYY [à] H[h]mm")("jeudi 28 mars 2024 à 17h05")
    datetime.datetime(2024, 3, 28, 17, 5)
    >>> parse_form("excel")("45379.711805555555")
    datetime.datetime(2024, 3, 28, 17, 5)
    >>> parse_form("iso")("28/03/2024") is None
    True

What a form gives is naive where the text has no offset: in which zone the digits were read is not its to say. That is
so, too, where the text has what a zone calls its time, such as `CET`, or the zone itself, `Europe/Paris`: the name is
kept beside it.

    >>> called = parse_form("iso")("2026-03-02 09:00 CET")
    >>> called, called.name
    (Called(2026, 3, 2, 9, 0), 'CET')

A fraction of a second is cut.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Final

from upheld.core.nearest import quoted

Read = Callable[[str], datetime | None]
"""From a text to the instant that it says, or ``None`` where it is not of the form."""

MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
MONTH_NAMES: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "jan january janv janvier januar janner ene enero janeiro gen gennaio januari",
            "feb february fev fevr fevrier februar febrero fevereiro febbraio februari",
            "mar march mars marz mrz marzo marco mrt maart",
            "apr april avr avril abr abril aprile",
            "may mai mayo maio mag maggio mei",
            "jun june juin juni junio junho giu giugno",
            "jul july juil juillet juli julio julho lug luglio",
            "aug august aou aout ago agosto augustus",
            "sep sept september septembre septiembre setiembre setembro set settembre",
            "oct october octobre okt oktober octubre out outubro ott ottobre",
            "nov november novembre noviembre novembro",
            "dec december decembre dez dezember dic diciembre dezembro dicembre",
        ),
        1,
    )
    for name in names.split()
}
"""In English, French, German, Spanish, Portuguese, Italian and Dutch, without accents; no name means two months."""
ADVICE: Final = "write `iso`, `epoch-s` (or `-ms`, `-us`, `-ns`), `excel`, or the form, such as `DD/MM/YYYY HH:mm`"

_NAME: Final = "[A-Za-z\u00c0-\u017f\u0300-\u036f]"
_REGION: Final = r"[A-Z][A-Za-z_]{2,30}(?:/[A-Za-z0-9_+-]{2,30}){1,2}"
_OFFSET: Final = rf"(?:(?i:Z|(?:UTC|GMT)?[+-][0-9]{{1,2}}(?::?[0-9]{{2}})?|UTC|GMT)|[A-Z]{{3,5}}|{_REGION})"
_LETTERS: Final[Mapping[str, tuple[str, str]]] = {
    "YYYY": ("year", r"(?P<year>[0-9]{4})"),
    "YY": ("short", r"(?P<short>[0-9]{2})"),
    "MMMM": ("name", rf"(?P<name>{_NAME}{{3,12}})\.?"),
    "MMM": ("name", rf"(?P<name>{_NAME}{{3,12}})\.?"),
    "MM": ("month", r"(?P<month>[0-9]{2})"),
    "M": ("month", r"(?P<month>[0-9]{1,2})"),
    "DD": ("day", r"(?P<day>[0-9]{2})"),
    "D": ("day", r"(?P<day>[0-9]{1,2})"),
    "dddd": ("weekday", rf"{_NAME}{{2,12}}\.?"),
    "ddd": ("weekday", rf"{_NAME}{{2,12}}\.?"),
    "HH": ("hour", r"(?P<hour>[0-9]{2})"),
    "H": ("hour", r"(?P<hour>[0-9]{1,2})"),
    "hh": ("half", r"(?P<half>[0-9]{2})"),
    "h": ("half", r"(?P<half>[0-9]{1,2})"),
    "mm": ("minute", r"(?P<minute>[0-9]{2})"),
    "ss": ("second", r"(?P<second>[0-9]{2})"),
    "S": ("fraction", r"[0-9]{1,9}"),
    **{"S" * length: ("fraction", rf"[0-9]{{{length}}}") for length in range(2, 10)},
    "A": ("noon", r"(?P<noon>(?i:[ap]\.?[ \u00a0\u202f]?m\.?))"),
    "Z": ("offset", rf"(?P<offset>{_OFFSET})(?: \([^()]{{1,60}}\))?"),
}
_PART: Final = re.compile(r"\[[^\]]*\]|" + "|".join(sorted(_LETTERS, key=len, reverse=True)) + "|.", re.DOTALL)
_SPACE: Final = "[ \u00a0\u202f]"
"""A space of a form: in an export it may be one that does not break, and two where a digit is padded."""
_EPOCH: Final = re.compile(r"-?[0-9]{1,19}(?:\.[0-9]{1,9})?", re.ASCII)
_SERIAL: Final = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,15}))?", re.ASCII)
_ISO_ENDS: Final = re.compile(rf"(.{{11,40}}?)[ \u00a0]?({_OFFSET})(?:\[[A-Za-z0-9_+/-]{{1,60}}\])?", re.ASCII)
_ISO_REGION: Final = re.compile(rf"(.{{11,40}}?)\[({_REGION})\]", re.ASCII)
_END_OF_DAY: Final = re.compile(
    r"(.{8,10}[T t_\u00a0\u202f])24(:?00(?::?00(?:[.,]0{1,9})?)?(?![0-9:.,]).{0,60})", re.ASCII
)
"""`24:00`, which ISO 8601 has: the end of a day."""
_BEFORE_TIME: Final = frozenset("T t_\u00a0\u202f")
_ZERO: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - beside other fixed offsets
_SHEET_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zone
_DAY_S: Final = 86_400
_GERMAN: Final[Mapping[str, str]] = {"MEZ": "CET", "MESZ": "CEST"}


_ZEROS: Final = re.compile(r"(?:0000([-/.])00\1|00([-/.])00\2(?=0000))00(?:00)?(?:[T ]00:00(?::00(?:\.0{1,9})?)?Z?)?")


def is_zeros(text: str) -> bool:
    """Whether a text is how a database writes that there is no instant, `0000-00-00 00:00:00`."""
    return text.startswith("0") and _ZEROS.fullmatch(text) is not None


class Called(datetime):
    """Digits of a clock, with what its zone called its time then, or the name of the zone; naive."""

    name: str = ""

    @property
    def is_of_region(self) -> bool:
        """Whether the zone itself is named, which needs nothing besides."""
        return "/" in self.name


def parse_form(form: str) -> Read:
    """The reader of a form of dates. Raises ValueError for a form that is none, with a message for the author."""
    if form in _NAMED:
        return _NAMED[form]
    seen: set[str] = set()
    pattern = ""
    for part in _PART.findall(form):
        name, letters = _LETTERS.get(part, ("", ""))
        if not name and part.isalpha() and part != "T":
            told = f"`{part}` means nothing in it, and stands as it is in brackets, `[{part}]`"
            raise ValueError(f"{quoted(form)} is no form of dates: {told}; {ADVICE}")
        if name in seen:
            raise ValueError(f"{quoted(form)} is no form of dates: it says `{part}` twice; {ADVICE}")
        seen.add(name)
        seen.discard("")
        if name == "offset":
            pattern = pattern.removesuffix(f"{_SPACE}{{1,2}}") + f"{_SPACE}?"
        pattern += letters or (f"{_SPACE}{{1,2}}" if part == " " else re.escape(_quoted_text(part)))
    _refuse_gaps(form, seen)
    return _lettered(re.compile(pattern, re.ASCII))


def _quoted_text(part: str) -> str:
    """Letters in brackets stand for themselves."""
    return part[1:-1] if len(part) > 1 else part


def _refuse_gaps(form: str, seen: set[str]) -> None:
    if not ({"year", "short"} & seen and {"month", "name"} & seen and "day" in seen):
        raise ValueError(f"{quoted(form)} is no form of dates: it needs year, month and day; {ADVICE}")
    if ("half" in seen) != ("noon" in seen):
        raise ValueError(f"{quoted(form)} is no form of dates: `h` and `A` go together, and `H` counts to 23")


def _iso(text: str) -> datetime | None:
    """ISO 8601 with a time of day; a date alone is a form that the mapping has to name."""
    if len(text) <= 10 or (text[10] not in _BEFORE_TIME and text[8] not in _BEFORE_TIME):
        return None  # `2026-03-02+01:00` is a date with an offset, which Python takes for a date with a time
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    midnight = _END_OF_DAY.fullmatch(text)  # newer releases of Python read it themselves
    if midnight is not None:
        start = _iso(f"{midnight[1]}00{midnight[2]}")
        return None if start is None else _next_day(start)
    match = _ISO_ENDS.fullmatch(text) or _ISO_REGION.fullmatch(text)
    try:
        at = None if match is None else datetime.fromisoformat(match[1])
        return _placed(at, match[2]) if match and at and at.tzinfo is None else None
    except ValueError:
        return None


def _next_day(at: datetime) -> datetime | None:
    """The end of a day as the beginning of the next; the calendar has a last one."""
    try:
        found = at + timedelta(days=1)
    except OverflowError:
        return None
    if isinstance(at, Called) and isinstance(found, Called):
        found.name = at.name
    return found


def _epoch(per_second: int) -> Read:
    def read(text: str) -> datetime | None:
        if not _EPOCH.fullmatch(text):
            return None
        try:
            return _ZERO + timedelta(seconds=int(text.partition(".")[0]) // per_second)
        except OverflowError:
            return None

    return read


def _excel(text: str) -> datetime | None:
    """Days of a spreadsheet, whose fractions are rounded to the second that was typed."""
    match = _SERIAL.fullmatch(text)
    if match is None:
        return None
    fraction = match[2] or "0"
    size = 10 ** len(fraction)
    return _SHEET_ZERO + timedelta(days=int(match[1]), seconds=(int(fraction) * _DAY_S * 2 + size) // (2 * size))


_NAMED: Final[Mapping[str, Read]] = {
    "iso": _iso,
    "epoch-s": _epoch(1),
    "epoch-ms": _epoch(10**3),
    "epoch-us": _epoch(10**6),
    "epoch-ns": _epoch(10**9),
    "excel": _excel,
}


def _lettered(pattern: re.Pattern[str]) -> Read:
    def read(text: str) -> datetime | None:
        match = pattern.fullmatch(text)
        if match is None:
            return None
        found = match.groupdict()
        ends_day = found.get("hour") == "24" and not any(int(found.get(each, 0)) for each in ("minute", "second"))
        try:
            at = datetime(  # noqa: DTZ001 - in which zone is told beside it
                _year(found),
                _month(found["name"]) if "name" in found else int(found["month"]),
                int(found["day"]),
                0 if ends_day else _hour(found),
                int(found.get("minute", 0)),
                int(found.get("second", 0)),
            )
            at = _placed(at, found["offset"]) if "offset" in found else at
            return _next_day(at) if ends_day else at
        except ValueError:
            return None

    return read


def _year(found: Mapping[str, str]) -> int:
    """Two digits are a year from 1970 to 2069."""
    if "year" in found:
        return int(found["year"])
    short = int(found["short"])
    return short + (1900 if short >= 70 else 2000)


def _month(name: str) -> int:
    """The number of a month, ``0``, which is none, where no month is called so."""
    plain = "".join(each for each in unicodedata.normalize("NFD", name.lower()) if each.isascii())
    return MONTH_NAMES.get(plain, 0)


def _hour(found: Mapping[str, str]) -> int:
    if "half" not in found:
        return int(found.get("hour", 0))
    half = int(found["half"])
    if not 1 <= half <= 12:
        raise ValueError(half)
    return half % 12 + (12 if found["noon"][0] in "pP" else 0)


def _placed(at: datetime, text: str) -> datetime:
    """Digits with the offset, the name of a zone's time, or that of the zone, that stands behind them."""
    if not (text.isalpha() or "/" in text) or text.upper() in ("Z", "UTC", "GMT"):
        return at.replace(tzinfo=_offset(text))
    called = Called(at.year, at.month, at.day, at.hour, at.minute, at.second)
    called.name = _GERMAN.get(text, text)
    return called


def _offset(text: str) -> timezone:
    """``Z``, ``UTC``, ``+01``, ``+0100``, ``GMT+1:00``, … Raises ValueError for one that no place has."""
    digits = text.upper().removeprefix("UTC").removeprefix("GMT").removeprefix("Z")
    if not digits:
        return timezone.utc  # noqa: UP017 - beside other fixed offsets
    hours, _, minutes = digits[1:].partition(":")
    if len(hours) > 2:
        hours, minutes = hours[:-2], hours[-2:]
    total = int(hours) * 60 + int(minutes or 0)
    return timezone(timedelta(minutes=-total if digits[0] == "-" else total))
