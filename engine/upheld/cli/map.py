"""``upheld map``: a draft of the mapping that an export needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from upheld.cli.history_options import all_formats, from_option
from upheld.cli.misuse import Command
from upheld.cli.output import progress
from upheld.history.draft.export_survey import survey
from upheld.history.draft.mapping_draft import draft
from upheld.history.file import HistoryFile
from upheld.history.formats import format_of
from upheld.history.importer import Bad, Row
from upheld.history.part import KEYS
from upheld.history.reading import Progress
from upheld.loading import load_policy

_STEP: Final = 1_000


@click.command(cls=Command)
@click.argument("history")
@from_option("`csv`, `xes`, `jira`")
@click.option("--policy", metavar="POLICY", help="Propose the nearest states, events and severities of this policy.")
@click.option("--sheet", default="", metavar="NAME", help="Which sheet of a workbook, or type of objects of a log.")
def command(history: str, format_name: str, policy: str | None, sheet: str) -> None:
    """Draft the mapping that the export HISTORY needs.

    A mapping says what the columns of another tool's export mean, and its words. The
    draft has the columns and words that were found, with their counts, and guesses which
    column is what; each row means nothing until you say which event or state it is. Then
    `upheld replay HISTORY --policy POLICY --map FILE` replays it.

    \b
    Exit status: 0 done, 2 the export cannot be read or the command was misused.
    Example: upheld map export.xes.gz --policy policy.yaml > mapping.yaml
    """
    known = load_policy(policy) if policy is not None else None
    with HistoryFile.open(history) as file, progress("reading") as on_progress:
        file.part.asked, file.part.guesses = dict.fromkeys(KEYS, sheet), True
        chosen = format_of(file, format_name, all_formats())
        found = survey(_followed(chosen.rows(file), file, on_progress))
    click.echo(draft(found, file.name, chosen.name, known, file.part), nl=False)


def _followed(rows: Iterator[Row | Bad], file: HistoryFile, on_progress: Progress | None) -> Iterator[Row | Bad]:
    """The same rows, while somebody is told how far they are."""
    for number, row in enumerate(rows):
        if on_progress is not None and not number % _STEP:
            on_progress(file.position, file.size)
        yield row
