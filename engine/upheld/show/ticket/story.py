"""The story of a ticket for a reader: what was promised and what became of it, record by record, and why.

First how it stands and the table of its promises, since most who ask want nothing else;
then what happened, in order; then for each clock where its time went; then every
assumption and clause that any of it rests on, so that the page can be shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from upheld.core.clocks.story import ClockStory, Waiting
from upheld.core.story.episode import Episode, Omission
from upheld.core.story.ticket_story import TicketStory
from upheld.core.time.instant import text_of
from upheld.show.page.blocks import (
    Block,
    Bullet,
    Bullets,
    Heading,
    Line,
    Page,
    Paragraph,
    bullets,
    line,
    section,
    strong,
    table,
)
from upheld.show.policy.grounds import cited_page
from upheld.show.policy.head import head, which_policy, which_zone
from upheld.show.ticket.clock_account import clock_account, told_status
from upheld.show.ticket.episode import episode, heading
from upheld.show.ticket.reasons import facts, named, subject_of
from upheld.show.words.local_time import moment, short_due, short_moment
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View


def story(view: View, told: TicketStory, commitment: str = "") -> Page:
    """The page.

    Args:
        commitment: Only the clocks of this commitment are told; ``""`` for all of them.
    """
    return cited_page(view, told_blocks(view, told, commitment), told.clauses, told.assumptions)


def told_blocks(view: View, told: TicketStory, commitment: str = "", *, among_others: bool = False) -> list[Block]:
    """The same without the assumptions and clauses that it cites.

    Args:
        among_others: It stands on a page that tells of many tickets, and says itself what is the same for all.
    """
    clocks = [each for each in told.clocks if commitment in ("", each.row.commitment.id)]
    waiting = [each for each in told.waiting if commitment in ("", each.commitment.id)]
    absent = [each for each in told.absent if commitment in ("", each.commitment.id)]
    title, particulars = (
        view.say("story.title", ticket=told.ticket),
        _particulars(view, told, among_others=among_others),
    )
    blocks: list[Block] = [
        *((Heading(1, title), *bullets(particulars)) if among_others else head(view, title, particulars)),
        *_promises(view, clocks, waiting),
        *_absent(view, absent, told.episodes),
    ]
    blocks += section(view.say("story.happened"), _episodes(view, told))
    return [*blocks, *section(view.say("story.clocks"), _clocks(view, clocks, told))]


def _particulars(view: View, told: TicketStory, *, among_others: bool) -> Iterator[Line]:
    standing = told.standing
    if not among_others:
        yield which_policy(view, view.naming.text(view.policy.title))
    if standing is None:
        yield view.titled("state", view.say("story.never-opened"))
    else:
        subjects = Subjects(view.naming)
        if standing.customer:
            yield view.titled("customer", view.customer(standing.customer))
        yield view.titled("state", view.naming.state(standing.state), _since(view, standing.entered_s))
        for name in ("severity", "queue"):
            held = standing.facts.get(name)
            if held is not None and not isinstance(held, frozenset):
                yield view.named(subjects.name(name), subjects.value(name, held))
    if told.as_of_s is not None and not among_others:
        yield view.titled("story.as-of", moment(view, told.as_of_s), f" ({text_of(told.as_of_s)})")
    if told.later:
        yield view.titled("story.later", view.locale.counted("story.records", told.later))
    if not among_others:
        if told.audit:
            yield view.titled("story.audit", view.say("story.observed-only"))
        yield which_zone(view)


def _since(view: View, at_s: int) -> str:
    return view.say("story.since", moment=moment(view, at_s))


def _promises(view: View, clocks: Iterable[ClockStory], waiting: Iterable[Waiting]) -> Iterator[Block]:
    """One line for each clock."""
    head = ("promise", "status", "due.allowed", "due.due", "story.ended-at")
    rows = [_row(view, each) for each in clocks]
    rows += [_pending(view, each) for each in waiting]
    if rows:
        yield table([view.say(key) for key in head], rows)
    else:
        yield Paragraph(line(view.say("story.no-promise")))


def _row(view: View, each: ClockStory) -> tuple[Line, ...]:
    row = each.row
    due = "" if row.due_s is None else short_due(view, row.due_s, row.calendar, row.zone)
    stop = "" if row.stop_s is None else short_moment(view, row.stop_s)
    return (
        line(strong(named(view, row.commitment, row.cycle))),
        line(told_status(view, row)),
        line(view.times.on(row.calendar).target(each.target)),
        line(due or view.say("none-promised")),
        line(stop or view.say("none-promised")),
    )


def _pending(view: View, each: Waiting) -> tuple[Line, ...]:
    subjects = Subjects(view.naming)
    names = view.naming.quoted((subject_of(view, subjects, name) for name in each.awaits), "and") if each.awaits else ""
    name = line(strong(named(view, each.commitment, each.cycle)))
    needs = line(view.say("due.needs", names=names)) if names else line()
    return name, line(view.say("clock.pending")), needs, (), ()


def _absent(view: View, absent: Sequence[Omission], episodes: Iterable[Episode]) -> Iterator[Block]:
    """What was not promised, and why not, as things stood at which record."""
    told_of = {each.seq: each for each in episodes}
    if absent:
        yield Paragraph(line(view.say("story.absent")))
        yield Bullets(tuple(Bullet(_not_promised(view, each, told_of[each.seq])) for each in absent))


def _not_promised(view: View, each: Omission, told_of: Episode) -> Line:
    events = each.commitment.starting_events
    told = view.say("story.found", facts=facts(view, each.facts, events)) if each.facts else ""
    condition = view.say("story.absent-when", condition=view.circumstances.on(events).text(each.condition))
    what = view.locale.quoted(heading(view, told_of))
    record = view.say("story.absent-at", number=each.seq, what=what)
    return view.named(view.naming.name(each.commitment), condition + told + record, each.commitment)


def _episodes(view: View, told: TicketStory) -> Iterator[Block]:
    for each in told.episodes:
        title, items = episode(view, each)
        yield Heading(3, title)
        yield Bullets(tuple(items))


def _clocks(view: View, clocks: Iterable[ClockStory], told: TicketStory) -> Iterator[Block]:
    for each in clocks:
        clock = (each.row.commitment.id, each.row.cycle)
        bookings = [one for one in told.bookings if (one.breach.commitment, one.breach.cycle) == clock]
        name = named(view, each.row.commitment, each.row.cycle)
        yield Heading(3, view.say("story.clock", name=name, status=told_status(view, each.row)))
        yield Bullets(tuple(clock_account(view, each, told.episodes, bookings)))
