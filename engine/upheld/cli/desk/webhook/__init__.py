"""``upheld desk webhook``: whom a desk tells by HTTP, and which trackers tell it.

May import: what commands of a desk have in common, and every edge.
"""

from __future__ import annotations

import click

from upheld.cli.lazy_group import LazyGroup

COMMANDS = {
    "add": "Register URL, and print the secret that it is signed by.",
    "list": "List the endpoints, and what waits for each.",
    "test": "Send ENDPOINT an event that only tries the way.",
    "rotate": "Give ENDPOINT a new secret, and print it.",
    "enable": "Serve ENDPOINT again, and try what is dead once more.",
    "remove": "Tell ENDPOINT nothing any more.",
    "receive": "Take the events of a tracker, by a mapping.",
    "sources": "List the trackers whose events are taken.",
    "forget": "Take the events of SOURCE no more.",
}
"""Every command in the order of the overview, with the first line of its help."""

HOMES = {
    **{name: f"endpoints:{name}" for name in ("add", "test", "rotate", "enable", "remove")},
    "list": "endpoints:list_endpoints",
    **{name: f"sources:{name}" for name in ("receive", "sources", "forget")},
}


@click.group("webhook", cls=LazyGroup, package="upheld.cli.desk.webhook", overview=COMMANDS, homes=HOMES)
def command() -> None:
    """Tell others by HTTP, and be told: endpoints and sources.

    An endpoint is an address that has each message, signed, once `upheld desk work --webhooks`
    runs. A source is a tracker that sends its events to `upheld serve`.

    \b
    Exit status: 0 done, 1 found what was looked for, 2 misuse, or the database cannot be used.
    Example: upheld desk webhook add https://hooks.example.com/upheld --db sqlite:///desk.db
    """
