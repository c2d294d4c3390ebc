"""Notices: what was read and is probably not what its author meant, counted while a history is read.

A bad record ends a reading, or is skipped and counted. A notice does neither: the text means
something, and whoever reads the verdicts should know what was noticed about it. A notice is
data, so that a page can say it in its reader's language; programs have its English sentence.

    >>> notices = Notices()
    >>> notices.note("midnight", "log.csv:2", text="2026-03-02")
    >>> notices.note("midnight", "log.csv:7", text="2026-03-05")
    >>> [(each.kind, each.number, each.place, each.values) for each in notices]
    [('midnight', 2, 'log.csv:2', {'text': '2026-03-02'})]
    >>> print(*notices)
    2 instants are a date without a time of day, such as `2026-03-02`: promises in hours cannot be told from them
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "swallowed-rows": (
        "the cell at {place} spans {lines} lines that look like rows: a quote was opened there and never closed",
        "{number} cells span lines that look like rows, the first at {place}: a quote was opened and never closed",
    ),
    "short-rows": (
        "the row at {place} has {cells} cells where the head has {columns}: what it lacks counts as empty",
        "{number} rows have fewer cells than the head, the first at {place}: what they lack counts as empty",
    ),
    "long-rows": (
        "the row at {place} has {cells} cells where the head has {columns}, and others do not: those behind are empty, "
        "but see whether a cell in it has a separator and no quotes",
        "{number} rows have more cells than the head, and others do not, the first at {place}: those behind are empty, "
        "but see whether a cell in them has a separator and no quotes",
    ),
    "hidden-rows": (
        "rows of {file} are hidden ({rows}), by a filter or by hand, and were read too: delete those that are not "
        "meant",
        "{number} workbooks have hidden rows, such as {file} ({rows}), which were read too: delete those that are not "
        "meant",
    ),
    "text-dates": (
        "the cell at {place}, `{text}`, is a date as text in a column of dates: a spreadsheet that could not read it "
        "may have taken the day for the month in the others",
        "{number} cells are dates as text in columns of dates, such as `{text}` at {place}: a spreadsheet that could "
        "not read them may have taken the day for the month in the others",
    ),
    "nothing-said": (
        "the row at {place} says nothing in `{column}` and was passed over: see whether it is called otherwise there",
        "{number} rows say nothing in `{column}` and were passed over, the first at {place}: see whether it is called "
        "otherwise there",
    ),
    "title-lines": (
        "the head of the table was taken to be at {place}; above it lies what is no row ({lines})",
        "{number} tables have lines above their heads that are no rows; the first head was taken to be at {place}",
    ),
    "guessed-encoding": (
        "the text is no UTF-8 and was read as {encoding}: say `--encoding` where names look wrong",
        "{number} files are no UTF-8 and were read as {encoding}: say `--encoding` where names look wrong",
    ),
    "doubtful-encoding": (
        "the text is no UTF-8 and was read as {encoding}, but looks like {likely}: see whether names are right with "
        "`--encoding {likely}`",
        "{number} files are no UTF-8 and were read as {encoding}, but look like {likely} and others: see whether names "
        "are right with `--encoding {likely}`",
    ),
    "never-was": (
        "1 instant, `{text}`, does not exist in {zone}: the zone of the export is another",
        "{number} instants, such as `{text}`, do not exist in {zone}: the zone of the export is another",
    ),
    "midnight": (
        "1 instant is a date without a time of day, `{text}`: promises in hours cannot be told from it",
        "{number} instants are a date without a time of day, such as `{text}`: promises in hours cannot be told from "
        "them",
    ),
    "dates-only": (
        "the export has dates and no times, such as `{text}`: promises in minutes and hours cannot be told from it",
        "the export has dates and no times, such as `{text}`: promises in minutes and hours cannot be told from it",
    ),
    "repeated-id": (
        "a row is of ticket `{ticket}`, which stood in a row before: see whether the id is that of the ticket",
        "{number} rows are of a ticket that stood in a row before, such as `{ticket}`: see whether the id is that of "
        "the ticket",
    ),
    "shortened-id": (
        "a row is of ticket `{ticket}`, a long number that a spreadsheet has shortened: several tickets may have "
        "become one; export the column as text",
        "{number} rows are of tickets such as `{ticket}`, long numbers that a spreadsheet has shortened: several "
        "tickets may have become one; export the column as text",
    ),
    "alike-ids": (
        "ticket `{ticket}` is another than `{other}`, from which its case alone tells it: see whether they are one",
        "{number} tickets are told from others by their case alone, such as `{ticket}` from `{other}`: see whether "
        "they are one",
    ),
    "repeated-column": (
        "a second column `{column}` is called `{called}`: see which of them is meant",
        "{number} columns have the name of an earlier one; the first, `{column}`, is called `{called}`",
    ),
    "backwards": (
        "at {place} the instant in `{column}` lies before that in `{before}`: it was taken first, and a state "
        "that would lead back from a resolved or closed one was left out",
        "{number} instants lie before that of a column in front of them, such as `{column}` before `{before}` at "
        "{place}: they were taken first, and states that would lead back from a resolved or closed one were left out",
    ),
    "left-out": (
        "{file} is no history, and was left out: name it, if it is one",
        "{number} files are no histories, and were left out, such as {file}: name them, if they are",
    ),
    "looks-like-utf-8": (
        "the text was read as {encoding}, and looks like UTF-8: see whether `--encoding` is right",
        "{number} files were read as {encoding}, and look like UTF-8: see whether `--encoding` is right",
    ),
    "escaped-quotes": (
        "the row at {place} has quotes with a backslash before them, and was read as if they were doubled",
        "{number} rows have quotes with a backslash before them, the first at {place}, and were read as if "
        "they were doubled",
    ),
    "other-tables": (
        "another table of the page, at {place} with {rows} rows, was left out",
        "{number} other tables of the page were left out, the first at {place} with {rows} rows",
    ),
    "unknown-object": (
        "the event at {place} names the object `{object}`, which the log does not have",
        "{number} times an event names an object that the log does not have, the first `{object}` at {place}",
    ),
    "cut-short": (
        "the page ends at {place} within a table: rows may be missing",
        "{number} pages end within a table, the first at {place}: rows may be missing",
    ),
    "members-behind": (
        "at {place} `{member}` stands behind a long list, whose first rows were made without it",
        "{number} members stand behind a long list whose first rows were made without them, such as "
        "`{member}` at {place}",
    ),
    "other-list": (
        "the rows are those of `{read}`; the list `{other}` beside it was not read",
        "lists beside `{read}`, whose rows were read, were not ({number}), such as `{other}`",
    ),
    "nested-objects": (
        "`{column}` at {place} holds a list of objects, with {names}: they are one text, and no rows",
        "{number} columns hold lists of objects, such as `{column}` at {place}, with {names}: each list is one text, "
        "and no rows",
    ),
    "guessed-value": (
        "every `{field}` is `{value}`, a guess at {place}: verdicts that go by it are guesses, too; say what it is, "
        "and remove `guessed`",
        "{number} fields are the same on every ticket, a guess, such as `{field}` `{value}` at {place}: verdicts that "
        "go by them are guesses, too; say what they are, and remove `guessed`",
    ),
    "no-records": ("{file} holds no record", "{number} files hold no record, such as {file}"),
    "newest-first": (
        "the history stands newest first, so it is taken in the order of its instants; `order: as-is` in the mapping, "
        "or `--order arrival`, takes it as it stands",
        "{number} histories stand newest first, and are taken in the order of their instants",
    ),
}
"""For each kind of notice what is said of one, and of several."""
MOST_ABOUT: Final = 10_000
"""Things that are told once each; what is met after these is not told."""
OTHER: Final = ("`{kind}` was noticed at {place}", "`{kind}` was noticed {number} times, the first time at {place}")
"""What is said of a kind that nobody has words for: that of a plugin."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of thing that was noticed.

    Attributes:
        kind: What it is about.
        number: How often it was noticed.
        place: Where first.
        values: What the first one names.
    """

    kind: str
    number: int
    place: str
    values: Mapping[str, str | int]

    def __str__(self) -> str:
        return SENTENCES.get(self.kind, OTHER)[self.number != 1].format_map(self.words)

    @property
    def words(self) -> dict[str, str | int]:
        """Everything that a sentence about it may name."""
        return {**self.values, "kind": self.kind, "number": self.number, "place": self.place}


class Notices:
    """What was noticed so far, kind by kind, in the order in which the kinds were met.

    Args:
        columns: Those that a mapping reads. How often others stand there changes no verdict, and is not noticed; nor
            what a column holds, since whoever wrote the mapping has seen it. By default nobody has.
    """

    def __init__(self, columns: Collection[str] | None = None) -> None:
        self._columns = columns
        self._found: dict[str, Notice] = {}
        self._about: set[tuple[str, str]] = set()

    def note(self, kind: str, place: str, more: int = 1, /, **values: str | int) -> None:
        """Count one more, or several; of its kind the first alone keeps its place and ``values``."""
        if self._columns is not None and (
            kind == "nested-objects" or (kind == "repeated-column" and values["column"] not in self._columns)
        ):
            return
        found = self._found.get(kind)
        number = more if found is None else found.number + more
        first = Notice(kind, 1, place, values) if found is None else found
        self._found[kind] = Notice(kind, number, first.place, first.values)

    def note_once(self, kind: str, about: str, place: str, /, **values: str | int) -> None:
        """Count one more of what is the same in every row, such as a column, when it is met first."""
        if (kind, about) not in self._about and len(self._about) < MOST_ABOUT:
            self._about.add((kind, about))
            self.note(kind, place, **values)

    def __iter__(self) -> Iterator[Notice]:
        return iter(self._found.values())
