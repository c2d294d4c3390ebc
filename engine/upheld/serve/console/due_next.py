"""What is due next: the tickets that wait, in the order of the policy's queue, each with the time left.

The order and the time are the desk's; here they are narrowed, divided into pages and put into words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from upheld.core.clocks.row import ClockRow
from upheld.core.replay.work_order import QueuedTicket
from upheld.core.time.instant import seconds_of
from upheld.pages.parts import Anchors, parts
from upheld.pages.templates import written
from upheld.serve.console.acting import opening_events
from upheld.serve.console.contexts import Filter, Option, QueuePage, QueueRow
from upheld.serve.console.visit import ROOT, Visit, at_ticket
from upheld.show.ticket.reasons import named
from upheld.show.ticket.worklist import due_next, reading, received, time_left
from upheld.show.words.local_time import moment
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View


def due_page(visit: Visit) -> str:
    """The page."""
    digest = visit.version()
    view, at_s = visit.view(visit.desk.policy(digest)), seconds_of(visit.at)
    seen = _seen(visit, digest)
    customer, commitment = visit.asked("customer"), visit.asked("commitment")
    chosen = [
        each
        for each in seen
        if customer in ("", each.ticket.customer)
        and commitment in ("", each.next.commitment.id if each.next is not None else None)
    ]
    part, pager = visit.pager(len(chosen))
    shown = chosen[part]
    mixed = len({each.next.calendar for each in chosen if each.next is not None}) > 1
    filters = [
        *visit.versions(digest),
        *_of_customers(visit, view, seen, customer),
        *_of_commitments(visit, view, seen, commitment),
    ]
    page = QueuePage(
        frame=visit.frame(visit.say("console.due")),
        at=moment(view, at_s // 60 * 60),
        severity=Subjects(view.naming).severity(),
        with_customers=visit.known.sees_all and any(each.ticket.customer for each in shown),
        filters=tuple(filters),
        rows=tuple(_row(view, each, at_s, mixed=mixed) for each in shown),
        pager=pager,
        notes=parts(reading(view, shown), Anchors()),
        nothing=visit.say("queue.none" if not seen else "console.none-such"),
        new=f"{ROOT}/new" if opening_events(visit) else "",
    )
    return written("console/due_next.html.j2", visit.language, page)


def _seen(visit: Visit, digest: str) -> list[QueuedTicket]:
    """What waits, for this reader: to a customer, its place says nothing of how many of others wait before it."""
    waiting = visit.desk.queue(visit.at, digest)
    if visit.known.sees_all:
        return [*waiting]
    own = (each for each in waiting if visit.known.sees(each.ticket.customer))
    return [replace(each, position=place) for place, each in enumerate(own, 1)]


def _row(view: View, queued: QueuedTicket, at_s: int, *, mixed: bool) -> QueueRow:
    ticket, row, severity = queued.ticket, queued.next, queued.ticket.facts.get("severity")
    tones = {"breached": "late", "running": "open", "paused": "paused"}
    return QueueRow(
        position=view.say("queue.position", number=queued.position),
        ticket=ticket.id,
        href=at_ticket(ticket.id),
        tone="none" if row is None else tones.get(row.status, "none"),  # type: ignore[arg-type]  # values of the table
        promise=_promise(view, row),
        due="" if row is None or row.due_s is None else due_next(view, row),
        left="" if row is None else time_left(view, row, mixed=mixed),
        state=view.naming.state(ticket.state),
        severity=view.naming.severity(str(severity)) if severity is not None else "",
        customer=ticket.customer,
        received=received(view, ticket, at_s),
        why=f"({queued.number})" if queued.number else "",
    )


def _promise(view: View, row: ClockRow | None) -> str:
    if row is None:
        return ""
    name = named(view, row.commitment, row.cycle)
    return name if row.due_s is not None else view.say("queue.paused", name=name)


def _of_customers(visit: Visit, view: View, seen: Sequence[QueuedTicket], chosen: str) -> Iterator[Filter]:
    names = sorted({each.ticket.customer for each in seen if each.ticket.customer})
    if visit.known.sees_all and len(names) > 1:
        options = [Option("", visit.say("console.all")), *(Option(each, each, each == chosen) for each in names)]
        yield Filter("by-customer", "customer", view.say("customer"), tuple(options))


def _of_commitments(visit: Visit, view: View, seen: Sequence[QueuedTicket], chosen: str) -> Iterator[Filter]:
    waiting = {each.next.commitment.id for each in seen if each.next is not None}
    known = [each for each in view.policy.commitments if each.id in waiting]
    if len(known) > 1:
        options = [Option("", visit.say("console.all"))]
        options += [Option(each.id, view.naming.name(each), each.id == chosen) for each in known]
        yield Filter("by-commitment", "commitment", view.say("promise"), tuple(options))
