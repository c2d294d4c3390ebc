"""Coverage: what of a policy its scenarios have put to the test.

A clause is covered when a scenario that passes names it and the reason of the very
item asserted cites it: a clock, a refusal, a flag, a move, a charge. A promise is
shown kept where that item is good news, and broken where it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from upheld.core.policy.policy import Policy
from upheld.scenario.difference import Data
from upheld.scenario.running import Outcome


@dataclass(frozen=True, slots=True)
class Covered:
    """Of some names that could be covered, those that are."""

    what: str
    names: tuple[str, ...]
    covered: tuple[str, ...]

    @property
    def share(self) -> Fraction:
        """Exactly how much of it; everything where there is nothing."""
        return Fraction(len(self.covered), len(self.names)) if self.names else Fraction(1)

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not covered, in the policy's order."""
        return tuple(name for name in self.names if name not in self.covered)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the scenarios that pass have put to the test.

    Attributes:
        clauses: Covered at all.
        kept, broken: … by an item that is good news, or bad.
        transitions, rules: Taken, and struck.
        boundaries: Commitments with a clock stopped at its very due second, and one stopped a second later.
    """

    clauses: Covered
    kept: Covered
    broken: Covered
    transitions: Covered
    rules: Covered
    boundaries: Covered

    @property
    def parts(self) -> tuple[Covered, ...]:
        """All of them, in the order of the report."""
        return (self.clauses, self.kept, self.broken, self.transitions, self.rules, self.boundaries)


def coverage_of(policy: Policy, outcomes: Iterable[Outcome]) -> Coverage:
    """What the scenarios that passed cover."""
    passed = [outcome for outcome in outcomes if outcome.passed]
    clauses = tuple(policy.clauses)
    good = {clause for each in passed for clause in _cited(each, bad=False)}
    bad = {clause for each in passed for clause in _cited(each, bad=True)}
    verdicts = [verdict for outcome in passed for verdict in outcome.tickets]
    taken = {move.get("transition") or move.get("timer") for verdict in verdicts for move in verdict["moves"]}
    taken |= {each["transition"] for verdict in verdicts for each in verdict["accepted"]}
    struck = {each.get("rule") for verdict in verdicts for each in (*verdict["refused"], *verdict["flags"])}
    moves = tuple(move.id for move in (*policy.transitions, *(timer for timer in policy.timers if timer.target)))
    rows = [row for verdict in verdicts for row in verdict["commitments"]]
    edges = tuple(f"{each.id} {edge}" for each in policy.commitments if each.promised for edge in ("kept", "broken"))
    return Coverage(
        _covered("clauses", clauses, good | bad),
        _covered("clauses kept", clauses, good),
        _covered("clauses broken", clauses, bad),
        _covered("transitions", moves, taken),
        _covered("rules", tuple(rule.id for rule in policy.rules), struck),
        _covered("boundaries", edges, _edges(rows)),
    )


def _covered(what: str, names: tuple[str, ...], found: Iterable[object]) -> Covered:
    known = set(found)
    return Covered(what, names, tuple(name for name in names if name in known))


def _cited(outcome: Outcome, *, bad: bool) -> set[str]:
    """The clauses that a scenario names, cited by items it asserts that are good news, or bad."""
    cited = {clause for item in outcome.asserted if _is_bad(item) == bad for clause in item.get("clauses") or ()}
    return cited & set(outcome.because)


def _is_bad(item: Data) -> bool:
    """Whether an item says that something was not as promised: a breach, a refusal, a flag, an objective missed.

    So do a timer of which a tracker shows the move later than it was due, or never, and an account overdrawn.
    """
    late = "observed_at" in item and item["observed_at"] != item["due_at"]
    told = "code" in item or "message" in item
    return item.get("status") in ("breached", "excused") or told or late or bool(item.get("overdrawn"))


def _edges(rows: Sequence[Data]) -> set[str]:
    """The commitments shown at the last second that keeps them, and at the first that breaks them."""
    found = set()
    for row in rows:
        if row["stopped_at"] is not None and row["due_at"] is not None:
            if row["stopped_at"] == row["due_at"]:
                found.add(f"{row['id']} kept")
            elif row["status"] == "breached" and _seconds_between(row["due_at"], row["stopped_at"]) == 1:
                found.add(f"{row['id']} broken")
    return found


def _seconds_between(first: str, second: str) -> int:
    return int((datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds())
