"""References: whether what `{ref: NAME}` names can be read where it stands, and holds what is needed there.

A fact that takes its value from a field of an event has to be able to hold every value
of the field: else a ticket would come to hold what no condition was checked for.

Source: DESIGN section 5, "Conditions"; section 3, step 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from upheld.check.inspection import Inspection
from upheld.core.condition.domain import Domain, Many, OneOf, Text
from upheld.core.condition.ordered import Integer
from upheld.core.condition.scope import Scope
from upheld.core.nearest import listed, quoted
from upheld.core.policy.event_type import Addition, Effect, EventType, Reference
from upheld.core.policy.provenance import Path
from upheld.loader.parts import mapping


def check_references(inspection: Inspection) -> None:
    """Settings, levels wanted and counts that are taken from a name."""
    for event in inspection.policy.events.values():
        scope = inspection.vocabulary.on_setting(event.id)
        for setting in event.sets:
            for case in setting.cases:
                if isinstance(case.value, Reference | Addition) and not _is_unclear(inspection, event, case.value.name):
                    path = (*case.path, "is") if case.path != setting.path else case.path
                    _taken(inspection, path, setting.fact, case.value, scope)
    for escalation in inspection.policy.escalation:
        if escalation.wanted is not None:
            scope = inspection.vocabulary.on_events(escalation.on)
            _number(inspection, (*escalation.path, "to", "ref"), escalation.wanted.name, scope)
    for effect, scope in effects(inspection):
        if isinstance(effect.count, str):
            _number(inspection, (*effect.path, "count", "ref"), effect.count, scope)


def _is_unclear(inspection: Inspection, event: EventType, name: str) -> bool:
    """Whether a field of the event is named that does not say what it holds, which is a finding of its own."""
    field = event.fields.get(name.removeprefix("event."))
    if field is None:
        return False
    return inspection.vocabulary.field_domain(field.id, mapping(inspection.value(field.path))) is None


def effects(inspection: Inspection) -> Iterator[tuple[Effect, Scope]]:
    """Every effect, with the names that it can read."""
    policy, vocabulary = inspection.policy, inspection.vocabulary
    for event in policy.events.values():
        yield from ((effect, vocabulary.on_events([event.id])) for effect in event.effects)
    for transition in policy.transitions:
        yield from ((effect, vocabulary.on_events(transition.on)) for effect in transition.effects)
    for rule in policy.rules:
        yield from ((effect, vocabulary.on_events(rule.on)) for effect in rule.effects)
    for timer in policy.timers:
        yield from ((effect, vocabulary.ticket) for effect in timer.effects)


def readable(inspection: Inspection, path: Path, name: str, scope: Scope) -> Domain | None:
    """What a name holds that is read at ``path``; one that cannot be read there is reported."""
    if name not in scope:
        message = f"{quoted(name)} is not a name that can be read here"
        inspection.report("UP204", path, message, inspection.vocabulary.whereabouts(name) or scope.advice(name))
        return None
    return scope[name]


def _number(inspection: Inspection, path: Path, name: str, scope: Scope) -> None:
    domain = readable(inspection, path, name, scope)
    if domain is not None and not isinstance(domain, Integer):
        inspection.report("UP605", path, f"{quoted(name)} holds no whole number", "name a field with `integer: true`")


def _taken(inspection: Inspection, path: Path, fact: str, value: Reference | Addition, scope: Scope) -> None:
    """A fact takes its value from a name: it must be able to hold whatever that holds."""
    target = inspection.vocabulary.facts.get(fact)
    key = "ref" if isinstance(value, Reference) else "add"
    written = inspection.value(path)
    source = readable(inspection, path if isinstance(written, str) else (*path, key), value.name, scope)
    if source is None or target is None:
        return
    if isinstance(value, Addition) and not isinstance(target, Many):
        message = f"fact `{fact}` holds one value, so nothing can be added to it"
        inspection.report(
            "UP209", (*path, "add"), message, "write `ref:`, or declare the fact with `many: true`", key=True
        )
        return
    adding = isinstance(value, Addition) and isinstance(source, Many)
    problem = _misfit(source.of if adding else source, target.of if isinstance(value, Addition) else target)  # type: ignore[attr-defined]  # a set, as just asked
    if problem:
        message = f"`{value.name}` {problem}, and fact `{fact}` cannot"
        inspection.report("UP209", path, message, "give both the same values: a field named as a fact has the fact's")


def _misfit(source: Domain, target: Domain) -> str:
    """What ``source`` can hold and ``target`` cannot, as the end of a sentence; ``""`` where everything fits."""
    if isinstance(source, Many) or isinstance(target, Many):
        if not (isinstance(source, Many) and isinstance(target, Many)):
            return "holds several values" if isinstance(source, Many) else "holds one value alone"
        return _misfit(source.of, target.of)
    if isinstance(target, OneOf):
        return _words(source, target)
    if isinstance(target, Text):
        return "" if isinstance(source, Text | OneOf) else "holds no text"
    if type(source) is not type(target):
        return "holds values of another kind"
    if isinstance(source, Integer) and isinstance(target, Integer):
        return _range(source, target)
    return ""


def _words(source: Domain, target: OneOf) -> str:
    if not isinstance(source, OneOf):
        return "can hold any text" if isinstance(source, Text) else "holds values of another kind"
    foreign = [word for word in source.values if word not in target.values]
    return f"can be {listed(foreign)}" if foreign else ""


def _range(source: Integer, target: Integer) -> str:
    if target.low is not None and (source.low is None or source.low < target.low):
        return f"can be below `{target.low}`"
    if target.high is not None and (source.high is None or source.high > target.high):
        return f"can be above `{target.high}`"
    return ""
