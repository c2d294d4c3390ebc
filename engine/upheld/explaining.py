"""Explaining: the story of one ticket of a history.

The whole history is replayed where as-of or a customer's balance depends on all of it;
a witness keeps what was decided about the ticket that is asked about.

    >>> from upheld import load_policy
    >>> records = [
    ...     {"ticket": "T-1", "at": "2026-03-02T09:00Z", "event": "submit", "actor": "customer"},
    ...     {"ticket": "T-1", "at": "2026-03-02T10:00Z", "event": "close", "actor": "customer"},
    ... ]
    >>> story = explain(load_policy("base"), records, "T-1")
    >>> [(each.seq, each.refusal and each.refusal.code) for each in story.episodes]
    [(1, None), (2, 'no-transition')]

Source: DESIGN section 7, `upheld explain`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from upheld.core.billing.accounts import Accounts
from upheld.core.decision.engine import Decided
from upheld.core.decision.table import DecisionTable
from upheld.core.errors import TicketError
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.replay.beside import Beside
from upheld.core.replay.replay import Replay
from upheld.core.story.ticket_story import Ending, Sighting, TicketStory, ticket_story
from upheld.engine import Engine
from upheld.replaying import Record, Version, as_events, instant_s, others_of


class Witness(Engine):
    """An engine that keeps what it decides about some tickets."""

    def __init__(
        self, policy: Policy, contracts: Contracts | None, tickets: Iterable[str], language: str, audit: bool
    ) -> None:
        super().__init__(policy, contracts, language=language, audit=audit)
        self.seen: dict[str, list[Sighting]] = {ticket: [] for ticket in tickets}
        self.endings: dict[str, Ending] = {}

    def listens(self, ticket: str) -> bool:
        """Whether it is one of the tickets whose decisions are kept."""
        return ticket in self.seen

    def decide(
        self,
        standing: Standing | None,
        event: Event,
        accounts: Accounts | None = None,
        table: DecisionTable | None = None,
    ) -> Decided:
        """The decision, which is kept; its reasons are its own, and not those of the first one like it."""
        seen = self.seen.get(event.ticket)
        made = super().decide(standing, event, accounts, table if seen is None else None)
        if seen is not None:
            seen.append(Sighting(event, standing, made))
        return made

    def wait(self, standing: Standing, until_s: int) -> Decided:
        """What happens by itself, of which the last is kept."""
        made = super().wait(standing, until_s)
        if standing.id in self.seen:
            self.endings[standing.id] = Ending(until_s, standing, made)
        return made


def explain(
    policy: Policy,
    records: Iterable[Record],
    ticket: str,
    contracts: Contracts | None = None,
    as_of: str | datetime | None = None,
    audit: bool = False,
    language: str = "",
    beside: Iterable[Version] = (),
    accounts: Iterable[Accounts] = (),
) -> TicketStory:
    """The story of a ticket of a history: what each record did and why, and where the time of its clocks went.

    Args:
        as_of: The instant up to which it is told; by default that of the last record accepted, of whatever ticket.
        language: Of messages; by default the vendor's.
        beside: Other tickets on the same accounts, each with the policy that it goes by.
        accounts: As they stood before the first record, after tickets that left a desk.

    Raises: TicketError for a ticket of which there is no record, with the nearest one; else as `replay` does.
    """
    known: dict[str, None] = {}
    wanted = (ticket,) if isinstance(ticket, str) else ()
    told = stories(policy, _noted(records, known), wanted, contracts, as_of, audit, language, beside, accounts)
    if not isinstance(ticket, str) or ticket not in known:
        near = nearest(ticket, known) if isinstance(ticket, str) else None
        hint = f"did you mean {quoted(near)}?" if near else f"there are {listed(known) or 'none'}"
        raise TicketError(f"there is no record of ticket {quoted(ticket)}: {hint}")
    return told[ticket]


def stories(
    policy: Policy,
    records: Iterable[Record],
    tickets: Iterable[str],
    contracts: Contracts | None = None,
    as_of: str | datetime | None = None,
    audit: bool = False,
    language: str = "",
    beside: Iterable[Version] = (),
    accounts: Iterable[Accounts] = (),
) -> dict[str, TicketStory]:
    """The stories of some tickets of a history, which is gone through once; of a ticket without records an empty one.

    Args, Raises: as `explain`, but that no ticket need be there.
    """
    given_s = None if as_of is None else instant_s(as_of)
    witness = Witness(policy, contracts, tickets, language, audit)
    engines, others = others_of(beside, contracts)
    run, seen = Replay(witness, given_s, beside=Beside(engines, begun=accounts)), witness.seen
    run.take_all(others)
    # Others tell as-of, where nobody says it, and take from the accounts of the same customer.
    needs_all = given_s is None or bool(policy.accounts)
    later: Counter[str] = Counter()
    for _, event in as_events(records):
        is_told = event.ticket in seen
        if is_told and given_s is not None and event.at_s > given_s:
            later[event.ticket] += 1
        if is_told or needs_all:
            run.take(event)
    as_of_s = run.finish()
    return {
        ticket: ticket_story(
            witness, ticket, seen[ticket], witness.endings.get(ticket), as_of_s, later[ticket], run.bookings(ticket)
        )
        for ticket in seen
    }


def _noted(records: Iterable[Record], known: dict[str, None]) -> Iterator[Event]:
    """The events of records, whose tickets are noted on the way."""
    for _, event in as_events(records):
        known[event.ticket] = None
        yield event
