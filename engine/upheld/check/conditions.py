"""Conditions: what they leave to one another.

Two transitions that may both be taken, a rule that never has its turn, a case that
no line covers: all are decided over what the names may hold, and shown with an
example ticket. Where a plugin's condition has a say, or a condition is too
intricate, that is said instead.

Source: DESIGN section 5, "Checking"; section 3, step 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from upheld.check.inspection import Inspection
from upheld.check.paths import Paths
from upheld.core.charge import Charge
from upheld.core.commitment import Commitment
from upheld.core.condition import ALWAYS, All, Any, Condition, Not, has_hook, names_read
from upheld.core.item import Path
from upheld.core.lifecycle import Transition
from upheld.core.nearest import listed
from upheld.core.region import Answer, Space
from upheld.core.rule import Rule
from upheld.core.scope import Scope
from upheld.loader.draft import Reading


@dataclass(frozen=True, slots=True)
class Line:
    """One of several conditions of which the first that holds counts: what it is called, and where it stands."""

    name: str
    path: Path
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Silence:
    """Why a rule says nothing on an event: the refusals that come first, none where it never strikes at all."""

    by: tuple[str, ...]
    example: Mapping[str, str]


SIMPLER = "say it with fewer alternatives inside one another, or in several items"
CONSTANT = {
    "UP403": ("this condition never holds", "compare its parts: they contradict one another"),
    "UP404": ("this condition always holds", "leave it out, or say what was meant"),
    "UP407": ("this condition is too intricate to be checked", SIMPLER),
}
"""What is said of a condition that does not tell tickets apart, and what to do."""


def check_conditions(inspection: Inspection, paths: Paths, readings: Sequence[Reading]) -> None:
    """Ambiguous transitions, gaps, what is shadowed, and what always or never holds."""
    by_scope: dict[int, list[Reading]] = {}
    for reading in readings:
        if not has_hook(reading.condition):
            by_scope.setdefault(id(reading.scope), []).append(reading)
    told: set[str] = set()
    for together in by_scope.values():
        _constant(inspection, together, told)
    for event in sorted(paths.moving_events):
        _ambiguous(inspection, event)
    _rules(inspection)
    for commitment in inspection.policy.commitments:
        _cases(inspection, commitment)
    _settings(inspection)
    _charges(inspection)


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


def _ambiguous(inspection: Inspection, event: str) -> None:
    """From one state, on one event, at most one transition may be taken."""
    moves = [
        each for each in inspection.policy.transitions if event in each.on and not inspection.unreadable(each.when)
    ]
    groups: dict[tuple[int, ...], list[str]] = {}
    for state in inspection.policy.states:
        groups.setdefault(tuple(i for i, each in enumerate(moves) if state in each.origins), []).append(state)
    scope = inspection.vocabulary.on_event(event, [each.when or ALWAYS for each in moves])
    for group, states in groups.items():
        _both(inspection, event, [moves[i] for i in group], scope.only({"state": states}))
    _both(inspection, event, [each for each in moves if each.opens], inspection.vocabulary.unopened(scope))


def _both(inspection: Inspection, event: str, moves: Sequence[Transition], scope: Scope) -> None:
    if len(moves) < 2:
        return
    space = Space(scope, [each.when or ALWAYS for each in moves])
    for first, second in space.overlaps():
        one, other = moves[first], moves[second]
        answer = space.overlap(first, second)
        if answer.example is not None:
            states = [
                str(state) for state in scope.held("state") or () if state in one.origins and state in other.origins
            ]
            shown = {"event": event, **({"state": states[0]} if states else {}), **answer.example.shown}
            where = f" from state `{shown['state']}`" if "state" in shown else ""
            code = "UP312" if answer.example.opaque else "UP301"
            message = f"on `{event}`{where} both `{one.id}` and `{other.id}` can be taken"
            hint = "give them conditions of which only one can hold"
            inspection.report(code, other.path, message, hint, key=True, example=shown)


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


def _lines(inspection: Inspection, scope: Scope, lines: Sequence[Line], what: str) -> Space | None:
    """Report lines that earlier ones leave nothing; ``None`` where a line could not be read."""
    if any(inspection.unreadable(line.condition) for line in lines):
        return None
    space = Space(scope, [line.condition or ALWAYS for line in lines])
    for index, answer in space.shadows().items():
        if answer:
            before = listed(lines[other].name for other in answer.by)
            message = f"{what} `{lines[index].name}` is never reached: {before} holds first"
            example = answer.example.shown if answer.example else {}
            hint = "put it before, or leave it out"
            inspection.report("UP405", lines[index].path, message, hint, key=True, example=example)
    return space


def _cases(inspection: Inspection, commitment: Commitment) -> None:
    """The cases of a target, tried in order: each must have its turn, and together they must leave no gap.

    A clock is pending until every fact that its conditions read is set, so here none is unset.
    """
    cases = commitment.within
    lines = [Line(f"case {index + 1}", case.path, case.when) for index, case in enumerate(cases)]
    if all(line.condition is None for line in lines[:1]) and len(lines) == 1:
        return
    scope = inspection.vocabulary.on_start(commitment.starting_events)
    read = {name for line in lines for name in names_read(line.condition or ALWAYS)}
    read |= set(names_read(commitment.when or ALWAYS))
    scope = scope.plus({name: scope[name].required() for name in read if name in inspection.vocabulary.facts})
    if _lines(inspection, scope, lines, f"in `{commitment.id}`,") is None:
        return
    within = All((commitment.when or ALWAYS, Any(tuple(trigger.when or ALWAYS for trigger in commitment.start))))
    if inspection.unreadable(within):
        return
    conditions = [*(line.condition or ALWAYS for line in lines), within]
    space = Space(inspection.vocabulary.covering(scope, conditions), conditions)
    answer = space.uncovered(range(len(lines)), len(lines))
    path = (*commitment.path, "within")
    if answer.example is not None:
        message = f"no case of `{commitment.id}` says a target for some tickets"
        hint = "add a last case without `when`, or one for this ticket"
        inspection.report("UP401", path, message, hint, key=True, example=answer.example.shown)
    elif answer.verdict == "undecided":
        inspection.report(
            "UP407", path, f"the cases of `{commitment.id}` are too intricate to be checked", SIMPLER, key=True
        )


def _settings(inspection: Inspection) -> None:
    """The cases by which an event sets a fact."""
    for event in inspection.policy.events.values():
        scope = inspection.vocabulary.on_setting(event.id)
        for setting in event.sets:
            lines = [Line(f"case {index + 1}", case.path, case.when) for index, case in enumerate(setting.cases)]
            if len(lines) > 1:
                _lines(inspection, scope, lines, f"in what `{event.id}` sets `{setting.fact}`,")


def _charges(inspection: Inspection) -> None:
    """Of the charges on one event the first that holds bills: each needs its turn, and overlaps are worth a look."""
    rated = [each for each in inspection.policy.charges if each.rating and not inspection.unreadable(each.when)]
    for event in dict.fromkeys(event for charge in rated for event in charge.on):
        charges = [each for each in rated if event in each.on]
        lines = [Line(each.id, each.path, each.when) for each in charges]
        scope = inspection.vocabulary.on_event(event, [each.when or ALWAYS for each in charges])
        space = _lines(inspection, scope, lines, f"on `{event}`, charge") if event in inspection.policy.events else None
        if space is not None:
            _twice(inspection, event, charges, space)


def _twice(inspection: Inspection, event: str, charges: Sequence[Charge], space: Space) -> None:
    """Report a charge whose effort an earlier one may bill, if neither is a special case of the other."""
    before: dict[int, list[int]] = {}
    for first, second in space.overlaps():
        one, other = charges[first].rating, charges[second].rating
        same = one is not None and other is not None and one.amount == other.amount
        if same and space.uncovered([second], first) and space.uncovered([first], second):
            before.setdefault(second, []).append(first)
    for index, others in sorted(before.items()):
        charge, first = charges[index], others[0]
        example = space.overlap(first, index).example
        names = listed(charges[other].id for other in others)
        message = f"one `{event}` may be charged by `{charge.id}` and by {names}, which comes first and bills it"
        hint = "give them conditions of which only one can hold, or waive this with the reason"
        shown = {"event": event, **(example.shown if example else {})}
        inspection.report("UP601", charge.path, message, hint, key=True, example=shown)
