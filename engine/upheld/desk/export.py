"""Export: a desk written as histories, each record with its column ``arrival``, by which a replay charges as it did.

So the replay of an export gives the desk's verdicts, byte for byte, which is the law of the desk. A file is there whole
or not at all.

Source: DESIGN section 10.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Final, TextIO

from sqlalchemy import Connection, select

from upheld.core.billing.accounts import Accounts
from upheld.core.errors import ArgumentError, DeskError
from upheld.core.record.event import Event
from upheld.core.record.json_text import dense_json
from upheld.desk.record import journal
from upheld.desk.redecision.readings import Reader
from upheld.desk.standing.plain_text import text_of_accounts
from upheld.desk.storage.tables import TICKETS

ACCOUNTS_FILE: Final = "accounts.jsonl"
"""Of an exported desk, how accounts stood after the tickets that left it."""
File = str | Path | TextIO
"""A file, which is there whole or not at all; or what is open for text."""
Tell = Callable[[int], None] | None
"""What is told how many records are written."""
TOLD_AFTER: Final = 1_000
"""Records after which it is told how far an export is."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The tickets of one policy, as files.

    Attributes:
        policy: Its digest; ``document`` is the policy itself, and ``history`` the records, so many of them.
    """

    policy: str
    document: Path
    history: Path
    records: int


class Target:
    """Where an export is written: once, or from the beginning where the database has let go meanwhile.

    Raises: ArgumentError for one file for both.
    """

    def __init__(self, to: File, accounts: File | None = None) -> None:
        self._to, self._accounts, self._is_begun = to, accounts, False
        names = [Path(each).resolve() for each in (to, accounts) if isinstance(each, (str, Path))]
        if len({*names}) < len(names) or (accounts is to and not names):
            raise ArgumentError("records and accounts are two files: name another one for `accounts`")

    @contextmanager
    def opened(self) -> Iterator[tuple[TextIO, TextIO | None]]:
        """What is written to. Raises: DeskError where something open may have a part already."""
        if self._is_begun and not all(isinstance(each, (str, Path, NoneType)) for each in (self._to, self._accounts)):
            raise DeskError("the database let go of an export: what was written of it is a part, so begin anew")
        self._is_begun = True
        with _written_to(self._accounts) as left, _written_to(self._to) as out:
            assert out is not None, "a history is written somewhere"
            yield out, left


def write(
    rows: Connection, reader: Reader, into: Target, policy: str, *, people: bool, on_progress: Tell = None
) -> int:
    """Write the tickets of a policy as a history, and the accounts it begins with; how many records."""
    number = 0
    with into.opened() as (out, accounts):
        if accounts is not None:
            _write_accounts(accounts, reader.accounts(rows, people=people))
        for event in reader.of_policy(rows, reader.people if people else None, policy):
            number += 1
            out.write(line_of(event))
            if on_progress is not None and number % TOLD_AFTER == 0:
                on_progress(number)
    return number


def write_all(rows: Connection, reader: Reader, folder: Path, *, people: bool) -> list[Exported]:
    """Write the tickets of every policy that any goes by into a folder, the policy beside them."""
    found = []
    if accounts := reader.accounts(rows, people=people):
        with whole(folder / ACCOUNTS_FILE) as file:
            _write_accounts(file, accounts)
    used = {*rows.scalars(select(TICKETS.c.policy).distinct())}
    for version in reader.editions.every(rows):
        if version.digest in used:
            name = f"{version.id}-{version.version}-{version.digest[7:15]}"
            document, history = folder / f"{name}.yaml", folder / f"{name}.jsonl"
            with whole(document) as file:
                file.write(reader.editions.policy(rows, version.digest).document)
            number = write(rows, reader, Target(history), version.digest, people=people)
            found.append(Exported(version.digest, document, history, number))
    return found


def line_of(event: Event) -> str:
    """A record as a line of a history, with the number of its arrival."""
    record = json.loads(journal.text_of_record(event))
    return f"{dense_json({**record, 'arrival': event.arrival})}\n"


@contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """A file that is written whole or not at all; it takes the place of what was there."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        error.filename = str(path)
        raise
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123 - a file that is open
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException as error:
        with suppress(OSError):
            Path(name).unlink()
        if isinstance(error, OSError) and error.filename == name:
            error.filename = str(path)  # and not what it is called until it is whole
        raise


@contextmanager
def _written_to(to: File | None) -> Iterator[TextIO | None]:
    """What is open for text, or a file that is written whole or not at all."""
    if isinstance(to, (str, Path)):
        with whole(Path(to)) as file:
            yield file
    else:
        yield to


def _write_accounts(out: TextIO, accounts: Iterable[Accounts]) -> None:
    """Write accounts, a line for each customer."""
    for each in accounts:
        out.write(f"{text_of_accounts(each)}\n")
