"""Instants of many records at once: texts as a history has them become whole seconds.

Only the usual forms are read here, ``2026-03-02T09:00:00Z`` with or without seconds, thousandths or millionths of one,
and with ``Z`` or an offset. Of any other text it is said that somebody has to look at it: it may be an instant all the
same.

    >>> texts = ["2026-03-02T09:00Z", "2026-03-02 10:00:00+01:00", "2026-03-02T09Z", None]
    >>> at_s, doubtful = seconds_of(pa.array(texts))
    >>> at_s.tolist()[:2], doubtful.tolist()
    ([1772442000, 1772442000], [False, False, True, True])

Source: DESIGN section 6, "`at` (ISO 8601 with zone)".
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upheld.core.time.instant import DAY_S, FIRST_YEAR, LAST_YEAR, day_number

Seconds = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_MINUTE: Final = len("2026-03-02T09:00")
_SECOND: Final = len("2026-03-02T09:00:00")
_FRACTIONS: Final = (3, 6)
_OFFSET: Final = len("+01:00")
_FORMS: Final = tuple(
    (end, digits, zone)
    for end, digits in ((_MINUTE, 0), (_SECOND, 0), *((_SECOND, each) for each in _FRACTIONS))
    for zone in (1, _OFFSET)
)
"""Where the time ends, the digits of a fraction, and the length of the zone."""
_YEARS: Final = np.arange(FIRST_YEAR, LAST_YEAR + 2)
_BEFORE_YEAR: Final = np.array([day_number(date(int(year), 1, 1)) for year in _YEARS], np.int64)
_IS_LEAP: Final = np.diff(np.array([day_number(date(int(year), 1, 1)) for year in (*_YEARS, _YEARS[-1] + 1)])) == 366
_DAYS: Final = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)
_BEFORE_MONTH: Final = np.concatenate([[0, 0], np.cumsum(_DAYS[1:-1])]).astype(np.int64)
_UNITS: Final = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_LEAP_MONTH: Final = 2
_NINE: Final = 9


def seconds_of(instants: pa.Array) -> tuple[Seconds, Flags]:
    """Whole seconds since 1970 UTC, a fraction cut off, and of which rows they are not known.

    Args:
        instants: Texts, or instants of a zone.
    """
    if pa.types.is_timestamp(instants.type):
        return _of_timestamps(instants)
    texts = instants.cast(pa.string())
    number, start = len(texts), texts.offset
    at_s, doubtful = np.zeros(number, np.int64), np.ones(number, np.bool_)
    if not number:
        return at_s, doubtful
    _, offsets_of, bytes_of = texts.buffers()
    offsets = np.frombuffer(offsets_of, np.int32)[start : start + number + 1].astype(np.int64)
    letters = np.frombuffer(bytes_of, np.uint8) if bytes_of is not None else np.zeros(0, np.uint8)
    lengths = np.diff(offsets)
    for end, digits, zone in _FORMS:
        length = end + (digits and digits + 1) + zone
        (rows,) = np.nonzero(lengths == length)
        if rows.size == number:
            found = letters[offsets[0] : offsets[-1]].reshape(number, length)
        elif rows.size:
            found = letters[offsets[:-1][rows, None] + np.arange(length)]
        else:
            continue
        at_s[rows], doubtful[rows] = _read(found, end, digits, zone)
    if texts.null_count:
        doubtful |= texts.is_null().to_numpy(zero_copy_only=False)
    return at_s, doubtful


def _of_timestamps(instants: pa.Array) -> tuple[Seconds, Flags]:
    counted = instants.cast(pa.int64())
    doubtful = counted.is_null().to_numpy(zero_copy_only=False)
    at_s = np.asarray(counted.fill_null(0).to_numpy(zero_copy_only=False) // _UNITS[instants.type.unit], np.int64)
    return at_s, doubtful | ~_are_near(at_s)


def _are_near(at_s: Seconds) -> Flags:
    """Whether instants lie within the years that are known, those at either end left out for somebody to look at."""
    found: Flags = (at_s >= _BEFORE_YEAR[1] * DAY_S) & (at_s < _BEFORE_YEAR[-2] * DAY_S)
    return found


class _Letters:
    """The letters of texts of one form, a row each, and which of them turned out to be of none."""

    def __init__(self, letters: npt.NDArray[np.uint8]) -> None:
        self.letters = letters
        self.wrong = np.zeros(len(letters), np.bool_)
        self._figures = letters - np.uint8(ord("0"))  # what lies below goes round, and is no digit either

    def number(self, first: int, length: int, low: int, high: int) -> Seconds:
        """The number that stands there, from ``low`` to ``high``; ``low`` where it is none."""
        made = np.zeros(len(self.letters), np.int64)
        for place in range(first, first + length):
            self.wrong |= self._figures[:, place] > _NINE
            made = made * 10 + self._figures[:, place]
        outside = (made < low) | (made > high)
        self.wrong |= outside
        made[outside] = low
        return made

    def stand(self, place: int, marks: str) -> None:
        """One of the marks has to stand there."""
        self.wrong |= ~np.isin(self.letters[:, place], [ord(mark) for mark in marks])


def _read(letters: npt.NDArray[np.uint8], end: int, digits: int, zone: int) -> tuple[Seconds, Flags]:
    """The instants of one form."""
    text = _Letters(letters)
    for place, marks in ((4, "-"), (7, "-"), (10, "T "), (13, ":")):
        text.stand(place, marks)
    year = text.number(0, 4, FIRST_YEAR + 1, LAST_YEAR - 1)
    month, day = text.number(5, 2, 1, 12), text.number(8, 2, 1, 31)
    at_s = text.number(11, 2, 0, 23) * 3_600 + text.number(14, 2, 0, 59) * 60
    if end == _SECOND:
        text.stand(_MINUTE, ":")
        at_s += text.number(_MINUTE + 1, 2, 0, 59)
    if digits:
        text.stand(end, ".")
        text.number(end + 1, digits, 0, 10**digits)
    last = letters.shape[1] - zone
    if zone == _OFFSET:
        text.stand(last, "+-")
        text.stand(last + 3, ":")
        east_s = text.number(last + 1, 2, 0, 23) * 3_600 + text.number(last + 4, 2, 0, 59) * 60
        at_s -= np.where(letters[:, last] == ord("-"), -east_s, east_s)
    else:
        text.stand(last, "Z")
    leaps = _IS_LEAP[year - FIRST_YEAR]
    text.wrong |= day > _DAYS[month] + (leaps & (month == _LEAP_MONTH))
    days = _BEFORE_YEAR[year - FIRST_YEAR] + _BEFORE_MONTH[month] + (leaps & (month > _LEAP_MONTH)) + day - 1
    return days * DAY_S + at_s, text.wrong
