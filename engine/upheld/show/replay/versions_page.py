"""The page before those of several versions: which of them there are, on which days, and what none of them decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from upheld.core.nearest import quoted
from upheld.core.time.instant import seconds_of
from upheld.core.versions.term import Term
from upheld.show.page.blocks import Block, Heading, Page, Paragraph, code, line, section, table, ticket
from upheld.show.words.local_time import moment
from upheld.show.words.view import View

MOST: Final = 10
"""Tickets of no version that are told one by one."""

Row = Mapping[str, Any]


def versions_page(view: View, terms: Sequence[Term], outside: Sequence[Row]) -> Page:
    """Which tickets go by which version; those of none are told."""
    rows = [
        [
            line(code(f"{each.policy.id}@{each.policy.version}")),
            *(line(_day(view, day)) for day in (each.since, each.until)),
        ]
        for each in terms
    ]
    head = [view.say(f"replay.versions.{name}") for name in ("version", "from", "until")]
    blocks: list[Block] = [
        Heading(1, view.say("replay.versions.title")),
        Paragraph(line(view.say("replay.versions.how"))),
        table(head, rows),
    ]
    if outside:
        blocks.append(Paragraph(line(view.locale.counted("replay.versions.outside", len(outside))), loud=True))
        found = [
            [line(ticket(row["ticket"])), line(moment(view, seconds_of(datetime.fromisoformat(row["at"]))))]
            for row in outside[:MOST]
        ]
        head = [view.say(f"replay.versions.{name}") for name in ("ticket", "opened")]
        blocks += section(view.say("replay.versions.none"), [table(head, found)])
    return Page(tuple(blocks), (), ())


def _day(view: View, day: date | None) -> str:
    return "–" if day is None else view.locale.date(day)


def told_outside(outside: Sequence[Row]) -> Iterator[str]:
    """The same for standard error."""
    if outside:
        first = outside[0]
        number = f"{len(outside)} ticket{' was' if len(outside) == 1 else 's were'}"
        yield (
            f"warning: {number} opened when no version was in force, and none decides them: the first by id is "
            f"{quoted(first['ticket'])}, opened at {first['at']}"
        )
