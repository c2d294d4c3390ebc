"""Granularity: whether the instants of a history are told finely enough to judge a promise by them.

Many exports have dates and no times, and many have one row per ticket, of which a mapping sees one instant. Both are
read, and every promise of minutes looks as if it had been kept at once. Nothing is refused for that; whoever reads the
figures is told.

Nothing depends on the order in which records come, and what is counted here merges: ``a |= b``, for any division of
the tickets.

Source: DESIGN section 4, "Status compares instants".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from typing import Final, Self

from upheld.core.policy.policy import Policy
from upheld.core.replay.verdict import Brief
from upheld.core.replay.warning import ReplayWarning
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import DAY_S, END_DAY, FIRST_DAY

FEWEST_RECORDS: Final = 4
"""Records below which midnights may be chance."""
MIDNIGHTS: Final = 95
"""Percent of records at midnight that are nearly all."""
FEWEST_TICKETS: Final = 5
FEWEST_PROMISES: Final = 5
NEARLY_ALL: Final = 90
"""Percent of tickets, and of promises, that are nearly all."""

STEP_S: Final = 900
"""No midnight of a zone lies elsewhere than on a quarter of an hour."""


class Midnights:
    """How many records lie at midnight, by the clock of the policy's zone and by UTC."""

    def __init__(self, policy: Policy) -> None:
        self._clock = Calendar.always(policy.zone)
        self._records = self._local = self._utc = 0

    def add(self, at_s: int, times: int = 1) -> None:
        """Count a record, or several of one instant; those off the quarter of an hour are all alike."""
        self._records += times
        if at_s % STEP_S == 0:
            self._utc += times if at_s % DAY_S == 0 else 0
            if FIRST_DAY < at_s // DAY_S < END_DAY - 1 and self._clock.clock_at(at_s)[1] == 0:
                self._local += times

    def __ior__(self, other: Self) -> Self:
        """Count what another one has counted, for the same policy."""
        self._records += other._records
        self._local += other._local
        self._utc += other._utc
        return self

    def add_all(self, instants: Collection[int]) -> None:
        """Count records; nearly all of them lie on no quarter of an hour."""
        sharp = [at_s for at_s in instants if at_s % STEP_S == 0]
        self._records += len(instants) - len(sharp)
        for at_s in sharp:
            self.add(at_s)

    def warnings(self) -> Iterator[ReplayWarning]:
        """That the history has dates and no times."""
        number = max(self._local, self._utc)
        if self._records >= FEWEST_RECORDS and 100 * number >= MIDNIGHTS * self._records:
            yield ReplayWarning("dates-only", {"number": number, "records": self._records})


@dataclass(slots=True)
class Lengths:
    """How long tickets and promises last, told of all of them.

    Attributes:
        promised: The commitments that are promises, by index.
        tickets, records: How many tickets there are, and how many records of them.
        flat: How many have all their records at one instant, and ``ended`` how many of those have several records.
        kept: How many promises were fulfilled, in time or not, and ``at_once`` how many the instant that they began.
    """

    promised: Collection[int]
    tickets: int = 0
    records: int = 0
    flat: int = 0
    ended: int = 0
    kept: int = 0
    at_once: int = 0

    def add(self, brief: Brief) -> None:
        """Count a ticket as it stands in the end."""
        self.tickets += 1
        self.records += brief.records
        if brief.is_flat:
            self.flat += 1
            self.ended += brief.records > 1
        for commitment, at_once in brief.stopped:
            if commitment in self.promised:
                self.kept += 1
                self.at_once += at_once

    def __ior__(self, other: Self) -> Self:
        """Count what another one has counted; numbers may be added from outside as well."""
        for name in LENGTHS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self

    def warnings(self) -> Iterator[ReplayWarning]:
        """That tickets, or promises, last no time: no figure can be believed that was made of such."""
        flat = self.tickets >= FEWEST_TICKETS and 100 * self.flat >= NEARLY_ALL * self.tickets
        if flat and 2 * self.ended >= self.flat:
            yield ReplayWarning("one-instant", {"number": self.flat, "tickets": self.tickets})
        elif self.kept >= FEWEST_PROMISES and 100 * self.at_once >= NEARLY_ALL * self.kept:
            yield ReplayWarning("no-time", {"number": self.at_once, "promises": self.kept})


LENGTHS: Final = tuple(each.name for each in fields(Lengths) if each.name != "promised")
