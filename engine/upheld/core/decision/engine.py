"""The engine: one event in, one explained decision out.

`apply` is a pure function: time comes from the event alone, and the ticket that goes in
is never changed. What is decided stands in strata - the lifecycle first, then clocks,
then charges - and none reads a later one. The order of steps is that of DESIGN section 3,
and the methods below follow it.

Source: DESIGN section 3; section 8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple, Self

from upheld.core.billing.accounts import Accounts
from upheld.core.billing.charging import Charging
from upheld.core.billing.payment import Bill, Payment
from upheld.core.clocks.clocks import Clocks
from upheld.core.condition.condition import Lookup
from upheld.core.condition.domain import Held
from upheld.core.decision.advance import Advance
from upheld.core.decision.decision import Decision
from upheld.core.decision.names_read import NamesRead
from upheld.core.decision.observation import Observer
from upheld.core.decision.outcome import Outcome, Outcomes
from upheld.core.decision.table import MOST_OUTCOMES, DecisionTable
from upheld.core.decision.trace import Asked, Moved, Reached, Trace, Voice
from upheld.core.errors import CalendarError, LedgerError, RecordError, TicketError
from upheld.core.frozen import made
from upheld.core.lifecycle.admission import Admission
from upheld.core.lifecycle.channels import Channels
from upheld.core.lifecycle.consequences import Facts
from upheld.core.lifecycle.happening import TimeLookup
from upheld.core.lifecycle.moment import NO_DATA, DecidedByPlugin, Moment, World
from upheld.core.lifecycle.plan import EventPlan, Plan
from upheld.core.lifecycle.refusals import Refusals
from upheld.core.lifecycle.time_names import NamesOfTime
from upheld.core.lifecycle.timers import Timers
from upheld.core.nearest import quoted
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.schedule import Schedule
from upheld.core.record.event import Event
from upheld.core.record.message import LANGUAGES, spoken
from upheld.core.record.reason import Flag, Refusal
from upheld.core.record.ticket import Limit, Standing, Ticket
from upheld.core.time.instant import instant_of, seconds_of


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
        self._outcomes = Outcomes(self.plan, self._admission, self._advance, self.clocks, world)
        self._observer = Observer(self.plan, self._advance, self._refusals, world)
        self._voice = Voice(self.language, policy.commitments, policy.calendars, schedule.calendars[ALWAYS].zone, {})

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

    def decide(
        self,
        standing: Standing | None,
        event: Event,
        accounts: Accounts | None = None,
        table: DecisionTable | None = None,
    ) -> Decided:
        """The same on plain tuples, for who decides many events and asks for few reasons.

        Args:
            table: What was decided so far, to be looked up and added to.
        """
        trace, given = Trace(self._voice), standing
        if event.state:
            return self._observe(standing, event, trace)._replace(accounts=accounts)
        assert table is None or table.outcomes is self._outcomes, "a table is of one engine"
        said = None if table is None else table.said(event)
        if said is not None and (standing is None or event.at_s >= standing.last_s):
            plan, values = said.kind.plan, said.values
        else:
            known = self.plan.events.get(event.event)
            if (
                known is None
                or event.role not in known.roles
                or (standing is not None and event.at_s < standing.last_s)
            ):
                return _refused(standing, self._unreadable(standing, event, known), trace, accounts)
            read = known.form.read(event.data)
            if not isinstance(read, dict):
                return _refused(standing, self._refusals.invalid_data(read), trace, accounts)
            plan, values = known, read
        if standing is not None and standing.timers and not self.audit:
            standing = self._advance.fire(standing, event.at_s, trace)
        if table is None or said is None:
            outcome = self._outcomes.find(standing, event, plan, values)
        else:
            outcome = table.find(said, standing, event)
        if outcome.refusal is not None:
            return _refused(standing, outcome.refusal, trace, accounts)
        try:
            done = self._follow(outcome, standing, event, plan, values, trace, accounts)
            return done if self.audit else self._at_once(done, event.at_s)
        except CalendarError:
            trace = Trace(self._voice)
            standing = given if given is standing or given is None else self._advance.fire(given, event.at_s, trace)
            return _refused(standing, self._refusals.beyond_calendar(plan.name, plan.type), trace, accounts)

    def table(self, outcomes_max: int = MOST_OUTCOMES) -> DecisionTable:
        """An empty table of what was decided, for who decides many events one after another."""
        not_repeated = frozenset(self.policy.events) if self.audit else self._charged
        return DecisionTable(self._outcomes, self.names_read, self._world, outcomes_max, not_repeated)

    def listens(self, ticket: str) -> bool:
        """Whether somebody keeps what is decided of a ticket, so that every record of it is to be decided anew."""
        return False

    @property
    def names_read(self) -> NamesRead:
        """Which names decisions may look up."""
        return self.names_read_but(lambda name: False)

    def names_read_but(self, told_later: Callable[[str], bool]) -> NamesRead:
        """The same for who fills some names into the texts of effects afterwards, as `moment_of` has them shown."""
        own_hours = frozenset(name for each in self.contracts.customers.values() for name in each.calendars)
        terms, plugins = self.clocks.rules.terms, self._world.plugins
        return NamesRead(self.plan, terms, self.schedule, plugins, own_hours, told_later)

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

    def fire_first(self, standing: Standing) -> Decided:
        """The first of a ticket's timers alone, whether it is due or not."""
        trace = Trace(self._voice)
        return Decided(self._advance.fire_first(standing, trace), (), trace)

    def unbilled(self) -> Self:
        """The same engine, which charges nothing: what it decides differs only where a balance is too small."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin._charged = frozenset()
        return twin

    def charge(self, event: Event, standing: Standing | None, after: Standing | None, accounts: Accounts) -> Decided:
        """What an accepted event costs, and nothing else of it.

        Args:
            standing, after: How the ticket stood before and stands after it, with what it was charged so far.
        """
        trace, values = Trace(self._voice), self.plan.events[event.event].form.read(event.data)
        assert isinstance(values, dict), "an accepted event is well formed"
        names, origin = (
            self._outcomes.after(after, standing, event, values),
            None if standing is None else standing.state,
        )
        bill = self._payment.charge(event, after, origin, names, accounts)
        if isinstance(bill, Refusal):
            return _refused(after, bill, trace, accounts)
        trace.note_bill(bill)
        new = None if after is None else after._replace(charges=bill.charged.state)
        return Decided(new, self._payment.flags(bill), trace, bill.charged.accounts)

    def is_charged(self, event: str) -> bool:
        """Whether anything may be charged on an event."""
        return event in self._charged

    @property
    def voice(self) -> Voice:
        """In which language effects are told."""
        return self._voice

    @property
    def plugins(self) -> Mapping[str, DecidedByPlugin]:
        """The conditions that plugins decide, by name."""
        return self._world.plugins

    @property
    def timers(self) -> Timers:
        """Those of the policy."""
        return self._advance.timers

    def names(self, standing: Standing, at_s: int) -> Lookup:
        """What the names hold of a ticket to which nothing happens, at an instant."""
        return Moment(self._world, at_s, standing, standing.facts, standing.facts).__getitem__

    def moment_of(self, event: Event | None, names: Mapping[str, Held]) -> Moment:
        """A moment at which an event happens and some names hold what is said here; others are not to be asked for."""
        found = Moment(self._world, 0 if event is None else event.at_s, None, NO_DATA, NO_DATA, event)
        found.update(names)
        return found

    def names_of_time(self, customer: str) -> TimeLookup:
        """What the names hold at an instant that depend on nothing but it, for a customer."""
        return lambda name, at_s: self._world.time.held(name, at_s, customer, _nothing)

    def names_after(self, made: Decided, standing: Standing | None) -> Lookup:
        """What the names hold after an accepted event, on a ticket or on none."""
        assert made.trace.met is not None, "an accepted event met a ticket, or none"
        return self._outcomes.after(standing, *made.trace.met).__getitem__

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

    def _unreadable(self, standing: Standing | None, event: Event, plan: EventPlan | None) -> Refusal:
        """Step 1: why an event is not well formed whose data nobody has read yet."""
        if standing is not None and event.at_s < standing.last_s:
            return self._refusals.out_of_order(standing)
        return self._refusals.unknown_event(event) if plan is None else self._refusals.not_allowed(plan, event.role)

    def _observe(self, standing: Standing | None, event: Event, trace: Trace) -> Decided:
        """Audit mode: the ticket in the state that was observed."""
        if not self.audit:
            raise RecordError([f"state `{event.state}` was observed, which only a replay in audit mode reads"])
        if standing is not None and event.at_s >= standing.last_s:
            standing = self._advance.pass_time(standing, event.at_s, trace)
        try:
            made = self._observer.observe(standing, event, self._outcomes.begun(event), trace)
        except CalendarError:
            made, trace = self._refusals.beyond_calendar(event.state), Trace(self._voice)
        if isinstance(made, Refusal):
            return _refused(standing, made, trace)
        return Decided(made, self._admission.outside(event.at_s), trace)

    def _follow(
        self,
        outcome: Outcome,
        standing: Standing | None,
        event: Event,
        plan: EventPlan,
        values: Facts,
        trace: Trace,
        accounts: Accounts | None,
    ) -> Decided:
        """Steps 6 to 9: the ticket after the event and what it costs, timers and clocks, what is asked of the host.

        What it costs comes first, since a balance that is too small refuses the event; it reads no clock.
        """
        advance, at_s, state, flags = self._advance, event.at_s, outcome.state, outcome.flags
        origin = None if standing is None else standing.state
        was = standing or self._outcomes.begun(event)
        facts, new, after, clocks = was.facts, None, None, was.clocks
        if outcome.changes:
            facts = self._outcomes.facts_after(outcome.changes, was, event, plan, values)
        if outcome.reads or clocks.next_s <= at_s or plan.name in self._charged:
            new = None if state is None else outcome.standing(was, at_s, facts, was.timers, clocks)
            after = self._outcomes.after(new, standing, event, values)
        bill: Bill | Refusal | None = None
        if plan.name in self._charged:
            assert after is not None, "charges read names"
            bill = self._payment.charge(event, new, origin, after, accounts)
            if isinstance(bill, Refusal):
                return _refused(standing, bill, trace, accounts)
        trace.course, trace.met = outcome.course, (standing, event, values)
        if state is not None:
            if clocks.next_s <= at_s:
                was = advance.pass_time(was, at_s, trace)
            if state != origin:
                moved = made(Moved, (at_s, origin, state, outcome.transition, True, ()))
                trace.moves = (*trace.moves, moved) if trace.moves else (moved,)
            step, moving = outcome.step, (origin, state)
            timers, clocks = advance.arrive(was, at_s, plan.name, moving, after, trace, step=step, observing=self.audit)
            new = outcome.standing(was, at_s, facts, timers, clocks)
        if isinstance(bill, Bill):
            accounts, flags = bill.charged.accounts, (*flags, *self._payment.flags(bill))
            new = None if new is None else new._replace(charges=bill.charged.state)
            trace.note_bill(bill)
        if outcome.asks and after is not None:
            advance.ask(outcome.asks, after, trace)
        if outcome.raised is not None:
            trace.ask(Asked(at_s, outcome.raised))
        return made(Decided, (new, flags, trace, accounts))

    def _at_once(self, made: Decided, at_s: int) -> Decided:
        """The same once the timers have fired that an accepted event has begun and that have no delay."""
        standing, trace = made.standing, made.trace
        if standing is None or not standing.timers or standing.timers[0].due_s > at_s or trace.refusal is not None:
            return made
        trace.reached = Reached(standing, len(trace.runs), len(trace.changes))
        return made._replace(standing=self._advance.fire(standing, at_s, trace))


def _nothing(name: str) -> None:
    """What a name holds where there is no ticket."""


def _refused(standing: Standing | None, refusal: Refusal, trace: Trace, accounts: Accounts | None = None) -> Decided:
    trace.refusal = refusal
    return Decided(standing, (), trace, accounts)
