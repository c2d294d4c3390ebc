"""Promises: severities, promised times, how they are counted, and what is promised over many tickets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from upheld.core.condition.condition import Condition, names_read
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
    yield from section(view.of_severity("severities"), _severities(view))
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
    calendars = {name for each in commitments for name in each.calendars}
    mixed = len(calendars) > 1
    if calendars and not mixed:
        yield Paragraph(line(which_hours(view, calendars.pop())))
    graded = [each for each in commitments if severities and view.times.by_severity(each)]
    notes = _Notes()
    planned = [each for each in graded if view.times.plans(each)]
    graded = [each for each in graded if each not in planned]
    for name in dict.fromkeys(plans[0] for each in planned if (plans := view.times.plans(each))):
        yield _plans(
            view, [each for each in planned if (view.times.plans(each) or ("",))[0] == name], notes, mixed=mixed
        )
    if planned and not graded:
        yield from (Paragraph(line(f"{notes.mark(note)} ", *note)) for note in notes.lines)
    if graded:
        head = [view.say("promise"), *map(view.naming.severity, severities), view.say("references")]
        rows = [row for each in graded for row in _rows(view, each, severities, notes, mixed=mixed)]
        yield table([*head[:1], view.say("hours-counted"), *head[1:]] if mixed else head, rows)
        yield from (Paragraph(line(f"{notes.mark(note)} ", *note)) for note in notes.lines)
    rest = [each for each in commitments if each not in graded and each not in planned]
    if (graded or planned) and rest:
        yield Paragraph(line(view.of_severity("whatever-severity")))
    yield from bullets(_time(view, each, mixed=mixed) for each in rest)
    if _overridable(view, commitments):
        yield Paragraph(line(view.say("contract-may-differ")))


def _plans(view: View, commitments: Sequence[Commitment], notes: _Notes, *, mixed: bool) -> Block:
    """Promises of which the severity and a plan decide: severities below one another, plans beside one another."""
    found = [known for each in commitments if (known := view.times.plans(each))]
    name, plans = found[0][0], [*dict.fromkeys(plan for _, values in found for plan in values)]
    subjects = Subjects(view.naming)
    labels = [subjects.value(name, plan) for plan in plans]
    hours = [view.say("hours-counted")] if mixed else []
    head = [view.say("promise"), *hours, subjects.severity(), *labels, view.say("references")]
    rows = []
    for each in commitments:
        first = True
        at = [severity.id for severity in view.policy.severities if view.times.allowed(each, severity.id)]
        limits = {severity: _limits_of_plans(view, each, severity, plans) for severity in at}
        common = limits[at[0]] if at and len(set(limits.values())) == 1 else ()
        for severity in view.policy.severities:
            allowed = {plan: view.times.allowed(each, severity.id, plan) for plan in plans}
            if not any(allowed.values()):
                continue
            own = () if common else limits.get(severity.id, ())
            name_of = line(strong(view.naming.name(each)), notes.mark(common) if common else "")
            title = name_of if first else line("")
            counted = (line(_hours(view, each) if first else ""),) if mixed else ()
            marked = view.naming.severity(severity.id) + (notes.mark(own) if own else "")
            cells = [line(_cell(view, times, notes) or view.say("none-promised")) for times in allowed.values()]
            usual = [time for times in allowed.values() for time in times if time.when is None]
            grounds = cited(each, *(part for time in usual for part in time.grounds)) if first else None
            rows.append((title, *counted, line(marked), *cells, line(grounds)))
            first = False
    return table(head, rows)


def which_hours(view: View, calendar: str) -> str:
    """Which hours count, where they are the same for every promise: else "4 h" would mislead."""
    if calendar in ("", ALWAYS) and ALWAYS not in view.policy.calendars:
        return view.say("every-hour-counts")
    return view.say("only-hours-count", calendar=view.locale.quoted(view.naming.calendar(calendar)))


def _overridable(view: View, commitments: Sequence[Commitment]) -> bool:
    read = {getattr(case.target, "parameter", None) for each in commitments for case in each.within}
    return any(read.intersection(contract.overrides) for contract in view.policy.contracts.values())


def _rows(
    view: View, commitment: Commitment, severities: Sequence[str], notes: _Notes, *, mixed: bool
) -> Iterator[tuple[Line, ...]]:
    """The row of a promise; one for each condition where every severity has times under the very same ones.

    So plans stand below one another, and not in a note to every cell.

    Args:
        mixed: Whether promises count on several calendars, so that each row has to say which hours it counts.
    """
    allowed = {severity: view.times.allowed(commitment, severity) for severity in severities}
    limits = {severity: _limits(view, commitment, severity) for severity in severities if allowed[severity]}
    common = set(limits.values()) if len(limits) > 1 else set()
    name: list[Part] = [strong(view.naming.name(commitment))]
    hours = (line(_hours(view, commitment)),) if mixed else ()
    marked = notes.mark(next(iter(common))) if len(common) == 1 and any(common) else ""
    own = {} if len(common) == 1 else limits
    cases = {tuple(time.when for time in times) for times in allowed.values() if times}
    conditions = cases.pop() if len(cases) == 1 and len(limits) > 1 else ()
    if len(conditions) < 2:
        yield _row(view, commitment, (line(*name, marked), *hours), allowed, own, notes)
        return
    for number, condition in enumerate(conditions):
        plan = view.say("in-other-cases") if condition is None else _when(view, commitment, condition)
        times = {each: [replace(found[number], when=None)] if found else [] for each, found in allowed.items()}
        yield _row(view, commitment, (line(*name, plan + marked), *hours), times, own, notes)


def _hours(view: View, commitment: Commitment) -> str:
    """The calendar that it counts on; where the case decides between several, who says which."""
    if len(commitment.calendars) > 1:
        return view.say("hours-of-each-case" if _hours_untold(commitment) else "hours-of-each-time")
    return view.naming.calendar((*commitment.calendars, ALWAYS)[0])


def _row(
    view: View,
    commitment: Commitment,
    head: tuple[Line, ...],
    allowed: Mapping[str, Sequence[Allowed]],
    limits: Mapping[str, Line],
    notes: _Notes,
) -> tuple[Line, ...]:
    grounds: list[Grounds] = [commitment]
    cells = []
    for severity, times in allowed.items():
        limit = notes.mark(limits[severity]) if limits.get(severity) else ""
        cells.append(line(_cell(view, times, notes) + limit or view.say("none-promised")))
        grounds += [each for time in times if time.when is None for each in time.grounds]
    return (*head, *cells, line(cited(*grounds)))


def _limits_of_plans(view: View, commitment: Commitment, severity: str, plans: Sequence[str]) -> Line:
    """The same where plans are columns: what is left of the limits on every plan, where that is the same on all."""
    on_plans = {_limits(view, commitment, severity, plan) for plan in plans}
    return on_plans.pop() if len(on_plans) == 1 else _limits(view, commitment, severity)


def _limits(view: View, commitment: Commitment, severity: str | None, plan: str | None = None) -> Line:
    """When a promise is none at a severity at which there are times for it; nothing where it always is one."""
    parts: list[Part] = []
    when, begins = view.times.applies(commitment, severity, plan), view.times.begins(commitment, severity)
    if when is not None:
        condition = view.circumstances.on(commitment.starting_events).text(when)
        parts.append(view.say("applies-only", condition=condition))
    if not begins:
        elsewhere = [each.id for each in view.policy.severities if view.times.begins(commitment, each.id)]
        names = view.naming.quoted(map(view.naming.severity, elsewhere))
        parts += [view.say("then") if parts else None, view.say("begun-at", severities=names)]
    elif all(trigger.when is not None for trigger in begins):
        parts += [view.say("then") if parts else None, view.say("begins-only"), *view.triggers(begins)]
    return line(*parts)


def _cell(view: View, allowed: Sequence[Allowed], notes: _Notes) -> str:
    """The time that holds unless a note says otherwise; where every time has its condition, all of them."""
    usual = [time.text for time in allowed if time.when is None]
    if usual:
        marks = [notes.mark(_exception(view, time)) for time in allowed if time.when is not None]
        return usual[0] + "".join(marks)
    return " / ".join(time.text + notes.mark(_only(view, time)) for time in allowed)


def _exception(view: View, time: Allowed) -> Line:
    assert time.when is not None, time
    condition = view.circumstances.text(time.when)
    return line(view.say("exception", time=time.text, condition=condition), cited(*time.grounds))


def _only(view: View, time: Allowed) -> Line:
    """The condition of a time that its cell tells."""
    assert time.when is not None, time
    return line(view.say("applies-only", condition=view.circumstances.text(time.when)), cited(*time.grounds))


def _when(view: View, commitment: Commitment, condition: Condition | None) -> str:
    return view.circumstances.on(commitment.starting_events).when(condition)


def _time(view: View, commitment: Commitment, *, mixed: bool) -> Line:
    """A promise whose time does not depend on the severity."""
    times = view.times.on(commitment.calendars[0]) if mixed and len(commitment.calendars) == 1 else view.times
    allowed = times.allowed(commitment)
    parts: list[Part] = []
    for time in allowed:
        parts += [view.say("then") if parts else "", time.text]
        parts += [view.circumstances.when(time.when), cited(*time.grounds) if time.when is not None else None]
    limits = _limits(view, commitment, None)
    parts += [view.say("then"), *limits] if limits else []
    always = [each for time in allowed if time.when is None for each in time.grounds]
    return view.named(view.naming.name(commitment), *parts, cited(commitment, *always))


def _counting(view: View, commitments: Sequence[Commitment]) -> Iterator[Block]:
    """When each clock runs. What is the same for all of them is said once."""
    told = [list(_details(view, each)) for each in commitments]
    common = [each for each in told[0] if all(each in lines for lines in told)] if len(told) > 1 else []
    if len(told) > 1:
        common += [each for each in _alike(view, commitments) if each not in common]
    if common:
        yield Paragraph(line(view.say("for-all")))
        yield from bullets(common)
    for commitment, lines in zip(commitments, told):
        own = [each for each in lines if each not in common]
        if own:
            yield Heading(3, _told_apart(view, commitment, commitments))
            yield from bullets(own)


def _alike(view: View, commitments: Sequence[Commitment]) -> list[Line]:
    """What a business day and a change mean, where they mean the same to all that know them."""
    meanings = ({line for each in commitments for line in told(view, each)} for told in (_day_meant, _change_meant))
    return [line for each in meanings if len(each) == 1 for line in each]


def _told_apart(view: View, commitment: Commitment, commitments: Sequence[Commitment]) -> str:
    """Its name; with when it applies, where another promise has the same name."""
    name = view.naming.name(commitment)
    alike = [each for each in commitments if view.naming.name(each) == name]
    return name + _when(view, commitment, commitment.when) if len(alike) > 1 else name


def _details(view: View, commitment: Commitment) -> Iterator[Line]:
    if not commitment.promised:
        yield view.titled("measured", view.say("measured-only"))
    if commitment.when is not None:
        condition = view.circumstances.on(commitment.starting_events).text(commitment.when)
        once = view.say("judged-once") if commitment.on_change in (None, "keep") else None
        yield view.titled("applies-when", condition, once)
    yield view.titled("begins", *view.triggers(commitment.start))
    yield view.titled("fulfilled", *view.triggers(commitment.stop))
    yield from _pauses(view, commitment)
    if commitment.cancel:
        yield view.titled("void", *view.triggers(commitment.cancel))
    for case in commitment.hours if _hours_untold(commitment) else ():
        when = view.circumstances.on(commitment.starting_events).when(case.when)
        if case.when is None and len(commitment.hours) > 1:
            when = view.say("otherwise")
        yield view.titled("counted", view.opening_time(case.calendar) + when)
    yield from _day_meant(view, commitment)
    if commitment.cycles is not None:
        yield view.titled("again", view.say(f"cycles.{commitment.cycles}"))
    if commitment.rhythm is not None:
        until = commitment.rhythm.until
        ending = (view.say("until-event"), *view.triggers(until)) if until else ()
        yield view.titled("rhythm", view.say(f"cycles.every-{commitment.rhythm.every}"), *ending)
    yield from _change_meant(view, commitment)
    if commitment.on_reopen is not None:
        yield view.titled("reopened", view.say(f"reopen.{commitment.on_reopen}"))
    if commitment.duty:
        yield view.titled("duty", view.say("owed-anyway"))
    yield from _warnings(view, commitment)


def _day_meant(view: View, commitment: Commitment) -> Iterator[Line]:
    if commitment.business_day is not None:
        yield view.titled("business-day", _business_day(view, commitment))


def _change_meant(view: View, commitment: Commitment) -> Iterator[Line]:
    if commitment.on_change is None:
        return
    if view.times.decided_by(commitment) <= {"severity"}:
        title = view.of_severity("severity-changes")
        yield view.named(title, view.of_severity(f"severity-change.{commitment.on_change}"))
    else:
        yield view.titled("changes", view.say(f"change.{commitment.on_change}"))


def _hours_untold(commitment: Commitment) -> bool:
    """Whether the promised times leave open which hours count: they tell those of a severity, of no other case."""
    read = {name for case in commitment.hours if case.when is not None for name in names_read(case.when)}
    return not commitment.promised or not read <= {"severity"}


def _warnings(view: View, commitment: Commitment) -> Iterator[Line]:
    kinds = {kind: [mark for mark in commitment.marks if mark.kind == kind] for kind in ("used", "left", "breached")}
    told = []
    if kinds["used"]:
        marks = view.locale.listed([view.locale.percent(mark.share) for mark in kinds["used"]])
        told.append(view.say("warned-at", marks=marks))
    if kinds["left"]:
        lengths = view.locale.listed([view.locale.duration(mark.length) for mark in kinds["left"] if mark.length])
        told.append(view.say("warned-before", lengths=lengths))
    if kinds["breached"]:
        told.append(view.say("told-when-breached"))
    if commitment.reminders is not None:
        every, most = view.locale.duration(commitment.reminders.every), commitment.reminders.at_most
        key = "reminded" if most is None else "reminded-at-most"
        told.append(view.say(key, every=every, times=str(most)))
    if told:
        yield view.titled("warning", view.say("then").join(told))


def _pauses(view: View, commitment: Commitment) -> Iterator[Line]:
    for pause in commitment.pause:
        if pause.states:
            yield view.titled("paused", view.say("while-in", states=view.naming.states(pause.states)), pause)
        else:
            begins, ends = (tuple(view.triggers(each)) for each in (pause.begins, pause.ends))
            yield view.titled("paused", view.say("from-event"), *begins, view.say("until-event"), *ends, pause)


def _business_day(view: View, commitment: Commitment) -> str:
    calendar = view.policy.calendars.get(commitment.calendars[0]) if commitment.calendars else None
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
    calendars = [name for each in view.policy.commitments if each.id == objective.of for name in each.calendars]
    within = view.duration(objective.within)
    if len(calendars) == 1 and objective.within is not None:
        within = view.times.on(calendars[0]).target(objective.within)
    if objective.share is None:
        text = view.say("reported", of=of, within=within)
    else:
        text = view.say("share", share=view.locale.percent(objective.share), of=of, within=within)
    condition: Words | None = None
    if objective.when is not None:
        condition = Words(view.circumstances.when(objective.when))
    return view.named(view.naming.name(objective), text, condition, objective)
