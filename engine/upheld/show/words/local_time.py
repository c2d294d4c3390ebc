"""Local times: instants and opening intervals as a page tells them, on the clock of the policy's zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from upheld.core.time.instant import instant_of, text_of
from upheld.show.words.view import View

MOST_INTERVALS: Final = 6


def local_time(view: View, at_s: int) -> datetime:
    """An instant on the clock of the policy's zone."""
    return instant_of(at_s).astimezone(ZoneInfo(view.policy.zone))


def moment(view: View, at_s: int) -> str:
    """The same in a sentence: ``Monday 4 March 2024, 10:00``."""
    local = local_time(view, at_s)
    return f"{_date(view, local)}, {_time(view, local)}"


def short_moment(view: View, at_s: int) -> str:
    """The same for a column of a table."""
    local = local_time(view, at_s)
    weekday = view.say("due.weekday", day=view.locale.weekdays[local.weekday()][:3])
    return f"{weekday} {local:%Y-%m-%d %H:%M}" + (f":{local:%S}" if local.second else "")


def minute(view: View, at_s: int) -> str:
    """The same where many stand below one another: ``2024-03-04 10:00``."""
    return f"{local_time(view, at_s):%Y-%m-%d %H:%M}"


def utc(at_s: int) -> str:
    """An instant in UTC, to the minute where it lies on one: it must not break in a window of 80 columns."""
    return text_of(at_s) if at_s % 60 else f"{instant_of(at_s):%Y-%m-%dT%H:%MZ}"


def interval(view: View, from_s: int, until_s: int) -> str:
    """From an instant to another; the date once where it is the same."""
    start, end = local_time(view, from_s), local_time(view, until_s)
    if start.date() == end.date():
        return f"{_date(view, start)}, {view.say('window', start=_time(view, start), end=_time(view, end))}"
    times = [f"{_date(view, each)}, {_time(view, each)}" for each in (start, end)]
    return view.say("over-days", start=times[0], end=times[1])


def opening_intervals(view: View, intervals: Sequence[tuple[int, int]]) -> list[str]:
    """Some opening time; of many intervals the first ones, the last, and how many lie between."""
    return shortened(view, [interval(view, start_s, end_s) for start_s, end_s in intervals])


def shortened(view: View, told: Sequence[str]) -> list[str]:
    """Of many lines the first ones, the last, and how many lie between."""
    if len(told) <= MOST_INTERVALS:
        return list(told)
    left_out = len(told) - MOST_INTERVALS + 1
    return [*told[: MOST_INTERVALS - 2], view.say("due.more", number=left_out), told[-1]]


def _date(view: View, local: datetime) -> str:
    return f"{view.locale.weekdays[local.weekday()]} {view.locale.date(local.date())}"


def _time(view: View, local: datetime) -> str:
    """The time of day; with seconds where it lies between two minutes."""
    return f"{local:%H:%M:%S}" if local.second else view.locale.time(local.hour * 3600 + local.minute * 60)
