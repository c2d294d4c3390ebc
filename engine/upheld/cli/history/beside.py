"""``--beside``: other tickets on the same accounts, which go by another policy than those that a command tells of.

And ``--accounts``: how those accounts stood before, after tickets that left a desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

import click

from upheld.cli.history.history import History, HistoryOptions
from upheld.cli.history.jobs import decided_here
from upheld.cli.output import spoken_by_engine
from upheld.core.billing.accounts import Accounts
from upheld.core.errors import LedgerError
from upheld.core.replay.beside import Beside
from upheld.core.replay.replay import Replay
from upheld.engine import Engine
from upheld.history.event_record import by_ticket
from upheld.history.spilled_logs import SpilledLogs
from upheld.replaying import Version, apart, others_of

beside_option: Final = click.option(
    "--beside",
    type=(str, str),
    multiple=True,
    metavar="HISTORY POLICY",
    help="Tickets that go by another POLICY, and are charged to the same accounts; may be given several times.",
)
"""``--beside``, which the command gets as ``beside``: pairs of a history and a policy."""


accounts_option: Final = click.option(
    "--accounts",
    metavar="FILE",
    help="Begin with accounts as tickets that left a desk had left them: what `upheld desk export --accounts` wrote.",
)
"""``--accounts``, which the command gets as ``accounts``: a file, or ``None``."""


def begun_with(file: str | None) -> list[Accounts]:
    """The accounts that a history begins with.

    Raises: LedgerError with the line that holds none; OSError for a file that cannot be read.
    """
    if file is None:
        return []
    from upheld.desk.standing.plain_text import accounts_of

    found = []
    for number, line in enumerate(Path(file).read_bytes().splitlines(), 1):
        accounts = accounts_of(line.decode(errors="replace"))
        if accounts is None:
            raise LedgerError(
                f"{file}:{number}: these are no accounts: give what `upheld desk export --accounts` wrote"
            )
        found.append(accounts)
    return found


def versions(asked: HistoryOptions, beside: Iterable[tuple[str, str]]) -> list[Version]:
    """Their policies and records, read as the history itself is. Raises: as `History.events` does."""
    found = (replace(asked, histories=(history,), policy=policy, versions=()).opened() for history, policy in beside)
    return [(each.policy, [*each.events()]) for each in found]


@contextmanager
def decided_from(accounts: Sequence[Accounts], history: History, lang: str | None) -> Iterator[Replay]:
    """A replay that begins with these accounts, as `decided_here` gives one that begins with none."""
    if not accounts:
        with decided_here(history, lang) as run:
            yield run
        return
    engine = Engine(history.policy, history.contracts, language=spoken_by_engine(lang), audit=history.audit)
    with decided_beside(engine, history, history.asked.as_of_s, False, (), accounts) as run:
        yield run


@contextmanager
def decided_beside(
    engine: Engine,
    history: History,
    as_of_s: int | None,
    journal: bool,
    beside: Iterable[Version],
    accounts: Iterable[Accounts],
) -> Iterator[Replay]:
    """A replay that has taken all records, those of the other tickets too. Raises: as `decided` does."""
    engines, others = others_of(beside, history.contracts)
    with SpilledLogs() as logs:
        run = Replay(engine, as_of_s, journal=journal, logs=logs, beside=Beside(engines, begun=accounts))
        run.take_all(chain(apart(history.events(), engines), others))
        if history.is_read_twice and run.has_late:
            run.look_again(chain(history.events_again(), others), by_ticket)
        yield run
