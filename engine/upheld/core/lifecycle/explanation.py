"""Explanations: what had a say in a decision, and on which facts, worked out when asked.

While it decides, the engine keeps references alone: the plan of the event, the two
moments, what was taken and what struck. From them everything can be told afterwards,
since conditions are pure: they are simply asked again, this time with their reasons.

Source: DESIGN section 3, "Reasons are references until somebody asks for their text".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from upheld.core.condition.condition import Condition, Lookup, explain
from upheld.core.condition.domain import Held
from upheld.core.lifecycle.moment import Moment
from upheld.core.lifecycle.plan import EventPlan, RulePlan
from upheld.core.policy.event_type import SettingCase
from upheld.core.policy.handling import Escalation
from upheld.core.policy.lifecycle import Transition
from upheld.core.policy.provenance import Grounds, Item
from upheld.core.policy.rule import Channel, Requirement
from upheld.core.policy.wording import Wording
from upheld.core.record.message import Message, in_french
from upheld.core.record.reason import Reason, ReasonKind

Strike = tuple[RulePlan, tuple[Requirement, ...]]
"""A rule that strikes, with the requirements that failed; none where it strikes by its condition alone."""


class Course(NamedTuple):
    """How an event was accepted, as references.

    Attributes:
        plan: That of the event.
        before: The moment before it.
        channel: The channel it had to come by, and did; ``None`` where none was asked for.
        transition: The one taken, if any.
        strikes: The rules that flagged it.
        cases: The settings that applied: the fact and the case.
        escalation: The levels it went up in, if any.
        days: What the policy says of the days on which it applies, where this is one of them.
        known: Its assumptions, each once, where they were worked out.
    """

    plan: EventPlan
    before: Moment
    channel: Channel | None
    transition: Transition | None
    strikes: list[Strike]
    cases: list[tuple[str, SettingCase]]
    escalation: Escalation | None
    days: Grounds | None = None
    known: dict[str, None] | None = None

    def reasons(self) -> tuple[Reason, ...]:
        """Everything that had a say, in the order in which it was asked."""
        lookup = self.before.__getitem__
        found = [] if self.days is None else [plainly("effective", self.days, name="effective")]
        found.append(plainly("event", self.plan.type))
        if self.channel is not None:
            found.append(reason("channel", self.channel, (self.channel.when,), lookup))
        struck = {strike[0].rule.id: strike for strike in self.strikes}
        for rule in self.plan.rules:
            if rule.rule.id in struck:
                found.extend(why_struck(struck[rule.rule.id], self.before))
            elif rule.when is None or rule.when(lookup):
                found.append(kept(rule, lookup))
        if self.transition is not None:
            found.append(reason("transition", self.transition, (self.transition.when,), lookup))
        for fact, case in self.cases:
            found.append(reason("fact", case, (case.when,), lookup, name=fact))
        if self.escalation is not None:
            found.append(reason("escalation", self.escalation, (self.escalation.when,), lookup, name="escalation"))
        return tuple(found)

    def assumed(self) -> tuple[str, ...]:
        """The assumptions of everything that had a say, some perhaps twice; a rule that did not look had none."""
        if self.known is not None:
            return tuple(self.known)
        plan, _, channel, transition, strikes, cases, escalation, days, _ = self
        found = plan.type.assumes
        if channel is not None:
            found += channel.assumes
        if transition is not None:
            found += transition.assumes
        if escalation is not None:
            found += escalation.assumes
        if days is not None:
            found += days.assumes
        for _, case in cases:
            found += case.assumes
        for rule, failed in strikes:
            for struck in (rule.rule, *failed):
                found += struck.assumes
        lookup = self.before.__getitem__
        for rule in plan.assuming:
            if rule.when is None or rule.when(lookup):
                for asked in (rule.rule, *asked_of(rule, lookup)):
                    found += asked.assumes
        return found

    def against(self) -> tuple[Reason, ...]:
        """The transitions on this event that were not taken, each with the facts it failed on."""
        return transitions_not_taken(self.plan, self.transition, self.before)


def reason(
    kind: ReasonKind,
    part: Grounds,
    conditions: Iterable[Condition | None],
    lookup: Lookup,
    *,
    holds: bool = True,
    name: str = "",
) -> Reason:
    """What a part of the policy had to say, with the facts that its conditions looked at.

    Args:
        name: What it is called; its own id, where it has one.
    """
    facts: dict[str, Held] = {}
    for condition in conditions:
        if condition is not None:
            facts.update(explain(condition, lookup).facts)
    return _reason(kind, part, holds, facts, name)


def asked_of(rule: RulePlan, lookup: Lookup) -> list[Requirement]:
    """What a rule requires of this event."""
    return [each for when, _, each in rule.requires if when is None or when(lookup)]


def kept(rule: RulePlan, lookup: Lookup) -> Reason:
    """A rule that looked and found nothing against the event: it rests on all that it required."""
    asked = asked_of(rule, lookup)
    why = reason("rule", rule.rule, (rule.rule.when, *(each.condition for each in asked)), lookup)
    clauses = (*why.clauses, *(clause for each in asked for clause in each.clauses))
    assumptions = (*why.assumptions, *(name for each in asked for name in each.assumes))
    return replace(why, clauses=tuple(dict.fromkeys(clauses)), assumptions=tuple(dict.fromkeys(assumptions)))


def plainly(
    kind: ReasonKind, part: Grounds, *, holds: bool = True, facts: Iterable[tuple[str, Held]] = (), name: str = ""
) -> Reason:
    """What a part of the policy had to say that asks no condition."""
    return _reason(kind, part, holds, dict(facts), name)


def _reason(kind: ReasonKind, part: Grounds, holds: bool, facts: dict[str, Held], name: str) -> Reason:
    name = part.id if isinstance(part, Item) and not name else name
    return Reason(kind, name, holds, tuple(facts.items()), part.clauses, part.assumes, where(part))


def where(part: Grounds) -> str:
    """``file:line`` of a part of the policy."""
    return f"{part.place.file}:{part.place.line}"


def tell_strike(strike: Strike, moment: Moment) -> Message:
    """The rule's message, then those of the requirements that failed; without any, the facts that decided."""
    rule = strike[0].rule
    wordings = tuple(wording for wording in (rule.message, *(each.message for each in strike[1])) if wording)
    if wordings:
        return Message(wordings, moment.shown)
    names = dict.fromkeys(name for why in why_struck(strike, moment) for name, _ in why.facts)
    event, labels = "" if moment.event is None else moment.event.event, moment.world.labels
    english = ", ".join(f"`{name}`: `{moment.shown(name, '')}`" for name in names)
    french = ", ".join(
        f"{in_french(name, labels.name(name, event))}\u00a0: {_in_french(moment, name)}" for name in names
    )
    facts = Message((Wording((("en", english), ("fr", french))),))
    return Message.from_catalogue("rule", rule=rule.id, facts=facts)


def _in_french(moment: Moment, name: str) -> str:
    plain, told = moment.shown(name, ""), moment.shown(name, "fr")
    return f"`{plain}`" if told == plain else f"«\u00a0{told}\u00a0»"


def why_struck(strike: Strike, moment: Moment) -> tuple[Reason, ...]:
    """Each requirement that failed, with the facts; the rule's own condition where it requires nothing."""
    lookup, rule = moment.__getitem__, strike[0].rule
    if not strike[1]:
        return (reason("rule", rule, (rule.when,), lookup, holds=False),)
    found = []
    for each in strike[1]:
        why = reason("rule", each, (rule.when, each.when, each.condition), lookup, holds=False, name=rule.id)
        clauses = tuple(dict.fromkeys((*rule.clauses, *each.clauses)))
        assumptions = tuple(dict.fromkeys((*rule.assumes, *each.assumes)))
        found.append(Reason("rule", rule.id, False, why.facts, clauses, assumptions, why.where))
    return tuple(found)


def transitions_not_taken(plan: EventPlan, taken: Transition | None, moment: Moment) -> tuple[Reason, ...]:
    """Why each other transition on this event was not taken: it leaves another state, or its condition failed."""
    lookup, state = moment.__getitem__, moment["state"]
    found = []
    for each in plan.transitions:
        if each is taken:
            continue
        starts_here = each.opens if state is None else state in each.origins
        if starts_here:
            found.append(reason("transition", each, (each.when,), lookup, holds=False))
        else:
            found.append(plainly("transition", each, holds=False, facts=(("state", state),)))
    return tuple(found)
