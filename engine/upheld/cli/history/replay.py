"""``upheld replay``: what became of the tickets of a history, and of all of them together."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import click

from upheld.cli.failure import DONE, FOUND, one_line
from upheld.cli.history.beside import accounts_option, begun_with, beside_option, decided_beside, versions
from upheld.cli.history.columns import (
    COLUMNS,
    PARQUET,
    SCALAR,
    ColumnsReplay,
    by_columns,
    columns_replay,
    path_option,
    verify_option,
)
from upheld.cli.history.history import History, HistoryOptions
from upheld.cli.history.jobs import decided, decided_by_versions, jobs_option, texts
from upheld.cli.history.options import policy_versions
from upheld.cli.history.tables import tables_folder, write_tables
from upheld.cli.lazy_group import without_collector
from upheld.cli.misuse import Command
from upheld.cli.output import language_option, spoken_by_engine, style_option, written
from upheld.core.nearest import listed, meant, quoted
from upheld.core.policy.policy import Policy
from upheld.core.replay.header import LANGUAGE_VERSION
from upheld.core.replay.replay import Replay
from upheld.engine import Engine
from upheld.replaying import days_of, outside_of
from upheld.report.files.verdict_text import encoded
from upheld.report.files.verdicts import VerdictFolder, VerdictText, as_document
from upheld.show import language_of

if TYPE_CHECKING:
    from upheld.bulk.writing import TablesFolder
    from upheld.jobs.sharded_replay import ShardedReplay

    AnyReplay = Replay | ShardedReplay | ColumnsReplay
    AnyFolder = VerdictFolder | TablesFolder

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


class Telling(NamedTuple):
    """Of what verdicts are told.

    Attributes:
        words: What another command about them is asked with.
        days, version: Of one of several versions, its first and its last day, and which it is.
    """

    policy: Policy
    words: list[str]
    days: Row = MappingProxyType({})
    version: str = ""


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
@policy_versions
@style_option(
    *("text", "json", "jsonl", PARQUET),
    meant="A summary for people; everything as one document; the tickets alone, one a line; or tables for `--out`.",
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
@path_option
@verify_option
@beside_option
@accounts_option
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
    path: str,
    verify: Decimal | None,
    beside: tuple[tuple[str, str], ...],
    accounts: str | None,
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
    with without_collector():
        history = asked.opened()
    history.on_page = style == "text"
    if history.versions:
        if beside or accounts or path == COLUMNS:
            what = "`--beside`" if beside else "`--accounts`" if accounts else "`--path columns`"
            raise click.UsageError(f"{what} goes with one policy: leave it out, or give one `--policy`", context)
        if verify is not None:
            click.echo("not verified: every ticket is decided record by record", err=True)
        found = _by_versions(history, style, out, jobs, fail_on, lang, journal=journal, brief=brief)
        context.exit(_status(found))
    others, begun = versions(asked, beside), begun_with(accounts)
    if (others or begun) and path == COLUMNS:
        what = "`--beside`" if others else "`--accounts`"
        raise click.UsageError(f"columns decide one policy's whole history: leave out `--path columns`, or {what}")
    engine = Engine(history.policy, history.contracts, language=spoken_by_engine(lang), audit=history.audit)
    with ExitStack() as stack:
        columns = by_columns(engine, history, SCALAR if others or begun else path, style, out, journal=journal)
        folder: AnyFolder | None = None
        if out is not None or style == PARQUET:
            folder = tables_folder(out, history) if style == PARQUET else VerdictFolder(Path(out or ""))
            stack.enter_context(folder)
        stack.enter_context(without_collector())
        if columns:
            run: AnyReplay = columns_replay(engine, history, asked.as_of_s, verify)
        elif others or begun:
            run = stack.enter_context(decided_beside(engine, history, asked.as_of_s, journal, others, begun))
        else:
            if verify is not None:
                click.echo("not verified: every ticket is decided record by record", err=True)
            run = stack.enter_context(decided(engine, history, asked.as_of_s, journal, jobs))
        summary = _written(run, history, style, folder, lang or language_of(history.policy), brief)
    context.exit(_status(Counter({name: FAILURES[name](history.policy, summary) for name in fail_on})))


def _status(found: Counter[str]) -> int:
    """The exit status, where there is so much of what was asked for; what there is is told."""
    if not any(found.values()):
        return DONE
    click.echo(f"found {', '.join(f'{name}: {number}' for name, number in found.items() if number)}", err=True)
    return FOUND


def _by_versions(
    history: History,
    style: str,
    out: str | None,
    jobs: int | None,
    fail_on: tuple[str, ...],
    lang: str | None,
    *,
    journal: bool,
    brief: bool,
) -> Counter[str]:
    """Decide each ticket by its version, and write version by version what a replay of it alone writes.

    Returns: how much there is of what to fail on, in all versions.
    """
    from upheld.show.replay.versions_page import told_outside, versions_page
    from upheld.show.words.view import View

    found = Counter[str](dict.fromkeys(fail_on, 0))
    versions = history.versions
    with ExitStack() as stack:
        folders: list[AnyFolder | None] = [None for _ in versions]
        if out is not None or style == PARQUET:
            folders = [_version_folder(out, each, style, stack) for each in versions]
        stack.enter_context(without_collector())
        by = decided_by_versions(history, history.asked.as_of_s, journal, jobs, spoken_by_engine(lang))
        run = stack.enter_context(by)
        outside = outside_of(run)
        for line in told_outside(outside) if style != "text" else ():
            click.echo(one_line(line), err=True)
        if style == "json":
            click.echo(f'{{"upheld": {LANGUAGE_VERSION}, "versions": [')
        languages = [lang or language_of(each.policy) for each in versions]
        if style == "text":
            view = View(versions[-1].policy, languages[-1])
            click.echo(written(versions_page(view, run.terms, outside)) + "\n", nl=False)
        for place, each in enumerate(run.ended()):
            if place and style in ("json", "text"):
                click.echo("," if style == "json" else "")
            own, term = versions[place], run.terms[place]
            told = Telling(own.policy, history.asked.words, days_of(term), term.policy.version)
            summary = _written(each, history, style, folders[place], languages[place], brief, told)
            found.update({name: FAILURES[name](own.policy, summary) for name in fail_on if name != "bad"})
        found.update({"bad": history.skipped} if "bad" in fail_on else {})
        if style == "json":
            click.echo(f'], "outside": {encoded(outside)}}}')
    return found


def _version_folder(out: str | None, version: History, style: str, stack: ExitStack) -> AnyFolder:
    """The folder of a version: in that of all, named by it."""
    if out is not None:
        Path(out).mkdir(parents=True, exist_ok=True)
        out = str(Path(out) / version.policy.version)
    found: AnyFolder = tables_folder(out, version) if style == PARQUET else VerdictFolder(Path(out or ""))
    stack.enter_context(found)
    return found


def _written(
    run: AnyReplay,
    history: History,
    style: str,
    folder: VerdictFolder | TablesFolder | None,
    language: str,
    brief: bool,
    telling: Telling | None = None,
) -> Row:
    """Write what was asked for as the verdicts come, and return the summary; of one of several versions it is said."""
    told_of = telling or Telling(history.policy, history.asked.words)
    header, noticed = {**told_of.days, **run.header()}, history.noticed()
    known = {kind for each in noticed for kind in EXPLAINED.get(each.kind, ())}
    warnings = [each for each in run.warnings() if each.kind not in known]
    for warning in warnings if style != "text" else ():  # the page shows them
        click.echo(f"warning: {warning}", err=True)
    told: Row = {}

    def summary() -> Row:
        nonlocal told
        told = told or {**run.summary(), "skipped": history.skipped, "reading": history.reading(), **history.rows()}
        return told

    if style == PARQUET:
        write_tables(run, told_of.policy, cast("TablesFolder", folder), summary)
        return summary()
    written_into = folder if isinstance(folder, VerdictFolder) else None
    verdicts = texts(run, wanted=written_into is not None or style != "text", tables=written_into is not None)
    if written_into is not None:
        verdicts = written_into.passed(verdicts)
    sys.stdout.writelines(_texts(style, header, verdicts, summary, told_of.version))
    if written_into is not None:
        written_into.finish(header, summary())
    if style == "text":
        from upheld.show.replay.replay_page import replay_page

        explained = ["upheld", "explain", *told_of.words]
        page = replay_page(
            told_of.policy,
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


def _texts(
    style: str, header: Row, verdicts: Iterable[VerdictText], summary: Callable[[], Row], version: str
) -> Iterator[str]:
    if style == "json":
        yield from as_document(header, (each.line for each in verdicts), summary)
    elif style == "jsonl":
        before = f'{{"version": {encoded(version)}, ' if version else ""
        for each in verdicts:
            yield f"{before}{each.line[1:]}" if version else each.line
            yield "\n"
    else:
        for _ in verdicts:
            pass
