"""Warnings: `warn-at`, `warn-before`, `breached`, `remind-after`; DESIGN section 4, "Warnings"."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from reference.clock import Clock
from reference.due import seconds_in

KINDS = {
    "share": "warned of a share",
    "left": "warned before due",
    "breached": "told of a breach",
    "reminder": "reminded after due",
}
"""The notes of each kind of mark."""


class Warnings:
    """What one commitment tells of its clocks before and after they are due."""

    def __init__(self, document: dict, notes: set[str]) -> None:
        self.document, self.notes = document, notes
        self.told: list[dict] = []

    def lay(self, clock: Clock) -> None:
        """When each warning before due would come without any pause; pauses move it as they move due."""
        due_s, calendar = clock.promise.due.at_s, clock.promise.calendar
        clock.marks = {}
        if due_s is None:
            return
        all_s = clock.between(clock.counted_s, due_s)
        for mark in self._said(clock, "warn-at"):
            share_s = math.ceil(Fraction(mark.rstrip("%")) / 100 * all_s)
            clock.marks["share", mark] = clock.add(clock.counted_s, share_s)
        for mark in self._said(clock, "warn-before"):
            left_s = seconds_in(mark, calendar)
            if left_s < all_s:
                clock.marks["left", mark] = clock.add(clock.counted_s, all_s - left_s)
        clock.marks = {mark: at_s for mark, at_s in clock.marks.items() if mark not in clock.told_marks}

    def _said(self, clock: Clock, key: str) -> list:
        """What the case of the time allowed says, and the commitment where the case says nothing."""
        return clock.promise.case.get(key, self.document.get(key, []))

    def tell(self, clock: Clock, until_s: int, told_s: int | None = None) -> None:
        """An effect for each mark reached by an instant, once in each cycle; what lies in the past is told at once."""
        for mark, reached_s in list(self._reached(clock, until_s)):
            clock.told_marks.add(mark)
            self.notes.add(KINDS[mark[0]])
            length = self.document["remind-after"]["every"] if mark[0] == "reminder" else mark[-1]
            self.notes |= {"told by business days"} if str(length).endswith("bd") else set()
            clock.marks.pop(mark, None)
            at_s = reached_s if told_s is None else told_s
            warning = {"seq": None, "at_s": at_s, "kind": "notify", "to": None}
            warning |= {"commitment": self.document["id"], "cycle": clock.cycle}
            self.told.append({**warning, "clauses": self.document.get("clauses", [])})

    def _reached(self, clock: Clock, until_s: int) -> Iterator[tuple[tuple, int]]:
        for mark, unpaused_s in clock.marks.items():
            reached_s = clock.moved_on(unpaused_s, until_s)
            if reached_s <= until_s:
                yield mark, reached_s
        if not clock.has_passed(until_s):
            return
        if self.document.get("breached") and ("breached",) not in clock.told_marks:
            yield ("breached",), clock.due_s(until_s)
        yield from self._reminders(clock, until_s)

    def _reminders(self, clock: Clock, until_s: int) -> Iterator[tuple[tuple, int]]:
        """So often as so much opening time more was used after due."""
        remind = self.document.get("remind-after")
        number = 0
        while remind and number < remind.get("at-most", math.inf):
            number += 1
            reached_s = clock.after_due(number * seconds_in(remind["every"], clock.promise.calendar), until_s)
            if reached_s > until_s:
                return
            if ("reminder", number) not in clock.told_marks:
                yield ("reminder", number), reached_s
