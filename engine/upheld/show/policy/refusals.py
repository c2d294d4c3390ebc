"""Refusals: what is not accepted, and what is accepted with a remark."""

from __future__ import annotations

from collections.abc import Iterator

from upheld.core.condition.condition import Condition
from upheld.core.policy.rule import Requirement, Rule
from upheld.core.policy.wording import Wording
from upheld.show.page.blocks import Block, Bullet, Bullets, Line, line, section
from upheld.show.words.circumstance import Circumstances
from upheld.show.words.view import View

MOST_EVENTS = 3
"""So many events begin a line; more of them stand below it."""

MOST_CONDITIONS = 2
"""The same of conditions that an event has to meet."""


def refusals(view: View) -> Iterator[Block]:
    """The rules, and the facts that nothing may change."""
    fixed = [fact for fact in view.policy.facts.values() if fact.immutable]
    items = [_rule(view, rule) for rule in view.policy.rules if rule.verdict == "refuse"]
    items += [Bullet(view.named(view.naming.name(fact), view.say("never-changes"), fact)) for fact in fixed]
    yield from section(view.say("refused"), [Bullets(tuple(items))] if items else [])
    flags = tuple(_rule(view, rule) for rule in view.policy.rules if rule.verdict == "flag")
    yield from section(view.say("remarked"), [Bullets(flags)] if flags else [])


def _rule(view: View, rule: Rule) -> Bullet:
    name, below = _events(view, rule)
    on = view.circumstances.on(rule.on)
    unless = ""
    if not all(map(_is_bare, rule.requires)):
        below += [_requirement(view, on, each) for each in rule.requires]
    elif len(rule.requires) > MOST_CONDITIONS:
        unless = view.say("rule-unless-all")
        below += [line(on.text(each.condition)) for each in rule.requires]
    elif rule.requires:
        conditions = [on.text(each.condition, nested=len(rule.requires) > 1) for each in rule.requires]
        unless = view.say("rule-unless", condition=view.locale.listed(conditions))
    below += [view.effect(effect, rule.on) for effect in rule.effects]
    told = _told(view, rule.message, on, rule.when, unless)
    return Bullet(
        view.named(name, told or (not below and view.say(f"{rule.verdict}-always")) or "", rule), tuple(below)
    )


def _told(view: View, message: Wording, on: Circumstances, when: Condition | None, unless: str) -> str:
    """What is told, when, and unless what."""
    told = [view.quote(message, on)] if message else []
    if when is not None:
        told.append(view.say("rule-when", condition=on.text(when)))
    if unless:
        told.append(unless)
    return view.say("then").join(told)


def _events(view: View, rule: Rule) -> tuple[str, list[Line]]:
    """The events that a rule looks at, for the head of its line and, where they are many, for one below it."""
    others = [event for event in view.policy.events if event not in rule.on]
    if not others:
        return view.say("any-event"), []
    if len(rule.on) <= MOST_EVENTS:
        return view.locale.listed([view.naming.event(event) for event in rule.on], "or"), []
    if len(others) <= MOST_EVENTS:
        return view.say("any-event-but", events=view.naming.events(others, "and")), []
    return view.say("several-events"), [view.titled("on-events", view.naming.events(rule.on, "and"))]


def _is_bare(requirement: Requirement) -> bool:
    """Whether it says nothing of its own besides its condition."""
    return requirement.when is None and not requirement.message and not requirement.grounded


def _requirement(view: View, on: Circumstances, requirement: Requirement) -> Line:
    unless = view.say("rule-unless", condition=on.text(requirement.condition))
    return line(_told(view, requirement.message, on, requirement.when, unless), requirement)
