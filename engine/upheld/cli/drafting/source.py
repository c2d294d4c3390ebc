"""The export that a mapping is drafted for: looked at once or more often, and tried in part.

A file can be read again, which is how it is looked at anew once somebody says which column is what. Of a pipe the first
rows are kept, to try the draft on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from upheld.cli.history.history import all_formats
from upheld.cli.output import progress
from upheld.core.errors import HistoryError
from upheld.core.nearest import listed
from upheld.history.draft.column_guess import Chosen
from upheld.history.draft.export_survey import ExportSurvey, survey
from upheld.history.file import HistoryFile, HistoryFiles, Said
from upheld.history.importer import Bad, Row
from upheld.history.notice import Notices
from upheld.history.part import Part
from upheld.history.reading import followed, opened

SAMPLE: Final = 20_000
"""Rows on which a draft is tried."""
KEPT: Final = 5_000
"""The same of what cannot be read again."""


class DraftSource:
    """An export, read as often as it is asked for.

    Args:
        paths: Files or folders, ``-`` for standard input.
        format_name: What it is, or ``""``.
        said: What somebody says of the files.

    Attributes:
        name: What the first file is called, once it was read.
        format_name: The format as which it was read.
        part: Which table of the first file was read.
        notices: What was noticed of the text when it was read last.
    """

    def __init__(self, paths: Sequence[str], format_name: str = "", said: Said | None = None) -> None:
        self._paths = tuple(paths)
        self._asked = format_name
        self._said = said
        self._kept: list[Row | Bad] = []
        self.name = ""
        self.format_name = format_name
        self.part = Part()
        self.notices = Notices()

    @property
    def can_be_read_again(self) -> bool:
        """Whether it is a file, and no pipe."""
        return HistoryFiles(self._paths, said=self._said).can_be_read_again

    @property
    def most_tried(self) -> int:
        """How many rows a draft is tried on."""
        return SAMPLE if self.can_be_read_again else KEPT

    def survey(self, chosen: Chosen | None = None) -> ExportSurvey:
        """Look at all its rows.

        Raises: HistoryError where nothing can be read of it, and of what is several formats; OSError.
        """
        self.notices = Notices()
        files = HistoryFiles(self._paths, self.notices, self._said)
        read: dict[str, HistoryFile] = {}
        with progress("reading") as on_progress:
            rows = followed(self._rows(files, read), files, on_progress)
            found = survey(rows if files.can_be_read_again else self._keeping(rows), chosen)
        if len(read) > 1:
            problem = f"these files are of several formats, {listed(read)}: draft a mapping for those of one of them"
            raise HistoryError(", ".join(self._paths), problem)
        ((self.format_name, first),) = read.items()
        self.name, self.part = first.name, first.part
        if not found.rows:
            bad = found.first_bad or Bad(self.name, "there is no row in it: export it again, with the tickets in it")
            raise HistoryError(bad.place, bad.problem)
        return found

    def sample(self) -> Iterator[Row | Bad]:
        """Its first rows once more, as many as a draft is tried on."""
        if not self.can_be_read_again:
            return iter(self._kept)
        return islice(self._rows(HistoryFiles(self._paths, said=self._said), {}), SAMPLE)

    def rows(self) -> Iterator[Row | Bad]:
        """All its rows once more, where it can be read again. Raises: as `survey` does."""
        return self._rows(HistoryFiles(self._paths, said=self._said), {})

    def _rows(self, files: HistoryFiles, read: dict[str, HistoryFile]) -> Iterator[Row | Bad]:
        for file, chosen in opened(files, self._asked, all_formats()):
            read.setdefault(chosen.name, file)
            yield from chosen.rows(file)

    def _keeping(self, rows: Iterator[Row | Bad]) -> Iterator[Row | Bad]:
        for row in rows:
            if len(self._kept) < KEPT:
                self._kept.append(row)
            yield row
