"""Outcomes: what becomes of an event, but for what hangs on instants, clocks and accounts.

The lifecycle's half of a decision: it is refused, or it leads to a state by a transition, changes facts, is flagged,
asks something of the host. Conditions alone choose between these, and they read a few names; so for two events for
which these hold the same there is one outcome, and who decides many events need find it once. To follow it is the
engine's other half.

Source: DESIGN section 3, steps 3 to 6; section 11, "each pair is decided once".
"""

from __future__ import annotations

from typing import Final, NamedTuple

from upheld.core.clocks.clocks import Clocks
from upheld.core.clocks.own_dates import StartDates
from upheld.core.clocks.plan import StepPlan
from upheld.core.clocks.state import ClockState
from upheld.core.decision.advance import NO_NAMES, Advance
from upheld.core.decision.trace import Raised
from upheld.core.frozen import made
from upheld.core.lifecycle.admission import Admission
from upheld.core.lifecycle.consequences import Change, Facts, changed
from upheld.core.lifecycle.explanation import Course
from upheld.core.lifecycle.happening import Happening
from upheld.core.lifecycle.moment import Moment, World
from upheld.core.lifecycle.plan import AskPlan, EventPlan, Plan
from upheld.core.policy.lifecycle import Transition
from upheld.core.record.event import Event
from upheld.core.record.reason import Flag, Refusal
from upheld.core.record.ticket import Pending, Standing

NO_FLAGS: Final[tuple[Flag, ...]] = ()
NO_RULES: Final[frozenset[str]] = frozenset()


class Outcome(NamedTuple):
    """What becomes of an event.

    Attributes:
        refusal: Why nothing does; then all else is left out.
        course: What had a say.
        state, core, closes: The state after it, and its core, and whether that is a closed one; no state where there is
            no ticket.
        transition: What leads there, if anything.
        changes: What it does to facts.
        level: The level of escalation reached; ``None`` for the same.
        flagged: The rules that flag it.
        flags: What is told of it.
        asks: What is asked of the host where its condition holds.
        raised: The escalation, to be told.
        step: What it may do to clocks; ``None`` where there is no ticket.
        reads: Whether names are looked up when it is followed.
        lasts: Whether it is the same at another instant at which the names hold the same.
        is_quiet: Whether it is an acceptance of which nothing is told but a move and flags, and that resets no timer.
    """

    refusal: Refusal | None = None
    course: Course | None = None
    state: str | None = None
    core: str = ""
    closes: bool = False
    transition: Transition | None = None
    changes: tuple[Change, ...] = ()
    level: int | None = None
    flagged: frozenset[str] = NO_RULES
    flags: tuple[Flag, ...] = NO_FLAGS
    asks: tuple[AskPlan, ...] = ()
    raised: Raised | None = None
    step: StepPlan | None = None
    reads: bool = True
    lasts: bool = True
    is_quiet: bool = False

    def standing(
        self, was: Standing, at_s: int, facts: Facts, timers: tuple[Pending, ...], clocks: ClockState
    ) -> Standing:
        """How the ticket stands that was so before: in the state that this leads to, with all that is so by then."""
        state, core, entered_s, closed_s = was.state, was.core, was.entered_s, was.closed_s
        if state != self.state:
            assert self.state is not None, "there is a ticket"
            state, core, entered_s, closed_s = self.state, self.core, at_s, at_s if self.closes else None
        level = was.level if self.level is None else self.level
        flagged = was.flagged | self.flagged if self.flagged else was.flagged
        opened_s, paid = was.opened_s, was.charges
        now = (state, core, opened_s, at_s, entered_s, closed_s, level, facts, flagged, timers, clocks, paid)
        return made(Standing, was[:4] + now)


class Outcomes:
    """Finds the outcomes of one policy's events.

    Attributes:
        events: The policy's, each as a plan.
        clocks: Those of the policy.
        facts: The names of all facts, and ``blank`` what they hold at first.
        dated: Whether the policy applies on certain days alone.
        applies: Whether an instant lies on one of them.
        start_dates: The fields of events that say when clocks began.
    """

    def __init__(self, plan: Plan, admission: Admission, advance: Advance, clocks: Clocks, world: World) -> None:
        self._plan = plan
        self.events = plan.events
        self._admission = admission
        self._advance = advance
        self.clocks = clocks
        self._world = world
        self.start_dates = StartDates(clocks.rules)
        self._digest = plan.policy.digest
        self._has_timers = bool(plan.policy.timers)
        self.facts, self.blank = frozenset(plan.blank), plan.blank
        self.dated, self.applies = admission.dated, admission.applies
        self._unset: Facts = dict.fromkeys(plan.blank)

    def find(self, standing: Standing | None, event: Event, plan: EventPlan, values: Facts) -> Outcome:
        """The outcome of a well-formed event.

        Args:
            values: What its data say.

        Raises: PluginError when a plugin's condition fails.
        """
        before = self.before(standing, event, values)
        way = self._admission.find(standing, event, plan, before)
        if isinstance(way, Refusal):
            return Outcome(way, lasts=not self._admission.tells_instant(way, event))
        channel, strikes, climb, arrow, changes = way
        origin = None if standing is None else standing.state
        transition, state = None, origin
        if arrow is not None:
            transition, state = arrow.transition, arrow.target or origin
            assert state is not None, "a transition that opens a ticket leads somewhere"
        days, flags, flagged, level, raised, escalation = None, NO_FLAGS, NO_RULES, None, None, None
        if strikes or self._admission.dated:
            days, flags = self._admission.covering(event.at_s), self._admission.flags(way, event, before)
            flagged = frozenset(strike[0].rule.id for strike in strikes)
        if ahead := self.start_dates.ahead(plan.name, values, event.at_s):
            flags = (*flags, self._admission.start_ahead(plan, ahead))
        if climb is not None:
            level, escalation = climb.level, climb.plan.escalation
            raised = Raised(escalation, level) if state is not None else None
        asks = plan.effects if arrow is None or not arrow.effects else plan.effects + arrow.effects
        for strike in strikes if state is not None else ():
            asks += strike[0].effects
        cases = [(change.setting.fact, change.case.case) for change in changes]
        course = Course(plan, before, channel, transition, strikes, cases, escalation, days)
        step = None if state is None else self.clocks.step(plan.name, origin, state)
        core, closes = self._plan.core_of.get(state or "", ""), state in self._plan.closed
        reads = bool(asks) or self._has_timers or (step is not None and step.reads)
        what = (None, course, state, core, closes, transition, changes, level, flagged, flags, asks, raised, step)
        return made(Outcome, (*what, reads, True, False))

    def settled(
        self, outcome: Outcome, standing: Standing | None, event: Event, plan: EventPlan, values: Facts
    ) -> Outcome:
        """The same with every condition asked that the names decide: following it asks no more."""
        course, step, state = outcome.course, outcome.step, outcome.state
        if course is None:
            return outcome
        was = standing or self.begun(event)
        facts = self.facts_after(outcome.changes, was, event, plan, values)
        new = None if outcome.state is None else outcome.standing(was, event.at_s, facts, was.timers, was.clocks)
        lookup = self.after(new, standing, event, values).__getitem__
        asks = tuple(each._replace(when=None) for each in outcome.asks if each.when is None or each.when(lookup))
        resets = False
        if step is not None and state is not None:
            step = self.clocks.settled(step, lookup)
            resets = self._advance.timers.resets(plan.name, None if standing is None else standing.state, state)
        return outcome._replace(
            course=course._replace(known=dict.fromkeys(course.assumed())),
            asks=asks,
            step=step,
            reads=bool(asks) or resets or (step is not None and step.reads),
            is_quiet=step is not None and not (asks or outcome.raised or resets),
        )

    def repeated(
        self, outcome: Outcome, standing: Standing | None, event: Event, plan: EventPlan, values: Facts
    ) -> Standing | None:
        """The ticket after an event of a quiet outcome, before which nothing comes by itself.

        Returns: ``None`` where its clocks do what was not seen before, or a timer without a delay begins.
        Raises: CalendarError for what falls due after the years that a calendar covers.
        """
        step, state, at_s = outcome.step, outcome.state, event.at_s
        assert step is not None, "there is a ticket"
        assert state is not None, "which is in a state"
        was = standing or self.begun(event)
        origin, facts, timers, clocks = None if standing is None else was.state, was.facts, was.timers, was.clocks
        if outcome.changes:
            facts = self.facts_after(outcome.changes, was, event, plan, values)
        if self._has_timers and state != origin:
            timers = self.timers_of(plan.name, origin, state, at_s, was.customer)
            if timers and timers[0].due_s <= at_s:
                return None
        if not self.clocks.rests(clocks, step, at_s):

            def happened() -> Happening:
                after = self.after(outcome.standing(was, at_s, facts, was.timers, was.clocks), standing, event, values)
                names = after.__getitem__, after.at_time
                return made(Happening, (at_s, plan.name, origin, state, *names, was.customer))

            gone_on = self.clocks.repeated(clocks, step, at_s, happened)
            if gone_on is None:
                return None
            clocks = gone_on
        return outcome.standing(was, at_s, facts, timers, clocks)

    def timers_of(self, event: str, origin: str | None, state: str, at_s: int, customer: str) -> tuple[Pending, ...]:
        """What waits after a move that resets nothing. Raises: CalendarError as `repeated` does."""
        return self._advance.timers.after((), event, origin, state, at_s, NO_NAMES.__getitem__, customer)

    def before(self, standing: Standing | None, event: Event, values: Facts) -> Moment:
        """What names hold before an event; on an opening every fact is unset."""
        facts = self._unset if standing is None else standing.facts
        return Moment(self._world, event.at_s, standing, facts, facts, event, values)

    def facts_after(
        self, changes: tuple[Change, ...], was: Standing, event: Event, plan: EventPlan, values: Facts
    ) -> Facts:
        """The facts after an event that changes them so.

        Args:
            was: The ticket before it; on an opening with the facts' defaults.
        """
        if plan.sets_data:
            return changed(changes, was.facts, values.__getitem__)
        standing, before = (was, was.facts) if was.state else (None, self._unset)
        moment = Moment(self._world, event.at_s, standing, was.facts, before, event, values)
        return changed(changes, was.facts, moment.__getitem__)

    def after(self, new: Standing | None, standing: Standing | None, event: Event, values: Facts) -> Moment:
        """What names hold after an event that leaves the ticket so."""
        if new is None:
            return self.before(standing, event, values)
        before = self._unset if standing is None else standing.facts
        return Moment(self._world, event.at_s, new, new.facts, before, event, values)

    def begun(self, event: Event) -> Standing:
        """A ticket that is being opened: no state yet, and every fact its default."""
        return Standing(
            id=event.ticket,
            policy=self._digest,
            customer=event.customer,
            channel=event.channel if event.channel in self._world.channels else "",
            state="",
            core="",
            opened_s=event.at_s,
            last_s=event.at_s,
            entered_s=event.at_s,
            closed_s=None,
            level=1,
            facts=self._plan.blank,
            clocks=self.clocks.begin(),
        )
