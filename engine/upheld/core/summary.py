"""Summaries: what became of all tickets together.

Source: DESIGN section 6, "The summary has"; section 4, "Objectives".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from upheld.core.accounts import Accounts
from upheld.core.clock_row import ClockRow
from upheld.core.objective_row import Counted, count, percent
from upheld.core.policy import Policy
from upheld.core.times import Times
from upheld.core.verdict import Row

STATUSES = ("running", "paused", "upheld", "breached", "cancelled", "excused")


def summary(
    policy: Policy,
    verdicts: Sequence[Row],
    clocks: Sequence[ClockRow],
    counted: Sequence[Counted],
    accounts: Iterable[Accounts] = (),
) -> Row:
    """The summary of verdicts, of all their clocks, of the objectives counted over them, and of accounts."""
    return {
        "tickets": len(verdicts),
        "events": sum(each["events"] for each in verdicts),
        **{name: sum(len(each[name]) for each in verdicts) for name in ("refused", "flags", "nonconforming")},
        "commitments": commitments(policy, clocks),
        "objectives": [each.as_document() for each in counted if each.objective.share is not None],
        "indicators": [each.as_document() for each in counted if each.objective.share is None],
        "balances": [row for each in accounts for row in balances(each)],
    }


def commitments(policy: Policy, clocks: Iterable[ClockRow]) -> list[Row]:
    """For each commitment and severity, how many clocks there are of each status, and the share upheld.

    The share is that of the upheld among those that were either upheld or breached.
    """
    found: dict[tuple[str, str | None], Counter[str]] = {}
    for clock in clocks:
        found.setdefault((clock.commitment.id, clock.severity), Counter())[clock.status] += 1
    scale: list[str | None] = [*(severity.id for severity in policy.severities), None]
    rows = []
    for commitment in policy.commitments:
        for severity in scale:
            counts = found.get((commitment.id, severity))
            if counts is not None:
                judged = counts["upheld"] + counts["breached"]
                share = percent(Fraction(counts["upheld"], judged)) if judged else None
                statuses = {status: counts[status] for status in STATUSES}
                rows.append({"id": commitment.id, "severity": severity, **statuses, "share": share})
    return rows


def balances(accounts: Accounts) -> Iterator[Row]:
    """How a customer's accounts stand."""
    for each in accounts.balances():
        row: Row = {"account": each.account, "customer": accounts.customer}
        names = ("available", "held", "overdrawn", "consumed", "expired")
        yield {**row, **{name: getattr(each, name) for name in names}}


def objectives(
    policy: Policy,
    times: Times,
    clocks: Mapping[str, Sequence[ClockRow]],
    applies: Callable[[str, int], bool],
    as_of_s: int,
) -> list[Counted]:
    """Every objective and indicator, counted over the clocks of the tickets to which it applies.

    Args:
        clocks: By ticket.
        applies: Whether the condition of the objective of an index holds for a ticket.
    """
    found: list[Counted] = []
    for index, objective in enumerate(policy.objectives):
        rows = [
            row
            for ticket, its in clocks.items()
            for row in its
            if row.commitment.id == objective.of and applies(ticket, index)
        ]
        found += count(objective, rows, times, as_of_s)
    return found
