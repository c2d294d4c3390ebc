"""``upheld desk due``: what time does next."""

from __future__ import annotations

import click

from upheld.cli.desk.address import db_option, opened
from upheld.cli.failure import one_line
from upheld.cli.misuse import Command, Number
from upheld.cli.output import style_option
from upheld.core.record.json_text import json_text
from upheld.core.record.ticket import Limit
from upheld.core.time.instant import seconds_of, text_of


@click.command(cls=Command)
@db_option
@click.option("--until", metavar="INSTANT", help="Only what is due up to this instant.  [default: whatever is next]")
@click.option(
    "--limit", type=Number(min=1), metavar="N", default=100, show_default=True, help="At most so many tickets."
)
@style_option("text", "json")
def command(url: str, until: str | None, limit: int, style: str) -> None:
    """Tell to which tickets time does something next.

    For each ticket, the earliest first, when that is, and when its timers fire and its clocks
    fall due. `upheld desk work` does it once the time has come.

    \b
    Exit status: 0 done, 2 misuse, or the database cannot be used.
    Example: upheld desk due --db sqlite:///desk.db --limit 20
    """
    with opened(url) as desk:
        found = desk.due(until, limit)
    if style == "json":
        told = [each.as_document() for each in found]
        click.echo(json_text(told, indent=2))
        return
    for each in found:
        limits = "; ".join(f"{_told(limit)} {text_of(seconds_of(limit.at))}" for limit in each.limits)
        click.echo(one_line(f"{text_of(seconds_of(each.at))}  {each.ticket}{f'  ({limits})' if limits else ''}"))
    if not found:
        click.echo("nothing is due")


def _told(limit: Limit) -> str:
    return f"{'timer' if limit.kind == 'timer' else 'promise'} `{limit.id}`"
