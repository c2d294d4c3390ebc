"""The lifecycle: whether every state can be reached and left, every move is legal, and every event finds one way.

From one state, on one event, at most one transition may be taken. That is decided over
what the names may hold, and shown with an example ticket; where a plugin's condition
has a say, or a condition is too intricate, that is said instead. And an event that needs
a channel and that none takes is always refused, however right the rest of the policy is:
nobody could even open a ticket by it.

Source: DESIGN section 3, steps 3 and 5, "Vendor states refine core states"; section 5, "Checking".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from upheld.check.inspection import Inspection
from upheld.check.lifecycle.paths import Paths, Step
from upheld.core.condition.condition import ALWAYS
from upheld.core.condition.scope import Scope
from upheld.core.nearest import listed
from upheld.core.policy.commitment import Timer
from upheld.core.policy.handling import Invariant
from upheld.core.policy.lifecycle import CLOSED, CORE_MOVES, Transition, is_core_move
from upheld.core.proof.questions import Answer, Space


def check_lifecycle(inspection: Inspection, paths: Paths) -> None:
    """Unreachable states, dead ends, illegal moves, loops of timers, broken invariants."""
    policy = inspection.policy
    if not any(transition.opens and transition.target is not None for transition in policy.transitions):
        if policy.states or policy.events:
            at = "states" if policy.states else "events"
            hint = "add a transition with `opens: true` into one of the states"
            inspection.report("UP309", (at,), "no transition opens a ticket, so there never is one", hint, key=True)
        return
    _opens_open(inspection)
    if not paths.unclear:
        for state in policy.states:
            _check_state(inspection, paths, state)
        _traps(inspection, paths)
        for invariant in policy.invariants:
            _holds(inspection, paths, invariant)
    for transition in policy.transitions:
        _refines(inspection, transition, transition.origins)
    for timer in policy.timers:
        _refines(inspection, timer, timer.states)
        _closes_by_itself(inspection, timer)
    _loops(inspection)


def _opens_open(inspection: Inspection) -> None:
    """Some ticket must be open once it has been opened."""
    states = inspection.policy.states
    opening = [each for each in inspection.policy.transitions if each.opens and each.target in states]
    if opening and all(states[str(each.target)].core in CLOSED for each in opening):
        message = f"every ticket is closed when it opens, since state `{opening[0].target}` is"
        hint = "open it in a state of core open, qualified, workaround, in-fix or resolved"
        inspection.report("UP305", (*opening[0].path, "to"), message, hint, example={"state": str(opening[0].target)})


def _check_state(inspection: Inspection, paths: Paths, name: str) -> None:
    state = inspection.policy.states[name]
    if name in inspection.misspelt.get("states", ()) and name not in paths.reachable:
        return
    if name not in paths.reachable:
        into = [step for step in paths.steps if step.target == name]
        why = (
            f"only from states that cannot be reached: {listed(str(s.origin) for s in into)}"
            if into
            else "nothing leads to it"
        )
        hint = f"{why}; add a transition to it, or leave it out"
        inspection.report(
            "UP302", state.path, f"state `{name}` cannot be reached", hint, key=True, example={"state": name}
        )
        return
    if not state.final and not paths.onward(name):
        example = {"state": name, **_way(paths, name)}
        hint = "add a transition out of it, or say `final: true`"
        message = f"state `{name}` is a dead end: a ticket in it stays there for ever"
        inspection.report("UP303", state.path, message, hint, key=True, example=example)


def _traps(inspection: Inspection, paths: Paths) -> None:
    """States from which a ticket can move, and never to an end; those that lead to the same states are told at once."""
    states = inspection.policy.states
    traps: dict[frozenset[str], list[str]] = {}
    for name in paths.reachable:
        onward = frozenset(paths.reach([name]))
        if onward and not states[name].final and not any(states[each].final for each in onward):
            traps.setdefault(onward | {name}, []).append(name)
    for names in traps.values():
        first = min(names, key=list(states).index)
        inside = sorted(names, key=list(states).index)
        message = f"no way leads from {listed(inside)} to a final state"
        hint = "let some event close the ticket from there"
        example = {"state": first, **_way(paths, first)}
        inspection.report("UP304", states[first].path, message, hint, key=True, example=example)


def _way(paths: Paths, name: str) -> dict[str, str]:
    """How a ticket comes there, for an example."""
    return {"by": ", ".join(step.by for step in paths.route(paths.reachable, name))}


def _refines(inspection: Inspection, move: Transition | Timer, origins: Sequence[str]) -> None:
    """A vendor's move must be a legal core move, or stay inside its core state."""
    states = inspection.policy.states
    if move.target is None or move.target not in states:
        return
    target = states[move.target].core
    wrong: dict[str, list[str]] = {}
    for origin in origins:
        if origin in states and not is_core_move(states[origin].core, target):
            wrong.setdefault(states[origin].core, []).append(origin)
    for core, names in wrong.items():
        way = f"{listed(names)} (core {core}) to `{move.target}` (core {target})"
        message = f"`{move.id}` goes from {way}, which no ticket may"
        hint = f"from core {core} a ticket may go to {', '.join(CORE_MOVES[core])}"
        example = {"state": names[0], "core": core, "to": move.target}
        inspection.report("UP305", (*move.path, "to"), message, hint, example=example)


def _closes_by_itself(inspection: Inspection, timer: Timer) -> None:
    """A ticket must not be closed by silence while it is the vendor's turn to speak."""
    states = inspection.policy.states
    if timer.target is None or timer.target not in states or states[timer.target].core not in CLOSED:
        return
    for name in timer.states:
        if name in states and states[name].waits_for != "customer" and states[name].core not in CLOSED:
            turn = states[name].waits_for
            message = f"timer `{timer.id}` closes a ticket in state `{name}`, where the {turn} has to act"
            hint = f"say `waits-for: customer` on state `{name}` if that is so, or take it out of the timer"
            inspection.report("UP307", (*timer.path, "in"), message, hint, example={"state": name})


def _loops(inspection: Inspection) -> None:
    """Timers that move a ticket in a circle without any event would do so for ever. Source: THREATS M07."""
    policy = inspection.policy
    moves = [
        (state, timer) for timer in policy.timers if timer.target for state in timer.states if state != timer.target
    ]
    reported: set[frozenset[str]] = set()
    for state, timer in moves:
        circle = _circle(moves, state)
        if circle and frozenset(circle) not in reported:
            reported.add(frozenset(circle))
            message = (
                f"timers move a ticket in a circle for ever: {' → '.join(f'`{name}`' for name in (*circle, circle[0]))}"
            )
            inspection.report(
                "UP306", (*timer.path, "to"), message, "let one of them need an event", example={"state": state}
            )


def _circle(moves: list[tuple[str, Timer]], start: str) -> tuple[str, ...]:
    """The states that timers alone lead through from ``start`` back to it."""
    routes: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while routes:
        route = routes.pop(0)
        for state, timer in moves:
            if state == route[-1] and timer.target is not None:
                if timer.target == start:
                    return route
                if timer.target not in seen:
                    seen.add(timer.target)
                    routes.append((*route, timer.target))
    return ()


def _holds(inspection: Inspection, paths: Paths, invariant: Invariant) -> None:
    """Search a path to one of the invariant's ends that passes none of what it must."""
    policy = inspection.policy
    known = {*policy.states, *(each.id for each in (*policy.transitions, *policy.timers))}
    if not known.issuperset(invariant.passes):
        return

    def passing(step: Step) -> bool:
        return step.by in invariant.passes or step.target in invariant.passes

    found = paths.reach([None], avoid=passing)
    for end in invariant.ends:
        if end in found:
            route = paths.route(found, end)
            way = " → ".join(_named(route))
            message = f"a ticket may come to `{end}` without passing {listed(invariant.passes)}: {way}"
            hint = "guard one of these moves, or count it among what is passed"
            example = {"by": ", ".join(step.by for step in route), "state": end}
            inspection.report("UP308", (*invariant.path, "every-path-to"), message, hint, example=example)


def _named(route: list[Step]) -> Iterator[str]:
    for step in route:
        yield f"`{step.target}` ({step.by})"


def check_ambiguity(inspection: Inspection, paths: Paths) -> None:
    """Transitions of which two can be taken at once."""
    for event in sorted(paths.moving_events):
        _ambiguous(inspection, event)


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
    for first, second, answer in _overlaps(space, len(moves)):
        one, other = moves[first], moves[second]
        if answer.example is not None:
            left = [state for state in scope.held("state") or () if state in one.origins and state in other.origins]
            shown = {"event": event, **({"state": str(left[0])} if left else {}), **answer.example.shown}
            where = f" from state `{shown['state']}`" if "state" in shown else ""
            code = "UP312" if answer.example.opaque else "UP301"
            message = f"on `{event}`{where} both `{one.id}` and `{other.id}` can be taken"
            hint = "give them conditions of which only one can hold"
            inspection.report(code, other.path, message, hint, key=True, example=shown)
        elif answer.verdict == "undecided":
            message = f"on `{event}` nobody can decide whether both `{one.id}` and `{other.id}` can be taken"
            hint = "give them simpler conditions of which only one can hold"
            inspection.report("UP407", other.path, message, hint, key=True)


def _overlaps(space: Space, count: int) -> Iterator[tuple[int, int, Answer]]:
    """For each condition the first before it with which it can hold at once, or of which that cannot be decided.

    All pairs of many that overlap would be too many to read, and to tell.
    """
    firsts: dict[int, int] = {}
    for first, second in space.overlaps():
        firsts.setdefault(second, first)
    for index in range(count):
        if not space.is_decided(index):
            firsts[index] = 0
            for later in range(index + 1, count):
                firsts[later] = min(index, firsts.get(later, index))
    for second, first in sorted(firsts.items()):
        if first < second:
            yield first, second, space.overlap(first, second)


def check_channels(inspection: Inspection) -> None:
    """Events that only customers do and no channel takes; a policy without channels asks for none."""
    policy = inspection.policy
    exempt = {name for name, role in policy.roles.items() if not role.needs_channel}
    undeclared = {role for event in policy.events.values() for role in event.by} - set(policy.roles)
    misspelt = inspection.misspelt.get("events", set())
    for event in policy.events.values() if policy.channels else ():
        unclear = event.id in misspelt or not undeclared.isdisjoint(event.by)
        if unclear or not event.needs_channel or not exempt.isdisjoint(event.by):
            continue
        if not any(channel.takes(event.id) for channel in policy.channels.values()):
            message = f"`{event.id}` needs a channel, and none takes it, so it is always refused"
            hint = "add it to what a channel `accepts`, or say `channel: none` on the event"
            inspection.report("UP408", event.path, message, hint, key=True, example={"event": event.id})
