"""Clock rows: what a verdict says of each clock, as things stand at an instant.

Status compares instants: stopped at or before the due instant is upheld, after it
breached, also when no opening time lies between. What is not stopped is measured up
to as-of.

Source: DESIGN section 4, "Status compares instants"; section 6, Verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, Literal

from upheld.core.clocks.clock import Aim, Clock, End, Span
from upheld.core.clocks.pauses import FOREVER, due_s, paused_s, united, until, used_s
from upheld.core.clocks.rules import Cited, ClockRules
from upheld.core.clocks.state import ClockState, Paused, Track
from upheld.core.frozen import unfrozen
from upheld.core.policy.commitment import Commitment, ParameterTarget, Pause
from upheld.core.policy.parameter import column_path
from upheld.core.policy.provenance import Grounds
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import text_of
from upheld.core.time.target import BestEffort, NextOccurrence

NO_PAUSES: Final[list[Span]] = []
BEST_EFFORT: Final = str(BestEffort())

PausesTold = frozenset[tuple[int, int | None, int | None]]
"""Tracks of pauses, and which of the triggers of each began and ended it."""
NOTHING_TOLD: Final[PausesTold] = frozenset()

Status = Literal["running", "paused", "upheld", "breached", "cancelled", "excused"]


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock as a verdict shows it; times in opening seconds of the commitment's calendar.

    Attributes:
        from_s: From when its time counts: its start, unless a change counted it anew.
        due_s: ``None`` while it is paused, or no release or date is known, and for best effort.
        stop_s: When it was stopped; a stop's own date where it carries one.
        target_s: The opening time allowed, where the target is an amount of it. Then it is ``used_s`` plus
            ``remaining_s`` less ``overrun_s``, whatever the status.
        remaining_s: What was left at the end, or is left at as-of; ``None`` where no due instant is known.
        overrun_s: What was used after the due instant.
        calendar: The calendar that it counted on, and its ``zone``.
        ended_s: When it was stopped or cancelled, as the records tell it; ``None`` while it is neither.
    """

    commitment: Commitment
    cycle: int
    status: Status
    severity: str | None
    start_s: int
    from_s: int
    due_s: int | None
    stop_s: int | None
    target: str
    target_s: int | None
    used_s: int
    paused_s: int
    remaining_s: int | None
    overrun_s: int
    clauses: tuple[str, ...]
    assumptions: tuple[str, ...]
    calendar: str
    zone: str
    ended_s: int | None = None

    @property
    def is_promised(self) -> bool:
        """Whether it counts in a share: best effort promises nothing that could be broken."""
        return self.commitment.promised and self.target != BEST_EFFORT

    def as_document(self) -> dict[str, object]:
        """The entry of ``commitments`` in a verdict."""
        started_at = text_of(self.start_s)
        return {
            "id": self.commitment.id,
            "cycle": self.cycle,
            "status": self.status,
            "severity": self.severity,
            "started_at": started_at,
            "counted_from": started_at if self.from_s == self.start_s else text_of(self.from_s),
            "due_at": None if self.due_s is None else text_of(self.due_s),
            "stopped_at": None if self.stop_s is None else text_of(self.stop_s),
            "calendar": self.calendar,
            "target": self.target,
            "target_s": self.target_s,
            "used_s": self.used_s,
            "paused_s": self.paused_s,
            "remaining_s": self.remaining_s,
            "overrun_s": self.overrun_s,
            "clauses": list(self.clauses),
            "assumptions": list(self.assumptions),
        }


_Unfrozen: Final = unfrozen(ClockRow)


def clock_rows(rules: ClockRules, state: ClockState, as_of_s: int) -> tuple[ClockRow, ...]:
    """Every clock whose target is known, in the policy's order and then by cycle."""
    clocks = [*state.over, *state.clocks]
    clocks.sort(key=_place)
    touched = _is_touched(state.tracks)
    return tuple(
        [
            _row(rules, state, clock, aim, as_of_s, may_pause=touched or bool(clock.gaps))
            for clock in clocks
            if (aim := rules.aim(clock)) is not None
        ]
    )


_place: Final = attrgetter("commitment", "cycle")


def measured_pauses(rules: ClockRules, state: ClockState, clock: Clock, as_of_s: int) -> list[Span]:
    """The pauses that touch a clock: up to what ended it, or up to as-of; one that still lasts, lasts."""
    ending = clock.ending
    if ending is None:
        return [span for span in rules.pauses(clock, state.tracks) if span[0] <= as_of_s]
    end_s = min(ending.at_s, ending.seen_s)
    return until(rules.pauses(clock, state.tracks, end_s), end_s)


def pauses_touching(rules: ClockRules, state: ClockState, clock: Clock, as_of_s: int) -> Iterator[tuple[Pause, Paused]]:
    """The same pauses one by one, track by track, with what the policy says of each; gaps are none of them."""
    return ((_pause(rules, number), each) for number, each in _touching(rules, state, clock, as_of_s))


def _touching(rules: ClockRules, state: ClockState, clock: Clock, as_of_s: int) -> Iterator[tuple[int, Paused]]:
    end_s = as_of_s + 1 if clock.ending is None else min(clock.ending.at_s, clock.ending.seen_s)
    for number in rules.plan.tracks_of[clock.commitment]:
        for each in state.tracks[number].touching(clock.from_s, end_s):
            yield number, each


def _pause(rules: ClockRules, number: int) -> Pause:
    track = rules.plan.tracks[number]
    return rules.terms[track.commitment].commitment.pause[track.pause]


def _is_touched(tracks: Iterable[Track]) -> bool:
    """Whether anything was ever paused; most tickets have known no pause."""
    return any(track.lasting is not None or track.over for track in tracks)


def clock_row(rules: ClockRules, state: ClockState, clock: Clock, aim: Aim, as_of_s: int) -> ClockRow:
    """What a verdict says of one clock that was promised ``aim``."""
    return _row(rules, state, clock, aim, as_of_s, may_pause=True)


def _row(rules: ClockRules, state: ClockState, clock: Clock, aim: Aim, as_of_s: int, *, may_pause: bool) -> ClockRow:
    terms = rules.terms[clock.commitment]
    calendar, start_s, end = terms.calendar(aim), clock.from_s, clock.ending
    end_s = as_of_s if end is None else end.at_s
    pauses = passed = NO_PAUSES
    due = left_until = aim.due_s
    if may_pause:
        pauses = measured_pauses(rules, state, clock, as_of_s)
        passed = until(pauses, end_s)
        due = due_s(aim, calendar, start_s, pauses)
        left_until = due if due is not None else due_s(aim, calendar, start_s, passed)
    status = _status(end, due, end_s, lasting=bool(pauses) and pauses[-1][1] == FOREVER)
    excuses: tuple[int, ...] = ()
    if status == "breached" and due is not None:
        excuses = _excused(rules, state, clock, calendar, due, end_s, pauses)
        status = "excused" if excuses else status
    told = _pauses_told(rules, state, clock, as_of_s) if pauses or excuses else NOTHING_TOLD
    cited = _cited_alike(rules, clock, end, aim, excuses, told)
    row = _Unfrozen()
    row.commitment, row.cycle, row.status, row.severity = terms.commitment, clock.cycle, status, aim.severity
    row.start_s, row.from_s = clock.start_s, start_s
    row.due_s = None if status == "paused" else due
    row.stop_s = end.at_s if end is not None and end.how == "stopped" else None
    row.target, row.target_s = aim.text, aim.target_s
    row.used_s = used_s(calendar, passed, start_s, end_s)
    row.paused_s = paused_s(calendar, passed, start_s, end_s) if passed else 0
    row.remaining_s = None if left_until is None else calendar.between_s(end_s, left_until)
    row.overrun_s = 0 if due is None or end_s <= due else used_s(calendar, passed, max(due, start_s), end_s)
    row.clauses, row.assumptions = cited
    row.calendar = aim.calendar if "@" not in aim.calendar else aim.calendar.partition("@")[0]
    row.zone = calendar.zone.key
    row.ended_s = None if end is None else end.seen_s
    row.__class__ = ClockRow
    made: ClockRow = row
    return made


def _status(end: End | None, due: int | None, end_s: int, *, lasting: bool) -> Status:
    """Whether the promise was kept, as far as can be said at ``end_s``; stopping just when it is due keeps it."""
    if due is not None and end_s > due:
        return "breached"
    if end is not None:
        return "upheld" if end.how == "stopped" else "cancelled"
    return "paused" if lasting else "running"


def _excused(
    rules: ClockRules, state: ClockState, clock: Clock, calendar: Calendar, due: int, end_s: int, pauses: Iterable[Span]
) -> tuple[int, ...]:
    """The excuses that together cover a breach's overrun; none where they do not.

    Source: DESIGN section 4, "Excuses": the union covers the overrun's opening time, and one meets the time after due.
    """
    commitment = rules.terms[clock.commitment].commitment
    declared = [each for each in state.excuses if commitment.id in rules.policy.excuses[each.excuse].of]
    meeting = [each for each in declared if each.from_s < end_s and each.until_s > due]
    if not meeting:
        return ()
    covered = united((*((each.from_s, each.until_s) for each in meeting), *pauses))
    left_s = used_s(calendar, covered, max(due, clock.from_s), end_s)
    return tuple(sorted({each.excuse for each in meeting})) if left_s == 0 else ()


def grounds_of(rules: ClockRules, clock: Clock, aim: Aim) -> Iterator[Grounds]:
    """What took part in a clock: the commitment, what started and ended it, its calendar, its target and its source."""
    policy = rules.policy
    commitment = rules.terms[clock.commitment].commitment
    case = commitment.within[aim.case]
    yield commitment
    if clock.trigger is not None:
        yield commitment.start[clock.trigger]
    end = clock.ending
    if end is not None and end.trigger is not None:
        yield (commitment.stop if end.how == "stopped" else commitment.voids)[end.trigger]
    yield case
    hours = commitment.hours[aim.hours]
    yield hours
    if hours.calendar in policy.calendars:
        yield policy.calendars[hours.calendar]
    if isinstance(case.target, ParameterTarget):
        parameter = policy.parameters[case.target.parameter]
        yield parameter
        if aim.row is not None:
            yield parameter.rows[aim.row]
    if isinstance(case.target, NextOccurrence):
        recurrence = policy.recurrences[case.target.recurrence]
        yield recurrence
        if recurrence.calendar in policy.calendars:
            yield policy.calendars[recurrence.calendar]
    severity = next((each for each in policy.severities if each.id == aim.severity), None)
    if severity is not None and aim.column is not None and column_path(aim.column)[-1] == severity.id:
        yield severity


def _cited_alike(
    rules: ClockRules, clock: Clock, ending: End | None, aim: Aim, excuses: tuple[int, ...], told: PausesTold
) -> Cited:
    """What a clock cites; worked out once for all clocks alike."""
    end = None if ending is None else (ending.how, ending.trigger)
    alike = (clock.commitment, clock.trigger, end, aim.case, aim.hours, aim.row, aim.severity, aim.column)
    cited = rules.cited.get((alike, excuses, told))
    if cited is None:
        grounds = [*grounds_of(rules, clock, aim), *(rules.policy.excuses[number] for number in excuses)]
        cited = citations(rules, [*grounds, *_pauses_cited(rules, told)])
        rules.cited[alike, excuses, told] = cited
    return cited


def _pauses_told(rules: ClockRules, state: ClockState, clock: Clock, as_of_s: int) -> PausesTold:
    """The tracks of the pauses that touched a clock, and the triggers that began and ended them."""
    return frozenset((number, each.begun, each.ended) for number, each in _touching(rules, state, clock, as_of_s))


def _pauses_cited(rules: ClockRules, told: PausesTold) -> Iterator[Grounds]:
    """The same as parts of the policy."""
    for number, begun, ended in told:
        pause = _pause(rules, number)
        yield pause
        if begun is not None:
            yield pause.begins[begun]
        if ended is not None:
            yield pause.ends[ended]


def citations(rules: ClockRules, grounds: Iterable[Grounds]) -> Cited:
    """The clauses and the assumptions of all grounds, each once, in the order in which the policy declares them."""
    clauses: set[str] = set()
    assumptions: set[str] = set()
    for each in grounds:
        clauses.update(each.clauses)
        assumptions.update(each.assumes)
    return (
        tuple(sorted(clauses, key=rules.clauses.__getitem__)),
        tuple(sorted(assumptions, key=rules.assumptions.__getitem__)),
    )
