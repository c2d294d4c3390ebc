"""Values: whether facts and fields can hold what they are given, and which facts events set."""

from __future__ import annotations

from upheld.check.inspection import Inspection, meant
from upheld.core.condition.domain import Wrong
from upheld.core.nearest import quoted
from upheld.loader.kinds import domain_of
from upheld.loader.parts import mapping


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
        for setting in event.sets:
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
    ever_set = {setting.fact for event in inspection.policy.events.values() for setting in event.sets}
    for event in inspection.policy.events.values():
        for setting in event.sets:
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
