"""Outcomes: what a record of a kind does to a ticket of a status, as the engine said once.

The engine decides one record of the kind on one ticket of the status; what came of it is compared with what was before,
and read as operations that hold for all such records and tickets: a clock begins in this slot, the clock of that slot is
stopped, this track goes on. Rows of verdicts are templates, made by the log of the scalar path itself. So nothing of the
policy is known here, and nothing can be decided differently.

What does not fit - a date of its own, a promise judged again - says so, and the ticket goes to the scalar path.

Source: DESIGN section 11, "each pair is decided once, by `Engine.decide`".
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from upheld.bulk.automaton.statuses import Change, Numbers, Status, Statuses, by_commitment
from upheld.core.clocks.clock import Clock, End
from upheld.core.clocks.state import ClockChange, ClockState, Track
from upheld.core.clocks.terms import Terms
from upheld.core.decision.engine import Decided, Engine
from upheld.core.decision.trace import Asked, Trace
from upheld.core.lifecycle.channels import Channels
from upheld.core.policy.event_type import Addition, Reference
from upheld.core.policy.lifecycle import ENDED
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.replay.unpromised import NOTHING_KNOWN, Lack, Promising
from upheld.core.replay.verdict import Log
from upheld.core.time.target import Agreed

BEGIN, FIX, END, RESUME, DROP, PAUSE, CONTINUE, EXCUSE, JUDGE, LAPSE, REVIVE, WAIT, COME = range(13)
"""Operations; what their numbers mean is said at `Operation`."""

START, STOP = 1, 2
"""What an outcome does to a timer."""

MOST_SLOTS: Final = 32
"""Clocks of a commitment to which something may happen at once; a ticket with more goes to the scalar path."""
HOLE: Final = "\0"
"""Stands in the template of a text for an instant, which differs from record to record."""

NOTHING: Final = (None, frozenset())
"""What a name holds that leaves a fact as it is."""

HOWS: Final = ("running", "stopped", "cancelled")


class Operation(NamedTuple):
    """One thing done to the clocks of a ticket, at the instant of the record.

    Attributes:
        what: ``BEGIN`` a clock of commitment ``a``, whose promise is ``b`` (-1: not known yet); ``FIX`` its promise ``b``;
            ``END`` it, ``a`` its place in ``HOWS``, ``b`` the trigger (-1 for none); ``RESUME`` it; ``DROP`` it, since it
            is none; ``JUDGE`` it again, promise ``b``, counted from its beginning, or with ``a`` from now; ``LAPSE`` and
            ``REVIVE`` it, as it ceases to apply and applies again; let it ``WAIT`` as one that does not apply yet, and
            ``COME`` to apply, from its beginning or with ``a`` from now; ``PAUSE`` track ``slot`` and ``CONTINUE`` it, ``a`` the trigger; ``EXCUSE``: excuse ``slot`` declared.
        slot: Which clock, or track, or excuse. Each commitment has ``MOST_SLOTS`` slots of its own.
    """

    what: int
    slot: int
    a: int = -1
    b: int = -1


class Outcome(NamedTuple):
    """What came of it.

    Attributes:
        refused: The template of the refusal; -1 for an accepted record.
        change: What becomes of the status; ``None`` where it stays.
        flags, moves, effects: Templates of rows.
        assumed: The assumptions that it rests on, as places in the policy.
        operations: What it does to clocks, in order.
        sets: The facts that it sets that are only carried along: each with the field it is taken from, or the value.
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


class Promises:
    """What clocks were promised, each combination once."""

    def __init__(self, terms: Sequence[Terms]) -> None:
        self._terms = terms
        self.known: list[tuple[Clock, str]] = []
        self._numbers: dict[Hashable, int] = {}

    def number(self, clock: Clock, whose: str) -> int:
        """The number of what a clock was promised."""
        assert clock.aim is not None, "a promise is known"
        agreed = isinstance(self._terms[clock.commitment].commitment.within[clock.aim.case].target, Agreed)
        key = (clock.commitment, clock.trigger, clock.aim if agreed else clock.aim._replace(due_s=None), whose)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.known)
            self.known.append((clock, whose))
        return found


class Leaves(Exception):
    """What a record does has no form here."""


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
    """

    def __init__(self, engine: Engine, statuses: Statuses, carried: frozenset[str]) -> None:
        self._engine = engine
        self._statuses = statuses
        self._places = {name: place for place, name in enumerate(engine.plan.blank)}
        self._rules = engine.clocks.rules
        self._carried = carried
        self._promising = Promising(engine)
        self._channels = Channels(engine.policy, engine.schedule)
        self._timer_names = sorted(each.id for each in engine.policy.timers)
        self._owning = frozenset(name for name, each in engine.contracts.customers.items() if each.calendars)
        self._assumptions = {name: place for place, name in enumerate(engine.policy.assumptions)}
        self.told, self.moves, self.effects = Templates(), Templates(), Templates()
        self.promises = Promises(engine.clocks.rules.terms)

    def refused(self, event: Event, made: Decided) -> Outcome:
        """The outcome of a refusal."""
        log = Log(event.ticket)
        log.take(event, made.flags, made.trace)
        row = log.refused[0]
        return Outcome(self.told.number(self._with_hole(event, row, made.standing)), assumed=self._assumed(log))

    def accepted(
        self,
        status: Status,
        before: Standing | None,
        made: Decided,
        at_s: int,
        occasion: int,
        touched: frozenset[int],
        event: Event | None = None,
    ) -> Outcome:
        """The outcome of an accepted record, or of a timer that fired.

        Args:
            at_s: The instant at which it happened.
            touched: The commitments whose clocks it may touch.
            event: The record.

        Raises: Leaves with the reason where something has no form here.
        """
        after, log = made.standing, Log("")
        log.take(event, made.flags, made.trace)
        moves = tuple(self.moves.number(each) for each in log.moves)
        outcome = Outcome(
            -1,
            None,
            tuple(self.told.number(each) for each in log.flags),
            moves,
            tuple(self.effects.number(each) for each in log.effects if each.get("commitment") is None),
            self._assumed(log),
            opens=before is None and after is not None,
            moved=bool(moves),
            runs=tuple(name for name, _, _ in made.trace.runs),
        )
        if after is None:
            return outcome
        if event is None or made.trace.fired:
            self._refuse_judging(before, after)
        if event is not None and self._engine.policy.events[event.event].corrects and before is not None:
            raise Leaves("corrected")
        found, slots, begun_on = self._clocks(status, before, after, at_s, occasion, after.customer)
        operations, lacks = [*found], ()
        if event is not None:
            operations += self._excused(before, event, made)
            without = made._replace(standing=after._replace(clocks=self._engine.clocks.begin()))
            lacks = self._promising.see(NOTHING_KNOWN, event, without).lacks
        change = Change(
            self._statuses.of(after, slots, begun_on),
            tuple(self._places[fact] for fact in self._set(made, before, at_s)),
            before is None or before.level != after.level,
            before is None or before.flagged != after.flagged,
            touched,
            before is None,
        )
        return outcome._replace(
            change=change,
            operations=tuple(operations),
            sets=self._sets(made),
            timers=self._timers(before, after),
            lacks=lacks,
        )

    def _refuse_judging(self, before: Standing | None, after: Standing) -> None:
        """A timer's move does not look at due instants here: it judges nothing again."""
        if before is None:
            return
        live = [each for each in before.clocks.clocks if self._rules.terms[each.commitment].remembers]
        reopens = before.core in ENDED and after.core not in ENDED
        if live and (reopens or before.facts != after.facts):
            raise Leaves("judged by a timer")

    def _timers(self, before: Standing | None, after: Standing) -> tuple[tuple[int, int], ...]:
        """What is done to timers: those that wait and did not, or are due at another instant, start."""
        was = dict(() if before is None else ((each.timer, each.due_s) for each in before.timers))
        now = {each.timer: each.due_s for each in after.timers}
        found = [(name, START) for name, due_s in now.items() if was.get(name) != due_s]
        found += [(name, STOP) for name in was if name not in now]
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

    def _clocks(
        self, status: Status, before: Standing | None, after: Standing, at_s: int, occasion: int, customer: str
    ) -> tuple[tuple[Operation, ...], Numbers, Numbers]:
        """What was done to clocks and tracks, and the slots and occasions of the clocks that go on."""
        was: ClockState = self._engine.clocks.begin() if before is None else before.clocks
        now: ClockState = after.clocks
        if now is was:
            return (), status.slots, status.begun_on
        number, whose = len(self._rules.terms), customer if customer in self._owning else ""
        lists = [by_commitment(each, number) for each in (was.clocks, [*now.over][len(was.over) :], now.clocks)]
        found: list[Operation] = []
        slots, begun_on = [], []
        for index, (old, over, live) in enumerate(zip(*lists)):
            known = {each.cycle: one for each, *one in zip(old, status.slots[index], status.begun_on[index])}
            clocks = {each.cycle: each for each in old}
            if self._rules.terms[index].remembers:
                given = [*zip(old, status.slots[index], status.begun_on[index])]
                done, of_live = self._of_following(given, over, live, at_s, occasion, whose)
                found += done
                slots.append(tuple(slot for slot, _ in of_live))
                begun_on.append(tuple(begun for _, begun in of_live))
                continue
            done, places = self._of_commitment(clocks, known, over, live, at_s, occasion, whose)
            found += done
            slots.append(tuple(places[each.cycle][0] for each in live))
            begun_on.append(tuple(places[each.cycle][1] for each in live))
        found += self._paused(was, now)
        return tuple(found), tuple(slots), tuple(begun_on)

    def _of_commitment(
        self,
        old: dict[int, Clock],
        known: dict[int, list[int]],
        over: list[Clock],
        live: list[Clock],
        at_s: int,
        occasion: int,
        whose: str,
    ) -> tuple[list[Operation], dict[int, tuple[int, int]]]:
        """What was done to the clocks of one commitment; then slot and occasion of each of them, by cycle."""
        found: list[Operation] = []
        places: dict[int, tuple[int, int]] = {}
        taken = {slot for slot, _ in known.values()}
        for clock in sorted((*over, *live), key=lambda each: each.cycle):
            if clock.beats:
                raise Leaves("rhythm")
            if clock.cycle in known:
                slot, begun_on = known.pop(clock.cycle)
            else:
                slot, begun_on = next(each for each in range(MOST_SLOTS + 1) if each not in taken), occasion
                taken.add(slot)
            if slot >= MOST_SLOTS:
                raise Leaves("clocks")
            number = clock.commitment * MOST_SLOTS + slot
            found += self._done(old.get(clock.cycle), clock, number, at_s, whose)
            places[clock.cycle] = slot, -1 if clock.aim is not None else begun_on
        for cycle, (slot, _) in known.items():
            if places and max(places) > cycle:
                raise Leaves("cycles")
            found.append(Operation(DROP, old[cycle].commitment * MOST_SLOTS + slot))
        return found, places

    def _of_following(
        self,
        old: list[tuple[Clock, int, int]],
        over: list[Clock],
        live: list[Clock],
        at_s: int,
        occasion: int,
        whose: str,
    ) -> tuple[list[Operation], list[tuple[int, int]]]:
        """What was done to the clocks of a commitment that are judged again; then slot and occasion of the live ones.

        One that does not apply yet has no cycle of its own, so clocks are told by when they began, and by their order.
        """
        found: list[Operation] = []
        left, places = [*old], dict[int, tuple[int, int]]()
        taken = {slot for _, slot, _ in old}
        for clock in sorted((*over, *live), key=lambda each: each.begun_s):
            if clock.beats:
                raise Leaves("rhythm")
            known = next((each for each in left if each[0].begun_s == clock.begun_s), None)
            if known is None:
                slot, begun_on, was = next(each for each in range(MOST_SLOTS + 1) if each not in taken), occasion, None
                taken.add(slot)
            else:
                left.remove(known)
                was, slot, begun_on = known
            if slot >= MOST_SLOTS:
                raise Leaves("clocks")
            found += self._followed(was, clock, clock.commitment * MOST_SLOTS + slot, at_s, whose)
            places[id(clock)] = slot, begun_on
        for was, slot, _ in left:
            if not was.waits:
                raise Leaves("cycles")
            found.append(Operation(DROP, was.commitment * MOST_SLOTS + slot))
        return found, [places[id(each)] for each in live]

    def _followed(self, was: Clock | None, now: Clock, slot: int, at_s: int, whose: str) -> Iterator[Operation]:
        """What was done to one clock that is judged again."""
        terms = self._rules.terms[now.commitment]
        restarts = terms.on_change == "restart"
        promise = -1 if now.aim is None else self.promises.number(now, whose)
        if was is None:
            dated = any(terms.commitment.start[each].at is not None for each in now.starts)
            if dated or now.begun_s != at_s or now.start_s != at_s or now.from_s != at_s:
                raise Leaves("own date")
            yield Operation(BEGIN, slot, now.commitment, promise)
            if now.waits:
                yield Operation(WAIT, slot)
        elif was.aim is None and was.lapsed_s is None:
            if now.waits:
                if now.cycle != 1:
                    raise Leaves("cycles")
                yield Operation(WAIT, slot)
            elif now.aim is not None:
                yield Operation(FIX, slot, b=promise)
        elif was.waits and not now.waits:
            yield Operation(COME, slot, int(restarts), promise)
        elif now.lapsed_s is not None and was.lapsed_s is None:
            yield Operation(LAPSE, slot)
        elif now.lapsed_s is None and not now.waits:
            if was.lapsed_s is not None:
                yield Operation(REVIVE, slot)
            if was.lapsed_s is not None or was.aim != now.aim or was.from_s != now.from_s or was.trigger != now.trigger:
                yield Operation(JUDGE, slot, int(restarts), promise)
        end = None if was is None else was.end
        if end is not None and now.end != end:
            yield Operation(RESUME, slot)
            end = None
        if now.end is not None and end is None:
            self._plain(now.end, terms.commitment, at_s)
            yield Operation(END, slot, HOWS.index(now.end.how), -1 if now.end.trigger is None else now.end.trigger)

    def _done(self, was: Clock | None, now: Clock, slot: int, at_s: int, whose: str) -> Iterator[Operation]:
        """What was done to one clock."""
        terms = self._rules.terms[now.commitment]
        if was is None:
            dated = now.trigger is not None and terms.commitment.start[now.trigger].at is not None
            if dated or now.start_s != at_s or now.from_s != at_s:
                raise Leaves("own date")
            promise = -1 if now.aim is None else self.promises.number(now, whose)
            yield Operation(BEGIN, slot, now.commitment, promise)
        elif was.aim is None and now.aim is not None:
            yield Operation(FIX, slot, b=self.promises.number(now, whose))
        elif was.aim != now.aim or was.from_s != now.from_s or was.read != now.read:
            raise Leaves("judged again")
        if was is not None and was.aim is None and now.aim is not None and now.from_s != was.start_s:
            raise Leaves("judged again")
        end = None if was is None else was.end
        if end is not None and now.end != end:
            yield Operation(RESUME, slot)
            end = None
        if now.end is not None and end is None:
            self._plain(now.end, terms.commitment, at_s)
            yield Operation(END, slot, HOWS.index(now.end.how), -1 if now.end.trigger is None else now.end.trigger)

    def _plain(self, end: End, commitment: Any, at_s: int) -> None:
        if end.at_s != at_s or end.seen_s != at_s or end.day is not None:
            raise Leaves("own date")
        if end.trigger is not None:
            triggers = commitment.stop if end.how == "stopped" else commitment.voids
            if triggers[end.trigger].at is not None:
                raise Leaves("own date")

    def _paused(self, was: ClockState, now: ClockState) -> Iterator[Operation]:
        if now.tracks is was.tracks:
            return
        for number, (old, new) in enumerate(zip(was.tracks, now.tracks)):
            yield from self._of_track(number, old, new)

    def _of_track(self, number: int, old: Track, new: Track) -> Iterator[Operation]:
        if new == old:
            return
        of = self._rules.plan.tracks[number]
        pause = self._rules.policy.commitments[of.commitment].pause[of.pause]
        if any(each.at is not None for each in (*pause.begins, *pause.ends)):
            raise Leaves("own date")
        if old.lasting is not None and new.lasting != old.lasting:
            if len(new.over) != len(old.over) + 1:
                raise Leaves("pause")
            ended = new.over[-1].ended
            yield Operation(CONTINUE, number, -1 if ended is None else ended)
        if new.lasting is not None and new.lasting != old.lasting:
            begun = new.lasting.begun
            yield Operation(PAUSE, number, -1 if begun is None else begun)

    def _excused(self, before: Standing | None, event: Event, made: Decided) -> Iterator[Operation]:
        """The excuses that were declared; whether they hold any time is for their dates to say."""
        after = made.standing
        assert after is not None, "an excuse is declared on a ticket"
        plan = self._rules.plan.step(event.event, None if before is None else before.state, after.state)
        if not plan.excuses:
            return
        names = self._engine.names_after(made, after)
        for each in plan.excuses:
            if not all(name.startswith("event.") for name in (each.excuse.since.name, each.excuse.until.name)):
                raise Leaves("excuse")
            if each.when is None or each.when(names):
                yield Operation(EXCUSE, each.number)
