"""Handling: through whom a ticket is escalated, in which order tickets are worked on, and what always holds."""

from __future__ import annotations

from collections.abc import Iterator

from upheld.core.policy.handling import Closure, Escalation, Invariant, QueueLine
from upheld.show.page.blocks import Block, Bullet, Bullets, Line, Paragraph, bullets, line, section, strong
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View


def handling(view: View) -> Iterator[Block]:
    """Escalation, order of work, guarantees."""
    escalation = [block for each in view.policy.escalation for block in _escalation(view, each)]
    yield from section(view.say("escalation"), escalation)
    order = bullets((order_line(view, each) for each in view.policy.queue), numbered=True)
    yield from section(view.say("order-of-work"), order)
    yield from section(view.say("guarantees"), bullets(_guarantee(view, each) for each in view.policy.invariants))


def _escalation(view: View, escalation: Escalation) -> Iterator[Block]:
    events = view.naming.events(escalation.on)
    asked = ""
    if escalation.wanted is not None:
        name = view.circumstances.on(escalation.on).subject(escalation.wanted.name)
        asked = view.say("level-asked", name=view.locale.quoted(name))
    when = view.only_when(escalation.when, escalation.on)
    by = view.say("escalated", events=events) if escalation.on else view.say("escalated-by-itself")
    yield Paragraph(line(by, asked, when, escalation))
    levels = [line(strong(view.naming.text(label) or name)) for name, label in escalation.levels]
    yield Bullets(tuple(Bullet(level) for level in levels), numbered=True)


def order_line(view: View, criterion: QueueLine) -> Line:
    """What one line of the queue puts first."""
    if not criterion.by:
        return line(_first(view, criterion), criterion)
    if criterion.by == "received":
        return line(view.say("by-received"), criterion)
    if criterion.by == "severity":
        return line(view.of_severity("by-severity"), criterion)
    subjects = Subjects(view.naming)
    values = [subjects.value(criterion.by, value) for value in criterion.order]
    name = view.locale.quoted(subjects.name(criterion.by))
    return line(view.say("by-fact" if values else "by-fact-alone", name=name, values=", ".join(values)), criterion)


def _first(view: View, criterion: QueueLine) -> str:
    conditions = []
    if criterion.first is not None:
        conditions.append(view.circumstances.text(criterion.first))
    if criterion.closure is not None:
        conditions.append(told_closure(view, criterion.closure))
    return view.say("come-first", condition=view.locale.listed(conditions))


def told_closure(view: View, closure: Closure) -> str:
    """Received in which closed time, as it follows "those"."""
    calendar = view.locale.quoted(view.naming.calendar(closure.calendar))
    if not closure.holding:
        return view.say("in-last-closure", calendar=calendar)
    return view.say("in-last-closure-holding", calendar=calendar, day=view.locale.weekday(closure.holding))


def _guarantee(view: View, invariant: Invariant) -> Line:
    passes = view.naming.quoted(dict.fromkeys(_passed(view, name) for name in invariant.passes))
    return line(view.say("guaranteed", states=view.naming.states(invariant.ends), passes=passes), invariant)


def _passed(view: View, name: str) -> str:
    """What a path passes: a transition, a timer or a state."""
    for transition in view.policy.transitions:
        if transition.id == name:
            return view.naming.transition(transition)
    for timer in view.policy.timers:
        if timer.id == name:
            return view.naming.name(timer)
    return view.naming.state(name)
