"""``upheld statement``: what was on a customer's accounts, what was taken and why, and what is left."""

from __future__ import annotations

from collections.abc import Iterable

import click

from upheld.cli.history.beside import accounts_option, begun_with, beside_option, versions
from upheld.cli.history.history import HistoryOptions
from upheld.cli.history.options import policy_versions
from upheld.cli.misuse import Choice, Command
from upheld.cli.output import language_option, output_option, put, put_page, style_option, view_of
from upheld.core.record.event import Event
from upheld.replaying import by_version, statements
from upheld.report.files.statements import as_csv, as_json
from upheld.show.policy.head import incomplete
from upheld.show.ticket.statement import statement_page


@click.command(cls=Command)
@policy_versions
@click.option("--customer", required=True, metavar="ID", help="Whose accounts.")
@click.option("--account", default="", metavar="ID", help="Only this account.  [default: all of them]")
@click.option("--since", metavar="DATE", help="From this day on: `2024-03-01` in the policy's zone, or an instant.")
@click.option("--until", metavar="DATE", help="Up to this day, which is included; or up to an instant, which is not.")
@click.option("--period", type=Choice(["month"]), help="One statement for each calendar month.  [default: one]")
@beside_option
@accounts_option
@language_option
@style_option(
    "text",
    "html",
    "csv",
    "json",
    meant="A page to read, one to send, a table that is safe to open in a spreadsheet, or for programs.",
)
@output_option
def command(
    asked: HistoryOptions,
    customer: str,
    account: str,
    since: str | None,
    until: str | None,
    period: str | None,
    beside: tuple[tuple[str, str], ...],
    accounts: str | None,
    lang: str | None,
    style: str,
    output: str | None,
) -> None:
    """Tell what HISTORY did to the accounts of a customer.

    For each account its opening balance, every line with its ticket, work, rule, clause,
    recorded and billed amount and lots, and its closing balance: opening + in − out =
    closing, and each period opens with what the one before closed with.

    \b
    Exit status: 0 done, 2 no such customer or account, unreadable input, misuse, or no writable FILE.
    Example: upheld statement history.jsonl --policy policy.yaml --customer acme --period month
    """
    history = asked.opened()
    events: Iterable[Event] = history.events()
    others = versions(asked, beside)
    policy = history.policy
    if history.versions:
        *earlier, (policy, events) = by_version([each.policy for each in history.versions], events)[0]
        others += earlier
    found = statements(
        policy,
        events,
        customer,
        history.contracts,
        since,
        until,
        asked.as_of,
        account,
        monthly=period == "month",
        beside=others,
        accounts=begun_with(accounts),
    )
    if style in ("text", "html"):
        view = view_of(policy, lang)
        put_page(incomplete(statement_page(view, found), view, history.skipped), style, view.language, output)
    else:
        put(as_csv(found) if style == "csv" else as_json(found), output)
