"""Summaries: what became of all tickets together.

Tickets are added one by one and none is kept, so that the summary of ten million tickets
takes no more memory than that of ten. Summaries merge: ``a |= b`` sums up what both have summed
up, however the tickets were divided between them, and in any order: of breaches equally long and
of tickets with the same reasons the first by id are the examples.

Who has counted alike tickets and clocks himself, as columns can, tells them by number instead:
`Summing.count` and `assume` for the plain counts, `add_clocks` for clocks of one commitment,
severity, target, calendar and status, `offer` for the worst breaches, `refusals`, `flags` and
`unpromised` for reasons (with the first ticket by id), and each of `objectives` for the clocks of
one month. All of it together is what `add` does for one ticket.

Source: DESIGN section 6, "The summary has"; section 4, "Objectives"; section 3, "Audit mode".
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, Self

from upheld.core.billing.accounts import Balance
from upheld.core.clocks.alike import Alike
from upheld.core.clocks.row import BEST_EFFORT, ClockRow
from upheld.core.policy.policy import Policy
from upheld.core.policy.schedule import Schedule
from upheld.core.population.objectives import Counted, Counting
from upheld.core.remedies.booking import summed
from upheld.core.remedies.reckoning import Reckoned
from upheld.core.replay.conformance import Conformance, share
from upheld.core.replay.unpromised import Lack, Unpromised
from upheld.core.time.duration import Duration
from upheld.core.time.instant import text_of
from upheld.core.time.target import told_target

Row = dict[str, Any]
Aimed = tuple[str, str]
"""A target, and the calendar that it counts on."""

STATUSES = ("running", "paused", "upheld", "breached", "cancelled", "excused")
COUNTED = ("refused", "flags", "nonconforming")
WORST = 10
"""How many breaches a summary tells one by one: those with the longest overruns."""


class Summing:
    """The summary of a replay, ticket by ticket; the order in which they are added changes nothing.

    Args:
        as_of_s: The instant at which everything is looked at; ``None`` where no record was accepted.
        audit: Whether states were observed, so that moves may not conform.

    Attributes:
        identical: How many records say the same as an earlier one of their ticket.
        objectives: The counts of the policy's objectives, in its order.
        refusals, flags: What they rest on.
        unpromised: The tickets on which no promise began.
        conformance: The moves observed; ``None`` outside audit mode.
    """

    def __init__(self, policy: Policy, schedule: Schedule, as_of_s: int | None, *, audit: bool = False) -> None:
        self._policy = policy
        self._as_of_s = as_of_s
        self.identical = 0
        self._counts = dict.fromkeys(("tickets", "never_opened", "events", *COUNTED), 0)
        self._statuses: dict[tuple[str, str | None, Aimed], Counter[str]] = {}
        self.objectives = [Counting(objective, schedule) for objective in policy.objectives]
        self.refusals, self.flags = Reasons(), Reasons()
        self._assumed: dict[str, list[int]] = {}
        self._resting: Counter[tuple[str, ...]] = Counter()
        self._alike: dict[int, tuple[Alike, list[int]]] = {}
        self._breaches: list[tuple[tuple[int, str, int, int], Row]] = []
        self._places = {each.id: place for place, each in enumerate(policy.commitments)}
        as_of = "" if as_of_s is None else text_of(as_of_s)
        self.unpromised = Unpromised()
        self.conformance = Conformance((timer.id for timer in policy.timers), as_of) if audit else None

    def add(
        self,
        verdict: Row,
        clocks: Sequence[ClockRow],
        applies: Callable[[int, str | None], bool],
        lacks: Iterable[Lack] = (),
    ) -> None:
        """Add a ticket.

        Args:
            clocks: The rows of its clocks.
            applies: Whether the condition of the objective of an index holds for it, for a clock of a severity.
            lacks: Why no promise began on it; nothing where one did.
        """
        counts, ticket = self._counts, verdict["ticket"]
        if verdict["state"] is not None or verdict["refused"]:
            self.unpromised.add(ticket, lacks)
        counts["tickets"] += 1
        counts["never_opened"] += verdict["state"] is None
        counts["events"] += verdict["events"]
        for name in COUNTED:
            counts[name] += len(verdict[name])
        self.refusals.add(ticket, verdict["refused"])
        self.flags.add(ticket, verdict["flags"])
        self._resting[tuple(verdict["assumptions"])] += 1
        for clock in clocks:
            alike = clock.alike
            known = self._alike.get(id(alike))
            if known is None:
                known = self._alike[id(alike)] = alike, [0]
            known[1][0] += 1
            if alike.status == "breached":
                self.offer(ticket, clock)
        for index, counting in enumerate(self.objectives if clocks else ()):
            for clock in clocks:
                if clock.alike.commitment.id in counting.objective.of and applies(index, clock.severity):
                    counting.add(clock, verdict["customer"] or "")
        if self.conformance is not None:
            self.conformance.add(verdict)

    def count(self, **numbers: int) -> None:
        """Add to ``tickets``, ``never_opened``, ``events``, ``refused``, ``flags`` and ``nonconforming``."""
        for name, number in numbers.items():
            self._counts[name] += number

    def assume(self, name: str, tickets: int = 0, clocks: int = 0) -> None:
        """So many more tickets and clocks rest on an assumption."""
        found = self._assumed.setdefault(name, [0, 0])
        found[0] += tickets
        found[1] += clocks

    def told(self) -> Self:
        """The same, once tickets and clocks that are alike are counted by what they say."""
        for names, times in self._resting.items():
            for name in names:
                self.assume(name, tickets=times)
        for alike, (times,) in self._alike.values():
            self.add_clocks(alike.commitment.id, alike.severity, alike.target, alike.calendar, alike.status, times)
            for name in alike.assumptions:
                self.assume(name, clocks=times)
        self._resting.clear()
        self._alike.clear()
        return self

    def add_clocks(
        self, commitment: str, severity: str | None, target: str, calendar: str, status: str, times: int = 1
    ) -> None:
        """Add clocks alike; what they assume, their objectives and the worst of them are told apart."""
        key = commitment, severity, (target, calendar)
        counts = self._statuses.get(key)
        if counts is None:
            counts = self._statuses[key] = Counter()
        counts[status] += times

    def offer(self, ticket: str, clock: ClockRow) -> None:
        """Tell a clock one by one, if it is among the worst breaches of promises."""
        commitment = clock.commitment
        if clock.status == "breached" and commitment.promised:
            rank = -clock.overrun_s, ticket, self._places[commitment.id], clock.cycle
            if len(self._breaches) < WORST or rank < self._breaches[-1][0]:
                row = {"ticket": ticket, "clock": clock.as_document()}
                insort(self._breaches, (rank, row), key=lambda each: each[0])
                del self._breaches[WORST:]

    def __ior__(self, other: Self) -> Self:
        """Sum up what another one has summed up: other tickets, under the same policy as of the same instant."""
        self.identical += other.identical
        self.count(**other._counts)
        for key, counts in other.told()._statuses.items():
            self._statuses.setdefault(key, Counter()).update(counts)
        for name, (tickets, clocks) in other._assumed.items():
            self.assume(name, tickets, clocks)
        for mine, theirs in zip(self.objectives, other.objectives, strict=True):
            mine |= theirs
        self.refusals |= other.refusals
        self.flags |= other.flags
        self.unpromised |= other.unpromised
        self._breaches = sorted([*self._breaches, *other._breaches], key=lambda each: each[0])[:WORST]
        if self.conformance is not None and other.conformance is not None:
            self.conformance |= other.conformance
        return self

    def result(self, accounts: Iterable[tuple[str, Iterable[Balance]]] = (), reckoned: Reckoned | None = None) -> Row:
        """The summary of all that was added, of accounts, and of what was reckoned up over all tickets."""
        counted: list[Counted] = []
        if self._as_of_s is not None:
            counted = [row for each in self.objectives for row in each.result(self._as_of_s)]
        every = self.told()._assumed
        assumed = ((name, every[name]) for name in self._policy.assumptions if name in every)
        return {
            **self._counts,
            "unpromised": self.unpromised.result(),
            "identical": self.identical,
            "commitments": list(self._commitments()),
            "targets": list(self._targets()),
            "objectives": [each.as_document() for each in counted if each.objective.share is not None],
            "indicators": [each.as_document() for each in counted if each.objective.share is None],
            **dict(() if reckoned is None else self._reckoned(reckoned)),
            "balances": [row for customer, each in accounts for row in balances(customer, each)],
            "worst": [row for _, row in self._breaches],
            "refused_by": self.refusals.result(),
            "flagged_by": self.flags.result(),
            "assumptions": [{"id": name, "tickets": tickets, "clocks": clocks} for name, (tickets, clocks) in assumed],
            "audit": None if self.conformance is None else self.conformance.result(),
        }

    def _reckoned(self, reckoned: Reckoned) -> Iterator[tuple[str, list[Row]]]:
        """Availability and remedies, each where the policy has it."""
        if self._policy.availability:
            yield "availability", [each.as_document() for each in reckoned.uptimes]
        if self._policy.remedies:
            yield "remedies", list(summed(reckoned.bookings))

    def _groups(self) -> Iterator[tuple[str, str | None, list[Aimed]]]:
        """Each commitment and severity with clocks, in the policy's order, and the targets of those, shortest first."""
        scale: list[str | None] = [*(severity.id for severity in self._policy.severities), None]
        found: dict[tuple[str, str | None], list[Aimed]] = {}
        for name, severity, target in self._statuses:
            found.setdefault((name, severity), []).append(target)
        for commitment in self._policy.commitments:
            for severity in scale:
                if (commitment.id, severity) in found:
                    yield (
                        commitment.id,
                        severity,
                        sorted(found[commitment.id, severity], key=lambda each: (*_length(each[0]), each[1])),
                    )

    def _commitments(self) -> Iterator[Row]:
        """For each commitment and severity, how many clocks there are of each status, but for best effort."""
        for name, severity, targets in self._groups():
            promised = [each for each in targets if each[0] != BEST_EFFORT]
            if promised:
                counts = sum((self._statuses[name, severity, target] for target in promised), Counter())
                yield {"id": name, "severity": severity, **_counted(counts)}

    def _targets(self) -> Iterator[Row]:
        """The same for each target that was in force: the clocks of a severity may differ by case, date or contract."""
        for name, severity, targets in self._groups():
            for target, calendar in targets:
                counts = self._statuses[name, severity, (target, calendar)]
                aimed = {"target": target, "calendar": calendar}
                row = {"id": name, "severity": severity, **aimed, **_counted(counts)}
                yield row | {"share": None} if target == BEST_EFFORT else row


def _counted(counts: Counter[str]) -> Row:
    """How many there are of each status; the share is that of the upheld among the upheld and the breached."""
    upheld = share(counts["upheld"], counts["upheld"] + counts["breached"])
    return {**{status: counts[status] for status in STATUSES}, "share": upheld}


def _length(target: str) -> tuple[int, Fraction, str]:
    """The place of a target among others: hours, business days, elapsed days, months, then what falls due on a day."""
    told = told_target(target)
    if not isinstance(told, Duration):
        return 4, Fraction(), target
    if told.is_business_day:
        return 1, told.amount, target
    if told.months:
        return 3, Fraction(told.months), target
    return (2 if told.unit in ("d", "w") else 0), Fraction(told.seconds), target


class Reasons:
    """Refusals or flags, counted by what they rest on."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Row] = {}

    def add(self, ticket: str, told: Iterable[Row], times: int = 1) -> None:
        """Count those of a ticket; each of them so many times, where others are alike and it is the first by id."""
        for each in told:
            key = (each["code"], each["rule"], each["event"], *each["clauses"], "", *each["assumptions"])
            found = self._found.get(key)
            if found is None:
                same = {name: each[name] for name in ("code", "rule", "event", "clauses", "assumptions")}
                found = self._found[key] = {**same, "count": 0, "example": ticket}
            found["count"] += times
            found["example"] = min(found["example"], ticket)

    def __ior__(self, other: Self) -> Self:
        """Count what another one has counted."""
        for each in other._found.values():
            self.add(each["example"], [each], each["count"])
        return self

    def result(self) -> list[Row]:
        """The most frequent first, each with the first ticket by id that it is seen on."""
        return sorted(self._found.values(), key=lambda each: (-each["count"], str(each)))


def balances(customer: str, accounts: Iterable[Balance]) -> Iterator[Row]:
    """How a customer's accounts stand."""
    for each in accounts:
        row: Row = {"account": each.account, "customer": customer}
        names = ("available", "held", "overdrawn", "consumed", "expired")
        yield {**row, **{name: getattr(each, name) for name in names}}
