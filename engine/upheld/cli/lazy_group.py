"""A group whose commands are imported when they are used.

Each command is a click command in a module of the group's package, and is imported only when it is used. What the
overview says of it stands in the group, because ``upheld --help`` must not import every command, and what they import,
to print a line of each; a test compares the two.
"""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import click

from upheld.cli.failure import OutputClosed, status_of
from upheld.cli.misuse import placed

OWN_PROCESS: Final = "own process"
"""What the root of the context holds where a command was started by itself, and nobody else's program called it."""

RARELY: Final = (50_000, 20, 100)
"""How much is made before Python looks for circles: modules and policies are made to stay, and it would look through
them dozens of times before a command begins, a tenth of its start."""


class LazyGroup(click.Group):
    """Commands that are imported when they are used, and failures told in one line.

    Args:
        package: Where the modules of the commands are.
        overview: Every command in the order of the overview, with the first line of its help.
        homes: Of a command that shares its module with others: module and name, ``versions:move``; of any other it is
            ``command`` in the module of its name.
    """

    def __init__(
        self,
        *arguments: Any,  # as click's group
        package: str,
        overview: Mapping[str, str],
        homes: Mapping[str, str] | None = None,
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        self.overview = overview
        self._package = package
        self._homes = homes or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order in which a newcomer needs them."""
        return list(self.overview)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; ``None`` if there is none of this name."""
        if cmd_name not in self.overview:
            return None
        module, name = self._homes.get(cmd_name, f"{cmd_name.replace('-', '_')}:command").split(":")
        with without_collector():
            command: click.Command = getattr(import_module(f"{self._package}.{module}"), name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what stands before the command's name."""
        try:
            with placed(ctx):
                return super().parse_args(ctx, args)
        except BrokenPipeError as error:  # of the overview itself
            raise OutputClosed from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name, or say which one was perhaps meant."""
        if args and args[0] not in self.overview and not args[0].startswith("-"):
            from upheld.core.nearest import listed, meant, quoted

            advice = meant(args[0], self.overview, f"there are {listed(self.overview, most=len(self.overview))}")
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
            formatter.write_dl(list(self.overview.items()))

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
        if args is None:
            extra["obj"] = OWN_PROCESS
            gc.set_threshold(*RARELY)
            atexit.register(gc.freeze)  # or Python looks for circles once more in all that goes with the process anyway
        if not standalone_mode:
            return run(args, prog_name, complete_var, standalone_mode=False, **extra)
        sys.exit(status_of(lambda: run(args, prog_name, complete_var, standalone_mode=False, **extra)))


@contextmanager
def without_collector() -> Iterator[None]:
    """No looking for circles meanwhile; afterwards as it was before.

    What a replay makes holds nothing that leads back to itself, so it is freed the moment nobody
    needs it, and what is imported stays. Python looks for circles all the same, over and over through
    everything that is alive: a sixth of the time of a long replay, and a tenth of a start, to find nothing.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
