"""The door: a desk, which is the engine with a database behind it.

    >>> from datetime import datetime
    >>> from upheld import Event, load_policy
    >>> desk = Desk.open("sqlite://", policy=load_policy("base"), upgrade=True)
    >>> submit = Event("T-1", datetime.fromisoformat("2026-03-02T09:00Z"), "submit", "customer")
    >>> answer = desk.submit(submit, key="mail-1")
    >>> answer.accepted, answer.seq, desk.submit(submit, key="mail-1").repeated, desk.ticket("T-1").state
    (True, 1, True, 'open')

Source: DESIGN section 10.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, Self

from sqlalchemy import Connection

from upheld.core.billing.accounts import Accounts
from upheld.core.billing.statement import Statement
from upheld.core.decision.decision import Decision
from upheld.core.errors import ArgumentError
from upheld.core.nearest import quoted
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.record.ticket import Ticket
from upheld.core.replay.verdict import Row
from upheld.core.replay.work_order import QueuedTicket
from upheld.core.story.ticket_story import TicketStory
from upheld.desk.export import Exported, File, Target, Tell, write, write_all
from upheld.desk.intake.batch import Parts
from upheld.desk.intake.move import looked_at, moved
from upheld.desk.intake.sent import Answer, Late, Sent, in_batches, sent_of
from upheld.desk.intake.submission import submitted
from upheld.desk.migrations import upgrade as upgrading
from upheld.desk.people.names import People
from upheld.desk.people.tokens import Tokens
from upheld.desk.record import closing
from upheld.desk.record.adoption import Edition, Editions, Version
from upheld.desk.record.keys import CONTENT, Content
from upheld.desk.redecision.readings import Reader, Status, last_accepted_s
from upheld.desk.redecision.rebuilding import erase, rebuild
from upheld.desk.redecision.revision import Moved
from upheld.desk.redecision.verification import MOST, Difference, Progress, differences
from upheld.desk.retention import Retention
from upheld.desk.standing import granted
from upheld.desk.standing.standings import Standings
from upheld.desk.storage.database import Database, T
from upheld.desk.telling import due
from upheld.desk.telling.due import Due, Ran
from upheld.desk.telling.outbox import Outbox
from upheld.desk.webhooks import Webhooks
from upheld.engine import Engine
from upheld.replaying import Record, instant_s


class Desk:
    """Tickets, accounts, timers and effects of one vendor, in a database that several processes may use at once.

    It is opened with `Desk.open`. It may be used from several threads; a process that forks opens one of its own.

    Attributes:
        outbox: What is asked of the world, to be delivered.
        tokens: Who may speak to it from outside.
        webhooks: Whom it tells by HTTP, and which trackers tell it.
        retention: Takes tickets out that were closed long ago.
        content: As a key: the same record counts once.
    """

    content: Final = CONTENT

    def __init__(self, database: Database, language: str = "", ahead_s: int | None = None) -> None:
        if ahead_s is not None and (type(ahead_s) is not int or ahead_s < 0):
            raise ArgumentError(f"`ahead_s` is a number of seconds, and {quoted(ahead_s)} is none")
        self._database, self._ahead_s = database, ahead_s
        self._editions = Editions(language)
        self._standings = Standings(is_sqlite=database.is_sqlite)
        self._people = People()
        self._reader = Reader(self._editions, self._standings, self._people)
        self.outbox, self.tokens, self.webhooks = Outbox(database), Tokens(database), Webhooks(database)
        self.retention = Retention(database, self._reader)
        self._parts = Parts(self._editions, self._standings, self._people, self._again, database.is_sqlite)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        policy: Policy | None = None,
        contracts: Contracts | None = None,
        upgrade: bool = False,
        language: str = "",
        ahead_s: int | None = None,
    ) -> Self:
        """A desk in a database.

        Args:
            url: ``sqlite:///desk.db`` or ``postgresql://user@host/name``.
            policy, contracts: What the desk goes by. The first one to open it puts them in force; later they say that
                these are meant, and others are put in force by `adopt`.
            upgrade: Whether the tables are made, or brought up to date; without it they must be there.
            language: Of messages; by default the vendor's.
            ahead_s: How far ahead of the database's own time a record may lie; one from a clock that is wrong would
                make all later ones of its ticket late. By default it is not looked at.

        Raises: NotUpgraded, with what to run, where the tables are missing, older or newer; DeskError for an address
            that is none, a database that cannot be reached, and where another policy or other contracts are in force.
        """
        database = Database(url)
        try:
            (upgrading.upgrade if upgrade else upgrading.check)(database)
            desk = cls(database, language, ahead_s)
            if policy is not None or contracts is not None:
                database.transact(lambda rows: desk._editions.go_by(rows, policy, contracts))
        except BaseException:
            database.close()
            raise
        return desk

    def close(self) -> None:
        """Let go of the database; `with` does it by itself."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(
        self,
        event: Event,
        *,
        key: str | Content | None = None,
        source: str = "",
        late: Late = "refuse",
        only_of: str = "",
    ) -> Answer:
        """Decide an event, and keep it with all that comes of it, in one transaction.

        Args:
            key: The caller's idempotency key: the same with the same event gives the first answer; or `Desk.content`.
            source: Who gives the keys; each source has its own.
            late: What becomes of a record that came after later ones of its ticket: it is refused as `out-of-order`,
                or put in its place by its instant, and the ticket decided anew; the answer tells what that changed. One
                that would change a closed statement, or what was decided of another ticket, is refused all the same.
            only_of: The customer on whose tickets alone it may be; ``""`` for any.

        Raises: KeyConflict where the key came with another event; ClosedStatement; RecordError for an observed state,
            and FarAhead, which is one, for an instant too far ahead; TicketError for a ticket that left, or that is
            another's; Busy and DeskError; what `Engine.apply` raises. Nothing was done then.
        """
        return self.submit_many([(event, key)], source=source, late=late, only_of=only_of)[0]

    def submit_many(
        self,
        events: Iterable[Event | tuple[Event, str | Content | None] | Sent],
        *,
        source: str = "",
        late: Late = "refuse",
        only_of: str = "",
    ) -> tuple[Answer, ...]:
        """Decide events one after another, and keep them all in one transaction, which is all or nothing.

        Args:
            events: Each alone, or with its key; or as `Sent`, with a source and all else of its own.

        Returns: one answer for each.
        Raises: as `submit` does.
        """
        if not isinstance(events, Iterable):
            raise ArgumentError(f"{quoted(events)} is no events: give them one after the other")
        sent = [sent_of(each, source, late, only_of) for each in events]
        return self._submitted(sent) if sent else ()

    def ticket(self, ticket: str) -> Ticket | None:
        """A ticket as it stands, its timers fired as far as `run_due` told them; ``None`` where there is none."""
        held = self._read(lambda rows: self._standings.look(rows, ticket))
        return None if held is None or held.now is None else Ticket.of(held.now)

    def story(self, ticket: str, as_of: str | datetime | None = None) -> TicketStory:
        """Everything that happened to a ticket, and why.

        Args:
            as_of: The instant up to which it is told; by default that of the last record accepted, of whatever ticket.

        Raises: TicketError for a ticket of which there is no record.
        """
        return self._read(lambda rows: self._reader.story(rows, ticket, None if as_of is None else instant_s(as_of)))

    def queue(self, at: str | datetime, policy: str = "") -> tuple[QueuedTicket, ...]:
        """The tickets not yet resolved at an instant, in the order in which the policy wants them handled.

        Args:
            at: The instant; not before the last records of the tickets.
            policy: Of which policy, by its digest; by default of that in force.
        """
        return self._read(lambda rows: self._reader.queue(rows, instant_s(at, "at"), policy))

    def due(self, until: str | datetime | None = None, limit: int = 100) -> tuple[Due, ...]:
        """The tickets to which time does something next, the earliest first: timers, warnings, the next cycles."""
        until_s = None if until is None else instant_s(until, "until")
        return self._read(lambda rows: due.next_due(rows, self._editions, self._standings, until_s, limit))

    def run_due(self, until: str | datetime | None = None, *, limit: int | None = None) -> Ran:
        """Let time pass: timers fire, warnings, breaches and notices of accounts are told, each once.

        However many workers call this.

        Args:
            until: Up to this instant, which is included; by default the database's own time.
            limit: Tickets and customers after which it stops; by default it goes on until nothing is due.
        """
        until_s = self._database.transact(self._database.now_s) if until is None else instant_s(until, "until")
        return self._passed(until_s, limit, loud=True)

    def verdicts(self, as_of: str | datetime | None = None, policy: str = "", *, journal: bool = False) -> Row:
        """The verdicts of all tickets: what a replay of the export says, byte for byte.

        Args:
            as_of: The instant at which everything is looked at; by default that of the last accepted record.
            policy: Of the tickets of which policy, by its digest; by default of that in force.
            journal: Whether to give the chain of digests of each ticket's records.
        """
        as_of_s = None if as_of is None else instant_s(as_of)
        return self._read(lambda rows: self._reader.verdicts(rows, as_of_s, policy, journal=journal))

    def statement(
        self, customer: str, since: str | datetime | None = None, until: str | datetime | None = None
    ) -> list[Statement]:
        """Every account of a customer, line by line, up to the last accepted record of whatever ticket.

        Args:
            since, until: A period, half-open; by default all of it.

        Raises: LedgerError for a customer who has no accounts.
        """
        from_s = None if since is None else instant_s(since, "since")
        until_s = None if until is None else instant_s(until, "until")
        return self._read(lambda rows: self._reader.statement(rows, customer, from_s, until_s))

    def export(
        self, to: File, policy: str = "", *, people: bool = True, accounts: File | None = None, on_progress: Tell = None
    ) -> int:
        """Write the desk as a canonical history in JSON Lines, with the column ``arrival``; how many records.

        Args:
            to: A file, which is there whole or not at all; or what is open for text.
            policy: The tickets of which policy, by its digest; by default of that in force.
            people: Whether who acted is named; else by tokens, and a replay's journal is the desk's own chain.
            accounts: Another file, where what `accounts` gives is written, as of the same moment.
        """
        into = Target(to, accounts)
        return self._read(lambda rows: write(rows, self._reader, into, policy, people=people, on_progress=on_progress))

    def export_all(self, folder: str | Path, *, people: bool = True) -> list[Exported]:
        """Write the whole desk into a folder: for each policy that tickets go by, its document and its tickets.

        A replay of one, with the others beside it, gives the verdicts of that policy.
        """
        Path(folder).mkdir(parents=True, exist_ok=True)
        return self._read(lambda rows: write_all(rows, self._reader, Path(folder), people=people))

    def events(self, policy: str = "", *, people: bool = True) -> list[Event]:
        """The same as events."""
        return self._read(lambda rows: [*self._reader.of_policy(rows, self._people if people else None, policy)])

    def accounts(self, *, people: bool = True) -> tuple[Accounts, ...]:
        """How accounts stood after the charges of tickets that left, which a replay of the rest begins with."""
        return self._read(lambda rows: self._reader.accounts(rows, people=people))

    def load(
        self, records: Iterable[Record], *, name: str = "history", batch: int = 200, until: str | datetime | None = None
    ) -> int:
        """Take a history into the desk, its records in this order; what it asks for is not told once more.

        Args:
            name: Of the history: loading the same again goes on where it stopped.
            batch: Records of one transaction.
            until: Up to when what comes by itself was told elsewhere; by default up to the last accepted record.

        Returns: how many records were new.
        Raises: KeyConflict where another history of this name was loaded before; RecordError with the number of a
            record that is none.
        """
        new = 0
        for waiting in in_batches(records, name, batch):
            new += sum(not answer.repeated for answer in self._submitted(waiting, loud=False))
        until_s = self._read(last_accepted_s) if until is None else instant_s(until, "until")
        if until_s is not None:
            self._passed(until_s, None, loud=False)
        return new

    def adopt(self, policy: Policy | None = None, contracts: Contracts | None = None) -> Edition:
        """Put a policy in force for tickets opened from now on, or contracts for all records from now on, or both.

        Returns: what is in force by now.
        Raises: ArgumentError for what is none; DeskError for contracts that lack a grant that was made or change it, or
            by which one more stands on a closed statement.
        """
        terms = policy, contracts
        return self._database.transact(lambda rows: granted.adopt(rows, self._editions, self._standings, *terms))

    def move(self, tickets: Iterable[str], policy: Policy, *, dry_run: bool = True) -> tuple[Moved, ...]:
        """Have tickets go on under another policy than the one that they were opened under.

        A ticket is decided anew under it, from its first record on, as if it had been opened under it, and so are the
        accounts it was charged to. One that would change a closed statement, or another ticket, stays as it is.

        Args:
            dry_run: Only tell what would change; else each ticket that moves has a record of its own that says so.

        Returns: of each ticket what changes, or why it cannot be moved.
        """
        names = [*dict.fromkeys(tickets)]
        if dry_run:
            return self._read(lambda rows: looked_at(rows, self._parts, names, policy))
        return self._database.transact(lambda rows: moved(rows, self._parts, names, policy))

    def close_statements(self, until: str | datetime) -> None:
        """Say that statements up to an instant are out: what was charged before it stays as it is from now on.

        A late record that would change it is refused as `out-of-order`, and one that would add to it raises
        ClosedStatement; a ticket whose move would change it stays. No statement is opened again.
        """
        until_s = instant_s(until, "until")
        self._database.transact(lambda rows: closing.close(rows, until_s))

    def erase(self, person: str) -> int:
        """Forget a person: who acted under this name is only a token from now on, wherever it is read.

        The tickets and accounts that name the person are decided anew, and what was told of them is told of the token.
        The journal stays as it is, and its chain holds.

        Returns: how many tickets named the person.
        """
        return self._database.transact(lambda rows: erase(rows, self._reader, person))

    def status(self) -> Status:
        """How much there is in the desk, for who looks after it."""
        return self._read(lambda rows: self._reader.status(rows, self._database.now_s(rows)))

    def policies(self) -> tuple[Version, ...]:
        """Every policy that was ever in force, or that a ticket was moved to; what is in force `edition` tells."""
        return self._read(self._editions.every)

    def policy(self, digest: str = "") -> Policy:
        """A policy that is kept, by its digest; by default that in force."""
        return self._editions.read_policy(digest) or self.engine(digest).policy

    def engine(self, policy: str = "") -> Engine:
        """What decides the tickets of a policy, with the contracts in force."""
        return self._read(lambda rows: self._reader.engine(rows, policy))

    def edition(self) -> Edition:
        """What is in force. Raises: DeskError where nothing is."""
        return self._read(self._reader.current)

    def verify(self, on_progress: Progress | None = None) -> tuple[Difference, ...]:
        """Look at every row of the journal and its chain, and decide everything anew.

        Args:
            on_progress: Is told how many records were looked at, and how many there are.

        Returns: what is not as it should be, in the order of tickets, the first `verification.MOST` of it.
        """
        return self._read(lambda rows: tuple(islice(differences(rows, self._reader, on_progress), MOST)))

    def rebuild(self, on_progress: Progress | None = None) -> int:
        """Write anew from the journal how tickets and accounts stand, in one transaction. Returns: how many tickets."""
        return self._database.transact(lambda rows: rebuild(rows, self._reader, on_progress))

    def _submitted(self, sent: Sequence[Sent], *, loud: bool = True) -> tuple[Answer, ...]:
        ahead_s = self._ahead_s if loud else None
        answers, tokens = self._database.transact(
            lambda rows: submitted(rows, self._parts, sent, loud=loud, ahead_s=ahead_s)
        )
        self._people.remember(tokens)
        return tuple(answers)

    def _passed(self, until_s: int, limit: int | None, *, loud: bool) -> Ran:
        return due.let_pass(self._database, self._editions, self._standings, until_s, limit, loud=loud)

    def _again(self, ticket: str, seq: int) -> Decision:
        """The decision of a record of the journal, made anew."""
        return self._read(lambda rows: self._reader.decision(rows, ticket, seq))

    def _read(self, work: Callable[[Connection], T]) -> T:
        return self._database.read(work)
