"""``upheld replay``: what became of the tickets of a history, and of all of them together."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from upheld.cli.failure import DONE, FOUND
from upheld.cli.history import History, HistoryOptions
from upheld.cli.history_options import history_options
from upheld.cli.jobs import decided, jobs_option, texts
from upheld.cli.misuse import Command
from upheld.cli.output import language_option, spoken_by_engine, style_option, written
from upheld.core.nearest import listed, meant, quoted
from upheld.core.policy.policy import Policy
from upheld.core.replay.replay import Replay
from upheld.engine import Engine
from upheld.report.files.verdicts import VerdictFolder, VerdictText, as_document
from upheld.show import language_of
from upheld.show.replay.replay_page import replay_page

if TYPE_CHECKING:
    from upheld.jobs.sharded_replay import ShardedReplay

Row = Mapping[str, Any]


def _breaches(policy: Policy, summary: Row) -> int:
    promised = {each.id for each in policy.commitments if each.promised}
    return sum(each["breached"] for each in summary["commitments"] if each["id"] in promised)


FAILURES: Final[Mapping[str, Callable[[Policy, Row], int]]] = {
    "breach": _breaches,
    "objective": lambda policy, summary: sum(each["status"] == "breached" for each in summary["objectives"]),
    "availability": lambda policy, summary: sum(
        each["status"] == "breached" for each in summary.get("availability", ())
    ),
    "remedy": lambda policy, summary: sum(each["booked"] > 0 for each in summary.get("remedies", ())),
    "refusal": lambda policy, summary: int(summary["refused"]),
    "flag": lambda policy, summary: int(summary["flags"]),
    "nonconforming": lambda policy, summary: int(summary["nonconforming"]),
    "overdraft": lambda policy, summary: sum(
        each["overdrawn"] > 0 and not policy.accounts[each["account"]].owed for each in summary["balances"]
    ),
    "unpromised": lambda policy, summary: 0 if summary["unpromised"] is None else summary["unpromised"]["tickets"],
    "bad": lambda policy, summary: int(summary["skipped"]),
}
"""What `--fail-on` may name, and how many of it there are."""


EXPLAINED: Final[Mapping[str, tuple[str, ...]]] = {"dates-only": ("dates-only",), "never-was": ("late", "late-lost")}
"""By kind of notice the warnings of which it is the cause; a page tells the cause alone."""


def _failures(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (value or "").split(",") if name.strip())
    for name in names:
        if name not in FAILURES:
            advice = meant(name, FAILURES, f"there are {listed(FAILURES)}")
            raise click.BadParameter(f"{quoted(name)} is nothing to fail on; {advice}")
    return names


@click.command(cls=Command)
@history_options
@style_option(
    "text", "json", "jsonl", meant="A summary for people; everything as one document; or the tickets alone, one a line."
)
@click.option(
    "--out", metavar="DIR", help="Also write all verdicts and their tables into this folder, or none of them."
)
@click.option(
    "--fail-on",
    "fail_on",
    callback=_failures,
    metavar="WHAT,…",
    help=f"Exit with 1 if there is any: {', '.join(FAILURES)}.",
)
@jobs_option
@click.option("--journal", is_flag=True, help="Add to each ticket the digest of its records, chained.")
@click.option(
    "--brief", is_flag=True, help="Of the summary for people the most important alone, and no text of clauses."
)
@language_option
@click.pass_context
def command(
    context: click.Context,
    asked: HistoryOptions,
    style: str,
    out: str | None,
    fail_on: tuple[str, ...],
    jobs: int | None,
    journal: bool,
    brief: bool,
    lang: str | None,
) -> None:
    """Tell what became of every ticket of HISTORY under a policy.

    What was promised and how much of it was upheld, the worst breaches with their
    clauses, balances, refusals, and the assumptions that the figures rest on. HISTORY is
    a file or several, a folder of them, or `-`: JSON Lines or CSV with the columns of a
    history, or, with `--map`, exports of another tool; packed or not.

    \b
    Exit status: 0 done, 1 there is something of what `--fail-on` names,
    2 the history or the policy cannot be used, or the command was misused.
    Example: upheld replay history.jsonl --policy policy.yaml --fail-on breach
    """
    history = asked.opened()
    history.on_page = style == "text"
    engine = Engine(history.policy, history.contracts, language=spoken_by_engine(lang), audit=history.audit)
    with ExitStack() as stack:
        folder = stack.enter_context(VerdictFolder(Path(out))) if out is not None else None
        stack.enter_context(without_collector())
        run = stack.enter_context(decided(engine, history, asked.as_of_s, journal, jobs))
        summary = _written(run, history, style, folder, lang or language_of(history.policy), brief)
    found = {name: FAILURES[name](history.policy, summary) for name in fail_on}
    if any(found.values()):
        click.echo(f"found {', '.join(f'{name}: {number}' for name, number in found.items() if number)}", err=True)
    context.exit(FOUND if any(found.values()) else DONE)


@contextmanager
def without_collector() -> Iterator[None]:
    """No looking for circles meanwhile; afterwards as it was before.

    What a replay makes holds nothing that leads back to itself, so it is freed the moment nobody
    needs it. Python looks for circles all the same, over and over through everything that is
    alive: a sixth of the time of a long replay, to find nothing.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _written(
    run: Replay | ShardedReplay, history: History, style: str, folder: VerdictFolder | None, language: str, brief: bool
) -> Row:
    """Write what was asked for as the verdicts come, and return the summary."""
    header, noticed = run.header(), history.noticed()
    known = {kind for each in noticed for kind in EXPLAINED.get(each.kind, ())}
    warnings = [each for each in run.warnings() if each.kind not in known]
    for warning in warnings if style != "text" else ():  # the page shows them
        click.echo(f"warning: {warning}", err=True)
    verdicts = texts(run, wanted=folder is not None or style != "text", tables=folder is not None)
    told: Row = {}

    def summary() -> Row:
        nonlocal told
        told = told or {**run.summary(), "skipped": history.skipped, "reading": history.reading(), **history.rows()}
        return told

    if folder is not None:
        verdicts = folder.passed(verdicts)
    sys.stdout.writelines(_texts(style, header, verdicts, summary))
    if folder is not None:
        folder.finish(header, summary())
    if style == "text":
        explained = ["upheld", "explain", *history.asked.words]
        page = replay_page(
            history.policy,
            language,
            header,
            summary(),
            explained,
            warnings=warnings,
            noticed=noticed,
            brief=brief,
        )
        click.echo(written(page), nl=False)
    return summary()


def _texts(style: str, header: Row, verdicts: Iterable[VerdictText], summary: Callable[[], Row]) -> Iterator[str]:
    if style == "json":
        yield from as_document(header, (each.line for each in verdicts), summary)
    elif style == "jsonl":
        for each in verdicts:
            yield f"{each.line}\n"
    else:
        for _ in verdicts:
            pass
