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
from operator import itemgetter
from typing import Any, Final

Row = Mapping[str, Any]

MOST: Final = 4_096
"""Kinds of clocks, and of moves, that are remembered."""

_CLOCK: Final = [
    *("id", "cycle", "status", "severity", "started_at", "counted_from", "due_at", "stopped_at", "calendar"),
    *("target", "target_s", "used_s", "paused_s", "remaining_s", "overrun_s", "clauses", "assumptions"),
]
_MOVE: Final = ["seq", "at", "from", "to", "transition", "clauses", "assumptions"]
_HEAD: Final = (
    *("ticket", "customer", "state", "core_state", "severity", "queue", "level", "facts", "opened_at", "closed_at"),
    *("events", "refused", "flags", "nonconforming", "commitments", "charges"),
)
_REST: Final = ("moves", "timers", "effects", "assumptions")
_OF_ALL: Final = frozenset(
    (*_HEAD, *remedies, *_REST, *journal) for remedies in ((), ("remedies",)) for journal in ((), ("journal",))
)
"""The keys of a verdict, in their order."""

encoded: Final[Callable[[object], str]] = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
"""Made once: `json.dumps` would make one for each ticket."""
_MARK: Final = "\0"
_BETWEEN: Final = f", {encoded(_MARK)}, "
_TOLD: Final = 8
_ticket_of: Final = itemgetter(*_HEAD[:8])
_records_of: Final = itemgetter(*_HEAD[8:])
_rest_of: Final = itemgetter(*_REST)


def verdict_text(verdict: Row) -> str:
    """A verdict in one line of JSON, without its end; the keys of clocks and moves stand in the order of a verdict."""
    if tuple(verdict) not in _OF_ALL:
        return encoded(verdict)
    ticket, *whose, facts = _ticket_of(verdict)
    opened_at, closed_at, events, refused, flags, nonconforming, commitments, charges = _records_of(verdict)
    moves, timers, effects, assumptions = _rest_of(verdict)
    rows = refused, flags, nonconforming, charges, timers, effects
    told = encoded([ticket, _MARK, facts, *(each for row in rows for each in (_MARK, row))]).split(_BETWEEN)
    if len(told) != _TOLD:  # the mark stands in some text of theirs
        return encoded(verdict)
    ticket, facts, refused, flags, nonconforming, charges, timers, effects = told
    remedies = f'"remedies": {encoded(verdict["remedies"])}, ' if "remedies" in verdict else ""
    journal = f', "journal": {encoded(verdict["journal"])}' if "journal" in verdict else ""
    return (
        f'{{"ticket": {ticket[1:]}, {_whose(*whose)}, "facts": {facts}, "opened_at": {_instant(opened_at)}, '
        f'"closed_at": {_instant(closed_at)}, "events": {events}, "refused": {refused}, "flags": {flags}, '
        f'"nonconforming": {nonconforming}, "commitments": [{", ".join(map(_clock, commitments))}], '
        f'"charges": {charges}, {remedies}"moves": [{", ".join(map(_move, moves))}], "timers": {timers}, '
        f'"effects": {effects[:-1]}, "assumptions": {_listed(tuple(assumptions))}{journal}}}'
    )


def _instant(at: str | None) -> str:
    return "null" if at is None else f'"{at}"'


@lru_cache(maxsize=MOST, typed=True)
def _whose(*values: object) -> str:
    """What says of a ticket whose it is and how it stands."""
    return _inside(dict(zip(_HEAD[1:7], values, strict=True)))


@lru_cache(maxsize=MOST)
def _listed(texts: tuple[str, ...]) -> str:
    return encoded(texts)


def _clock(row: Row) -> str:
    if len(row) != len(_CLOCK):
        return encoded(row)
    name, cycle, status, severity, start, counted, due, stop, calendar, target, target_s, *seconds, cites, assumed = (
        row.values()
    )
    used_s, paused_s, remaining_s, overrun_s = seconds
    kind = _kind_of_clock(name, status, severity, calendar, target, target_s, tuple(cites), tuple(assumed))
    due = "null" if due is None else f'"{due}"'
    stop = "null" if stop is None else f'"{stop}"'
    remaining_s = "null" if remaining_s is None else remaining_s
    return (
        f'{kind[0]}{cycle}{kind[1]}"{start}", "counted_from": "{counted}", "due_at": {due}, "stopped_at": {stop}'
        f'{kind[2]}{used_s}, "paused_s": {paused_s}, "remaining_s": {remaining_s}, "overrun_s": {overrun_s}{kind[3]}'
    )


@lru_cache(maxsize=MOST, typed=True)
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


@lru_cache(maxsize=MOST, typed=True)
def _kind_of_move(
    origin: str | None, state: str, transition: str | None, clauses: tuple[str, ...], assumptions: tuple[str, ...]
) -> str:
    """What moves alike have in common, the end of their rows."""
    values = (origin, state, transition, clauses, assumptions)
    return f"{_inside(dict(zip(_MOVE[2:], values, strict=True)))}}}"


def _inside(row: Row) -> str:
    return encoded(row)[1:-1]
