"""The order of work: which of the open tickets comes first, line by line of the policy's queue.

The first line that tells two tickets apart decides. What no line tells apart stands in
the order of receipt, and then of ids, so that the order is always the same. A policy that
declares no order has the highest severity first: nobody would look for it further down.

The *backlog* is the tickets that wait to be handled, each with the promise that falls due
next, which says how long there is. One that is overdue and still not fulfilled stays the
next: it is the one to see to. Where none runs, it is the paused one that has least time left.

Source: DESIGN section 5, `queue`; section 7, `upheld queue`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from upheld.core.clocks.clocks import Clocks
from upheld.core.clocks.row import ClockRow
from upheld.core.condition.condition import Lookup, evaluate
from upheld.core.condition.domain import Many, OneOf
from upheld.core.lifecycle.explanation import where
from upheld.core.policy.handling import Closure, QueueLine
from upheld.core.policy.lifecycle import ENDED
from upheld.core.policy.policy import Policy
from upheld.core.policy.schedule import Schedule
from upheld.core.record.ticket import Standing
from upheld.core.time.day import weekday_of
from upheld.core.time.instant import text_of

Rank = tuple[int, int, str]
"""What one line says of a ticket: whether it has a place at all, then a number, then a text."""

LAST: Rank = (1, 0, "")
"""A ticket of which a line has nothing to say comes after those of which it has."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A ticket in its place.

    Attributes:
        position: From 1.
        ticket: The ticket.
        line: The line of the queue that puts it after the one before; ``None`` for the first one, and where no line
            tells them apart.
    """

    position: int
    ticket: Standing
    line: QueueLine | None


def order_of_work(
    policy: Policy, schedule: Schedule, tickets: Iterable[Standing], at_s: int, names: Callable[[Standing, int], Lookup]
) -> tuple[Placed, ...]:
    """The tickets not yet resolved, in the order in which they are to be handled at an instant.

    Args:
        names: What names hold for a ticket at an instant.
    """
    waiting = [ticket for ticket in tickets if ticket.core not in ENDED]
    ranks = {
        ticket.id: tuple(_rank(policy, schedule, line, ticket, at_s, names) for line in policy.queue)
        or (_place(policy, "severity", (), ticket),)
        for ticket in waiting
    }
    waiting.sort(key=lambda ticket: (ranks[ticket.id], ticket.opened_s, ticket.id))
    found = []
    for position, ticket in enumerate(waiting, 1):
        before = ranks[waiting[position - 2].id] if position > 1 else ranks[ticket.id]
        found.append(Placed(position, ticket, _deciding(policy.queue, before, ranks[ticket.id])))
    return tuple(found)


def _deciding(lines: Sequence[QueueLine], before: tuple[Rank, ...], own: tuple[Rank, ...]) -> QueueLine | None:
    """The first line that tells two tickets apart."""
    return next((line for line, one, other in zip(lines, before, own, strict=False) if one != other), None)


def _rank(
    policy: Policy,
    schedule: Schedule,
    line: QueueLine,
    ticket: Standing,
    at_s: int,
    names: Callable[[Standing, int], Lookup],
) -> Rank:
    if line.by:
        return _place(policy, line.by, line.order, ticket)
    first = line.first is None or evaluate(line.first, names(ticket, at_s))
    if first and line.closure is not None:
        first = _came_in_during(schedule, line.closure, ticket.opened_s, at_s)
    return (0, 0, "") if first else LAST


def _place(policy: Policy, by: str, order: tuple[str, ...], ticket: Standing) -> Rank:
    """Where a line `by` puts a ticket: receipt earliest first, severity highest first, words in their order."""
    if by == "received":
        return 0, ticket.opened_s, ""
    held = ticket.level if by == "level" else ticket.facts.get(by)
    if held is None or isinstance(held, frozenset):
        return LAST
    order = order or _declared(policy, by)
    if order:
        return (0, order.index(str(held)), "") if held in order else LAST
    return (0, held, "") if isinstance(held, int) else (0, 0, str(held))


def _declared(policy: Policy, name: str) -> tuple[str, ...]:
    """The words that a name may hold, in the order of their declaration; severities stand highest first."""
    if name == "severity":
        return tuple(severity.id for severity in policy.severities)
    fact = policy.facts.get(name)
    domain = fact.domain if fact else None
    element = domain.of if isinstance(domain, Many) else domain
    return element.values if isinstance(element, OneOf) else ()


def _came_in_during(schedule: Schedule, closure: Closure, received_s: int, at_s: int) -> bool:
    """Whether a ticket came in during the closed time just before this morning's opening, while the morning lasts.

    The morning is the first opening window of a business day; the closed time begins at the closing before.
    """
    calendar = schedule.calendars[closure.calendar]
    today = calendar.day_at(at_s)
    this = calendar.business_day(today)
    if this is None:
        return False
    _, morning_ends_s = calendar.intervals_s(this.opens_s, this.closes_s)[0]
    if not this.opens_s <= at_s < morning_ends_s:
        return False
    closed_s = calendar.business_day_after(today, -1).closes_s
    if not closed_s <= received_s < this.opens_s:
        return False
    days = range(calendar.clock_at(closed_s)[0], today + 1)
    return not closure.holding or any(weekday_of(day) == closure.holding for day in days)


@dataclass(frozen=True, slots=True)
class QueuedTicket:
    """A ticket in the queue, in its place.

    Attributes:
        position: From 1.
        line: The line of the queue that puts it after the one before; ``None`` for the first one, and where no line
            tells them apart.
        number: Which line of the queue that is, from 1; 0 for none.
        next: The promise that falls due next and is not fulfilled, as it stands; where no due time runs, the paused one
            with the least time left; ``None`` where there is neither.
        is_declared: Whether the policy declares an order; else the highest severity comes first.
    """

    position: int
    ticket: Standing
    line: QueueLine | None
    number: int
    next: ClockRow | None
    is_declared: bool = True

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
            "level": ticket.level,
            "order": "declared" if self.is_declared else "severity",
            "received_at": text_of(ticket.opened_s),
            "next": None if self.next is None else self.next.as_document(),
        }


def backlog(policy: Policy, clocks: Clocks, placed: Iterable[Placed], at_s: int) -> tuple[QueuedTicket, ...]:
    """The tickets in their places, looked at as of an instant that is not before their last records."""
    promised = {commitment.id for commitment in policy.commitments if commitment.promised}
    return tuple(
        QueuedTicket(
            each.position,
            each.ticket,
            each.line,
            0 if each.line is None else policy.queue.index(each.line) + 1,
            _next(clocks, each.ticket, promised, at_s),
            bool(policy.queue),
        )
        for each in placed
    )


def _next(clocks: Clocks, ticket: Standing, promised: set[str], at_s: int) -> ClockRow | None:
    for _, commitment, cycle in clocks.limits(ticket.clocks):
        if commitment in promised:
            for row in clocks.rows(ticket.clocks, at_s):
                if (row.commitment.id, row.cycle) == (commitment, cycle):
                    return row
    rows = (row for row in clocks.rows(ticket.clocks, at_s) if row.status == "paused" and row.commitment.promised)
    return min(rows, key=lambda row: row.remaining_s or 0, default=None)
