"""Upgrades: bringing the tables of a database to the version that this release needs.

The migrations lie in the wheel. One transaction brings a database from any earlier version to this one, or leaves it
as it was. Who only wants to know asks `check`, which writes nothing and needs no alembic.

Source: DESIGN section 10; THREATS D05.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, inspect, text

from upheld.core.errors import NotUpgraded
from upheld.core.nearest import quoted
from upheld.desk.storage.database import Database

VERSIONS: Final = ("0001", "0002", "0003", "0004", "0005")
"""Every version of the tables, the one that this release needs last."""
VERSION_TABLE: Final = "upheld_version"


def version_of(rows: Connection) -> str | None:
    """The version of the tables that are there; ``None`` where there are none."""
    if not inspect(rows).has_table(VERSION_TABLE):
        return None
    found = rows.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
    return None if found is None else str(found)


def check(database: Database) -> None:
    """Raises: NotUpgraded, with what to run, where the tables are not those that this release needs."""
    found, needed = None if database.is_missing else database.read(version_of), VERSIONS[-1]
    if found == needed:
        return
    if found is None:
        raise NotUpgraded(f"there is no desk in {quoted(database.name)}: {_command('init')} makes one")
    told = f"the tables of {quoted(database.name)} are of version {int(found) if found.isdigit() else quoted(found)}"
    if found in VERSIONS:
        how = f"{_command('upgrade')} brings them up to date, after a copy"
        raise NotUpgraded(f"{told}, this release needs {int(needed)}: {how}")
    raise NotUpgraded(f"{told}, which is newer than this release knows ({int(needed)}): install a newer upheld")


def upgrade(database: Database) -> None:
    """Bring the tables up to date, which may be to make them.

    Raises: NotUpgraded for a database of a newer release; DeskError as the database says.
    """

    def work(rows: Connection) -> str | None:
        if not database.is_sqlite:  # one at a time; SQLite has one writer anyway
            rows.execute(text("SELECT pg_advisory_xact_lock(hashtext('upheld'))"))
        found = version_of(rows)
        if found != VERSIONS[-1] and (found is None or found in VERSIONS):
            _migrate(rows)
        return found

    database.transact(work)
    check(database)


def _migrate(rows: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "upheld.desk:migrations")
    config.attributes["connection"] = rows
    config.attributes["version_table"] = VERSION_TABLE
    command.upgrade(config, "head")


def _command(name: str) -> str:
    return f"`upheld desk {name}`, or `Desk.open(…, upgrade=True)`,"
