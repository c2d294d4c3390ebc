"""``upheld desk verify`` and ``upheld desk rebuild``: the journal looked at, and all else written from it."""

from __future__ import annotations

import click

from upheld.cli.desk.address import counted, db_option, opened
from upheld.cli.failure import DONE, FOUND, one_line
from upheld.cli.misuse import Command
from upheld.cli.output import progress, style_option
from upheld.core.record.json_text import json_text
from upheld.desk.redecision.verification import MOST


@click.command(cls=Command)
@db_option
@style_option("text", "json")
@click.pass_context
def verify(context: click.Context, url: str, style: str) -> None:
    """Look at every record and its chain, and decide everything anew.

    Each difference is told with its ticket and record, the first hundred of them. It writes
    nothing, and others may work meanwhile. What it says that `rebuild` writes anew is only
    a cache; a record that is not as it was written was changed by hand: restore a copy.

    \b
    Exit status: 0 nothing differs, 1 something does, 2 the database cannot be used.
    Example: upheld desk verify --db sqlite:///desk.db
    """
    with opened(url) as desk:
        with progress("verifying") as tell:
            found = desk.verify(tell)
        records = desk.status().records
    if style == "json":
        told = [{"ticket": each.ticket or None, "seq": each.seq, "says": each.says} for each in found]
        click.echo(json_text({"records": records, "differences": told}, indent=2))
    else:
        for each in found:
            click.echo(one_line(str(each)))
        more = " or more" if len(found) == MOST else ""
        said = f"{counted(len(found), 'difference')}{more}" if found else "nothing differs"
        click.echo(f"{said} ({counted(records, 'record')})")
    context.exit(FOUND if found else DONE)


@click.command(cls=Command)
@db_option
def rebuild(url: str) -> None:
    """Write anew from the journal how tickets and accounts stand.

    One transaction, in which nobody else writes; keys, messages and the journal stay as they
    are. It is for what `upheld desk verify` calls a cache.

    \b
    Exit status: 0 done, 2 the journal cannot be decided anew, or the database cannot be used.
    Example: upheld desk rebuild --db sqlite:///desk.db
    """
    with opened(url) as desk, progress("rebuilding") as tell:
        number = desk.rebuild(tell)
    click.echo(f"wrote anew how {counted(number, 'ticket')} stand{'s' if number == 1 else ''}")
