"""Gathering: a replay's verdicts, counted for the figures as they come, so that none of them need be kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from upheld.core.billing.statement import Statement
from upheld.core.policy.policy import Policy
from upheld.core.policy.schedule import Schedule
from upheld.pages.figures.balance import balance_figures
from upheld.pages.figures.breach_hours import BreachHours
from upheld.pages.figures.figure import Figure
from upheld.pages.figures.kept_share import KeptShares
from upheld.pages.figures.promised_clock import promised_clocks
from upheld.pages.figures.time_used import TimesUsed
from upheld.pages.figures.turns import Turns
from upheld.pages.figures.where_time_goes import WhereTimeGoes
from upheld.show.words.view import View


class Gathering:
    """What the figures of a report count, ticket by ticket, in any order.

    Args:
        schedule: The calendars of the policy; those of an engine.
        as_of_s: The instant at which everything is looked at; ``None`` where no record was accepted.
    """

    def __init__(self, policy: Policy, schedule: Schedule, as_of_s: int | None) -> None:
        self._promised = frozenset(each.id for each in policy.commitments if each.promised)
        self._kept = KeptShares(schedule)
        self._used = TimesUsed()
        self._hours = BreachHours(schedule)
        self._turns = Turns(policy, as_of_s)
        self._goes = WhereTimeGoes()

    def add(self, verdict: Mapping[str, Any]) -> None:
        """Count a ticket, by its verdict."""
        self._turns.add(verdict)
        clocks = [*promised_clocks(verdict, self._promised)]
        if clocks:
            for clock in clocks:
                self._kept.add(clock)
                self._used.add(clock)
                self._goes.add(clock)
            self._hours.add(verdict["opened_at"], clocks)

    def figures(
        self, view: View, summary: Mapping[str, Any], statements: Iterable[Statement] = ()
    ) -> tuple[Figure, ...]:
        """The figures that have anything to show, in reading order.

        Args:
            summary: That of the replay whose verdicts were added.
            statements: Whose balances are shown over time: all of each account, from its first entry on.
        """
        return (
            *self._kept.figures(view, summary),
            *self._used.figures(view),
            *self._hours.figures(view),
            *self._turns.figures(view),
            *self._goes.figures(view),
            *balance_figures(view, statements),
        )
