"""Migrations: how the tables of a desk came to be as they are, and the upgrade that brings older ones there.

`versions` import nothing of `upheld`: tables move on, migrations do not. `env` is what alembic runs.

May import: `storage` and the core's errors, in `upgrade` alone; alembic.
"""
