"""``upheld desk export`` and ``upheld desk import``: a desk as a history, and a history taken into a desk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from upheld.cli.desk.address import counted, db_option, kept_policy, opened, version_option
from upheld.cli.desk.stop import Stop, Stopped
from upheld.cli.failure import INTERRUPTED
from upheld.cli.history.history import HistoryOptions
from upheld.cli.history.options import file_options
from upheld.cli.lazy_group import without_collector
from upheld.cli.misuse import Command, Number
from upheld.cli.output import progress
from upheld.core.errors import KeyConflict, UpheldError
from upheld.core.record.event import Event
from upheld.history.reading import Progress
from upheld.replaying import instant_s

people_option = click.option(
    "--without-people", is_flag=True, help="Write tokens instead of who acted, as the journal has them."
)


@click.command(cls=Command)
@click.argument("file", default="-")
@db_option
@version_option
@people_option
@click.option(
    "--accounts", metavar="FILE", help="Also write what charged tickets that left have left on accounts into this file."
)
def export(file: str, url: str, version: str, without_people: bool, accounts: str | None) -> None:
    """Write the desk as a history that `upheld replay` reads.

    JSON Lines into FILE, which is there whole or not at all, or to standard output: every
    record of the tickets of one policy in the order in which it counts, refused ones too. A
    replay of it says what the desk says. Without people its journal has the desk's own chain.
    Once charged tickets have left by `upheld desk retain`, a replay needs their accounts too.

    \b
    Exit status: 0 done, 2 the file cannot be written, or the database cannot be used.
    Example: upheld desk export history.jsonl --db sqlite:///desk.db
    """
    with opened(url) as desk, progress("exporting") as tell:
        digest, number = kept_policy(desk, version), desk.status().records
        if accounts is None and (left := desk.accounts(people=not without_people)):
            told = f"charged tickets of {counted(len(left), 'customer')} have left this desk"
            click.echo(f"{told}: `--accounts FILE` writes what they left on accounts, for a replay", err=True)

        into = sys.stdout if file == "-" else file
        beside = sys.stdout if accounts == "-" else accounts
        far = None if tell is None else partial(_tell, tell, number)
        done = desk.export(into, digest, people=not without_people, accounts=beside, on_progress=far)
    if file != "-":
        click.echo(f"wrote {counted(done, 'record')}", err=accounts == "-")


def _tell(tell: Progress, number: int, done: int) -> None:
    tell(done, number)


@click.command(cls=Command)
@file_options
@db_option
@click.option("--name", metavar="NAME", help="What the history is called.  [default: the names of its files]")
@click.option("--until", metavar="INSTANT", help="Up to when time was told elsewhere.  [default: the last record]")
@click.option(
    "--batch",
    type=Number(1, 10_000),
    metavar="N",
    default=200,
    show_default=True,
    help="Records of one transaction.",
)
@click.pass_context
def import_history(
    context: click.Context, asked: HistoryOptions, url: str, name: str | None, until: str | None, batch: int
) -> None:
    """Take HISTORY into the desk, and tell nobody of it.

    HISTORY is whatever `upheld replay` reads. Its records are decided in their order and kept;
    what they ask for, and what time does up to the last of them, was told elsewhere. The
    same history, by its name, goes on where it stopped when it is imported again.

    \b
    Exit status: 0 done, 2 a record cannot be read, another history of this name was imported
    before, or the database cannot be used; 130 a signal ended it between two transactions.
    Example: upheld desk import old.jsonl --db sqlite:///desk.db
    """
    if until is not None:
        instant_s(until, "until")  # told before anything is done
    called = name or ",".join("stdin" if each == "-" else Path(each).name for each in asked.histories)
    seen, kept = 0, 0
    with opened(url) as desk, Stop() as stop, without_collector():
        history = asked.read_by(desk.policy())
        history.meaning = "the others were imported"

        def events() -> Iterator[Event]:
            """The events, a signal held back while those before are written."""
            nonlocal seen
            for event in history.events():
                seen += 1
                with stop.held():
                    yield event

        before = desk.status().records
        try:
            kept = desk.load(events(), name=called, batch=batch, until=until)
        except KeyConflict as error:
            told = f"another history was imported as `{called}`: give this one another `--name`"
            raise KeyConflict(f"{told} ({error})") from None
        except (Stopped, UpheldError) as error:
            if new := desk.status().records - before:
                click.echo(f"so far {counted(new, 'new record')}; import the same again to go on", err=True)
            if isinstance(error, Stopped):
                click.echo("stopped", err=True)
                context.exit(INTERRUPTED)
            raise
    click.echo(f"{counted(seen, 'record')}, {kept:,} of them new")
