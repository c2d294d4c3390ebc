"""Values: whether facts and fields can hold what they are given, by itself or by a name.

A fact that takes its value from a field of an event (`{ref: NAME}`) has to be able to hold
every value of the field: else a ticket would come to hold what no condition was checked for.

Source: DESIGN section 5, "Conditions"; section 3, step 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from upheld.check.inspection import Inspection
from upheld.core.condition.domain import Domain, Many, OneOf, Text, Wrong
from upheld.core.condition.ordered import Integer
from upheld.core.condition.scope import Scope
from upheld.core.nearest import listed, meant, quoted
from upheld.core.policy.event_type import Addition, Effect, EventType, Reference
from upheld.core.policy.provenance import Path
from upheld.document.tree import mapping
from upheld.loader.vocabulary import domain_of


def check_values(inspection: Inspection) -> None:
    """Defaults and settings that do not fit, facts that are set undeclared or never set."""
    _values(inspection)
    _set_facts(inspection)


def _values(inspection: Inspection) -> None:
    """Defaults and settings that the fact or field cannot hold."""
    for fact in inspection.policy.facts.values():
        if domain_of(mapping(inspection.value(fact.path))) is not None:
            _hold(inspection, (*fact.path, "default"), fact.default, inspection.vocabulary.facts[fact.id], fact.id)
    for event in inspection.policy.events.values():
        for field in event.fields.values():
            _hold(inspection, (*field.path, "default"), field.default, field.domain, field.id)
    for setter in inspection.policy.setters():
        for setting in setter.sets:
            domain = inspection.vocabulary.facts.get(setting.fact)
            for case in setting.cases:
                path = (*case.path, "is") if case.path != setting.path else case.path
                if domain is not None and isinstance(case.value, (str, int, bool)):
                    _hold(inspection, path, case.value, domain, setting.fact)


def _hold(inspection: Inspection, path: tuple[str | int, ...], value: object, domain: object, name: str) -> None:
    if value is None:
        return
    wrong = domain.read(value, name)  # type: ignore[attr-defined]  # every domain reads
    if isinstance(wrong, Wrong):
        inspection.report("UP209", path, wrong.message, wrong.hint)


def _set_facts(inspection: Inspection) -> None:
    """Facts that events set must be declared; facts that nothing sets are never anything but their default."""
    known = {
        name: None for name in inspection.vocabulary.facts if name != "queue" or "queue" in inspection.policy.facts
    }
    settable = {**known, "queue": None}
    ever_set = {setting.fact for setter in inspection.policy.setters() for setting in setter.sets}
    for setter in inspection.policy.setters():
        for setting in setter.sets:
            if setting.fact not in settable:
                hint = meant(setting.fact, settable, "declare it under `facts:`")
                inspection.report("UP201", setting.path, f"fact {quoted(setting.fact)} is not declared", hint, key=True)
    if inspection.policy.severities and inspection.policy.events and "severity" not in ever_set:
        message = "severities are declared, and no event sets one: every promise by severity waits for ever"
        hint = "add `severity` to the `data:` and the `sets:` of an event"
        inspection.report("UP202", ("severities",), message, hint, key=True)
    for fact in inspection.policy.facts.values():
        if fact.id not in ever_set and fact.default is None:
            message = f"fact `{fact.id}` is declared, and no event sets it"
            inspection.report(
                "UP202", fact.path, message, "add it to the `sets:` of an event, or leave it out", key=True
            )


def check_references(inspection: Inspection) -> None:
    """Settings, levels wanted and counts that are taken from a name."""
    for event in inspection.policy.events.values():
        scope = inspection.vocabulary.on_setting(event.id)
        for setting in event.sets:
            for case in setting.cases:
                if isinstance(case.value, Reference | Addition) and not _is_unclear(inspection, event, case.value.name):
                    path = (*case.path, "is") if case.path != setting.path else case.path
                    _taken(inspection, path, setting.fact, case.value, scope)
    for timer in inspection.policy.timers:
        for setting in timer.sets:
            for case in setting.cases:
                if isinstance(case.value, Reference | Addition):
                    path = (*case.path, "is") if case.path != setting.path else case.path
                    _taken(inspection, path, setting.fact, case.value, inspection.vocabulary.ticket)
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
