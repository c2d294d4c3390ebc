"""The order of work for a reader: which ticket comes first, why, and how much time its next promise leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from upheld.core.replay.work_order import Task
from upheld.core.time.instant import text_of
from upheld.show.grounds import cited_page
from upheld.show.handling import order_line
from upheld.show.local_time import moment, short_moment
from upheld.show.page import Block, Bullet, Bullets, Heading, Line, Page, Paragraph, bullets, code, line, strong, table
from upheld.show.reading import named
from upheld.show.subject import Subjects
from upheld.show.view import View


def worklist(view: View, tasks: Sequence[Task], at_s: int) -> Page:
    """The page."""
    return cited_page(view, [*_head(view, at_s), *_body(view, tasks, at_s)])


def _head(view: View, at_s: int) -> Iterator[Block]:
    policy = view.policy
    yield Heading(1, view.say("queue.title", policy=view.naming.text(policy.title) or policy.id))
    if policy.status != "active":
        yield Paragraph(line(view.say(f"loud.{policy.status}")), loud=True)
    yield from bullets(
        [
            view.titled("policy", code(policy.id), view.say("version", version=policy.version)),
            view.titled("queue.at", moment(view, at_s), f" ({text_of(at_s)})"),
            view.titled("due.zone", code(view.naming.zone(policy.zone))),
        ]
    )


def _body(view: View, tasks: Sequence[Task], at_s: int) -> Iterator[Block]:
    if not tasks:
        yield Paragraph(line(view.say("queue.none")))
        return
    head = ["", "queue.ticket", "state", "", "queue.received", "queue.next", "queue.left", "queue.why"]
    titles = [view.say(key) if key else "" for key in head]
    titles[3] = Subjects(view.naming).severity()
    yield table(titles, [_row(view, each, at_s) for each in tasks])
    lines = [(at, each) for at, each in enumerate(view.policy.queue, 1) if any(task.number == at for task in tasks)]
    if lines:
        yield Paragraph(line(view.say("queue.legend")))
        yield Bullets(tuple(Bullet((*line(f"({at}) "), *order_line(view, each))) for at, each in lines))


def _row(view: View, task: Task, at_s: int) -> tuple[Line, ...]:
    ticket, row = task.ticket, task.next
    severity = ticket.facts.get("severity")
    left = ""
    if row is not None:
        late = row.status == "breached"
        left_s = row.overrun_s if late else row.remaining_s or 0
        left = view.tongue.seconds(left_s if left_s < 3600 else left_s // 60 * 60)
        left = view.say("queue.late", length=left) if late else left
    due = "" if row is None or row.due_s is None else f"{named(view, row.commitment, row.cycle)}, "
    return (
        line(view.say("queue.position", number=task.position)),
        line(strong(ticket.id)),
        line(view.naming.state(ticket.state)),
        line(view.naming.severity(str(severity)) if severity is not None else ""),
        line(view.say("queue.ago", length=_age(view, at_s - ticket.opened_s))),
        line(due + short_moment(view, row.due_s // 60 * 60) if row is not None and row.due_s is not None else ""),
        line(left),
        line(f"({task.number})" if task.number else ""),
    )


def _age(view: View, length_s: int) -> str:
    """Elapsed time, roughly: in days from two of them on, else to the minute."""
    days = length_s // 86_400
    return view.tongue.counted("d", days) if days >= 2 else view.tongue.seconds(length_s // 60 * 60)
