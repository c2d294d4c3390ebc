"""Tickets on which no promise began, and why: what a share says nothing of.

A share is that of the promises that were made. Where none began, a page of good figures would be silent about most of
a history. So the engine's own reasons are kept: every record was refused; nothing that happened begins a promise; a
condition did not hold; nothing is promised for such a case; what a target reads was never said.

`Unpromised` and `Begun` merge: ``a |= b``, in any order, for any division of the tickets; both may be told of tickets
alike at once, with the first of them by id as the example.

Source: DESIGN section 3, "Why not" is answered too; section 4, "Starting".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, Self

from upheld.core.clocks.row import ClockRow
from upheld.core.clocks.state import ClockState
from upheld.core.clocks.story import waiting_clocks
from upheld.core.condition.condition import Lookup, evaluate
from upheld.core.decision.engine import Decided, Engine
from upheld.core.policy.commitment import Trigger
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.replay.warning import ReplayWarning

Row = dict[str, Any]
Why = Literal["refused", "never-opened", "no-start", "condition", "no-target", "waiting", "withdrawn"]


class Lack(NamedTuple):
    """Why a promise did not begin on a ticket.

    Attributes:
        why: ``refused``: every record was; ``never-opened``: no accepted one opened it; ``no-start``: nothing that
            happened begins a promise; ``condition``: that of the promise, or of what begins it, did not hold;
            ``no-target``: no case and no value is for such a ticket; ``waiting``: facts that it reads were never set;
            ``withdrawn``: what was corrected leaves nothing promised.
        commitment: Which promise; ``""`` where it is about all of them.
        state: The first state of the ticket, where nothing begins a promise.
        severity: The ticket's, where nothing is promised for it.
        missing: The facts that were never set.
    """

    why: Why
    commitment: str = ""
    state: str = ""
    severity: str = ""
    missing: tuple[str, ...] = ()


class Beginning(NamedTuple):
    """What is known of how promises begin on a ticket.

    Attributes:
        state: The first that it was in; ``""`` while nothing has opened it.
        lacks: Why none has begun, as far as its records tell.
        begun: Whether one has.
    """

    state: str = ""
    lacks: tuple[Lack, ...] = ()
    begun: bool = False


NOTHING_KNOWN: Final = Beginning()
NONE: Final[Set[int]] = frozenset()


class Promising:
    """Looks for what keeps promises from beginning.

    Attributes:
        indices: Those of the commitments that are promises.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._terms = engine.clocks.rules.terms
        self._promised = [(index, each) for index, each in enumerate(engine.policy.commitments) if each.promised]
        self.indices = frozenset(index for index, _ in self._promised)
        self._starts_met: dict[object, dict[int, list[Trigger]]] = {}

    def has_begun(self, clocks: ClockState) -> bool:
        """Whether a clock of a promise is among them."""
        return any(clock.aim is not None and clock.commitment in self.indices for clock in clocks.every())

    def see(self, known: Beginning, event: Event, made: Decided) -> Beginning:
        """What is known of a ticket without a promise so far, after an accepted record."""
        standing, trace = made.standing, made.trace
        if standing is None:
            return known
        dropped = NONE
        if trace.changes:
            if self.has_begun(standing.clocks):
                return Beginning(known.state or standing.state, begun=True)
            dropped = {change.commitment for change in trace.changes if change.what == "dropped"}
        met = self._met(event.event, tuple([(move.origin, move.state) for move in trace.moves]))
        plain = trace.course is None
        names = self._engine.names(standing, event.at_s) if plain else self._engine.names_after(made, standing)
        return self._lacking(known, met, dropped, standing, names)

    def _lacking(
        self, known: Beginning, met: Mapping[int, list[Trigger]], dropped: Set[int], standing: Standing, names: Lookup
    ) -> Beginning:
        """What is known after a record that met these starts, and by which none has begun."""
        first = known.state or standing.state
        if not met and not dropped:
            return known if first == known.state else Beginning(first, known.lacks)
        found = dict.fromkeys(known.lacks)
        for index, _ in self._promised:
            starts = met.get(index, ())
            lack = self._lack(index, starts, names) if starts or index in dropped else None
            if lack is not None:
                found[lack] = None
        return known if first == known.state and len(found) == len(known.lacks) else Beginning(first, tuple(found))

    def goes_on(
        self, known: Beginning, event: str, origin: str | None, standing: Standing, names: Callable[[], Lookup]
    ) -> Beginning:
        """The same after an accepted event of which nothing is told but the move from a state, if it is one.

        Args:
            names: What names hold after it.
        """
        if self.has_begun(standing.clocks):
            return Beginning(known.state or standing.state, begun=True)
        met = self.met(event, origin, standing.state)
        return self._lacking(known, met, NONE, standing, names()) if met or not known.state else known

    def met(self, event: str, origin: str | None, state: str) -> Mapping[int, list[Trigger]]:
        """The starts of each promise that an event meets, with the move that it makes, if it makes one."""
        return self._met(event, () if origin == state else ((origin, state),))

    def _met(self, event: str, moves: tuple[tuple[str | None, str], ...]) -> dict[int, list[Trigger]]:
        """The starts of each promise that an event and its moves meet; worked out once for those alike."""
        found = self._starts_met.get((event, moves))
        if found is None:
            starts = ((index, [e for e in each.start if _is_met(e, event, moves)]) for index, each in self._promised)
            found = self._starts_met[event, moves] = {index: met for index, met in starts if met}
        return found

    def _lack(self, index: int, starts: Sequence[Trigger], names: Lookup) -> Lack | None:
        """Why a promise did not begin whose start was met, or is none after all; ``None`` while it waits."""
        terms = self._terms[index]
        name = terms.commitment.id
        if starts and not any(each.when is None or evaluate(each.when, names) for each in starts):
            return Lack("condition", name)
        if terms.is_awaiting(names):
            return None
        if not terms.applies(names):
            return Lack("condition", name)
        return Lack("no-target", name, severity=str(names("severity") or ""))

    def lacks(
        self,
        known: Beginning,
        rows: Iterable[ClockRow],
        standing: Standing | None,
        as_of_s: int | None,
        events: int,
        refused: int,
    ) -> tuple[Lack, ...]:
        """Why no promise began on a ticket; nothing where one did, and where the policy promises nothing.

        Args:
            rows: Its clocks, as verdicts show them.
            events: How many records it has.
            refused: How many of them were; where none was and nothing opened it, it is no ticket: a payment needs none.
        """
        if not self._promised or any(row.alike.commitment.promised for row in rows):
            return ()
        if standing is None or as_of_s is None:
            return (Lack("refused" if refused == events else "never-opened"),) if refused else ()
        names = self._engine.names(standing, as_of_s)
        waiting = [
            Lack("waiting", each.commitment.id, missing=each.awaits)
            for each in waiting_clocks(self._engine.clocks.rules, standing.clocks, names)
            if each.commitment.promised
        ]
        found = tuple(dict.fromkeys((*known.lacks, *waiting)))
        if found or known.begun:
            return found or (Lack("withdrawn"),)
        return (Lack("no-start", state=known.state or standing.state),)


def _is_met(trigger: Trigger, event: str, moves: Iterable[tuple[str | None, str]]) -> bool:
    return event in trigger.on or any(
        (state in trigger.enters and origin not in trigger.enters)
        or (origin in trigger.leaves and state not in trigger.leaves)
        for origin, state in moves
    )


@dataclass(slots=True)
class Begun:
    """On how many tickets a promise began.

    Attributes:
        tickets: How many tickets there are.
        without: On how many of them none began, and ``first`` the first of those by id.
    """

    tickets: int = 0
    without: int = 0
    first: str | None = None

    def add(self, ticket: str, has_begun: bool, times: int = 1) -> None:
        """Count a ticket, or several alike of which it is the first by id."""
        self.tickets += times
        if not has_begun:
            self.without += times
            self.first = ticket if self.first is None else min(self.first, ticket)

    def __ior__(self, other: Self) -> Self:
        """Count what another one has counted."""
        self.tickets += other.tickets
        self.without += other.without
        self.first = _first(self.first, other.first)
        return self

    def warnings(self) -> Iterator[ReplayWarning]:
        """That no promise began on most tickets, as they stand in the end; for a policy that has promises."""
        if self.first is not None and 2 * self.without > self.tickets:
            yield ReplayWarning("unpromised", {"number": self.without, "tickets": self.tickets, "ticket": self.first})


class Unpromised:
    """The tickets on which no promise began, counted by why."""

    def __init__(self) -> None:
        self._tickets = self._lacking = 0
        self._example: str | None = None
        self._found: dict[Lack, tuple[int, str]] = {}

    def add(self, ticket: str, lacks: Iterable[Lack], times: int = 1) -> None:
        """Count a ticket, which may lack several promises, or several alike of which it is the first by id."""
        self._tickets += times
        found = [*lacks]
        if found:
            self._lacking += times
            self._example = _first(self._example, ticket)
        for each in found:
            self._add(each, times, ticket)

    def _add(self, lack: Lack, tickets: int, example: str) -> None:
        before = self._found.get(lack)
        self._found[lack] = (tickets, example) if before is None else (before[0] + tickets, min(before[1], example))

    def __ior__(self, other: Self) -> Self:
        """Count what another one has counted."""
        self._tickets += other._tickets
        self._lacking += other._lacking
        self._example = _first(self._example, other._example)
        for lack, (tickets, example) in other._found.items():
            self._add(lack, tickets, example)
        return self

    def result(self) -> Row | None:
        """The entry ``unpromised`` of a summary, the most frequent reason first; ``None`` where there are none."""
        if not self._lacking:
            return None
        reasons = sorted(self._found.items(), key=lambda each: (-each[1][0], each[0]))
        return {
            "tickets": self._lacking,
            "of": self._tickets,
            "example": self._example,
            "reasons": [*self._rows(reasons)],
        }

    def _rows(self, reasons: Iterable[tuple[Lack, tuple[int, str]]]) -> Iterator[Row]:
        for lack, (tickets, example) in reasons:
            yield {
                "why": lack.why,
                "commitment": lack.commitment or None,
                "state": lack.state or None,
                "severity": lack.severity or None,
                "missing": [*lack.missing],
                "tickets": tickets,
                "example": example,
            }


def _first(one: str | None, other: str | None) -> str | None:
    """The first of two tickets by id, where there are any."""
    return min((each for each in (one, other) if each is not None), default=None)
