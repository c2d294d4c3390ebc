"""Promised clocks: of a verdict's clocks those that promise something, as figures count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import datetime
from typing import Any, Final, NamedTuple

from upheld.core.clocks.row import BEST_EFFORT
from upheld.core.policy.policy import Policy
from upheld.core.time.instant import seconds_of
from upheld.show.words.view import View

SMALL: Final = 10
"""Below so many clocks a share is drawn pale: one more or less would move it by more than ten points."""

OPEN: Final = ("running", "paused")
DECIDED: Final = ("upheld", "breached")


class PromisedClock(NamedTuple):
    """One clock of a verdict.

    Attributes:
        start_s: When it was started, and ``from_s`` from when its time counts.
        stop_s: When it was fulfilled, if it was.
        allowed_s: The opening time from there until it was due, pauses apart; ``None`` where it has no due instant.
        used_s, paused_s, overrun_s: As its row tells them.
    """

    commitment: str
    severity: str | None
    status: str
    start_s: int
    from_s: int
    stop_s: int | None
    allowed_s: int | None
    used_s: int
    paused_s: int
    overrun_s: int
    assumptions: tuple[str, ...]


def promised_clocks(verdict: Mapping[str, Any], promised: Set[str]) -> Iterator[PromisedClock]:
    """The clocks of a verdict of the commitments in ``promised``, best effort apart."""
    for row in verdict["commitments"]:
        if row["id"] in promised and row["target"] != BEST_EFFORT:
            start_s = instant_s(row["started_at"])
            same = row["counted_from"] == row["started_at"]
            yield PromisedClock(
                row["id"],
                row["severity"],
                row["status"],
                start_s,
                start_s if same else instant_s(row["counted_from"]),
                None if row["stopped_at"] is None else instant_s(row["stopped_at"]),
                _allowed_s(row),
                row["used_s"],
                row["paused_s"],
                row["overrun_s"],
                tuple(row["assumptions"]),
            )


def _allowed_s(row: Mapping[str, Any]) -> int | None:
    """What a row's seconds add up to, whatever its status: see `upheld.core.clocks.row.ClockRow`."""
    if row["target_s"] is not None:
        return int(row["target_s"])
    return None if row["remaining_s"] is None else int(row["used_s"] + row["remaining_s"] - row["overrun_s"])


def instant_s(text: str) -> int:
    """An instant as verdicts write it."""
    return seconds_of(datetime.fromisoformat(text))


def in_order(policy: Policy, names: Iterable[str]) -> tuple[str, ...]:
    """Assumptions in the policy's order."""
    held = set(names)
    return tuple(name for name in policy.assumptions if name in held)


def left_out(view: View, statuses: Counter[str]) -> tuple[str, ...]:
    """What the clocks are that are neither kept nor broken: open ones, excused ones and cancelled ones."""
    found = {
        "open": sum(statuses[name] for name in OPEN),
        **{each: statuses[each] for each in ("excused", "cancelled")},
    }
    return tuple(view.locale.counted(f"figure.{name}", number) for name, number in found.items() if number)
