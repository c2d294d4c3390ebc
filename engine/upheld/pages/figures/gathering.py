"""Gathering: a replay's verdicts, counted for the figures as they come, so that none of them need be kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from upheld.core.billing.statement import Statement
from upheld.core.policy.policy import Policy
from upheld.core.policy.schedule import Schedule
from upheld.pages.figures.figure import Figure
from upheld.show.words.view import View

Verdict = Mapping[str, Any]


class Gathering:
    """What the figures of a report count, ticket by ticket, in any order.

    Args:
        schedule: The calendars of the policy; those of an engine.
        as_of_s: The instant at which everything is looked at; ``None`` where no record was accepted.
    """

    def __init__(self, policy: Policy, schedule: Schedule, as_of_s: int | None) -> None:
        self._policy = policy
        self._schedule = schedule
        self._as_of_s = as_of_s

    def add(self, verdict: Verdict) -> None:
        """Count a ticket."""

    def figures(
        self, view: View, summary: Mapping[str, Any], statements: Iterable[Statement] = ()
    ) -> tuple[Figure, ...]:
        """The figures that have anything to show, in reading order.

        Args:
            summary: That of the replay whose verdicts were added.
            statements: Whose balances are shown over time: all of each account, from its first entry on.
        """
        return ()
