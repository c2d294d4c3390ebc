"""The diagram: a policy's states and moves in Mermaid's language, read off the machine.

What has no effect on the state is left out: an arrow from a state to itself on every
comment would hide the others. Vendor's states are coloured by the core state they
refine. All that authors wrote is turned into character codes where it is no letter,
digit or harmless sign, so that no label can end its line or begin anything.

    >>> escaped('a "quick" fix: <b>50%</b>')
    'a #34;quick#34; fix#58; #60;b#62;50#37;#60;/b#62;'
    >>> escaped('1. first'), escaped('- last')
    ('1#46; first', '#45; last')
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from upheld.core.condition.condition import Condition
from upheld.core.policy.lifecycle import CORE_STATES
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


@dataclass(slots=True)
class _Arrow:
    """All that leads from one state to another; ``labels`` in the policy's order, each once."""

    labels: dict[str, None] = field(default_factory=dict)


def _lines(view: View, machine: Machine) -> Iterator[str]:
    for name in view.policy.states:
        yield f'state "{escaped(view.naming.state(name))}" as {_node(name)}'
    for (source, target), arrow in _arrows(view, machine).items():
        yield f"{source} --> {target} : {escaped(', '.join(arrow.labels))}"
    for name, state in view.policy.states.items():
        if state.final:
            yield f"{_node(name)} --> [*]"
    used = dict.fromkeys(state.core for state in view.policy.states.values())
    for core in used:
        yield f"classDef {_style(core)} fill:{COLOURS.get(core, '#ffffff')},stroke:#6b7280,color:#111827"
    for core in used:
        nodes = ",".join(_node(name) for name, state in view.policy.states.items() if state.core == core)
        yield f"class {nodes} {_style(core)}"


def _arrows(view: View, machine: Machine) -> dict[tuple[str, str], _Arrow]:
    """The arrows between different states, in the machine's order."""
    from upheld.core.lifecycle.machine import BEFORE, Move

    conditions = {move.id: move.when for move in view.policy.transitions}
    found: dict[tuple[str, str], _Arrow] = {}
    for trigger, event in machine.events.items():
        for source, moves in event.transitions.items():
            targets = {move.dest for move in moves}
            for move in moves:
                if move.dest is None or move.dest == source or not isinstance(move, Move):
                    continue
                label = _label(view, trigger, move.id, conditions.get(move.id) if len(targets) > 1 else None)
                ends = ("[*]" if source == BEFORE else _node(source), _node(move.dest))
                found.setdefault(ends, _Arrow()).labels[label] = None
    return found


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
