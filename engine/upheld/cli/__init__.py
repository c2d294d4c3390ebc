"""The command line: parse, call, print.

Each command is a module of this package, or of a room in it, with one click command named ``command``, and its line in
``COMMANDS``; what lies in a room has a line in ``HOMES`` too. `desk` is a group of commands of its own.
"""

from __future__ import annotations

import click

from upheld.cli.lazy_group import LazyGroup

COMMANDS = {
    "policies": "List the installed policies.",
    "new": "Write a commented starter policy into a new folder.",
    "check": "Check that each POLICY, an installed one or a file, can be applied.",
    "show": "Show a policy to its readers.",
    "diff": "Tell what policy B says otherwise than policy A.",
    "due": "Tell when each commitment of POLICY would fall due.",
    "test": "Run the scenarios of each POLICY, and tell what they cover.",
    "map": "Draft the mapping that the export HISTORY needs.",
    "replay": "Tell what became of every ticket of HISTORY under a policy.",
    "report": "Write a report of HISTORY as one HTML file to send.",
    "compare": "Tell what would have become of HISTORY under another policy.",
    "fit": "Tell what could have been promised, by what HISTORY shows.",
    "draft": "Draft a first policy from the export HISTORY.",
    "simulate": "Make a history of POLICY that never happened.",
    "explain": "Tell what happened to one ticket of HISTORY, and why.",
    "queue": "Tell in which order to handle the waiting tickets of HISTORY.",
    "statement": "Tell what HISTORY did to the accounts of a customer.",
    "desk": "Keep live tickets in a database: commands of their own.",
    "serve": "Serve a desk over HTTP, for programs and people.",
    "schema": "Print the JSON Schema of a kind of document.",
}
"""Every command in the order of the overview, with the first line of its help."""

_ROOMS = {
    "history": ("replay", "report", "explain", "queue", "statement"),
    "change": ("diff", "compare", "fit", "simulate"),
    "drafting": ("map", "draft"),
}
HOMES = {name: f"{room}.{name}:command" for room, names in _ROOMS.items() for name in names}
"""Where a command lies that is in a room."""


@click.group(
    "upheld",
    cls=LazyGroup,
    package="upheld.cli",
    overview=COMMANDS,
    homes=HOMES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="upheld", message="%(prog)s %(version)s")
def main() -> None:
    """Support contracts as code: was each promise upheld, what is owed, and which clause says so?

    \b
    Exit status: 0 done, 1 found what was looked for (findings, failures),
    2 misuse or unreadable input.
    Start with: upheld policies
    """
