"""Clocks: whether what a commitment starts can come to an end, and what happens when it starts twice.

What a promise has to say depends on what can happen to a ticket: a second start, a
reopening. Where one can happen there is no default, so it has to be said; where it
cannot, nobody is asked.

Source: DESIGN section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations

from upheld.check.inspection import Inspection
from upheld.check.lifecycle.paths import Paths, Step
from upheld.check.time.lengths import is_quick, targets, told_quick
from upheld.core.condition.condition import ALWAYS, names_read
from upheld.core.nearest import listed, quoted
from upheld.core.policy.commitment import Commitment, Pause, Trigger
from upheld.core.policy.lifecycle import CLOSED, ENDED, is_reopening
from upheld.core.proof.questions import Space


def check_clocks(inspection: Inspection, paths: Paths) -> None:
    """Clocks that nothing stops or resumes, and second starts and reopenings that are not provided for."""
    for commitment in inspection.policy.commitments:
        if _stops(inspection, paths, commitment):
            _stays(inspection, paths, commitment)
        _fulfilled(inspection, paths, commitment)
        _cycles(inspection, paths, commitment)
        _reopening(inspection, paths, commitment)
        _rhythm(inspection, paths, commitment)
        _beat(inspection, commitment)


def after(paths: Paths, triggers: Iterable[Trigger]) -> set[str]:
    """The states in which a ticket may be when one of the triggers has happened."""
    return {state for trigger in triggers for state in _after(paths, trigger)}


def _stops(inspection: Inspection, paths: Paths, commitment: Commitment) -> bool:
    """After a start, at least one of the stops must still be able to happen; whether that is so."""
    if not commitment.start or not commitment.stop:
        return False
    states = after(paths, commitment.start)
    onward = states | set(paths.reach(states))
    stops = [each for each in commitment.stop if not _always_cancelled(commitment, each)]
    possible = [trigger for trigger in stops if _may_happen(inspection, paths, trigger, states, onward)]
    entered = {state for start in commitment.start for state in start.enters}
    stuck = bool(states) and not possible and not any(entered & set(stop.enters) for stop in stops)
    if stuck:
        message = f"once `{commitment.id}` has started, nothing can stop it"
        hint = "stop it on an event that is possible in the states after its start"
        example = {"state": min(states)}
        inspection.report("UP503", (*commitment.path, "stop"), message, hint, key=True, example=example)
    for pause in commitment.pause:
        _resumes(inspection, paths, commitment, pause)
    return not stuck


def _stays(inspection: Inspection, paths: Paths, commitment: Commitment) -> None:
    """Where a clock may be running, something must still be able to end it: a stop, a cancel, the ticket's closing.

    A state without a way to a final one is told as a dead end, and not once more for each clock.
    """
    if paths.unclear:
        return
    cores = {name: state.core for name, state in inspection.policy.states.items()}
    closing = set() if commitment.duty else {name for name, core in cores.items() if core in CLOSED}
    final = {name for name, state in inspection.policy.states.items() if state.final}
    running = _running(inspection, paths, commitment) & set(paths.reachable)
    for state in filter(running.__contains__, cores):
        onward = {state} | set(paths.reach([state]))
        if onward & closing or not onward & final:
            continue
        if any(_may_happen(inspection, paths, each, {state}, onward) for each in _ends(commitment)):
            continue
        message = f"`{commitment.id}` may still run in state `{state}`, where nothing can fulfil or end it any more"
        hint = "let what stops it happen there, cancel it on the way there, or let the ticket be closed from there"
        if commitment.duty:
            hint = "say `in-final-states: accepted` on the event that stops it, or cancel it on the way there"
        inspection.report("UP565", commitment.path, message, hint, key=True, example={"state": state})
        return


def _fulfilled(inspection: Inspection, paths: Paths, commitment: Commitment) -> None:
    """A clock that begins where the ticket is already in what stops it, which it then never enters."""
    if paths.unclear or commitment.rhythm is not None or any(not each.enters or each.when for each in commitment.stop):
        return
    entered = {state for stop in commitment.stop for state in stop.enters}.intersection(paths.reachable)
    for start in commitment.start:
        asked = {name for each in (start.when, commitment.when) if each is not None for name in names_read(each)}
        for event in () if asked & {"state", "core"} else start.on:
            there = sorted(state for state in entered & paths.accepting(event) if state is not None)
            if event in inspection.policy.events and event not in paths.moving_events and there:
                message = f"`{commitment.id}` may begin in state `{there[0]}`, which fulfils it, and then runs on there"
                hint = f"begin it elsewhere alone: `{{on: {event}, when: {{state: {{not: {there[0]}}}}}}}`"
                inspection.report("UP530", start.path, message, hint, example={"event": event, "state": there[0]})
                return


def _always_cancelled(commitment: Commitment, stop: Trigger) -> bool:
    """Whether all that stops a clock cancels it too, which is looked at first. Source: DESIGN section 3, step 7."""
    cancels = [each for each in commitment.cancel if each.when is None]
    named = [(key, word) for key in ("on", "enters", "leaves") for word in getattr(stop, key)]
    return bool(named) and all(any(word in getattr(each, key) for each in cancels) for key, word in named)


def _resumes(inspection: Inspection, paths: Paths, commitment: Commitment, pause: Pause) -> None:
    """A pause that nothing can end would stop the clock for ever."""
    paused = after(paths, pause.begins)
    onward = paused | set(paths.reach(paused))
    if paused and pause.ends and not any(_may_happen(inspection, paths, each, paused, onward) for each in pause.ends):
        message = f"once `{commitment.id}` is paused, nothing can end the pause"
        hint = "end it on an event that is possible in the states after its beginning"
        inspection.report("UP503", (*pause.path, "until"), message, hint, key=True, example={"state": min(paused)})


def _after(paths: Paths, trigger: Trigger) -> Iterator[str]:
    """The states in which a ticket may be when the trigger has happened."""
    for event in trigger.on:
        yield from paths.after(event)
    yield from (state for state in trigger.enters if state in paths.policy.states)
    for state in trigger.leaves:
        yield from (step.target for step in paths.onward(state))


def _may_happen(inspection: Inspection, paths: Paths, trigger: Trigger, states: set[str], onward: set[str]) -> bool:
    """Whether the trigger can still happen to a ticket in one of ``states``."""
    policy = inspection.policy
    named = [*trigger.enters, *trigger.leaves]
    if paths.unclear or any(event not in policy.events for event in trigger.on):
        return True
    if any(state not in policy.states for state in named):
        return True
    if any(paths.accepting(event) & onward or policy.events[event].in_final_states for event in trigger.on):
        return True
    entered = set(paths.reach(states))
    left = {state for state in onward if paths.onward(state)}
    return bool(entered & set(trigger.enters) or left & set(trigger.leaves))


def _cycles(inspection: Inspection, paths: Paths, commitment: Commitment) -> None:
    """Where a second start is possible, the promise says what it does."""
    named = {state for each in commitment.start for state in (*each.enters, *each.leaves)}
    unknown = {event for each in commitment.start for event in each.on} - set(inspection.policy.events)
    said = commitment.cycles is not None or commitment.rhythm is not None
    if said or paths.unclear or unknown or named - set(inspection.policy.states):
        return
    again = next(_second_starts(inspection, paths, commitment), None)
    if again is not None:
        message = f"`{commitment.id}` may be started again {again}, and does not say what happens then"
        hint = "add `cycles:` with `one`, `ignore-while-running` or `many`"
        inspection.report("UP508", commitment.path, message, hint, key=True)


def _second_starts(inspection: Inspection, paths: Paths, commitment: Commitment) -> Iterator[str]:
    """In words, how a second start may come about."""
    for trigger in commitment.start:
        yield from (
            f"by another `{event}`" for event in trigger.on if not paths.opens_only(event) and paths.again(event)
        )
        if paths.entered_again([state for state in trigger.enters if state in paths.reachable]):
            yield f"by entering {listed(trigger.enters)} again"
        if paths.entered_again([state for state in trigger.leaves if state in paths.reachable]):
            yield f"by leaving {listed(trigger.leaves)} again"
    for first, second in permutations(commitment.start, 2):
        states = after(paths, [first])
        if _may_happen(inspection, paths, second, states, states | set(paths.reach(states))):
            yield f"by {listed((*second.on, *second.enters, *second.leaves))}"
    for trigger in commitment.start:
        for event, other in permutations(trigger.on, 2):
            states = set(paths.after(event))
            if paths.accepting(other) & (states | set(paths.reach(states))):
                yield f"by {quoted(other)} after {quoted(event)}"


def _reopening(inspection: Inspection, paths: Paths, commitment: Commitment) -> None:
    """Where the clock may have ended by a move that a reopening undoes, the promise says what reopening does."""
    if commitment.on_reopen is not None:
        return
    cores = {name: state.core for name, state in inspection.policy.states.items()}
    reopened = _reopened(paths, cores)
    running = _running(inspection, paths, commitment) if reopened else set()
    for step in paths.steps:
        if step.target not in reopened or step.origin not in running:
            continue
        ends = any(step.target in each.enters or set(step.events) & set(each.on) for each in _ends(commitment))
        if ends or (cores[step.target] in CLOSED and not commitment.duty):
            message = (
                f"`{commitment.id}` may end on the way to `{step.target}`, which `{reopened[step.target]}` reopens"
            )
            hint = "add `on-reopen:` with `resume`, `new-cycle` or `ignore`"
            inspection.report("UP510", commitment.path, message, hint, key=True)
            return


def _running(inspection: Inspection, paths: Paths, commitment: Commitment) -> set[str]:
    """The states in which a clock may be running: what it started in, and where moves lead that do not end it.

    A move is left out that cannot be taken on a ticket for which the clock started, as far as that rests on facts that
    do not change any more.
    """
    guards = {each.id: each.when for each in inspection.policy.transitions}
    settled = _settled(inspection, commitment)
    begins = commitment.beginning
    ends = _ends(commitment) if commitment.rhythm is None else commitment.voids
    waiting = list(after(paths, commitment.start))
    found = set(waiting)
    while waiting:
        for step in paths.onward(waiting.pop()):
            if step.target not in found and not any(_always_ends(each, step) for each in ends):
                both = [begins, guards.get(step.by) or ALWAYS]
                read = {name for condition in both for name in names_read(condition)}
                if read <= settled and not Space(inspection.vocabulary.ticket, both).overlap(0, 1):
                    continue
                found.add(step.target)
                waiting.append(step.target)
    return found


def _always_ends(trigger: Trigger, step: Step) -> bool:
    if trigger.when is not None:
        return False
    moved = step.target in trigger.enters or step.origin in trigger.leaves
    return moved or (bool(step.events) and set(step.events) <= set(trigger.on))


def _settled(inspection: Inspection, commitment: Commitment) -> set[str]:
    """The facts that do not change while a clock runs: only the events that start it set them, and no timer does."""
    others = [each for each in inspection.policy.events.values() if each.id not in commitment.starting_events]
    changing = {setting.fact for event in others for setting in event.sets}
    changing |= {setting.fact for timer in inspection.policy.timers for setting in timer.sets}
    return set(inspection.vocabulary.facts) - changing


def _reopened(paths: Paths, cores: Mapping[str, str]) -> dict[str, str]:
    """The ended states from which a ticket may come back, at once or through other ended states, with what does it."""
    found: dict[str, str] = {}
    for name in cores:
        waiting, seen = [name] if cores[name] in ENDED else [], {name}
        while waiting and name not in found:
            for step in paths.onward(waiting.pop(0)):
                if step.origin is not None and is_reopening(cores[step.origin], cores[step.target]):
                    found.setdefault(name, step.by)
                elif cores[step.target] in ENDED and step.target not in seen:
                    seen.add(step.target)
                    waiting.append(step.target)
    return found


def _ends(commitment: Commitment) -> tuple[Trigger, ...]:
    return (*commitment.stop, *commitment.voids)


def _rhythm(inspection: Inspection, paths: Paths, commitment: Commitment) -> None:
    """A rhythm goes on until something ends it."""
    rhythm = commitment.rhythm
    if rhythm is None or paths.unclear:
        return
    states = after(paths, commitment.start)
    onward = states | set(paths.reach(states))
    if any(_may_happen(inspection, paths, each, states, onward) for each in commitment.voids):
        return
    closes = any(
        inspection.policy.states[state].core in CLOSED for state in onward if state in inspection.policy.states
    )
    if states and (commitment.duty or not closes):
        message = f"nothing ends the rhythm of `{commitment.id}`"
        hint = "add `until:` under `cycles:`, such as `until: {enters: resolved}`"
        inspection.report("UP561", (*commitment.path, "cycles"), message, hint, key=True)


def _beat(inspection: Inspection, commitment: Commitment) -> None:
    """A rhythm by what is due, and reminders without an end: very quick ones come thousands of times a day."""
    if commitment.rhythm is not None and commitment.rhythm.every == "due":
        quick = next(filter(is_quick, targets(inspection, commitment)), None)
        if quick is not None:
            told_quick(inspection, (*commitment.path, "cycles"), f"`{commitment.id}` is due anew every {quick}")
    reminders = commitment.reminders
    if reminders is not None and reminders.at_most is None and is_quick(reminders.every):
        message = f"`{commitment.id}` reminds every {reminders.every}, without an end"
        told_quick(inspection, (*commitment.path, "remind-after"), message)
