"""``upheld desk webhook add | list | test | rotate | enable | remove``: the addresses that a desk tells."""

from __future__ import annotations

import click

from upheld.cli.desk.address import counted, db_option, opened
from upheld.cli.desk.webhook.sending import sender
from upheld.cli.failure import DONE, FOUND, one_line
from upheld.cli.misuse import Command
from upheld.cli.output import style_option
from upheld.core.record.json_text import json_text

endpoint_argument = click.argument("endpoint")


@click.command(cls=Command)
@click.argument("address", metavar="URL")
@db_option
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="Only messages of this kind.  [default: every kind]"
)
@click.option("--customer", default="", metavar="ID", help="Only of this customer's tickets.  [default: of all]")
@click.option("--loopback", is_flag=True, help="URL is this very machine, by `http` too: for development.")
def add(address: str, url: str, kinds: tuple[str, ...], customer: str, loopback: bool) -> None:
    """Register URL, and print the secret that it is signed by.

    URL is of `https`, and leads to no private address, now and whenever it is dialled. It is
    told what is asked for from now on, by `upheld desk work --webhooks`. The secret is printed
    this once; whoever loses it makes another with `rotate`.

    \b
    Exit status: 0 done, 2 misuse, an address that may not be dialled, or the database cannot be used.
    Example: upheld desk webhook add https://hooks.example.com/upheld --kind notify --db sqlite:///desk.db
    """
    with opened(url) as desk:
        secret, endpoint = desk.webhooks.endpoints.add(address, kinds, customer=customer, allow_loopback=loopback)
    click.echo(f"registered as {endpoint.id}; this is its secret:", err=True)
    click.echo(secret)


@click.command("list", cls=Command)
@db_option
@style_option("text", "json")
def list_endpoints(url: str, style: str) -> None:
    """List the endpoints, and what waits for each.

    One that said 410, or failed for five days, is disabled: `enable` serves it again.

    \b
    Exit status: 0 done, 2 misuse, or the database cannot be used.
    Example: upheld desk webhook list --db sqlite:///desk.db
    """
    with opened(url) as desk:
        found, counts = desk.webhooks.endpoints.list(), desk.webhooks.endpoints.counts()
    told = [{**each.as_document(), "dispatches": dict(sorted(counts.get(each.id, {}).items()))} for each in found]
    if style == "json":
        click.echo(json_text(told, indent=2))
        return
    for each in told:
        of = f" of {each['customer']}" if each["customer"] else ""
        what = f"{', '.join(each['kinds']) or 'everything'}{of}"
        numbers = ", ".join(f"{number:,} {state}" for state, number in each["dispatches"].items()) or "nothing yet"
        how = f"; {'disabled' if each['disabled_at'] else 'failing'}: {each['why']}" if each["why"] else ""
        click.echo(one_line(f"{each['id']}  {each['url']}  {what}: {numbers}{how}"))
    click.echo(counted(len(told), "endpoint"), err=True)


@click.command(cls=Command)
@endpoint_argument
@db_option
@click.pass_context
def test(context: click.Context, endpoint: str, url: str) -> None:
    """Send ENDPOINT an event that only tries the way.

    Its type is `upheld.test`. It is signed as all are, and not tried twice.

    \b
    Exit status: 0 it was received, 1 it was not, 2 misuse, or the database cannot be used.
    Example: upheld desk webhook test ep_0a1b2c3d4e5f --db sqlite:///desk.db
    """
    with opened(url) as desk:
        found = desk.webhooks.endpoints.get(endpoint)
        outcome = sender(desk).test(found)
    click.echo(one_line(f"not received: {outcome.why}" if outcome.why else "received"))
    context.exit(FOUND if outcome.why else DONE)


@click.command(cls=Command)
@endpoint_argument
@db_option
def rotate(endpoint: str, url: str) -> None:
    """Give ENDPOINT a new secret, and print it.

    For two days what is sent is signed by the earlier one, too. It is printed this once.

    \b
    Exit status: 0 done, 2 misuse, or the database cannot be used.
    Example: upheld desk webhook rotate ep_0a1b2c3d4e5f --db sqlite:///desk.db
    """
    with opened(url) as desk:
        click.echo(desk.webhooks.endpoints.rotate(endpoint))


@click.command(cls=Command)
@endpoint_argument
@db_option
def enable(endpoint: str, url: str) -> None:
    """Serve ENDPOINT again, and try what is dead once more.

    \b
    Exit status: 0 done, 2 misuse, or the database cannot be used.
    Example: upheld desk webhook enable ep_0a1b2c3d4e5f --db sqlite:///desk.db
    """
    with opened(url) as desk:
        number = desk.webhooks.endpoints.enable(endpoint)
    click.echo(f"{counted(number, 'message')} will be tried again")


@click.command(cls=Command)
@endpoint_argument
@db_option
def remove(endpoint: str, url: str) -> None:
    """Tell ENDPOINT nothing any more.

    What waits for it is dropped, and what it was told is forgotten.

    \b
    Exit status: 0 done, 2 misuse, or the database cannot be used.
    Example: upheld desk webhook remove ep_0a1b2c3d4e5f --db sqlite:///desk.db
    """
    with opened(url) as desk:
        desk.webhooks.endpoints.remove(endpoint)
    click.echo("removed")
