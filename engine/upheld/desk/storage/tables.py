"""The tables of a desk, declared once for all databases.

Instants are whole seconds since 1970 UTC (`_s`): every database compares them alike. What has a form of its own
(records, standings, books) is JSON in a text column, since a digest is taken of its very bytes. All names begin with
``upheld_``, so that a desk may live in the database of the product that embeds it.

The migrations build what stands here; a test compares the two.

Source: DESIGN section 10; EXAMPLES-2 section 1.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    text,
)

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""With a naming convention: a constraint without a name cannot be migrated."""


def where(condition: str) -> dict[str, Any]:
    """Of a partial index, in every dialect."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


IS_OPEN: Final = "core IN ('open', 'qualified', 'workaround', 'in-fix')"
IS_WAITING: Final = "state = 'waiting'"
"""Conditions of partial indices; a query has to say them by the same words, since a parameter could be anything."""

ARRIVALS: Final = Sequence("upheld_arrivals", metadata=METADATA)
"""Numbers records in the order in which they came, where the database has sequences."""

CHANGES: Final = Table(
    "upheld_changes",
    METADATA,
    Column("number", Integer, primary_key=True),  # of an adoption: the edition that begins with it
    Column("kind", Text, nullable=False),  # adopt, forget
    Column("document", Text, nullable=False),  # what was put in force, by digests; the token that is left
)
"""What changed about the desk itself: whoever remembers something looks whether there is one more."""

POLICIES: Final = Table(
    "upheld_policies",
    METADATA,
    Column("digest", Text, primary_key=True),  # of the document
    Column("id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("document", Text, nullable=False),
)
"""Every policy that was ever in force or moved to, whole, so that any day can be decided again."""

CONTRACTS: Final = Table(
    "upheld_contracts",
    METADATA,
    Column("digest", Text, primary_key=True),  # of the document
    Column("document", Text, nullable=False),
)
"""All contracts that were ever in force, whole."""

JOURNAL: Final = Table(
    "upheld_journal",
    METADATA,
    Column("ticket", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),  # the number among the records of its ticket, as they came
    Column("arrival", BigInteger, nullable=False),  # the number among all records, as they came
    Column("at_s", BigInteger, nullable=False),  # its instant
    Column("kind", Text, nullable=False),  # record, move
    Column("inserted", Boolean, nullable=False),  # it came late, and was put in its place by its instant
    Column("edition", Integer, nullable=False),  # what was in force: the number of an adoption
    Column("record", Text, nullable=False),  # people by their tokens
    Column("link", LargeBinary, nullable=False),  # a digest of the record and of the link before it
    Column("seal", LargeBinary, nullable=False),  # of the whole row
    Column("customer", Text, nullable=False),  # whose accounts it was charged to
    Column("code", Text),  # of its refusal; a cache
    UniqueConstraint("arrival"),
    Index("ix_upheld_journal_customer", "customer", "arrival"),
    Index("ix_upheld_journal_inserted", "ticket", **where("inserted")),
    Index("ix_upheld_journal_accepted", "at_s", **where("code IS NULL")),
)
"""Every record as it came. One that is put in its place by its instant may change whose later ones are, and codes."""

LEFT: Final = Table(
    "upheld_left",
    METADATA,
    Column("ticket", Text, primary_key=True),
    Column("archive", Text, nullable=False),  # the name of the folder that its records are in
    Column("policy", Text, nullable=False),  # the digest it went under
    Column("seq", Integer, nullable=False),  # of its last record
    Column("link", LargeBinary, nullable=False),  # of its last record: the end of its chain
    Column("codes", Text, nullable=False),  # {"2": "no-transition"}: why records of it were refused, by their numbers
)
"""Tickets whose records were taken out: a record of one is no new ticket, and a key that came with one still counts."""

TICKETS: Final = Table(
    "upheld_tickets",
    METADATA,
    Column("ticket", Text, primary_key=True),
    Column("seq", Integer, nullable=False),  # of its last record; the journal is the truth, this row a cache of it
    Column("link", LargeBinary, nullable=False),  # of its last record
    Column("policy", Text, nullable=False),  # the digest it goes on under
    Column("customer", Text, nullable=False),
    Column("core", Text),  # its core state
    Column("standing", Text),  # {"version": 1, ...} after its last record; null: its opening was refused
    Column("ahead", Text),  # the same once the time up to `told_s` has passed; null: the same as `standing`
    Column("told_s", BigInteger),  # up to when what comes by itself was told; null: its last record told all
    Column("due_s", BigInteger),  # when time alone does something that was not told; null: never
    Index("ix_upheld_tickets_due_s", "due_s", **where("due_s IS NOT NULL")),
    Index("ix_upheld_tickets_open", "ticket", **where(IS_OPEN)),
)
"""How each ticket stands: a cache, which `rebuild` writes anew."""

ACCOUNTS: Final = Table(
    "upheld_accounts",
    METADATA,
    Column("customer", Text, primary_key=True),
    Column("version", Integer, nullable=False),  # counts its changes
    Column("books", Text),  # {"version": 1, ...} without their entries; null: nothing was charged
    Column("told_s", BigInteger),  # up to when what time alone does was told; null: nothing of it is in doubt
    Column("due_s", BigInteger),  # when time alone may do something that was not told; null: never
    Index("ix_upheld_accounts_due_s", "due_s", **where("due_s IS NOT NULL")),
)
"""How each customer's accounts stand: a cache."""

CARRIED: Final = Table(
    "upheld_carried",
    METADATA,
    Column("customer", Text, primary_key=True),
    Column("accounts", Text, nullable=False),  # JSON, with every entry; people by their tokens
    Column("seal", LargeBinary, nullable=False),  # of the row
)
"""How accounts stood after the charges of tickets that left: the ground of what is decided anew, and no cache."""

ENTRIES: Final = Table(
    "upheld_entries",
    METADATA,
    Column("customer", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("entry", Text, nullable=False),  # JSON
)
"""What was written into those accounts: a cache."""

KEYS: Final = Table(
    "upheld_keys",
    METADATA,
    Column("source", Text, primary_key=True),  # who gave it
    Column("key", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),  # a digest of the record
    Column("ticket", Text, nullable=False),
    Column("seq", Integer, nullable=False),  # the place of the record
)
"""The keys that records came with; the journal does not hold them."""

MESSAGES: Final = Table(
    "upheld_messages",
    METADATA,
    Column(
        "position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),  # their order
    Column("id", Text, nullable=False),  # the same in every try
    Column("ticket", Text, nullable=False),  # empty: of no ticket, but of accounts
    Column("seq", Integer),  # of the record that asked for it; null: time did
    Column("customer", Text),  # of whose accounts it tells; null: of none
    Column("at_s", BigInteger, nullable=False),  # when it was asked for: what time does has its due instant
    Column("kind", Text, nullable=False),  # of an effect, or `correction`
    Column("document", Text, nullable=False),  # JSON
    Column("state", Text, nullable=False),  # waiting, done, dead, withdrawn, corrected
    Column("ahead", Boolean, nullable=False),  # told by time alone, and no record has come since
    Column("tries", Integer, nullable=False),  # how often it was claimed
    Column("next_s", BigInteger, nullable=False),  # when it may be claimed: a lease is only a later one
    UniqueConstraint("id"),
    Index("ix_upheld_messages_next_s", "next_s", "position", **where(IS_WAITING)),
    Index("ix_upheld_messages_ticket", "ticket", "position"),
    Index("ix_upheld_messages_customer", "customer", **where("customer IS NOT NULL")),
)
"""The outbox: what is to be told, and what was; the journal does not hold it."""

PEOPLE: Final = Table(
    "upheld_people",
    METADATA,
    Column("token", Text, primary_key=True),  # drawn at random: it says nothing
    Column("person", Text, nullable=False),  # as records say it, without the role
    UniqueConstraint("person"),
)
"""Who the people of the journal are; whoever is forgotten has no row."""

TOKENS: Final = Table(
    "upheld_tokens",
    METADATA,
    Column("id", Text, primary_key=True),  # drawn at random, and part of the token's text
    Column("digest", LargeBinary, nullable=False),  # of the token's text, which nobody keeps
    Column("name", Text, nullable=False),  # what uses it
    Column("roles", Text, nullable=False),  # in which it may act; JSON
    Column("customer", Text, nullable=False),  # whose tickets it is shown; empty: all
    Column("made_s", BigInteger, nullable=False),
    Column("expires_s", BigInteger),  # null: never
    Column("revoked_s", BigInteger),  # null: it was not
)
"""Who may speak to the desk from outside; the journal does not hold it."""

ENDPOINTS: Final = Table(
    "upheld_endpoints",
    METADATA,
    Column("id", Text, primary_key=True),  # drawn at random
    Column("url", Text, nullable=False),
    Column("kinds", Text, nullable=False),  # of the messages that it is told; JSON, empty: of every kind
    Column("customer", Text, nullable=False),  # of whose tickets it is told; empty: of all
    Column("is_local", Boolean, nullable=False),  # it is this very machine: for development
    Column("secret", Text, nullable=False),  # what is sent is signed by it, so it cannot be a digest
    Column("earlier", Text),  # the secret before it, by which is signed too
    Column("earlier_until_s", BigInteger),  # up to this instant
    Column("made_s", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),  # in a row
    Column("failing_s", BigInteger),  # since when; null: the last one went well
    Column("disabled_s", BigInteger),  # null: it is not
    Column("why", Text, nullable=False),  # it was disabled, or the last one failed
    Column("next_s", BigInteger, nullable=False),  # when it may be served: a lease, and a rest, are only a later one
)
"""The addresses that the desk tells things; the journal does not hold them."""

DISPATCHES: Final = Table(
    "upheld_dispatches",
    METADATA,
    Column("endpoint", Text, primary_key=True),
    Column("message", Text, primary_key=True),  # its id
    Column("ticket", Text, nullable=False),
    Column("position", BigInteger, nullable=False),  # of the message
    Column("state", Text, nullable=False),  # waiting, done, dead
    Column("tries", Integer, nullable=False),  # how often it was claimed
    Column("next_s", BigInteger, nullable=False),  # when it may be claimed
    Column("why", Text, nullable=False),  # the last try failed
    Index("ix_upheld_dispatches_waiting", "endpoint", "ticket", "position", **where(IS_WAITING)),
    Index("ix_upheld_dispatches_ticket", "ticket"),
)
"""What was told, or is to be, endpoint by endpoint: messages of the outbox that were fanned out."""

SOURCES: Final = Table(
    "upheld_sources",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("tracker", Text, nullable=False),  # jira, zendesk
    Column("mapping", Text, nullable=False),  # whole
    Column("secret", Text, nullable=False),  # what it sends is signed by it
    Column("made_s", BigInteger, nullable=False),
)
"""The trackers that send their events."""
