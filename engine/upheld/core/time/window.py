"""Windows: the stretches of a day in which a service is open, `09:00-17:30`.

A window is a pair of seconds of local time since midnight, half-open; `24:00` is the
end of the day. One that crosses midnight is two windows of two days, so that every
window belongs to one date, and a holiday closes exactly that date.

    >>> parse_window("13:30-24:00")
    (48600, 86400)
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
    """The window written `HH:MM-HH:MM`.

    Raises: ValueError, with a message for the author; closing must come after opening.
    """
    opening, dash, closing = text.partition("-")
    if not dash:
        raise ValueError(f"{quoted(text)} is no opening window: write `HH:MM-HH:MM`, such as `09:00-17:30`")
    try:
        start_s, end_s = parse_time_of_day(opening), parse_time_of_day(closing)
    except ValueError as error:
        raise ValueError(f"{quoted(text)} is no opening window: {error}") from None
    if end_s < start_s:
        raise ValueError(
            f"`{text}` closes before it opens: past midnight, write `{opening}-24:00`, "
            f"and `00:00-{closing}` on the next day"
        )
    if end_s == start_s:
        raise ValueError(f"`{text}` closes when it opens: round the clock is `00:00-24:00`, and closed is no window")
    return start_s, end_s


def text_of_window(window: Window) -> str:
    """The window as an author writes it."""
    return "-".join(f"{second // 3600:02}:{second // 60 % 60:02}" for second in window)


def first_overlap(windows: Iterable[Window]) -> tuple[Window, Window] | None:
    """Two windows that share a second, or None; windows that only touch do not."""
    ordered = sorted(windows)
    return next(((one, other) for one, other in zip(ordered, ordered[1:]) if other[0] < one[1]), None)
