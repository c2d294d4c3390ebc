"""``upheld desk erase``: a person forgotten."""

from __future__ import annotations

import click

from upheld.cli.desk.address import counted, db_option, opened
from upheld.cli.misuse import Command


@click.command(cls=Command)
@click.argument("person")
@db_option
def command(person: str, url: str) -> None:
    """Forget PERSON: a token stands for the name from now on.

    PERSON is who acted, as records say it after the role: `kim` of `agent:kim`. The tickets
    that name the person are decided anew; the journal and its chain stay as they are. It
    reaches no field of a record, no customer's name, no key, nothing that was exported or
    retained by name, and no backup. There is no way back.

    \b
    Exit status: 0 done, or nobody of this name acted, 2 misuse, or the database cannot be used.
    Example: upheld desk erase kim --db sqlite:///desk.db
    """
    with opened(url) as desk:
        number = desk.erase(person)
    click.echo(f"forgotten: {counted(number, 'ticket')} named the person" if number else "nobody of this name acted")
