"""Warnings: what a reader should know of a whole replay before any of its figures is believed.

A warning is data, so that a page can say it in its reader's language; verdicts, which are
for programs, have its English sentence.

    >>> warning = ReplayWarning("all-later", {"at": "2004-03-06T12:00:00Z", "number": 13})
    >>> print(warning)
    as-of is `2004-03-06T12:00:00Z`, and every record is later: none of them (13) was read

The *zone check* asks whether all clocks seem to be wrong. Exports often write one zone's
digits and another's name. Nothing is refused for that, and every due time is wrong. But
people work when the desk is open, more or less: where many more of their records would lie
in opening hours if all instants were some hours earlier or later, the history was probably
read in a wrong zone, and whoever reads the verdicts is told.

Only the hours of the week are looked at: a holiday is closed whatever the hour.

What is counted here merges: ``a |= b``, in any order, for any division of the records.

Source: DESIGN section 6, "which column is what, zone assumed or overridden".
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, Literal, Self

from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.replay.conformance import share
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import DAY_S, END_DAY, FIRST_DAY, text_of
from upheld.core.time.window import Windows

Kind = Literal[
    "stray-last",
    "stray-records",
    "all-later",
    "zone-earlier",
    "zone-later",
    "dates-only",
    "one-instant",
    "no-time",
    "late",
    "late-lost",
    "unpromised",
]

_SHIFTED: Final = (
    "{share} of what the vendor's people did lies in the opening hours of `{calendar}`; were all instants {hours} h "
    "%s, {better} would: check the zone in which the history was read"
)
SENTENCES: Final[Mapping[Kind, str]] = {
    "stray-last": "as-of is `{at}`, that of one record; all others lie more than a year before, up to `{before}`",
    "stray-records": "as-of is `{at}`: {number} records lie more than a year after all others, which end at `{before}`",
    "all-later": "as-of is `{at}`, and every record is later: none of them ({number}) was read",
    "zone-earlier": _SHIFTED % "earlier",
    "zone-later": _SHIFTED % "later",
    "dates-only": "{number} of {records} records lie at midnight: the history has dates and no times, and promises in "
    "minutes and hours cannot be told from it",
    "one-instant": "all records of {number} of {tickets} tickets lie at one instant: the export has one row per "
    "ticket, and no promise can be told from it; say `rows-from` in its mapping",
    "no-time": "{number} of {promises} promises were kept at the very instant that began them: check what the columns "
    "of the history mean; an export with one row per ticket needs `rows-from` in its mapping",
    "late": "{number} of {records} records came after a later one of their ticket, most of which are refused: say "
    "`order: by-time` in the mapping, or `--order by-time`",
    "late-lost": "{number} of {records} records came after a later one of their ticket; with `order: by-time` in the "
    "mapping, or `--order by-time`, {more} more would be accepted",
    "unpromised": "on {number} of {tickets} tickets no promise began (the first seen: `{ticket}`), and no share tells "
    "of them",
}


@dataclass(frozen=True, slots=True)
class ReplayWarning:
    """One thing that a reader should know.

    Attributes:
        kind: What it is about.
        values: What it names: instants as verdicts have them, shares as ``63.5%``.
    """

    kind: Kind
    values: Mapping[str, str | int]

    def __str__(self) -> str:
        return SENTENCES[self.kind].format_map(self.values)


YEAR_S: Final = 365 * DAY_S


class Accepted:
    """The instants of accepted records, in so far as as-of depends on them.

    A wrong year rarely comes alone: it is a wrong ticket, or a wrong zone of a batch. So the records are looked at
    quarter by quarter, and where a gap of more than a year divides them, what lies after it is told.

    Attributes:
        last_s: The last instant; ``None`` while there is none.
    """

    def __init__(self) -> None:
        self.last_s: int | None = None
        self._quarters: dict[int, tuple[int, int, int]] = {}

    def add(self, at_s: int) -> None:
        """One more."""
        self.add_quarter(at_s, at_s, 1)

    def add_all(self, instants: Iterable[int]) -> None:
        """Some more; a call for each would take three times as long."""
        for _, group in groupby(sorted(instants), _quarter_of):
            several = [*group]
            self.add_quarter(several[0], several[-1], len(several))

    def add_quarter(self, from_s: int, until_s: int, times: int) -> None:
        """So many more, of which the first and the last are given; all of one quarter, ``at_s // QUARTER_S``."""
        quarter = from_s // QUARTER_S
        assert quarter == until_s // QUARTER_S, "records of one quarter are told together"
        self.last_s = until_s if self.last_s is None else max(self.last_s, until_s)
        first_s, last_s, count = self._quarters.get(quarter, (from_s, until_s, 0))
        self._quarters[quarter] = (min(first_s, from_s), max(last_s, until_s), count + times)

    def __ior__(self, other: Self) -> Self:
        """Take in what another one has counted."""
        for first_s, last_s, count in other._quarters.values():
            self.add_quarter(first_s, last_s, count)
        return self

    def warnings(self) -> list[ReplayWarning]:
        """That records lie more than a year after the rest: the first gap after which there are few, or else the last.

        Source: THREATS V08.
        """
        quarters = [self._quarters[key] for key in sorted(self._quarters)]
        total = after = sum(count for _, _, count in quarters)
        found = None
        for before, later in pairwise(quarters):
            after -= before[2]
            if later[0] - before[1] > YEAR_S:
                found = before[1], after
                if 2 * after <= total:
                    break
        if found is None or self.last_s is None:
            return []
        values = {"at": text_of(self.last_s), "before": text_of(found[0])}
        if found[1] == 1:
            return [ReplayWarning("stray-last", values)]
        return [ReplayWarning("stray-records", {**values, "number": found[1]})]


QUARTER_S: Final = 91 * DAY_S
"""Records are looked at in pieces of this length, from 1970 on."""


def _quarter_of(at_s: int) -> int:
    return at_s // QUARTER_S


FEWEST: Final = 100
"""Records below which nothing is said."""
GAIN: Final = 10
"""Points by which a shift has to raise the share."""
SHIFTS_H: Final = tuple(sorted(range(-14, 15), key=lambda hours: (abs(hours), -hours)))
"""Those that are tried, the smallest first; no zone is farther from UTC."""

_SLOT_S: Final = 900
_SLOT_STARTS: Final = range(0, DAY_S, _SLOT_S)
_SLOTS_A_WEEK: Final = 7 * len(_SLOT_STARTS)
_THURSDAY: Final = 3 * len(_SLOT_STARTS)
"""What the week had behind it when 1970 began."""


class ZoneCheck:
    """What the vendor's people did, counted by quarters of an hour.

    Nothing depends on the order in which records come.

    Args:
        calendars: The policy's, by id; those in which commitments count are looked at, unless one is open all week.
    """

    def __init__(self, policy: Policy, calendars: Mapping[str, Calendar]) -> None:
        self._roles = frozenset(name for name, role in policy.roles.items() if role.side == "vendor")
        used = dict.fromkeys(name for each in policy.commitments for name in each.calendars if name in calendars)
        self._calendars = {name: calendars[name] for name in used}
        if not all(_closes(each.hours.weekly) for each in self._calendars.values()):
            self._calendars = {}
        self._slots: Counter[int] = Counter()

    def add(self, event: Event) -> None:
        """Count a record, if one of the vendor's people did it."""
        self.add_at(event.role, event.at_s)

    def add_at(self, role: str, at_s: int, times: int = 1) -> None:
        """Count a record of a role, or several of one quarter of an hour."""
        if self._calendars and role in self._roles:
            self._slots[at_s // _SLOT_S] += times

    def add_quarters(self, role: str, times: Mapping[int, int]) -> None:
        """Count records of a role by the quarter of an hour in which they lie, ``at_s // 900``."""
        if self._calendars and role in self._roles:
            self._slots.update(times)

    def __ior__(self, other: Self) -> Self:
        """Count what another one has counted, for the same policy."""
        self._slots.update(other._slots)
        return self

    def add_all(self, events: Iterable[Event]) -> None:
        """Count records; nothing where the clock says nothing."""
        if self._calendars:
            roles = self._roles
            self._slots.update([event.at_s // _SLOT_S for event in events if event.role in roles])

    def warnings(self) -> list[ReplayWarning]:
        """What a reader should know of the history's clock; nothing where some calendar fits, or where little tells."""
        total = self._slots.total()
        if total < FEWEST:
            return []
        shares_now_and_best = {name: self._fits(calendar) for name, calendar in self._calendars.items()}
        if not all(100 * (best - now) >= GAIN * total for now, best, _ in shares_now_and_best.values()):
            return []
        name = max(shares_now_and_best, key=lambda each: shares_now_and_best[each][1])
        now, best, hours = shares_now_and_best[name]
        shares = {"share": str(share(now, total)), "better": str(share(best, total))}
        kind: Kind = "zone-later" if hours > 0 else "zone-earlier"
        return [ReplayWarning(kind, {**shares, "calendar": name, "hours": abs(hours)})]

    def _fits(self, calendar: Calendar) -> tuple[int, int, int]:
        """How many records lie in opening hours as they are; how many at best, and by which shift."""
        week = [0] * _SLOTS_A_WEEK
        covered = sorted(slot for slot in self._slots if FIRST_DAY + 1 < slot * _SLOT_S // DAY_S < END_DAY - 1)
        for stretch in calendar.line(covered[0] * _SLOT_S, covered[-1] * _SLOT_S).stretches if covered else ():
            # One look at the clock for each time between its changes, and not for each quarter of an hour.
            low, high = (bisect_left(covered, -(-each // _SLOT_S)) for each in (stretch.from_s, stretch.until_s))
            late_s = stretch.offset_s + _SLOT_S * _THURSDAY
            for slot in covered[low:high]:
                week[(slot * _SLOT_S + late_s) // _SLOT_S % _SLOTS_A_WEEK] += self._slots[slot]
        opening = _slots(calendar.hours.weekly)
        counts = {hours: _inside(week, opening, hours) for hours in SHIFTS_H}
        best = max(SHIFTS_H, key=counts.__getitem__)
        return counts[0], counts[best], best


def _inside(week: Sequence[int], opening: Sequence[bool], shift_h: int) -> int:
    """How many records lie in opening hours once all are so many hours later."""
    by = shift_h * 3600 // _SLOT_S
    return sum(count for at, count in enumerate(week) if opening[(at + by) % _SLOTS_A_WEEK])


def _slots(weekly: Sequence[Windows]) -> list[bool]:
    """Which quarters of an hour of a week begin in opening hours; a night may last from Sunday into Monday."""
    opening = [False] * _SLOTS_A_WEEK
    for weekday, windows in enumerate(weekly):
        for start_s, end_s in windows:
            first, end = (-(-(weekday * DAY_S + time_s) // _SLOT_S) for time_s in (start_s, end_s))
            for slot in range(first, end):
                opening[slot % _SLOTS_A_WEEK] = True
    return opening


def _closes(weekly: Sequence[Windows]) -> bool:
    """Whether a week has closed time."""
    return sum(end - start for windows in weekly for start, end in windows) < len(weekly) * DAY_S
