"""The first tables of a desk."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def where(condition: str) -> dict[str, Any]:
    """Of a partial index, in every dialect."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Make them."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("upheld_arrivals")))
    op.create_table(
        "upheld_changes",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_upheld_changes"),
    )
    op.create_table(
        "upheld_policies",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_upheld_policies"),
    )
    op.create_table(
        "upheld_contracts",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_upheld_contracts"),
    )
    op.create_table(
        "upheld_people",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_upheld_people"),
        sa.UniqueConstraint("person", name="uq_upheld_people_person"),
    )
    _tickets()
    _accounts()
    _messages()


def _tickets() -> None:
    op.create_table(
        "upheld_journal",
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("arrival", sa.BigInteger(), nullable=False),
        sa.Column("at_s", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("inserted", sa.Boolean(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("ticket", "seq", name="pk_upheld_journal"),
        sa.UniqueConstraint("arrival", name="uq_upheld_journal_arrival"),
    )
    op.create_index("ix_upheld_journal_customer", "upheld_journal", ["customer", "arrival"])
    op.create_index("ix_upheld_journal_inserted", "upheld_journal", ["ticket"], **where("inserted"))
    op.create_index("ix_upheld_journal_accepted", "upheld_journal", ["at_s"], **where("code IS NULL"))
    op.create_table(
        "upheld_tickets",
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("core", sa.Text(), nullable=True),
        sa.Column("standing", sa.Text(), nullable=True),
        sa.Column("ahead", sa.Text(), nullable=True),
        sa.Column("told_s", sa.BigInteger(), nullable=True),
        sa.Column("due_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("ticket", name="pk_upheld_tickets"),
    )
    op.create_index("ix_upheld_tickets_due_s", "upheld_tickets", ["due_s"], **where("due_s IS NOT NULL"))
    is_open = where("core IN ('open', 'qualified', 'workaround', 'in-fix')")
    op.create_index("ix_upheld_tickets_open", "upheld_tickets", ["ticket"], **is_open)


def _accounts() -> None:
    op.create_table(
        "upheld_accounts",
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("books", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("customer", name="pk_upheld_accounts"),
    )
    op.create_table(
        "upheld_entries",
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("customer", "account", "number", name="pk_upheld_entries"),
    )
    op.create_table(
        "upheld_keys",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", name="pk_upheld_keys"),
    )


def _messages() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "upheld_messages",
        sa.Column("position", number, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("at_s", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ahead", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_upheld_messages"),
        sa.UniqueConstraint("id", name="uq_upheld_messages_id"),
    )
    waiting = where("state = 'waiting'")
    op.create_index("ix_upheld_messages_next_s", "upheld_messages", ["next_s", "position"], **waiting)
    op.create_index("ix_upheld_messages_ticket", "upheld_messages", ["ticket", "position"])
