"""Fits: what could have been promised, from the time that was used on every clock of a history.

For each commitment, severity, plan and target that was in force: within which time a share of all clocks was stopped,
and the tightest target in the contract's own unit that would have held for that share. What never stopped is not
thrown away, and not guessed either: a clock that still runs or was cancelled has used *at least* so much. So every
time is told as from (had all of them stopped just then) and to (had none of them stopped in time); the two are one
where nothing is open. Excused clocks are left out: the contract does not answer for them.

Source: DESIGN section 14, "`upheld fit`"; for the intervals, `binomial`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal, Self

from upheld.core.change.binomial import coverage, fewest, order_interval, share_interval
from upheld.core.policy.commitment import Commitment, ParameterTarget
from upheld.core.policy.parameter import column_key, column_path
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Path
from upheld.core.time.duration import Duration, Unit
from upheld.core.time.target import Agreed, BestEffort, told_target

Row = Mapping[str, Any]

SHARES: Final = tuple(Fraction(percent, 100) for percent in (50, 90, 95, 99, 100))
"""The shares whose time is told."""

COUNTED: Final = ("running", "cancelled", "excused", "kept", "judged")
"""What is counted of the clocks of a group, besides their times."""

_STEPS: Final[Mapping[Unit, tuple[tuple[Fraction, Fraction], ...]]] = {
    "s": ((Fraction(0), Fraction(1)),),
    "min": ((Fraction(0), Fraction(5)), (Fraction(20), Fraction(15))),
    "h": ((Fraction(0), Fraction(1, 2)), (Fraction(4), Fraction(1))),
    "d": ((Fraction(0), Fraction(1)),),
    "w": ((Fraction(0), Fraction(1)),),
    "bd": ((Fraction(0), Fraction(1, 2)), (Fraction(3), Fraction(1))),
}
"""In which steps a target of each unit is written, from which amount on."""

_LONG_S: Final = 2 * 3600
"""From here on a target in minutes is written in hours."""


@dataclass(frozen=True, slots=True)
class Times:
    """From and to: the shortest that a time can have been, and the longest; ``None`` for longer than anything seen."""

    from_s: int | None
    to_s: int | None


@dataclass(slots=True)
class Group:
    """The clocks of one promise: one commitment, severity, plan, target and calendar.

    Attributes:
        target: What is promised today.
        unit_s: The opening seconds of one unit of it.
        stopped_s: The time used of those that were stopped, ascending once all are counted.
        open_s: The time used so far of those that run, are paused or were cancelled, likewise.
        running, cancelled, excused: How many.
        kept, judged: Under today's target, as the share of a summary counts.
    """

    commitment: str
    severity: str | None
    plan: str
    target: str
    calendar: str
    unit_s: Fraction
    stopped_s: list[int] = field(default_factory=list)
    open_s: list[int] = field(default_factory=list)
    running: int = 0
    cancelled: int = 0
    excused: int = 0
    kept: int = 0
    judged: int = 0

    @property
    def number(self) -> int:
        """How many clocks count: all but the excused."""
        return len(self.stopped_s) + len(self.open_s)

    def add(self, clock: Row) -> None:
        """Count a clock, as a verdict tells it."""
        status, used_s = clock["status"], int(clock["used_s"])
        self.kept += status == "upheld"
        self.judged += status in ("upheld", "breached")
        if status == "excused":
            self.excused += 1
        elif clock["stopped_at"] is not None and status in ("upheld", "breached"):
            self.stopped_s.append(used_s)
        else:
            self.running += status != "cancelled"
            self.cancelled += status == "cancelled"
            self.open_s.append(used_s)

    def within(self, share: Fraction) -> Times:
        """Within which time a share of them was stopped."""
        if not self.number:
            return Times(None, None)
        rank = -(-self.number * share.numerator // share.denominator)
        return Times(self._ranked(rank, hopeful=True), self._ranked(rank, hopeful=False))

    def interval(self, share: Fraction) -> Times:
        """The same for all tickets there could be, and not these alone: an exact interval of 95 %."""
        low, high = self._bounds(share)
        return Times(
            None if low is None else self._ranked(low, hopeful=True),
            None if high is None else self._ranked(high, hopeful=False),
        )

    def coverage(self, share: Fraction) -> float | None:
        """In which share of histories such an interval holds what is true; ``None`` where nothing is bounded."""
        ranks = self._bounds(share)
        return None if ranks == (None, None) else coverage(self.number, share, ranks)

    def _bounds(self, share: Fraction) -> tuple[int | None, int | None]:
        return order_interval(self.number, share) if self.number and share < 1 else (None, None)

    def _ranked(self, rank: int, *, hopeful: bool) -> int | None:
        """The time with a rank, counted from 1; what is open stopped just then, or never."""
        if hopeful:
            return sorted((*self.stopped_s, *self.open_s))[rank - 1]
        return self.stopped_s[rank - 1] if rank <= len(self.stopped_s) else None

    def tightest(self, time_s: int | None) -> Duration | None:
        """The shortest target in the contract's unit that allows so much; ``None`` where there is none."""
        told = told_target(self.target)
        assert isinstance(told, Duration), "other targets are not fitted"
        if time_s is None:
            return None
        unit: Unit = told.unit
        unit_s = self.unit_s
        if unit in ("min", "h"):  # one is written as the other where people would
            in_minutes = time_s <= 45 * 60 or (unit == "min" and time_s < _LONG_S)
            unit, unit_s = ("min", Fraction(60)) if in_minutes else ("h", Fraction(3600))
        amount = Fraction(time_s) / unit_s
        step = next(step for since, step in reversed(_STEPS[unit]) if amount > since or not since)
        return Duration(max(1, -(-amount // step)) * step, unit)

    def pooled(self, other: Self) -> Self:
        """The clocks of both, which one target is written for."""
        counts = {name: getattr(self, name) + getattr(other, name) for name in COUNTED}
        stopped_s, open_s = sorted((*self.stopped_s, *other.stopped_s)), sorted((*self.open_s, *other.open_s))
        return replace(self, severity=None, stopped_s=stopped_s, open_s=open_s, **counts)

    def figures(self, share: Fraction) -> Row:
        """What could have been promised to hold for a share, ready for JSON."""
        reached, between, held = self.within(share), self.interval(share), self.coverage(share)
        return {
            "id": self.commitment,
            "severity": self.severity,
            "plan": self.plan or None,
            "target": self.target,
            "calendar": self.calendar,
            "clocks": self.number,
            "stopped": len(self.stopped_s),
            **{name: getattr(self, name) for name in COUNTED},
            "kept_share": [_rounded(each) for each in share_interval(self.kept, self.judged)],
            "used": [{"share": f"{int(each * 100)}%", **_times(self.within(each))} for each in SHARES],
            "fit": {
                "from": _text(self.tightest(reached.from_s)),
                "to": _text(self.tightest(reached.to_s)),
                "interval": [_text(self.tightest(each)) for each in (between.from_s, between.to_s)],
                "coverage": None if held is None else _rounded(held),
                "fewest": fewest(share) if share < 1 else None,
                "spare_s": None if reached.to_s is None else int(_target_s(self) - reached.to_s),
            },
        }


class Fit:
    """What could have been promised; give it the verdicts of a replay, ticket by ticket."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._promised = {each.id: each for each in policy.commitments if each.promised}
        self._groups: dict[tuple[str, str | None, str, str, str], Group] = {}
        self.unfitted: dict[tuple[str, str], int] = {}

    def add(self, verdict: Row) -> None:
        """Count the clocks of a ticket."""
        for clock in verdict["commitments"]:
            commitment = self._promised.get(clock["id"])
            if commitment is None:
                continue
            unit_s = _unit_s(clock)
            if unit_s is None:
                key = clock["id"], clock["target"]
                self.unfitted[key] = self.unfitted.get(key, 0) + 1
            else:
                self._group(verdict, clock, commitment, unit_s).add(clock)

    def add_all(self, verdicts: Iterable[Row]) -> None:
        """Count the clocks of many tickets."""
        for verdict in verdicts:
            self.add(verdict)

    def _group(self, verdict: Row, clock: Row, commitment: Commitment, unit_s: Fraction) -> Group:
        plan = self._plan(verdict, commitment)
        key = clock["id"], clock["severity"], plan, clock["target"], clock["calendar"]
        if key not in self._groups:
            self._groups[key] = Group(*key, unit_s)
        return self._groups[key]

    def _plan(self, verdict: Row, commitment: Commitment) -> str:
        """What a table of times is chosen by besides the severity, where a fact of the ticket says it."""
        for case in commitment.within:
            target = case.target
            parameter = self._policy.parameters.get(target.parameter) if isinstance(target, ParameterTarget) else None
            if parameter is not None and parameter.across in verdict["facts"]:
                return str(verdict["facts"][parameter.across])
        return ""

    def groups(self) -> list[Group]:
        """In the policy's order: by commitment, severity and plan, the shortest target first."""
        places = {each.id: place for place, each in enumerate(self._policy.commitments)}
        scale: list[str | None] = [*(each.id for each in self._policy.severities), None]

        def place(each: Group) -> tuple[object, ...]:
            return places[each.commitment], scale.index(each.severity), each.plan, _target_s(each), each.calendar

        for group in self._groups.values():
            group.stopped_s.sort()
            group.open_s.sort()
        return sorted(self._groups.values(), key=place)


Why = Literal["dates", "months", "event", "agreed", "best-effort"]
"""Why a target is not fitted: it is counted in dates, or in months, which are of many lengths; it falls due with what
happens elsewhere; each ticket has a time of its own; or nothing is promised."""


def why_unfitted(target: str) -> Why:
    """Why a target is no amount of opening time that another amount could stand for."""
    told = told_target(target)
    if isinstance(told, Duration):
        return "months" if told.months else "dates"
    if isinstance(told, Agreed):
        return "agreed"
    return "best-effort" if isinstance(told, BestEffort) else "event"


def written_at(policy: Policy, group: Group, on: date | None = None) -> Path | None:
    """Where in the policy's document the target of a group is written; ``None`` where it is not written there now.

    A customer's contract may have said it, or a row of a table that is not in force; and where several cases say the
    same, nothing tells whose clocks these are.

    Args:
        on: The day whose row of a table counts; by default the last row does.
    """
    places = list(_places(policy, group, on))
    return places[0] if len(places) == 1 else None


def _places(policy: Policy, group: Group, on: date | None) -> Iterator[Path]:
    """Wherever the target of a group is written."""
    commitment = next(each for each in policy.commitments if each.id == group.commitment)
    for case in commitment.within:
        if str(case.target) == group.target:
            yield case.path
        elif isinstance(case.target, ParameterTarget) and case.target.parameter in policy.parameters:
            parameter = policy.parameters[case.target.parameter]
            known = {"severity": group.severity, parameter.across: group.plan}
            column = column_key(parameter.names_with(case.target.by), known.get)
            rows = [each for each in parameter.rows if on is None or each.since <= on]
            row = rows[-1] if rows else None
            if row is not None and column is not None and str(row.values.get(column)) == group.target:
                yield (*row.path, *column_path(column))


def _unit_s(clock: Row) -> Fraction | None:
    """The opening seconds of one unit of a target; ``None`` for a target that is no amount of opening time."""
    target = told_target(clock["target"])
    if not isinstance(target, Duration) or clock["target_s"] is None or target.unit not in _STEPS:
        return None
    return Fraction(clock["target_s"]) / target.amount


def _target_s(group: Group) -> Fraction:
    target = told_target(group.target)
    assert isinstance(target, Duration), "other targets are not fitted"
    return target.amount * group.unit_s


def _times(times: Times) -> Row:
    return {"from_s": times.from_s, "to_s": times.to_s}


def _text(duration: Duration | None) -> str | None:
    return None if duration is None else str(duration)


def promised_shares(summary: Row) -> Iterator[Row]:
    """What share of tickets each objective could have promised, over the whole history, ready for JSON.

    Its interval is an exact one of at least 95 %; nothing is proposed, since a share is a promise over tickets to come.
    """
    for row in summary["objectives"]:
        if row["period"] == "all" and row["counted"]:
            between = [_rounded(each) for each in share_interval(row["kept"], row["counted"])]
            told = {name: row[name] for name in ("id", "promised", "share", "kept", "counted")}
            yield {**told, "interval": between}


def _rounded(share: float) -> str:
    """A bound of a share in per cent with one decimal."""
    return f"{share * 100:.1f}%"
