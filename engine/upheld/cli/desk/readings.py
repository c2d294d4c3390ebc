"""``upheld desk ticket``, ``story``, ``statement`` and ``queue``: what a desk says of its tickets and customers."""

from __future__ import annotations

import click

from upheld.cli.desk.address import db_option, kept_policy, named, opened, version_option
from upheld.cli.failure import one_line
from upheld.cli.misuse import Command
from upheld.cli.output import language_option, spoken_by_engine, style_option, view_of, written, zone_option
from upheld.core.errors import TicketError
from upheld.core.nearest import quoted
from upheld.core.record.json_text import json_text


@click.command(cls=Command)
@click.argument("ticket")
@db_option
@style_option("text", "json")
def ticket(ticket: str, url: str, style: str) -> None:
    """Tell how a ticket stands.

    Its state, the policy that it goes on under, and every fact, its timers fired as far as
    `upheld desk work` told them. Why it stands so, `upheld desk story` tells.

    \b
    Exit status: 0 done, 2 no such ticket, or the database cannot be used.
    Example: upheld desk ticket T-1 --db sqlite:///desk.db
    """
    from upheld.report.files.tickets import as_document

    with opened(url) as desk:
        found = desk.ticket(ticket)
        if found is None:
            desk.story(ticket)  # says where there is no record of it, or where they went
            raise TicketError(f"ticket {quoted(ticket)} was never opened: each record of it was refused")
        lines = as_document(found, named(desk.policy(found.policy_digest)))
    if style == "json":
        click.echo(json_text(lines, indent=2))
        return
    facts = lines.pop("facts")
    for name, held in (*lines.items(), *facts.items()):
        if held is not None:
            click.echo(one_line(f"{name:<12}{', '.join(held) if isinstance(held, list) else held}"))


@click.command(cls=Command)
@click.argument("ticket")
@db_option
@click.option("--as-of", metavar="INSTANT", help="Up to this instant.  [default: the last accepted record]")
@language_option
@zone_option
@style_option("text", "markdown", "json", meant="A page to read, a page to send, or the same for programs.")
def story(ticket: str, url: str, as_of: str | None, lang: str | None, zone: str | None, style: str) -> None:
    """Tell what happened to a ticket, and why.

    The page of `upheld explain`: each record and what it did, each clock and where its time
    went, with the clauses. It can be shown to the customer.

    \b
    Exit status: 0 done, 2 no such ticket, or the database cannot be used.
    Example: upheld desk story T-1 --db sqlite:///desk.db --lang fr
    """
    from upheld.report.files.stories import as_json
    from upheld.show.page.markdown import markdown
    from upheld.show.ticket.story import story as page

    with opened(url, language=spoken_by_engine(lang)) as desk:
        told = desk.story(ticket, as_of)
        found = desk.ticket(ticket)
        view = view_of(desk.policy("" if found is None else found.policy_digest), lang, zone)
    if style == "json":
        click.echo(as_json(told, view.language, ""), nl=False)
        return
    made = page(view, told, "")
    click.echo(markdown(made) if style == "markdown" else written(made), nl=False)


@click.command(cls=Command)
@click.argument("customer")
@db_option
@click.option("--since", metavar="INSTANT", help="From this instant on.  [default: the beginning]")
@click.option(
    "--until", metavar="INSTANT", help="Up to this instant, which is not included.  [default: the last record]"
)
@language_option
@style_option(
    "text", "csv", "json", meant="A page to read, a table that is safe to open in a spreadsheet, or for programs."
)
def statement(customer: str, url: str, since: str | None, until: str | None, lang: str | None, style: str) -> None:
    """Tell what was charged to the accounts of a customer.

    The page of `upheld statement`: for each account what was on it, every line with its
    ticket and clause, and what is left.

    \b
    Exit status: 0 done, 2 no such customer, or the database cannot be used.
    Example: upheld desk statement acme --db sqlite:///desk.db --format csv
    """
    from upheld.report.files.statements import as_csv, as_json
    from upheld.show.ticket.statement import statement_page

    with opened(url, language=spoken_by_engine(lang)) as desk:
        found = desk.statement(customer, since, until)
        view = view_of(desk.policy(), lang)
    if style == "text":
        click.echo(written(statement_page(view, found)), nl=False)
    else:
        click.echo(as_csv(found) if style == "csv" else as_json(found), nl=False)


@click.command(cls=Command)
@db_option
@click.option("--at", required=True, metavar="INSTANT", help="The instant that is asked about.")
@version_option
@language_option
@zone_option
@style_option("text", "json")
def queue(url: str, at: str, version: str, lang: str | None, zone: str | None, style: str) -> None:
    """Tell in which order to handle the waiting tickets.

    The page of `upheld queue`: in the policy's order, with why, and which promise falls due
    next. What is resolved or closed does not wait.

    \b
    Exit status: 0 done, 2 misuse, or the database cannot be used.
    Example: upheld desk queue --db sqlite:///desk.db --at 2026-03-02T09:00:00Z
    """
    from upheld.replaying import instant_s
    from upheld.show.ticket.worklist import worklist

    at_s = instant_s(at, "at")
    with opened(url, language=spoken_by_engine(lang)) as desk:
        digest = kept_policy(desk, version)
        found, policy = desk.queue(at, digest), desk.policy(digest)
    if style == "json":
        click.echo(json_text([each.as_document() for each in found], indent=2))
        return
    click.echo(written(worklist(view_of(policy, lang, zone), found, at_s)), nl=False)
