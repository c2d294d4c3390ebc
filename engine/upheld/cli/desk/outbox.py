"""``upheld desk outbox``: what is to be delivered, and what was given up."""

from __future__ import annotations

import click

from upheld.cli.desk.address import counted, db_option, opened
from upheld.cli.failure import DONE, FOUND, one_line
from upheld.cli.misuse import Choice, Command, Number
from upheld.cli.output import style_option
from upheld.core.record.json_text import json_text
from upheld.core.time.instant import seconds_of, text_of
from upheld.desk.telling.outbox import DEAD, STATES, WAITING, Message


@click.command(cls=Command)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@db_option
@click.option("--state", "states", multiple=True, type=Choice(STATES), help="Only these.  [default: waiting and dead]")
@click.option("--ticket", metavar="ID", help="Only those of this ticket.")
@click.option("--limit", type=Number(min=1), metavar="N", default=100, show_default=True, help="At most so many.")
@click.option("--retry", is_flag=True, help="Try the dead messages of these IDs once more; without IDs all of them.")
@style_option("text", "jsonl", meant="For people, or each message as a receiver has it, with its state.")
@click.pass_context
def command(
    context: click.Context,
    ids: tuple[str, ...],
    url: str,
    states: tuple[str, ...],
    ticket: str | None,
    limit: int,
    retry: bool,
    style: str,
) -> None:
    """List what is to be delivered, or try dead messages again.

    In the order in which it was asked for: when, its state and tries, its ticket, what is asked
    of whom, and its id. A message is dead once it could not be delivered 16 times; the
    later ones of its ticket go on without it. `--retry` begins anew with it.

    \b
    Exit status: 0 done, 1 one of IDs is no dead message, 2 misuse, or the database cannot be used.
    Example: upheld desk outbox --state dead --retry --db sqlite:///desk.db
    """
    if ids and not retry:
        raise click.UsageError("give IDs with `--retry`, or name a ticket with `--ticket`", context)
    with opened(url) as desk:
        if retry:
            number = 0
            while wanted := [*ids] or [each.id for each, _ in desk.outbox.list((DEAD,), ticket, 500)]:
                number += desk.outbox.revive(wanted)
                if ids:
                    break
            click.echo(f"{counted(number, 'message')} will be tried again")
            context.exit(FOUND if number < len({*ids}) else DONE)
        found = desk.outbox.list(states or (WAITING, DEAD), ticket, limit)
    for message, state in found:
        document = {"state": state, **message.as_document()}
        click.echo(json_text(document) if style == "jsonl" else one_line(_line(message, state)))
    if style == "text":
        click.echo(f"{counted(len(found), 'message')}{' or more' if len(found) == limit else ''}", err=True)


def _line(message: Message, state: str) -> str:
    asked = message.document
    to, about = asked.get("to") or "", asked.get("about") or ""
    what = f"{asked['kind']}{f' to {to}' if to else ''}{f': {about}' if about else ''}"
    of = message.ticket or f"accounts of {message.customer or 'nobody'}"
    tries = f" after {counted(message.tries, 'try')}" if message.tries else ""
    return f"{text_of(seconds_of(message.at))}  {state}{tries}  {of}  {what}  ({message.id})"
