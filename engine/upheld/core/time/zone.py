"""Zones: which local time a place had, as stretches of constant offset.

Inside a stretch local time is a plain addition, so everything about summer time
is here and nothing about it anywhere else: what is computed stretch by stretch is
exact on the days when clocks change, and needs no rule for times that were skipped
or came twice.

    >>> [stretch.offset_s for stretch in stretches(load_zone("Europe/Paris"), 1711800000, 1712000000)]
    [3600, 7200]
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from upheld.core.errors import CalendarError
from upheld.core.finding import Problem
from upheld.core.nearest import nearest, quoted
from upheld.core.time.instant import DAY_S

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*", re.ASCII)
_NOT_THE_SAME_EVERYWHERE = ("localtime", "posixrules", "Factory")
_COPIES_WITH_OTHER_RULES = ("posix/", "right/")

_ADVICE = "write a name of the IANA list, such as `Europe/Paris`, or `Etc/UTC`"


class Stretch(NamedTuple):
    """From ``from_s`` up to but not including ``until_s``, local time is UTC plus ``offset_s``."""

    from_s: int
    until_s: int
    offset_s: int


def zone_problem(name: object) -> Problem | None:
    """Why ``name`` is no zone, or None: it must be an IANA name that means the same on every machine."""
    if not isinstance(name, str):
        return Problem((), "bad-value", f"{quoted(name)} is no zone", _ADVICE)
    if _open(name) is not None:
        return None
    if re.fullmatch(r"(UTC|GMT)?[+-][0-9]{1,2}(:?[0-9]{2})?|Z", name, re.ASCII):
        hint = "a fixed offset is spelled `Etc/UTC`; a place, such as `Europe/Paris`, also knows summer time"
    else:
        near = nearest(name, sorted(available_timezones()))
        hint = f"did you mean `{near}`?" if near else _ADVICE
    return Problem((), "unknown-value", f"no zone is called {quoted(name)}", hint)


def load_zone(name: str) -> ZoneInfo:
    """The zone of that name.

    Raises: CalendarError when there is none.
    """
    zone = _open(name) if isinstance(name, str) else None
    if zone is None:
        problem = zone_problem(name)
        assert problem is not None, name
        raise CalendarError(f"{problem.message}: {problem.hint}")
    return zone


def stretches(zone: ZoneInfo, from_s: int, until_s: int) -> list[Stretch]:
    """The stretches that make up the time from ``from_s`` to ``until_s``, in order.

    Looks every three days, then halves to the very second: no zone has changed its offset twice within so few since
    1990 (the least was a week), and a test looks closer.
    """
    fixed = zone.utcoffset(None)
    if fixed is not None:  # it never changed at all
        return [Stretch(from_s, until_s, _seconds(fixed))] if from_s < until_s else []
    found: list[Stretch] = []
    since_s, offset_s = from_s, _offset_s(zone, from_s)
    seen_s = from_s
    while seen_s < until_s:
        next_s = min(seen_s + 3 * DAY_S, until_s)
        next_offset_s = _offset_s(zone, next_s)
        if next_offset_s != offset_s:
            change_s = _change_s(zone, seen_s, next_s)
            found.append(Stretch(since_s, change_s, offset_s))
            since_s, offset_s = change_s, next_offset_s
        seen_s = next_s
    if since_s < until_s:
        found.append(Stretch(since_s, until_s, offset_s))
    return found


def _change_s(zone: ZoneInfo, before_s: int, after_s: int) -> int:
    """The first second with the offset of ``after_s``, given that ``before_s`` still has another."""
    offset_s = _offset_s(zone, after_s)
    while after_s - before_s > 1:
        middle_s = (before_s + after_s) // 2
        if _offset_s(zone, middle_s) == offset_s:
            after_s = middle_s
        else:
            before_s = middle_s
    return after_s


def _offset_s(zone: ZoneInfo, at_s: int) -> int:
    offset = datetime.fromtimestamp(at_s, zone).utcoffset()
    assert offset is not None
    return _seconds(offset)


def _seconds(offset: timedelta) -> int:
    return offset.days * DAY_S + offset.seconds


def _open(name: str) -> ZoneInfo | None:
    if not _NAME.fullmatch(name) or name in _NOT_THE_SAME_EVERYWHERE or name.startswith(_COPIES_WITH_OTHER_RULES):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; no zone file; a folder of zones, such as `Europe`
        return None
