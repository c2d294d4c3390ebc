"""Schemas: what stands in each table of a verdict, column by column.

A verdict is at bottom a set of tables; its JSON is one rendering of them, these are another. Each value of a verdict
stands in one of them, under the key that it has there unless another is named. What a column means is in its metadata,
under ``says``, from which `docs/reference/tables.md` is made; ``key`` is where the value stands in a verdict: a path
within its row, or with ``/`` before it, within its ticket.

- *Instants* are ``timestamp[ms, UTC]``, and their milliseconds are always 0. Parquet knows nothing coarser, so that a
  file that was written is read as what it was; as integers every user would have to convert them, and some would forget
  that they are UTC. Lengths of time are integers, with their unit in the name.
- *Words* of which there are few are dictionaries: states, severities, messages. Ids of tickets are plain texts, since
  some programs cannot join the two.
- *Names* - clauses, assumptions, possible events - are the ids in the policy's order with a blank between them, as in
  ``commitments.csv``: no id holds a blank. As lists they would cost five times as much to make, of values that are
  alike in a million rows.

Source: DESIGN section 6, "A verdict is at bottom a set of tables"; section 11, step 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import pyarrow as pa

from upheld.core.condition.domain import Boolean, Domain, Many, OneOf
from upheld.core.condition.ordered import Instant, Integer
from upheld.core.lifecycle.plan import fact_domains
from upheld.core.policy.policy import Policy

VERSION: Final = 1
"""Of the tables. A new column does not change it; one that goes, or means something else, does."""
VERSION_KEY: Final = "upheld.tables"
HEADER_KEY: Final = "upheld.header"
"""Keys of a file's metadata: the version, and what all verdicts have in common, as JSON."""

TEXT: Final = pa.string()
WORD: Final = pa.dictionary(pa.int32(), pa.string())
INSTANT: Final = pa.timestamp("ms", "UTC")
NUMBER: Final = pa.int32()
SECONDS: Final = pa.int64()
AMOUNT: Final = pa.int64()
TEXTS: Final = pa.list_(pa.field("item", pa.string(), nullable=False))
NAMES: Final = WORD
"""Ids with blanks between them."""
PIECES: Final = pa.list_(
    pa.field(
        "item",
        pa.struct(
            [
                pa.field("from_at", INSTANT, nullable=False),
                pa.field("until_at", INSTANT, nullable=False),
                pa.field("calendar", pa.string()),
                pa.field("factor", pa.string(), nullable=False),
            ]
        ),
        nullable=False,
    )
)

FACT: Final = "fact."
"""The prefix of the columns that hold facts."""


def column(name: str, kind: pa.DataType, says: str, *, key: str = "", null: bool = True) -> pa.Field:
    """A column, what it says, and where a verdict has its value, if not under its name."""
    metadata = {"says": says, **({"key": key} if key else {})}
    return pa.field(name, kind, nullable=null, metadata=metadata)


def always(name: str, kind: pa.DataType, says: str, *, key: str = "") -> pa.Field:
    """A column in which nothing is missing."""
    return column(name, kind, says, key=key, null=False)


def _table(of: str, says: str, columns: Iterable[pa.Field]) -> pa.Schema:
    return pa.schema([*columns], {"says": says, "of": of})


_TICKET: Final = always("ticket", TEXT, "The ticket's id.", key="/ticket")
_CUSTOMER: Final = column("customer", WORD, "Whose ticket it is.", key="/customer")
_SEQ: Final = column("seq", NUMBER, "The number of the ticket's record, from 1; null for what came by itself.")
_AT: Final = always("happened_at", INSTANT, "When.", key="at")
_GROUNDS: Final = (
    always("clauses", NAMES, "The clauses that it rests on, with blanks between them."),
    always("assumptions", NAMES, "The assumptions that it rests on, with blanks between them."),
)
_TOLD: Final = (
    _TICKET,
    always("seq", NUMBER, "The number of the ticket's record, from 1."),
    _AT,
    column("event", WORD, "The event; null for an observed state."),
    always("code", WORD, "What kind it is, such as `no-transition`."),
    column("rule", WORD, "With code `rule`: the rule; null for a level or a fact that stands against it."),
    always("message", WORD, "What to tell the actor."),
    *_GROUNDS,
)

TICKETS: Final = _table(
    "",
    "A row for each ticket, those that nothing opened included, and a column for each fact that the policy declares.",
    (
        always("ticket", TEXT, "The ticket's id."),
        column("customer", WORD, "Whose it is, as the event that opened it said, or else the first record with one."),
        column("state", WORD, "The vendor's state; null where nothing opened it."),
        column("core_state", WORD, "The core state that it refines."),
        column("severity", WORD, "Its severity, if it has one."),
        column("queue", WORD, "The queue it is routed to, if any."),
        always("level", NUMBER, "Its level of escalation, from 1."),
        column("opened_at", INSTANT, "When it was opened."),
        column("closed_at", INSTANT, "When it came into its closed state, if it is in one."),
        always("events", NUMBER, "How many records there are of it, refused ones included."),
        always("assumptions", NAMES, "Every assumption that something in its verdict rests on."),
        column("journal", TEXT, "On demand: the last link of the chain over its records, `sha256:…`."),
    ),
)
CLOCKS: Final = _table(
    "commitments",
    "A row for each clock whose target is known: one run of a commitment.",
    (
        _TICKET,
        _CUSTOMER,
        always("commitment", WORD, "The commitment.", key="id"),
        always("cycle", NUMBER, "Which run it is on this ticket, from 1."),
        always("status", WORD, "`running`, `paused`, `upheld`, `breached`, `cancelled` or `excused`."),
        column("severity", WORD, "The severity at which its target was fixed."),
        always("started_at", INSTANT, "The instant of what started it, also in closed time."),
        always("counted_from", INSTANT, "From when its time counts: its start, unless a change counted it anew."),
        column("due_at", INSTANT, "When it falls due; null while paused, for best effort and for unknown dates."),
        column("stopped_at", INSTANT, "When it was stopped, or the date that its stop carried."),
        always("calendar", WORD, "The calendar that it counted on, or `always`."),
        always("target", WORD, "The time allowed, as the policy writes it: `1h`, `next-release`."),
        column("target_s", SECONDS, "The opening seconds allowed, where the target is an amount of them."),
        always("used_s", SECONDS, "Opening seconds used, pauses left out."),
        always("paused_s", SECONDS, "Opening seconds paused."),
        column("remaining_s", SECONDS, "Opening seconds left; 0 where it is over, null without a due instant."),
        always("overrun_s", SECONDS, "Opening seconds beyond its due instant."),
        *_GROUNDS,
    ),
)
MOVES: Final = _table(
    "moves",
    "A row for each move from one state to another.",
    (
        _TICKET,
        _SEQ,
        always("happened_at", INSTANT, "When; a timer moves at its own due instant.", key="at"),
        column("from_state", WORD, "The state left; null where the ticket was opened.", key="from"),
        always("to_state", WORD, "The state entered.", key="to"),
        column("transition", WORD, "The transition taken; null for a timer, and where not exactly one leads there."),
        column("timer", WORD, "The timer that moved it."),
        *_GROUNDS,
    ),
)
REFUSED: Final = _table("refused", "A row for each record that was refused.", _TOLD)
FLAGS: Final = _table("flags", "A row for each thing that was accepted against a clause.", _TOLD)
CHARGES: Final = _table(
    "charges",
    "A row for each thing that was billed.",
    (
        _TICKET,
        column("customer", WORD, "Whose account it is in: of the ticket's customer, or of the event's."),
        _SEQ,
        _AT,
        always("rule", WORD, "The charge of the policy."),
        always("account", WORD, "The account."),
        always("unit", WORD, "What it counts in: `min`, a currency, or what the things are called that it counts."),
        always("kind", WORD, "`hold`, `release`, `debit`, `reversal` or `waive`."),
        always("amount", AMOUNT, "Minor units of `unit`."),
        column("category", WORD, "The heading under which the statement shows it."),
        column("lacking_account", WORD, "Where this account pays what another lacks: that one.", key="lacking.account"),
        column("lacking_amount", AMOUNT, "And how much, in its own minor units.", key="lacking.amount"),
        column("pieces", PIECES, "Of work with an interval: its parts in the order of time, `until_at` not included."),
        *_GROUNDS,
    ),
)
EFFECTS: Final = _table(
    "effects",
    "A row for each thing that the host was asked to do.",
    (
        _TICKET,
        _SEQ,
        _AT,
        always("kind", WORD, "`notify`, `route`, `create-ticket` or `request`."),
        column("addressed_to", WORD, "Whom or where: a role, a level, a queue.", key="to"),
        always("about", WORD, "The text."),
        column("timer", WORD, "The timer that asked for it."),
        column("commitment", WORD, "The commitment that it warns of."),
        column("cycle", NUMBER, "Its cycle."),
        column("count", NUMBER, "How many tickets to create."),
        *_GROUNDS,
    ),
)
TIMERS: Final = _table(
    "timers",
    "A row for each run of a timer that fell due or still waits.",
    (
        _TICKET,
        always("timer", WORD, "The timer.", key="id"),
        always("due_at", INSTANT, "When it is due."),
        column("observed_at", INSTANT, "When it fired, or its move was observed; null where it waits, or never was."),
    ),
)
NONCONFORMING: Final = _table(
    "nonconforming",
    "In audit mode: a row for each move observed that no transition and no timer leads to.",
    (
        _TICKET,
        _SEQ,
        _AT,
        always("from_state", WORD, "The state left.", key="from"),
        always("to_state", WORD, "The state observed.", key="to"),
        always("possible", NAMES, "The events that would have been possible, with blanks between them."),
    ),
)
REMEDIES: Final = _table(
    "remedies",
    "A row for what each breached clock costs the vendor.",
    (
        _TICKET,
        _CUSTOMER,
        always("remedy", WORD, "The remedy.", key="id"),
        always("commitment", WORD, "The commitment that was broken."),
        always("cycle", NUMBER, "Which of its clocks."),
        always("status", WORD, "`accruing`, `booked`, `claimable`, `lapsed` or `unpriced`."),
        always("breached_at", INSTANT, "When the clock fell due."),
        column("booked_at", INSTANT, "When it was booked."),
        column("claim_until", INSTANT, "The last second at which the customer could ask for it, where he has to."),
        always("account", WORD, "The account."),
        always("unit", WORD, "What it counts in: `min`, or a currency."),
        column("units", AMOUNT, "How many units of the overrun counted, where the amount is for each."),
        column("amount", AMOUNT, "Minor units of `unit`, after all caps."),
        always("capped", AMOUNT, "What the caps took of it."),
        *_GROUNDS,
    ),
)
OWED: Final = _table(
    "/remedies",
    "A row for what is owed by each remedy to each customer for each period, in minor units of `unit`.",
    (
        always("remedy", WORD, "The remedy.", key="id"),
        column("customer", WORD, "The customer."),
        always("period", WORD, "The month of the breaches, or the period broken: `2026-03`, `2026-Q1`, `2026`."),
        always("account", WORD, "The account."),
        always("unit", WORD, "What it counts in."),
        always("breaches", NUMBER, "How many breaches it answers."),
        column("share", TEXT, "The share that was reached, of an objective or an availability."),
        always("booked", AMOUNT, "What is owed."),
        always("accruing", AMOUNT, "What would be owed as of now, and may still grow."),
        always("claimable", AMOUNT, "What the customer may still ask for."),
        always("lapsed", AMOUNT, "What he has not asked for in time."),
        always("capped", AMOUNT, "What caps took."),
        always("unpriced", NUMBER, "How many breaches have no amount, since nothing says how much."),
        *_GROUNDS,
    ),
)
AVAILABILITY: Final = _table(
    "/availability",
    "A row for each promise over time, customer and period.",
    (
        always("availability", WORD, "The availability.", key="id"),
        column("customer", WORD, "The customer."),
        always("period", WORD, "`2026-03`, `2026-Q1` or `2026`."),
        always("promised_s", SECONDS, "The opening seconds for which it was promised, up to as-of."),
        always("down_s", SECONDS, "How many of them the service was down."),
        always("excused_s", SECONDS, "The opening seconds that were taken out of the promise."),
        column("share", TEXT, "The share reached, rounded down to a thousandth of a per cent."),
        always("promised", TEXT, "The share promised."),
        column("status", WORD, "`upheld`, `breached`, `open` while it lasts; null where nothing was promised."),
    ),
)
BALANCES: Final = _table(
    "/balances",
    "A row for each account of each customer as of the end, in minor units.",
    (
        always("customer", WORD, "The customer."),
        always("account", WORD, "The account."),
        always("available", AMOUNT, "What can be used."),
        always("held", AMOUNT, "What is set aside."),
        always("overdrawn", AMOUNT, "What was used beyond the balance."),
        always("consumed", AMOUNT, "What was used."),
        always("expired", AMOUNT, "What ran out unused."),
    ),
)

TABLES: Final[Mapping[str, pa.Schema]] = {
    "tickets": TICKETS,
    "clocks": CLOCKS,
    "moves": MOVES,
    "refused": REFUSED,
    "flags": FLAGS,
    "charges": CHARGES,
    "effects": EFFECTS,
    "timers": TIMERS,
    "nonconforming": NONCONFORMING,
    "remedies": REMEDIES,
    "owed": OWED,
    "availability": AVAILABILITY,
    "balances": BALANCES,
}
"""Every table by its name, with what it ``says`` and the key whose rows it holds (``of``): those of a ticket, or with
``/`` before it of the summary. All of them are always there, if without rows. Rows stand in the order of a verdict:
tickets by their ids, and then as their lists are."""


def schemas_for(policy: Policy) -> dict[str, pa.Schema]:
    """The same for one policy, whose facts are columns of ``tickets``, in the order of their declaration."""
    found = dict(TABLES)
    facts = (each for each in fact_domains(policy).items() if each[0] not in ("severity", "queue"))
    columns = [
        column(f"{FACT}{name}", fact_type(domain), f"The fact `{name}`.", key=f"facts.{name}") for name, domain in facts
    ]
    found["tickets"] = pa.schema([*TICKETS, *columns], TICKETS.metadata)
    return found


def fact_type(domain: Domain) -> pa.DataType:
    """What a column holds whose values are of a domain; a set of values is a list of texts, in the verdict's order."""
    if isinstance(domain, Many):
        return TEXTS
    if isinstance(domain, Boolean):
        return pa.bool_()
    if isinstance(domain, Integer):
        return pa.int64()
    if isinstance(domain, Instant):
        return INSTANT
    return WORD if isinstance(domain, OneOf) else TEXT
