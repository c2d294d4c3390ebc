"""Outcomes: what a record of a kind does to a ticket of a status, as the engine said once.

The engine decides one record of the kind on one ticket of the status; what came of it is compared with what was before,
and read as operations that hold for all such records and tickets: a clock begins in this slot, the clock of that slot
is stopped, this track goes on. Rows of verdicts are templates, made by the log of the scalar path itself. So nothing of
the policy is known here, and nothing can be decided differently.

What does not fit - a date of its own, a promise judged again - says so, and the ticket goes to the scalar path.

Source: DESIGN section 11, "each pair is decided once, by `Engine.decide`".
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from upheld.bulk.answers.clock_operations import ClockOperations, Leaves, Operation
from upheld.bulk.answers.statuses import Change, Statuses
from upheld.bulk.keys.placeholders import Templated
from upheld.core.clocks.state import ClockChange
from upheld.core.condition.domain import Held
from upheld.core.decision.engine import Decided, Engine
from upheld.core.decision.trace import Asked, Trace
from upheld.core.lifecycle.channels import Channels
from upheld.core.policy.event_type import Addition, Reference
from upheld.core.policy.lifecycle import ENDED
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.replay.unpromised import NOTHING_KNOWN, Lack, Promising
from upheld.core.replay.verdict import Log, move_rows
from upheld.core.time.target import Agreed

START, STOP = 1, 2
"""What an outcome does to a timer."""

HOLE: Final = "\0"
"""Stands in the template of a text for an instant, which differs from record to record."""

NOTHING: Final[tuple[Held, ...]] = (None, frozenset())
"""What a name holds that leaves a fact as it is."""


class PairOutcome(NamedTuple):
    """What came of it.

    Attributes:
        refused: The template of the refusal; -1 for an accepted record.
        change: What becomes of the status; ``None`` where it stays.
        flags, moves, effects: Templates of rows.
        assumed: The assumptions that it rests on, as places in the policy.
        operations: What it does to clocks, in order.
        sets: The facts that it sets that are only carried along: each with the field it is taken from, or the value.
        brings: The facts that it takes from fields which matter to nothing else, where these say something: each with
            its field. The status after it has them as they were before.
        opens: Whether it opens the ticket.
        moved: Whether it moves it.
        lacks: Why no promise began with it, on a ticket on which none has begun.
        timers: Which timers it starts and stops.
        runs: The timers that fired.
        leaves: Why the ticket goes to the scalar path instead; ``""`` where it does not.
    """

    refused: int
    change: Change | None = None
    flags: tuple[int, ...] = ()
    moves: tuple[int, ...] = ()
    effects: tuple[int, ...] = ()
    assumed: tuple[int, ...] = ()
    operations: tuple[Operation, ...] = ()
    sets: tuple[tuple[str, str, object], ...] = ()
    brings: tuple[tuple[str, str], ...] = ()
    opens: bool = False
    moved: bool = False
    lacks: tuple[Lack, ...] = ()
    timers: tuple[tuple[int, int], ...] = ()
    runs: tuple[str, ...] = ()
    leaves: str = ""


class Templates:
    """Rows of verdicts that differ by nothing but instants and numbers, each once."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._numbers: dict[Hashable, int] = {}

    def number(self, row: dict[str, Any]) -> int:
        """The number of the template of a row."""
        kept = {
            name: tuple(held) if isinstance(held, list) else held
            for name, held in row.items()
            if name not in ("seq", "at")
        }
        key = tuple(kept.items())
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.rows)
            self.rows.append(kept)
        return found


def warning_of(engine: Engine, commitment: int, mark: int) -> dict[str, Any]:
    """The template of the row of a warning."""
    trace, log = Trace(engine.voice), Log("")
    trace.ask(Asked(0, ClockChange("warned", commitment, 1, 0, mark)))
    log.take(None, (), trace)
    return {name: held for name, held in log.effects[0].items() if name not in ("seq", "at", "cycle")}


class Reader:
    """Reads what the engine did as outcomes.

    Args:
        engine: Who did it.
        carried: The facts that are only carried along.
        brought: The fields of each event that matter to nothing but the facts taken from them.
    """

    def __init__(
        self,
        engine: Engine,
        statuses: Statuses,
        carried: frozenset[str],
        brought: Mapping[str, Mapping[str, tuple[str, ...]]],
    ) -> None:
        self._engine = engine
        self._statuses = statuses
        self._places = {name: place for place, name in enumerate(engine.plan.blank)}
        self._rules = engine.clocks.rules
        self._carried, self._brought = carried, brought
        self._promising = Promising(engine)
        self._channels = Channels(engine.policy, engine.schedule)
        self._timer_names = sorted(each.id for each in engine.policy.timers)
        repeated = (each for each in engine.policy.timers if each.every is not None)
        self._at_once = {each.id for each in repeated if not (each.after and each.after.amount)}
        self._owning = frozenset(name for name, each in engine.contracts.customers.items() if each.calendars)
        self._assumptions = {name: place for place, name in enumerate(engine.policy.assumptions)}
        self.told, self.moves, self.effects = Templates(), Templates(), Templates()
        self.clocks = ClockOperations(engine)

    def refused(self, event: Event, made: Decided) -> PairOutcome:
        """The outcome of a refusal."""
        log = Log(event.ticket)
        log.take(event, made.flags, made.trace)
        row = log.refused[0]
        return PairOutcome(self.told.number(self._with_hole(event, row, made.standing)), assumed=self._assumed(log))

    def without_brought(self, event: Event, before: Standing | None, made: Decided) -> Decided:
        """The same, with facts as they were that the record brings: what they hold is for each record to say."""
        brought, standing = [fact for fact, _ in self._brings(event, made)], made.standing
        if not brought or standing is None:
            return made
        was = self._engine.plan.blank if before is None else before.facts
        facts = standing.facts | {fact: was[fact] for fact in brought}
        return made._replace(standing=standing._replace(facts=facts))

    def accepted(
        self,
        status: int,
        before: Standing | None,
        made: Decided,
        at_s: int,
        occasion: int,
        touched: frozenset[int],
        event: Event | None = None,
    ) -> PairOutcome:
        """The outcome of an accepted record, or of a timer that fired.

        Args:
            status: The number of that before.
            at_s: The instant at which it happened.
            touched: The commitments whose clocks it may touch.
            event: The record.

        Raises: Leaves with the reason where something has no form here.
        """
        after, outcome, brings = made.standing, self._told(event, before, made), (*self._brings(event, made),)
        if after is None:
            return outcome
        brought = {fact for fact, _ in brings}
        if event is not None:
            self._refuse_event(event, before, made)
        if event is None or made.trace.fired:
            self._refuse_judging(before, after, at_s)
        found, slots, begun_on = self.clocks.read(self._statuses[status], before, after, at_s, occasion, after.customer)
        operations, lacks = [*found], tuple[Lack, ...]()
        if event is not None:
            operations += self.clocks.excused(before, event, made)
            without = made._replace(standing=after._replace(clocks=self._engine.clocks.begin()))
            lacks = self._promising.see(NOTHING_KNOWN, event, without).lacks
        change = Change(
            status,
            self._statuses.number(self._statuses.of(after, slots, begun_on)),
            tuple(self._places[fact] for fact in self._set(made, before, at_s) if fact not in brought),
            before is None or before.level != after.level,
            before is None or before.flagged != after.flagged,
            touched,
            before is None,
        )
        return outcome._replace(
            change=change,
            operations=tuple(operations),
            sets=self._sets(made),
            brings=brings,
            timers=self._timers(before, after),
            lacks=lacks,
        )

    def _told(self, event: Event | None, before: Standing | None, made: Decided) -> PairOutcome:
        """What is told of it, whatever it does to the ticket."""
        log = Log("")
        log.take(event, made.flags, _with_placeholders(made.trace))
        moves = tuple(self.moves.number(each) for each in move_rows(log.moved))
        return PairOutcome(
            -1,
            None,
            tuple(self.told.number(each) for each in log.flags),
            moves,
            tuple(self.effects.number(each) for each in log.effects if each.get("commitment") is None),
            self._assumed(log),
            opens=before is None and made.standing is not None,
            moved=bool(moves),
            runs=tuple(name for name, _, _ in made.trace.runs),
        )

    def _refuse_event(self, event: Event, before: Standing | None, made: Decided) -> None:
        """What a charge costs reads the ticket as it was before a timer fired at once; a correction looks far back."""
        if made.trace.reached is not None and self._engine.is_charged(event.event):
            raise Leaves("charged before a timer")
        if before is not None and self._engine.policy.events[event.event].corrects:
            raise Leaves("corrected")

    def _refuse_judging(self, before: Standing | None, after: Standing, at_s: int) -> None:
        """A timer's move does not look at due instants here: it judges nothing again.

        What begins with it is not due yet, unless it began at a date of its own, or is due at one.
        """
        terms, was = self._rules.terms, () if before is None else before.clocks.clocks
        begun = {(each.commitment, each.begun_s) for each in was}
        for each in after.clocks.clocks:
            of = terms[each.commitment]
            may_be_due = each.begun_s < at_s or any(isinstance(case.target, Agreed) for case in of.commitment.within)
            if of.remembers and may_be_due and (each.commitment, each.begun_s) not in begun:
                raise Leaves("judged by a timer")
        if before is None:
            return
        live = [each for each in was if terms[each.commitment].remembers]
        reopens = before.core in ENDED and after.core not in ENDED
        if live and (reopens or before.facts != after.facts):
            raise Leaves("judged by a timer")

    def _timers(self, before: Standing | None, after: Standing) -> tuple[tuple[int, int], ...]:
        """What is done to timers: those that wait and did not, or are due at another instant, start."""
        was = dict(() if before is None else ((each.timer, each.due_s) for each in before.timers))
        now = {each.timer: each.due_s for each in after.timers}
        found = [(name, START) for name, due_s in now.items() if was.get(name) != due_s]
        found += [(name, STOP) for name in was if name not in now]
        if any(what == START and name in self._at_once for name, what in found):
            raise Leaves("repeated at once")  # whether it is due after its delay or again is not told
        return tuple(sorted((self._timer_names.index(name), what) for name, what in found))

    def _set(self, made: Decided, before: Standing | None, at_s: int) -> Iterator[str]:
        """The facts that are set, be it to what they held before."""
        course = made.trace.course
        for fact, case in course.cases if course is not None else ():
            assert course is not None, "it has cases"
            if not isinstance(case.value, Reference | Addition) or course.before[case.value.name] not in NOTHING:
                yield fact
        for fired in made.trace.fired:
            for fact, case in fired.cases:
                if not isinstance(case.value, Reference | Addition):
                    yield fact
                elif before is not None:
                    held = self._engine.names(before._replace(facts=fired.was), at_s)(case.value.name)
                    yield from () if held in NOTHING else (fact,)

    def _with_hole(self, event: Event, row: dict[str, Any], standing: Standing | None) -> dict[str, Any]:
        """The row of a refusal, without the instant at which a channel opens."""
        channel = event.channel
        if row["code"] != "channel-not-accepted" or channel not in self._channels or not self._channels[channel].during:
            return row
        customer = event.customer or (standing.customer if standing is not None else "")
        opens = self._channels.next_opening(channel, event.at_s, {"record.customer": customer or None}.get)
        message = row["message"]
        if not opens or opens not in message:
            return row
        if message.count(opens) != 1:
            raise Leaves("text")
        return {**row, "message": message.replace(opens, HOLE), "opens": channel}

    def _assumed(self, log: Log) -> tuple[int, ...]:
        return tuple(sorted(self._assumptions[name] for name in log.assumed))

    def _sets(self, made: Decided) -> tuple[tuple[str, str, object], ...]:
        """What facts are set that are only carried along: the fact, the field or ``""``, the value."""
        found: dict[str, tuple[str, str, object]] = {}
        course = made.trace.course
        for fact, case in course.cases if course is not None else ():
            assert course is not None, "it has cases"
            if fact not in self._carried:
                continue
            if not isinstance(case.value, Reference):
                found[fact] = (fact, "", case.value)
            elif course.before[case.value.name] not in NOTHING:
                found[fact] = (fact, case.value.name.removeprefix("event."), None)
        for fired in made.trace.fired:
            for fact, case in fired.cases:
                if fact in self._carried:
                    found[fact] = (fact, "", case.value)
        return tuple(found.values())

    def _brings(self, event: Event | None, made: Decided) -> Iterator[tuple[str, str]]:
        """The facts that are taken from fields which matter to nothing else."""
        brought, course = self._brought.get(event.event if event is not None else "", {}), made.trace.course
        for fact, case in course.cases if course is not None else ():
            assert course is not None, "it has cases"
            field = case.value.name.removeprefix("event.") if isinstance(case.value, Reference) else ""
            if fact in brought.get(field, ()):
                yield fact, field


def _with_placeholders(trace: Trace) -> Trace:
    """The trace with effects in whose texts what differs from record to record, or ticket to ticket, is left open."""
    if not trace.asked:
        return trace
    asked = (each if each.moment is None else each._replace(moment=Templated.of(each.moment)) for each in trace.asked)
    return replace(trace, asked=tuple(asked))
