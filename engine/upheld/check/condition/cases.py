"""Cases: whether each of several conditions, of which the first that holds counts, can have an effect.

The cases of a target, the values that an event may set, the charges on an event, the
ways of an escalation: what stands after something that leaves nothing over is read by
people, and by nothing else.

Source: DESIGN section 5, "Checking".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from upheld.check.inspection import SIMPLER, Inspection
from upheld.core.condition.condition import ALWAYS, Condition, names_read
from upheld.core.condition.scope import Scope
from upheld.core.nearest import listed
from upheld.core.policy.charge import Charge, Effort
from upheld.core.policy.commitment import Commitment
from upheld.core.policy.provenance import Path
from upheld.core.proof.questions import Space


@dataclass(frozen=True, slots=True)
class Line:
    """One of several conditions of which the first that holds counts: what it is called, and where it stands."""

    name: str
    path: Path
    condition: Condition | None


def check_cases(inspection: Inspection) -> None:
    """Gaps, what is shadowed, and efforts that two charges may bill."""
    for commitment in inspection.policy.commitments:
        _cases(inspection, commitment)
    _settings(inspection)
    _charges(inspection)
    _escalations(inspection)
    for remedy in inspection.policy.remedies:
        lines = [Line(f"case {index + 1}", case.path, case.when) for index, case in enumerate(remedy.cases)]
        if len(lines) > 1:
            _lines(inspection, inspection.vocabulary.ticket, lines, f"in `{remedy.id}`,")


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

    A clock is pending until every fact that its conditions read is set, so here only those are unset of which a case
    asks whether they are.
    """
    cases = commitment.within
    lines = [Line(f"case {index + 1}", case.path, case.when) for index, case in enumerate(cases)]
    if all(line.condition is None for line in lines[:1]) and len(lines) == 1:
        return
    scope = inspection.vocabulary.on_start(commitment.starting_events)
    read = {name for line in lines for name in names_read(line.condition or ALWAYS)}
    read |= set(names_read(commitment.when or ALWAYS))
    awaited = [name for name in read - commitment.asks if name in inspection.vocabulary.facts]
    scope = scope.plus({name: scope[name].required() for name in awaited})
    if _lines(inspection, scope, lines, f"in `{commitment.id}`,") is None:
        return
    within = commitment.beginning
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
    """The cases by which an event or a timer sets a fact."""
    events = inspection.policy.events
    for setter in inspection.policy.setters():
        by_event = events.get(setter.id) is setter
        scope = inspection.vocabulary.on_setting(setter.id) if by_event else inspection.vocabulary.ticket
        for setting in setter.sets:
            lines = [Line(f"case {index + 1}", case.path, case.when) for index, case in enumerate(setting.cases)]
            if len(lines) > 1:
                _lines(inspection, scope, lines, f"in what `{setter.id}` sets `{setting.fact}`,")


def _charges(inspection: Inspection) -> None:
    """Of the charges of one effort the first that holds bills: each needs its turn, and overlaps are worth a look."""
    rated: dict[tuple[str, Effort], list[Charge]] = {}
    for charge in inspection.policy.charges:
        effort = charge.rating.effort if charge.rating is not None else None
        if effort is not None and not inspection.unreadable(charge.when):
            for event in charge.on:
                rated.setdefault((event, effort), []).append(charge)
    for (event, _), charges in rated.items():
        lines = [Line(each.id, each.path, each.when) for each in charges]
        scope = inspection.vocabulary.on_event(event, [each.when or ALWAYS for each in charges])
        space = _lines(inspection, scope, lines, f"on `{event}`, charge") if event in inspection.policy.events else None
        if space is not None:
            _twice(inspection, event, charges, space)


def _twice(inspection: Inspection, event: str, charges: Sequence[Charge], space: Space) -> None:
    """Report a charge whose effort an earlier one may bill, if neither is a special case of the other."""
    before: dict[int, list[int]] = {}
    for first, second in space.overlaps():
        if space.uncovered([second], first) and space.uncovered([first], second):
            before.setdefault(second, []).append(first)
    for index, others in sorted(before.items()):
        charge, first = charges[index], others[0]
        example = space.overlap(first, index).example
        names = listed(charges[other].id for other in others)
        message = f"one `{event}` may be charged by `{charge.id}` and by {names}, which comes first and bills it"
        waiver = f"- {{waive: UP601, of: charges/{charge.id}, reason: the first one counts}}"
        hint = f"give them conditions of which only one can hold; where the order is meant, `{waiver}` under `checks:`"
        shown = {"event": event, **(example.shown if example else {})}
        inspection.report("UP601", charge.path, message, hint, key=True, example=shown)


def _escalations(inspection: Inspection) -> None:
    """Of several ways through the levels, those on one event."""
    ways = inspection.policy.escalation
    for event in dict.fromkeys(event for way in ways for event in way.on):
        taken = [(index, way) for index, way in enumerate(ways) if event in way.on]
        lines = [Line(f"way {index + 1}", way.path, way.when) for index, way in taken]
        scope = inspection.vocabulary.on_event(event, [way.when or ALWAYS for _, way in taken])
        _lines(inspection, scope, lines, f"on `{event}`, escalation")
