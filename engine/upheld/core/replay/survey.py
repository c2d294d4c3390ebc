"""Surveys: what the records of a replay are like as a whole, of which its warnings tell.

As-of depends on a survey, too: by default it is the instant of the last record accepted. Whatever else is
counted in it a reader should know before any figure is believed.

Surveys merge: ``a |= b`` is the survey of both, for any division of the tickets, in any order.

Source: DESIGN section 4, "As-of"; section 11, "Jobs".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Self

from upheld.core.decision.engine import Engine
from upheld.core.replay.granularity import Lengths, Midnights
from upheld.core.replay.late import LateRecords
from upheld.core.replay.unpromised import Begun
from upheld.core.replay.verdict import Brief
from upheld.core.replay.warning import Accepted, ReplayWarning, ZoneCheck
from upheld.core.time.instant import text_of


class Survey:
    """What is known of all records and tickets together.

    Attributes:
        accepted: The instants of accepted records, and ``midnights`` how many of them lie at midnight.
        zone_check: What the vendor's people did, by the hour.
        late: The records that came after later ones of their ticket, and ``late_gained`` how many more would be
            accepted in the order of their instants; ``None`` where nobody looked.
        unread: How many records are later than the as-of that was asked for.
        lengths: How long tickets last as they stand in the end, and ``begun`` on how many of them a promise began.
        customers: Whose tickets there are, of those that have opening times of their own.
    """

    def __init__(self, engine: Engine) -> None:
        policy, schedule = engine.policy, engine.schedule
        self.accepted = Accepted()
        self.zone_check = ZoneCheck(policy, schedule.calendars)
        self.midnights = Midnights(policy)
        self.late = LateRecords()
        self.late_gained: int | None = None
        self.unread = 0
        self.lengths = Lengths(frozenset(place for place, each in enumerate(policy.commitments) if each.promised))
        self.begun = Begun()
        self.customers: set[str] = set()
        self._own_hours = frozenset(name for name, each in engine.contracts.customers.items() if each.calendars)

    def see_all(self, tickets: Iterable[Brief], promises: frozenset[int]) -> None:
        """Look at all tickets as they stand in the end; ``promises`` are the commitments that say when one began."""
        for each in tickets:
            self.lengths.add(each)
            if each.customer is not None:
                self.see(each.customer)
            if promises and (each.customer is not None or each.refuses):
                self.begun.add(each.ticket, not promises.isdisjoint(each.promised))

    def __ior__(self, other: Self) -> Self:
        """Take in the survey of other tickets, under the same policy and as of the same instant."""
        self.accepted |= other.accepted
        self.zone_check |= other.zone_check
        self.midnights |= other.midnights
        self.late |= other.late
        if other.late_gained is not None:
            self.late_gained = (self.late_gained or 0) + other.late_gained
        self.unread += other.unread
        self.lengths |= other.lengths
        self.begun |= other.begun
        self.customers |= other.customers
        return self

    def see(self, customer: str) -> None:
        """There is a ticket of a customer."""
        if customer in self._own_hours:
            self.customers.add(customer)

    def warnings(self, given_s: int | None) -> Iterator[ReplayWarning]:
        """What a reader should know before the verdicts; the tickets as they stand in the end belong to it.

        Of as-of, since one wrong date moves it, of the clock, of what was thrown away and of what no figure tells.

        Args:
            given_s: The as-of that was asked for.
        """
        if given_s is None:
            yield from self.accepted.warnings()
        elif self.unread and not self.lengths.tickets:
            yield ReplayWarning("all-later", {"at": text_of(given_s), "number": self.unread})
        yield from self.zone_check.warnings()
        yield from self.midnights.warnings()
        yield from self.lengths.warnings()
        yield from self.late.warnings(self.lengths.records, self.late_gained)
        yield from self.begun.warnings()

    def late_row(self) -> dict[str, int | None] | None:
        """The entry ``late`` of a summary; ``None`` where no record came late."""
        late = self.late.count
        return {"records": late, "accepted_by_time": self.late_gained} if late else None
