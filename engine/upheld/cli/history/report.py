"""``upheld report``: what became of the promises of a history, as one HTML file to send."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from upheld.cli.history.beside import accounts_option, begun_with
from upheld.cli.history.history import History, HistoryOptions
from upheld.cli.history.options import history_options
from upheld.cli.history.replay import EXPLAINED
from upheld.cli.lazy_group import without_collector
from upheld.cli.misuse import Choice, Command, Number
from upheld.cli.output import language_option, spoken_by_engine
from upheld.core.record.event import Event
from upheld.core.replay.beside import Beside
from upheld.core.replay.replay import Replay
from upheld.engine import Engine
from upheld.explaining import stories
from upheld.history.event_record import by_ticket
from upheld.history.file import HistoryFiles
from upheld.history.spilled_logs import SpilledLogs
from upheld.replaying import instant_s
from upheld.report.files.whole_file import write_whole_file
from upheld.show import language_of
from upheld.show.words.view import View

if TYPE_CHECKING:
    from upheld.core.billing.accounts import Accounts
    from upheld.core.billing.statement import Statement
    from upheld.core.story.ticket_story import TicketStory
    from upheld.pages.register import Told
    from upheld.pages.report import HistoryFile, ReportedReplay

Row = Mapping[str, Any]

MOST_TOLD: Final = 50
"""Tickets told in full, unless somebody wants more or fewer of them."""
MOST_BALANCES: Final = 12
"""Customers whose balances are shown over time."""


@click.command(cls=Command)
@history_options
@click.option("-o", "--output", required=True, metavar="FILE", help="Write the report into this file; `-` prints it.")
@click.option(
    "--tickets",
    "told",
    type=Choice(["late", "all", "none"]),
    default="late",
    show_default=True,
    help="Which tickets to tell in full: those with a broken promise, the worst first, or all. All are listed.",
)
@click.option(
    "--most",
    type=Number(1),
    default=MOST_TOLD,
    show_default=True,
    metavar="N",
    help="Tell no more than so many tickets in full; the report says how many are not.",
)
@click.option("--anonymous", is_flag=True, help="Leave people out: who did something, what was typed, whose ticket.")
@click.option("--title", default="", metavar="TEXT", help="The title.  [default: what it is of]")
@click.option("--logo", metavar="FILE", help="A picture to stand at the top: PNG, JPEG or SVG.")
@accounts_option
@language_option
def command(
    asked: HistoryOptions,
    output: str,
    told: str,
    most: int,
    anonymous: bool,
    title: str,
    logo: str | None,
    accounts: str | None,
    lang: str | None,
) -> None:
    """Write a report of HISTORY as one HTML file to send.

    Promises and how much of them was upheld, month by month; when breaches arise, the
    worst of them, and the tickets they were on, each with its timeline and its story;
    balances, what is owed, and every assumption. The file needs no script and loads
    nothing; it prints on A4. The same input gives the same bytes.

    \b
    Exit status: 0 done, 2 unreadable input, misuse, or the file cannot be written.
    Example: upheld report history.jsonl --policy policy.yaml -o report.html
    """
    from upheld.pages.logo import logo_address
    from upheld.pages.report import report

    picture = logo_address(Path(logo)) if logo else ""
    history = asked.opened()
    history.on_page = True
    language = lang or language_of(history.policy)
    engine = Engine(history.policy, history.contracts, language=spoken_by_engine(lang), audit=history.audit)
    with without_collector():
        wanted = cast("Told", told), most
        view, run = _reported(engine, history, asked, language, wanted, accounts, anonymous=anonymous)
        text = report(view, engine.schedule, run, title, picture, f"upheld {version('upheld')}")
    if output == "-":
        click.echo(text, nl=False)
    else:
        write_whole_file(Path(output), text)


def _reported(
    engine: Engine,
    history: History,
    asked: HistoryOptions,
    language: str,
    wanted: tuple[Told, int],
    accounts: str | None,
    *,
    anonymous: bool,
) -> tuple[View, ReportedReplay]:
    """Decide the history, look at its figures, and then go through it once more for the tickets told in full."""
    from upheld.pages.figures import Gathering
    from upheld.pages.register import Register, numbered
    from upheld.pages.report import ReportedReplay

    again, seen = history.events_again, history.events()
    if not history.is_read_twice:
        kept = [*seen]
        again, seen = kept.__iter__, iter(kept)
    begun = begun_with(accounts)
    with SpilledLogs() as logs:
        run = Replay(engine, asked.as_of_s, logs=logs, beside=Beside(begun=begun))
        run.take_all(seen)
        if history.is_read_twice and run.has_late:
            run.look_again(again(), by_ticket)
        header, warnings = run.header(), run.warnings()
        as_of_s = None if header["as_of"] is None else instant_s(header["as_of"])
        register, gathering = Register(history.policy), Gathering(history.policy, engine.schedule, as_of_s)
        for verdict in run.verdicts():
            register.add(verdict)
            gathering.add(verdict)
        summary = {**run.summary(), "skipped": history.skipped, "reading": history.reading(), **history.rows()}
        balances = [*_balances(run, summary)]
    noticed = history.noticed()
    customers = {row["customer"] for row in (*summary["balances"], *summary.get("remedies", ()))}
    numbers = numbered(register.entries, sorted(each for each in customers if each)) if anonymous else {}
    view = View(history.policy, language, anonymous=anonymous, numbers=numbers)
    known = {kind for each in noticed for kind in EXPLAINED.get(each.kind, ())}
    return view, ReportedReplay(
        header,
        summary,
        register,
        gathering.figures(view, summary, balances),
        wanted[0],
        _stories(history, again, register.chosen(*wanted), header["as_of"], language, begun),
        tuple(each for each in warnings if each.kind not in known),
        tuple(noticed),
        tuple(_files(history, accounts)),
    )


def _balances(run: Replay, summary: Row) -> Iterator[Statement]:
    """The accounts of the first customers that have any, from their first entry on."""
    for customer in [*dict.fromkeys(row["customer"] for row in summary["balances"])][:MOST_BALANCES]:
        yield from run.statements(customer)


def _stories(
    history: History,
    again: Callable[[], Iterable[Event]],
    tickets: Sequence[str],
    as_of: str | None,
    language: str,
    begun: Sequence[Accounts],
) -> dict[str, TicketStory]:
    """The stories of these tickets, in this order; nothing is read for none."""
    if not tickets:
        return {}
    terms = history.policy, again(), tickets, history.contracts
    return stories(*terms, as_of, history.audit, spoken_by_engine(language), accounts=begun)


def _files(history: History, accounts: str | None) -> Iterator[HistoryFile]:
    """The files of the history, and that of the accounts it begins with; no history where it came through a pipe."""
    from upheld.pages.report import HistoryFile

    histories = HistoryFiles(history.asked.histories).paths if history.is_read_twice else []
    for path in [*histories, *([] if accounts is None else [Path(accounts)])]:
        with path.open("rb") as file:
            yield HistoryFile(path.name, hashlib.file_digest(file, "sha256").hexdigest())
