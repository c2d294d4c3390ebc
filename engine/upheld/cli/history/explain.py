"""``upheld explain``: the story of one ticket."""

from __future__ import annotations

from collections.abc import Iterable

import click

from upheld.cli.history.beside import accounts_option, begun_with
from upheld.cli.history.history import History, HistoryOptions
from upheld.cli.history.options import policy_versions
from upheld.cli.misuse import Command
from upheld.cli.output import (
    language_option,
    output_option,
    put,
    put_page,
    spoken_by_engine,
    style_option,
    view_of,
    zone_option,
)
from upheld.core.errors import TicketError
from upheld.core.nearest import listed, meant, quoted
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.time.instant import text_of
from upheld.explaining import explain
from upheld.replaying import Version, by_version
from upheld.report.files.stories import as_json
from upheld.show.policy.head import incomplete
from upheld.show.ticket.story import story


@click.command(cls=Command)
@policy_versions
@click.option("--ticket", required=True, metavar="ID", help="The ticket to tell of.")
@click.option("--commitment", metavar="ID", help="Tell of the clocks of this commitment alone.")
@accounts_option
@language_option
@zone_option
@style_option("text", "markdown", "html", "json", meant="A page to read, a page to send, or the same for programs.")
@output_option
def command(
    asked: HistoryOptions,
    ticket: str,
    commitment: str | None,
    accounts: str | None,
    lang: str | None,
    zone: str | None,
    style: str,
    output: str | None,
) -> None:
    """Tell what happened to one ticket of HISTORY, and why.

    For each record what it changed and by which clause, and why it was refused if it was;
    for each clock what was promised, the opening time counted, the pauses, the holidays
    skipped, when it fell due and how that came about; and the assumptions that all of it
    rests on. A page that can be shown to the customer.

    \b
    Exit status: 0 done, 2 no such ticket, unreadable input, misuse, or FILE cannot be written.
    Example: upheld explain history.jsonl --policy base --ticket T-1
    """
    history = asked.opened()
    policy, events, beside = _version(history, ticket)
    if commitment is not None:
        _check_commitment(policy, commitment)
    view = view_of(policy, lang, zone)
    told = explain(
        policy,
        events,
        ticket,
        history.contracts,
        asked.as_of,
        audit=history.audit,
        language=spoken_by_engine(view.language),
        beside=beside,
        accounts=begun_with(accounts),
    )
    if style == "json":
        put(as_json(told, view.language, commitment or ""), output)
        return
    page = incomplete(story(view, told, commitment or ""), view, history.skipped)
    put_page(page, style, view.language, output)


def _version(history: History, ticket: str) -> tuple[Policy, Iterable[Event], list[Version]]:
    """The version that a ticket goes by, its tickets, and those of the others beside them.

    Raises: TicketError for a ticket opened while none was in force.
    """
    if not history.versions:
        return history.policy, history.events(), []
    found, routing = by_version([each.policy for each in history.versions], history.events())
    if ticket in routing.outside:
        at = text_of(routing.outside[ticket])
        raise TicketError(f"ticket {quoted(ticket)} was opened at {at}, when none of these versions was in force")
    place = routing.places.get(ticket, len(found) - 1)
    return *found[place], [each for other, each in enumerate(found) if other != place]


def _check_commitment(policy: Policy, commitment: str) -> None:
    known = [each.id for each in policy.commitments]
    if commitment not in known:
        advice = meant(commitment, known, f"there are {listed(known) or 'none'}")
        raise click.BadParameter(f"no commitment {quoted(commitment)}; {advice}", param_hint="--commitment")
