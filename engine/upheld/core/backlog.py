"""Backlogs: the tickets that wait to be handled, each with the promise that falls due next.

The order is the policy's own; the promise beside it says how long there is. One that is
overdue and still not fulfilled stays the next: it is the one to see to.

Source: DESIGN section 7, `upheld queue`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from upheld.core.clock_row import ClockRow
from upheld.core.clocks import Clocks
from upheld.core.explanation import where
from upheld.core.handling import QueueLine
from upheld.core.instant import text_of
from upheld.core.policy import Policy
from upheld.core.ticket import Standing
from upheld.core.work_order import Placed


@dataclass(frozen=True, slots=True)
class Task:
    """A ticket that waits.

    Attributes:
        position: From 1.
        line: The line of the queue that puts it after the one before; ``None`` for the first one, and where no line
            tells them apart.
        number: Which line of the queue that is, from 1; 0 for none.
        next: The promise that falls due next and is not fulfilled, as it stands; ``None`` where no due time runs.
    """

    position: int
    ticket: Standing
    line: QueueLine | None
    number: int
    next: ClockRow | None

    def as_document(self) -> dict[str, object]:
        """The entry of ``upheld queue --format json``; instants are UTC, lengths opening seconds."""
        ticket, line = self.ticket, self.line
        return {
            "position": self.position,
            "ticket": ticket.id,
            "state": ticket.state,
            "severity": ticket.facts.get("severity"),
            "clauses": list(line.clauses) if line else [],
            "assumptions": list(line.assumes) if line else [],
            "line": self.number or None,
            "where": where(line) if line else None,
            "customer": ticket.customer or None,
            "queue": ticket.facts.get("queue"),
            "received_at": text_of(ticket.opened_s),
            "next": None if self.next is None else self.next.as_document(),
        }


def backlog(policy: Policy, clocks: Clocks, placed: Iterable[Placed], at_s: int) -> tuple[Task, ...]:
    """The tickets in their places, looked at as of an instant that is not before their last records."""
    promised = {commitment.id for commitment in policy.commitments if commitment.promised}
    return tuple(
        Task(
            each.position,
            each.ticket,
            each.line,
            0 if each.line is None else policy.queue.index(each.line) + 1,
            _next(clocks, each.ticket, promised, at_s),
        )
        for each in placed
    )


def _next(clocks: Clocks, ticket: Standing, promised: set[str], at_s: int) -> ClockRow | None:
    for _, commitment, cycle in clocks.limits(ticket.clocks):
        if commitment in promised:
            for row in clocks.rows(ticket.clocks, at_s):
                if (row.commitment.id, row.cycle) == (commitment, cycle):
                    return row
    return None
