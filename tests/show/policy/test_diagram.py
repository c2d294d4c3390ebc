"""The diagram: Mermaid that parses, and that shows what the policy says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example
from hypothesis import given as examples
from hypothesis import strategies as st
from show.mermaid import LABEL, Chart, decoded, read

from upheld.core.policy.policy import Policy
from upheld.loading import load_policy
from upheld.plugins import installed_policies
from upheld.show import LANGUAGES, show_mermaid
from upheld.show.policy.diagram import escaped

POLICIES = [policy.id for policy in installed_policies()]


def node(state: str) -> str:
    return f"s_{state.replace('-', '_')}"


def shown(policy: Policy, language) -> Chart:
    return read(show_mermaid(policy, language))


def moves(policy: Policy) -> set[tuple[str, str]]:
    """Every pair of different states that an event or a timer leads between, straight from the policy."""
    found = set()
    for move in policy.transitions:
        if move.target is not None:
            found |= {(origin, move.target) for origin in move.origins if origin != move.target}
    for timer in policy.timers:
        if timer.target is not None:
            found |= {(origin, timer.target) for origin in timer.states if origin != timer.target}
    return {(node(origin), node(target)) for origin, target in found} | {
        ("[*]", node(move.target)) for move in policy.transitions if move.opens and move.target
    }


def arrows(policy: Policy, chart: Chart, language) -> set[tuple[str, str]]:
    """Every pair of states that an arrow leads between; one from a box leads from every state that its words name."""
    names = {node(state.id): chart.states[node(state.id)] for state in policy.states.values()}
    running = [node(state.id) for state in policy.states.values() if not state.final]
    found = set()
    for source, target in chart.arrows:
        said = chart.groups.get(source)
        if said is None:
            found.add((source, target))
            continue
        kind, _, but = said.partition({"en": " but ", "fr": " sauf "}[language])
        told = set(re.split(", | or | and | ou | et ", but or kind))
        words = {
            "en": ("any other that is not final", "any other"),
            "fr": ("tout autre état non final", "tout autre état"),
        }
        if kind in words[language]:
            every = running if kind == words[language][0] else [*names]
            sources = [each for each in every if names[each] not in told]
        else:
            sources = [each for each in names if names[each] in told]
        assert len(sources) >= 4
        found |= {(each, target) for each in sources if each != target}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_is_drawn_as_it_is(name: str, language) -> None:
    """Its states with their labels and core states, its moves, its ends."""
    policy = load_policy(name)
    chart = shown(policy, language)

    assert {node(state) for state in policy.states} == set(chart.states)
    assert len(chart.arrows) <= 26
    for state in policy.states.values():
        assert state.label.text(language, state.id).replace("'", "’") == chart.states[node(state.id)]
        assert f"core_{state.core.replace('-', '_')}" == chart.styles[node(state.id)]
    assert moves(policy) == arrows(policy, chart, language)
    assert [node(state.id) for state in policy.states.values() if state.final] == chart.ends


def test_arrows_name_events_conditions_and_timers(tiny: Callable[[str], Policy]) -> None:
    """One arrow for all that leads between two states; conditions only where the same event may lead elsewhere."""
    chart = shown(
        tiny(
            """
facts: {kind: {one-of: {bug: Bug, wish: Wish}, label: Kind}}
calendars: {desk: {zone: Etc/UTC, weekly: {mon-fri: ["09:00-17:00"]}}}
states: {new: {core: open}, fixing: {core: in-fix}, refused: {core: closed}, done: {core: closed}}
events: {ask: {by: customer}, take: {by: agent, label: Take it}, close: {by: agent}, note: {by: agent}}
transitions:
  - {id: ask, on: ask, opens: true, to: new}
  - {id: take-bug, on: take, from: new, to: fixing, when: {kind: bug}}
  - {id: take-wish, on: take, from: new, to: refused, when: {kind: wish}}
  - {id: close-early, on: close, from: new, to: refused, when: {kind: bug}}
  - {id: close, on: close, from: fixing, to: done}
  - {id: note, on: note, from: any, to: stay}
timers:
  - {id: forget, label: Forgotten, in: new, after: 5bd, calendar: desk, business-day: dates, to: refused}
  - {id: nudge, in: new, after: 1h, calendar: desk, effects: [{kind: notify, to: agent}]}
"""
        ),
        "en",
    )

    assert {
        ("[*]", "s_new"): "ask",
        ("s_new", "s_fixing"): "Take it (when Kind is Bug)",
        ("s_new", "s_refused"): "Take it (when Kind is Wish), close, ⏱ Forgotten (5 business days)",
        ("s_fixing", "s_done"): "close",
    } == {ends: label.replace("\u00a0", " ") for ends, label in chart.arrows.items()}


@examples(st.text(min_size=1).filter(str.strip))
@example("1. first")
@example("- last")
@example("%%{init: {}}%%")
@example('"; end note')
def test_any_label_is_shown_as_it_is(label: str) -> None:
    """No label ends its line, begins a directive, or is taken for a list."""
    coded = escaped(label)

    assert re.fullmatch(LABEL, coded)
    assert "".join(" " if letter.isspace() else letter for letter in label) == decoded(coded)


def test_states_may_be_called_like_words_of_mermaid(tiny: Callable[[str], Policy]) -> None:
    chart = shown(
        tiny(
            """
states: {end: {core: open}, state: {core: qualified}, note: {core: closed}, class: {core: closed}}
events: {direction: {by: customer}, fork: {by: customer}}
transitions:
  - {id: a, on: direction, opens: true, to: end}
  - {id: b, on: fork, from: end, to: state}
"""
        ),
        "en",
    )

    assert ["s_end", "s_state", "s_note", "s_class"] == list(chart.states)
