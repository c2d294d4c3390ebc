"""``upheld explain``: the story of one ticket."""

from __future__ import annotations

import click

from upheld.cli.history import HistoryOptions
from upheld.cli.history_options import history_options
from upheld.cli.misuse import Command
from upheld.cli.output import language_option, spoken_by_engine, style_option, view_of, written, zone_option
from upheld.core.nearest import listed, meant, quoted
from upheld.core.policy.policy import Policy
from upheld.explaining import explain
from upheld.report.files.stories import as_json
from upheld.show.page.markdown import markdown
from upheld.show.policy.head import incomplete
from upheld.show.ticket.story import story


@click.command(cls=Command)
@history_options
@click.option("--ticket", required=True, metavar="ID", help="The ticket to tell of.")
@click.option("--commitment", metavar="ID", help="Tell of the clocks of this commitment alone.")
@language_option
@zone_option
@style_option("text", "markdown", "json", meant="A page to read, a page to send, or the same for programs.")
def command(
    asked: HistoryOptions, ticket: str, commitment: str | None, lang: str | None, zone: str | None, style: str
) -> None:
    """Tell what happened to one ticket of HISTORY, and why.

    For each record what it changed and by which clause, and why it was refused if it was;
    for each clock what was promised, the opening time counted, the pauses, the holidays
    skipped, when it fell due and how that came about; and the assumptions that all of it
    rests on. A page that can be shown to the customer.

    \b
    Exit status: 0 done, 2 no such ticket, unreadable input or misuse.
    Example: upheld explain history.jsonl --policy base --ticket T-1
    """
    history = asked.opened()
    if commitment is not None:
        _check_commitment(history.policy, commitment)
    view = view_of(history.policy, lang, zone)
    told = explain(
        history.policy,
        history.events(),
        ticket,
        history.contracts,
        asked.as_of,
        audit=history.audit,
        language=spoken_by_engine(view.language),
    )
    if style == "json":
        click.echo(as_json(told, view.language, commitment or ""), nl=False)
        return
    page = incomplete(story(view, told, commitment or ""), view, history.skipped)
    click.echo(markdown(page) if style == "markdown" else written(page), nl=False)


def _check_commitment(policy: Policy, commitment: str) -> None:
    known = [each.id for each in policy.commitments]
    if commitment not in known:
        advice = meant(commitment, known, f"there are {listed(known) or 'none'}")
        raise click.BadParameter(f"no commitment {quoted(commitment)}; {advice}", param_hint="--commitment")
