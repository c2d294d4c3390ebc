"""``upheld desk webhook receive | sources | forget``: the trackers that tell a desk."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from upheld.cli.desk.address import counted, db_option, opened
from upheld.cli.failure import one_line
from upheld.cli.misuse import Choice, Command
from upheld.cli.output import style_option
from upheld.core.record.json_text import json_text
from upheld.desk.webhooks.sources import TRACKERS


@click.command(cls=Command)
@click.argument("tracker", type=Choice(TRACKERS), metavar="TRACKER")
@click.argument("source")
@db_option
@click.option("--map", "map_file", required=True, metavar="FILE", help="What its fields and words mean.")
@click.option(
    "--secret-file", required=True, metavar="FILE", help="What it signs by, alone in a file; `-` for standard input."
)
def receive(tracker: str, source: str, url: str, map_file: str, secret_file: str) -> None:
    """Take the events of a tracker, by a mapping.

    TRACKER is `jira` or `zendesk`. SOURCE names it: it sends to `/v1/webhooks/TRACKER/SOURCE`
    of `upheld serve`. FILE is a mapping for its exports whose rows become events, each by
    itself. The same SOURCE again gives it another mapping and secret.

    \b
    Exit status: 0 done, 2 misuse, a mapping that cannot be used, or the database cannot be used.
    Example: upheld desk webhook receive jira support --map jira-live.yaml --secret-file secret.txt --db sqlite:///desk.db
    """
    mapping = Path(map_file).read_bytes()
    secret = sys.stdin.read() if secret_file == "-" else Path(secret_file).read_text(encoding="utf-8")
    with opened(url) as desk:
        desk.webhooks.sources.put(source, tracker, mapping, secret.strip(), desk.policy(), file=map_file)
    click.echo(f"it sends to /v1/webhooks/{tracker}/{source}")


@click.command(cls=Command)
@db_option
@style_option("text", "json")
def sources(url: str, style: str) -> None:
    """List the trackers whose events are taken.

    \b
    Exit status: 0 done, 2 misuse, or the database cannot be used.
    Example: upheld desk webhook sources --db sqlite:///desk.db
    """
    with opened(url) as desk:
        found = [{"source": each.name, "tracker": each.tracker} for each in desk.webhooks.sources.list()]
    if style == "json":
        click.echo(json_text(found, indent=2))
        return
    for each in found:
        click.echo(one_line(f"{each['source']}  {each['tracker']}"))
    click.echo(counted(len(found), "source"), err=True)


@click.command(cls=Command)
@click.argument("source")
@db_option
def forget(source: str, url: str) -> None:
    """Take the events of SOURCE no more.

    \b
    Exit status: 0 done, 2 misuse, or the database cannot be used.
    Example: upheld desk webhook forget support --db sqlite:///desk.db
    """
    with opened(url) as desk:
        desk.webhooks.sources.remove(source)
    click.echo("forgotten")
