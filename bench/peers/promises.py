"""What both state-machine peers need and no state machine has: opening hours, and two promises that pause.

The figures are those of the contract: GM-10, GM-12, GM-13, GM-14, GM-18, GM-20.
"""

from __future__ import annotations

import argparse
import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

HOUR_S = 3_600
BUSINESS_DAY_S = 8 * HOUR_S + 1_800
ACKNOWLEDGE_S = {"1": HOUR_S, "2": 2 * HOUR_S, "3": 3 * HOUR_S, "4": 3 * HOUR_S}
RESOLVE_S = {"1": BUSINESS_DAY_S * 3 // 2, "2": 3 * BUSINESS_DAY_S, "3": 5 * BUSINESS_DAY_S}
ANSWERS = ("ticket", "state", "acknowledge", "acknowledge_used_s", "resolve", "resolve_used_s")
"""The columns of an answer: a promise's status, and the opening seconds used."""


def asked() -> tuple[Path, Path, int]:
    """The folder of the history, the file of answers to write, and the instant to judge at."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--as-of", required=True)
    given = parser.parse_args()
    return given.folder, given.answers, seconds(given.as_of)


def seconds(text: str) -> int:
    """An instant of the history as seconds since 1970."""
    return int(datetime.fromisoformat(text).timestamp())


class Contract:
    """Opening hours, releases, and who has signed; read from the tables beside the history."""

    def __init__(self, folder: Path) -> None:
        windows = [(int(row["opens_s"]), int(row["closes_s"])) for row in rows(folder / "windows.csv")]
        self.opens, self.closes = [opens for opens, _ in windows], [closes for _, closes in windows]
        self.before = [0, *accumulate(closes - opens for opens, closes in windows)]
        self.signed = {
            row["customer"]: seconds(f"{row['signed_from']}T00:00Z") for row in rows(folder / "contracts.csv")
        }
        self.releases = [date.fromisoformat(row["released_on"]) for row in rows(folder / "releases.csv")]

    def until(self, at_s: int) -> int:
        """Opening seconds before an instant, from the first window on."""
        last = bisect_right(self.opens, at_s) - 1
        return self.before[last] + min(at_s, self.closes[last]) - self.opens[last]

    def after(self, opening_s: int) -> int:
        """The first instant before which there are so many opening seconds: at closing it is still the closing."""
        last = bisect_left(self.before, opening_s) - 1
        return self.opens[last] + opening_s - self.before[last]

    def has_signed(self, customer: str | None, at_s: int) -> bool:
        """Whether a customer has an agreement on the day of an instant."""
        return customer in self.signed and self.signed[customer] <= at_s

    def in_last_half_hour(self, at_s: int) -> bool:
        """Whether the office is open, for half an hour at most."""
        last = bisect_right(self.opens, at_s) - 1
        return 0 < self.closes[last] - at_s <= HOUR_S // 2

    def next_day(self, at_s: int) -> int:
        """The first opening of a later day."""
        return self.opens[bisect_right(self.opens, at_s)]

    def next_release(self, at_s: int) -> int:
        """Closing of the day of the first release of a later date, or of the business day after it."""
        day = self.releases[bisect_right(self.releases, datetime.fromtimestamp(at_s, UTC).date())]
        midnight_s = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        return self.closes[bisect_left(self.opens, midnight_s)]


@dataclass(slots=True)
class Promise:
    """One promised time on one ticket."""

    started_s: int | None = None
    stopped_s: int | None = None
    cancelled: bool = False
    paused_s: int | None = None
    pauses: list[tuple[int, int]] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether it is over, for now."""
        return self.stopped_s is not None

    def start(self, at_s: int) -> None:
        """Once only."""
        if self.started_s is None:
            self.started_s = at_s

    def stop(self, at_s: int, *, cancelled: bool = False) -> None:
        """What is promised is done, or not owed any more."""
        if self.started_s is not None and not self.ended:
            self.stopped_s, self.cancelled = at_s, cancelled

    def resume(self, at_s: int) -> None:
        """What ended goes on; what lies between does not count."""
        if self.stopped_s is not None:
            self.pauses.append((self.stopped_s, at_s))
            self.stopped_s, self.cancelled = None, False

    def judged(self, contract: Contract, due_s: int | None, target_s: int, as_of_s: int) -> tuple[str, int]:
        """Its status, and the opening seconds used; `due_s` where the promise is a date."""
        assert self.started_s is not None
        end_s = as_of_s if self.stopped_s is None else self.stopped_s
        pauses = [*self.pauses, *([(self.paused_s, end_s)] if self.paused_s is not None else [])]
        paused = 0
        counted_s = self.started_s
        for from_s, until_s in sorted(pauses):  # they may lie over one another
            from_s, until_s = max(from_s, counted_s), min(until_s, end_s)
            if from_s < until_s:
                paused += contract.until(until_s) - contract.until(from_s)
                counted_s = until_s
        begun = contract.until(self.started_s)
        used_s = contract.until(end_s) - begun - paused
        if due_s is None:
            due_s = contract.after(begun + target_s + paused)
        if end_s > due_s:
            return "breached", used_s
        if self.stopped_s is not None:
            return ("cancelled" if self.cancelled else "upheld"), used_s
        return ("running" if self.paused_s is None else "paused"), used_s


@dataclass(slots=True)
class Promises:
    """Both promises of a ticket, and what they depend on."""

    severity: str | None = None
    acknowledge: Promise = field(default_factory=Promise)
    resolve: Promise = field(default_factory=Promise)

    @property
    def both(self) -> tuple[Promise, Promise]:
        """In the contract's order."""
        return self.acknowledge, self.resolve

    def start(self, at_s: int) -> None:
        """The call has come in."""
        for each in self.both:
            each.start(at_s)

    def hold(self, at_s: int) -> None:
        """A third party has it."""
        for each in self.both:
            if each.paused_s is None:
                each.paused_s = at_s

    def go_on(self, at_s: int) -> None:
        """It is back."""
        for each in self.both:
            if each.paused_s is not None:
                each.pauses.append((each.paused_s, at_s))
                each.paused_s = None

    def done(self, at_s: int) -> None:
        """The ticket is resolved, so an acknowledgement is not owed any more."""
        self.acknowledge.stop(at_s, cancelled=True)
        self.resolve.stop(at_s)

    def reopened(self, at_s: int) -> None:
        """What the resolution ended goes on."""
        if self.acknowledge.cancelled:
            self.acknowledge.resume(at_s)
        self.resolve.resume(at_s)

    def answers(self, contract: Contract, as_of_s: int) -> tuple[Any, ...]:
        """Status and seconds of each, or nothing where nothing was promised or the severity is unknown."""
        severity, started_s = self.severity, self.acknowledge.started_s
        if severity is None or started_s is None:
            return ("", "", "", "")
        late = severity == "1" and contract.in_last_half_hour(started_s)
        due_s = contract.next_day(started_s) + HOUR_S if late else None
        acknowledge = self.acknowledge.judged(contract, due_s, ACKNOWLEDGE_S.get(severity, 0), as_of_s)
        due_s = contract.next_release(started_s) if severity == "4" else None
        return (*acknowledge, *self.resolve.judged(contract, due_s, RESOLVE_S.get(severity, 0), as_of_s))


def rows(file: Path) -> list[dict[str, str]]:
    """A small table."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(file: Path, answers: Iterable[tuple[Any, ...]]) -> None:
    """A line a ticket."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(ANSWERS)
        table.writerows(answers)
