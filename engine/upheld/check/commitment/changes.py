"""Changes: what a promise says where a name that it reads may change while its clock runs.

A condition of a start, a commitment's `when`, its calendar and its target are judged when it
begins. What becomes of a ticket whose severity is raised an hour later is for its author to
say, wherever that can happen. Where two promises share out the severities between them, both
have to follow a change, or none: else a ticket is lost that passes from one to the other.

Source: DESIGN section 4, "What changes while a clock runs".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from upheld.check.commitment.clocks import after
from upheld.check.inspection import Inspection
from upheld.check.lifecycle.paths import Paths
from upheld.core.condition.condition import Condition, names_read, renamed
from upheld.core.nearest import listed
from upheld.core.policy.commitment import Commitment, ParameterTarget, Trigger
from upheld.core.policy.event_type import EventType
from upheld.core.proof.questions import Space
from upheld.core.time.target import Agreed

OTHER = "{} of another ticket"
"""Stands for a name in the second of two conditions, so that each has one of its own; no name has spaces."""

MOST_COMPARED = 1000
"""Pairs of promises that are compared; a contract has a few dozen."""

Changers = Mapping[str, frozenset[str | None]]
"""The events and timers that may give a fact another value than it has, each with the states in which it may do so."""


def check_changes(inspection: Inspection, paths: Paths) -> None:
    """Promises that read what may change, and do not say what a change does."""
    changers: dict[str, Changers] = {}
    fickle: dict[str, list[tuple[Commitment, list[str]]]] = {}
    for commitment in inspection.policy.commitments:
        read = _read(inspection, commitment)
        started = after(paths, commitment.start) if read else set()
        onward = started | set(paths.reach(started))
        unsaid = False
        for name, part in read.items():
            if name not in changers:
                changers[name] = _changers(inspection, paths, name)
            events = [event for event, states in changers[name].items() if states & onward]
            if events and commitment.on_change is None and not unsaid:
                unsaid = True
                _unsaid(inspection, commitment, name, part, events)
            if events:
                fickle.setdefault(name, []).append((commitment, events))
    for name, promises in fickle.items():
        _split(inspection, name, promises)
    rhythms = {each.id: _read(inspection, each) for each in inspection.policy.commitments if each.rhythm is not None}
    for event in inspection.policy.events.values():
        _corrects(inspection, event)
        _corrects_rhythms(inspection, event, rhythms)


def _read(inspection: Inspection, commitment: Commitment) -> dict[str, str]:
    """The facts by which a promise is judged and which may change, each with the part that reads it."""
    changing = {name for name in inspection.vocabulary.facts if not _immutable(inspection, name)}
    found: dict[str, str] = {}
    for part, name in _parts(inspection, commitment):
        if name in changing:
            found.setdefault(name, part)
    return found


def _parts(inspection: Inspection, commitment: Commitment) -> Iterator[tuple[str, str]]:
    """Every name that each part reads."""

    def names(part: str, conditions: Iterable[Condition | None]) -> Iterator[tuple[str, str]]:
        return ((part, name) for each in conditions if each is not None for name in names_read(each))

    for case in commitment.within:
        yield from names("the target", [case.when])
        if isinstance(case.target, ParameterTarget):
            parameter = inspection.policy.parameters.get(case.target.parameter)
            for name in parameter.names_with(case.target.by) if parameter else [case.target.by]:
                yield "the target", name
        elif isinstance(case.target, Agreed):
            yield "the target", case.target.name
    yield from names("`when`", [commitment.when])
    yield from names("the calendar", (case.when for case in commitment.hours))
    yield from names("the start", (trigger.when for trigger in commitment.start))


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
    """What a change does to a promise has to be said; nothing else is as good as anything."""
    message = f"{part} of `{commitment.id}` reads `{name}`, which {listed(events)} may change while a clock runs"
    hint = (
        "add `on-change:` with `keep` (as fixed when it began), `retarget` (as it is now, counted from the same start)"
        " or `restart` (as it is now, counted from the change)"
    )
    inspection.report("UP509", commitment.path, message, hint, key=True)


def _corrects(inspection: Inspection, event: EventType) -> None:
    """What is corrected has to be told by the event."""
    told = {setting.fact for setting in event.sets}
    for fact in event.corrects:
        if fact not in told:
            message = f"`{event.id}` corrects `{fact}`, which it does not set"
            hint = f"set it, such as `sets: {{{fact}: event.{fact}}}`, or leave it out here"
            inspection.report("UP560", (*event.path, "corrects"), message, hint)


def _corrects_rhythms(inspection: Inspection, event: EventType, rhythms: Mapping[str, Mapping[str, str]]) -> None:
    """A correction judges the cycles that there were, and brings no others."""
    for id, read in rhythms.items():
        facts = [fact for fact in event.corrects if fact in read]
        if facts:
            reads = f"`{event.id}` corrects `{facts[0]}`, which the rhythm of `{id}` reads"
            message = f"{reads}: its cycles stay those that there were"
            hint = f"leave `{facts[0]}` out here, or waive this where each cycle is to be judged from its own start"
            inspection.report("UP567", (*event.path, "corrects"), message, hint)


def _split(inspection: Inspection, name: str, fickle: list[tuple[Commitment, list[str]]]) -> None:
    """Promises with the same start and stop, one for some values of a name and another for others."""
    alike: dict[object, list[Commitment]] = {}
    left = MOST_COMPARED
    for commitment, events in fickle:
        begins = commitment.beginning
        if inspection.unreadable(begins) or name not in names_read(begins):
            continue
        group = alike.setdefault((_moment(commitment.start), _moment(commitment.stop)), [])
        for one in group:
            if _follows(one) == _follows(commitment):
                continue
            left -= one.beginning != begins
            if left >= 0 and one.beginning != begins and _shares_out(inspection, name, one, commitment):
                _report_split(inspection, name, one, commitment, events)
                break
        group.append(commitment)


def _follows(commitment: Commitment) -> bool:
    """Whether it begins, and ceases, with a change."""
    return commitment.on_change in ("retarget", "restart")


def _moment(triggers: tuple[Trigger, ...]) -> frozenset[tuple[str, str]]:
    """What the triggers wait for, conditions apart."""
    return frozenset(
        (key, word) for each in triggers for key in ("on", "enters", "leaves") for word in getattr(each, key)
    )


def _shares_out(inspection: Inspection, name: str, one: Commitment, other: Commitment) -> bool:
    """Whether no ticket has both promises, and tickets that differ in one name alone have one of them each."""
    first, second = one.beginning, other.beginning
    scope = inspection.vocabulary.on_start((*one.starting_events, *other.starting_events))
    scope = inspection.vocabulary.covering(scope, [first, second])
    if Space(scope, [first, second]).overlap(0, 1).verdict != "no":
        return False
    apart = scope.plus({OTHER.format(name): scope[name]})
    return bool(Space(apart, [first, renamed(second, {name: OTHER.format(name)})]).overlap(0, 1))


def _report_split(inspection: Inspection, name: str, one: Commitment, other: Commitment, events: list[str]) -> None:
    stays, follows = (other, one) if _follows(one) else (one, other)
    message = (
        f"`{one.id}` and `{other.id}` share out the values of `{name}`, which {listed(events)} may change:"
        f" `{follows.id}` follows a change, and `{stays.id}` does not"
    )
    hint = "give both the same `on-change:`, or write one commitment with cases in `within` and `calendar`"
    inspection.report("UP523", other.path, message, hint, key=True)
