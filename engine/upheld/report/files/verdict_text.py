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
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

from upheld.core.clocks.alike import Alike
from upheld.core.clocks.row import ClockRow
from upheld.core.record.json_text import without_hidden
from upheld.core.replay.verdict import Judged, MovedAt
from upheld.core.time.instant import text_of

Row = Mapping[str, Any]
Kind = tuple[str, str, str, str]
"""What clocks alike have in common, in pieces between which stands what they have not."""
Shared = TypeVar("Shared")
Text = TypeVar("Text")
Instants = tuple[str, str, str | None, str | None]
"""When a clock started, from when it counts, when it is due and when it was stopped."""

MOST: Final = 4_096
"""Kinds of clocks, and of moves, that are remembered."""

_CLOCK: Final = [
    *("id", "cycle", "status", "severity", "started_at", "counted_from", "due_at", "stopped_at", "calendar"),
    *("target", "target_s", "used_s", "paused_s", "remaining_s", "overrun_s", "clauses", "assumptions"),
]
_MOVE: Final = ["seq", "at", "from", "to", "transition", "clauses", "assumptions"]
_HOLE: Final = "\0"
_LISTS: Final = ('"commitments": ', '"moves": ')

_encode: Final[Callable[[object], str]] = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
"""Made once: `json.dumps` would make one for each ticket."""

_HOLE_TEXT: Final = _encode(_HOLE)
_ENDS: Final[dict[int, tuple[Row, str]]] = {}
_KINDS: Final[dict[int, tuple[Alike, Kind]]] = {}
"""The ends of moves, and the kinds of clocks, by the number of what they share, which is kept with it."""


def encoded(value: object) -> str:
    """A value as JSON on one line."""
    return without_hidden(_encode(value))


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


def judged_text(judged: Judged) -> str:
    """The same of a ticket that is judged, whose clocks and moves need not become rows for it."""
    head = judged.head
    head["commitments"], head["moves"] = judged.clocks, judged.moved
    texts = [f'"{name}": {_TEXT_OF.get(name, encoded)(held)}' for name, held in head.items()]
    return f"{{{', '.join(texts)}}}"


def _clock_rows(rows: Iterable[ClockRow]) -> str:
    return f"[{', '.join(map(_clock_row, rows))}]"


def _clock_row(row: ClockRow) -> str:
    alike, cycle, start_s, from_s, due_s, stop_s, used_s, paused_s, remaining_s, overrun_s, _ = row
    known = _KINDS.get(id(alike)) or _kept(_KINDS, alike, _kind_of_alike(alike))
    started_at = text_of(start_s)
    instants = (
        started_at,
        started_at if from_s == start_s else text_of(from_s),
        None if due_s is None else text_of(due_s),
        None if stop_s is None else text_of(stop_s),
    )
    return _clock_text(known[1], cycle, instants, used_s, paused_s, remaining_s, overrun_s)


def _moves_kept(moved: Iterable[MovedAt]) -> str:
    """Moves of which the record and the instant stand beside the row that moves alike share."""
    texts = []
    for seq, at_s, row in moved:
        known = _ENDS.get(id(row)) or _kept(_ENDS, row, _end_of_move(row))
        texts.append(f'{{"seq": {"null" if seq is None else seq}, "at": "{text_of(at_s)}", {known[1]}')
    return f"[{', '.join(texts)}]"


def _clock(row: Row) -> str:
    if len(row) != len(_CLOCK):
        return encoded(row)
    name, cycle, status, severity, started_at, counted_from, due_at, stopped_at, calendar, *seconds = row.values()
    target, target_s, used_s, paused_s, remaining_s, overrun_s, clauses, assumptions = seconds
    kind = _kind_of_clock(name, status, severity, calendar, target, target_s, tuple(clauses), tuple(assumptions))
    instants = started_at, counted_from, due_at, stopped_at
    return _clock_text(kind, cycle, instants, used_s, paused_s, remaining_s, overrun_s)


def _clock_text(
    kind: Kind, cycle: int, instants: Instants, used_s: int, paused_s: int, remaining_s: int | None, overrun_s: int
) -> str:
    begin, stands, promised, cites = kind
    started_at, counted_from, due_at, stopped_at = instants
    due = "null" if due_at is None else f'"{due_at}"'
    stopped = "null" if stopped_at is None else f'"{stopped_at}"'
    left = "null" if remaining_s is None else remaining_s
    return (
        f'{begin}{cycle}{stands}"{started_at}", "counted_from": "{counted_from}", "due_at": {due}, "stopped_at": '
        f'{stopped}{promised}{used_s}, "paused_s": {paused_s}, "remaining_s": {left}, "overrun_s": {overrun_s}{cites}'
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
) -> Kind:
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
    seq, at, origin, state, transition, *more = row.values()
    if len(row) != len(_MOVE):
        return encoded(row)
    clauses, assumptions = more
    end = _kind_of_move(origin, state, transition, tuple(clauses), tuple(assumptions))
    return f'{{"seq": {"null" if seq is None else seq}, "at": "{at}", {end}'


def _end_of_move(row: Row) -> str:
    """What follows the instant, whichever columns the row has."""
    return encoded({name: row[name] for name in row if name not in ("seq", "at")})[1:]


@lru_cache(maxsize=MOST)
def _kind_of_move(
    origin: str | None, state: str, transition: str | None, clauses: tuple[str, ...], assumptions: tuple[str, ...]
) -> str:
    """What moves alike have in common, the end of their rows."""
    values = (origin, state, transition, clauses, assumptions)
    return f"{_inside(dict(zip(_MOVE[2:], values, strict=True)))}}}"


def _kind_of_alike(alike: Alike) -> Kind:
    name, status, severity = alike.commitment.id, alike.status, alike.severity
    promised = alike.calendar, alike.target, alike.target_s
    return _kind_of_clock(name, status, severity, *promised, alike.clauses, alike.assumptions)


def _kept(known: dict[int, tuple[Shared, Text]], shared: Shared, text: Text) -> tuple[Shared, Text]:
    """The text of what several rows share, kept with it by its number."""
    if len(known) >= MOST:
        known.clear()
    found = known[id(shared)] = shared, text
    return found


def _inside(row: Row) -> str:
    return encoded(row)[1:-1]


@lru_cache(maxsize=MOST, typed=True)
def _word(held: str | int | None) -> str:
    return encoded(held)


@lru_cache(maxsize=MOST)
def _words(texts: tuple[str, ...]) -> str:
    return encoded(texts)


def _facts(facts: Row) -> str:
    told = (
        f"{_word(name)}: {(encoded if isinstance(held, str | list) else _word)(held)}" for name, held in facts.items()
    )
    return f"{{{', '.join(told)}}}"


def _rows(rows: Sequence[Row]) -> str:
    return encoded(rows) if rows else "[]"


_TEXT_OF: Final[Mapping[str, Callable[[Any], str]]] = {
    **dict.fromkeys(("customer", "state", "core_state", "severity", "queue"), _word),
    **dict.fromkeys(("level", "events"), str),
    **dict.fromkeys(("refused", "flags", "nonconforming", "charges", "timers", "effects"), _rows),
    "facts": _facts,
    "commitments": _clock_rows,
    "moves": _moves_kept,
    "assumptions": lambda names: _words(tuple(names)),
}
"""What writes a part of a verdict faster than `encoded`, which writes all others."""
