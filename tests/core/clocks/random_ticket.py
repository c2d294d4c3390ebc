"""Random histories of one ticket, on six commitments that differ in all that a commitment can say."""

from __future__ import annotations

import pickle
from collections.abc import Iterable

from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of
from hypothesis import strategies as st

from upheld.core.clocks.row import ClockRow
from upheld.core.clocks.state import ClockChange, ClockState

HOLD = "{from: {on: hold}, until: {on: resume}}"
EXCUSES = """\
excuses:
  - {id: theirs, on: excuse, of: c1, from: {ref: event.since}, until: {ref: event.until}, clauses: [T-5]}
"""
SETTINGS = (
    f'within: {{parameter: hours-by-severity}}\npause: [{HOLD}, {{in: waiting}}]\nwarn-at: ["50%", "100%"]\n'
    "on-change: retarget\nstart: {on: [submit, again]}\ncycles: many",
    f"within: 6h\npause: {HOLD}\ncalendar: lunch\nstart: {{on: [submit, again]}}\ncycles: ignore-while-running",
    "within: 1bd\nbusiness-day: dates\npause: {in: [waiting, solved]}\ncancel: {on: void}\non-reopen: new-cycle",
    "within: {next: fridays}\npause: {in: waiting}\nduty: true\nstop: {on: tell}\nwarn-at: [80%]",
    "within: 90min\nwhen: {topic: defect}\npause: {in: waiting}\non-reopen: ignore",
    "within: 1d\ncalendar: always\nbusiness-day: opening-time\ncycles: one\nstop: [{on: tell}, {enters: solved}]",
)
COMMITMENTS = tuple(commitment(text).replace("resolve", f"c{number}") for number, text in enumerate(SETTINGS))
POLICY = policy_of(*COMMITMENTS, more=EXCUSES)
UNEXCUSED = policy_of(*COMMITMENTS)

KINDS = (
    ("note", None),
    ("take", "doing"),
    ("ask", "waiting"),
    ("answer", "doing"),
    ("solve", "solved"),
    ("reopen", "doing"),
    ("close", "closed"),
    ("again", None),
    ("hold", None),
    ("resume", None),
    ("void", None),
    ("tell", None),
    ("excuse", None),
    (None, "solved"),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 59, 600, 3600, 2 * 3600, 5 * 3600, 16 * 3600, 40 * 3600]),
        st.sampled_from(KINDS),
        st.sampled_from([{}, {}, {"severity": "high"}, {"severity": "low"}, {"topic": "defect"}, {"topic": "usage"}]),
    ),
    max_size=14,
)
Steps = list[tuple[int, tuple[str | None, str | None], dict[str, str]]]


class Run:
    """A history as it goes: the state and the rows after each step, and what was told on the way."""

    def __init__(self, steps: Steps, *, excused: bool = True, split: int = -1) -> None:
        self.it = TinyTicket(POLICY if excused else UNEXCUSED)
        self.states: list[ClockState] = []
        self.rows: list[dict[tuple[str, int], ClockRow]] = []
        self.told: list[ClockChange] = []
        self._take(at("04T10:00"), ("submit", "new"), {})
        now_s = at("04T10:00")
        for number, (later_s, kind, facts) in enumerate(steps):
            if number == split:
                self.it.state = pickle.loads(pickle.dumps(self.it.state))
            now_s += later_s
            self._take(now_s, kind, facts)

    def _take(self, now_s: int, kind: tuple[str | None, str | None], facts: dict[str, str]) -> None:
        event, to = kind
        data = {"since": now_s - 7200, "until": now_s + 3600} if event == "excuse" else {}
        before = self.it.state
        changes = self.it.happen(now_s, event, to, data, **facts)
        if not changes and before == self.it.state:
            assert before is self.it.state
        self.told += changes
        self.states.append(self.it.state)
        self.rows.append(by_clock(self.it.rows()))

    @property
    def last_s(self) -> int:
        return self.it.last_s


def by_clock(rows: Iterable[ClockRow]) -> dict[tuple[str, int], ClockRow]:
    return {(row.commitment.id, row.cycle): row for row in rows}
