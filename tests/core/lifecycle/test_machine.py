"""The machine and the table read off it never differ, whatever holds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from types import SimpleNamespace

import pytest
from transitions import Machine, MachineError

from upheld.core.condition.condition import Atom, Condition, HookAtom, Ref, atoms, evaluate
from upheld.core.condition.domain import Held
from upheld.core.lifecycle.machine import (
    BEFORE,
    AmbiguousMove,
    MoveTable,
    Step,
    compile_machine,
    move_table,
    timer_trigger,
)
from upheld.core.policy.policy import Policy
from upheld.loading import examine, load_policy
from upheld.plugins import installed_policies

HAND_MADE = b"""
upheld: 1
policy: hand-made
version: 1.0.0
zone: Etc/UTC
vendor: {name: Hand}
facts: {size: {integer: true}}
severities: [{id: high}, {id: low}]
states:
  new: {core: open}
  taken: {core: qualified}
  done: {core: resolved}
  closed: {core: closed}
  forgotten: {core: auto-closed}
calendars: {desk: {zone: Etc/UTC, weekly: {mon-fri: ["09:00-17:00"]}}}
events:
  submit: {by: customer, data: {urgent: {boolean: true}}}
  take: {by: agent}
  finish: {by: agent}
  nudge: {by: customer}
  note: {by: agent}
transitions:
  - {id: submit, on: submit, opens: true, to: new, when: {hook: hand.calm}}
  - {id: submit-urgent, on: submit, opens: true, to: taken, when: {hook: hand.urgent}}
  - {id: take, on: take, from: new, to: taken}
  - {id: finish-small, on: finish, from: [new, taken], to: done, when: {size: {below: 5}}}
  - {id: finish-low, on: finish, from: [taken], to: closed, when: {any: [{hook: hand.vip}, {severity: low}]}}
  - {id: close, on: [finish, take], from: done, to: closed}
  - {id: nudge, on: nudge, from: any, to: stay, when: {severity: {at-least: low}}}
  - {id: nudge-open, on: nudge, from: new, to: new, when: {hook: hand.vip}}
timers:
  - {id: forget, in: [new, done], after: 5bd, calendar: desk, business-day: dates, to: forgotten}
  - {id: remind, in: new, after: 2bd, calendar: desk, business-day: dates, effects: [{kind: notify, to: agent}]}
"""


def hand_made() -> Policy:
    policy = examine(HAND_MADE, "hand-made.yaml").policy
    assert policy is not None
    return policy


NAMES = ["hand-made", *(policy.id for policy in installed_policies())]


@pytest.mark.parametrize("name", NAMES)
def test_machine_and_table_never_differ(name) -> None:
    """Every state, every event and timer, every outcome of the conditions: the same move, or the same none."""
    policy = hand_made() if name == "hand-made" else load_policy(name)
    machine = compile_machine(policy)
    table = move_table(machine)
    conditions = {move.id: move.when for move in policy.transitions}
    triggers = (*policy.events, *(timer_trigger(timer.id) for timer in policy.timers))

    for state, trigger in product((None, *policy.states), triggers):
        asked = [conditions.get(step.transition) for step in table.get((state, trigger), ())]
        for lookup in outcomes([condition for condition in asked if condition is not None]):
            assert by_table(table, conditions, state, trigger, lookup) == by_machine(machine, state, trigger, lookup)


def by_table(table: MoveTable, conditions, state, trigger, lookup) -> object:
    """The state afterwards, or why there is none."""
    steps = table.get((state, trigger))
    if steps is None:
        return "no transition"
    held = [
        step
        for step in steps
        if conditions.get(step.transition) is None or evaluate(conditions[step.transition], lookup.get)
    ]
    if len(held) != 1:
        return "ambiguous" if held else "none holds"
    return held[0].target or state


def by_machine(machine: Machine, state, trigger, lookup) -> object:
    """The same, by the library."""
    if trigger not in machine.events:
        return "no transition"
    model = SimpleNamespace(state=BEFORE if state is None else state)
    try:
        taken = machine.events[trigger].trigger(model, lookup=lookup.get)
    except AmbiguousMove:
        return "ambiguous"
    except MachineError:
        return "no transition"
    return (None if model.state == BEFORE else model.state) if taken else "none holds"


def outcomes(conditions: list[Condition]) -> Iterator[dict[str, Held]]:
    """Lookups under which the conditions' comparisons have every outcome that they can have together."""
    values: dict[str, dict[Held, None]] = {}
    for atom in (each for condition in conditions for each in atoms(condition)):
        if isinstance(atom, HookAtom):
            values[atom.key] = {True: None, False: None}
            continue
        found = values.setdefault(atom.name, {None: None})
        found.update(dict.fromkeys(candidates(atom)))
        if isinstance(atom.operand, Ref):
            values.setdefault(atom.operand.name, {None: None}).update(found)
            found.update(values[atom.operand.name])
    assert 10_000 > len(list(product(*values.values())))
    for held in product(*values.values()):
        yield dict(zip(values, held, strict=True))


def candidates(atom: Atom) -> list[Held]:
    constants = atom.operand if isinstance(atom.operand, tuple) else ()
    if atom.op == "has":
        return [frozenset(), frozenset({"something"}), *(frozenset({each}) for each in constants)]
    if atom.scale:
        return [*atom.scale]
    near = [each + step for each in constants if type(each) is int for step in (-1, 1)]
    return [*constants, *near, *([] if near else ["something"])]


def test_the_hand_made_policy_has_every_kind_of_outcome() -> None:
    """Else the test above would prove little."""
    policy = hand_made()
    machine = compile_machine(policy)
    table = move_table(machine)
    conditions = {move.id: move.when for move in policy.transitions}
    seen = set()
    for state, trigger in product((None, *policy.states), (*policy.events, timer_trigger("forget"))):
        asked = [conditions.get(step.transition) for step in table.get((state, trigger), ())]
        for lookup in outcomes([condition for condition in asked if condition is not None]):
            seen.add(by_machine(machine, state, trigger, lookup))

    assert {*policy.states, "ambiguous", "none holds", "no transition"} == seen


def test_table() -> None:
    """Steps stand in the policy's order; staying has no target; timers have triggers of their own."""
    table = move_table(compile_machine(hand_made()))

    assert (Step("submit", "new"), Step("submit-urgent", "taken")) == table[None, "submit"]
    assert (Step("finish-small", "done"), Step("finish-low", "closed")) == table["taken", "finish"]
    assert (Step("nudge", None), Step("nudge-open", "new")) == table["new", "nudge"]
    assert (Step("forget", "forgotten"),) == table["done", "timer.forget"]
    assert (Step("remind", None),) == table["new", "timer.remind"]
    assert ("closed", "nudge") not in table
    assert not [key for key in table if key[1] == "note"]


def test_embedders_drive_it_with_their_own_models() -> None:
    """A model may bring its own lookup and callbacks; staying neither leaves nor enters."""

    class Case:
        def __init__(self) -> None:
            self.held = {"hook.hand.calm": True, "severity": "low"}
            self.log = []

        def lookup(self, name: str) -> Held:
            return self.held.get(name)

        def on_enter_new(self, data: object) -> None:
            self.log.append("entered new")

        def on_exit_new(self, data: object) -> None:
            self.log.append("left new")

    machine, case, other = compile_machine(hand_made()), Case(), Case()
    machine.add_model([case, other])

    assert BEFORE == case.state
    assert case.trigger("submit")
    assert case.trigger("nudge")
    assert ["entered new"] == case.log
    assert case.trigger("take")
    assert ["entered new", "left new"] == case.log
    assert ("taken", BEFORE) == (case.state, other.state)
    assert case.trigger("finish")
    assert "closed" == case.state
    assert machine.states["closed"].final


def test_a_condition_needs_a_lookup() -> None:
    """Forgetting it is the embedder's mistake, and never a silent no."""
    machine = compile_machine(hand_made())

    with pytest.raises(TypeError, match="pass `lookup=`"):
        machine.events["submit"].trigger(SimpleNamespace(state=BEFORE))


def test_two_that_hold_are_told() -> None:
    """The library alone would take the first."""
    machine = compile_machine(hand_made())

    with pytest.raises(AmbiguousMove, match="could take `submit`, `submit-urgent`"):
        machine.events["submit"].trigger(SimpleNamespace(state=BEFORE), lookup=lambda name: True)
