"""Zone check: whether the clock of a history seems to be wrong by whole hours.

Agents work in opening hours, mostly. Where a zone was declared wrongly, all of a history lies
some hours off, and each duration of it is right: only the opening hours tell. So of agents'
events the share in opening time is taken as it is, and as it would be some hours earlier or
later; where that gains much, somebody ought to look.

    >>> calendar = Calendar.from_document({"zone": "Europe/Rome", "weekly": {"mon-fri": ["09:00-18:00"]}})
    >>> mornings = [1_772_438_400 + day * 86_400 for day in (0, 1, 2, 3, 4) for _ in range(4)]
    >>> zone_doubt(mornings, calendar) is None
    True
    >>> print(zone_doubt([at_s - 2 * 3600 for at_s in mornings], calendar))
    0 % of agents' events lie in opening hours, and 100 % would if all were 2 h later: is the zone right?

A sample is enough: of a long history some thousand instants are looked at, always the same ones.

Source: DESIGN section 6, "zone assumed or overridden".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from upheld.core.calendar import Calendar
from upheld.core.event import Event
from upheld.core.policy import Policy

HOUR_S: Final = 3600
FARTHEST_H: Final = 14
"""No two places are farther apart than this much from UTC."""
LEAST_GAIN: Final = 10
"""Percentage points below which chance, or an odd shift, is as likely."""
LEAST_EVENTS: Final = 20
"""Of fewer events no share is worth a warning."""
SAMPLE: Final = 4_096


@dataclass(frozen=True, slots=True)
class ZoneDoubt:
    """That another zone would fit better.

    Attributes:
        looked_at: How many events were looked at.
        open_now: How many of them lie in opening time.
        open_then: How many would, ``shift_h`` hours later; earlier where that is negative.
    """

    looked_at: int
    open_now: int
    open_then: int
    shift_h: int

    def __str__(self) -> str:
        now, then = (100 * each // self.looked_at for each in (self.open_now, self.open_then))
        way = "later" if self.shift_h > 0 else "earlier"
        return (
            f"{now} % of agents' events lie in opening hours, and {then} % would if all were "
            f"{abs(self.shift_h)} h {way}: is the zone right?"
        )


class Sample:
    """Some of many instants, evenly spread over the order in which they came; the same ones on every run."""

    def __init__(self) -> None:
        self.instants: list[int] = []
        self._stride = 1
        self._to_pass = 0

    def add(self, at_s: int) -> None:
        """One more."""
        if self._to_pass:
            self._to_pass -= 1
            return
        self.instants.append(at_s)
        self._to_pass = self._stride - 1
        if len(self.instants) == 2 * SAMPLE:
            del self.instants[1::2]
            self._stride *= 2


class ZoneCheck:
    """Sees the events of a history, and doubts its zone where no calendar of the promises fits.

    Args:
        policy: Says who its agents are, and which calendars its commitments count on.
        calendars: By name.
    """

    def __init__(self, policy: Policy, calendars: Mapping[str, Calendar]) -> None:
        names = dict.fromkeys(each.calendar for each in policy.commitments if each.calendar in policy.calendars)
        self._calendars = {name: calendars[name] for name in names}
        self._agents = frozenset(name for name, role in policy.roles.items() if role.side == "vendor")
        self._sample = Sample()

    def see(self, event: Event) -> None:
        """One more; it counts if an agent did it."""
        if event.role in self._agents:
            self._sample.add(event.at_s)

    def warning(self) -> str:
        """What to tell, or ``""``: that of the calendar which fits best after the shift, if none fits as it is."""
        doubts = {name: zone_doubt(self._sample.instants, each) for name, each in self._calendars.items()}
        told = [(each.open_then, f"calendar `{name}`: {each}") for name, each in doubts.items() if each is not None]
        return max(told)[1] if told and len(told) == len(doubts) else ""


def zone_doubt(instants: Iterable[int], calendar: Calendar) -> ZoneDoubt | None:
    """Whether agents' events would fit the opening hours much better some whole hours off; ``None`` where not.

    Args:
        instants: Of agents' events, in seconds since 1970 UTC; those outside 1990 to 2050 do not count.

    Returns: the shift that gains most, the smallest of equals, where that is at least `LEAST_GAIN` points; for hours
        that are open all week nothing can be gained.
    """
    sample = Sample()
    reach_s = FARTHEST_H * HOUR_S
    for at_s in instants:
        if calendar.first_s <= at_s - reach_s and at_s + reach_s < calendar.until_s:
            sample.add(at_s)
    looked_at = len(sample.instants)
    if looked_at < LEAST_EVENTS:
        return None
    shifts = sorted(range(-FARTHEST_H, FARTHEST_H + 1), key=lambda shift_h: (abs(shift_h), -shift_h))
    counts = {shift_h: _open(sample.instants, calendar, shift_h * HOUR_S) for shift_h in shifts}
    best = max(shifts, key=counts.__getitem__)
    if (counts[best] - counts[0]) * 100 < LEAST_GAIN * looked_at:
        return None
    return ZoneDoubt(looked_at, counts[0], counts[best], best)


def _open(instants: list[int], calendar: Calendar, shift_s: int) -> int:
    is_open_s = calendar.is_open_s
    return sum(is_open_s(at_s + shift_s) for at_s in instants)
