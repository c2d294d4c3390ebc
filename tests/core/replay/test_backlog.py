"""The tickets that wait, and the promise that falls due next on each."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from small_desk import contracts, desk, event, record, submit

from upheld.core.record.event import Event
from upheld.core.time.instant import text_of
from upheld.replaying import queued_tickets, replay, work_queue

AT = "2024-03-05T09:30:00Z"

STEPS = st.lists(
    st.tuples(
        st.sampled_from(("T-1", "T-2", "T-3")),
        st.integers(0, 300),
        st.sampled_from(("take", "ask", "resolve", "set-severity", "answer", "reopen", "close")),
    ),
    max_size=16,
)


def history(steps: list[tuple[str, int, str]]) -> list[Event]:
    """Three tickets, opened on a Monday morning."""
    events = [submit(ticket=name, data={"type": "fault"}) for name in ("T-1", "T-2", "T-3")]
    at_s = events[-1].at_s
    for ticket, minutes, name in steps:
        at_s += minutes * 60
        data: dict[str, Any] = {"severity": "low"} if name == "set-severity" else {}
        actor = "customer" if name in ("answer", "reopen") else "agent"
        events.append(event(text_of(at_s), name, actor, ticket, data=data))
    return events


@given(STEPS)
def test_the_next_is_the_earliest_that_runs(steps: list[tuple[str, int, str]]) -> None:
    """As the verdict of the same instant has it; overdue ones first, being due earliest; else what is paused."""
    events = history(steps)
    verdicts = {each["ticket"]: each for each in replay(desk(), map(record, events), contracts(), AT)["tickets"]}
    waiting = queued_tickets(desk(), events, AT, contracts())

    ended = ("resolved", "closed", "auto-closed")
    assert {name for name, each in verdicts.items() if each["core_state"] not in ended} == {
        each.ticket.id for each in waiting
    }
    for position, task in enumerate(waiting, 1):
        rows = [
            row
            for row in verdicts[task.ticket.id]["commitments"]
            if row["status"] in ("running", "breached") and row["stopped_at"] is None
        ]
        assert position == task.position
        assert min((row["due_at"] for row in rows), default=None) == (
            None if task.next is None or task.next.due_s is None else text_of(task.next.due_s)
        )
        paused = [row for row in verdicts[task.ticket.id]["commitments"] if row["status"] == "paused"]
        if rows or not paused:
            assert task.next is None or task.next.as_document() in rows
        else:
            assert task.next is not None
            assert task.next.as_document() in paused
            assert min(row["remaining_s"] for row in paused) == task.next.remaining_s


def test_the_document_says_where_the_line_stands() -> None:
    """What puts a ticket after another is a line of the policy; the first needs none."""
    (first, *_) = work_queue(desk(), history([]), AT, contracts())

    assert (1, None, None, "second") == tuple(first[name] for name in ("position", "line", "where", "queue"))
    assert "2024-03-04T09:00:00Z" == first["received_at"]
