"""The register as a table, which can be narrowed without a script, and what of it is still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from upheld.core.time.instant import seconds_of
from upheld.pages.contexts import Choice, RegisterRow, RegisterTable
from upheld.pages.parts import Anchors
from upheld.pages.register import STANDINGS, Entry, Register
from upheld.show.page.blocks import Block, Line, Paragraph, line, section, table, ticket
from upheld.show.words.local_time import minute, short_due
from upheld.show.words.view import View

MOST_LISTED: Final = 10_000
"""Tickets of a register; of more the late ones come first, and it says how many there are."""
MOST_OPEN: Final = 40
FEW: Final = 100
"""Tickets of a register that stands open from the beginning."""
TIGHT: Final = frozenset({"report.opened", "report.closed", "report.upheld", "replay.overrun"})
"""Columns whose cells are short, and not to be broken."""
MOST_SEVERITIES: Final = 9
"""As many as the style sheet knows."""


def register_table(view: View, register: Register, anchors: Anchors) -> RegisterTable:
    """The register. The tickets that are told in full lead there."""
    title, entries = view.say("report.tickets"), register.entries
    shown = entries
    if len(entries) > MOST_LISTED:
        shown = sorted(entries, key=lambda each: STANDINGS.index(each.standing))[:MOST_LISTED]
    ranks = {each.id: rank for rank, each in enumerate(view.policy.severities, 1) if rank <= MOST_SEVERITIES}
    rows = [(each, _cells(view, each)) for each in shown]
    names = (
        "replay.customer",
        "state",
        "severity",
        "report.opened",
        "report.closed",
        "report.upheld",
        "replay.overrun",
    )
    told = [at for at, _ in enumerate(names) if any(cells[at] for _, cells in rows)]
    heads = view.titles(names)
    notes = [view.say("report.listed", number=len(shown), of=len(entries))] if len(shown) < len(entries) else []
    seen = {each.severity for each in shown}
    return RegisterTable(
        anchors.new(title),
        title,
        (view.say("replay.ticket"), view.say("report.standing"), *(heads[at] for at in told)),
        tuple(names[at] in TIGHT for at in told),
        tuple(_row(view, each, [cells[at] for at in told], ranks, anchors) for each, cells in rows),
        tuple(_standings(view, shown)),
        tuple(Choice(f"s{ranks[id]}", view.naming.severity(id)) for id in ranks if id in seen),
        tuple(notes),
        len(shown) <= FEW,
    )


def open_promises(view: View, register: Register) -> Iterator[Block]:
    """The promises that nothing has ended yet, those that fall due first, or fell due, before the others."""
    waiting = [(each, clock) for each in register.entries for clock in each.open]
    waiting.sort(key=lambda pair: (pair[1]["due_at"] is None, pair[1]["due_at"] or "", pair[0].ticket))
    if waiting:
        names = ("replay.ticket", "promise", "severity", "replay.due", "report.left", "status")
        rows = [_waiting(view, each.ticket, clock) for each, clock in waiting[:MOST_OPEN]]
        blocks: list[Block] = [Paragraph(line(view.say("report.open-means"))), table(view.titles(names), rows)]
        if len(waiting) > MOST_OPEN:
            blocks.append(Paragraph(line(view.say("replay.others", number=len(waiting) - MOST_OPEN))))
        yield from section(view.say("report.open"), blocks)


def _waiting(view: View, id: str, clock: Mapping[str, Any]) -> tuple[Line, ...]:
    late = clock["status"] == "breached"
    left = view.locale.roughly(clock["overrun_s" if late else "remaining_s"])
    due = clock["due_at"]
    return (
        line(ticket(id)),
        line(view.naming.among(view.policy.commitments, clock["id"])),
        line(view.naming.severity(clock["severity"]) if clock["severity"] else ""),
        line(short_due(view, _seconds(due) // 60 * 60, clock["calendar"], weekday=False) if due else ""),
        line(view.say("report.late-by", length=left) if late else left),
        line(view.say(f"clock.{clock['status']}")),
    )


def _standings(view: View, entries: Sequence[Entry]) -> Iterator[Choice]:
    yield Choice("all", view.say("report.all", number=len(entries)))
    for each in STANDINGS:
        number = sum(entry.standing == each for entry in entries)
        if number:
            yield Choice(each, f"{view.say(f'report.standing.{each}')} ({number})")


def _row(view: View, each: Entry, cells: Sequence[str], ranks: dict[str, int], anchors: Anchors) -> RegisterRow:
    said = view.say(f"report.standing.{each.standing}")
    rank = ranks.get(each.severity or "", 0)
    return RegisterRow(each.ticket, anchors.ticket(each.ticket), each.standing, said, rank, tuple(cells))


def _cells(view: View, each: Entry) -> tuple[str, ...]:
    counts = each.counts
    judged = counts["upheld"] + counts["breached"]
    return (
        view.customer(each.customer),
        view.naming.state(each.state) if each.state else "",
        view.naming.severity(each.severity) if each.severity else "",
        minute(view, _seconds(each.opened_at)) if each.opened_at else "",
        minute(view, _seconds(each.closed_at)) if each.closed_at else "",
        view.say("replay.of", part=counts["upheld"], whole=judged) if judged else "",
        view.locale.roughly(each.overrun_s) if each.overrun_s else "",
    )


def _seconds(instant: str) -> int:
    return seconds_of(datetime.fromisoformat(instant))
