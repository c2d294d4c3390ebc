"""Timelines: a ticket on the opening hours that count for it, and what happened when."""

from __future__ import annotations

from upheld.core.policy.schedule import Schedule
from upheld.core.story.ticket_story import TicketStory
from upheld.pages.figures.figure import Figure
from upheld.show.words.view import View


def timeline(view: View, story: TicketStory, schedule: Schedule, id: str = "timeline") -> Figure:
    """The timeline of a ticket.

    Args:
        schedule: The calendars of the policy; those of an engine.
        id: The figure's, unique on its page: tickets' own ids may be any text.
    """
    raise NotImplementedError
