"""The machine: a policy's moves in a machine of the `transitions` library, shared by all tickets.

The machine is the one place where a policy's moves stand together: the diagram is drawn
from it, the engine decides by a table read off it, and whoever uses `transitions` drives
it with models of their own. Triggers are called like the policy's events; a condition
asks the lookup that comes with the trigger, or the model's own `lookup`.

    >>> from upheld.loading import examine
    >>> policy = examine(b'''
    ... upheld: 1
    ... policy: tiny
    ... version: 1.0.0
    ... zone: Etc/UTC
    ... vendor: {name: Tiny}
    ... facts: {solved: {boolean: true}}
    ... states: {open: {core: open}, closed: {core: closed}}
    ... events: {submit: {by: customer}, close: {by: customer}}
    ... transitions:
    ...   - {id: submit, on: submit, opens: true, to: open}
    ...   - {id: close, on: close, from: open, to: closed, when: {solved: true}}
    ... ''', "tiny.yaml").policy
    >>> machine = compile_machine(policy)
    >>> class Request: pass
    >>> request = Request()
    >>> machine.add_model(request)
    >>> request.trigger("submit"), request.state
    (True, 'open')
    >>> request.trigger("close", lookup={"solved": False}.get), request.state
    (False, 'open')
    >>> request.trigger("close", lookup={"solved": True}.get), request.state
    (True, 'closed')
    >>> move_table(machine)["open", "close"]
    (Step(transition='close', target='closed'),)

The table holds what may happen; whether a step's condition holds is the caller's
question. Where two hold, the machine raises `AmbiguousMove` instead of taking the
first, as the library would by itself.

Source: DESIGN section 3, "The `transitions` library holds the machine".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from transitions import EventData, Machine, MachineError, State, Transition

from upheld.core.condition.condition import Condition, Lookup, evaluate
from upheld.core.policy.policy import Policy

BEFORE: Final = "[*]"
"""What the machine calls having no state yet, as diagrams do. No vendor's state can be called so."""


class Step(NamedTuple):
    """What an event, or a timer, may do in a state.

    Attributes:
        transition: The transition's id, or the timer's.
        target: The state it enters, or ``None`` when the ticket stays where it is.
    """

    transition: str
    target: str | None


MoveTable = dict[tuple[str | None, str], tuple[Step, ...]]
"""The steps by state (``None``: there is no ticket yet) and trigger, in the policy's order."""


class AmbiguousMove(MachineError):
    """Two transitions hold at once, which the checker rules out where no hook is involved."""


class Move(Transition):
    """A transition of the library that knows by which id the policy calls it."""

    def __init__(self, *args: Any, id: str = "", **kwargs: Any) -> None:  # what the library passes on is its business
        super().__init__(*args, **kwargs)
        self.id = id


class PolicyMachine(Machine):
    """A machine whose transitions are moves."""

    transition_cls = Move


def timer_trigger(timer: str) -> str:
    """The trigger by which a timer moves; no event can be called so."""
    return f"timer.{timer}"


def compile_machine(policy: Policy) -> Machine:
    """The machine of a policy that the checker found no errors in.

    It has no models. Its state before the opening is ``BEFORE``, where a model that is added begins. A trigger
    raises MachineError where no transition leaves the state, and `AmbiguousMove` where two hold; it returns whether
    a transition was taken. ``to: stay`` is an internal transition: nothing is left or entered.
    """
    machine = PolicyMachine(
        model=None,
        states=[State(BEFORE), *(State(name, final=state.final) for name, state in policy.states.items())],
        initial=BEFORE,
        auto_transitions=False,
        send_event=True,
        name=policy.id,
    )
    leaving: dict[tuple[str, str], list[_Arrow]] = {}
    for arrow in _arrows(policy):
        leaving.setdefault((arrow.source, arrow.trigger), []).append(arrow)
    for arrows in leaving.values():
        for arrow in arrows:
            rivals = tuple(other for other in arrows if other is not arrow)
            condition = _Alone(arrow, rivals) if arrow.when is not None or rivals else None
            machine.add_transition(arrow.trigger, arrow.source, arrow.target, conditions=condition, id=arrow.id)
    return machine


def move_table(machine: Machine) -> MoveTable:
    """What each event and timer may do in each state, read off the machine; what can do nothing has no entry."""
    return {
        (None if source == BEFORE else source, trigger): tuple(
            Step(move.id, move.dest) for move in moves if isinstance(move, Move)
        )
        for trigger, event in machine.events.items()
        for source, moves in event.transitions.items()
    }


@dataclass(frozen=True, slots=True)
class _Arrow:
    """One transition from one state on one trigger."""

    id: str
    trigger: str
    source: str
    target: str | None
    when: Condition | None = None

    def holds(self, lookup: Lookup | None) -> bool:
        """Whether its condition does."""
        if self.when is None:
            return True
        if lookup is None:
            raise TypeError(f"trigger `{self.trigger}` asks a condition: pass `lookup=`, or give the model a `lookup`")
        return evaluate(self.when, lookup)


def _arrows(policy: Policy) -> Iterator[_Arrow]:
    """Every arrow of the policy's diagram, transitions before timers, in its order."""
    for transition in policy.transitions:
        for event in transition.on:
            for source in (BEFORE,) if transition.opens else transition.origins:
                yield _Arrow(transition.id, event, source, transition.target, transition.when)
    for timer in policy.timers:
        for source in timer.states:
            yield _Arrow(timer.id, timer_trigger(timer.id), source, timer.target)


@dataclass(frozen=True, slots=True)
class _Alone:
    """The library's condition of an arrow: it holds, and none of its rivals does."""

    arrow: _Arrow
    rivals: tuple[_Arrow, ...]

    def __call__(self, data: EventData) -> bool:
        lookup = data.kwargs.get("lookup", getattr(data.model, "lookup", None))
        if not self.arrow.holds(lookup):
            return False
        also = [rival.id for rival in self.rivals if rival.holds(lookup)]
        if also:
            several = ", ".join(f"`{each}`" for each in (self.arrow.id, *also))
            raise AmbiguousMove(f"`{self.arrow.trigger}` in `{self.arrow.source}` could take {several}")
        return True
