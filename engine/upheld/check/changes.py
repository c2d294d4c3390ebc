"""Changes: what a promise says where a fact that it reads may change while its clock runs.

A condition of a start, a commitment's `when` and its target are judged once, when every
fact that they read is known. A ticket whose severity is raised an hour later keeps what
was promised then, unless the promise says otherwise. Where that can happen, its author
has to choose; and where two promises share out the severities between them, the choice
is not enough, since neither begins any more when a ticket passes from one to the other.

Source: DESIGN section 4, "What changes while a clock runs".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from upheld.check.clocks import after
from upheld.check.inspection import Inspection
from upheld.check.paths import Paths
from upheld.core.condition.condition import ALWAYS, names_read, renamed
from upheld.core.nearest import listed
from upheld.core.policy.commitment import Commitment, ParameterTarget, Trigger
from upheld.core.proof.questions import Space

SEVERITY = "severity"
OTHER = "severity of another ticket"
"""Stands for the severity in the second of two conditions, so that each has one of its own; no name has spaces."""

MOST_COMPARED = 1000
"""Pairs of promises that are compared; a contract has a few dozen."""

Changers = Mapping[str, frozenset[str | None]]
"""The events and timers that may give a fact another value than it has, each with the states in which it may do so."""


def check_changes(inspection: Inspection, paths: Paths) -> None:
    """Promises that read what may change, and do not say what a change does."""
    changers: dict[str, Changers] = {}
    fickle: list[tuple[Commitment, list[str]]] = []
    for commitment in inspection.policy.commitments:
        read = _read(inspection, commitment)
        started = after(paths, commitment.start) if read else set()
        onward = started | set(paths.reach(started))
        for name, part in read.items():
            if name not in changers:
                changers[name] = _changers(inspection, paths, name)
            events = [event for event, states in changers[name].items() if states & onward]
            if events:
                _unsaid(inspection, commitment, name, part, events)
            if events and name == SEVERITY:
                fickle.append((commitment, events))
    _split(inspection, fickle)


def _read(inspection: Inspection, commitment: Commitment) -> dict[str, str]:
    """The facts of the ticket by which a promise is judged, each with the part that reads it."""
    facts = {name for name in inspection.vocabulary.facts if not _immutable(inspection, name)}
    found: dict[str, str] = {}
    for case in commitment.within:
        names = [*names_read(case.when or ALWAYS)]
        if isinstance(case.target, ParameterTarget):
            parameter = inspection.policy.parameters.get(case.target.parameter)
            names += parameter.names_with(case.target.by) if parameter else [case.target.by]
        found |= {name: "the target" for name in names if name in facts}
    for name in names_read(commitment.when or ALWAYS):
        if name in facts:
            found.setdefault(name, "`when`")
    if any(SEVERITY in names_read(trigger.when or ALWAYS) for trigger in commitment.start):
        found.setdefault(SEVERITY, "the start")
    return found


def _immutable(inspection: Inspection, name: str) -> bool:
    fact = inspection.policy.facts.get(name)
    return fact is not None and fact.immutable


def _changers(inspection: Inspection, paths: Paths, fact: str) -> Changers:
    """The events and timers that may find a value which was set before: by default, by another or by the same one."""
    setting = [each.id for each in inspection.policy.events.values() if any(s.fact == fact for s in each.sets)]
    declared = inspection.policy.facts.get(fact)
    known_before = declared is not None and declared.default is not None
    later = {event: _later(paths, event) for event in setting}
    counted = Counter(state for states in later.values() for state in states)
    found: dict[str, frozenset[str | None]] = {}
    for event in setting:
        accepting = paths.accepting(event)
        by_others = any(state is not None and counted[state] > (state in later[event]) for state in accepting)
        if known_before or by_others or paths.again(event):
            found[event] = accepting
    for timer in inspection.policy.timers:
        if any(each.fact == fact for each in timer.sets) and (known_before or setting):
            found[timer.id] = frozenset({*timer.states, timer.target or timer.states[0]})
    return found


def _later(paths: Paths, event: str) -> set[str]:
    """The states in which a ticket may be at any time after an event."""
    states = set(paths.after(event))
    return states | set(paths.reach(states))


def _unsaid(inspection: Inspection, commitment: Commitment, name: str, part: str, events: list[str]) -> None:
    """What a change does to a promise: said for the severity, accepted with a reason for other facts."""
    if name != SEVERITY:
        message = (
            f"{part} of `{commitment.id}` reads `{name}`, which {listed(events)} may change"
            " while a clock runs: it is judged once, when all that it reads is known"
        )
        hint = (
            "if a change is to leave the promise as it is, say so under `checks:` with "
            f"`- {{waive: UP524, of: commitments/{commitment.id}, reason: …}}`; else cancel the clock on the change"
            " and start it anew"
        )
        inspection.report("UP524", commitment.path, message, hint, key=True)
    elif commitment.on_severity_change is None:
        message = f"{part} of `{commitment.id}` follows the severity, which {listed(events)} may change"
        hint = "add `on-severity-change:` with `keep` or `retarget`"
        if part != "the target":
            hint = "add `on-severity-change: keep`: it is judged once, at the start, and a change does not undo it"
        inspection.report("UP509", commitment.path, message, hint, key=True)


def _split(inspection: Inspection, fickle: list[tuple[Commitment, list[str]]]) -> None:
    """Promises with the same start and stop of which one is for some severities and another for others."""
    alike: dict[object, list[Commitment]] = {}
    left = MOST_COMPARED
    for commitment, events in fickle:
        begins = commitment.beginning
        if inspection.unreadable(begins) or SEVERITY not in names_read(begins):
            continue
        group = alike.setdefault((_moment(commitment.start), _moment(commitment.stop)), [])
        for one in group:
            left -= one.beginning != begins
            if left >= 0 and one.beginning != begins and _shares_out(inspection, one, commitment):
                _report_split(inspection, one, commitment, events)
                break
        group.append(commitment)


def _moment(triggers: tuple[Trigger, ...]) -> frozenset[tuple[str, str]]:
    """What the triggers wait for, conditions apart."""
    return frozenset(
        (key, word) for each in triggers for key in ("on", "enters", "leaves") for word in getattr(each, key)
    )


def _shares_out(inspection: Inspection, one: Commitment, other: Commitment) -> bool:
    """Whether no ticket has both promises, and tickets that differ in their severity alone have one of them each."""
    first, second = one.beginning, other.beginning
    scope = inspection.vocabulary.on_start((*one.starting_events, *other.starting_events))
    scope = inspection.vocabulary.covering(scope, [first, second])
    if Space(scope, [first, second]).overlap(0, 1).verdict != "no":
        return False
    apart = scope.plus({OTHER: scope[SEVERITY]})
    return bool(Space(apart, [first, renamed(second, {SEVERITY: OTHER})]).overlap(0, 1))


def _report_split(inspection: Inspection, one: Commitment, other: Commitment, events: list[str]) -> None:
    message = (
        f"`{one.id}` and `{other.id}` share out the severities, which {listed(events)} may change:"
        " each is judged once, at its start"
    )
    hint = (
        "a ticket whose severity changes later keeps the promise that it began with;"
        " write one commitment with cases in `within`"
    )
    if one.calendar != other.calendar:
        both = f"`{one.calendar}` and `{other.calendar}`"
        hint += f"; where {both} must both stay, waive this with what the contract says of such a ticket"
    inspection.report("UP523", other.path, message, hint, key=True)
