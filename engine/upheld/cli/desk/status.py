"""``upheld desk status``: how much there is, for who looks after it."""

from __future__ import annotations

import click

from upheld.cli.desk.address import counted, db_option, opened
from upheld.cli.failure import one_line
from upheld.cli.misuse import Command
from upheld.cli.output import style_option
from upheld.core.record.json_text import json_text
from upheld.core.time.instant import text_of


@click.command(cls=Command)
@db_option
@style_option("text", "json")
def command(url: str, style: str) -> None:
    """Tell how much there is in the desk.

    The policy in force, records, tickets, those that are not yet resolved, those to which
    time has something to do, and customers to whose accounts it has (many of them: no
    `upheld desk work` runs), and messages by their state (`dead`: they were given up, and
    `upheld desk outbox --retry` tries again).

    \b
    Exit status: 0 done, 2 the database cannot be used.
    Example: upheld desk status --db sqlite:///desk.db --format json
    """
    with opened(url) as desk:
        found = desk.status()
    if style == "json":
        document = {name: held for name, held in found._asdict().items() if not name.endswith("_s")}
        document |= {"due_since": _instant(found.due_since_s), "waiting_since": _instant(found.waiting_since_s)}
        click.echo(json_text(document, indent=2))
        return
    states = ", ".join(f"{number:,} {state}" for state, number in found.messages.items())
    lines = (
        ("policy", found.policy),
        ("records", f"{found.records:,}"),
        ("tickets", f"{found.tickets:,}, {found.open:,} not yet resolved"),
        ("due now", f"{counted(found.due, 'ticket')}{_since(found.due_since_s)}{_accounts(found.due_accounts)}"),
        ("messages", f"{states or 'none'}{_since(found.waiting_since_s)}"),
    )
    for name, told in lines:
        click.echo(one_line(f"{name:<10}{told}"))


def _accounts(number: int) -> str:
    return f"; accounts of {counted(number, 'customer')}" if number else ""


def _instant(at_s: int | None) -> str | None:
    return None if at_s is None else text_of(at_s)


def _since(at_s: int | None) -> str:
    return "" if at_s is None else f", the oldest since {text_of(at_s)}"
