"""Clock operations: what a record, or a timer, did to the clocks of a ticket, as operations on slots.

What clocks and pauses there were before and what there are after it is compared, clock by clock. Each commitment has
slots of its own, and each clock to which something may still happen stands in one; so the same operation says the same
of every ticket of a status, whatever its instants.

What does not fit - a date of its own, a rhythm - says so, and the ticket goes to the scalar path.

Source: DESIGN section 11, "the clock operations"; section 3, step 7.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Final, NamedTuple

from upheld.bulk.answers.own_instants import own_field
from upheld.bulk.answers.statuses import Numbers, Status, by_commitment
from upheld.bulk.clocks.given import Promised
from upheld.core.clocks.clock import Clock, End
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import ClockState, Track
from upheld.core.clocks.terms import Terms
from upheld.core.decision.engine import Decided, Engine
from upheld.core.policy.commitment import Commitment, Trigger
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.time.target import Agreed

BEGIN, FIX, END, RESUME, DROP, PAUSE, CONTINUE, EXCUSE, JUDGE, LAPSE, REVIVE, WAIT, COME, SINCE = range(14)
"""Operations; what their numbers mean is said at `Operation`."""

MOST_SLOTS: Final = 32
"""Clocks of a commitment to which something may happen at once; a ticket with more goes to the scalar path."""
HOWS: Final = ("running", "stopped", "cancelled")


class Operation(NamedTuple):
    """One thing done to the clocks of a ticket, at the instant of the record.

    Attributes:
        what: ``BEGIN`` a clock of commitment ``a``, whose promise is ``b`` (-1: not known yet); ``FIX`` its promise
        ``b``;
            ``END`` it, ``a`` its place in ``HOWS``, ``b`` the trigger (-1 for none); ``RESUME`` it; ``DROP`` it, since
            it is none; ``JUDGE`` it again, promise ``b``, counted from its beginning, or with ``a`` from now; ``LAPSE``
            and ``REVIVE`` it, as it ceases to apply and applies again; let it ``WAIT`` as one that does not apply yet,
            and ``COME`` to apply, from its beginning or with ``a`` from now; ``SINCE``: it began at the date that start
            ``a`` carries; ``PAUSE`` track ``slot`` and ``CONTINUE``
            it, ``a`` the trigger; ``EXCUSE``: excuse ``slot`` declared.
        slot: Which clock, or track, or excuse. Each commitment has ``MOST_SLOTS`` slots of its own.
    """

    what: int
    slot: int
    a: int = -1
    b: int = -1


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

    @property
    def promised(self) -> list[Promised]:
        """Each of them, by its number."""
        held = ((each, each.aim, whose) for each, whose in self.known)
        return [Promised(each.commitment, each.trigger, aim, whose) for each, aim, whose in held if aim is not None]


class Leaves(Exception):
    """What a record does has no form here."""


class ClockOperations:
    """Reads what the engine did to clocks.

    Args:
        engine: Who did it.

    Attributes:
        promises: What clocks were promised so far.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._rules: ClockRules = engine.clocks.rules
        self._owning = frozenset(name for name, each in engine.contracts.customers.items() if each.calendars)
        self.promises = Promises(engine.clocks.rules.terms)

    def read(
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
                done, of_live = self._of_following(given, over, live, now.cycles_over[index], at_s, occasion, whose)
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
        last_over: int,
        at_s: int,
        occasion: int,
        whose: str,
    ) -> tuple[list[Operation], list[tuple[int, int]]]:
        """What was done to the clocks of a commitment that are judged again; then slot and occasion of the live ones.

        One that does not apply yet has no cycle of its own, so clocks are told by when they began, and by their order.
        """
        found: list[Operation] = []
        left, places = [*old], dict[int, tuple[int, int]]()
        every = [*over, *live]
        is_dated = every and any(each.at for each in self._rules.terms[every[0].commitment].commitment.start)
        if is_dated and len({each.begun_s for each in every}) < len(every):
            raise Leaves("own date")  # several of one date cannot be told
        taken, counted = {slot for _, slot, _ in old}, [last_over, *(each.cycle for each in every if not each.waits)]
        for clock in sorted(every, key=lambda each: each.begun_s):
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
            if was is not None and clock.waits and not was.waits and max(counted) > clock.cycle:
                raise Leaves("cycles")  # a later one keeps its number, though this one never applied
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
            yield Operation(BEGIN, slot, now.commitment, promise)
            yield from self._since(now, slot, at_s, whose)
            if now.lapsed_s is not None:  # a timer that fired at once may have lapsed it
                yield Operation(WAIT if now.waits else LAPSE, slot)
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
            # One that begins anew in its first second reads otherwise, and looks the same.
            begins_anew = restarts and was.read != now.read
            if begins_anew or was.lapsed_s is not None or was.aim != now.aim or was.trigger != now.trigger:
                yield Operation(JUDGE, slot, int(restarts), promise)
        yield from self._ended(was, now, slot)

    def _done(self, was: Clock | None, now: Clock, slot: int, at_s: int, whose: str) -> Iterator[Operation]:
        """What was done to one clock."""
        if was is None:
            promise = -1 if now.aim is None else self.promises.number(now, whose)
            yield Operation(BEGIN, slot, now.commitment, promise)
            yield from self._since(now, slot, at_s, whose)
        elif was.aim is None and now.aim is not None:
            if was.end is not None and was.end.day is not None:
                raise Leaves("own date")  # its first opening is that of another calendar now
            yield Operation(FIX, slot, b=self.promises.number(now, whose))
        elif was.aim != now.aim or was.from_s != now.from_s or was.read != now.read:
            raise Leaves("judged again")
        if was is not None and was.aim is None and now.aim is not None and now.from_s != was.start_s:
            raise Leaves("judged again")
        yield from self._ended(was, now, slot)

    def _ended(self, was: Clock | None, now: Clock, slot: int) -> Iterator[Operation]:
        """What ended a clock, or has it go on."""
        end = None if was is None else was.end
        if end is not None and now.end != end:
            yield Operation(RESUME, slot)
            end = None
        if now.end is not None and end is None:
            self._plain(now.end, self._rules.terms[now.commitment].commitment)
            yield Operation(END, slot, HOWS.index(now.end.how), -1 if now.end.trigger is None else now.end.trigger)

    def _since(self, now: Clock, slot: int, at_s: int, whose: str) -> Iterator[Operation]:
        """From when a clock counts that begins: at once, or at the date that its record carries.

        Of several starts that are one clock's all must carry the same, and hours must not be the customer's own.
        """
        starts = self._rules.terms[now.commitment].commitment.start
        began = now.starts or (() if now.trigger is None else (now.trigger,))
        dates = {own_field(starts[each]) if starts[each].at is not None else None for each in began} - {None}
        if now.start_s != now.begun_s or now.from_s != now.begun_s or (now.begun_s != at_s and not dates):
            raise Leaves("own date")
        if dates:
            if whose or "" in dates or len({starts[each].at for each in began}) > 1:
                raise Leaves("own date")
            yield Operation(SINCE, slot, began[0])

    def _plain(self, end: End, commitment: Commitment) -> None:
        if end.trigger is not None:
            triggers = commitment.stop if end.how == "stopped" else commitment.voids
            self._told_by_event(triggers[end.trigger : end.trigger + 1], commitment)

    def _told_by_event(self, triggers: Sequence[Trigger], commitment: Commitment) -> None:
        """A date of its own must stand in the record; warnings, and what is judged again, know none."""
        index = self._rules.policy.commitments.index(commitment)
        for each in triggers:
            if each.at is not None:
                terms = self._rules.terms[index]
                if terms.warns or terms.remembers or not each.at.name.startswith("event."):
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
        self._told_by_event((*pause.begins, *pause.ends), self._rules.policy.commitments[of.commitment])
        if old.lasting is not None and new.lasting != old.lasting:
            if len(new.over) != len(old.over) + 1:
                raise Leaves("pause")
            ended = new.over[-1].ended
            yield Operation(CONTINUE, number, -1 if ended is None else ended)
        if new.lasting is not None and new.lasting != old.lasting:
            begun = new.lasting.begun
            yield Operation(PAUSE, number, -1 if begun is None else begun)

    def excused(self, before: Standing | None, event: Event, made: Decided) -> Iterator[Operation]:
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
