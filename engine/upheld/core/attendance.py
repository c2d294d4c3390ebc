"""Attendance: how much of what people did lies in opening hours, and whether all clocks seem to be wrong.

Exports often write one zone's digits and another's name. Nothing is refused for that, and
every due time is wrong. But people work when the desk is open, more or less: where many
more of their records would lie in opening hours if all instants were some hours earlier or
later, the history was probably read in a wrong zone, and whoever reads the verdicts is told.

Only the hours of the week are looked at: a holiday is closed whatever the hour.

Source: DESIGN section 6, "which column is what, zone assumed or overridden".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from upheld.core.calendar import Calendar
from upheld.core.caution import Caution, Kind
from upheld.core.conformance import share
from upheld.core.event import Event
from upheld.core.instant import DAY_S, END_DAY, FIRST_DAY
from upheld.core.policy import Policy
from upheld.core.window import Windows

FEWEST: Final = 100
"""Records below which nothing is said."""
GAIN: Final = 10
"""Points by which a shift has to raise the share."""
SHIFTS_H: Final = tuple(sorted(range(-14, 15), key=lambda hours: (abs(hours), -hours)))
"""Those that are tried, the smallest first; no zone is farther from UTC."""

_SLOT_S: Final = 900
_SLOT_STARTS: Final = range(0, DAY_S, _SLOT_S)
_SLOTS_A_WEEK: Final = 7 * len(_SLOT_STARTS)


class Attendance:
    """What the vendor's people did, counted by quarters of an hour.

    Nothing depends on the order in which records come.

    Args:
        calendars: The policy's, by id; those in which commitments count are looked at, unless one is open all week.
    """

    def __init__(self, policy: Policy, calendars: Mapping[str, Calendar]) -> None:
        self._roles = frozenset(name for name, role in policy.roles.items() if role.side == "vendor")
        used = dict.fromkeys(each.calendar for each in policy.commitments if each.calendar in calendars)
        self._calendars = {name: calendars[name] for name in used}
        if not all(any(map(_closes, each.hours.weekly)) for each in self._calendars.values()):
            self._calendars = {}
        self._slots: Counter[int] = Counter()

    def add(self, event: Event) -> None:
        """Count a record, if one of the vendor's people did it."""
        if self._calendars and event.role in self._roles:
            self._slots[event.at_s // _SLOT_S] += 1

    def cautions(self) -> list[Caution]:
        """What a reader should know of the history's clock; nothing where some calendar fits, or where little tells."""
        total = self._slots.total()
        if total < FEWEST:
            return []
        doubts = {name: self._doubt(calendar) for name, calendar in self._calendars.items()}
        if not all(100 * (best - now) >= GAIN * total for now, best, _ in doubts.values()):
            return []
        name = max(doubts, key=lambda each: doubts[each][1])
        now, best, hours = doubts[name]
        shares = {"share": str(share(now, total)), "better": str(share(best, total))}
        kind: Kind = "zone-later" if hours > 0 else "zone-earlier"
        return [Caution(kind, {**shares, "calendar": name, "hours": abs(hours)})]

    def _doubt(self, calendar: Calendar) -> tuple[int, int, int]:
        """How many records lie in opening hours as they are; how many at best, and by which shift."""
        week = [0] * _SLOTS_A_WEEK
        for slot, count in self._slots.items():
            if FIRST_DAY + 1 < slot * _SLOT_S // DAY_S < END_DAY - 1:
                day, time_s = calendar.clock_at(slot * _SLOT_S)
                week[(day + 3) % 7 * len(_SLOT_STARTS) + time_s // _SLOT_S] += count  # day 0 was a Thursday
        opening = [_is_open(windows, at) for windows in calendar.hours.weekly for at in _SLOT_STARTS]
        counts = {hours: _inside(week, opening, hours) for hours in SHIFTS_H}
        best = max(SHIFTS_H, key=counts.__getitem__)
        return counts[0], counts[best], best


def _inside(week: Sequence[int], opening: Sequence[bool], shift_h: int) -> int:
    """How many records lie in opening hours once all are so many hours later."""
    by = shift_h * 3600 // _SLOT_S
    return sum(count for at, count in enumerate(week) if opening[(at + by) % _SLOTS_A_WEEK])


def _is_open(windows: Windows, time_s: int) -> bool:
    return any(start <= time_s < end for start, end in windows)


def _closes(windows: Windows) -> bool:
    """Whether a day of the week has closed time."""
    return sum(end - start for start, end in windows) < DAY_S
