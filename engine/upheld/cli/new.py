"""``upheld new``: a commented policy to start from."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from upheld.cli.failure import one_line
from upheld.cli.misuse import Command
from upheld.core.errors import UpheldError
from upheld.plugins import installed_policies
from upheld.starter import TEMPLATES, starter_files, starter_name, vendor_of
from upheld.starter.folder import write_folder


@click.command(cls=Command)
@click.argument("folder", metavar="DIR")
@click.option("--name", metavar="NAME", help="The policy's name, in kebab-case. Default: the folder's.")
@click.option("--vendor", metavar="TEXT", help="The vendor's name, as customers know it. Default: the policy's name.")
def command(folder: str, name: str | None, vendor: str | None) -> None:
    """Write a commented starter policy into a new folder.

    It extends the policy `base`, checks without a finding, and comes with a scenario, a
    README and the schemas that an editor needs to complete and explain it. The folder
    must not exist yet: nothing is ever written over, and nothing is left half written.

    \b
    Exit status: 0 done, 2 the folder exists or cannot be made, or a name is odd.
    Example: upheld new acme --vendor "Acme Ltd"
    """
    target = Path(folder).absolute()
    try:
        called = starter_name(target.name, name)
        _refuse_installed(called)
        write_folder(target, starter_files(called, vendor if vendor is not None else vendor_of(called)))
    except ValueError as error:
        raise UpheldError(str(error)) from error
    shown = [str(Path(folder) / path) for path in TEMPLATES]
    click.echo("\n".join(one_line(f"wrote {path}") for path in shown))
    click.echo(one_line(f"next: upheld check {shlex.quote(shown[0])}"))


def _refuse_installed(name: str) -> None:
    """Two policies of one name could not be told apart, by `upheld check NAME` or in a verdict."""
    if name in {each.id for each in installed_policies()}:
        raise ValueError(f"a policy `{name}` is installed already; give yours another name, such as `--name my-{name}`")
