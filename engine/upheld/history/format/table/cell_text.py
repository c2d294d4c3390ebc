"""Cells that are values, as the text that a mapping reads: as somebody would have written them.

A day is ``2026-03-02``, an instant ISO 8601 with its offset where it has one, an amount of time
``36:05:00``. A whole number has no ``.0``, and any other the fewest digits that mean it.

    >>> [text_of(value) for value in (7.0, 0.25, True, date(2026, 3, 2), timedelta(hours=36, minutes=5), None)]
    ['7', '0.25', 'true', '2026-03-02', '36:05:00', '']

Source: DESIGN section 6, "Other formats come in through importers"; decision 0024.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

MOST_DIGITS: Final = 10**21
"""Numbers from here on are written with an exponent."""


def text_of(value: object) -> str:
    """A value as text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < MOST_DIGITS else _real(value)
    if isinstance(value, datetime):
        text = value.isoformat()
        return f"{text[:-6]}Z" if text.endswith("+00:00") else text
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, (list, tuple, Mapping)):
        return json.dumps(value, ensure_ascii=False, default=text_of)
    return str(value)


def _real(value: float) -> str:
    """``""`` for what is no number: tables write it where there is none."""
    return "" if math.isnan(value) else repr(value)


def _duration(value: timedelta) -> str:
    sign = "-" if value < timedelta() else ""
    seconds, fraction = divmod(abs(value), timedelta(seconds=1))
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    part = f".{fraction.microseconds:06}" if fraction else ""
    return f"{sign}{hours}:{minute:02}:{second:02}{part}"
