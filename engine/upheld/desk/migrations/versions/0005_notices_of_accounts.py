"""Notices of accounts, which time alone brings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Say of accounts when they are told of, and of messages whose accounts they tell of."""
    op.add_column("upheld_accounts", sa.Column("told_s", sa.BigInteger(), nullable=True))
    op.add_column("upheld_accounts", sa.Column("due_s", sa.BigInteger(), nullable=True))
    op.add_column("upheld_messages", sa.Column("customer", sa.Text(), nullable=True))
    op.create_index("ix_upheld_accounts_due_s", "upheld_accounts", ["due_s"], **_where("due_s IS NOT NULL"))
    op.create_index("ix_upheld_messages_customer", "upheld_messages", ["customer"], **_where("customer IS NOT NULL"))
    op.execute("UPDATE upheld_accounts SET due_s = 0")  # who lets time pass looks at all of them once


def _where(condition: str) -> dict[str, Any]:
    return {name: sa.text(condition) for name in ("sqlite_where", "postgresql_where")}
