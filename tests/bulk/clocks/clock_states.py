"""What the engine remembers of clocks, as the columns that bulk judges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from upheld.bulk.clocks.clock_columns import STATUSES, Judged
from upheld.bulk.clocks.given import CANCELLED, NONE, RUNS, STOPPED, Clocks, Excuses, Gaps, Pauses, Promised
from upheld.bulk.clocks.opening_seconds import NOT_KNOWN_S
from upheld.core.clocks.clock import Clock
from upheld.core.clocks.row import ClockRow
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import ClockState


class Given(NamedTuple):
    """The arguments of `judged`, and which clock each row is: the number of its state, and itself."""

    promises: list[Promised]
    clocks: Clocks
    pauses: Pauses
    gaps: Gaps
    excuses: Excuses
    which: list[tuple[int, Clock]]


def given(rules: ClockRules, states: Iterable[tuple[str, ClockState]]) -> Given:
    """The clocks of tickets, each with its customer, in the order of their rows."""
    promises: dict[Promised, int] = {}
    which: list[tuple[int, Clock]] = []
    clocks: list[tuple] = []
    pauses: list[tuple] = []
    gaps: list[tuple] = []
    excuses: list[tuple] = []
    for ticket, (customer, state) in enumerate(states):
        fixed = [(clock, aim) for clock in state.every() if (aim := rules.aim(clock)) is not None]
        for clock, aim in sorted(fixed, key=lambda pair: (pair[0].commitment, pair[0].cycle)):
            promised = Promised(clock.commitment, clock.trigger, aim._replace(due_s=None), customer)
            end = clock.ending
            how = RUNS if end is None else STOPPED if end.how == "stopped" else CANCELLED
            trigger = NONE if end is None or end.trigger is None else end.trigger
            ended = (how, 7, 7, trigger) if end is None else (how, end.at_s, end.seen_s, trigger)
            due_s = NOT_KNOWN_S if aim.due_s is None else aim.due_s
            gaps += [(len(clocks), *span) for span in clock.gaps]
            place = promises.setdefault(promised, len(promises))
            clocks.append((ticket, place, clock.from_s, due_s, *ended))
            which.append((ticket, clock))
        for number, track in enumerate(state.tracks):
            for each in (*track.over, *([track.lasting] if track.lasting else [])):
                begun, end_by = (NONE if it is None else it for it in (each.begun, each.ended))
                pauses.append((ticket, number, each.from_s, each.until_s, begun, end_by))
        excuses += [(ticket, *each) for each in state.excuses]
    return Given(
        list(promises),
        Clocks(*columns(clocks, "i4 i4 i8 i8 i1 i8 i8 i2")),
        Pauses(*columns(pauses, "i4 i2 i8 i8 i2 i2")),
        Gaps(*columns(gaps, "i8 i8 i8")),
        Excuses(*columns(excuses, "i4 i2 i8 i8")),
        which,
    )


def columns(rows: list[tuple], types: str) -> list[np.ndarray]:
    """The columns of some rows."""
    return [np.array([row[place] for row in rows], kind) for place, kind in enumerate(types.split())]


def shown(row: ClockRow) -> tuple:
    """What a row and a place of the columns both say."""
    seconds = (row.due_s, row.stop_s, row.used_s, row.paused_s, row.remaining_s, row.overrun_s, row.ended_s)
    return (row.status, *seconds, row.clauses, row.assumptions)


def shown_of(judged: Judged) -> list[tuple]:
    """The same of each place."""
    names = ("due_s", "stop_s", "used_s", "paused_s", "remaining_s", "overrun_s", "ended_s")
    seconds = [[None if it == NOT_KNOWN_S else it for it in getattr(judged, name).tolist()] for name in names]
    statuses = [STATUSES[code] for code in judged.status.tolist()]
    cited = [judged.citations[code] for code in judged.cited.tolist()]
    return [(status, *row, *each) for status, row, each in zip(statuses, zip(*seconds), cited, strict=True)]
