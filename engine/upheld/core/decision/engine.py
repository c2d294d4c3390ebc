"""The engine: one event in, one explained decision out.

`apply` is a pure function: time comes from the event alone, and the ticket that goes in
is never changed. What is decided stands in strata - the lifecycle first, then clocks,
then charges - and none reads a later one. The order of steps is that of DESIGN section 3,
and the methods below follow it.

Source: DESIGN section 3; section 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from upheld.core.billing.accounts import Accounts
from upheld.core.billing.charging import Charging
from upheld.core.billing.payment import Bill, Payment
from upheld.core.clocks.clocks import Clocks
from upheld.core.condition.condition import Lookup
from upheld.core.decision.advance import Advance
from upheld.core.decision.decision import Decision
from upheld.core.decision.observation import Observer
from upheld.core.decision.trace import Asked, Moved, Raised, Reached, Trace, Voice
from upheld.core.errors import CalendarError, LedgerError, RecordError, TicketError
from upheld.core.lifecycle.admission import Admission, Admitted
from upheld.core.lifecycle.channels import Channels
from upheld.core.lifecycle.consequences import Facts
from upheld.core.lifecycle.explanation import Course
from upheld.core.lifecycle.happening import TimeLookup
from upheld.core.lifecycle.moment import DecidedByPlugin, Moment, World
from upheld.core.lifecycle.plan import EventPlan, Plan
from upheld.core.lifecycle.refusals import Refusals
from upheld.core.lifecycle.time_names import NamesOfTime
from upheld.core.nearest import quoted
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.schedule import Schedule
from upheld.core.record.event import Event
from upheld.core.record.message import LANGUAGES, spoken
from upheld.core.record.reason import Flag, Refusal
from upheld.core.record.ticket import Limit, Standing, Ticket
from upheld.core.time.instant import instant_of, seconds_of

NO_FLAGS: Final[tuple[Flag, ...]] = ()


class Decided(NamedTuple):
    """A decision on plain tuples: how the ticket and accounts stand, the flags, and all else as references."""

    standing: Standing | None
    flags: tuple[Flag, ...]
    trace: Trace
    accounts: Accounts | None = None


class Engine:
    """Decides the events of one policy's tickets.

    Args:
        policy: A policy that the checker found no errors in.
        schedule: Its calendars, recurrences, releases and dated parameters.
        contracts: What customers have signed, and what was released.
        plugins: The conditions that plugins decide, by name.
        language: Of messages: ``en`` or ``fr``; by default the vendor's, if it is one of them.
        audit: Records come from a tracker: states may be observed, and timers do not fire by themselves.

    Raises: ArgumentError for another language.
    """

    def __init__(
        self,
        policy: Policy,
        schedule: Schedule,
        contracts: Contracts,
        *,
        plugins: Mapping[str, DecidedByPlugin] | None = None,
        language: str = "",
        audit: bool = False,
    ) -> None:
        self.policy = policy
        self._digest = policy.digest
        self.schedule = schedule
        self.contracts = contracts
        self.audit = audit
        own = policy.vendor.language
        self.language = spoken(language) if language else own if own in LANGUAGES else LANGUAGES[0]
        self.plan = Plan(policy)
        self.clocks = Clocks(policy, schedule)
        self.charging = Charging(policy, schedule, contracts)
        self._payment = Payment(self.charging, self.language)
        self._charged = frozenset(name for name in policy.events if self.charging.concerns(name))
        names = NamesOfTime(policy, schedule, contracts)
        self._world = world = World(
            names, plugins or {}, self.plan.domains, frozenset(policy.channels), self.plan.labels
        )
        channels = Channels(policy, schedule)
        self._refusals = Refusals(self.plan, channels, self.language)
        self._admission = Admission(self.plan, channels, self._refusals, schedule)
        self._advance = Advance(self.plan, self.clocks, schedule, world)
        self._observer = Observer(self.plan, self._advance, self._refusals, world)
        self._voice = Voice(self.language, policy.commitments, policy.calendars, schedule.calendars[ALWAYS].zone)
        self._unset: Facts = dict.fromkeys(self.plan.blank)

    def apply(self, ticket: Ticket | None, event: Event, accounts: Accounts | None = None) -> Decision:
        """The answer to one event.

        Args:
            ticket: The ticket as it stands; ``None`` for an event that opens one.
            accounts: Those of the ticket's customer, where the policy bills; ``None`` for a customer to whom nothing
                has happened. A refused event leaves them as they were.

        Raises: TicketError for a ticket of another policy, or of another id than the event's, and for accounts of
            another customer; LedgerError for accounts that count in another unit; RecordError for an
            observed state; each of them for what is no ticket, no accounts and no event at all; PluginError when a
            plugin's condition fails; CalendarError when what a timer that is due before the event would start falls
            due after 2050.
        """
        if not isinstance(event, Event):
            raise RecordError([f"{quoted(event)} is no event: make one with `Event(...)` or `Event.from_record`"])
        if accounts is not None and not isinstance(accounts, Accounts):
            raise LedgerError(f"{quoted(accounts)} is no customer's accounts: give those of the last decision")
        standing = None if ticket is None else self.own(ticket, event)
        new, flags, trace, left = self.decide(standing, event, accounts)
        if new is not standing:
            ticket = None if new is None else Ticket.of(new)
        return Decision(ticket, trace.refusal, flags, trace.details, left)

    def decide(self, standing: Standing | None, event: Event, accounts: Accounts | None = None) -> Decided:
        """The same on plain tuples, for who decides many events and asks for few reasons."""
        trace, given = Trace(self._voice), standing
        if event.state:
            return self._observe(standing, event, trace)._replace(accounts=accounts)
        plan = self.plan.events.get(event.event)
        values = self._read(standing, event, plan)
        if isinstance(values, Refusal):
            return _refused(standing, values, trace, accounts)
        assert plan is not None, "an unknown event is refused"
        if standing is not None and standing.timers and not self.audit:
            standing = self._advance.fire(standing, event.at_s, trace)
        before = self._before(standing, event, values)
        way = self._admission.find(standing, event, plan, before)
        if isinstance(way, Refusal):
            return _refused(standing, way, trace, accounts)
        try:
            made = self._accept(standing, event, plan, way, values, before, trace, accounts)
            return made if self.audit else self._at_once(made, event.at_s)
        except CalendarError:
            trace = Trace(self._voice)
            standing = given if given is standing or given is None else self._advance.fire(given, event.at_s, trace)
            return _refused(standing, self._refusals.beyond_calendar(plan.name, plan.type), trace, accounts)

    def pass_time(self, ticket: Ticket, until: datetime) -> Decision:
        """What happens by itself up to an instant: timers that fire, warnings, the next cycles of rhythms.

        Raises: TicketError for a ticket of another policy; CalendarError for a naive instant.
        """
        standing = self.own(ticket)
        made = self.wait(standing, seconds_of(until))
        assert made.standing is not None, "time ends no ticket"
        same = made.standing is standing
        return Decision(ticket if same else Ticket.of(made.standing), None, (), made.trace.details)

    def wait(self, standing: Standing, until_s: int) -> Decided:
        """The same on plain tuples."""
        trace = Trace(self._voice)
        if not self.audit:
            standing = self._advance.fire(standing, until_s, trace)
        return Decided(self._advance.pass_time(standing, until_s, trace), (), trace)

    def names(self, standing: Standing, at_s: int) -> Lookup:
        """What the names hold of a ticket to which nothing happens, at an instant."""
        return Moment(self._world, at_s, standing, standing.facts, standing.facts).__getitem__

    def names_of_time(self, customer: str) -> TimeLookup:
        """What the names hold at an instant that depend on nothing but it, for a customer."""
        return lambda name, at_s: self._world.time.held(name, at_s, customer, _nothing)

    def names_after(self, made: Decided, standing: Standing | None) -> Lookup:
        """What the names hold after an accepted event, on a ticket or on none."""
        assert made.trace.course is not None, "an accepted event has a course"
        before = made.trace.course.before
        if standing is None:
            return before.__getitem__
        moment = Moment(self._world, before.at_s, standing, standing.facts, before.facts, before.event, before.data)
        return moment.__getitem__

    def accounts(self, customer: str) -> Accounts:
        """The accounts of a customer to whom nothing has happened; grants are made as time passes."""
        return self.charging.new_accounts(customer)

    def due(self, ticket: Ticket) -> tuple[Limit, ...]:
        """When timers fire and clocks fall due, as things stand, for the host's scheduler; the earliest first.

        Raises: TicketError for a ticket of another policy.
        """
        standing = self.own(ticket)
        limits = [Limit(instant_of(due_s), "timer", timer) for due_s, timer in standing.timers]
        for due_s, commitment, cycle in self.clocks.limits(standing.clocks):
            limits.append(Limit(instant_of(due_s), "clock", commitment, cycle))
        return tuple(sorted(limits, key=lambda each: (each.at, each.kind == "clock", each.id, each.cycle or 0)))

    def own(self, ticket: Ticket, event: Event | None = None) -> Standing:
        """The standing of a ticket that belongs to this policy, and to the event (THREATS S08, V02)."""
        if not isinstance(ticket, Ticket):
            raise TicketError(f"{quoted(ticket)} is no ticket: give that of the last decision")
        standing = ticket.standing
        if standing.policy != self._digest:
            raise TicketError(f"ticket `{standing.id}` was opened under another policy, or another version of it")
        if event is not None and standing.id != event.ticket:
            raise TicketError(f"the event is of ticket `{event.ticket}`, and was given to ticket `{standing.id}`")
        return standing

    def _read(self, standing: Standing | None, event: Event, plan: EventPlan | None) -> Facts | Refusal:
        """Step 1: what the data say, or why the event is not well formed."""
        if standing is not None and event.at_s < standing.last_s:
            return self._refusals.out_of_order(standing)
        if plan is None:
            return self._refusals.unknown_event(event)
        role = event.role
        if role not in plan.roles:
            return self._refusals.not_allowed(plan, role)
        values = plan.form.read(event.data)
        return values if isinstance(values, dict) else self._refusals.invalid_data(values)

    def _observe(self, standing: Standing | None, event: Event, trace: Trace) -> Decided:
        """Audit mode: the ticket in the state that was observed."""
        if not self.audit:
            raise RecordError([f"state `{event.state}` was observed, which only a replay in audit mode reads"])
        if standing is not None and event.at_s >= standing.last_s:
            standing = self._advance.pass_time(standing, event.at_s, trace)
        try:
            made = self._observer.observe(standing, event, self._begun(event), trace)
        except CalendarError:
            made, trace = self._refusals.beyond_calendar(event.state), Trace(self._voice)
        if isinstance(made, Refusal):
            return _refused(standing, made, trace)
        return Decided(made, self._admission.outside(event.at_s), trace)

    def _before(self, standing: Standing | None, event: Event, values: Facts) -> Moment:
        """What names hold before the event; on an opening every fact is unset."""
        facts = self._unset if standing is None else standing.facts
        before = Moment(self._world, event.at_s, standing, facts, facts, event, values)
        before.update(values)
        before["customer"] = None if standing is None else standing.customer or None
        before["record.customer"] = event.customer or None
        before["actor"] = event.role or None
        return before

    def _accept(
        self,
        standing: Standing | None,
        event: Event,
        plan: EventPlan,
        way: Admitted,
        values: Facts,
        before: Moment,
        trace: Trace,
        accounts: Accounts | None,
    ) -> Decided:
        """Steps 7 to 9: the ticket after the event and what it costs, timers and clocks, what is asked of the host.

        What it costs comes first, since a balance that is too small refuses the event; it reads no clock.
        """
        advance, arrow, climb, facts, strikes = self._advance, way.arrow, way.climb, way.facts, way.strikes
        transition = None if arrow is None else arrow.transition
        escalation = None if climb is None else climb.plan.escalation
        origin = None if standing is None else standing.state
        state = origin if arrow is None or arrow.target is None else arrow.target
        assert state is not None or arrow is None, "a transition that opens a ticket leads somewhere"
        new, after = None if state is None else self._standing(standing, event, way, state), before
        if new is not None and (state != origin or facts is not before.facts or strikes or climb):
            after = Moment(self._world, event.at_s, new, facts, before.facts, event, values)
        bill: Bill | Refusal | None = None
        if plan.name in self._charged:
            bill = self._payment.charge(event, new, origin, after, accounts)
            if isinstance(bill, Refusal):
                return _refused(standing, bill, trace, accounts)
        if standing is not None and new is not None:
            new = new._replace(clocks=advance.pass_time(standing, event.at_s, trace).clocks)
        days, flags = None, NO_FLAGS
        if strikes or self._admission.dated:
            days, flags = self._admission.covering(event.at_s), self._admission.flags(way, event, before)
        trace.course = Course(plan, before, way.channel, transition, strikes, way.cases, escalation, days)
        if new is not None and state != origin:
            trace.moves = (*trace.moves, Moved(event.at_s, origin, new.state, transition))
        if new is not None:
            new = advance.arrive(new, plan.name, origin, after, trace, self.audit)
        if isinstance(bill, Bill):
            accounts, flags = bill.charged.accounts, (*flags, *self._payment.flags(bill))
            new = None if new is None else new._replace(charges=bill.charged.state)
            trace.note_bill(bill)
        if plan.effects:
            advance.ask(plan.effects, after, trace)
        if arrow is not None and arrow.effects:
            advance.ask(arrow.effects, after, trace)
        if new is not None:
            for strike in strikes:
                advance.ask(strike[0].effects, after, trace)
        if climb is not None and new is not None:
            trace.ask(Asked(event.at_s, Raised(climb.plan.escalation, climb.level)))
        return Decided(new, flags, trace, accounts)

    def _at_once(self, made: Decided, at_s: int) -> Decided:
        """The same once the timers have fired that an accepted event has begun and that have no delay."""
        standing, trace = made.standing, made.trace
        if standing is None or not standing.timers or standing.timers[0].due_s > at_s or trace.refusal is not None:
            return made
        trace.reached = Reached(standing, len(trace.runs), len(trace.changes))
        return made._replace(standing=self._advance.fire(standing, at_s, trace))

    def _standing(self, standing: Standing | None, event: Event, way: Admitted, state: str) -> Standing:
        """How the ticket stands in its state, but for timers and clocks."""
        was = self._begun(event) if standing is None else standing
        if state == was.state:
            new = was._replace(last_s=event.at_s, facts=way.facts)
        else:
            new = self._advance.moved(was, state, event.at_s, way.facts)
        if way.strikes:
            new = new._replace(flagged=was.flagged | {strike[0].rule.id for strike in way.strikes})
        if way.climb is not None:
            new = new._replace(level=way.climb.level)
        return new

    def _begun(self, event: Event) -> Standing:
        """A ticket that is being opened: no state yet, and every fact its default."""
        return Standing(
            id=event.ticket,
            policy=self._digest,
            customer=event.customer,
            channel=event.channel if event.channel in self.policy.channels else "",
            state="",
            core="",
            opened_s=event.at_s,
            last_s=event.at_s,
            entered_s=event.at_s,
            closed_s=None,
            level=1,
            facts=self.plan.blank,
            clocks=self.clocks.begin(),
        )


def _nothing(name: str) -> None:
    """What a name holds where there is no ticket."""


def _refused(standing: Standing | None, refusal: Refusal, trace: Trace, accounts: Accounts | None = None) -> Decided:
    trace.refusal = refusal
    return Decided(standing, (), trace, accounts)
