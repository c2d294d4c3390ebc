"""Plans: what each event of a policy asks and does, worked out once.

The engine reads no policy while it decides. For each event there is a plan: who may do
it, which data it takes, which rules look at it, where it may lead from each state, which
facts it sets, what it asks of the host. Conditions are predicates by then, moves are
looked up in the table read off the policy's machine.

Source: DESIGN section 3, "The `transitions` library holds the machine".
"""

from __future__ import annotations

from typing import NamedTuple

from upheld.core.condition.domain import Domain, Held, Many, OneOf
from upheld.core.condition.predicate import Predicate, predicate, predicate_or_none
from upheld.core.frozen import FrozenDict
from upheld.core.lifecycle.event_data import DataForm
from upheld.core.lifecycle.machine import MoveTable, compile_machine, move_table
from upheld.core.policy.commitment import Timer
from upheld.core.policy.event_type import Addition, Effect, EventType, Fact, Reference, Setting, SettingCase
from upheld.core.policy.handling import Escalation
from upheld.core.policy.labels import Labels
from upheld.core.policy.lifecycle import CLOSED, Transition
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Item
from upheld.core.policy.rule import Requirement, Rule


class AskPlan(NamedTuple):
    """An effect that is asked for where its condition holds, and the part of the policy that asks."""

    effect: Effect
    when: Predicate | None
    asker: Item


class RulePlan(NamedTuple):
    """A rule: when it looks, what it requires, each with its own condition, and whether any of it is assumed."""

    rule: Rule
    when: Predicate | None
    requires: tuple[tuple[Predicate | None, Predicate, Requirement], ...]
    refuses: bool
    effects: tuple[AskPlan, ...]
    assumed: bool


class Arrow(NamedTuple):
    """A transition from one state; ``target`` is ``None`` where the ticket stays."""

    transition: Transition
    when: Predicate | None
    target: str | None
    effects: tuple[AskPlan, ...]


class CasePlan(NamedTuple):
    """One case of a setting: a value, or the name it is taken from, or what another name adds."""

    case: SettingCase
    when: Predicate | None
    value: Held
    source: str
    adds: bool


class SettingPlan(NamedTuple):
    """How an event or a timer changes a fact."""

    fact: str
    cases: tuple[CasePlan, ...]
    holds_many: bool
    immutable: Fact | None


class EscalationPlan(NamedTuple):
    """A set of levels, and when it is the one that counts."""

    escalation: Escalation
    when: Predicate | None
    wanted: str


class EventPlan(NamedTuple):
    """Everything about one event.

    Attributes:
        asks_channel: The roles whose events of this kind need a channel.
        arrows: Where it may lead, by the state left; empty where no transition is on this event at all.
        transitions: Every transition on it, whatever the state.
        rests_in: Without transitions: the states in which it is accepted.
        sets_data: Whether facts take nothing but constants and its own data.
        assuming: The rules that rest on assumptions.
    """

    name: str
    type: EventType
    roles: frozenset[str]
    form: DataForm
    asks_channel: frozenset[str]
    rules: tuple[RulePlan, ...]
    arrows: dict[str | None, tuple[Arrow, ...]]
    transitions: tuple[Transition, ...]
    rests_in: frozenset[str]
    settings: tuple[SettingPlan, ...]
    sets_data: bool
    effects: tuple[AskPlan, ...]
    escalations: tuple[EscalationPlan, ...]
    assuming: tuple[RulePlan, ...]


class Plan:
    """A policy, compiled.

    Attributes:
        events: A plan for each event.
        labels: What people call its names and values.
        blank: Every fact of a ticket just opened: its default, or ``None``.
        has_defaults: Whether it holds anything.
        core_of: The core state of each state.
        closed: The states whose core is closed or auto-closed.
        domains: What facts may hold, and fields as ``<event>.<field>``.
        timer_effects: What each timer asks of the host.
        timer_whens: What has to hold for each timer that asks for something.
        timer_settings: How each timer changes facts.
        escalations: The sets of levels, in the order in which they are tried.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.labels = Labels(policy)
        self.table: MoveTable = move_table(compile_machine(policy))
        self.core_of = {name: state.core for name, state in policy.states.items()}
        self.closed = frozenset(name for name, core in self.core_of.items() if core in CLOSED)
        self.fact_domains = fact_domains(policy)
        self.blank: dict[str, Held] = FrozenDict({name: _default(policy, name) for name in self.fact_domains})
        self.has_defaults = any(held is not None for held in self.blank.values())
        self.domains: dict[str, Domain] = dict(self.fact_domains)
        for name, event in policy.events.items():
            self.domains |= {f"{name}.{field}": each.domain for field, each in event.fields.items()}
        self._transitions = {transition.id: transition for transition in policy.transitions}
        self.rules = {rule.id: _rule(rule) for rule in policy.rules}
        self.events = {name: self._event(event) for name, event in policy.events.items()}
        self.timer_effects = {timer.id: _asks(timer) for timer in policy.timers}
        self.timer_whens = {each.id: predicate(each.when) for each in policy.timers if each.when is not None}
        self.timer_settings = {timer.id: tuple(map(self._setting, timer.sets)) for timer in policy.timers}
        self.escalations = tuple(map(_escalation, policy.escalation))

    def possible(self, state: str | None) -> tuple[str, ...]:
        """The events that have a transition from a state, in the policy's order; openers for ``None``."""
        return tuple(name for name in self.policy.events if (state, name) in self.table)

    def open_to(self, role: str, state: str | None) -> tuple[str, ...]:
        """The events that somebody in a role may do of a ticket in a state, as far as role and state decide.

        In the policy's order; those that open a ticket for ``None``.
        """
        able = (each for each in self.events.values() if role in each.roles)
        return tuple(each.name for each in able if state in each.arrows or state in each.rests_in)

    def leading(self, origin: str | None, state: str) -> tuple[Transition, ...]:
        """The transitions that lead from one state to another, in the policy's order."""
        found = {
            step.transition
            for (left, trigger), steps in self.table.items()
            if left == origin and trigger in self.policy.events
            for step in steps
            if step.target == state
        }
        return tuple(transition for transition in self.policy.transitions if transition.id in found)

    def _event(self, event: EventType) -> EventPlan:
        policy = self.policy
        needing = {name for name in event.by if name in policy.roles and policy.roles[name].needs_channel}
        arrows = {
            state: tuple(self._arrow(step.transition, step.target) for step in steps)
            for (state, trigger), steps in self.table.items()
            if trigger == event.id
        }
        resting = () if arrows else policy.states.items()
        rules = tuple(self.rules[rule.id] for rule in policy.rules if event.id in rule.on)
        settings = tuple(map(self._setting, event.sets))
        sources = {case.source for setting in settings for case in setting.cases if case.source}
        return EventPlan(
            event.id,
            event,
            frozenset(event.by),
            DataForm(event, self.labels),
            frozenset(needing) if event.needs_channel and policy.channels else frozenset(),
            rules,
            arrows,
            tuple(transition for transition in policy.transitions if event.id in transition.on),
            frozenset(name for name, state in resting if event.in_final_states or not state.final),
            settings,
            sources <= {f"event.{name}" for name in event.fields},
            _asks(event),
            tuple(_escalation(each) for each in policy.escalation if event.id in each.on),
            tuple(rule for rule in rules if rule.assumed),
        )

    def _arrow(self, name: str, target: str | None) -> Arrow:
        transition = self._transitions[name]
        return Arrow(transition, predicate_or_none(transition.when), target, _asks(transition))

    def _setting(self, setting: Setting) -> SettingPlan:
        fact = self.policy.facts.get(setting.fact)
        holds_many = isinstance(self.fact_domains.get(setting.fact), Many)
        cases = []
        for case in setting.cases:
            value, source = case.value, ""
            if isinstance(value, (Reference, Addition)):
                held, source = None, value.name
            else:
                held = frozenset((value,)) if holds_many and value is not None else value
            adds = isinstance(value, Addition)
            cases.append(CasePlan(case, predicate_or_none(case.when), held, source, adds))
        immutable = fact if fact is not None and fact.immutable else None
        return SettingPlan(setting.fact, tuple(cases), holds_many, immutable)


def fact_domains(policy: Policy) -> dict[str, Domain]:
    """The facts of a ticket: severity, what the policy declares, and the queue, which it need not declare."""
    severity: Domain = OneOf(tuple(each.id for each in policy.severities), ordered=True)
    set_to = (
        case.value
        for setter in policy.setters()
        for setting in setter.sets
        for case in setting.cases
        if setting.fact == "queue"
    )
    queue: Domain = OneOf(tuple(dict.fromkeys(value for value in set_to if isinstance(value, str))))
    return {"severity": severity, "queue": queue, **{name: fact.domain for name, fact in policy.facts.items()}}


def _default(policy: Policy, name: str) -> Held:
    fact = policy.facts.get(name)
    if fact is None or fact.default is None:
        return None
    return frozenset((fact.default,)) if isinstance(fact.domain, Many) else fact.default


def _rule(rule: Rule) -> RulePlan:
    requires = tuple((predicate_or_none(each.when), predicate(each.condition), each) for each in rule.requires)
    assumed = bool(rule.assumes) or any(each.assumes for each in rule.requires)
    return RulePlan(rule, predicate_or_none(rule.when), requires, rule.verdict == "refuse", _asks(rule), assumed)


def _escalation(escalation: Escalation) -> EscalationPlan:
    wanted = escalation.wanted.name if escalation.wanted else ""
    return EscalationPlan(escalation, predicate_or_none(escalation.when), wanted)


def _asks(asker: EventType | Transition | Rule | Timer) -> tuple[AskPlan, ...]:
    return tuple(AskPlan(effect, predicate_or_none(effect.when), asker) for effect in asker.effects)
