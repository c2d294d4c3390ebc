"""``upheld desk token``: who may speak to a service of the desk, made, listed and revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from upheld.cli.desk.address import db_option, opened
from upheld.cli.failure import one_line
from upheld.cli.misuse import Command, Number
from upheld.cli.output import style_option
from upheld.core.nearest import listed, meant, quoted
from upheld.core.record.json_text import json_text
from upheld.core.time.instant import seconds_of, text_of

if TYPE_CHECKING:
    from upheld.desk import Desk
    from upheld.desk.people.tokens import Token


@click.command(cls=Command)
@db_option
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="A role in which it may act.  [default: it reads]")
@click.option("--customer", default="", metavar="ID", help="Whose tickets it is shown.  [default: everybody's]")
@click.option("--name", default="", metavar="NAME", help="What uses it.  [default: its id]")
@click.option("--days", type=Number(1, 3650), metavar="N", help="After so many it expires.  [default: never]")
@click.option("--list", "listing", is_flag=True, help="List the tokens instead.")
@click.option("--revoke", metavar="ID", help="Have this one open nothing any more, instead.")
@style_option("text", "json")
def command(
    url: str,
    roles: tuple[str, ...],
    customer: str,
    name: str,
    days: int | None,
    listing: bool,
    revoke: str | None,
    style: str,
) -> None:
    """Make a token for `upheld serve`, or list or revoke them.

    A token says in which roles it may act and whose tickets it is shown. It is printed once,
    and kept as a digest: who loses it makes another. Tokens of one name and customer share
    their idempotency keys, so that the next one of a program goes on where the last stopped.

    \b
    Exit status: 0 done, 2 misuse, no such token, or the database cannot be used.
    Example: upheld desk token --db sqlite:///desk.db --role customer --customer acme
    """
    if ((listing or revoke) and (roles or customer or name or days)) or (listing and revoke):
        raise click.UsageError("`--list` and `--revoke` stand alone: they make no token")
    with opened(url) as desk:
        if listing:
            found = [_document(each) for each in desk.tokens.list()]
            click.echo(json_text(found, indent=2) if style == "json" else _table(found))
            return
        if revoke:
            told = _document(desk.tokens.revoke(revoke))
            said = json_text(told) if style == "json" else f"revoked token {told['id']}"
            click.echo(said)
            return
        _check_roles(desk, roles)
        expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
        text, token = desk.tokens.make(roles, customer=customer, name=name, expires_at=expires_at)
    if style == "json":
        click.echo(json_text({"token": text, **_document(token)}, indent=2))
        return
    click.echo(text)
    click.echo(one_line(f"it {_may(token)}; keep it now, since it is not shown again"), err=True)


def _check_roles(desk: Desk, roles: tuple[str, ...]) -> None:
    known = desk.policy().roles
    for role in roles:
        if role not in known:
            advice = meant(role, known, f"the policy has {listed(known)}")
            raise click.BadParameter(f"no role {quoted(role)}; {advice}", param_hint="--role")


def _may(token: Token) -> str:
    acts = f"acts as {listed(token.roles)}" if token.roles else "only reads"
    whose = f"the tickets of {quoted(token.customer)}" if token.customer else "everybody's tickets"
    until = "" if token.expires_at is None else f", until {_at(token.expires_at)}"
    return f"{acts}, and is shown {whose}{until}"


def _document(token: Token) -> dict[str, Any]:
    told = {"id": token.id, "name": token.name, "roles": [*token.roles], "customer": token.customer or None}
    told |= {"made_at": _at(token.made_at), "expires_at": _at(token.expires_at)}
    return told | {"revoked_at": _at(token.revoked_at)}


def _table(found: list[dict[str, Any]]) -> str:
    if not found:
        return "there is no token: a service of this desk serves its own machine alone"
    head = ("id", "name", "roles", "customer", "made_at", "expires_at", "revoked_at")
    shown = [[", ".join(each[name]) if name == "roles" else str(each[name] or "-") for name in head] for each in found]
    cells = [head, *([one_line(cell) or "-" for cell in row] for row in shown)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)


def _at(at: datetime | None) -> str | None:
    return None if at is None else text_of(seconds_of(at))
