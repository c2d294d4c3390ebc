"""``upheld policies``: which policies are installed, and who brought them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from upheld.cli.failure import MISUSED, one_line
from upheld.cli.misuse import Command
from upheld.cli.output import style_option
from upheld.core.errors import PluginError, UpheldError
from upheld.core.record.json_text import json_text
from upheld.document import read_document
from upheld.document.tree import mapping, text
from upheld.plugins import InstalledPolicy, installed_policies

_COLUMNS = ("id", "version", "status", "vendor", "clauses", "from")


@click.command(cls=Command)
@style_option("text", "json")
@click.pass_context
def command(context: click.Context, style: str) -> None:
    """List the installed policies.

    Each with its version, its status, the vendor, the number of clauses it cites
    itself, and the distribution it comes from. A policy that cannot be read is told on
    standard error; the others are listed all the same.

    \b
    Exit status: 0 done, 2 a policy cannot be read, or a plugin is broken.
    Example: upheld policies --format json
    """
    rows, broken = [], False
    for policy in installed_policies():
        try:
            rows.append(summary(policy))
        except UpheldError as error:
            click.echo(one_line(f"{policy.id}: {error}"), err=True)
            broken = True
    click.echo(json_text(rows, indent=2) if style == "json" else _table(rows))
    if broken:
        context.exit(MISUSED)


def summary(policy: InstalledPolicy) -> dict[str, str | int]:
    """Read what the overview says of a policy; its meaning is not checked here.

    Raises: DocumentError if it cannot be read; PluginError if it is not the policy that its plugin says.
    """
    head = read_document(policy.read(), policy.name).root
    if head.get("policy") != policy.id:
        raise PluginError(f"{policy.origin} provides it, but {policy.name} does not say `policy: {policy.id}`")
    return {
        "id": policy.id,
        "version": text(head, "version"),
        "status": text({"status": "active", **head}, "status"),
        "vendor": text(mapping(head.get("vendor")), "name"),
        "clauses": len(mapping(head.get("clauses"))),
        "from": f"{policy.origin.distribution} {policy.origin.version}",
    }


def _table(rows: Sequence[dict[str, str | int]]) -> str:
    """Align the columns by spaces, the last one ragged."""
    cells = [_COLUMNS, *([one_line(str(row[column])) for column in _COLUMNS] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)
