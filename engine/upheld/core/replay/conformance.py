"""Conformance: how far what a tracker recorded agrees with the states of the policy.

A ticket conforms when each of its moves does, and no state observed of it was refused: of
what was thrown away nobody can say that it conforms. Coming into being is no move: any state
may be the first. A timer's move is expected when the timer is due; that a tracker closed
a ticket early, late or never is told apart from whether it might close it at all.

Counts merge: ``a |= b``, in any order, for any division of the tickets. The example of a move
astray is the first ticket by id.

Source: DESIGN section 3, "Audit mode".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Self

from upheld.core.record.message import percent

Row = dict[str, Any]

PUNCTUAL_S = 120
"""How far from its due instant a timer's move is still called punctual: trackers act by the minute."""
BATCH_S = 3600
"""… and how far it is of the same batch: at night, they act in batches that take their time."""

TIMER_COLUMNS = ("due", "punctual", "within_hour", "early", "late", "unobserved")


class Conformance:
    """The moves observed of all tickets, counted ticket by ticket.

    Args:
        timers: The ids of the policy's timers, in order.
        as_of: The instant at which everything is looked at, as verdicts write it.
    """

    def __init__(self, timers: Iterable[str], as_of: str) -> None:
        self._as_of = as_of
        self._tickets = self._conforming = 0
        self._moves = self._astray = self._unseen = 0
        self._pairs: dict[tuple[str, str], list[Any]] = {}
        self._timers = {name: dict.fromkeys(TIMER_COLUMNS, 0) for name in timers}

    def add(self, verdict: Row) -> None:
        """Count a ticket; one that nothing opened is none."""
        if verdict["state"] is None:
            return
        astray: Sequence[Row] = verdict["nonconforming"]
        unseen = sum(each["event"] is None for each in verdict["refused"])
        self._tickets += 1
        self._conforming += not (astray or unseen)
        self._unseen += unseen
        self._moves += sum(move["from"] is not None for move in verdict["moves"])
        self._astray += len(astray)
        for pair in dict.fromkeys((move["from"], move["to"]) for move in astray):
            self._astray_moves(pair, sum(pair == (move["from"], move["to"]) for move in astray), 1, verdict["ticket"])
        for run in verdict["timers"]:
            if run["observed_at"] is not None or run["due_at"] <= self._as_of:
                counts = self._timers[run["id"]]
                counts["due"] += 1
                counts[_when(run)] += 1

    def _astray_moves(self, pair: tuple[str, str], moves: int, tickets: int, example: str) -> None:
        found = self._pairs.setdefault(pair, [0, 0, example])
        found[0] += moves
        found[1] += tickets
        found[2] = min(found[2], example)

    def __ior__(self, other: Self) -> Self:
        """Count what another one has counted, of the same timers and as of the same instant."""
        for name in ("_tickets", "_conforming", "_moves", "_astray", "_unseen"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for pair, (moves, tickets, example) in other._pairs.items():
            self._astray_moves(pair, moves, tickets, example)
        for timer, counts in self._timers.items():
            for column, number in other._timers[timer].items():
                counts[column] += number
        return self

    def result(self) -> Row:
        """The entry ``audit`` of a summary: the most frequent moves astray first, each with its first ticket."""
        pairs = sorted(self._pairs.items(), key=lambda each: (-each[1][0], each[0]))
        return {
            "tickets": self._tickets,
            "conforming_tickets": self._conforming,
            "share_of_tickets": share(self._conforming, self._tickets),
            "moves": self._moves,
            "conforming_moves": self._moves - self._astray,
            "share_of_moves": share(self._moves - self._astray, self._moves),
            "refused_states": self._unseen,
            "nonconforming": [
                {"from": origin, "to": state, "count": count, "tickets": tickets, "example": example}
                for (origin, state), (count, tickets, example) in pairs
            ],
            "timers": [{"id": name, **counts} for name, counts in self._timers.items()],
        }


def share(part: int, whole: int) -> str | None:
    """A share as people read it; ``None`` of nothing.

    >>> share(2, 3), share(0, 0)
    ('66.6%', None)
    """
    return percent(Fraction(part, whole)) if whole else None


def _when(run: Row) -> str:
    """Whether a timer's move was observed when it was due, or when else."""
    if run["observed_at"] is None:
        return "unobserved"
    late_s = (datetime.fromisoformat(run["observed_at"]) - datetime.fromisoformat(run["due_at"])).total_seconds()
    if abs(late_s) <= PUNCTUAL_S:
        return "punctual"
    if abs(late_s) <= BATCH_S:
        return "within_hour"
    return "late" if late_s > 0 else "early"
