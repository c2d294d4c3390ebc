"""Clock warnings: what the engine told step by step, found at once."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest
from bulk.clocks.clock_states import given as given_of
from core.clocks.random_ticket import HOLD, KINDS, Steps
from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of
from hypothesis import given
from hypothesis import strategies as st

from upheld.bulk.clocks.clock_warnings import ROWS_OF_A_BLOCK, warnings
from upheld.bulk.clocks.given import NO_GAPS, NO_PAUSES
from upheld.bulk.clocks.opening_seconds import Openings
from upheld.core.clocks.state import ClockChange
from upheld.core.policy.policy import Policy

SETTINGS = (
    f'within: 6h\npause: [{HOLD}, {{in: waiting}}]\nwarn-at: ["50%", "100%"]\nstart: {{on: [submit, again]}}\n'
    "cycles: many\nbreached: true\nwarn-before: [1h, 8h]",
    f"within: 1bd\nbusiness-day: same-time\npause: {HOLD}\nbreached: true\nremind-after: {{every: 1h, at-most: 3}}\n"
    "start: {on: [submit, again]}\ncycles: ignore-while-running\ncalendar: lunch",
    "within: 1bd\nbusiness-day: dates\npause: {in: [waiting, solved]}\nwarn-before: [2h, 0.5bd]\nbreached: true\n"
    "cancel: {on: void}\non-reopen: new-cycle",
    'within: {next: fridays}\npause: {in: waiting}\nwarn-at: ["80%", "1%"]\nduty: true\nstop: {on: tell}\n'
    "remind-after: {every: 5h}\nbreached: true",
    "within: {parameter: hours-by-severity}\npause: {in: waiting}\nbreached: true\nwarn-before: [1h]\n"
    "remind-after: {every: 30min}",
    "within: 90min\nwhen: {severity: high}\npause: {in: waiting}\nbreached: true\non-reopen: ignore",
    "within: [{when: {severity: high}, is: 4h, warn-before: [2h]}, {is: 6h, warn-at: [10%]}]\nwarn-before: [1h]\n"
    "pause: {in: waiting}",
)
KNOWN_LATE = (4, 5, 6)
"""The commitments whose target the record may tell that ends their clock."""
LATER = st.sampled_from([0, 1, 59, 600, 3600, 2 * 3600, 5 * 3600, 16 * 3600, 40 * 3600])
RATED = st.sampled_from(["high", "low"]).map(lambda severity: (("rate", None), {"severity": severity}))
STEPS = st.lists(
    st.tuples(LATER, st.one_of(RATED, st.sampled_from([(kind, {}) for kind in KINDS]))).map(
        lambda each: (each[0], *each[1])
    ),
    max_size=14,
)
"""What happens to a ticket; its severity is told by an event that sets it, and by no other."""
SINCE_S = at("04T10:00")


@cache
def policy() -> Policy:
    return policy_of(*(commitment(text).replace("resolve", f"c{number}") for number, text in enumerate(SETTINGS)))


class Told:
    """A ticket driven step by step, and what the engine told on the way, a clock and a mark at a time."""

    def __init__(self, steps: Steps) -> None:
        self.it = TinyTicket(policy())
        self.told: list[ClockChange] = []
        self.known: dict[tuple[int, int], int] = {}
        self._take(SINCE_S, ("submit", "new"), {})
        now_s = SINCE_S
        for later_s, kind, facts in steps:
            now_s += later_s
            self._take(now_s, kind, facts)
        self.as_of_s = now_s + 7 * 86_400
        self.told += self.it.wait(self.as_of_s)

    def _take(self, now_s: int, kind: tuple[str | None, str | None], facts: dict[str, str]) -> None:
        changes = self.it.happen(now_s, *kind, **facts)
        self.told += changes
        for each in changes:
            if each.what in ("started", "fixed"):
                self.known[each.commitment, each.cycle] = each.at_s

    @property
    def warned(self) -> list[tuple[int, int, int, int]]:
        return sorted((c.commitment, c.cycle, c.mark, c.at_s) for c in self.told if c.what == "warned")

    def found(self, rows_max: int) -> tuple[list[tuple[int, int, int, int]], list[tuple[int, int]]]:
        """The same by columns, and the clocks of which they are not sure."""
        rules = self.it.clocks.rules
        it = given_of(rules, [("", self.it.state)])
        known_s = np.array([self.known[clock.commitment, clock.cycle] for _, clock in it.which], np.int64)
        openings = Openings(self.it.schedule)
        found = warnings(rules, openings, it.promises, it.clocks, self.as_of_s, it.pauses, it.gaps, known_s, rows_max)
        names = [(clock.commitment, clock.cycle) for _, clock in it.which]
        rows = zip(found.clock.tolist(), found.mark.tolist(), found.at_s.tolist(), strict=True)
        told = sorted((*names[place], mark, at_s) for place, mark, at_s in rows)
        return told, [names[place] for place in found.unsure.tolist()]


@given(STEPS, st.sampled_from([1, 7, ROWS_OF_A_BLOCK]))
def test_every_mark_is_given_when_the_engine_gives_it(steps: Steps, rows_max: int) -> None:
    """Shares, time left, breaches and reminders, over pauses, reopenings and targets that become known late."""
    it = Told(steps)
    told, unsure = it.found(rows_max)

    assert all(index in KNOWN_LATE or 0 in [later_s for later_s, *_ in steps] for index, _ in unsure)
    assert [each for each in it.warned if each[:2] not in unsure] == [each for each in told if each[:2] not in unsure]


def test_the_histories_of_this_test_warn_of_all_kinds() -> None:
    """What is compared above is there to be compared."""
    steps: Steps = [(3600, ("ask", "waiting"), {}), (5 * 3600, ("rate", None), {"severity": "low"})]
    steps.append((60, ("answer", "doing"), {}))
    told = Told([*steps, (40 * 3600, ("again", None), {}), (3600, ("hold", None), {}), (86_400, ("resume", None), {})])
    marks = Counter((commitment, mark) for commitment, _, mark, _ in told.warned)
    assert {(0, 0), (0, 1), (0, 2), (0, 4), (1, 0), (1, 1), (1, 3), (2, 0), (3, 2), (4, 5)} <= set(marks)


def told_of(it: TinyTicket) -> list[tuple[int, bool]]:
    """When the marks of a ticket's clock were given, by columns, and whether a record tells it."""
    given = given_of(it.clocks.rules, [("", it.state)])
    found = warnings(it.clocks.rules, Openings(it.schedule), *given[:2], it.last_s, given.pauses, given.gaps)
    return list(zip(found.at_s.tolist(), found.told.tolist()))


@pytest.mark.parametrize("ends, told", [("18:00:00", False), ("18:00:01", True), ("18:30:00", True)])
def test_what_a_pause_held_back_is_told_by_the_record_that_ends_it(ends: str, told: bool) -> None:
    """Due on a Monday at six in the evening, in a pause from half past five on: no hour of it is open."""
    it = TinyTicket(policy_of(commitment(f"within: 1mo\nbreached: true\npause: {HOLD}")))
    it.happen("2024-03-08T18:00:00Z", "submit", "new")
    it.happen("2024-04-08T17:30:00Z", "hold")
    changes = [*it.happen(f"2024-04-08T{ends}Z", "resume"), *it.happen("2024-04-08T19:00:00Z", "note")]
    (change,) = [each for each in changes if each.what == "warned"]

    assert at(f"2024-04-08T{ends}Z") == change.at_s
    assert [(change.at_s, told)] == told_of(it)


@pytest.mark.parametrize("stops, told", [("13:00:00", False), ("12:59:59", True)])
def test_what_is_reached_while_the_clock_is_over_is_told_by_the_reopening(stops: str, told: bool) -> None:
    """A share of what is due on a Friday whatever is paused; stopped just when it is reached, it was given before."""
    it = TinyTicket(policy_of(commitment('within: {next: fridays}\nwarn-at: ["50%"]')))
    it.happen("2024-03-08T07:00:00Z", "submit", "new")
    changes = [*it.happen(f"2024-03-08T{stops}Z", "solve", "solved")]
    changes += it.happen("2024-03-08T14:00:00Z", "reopen", "doing")
    (change,) = [each for each in changes if each.what == "warned"]

    assert at("08T14:00" if told else "08T13:00") == change.at_s
    assert [(change.at_s, told)] == told_of(it)


@pytest.mark.parametrize("size", [0, 3])
def test_clocks_without_marks_give_none(size: int) -> None:
    """Nor do none at all."""
    it = TinyTicket(policy_of(commitment("within: 4h")))
    it.happen("04T10:00", "submit", "new")
    given = given_of(it.clocks.rules, [("", it.state)] * size)
    clocks = given.clocks.at(np.arange(size))
    found = warnings(it.clocks.rules, Openings(it.schedule), given.promises, clocks, at("08T10:00"), NO_PAUSES, NO_GAPS)
    assert [0] * 5 == [each.size for each in found]
