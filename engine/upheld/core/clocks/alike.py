"""Clocks alike: what verdicts say of several clocks in the same words, and on what it rests.

Clocks of one promise that began and ended alike differ in instants and seconds, and in nothing else that a verdict
says. So all else is one object for all of them: it is found once, and who counts or writes a million clocks
looks at it once for each kind, and not for each clock.

Source: DESIGN section 6, "Verdicts".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from upheld.core.clocks.clock import Aim, Clock
from upheld.core.clocks.rules import Cited, ClockRules
from upheld.core.policy.commitment import Commitment, ParameterTarget, Pause
from upheld.core.policy.parameter import column_path
from upheld.core.policy.provenance import Grounds
from upheld.core.time.target import NextOccurrence

Status = Literal["running", "paused", "upheld", "breached", "cancelled", "excused"]

PausesTold = frozenset[tuple[int, int | None, int | None]]
"""Tracks of pauses, and which of the triggers of each began and ended it."""
NOTHING_TOLD: Final[PausesTold] = frozenset()


@dataclass(frozen=True, slots=True)
class Alike:
    """What a verdict says of a clock besides its cycle, its instants and its seconds.

    Attributes:
        target_s: The opening time allowed, where the target is an amount of it.
        calendar: The calendar that it counted on, and its ``zone``.
        assumptions: Each once, in the order of the policy, like the clauses.
    """

    commitment: Commitment
    status: Status
    severity: str | None
    target: str
    target_s: int | None
    clauses: tuple[str, ...]
    assumptions: tuple[str, ...]
    calendar: str
    zone: str


def alike_of(
    rules: ClockRules, clock: Clock, aim: Aim, status: Status, excuses: tuple[int, ...], told: PausesTold
) -> Alike:
    """What all clocks say that stand as this one does: one object.

    Args:
        excuses: Those that cover its breach.
        told: The pauses that touched it.
    """
    ending = clock.ending
    end = None if ending is None else (ending.how, ending.trigger)
    key = clock.commitment, clock.trigger, end, aim[2:], status, excuses, told
    found = rules.alike.get(key)
    if found is None:
        grounds = [*grounds_of(rules, clock, aim), *(rules.policy.excuses[number] for number in excuses)]
        cited = citations(rules, [*grounds, *_pauses_cited(rules, told)])
        terms, calendar = rules.terms[clock.commitment], aim.calendar.partition("@")[0]
        zone = terms.calendar(aim).zone.key
        promised = aim.severity, aim.text, aim.target_s
        found = rules.alike[key] = Alike(terms.commitment, status, *promised, *cited, calendar, zone)
    return found


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


def pause_of(rules: ClockRules, number: int) -> Pause:
    """What the policy says of the pauses of a track."""
    track = rules.plan.tracks[number]
    return rules.terms[track.commitment].commitment.pause[track.pause]


def _pauses_cited(rules: ClockRules, told: PausesTold) -> Iterator[Grounds]:
    for number, begun, ended in told:
        pause = pause_of(rules, number)
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
