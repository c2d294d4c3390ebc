"""Webhooks: whom the desk tells, what waits for them, and who tells it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WAITING: dict[str, Any] = {name: sa.text("state = 'waiting'") for name in ("sqlite_where", "postgresql_where")}


def upgrade() -> None:
    """Make the tables of them."""
    op.create_table(
        "upheld_endpoints",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("is_local", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("earlier", sa.Text(), nullable=True),
        sa.Column("earlier_until_s", sa.BigInteger(), nullable=True),
        sa.Column("made_s", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_s", sa.BigInteger(), nullable=True),
        sa.Column("disabled_s", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("next_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_upheld_endpoints"),
    )
    op.create_table(
        "upheld_dispatches",
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_s", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("endpoint", "message", name="pk_upheld_dispatches"),
    )
    waiting = ["endpoint", "ticket", "position"]
    op.create_index("ix_upheld_dispatches_waiting", "upheld_dispatches", waiting, **WAITING)
    op.create_index("ix_upheld_dispatches_ticket", "upheld_dispatches", ["ticket"])
    op.create_table(
        "upheld_sources",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tracker", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("made_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_upheld_sources"),
    )
