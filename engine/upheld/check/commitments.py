"""Commitments: whether each promise says until when, in which time, and what ends it.

What a promise has to say depends on what can happen to a ticket: a second start, a
change of severity, a reopening. Where one can happen there is no default, so it has
to be said; where it cannot, nobody is asked.

Source: DESIGN section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from upheld.check.inspection import Inspection
from upheld.check.paths import Paths
from upheld.core.commitment import Commitment, ParameterTarget, Pause, Timer, Trigger
from upheld.core.condition import ALWAYS, names_read
from upheld.core.domain import Domain
from upheld.core.duration import Duration
from upheld.core.item import Path
from upheld.core.lifecycle import CLOSED, ENDED, is_reopening
from upheld.core.line import Date, Instant
from upheld.core.nearest import listed, quoted
from upheld.core.policy import ALWAYS as ALWAYS_OPEN
from upheld.core.region import Space
from upheld.core.target import Target, parse_target

Aim = tuple[Path, Target]
"""A target with the place where it is written."""


def check_commitments(inspection: Inspection, paths: Paths) -> None:
    """Everything that a commitment, an excuse or a timer leaves unsaid and must say."""
    for commitment in inspection.policy.commitments:
        aims = list(_aims(inspection, commitment))
        _time(inspection, commitment.path, commitment.id, commitment.calendar, commitment.business_day, aims)
        _stops(inspection, paths, commitment)
        _cycles(inspection, paths, commitment)
        _severity_change(inspection, paths, commitment)
        _reopening(inspection, paths, commitment)
        _instants(inspection, commitment)
    for timer in inspection.policy.timers:
        _timer(inspection, timer)
    for excuse in inspection.policy.excuses:
        scope = inspection.vocabulary.on_events(excuse.on)
        for key, reference in (("from", excuse.since), ("until", excuse.until)):
            _instant(inspection, (*excuse.path, key, "ref"), reference.name, scope.get(reference.name))


def _aims(inspection: Inspection, commitment: Commitment) -> Iterator[Aim]:
    """Every target of a commitment, those in tables included; what is no target in a table is reported."""
    for index, case in enumerate(commitment.within):
        path = case.path if case.path[-1] == "within" else (*case.path, "is")
        if isinstance(case.target, ParameterTarget):
            yield from _table_aims(inspection, commitment, case.target, index, path)
        elif case.target is not None:
            yield path, case.target


def _table_aims(
    inspection: Inspection, commitment: Commitment, target: ParameterTarget, index: int, path: Path
) -> Iterator[Aim]:
    parameter = inspection.policy.parameters.get(target.parameter)
    if parameter is None:
        return
    by = target.by or parameter.by
    if target.by and target.by not in inspection.vocabulary.on_start(commitment.starting_events):
        message = f"{quoted(target.by)} is not a name that can be read here"
        hint = inspection.vocabulary.on_start(commitment.starting_events).advice(target.by)
        inspection.report("UP204", (*path, "by", "ref"), message, hint)
    elif by and by not in inspection.vocabulary.on_start(commitment.starting_events):
        message = f"`{parameter.id}` is a table by `{by}`, which a clock of `{commitment.id}` cannot read"
        inspection.report("UP204", (*path, "parameter"), message, "say `by: {ref: NAME}` with a name of the ticket")
    for row in parameter.rows:
        for column, value in row.values.items():
            at = (*row.path, column or "is")
            try:
                yield at, parse_target(value) if isinstance(value, str) else _no_target(value)
            except ValueError:
                message = f"{quoted(value)} is no target, and `{commitment.id}` takes its target from here"
                inspection.report("UP514", at, message, "write a target such as `4h`, `1.5bd` or `next-release`")


def _no_target(value: int) -> Target:
    raise ValueError(value)


def _time(
    inspection: Inspection, path: Path, name: str, calendar: str, business_day: str | None, aims: Iterable[Aim]
) -> None:
    """A promise counts on a calendar; business days need a meaning, days and weeks a calendar that never closes."""
    durations = [(at, aim) for at, aim in aims if isinstance(aim, Duration)]
    if not calendar:
        hint = "add `calendar:` with the opening time it counts in, or `calendar: always`"
        inspection.report("UP505", path, f"`{name}` does not say on which calendar it counts", hint, key=True)
    days = next((aim for _, aim in durations if aim.is_business_day), None)
    if days is not None and business_day is None:
        hint = "add `business-day:` with `opening-time`, `dates` or `same-time`"
        message = f"`{name}` counts in business days ({days}), and does not say what one is"
        inspection.report("UP506", path, message, hint, key=True)
    if calendar and calendar != ALWAYS_OPEN:
        for at, aim in durations:
            if aim.unit in ("d", "w"):
                better = f"{aim.amount * (7 if aim.unit == 'w' else 1)}d"
                hint = (
                    f"count in business days (`bd`) or hours, or on `calendar: always` for `{better}` round the clock"
                )
                message = f"`{aim}` are days round the clock, and `{calendar}` has closed time"
                inspection.report("UP513", at, message, hint)


def _stops(inspection: Inspection, paths: Paths, commitment: Commitment) -> None:
    """After a start, at least one of the stops must still be able to happen."""
    if not commitment.start or not commitment.stop:
        return
    states = {state for trigger in commitment.start for state in _after(paths, trigger)}
    onward = states | set(paths.reach(states))
    possible = [trigger for trigger in commitment.stop if _may_happen(inspection, paths, trigger, states, onward)]
    if states and not possible:
        message = f"once `{commitment.id}` has started, nothing can stop it"
        hint = "stop it on an event that is possible in the states after its start"
        example = {"state": min(states)}
        inspection.report("UP503", (*commitment.path, "stop"), message, hint, key=True, example=example)
    for start in commitment.start:
        for stop in commitment.stop:
            _at_once(inspection, commitment, start, stop)


def _after(paths: Paths, trigger: Trigger) -> Iterator[str]:
    """The states in which a ticket may be when the trigger has happened."""
    for event in trigger.on:
        yield from paths.after(event)
    yield from (state for state in trigger.enters if state in paths.policy.states)
    for state in trigger.leaves:
        yield from (step.target for step in paths.onward(state))


def _may_happen(inspection: Inspection, paths: Paths, trigger: Trigger, states: set[str], onward: set[str]) -> bool:
    """Whether the trigger can still happen to a ticket in one of ``states``."""
    if any(event not in inspection.policy.events for event in trigger.on):
        return True
    if any(paths.accepting(event) & onward or inspection.policy.events[event].in_final_states for event in trigger.on):
        return True
    entered = set(paths.reach(states))
    left = {state for state in onward if paths.onward(state)}
    return bool(entered & set(trigger.enters) or left & set(trigger.leaves))


def _at_once(inspection: Inspection, commitment: Commitment, start: Trigger, stop: Trigger) -> None:
    """Stops are looked at before starts: an event that is both leaves the clock running."""
    for event in sorted(set(start.on) & set(stop.on)):
        if inspection.unreadable(start.when) or inspection.unreadable(stop.when):
            continue
        conditions = [start.when or ALWAYS, stop.when or ALWAYS]
        space = Space(inspection.vocabulary.on_event(event, conditions), conditions)
        answer = space.overlap(0, 1)
        if answer.example is not None:
            message = (
                f"one `{event}` both stops and starts `{commitment.id}`: it stops first, and the new clock runs on"
            )
            hint = "let the conditions of start and stop exclude one another"
            example = {"event": event, **answer.example.shown}
            inspection.report("UP504", stop.path, message, hint, example=example)


def _cycles(inspection: Inspection, paths: Paths, commitment: Commitment) -> None:
    """Where a second start is possible, the promise says what it does."""
    if commitment.cycles is not None:
        return
    again = next(_second_starts(inspection, paths, commitment), None)
    if again is not None:
        message = f"`{commitment.id}` may be started again {again}, and does not say what happens then"
        hint = "add `cycles:` with `one`, `ignore-while-running` or `many`"
        inspection.report("UP508", commitment.path, message, hint, key=True)


def _second_starts(inspection: Inspection, paths: Paths, commitment: Commitment) -> Iterator[str]:
    """In words, how a second start may come about."""
    openers = inspection.vocabulary.openers
    for trigger in commitment.start:
        yield from (f"by another `{event}`" for event in trigger.on if event not in openers and paths.again(event))
        if paths.entered_again([state for state in trigger.enters if state in paths.reachable]):
            yield f"by entering {listed(trigger.enters)} again"
        if paths.entered_again([state for state in trigger.leaves if state in paths.reachable]):
            yield f"by leaving {listed(trigger.leaves)} again"
    every = [word for each in commitment.start for word in (*each.on, *each.enters, *each.leaves)]
    if len(every) > 1 and not all(word in openers for word in every):
        yield f"by {listed(every)}"


def _severity_change(inspection: Inspection, paths: Paths, commitment: Commitment) -> None:
    """Where the target depends on the severity and the severity can change, the promise says what that does."""
    if commitment.on_severity_change is not None or not _by_severity(inspection, commitment):
        return
    started = {state for trigger in commitment.start for state in _after(paths, trigger)}
    onward = started | set(paths.reach(started))
    changing = [
        event.id
        for event in inspection.policy.events.values()
        if any(setting.fact == "severity" for setting in event.sets) and paths.accepting(event.id) & onward
    ]
    if changing:
        message = f"the target of `{commitment.id}` follows the severity, which {listed(changing)} may change"
        hint = "add `on-severity-change:` with `keep` or `retarget`"
        inspection.report("UP509", commitment.path, message, hint, key=True)


def _by_severity(inspection: Inspection, commitment: Commitment) -> bool:
    for case in commitment.within:
        if isinstance(case.target, ParameterTarget):
            parameter = inspection.policy.parameters.get(case.target.parameter)
            if "severity" in (case.target.by, (parameter.by if parameter and not case.target.by else "")):
                return True
        if "severity" in names_read(case.when or ALWAYS):
            return True
    return False


def _reopening(inspection: Inspection, paths: Paths, commitment: Commitment) -> None:
    """Where the clock may have ended by a move that a reopening undoes, the promise says what reopening does."""
    if commitment.on_reopen is not None:
        return
    states = inspection.policy.states
    cores = {name: state.core for name, state in states.items()}
    undone = {
        step.origin: step.by
        for step in paths.steps
        if step.origin is not None and is_reopening(cores[step.origin], cores[step.target])
    }
    for step in paths.steps:
        if step.origin is None or step.target not in undone or cores[step.origin] in ENDED:
            continue
        ends = any(step.target in each.enters or set(step.events) & set(each.on) for each in _ends(commitment))
        if ends or (cores[step.target] in CLOSED and not commitment.duty):
            message = f"`{commitment.id}` may end on the way to `{step.target}`, which `{undone[step.target]}` reopens"
            hint = "add `on-reopen:` with `resume`, `new-cycle` or `ignore`"
            inspection.report("UP510", commitment.path, message, hint, key=True)
            return


def _ends(commitment: Commitment) -> tuple[Trigger, ...]:
    return (*commitment.stop, *commitment.cancel)


def _instants(inspection: Inspection, commitment: Commitment) -> None:
    """A date that counts instead of the event's stands on a stop, and is a date or an instant."""
    pauses: tuple[Pause, ...] = commitment.pause
    others = (*commitment.start, *commitment.cancel, *(each for p in pauses for each in (*p.begins, *p.ends)))
    for trigger in others:
        if trigger.at is not None:
            message = "only a stop may carry a date of its own"
            inspection.report("UP515", (*trigger.path, "at"), message, "leave out `at:` here", key=True)
    for trigger in commitment.stop:
        if trigger.at is not None:
            domain = inspection.vocabulary.on_events(trigger.on).get(trigger.at.name)
            _instant(inspection, (*trigger.path, "at", "ref"), trigger.at.name, domain)


def _instant(inspection: Inspection, path: Path, name: str, domain: Domain | None) -> None:
    if domain is None:
        message = f"{quoted(name)} is not a name that can be read here"
        inspection.report("UP204", path, message, "name a field of the event, as `event.date`")
    elif not isinstance(domain, (Date, Instant)):
        inspection.report("UP515", path, f"{quoted(name)} holds no date and no instant", "name a field that does")


def _timer(inspection: Inspection, timer: Timer) -> None:
    aims = [((*timer.path, "after"), timer.after)] if timer.after is not None else []
    _time(inspection, timer.path, timer.id, timer.calendar, timer.business_day, aims)
    if timer.target is None and not timer.effects:
        message = f"timer `{timer.id}` does nothing when its time has come"
        inspection.report("UP511", timer.path, message, "add `to:` with a state, or `effects:`", key=True)
