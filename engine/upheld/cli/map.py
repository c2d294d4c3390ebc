"""``upheld map``: a draft of the mapping that an export needs."""

from __future__ import annotations

from collections.abc import Iterator

import click

from upheld.cli.history_options import all_formats, encoding_option, from_option, histories_argument
from upheld.cli.misuse import Command
from upheld.cli.output import progress
from upheld.core.errors import HistoryError
from upheld.core.nearest import listed
from upheld.history.draft.export_survey import survey
from upheld.history.draft.mapping_draft import draft
from upheld.history.file import HistoryFile, HistoryFiles, Said
from upheld.history.importer import Bad, Row
from upheld.history.part import KEYS
from upheld.history.reading import followed, opened
from upheld.loading import load_policy


@click.command(cls=Command)
@histories_argument
@from_option("`csv`, `xes`, `jira`")
@encoding_option
@click.option("--head", type=click.IntRange(1), metavar="LINE", help="The line of a table that names its columns.")
@click.option("--policy", metavar="POLICY", help="Propose the nearest states, events and severities of this policy.")
@click.option("--sheet", default="", metavar="NAME", help="Which sheet of a workbook, or type of objects of a log.")
def command(
    history: tuple[str, ...], format_name: str, encoding: str, head: int | None, policy: str | None, sheet: str
) -> None:
    """Draft the mapping that the export HISTORY needs.

    HISTORY is a file or several, or a folder of them, packed or not. A mapping says what
    the columns of another tool's export mean, and its words. The draft has the columns and
    words that were found, with their counts, and guesses which column is what; each row
    means nothing until you say which event or state it is. Then `upheld replay HISTORY
    --policy POLICY --map FILE` replays it.

    \b
    Exit status: 0 done, 2 the export cannot be read or the command was misused.
    Example: upheld map export.xes.gz --policy policy.yaml > mapping.yaml
    """
    known = load_policy(policy) if policy is not None else None
    said = Said(encoding, head or 0, dict.fromkeys(KEYS, sheet), is_guessed=True)
    files = HistoryFiles(history, said=said)
    read: dict[str, list[HistoryFile]] = {}
    with progress("reading") as on_progress:
        found = survey(followed(_read(files, format_name, read), files, on_progress))
    if len(read) > 1:
        problem = f"these files are of several formats, {listed(read)}: draft a mapping for those of one of them"
        raise HistoryError(", ".join(history), problem)
    ((chosen, (first, *_)),) = read.items()
    click.echo(draft(found, first.name, chosen, known, first.part), nl=False)


def _read(files: HistoryFiles, format_name: str, read: dict[str, list[HistoryFile]]) -> Iterator[Row | Bad]:
    """The rows of all files, and which of them are of a format."""
    for file, chosen in opened(files, format_name, all_formats()):
        read.setdefault(chosen.name, []).append(file)
        yield from chosen.rows(file)
