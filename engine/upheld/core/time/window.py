"""Windows: the stretches of a day in which a service is open, `09:00-17:30`.

A window is a pair of seconds of local time since the midnight of its date, half-open;
`24:00` is the end of the day. One that passes midnight ends on the next morning, and
belongs whole to the date on which it begins: a holiday of that date closes all of it.

    >>> parse_window("13:30-24:00"), parse_window("22:00-06:00")
    ((48600, 86400), (79200, 108000))
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from upheld.core.nearest import quoted
from upheld.core.time.instant import DAY_S

Window = tuple[int, int]
Windows = tuple[Window, ...]

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_SHORT_HOUR = re.compile(r"[0-9]:[0-5][0-9]", re.ASCII)


def parse_time_of_day(text: str) -> int:
    """Seconds since local midnight, of a time of day written `HH:MM` from `00:00` to `24:00`.

    Raises: ValueError, with a message for the author.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        advice = f"did you mean `0{text}`?" if _SHORT_HOUR.fullmatch(text) else "write `HH:MM`, such as `09:00`"
        raise ValueError(f"{quoted(text)} is no time of day: {advice}")
    if match[1] is None:
        return DAY_S
    return int(match[1]) * 3600 + int(match[2]) * 60


def parse_window(text: str) -> Window:
    """The window written `HH:MM-HH:MM`; one that ends at an earlier time ends on the next day.

    Raises: ValueError, with a message for the author; a window has some length, and begins on its date.
    """
    opening, dash, closing = text.partition("-")
    if not dash:
        raise ValueError(f"{quoted(text)} is no opening window: write `HH:MM-HH:MM`, such as `09:00-17:30`")
    try:
        start_s, end_s = parse_time_of_day(opening), parse_time_of_day(closing)
    except ValueError as error:
        raise ValueError(f"{quoted(text)} is no opening window: {error}") from None
    if end_s == start_s:
        raise ValueError(f"`{text}` closes when it opens: round the clock is `00:00-24:00`, and closed is no window")
    if start_s == DAY_S:
        raise ValueError(f"`{text}` opens when its day ends: write `00:00-{closing}` on the next day")
    return start_s, end_s if start_s < end_s else end_s + DAY_S


def text_of_window(window: Window) -> str:
    """The window as an author writes it."""
    times = (second if second <= DAY_S else second - DAY_S for second in window)
    return "-".join(f"{second // 3600:02}:{second // 60 % 60:02}" for second in times)


def cut_at(windows: Windows, closing_s: int) -> Windows:
    """The windows of a day that closes at that local time at the latest."""
    return tuple((start_s, min(end_s, closing_s)) for start_s, end_s in windows if start_s < closing_s)


def first_overlap(windows: Iterable[Window]) -> tuple[Window, Window] | None:
    """Two windows that share a second, or None; windows that only touch do not."""
    ordered = sorted(windows)
    return next(((one, other) for one, other in zip(ordered, ordered[1:]) if other[0] < one[1]), None)
