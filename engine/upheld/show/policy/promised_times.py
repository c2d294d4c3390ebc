"""Promised times: tables by severity and plan, with notes where a condition decides, and what no severity changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from upheld.core.condition.condition import Condition
from upheld.core.policy.commitment import CalendarCase, Commitment
from upheld.core.policy.policy import ALWAYS
from upheld.core.policy.provenance import Grounds
from upheld.show.page.blocks import (
    NO_BREAK,
    Block,
    Cited,
    Line,
    Notes,
    Paragraph,
    Part,
    bullets,
    cited,
    line,
    strong,
    table,
)
from upheld.show.words.promised_time import Allowed, PromisedTimes
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View

MARKS = "¹²³⁴⁵⁶⁷⁸⁹"


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


def promised_times(view: View, commitments: Sequence[Commitment]) -> Iterator[Block]:
    """Tables of what depends on the severity, then what does not."""
    severities = [severity.id for severity in view.policy.severities]
    calendars = {name for each in commitments for name in each.calendars}
    mixed = len(calendars) > 1
    if calendars and not mixed:
        yield Paragraph(line(which_hours(view, calendars.pop())))
    graded = [each for each in commitments if severities and view.times.by_severity(each)]
    hours = _Hours(view, mixed=mixed, by_case=any(len(each.calendars) > 1 for each in graded))
    notes = _Notes()
    planned = [each for each in graded if view.times.plans(each)]
    plain = [each for each in graded if each not in planned]
    for name in dict.fromkeys(plans[0] for each in planned if (plans := view.times.plans(each))):
        alike = [each for each in planned if (view.times.plans(each) or ("",))[0] == name]
        yield _plans(view, alike, notes, hours)
    if plain:
        names = map(view.naming.severity, severities)
        head = [view.say("promise"), *hours.head, *names, view.say("references")]
        yield table(head, [row for each in plain for row in _rows(view, each, severities, notes, hours)])
    if notes.lines:
        yield Notes(tuple(line(f"{notes.mark(note)} ", *note) for note in notes.lines))
    rest = [each for each in commitments if each not in graded]
    if graded and rest:
        yield Paragraph(line(view.of_severity("whatever-severity")))
    yield from bullets(_time(view, each, mixed=mixed) for each in rest)
    if _overridable(view, commitments):
        yield Paragraph(line(view.say("contract-may-differ")))


class _Hours:
    """Where a table tells which hours count: nowhere, in a column, or in each cell where a case decides."""

    def __init__(self, view: View, *, mixed: bool, by_case: bool) -> None:
        self._view, self._in_column, self._in_cells = view, mixed and not by_case, by_case
        self.head = [view.say("hours-counted")] if self._in_column else []

    def of(self, commitment: Commitment) -> tuple[Line, ...]:
        """The cell of that column, if there is one."""
        calendar = self._view.naming.calendar((*commitment.calendars, ALWAYS)[0])
        return (line(calendar),) if self._in_column else ()

    def times(self, commitment: Commitment) -> PromisedTimes:
        """What puts its times into words, with the hours where each cell tells them."""
        times = self._view.times
        return times.on((*commitment.calendars, ALWAYS)[0]) if self._in_cells else times


def _plans(view: View, commitments: Sequence[Commitment], notes: _Notes, hours: _Hours) -> Block:
    """Promises of which the severity and a plan decide: severities below one another, plans beside one another."""
    found = [known for each in commitments if (known := view.times.plans(each))]
    name, plans = found[0][0], [*dict.fromkeys(plan for _, values in found for plan in values)]
    subjects = Subjects(view.naming)
    labels = [subjects.value(name, plan) for plan in plans]
    head = [view.say("promise"), *hours.head, subjects.severity(), *labels, view.say("references")]
    rows = []
    for each in commitments:
        times = hours.times(each)
        told = {
            severity.id: {plan: times.allowed(each, severity.id, plan) for plan in plans}
            for severity in view.policy.severities
        }
        told = {severity: allowed for severity, allowed in told.items() if any(allowed.values())}
        limits = {severity: _limits_of_plans(view, each, severity, plans) for severity in told}
        common = next(iter(limits.values()), ()) if len(set(limits.values())) == 1 else ()
        shared, own = _grounds_apart([cell for allowed in told.values() for cell in allowed.values()])
        title, references = line(strong(_title(view, each)), notes.mark(common) if common else ""), cited(each, *shared)
        for severity, allowed in told.items():
            limit = notes.mark(limits[severity]) if limits[severity] and not common else ""
            cells = [_cell(view, cell, notes, own) or line(view.say("none-promised")) for cell in allowed.values()]
            row_hours = hours.of(each) if title else tuple(() for _ in hours.head)
            rows.append((title, *row_hours, line(view.naming.severity(severity) + limit), *cells, line(references)))
            title, references = (), Cited((), ())
    return table(head, rows)


def _title(view: View, commitment: Commitment) -> str:
    """What a promise is called in a table; that it is one each time stands here, and not in every cell."""
    name = view.naming.name(commitment)
    return name if commitment.rhythm is None else view.say("rhythm-title", name=name)


def _grounds_apart(cells: Sequence[Sequence[Allowed]]) -> tuple[list[Grounds], frozenset[str]]:
    """What the cells of a promise rest on, for its row; and the assumptions of some cells alone, which they tell.

    So what is assumed of one cell does not look assumed of all.
    """
    usual = [[part for time in cell if time.when is None for part in time.grounds] for cell in cells if cell]
    assumed = [{name for part in parts for name in part.assumes} for parts in usual]
    own = frozenset(name for each in assumed for name in each if not all(name in other for other in assumed))
    shared = [
        replace(part, assumes=tuple(name for name in part.assumes if name not in own))
        for parts in usual
        for part in parts
    ]
    return shared, own


def which_hours(view: View, calendar: str) -> str:
    """Which hours count, where they are the same for every promise: else "4 h" would mislead."""
    if calendar in ("", ALWAYS) and ALWAYS not in view.policy.calendars:
        return view.say("every-hour-counts")
    return view.say("only-hours-count", calendar=view.locale.quoted(view.naming.calendar(calendar)))


def _overridable(view: View, commitments: Sequence[Commitment]) -> bool:
    read = {getattr(case.target, "parameter", None) for each in commitments for case in each.within}
    return any(read.intersection(contract.overrides) for contract in view.policy.contracts.values())


def _rows(
    view: View, commitment: Commitment, severities: Sequence[str], notes: _Notes, hours: _Hours
) -> Iterator[tuple[Line, ...]]:
    """The row of a promise; one for each condition where every severity has times under the very same ones.

    So plans stand below one another, and not in a note to every cell.
    """
    told = hours.times(commitment)
    allowed = {severity: told.allowed(commitment, severity) for severity in severities}
    limits = {severity: _limits(view, commitment, severity) for severity in severities if allowed[severity]}
    common = set(limits.values()) if len(limits) > 1 else set()
    name: list[Part] = [strong(_title(view, commitment))]
    marked = notes.mark(next(iter(common))) if len(common) == 1 and any(common) else ""
    own = {} if len(common) == 1 else limits
    cases = {tuple(time.when for time in times) for times in allowed.values() if times}
    conditions = cases.pop() if len(cases) == 1 and len(limits) > 1 else ()
    if len(conditions) < 2:
        yield _row(view, commitment, (line(*name, marked), *hours.of(commitment)), allowed, own, notes)
        return
    for number, condition in enumerate(conditions):
        plan = view.say("in-other-cases") if condition is None else _when(view, commitment, condition)
        times = {each: [replace(found[number], when=None)] if found else [] for each, found in allowed.items()}
        yield _row(view, commitment, (line(*name, plan + marked), *hours.of(commitment)), times, own, notes)


def _row(
    view: View,
    commitment: Commitment,
    head: tuple[Line, ...],
    allowed: Mapping[str, Sequence[Allowed]],
    limits: Mapping[str, Line],
    notes: _Notes,
) -> tuple[Line, ...]:
    shared, own = _grounds_apart([*allowed.values()])
    cells = []
    for severity, times in allowed.items():
        limit = notes.mark(limits[severity]) if limits.get(severity) else ""
        cells.append(_cell(view, times, notes, own, limit) or line(view.say("none-promised")))
    return (*head, *cells, line(cited(commitment, *shared)))


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


def _cell(view: View, allowed: Sequence[Allowed], notes: _Notes, own: Collection[str] = (), limit: str = "") -> Line:
    """The time that holds unless a note says otherwise; where every time has its condition, all of them.

    Args:
        own: The assumptions that this cell tells itself where it rests on them.
        limit: The mark of what limits it.
    """
    usual = next((time for time in allowed if time.when is None), None)
    if usual is None:
        return line(" / ".join(time.text + notes.mark(_only(view, time)) for time in allowed) + limit)
    marks = [notes.mark(_elsewhere(view, case)) for case in usual.elsewhere]
    marks += [notes.mark(_exception(view, time)) for time in allowed if time.when is not None]
    assumed = dict.fromkeys(name for part in usual.grounds for name in part.assumes if name in own)
    return line(
        usual.text + NO_BREAK.join([*marks, limit] if limit else marks),
        Cited((), tuple(assumed)),
    )


def _elsewhere(view: View, case: CalendarCase) -> Line:
    """Which hours count instead, and when."""
    always = case.calendar not in view.policy.calendars
    hours = view.naming.calendar(ALWAYS) if always else view.opening_time(case.calendar)
    condition = view.circumstances.text(case.when) if case.when is not None else ""
    return line(view.say("exception", time=hours, condition=condition), cited(case))


def _exception(view: View, time: Allowed) -> Line:
    assert time.when is not None, time
    if time.agreed:
        return line(view.say("as-agreed-if", name=time.agreed), cited(*time.grounds))
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
        text = view.say("as-agreed-if", name=time.agreed) if time.agreed else time.text
        text = text if commitment.rhythm is None else view.say("each-time", time=text)
        parts += [view.say("then") if parts else "", text]
        parts += ["" if time.agreed else view.circumstances.when(time.when)]
        parts += [cited(*time.grounds) if time.when is not None else None]
        for case in time.elsewhere:
            parts += [view.say("then"), *_elsewhere(view, case)]
    limits = _limits(view, commitment, None)
    parts += [view.say("then"), *limits] if limits else []
    always = [each for time in allowed if time.when is None for each in time.grounds]
    return view.named(view.naming.name(commitment), *parts, cited(commitment, *always))
