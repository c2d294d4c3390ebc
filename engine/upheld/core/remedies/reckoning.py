"""Reckonings: the breaches of all tickets and periods, gathered, and what is owed for them as of an instant.

Source: DESIGN section 9, "Remedies" and "Availability".
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Self

from upheld.core.clocks.row import ClockRow
from upheld.core.condition.condition import Lookup
from upheld.core.condition.domain import Held
from upheld.core.decision.engine import Engine
from upheld.core.policy.policy import ALWAYS
from upheld.core.population.availability import Uptime, uptimes
from upheld.core.population.downtime import Downtimes, Stay, Told, Turn
from upheld.core.population.objectives import Counting, Tally
from upheld.core.population.period import edges_s
from upheld.core.record.ticket import Standing
from upheld.core.remedies.booking import Booking, Bookings
from upheld.core.remedies.breach import Breach, Breaches, due_of

Asked = tuple[int, str, str]
"""Which remedy was asked for, by which customer, on which ticket; ``""`` for one of a period."""


class Reckoned(NamedTuple):
    """What came of all tickets together.

    Attributes:
        bookings: In the order in which they have the room of their caps.
        of_tickets: Those of each ticket, in the policy's order and then by cycle.
    """

    bookings: tuple[Booking, ...]
    of_tickets: dict[str, list[Booking]]
    uptimes: tuple[Uptime, ...]


class Gathered(NamedTuple):
    """What a reckoning has taken in, as plain values: to be taken in by another one, in any order.

    Attributes:
        periods: Of an objective and a customer the clocks of each period.
        numbers: How many breaches by remedy, customer and period.
        found: The breached clocks.
        asked: When remedies were asked for.
    """

    downtimes: Told
    periods: dict[tuple[str, str], dict[str, Tally]]
    numbers: dict[tuple[int, str, str], int]
    found: list[Breach]
    asked: dict[Asked, list[int]]


class Reckoning:
    """Gathers what is broken, ticket by ticket; needed only where a policy has remedies or promises availability."""

    def __init__(self, engine: Engine) -> None:
        policy = engine.policy
        self._engine = engine
        self._downtimes = Downtimes(policy, engine.schedule)
        breaches = [
            Breaches(place, each, policy, engine.schedule, engine.contracts)
            for place, each in enumerate(policy.remedies)
        ]
        commitments = {each.id for each in policy.commitments}
        self._of_clocks = [each for each in breaches if not each.remedy.counts and commitments & {*each.remedy.of}]
        self._of_numbers = [each for each in breaches if each.remedy.counts]
        self._of_periods = [each for each in breaches if not commitments & {*each.remedy.of}]
        objectives = {name for each in self._of_periods for name in each.remedy.of}
        self._objectives = [(place, each) for place, each in enumerate(policy.objectives) if each.id in objectives]
        self._counted: dict[tuple[str, str], Counting] = {}
        self._numbers: dict[tuple[int, str, str], int] = {}
        self._found: list[Breach] = []
        self._asked: dict[Asked, list[int]] = {}
        claims = [event for each in policy.remedies if each.claim is not None for event in each.claim.on]
        self.events = self._downtimes.events.union(claims)
        self.facts = self._downtimes.facts

    @classmethod
    def of(cls, engine: Engine) -> Self | None:
        """That of an engine's policy; ``None`` where it owes nothing for a breach."""
        return cls(engine) if engine.policy.remedies or engine.policy.availability else None

    def see(self, event: str, at_s: int, ticket: str, customer: str, names: Lookup) -> None:
        """Take in an accepted event: a claim, or one that says when something was down."""
        if event in self._downtimes.events:
            self._downtimes.see(event, at_s, customer, names)
        for each in (*self._of_clocks, *self._of_numbers, *self._of_periods):
            claim = each.remedy.claim
            if claim is not None and event in claim.on:
                of_clock = each in self._of_clocks
                insort(self._asked.setdefault((each.place, customer, ticket if of_clock else ""), []), at_s)

    def add(
        self,
        standing: Standing,
        rows: Sequence[ClockRow],
        stays: Sequence[Stay],
        turns: Sequence[Turn],
        applies: Callable[[int, str | None], bool],
        as_of_s: int,
    ) -> None:
        """Take in a ticket as it stands in the end.

        Args:
            rows: Its clocks.
            stays: Where it was, from each instant on.
            turns: What its ``facts`` held, from each instant on.
            applies: Whether the condition of the objective of an index holds for it, for a clock of a severity.
        """
        customer = standing.customer
        self._downtimes.known(customer, standing.opened_s)
        self._downtimes.stay(customer, stays, turns, partial(self._names_then, standing), as_of_s)
        for place, objective in self._objectives:
            for row in rows:
                if row.commitment.id in objective.of and applies(place, row.severity):
                    counting = self._counted.get((objective.id, customer))
                    if counting is None:
                        counting = Counting(objective, self._engine.schedule)
                        self._counted[objective.id, customer] = counting
                    counting.add(row, customer)
        for row in rows:
            if row.status == "breached":
                self._breached(standing, row)

    def _names_then(self, standing: Standing, state: str, at_s: int, facts: Mapping[str, Held]) -> Lookup:
        """What the names held of a ticket that was in a state, and of which these facts were known."""
        then = {**standing.facts, **facts}
        core = self._engine.plan.core_of[state]
        return self._engine.names(standing._replace(state=state, core=core, facts=then), at_s)

    def _breached(self, standing: Standing, row: ClockRow) -> None:
        due_s = due_of(row)
        names = _of_clock(row, self._engine.names(standing, due_s))
        for each in self._of_clocks:
            if each.concerns(row, names):
                breach = each.of_clock(row, standing.id, standing.customer, names)
                self._found += () if breach is None else (breach,)
        for each in self._of_numbers:
            if each.concerns(row, names):
                key = each.place, standing.customer, each.period(standing.customer, due_s)
                self._numbers[key] = self._numbers.get(key, 0) + 1

    def gathered(self) -> Gathered:
        """All that was taken in so far."""
        periods = {key: counting.periods for key, counting in self._counted.items()}
        return Gathered(self._downtimes.told(), periods, self._numbers, self._found, self._asked)

    def take_in(self, gathered: Gathered) -> None:
        """Take in what another one has gathered of other tickets, under the same policy."""
        self._downtimes.learn(gathered.downtimes)
        objectives = {objective.id: objective for _, objective in self._objectives}
        for key, periods in gathered.periods.items():
            counting = Counting(objectives[key[0]], self._engine.schedule)
            counting.periods = periods
            if key in self._counted:
                counting |= self._counted[key]
            self._counted[key] = counting
        for kind, number in gathered.numbers.items():
            self._numbers[kind] = self._numbers.get(kind, 0) + number
        self._found += gathered.found
        for asked, instants in gathered.asked.items():
            self._asked[asked] = sorted([*self._asked.get(asked, ()), *instants])

    def result(self, as_of_s: int) -> Reckoned:
        """What is owed for everything that was taken in."""
        engine = self._engine
        policy, schedule = engine.policy, engine.schedule
        found = [
            uptime
            for place, each in enumerate(policy.availability)
            for uptime in uptimes(place, each, self._downtimes, schedule, as_of_s)
        ]
        breaches = [*self._found, *self._of_all(found, as_of_s)]
        bookings = Bookings(policy, schedule, as_of_s).made(breaches, self._asked)
        of_tickets: dict[str, list[Booking]] = {}
        for each in bookings:
            if each.breach.ticket:
                of_tickets.setdefault(each.breach.ticket, []).append(each)
        places = {each.id: place for place, each in enumerate(policy.commitments)}
        for those in of_tickets.values():
            those.sort(key=lambda each: (places[each.breach.commitment], each.breach.cycle, each.breach.place))
        return Reckoned(tuple(bookings), of_tickets, tuple(found))

    def _of_all(self, found: Iterable[Uptime], as_of_s: int) -> Iterator[Breach]:
        """The breaches of periods: by their number, by objectives, by availability."""
        time, by_place = self._engine.names_of_time, {each.place: each for each in self._of_numbers}
        made: list[Breach | None] = [
            by_place[place].of_number(customer, period, number, time(customer), as_of_s)
            for (place, customer, period), number in sorted(self._numbers.items())
        ]
        for each in self._of_periods:
            made += self._of_objectives(each, as_of_s)
            for uptime in found:
                if uptime.availability.id in each.remedy.of and uptime.broken and uptime.share is not None:
                    settled_s = self._end_s(uptime.period) if uptime.over else None
                    whose = uptime.customer, uptime.period, uptime.share
                    made.append(each.of_share(*whose, settled_s, time(uptime.customer)))
        return (breach for breach in made if breach is not None)

    def _of_objectives(self, breaches: Breaches, as_of_s: int) -> Iterator[Breach | None]:
        """The periods in which a customer's clocks broke an objective, once none of them can change it."""
        for (name, customer), counting in sorted(self._counted.items()):
            if name not in breaches.remedy.of:
                continue
            for each in counting.result(as_of_s)[:-1]:
                share = each.reached
                if share is None or each.objective.share is None or share >= each.objective.share:
                    continue
                tally, end_s = counting.periods[each.period], self._end_s(each.period)
                settled_s = None if tally.undecided or as_of_s < end_s else max(end_s, tally.settled_s)
                yield breaches.of_share(customer, each.period, share, settled_s, self._engine.names_of_time(customer))

    def _end_s(self, period: str) -> int:
        return edges_s(period, self._engine.schedule.calendars[ALWAYS])[1]


def _of_clock(row: ClockRow, names: Lookup) -> Lookup:
    """What names hold of the clock's ticket; the severity is the clock's own."""

    def held(name: str) -> Held:
        return row.severity if name == "severity" else names(name)

    return held
