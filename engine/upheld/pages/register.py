"""The register: every ticket of a report in a line, and which of them are told in full.

It is filled verdict by verdict. Whether a ticket was late is what its verdict says of its promises: nothing is judged
here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from upheld.core.clocks.row import BEST_EFFORT, ClockRow
from upheld.core.policy.policy import Policy

Verdict = Mapping[str, Any]
Standing = Literal["late", "open", "kept", "none"]

STANDINGS: Final[tuple[Standing, ...]] = ("late", "open", "kept", "none")
"""How a ticket stands with its promises: one was broken; none was, and some still run; all were kept; there is none."""

Told = Literal["late", "all", "none"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A ticket in a line.

    Attributes:
        opened_at, closed_at: As verdicts write instants.
        counts: How many of its promises there are of each status.
        overrun_s: By how much the worst of them was late, in the opening time that counts for it.
        open: Those of its promises that still run or are paused, and those that are late and not done yet.
    """

    ticket: str
    customer: str
    state: str | None
    severity: str | None
    opened_at: str | None
    closed_at: str | None
    counts: Mapping[str, int]
    overrun_s: int
    open: tuple[Mapping[str, Any], ...]

    @property
    def standing(self) -> Standing:
        """How it stands with its promises."""
        return standing_among(self.counts)


def standing_among(counts: Mapping[str, int]) -> Standing:
    """How a ticket stands with so many promises of each status."""
    if counts.get("breached"):
        return "late"
    if counts.get("running") or counts.get("paused"):
        return "open"
    return "kept" if counts.get("upheld") or counts.get("excused") else "none"


def standing_of(clocks: Iterable[ClockRow]) -> Standing:
    """How a ticket stands with its clocks, of which only promised ones count."""
    return standing_among(Counter(each.status for each in clocks if each.is_promised))


class Register:
    """The tickets of a replay.

    Args:
        policy: Which of its commitments are promised decides what counts as late.
    """

    def __init__(self, policy: Policy) -> None:
        self._promised = frozenset(each.id for each in policy.commitments if each.promised)
        self.entries: list[Entry] = []

    def add(self, verdict: Verdict) -> None:
        """Enter a ticket; verdicts come in the order of their tickets' ids."""
        clocks = [each for each in verdict["commitments"] if each["id"] in self._promised]
        clocks = [each for each in clocks if each["target"] != BEST_EFFORT]
        late = [each for each in clocks if each["status"] == "breached"]
        waiting = (*(each for each in clocks if each["status"] in ("running", "paused")), *late)
        self.entries.append(
            Entry(
                verdict["ticket"],
                verdict["customer"] or "",
                verdict["state"],
                verdict["severity"],
                verdict["opened_at"],
                verdict["closed_at"],
                Counter(each["status"] for each in clocks),
                max((each["overrun_s"] for each in late), default=0),
                tuple(each for each in waiting if each["stopped_at"] is None),
            )
        )

    def chosen(self, told: Told, most: int) -> tuple[str, ...]:
        """The tickets that are told in full, the worst first, and then by id; no more than so many."""
        if told == "none":
            return ()
        ranked = sorted(self.entries, key=lambda each: (-bool(each.counts.get("breached")), -each.overrun_s))
        return tuple(each.ticket for each in ranked if told == "all" or each.standing == "late")[:most]

    def number(self, standing: Standing) -> int:
        """How many tickets stand so."""
        return sum(each.standing == standing for each in self.entries)

    @property
    def first_at(self) -> str | None:
        """When the first of them was opened."""
        return min((each.opened_at for each in self.entries if each.opened_at), default=None)


def numbered(entries: Iterable[Entry], others: Sequence[str] = ()) -> dict[str, int]:
    """A number for each customer, in the order of their ids: what one is called where nobody is to be named."""
    names = {each.customer for each in entries if each.customer}.union(others)
    return {name: number for number, name in enumerate(sorted(names), 1)}
