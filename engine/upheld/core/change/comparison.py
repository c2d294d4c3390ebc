"""Comparisons: the verdicts of one history under two policies, put side by side.

Nothing is decided here: each policy has decided every ticket by itself, and what is compared are the rows of verdicts.
A *breach gained* is a promise that is broken under the later policy and was not under the earlier; a *breach lost* the
reverse. Best effort and what is only measured promise nothing, so they are neither.

Source: DESIGN section 14, "`upheld compare`".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

from upheld.core.policy.policy import Policy

Row = Mapping[str, Any]
Why = Literal["not-promised", "start", "target", "hours", "stop", "excused", "other"]

REASONS: Final[tuple[Why, ...]] = ("not-promised", "start", "target", "hours", "stop", "excused", "other")
"""Why a promise came out otherwise, the first of which that differs is told: it was not promised there, began at
another instant, was allowed another time, counted other hours or pauses, was stopped at another instant, or excused."""

_BEST_EFFORT: Final = "best-effort"


class Comparison:
    """Two policies on one history, ticket by ticket; give it the verdicts of both in the order of tickets.

    Attributes:
        tickets: How many there were under either.
        gained, lost: Breaches under the later policy alone, and under the earlier alone.
    """

    def __init__(self, before: Policy, after: Policy) -> None:
        self._promised = [{each.id for each in policy.commitments if each.promised} for policy in (before, after)]
        self.tickets = 0
        self.gained: list[Row] = []
        self.lost: list[Row] = []
        self._refused = Counter[str]()
        self._unknown = (Counter[str](), Counter[str]())
        self._incomparable = 0
        self._charged = (Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]())
        self._recharged: list[str] = []

    def take_all(self, before: Iterable[Row], after: Iterable[Row]) -> None:
        """Compare the verdicts of all tickets, of which either may lack some."""
        for one, other in _side_by_side(iter(before), iter(after)):
            self._take(one, other)

    def _take(self, before: Row | None, after: Row | None) -> None:
        self.tickets += 1
        ticket = str((before or after or {})["ticket"])
        unknown = [self._unknown_events(side, verdict) for side, verdict in enumerate((before, after))]
        incomparable = unknown[0] != unknown[1]
        self._incomparable += incomparable
        refused = [len(each["refused"]) if each else 0 for each in (before, after)]
        self._refused["more" if refused[1] > refused[0] else "fewer" if refused[1] < refused[0] else "as-many"] += 1
        clocks = [self._clocks(side, verdict) for side, verdict in enumerate((before, after))]
        for key in dict.fromkeys((*clocks[0], *clocks[1])):
            one, other = clocks[0].get(key), clocks[1].get(key)
            was, now = (each is not None and each["status"] == "breached" for each in (one, other))
            if was != now:
                (self.gained if now else self.lost).append(_turned(ticket, key, one, other, incomparable))
        self._take_charges(ticket, before, after)

    def _unknown_events(self, side: int, verdict: Row | None) -> Counter[str]:
        found = Counter(str(each["event"]) for each in _rows(verdict, "refused") if each["code"] == "unknown-event")
        self._unknown[side].update(found)
        return found

    def _clocks(self, side: int, verdict: Row | None) -> dict[tuple[str, int], Row]:
        """Those of promises that can be broken, by commitment and cycle."""
        return {
            (clock["id"], clock["cycle"]): clock
            for clock in _rows(verdict, "commitments")
            if clock["id"] in self._promised[side] and clock["target"] != _BEST_EFFORT
        }

    def _take_charges(self, ticket: str, before: Row | None, after: Row | None) -> None:
        sums = [Counter[tuple[str, str, str]]() for _ in range(2)]
        for found, verdict in zip(sums, (before, after)):
            for row in _rows(verdict, "charges"):
                found[row["account"], row["unit"], row["kind"]] += row["amount"]
        for all_of_side, found in zip(self._charged, sums):
            all_of_side.update(found)
        if sums[0] != sums[1]:
            self._recharged.append(ticket)

    def result(self, before: Row, after: Row) -> Row:
        """What was compared, ready for JSON.

        Args:
            before, after: The summaries of both replays.
        """
        return {
            "tickets": self.tickets,
            "incomparable": {
                "tickets": self._incomparable,
                "before": dict(sorted(self._unknown[0].items())),
                "after": dict(sorted(self._unknown[1].items())),
            },
            "commitments": list(_shares(before["commitments"], after["commitments"], ("id", "severity"))),
            "objectives": list(_shares(_overall(before), _overall(after), ("id", "period"))),
            "gained": self.gained,
            "lost": self.lost,
            "refused": {
                "before": before["refused"],
                "after": after["refused"],
                "tickets_with_more": self._refused["more"],
                "tickets_with_fewer": self._refused["fewer"],
            },
            "charges": {
                "tickets": self._recharged,
                "amounts": list(self._amounts()),
            },
            "remedies": list(_owed(before.get("remedies", ()), after.get("remedies", ()))),
        }

    def _amounts(self) -> Iterator[Row]:
        """What all charges of a kind on an account come to."""
        for key in sorted({*self._charged[0], *self._charged[1]}):
            sides = {"before": self._charged[0][key], "after": self._charged[1][key]}
            yield {**dict(zip(("account", "unit", "kind"), key)), **sides}


def _side_by_side(before: Iterator[Row], after: Iterator[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """The verdicts of each ticket under both; both come in the order of tickets."""
    one, other = next(before, None), next(after, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one["ticket"] < other["ticket"]):
            yield one, None
            one = next(before, None)
        elif one is None or other["ticket"] < one["ticket"]:
            yield None, other
            other = next(after, None)
        else:
            yield one, other
            one, other = next(before, None), next(after, None)


def _rows(verdict: Row | None, name: str) -> Iterable[Row]:
    found: Iterable[Row] = () if verdict is None else verdict[name]
    return found


def _turned(ticket: str, key: tuple[str, int], before: Row | None, after: Row | None, incomparable: bool) -> Row:
    """A promise that came out otherwise, and why."""
    told = after or before or {}
    return {
        "ticket": ticket,
        "id": key[0],
        "cycle": key[1],
        "severity": told["severity"],
        "why": _why(before, after),
        "incomparable": incomparable,
        "before": before,
        "after": after,
    }


def _why(before: Row | None, after: Row | None) -> Why:
    if before is None or after is None:
        return "not-promised"
    for reason, names in _COMPARED:
        if any(before[name] != after[name] for name in names):
            return reason
    return "excused" if "excused" in (before["status"], after["status"]) else "other"


_COMPARED: Final[tuple[tuple[Why, tuple[str, ...]], ...]] = (
    ("start", ("started_at", "counted_from")),
    ("target", ("target", "target_s")),
    ("hours", ("due_at",)),
    ("stop", ("stopped_at",)),
)


def _shares(before: Iterable[Row], after: Iterable[Row], names: tuple[str, ...]) -> Iterator[Row]:
    """Rows of both summaries that are about the same, side by side."""
    sides = [{tuple(row[name] for name in names): row for row in rows} for rows in (before, after)]
    for key in dict.fromkeys((*sides[0], *sides[1])):
        told = {side: rows.get(key) for side, rows in zip(("before", "after"), sides)}
        yield {
            **dict(zip(names, key)),
            **{side: None if row is None else _but(row, names) for side, row in told.items()},
        }


def _but(row: Row, names: tuple[str, ...]) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _overall(summary: Row) -> list[Row]:
    return [row for row in summary["objectives"] if row["period"] == "all"]


def _owed(before: Iterable[Row], after: Iterable[Row]) -> Iterator[Row]:
    """What each remedy books in all, on each account."""
    sides = [Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()]
    for found, rows in zip(sides, (before, after)):
        for row in rows:
            found[row["id"], row["account"], row["unit"]] += row["booked"]
    for key in dict.fromkeys((*sides[0], *sides[1])):
        yield {**dict(zip(("id", "account", "unit"), key)), "before": sides[0][key], "after": sides[1][key]}
