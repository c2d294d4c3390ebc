"""Conditions and rules: whether each can hold and can fail, and each rule can strike.

A condition that never holds, or always does, is not what its author meant; nor is a
rule that an earlier refusal leaves nothing. Both are decided over what the names may
hold, and shown with an example ticket.

Nobody can look into a condition that a plugin decides (a hook), so nothing is proved about
it; but one that no plugin gives, or that finds nothing to read, is found before any ticket.

Source: DESIGN section 5, "Conditions" and "Checking".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from upheld.check.inspection import SIMPLER, Inspection
from upheld.core.condition.condition import All, Any, Condition, Not, has_hook, hooks_read, names_read
from upheld.core.nearest import listed, meant, quoted
from upheld.core.policy.provenance import Path
from upheld.core.policy.rule import Rule
from upheld.core.proof.questions import Answer, Space
from upheld.loader.draft import Reading


@dataclass(frozen=True, slots=True)
class Silence:
    """Why a rule says nothing on an event: the refusals that come first, none where it never strikes at all."""

    by: tuple[str, ...]
    example: Mapping[str, str]


CONSTANT = {
    "UP403": ("this condition never holds", "compare its parts: they contradict one another"),
    "UP404": ("this condition always holds", "leave it out, or say what was meant"),
    "UP407": ("this condition is too intricate to be checked", SIMPLER),
}
"""What is said of a condition that does not tell tickets apart, and what to do."""


def check_conditions(inspection: Inspection, readings: Sequence[Reading]) -> None:
    """What always or never holds, and rules that never strike."""
    by_scope: dict[int, list[Reading]] = {}
    for reading in readings:
        if not has_hook(reading.condition):
            by_scope.setdefault(id(reading.scope), []).append(reading)
    told: set[str] = set()
    for together in by_scope.values():
        _constant(inspection, together, told)
    _rules(inspection)


def _constant(inspection: Inspection, readings: Sequence[Reading], told: set[str]) -> None:
    """A condition that never or always holds says nothing, or not what was meant. All are read in one scope.

    Of a named one that is so everywhere its definition alone is ``told``, not every use.
    """
    space = Space(readings[0].scope, [reading.condition for reading in readings])
    for index, reading in enumerate(readings):
        code = "UP403" if space.never(index) else "UP404" if space.always(index) else ""
        if not space.is_decided(index):
            code = "UP407"
        used = inspection.value(reading.path)
        if code and not (isinstance(used, str) and used in told):
            message, hint = CONSTANT[code]
            hint = _unset(reading) if code == "UP403" and _unset(reading) else hint
            inspection.report(code, reading.path, message, hint, key=code != "UP407")
        if code and reading.path[0] == "conditions":
            told.add(str(reading.path[1]))


def _unset(reading: Reading) -> str:
    """The hint where a condition reads what is not set yet, as facts are while the ticket opens; else ``""``."""
    for name in names_read(reading.condition):
        if reading.scope.held(name) == (None,):
            other = f": ask for `event.{name}`" if f"event.{name}" in reading.scope else ""
            return f"`{name}` is not set yet where the ticket opens{other}"
    return ""


def _strikes(rule: Rule) -> Condition:
    """When a rule strikes: where it looks, and something required fails."""
    required = [Any((Not(each.when), each.condition)) if each.when else each.condition for each in rule.requires]
    parts = [rule.when] if rule.when is not None else []
    return All((*parts, *([Not(All(tuple(required)))] if required else [])))


def _rules(inspection: Inspection) -> None:
    """A rule that an earlier refusal leaves nothing to strike is never heard of."""
    rules = [each for each in inspection.policy.rules if not inspection.unreadable(_strikes(each))]
    known = inspection.policy.events
    silent: dict[str, list[Silence]] = {}
    for event in dict.fromkeys(event for rule in rules for event in rule.on if event in known):
        for rule, by in _unheard(inspection, event, [rule for rule in rules if event in rule.on]):
            silent.setdefault(rule.id, []).append(by)
    for rule in rules:
        found = silent.get(rule.id, [])
        if found and len(found) == sum(event in known for event in rule.on):
            _report_rule(inspection, rule, found)


def _report_rule(inspection: Inspection, rule: Rule, silences: Sequence[Silence]) -> None:
    names = dict.fromkeys(name for each in silences for name in each.by)
    if names:
        message = f"rule `{rule.id}` is never heard of: {listed(names)} refuses first whatever it would strike"
        hint = "put it before, or leave it out"
        inspection.report("UP405", rule.path, message, hint, key=True, example=silences[0].example)
    elif rule.requires and rule.when is not None:
        message = f"rule `{rule.id}` never strikes: wherever `when` holds, so does what is required"
        inspection.report("UP403", rule.path, message, "compare its conditions", key=True)


def _unheard(inspection: Inspection, event: str, rules: Sequence[Rule]) -> Iterator[tuple[Rule, Silence]]:
    """The rules that say nothing on an event, with what shadows them; with nothing where they never strike at all."""
    refusals = [rule for rule in rules if rule.verdict == "refuse"]
    flags = [rule for rule in rules if rule.verdict == "flag"]
    ordered = [*refusals, *flags]
    strikes = [_strikes(rule) for rule in ordered]
    space = Space(inspection.vocabulary.on_event(event, strikes, before=True), strikes)
    answers = space.shadows()
    for index, rule in enumerate(ordered):
        if index >= len(refusals):
            answer = space.shadowed(index, range(len(refusals)))
        else:
            answer = answers.get(index, Answer("no"))
        if answer:
            shown = answer.example.shown if answer.example else {}
            yield rule, Silence(tuple(ordered[other].id for other in answer.by), {"event": event, **shown})
        elif rule.requires and rule.when is not None and space.never(index):
            yield rule, Silence((), {})


def check_hooks(inspection: Inspection, readings: Sequence[Reading]) -> None:
    """Conditions that no installed plugin gives, and those that read what cannot be read where they are used."""
    for reading in readings:
        written = dict(_written(inspection.value(reading.path), reading.path))
        for hook in hooks_read(reading.condition):
            places = [path for path, name in written.items() if name == hook]
            if hook in inspection.hooks:
                _check_reads(inspection, reading, hook, places)
            else:
                for path in places:
                    hint = meant(hook, inspection.hooks, _installed(inspection.hooks))
                    message = f"no installed plugin gives the condition {quoted(hook)}"
                    inspection.report("UP907", path, message, hint)


def _installed(hooks: Mapping[str, Sequence[str]]) -> str:
    return f"installed are {listed(hooks)}" if hooks else "install the plugin that gives it"


def _check_reads(inspection: Inspection, reading: Reading, hook: str, places: Sequence[Path]) -> None:
    """What the plugin reads must be readable; of a named condition this depends on where it is used."""
    everywhere = inspection.vocabulary.any_event
    missing = [name for name in inspection.hooks[hook] if name not in reading.scope]
    if not places:
        missing = [name for name in missing if name in everywhere]
    if missing:
        message = f"the plugin's condition `{hook}` reads {listed(missing)}, which cannot be read here"
        hint = "declare it, or use the condition where it can be read"
        inspection.report("UP908", places[0] if places else reading.path, message, hint)


def _written(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Every hook named in a condition as it is written."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            if key == "hook":
                yield (*path, key), entry
            else:
                yield from _written(entry, (*path, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _written(entry, (*path, index))
