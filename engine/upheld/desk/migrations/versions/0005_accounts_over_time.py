"""Accounts over time: notices that time alone brings, and what tickets that left have left on them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Say when accounts are told of, and of which a message tells; make a table of what is carried."""
    op.add_column("upheld_accounts", sa.Column("told_s", sa.BigInteger(), nullable=True))
    op.add_column("upheld_accounts", sa.Column("due_s", sa.BigInteger(), nullable=True))
    op.add_column("upheld_messages", sa.Column("customer", sa.Text(), nullable=True))
    op.create_index("ix_upheld_accounts_due_s", "upheld_accounts", ["due_s"], **_where("due_s IS NOT NULL"))
    op.create_index("ix_upheld_messages_customer", "upheld_messages", ["customer"], **_where("customer IS NOT NULL"))
    op.create_table(
        "upheld_carried",
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("accounts", sa.Text(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("customer", name="pk_upheld_carried"),
    )
    op.execute("UPDATE upheld_accounts SET due_s = 0")  # who lets time pass looks at all of them once


def _where(condition: str) -> dict[str, Any]:
    return {name: sa.text(condition) for name in ("sqlite_where", "postgresql_where")}
