"""``upheld queue``: which ticket to handle first."""

from __future__ import annotations

import click

from upheld.cli.history.history import HistoryOptions
from upheld.cli.history.options import options_at
from upheld.cli.misuse import Command
from upheld.cli.output import language_option, style_option, view_of, written, zone_option
from upheld.core.record.json_text import json_text
from upheld.core.time.instant import instant_of
from upheld.replaying import queued_tickets
from upheld.show.policy.head import incomplete
from upheld.show.ticket.worklist import worklist


@click.command(cls=Command)
@options_at
@language_option
@zone_option
@style_option("text", "json")
def command(asked: HistoryOptions, lang: str | None, zone: str | None, style: str) -> None:
    """Tell in which order to handle the waiting tickets of HISTORY.

    The order is that of the policy's queue; each ticket says which line of it puts it
    after the one before, with its clauses, and which promise falls due next. What is
    resolved or closed does not wait.

    \b
    Exit status: 0 done, 2 unreadable input or misuse.
    Example: upheld queue history.jsonl --policy base --at 2026-03-02T09:00:00Z
    """
    assert asked.as_of_s is not None, "`--at` is required"
    history = asked.opened()
    found = queued_tickets(
        history.policy, history.events(), instant_of(asked.as_of_s), history.contracts, audit=history.audit
    )
    if style == "json":
        click.echo(json_text([each.as_document() for each in found], indent=2))
        return
    view = view_of(history.policy, lang, zone)
    page = incomplete(worklist(view, found, asked.as_of_s), view, history.skipped)
    click.echo(written(page), nl=False)
