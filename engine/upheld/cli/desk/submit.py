"""``upheld desk submit``: the records of a file, or of a pipe, decided and kept, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from upheld.cli.desk.address import counted, db_option, opened
from upheld.cli.desk.keyed import live_records, taken, with_keys
from upheld.cli.desk.stop import Stop, Stopped
from upheld.cli.failure import DONE, INTERRUPTED, one_line
from upheld.cli.history.history import HistoryOptions
from upheld.cli.history.options import file_options
from upheld.cli.lazy_group import without_collector
from upheld.cli.misuse import Choice, Command, Number
from upheld.cli.output import style_option
from upheld.core.errors import KeyConflict, RecordError, TicketError, UpheldError
from upheld.core.nearest import quoted
from upheld.core.record.event import Event
from upheld.core.record.json_text import json_text

if TYPE_CHECKING:
    from upheld.desk import Desk
    from upheld.desk.intake.sent import Answer, Late

Sent = tuple[Event, Any]
"""An event with its key, or with `Desk.content`."""


@dataclass
class Tally:
    """What became of the records so far."""

    records: int = 0
    accepted: int = 0
    repeated: int = 0
    inserted: int = 0
    conflicts: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def take(self, answer: Answer) -> None:
        """Count one more."""
        self.records += 1
        if answer.repeated:
            self.repeated += 1
        elif answer.code is None:
            self.accepted += 1
            self.inserted += bool(answer.changes)
        else:
            self.refused[answer.code] += 1

    def text(self) -> str:
        """All of it, a line."""
        codes = ", ".join(f"{number:,} {code}" for code, number in sorted(self.refused.items()))
        told = [f"{self.accepted:,} accepted"]
        told += [f"{self.inserted:,} of them late"] if self.inserted else []
        told += [f"{self.refused.total():,} refused ({codes})"] if codes else []
        told += [f"{self.repeated:,} that came before"] if self.repeated else []
        told += [f"{self.conflicts:,} left out"] if self.conflicts else []
        return f"{counted(self.records, 'record')}: {', '.join(told)}"


@click.command(cls=Command)
@file_options
@db_option
@click.option(
    "--key-column", metavar="NAME", help="The column that holds each record's key.  [default: the record itself]"
)
@click.option("--source", default="", metavar="NAME", help="Who gives the keys: each source has keys of its own.")
@click.option(
    "--late",
    type=Choice(["refuse", "insert"]),
    default="refuse",
    show_default=True,
    help="What becomes of a record that comes after later ones of its ticket: refused, or put in its place.",
)
@click.option(
    "--batch",
    type=Number(1, 10_000),
    metavar="N",
    default=100,
    show_default=True,
    help="Records of one transaction.",
)
@click.option("--live", is_flag=True, help="Answer each line of standard input, a record as JSON, before the next.")
@style_option("text", "jsonl", "json", meant="How many of each; the answer to each, a line; or how many, for programs.")
@click.pass_context
def command(
    context: click.Context,
    asked: HistoryOptions,
    url: str,
    key_column: str | None,
    source: str,
    late: Late,
    batch: int,
    live: bool,
    style: str,
) -> None:
    """Decide and keep the records of HISTORY, each once.

    HISTORY is whatever `upheld replay` reads, `-` for standard input, with `--map` exports of
    another tool. A refused record is an answer: it is kept, and counted. Each record counts
    once, by its key; without `--key-column` the same record twice is one. So whatever
    ended it - a signal, a kill, a full disk - run it again: it goes on with what was not done.
    Standard input is read in blocks; with `--live` it is a pipe that lasts, line by line.

    \b
    Exit status: 0 each record was answered, 2 one cannot be read or its key is of another
    record, or the database cannot be used; 130 a signal ended it between two transactions.
    Example: upheld desk submit events.jsonl --db sqlite:///desk.db
    """
    tally = Tally()
    quiet = nullcontext() if live else without_collector()  # a pipe that lasts may meet errors for years
    with opened(url) as desk, Stop() as stop, quiet:
        records, skipped = _records(asked, desk, key_column, live=live)
        sent = ((event, desk.content if key is None else key) for event, key in records)
        batch = 1 if live else batch
        try:
            while some := [*islice(sent, batch)]:
                with stop.held():
                    for answer in _answers(desk, some, source, late, tally, skips=asked.skip_bad):
                        tally.take(answer)
                        if style == "jsonl":
                            click.echo(json_text(_document(answer)))
        except Stopped:
            click.echo(f"stopped; {_so_far(tally)}", err=True)
            context.exit(INTERRUPTED)
        except UpheldError:
            if tally.records:
                click.echo(_so_far(tally), err=True)
            raise
    if style == "json":
        told = {name: getattr(tally, name) for name in ("records", "accepted", "inserted", "repeated", "conflicts")}
        told |= {"refused": dict(sorted(tally.refused.items())), "skipped": skipped()}
        click.echo(json_text(told, indent=2))
    else:
        click.echo(tally.text(), err=style == "jsonl")
    context.exit(DONE)


def _records(
    asked: HistoryOptions, desk: Desk, key_column: str | None, *, live: bool
) -> tuple[Iterator[tuple[Event, str | None]], Callable[[], int]]:
    """The records, each with its key; and what tells how many were left out."""
    if live:
        return _live(asked, key_column)
    history = asked.read_by(desk.policy())
    history.meaning = "the others were submitted"
    if key_column is None:
        return ((event, None) for event in history.events()), lambda: history.skipped
    history = with_keys(history, key_column)
    return (taken(event) for event in history.events()), lambda: history.skipped


def _live(
    asked: HistoryOptions, key_column: str | None
) -> tuple[Iterator[tuple[Event, str | None]], Callable[[], int]]:
    if asked.histories != ("-",) or asked.map_file is not None:
        raise click.UsageError("`--live` reads records from standard input: write `-` for HISTORY, and no `--map`")
    left_out: list[str] = []

    def records() -> Iterator[tuple[Event, str | None]]:
        for each in live_records(key_column, skips=asked.skip_bad):
            if isinstance(each, str):
                left_out.append(each)
                click.echo(one_line(f"skipped: {each}"), err=True)
            else:
                yield each

    return records(), lambda: len(left_out)


def _so_far(tally: Tally) -> str:
    return f"so far {tally.text()}; run the same again: what was done counts once"


def _answers(
    desk: Desk, sent: Sequence[Sent], source: str, late: Late, tally: Tally, *, skips: bool
) -> Iterable[Answer]:
    """The answers to a batch; where one record spoils it, to each by itself.

    Raises: UpheldError with the number of the record that spoils it, unless such are left out.
    """
    try:
        return desk.submit_many(sent, source=source, late=late)
    except (KeyConflict, RecordError, TicketError):
        return _one_by_one(desk, sent, source, late, tally, skips=skips)


def _one_by_one(
    desk: Desk, sent: Sequence[Sent], source: str, late: Late, tally: Tally, *, skips: bool
) -> Iterator[Answer]:
    for each in sent:
        try:
            yield desk.submit_many([each], source=source, late=late)[0]
        except (KeyConflict, RecordError, TicketError) as error:
            place = f"record {tally.records + tally.conflicts + 1}, of ticket {quoted(each[0].ticket)}"
            if not skips:
                raise RecordError([f"{place}: {error} (`--skip-bad` leaves such records out)"]) from None
            tally.conflicts += 1
            click.echo(one_line(f"skipped: {place}: {error}"), err=True)


def _document(answer: Answer) -> dict[str, Any]:
    told = {"ticket": answer.ticket, "seq": answer.seq, "accepted": answer.accepted, "code": answer.code}
    return {**told, "repeated": answer.repeated, "changes": [*answer.changes]}
