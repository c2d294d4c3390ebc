"""Tables: the verdicts of a replay as files of Parquet, whatever has decided them.

Source: DESIGN section 11, step 3.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from upheld.cli.history.columns import NEEDED, TABLES, ColumnsReplay, are_there
from upheld.cli.history.history import History
from upheld.cli.history.jobs import texts
from upheld.core.errors import MissingLibraryError
from upheld.core.policy.policy import Policy
from upheld.core.replay.replay import Replay
from upheld.report.files.verdicts import VerdictText

if TYPE_CHECKING:
    from upheld.bulk.writing import TablesFolder
    from upheld.jobs.sharded_replay import ShardedReplay

Row = Mapping[str, Any]


def write_tables(
    run: Replay | ShardedReplay | ColumnsReplay, policy: Policy, folder: TablesFolder, summary: Callable[[], Row]
) -> None:
    """Write the tables of a replay into a folder, and put it in place."""
    from upheld.bulk.scalar_tables import Rows, batches_of

    header = run.header()
    folder.begin(header)
    if isinstance(run, ColumnsReplay):
        folder.write(run.tables)
    else:
        found = run.verdicts() if isinstance(run, Replay) else _read(texts(run, wanted=True, tables=False))
        for batches in batches_of(found, policy):
            folder.write(batches)
        rows = Rows(policy)
        rows.summarise(summary())
        folder.write(rows.batches())
    folder.finish(header, summary())


def tables_folder(out: str | None, history: History) -> TablesFolder:
    """The folder for tables.

    Raises: click.UsageError where nobody said which; MissingLibraryError; UpheldError; OSError.
    """
    if out is None:
        raise click.UsageError("`--format parquet` writes a folder of tables: say which with `--out DIR`")
    if not are_there():
        raise MissingLibraryError(TABLES, NEEDED, "bulk")
    from upheld.bulk.writing import TablesFolder

    return TablesFolder(Path(out), history.policy)


def _read(verdicts: Iterator[VerdictText]) -> Iterator[Row]:
    return (json.loads(each.line) for each in verdicts)
