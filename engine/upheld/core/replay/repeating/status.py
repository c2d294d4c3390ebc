"""Statuses: tickets that stand alike, and the steps that lead from one to the next.

What is remembered here was decided before; it is told apart by all that decides it, and holds no instant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from upheld.core.clocks.repeated import Begin, Repeated
from upheld.core.clocks.terms import Choice, Terms
from upheld.core.condition.domain import Held
from upheld.core.decision.outcome import Outcome
from upheld.core.decision.table import Said
from upheld.core.lifecycle.consequences import Facts
from upheld.core.replay.verdict import Row


class Status:
    """Tickets that stand alike, as far as anything depends on it.

    Attributes:
        state, core: The ticket's; ``""`` before an opening.
        has_begun: Whether a promise has.
        steps: What records do, by the number of their kind and what else decides.
    """

    __slots__ = ("core", "has_begun", "state", "steps")

    def __init__(self, state: str = "", core: str = "", *, has_begun: bool = False) -> None:
        self.state, self.core, self.has_begun = state, core, has_begun
        self.steps: dict[object, Step] = {}


class Step(NamedTuple):
    """What records of one kind do to tickets of one status.

    Attributes:
        said: One of them: while it is kept, no other kind has its kind's number.
        outcome: What becomes of them.
        clocks: What is done to clocks; ``None`` for nothing.
        row: Of the move; ``None`` where they stay.
        assumed: What it rests on.
        judged: What promises read of the facts after it.
        ways: How they go on, by that.
    """

    said: Said
    outcome: Outcome
    clocks: Repeated | None
    row: Row | None
    assumed: dict[str, None] | None
    judged: Callable[[Facts], object] | None
    ways: dict[object, Way]


class Way(NamedTuple):
    """How tickets go on after a step where promises read the same.

    Attributes:
        begins: The clocks that may begin.
        leads: The status after it, by those that did.
    """

    begins: tuple[Promise, ...]
    leads: dict[object, Status]


class Promise(NamedTuple):
    """A clock that may begin.

    Attributes:
        is_awaiting: Whether what it reads is not known yet.
        of_time: The names of time that it reads.
        read_times: Reads these at an instant for a customer.
        choices: What it is promised, by what these hold; ``None`` where one of them is hardly twice the same.
    """

    begin: Begin
    terms: Terms
    is_awaiting: bool
    of_time: tuple[str, ...]
    read_times: Callable[[int, str], tuple[Held, ...]]
    choices: dict[object, Choice | None] | None
