"""``upheld schema``: print the JSON Schema of a kind of document."""

from __future__ import annotations

import click

from upheld.cli.misuse import Choice, Command
from upheld.schema.resources import read_schema, schema_names


@click.command(cls=Command)
@click.argument("name", metavar="NAME", type=Choice(schema_names()))
def command(name: str) -> None:
    """Print the JSON Schema of a kind of document.

    Editors with a YAML language server complete and explain a document with it;
    name it in the first line: # yaml-language-server: $schema=policy.schema.json

    \b
    Exit status: 0 done, 2 there is no such schema.
    Example: upheld schema policy > policy.schema.json
    """
    click.echo(read_schema(name).decode("utf-8"), nl=False)
