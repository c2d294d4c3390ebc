"""Sharded replays: a replay of which several processes decide the tickets, with the output of one.

This process reads the records and hands each to the one that decides its ticket; it puts together what they tell, and
merges their verdicts, which come in the order of the tickets' ids. The pipes are bounded: whoever is ahead waits. Where
the policy bills, records wait here for their turn, as in one process, and are handed on in it.

Source: DESIGN section 11, "Jobs"; section 3, "Determinism".
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import Any, Final

from upheld.core.decision.engine import Engine
from upheld.core.errors import UpheldError
from upheld.core.record.event import Event
from upheld.core.remedies.booking import Booking
from upheld.core.replay.customers import Arrivals
from upheld.core.replay.header import Row
from upheld.core.replay.warning import ReplayWarning
from upheld.core.replay.whole import Whole
from upheld.history.reading import Progress
from upheld.history.spilled_logs import MOST_RECORDS
from upheld.jobs.batch import SIZE, packed
from upheld.jobs.pool import Pool
from upheld.jobs.serializer import Serializer
from upheld.jobs.sharding import CustomerSharding, TicketSharding
from upheld.jobs.worker import Task, plugins
from upheld.report.files.verdicts import VerdictText

_END: Final = b""


class CannotShard(UpheldError):
    """Other processes cannot decide this replay; one can."""


class ShardedReplay:
    """One replay; the methods of `Replay`, to be called in the same order.

    Args:
        engine: Decides the records, in each process anew.
        pool: The processes.
        as_of_s: The instant at which everything is looked at; ``None`` for that of the last record accepted.
        journal: Whether to keep the chain of digests of each ticket's records.
        progress: What is told how far the deciding is where it begins once all is read, for as long as it lasts.

    Raises: CannotShard where the engine cannot be sent, and where other plugins are installed over there.
    """

    def __init__(
        self,
        engine: Engine,
        pool: Pool,
        as_of_s: int | None = None,
        *,
        journal: bool = False,
        progress: Callable[[], AbstractContextManager[Progress | None]] = nullcontext,
    ) -> None:
        self._engine = engine
        self._crew = pool
        self._given_s = as_of_s
        self._progress = progress
        self._serializer = Serializer(engine)
        self._sharding: TicketSharding | CustomerSharding = TicketSharding(len(pool))
        self._unread = 0
        self._has_late = False
        self._whole: Whole | None = None
        self._last: list[int | None] = []
        self._warnings: list[ReplayWarning] | None = None
        task = Task(engine, as_of_s, journal, max(MOST_RECORDS // len(pool), 1))
        try:
            told = pickle.dumps(task)
        except Exception as error:
            raise CannotShard(f"its policy cannot be handed to other processes ({error})") from None
        for part in range(len(pool)):
            pool.tell(part, told)
        for part in range(len(pool)):
            if self._answer(part) != plugins():
                raise CannotShard("the conditions of its plugins are not installed for other processes")

    def take_all(self, events: Iterable[Event]) -> None:
        """Have records decided as they come; where the policy bills, in the order in which they are charged.

        Raises: whatever reading them raises, and whatever deciding them does.
        """
        read = self._read(events, counting=True)
        if self._engine.charging.bills:
            sharding, arrivals, number = CustomerSharding(self._engine, len(self._crew)), Arrivals(), 0
            for event in read:
                number += 1
                sharding.see(event)
                arrivals.add(event)
            self._sharding = sharding
            with self._progress() as tell:
                self._hand_out(_told_of(arrivals.drained(), number, tell))
        else:
            self._hand_out(read)
        found = self._answers()
        self._has_late = any(has_late for has_late, _ in found)
        self._last = [last_s for _, last_s in found]

    @property
    def has_late(self) -> bool:
        """Whether records came after later ones of their ticket."""
        return self._has_late

    def look_again(self, events: Iterable[Event]) -> None:
        """Count how many more records would be accepted in the order of their instants: the same records as before."""
        self._tell_all("again")
        self._hand_out(self._read(events))
        self._answers()

    def header(self) -> Row:
        """What all verdicts have in common: the policy, the contracts, as-of."""
        return self._ended().header()

    def warnings(self) -> list[ReplayWarning]:
        """What a reader should know before the verdicts."""
        if self._warnings is None:
            self._warnings = self._ended().warnings()
        return self._warnings

    def texts(self, *, wanted: bool, tables: bool) -> Iterator[VerdictText]:
        """The verdicts as text, in the order of the tickets' ids; once, and the summary after the last.

        Args:
            wanted: Whether anybody reads them; else they are only summed up, and none comes.
            tables: Whether the rows of their tables are wanted, too.
        """
        whole, pool = self._ended(), self._crew
        bookings = whole.bookings()
        if bookings is not None:
            shares: list[dict[str, list[Booking]]] = [{} for _ in range(len(pool))]
            for ticket, owed in bookings.items():
                shares[self._sharding.part_of(ticket)][ticket] = [*map(_bare, owed)]
            for part, share in enumerate(shares):
                pool.tell(part, self._serializer.packed(("owe", share)))
            self._answers()
        self._tell_all("verdicts", wanted, tables)
        if wanted:
            streams = [(VerdictText(*each) for each in pool.verdicts(part)) for part in range(len(pool))]
            yield from merge(*streams, key=attrgetter("ticket"))
        for found in self._answers():
            whole.sum_up(*found)

    def summary(self) -> Row:
        """What became of all tickets together, once their verdicts are out."""
        return self._ended().summary()

    def _ended(self) -> Whole:
        """All parts as of one instant."""
        if self._whole is None:
            self._whole = whole = Whole(self._engine, self._given_s, self._unread)
            self._tell_all("end", whole.as_of_s(self._last))
            for found in self._answers():
                whole.add(*found)
        return self._whole

    def _read(self, events: Iterable[Event], *, counting: bool = False) -> Iterator[Event]:
        """The events up to as-of, as many at once as one process reads; how many are later is counted once."""
        waiting = iter(events)
        while batch := [*islice(waiting, SIZE)]:
            for event in batch:
                if self._given_s is None or event.at_s <= self._given_s:
                    yield event
                elif counting:
                    self._unread += 1

    def _hand_out(self, events: Iterable[Event]) -> None:
        """Tell each process its events, and that these were all."""
        tell, part_of, states = self._crew.tell, self._sharding.part_of, self._engine.policy.states
        waiting: list[list[Event]] = [[] for _ in range(len(self._crew))]
        for event in events:
            if event.state and event.state not in states:
                self._engine.decide(None, event)  # raises, and of several the first one is told
            part = part_of(event.ticket)
            batch = waiting[part]
            batch.append(event)
            if len(batch) == SIZE:
                tell(part, packed(batch))
                batch.clear()
        for part, batch in enumerate(waiting):
            if batch:
                tell(part, packed(batch))
            tell(part, _END)

    def _tell_all(self, *request: object) -> None:
        for part in range(len(self._crew)):
            self._crew.tell(part, self._serializer.packed(request))

    def _answers(self) -> list[Any]:
        """What each process answers, in the order of their parts."""
        return [self._answer(part) for part in range(len(self._crew))]

    def _answer(self, part: int) -> Any:  # whatever was asked
        return self._serializer.opened(self._crew.answer(part))


def _told_of(events: Iterator[Event], number: int, tell: Progress | None) -> Iterator[Event]:
    """The same, while somebody is told from time to time how far it is."""
    for place, event in enumerate(events):
        if tell is not None and not place % SIZE:
            tell(place, number)
        yield event


def _bare(booking: Booking) -> Booking:
    """A booking without what has decided it, which is the policy's."""
    return replace(booking, breach=booking.breach._replace(limits=(), grounds=()))
