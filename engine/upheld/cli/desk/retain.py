"""``upheld desk retain`` and ``close``: what is over is written into files and taken out, and statements are out."""

from __future__ import annotations

import calendar
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click

from upheld.cli.desk.address import counted, db_option, opened
from upheld.cli.desk.histories import people_option
from upheld.cli.failure import one_line
from upheld.cli.misuse import Command, Number
from upheld.cli.output import progress, style_option
from upheld.core.record.json_text import json_text
from upheld.core.time.duration import parse_duration
from upheld.core.time.instant import seconds_of, text_of
from upheld.desk.retention import MOST, Retained

REASONS = {
    "charged": "were charged, and not all of it is on a statement that is closed: `upheld desk close` says so",
    "held-back": "were charged after a ticket of the same customer that stays",
    "credits": "may owe credits for a broken promise, or count in a share that does",
    "due": "have something due: `upheld desk work` does it",
    "message": "have a message that was not delivered: `upheld desk outbox` lists it",
}


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", required=False)
@db_option
@click.option("--older-than", "age", metavar="AGE", help="Those whose last record is older: `18mo`, `2y`, `400d`.")
@click.option("--before", metavar="INSTANT", help="The same, by the instant before which that record lies.")
@click.option(
    "--most",
    type=Number(1, 1_000_000),
    metavar="N",
    default=MOST,
    show_default=True,
    help="At most so many tickets.",
)
@people_option
@click.option("--dry-run", is_flag=True, help="Only tell what would leave; then DIR is not needed.")
@style_option("text", "json")
@click.pass_context
def command(
    context: click.Context,
    folder: str | None,
    url: str,
    age: str | None,
    before: str | None,
    most: int,
    without_people: bool,
    dry_run: bool,
    style: str,
) -> None:
    """Take tickets out that were closed long ago, into DIR.

    DIR is new; it gets a history for each policy, `acme@1.0.0.jsonl`, which `upheld replay`
    reads. The files are on the disk before anything is taken out, in one transaction. A
    ticket stays that was charged unless its statement is closed and no earlier charge stays,
    that has something due, or a message that was not delivered. A record that comes later for
    one that left is an error that names DIR.

    
    Exit status: 0 done, 2 misuse, DIR is there or cannot be written, or the database cannot be used.
    Example: upheld desk retain closed-2024 --older-than 18mo --db sqlite:///desk.db
    """
    if (age is None) == (before is None):
        raise click.UsageError("say how old with `--older-than 18mo`, or with `--before INSTANT`", context)
    if folder is None and not dry_run:
        raise click.UsageError("missing argument `DIR`: the new folder for what leaves (or give `--dry-run`)", context)
    earliest = before if age is None else text_of(seconds_of(_ago(age)))
    assert earliest is not None, "one of them is given"
    with opened(url) as desk, progress("looking") as tell:
        if dry_run or folder is None:
            found = desk.retention.look(earliest, most)
        else:
            found = desk.retention.run(folder, earliest, most, people=not without_people, on_progress=tell)
    if style == "json":
        click.echo(json_text({"before": earliest, **asdict(found)}, indent=2))
        return
    for line in _lines(found, folder or "", is_done=not dry_run):
        click.echo(one_line(line))


@click.command(cls=Command)
@click.argument("until", metavar="UNTIL")
@db_option
def close(until: str, url: str) -> None:
    """Say that statements up to UNTIL are out.

    Nothing that stands on a statement before that instant changes any more: a record that would
    change it is refused, or an error. Tickets whose charges all stand on them may leave by
    `upheld desk retain`. No statement is opened again.

    \b
    Exit status: 0 done, 2 UNTIL is no instant, or lies before what is closed, or the database cannot be used.
    Example: upheld desk close 2024-04-01T00:00+02:00 --db sqlite:///desk.db
    """
    with opened(url) as desk:
        desk.close_statements(until)
    click.echo(one_line(f"statements up to {until} are closed"))


def _lines(found: Retained, folder: str, *, is_done: bool) -> list[str]:
    verb = "left the desk" if is_done else "would leave the desk"
    lines = [f"{counted(found.tickets, 'ticket')} {verb}, with {counted(found.records, 'record')}"]
    place = f"{folder}/" if is_done else ""
    lines += [f"  {place}{name}: {counted(number, 'record')}" for name, number in found.files.items()]
    lines += [f"{counted(number, 'ticket')} as old stay, that {REASONS[why]}" for why, number in found.stay.items()]
    more = "there are more: run it again" if found.tickets else "there are more, which leave together: raise `--most`"
    return [*lines, *([more] if found.more else [])]


def _ago(age: str) -> datetime:
    """The instant that lies so long ago."""
    now = datetime.now(UTC)
    try:
        length = parse_duration(age)
        if length.is_business_day:
            raise ValueError(f"`{age}` has no date to begin on: write months, such as `18mo`, or days")
        if length.has_seconds:
            return now - timedelta(seconds=length.seconds)
        years, month = divmod(now.year * 12 + now.month - 1 - length.months, 12)
        return now.replace(year=years, month=month + 1, day=min(now.day, calendar.monthrange(years, month + 1)[1]))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--older-than") from None
