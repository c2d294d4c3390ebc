"""Courses: everything that happened to tickets, records and timers that fired, in order.

Without timers it is the records, and no array is copied.

Source: DESIGN section 3, step 2: "Each is a system event at its own due instant and a transition of its own".
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from upheld.bulk.automaton.waiting_timers import NEVER_S
from upheld.bulk.keys.records import Bools, Int32s, Int64s, Records

BY_ITSELF: Final = -1
"""Stands for the record of a step that a timer is."""


class Course(NamedTuple):
    """Steps, those of each ticket together and in their order. All arrays have one length.

    Attributes:
        ticket: Whose each is.
        at_s: When.
        row: Which record it is; ``BY_ITSELF`` for a timer that fired.
        outcome: What came of it; negative for nothing, on a ticket that went to the scalar path.
    """

    ticket: Int32s
    at_s: Int64s
    row: Int64s
    outcome: Int32s


class Firings(NamedTuple):
    """Timers that fired, in the order in which they did. All arrays have one length.

    Attributes:
        before: Before which record, or for the last ones before which of the next ticket.
        ticket, at_s, outcome: As of a course.
        status: That of the ticket before it.
        due_s: When the ticket's timers were due before it.
    """

    before: Int64s
    ticket: Int64s
    at_s: Int64s
    outcome: Int32s
    status: Int32s
    due_s: Int64s

    def only(self, which: Bools | Int64s) -> Firings:
        """Some of them."""
        return Firings._make(each[which] for each in self)


def none_fired(timers: int) -> Firings:
    """No firing at all."""
    numbers, instants = np.zeros(0, np.int32), np.zeros(0, np.int64)
    return Firings(instants, instants, instants, numbers, numbers, np.full((0, timers), NEVER_S, np.int64))


def joined(parts: list[Firings], timers: int) -> Firings:
    """Several one after another."""
    return Firings(*(np.concatenate(each) for each in zip(*parts))) if parts else none_fired(timers)


def course_of(records: Records, outcome: Int32s, fired: Firings) -> Course:
    """Records and firings in order."""
    rows = np.arange(len(records.at_s))
    if not len(fired.before):
        return Course(records.ticket, records.at_s, rows, outcome)
    # A record comes after what fired before it, and firings before one record in the order in which they fired.
    place = np.searchsorted(np.sort(fired.before), rows, side="right") + rows
    order = np.argsort(fired.before, kind="stable")
    spot = np.arange(len(order)) + fired.before[order]
    total = len(rows) + len(order)
    merged = []
    for of_rows, of_fired in (
        (records.ticket, fired.ticket),
        (records.at_s, fired.at_s),
        (rows, np.full(len(order), BY_ITSELF)),
        (outcome, fired.outcome),
    ):
        held = np.empty(total, of_rows.dtype)
        held[place], held[spot] = of_rows, of_fired[order]
        merged.append(held)
    return Course(*merged)
