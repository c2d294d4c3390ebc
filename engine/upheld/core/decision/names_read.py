"""Names read: by what a decision about each event of a policy can be told from another one.

A decision looks up few of the names that there are. Which ones they can be is written in the policy: in the conditions
of what may have a say, in what is set, in what is told. Two records of an event for which all of these hold the same
are decided alike, but for instants; so whoever keeps what was decided keeps it by these.

Source: DESIGN section 11, "Keys are masks over the names an event's conditions read".
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from upheld.core.clocks.plan import pulls
from upheld.core.clocks.terms import Terms
from upheld.core.condition.condition import Atom, Condition, Ref, atoms, hooks_read
from upheld.core.lifecycle.happening import is_of_time
from upheld.core.lifecycle.moment import DecidedByPlugin
from upheld.core.lifecycle.plan import Plan
from upheld.core.policy.charge import Charge, NamedAmount, WorkedAmount
from upheld.core.policy.commitment import Commitment, Trigger
from upheld.core.policy.event_type import Addition, Effect, EventType, Reference, Setting
from upheld.core.policy.lifecycle import is_reopening
from upheld.core.policy.money import ParameterAmount
from upheld.core.policy.policy import Policy
from upheld.core.policy.rule import Channel, Rule
from upheld.core.policy.schedule import Schedule
from upheld.core.policy.wording import Wording
from upheld.core.record.message import names_in

SAID_BY_THE_OPENING: Final = {"customer": "record.customer", "channel": "record.channel"}
"""What a ticket holds once it is opened, and what its opening says of it."""

Moves = frozenset[tuple[str | None, str]]
"""The states before and after; the same where the ticket stays."""

Read = str | Atom
"""A name that is read, or a comparison of one with constants: no more of it is read there than what that says."""


class Reading(NamedTuple):
    """The names that a decision about one event may look up.

    Attributes:
        deciding: Whatever chooses between ways: conditions of channels, rules, levels, transitions, settings, effects,
            resets, and of what starts, stops and pauses clocks; what the refusals and flags among these tell.
        setting: The facts that it sets, and the names from which they are taken.
        judging: What the promises of the clocks read that it may begin, fix or judge again.
        telling: What the texts of its effects show, and how many tickets they create.
        charging: What its charges read.
        compared: The names of which nothing but what comparisons with constants say is read, charges aside; with these.
    """

    deciding: frozenset[str]
    setting: frozenset[str]
    judging: frozenset[str]
    telling: frozenset[str]
    charging: frozenset[str]
    compared: Mapping[str, frozenset[Atom]]


class NamesRead:
    """Which names decisions under one policy may look up.

    Args:
        plan: The policy, compiled.
        terms: What its commitments promise, by index.
        plugins: The conditions that plugins decide, each with the names that it reads.
        own_hours: The calendars of which some customer has its own opening times: for the others it does not matter
            whose channel is open. ``None`` where that is not known.
        told_later: Which names nobody need tell apart for texts of effects, since they are filled in afterwards.
    """

    def __init__(
        self,
        plan: Plan,
        terms: Iterable[Terms],
        schedule: Schedule,
        plugins: Mapping[str, DecidedByPlugin],
        own_hours: Container[str] | None = None,
        told_later: Callable[[str], bool] = lambda name: False,
    ) -> None:
        self._plan = plan
        self._policy: Policy = plan.policy
        self._schedule = schedule
        self._plugins = plugins
        self._terms = tuple(terms)
        self._own_hours = own_hours
        self._told_later = told_later
        self._known: dict[str, Reading] = {}

    def of(self, event: str) -> tuple[str, ...]:
        """Every name by which decisions about an event may differ, charges aside; sorted."""
        read = self.reading(event)
        return tuple(sorted(read.deciding | read.setting | read.judging | read.telling))

    def reading(self, event: str) -> Reading:
        """The same by what they are read for."""
        known = self._known.get(event)
        if known is None:
            known = self._known[event] = self._reading(self._policy.events[event])
        return known

    @property
    def by_itself(self) -> tuple[str, ...]:
        """Every name that timers, and time alone, may look up; sorted."""
        names: set[Read] = set()
        for timer in self._policy.timers:
            names.update(self._of(timer.when), self._of_effects(timer.effects), self._of_settings(timer.sets))
        for each in self._policy.escalation:
            names.update(self._of(each.when))
        for terms in self._terms:
            names.update(self._of_triggers(terms.commitment.triggers), self._judged(terms), _followed(terms))
        names.update(self._of_triggers(trigger for timer in self._policy.timers for trigger in timer.reset))
        return tuple(sorted(map(_name, names)))

    def _reading(self, event: EventType) -> Reading:
        moves = self._moves(event.id)
        deciding = {*self._before(event), *self._resets(event, moves)}
        judging: set[Read] = set()
        effects = [*event.effects, *self._asked(event)]
        for each in effects:
            deciding.update(self._of(each.when))
        for terms in self._terms:
            deciding.update(self._of_triggers(_pulled(terms.commitment, event.id, moves)))
            if self._may_judge(terms, event, moves):
                judging.update(self._judged(terms), _followed(terms))
            elif any(each.fact in terms.awaited for each in event.sets):
                judging.update(self._fixed(terms))
        for excuse in self._policy.excuses:
            if event.id in excuse.on:
                deciding.update(self._of(excuse.when), (excuse.since.name, excuse.until.name))
        setting = {*self._of_settings(event.sets), *(each.fact for each in event.sets)}
        telling: set[Read] = {name for each in effects for name in self._shown(each)}
        return Reading(
            frozenset(self._told_before(event, deciding)),
            frozenset(self._told_before(event, setting)),
            frozenset(self._told_before(event, judging)),
            frozenset(self._told_before(event, telling)),
            frozenset(self._told_before(event, set(self._charged(event.id)))),
            _only_compared([*deciding, *setting, *map(_name, judging), *telling]),
        )

    def _moves(self, event: str) -> Moves:
        """From where to where an event may lead, staying included."""
        arrows = self._plan.events[event].arrows
        leading = {(state, each.target or state) for state, found in arrows.items() for each in found}
        return frozenset((origin, state) for origin, state in leading if state is not None)

    def _before(self, event: EventType) -> Iterator[Read]:
        """Steps 3 to 6: channel, rules, levels, transitions, settings, and what their refusals tell."""
        policy = self._policy
        yield "state"
        if self._plan.events[event.id].asks_channel:
            yield from ("actor", "record.channel")
            for channel in policy.channels.values():
                yield from self._of_channel(channel)
        for rule in policy.rules:
            if event.id in rule.on:
                yield from self._of_rule(rule)
        for escalation in policy.escalation:
            if event.id in escalation.on:
                yield "level"
                yield from self._of(escalation.when)
                yield from (escalation.wanted.name,) if escalation.wanted is not None else ()
        for transition in policy.transitions:
            if event.id in transition.on:
                yield from self._of(transition.when)
        for setting in event.sets:
            for case in setting.cases:
                yield from self._of(case.when)
            fact = policy.facts.get(setting.fact)
            if fact is not None and fact.immutable:
                yield setting.fact
                yield from self._of_settings((setting,))

    def _of_channel(self, channel: Channel) -> Iterator[Read]:
        if channel.during:
            yield f"opening.{channel.during}"
            if self._own_hours is None or channel.during in self._own_hours:
                yield from ("record.customer", "customer")
        yield from self._of(channel.when)
        yield from _in_text(channel.message)

    def _of_rule(self, rule: Rule) -> Iterator[Read]:
        yield from self._of(rule.when)
        yield from _in_text(rule.message)
        if rule.verdict == "flag":
            yield "flagged"
        for each in rule.requires:
            yield from self._of(each.when)
            yield from self._of(each.condition)
            yield from _in_text(each.message)
        yield from rule.told

    def _asked(self, event: EventType) -> Iterator[Effect]:
        """What transitions and rules may ask besides the event itself."""
        for transition in self._policy.transitions:
            yield from transition.effects if event.id in transition.on else ()
        for rule in self._policy.rules:
            yield from rule.effects if event.id in rule.on else ()

    def _resets(self, event: EventType, moves: Moves) -> Iterator[Read]:
        for timer in self._policy.timers:
            for trigger in timer.reset:
                if _may_pull(trigger, event.id, moves):
                    yield from self._of(trigger.when)

    def _may_judge(self, terms: Terms, event: EventType, moves: Moves) -> bool:
        """Whether an event may begin or judge anew a clock of a commitment."""
        commitment, changed = terms.commitment, {each.fact for each in event.sets}
        begins = any(_may_pull(trigger, event.id, moves) for trigger in commitment.start)
        goes_on = commitment.rhythm is not None and any(_may_pull(each, event.id, moves) for each in commitment.stop)
        judges = commitment.on_reopen == "new-cycle" or (commitment.on_reopen == "resume" and terms.on_change != "keep")
        core_of = self._plan.core_of
        returns = judges and any(
            origin is not None and is_reopening(core_of[origin], core_of[state]) for origin, state in moves
        )
        known = bool(changed.intersection(terms.follows)) or bool(terms.corrected.intersection(event.corrects))
        return begins or goes_on or returns or known

    def _judged(self, terms: Terms) -> Iterator[Read]:
        """What a clock reads when it is promised something."""
        yield "severity"
        for name in (*terms.reads, *terms.awaited, *terms.told, *terms.fixed):
            yield from self._with_columns(name)
        for each in terms.commitment.conditions:  # of plugins
            yield from self._of(each)
        for start in terms.commitment.start if terms.remembers else ():
            yield from self._of(start.when)

    def _fixed(self, terms: Terms) -> Iterator[Read]:
        """What a clock reads that began before all was known: names of time as they were then, not as they are.

        Why nothing is promised after all, where that is so, is asked of what is now.
        """
        now = {_name(each) for each in self._of(terms.commitment.when)}
        yield from (each for each in self._judged(terms) if _name(each) in now or not is_of_time(_name(each)))

    def _of_triggers(self, triggers: Iterable[Trigger]) -> Iterator[Read]:
        for trigger in triggers:
            yield from self._of(trigger.when)
            yield from (trigger.at.name,) if trigger.at is not None else ()

    def _of_settings(self, settings: Iterable[Setting]) -> Iterator[Read]:
        for setting in settings:
            for case in setting.cases:
                yield from self._of(case.when)
                if isinstance(case.value, Reference | Addition):
                    yield from self._with_columns(case.value.name)

    def _of_effects(self, effects: Iterable[Effect]) -> Iterator[Read]:
        for effect in effects:
            yield from self._of(effect.when)
            yield from self._shown(effect)

    def _shown(self, effect: Effect) -> Iterator[str]:
        yield from (name for name in _in_text(effect.about) if not self._told_later(name))
        yield from (effect.count,) if isinstance(effect.count, str) else ()

    def _charged(self, event: str) -> Iterator[Read]:
        for charge in self._policy.charges:
            if event in charge.on:
                yield from ("actor", "actor-id")
                yield from self._of(charge.when)
                yield from self._of_amount(charge)

    def _of_amount(self, charge: Charge) -> Iterator[str]:
        amount = None if charge.rating is None else charge.rating.amount
        if isinstance(amount, NamedAmount):
            yield amount.name
        elif isinstance(amount, ParameterAmount):
            yield from self._schedule.column_names(amount.parameter, amount.by)
        elif isinstance(amount, WorkedAmount):
            yield from (amount.since, amount.until)

    def _of(self, condition: Condition | None) -> Iterator[Read]:
        """What a condition reads, and what chooses the columns of parameters and decides the answers of plugins."""
        if condition is None:
            return
        for each in atoms(condition):
            if isinstance(each, Atom) and isinstance(each.operand, Ref):
                yield from (*self._with_columns(each.name), *self._with_columns(each.operand.name))
            elif isinstance(each, Atom):
                yield each
                yield from self._columns(each.name)
        for hook in hooks_read(condition):
            yield f"hook.{hook}"
            plugin = self._plugins.get(hook)
            for name in () if plugin is None else plugin.reads:
                yield from self._with_columns(name)

    def _with_columns(self, name: str) -> Iterator[str]:
        yield name
        yield from self._columns(name)

    def _columns(self, name: str) -> Iterator[str]:
        """What chooses the column of a parameter that is asked for by its name."""
        family, _, parameter = name.partition(".")
        if family == "parameter" and parameter in self._policy.parameters:
            yield from self._schedule.column_names(parameter)

    def _told_before(self, event: EventType, read: set[Read]) -> set[str]:
        """The names by which one can tell what these hold, before the event as well as after it."""
        names = {*map(_name, read)}
        found = set(names)
        for setting in event.sets:
            if setting.fact in names:
                found.update(map(_name, self._of_settings((setting,))))
        found.update(name.removeprefix("before.") for name in names if name.startswith("before."))
        found.update(SAID_BY_THE_OPENING[name] for name in names if name in SAID_BY_THE_OPENING)
        return found


def _name(read: Read) -> str:
    return read.name if isinstance(read, Atom) else read


def _only_compared(read: Iterable[Read]) -> Mapping[str, frozenset[Atom]]:
    """The names that are read in comparisons with constants alone, with these."""
    every = frozenset(read)
    whole = {each for each in every if isinstance(each, str)}
    whole |= {name.removeprefix("before.") for name in map(_name, every) if name.startswith("before.")}
    names = {*map(_name, every)} - whole
    return {name: frozenset(each for each in every if isinstance(each, Atom) and each.name == name) for name in names}


def _pulled(commitment: Commitment, event: str, moves: Moves) -> Iterator[Trigger]:
    return (trigger for trigger in commitment.triggers if _may_pull(trigger, event, moves))


def _may_pull(trigger: Trigger, event: str, moves: Moves) -> bool:
    return event in trigger.on or any(pulls(trigger, event, origin, state) for origin, state in moves)


def _followed(terms: Terms) -> Iterator[str]:
    """What a clock follows, and how that is asked for as it was."""
    for name in terms.follows:
        yield from (name, f"before.{name}")


def _in_text(wording: Wording) -> Iterator[str]:
    for _, text in wording.texts:
        yield from names_in(text)
