"""A tiny ticket that drives clocks directly, without a lifecycle: a test says what happened and where it led.

The policy has a desk open on weekdays from nine to five, in UTC so that every sum can be
done in the head; 2024-03-04 is a Monday. A test adds the commitments it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache

from upheld.calendars.schedule import schedule_of
from upheld.core.clocks.clocks import Clocks
from upheld.core.clocks.row import ClockRow
from upheld.core.clocks.state import ClockChange, ClockState
from upheld.core.condition.domain import Held
from upheld.core.lifecycle.happening import Happening
from upheld.core.policy.parameter import ParameterValue
from upheld.core.policy.policy import Policy
from upheld.core.time.instant import seconds_of, text_of
from upheld.loading import examine

HEAD = """\
upheld: 1
policy: tiny
version: 1.0.0
zone: Europe/Paris
vendor: {name: Tiny}
sources:
  terms: {title: Terms}
clauses:
  T-1: {says: everything that is promised here}
  T-2: {says: what began it}
  T-3: {says: what ended it}
  T-4: {says: what paused it}
  T-5: {says: what excuses it}
  T-6: {says: the hours}
  T-7: {says: a target}
  T-8: {says: what is severe}
assumptions:
  days: {says: "how days count", confidence: low}
facts:
  topic: {one-of: [usage, defect]}
  parts: {one-of: [desk, stock], many: true}
  queue: {one-of: [desk, experts]}
parameters:
  hours-by-severity:
    by: severity
    partial: true
    values:
      - {from: 2024-01-01, high: 2h, low: 8h, clauses: [T-7]}
      - {from: 2024-04-01, high: 1h, low: 4h}
    assumes: [days]
contracts:
  gold: {attributes: {level: {one-of: [a, b]}}, parameters: [hours-by-severity], clauses: [T-1]}
calendars:
  office: {zone: Etc/UTC, weekly: {mon-fri: ["09:00-17:00"]}, closed: ["2024-03-13"], clauses: [T-6]}
  lunch: {zone: Etc/UTC, weekly: {mon-fri: ["09:00-12:00", "13:00-17:00"]}, clauses: [T-6]}
recurrences:
  fridays: {rrule: FREQ=WEEKLY;BYDAY=FR, calendar: office, clauses: [T-6]}
roles:
  customer: {side: customer}
  agent: {side: vendor}
severities: [{id: high, clauses: [T-8]}, {id: middle, clauses: [T-1]}, {id: low, clauses: [T-1]}]
states:
  new: {core: open}
  doing: {core: qualified}
  waiting: {core: qualified, waits-for: customer}
  solved: {core: resolved, waits-for: customer}
  closed: {core: closed}
events:
  submit:
    by: [customer, agent]
    data: {severity: {}, reason: {one-of: [ours, theirs]}, urgent: {boolean: true}}
    sets: {severity: event.severity}
  again: {by: agent, data: {reason: {one-of: [ours, theirs]}}}
  take: {by: agent}
  hold: {by: agent, data: {reason: {one-of: [ours, theirs]}}}
  resume: {by: agent}
  ask: {by: agent}
  answer: {by: customer}
  solve: {by: agent, data: {day: {date: true}, moment: {instant: true}}}
  reopen: {by: customer, data: {severity: {}}, sets: {severity: event.severity}}
  close: {by: agent}
  rate: {by: agent, data: {severity: {}}, sets: {severity: event.severity}}
  note:
    by: agent
    data: {day: {date: true}, moment: {instant: true}, topic: {}, part: {one-of: [desk, stock]}}
    sets: {topic: event.topic, parts: {add: event.part}}
  void: {by: agent}
  tell: {by: agent, in-final-states: accepted}
  excuse: {by: agent, data: {since: {instant: true}, until: {instant: true}, first: {date: true}, last: {date: true}}}
transitions:
  - {id: submit, on: submit, opens: true, to: new, clauses: [T-1]}
  - {id: take, on: take, from: new, to: doing, clauses: [T-1]}
  - {id: ask, on: ask, from: [new, doing], to: waiting, clauses: [T-1]}
  - {id: answer, on: answer, from: waiting, to: doing, clauses: [T-1]}
  - {id: solve, on: solve, from: [new, doing, waiting], to: solved, clauses: [T-1]}
  - {id: reopen, on: reopen, from: [solved, closed], to: doing, clauses: [T-1]}
  - {id: close, on: close, from: [new, doing, waiting, solved], to: closed, clauses: [T-1]}
"""


def commitment(text: str, **settings: str) -> str:
    """One commitment named `resolve`; what it does not say is said for it, as plainly as can be."""
    said = {
        "start": "{on: submit}",
        "stop": "{enters: solved}",
        "calendar": "office",
        "within": "4h",
        "cycles": "one",
        "on-change": "keep",
        "on-reopen": "resume",
        "clauses": "[T-1]",
    }
    given = dict(line.split(": ", 1) for line in text.strip().splitlines() if line)
    merged = {**said, **{key.strip(): value for key, value in given.items()}, **settings}
    lines = "\n".join(f"    {key}: {value}" for key, value in merged.items() if value)
    return f"  - id: resolve\n{lines}\n"


def policy_of(*commitments: str, more: str = "", parameters: str = "") -> Policy:
    """The policy with these commitments, more sections and more parameters; the checker finds no error in it."""
    head = HEAD.replace("parameters:\n", f"parameters:\n{parameters}")
    return _policy(head + "commitments:\n" + "".join(commitments) + more)


@cache
def _policy(text: str) -> Policy:
    examined = examine(text.encode(), "tiny.yaml")
    assert () == examined.errors, "\n".join(f"{each}: {each.hint}" for each in examined.errors)
    assert examined.policy is not None
    return examined.policy


def at(text: str) -> int:
    """Seconds since 1970 of `04T09:30`, a day and time of March 2024 in UTC, or of a whole instant."""
    whole = text if len(text) > 12 else f"2024-03-{text}" + (":00Z" if len(text) == 5 else "Z")
    return seconds_of(datetime.fromisoformat(whole))


class TinyTicket:
    """A ticket whose clocks are driven by hand.

    Args:
        contracts: By customer, the kinds of contract, each with its first and last day.
        override: What contracts say instead of a parameter, by parameter and column.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        releases: Iterable[date] = (),
        contracts: Mapping[str, tuple[date, date]] | None = None,
        override: Mapping[tuple[str, str], ParameterValue] | None = None,
    ) -> None:
        self.policy = policy
        self.contracts = contracts or {}
        overrides = override or {}
        self.schedule = schedule_of(
            policy, releases, lambda customer, parameter, column, day: overrides.get((parameter, column))
        )
        self.clocks = Clocks(policy, self.schedule)
        self.state: ClockState = self.clocks.begin()
        self.where: str | None = None
        self.facts: dict[str, Held] = {}
        self.last_s = 0
        self.customer = "acme" if overrides else ""

    def happen(
        self, when: str | int, event: str | None, to: str | None = None, data: dict | None = None, **facts: Held
    ) -> tuple[ClockChange, ...]:
        """Something happens; the facts given are those it changes (``None`` unsets)."""
        passed = self.wait(when)
        happening = self.happening(when, event, to, data, **facts)
        self.state, changes = self.clocks.advance(self.state, happening)
        return (*passed, *changes)

    def wait(self, until: str | int) -> tuple[ClockChange, ...]:
        """What comes by itself up to an instant."""
        at_s = until if isinstance(until, int) else at(until)
        if self.where is None or self.state.next_s > at_s:
            return ()
        facts, names = self.facts, self._of_time
        nothing = Happening(at_s, None, self.where, self.where, facts.get, names, self.customer)
        self.state, changes = self.clocks.pass_time(self.state, nothing)
        return changes

    def happening(
        self, when: str | int, event: str | None, to: str | None = None, data: dict | None = None, **facts: Held
    ) -> Happening:
        """What the clocks are told; the ticket is in its new state afterwards."""
        before, origin = dict(self.facts), self.where
        self.facts = {**self.facts, **facts}
        self.where = to or self.where
        assert self.where is not None, "the first thing that happens leads somewhere"
        self.last_s = when if isinstance(when, int) else at(when)
        core = self.policy.states[self.where].core
        names: dict[str, Held] = {**self.facts, "state": self.where, "core": core, "actor": "agent"}
        names |= {f"before.{name}": held for name, held in before.items()}
        names |= {f"event.{name}": held for name, held in (data or {}).items()}
        happens_at_s = self.last_s

        def lookup(name: str) -> Held:
            return names[name] if name in names else self._of_time(name, happens_at_s)

        return Happening(self.last_s, event, origin, self.where, lookup, self._of_time, self.customer)

    def _of_time(self, name: str, at_s: int) -> Held:
        family = name.partition(".")[0]
        if name == "contract":
            day = self.schedule.date_at(at_s)
            return frozenset(kind for kind, (first, last) in self.contracts.items() if first <= day <= last)
        if family in ("opening", "opening-left", "day"):
            return self.schedule.reader(*name.split("."))(at_s, "")
        return None

    def rows(self, as_of: str | int | None = None) -> tuple[ClockRow, ...]:
        """The rows at an instant, or at the last one."""
        as_of_s = self.last_s if as_of is None else as_of if isinstance(as_of, int) else at(as_of)
        return self.clocks.rows(self.state, as_of_s)

    def row(self, as_of: str | int | None = None) -> ClockRow:
        """The only row."""
        (row,) = self.rows(as_of)
        return row

    def shown(self, as_of: str | int | None = None) -> str:
        """The only row in a line: status, due, stopped, and opening minutes used, paused, remaining and over."""
        return shown(self.row(as_of))


def shown(row: ClockRow) -> str:
    """A row in a line, days and times of March 2024."""
    return " ".join(
        [
            row.status,
            f"due {_moment(row.due_s)}",
            f"stop {_moment(row.stop_s)}",
            f"used {_minutes(row.used_s)} paused {_minutes(row.paused_s)}",
            f"left {_minutes(row.remaining_s)} over {_minutes(row.overrun_s)}",
        ]
    )


def _moment(at_s: int | None) -> str:
    if at_s is None:
        return "-"
    return text_of(at_s).removeprefix("2024-03-").removesuffix("Z").removesuffix(":00")


def _minutes(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}m{rest}s" if rest else f"{minutes}m"
