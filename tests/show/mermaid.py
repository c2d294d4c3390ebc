"""A strict reader of the part of Mermaid's state diagrams that we write; anything else is an error.

Written from Mermaid's documentation of `stateDiagram-v2`, and held against Mermaid 11 once. It is stricter: labels
hold letters, digits, character codes and a few signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

NODE = r"s_[a-z0-9]+(?:_[a-z0-9]+)*"
GROUP = "any_[0-9]+"
"""A box that stands for many states."""
LABEL = r"(?:[^\W_]|#[0-9]+;|[ .,'’!?()/+–—…«»“”≈→⏱·-])+"
STYLE = r"core_[a-z]+(?:_[a-z]+)*"
COLOUR = "#[0-9a-f]{6}"

STATE = re.compile(rf'state "({LABEL})" as ({NODE}|{GROUP})')
ARROW = re.compile(rf"(\[\*\]|{NODE}|{GROUP}) --> ({NODE}) : ({LABEL})")
END = re.compile(rf"({NODE}) --> \[\*\]")
CLASS_DEFINITION = re.compile(rf"classDef ({STYLE}) fill:{COLOUR},stroke:{COLOUR},color:{COLOUR}")
CLASS = re.compile(rf"class ({NODE}(?:,{NODE})*) ({STYLE})")


@dataclass
class Chart:
    """What a diagram shows, with its labels decoded."""

    states: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    arrows: dict[tuple[str, str], str] = field(default_factory=dict)
    ends: list[str] = field(default_factory=list)
    styles: dict[str, str] = field(default_factory=dict)


def read(text: str) -> Chart:
    """Read a diagram. Raises AssertionError at the first line that is none of ours."""
    head, *lines = text.rstrip("\n").split("\n")
    assert head == "stateDiagram-v2"
    chart, defined = Chart(), set()
    for line in lines:
        assert re.fullmatch(r" {4}\S(?:.*\S)?", line), line
        line = line[4:]
        if found := STATE.fullmatch(line):
            named = chart.groups if re.fullmatch(GROUP, found[2]) else chart.states
            assert found[2] not in named, line
            named[found[2]] = decoded(found[1])
        elif found := ARROW.fullmatch(line):
            assert (found[1], found[2]) not in chart.arrows, line
            assert {found[1], found[2]} - {"[*]"} <= {*chart.states, *chart.groups}, line
            chart.arrows[found[1], found[2]] = decoded(found[3])
        elif found := END.fullmatch(line):
            chart.ends.append(found[1])
        elif found := CLASS_DEFINITION.fullmatch(line):
            defined.add(found[1])
        else:
            found = CLASS.fullmatch(line)
            assert found, line
            assert found[2] in defined, line
            for node in found[1].split(","):
                assert node in chart.states, line
                assert node not in chart.styles, line
                chart.styles[node] = found[2]
    return chart


def decoded(label: str) -> str:
    assert not re.match(r"\d*[.)+-]", label), label
    return re.sub(r"#([0-9]+);", lambda found: chr(int(found[1])), label)
