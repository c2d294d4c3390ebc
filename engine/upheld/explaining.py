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

from collections.abc import Iterable
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
    """An engine that keeps what it decides about one ticket."""

    def __init__(self, policy: Policy, contracts: Contracts | None, ticket: str, language: str, audit: bool) -> None:
        super().__init__(policy, contracts, language=language, audit=audit)
        self.ticket = ticket
        self.seen: list[Sighting] = []
        self.ending: Ending | None = None

    def decide(
        self,
        standing: Standing | None,
        event: Event,
        accounts: Accounts | None = None,
        table: DecisionTable | None = None,
    ) -> Decided:
        """The decision, which is kept; its reasons are its own, and not those of the first one like it."""
        made = super().decide(standing, event, accounts, None if event.ticket == self.ticket else table)
        if event.ticket == self.ticket:
            self.seen.append(Sighting(event, standing, made))
        return made

    def wait(self, standing: Standing, until_s: int) -> Decided:
        """What happens by itself, of which the last is kept."""
        made = super().wait(standing, until_s)
        if standing.id == self.ticket:
            self.ending = Ending(until_s, standing, made)
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
) -> TicketStory:
    """The story of a ticket of a history: what each record did and why, and where the time of its clocks went.

    Args:
        as_of: The instant up to which it is told; by default that of the last record accepted, of whatever ticket.
        language: Of messages; by default the vendor's.
        beside: Other tickets on the same accounts, each with the policy that it goes by.

    Raises: TicketError for a ticket of which there is no record, with the nearest one; else as `replay` does.
    """
    given_s = None if as_of is None else instant_s(as_of)
    witness = Witness(policy, contracts, ticket, language, audit)
    engines, others = others_of(beside, contracts)
    run = Replay(witness, given_s, beside=Beside(engines))
    run.take_all(others)
    # Others tell as-of, where nobody says it, and take from the accounts of the same customer.
    needs_all = given_s is None or bool(policy.accounts)
    known: dict[str, None] = {}
    later = 0
    for _, event in as_events(records):
        known[event.ticket] = None
        later += event.ticket == ticket and given_s is not None and event.at_s > given_s
        if event.ticket == ticket or needs_all:
            run.take(event)
    if not isinstance(ticket, str) or ticket not in known:
        near = nearest(ticket, known) if isinstance(ticket, str) else None
        hint = f"did you mean {quoted(near)}?" if near else f"there are {listed(known) or 'none'}"
        raise TicketError(f"there is no record of ticket {quoted(ticket)}: {hint}")
    as_of_s = run.finish()
    return ticket_story(witness, ticket, witness.seen, witness.ending, as_of_s, later, run.bookings(ticket))
