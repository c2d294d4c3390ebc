"""The order of work for a reader: which ticket comes first, why, and how much time its next promise leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from upheld.core.clocks.row import ClockRow
from upheld.core.record.ticket import Standing
from upheld.core.replay.work_order import QueuedTicket
from upheld.core.time.instant import text_of
from upheld.show.page.blocks import (
    Block,
    Bullet,
    Bullets,
    Line,
    Page,
    Paragraph,
    line,
    strong,
    table,
)
from upheld.show.policy.grounds import cited_page
from upheld.show.policy.handling import order_line
from upheld.show.policy.head import head, which_policy, which_zone
from upheld.show.policy.promised_times import which_hours
from upheld.show.ticket.reasons import named
from upheld.show.words.local_time import moment, short_due
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View


def worklist(view: View, queued: Sequence[QueuedTicket], at_s: int) -> Page:
    """The page."""
    return cited_page(view, [*_head(view, at_s), *_body(view, queued, at_s)])


def _head(view: View, at_s: int) -> Iterator[Block]:
    title = view.say("queue.title", policy=view.naming.text(view.policy.title) or view.policy.id)
    at = view.titled("queue.at", moment(view, at_s), f" ({text_of(at_s)})")
    return head(view, title, [which_policy(view), at, which_zone(view)])


def _body(view: View, queued: Sequence[QueuedTicket], at_s: int) -> Iterator[Block]:
    if not queued:
        yield Paragraph(line(view.say("queue.none")))
        return
    head = [
        "",
        "queue.ticket",
        "state",
        "",
        "queue",
        "level",
        "queue.received",
        "queue.next",
        "queue.left",
        "queue.why",
    ]
    titles = [view.say(key) if key else "" for key in head]
    titles[3] = Subjects(view.naming).severity()
    mixed = len({each.next.calendar for each in queued if each.next is not None}) > 1
    yield table(titles, [_row(view, each, at_s, mixed=mixed) for each in queued])
    yield from reading(view, queued)


def reading(view: View, queued: Sequence[QueuedTicket]) -> Iterator[Block]:
    """How these are to be read: which time is told, and which lines of the queue put them in this order."""
    calendars = {each.next.calendar for each in queued if each.next is not None}
    mixed = len(calendars) > 1
    if calendars:
        hours = () if mixed else (f" {which_hours(view, calendars.pop())}",)
        yield Paragraph(line(view.say("queue.left-means"), *hours))
    if not view.policy.queue:
        ordered = "severity" if view.policy.severities else "received"
        yield Paragraph(line(view.of_severity(f"queue.no-order.{ordered}")))
    lines = [(at, each) for at, each in enumerate(view.policy.queue, 1) if any(each.number == at for each in queued)]
    if lines:
        yield Paragraph(line(view.say("queue.legend")))
        yield Bullets(tuple(Bullet((*line(f"({at}) "), *order_line(view, each))) for at, each in lines))


def _row(view: View, each: QueuedTicket, at_s: int, *, mixed: bool) -> tuple[Line, ...]:
    ticket, row = each.ticket, each.next
    severity, queue = ticket.facts.get("severity"), ticket.facts.get("queue") if _passes_on(view) else None
    return (
        line(view.say("queue.position", number=each.position)),
        line(strong(ticket.id)),
        line(view.naming.state(ticket.state)),
        line(view.naming.severity(str(severity)) if severity is not None else ""),
        line(view.naming.queue(str(queue)) if queue is not None else ""),
        line(_level(view, ticket.level) if ticket.level > 1 else ""),
        line(received(view, ticket, at_s)),
        line(_due(view, row) if row is not None else ""),
        line(time_left(view, row, mixed=mixed) if row is not None else ""),
        line(f"({each.number})" if each.number else ""),
    )


def _passes_on(view: View) -> bool:
    """Whether tickets change queues with time, so that whose turn it is has to be told; else the page has no room."""
    return any(setting.fact == "queue" for timer in view.policy.timers for setting in timer.sets)


def _level(view: View, level: int) -> str:
    """The level to which a ticket was escalated; by its name, where all sets of levels call it so."""
    names = {
        view.naming.text(each.levels[level - 1][1]) or each.levels[level - 1][0]
        for each in view.policy.escalation
        if level <= len(each.levels)
    }
    return names.pop() if len(names) == 1 else view.locale.number(level)


def _due(view: View, row: ClockRow) -> str:
    """Which promise falls due next, and when: at no time, while it is paused."""
    name = named(view, row.commitment, row.cycle)
    if row.due_s is None:
        return view.say("queue.paused", name=name)
    return f"{name}, {due_next(view, row)}"


def due_next(view: View, row: ClockRow) -> str:
    """When a promise falls due that runs."""
    assert row.due_s is not None, row
    return short_due(view, row.due_s // 60 * 60, row.calendar, row.zone)


def time_left(view: View, row: ClockRow, *, mixed: bool) -> str:
    """How much of its time there is, or by how much it is late; of which hours, where promises count different ones."""
    late = row.status == "breached"
    left = view.locale.roughly(row.overrun_s if late else row.remaining_s or 0)
    if mixed:
        left = view.times.on(row.calendar).counted(left)
    return view.say("queue.late", length=left) if late else left


def received(view: View, ticket: Standing, at_s: int) -> str:
    """How long ago it came in, roughly: in days from two of them on, else to the minute."""
    length_s = at_s - ticket.opened_s
    days = length_s // 86_400
    told = view.locale.counted("d", days) if days >= 2 else view.locale.seconds(length_s // 60 * 60)
    return view.say("queue.ago", length=told)
