"""The command line: parse, call, print.

Each command is a module of this package with one click command named ``command``,
and is imported only when it is used. What the overview says of it stands here,
because ``upheld --help`` must not import eleven commands, and what they import,
to print eleven lines; a test compares the two.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from upheld.cli.failure import OutputClosed, status_of
from upheld.cli.misuse import placed

COMMANDS = {
    "policies": "List the installed policies.",
    "new": "Write a commented starter policy into a new folder.",
    "check": "Check that each POLICY, an installed one or a file, can be applied.",
    "show": "Show a policy to its readers.",
    "due": "Tell when each commitment of POLICY would fall due.",
    "test": "Run the scenarios of each POLICY, and tell what they cover.",
    "map": "Draft the mapping that the export HISTORY needs.",
    "replay": "Tell what became of every ticket of HISTORY under a policy.",
    "report": "Write a report of HISTORY as one HTML file to send.",
    "explain": "Tell what happened to one ticket of HISTORY, and why.",
    "queue": "Tell in which order to handle the waiting tickets of HISTORY.",
    "statement": "Tell what HISTORY did to the accounts of a customer.",
    "schema": "Print the JSON Schema of a kind of document.",
}
"""Every command in the order of the overview, with the first line of its help."""


class LazyGroup(click.Group):
    """The commands of ``COMMANDS``, imported when they are used, and failures told in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; ``None`` if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"upheld.cli.{cmd_name.replace('-', '_')}").command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what stands before the command's name."""
        with placed(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name, or say which one was perhaps meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from upheld.core.nearest import listed, meant, quoted

            advice = meant(args[0], COMMANDS, f"there are {listed(COMMANDS, most=len(COMMANDS))}")
            raise click.UsageError(f"no command {quoted(args[0])}; {advice}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # whatever the command returns
        """Run the command; a reader of its output that went away is told apart from what click makes of it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise OutputClosed from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview without importing a command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = "upheld",  # however it was started, it is called the same
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,  # click passes what make_context takes; only click knows what that is
    ) -> Any:  # as in click
        """Run a command and exit with its status; never with a traceback."""
        run = super().main
        if not standalone_mode:
            return run(args, prog_name, complete_var, standalone_mode=False, **extra)
        sys.exit(status_of(lambda: run(args, prog_name, complete_var, standalone_mode=False, **extra)))


@click.group("upheld", cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="upheld", message="%(prog)s %(version)s")
def main() -> None:
    """Support contracts as code: was each promise upheld, what is owed, and which clause says so?

    \b
    Exit status: 0 done, 1 found what was looked for (findings, failures),
    2 misuse or unreadable input.
    Start with: upheld policies
    """
