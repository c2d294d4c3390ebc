"""``upheld desk init`` and ``upheld desk upgrade``: the tables of a desk, made and brought up to date."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from upheld.cli.desk.address import db_option, named
from upheld.cli.failure import one_line
from upheld.cli.misuse import Command
from upheld.core.errors import DeskError
from upheld.core.nearest import quoted
from upheld.loader.contracts import load_contracts
from upheld.loading import load_policy


@click.command(cls=Command)
@db_option
@click.option("--policy", required=True, metavar="POLICY", help="The policy to go by: an installed one, or a file.")
@click.option("--contracts", metavar="FILE", help="What customers have signed, and the releases.")
def command(url: str, policy: str, contracts: str | None) -> None:
    """Make the tables of a desk, and put POLICY in force.

    Where there is a desk by this policy already, nothing is done, so that it may stand in a
    script that runs each time. Another policy is put in force by `upheld desk adopt`. A
    database may hold other tables too: those of a desk begin with `upheld_`.

    \b
    Exit status: 0 done, 2 the database or the policy cannot be used, or the desk goes by another one.
    Example: upheld desk init --db sqlite:///desk.db --policy policy.yaml
    """
    from upheld.desk import Desk
    from upheld.desk.migrations.upgrade import version_of
    from upheld.desk.storage.database import Database

    chosen = load_policy(policy)
    signed = load_contracts(Path(contracts), chosen) if contracts is not None else None
    with closing(Database(url)) as database:
        is_new, name = database.read(version_of) is None, database.name
    with closing(Desk.open(url, policy=chosen, contracts=signed, upgrade=is_new)):
        told = "made the desk in" if is_new else "there is a desk already in"
        click.echo(one_line(f"{told} {name}: it goes by {named(chosen)}"))


@click.command(cls=Command)
@db_option
def upgrade(url: str) -> None:
    """Bring the tables up to date.

    Make a copy of the database first, and stop what still runs by the old release: there
    is no way back but the copy. It is one transaction: all of it is done, or nothing.

    \b
    Exit status: 0 done, or there was nothing to do, 2 the database cannot be used.
    Example: upheld desk upgrade --db sqlite:///desk.db
    """
    from upheld.desk.migrations.upgrade import upgrade, version_of
    from upheld.desk.storage.database import Database

    with closing(Database(url)) as database:
        before = None if database.is_missing else database.read(version_of)
        if before is None:
            raise DeskError(f"there is no desk in {quoted(database.name)}: `upheld desk init` makes one")
        upgrade(database)
        after = database.read(version_of) or ""
        told = "are up to date already" if after == before else f"are of version {int(after)} now, after {int(before)}"
        click.echo(one_line(f"the tables of {database.name} {told}"))
