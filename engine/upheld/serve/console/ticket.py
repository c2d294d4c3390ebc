"""A ticket: how it stands, what the reader may do of it, its timeline, and its story with the clause of each line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from upheld.core.errors import TicketError
from upheld.core.story.episode import Episode
from upheld.core.story.ticket_story import TicketStory
from upheld.core.time.instant import instant_of, seconds_of
from upheld.pages.contexts import Plotted
from upheld.pages.parts import Anchors, Grid, Part, Parted, Text, parted, parts
from upheld.pages.plots import svg
from upheld.pages.register import standing_of
from upheld.pages.templates import written
from upheld.pages.timeline import timeline
from upheld.serve.console.acting import Given, forms, given_of, opening_events, roles_of
from upheld.serve.console.contexts import NewPage, Notice, TicketPage
from upheld.serve.console.visit import Visit
from upheld.serve.problems import Problem
from upheld.show.page.blocks import Bullets
from upheld.show.ticket.episode import episode, heading
from upheld.show.ticket.story import story
from upheld.show.words.view import View


def ticket_page(visit: Visit, id: str, seq: int = 0, notice: Notice | None = None, filled: Given | None = None) -> str:
    """The page.

    Args:
        seq: The record that the reader has just submitted, of which it tells first; 0 for none.
        notice: What there is to say instead.
        filled: What was filled in and was no record; what was refused is in the story.

    Raises: Problem, the same for a ticket that is not there and for one that is not shown to this reader.
    """
    told = _told(visit, id)
    digest = told.policy.digest
    engine, view = visit.desk.engine(digest), visit.view(told.policy)
    page = story(view, told)
    anchors = Anchors(page.clauses, page.assumptions)
    made = parted(page, anchors)
    drawn = None
    if told.standing is not None:
        figure = timeline(view, told, engine.schedule, "timeline")
        drawn = Plotted(figure, svg(figure, view)) if figure.rows else None
    standing = standing_of(each.row for each in told.clocks)
    found = next((each for each in told.episodes if seq and each.seq == seq), None)
    if found is not None and found.refusal is not None and found.event is not None:
        filled = given_of(found.event)
    context = TicketPage(
        frame=visit.frame(visit.say("console.ticket", ticket=id)),
        standing=standing,
        said=visit.say(f"report.standing.{standing}") if standing != "none" else visit.say("console.no-promise"),
        notice=notice or (None if found is None else _became(view, found, anchors)),
        parts=tuple(_leading(view, made, len(told.clocks))),
        timeline=drawn,
        forms=forms(visit, view, engine, id, told.standing, filled),
        acts=bool(roles_of(visit, engine)),
        sections=made.sections,
    )
    return written("console/ticket.html.j2", visit.language, context)


def _leading(view: View, made: Parted, clocks: int) -> Iterator[Part]:
    """What it is, and its promises, each of which leads to where it is told why it falls due when it does."""
    accounts = next((each.sections for each in made.sections if each.title == view.say("story.clocks")), ())
    for each in made.parts:
        if isinstance(each, Grid) and len(accounts) == clocks <= len(each.rows):
            names = (_led(row, account.id) for row, account in zip(each.rows, accounts))
            each = replace(each, rows=(*names, *each.rows[clocks:]))
        yield each


def _led(row: tuple[Text, ...], anchor: str) -> tuple[Text, ...]:
    return tuple(replace(piece, kind="plain", href=f"#{anchor}") for piece in row[0]), *row[1:]


def _told(visit: Visit, id: str) -> TicketStory:
    """The story up to now; where records lie in what is still to come for our clock, up to the last of them."""
    try:
        ticket = visit.desk.ticket(id)
        last_s = 0 if ticket is None else ticket.standing.last_s
        told = visit.desk.story(id, instant_of(max(seconds_of(visit.at), last_s)))
    except TicketError:
        raise Problem("not-found") from None
    whose = {each.event.customer for each in told.episodes if each.event is not None and each.event.customer}
    whose = whose if told.standing is None else {told.standing.customer}
    if not visit.known.sees_all and whose != {visit.known.customer}:
        raise Problem("not-found")
    return told


def _became(view: View, found: Episode, anchors: Anchors) -> Notice:
    """What became of a record, and by which clauses."""
    items = episode(view, found)[1]
    tone = "broken" if found.refusal is not None else "warning" if found.flags else "kept"
    key = {"broken": "refused", "warning": "remarked", "kept": "accepted"}[tone]
    says = view.say(f"console.{key}", what=heading(view, found))
    return Notice(tone, says, parts([Bullets(tuple(items))], anchors))  # type: ignore[arg-type]  # one of its tones


def new_page(visit: Visit, notice: Notice | None = None, filled: Given | None = None) -> str:
    """Opening a ticket. Raises: Problem for a reader who may not."""
    engine = visit.desk.engine()
    if not opening_events(visit):
        raise Problem("not-found")
    made = forms(visit, visit.view(engine.policy), engine, "", None, filled)
    page = NewPage(visit.frame(visit.say("console.new")), notice, made)
    return written("console/new.html.j2", visit.language, page)
