"""Versioned replays: a history of which each ticket goes by the version in force when it was opened.

A ticket is opened by its first record that can open one, by the version in force at that instant; a ticket without such
a record counts from its first. What is opened while no version is in force is told, and decided by none. Each version
has a replay of its own tickets, so its verdicts are those that it alone would give. Only accounts tie them together:
where a version bills, records are charged in one order, on accounts that all share.

Source: DESIGN section 14, "several versions on `replay`"; section 10, "Policies"; section 3, "Determinism".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from typing import Final

from upheld.core.billing.accounts import Accounts
from upheld.core.decision.engine import Engine
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.replay.beside import Beside
from upheld.core.replay.customers import Arrivals
from upheld.core.replay.late import Sort, by_ticket
from upheld.core.replay.logs import HeldLogs, Logs
from upheld.core.replay.replay import BATCH, Replay
from upheld.core.versions.term import Term, in_force, terms

OUTSIDE: Final = -1
"""Instead of the place of a version: none was in force."""


class Routing:
    """Which version each ticket goes by, found out as its records come.

    Attributes:
        terms: The days of each version, the first in force first.
        places: Of each ticket met, the place of its version; `OUTSIDE` where none was in force.
        outside: The tickets of those, and when each was opened, in seconds since 1970 UTC.
    """

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.terms = terms(policies)
        self.places: dict[str, int] = {}
        self.outside: dict[str, int] = {}
        self._unopened: dict[str, list[Event]] = {}
        opening = [
            frozenset(name for move in term.policy.transitions if move.opens for name in move.on) for term in self.terms
        ]
        self._opening = {**dict(enumerate(opening)), OUTSIDE: frozenset[str]().union(*opening)}

    def routed(self, events: Iterable[Event]) -> Iterator[tuple[int, Event]]:
        """Each record with the place of its version; those of a ticket that is not opened yet wait."""
        for event in events:
            place = self.places.get(event.ticket)
            if place is None:
                place = self._place_at(event.at_s)
                if not event.state and event.event not in self._opening[place]:
                    self._unopened.setdefault(event.ticket, []).append(event)
                    continue
                yield from self._placed(place, event, self._unopened.pop(event.ticket, ()))
            if place != OUTSIDE:
                yield place, event

    def rest(self) -> Iterator[tuple[int, Event]]:
        """The records of tickets that nothing opened, each ticket by the version of its first one."""
        for events in self._unopened.values():
            yield from self._placed(self._place_at(events[0].at_s), events[0], events)
        self._unopened.clear()

    def of(self, events: Iterable[Event]) -> tuple[list[Event], ...]:
        """The records of each version's tickets, at once."""
        found: tuple[list[Event], ...] = tuple([] for _ in self.terms)
        for place, event in chain(self.routed(events), self.rest()):
            found[place].append(event)
        return found

    def _placed(self, place: int, opened: Event, earlier: Iterable[Event]) -> Iterator[tuple[int, Event]]:
        self.places[opened.ticket] = place
        if place == OUTSIDE:
            self.outside[opened.ticket] = opened.at_s
        else:
            yield from ((place, event) for event in earlier)

    def _place_at(self, at_s: int) -> int:
        place = in_force(self.terms, at_s)
        return OUTSIDE if place is None else place


class VersionedReplay:
    """One replay for each version.

    Args:
        engines: What decides by each version, in any order.
        as_of_s: The instant at which everything is looked at; ``None`` for that of the last record accepted of all.
        journal: Whether to keep the chain of digests of each ticket's records.
        logs: Makes what keeps the tickets of one version.

    Attributes:
        engines: Of each version, the first in force first.
    """

    def __init__(
        self,
        engines: Sequence[Engine],
        as_of_s: int | None = None,
        *,
        journal: bool = False,
        logs: Callable[[], Logs] = HeldLogs,
    ) -> None:
        self._routing = Routing([engine.policy for engine in engines])
        by_policy = {id(engine.policy): engine for engine in engines}
        self.engines = tuple(by_policy[id(term.policy)] for term in self.terms)
        self._as_of_s, self._journal, self._logs = as_of_s, journal, logs
        self._bills = any(engine.charging.bills for engine in engines)
        self._arrivals = Arrivals()
        self._runs = [] if self._bills else [self._run(each, Beside(), in_turn=False) for each in self.engines]

    @property
    def terms(self) -> tuple[Term, ...]:
        """The days of each version, the first in force first."""
        return self._routing.terms

    @property
    def outside(self) -> dict[str, int]:
        """The tickets opened while no version was in force, up to as-of, and when, in seconds since 1970 UTC."""
        end_s = self._as_of_s
        return {name: at_s for name, at_s in self._routing.outside.items() if end_s is None or at_s <= end_s}

    def _run(self, engine: Engine, beside: Beside, *, in_turn: bool) -> Replay:
        logs = self._logs()
        return Replay(engine, self._as_of_s, journal=self._journal, logs=logs, in_turn=in_turn, beside=beside)

    def take_all(self, events: Iterable[Event]) -> None:
        """Decide all records, as they come; where a version bills, in the order in which they are charged.

        Raises: as `Replay.take` does, and whatever reading them raises.
        """
        waiting = iter(events)
        while batch := [*islice(waiting, BATCH)]:
            self._take(self._routing.routed(batch))
        self._take(self._routing.rest())
        if self._bills:
            self._charge()

    def _take(self, routed: Iterable[tuple[int, Event]]) -> None:
        portions: list[list[Event]] = [[] for _ in self.engines]
        for place, event in routed:
            if not self._bills:
                portions[place].append(event)
            elif self._as_of_s is None or event.at_s <= self._as_of_s:
                self._arrivals.add(event)
        for run, portion in zip(self._runs, portions):
            run.take_all(portion)

    def _charge(self) -> None:
        """Decide all records that wait, in the order in which they are charged, on accounts that all versions share."""
        accounts: dict[str, Accounts] = {}
        places = self._routing.places
        for place, engine in enumerate(self.engines):
            others = {name: self.engines[its] for name, its in places.items() if its not in (place, OUTSIDE)}
            self._runs.append(self._run(engine, Beside(others, accounts), in_turn=True))
        for place, events in groupby(self._arrivals.drained(), lambda event: places[event.ticket]):
            self._runs[place].take_all(events)

    @property
    def has_late(self) -> bool:
        """Whether records came after later ones of their ticket."""
        return any(run.has_late for run in self._runs)

    def look_again(self, again: Callable[[], Iterable[Event]], sort: Sort = by_ticket) -> None:
        """Count how many more records would be accepted in the order of their instants; ``again`` reads all anew."""
        for place, run in enumerate(self._runs):
            if run.has_late:
                run.look_again(self._of(place, again()), sort)

    def _of(self, place: int, events: Iterable[Event]) -> Iterator[Event]:
        """The records that decide about the tickets of a version: where one bills, all that are charged."""
        for event in events:
            its = self._routing.places.get(event.ticket, OUTSIDE)
            if its == place or (self._bills and its != OUTSIDE):
                yield event

    def ended(self) -> tuple[Replay, ...]:
        """The replays of the versions, all as of one instant, once all records are taken."""
        last = max((each for run in self._runs if (each := run.last_s) is not None), default=None)
        for run in self._runs:
            run.end(last if self._as_of_s is None else self._as_of_s)
        return tuple(self._runs)
