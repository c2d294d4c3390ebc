"""The commands of a desk: each a few lines over `upheld.Desk`.

A module is a command, or a small family of them. `address` opens the desk that ``--db`` names; `stop` has a signal
obeyed between transactions.

May import: `history`; what all commands have in common, and every edge.
"""

from __future__ import annotations

import click

from upheld.cli.lazy_group import LazyGroup

COMMANDS = {
    "init": "Make the tables of a desk, and put POLICY in force.",
    "submit": "Decide and keep the records of HISTORY, each once.",
    "work": "Let time pass and deliver what is asked for, until told to stop.",
    "due": "Tell to which tickets time does something next.",
    "queue": "Tell in which order to handle the waiting tickets.",
    "ticket": "Tell how a ticket stands.",
    "story": "Tell what happened to a ticket, and why.",
    "statement": "Tell what was charged to the accounts of a customer.",
    "status": "Tell how much there is in the desk.",
    "outbox": "List what is to be delivered, or try dead messages again.",
    "export": "Write the desk as a history that `upheld replay` reads.",
    "import": "Take HISTORY into the desk, and tell nobody of it.",
    "verify": "Look at every record and its chain, and decide everything anew.",
    "rebuild": "Write anew from the journal how tickets and accounts stand.",
    "adopt": "Put a policy in force for new tickets, or contracts.",
    "move": "Have each TICKET go on under another policy.",
    "erase": "Forget PERSON: a token stands for the name from now on.",
    "close": "Say that statements up to UNTIL are out.",
    "retain": "Take tickets out that were closed long ago, into DIR.",
    "token": "Make a token for `upheld serve`, or list or revoke them.",
    "webhook": "Tell others by HTTP, and be told: endpoints and sources.",
    "upgrade": "Bring the tables up to date.",
}
"""Every command in the order of the overview, with the first line of its help."""

HOMES = {
    "upgrade": "init:upgrade",
    "queue": "readings:queue",
    "ticket": "readings:ticket",
    "story": "readings:story",
    "statement": "readings:statement",
    "export": "histories:export",
    "import": "histories:import_history",
    "verify": "journal:verify",
    "rebuild": "journal:rebuild",
    "adopt": "versions:adopt",
    "move": "versions:move",
    "close": "retain:close",
}


@click.group("desk", cls=LazyGroup, package="upheld.cli.desk", overview=COMMANDS, homes=HOMES)
def command() -> None:
    """Keep live tickets in a database: commands of their own.

    Each needs the address of the database: `--db sqlite:///desk.db`, or
    `postgresql://user@host/name`, or the same in UPHELD_DB, where a password belongs.

    \b
    Exit status: 0 done, 1 found what was looked for (differences, what was not delivered),
    2 misuse, unreadable input, or a database that cannot be used.
    Example: upheld desk init --db sqlite:///desk.db --policy base
    """
