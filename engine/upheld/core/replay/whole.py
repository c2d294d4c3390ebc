"""Wholes: a replay whose tickets were decided in parts, put together.

Each part is a `Replay` of some of the tickets; where the policy bills, of some of the customers, since accounts tie
tickets together. What they tell is merged here, in any order, and comes to what one replay of all tickets tells:

1. every part has decided its records: as-of is the last instant of all that were accepted (`as_of_s`);
2. every part ends at that instant, and tells its survey and what it has gathered (`Replay.end`, `Whole.add`);
3. what is owed is reckoned up over all parts, and each is told about its own tickets (`Whole.bookings`, `Replay.owe`);
4. the verdicts are made, part by part, in the order of the tickets' ids;
5. every part tells its summary, and they are summed up (`Replay.summed`, `Whole.sum_up`, `Whole.summary`).

Source: DESIGN section 3, "Determinism"; section 11, "Jobs".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from upheld.core.decision.engine import Engine
from upheld.core.remedies.booking import Booking
from upheld.core.remedies.reckoning import Gathered, Reckoned, Reckoning
from upheld.core.replay.customers import Customers, Stand, owed_accounts
from upheld.core.replay.header import Row, header_of
from upheld.core.replay.summary import Summing
from upheld.core.replay.survey import Survey
from upheld.core.replay.warning import ReplayWarning


class Whole:
    """All parts of one replay.

    Args:
        engine: Decides the records of every part.
        given_s: The as-of that was asked for; ``None`` for the instant of the last record accepted.
        unread: How many records were left out because they are later, and are in no part.
    """

    def __init__(self, engine: Engine, given_s: int | None = None, unread: int = 0) -> None:
        self._engine = engine
        self._given_s = given_s
        self._as_of_s = given_s
        self._survey = Survey(engine)
        self._survey.unread = unread
        self._warned: list[ReplayWarning] | None = None
        self._reckoning = Reckoning.of(engine)
        self._reckoned: Reckoned | None = None
        self._customers = Customers(engine.charging, engine.contracts)
        self._summing: Summing | None = None

    def as_of_s(self, last: Iterable[int | None]) -> int | None:
        """The instant at which all parts are looked at: what was asked for, or else the last of theirs."""
        if self._given_s is None:
            self._as_of_s = max((each for each in last if each is not None), default=None)
        return self._as_of_s

    def add(self, survey: Survey, gathered: Gathered | None) -> None:
        """Take in a part that has ended."""
        self._survey |= survey
        self._warned = None
        if self._reckoning is not None and gathered is not None:
            self._reckoning.take_in(gathered)

    def warnings(self) -> list[ReplayWarning]:
        """What a reader should know before the verdicts, once all parts have ended."""
        if self._warned is None:
            self._warned = [*self._survey.warnings(self._given_s)]
        return [*self._warned]

    def header(self) -> Row:
        """What all verdicts have in common."""
        return header_of(self._engine, self._as_of_s, self.warnings(), self._survey.customers)

    def bookings(self) -> Mapping[str, list[Booking]] | None:
        """What the breaches of each ticket cost; ``None`` where the policy owes nothing."""
        if self._reckoning is not None and self._as_of_s is not None and self._reckoned is None:
            self._reckoned = self._reckoning.result(self._as_of_s)
        return None if self._reckoned is None else self._reckoned.of_tickets

    def sum_up(self, summing: Summing, stands: Mapping[str, Stand | None]) -> None:
        """Take in a part whose verdicts are out."""
        self._customers.learn(stands)
        if self._summing is None:
            self._summing = summing
        else:
            self._summing |= summing

    def summary(self) -> Row:
        """What became of all tickets together, once all parts are summed up."""
        engine, as_of_s, reckoned = self._engine, self._as_of_s, self._reckoned
        summing = self._summing
        assert summing is not None, "the summary comes after the verdicts"
        bookings = () if reckoned is None else reckoned.bookings
        bills = engine.charging.bills and as_of_s is not None
        accounts = self._customers.at(as_of_s or 0, owed_accounts(engine.policy), bookings) if bills else ()
        return {**summing.result(accounts, reckoned), "late": self._survey.late_row()}
