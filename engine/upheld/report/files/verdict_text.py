"""Verdict text: a verdict as one line of JSON, as `json` writes it, in half the time.

Most of a verdict are its clocks and moves, and most of these say the same but for instants and seconds. So what they
have in common is written once and remembered; instants need no escaping. Whatever is shaped otherwise goes
through `json`, and so does all else in a verdict.

    >>> move = {"seq": 1, "at": "2026-03-02T09:00:00Z", "from": None, "to": "open", "transition": "submit"}
    >>> move |= {"clauses": ["AC-1"], "assumptions": []}
    >>> _move(move) == json.dumps(move)
    True

Source: DESIGN section 6, "Verdicts".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

Row = Mapping[str, Any]

MOST: Final = 4_096
"""Kinds of clocks, and of moves, that are remembered."""

_CLOCK: Final = [
    *("id", "cycle", "status", "severity", "started_at", "counted_from", "due_at", "stopped_at", "calendar"),
    *("target", "target_s", "used_s", "paused_s", "remaining_s", "overrun_s", "clauses", "assumptions"),
]
_MOVE: Final = ["seq", "at", "from", "to", "transition", "clauses", "assumptions"]
_HOLE: Final = "\0"
_LISTS: Final = ('"commitments": ', '"moves": ')

encoded: Final[Callable[[object], str]] = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
"""Made once: `json.dumps` would make one for each ticket."""
_HOLE_TEXT: Final = encoded(_HOLE)


def verdict_text(verdict: Row) -> str:
    """A verdict in one line of JSON, without its end; the keys of clocks and moves stand in the order of a verdict."""
    clocks, moves = verdict.get("commitments"), verdict.get("moves")
    if clocks.__class__ is not list or moves.__class__ is not list:
        return encoded(verdict)
    parts = encoded({**verdict, "commitments": _HOLE, "moves": _HOLE}).split(_HOLE_TEXT)
    if len(parts) != len(_LISTS) + 1 or not parts[0].endswith(_LISTS[0]) or not parts[1].endswith(_LISTS[1]):
        return encoded(verdict)  # some text of it looks like a hole, or its keys stand otherwise
    before, between, behind = parts
    return f"{before}[{', '.join(map(_clock, clocks))}]{between}[{', '.join(map(_move, moves))}]{behind}"


def _clock(row: Row) -> str:
    if len(row) != len(_CLOCK):
        return encoded(row)
    (
        name,
        cycle,
        status,
        severity,
        started_at,
        counted_from,
        due_at,
        stopped_at,
        calendar,
        target,
        target_s,
        used_s,
        paused_s,
        remaining_s,
        overrun_s,
        clauses,
        assumptions,
    ) = row.values()
    begin, stands, promised, cites = _kind_of_clock(
        name, status, severity, calendar, target, target_s, tuple(clauses), tuple(assumptions)
    )
    due_at = "null" if due_at is None else f'"{due_at}"'
    stopped_at = "null" if stopped_at is None else f'"{stopped_at}"'
    if remaining_s is None:
        remaining_s = "null"
    return (
        f'{begin}{cycle}{stands}"{started_at}", "counted_from": "{counted_from}", "due_at": {due_at}, "stopped_at": '
        f'{stopped_at}{promised}{used_s}, "paused_s": {paused_s}, "remaining_s": {remaining_s}, "overrun_s": '
        f"{overrun_s}{cites}"
    )


@lru_cache(maxsize=MOST)
def _kind_of_clock(
    name: str,
    status: str,
    severity: str | None,
    calendar: str,
    target: str,
    target_s: int | None,
    clauses: tuple[str, ...],
    assumptions: tuple[str, ...],
) -> tuple[str, str, str, str]:
    """What clocks alike have in common: up to the cycle, up to the first instant, up to the seconds, and the rest."""
    cites = _inside({"clauses": clauses, "assumptions": assumptions})
    told = _inside({"calendar": calendar, "target": target, "target_s": target_s})
    return (
        f'{{{_inside({"id": name})}, "cycle": ',
        f', {_inside({"status": status, "severity": severity})}, "started_at": ',
        f', {told}, "used_s": ',
        f", {cites}}}",
    )


def _move(row: Row) -> str:
    if len(row) != len(_MOVE):
        return encoded(row)
    seq, at, origin, state, transition, clauses, assumptions = row.values()
    end = _kind_of_move(origin, state, transition, tuple(clauses), tuple(assumptions))
    return f'{{"seq": {"null" if seq is None else seq}, "at": "{at}", {end}'


@lru_cache(maxsize=MOST)
def _kind_of_move(
    origin: str | None, state: str, transition: str | None, clauses: tuple[str, ...], assumptions: tuple[str, ...]
) -> str:
    """What moves alike have in common, the end of their rows."""
    values = (origin, state, transition, clauses, assumptions)
    return f"{_inside(dict(zip(_MOVE[2:], values, strict=True)))}}}"


def _inside(row: Row) -> str:
    return encoded(row)[1:-1]
