"""The ticket: its part of a report, with how it stands, its promises, its timeline and its story."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from upheld.core.policy.schedule import Schedule
from upheld.core.story.ticket_story import TicketStory
from upheld.pages.contexts import Plotted, TicketPart
from upheld.pages.parts import Anchors, parted
from upheld.pages.plots import svg
from upheld.pages.register import Entry
from upheld.pages.timeline import timeline
from upheld.show.page.blocks import Block, Page
from upheld.show.words.view import View

DEEPER: Final = 2
"""By how much the headings of a story stand below those of a page of its own."""


def ticket_part(
    view: View, entry: Entry, told: TicketStory, blocks: Sequence[Block], schedule: Schedule, anchors: Anchors
) -> TicketPart:
    """The part of a ticket.

    Args:
        blocks: Its story.
        schedule: The calendars of the policy.
        anchors: Those of the report, which know the ticket's own.
    """
    id = anchors.ticket(entry.ticket).removeprefix("#")
    made = parted(Page(tuple(blocks), (), ()), anchors, prefix=f"{id}-", deeper=DEEPER)
    drawn = None
    if told.standing is not None:
        figure = timeline(view, told, schedule, anchors.new(f"timeline-{id}"))
        drawn = Plotted(figure, svg(figure, view)) if figure.rows else None
    said = view.say(f"report.standing.{entry.standing}")
    return TicketPart(id, entry.ticket, entry.standing, said, made.parts, drawn, made.sections)
