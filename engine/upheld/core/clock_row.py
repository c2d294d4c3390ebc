"""Clock rows: what a verdict says of each clock, as things stand at an instant.

Status compares instants: stopped at or before the due instant is upheld, after it
breached, also when no opening time lies between. What is not stopped is measured up
to as-of.

Source: DESIGN section 4, "Status compares instants"; section 6, Verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from upheld.core.calendar import Calendar
from upheld.core.clock import FOREVER, Aim, Clock, Span, due_s, left_s, paused_s, united, used_s
from upheld.core.clock_rules import ClockRules
from upheld.core.clock_state import ClockState
from upheld.core.commitment import Commitment, ParameterTarget
from upheld.core.instant import date_of_day, text_of
from upheld.core.item import Grounds
from upheld.core.target import NextOccurrence

Status = Literal["running", "paused", "upheld", "breached", "cancelled", "excused"]


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock as a verdict shows it; times in opening seconds of the commitment's calendar.

    Attributes:
        due_s: ``None`` while it is paused, or no release or date is known.
        target_s: The opening time allowed, where the target is an amount of it.
        remaining_s: Opening seconds left; nothing once it has ended or is breached.
    """

    commitment: Commitment
    cycle: int
    status: Status
    severity: str | None
    start_s: int
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

    def as_document(self) -> dict[str, object]:
        """The entry of ``commitments`` in a verdict."""
        return {
            "id": self.commitment.id,
            "cycle": self.cycle,
            "status": self.status,
            "severity": self.severity,
            "started_at": text_of(self.start_s),
            "due_at": None if self.due_s is None else text_of(self.due_s),
            "stopped_at": None if self.stop_s is None else text_of(self.stop_s),
            "target": self.target,
            "target_s": self.target_s,
            "used_s": self.used_s,
            "paused_s": self.paused_s,
            "remaining_s": self.remaining_s,
            "overrun_s": self.overrun_s,
            "clauses": list(self.clauses),
            "assumptions": list(self.assumptions),
        }


def clock_rows(rules: ClockRules, state: ClockState, as_of_s: int) -> tuple[ClockRow, ...]:
    """Every clock whose target is known, in the policy's order and then by cycle."""
    fixed = [clock for clock in state.clocks if clock.aim is not None and clock.start_s <= as_of_s]
    fixed.sort(key=lambda clock: (clock.commitment, clock.cycle))
    return tuple(_row(rules, state, clock, clock.aim, as_of_s) for clock in fixed if clock.aim is not None)


def _row(rules: ClockRules, state: ClockState, clock: Clock, aim: Aim, as_of_s: int) -> ClockRow:
    commitment = rules.plan.commitments[clock.commitment]
    calendar = rules.times.calendars[commitment.calendar]
    end_s = clock.end_s if clock.ended and clock.end_s is not None else as_of_s
    whole = rules.pauses(clock, state.tracks)
    pauses = [(from_s, until_s) for from_s, until_s in whole if from_s < end_s]
    if clock.ended:
        pauses = [(from_s, min(until_s, end_s)) for from_s, until_s in pauses]
    due = clock.missed_s if clock.missed_s is not None else due_s(aim, calendar, clock.start_s, pauses)
    lasting = bool(pauses) and pauses[-1][1] == FOREVER
    status = _status(clock, due, end_s, lasting)
    excuses: tuple[int, ...] = ()
    if status == "breached" and due is not None:
        excuses = _excused(rules, state, clock, calendar, due, end_s, pauses)
        status = "excused" if excuses else status
    grounds = [*grounds_of(rules, clock, commitment, aim), *(rules.policy.excuses[number] for number in excuses)]
    ended = bool(clock.ended) or status in ("breached", "excused")
    return ClockRow(
        commitment,
        clock.cycle,
        status,
        aim.severity,
        clock.start_s,
        None if status == "paused" else due,
        clock.end_s if clock.ended == "stopped" else None,
        aim.text,
        aim.target_s,
        used_s(calendar, pauses, clock.start_s, end_s),
        paused_s(calendar, pauses, clock.start_s, end_s) if end_s > clock.start_s else 0,
        0 if ended else left_s(aim, calendar, clock.start_s, pauses, as_of_s),
        used_s(calendar, pauses, due, end_s) if status in ("breached", "excused") and due is not None else 0,
        cited(rules.policy.clauses, (clause for each in grounds for clause in each.clauses)),
        cited(rules.policy.assumptions, (name for each in grounds for name in each.assumes)),
    )


def _status(clock: Clock, due: int | None, end_s: int, lasting: bool) -> Status:
    """Whether the promise was kept, as far as can be said at ``end_s``."""
    if clock.missed_s is not None:
        return "breached"
    late = due is not None and end_s > due
    if clock.ended == "stopped":
        return "breached" if late else "upheld"
    if late:
        return "breached"
    return "cancelled" if clock.ended else "paused" if lasting else "running"


def _excused(
    rules: ClockRules, state: ClockState, clock: Clock, calendar: Calendar, due: int, end_s: int, pauses: Iterable[Span]
) -> tuple[int, ...]:
    """The excuses that together cover a breach's overrun; none where they do not.

    Source: DESIGN section 4, "Excuses": the union covers the overrun's opening time, and one meets the time after due.
    """
    commitment = rules.plan.commitments[clock.commitment]
    declared = [each for each in state.excuses if commitment.id in rules.policy.excuses[each.excuse].of]
    meeting = [each for each in declared if each.from_s < end_s and each.until_s > due]
    if not meeting:
        return ()
    covered = united((*((each.from_s, each.until_s) for each in meeting), *pauses))
    left = calendar.between_s(due, end_s) - paused_s(calendar, covered, due, end_s)
    return tuple(sorted({each.excuse for each in meeting})) if left == 0 else ()


def grounds_of(rules: ClockRules, clock: Clock, commitment: Commitment, aim: Aim) -> Iterator[Grounds]:
    """Everything that took part in a clock: the commitment, its calendar, its target and what that was read from."""
    policy = rules.policy
    case = commitment.within[aim.case]
    yield commitment
    yield case
    if commitment.calendar in policy.calendars:
        yield policy.calendars[commitment.calendar]
    if isinstance(case.target, ParameterTarget):
        parameter = policy.parameters[case.target.parameter]
        yield parameter
        row = parameter.row_on(date_of_day(aim.day))
        if row is not None:
            yield row
    if isinstance(case.target, NextOccurrence):
        recurrence = policy.recurrences[case.target.recurrence]
        yield recurrence
        if recurrence.calendar in policy.calendars:
            yield policy.calendars[recurrence.calendar]
    severity = next((each for each in policy.severities if each.id == aim.severity), None)
    if severity is not None and aim.column == severity.id:
        yield severity


def cited(order: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in the order in which the policy declares them."""
    wanted = set(names)
    return tuple(name for name in order if name in wanted)
