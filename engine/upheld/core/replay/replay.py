"""Replays: the records of many tickets, decided one after another, and what became of them.

Tickets are independent, so a replay keeps one log for each and puts them together in the
end, in the order of the tickets' ids: shuffling tickets changes nothing.

Source: DESIGN section 3, "Determinism"; section 4, "As-of"; section 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import Final

from upheld.core.billing.statement import Statement
from upheld.core.clocks.row import ClockRow
from upheld.core.condition.predicate import predicate_or_none
from upheld.core.decision.engine import Decided, Engine
from upheld.core.decision.table import MOST_OUTCOMES, rests
from upheld.core.errors import LedgerError
from upheld.core.nearest import listed, meant, quoted
from upheld.core.population.objectives import with_severity
from upheld.core.record.event import Event
from upheld.core.record.journal import begun, continued
from upheld.core.record.ticket import Standing
from upheld.core.remedies.booking import Booking
from upheld.core.remedies.reckoning import Gathered, Reckoned
from upheld.core.replay.beside import Beside
from upheld.core.replay.customers import Arrivals, Stand, owed_accounts
from upheld.core.replay.header import header_of
from upheld.core.replay.late import Sort, by_ticket
from upheld.core.replay.logs import HeldLogs, Logs
from upheld.core.replay.owed import Owed
from upheld.core.replay.repeating.records import Repeating
from upheld.core.replay.summary import Summing
from upheld.core.replay.survey import Survey
from upheld.core.replay.unpromised import Promising
from upheld.core.replay.verdict import Brief, Judged, Log, Mark, Row, judged
from upheld.core.replay.warning import ReplayWarning
from upheld.core.replay.work_order import QueuedTicket, backlog, order_of_work

BATCH: Final = 2**15
"""Records that are read before they are decided, ticket by ticket: about ten megabytes."""


class Replay:
    """One replay; its ``table`` holds what was decided so far of records that are decided alike.

    Args:
        engine: Decides the records.
        as_of_s: The instant at which everything is looked at; ``None`` for that of the last record accepted.
        journal: Whether to keep the chain of digests of each ticket's records.
        logs: Where to keep what is known of each ticket; by default in memory.
        in_turn: Whether records come in the order in which they are charged, and need not wait for it.
        outcomes_max: How many outcomes are kept so that records that are decided alike are decided once.
        beside: Tickets of other policies on the same accounts, whose records are given too; no verdict is of them.
    """

    def __init__(
        self,
        engine: Engine,
        as_of_s: int | None = None,
        *,
        journal: bool = False,
        logs: Logs | None = None,
        in_turn: bool = False,
        outcomes_max: int = MOST_OUTCOMES,
        beside: Beside | None = None,
    ) -> None:
        self._engine = engine
        self.table = engine.table(outcomes_max)
        self._given_s = as_of_s
        self._journal = journal
        self._logs: Logs = HeldLogs() if logs is None else logs
        self._survey = survey = Survey(engine)
        self._accepted, self.late, self._midnights = survey.accepted, survey.late, survey.midnights
        self._told_s: int | None = None
        self._fresh: list[int] = []
        self._bills = engine.charging.bills
        self._beside = Beside() if beside is None else beside
        self._others = self._beside.engines
        charges = self._bills or bool(self._others)
        self._waits, self._one_by_one = charges and not in_turn, charges or engine.audit or bool(engine.plugins)
        self._arrivals, self.customers = Arrivals(), self._beside.customers(engine)
        self._summing: Summing | None = None
        self._promising = Promising(engine)
        self._found: list[ReplayWarning] | None = None
        self._asked = [predicate_or_none(objective.when) for objective in engine.policy.objectives]
        self._owed = Owed(engine, self._applies)
        noted = frozenset(engine.policy.events) if journal else self._owed.events
        self._repeating = Repeating(engine, self.table, self._promising, self.customers, noted, self._fresh)

    def take_all(self, events: Iterable[Event]) -> None:
        """Decide records as they come, some thousand at once: of these, those of a ticket together where none can err.

        Raises: as `take` does, and whatever reading them raises.
        """
        waiting = iter(events)
        while batch := [*islice(waiting, BATCH)]:
            self._take(batch)

    def take(self, event: Event) -> None:
        """Decide a record; one later than as-of is not read. Where the policy bills, records wait for their turn.

        Raises: RecordError for an observed state outside audit mode; PluginError when a plugin's condition fails.
        """
        self._take([event])

    def _take(self, events: list[Event]) -> None:
        read = events if (as_of_s := self._given_s) is None else [event for event in events if event.at_s <= as_of_s]
        self._survey.unread += len(events) - len(read)
        self._survey.zone_check.add_all(self._beside.without(read))
        tickets: dict[str, list[Event]] = {}
        for event in read:
            if self._waits and (self._engine.audit or not event.state):
                self._arrivals.add(event)
            elif self._one_by_one or event.state:
                self._decide(event.ticket, [event])
            else:
                tickets.setdefault(event.ticket, []).append(event)
        for ticket, own in tickets.items():
            self._decide(ticket, own)
        self._count_accepted()

    def _count_accepted(self) -> None:
        self._accepted.add_all(self._fresh)
        self._midnights.add_all(self._fresh)
        self._fresh.clear()

    def _decide(self, ticket: str, events: list[Event]) -> None:
        """Decide some records of a ticket one after another."""
        if ticket in self._others:
            for event in events:
                self._beside.take(event, self.customers)
            return
        log = self._logs.found(ticket, len(events))
        if log is None:
            log = Log(ticket)
            self._logs.add(log, len(events))
        before = log.events - len(log.refused)
        if self._engine.listens(ticket):
            for event in events:
                self._decide_one(log, event)
        else:
            self._repeating.take_all(log, events, self._decide_one)
        accepted = log.events - len(log.refused)
        self.late.accept(ticket, accepted - before, accepted)

    def _decide_one(self, log: Log, event: Event) -> None:
        if self._journal:
            log.journal = continued(log.journal or begun(log.ticket), event, self._engine.plan.domains)
        at_s, standing, accounts = event.at_s, log.standing, None
        log.events += 1
        if log.events == 1 or at_s < log.earliest_s:
            log.earliest_s = at_s
        if self._bills:
            accounts = self.customers.of(event.customer if standing is None else standing.customer)
        if at_s < log.latest_s:
            self.late.note(log.ticket, log.events - 1 - len(log.refused))
        else:
            log.latest_s = at_s
        made = self._engine.decide(standing, event, accounts, self.table)
        if accounts is not None:
            self.customers.keep(made.accounts)
        log.standing, flags, trace, _ = made
        if trace.refusal is not None and self._given_s is None:
            if log.mark is None:
                log.mark, log.refused_s = Mark(standing, len(log.moved), len(log.effects), len(log.runs)), at_s
            log.refused_s = max(log.refused_s, at_s)
        log.take(event, flags, trace)
        self._owed.follow(log, event, trace)
        if trace.refusal is None:
            self._accept(log, event, made)

    def _accept(self, log: Log, event: Event, made: Decided) -> None:
        self._fresh.append(event.at_s)
        if not log.beginning.begun:
            log.beginning = self._promising.see(log.beginning, event, made)
        self._owed.note(event, made)
        log.mark = None

    def _decide_waiting(self) -> None:
        for event in self._arrivals.drained():
            self._decide(event.ticket, [event])
        self._count_accepted()

    @property
    def has_late(self) -> bool:
        """Whether records came after later ones of their ticket: `look_again` then tells what their order costs."""
        self._decide_waiting()
        return self.late.count > 0

    def look_again(self, events: Iterable[Event], sort: Sort = by_ticket) -> None:
        """Count how many more records would be accepted in the order of their instants.

        Args:
            events: The same records as before; to be given before the first verdict is asked for.
            sort: Sorts records by ticket, and then by their instants.

        Raises: as `take` does, and whatever reading them raises.
        """
        self._decide_waiting()
        read = (event for event in events if self._given_s is None or event.at_s <= self._given_s)
        self._survey.late_gained = self.late.gained(self._engine, read, sort, self._beside.anew())

    def result(self) -> Row:
        """The header, the verdicts and the summary, all at once."""
        header = self.header()
        return {**header, "tickets": list(self.verdicts()), "summary": self.summary()}

    def header(self) -> Row:
        """What all verdicts have in common: the policy, the contracts, as-of.

        Raises: ArgumentError for an as-of before which the accounts that it begins with are not known.
        """
        as_of_s = self._as_of_s()
        if self._bills:
            self._beside.check(as_of_s)
        return header_of(self._engine, as_of_s, self.warnings(), self.survey().customers)

    def verdicts(self) -> Iterator[Row]:
        """The verdict of each ticket in the order of their ids, as `judged` has them."""
        return (each.verdict() for each in self.judged())

    def judged(self) -> Iterator[Judged]:
        """What became of each ticket in the order of their ids, looked at as of one instant.

        A ticket is let go of with its verdict, so that who writes them one by one never holds them all; they can be
        had once, and the summary after the last.
        """
        assert self._summing is None, "the verdicts of a replay are had once"
        as_of_s, plan = self._as_of_s(), self._engine.plan
        reckoned = self._reckon(as_of_s)
        self._summing = Summing(self._engine.policy, self._engine.schedule, as_of_s, audit=self._engine.audit)
        for log in self._logs.drained():
            name = log.ticket
            rows: tuple[ClockRow, ...] = ()
            self._finish(log, as_of_s)
            if as_of_s is not None and log.standing is not None:
                rows = self._engine.clocks.rows(log.standing.clocks, as_of_s)
            bookings = (
                reckoned.of_tickets.get(name, ()) if reckoned is not None and self._engine.policy.remedies else None
            )
            made = judged(log, self._engine.policy, plan.fact_domains, rows, bookings)
            self._summing.identical += log.identical
            beginning, refused = log.beginning, len(log.refused)
            lacks = self._promising.lacks(beginning, rows, log.standing, as_of_s, log.events, refused)
            told = made.verdict() if self._engine.audit else made.head
            self._summing.add(told, rows, partial(self._applies, as_of_s, log.standing), lacks)
            yield made

    def summary(self) -> Row:
        """What became of all tickets together, once their verdicts are out."""
        assert self._summing is not None, "the summary comes after the verdicts"
        assert not self._logs, "and after the last of them"
        as_of_s = self._as_of_s()
        bills = self._bills and as_of_s is not None
        owed = owed_accounts(self._engine.policy)
        accounts = self.customers.at(as_of_s or 0, owed, self._bookings(as_of_s)) if bills else ()
        return {**self._summing.result(accounts, self._owed.reckoned), "late": self._survey.late_row()}

    def finish(self) -> int | None:
        """Let the time up to as-of pass on every ticket; that instant, ``None`` where nothing was accepted."""
        as_of_s = self._as_of_s()
        for _ in self._finished(as_of_s):
            pass
        return as_of_s

    def _finished(self, as_of_s: int | None) -> Iterator[Log]:
        """All logs once the time up to as-of has passed on them: again each time on one that lay on a disk."""
        for log in self._logs:
            self._finish(log, as_of_s)
            yield log

    def work(self) -> tuple[QueuedTicket, ...]:
        """The tickets not yet resolved, in the order in which the policy wants them handled as of the replay's end."""
        as_of_s = self._as_of_s()
        if as_of_s is None:
            return ()
        standings = [log.standing for log in self._finished(as_of_s) if log.standing is not None]
        engine, policy = self._engine, self._engine.policy
        placed = order_of_work(policy, engine.schedule, standings, as_of_s, engine.names)
        return backlog(policy, engine.clocks, placed, as_of_s)

    def statements(
        self, customer: str, from_s: int | None = None, until_s: int | None = None, others: Iterable[Replay] = ()
    ) -> list[Statement]:
        """Every account of a customer, line by line, up to as-of.

        Args:
            from_s, until_s: A period, half-open; by default from the account's first entry on, and up to as-of, which
                is included.
            others: Replays of the tickets beside these, each by its policy, for what their breaches cost.

        Raises: LedgerError for a customer who has no accounts.
        """
        as_of_s = self._as_of_s()
        known = self.customers.known()
        replays = (self, *others)
        booked = chain.from_iterable(each._bookings(as_of_s) for each in replays)
        bookings = [each for each in booked if each.breach.customer == customer]
        if (customer not in known and not bookings) or as_of_s is None:
            names = f"there are {listed(known) or 'none'}"
            hint = "no record was accepted" if as_of_s is None else meant(customer, known, names)
            raise LedgerError(f"customer {quoted(customer)} has no account: {hint}")
        end_s = as_of_s + 1 if until_s is None else min(until_s, as_of_s + 1)
        owed = frozenset[str]().union(*(owed_accounts(each._engine.policy) for each in replays))
        made = self.customers.statements(customer, as_of_s, from_s, end_s, bookings, owed)
        to_last = until_s is None or until_s > as_of_s + 1
        return [replace(each, from_first=from_s is None, to_last=to_last) for each in made]

    def bookings(self, ticket: str) -> tuple[Booking, ...]:
        """What the breaches of a ticket cost as of the end; before its verdict is given."""
        reckoned = self._reckon(self._as_of_s())
        return () if reckoned is None else tuple(reckoned.of_tickets.get(ticket, ()))

    def _reckon(self, as_of_s: int | None) -> Reckoned | None:
        """What is owed as of the end, over all tickets; ``None`` where the policy has nothing to reckon up."""
        return self._owed.reckon(self._finished(as_of_s), as_of_s)

    @property
    def last_s(self) -> int | None:
        """The instant of the last record accepted; ``None`` where there is none."""
        self._decide_waiting()
        return max((each for each in (self._accepted.last_s, self._beside.last_s) if each is not None), default=None)

    def end(self, as_of_s: int | None) -> tuple[Survey, Gathered | None]:
        """End this part of a replay at the instant at which all parts are looked at.

        Returns: what a `Whole` is made of.
        """
        self._told_s = as_of_s
        gathered = self._owed.gather(self._finished(as_of_s), as_of_s)
        return self.survey(), gathered

    def owe(self, bookings: Mapping[str, list[Booking]]) -> None:
        """What the breaches of this part's tickets cost, once all parts are reckoned up; before their verdicts."""
        self._owed.owe(bookings)

    def summed(self) -> tuple[Summing, Mapping[str, Stand | None]]:
        """What a `Whole` sums up: the tickets of this part, once their verdicts are out, and who has which accounts."""
        assert self._summing is not None, "the summary comes after the verdicts"
        as_of_s = self._as_of_s()
        return self._summing.told(), self.customers.stands(as_of_s) if self._bills and as_of_s is not None else {}

    def _bookings(self, as_of_s: int | None) -> tuple[Booking, ...]:
        return () if (reckoned := self._reckon(as_of_s)) is None else reckoned.bookings

    def _rests(self, ticket: Brief, as_of_s: int | None) -> bool:
        """Whether nothing happens to a ticket by the time up to as-of."""
        if as_of_s is None:
            return True
        return (
            not ticket.is_marked
            and ticket.from_s <= as_of_s < ticket.until_s
            and not self._engine.listens(ticket.ticket)
        )

    def _finish(self, log: Log, as_of_s: int | None) -> None:
        """Let the time up to as-of pass on a ticket, once; what was refused after it has fired no timer."""
        if log.finished or as_of_s is None:
            return
        log.finished = True
        mark = log.mark
        if mark is not None and log.refused_s > as_of_s:
            log.standing = mark.standing
            del log.moved[mark.moves :], log.effects[mark.effects :], log.runs[mark.runs :]
        standing = log.standing
        if standing is not None and (self._engine.listens(log.ticket) or not rests(standing, as_of_s)):
            made = self._engine.wait(standing, as_of_s)
            log.standing = made.standing
            log.take(None, (), made.trace)
            self._owed.follow(log, None, made.trace)

    def _applies(self, as_of_s: int | None, standing: Standing | None, index: int, severity: str | None) -> bool:
        """Whether an objective's condition holds for a ticket as it stands in the end, with the severity of a clock."""
        if (when := self._asked[index]) is None or standing is None or as_of_s is None:
            return when is None
        return when(self._engine.names(with_severity(standing, severity), as_of_s))

    def _as_of_s(self) -> int | None:
        last_s = self.last_s  # whatever waits is decided
        found_s = last_s if self._told_s is None else self._told_s
        return found_s if self._given_s is None else self._given_s

    def warnings(self) -> list[ReplayWarning]:
        """What a reader should know before the verdicts; to be asked for before the first of them."""
        if self._found is None:
            self._found = [*self.survey().warnings(self._given_s)]
        return self._found

    def survey(self) -> Survey:
        """What all records are like, and the tickets as they stand in the end; before the first verdict."""
        if not self._survey.lengths.tickets:
            as_of_s = self._as_of_s()
            finish, rests = partial(self._finish, as_of_s=as_of_s), partial(self._rests, as_of_s=as_of_s)
            self._survey.see_all(self._logs.in_brief(finish, rests), self._promising.indices)  # they may lie on a disk
        return self._survey
