"""Readings: what a decision rests on, in words - reasons, the facts that decided, what a clause says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from upheld.core.condition.domain import Held, Scalar
from upheld.core.lifecycle.explanation import where
from upheld.core.policy.commitment import Commitment
from upheld.core.record.reason import Reason, Told
from upheld.show.page.blocks import Cited, Line, code, line, strong
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View

_SPOKEN: Final = {
    "contract": "story.contract",
    "actor": "story.actor",
    "flagged": "story.flagged-before",
    "billed-by": "story.billed-by",
}
"""Names that stand in sentences everywhere else, with what a reader calls them."""


def named(view: View, commitment: Commitment, cycle: int) -> str:
    """A clock's name: its commitment's, and which cycle it is where there may be several."""
    name = view.naming.name(commitment)
    return view.say("story.cycle", name=name, cycle=cycle) if cycle > 1 else name


def held(view: View, name: str, value: Held, events: tuple[str, ...] = ()) -> str:
    """What a name holds."""
    subjects = Subjects(view.naming, events)
    one: tuple[Scalar, ...] = () if value is None or isinstance(value, frozenset) else (value,)
    values = sorted(value, key=str) if isinstance(value, frozenset) else one
    family = name.partition(".")[0] if "." in name else ""
    if family == "opening-left":
        told = [view.locale.seconds(int(each)) for each in values]
    elif family == "day":
        told = [view.locale.weekday(str(each)) for each in values]
    elif family == "opening":
        told = [view.say(f"story.is-{each}") for each in values]
    elif name == "billed-by":
        told = [view.naming.among(view.policy.charges, str(each)) for each in values]
    elif view.anonymous and subjects.is_typed(name):
        told = [view.say("story.left-out") for _ in values[:1]]
    else:
        told = [subjects.value(name, each) for each in values]
    return view.locale.listed(told) or view.say("story.nothing")


def told(view: View, each: Told) -> str:
    """The message of a refusal or a remark; where people are left out, what it means, without what was filled in."""
    if not view.anonymous:
        return view.locale.tidy(each.text(view.language))
    rule = next((rule for rule in view.policy.rules if rule.id == each.rule), None)
    if rule is not None and rule.message:
        return view.quote(rule.message)
    return view.say("replay.code.no-rule" if each.code == "rule" else f"replay.code.{each.code}")


def facts(view: View, pairs: Iterable[tuple[str, Held]], events: tuple[str, ...] = ()) -> str:
    """The facts that decided: ``Severity: High; State: Open``."""
    subjects, asked = Subjects(view.naming, events), dict(pairs)
    told = []
    for name, value in asked.items():
        subject = subject_of(view, subjects, name)
        if f"event.{name}" in asked:  # a field called like the fact that it is compared with
            subject = view.say("of-ticket", name=subject)
        told.append(view.say("compared", subject=subject, what=held(view, name, value, events)))
    return view.say("then").join(told)


def subject_of(view: View, subjects: Subjects, name: str) -> str:
    """What a name is called; of a family that asks a calendar, with the calendar."""
    family, _, calendar = name.partition(".")
    if family in ("opening", "opening-left", "day") and calendar:
        return view.say(f"story.{family}", calendar=view.locale.quoted(view.naming.calendar(calendar)))
    if family == "parameter" and calendar:
        return view.locale.quoted(view.naming.among(view.policy.parameters, calendar))
    if name in _SPOKEN:
        return view.say(_SPOKEN[name])
    return subjects.name(name)


def reason(view: View, each: Reason, events: tuple[str, ...] = ()) -> Line:
    """One line: what it is, what it asked, what it found, what it cites, and where in the policy it stands."""
    name = view.locale.quoted(_part(view, each, events))
    stance = view.say(f"reason.{each.kind}.{'for' if each.holds else 'against'}", name=name)
    stance += _asked(view, each, events)
    found = facts(view, each.facts, events)
    stance += view.say("story.found", facts=found) if found else ""
    return line(stance, Cited(each.clauses, each.assumptions), " " if each.where else None, code(each.where))


def _part(view: View, each: Reason, events: tuple[str, ...]) -> str:
    """What readers call the part of the policy; a rule has no name but its id."""
    naming, policy = view.naming, view.policy
    match each.kind:
        case "event":
            return naming.event(each.id)
        case "role":
            return naming.role(each.id)
        case "channel":
            return naming.channel(each.id)
        case "field":
            return Subjects(naming, events).name(f"event.{each.id}")
        case "fact":
            return Subjects(naming, events).name(each.id)
        case "timer":
            return naming.among(policy.timers, each.id)
        case "charge":
            return naming.among(policy.charges, each.id)
        case "transition":
            found = next((move for move in policy.transitions if move.id == each.id), None)
            return each.id if found is None else naming.transition(found)
        case _:
            return each.id


def _asked(view: View, each: Reason, events: tuple[str, ...]) -> str:
    """What a part of the policy asked for in vain: another state, a condition."""
    if each.holds:
        return ""
    if each.kind == "transition":
        found = dict(each.facts)
        for transition in view.policy.transitions:
            elsewhere = "state" in found and found["state"] not in transition.origins
            if transition.id == each.id and not transition.opens and elsewhere:
                return view.say("story.leads-from", states=view.naming.states(transition.origins))
            if transition.id == each.id and transition.when is not None:
                condition = view.circumstances.on(transition.on).text(transition.when)
                return view.say("only-when", condition=condition)
    if each.kind == "rule":
        rule = next((rule for rule in view.policy.rules if rule.id == each.id), None)
        for required in rule.requires if rule is not None else ():
            if where(required) == each.where:
                return view.say("story.requires", condition=view.circumstances.on(events).text(required.condition))
    return ""


def says(view: View, clauses: Iterable[str], assumptions: Iterable[str] = ()) -> tuple[Line, ...]:
    """What clauses and assumptions say, to stand below what they decided."""
    naming, policy = view.naming, view.policy
    told = [line(strong(name), " ", naming.text(policy.clauses[name].says)) for name in clauses]
    told += [line(strong(f"≈{name}"), " ", naming.text(policy.assumptions[name].says)) for name in assumptions]
    return tuple(told)
