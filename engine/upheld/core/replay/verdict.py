"""Verdicts: what became of one ticket, as tables of plain values ready for JSON.

The log keeps a ticket's rows as its records are decided: refusals, flags, moves, effects,
runs of timers. They belong to the records and not to the ticket, which knows only how it
stands. What the ticket itself tells - its facts, its clocks - joins them in the end.

Source: DESIGN section 6, "Verdicts".
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from upheld.core.clocks.pauses import FOREVER
from upheld.core.clocks.row import ClockRow
from upheld.core.condition.domain import Domain, Held, shown
from upheld.core.condition.ordered import Instant
from upheld.core.decision.decision import AskedEffect
from upheld.core.decision.outcome import Outcome
from upheld.core.decision.trace import Moved, Trace, Voice
from upheld.core.policy.commitment import Timer
from upheld.core.policy.lifecycle import Transition
from upheld.core.policy.policy import Policy
from upheld.core.population.downtime import Stay, Turn
from upheld.core.record.event import Event
from upheld.core.record.reason import Told
from upheld.core.record.ticket import Standing
from upheld.core.remedies.booking import Booking
from upheld.core.replay.unpromised import NOTHING_KNOWN, Beginning
from upheld.core.time.instant import seconds_of, text_of

Row = dict[str, Any]


class Mark(NamedTuple):
    """How a log stood after its last accepted record; kept for logs that end in refused ones."""

    standing: Standing | None
    moves: int
    effects: int
    runs: int


class Brief(NamedTuple):
    """What a survey asks of a ticket as it stands.

    Attributes:
        customer: Whose it is; ``None`` where nothing has opened it.
        records: How many records it has, and ``is_flat`` whether all of them have one instant.
        refuses, is_marked: Whether any of them was refused, and whether the last was.
        from_s, until_s: Between which instants nothing comes by itself, if nothing listens to it.
        promised: The commitments of its clocks that apply.
        stopped: Of those that were stopped, the commitment, and whether that was the instant that they began.
    """

    ticket: str
    customer: str | None
    records: int
    is_flat: bool
    refuses: bool
    is_marked: bool
    from_s: int
    until_s: int
    promised: list[int]
    stopped: list[tuple[int, bool]]


MovedAt = tuple[int | None, int, Row]
"""A move: the record that made it, when, and what else its row says, the same object for moves alike."""


@dataclass(slots=True)
class Log:
    """What the records of one ticket led to so far.

    Attributes:
        ticket: Its id.
        standing: How it stands; ``None`` while nothing has opened it.
        events: How many records there were, refused ones included.
        assumed: Every assumption that something rested on.
        journal: The digest of its records so far, where one is kept.
        earliest_s, latest_s: The first and the last instant of its records so far, refused ones included.
        moved: Its moves.
        turns: What the facts held that an availability asks for, from each instant on.
        seen: A number for each record, the same for records that say the same.
        customer: The first that a record names, refused ones included.
        finished: Whether the time up to as-of has passed on it.
        beginning: Whether a promise has begun on it, or why none has.
        mark: How it stood before the refused records that it ends in; ``None`` where it ends in none.
        refused_s: The latest instant of those.
    """

    ticket: str
    standing: Standing | None = None
    events: int = 0
    refused: list[Row] = field(default_factory=list)
    flags: list[Row] = field(default_factory=list)
    nonconforming: list[Row] = field(default_factory=list)
    charges: list[Row] = field(default_factory=list)
    moved: list[MovedAt] = field(default_factory=list)
    effects: list[Row] = field(default_factory=list)
    runs: list[Row] = field(default_factory=list)
    assumed: dict[str, None] = field(default_factory=dict)
    journal: bytes = b""
    earliest_s: int = 0
    latest_s: int = 0
    seen: array[int] = field(default_factory=lambda: array("q"))
    customer: str = ""
    finished: bool = False
    beginning: Beginning = NOTHING_KNOWN
    mark: Mark | None = None
    refused_s: int = 0
    turns: list[Turn] = field(default_factory=list)

    @property
    def stays(self) -> list[Stay]:
        """Where the ticket was, from each instant on."""
        return [(at_s, row["to"]) for _, at_s, row in self.moved]

    def brief(self) -> Brief:
        """What a survey asks of it."""
        promised, stopped, standing = list[int](), list[tuple[int, bool]](), self.standing
        customer, from_s, until_s = None, -FOREVER, FOREVER
        if standing is not None:
            customer, clocks, timers = standing.customer, standing.clocks, standing.timers
            from_s, until_s = standing.last_s, min(clocks.next_s, timers[0].due_s) if timers else clocks.next_s
            for clock in clocks.every():
                if clock.aim is not None:
                    promised.append(clock.commitment)
                    if clock.end is not None and clock.end.how == "stopped":
                        stopped.append((clock.commitment, clock.end.at_s <= clock.start_s))
        is_flat, is_marked = self.earliest_s == self.latest_s, self.mark is not None
        whole = (self.ticket, customer, self.events, is_flat, bool(self.refused), is_marked)
        return Brief(*whole, from_s, until_s, promised, stopped)

    @property
    def identical(self) -> int:
        """How many records say the same as an earlier one: delivered twice, as a rule (THREATS V07)."""
        return len(self.seen) - len(set(self.seen))

    def take(self, event: Event | None, flags: Iterable[Told], trace: Trace) -> None:
        """Keep what was decided about a record, or at the end (``None``) about the time that passed."""
        seq = None
        if event is not None:
            self.seen.append(event.identity)
            self.customer = self.customer or event.customer
            if trace.refusal is None:
                seq = self.events
                for flag in flags:
                    self.flags.append(self._told(event, flag))
            else:
                self.refused.append(self._told(event, trace.refusal))
        for moved in trace.moves:
            self._move(moved, seq, trace.voice)
        if trace.asked:
            self.effects.extend(self._effect(asked, seq) for asked in trace.effects())
        if trace.runs:
            self._take_runs(trace)
        if trace.bill is not None:
            charged = trace.bill.charged
            whose = {"customer": charged.accounts.customer or None}
            self.charges.extend(whose | row.as_document(seq) for row in charged.rows)
            self._rest_on(trace.bill.assumed())
        course = trace.course
        if course is not None:
            self.assumed.update(dict.fromkeys(course.assumed()) if course.known is None else course.known)

    def repeat(self, event: Event, origin: str | None, outcome: Outcome, voice: Voice) -> None:
        """Keep a record that was accepted, and of which nothing is told but flags and the move from a state, if any."""
        self.seen.append(event.identity)
        self.customer = self.customer or event.customer
        state, course = outcome.state, outcome.course
        self.flag(event, outcome.flags)
        if state is not None and state != origin:
            self._note(self.events, event.at_s, origin, state, outcome.transition, voice)
        if course is not None and course.known:
            self.assumed.update(course.known)

    def flag(self, event: Event, flags: Iterable[Told]) -> None:
        """Keep the flags of the last record."""
        for flag in flags:
            self.flags.append(self._told(event, flag))

    def _take_runs(self, trace: Trace) -> None:
        """Keep the runs of timers that are over."""
        for fired in trace.fired:
            self._rest_on(name for part in fired.parts for name in part.assumes)
        for name, due_s, seen_s in trace.runs:
            self.runs.append(_run(name, due_s, seen_s))

    def _rest_on(self, assumptions: Iterable[str]) -> None:
        for name in assumptions:
            self.assumed[name] = None

    def _told(self, event: Event, told: Told) -> Row:
        self._rest_on(told.assumptions)
        return {
            "seq": self.events,
            "at": text_of(event.at_s),
            "event": event.event or None,
            "code": told.code,
            "rule": told.rule,
            "message": told.message,
            "clauses": list(told.clauses),
            "assumptions": list(told.assumptions),
        }

    def _move(self, moved: Moved, seq: int | None, voice: Voice) -> None:
        at_s, origin, state, mover, conforms, possible = moved
        if not conforms:
            at = text_of(at_s)
            self.nonconforming.append({"seq": seq, "at": at, "from": origin, "to": state, "possible": list(possible)})
        self._note(None if mover.__class__ is Timer else seq, at_s, origin, state, mover, voice)

    def _note(
        self, seq: int | None, at_s: int, origin: str | None, state: str, mover: Transition | Timer | None, voice: Voice
    ) -> None:
        alike = origin, state, mover.__class__, None if mover is None else mover.id
        row = voice.moves.get(alike)
        if row is None:
            clauses, assumptions = voice.cited(mover)
            transition = mover.id if isinstance(mover, Transition) else None
            row = {"seq": None, "at": "", "from": origin, "to": state, "transition": transition}
            row |= {"timer": mover.id} if isinstance(mover, Timer) else {}
            row = voice.moves[alike] = {**row, "clauses": [*clauses], "assumptions": [*assumptions]}
        if row["assumptions"]:
            self._rest_on(row["assumptions"])
        self.moved.append((seq, at_s, row))

    def _effect(self, asked: AskedEffect, seq: int | None) -> Row:
        self._rest_on(asked.assumptions)
        alone = asked.timer is not None or asked.commitment is not None
        row: Row = {"seq": None if alone else seq, "at": text_of(seconds_of(asked.at)), "kind": asked.kind}
        row |= {"to": asked.to or None, "about": asked.about}
        if asked.timer is not None:
            row["timer"] = asked.timer
        if asked.commitment is not None:
            row |= {"commitment": asked.commitment, "cycle": asked.cycle}
        if asked.kind == "create-ticket":
            row["count"] = asked.count
        return {**row, "clauses": list(asked.clauses), "assumptions": list(asked.assumptions)}


class Judged(NamedTuple):
    """What became of a ticket.

    Attributes:
        head: Its verdict, but for its clocks and its moves.
        clocks, moved: These.
    """

    head: Row
    clocks: Sequence[ClockRow]
    moved: Sequence[MovedAt]

    def verdict(self) -> Row:
        """The whole verdict."""
        head = self.head
        head["commitments"] = [clock.as_document() for clock in self.clocks]
        head["moves"] = [*move_rows(self.moved)]
        return head


def move_rows(moved: Iterable[MovedAt]) -> Iterator[Row]:
    """The rows of moves."""
    for seq, at_s, alike in moved:
        row = alike.copy()
        row["seq"], row["at"] = seq, text_of(at_s)
        row["clauses"], row["assumptions"] = [*row["clauses"]], [*row["assumptions"]]
        yield row


def stays(moves: Iterable[Row]) -> list[Stay]:
    """Where a ticket was, from each instant on, by the moves of its verdict."""
    return [(seconds_of(datetime.fromisoformat(move["at"])), move["to"]) for move in moves]


def judged(
    log: Log,
    policy: Policy,
    domains: dict[str, Domain],
    clocks: Sequence[ClockRow],
    bookings: Iterable[Booking] | None = None,
) -> Judged:
    """What became of a ticket, its lists in the policy's order and then by cycle or record.

    Args:
        bookings: What its breaches cost; ``None`` where the policy has no remedies.
    """
    standing = log.standing
    owed = {}
    if bookings is not None:
        owed = {"remedies": [each.as_document() for each in bookings]}
        log.assumed |= dict.fromkeys(name for each in bookings for name in each.assumptions)
    facts = {} if standing is None else standing.facts
    assumed = {*log.assumed}.union(*[clock.alike.assumptions for clock in clocks])
    head = {
        "ticket": log.ticket,
        "customer": (log.customer if standing is None else standing.customer) or None,
        "state": None if standing is None else standing.state,
        "core_state": None if standing is None else standing.core,
        "severity": facts.get("severity"),
        "queue": facts.get("queue"),
        "level": 1 if standing is None else standing.level,
        "facts": _facts(facts, domains),
        "opened_at": None if standing is None else text_of(standing.opened_s),
        "closed_at": None if standing is None or standing.closed_s is None else text_of(standing.closed_s),
        "events": log.events,
        "refused": log.refused,
        "flags": log.flags,
        "nonconforming": log.nonconforming,
        "commitments": None,
        "charges": log.charges,
        **owed,
        "moves": None,
        "timers": _timers(log, policy),
        "effects": log.effects,
        "assumptions": [*filter(assumed.__contains__, policy.assumptions)],
        **({"journal": f"sha256:{log.journal.hex()}"} if log.journal else {}),
    }
    return Judged(head, clocks, log.moved)


def _facts(facts: dict[str, Held], domains: dict[str, Domain]) -> dict[str, object]:
    """The facts that hold something, but for those that a verdict shows apart."""
    told: dict[str, object] = {}
    for name, held in facts.items():
        if held is None or name == "severity" or name == "queue":
            continue
        domain = domains[name]
        if isinstance(held, frozenset):
            told[name] = [shown(domain, frozenset((each,))) for each in sorted(held, key=str)]
        else:
            told[name] = text_of(int(held)) if isinstance(domain, Instant) else held
    return told


def _timers(log: Log, policy: Policy) -> list[Row]:
    """The runs that are over and those that wait, in the policy's order and then by their due instants."""
    waiting = () if log.standing is None else log.standing.timers
    if not waiting and not log.runs:
        return []
    runs = [*log.runs, *(_run(name, due_s, None) for due_s, name in waiting)]
    order = {timer.id: index for index, timer in enumerate(policy.timers)}
    return sorted(runs, key=lambda run: (order[run["id"]], run["due_at"]))


def _run(name: str, due_s: int, seen_s: int | None) -> Row:
    return {"id": name, "due_at": text_of(due_s), "observed_at": None if seen_s is None else text_of(seen_s)}
