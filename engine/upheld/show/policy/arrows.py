"""The arrows of a policy's diagram, read off the machine: what leads from which state to which, however it is drawn.

What has no effect on the state is left out: an arrow from a state to itself on every comment would hide the others.
What leads to one state alike from many is one arrow that starts from all of them, "any other that is not final but
Resolved".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from upheld.core.condition.condition import Condition
from upheld.show.policy.course import MOST_STATES
from upheld.show.words.view import View


@dataclass(frozen=True, slots=True)
class Cause:
    """What makes a ticket follow an arrow, in the reader's words.

    Attributes:
        name: The event's, or the timer's with its time.
        condition: When it does, where the same event may lead elsewhere; begins with a space where it is not empty.
        by: Who does it; nobody where anybody may, or where it happens by itself.
        timed: Whether it happens by itself.
    """

    name: str
    condition: str = ""
    by: tuple[str, ...] = ()
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """All that leads from a state, or alike from each of many, to another.

    Attributes:
        sources: Ids of states, in the policy's order; ``("",)`` before the ticket is opened.
    """

    sources: tuple[str, ...]
    target: str
    causes: tuple[Cause, ...]

    @property
    def opens(self) -> bool:
        """Whether it leads from nowhere into the first state of a ticket."""
        return self.sources == ("",)


def arrows(view: View) -> tuple[Arrow, ...]:
    """What leads between different states, in the machine's order."""
    found = _merged(view, _single(view))
    return tuple(Arrow(sources, target, tuple(causes)) for (sources, target), causes in found.items())


Ends = tuple[str, str]
"""From which state an arrow leads to which; ``""`` before the ticket is opened."""


def _single(view: View) -> dict[Ends, dict[Cause, None]]:
    """For each two states what leads from the one to the other."""
    from upheld.core.lifecycle.machine import BEFORE, Move, compile_machine

    conditions = {move.id: move.when for move in view.policy.transitions}
    found: dict[Ends, dict[Cause, None]] = {}
    for trigger, event in compile_machine(view.policy).events.items():
        for source, moves in event.transitions.items():
            targets = {move.dest for move in moves}
            for move in moves:
                if move.dest is None or move.dest == source or not isinstance(move, Move):
                    continue
                cause = _cause(view, trigger, move.id, conditions.get(move.id) if len(targets) > 1 else None)
                found.setdefault(("" if source == BEFORE else source, move.dest), {})[cause] = None
    return found


def _merged(view: View, single: Mapping[Ends, Iterable[Cause]]) -> dict[tuple[tuple[str, ...], str], list[Cause]]:
    """One arrow for each pair of states; one alone for what leads to a state alike from so many that they tangle."""
    sources: dict[tuple[Cause, str], list[str]] = {}
    for (source, target), causes in single.items():
        for cause in causes:
            sources.setdefault((cause, target), []).append(source)
    groups = _groups(view, sources)
    merged: dict[tuple[tuple[str, ...], str], list[Cause]] = {}
    for (cause, target), origins in sources.items():
        for ends in groups.get((cause, target), [(origin,) for origin in origins]):
            merged.setdefault((ends, target), []).append(cause)
    return merged


def _groups(
    view: View, sources: Mapping[tuple[Cause, str], Sequence[str]]
) -> dict[tuple[Cause, str], list[tuple[str, ...]]]:
    """The states from which each of the many arrows starts; alike for as many of them as can be.

    No arrow leads from a state to itself, so that it is the same whether they hold the arrow's own target.
    """
    order = [*view.policy.states]
    many = {}
    for (cause, target), origins in sources.items():
        if len(origins) >= MOST_STATES:
            both = (origins, [*origins, target])
            many[cause, target] = [tuple(sorted(each, key=order.index)) for each in both]
    usual = Counter(group for each in many.values() for group in each)
    return {key: [max(each, key=usual.__getitem__)] for key, each in many.items()}


def _cause(view: View, trigger: str, move: str, condition: Condition | None) -> Cause:
    """The event, with its condition where the same event may lead elsewhere; or the timer."""
    event = view.policy.events.get(trigger)
    if event is None:
        timer = next(timer for timer in view.policy.timers if timer.id == move)
        when = view.circumstances.when(timer.when)
        return Cause(f"{view.naming.name(timer)} ({view.duration(timer.after)})", when, timed=True)
    when = view.circumstances.on((trigger,)).when(condition)
    return Cause(view.naming.name(event), when, tuple(map(view.naming.role, event.by)))
