"""The diagram: a policy's states and moves in Mermaid's language.

What leads to one state alike from many starts from one box for all of them, "any other that is not final but
Resolved". Vendor's states are coloured by the core state they refine. All that authors wrote is turned into character
codes where it is no letter, digit or harmless sign, so that no label can end its line or begin anything.

    >>> escaped('a "quick" fix: <b>50%</b>')
    'a #34;quick#34; fix#58; #60;b#62;50#37;#60;/b#62;'
    >>> escaped('1. first'), escaped('- last')
    ('1#46; first', '#45; last')
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from upheld.core.policy.lifecycle import CORE_STATES
from upheld.show.policy.arrows import Cause, arrows
from upheld.show.policy.course import several_states
from upheld.show.words.view import View

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
    return "\n".join(("stateDiagram-v2", *(f"    {line}" for line in _lines(view))))


def escaped(text: str) -> str:
    """A text that Mermaid shows as it is."""
    coded = "".join(
        letter if letter.isalnum() or letter in HARMLESS else " " if letter.isspace() else f"#{ord(letter)};"
        for letter in text
    )
    return _LIST.sub(lambda found: f"{found[1]}#{ord(found[2])};", coded)


def _lines(view: View) -> Iterator[str]:
    for name in view.policy.states:
        yield f'state "{escaped(view.naming.state(name))}" as {_node(name)}'
    drawn = arrows(view)
    many = dict.fromkeys(arrow.sources for arrow in drawn if len(arrow.sources) > 1)
    groups = {sources: f"any_{number}" for number, sources in enumerate(many, 1)}
    for sources, node in groups.items():
        yield f'state "{escaped(several_states(view, sources, "any-other"))}" as {node}'
    for arrow in drawn:
        source = "[*]" if arrow.opens else groups.get(arrow.sources) or _node(arrow.sources[0])
        labels = dict.fromkeys(map(_label, arrow.causes))
        yield f"{source} --> {_node(arrow.target)} : {escaped(', '.join(labels))}"
    for name, state in view.policy.states.items():
        if state.final:
            yield f"{_node(name)} --> [*]"
    used = dict.fromkeys(state.core for state in view.policy.states.values())
    for core in used:
        yield f"classDef {_style(core)} fill:{COLOURS.get(core, '#ffffff')},stroke:#6b7280,color:#111827"
    for core in used:
        nodes = ",".join(_node(name) for name, state in view.policy.states.items() if state.core == core)
        yield f"class {nodes} {_style(core)}"


def _label(cause: Cause) -> str:
    return f"{TIMER} {cause.name}" if cause.timed else cause.name + cause.condition


def _node(state: str) -> str:
    """A state's name in the diagram: never a word of Mermaid's, and without its hyphens, which draw arrows."""
    return f"s_{state.replace('-', '_')}"


def _style(core: str) -> str:
    return f"core_{core.replace('-', '_')}"
