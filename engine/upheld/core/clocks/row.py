"""Clock rows: what a verdict says of each clock, as things stand at an instant.

Status compares instants: stopped at or before the due instant is upheld, after it
breached, also when no opening time lies between. What is not stopped is measured up
to as-of.

Source: DESIGN section 4, "Status compares instants"; section 6, Verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Final, NamedTuple

from upheld.core.clocks.alike import NOTHING_TOLD, Alike, PausesTold, Status, alike_of, pause_of
from upheld.core.clocks.clock import Aim, Clock, End, Span
from upheld.core.clocks.pauses import FOREVER, due_s, paused_s, united, until, used_s
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import ClockState, Paused, Track
from upheld.core.frozen import made
from upheld.core.policy.commitment import Commitment, Pause
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import text_of
from upheld.core.time.target import BestEffort

NO_PAUSES: Final[list[Span]] = []
BEST_EFFORT: Final = str(BestEffort())


class ClockRow(NamedTuple):
    """One clock as a verdict shows it; times in opening seconds of the commitment's calendar.

    Attributes:
        alike: What clocks alike have in common; each of it is an attribute of the row, too.
        from_s: From when its time counts: its start, unless a change counted it anew.
        due_s: ``None`` while it is paused, or no release or date is known, and for best effort.
        stop_s: When it was stopped; a stop's own date where it carries one.
        used_s: Together with ``remaining_s`` and less ``overrun_s`` it is ``target_s``, whatever the status, where the
            target is an amount of opening time.
        remaining_s: What was left at the end, or is left at as-of; ``None`` where no due instant is known.
        overrun_s: What was used after the due instant.
        ended_s: When it was stopped or cancelled, as the records tell it; ``None`` while it is neither.
    """

    alike: Alike
    cycle: int
    start_s: int
    from_s: int
    due_s: int | None
    stop_s: int | None
    used_s: int
    paused_s: int
    remaining_s: int | None
    overrun_s: int
    ended_s: int | None = None

    @property
    def commitment(self) -> Commitment:
        return self.alike.commitment

    @property
    def status(self) -> Status:
        return self.alike.status

    @property
    def severity(self) -> str | None:
        return self.alike.severity

    @property
    def target(self) -> str:
        return self.alike.target

    @property
    def target_s(self) -> int | None:
        return self.alike.target_s

    @property
    def clauses(self) -> tuple[str, ...]:
        return self.alike.clauses

    @property
    def assumptions(self) -> tuple[str, ...]:
        return self.alike.assumptions

    @property
    def calendar(self) -> str:
        return self.alike.calendar

    @property
    def zone(self) -> str:
        return self.alike.zone

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
    return ((pause_of(rules, number), each) for number, each in _touching(rules, state, clock, as_of_s))


def _touching(rules: ClockRules, state: ClockState, clock: Clock, as_of_s: int) -> Iterator[tuple[int, Paused]]:
    end_s = as_of_s + 1 if clock.ending is None else min(clock.ending.at_s, clock.ending.seen_s)
    for number in rules.plan.tracks_of[clock.commitment]:
        for each in state.tracks[number].touching(clock.from_s, end_s):
            yield number, each


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
    paused = paused_s(calendar, passed, start_s, end_s) if passed else 0
    what = (
        alike_of(rules, clock, aim, status, excuses, told),
        clock.cycle,
        clock.start_s,
        start_s,
        None if status == "paused" else due,
        end.at_s if end is not None and end.how == "stopped" else None,
        calendar.between_s(start_s, end_s) - paused,
        paused,
        None if left_until is None else calendar.between_s(end_s, left_until),
        used_s(calendar, passed, max(due, start_s), end_s) if due is not None and end_s > due else 0,
        None if end is None else end.seen_s,
    )
    return made(ClockRow, what)


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


def _pauses_told(rules: ClockRules, state: ClockState, clock: Clock, as_of_s: int) -> PausesTold:
    """The tracks of the pauses that touched a clock, and the triggers that began and ended them."""
    return frozenset((number, each.begun, each.ended) for number, each in _touching(rules, state, clock, as_of_s))
