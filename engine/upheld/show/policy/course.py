"""The course of a ticket: its states, what moves it, what happens by itself, who handles it, who is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from upheld.core.policy.commitment import Timer
from upheld.core.policy.event_type import Addition, Effect, Reference, Setting, SettingCase
from upheld.core.policy.lifecycle import State, Transition, usual_turn
from upheld.show.page.blocks import (
    Block,
    Bullet,
    Bullets,
    Diagram,
    Line,
    Paragraph,
    bullets,
    line,
    section,
    strong,
    table,
)
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View, joined

MOST_STATES = 4
"""A move from so many states is told by those it does not leave, where these are few."""


def course(view: View, diagram: str) -> Iterator[Block]:
    """From the opening to the end."""
    yield from section(view.say("course"), _states(view, diagram))
    yield from section(view.say("moves"), _moves(view))
    yield from section(view.say("by-itself"), bullets(_timer(view, each) for each in view.policy.timers))
    yield from section(view.say("who-handles"), _queues(view))
    yield from section(view.say("notices"), bullets(_notices(view)))


def _states(view: View, diagram: str) -> Iterator[Block]:
    states = view.policy.states.values()
    if not states:
        return
    yield Diagram(diagram)
    head = tuple(view.say(key) for key in ("state", "stage", "meaning", "waits-for", "references"))
    yield table(head, [_state(view, state) for state in states])
    if any(not state.final and not state.grounded and state.waits_for == usual_turn(state.core) for state in states):
        yield Paragraph(line(view.say("waits-usual", vendor=view.locale.tidy(view.policy.vendor.name))))


def _state(view: View, state: State) -> tuple[Line, ...]:
    turn = view.policy.vendor.name if state.waits_for == "vendor" else view.say(f"side.{state.waits_for}")
    return (
        line(strong(view.naming.name(state))),
        line(view.say(f"core.{state.core}")),
        line(view.naming.text(state.says)),
        line(view.say("ended") if state.final else view.locale.tidy(turn)),
        line(state),
    )


def _moves(view: View) -> Iterator[Block]:
    moves = view.policy.transitions
    if moves:
        head = tuple(view.say(key) for key in ("event", "from-state", "to-state", "condition", "references"))
        yield table(head, [_move(view, move) for move in moves])
    moving = {event for move in moves for event in move.on}
    still = [event for event in view.policy.events.values() if event.id not in moving]
    for key, needs_ticket in (("without-moving", True), ("without-ticket", False)):
        told = [
            line(view.locale.quoted(view.naming.name(each)) + _by(view, each.by), each)
            for each in still
            if each.needs_ticket == needs_ticket
        ]
        if told:
            yield Paragraph(line(view.say(key), *joined(told, ", ")))


def _by(view: View, roles: tuple[str, ...]) -> str:
    return f" ({view.locale.listed([view.naming.role(role) for role in roles], 'or')})" if roles else ""


def _move(view: View, move: Transition) -> tuple[Line, ...]:
    roles = dict.fromkeys(
        role for event in move.on if event in view.policy.events for role in view.policy.events[event].by
    )
    target = view.say("stays") if move.target is None else view.naming.state(move.target)
    condition = view.circumstances.on(move.on).text(move.when) if move.when is not None else ""
    return (
        line(strong(view.naming.transition(move)), _by(view, tuple(roles))),
        line(_origins(view, move)),
        line(target),
        line(condition),
        line(move),
    )


def _origins(view: View, move: Transition) -> str:
    return view.say("no-ticket-yet") if move.opens else several_states(view, move.origins)


def several_states(view: View, states: Sequence[str], which: str = "any") -> str:
    """Any of these states; many of them by the few that are none of them.

    Args:
        which: ``any-other`` where the one that is left for is none of them anyhow.
    """
    running = [name for name, state in view.policy.states.items() if not state.final]
    for key, kind in ((f"{which}-running", running), (f"{which}-state", [*view.policy.states])):
        others = [state for state in kind if state not in states]
        if len(states) >= MOST_STATES and set(states) <= set(kind) and len(others) <= 2:
            but = view.say("but", states=view.locale.listed([view.naming.state(state) for state in others]))
            return view.say(key) + (but if others else "")
    return view.locale.listed([view.naming.state(origin) for origin in states], "or")


def _timer(view: View, timer: Timer) -> Line:
    told = []
    if timer.target is not None:
        told.append(line(view.say("becomes", state=view.locale.quoted(view.naming.state(timer.target)))))
    told += [_set(view, setting, case) for setting in timer.sets for case in setting.cases]
    if timer.climbs is not None:
        told.append(line(_climb(view, timer.climbs)))
    told += [view.effect(effect) for effect in timer.effects]
    at_once = timer.after is not None and not timer.after.amount
    states = view.naming.states(timer.states) + view.circumstances.when(timer.when)
    after = (
        view.say("at-once-in", states=states)
        if at_once
        else view.say("after-in", after=view.duration(timer.after), states=states)
    )
    if timer.every is not None:
        after += view.say("then-every", every=view.duration(timer.every))
    counted = ""
    if timer.business_day is not None:
        calendar = view.locale.quoted(view.naming.calendar(timer.calendar))
        counted = view.say(f"timer.{timer.business_day}", calendar=calendar)
    anew = line(view.say("anew"), *view.triggers(timer.reset)) if timer.reset else ()
    return view.named(view.naming.name(timer), after, *joined(told, view.say("then")), counted, *anew, timer)


def _set(view: View, setting: Setting, case: SettingCase) -> Line:
    """What a timer sets a fact to."""
    subjects, value = Subjects(view.naming), case.value
    if isinstance(value, Reference | Addition):
        told = view.circumstances.subject(value.name)
    else:
        told = view.say("nobody") if value is None else subjects.value(setting.fact, value)
    text = view.say("set-to", name=view.locale.quoted(subjects.name(setting.fact)), value=view.locale.quoted(told))
    return line(text + view.circumstances.when(case.when), case)


def _climb(view: View, climbs: str | int) -> str:
    """To which level a timer raises a ticket, or by how many."""
    if isinstance(climbs, int):
        return view.locale.counted("levels-up", climbs)
    levels = {name: label for each in view.policy.escalation for name, label in each.levels}
    return view.say("raised-to", level=view.locale.quoted(view.naming.text(levels[climbs]) or climbs))


def _queues(view: View) -> Iterator[Block]:
    """Which queue a ticket goes to, event by event."""
    items = []
    for event in view.policy.events.values():
        for setting in event.sets:
            if setting.fact == "queue":
                head = view.named(view.naming.name(event))
                items.append(Bullet(head, tuple(_routed(view, event.id, setting, case) for case in setting.cases)))
    if items:
        yield Bullets(tuple(items))


def _routed(view: View, event: str, setting: Setting, case: SettingCase) -> Line:
    if isinstance(case.value, Reference | Addition):
        value = view.locale.quoted(view.circumstances.on((event,)).subject(case.value.name))
    elif case.value is None:
        value = view.say("nobody")
    else:
        value = Subjects(view.naming).value(setting.fact, case.value)
    if case.when is not None:
        when = view.circumstances.on((event,)).when(case.when)
    else:
        when = view.say("otherwise") if len(setting.cases) > 1 else ""
    return line(strong(value), when, case)


def _notices(view: View) -> Iterator[Line]:
    """What somebody is told or asked when something happens; a way into a queue has been told already."""
    for event in view.policy.events.values():
        routed = any(setting.fact == "queue" for setting in event.sets)
        for effect in event.effects:
            if effect.kind != "route" or not routed:
                yield _notice(view, view.naming.name(event), effect, (event.id,))
    for move in view.policy.transitions:
        for effect in move.effects:
            target = f" → {view.naming.state(move.target)}" if move.target else ""
            yield _notice(view, view.naming.transition(move) + target, effect, move.on)


def _notice(view: View, name: str, effect: Effect, events: tuple[str, ...]) -> Line:
    return view.named(name, *view.effect(effect, events))
