"""Promises: severities, promised times, how they are counted, and what is promised over many tickets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from upheld.core.policy.commitment import Commitment, Excuse, Objective
from upheld.core.policy.policy import ALWAYS
from upheld.core.policy.provenance import Grounds
from upheld.show.page.blocks import (
    Block,
    Heading,
    Line,
    Paragraph,
    Part,
    Words,
    bullets,
    cited,
    line,
    section,
    strong,
    table,
)
from upheld.show.policy.hours import stated
from upheld.show.words.promised_time import Allowed
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View

MARKS = "¹²³⁴⁵⁶⁷⁸⁹"


def promises(view: View) -> Iterator[Block]:
    """What is promised, and when."""
    yield from section(view.say("severities"), _severities(view))
    promised = [each for each in view.policy.commitments if each.promised]
    yield from section(view.say("promised-times"), _times(view, promised))
    yield from section(view.say("counting"), _counting(view, view.policy.commitments))
    yield from section(view.say("excuses"), bullets(_excuse(view, each) for each in view.policy.excuses))
    shared = [each for each in view.policy.objectives if each.share is not None]
    yield from section(view.say("objectives"), bullets(_objective(view, each) for each in shared))
    indicators = [each for each in view.policy.objectives if each.share is None]
    yield from section(view.say("indicators"), bullets(_objective(view, each) for each in indicators))


def _severities(view: View) -> Iterator[Block]:
    severities = view.policy.severities
    if not severities:
        return
    head = (Subjects(view.naming).severity(), view.say("definition"), view.say("references"))
    rows = [
        (line(strong(view.naming.name(each))), line(view.naming.text(each.says)), line(each)) for each in severities
    ]
    yield table(head, rows)


class _Notes:
    """The notes below a table, in the order in which its cells mark them."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def mark(self, note: Line) -> str:
        """The mark of a note; the same note has the same mark."""
        if note not in self.lines:
            self.lines.append(note)
        number = self.lines.index(note)
        return MARKS[number] if number < len(MARKS) else f" ({number + 1})"


def _times(view: View, commitments: Sequence[Commitment]) -> Iterator[Block]:
    """A table of what depends on the severity, then what does not."""
    severities = [severity.id for severity in view.policy.severities]
    calendars = {each.calendar for each in commitments}
    if len(calendars) == 1:
        yield Paragraph(line(_hours(view, calendars.pop())))
    graded = [each for each in commitments if severities and view.times.by_severity(each)]
    notes = _Notes()
    if graded:
        head = (view.say("promise"), *map(view.naming.severity, severities), view.say("references"))
        yield table(head, [_row(view, each, severities, notes) for each in graded])
        yield from (Paragraph(line(f"{notes.mark(note)} ", *note)) for note in notes.lines)
    rest = [each for each in commitments if each not in graded]
    if graded and rest:
        yield Paragraph(line(view.say("whatever-severity")))
    yield from bullets(_time(view, each) for each in rest)
    if _overridable(view, commitments):
        yield Paragraph(line(view.say("contract-may-differ")))


def _hours(view: View, calendar: str) -> str:
    """Which hours count, where they are the same for every promise: else "4 h" would mislead."""
    if calendar in ("", ALWAYS) and ALWAYS not in view.policy.calendars:
        return view.say("every-hour-counts")
    return view.say("only-hours-count", calendar=view.locale.quoted(view.naming.calendar(calendar)))


def _overridable(view: View, commitments: Sequence[Commitment]) -> bool:
    read = {getattr(case.target, "parameter", None) for each in commitments for case in each.within}
    return any(read.intersection(contract.overrides) for contract in view.policy.contracts.values())


def _row(view: View, commitment: Commitment, severities: Sequence[str], notes: _Notes) -> tuple[Line, ...]:
    grounds: list[Grounds] = [commitment]
    cells = []
    for severity in severities:
        allowed = view.times.allowed(commitment, severity)
        cells.append(line(_cell(view, allowed, notes) or view.say("none-promised")))
        grounds += [each for time in allowed if time.when is None for each in time.grounds]
    return (line(strong(view.naming.name(commitment))), *cells, line(cited(*grounds)))


def _cell(view: View, allowed: Sequence[Allowed], notes: _Notes) -> str:
    """The time that holds unless a note says otherwise; where every time has its condition, all of them."""
    marks = [notes.mark(_exception(view, time)) for time in allowed if time.when is not None]
    usual = [time.text for time in allowed if time.when is None]
    if usual:
        return usual[0] + "".join(marks)
    return " / ".join(f"{time.text}{mark}" for time, mark in zip(allowed, marks))


def _exception(view: View, time: Allowed) -> Line:
    assert time.when is not None, time
    condition = view.circumstances.text(time.when)
    return line(view.say("exception", time=time.text, condition=condition), cited(*time.grounds))


def _time(view: View, commitment: Commitment) -> Line:
    """A promise whose time does not depend on the severity."""
    parts: list[Part] = []
    for time in view.times.allowed(commitment):
        parts += [view.say("then") if parts else "", time.text]
        parts += [view.circumstances.when(time.when), cited(*time.grounds) if time.when is not None else None]
    always = [each for time in view.times.allowed(commitment) if time.when is None for each in time.grounds]
    return view.named(view.naming.name(commitment), *parts, cited(commitment, *always))


def _counting(view: View, commitments: Sequence[Commitment]) -> Iterator[Block]:
    """When each clock runs. What is the same for all of them is said once."""
    told = [list(_details(view, each)) for each in commitments]
    common = [each for each in told[0] if all(each in lines for lines in told)] if len(told) > 1 else []
    if common:
        yield Paragraph(line(view.say("for-all")))
        yield from bullets(common)
    for commitment, lines in zip(commitments, told):
        own = [each for each in lines if each not in common]
        if own:
            yield Heading(3, view.naming.name(commitment))
            yield from bullets(own)


def _details(view: View, commitment: Commitment) -> Iterator[Line]:
    if not commitment.promised:
        yield view.titled("measured", view.say("measured-only"))
    if commitment.when is not None:
        yield view.titled("applies-when", view.circumstances.on(commitment.starting_events).text(commitment.when))
    yield view.titled("begins", *view.triggers(commitment.start))
    yield view.titled("fulfilled", *view.triggers(commitment.stop))
    yield from _pauses(view, commitment)
    if commitment.cancel:
        yield view.titled("void", *view.triggers(commitment.cancel))
    yield view.titled("counted", view.opening_time(commitment.calendar))
    if commitment.business_day is not None:
        yield view.titled("business-day", _business_day(view, commitment))
    if commitment.cycles is not None:
        yield view.titled("again", view.say(f"cycles.{commitment.cycles}"))
    if commitment.on_severity_change is not None:
        yield view.titled("severity-changes", view.say(f"severity-change.{commitment.on_severity_change}"))
    if commitment.on_reopen is not None:
        yield view.titled("reopened", view.say(f"reopen.{commitment.on_reopen}"))
    if commitment.duty:
        yield view.titled("duty", view.say("owed-anyway"))
    if commitment.warn_at:
        marks = view.locale.listed([view.locale.percent(mark) for mark in commitment.warn_at])
        yield view.titled("warning", view.say("warned-at", marks=marks))


def _pauses(view: View, commitment: Commitment) -> Iterator[Line]:
    for pause in commitment.pause:
        if pause.states:
            yield view.titled("paused", view.say("while-in", states=view.naming.states(pause.states)), pause)
        else:
            begins, ends = (tuple(view.triggers(each)) for each in (pause.begins, pause.ends))
            yield view.titled("paused", view.say("from-event"), *begins, view.say("until-event"), *ends, pause)


def _business_day(view: View, commitment: Commitment) -> str:
    calendar = view.policy.calendars.get(commitment.calendar)
    found = stated(calendar) if calendar is not None else None
    nominal_s = found.nominal_day_s if found is not None else None
    if commitment.business_day == "opening-time" and nominal_s:
        return view.say("business-day.worth", length=view.locale.seconds(nominal_s))
    return view.say(f"business-day.{commitment.business_day}")


def _excuse(view: View, excuse: Excuse) -> Line:
    circumstances = view.circumstances.on(excuse.on)
    since, until = (view.locale.quoted(circumstances.subject(each.name)) for each in (excuse.since, excuse.until))
    of = view.naming.quoted(map(view.naming.commitment, excuse.of), "and")
    event = view.naming.events(excuse.on) + circumstances.when(excuse.when)
    return line(view.say("excused", event=event, since=since, until=until, of=of), excuse)


def _objective(view: View, objective: Objective) -> Line:
    of = view.locale.quoted(view.naming.commitment(objective.of))
    within = view.duration(objective.within)
    if objective.share is None:
        text = view.say("reported", of=of, within=within)
    else:
        text = view.say("share", share=view.locale.percent(objective.share), of=of, within=within)
    condition: Words | None = None
    if objective.when is not None:
        condition = Words(view.circumstances.when(objective.when))
    return view.named(view.naming.name(objective), text, condition, objective)
