"""Robustness: whatever a document says, the checker answers with findings, soon, and always the same.

Documents are broken at the level of their values, so that most have the shape of a
policy and reach its meaning. Source: THREATS Y14.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from check.desk import SECTIONS, desk, examined, found
from check.mutation import Tree, originals, text_of, tree_of, walk
from hypothesis import given
from hypothesis import strategies as st

from upheld.document.catalogue import TITLE_BY_CODE
from upheld.loading import examine
from upheld.report.findings import REPORTS

EVERYTHING = Path(__file__).resolve().parents[1] / "documents" / "good" / "everything.yaml"
OVERLAY = b"""
upheld: 1
policy: overlay
version: 1.0.0
extends: base@1.0.0
severities: [{id: high, assumes: [usual-severity]}]
roles: {agent: {override: true, label: Adviser}, guest: {}}
states: {workaround: {remove: we have none}, parked: {core: qualified}}
events: {work: {remove: nothing is billed}, park: {by: [agent, guest]}}
transitions:
  - {id: work-around, remove: see above}
  - {id: park, before: answer, on: park, from: qualified, to: parked, assumes: [usual-waiting]}
  - {id: reopen, override: true, on: reopen, from: {core: resolved}, to: open, assumes: [usual-reopening]}
conditions: {parked: {state: parked}}
rules: [{id: asked, on: close, when: parked, refuse: always, assumes: [usual-closing]}]
"""
TREES: list[Tree] = [
    tree_of(EVERYTHING.read_bytes()),
    tree_of(desk().encode()),
    tree_of(OVERLAY),
    originals()["mapping"],
]
NAMES = sorted({str(step) for tree in TREES for path, _ in walk(tree) for step in path})
WORDS = (
    *(
        "",
        "x",
        "any",
        "all",
        "none",
        "stay",
        "always",
        "hook",
        "core",
        "state",
        "queue",
        "level",
        "channel",
        "severity",
    ),
    *("event.x", "event.severity", "before.state", "a.b.c.d", "parameter.x", "contract.tma.seats", "opening.support"),
    *("in_fix", "é", "{", "{severity}", "{}", "1bd", "0h", "1.5bd", "99999999d", "next-release", "next-opening + 1h"),
    *("2024-02-30", "1990-01-01", "2024-12-31", "*-02-30", "09:00-08:00", "24:00-24:00", "base@1.0.0", "x" * 65),
    *("FREQ=DAILY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "EUR", "min", "90%", "1/3", "UP501", "\u200b", "a\nb"),
)
SCALARS = st.one_of(
    st.sampled_from(WORDS), st.sampled_from(NAMES), st.integers(-3, 2**63 - 1), st.booleans(), st.none()
)
ODD = (
    *({"ref": "severity"}, {"add": "event.product"}, {"set": True}, {"not": {"not": 1}}, {"hook": "a.b"}, {"id": "x"}),
    *({"core": "open"}, {"core": []}, {"remove": "x"}, {"override": True}, {"parameter": "x"}, {"next": "x"}),
    *(
        {"opening": {"always": "closed"}},
        {"opening-left": {"support": {"below": "1h"}}},
        {"severity": {"below": {"ref": "x"}}},
    ),
    *({"when": {}}, {"is": "1h"}, {"on": "x"}, {"enters": "open"}, {"levels": ["a"], "on": "x"}, {"received": {}}),
)
VALUES = st.one_of(
    SCALARS,
    st.sampled_from(ODD),
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
        max_leaves=4,
    ),
)
Draw = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def broken(draw: Draw) -> Tree:
    """A policy of which some values are other ones: of any kind, of another key, gone, doubled or renamed."""
    tree = copy.deepcopy(draw(st.sampled_from(TREES)))
    for _ in range(draw(st.integers(1, 4))):
        paths = [path for path, _ in walk(tree)]
        if not paths:
            break
        path = draw(st.sampled_from(paths))
        holder: Any = tree
        for step in path[:-1]:
            holder = holder[step]
        change(draw, tree, holder, path[-1], paths)
    return tree


def change(draw: Draw, tree: Tree, holder: Any, step: Any, paths: list[tuple[str | int, ...]]) -> None:
    """Break one value."""
    how = draw(st.sampled_from(("any value", "alike", "alike", "alike", "gone", "doubled", "renamed", "emptied")))
    if how == "gone":
        del holder[step]
    elif how == "doubled" and isinstance(holder, list):
        holder.insert(step, copy.deepcopy(holder[step]))
    elif how == "renamed" and isinstance(holder, dict):
        holder[draw(st.sampled_from(NAMES) | st.sampled_from(WORDS))] = holder.pop(step)
    elif how == "emptied" and isinstance(holder[step], dict | list):
        holder[step].clear()
    elif how == "alike":
        other = draw(st.sampled_from([path for path in paths if type(path[-1]) is type(step) and path[-1] == step]))
        value: Any = tree
        for each in other:
            value = value[each]
        holder[step] = copy.deepcopy(value)
    else:
        holder[step] = copy.deepcopy(draw(VALUES))


@given(broken())
def test_a_broken_document_leads_to_findings(tree: Tree) -> None:
    """Never to an exception; every report can tell them; and a second look says the same."""
    text = text_of(tree)
    first, second = examine(text, "broken.yaml"), examine(text, "broken.yaml")

    assert first.findings == second.findings
    assert {each.code for each in first.findings} <= TITLE_BY_CODE.keys()
    for report in REPORTS.values():
        assert report([first]) == report([second])


ABSURD = """
a policy that is all that it needs to be
  checks: []
no states
  states: {}
no events
  events: {}
no transitions
  transitions: []
no severities
  severities: []
no roles
  roles: {}
a state for every core state and no move
  states: {a: {core: open}, b: {core: closed}}
  transitions: []
a rule on any event where there are none
  events: {}
  rules: [{id: r, on: any, refuse: always}]
a rule on no event that is left
  rules: [{id: r, on: any, except: [submit, close], refuse: always}]
a move from core states that nobody has
  transitions: [{id: a, on: submit, from: {core: workaround}, to: open}]
a move to itself
  transitions: [{id: a, on: submit, opens: true, to: open}, {id: b, on: close, from: open, to: open}]
a timer of no state
  timers: [{id: t, in: nowhere, after: 1h, calendar: nowhere, to: nowhere}]
a commitment of nothing
  commitments: [{id: c, start: {on: nothing}, stop: {enters: nowhere}, within: 1h}]
a target that says nothing
  commitments: [{id: c, start: {on: submit}, stop: {on: close}, within: {by: {ref: x}}}]
triggers that say nothing
  commitments: [{id: c, start: {when: x}, stop: {when: y}, within: 1h, pause: {until: {when: z}}}]
names with dots
  facts: {a: {text: true}}
  rules: [{id: r, on: submit, when: {a.b.c: d, event..x: e, .: f}, refuse: always}]
conditions of every wrong kind
  conditions: {a: a, b: [b], c: {all: c}, d: {any: []}, e: {none: [[]]}, f: {day: mon}}
conditions that double, one after the other
  conditions: {c0: {state: open}, LADDER}
an invariant about nothing
  invariants: [{id: i, every-path-to: nowhere, passes: nothing}]
a queue by nothing
  queue: [{by: nothing, order: [a, a]}, {first: {received: {in-last-closure-of: x}}}, {order: a}]
two escalations of nothing
  escalation: [{levels: [a, a], on: x, to: {ref: event.y}}, {levels: {}, on: x}]
a table of nothing
  parameters: {p: {by: p, values: [{p: p}, {is: 1}, {from: 2024-01-01}]}, q: {by: event.q, values: [{}]}}
a charge of everything
  accounts: {a: {unit: min, overdraft: refuse}}
  charges: [{id: c, on: submit, debit: {account: a, amount: {}}, settle: c, waive: {account: b, amount: 5}}]
a waiver of itself
  checks: [{waive: UP905, of: checks, reason: it waives itself}]
a policy that extends itself
  extends: desk@1.0.0
an event that sets what it must not
  events: {submit: {by: submit, sets: {state: open, core: closed, flagged: x, level: 9}}}
an event that adds to everything
  events: {submit: {by: agent, sets: {severity: {add: severity}, queue: [{is: {add: contract}}]}}}
facts of every name
  facts: {all: {text: true}, event: {one-of: []}, queue: {integer: true}, before: {many: true}}
a queue that is a number
  facts: {queue: {integer: true}}
  events: {submit: {by: agent, sets: {queue: 3}}}
a fact of no values
  facts: {f: {one-of: []}}
  rules: [{id: r, on: submit, when: {f: x}, refuse: always}]
severities of one name
  severities: [{id: a}, {id: a}]
  parameters: {p: {by: severity, values: [{a: 1h}]}}
""".replace("LADDER", ", ".join(f"c{at + 1}: {{all: [c{at}, c{at}]}}" for at in range(60)))
CASES = re.findall(r"^(\S.*)\n((?:  .*\n)+)", ABSURD, re.MULTILINE)


@pytest.mark.parametrize("text", [text for _, text in CASES], ids=[name for name, _ in CASES])
def test_an_absurd_policy_leads_to_findings(text: str) -> None:
    """Sound or not, it is read, checked and told."""
    policy = desk(**dict(re.findall(r"^  (\S+): (.*)$", text, re.MULTILINE)))
    result = examined(policy)

    assert {each.code for each in result.findings} <= TITLE_BY_CODE.keys()
    assert {each.place.file for each in result.findings} <= {"desk.yaml"}
    assert result.findings == found(policy)


def test_the_desk_itself_is_sound() -> None:
    """Or nothing of all this would mean anything."""
    assert () == found(desk())
    assert set(SECTIONS) == set(tree_of(desk().encode()))
