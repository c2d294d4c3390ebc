"""Automaton: how tickets go on by records that repeat, status by status.

Two tickets of one *status* are in one state, with the same clocks running and the same pauses lasting, since whenever.
What a record does to them is the same where it is of one kind and finds the same in what such records read. So that
is found once, the long way, and kept as a step from status to status; most records of a history are taken by looking up
a step, and the ticket is put together again when somebody else is to see it. No rule is known here: whatever was
not met before is decided, and noted as it was decided.

Source: DESIGN section 11, "the engine fills tables, lazily, as a regular-expression engine builds its automaton".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, Final

from upheld.core.clocks.clock import Clock
from upheld.core.clocks.judging import pending_clock, promised_clock
from upheld.core.clocks.repeated import Begin
from upheld.core.clocks.state import ClockState
from upheld.core.clocks.terms import Terms
from upheld.core.condition.condition import Lookup, has_hook
from upheld.core.decision.engine import Engine
from upheld.core.decision.outcome import Outcome
from upheld.core.decision.table import DecisionTable, Said
from upheld.core.errors import CalendarError
from upheld.core.lifecycle.consequences import Facts, changed
from upheld.core.lifecycle.happening import is_of_time
from upheld.core.record.event import Event
from upheld.core.record.ticket import Pending, Standing
from upheld.core.replay.repeating.ongoing import Ongoing
from upheld.core.replay.repeating.status import Promise, Status, Step, Way
from upheld.core.replay.unpromised import Promising
from upheld.core.replay.verdict import Log

MOST_NOTED: Final = 2**14
"""Statuses and steps that are kept: some twenty megabytes; of more, all are forgotten, and met again."""
MOST_CLOCKS: Final = 32
"""Clocks of a ticket that has a status: one on which ever more run stands like no other, and each status tells all."""
LEAST_TAKEN: Final = 4
"""Records that each of them should have been good for by then; else records do not repeat, and no more are kept."""
NOTHING_ASKED: Final[Any] = object()


class Automaton:
    """The steps of one replay.

    Args:
        table: What was decided so far.
    """

    def __init__(self, engine: Engine, table: DecisionTable, promising: Promising) -> None:
        self._promising = promising
        self._table = table
        self._outcomes = table.outcomes
        self._rules = engine.clocks.rules
        self._has_timers = bool(engine.policy.timers)
        known = table.outcomes.facts
        self._plain = tuple(_is_plain(terms, known) for terms in self._rules.terms)
        self._most = min(table.outcomes_max, MOST_NOTED)
        self._forget()
        self.is_off = False

    def _forget(self) -> None:
        self._statuses: dict[object, Status] = {}
        self._unopened = Status()
        self._noted = self._taken = 0

    def status(self, log: Log) -> Status | None:
        """The status of a ticket; ``None`` where no more steps are kept, and for one with more clocks than others."""
        standing = log.standing
        if self.is_off:
            return None
        if standing is None:
            return self._unopened
        clocks, begun = standing.clocks, log.beginning.begun
        if len(clocks.clocks) > MOST_CLOCKS:
            return None
        of_clocks = [
            (c.commitment, c.cycle, c.end is None, c.aim is None, c.lapsed_s is None, c.beats) for c in clocks.clocks
        ]
        paused = [track.lasting is None for track in clocks.tracks]
        key = standing.state, begun, clocks.cycles_over, tuple(of_clocks), tuple(paused)
        found = self._statuses.get(key)
        if found is None:
            found = Status(standing.state, standing.core, has_begun=begun)
            self._statuses[key] = found
            self._count()
        return found

    def walk(self, log: Log, status: Status, events: Sequence[Event], place: int) -> tuple[int, Status]:
        """Take the records of a ticket from a place on, as far as all that they do is known.

        Returns: the place of the first that is to be decided, and the status of the ticket before it.
        """
        on, first, table = Ongoing(log, self._outcomes), place, self._table
        known, seen, moved = table.recurring, log.seen, log.moved
        for event in islice(events, place, None):
            recurrent, at_s, timers = event.recurrent, event.at_s, on.timers
            said = known.get(id(recurrent)) or table.said(event)
            if said is None or at_s < on.last_s or on.clocks.next_s <= at_s or (timers and timers[0].due_s <= at_s):
                break
            kind, values, plain, _ = said
            if plain:
                step = status.steps.get(plain)
            else:
                mask = kind.mask
                key = id(kind), mask.facts(on.facts), mask.ticket(on)
                step = status.steps.get(key if mask.time_of is None else (*key, *mask.time_of(on.whose, event)))
            if step is None:
                break
            _, outcome, repeated, row, assumed, _, ways = step
            facts = changed(outcome.changes, on.facts, values.__getitem__) if outcome.changes else on.facts
            if repeated is None and (row is None or not self._has_timers):
                lead, clocks = ways[None].leads[()], on.clocks
            else:
                went = self._went(on, step, event, facts)
                if went is None:
                    break
                lead, clocks, on.timers = went
            if on.whose is None:
                on.begin(self._outcomes.begun(event))
            place, on.facts, on.clocks, on.last_s, status = place + 1, facts, clocks, at_s, lead
            on.number = number = on.number + 1
            seen.append(event.identity if recurrent is None else hash((at_s, recurrent[1])))
            if row is not None:
                moved.append((number, at_s, row))
                on.entered_s, on.closed_s, on.first = at_s, at_s if outcome.closes else None, on.first or lead.state
            if outcome.level is not None or outcome.flagged or outcome.flags:
                on.tell(event, outcome)
            if assumed is not None:
                log.assumed.update(assumed)
            if not log.customer:
                log.customer = event.customer
        if place != first:
            self._taken += place - first
            on.end(status, events[first])
        return place, status

    def _went(
        self, on: Ongoing, step: Step, event: Event, facts: Facts
    ) -> tuple[Status, ClockState, tuple[Pending, ...]] | None:
        """The status after a step, clocks and timers; ``None`` where that was not met before, or cannot be told."""
        at_s, repeated, row, timers = event.at_s, step.clocks, step.row, on.timers
        whose = event.customer if on.whose is None else on.whose
        way = step.ways.get(None if step.judged is None else step.judged(facts))
        if way is None:
            return None
        try:
            if row is not None and self._has_timers:
                timers = self._outcomes.timers_of(event.event, row["from"], row["to"], at_s, whose)
                if timers and timers[0].due_s <= at_s:
                    return None
            begun = self._begun(way.begins, facts, at_s, whose) if way.begins else []
            lead = None if begun is None else way.leads.get(_began(begun))
            if lead is None or begun is None:
                return None
            clocks = on.clocks if repeated is None else repeated.after(self._rules, on.clocks, at_s, begun)
        except CalendarError:  # due after the years that are known: whoever decides it tells that
            return None
        return None if clocks is None else (lead, clocks, timers)

    def _begun(self, begins: Sequence[Promise], facts: Facts, at_s: int, customer: str) -> list[Clock] | None:
        """The clocks that begin; ``None`` where what one is promised was not asked before."""
        begun, choice = list[Clock](), None
        for (index, cycle, trigger, starts), terms, is_awaiting, of_time, read_times, choices in begins:
            if is_awaiting:
                begun.append(pending_clock(self._rules, index, cycle, at_s, trigger, starts))
                continue
            times = read_times(at_s, customer)
            if choices is None:
                choice = terms.choice({**facts, **dict(zip(of_time, times))}.__getitem__)
            else:
                choice = choices.get(times, NOTHING_ASKED)
                if choice is NOTHING_ASKED:
                    return None
            aim = None if choice is None else terms.aimed(choice, at_s, customer)
            if aim is not None:
                begun.append(promised_clock(self._rules, index, cycle, at_s, trigger, starts, aim))
        return begun

    def note(
        self, before: Status, log: Log, was: Standing | None, event: Event, said: Said, outcome: Outcome
    ) -> Status | None:
        """Keep what a record did that was decided as others were.

        Args:
            log: With the ticket after it.
            was: The ticket before it.
        Returns: the status after it.
        """
        plan, now = said.kind.plan, log.standing
        assert now is not None, "it was accepted"
        assert outcome.step is not None, "there is a ticket"
        status, clocks = self.status(log), self._outcomes.clocks
        if status is None or (outcome.changes and not plan.sets_data):
            return status
        if not status.has_begun and self._promising.met(event.event, None if was is None else was.state, now.state):
            return status  # what keeps the promise from beginning may not be the same again
        ran = clocks.begin() if was is None else was.clocks
        repeated = None if clocks.rests(ran, outcome.step, event.at_s) else clocks.known(ran, outcome.step)
        begins = () if repeated is None else repeated.begins
        if not all(self._plain[begin.commitment] for begin in begins):
            return status
        mask, stood = said.kind.mask, was or self._outcomes.begun(event)._replace(customer="", channel="")
        key: object = said.number
        if not said.number:
            read = (id(said.kind), mask.facts(stood.facts), mask.ticket(stood))
            customer = None if was is None else was.customer
            key = read if mask.time_of is None else (*read, *mask.time_of(customer, event))
        step = before.steps.get(key)
        if step is None:
            row = log.moved[-1][2] if outcome.state != (None if was is None else was.state) else None
            course = outcome.course
            step = before.steps[key] = Step(
                said, outcome, repeated, row, (course and course.known) or None, self._judged(begins), {}
            )
        facts = None if step.judged is None else step.judged(now.facts)
        names = self._outcomes.after(now, was, event, said.values).__getitem__
        way = step.ways.get(facts)
        if way is None:
            way = step.ways[facts] = Way(tuple(self._promise(begin, names) for begin in begins), {})
        for _, terms, is_awaiting, _, read_times, choices in way.begins:
            if choices is not None and not is_awaiting:
                choices[read_times(event.at_s, now.customer)] = terms.choice(names)
        way.leads[() if repeated is None else _began(now.clocks.clocks[len(repeated.left) :])] = status
        self._count()
        return status

    def _judged(self, begins: Sequence[Begin]) -> Callable[[Facts], object] | None:
        """Reads what clocks that begin are promised by."""
        if not begins:
            return None
        read = {"severity", *(name for begin in begins for name in self._rules.terms[begin.commitment].reads)}
        return itemgetter(*sorted(read & self._outcomes.facts))

    def _promise(self, begin: Begin, names: Lookup) -> Promise:
        terms = self._rules.terms[begin.commitment]
        of_time = tuple(name for name in terms.reads if is_of_time(name))
        changes = any(name.startswith("opening-left.") for name in of_time)
        read_times = self._table.reader(of_time)
        return Promise(begin, terms, terms.is_awaiting(names), of_time, read_times, None if changes else {})

    def _count(self) -> None:
        self._noted += 1
        if self._noted >= self._most:
            self.is_off = self._taken < LEAST_TAKEN * self._noted
            self._forget()


def _began(clocks: Sequence[Clock]) -> tuple[tuple[int, bool], ...]:
    """Which clocks began, of those that a step may begin."""
    return tuple([(clock.commitment, clock.aim is None) for clock in clocks])


def _is_plain(terms: Terms, known: Collection[str]) -> bool:
    """Whether what its clocks are promised follows from a status and names of time alone."""
    if terms.told or terms.fixed or terms.remembers or any(map(has_hook, terms.commitment.conditions)):
        return False
    return all(name in known or (is_of_time(name) and not name.startswith("parameter.")) for name in terms.reads)
