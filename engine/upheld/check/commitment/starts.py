"""Starts: whether a clock can begin, and what becomes of one on the very record that begins it.

A condition of a start is read after what its event sets: `severity` is then the new
one, and `before.severity` the old. One that compares the two by mistake never holds, and
nobody would miss the promise. On one record stops come before starts, but what it enters
ends the clock that it begins.

Source: DESIGN section 3, steps 6 and 7.
"""

from __future__ import annotations

from collections.abc import Sequence

from upheld.check.inspection import Inspection
from upheld.core.condition.condition import ALWAYS, NEVER, All, Any, Atom, Condition, Not, has_hook, names_read, renamed
from upheld.core.condition.scope import Scope
from upheld.core.nearest import listed, quoted
from upheld.core.policy.commitment import Commitment, Trigger
from upheld.core.policy.event_type import Reference
from upheld.core.proof.questions import Space


def check_starts(inspection: Inspection) -> None:
    """Starts that never begin a clock, and those that stop what they begin, or begin what they stop."""
    for commitment in inspection.policy.commitments:
        for start in commitment.start:
            if not _never_begins(inspection, commitment, start):
                _never_applies(inspection, commitment, start)
            for stop in commitment.stop:
                if not inspection.unreadable(start.when) and not inspection.unreadable(stop.when):
                    _stops_and_starts(inspection, commitment, start, stop)
                    _stops_at_once(inspection, commitment, start, stop)


def _never_begins(inspection: Inspection, commitment: Commitment, start: Trigger) -> bool:
    """A condition that fails on every one of the start's events, once each has set its facts; whether it is one."""
    if start.when is None or not _fails_afterwards(inspection, start, (start.when,)):
        return False
    facts = {name: None for event in start.on for name in _taken(inspection, event, [start.when])[1]}
    message = (
        f"`{commitment.id}` never begins: {listed(start.on)} sets {listed(facts)} first, and this is read afterwards"
    )
    hint = f"write {listed(f'before.{name}' for name in facts)} where the old value is meant"
    inspection.report("UP403", (*start.path, "when"), message, hint, key=True)
    return True


def _never_applies(inspection: Inspection, commitment: Commitment, start: Trigger) -> None:
    """A start whose condition and that of the commitment exclude one another, though each may hold.

    As far as the latter is judged there: while a fact that it reads is not set, the clock waits, and may begin later.
    """
    if start.when is None or commitment.when is None or not start.on:
        return
    facts = [name for name in names_read(commitment.when) if name in inspection.vocabulary.facts]
    waits = All((start.when, Any(tuple(Not(Atom(name, "set")) for name in facts))))
    if _fails_afterwards(inspection, start, (start.when, commitment.when), waits):
        message = f"`{commitment.id}` never begins so: where this holds, its own `when` does not"
        hint = "let both hold for the same tickets, or leave this start out"
        inspection.report("UP403", (*start.path, "when"), message, hint, key=True)


def _fails_afterwards(
    inspection: Inspection, start: Trigger, parts: Sequence[Condition], other: Condition = NEVER
) -> bool:
    """Whether conditions, of which each may hold, never do together once an event of the start has set its facts.

    Nor does an ``other`` condition, under which nothing is said.
    """
    events, both = start.on, All((*parts,)) if len(parts) > 1 else parts[0]
    if not events or has_hook(both) or inspection.unreadable(both):
        return False
    if any(event not in inspection.policy.events for event in events):
        return False
    for event in events:
        scope, taken = _taken(inspection, event, parts)
        if any(Space(scope, [each]).never(0) for each in parts):
            return False
        after = [_afterwards(each, taken) for each in (both, other)]
        if not (Space(scope, after).never(0) and Space(scope, after).never(1)):
            return False
    return True


def _taken(inspection: Inspection, event: str, conditions: Sequence[Condition]) -> tuple[Scope, dict[str, str]]:
    """The facts that an event sets to what a field of its data holds, with the field; both may hold the same."""
    scope, found = inspection.vocabulary.on_event(event, [*conditions]), {}
    for setting in inspection.policy.events[event].sets:
        case = setting.cases[0]
        if len(setting.cases) == 1 and case.when is None and isinstance(case.value, Reference):
            field = case.value.name
            alike = (
                setting.fact in scope and field in scope and scope[field].required() == scope[setting.fact].required()
            )
            if alike and field.startswith("event."):
                found[setting.fact] = field
    return scope, found


def _afterwards(condition: Condition, taken: dict[str, str]) -> Condition:
    """The condition as it is read once facts were taken from the event's data; what that lacks changes none."""
    for fact, field in taken.items():
        brought = Atom(field, "set")
        condition = Any((All((brought, renamed(condition, {fact: field}))), All((Not(brought), condition))))
    return condition


def _stops_and_starts(inspection: Inspection, commitment: Commitment, start: Trigger, stop: Trigger) -> None:
    """Stops are looked at before starts: what is both leaves the clock that it begins running; a rhythm is so."""
    if commitment.rhythm is not None:
        return
    for event in sorted(set(start.on) & set(stop.on)):
        conditions = [start.when or ALWAYS, stop.when or ALWAYS]
        answer = Space(inspection.vocabulary.on_event(event, conditions), conditions).overlap(0, 1)
        if answer.example is not None:
            message = (
                f"one `{event}` both stops and starts `{commitment.id}`: it stops first, and the new clock runs on"
            )
            hint = "let the conditions of start and stop exclude one another"
            if commitment.cycles == "many" and start.when == stop.when:
                of = f"commitments/{commitment.id}"
                waiver = f"- {{waive: UP504, of: {of}, reason: each {event} begins the time anew}}"
                hint = f"if that is what is promised, say so under `checks:` with `{waiver}`; else {hint}"
            example = {"event": event, **answer.example.shown}
            inspection.report("UP504", stop.path, message, hint, example=example)


def _stops_at_once(inspection: Inspection, commitment: Commitment, start: Trigger, stop: Trigger) -> None:
    """One move that both begins a clock and enters what stops it."""
    both = sorted(set(start.enters) & set(stop.enters))
    if not both:
        return
    conditions = [start.when or ALWAYS, stop.when or ALWAYS]
    scope = inspection.vocabulary.covering(inspection.vocabulary.any_move, conditions)
    answer = Space(scope, conditions).overlap(0, 1)
    if answer.example is not None:
        message = f"entering {quoted(both[0])} both starts and stops `{commitment.id}`, which is then upheld at once"
        hint = "stop it where the promise is fulfilled, or let the conditions of start and stop exclude one another"
        inspection.report("UP525", stop.path, message, hint, example={"state": both[0], **answer.example.shown})
