"""The report: what was promised and what became of it, as one file that a support manager sends to a customer.

It says what the page of a replay says, from the same summary and in the same words, and besides it shows the figures,
every ticket in a line, and tickets in full. Nothing is summed up here.

Source: DESIGN section 12, `upheld report`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from upheld.core.policy.schedule import Schedule
from upheld.core.replay.warning import ReplayWarning
from upheld.core.story.ticket_story import TicketStory
from upheld.core.time.instant import seconds_of
from upheld.pages.contexts import Chapter, Group, Plotted, ReportPage, Tickets
from upheld.pages.figures import Figure
from upheld.pages.overview import tiles
from upheld.pages.parts import Anchors, Section, parted, text
from upheld.pages.plots import svg
from upheld.pages.register import Register, Told
from upheld.pages.register_table import open_promises, register_table
from upheld.pages.single_file import styles
from upheld.pages.templates import written
from upheld.pages.ticket import ticket_part
from upheld.show.page.blocks import (
    Block,
    Bullets,
    Line,
    Page,
    Paragraph,
    bullets,
    citations_in,
    code,
    line,
    section,
)
from upheld.show.policy.grounds import told_assumption, told_clause
from upheld.show.replay.replay_page import assumptions, cautions, figures_told, particulars
from upheld.show.replay.unheard import Noticed
from upheld.show.ticket.story import told_blocks
from upheld.show.words.local_time import local_time, utc
from upheld.show.words.view import View

Row = Mapping[str, Any]

PLACES: Final[Mapping[str, str]] = {"kept": "replay.promises", "hours": "replay.worst", "balance": "replay.balances"}
"""Under which heading of a replay's page a figure stands; the others stand in a chapter of their own."""
TIME: Final = "report.time"
ORDER: Final = ("replay.promises", "replay.objectives", TIME, "replay.worst", "report.open")
"""The chapters that come first; the others follow as they do on a replay's page."""


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """A file of the history: its name, without where it lies, and the SHA-256 of its bytes in hex."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class ReportedReplay:
    """What a report is made of.

    Attributes:
        header, summary: Those of the replay.
        register: Its tickets.
        figures: What is to be seen of it.
        told: Which tickets somebody wants told in full.
        stories: Those that are, in the order in which they are told.
        warnings, noticed: What a reader should know first, of the records and of the text of the history.
        files: The files of the history; none where it came through a pipe.
    """

    header: Row
    summary: Row
    register: Register
    figures: tuple[Figure, ...]
    told: Told
    stories: Mapping[str, TicketStory]
    warnings: tuple[ReplayWarning, ...] = ()
    noticed: tuple[Noticed, ...] = ()
    files: tuple[HistoryFile, ...] = ()


def report(
    view: View, schedule: Schedule, run: ReportedReplay, title: str = "", logo: str = "", made_by: str = ""
) -> str:
    """The report as HTML.

    Args:
        schedule: The calendars of the policy; those of an engine.
        title: Its own; by default what it is of.
        logo: The address of a picture, ``data:``.
        made_by: The program and its version.
    """
    policy = view.policy
    stories = {ticket: told_blocks(view, each, among_others=True) for ticket, each in run.stories.items()}
    blocks = [*figures_told(view, run.summary, ()), *open_promises(view, run.register)]
    grounds = list(_grounds(view, run, [*blocks, *(each for told in stories.values() for each in told)], made_by))
    cited = citations_in([*blocks, *grounds, *(each for told in stories.values() for each in told)])
    anchors = Anchors(cited.clauses, {*cited.assumes, *(each for one in run.figures for each in one.assumes)})
    anchors.tickets = {ticket: anchors.new(ticket, "ticket-") for ticket in stories}
    chapters = _chapters(view, anchors, blocks, run.figures)
    table = register_table(view, run.register, anchors)
    tickets = _tickets(view, run, stories, schedule, anchors)
    about = tuple(Chapter(each, ()) for each in parted(Page(tuple(grounds), (), ()), anchors).sections)
    named = [*((each.section.id, each.section.title) for each in chapters), (table.id, table.title)]
    named += [(tickets.id, tickets.title)] if tickets.all else []
    named += [(each.section.id, each.section.title) for each in about]
    context = ReportPage(
        language=view.language,
        style=styles("report.css"),
        title=title or view.say("report.title", policy=view.naming.text(policy.title) or policy.vendor.name),
        logo=logo,
        vendor=view.locale.tidy(policy.vendor.name),
        period=_period(view, run),
        tiles=tiles(view, run.summary, run.register, {name: f"#{id}" for id, name in named}),
        cautions=tuple(text(each, anchors) for each in _cautions(view, run)),
        facts=tuple(text(each, anchors) for each in particulars(view, run.header, run.summary, run.noticed)),
        contents=tuple(named),
        chapters=chapters,
        register=table,
        tickets=tickets,
        grounds=about,
    )
    return written("report.html.j2", view.language, context)


def _cautions(view: View, run: ReportedReplay) -> Iterator[Line]:
    """That the policy does not count comes before anything else."""
    if view.policy.status != "active":
        yield line(view.say(f"loud.{view.policy.status}", vendor=view.locale.tidy(view.policy.vendor.name)))
    for each in cautions(view, run.summary, run.warnings, run.noticed):
        yield each.line


def _period(view: View, run: ReportedReplay) -> str:
    """From the day on which the first ticket was opened to that of as-of."""
    days = [run.register.first_at, run.header["as_of"]]
    told = [local_time(view, seconds_of(datetime.fromisoformat(each))).date() for each in days if each is not None]
    if len(told) < len(days):
        return view.say("replay.nothing")
    return view.say("report.period", since=view.locale.date(told[0]), until=view.locale.date(told[-1]))


def _chapters(view: View, anchors: Anchors, blocks: Sequence[Block], figures: Iterable[Figure]) -> tuple[Chapter, ...]:
    """The sections, those first that most readers want, each with its figures."""
    placed: dict[str, list[Plotted]] = {}
    for each in figures:
        anchors.own(each.id)
        placed.setdefault(view.say(PLACES.get(each.plot, TIME)), []).append(Plotted(each, svg(each, view)))
    sections = {each.title: each for each in parted(Page(tuple(blocks), (), ()), anchors).sections}
    for title in placed:
        if title not in sections:
            sections[title] = Section(anchors.new(title), 2, title, (), ())
    first = [view.say(key) for key in ORDER]
    titles = [*(each for each in first if each in sections), *(each for each in sections if each not in first)]
    return tuple(Chapter(sections[each], tuple(_groups(placed.get(each, ())))) for each in titles)


def _groups(figures: Iterable[Plotted]) -> Iterator[Group]:
    """Figures by the question that they answer; what several of them say is said once, below them."""
    for question, found in groupby(figures, key=lambda each: each.figure.question):
        group = [*found]
        notes = Counter(note for each in group for note in each.figure.notes)
        shared = tuple(note for note, number in notes.items() if number > 1)
        key = tuple(dict.fromkeys(entry for each in group for entry in each.figure.key))
        told = (
            replace(each.figure, key=(), notes=tuple(note for note in each.figure.notes if note not in shared))
            for each in group
        )
        yield Group(question, tuple(Plotted(each, one.svg) for each, one in zip(told, group)), key, shared)


def _tickets(
    view: View,
    run: ReportedReplay,
    stories: Mapping[str, Sequence[Block]],
    schedule: Schedule,
    anchors: Anchors,
) -> Tickets:
    """The tickets that are told in full, and how many are not."""
    entries = {each.ticket: each for each in run.register.entries if each.ticket in stories}
    title = view.say("report.told")
    id = anchors.new(title)
    told = tuple(
        ticket_part(view, entries[ticket], run.stories[ticket], blocks, schedule, anchors)
        for ticket, blocks in stories.items()
    )
    asked = len(run.register.entries) if run.told == "all" else run.register.number("late")
    note = view.say(f"report.told-{run.told}", number=view.locale.number(len(told)), of=view.locale.number(asked))
    return Tickets(id, title, note if len(told) < asked else view.say("report.told-means"), told)


def _grounds(view: View, run: ReportedReplay, blocks: Sequence[Block], made_by: str) -> Iterator[Block]:
    """What the figures assume, the clauses that anything cites, and what the report was made of."""
    policy = view.policy
    found = citations_in(blocks)
    assumed = list(assumptions(view, run.summary))
    known = {each["id"] for each in run.summary["assumptions"]}
    more = {*found.assumes, *(name for each in run.figures for name in each.assumes)} - known
    others = tuple(told_assumption(view, policy.assumptions[name]) for name in policy.assumptions if name in more)
    credited = citations_in(assumed)
    yield from section(view.say("replay.assumptions"), [*assumed, *([Bullets(others)] if others else [])])
    named = {*found.clauses, *credited.clauses, *(each for name in more for each in policy.assumptions[name].of)}
    clauses = tuple(told_clause(view, each) for name, each in policy.clauses.items() if name in named)
    yield from section(view.say("replay.clauses"), [Bullets(clauses)] if clauses else [])
    yield from section(view.say("report.about"), _about(view, run, made_by))


def _about(view: View, run: ReportedReplay, made_by: str) -> Iterator[Block]:
    """Digests: with the same policy, contracts and history anybody makes the same report, to the byte."""
    yield Paragraph(line(view.say("report.about-means")))
    header, policy = run.header, run.header["policy"]
    version = view.say("version", version=policy["version"])
    lines = [view.titled("policy", code(policy["id"]), version, " ", code(policy["digest"]))]
    if header["contracts"]:
        lines.append(view.titled("report.contracts", code(header["contracts"])))
    lines.append(view.titled("report.opening-hours", code(header["opening_hours"])))
    lines += [view.titled("report.history", each.name, " ", code(f"sha256:{each.digest}")) for each in run.files]
    if header["as_of"] is not None:
        lines.append(view.titled("replay.as-of", code(utc(seconds_of(datetime.fromisoformat(header["as_of"]))))))
    if made_by:
        lines.append(view.titled("report.made-by", made_by))
    yield from bullets(lines)
