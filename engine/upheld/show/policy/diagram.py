"""The diagram: a policy's states and moves in Mermaid's language, read off the machine.

What has no effect on the state is left out: an arrow from a state to itself on every
comment would hide the others. What leads to one state alike from many starts from one box
for all of them, "any other that is not final but Resolved". Vendor's states are coloured by the core state they
refine. All that authors wrote is turned into character codes where it is no letter,
digit or harmless sign, so that no label can end its line or begin anything.

    >>> escaped('a "quick" fix: <b>50%</b>')
    'a #34;quick#34; fix#58; #60;b#62;50#37;#60;/b#62;'
    >>> escaped('1. first'), escaped('- last')
    ('1#46; first', '#45; last')
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from upheld.core.condition.condition import Condition
from upheld.core.policy.lifecycle import CORE_STATES
from upheld.show.policy.course import MOST_STATES, several_states
from upheld.show.words.view import View

if TYPE_CHECKING:
    from transitions import Machine

HARMLESS: Final = frozenset(" .,'’!?()/+-–—…«»“”≈→⏱·")
COLOURS: Final = {
    "open": "#dbeafe",
    "qualified": "#ede9fe",
    "workaround": "#fef3c7",
    "in-fix": "#ffedd5",
    "resolved": "#dcfce7",
    "closed": "#e5e7eb",
    "auto-closed": "#d1d5db",
}
_LIST: Final = re.compile(r"^(\d*)([.)+-])")
"""What Mermaid takes for the beginning of a list, which it refuses to show."""

TIMER: Final = "⏱"
"""Before what happens by itself."""

assert set(COLOURS) == set(CORE_STATES), COLOURS


def diagram(view: View) -> str:
    """The state diagram of a policy; ``""`` where it has no states."""
    if not view.policy.states:
        return ""
    from upheld.core.lifecycle.machine import compile_machine

    return "\n".join(("stateDiagram-v2", *(f"    {line}" for line in _lines(view, compile_machine(view.policy)))))


def escaped(text: str) -> str:
    """A text that Mermaid shows as it is."""
    coded = "".join(
        letter if letter.isalnum() or letter in HARMLESS else " " if letter.isspace() else f"#{ord(letter)};"
        for letter in text
    )
    return _LIST.sub(lambda found: f"{found[1]}#{ord(found[2])};", coded)


Ends = tuple[str, str]
"""From which state an arrow leads to which; ``""`` before the ticket is opened."""


def _lines(view: View, machine: Machine) -> Iterator[str]:
    for name in view.policy.states:
        yield f'state "{escaped(view.naming.state(name))}" as {_node(name)}'
    merged = _merged(view, _arrows(view, machine))
    many = dict.fromkeys(sources for sources, _ in merged if len(sources) > 1)
    groups = {sources: f"any_{number}" for number, sources in enumerate(many, 1)}
    for sources, node in groups.items():
        yield f'state "{escaped(several_states(view, sources, "any-other"))}" as {node}'
    for (sources, target), labels in merged.items():
        source = groups.get(sources) or (_node(sources[0]) if sources[0] else "[*]")
        yield f"{source} --> {_node(target)} : {escaped(', '.join(labels))}"
    for name, state in view.policy.states.items():
        if state.final:
            yield f"{_node(name)} --> [*]"
    used = dict.fromkeys(state.core for state in view.policy.states.values())
    for core in used:
        yield f"classDef {_style(core)} fill:{COLOURS.get(core, '#ffffff')},stroke:#6b7280,color:#111827"
    for core in used:
        nodes = ",".join(_node(name) for name, state in view.policy.states.items() if state.core == core)
        yield f"class {nodes} {_style(core)}"


def _arrows(view: View, machine: Machine) -> dict[Ends, dict[str, None]]:
    """What leads between different states, in the machine's order."""
    from upheld.core.lifecycle.machine import BEFORE, Move

    conditions = {move.id: move.when for move in view.policy.transitions}
    found: dict[Ends, dict[str, None]] = {}
    for trigger, event in machine.events.items():
        for source, moves in event.transitions.items():
            targets = {move.dest for move in moves}
            for move in moves:
                if move.dest is None or move.dest == source or not isinstance(move, Move):
                    continue
                label = _label(view, trigger, move.id, conditions.get(move.id) if len(targets) > 1 else None)
                found.setdefault(("" if source == BEFORE else source, move.dest), {})[label] = None
    return found


def _merged(view: View, arrows: Mapping[Ends, Iterable[str]]) -> dict[tuple[tuple[str, ...], str], list[str]]:
    """One arrow for each pair of states; one alone for what leads to a state alike from so many that they tangle."""
    sources: dict[tuple[str, str], list[str]] = {}
    for (source, target), labels in arrows.items():
        for label in labels:
            sources.setdefault((label, target), []).append(source)
    groups = _groups(view, sources)
    merged: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for (label, target), origins in sources.items():
        for ends in groups.get((label, target), [(origin,) for origin in origins]):
            merged.setdefault((ends, target), []).append(label)
    return merged


def _groups(
    view: View, sources: Mapping[tuple[str, str], Sequence[str]]
) -> dict[tuple[str, str], list[tuple[str, ...]]]:
    """The states from which each of the many arrows starts; as one box for as many of them as can be.

    No arrow leads from a state to itself, so that it is the same whether the box holds the arrow's own target.
    """
    order = [*view.policy.states]
    many = {}
    for (label, target), origins in sources.items():
        if len(origins) >= MOST_STATES:
            both = (origins, [*origins, target])
            many[label, target] = [tuple(sorted(each, key=order.index)) for each in both]
    usual = Counter(group for each in many.values() for group in each)
    return {key: [max(each, key=usual.__getitem__)] for key, each in many.items()}


def _label(view: View, trigger: str, move: str, condition: Condition | None) -> str:
    """The event, with its condition where the same event may lead elsewhere; or the timer."""
    if trigger in view.policy.events:
        return view.naming.event(trigger) + view.circumstances.on((trigger,)).when(condition)
    timer = next(timer for timer in view.policy.timers if timer.id == move)
    return f"{TIMER} {view.naming.name(timer)} ({view.duration(timer.after)})"


def _node(state: str) -> str:
    """A state's name in the diagram: never a word of Mermaid's, and without its hyphens, which draw arrows."""
    return f"s_{state.replace('-', '_')}"


def _style(core: str) -> str:
    return f"core_{core.replace('-', '_')}"
