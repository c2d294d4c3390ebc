"""Survey of an export: its columns, how many rows fill them, which words there are, what they seem to be.

>>> rows = [Row("log.csv:2", {"id": "1", "state": "New"}), Row("log.csv:3", {"id": "1", "state": ""})]
>>> found = survey(iter(rows))
>>> found.rows, found.columns["state"].filled, found.guess.ticket, found.statuses[("New",)]
(2, 1, 'id', 1)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from typing import Final

from upheld.core.nearest import quoted
from upheld.history.draft.column_guess import (
    LONGEST_WORD,
    NULLS,
    Chosen,
    ColumnGuess,
    Columns,
    ColumnWords,
    status_words,
)
from upheld.history.draft.column_names import ENDS, ColumnNames
from upheld.history.draft.date_shape import DateTexts
from upheld.history.importer import Bad, Row
from upheld.history.mapping.cell_condition import shown
from upheld.history.mapping.date_form import parse_form

HEAD: Final = 1_000
"""Rows by which it is guessed which columns tell the status."""
MOST_COLUMNS: Final = 1_000
MOST_STATUSES: Final = 2_000
MOST_TICKETS: Final = 200_000
"""Tickets whose rows are compared with one another; those that come later are not, to stay within bounds."""
MOST_SCOPES: Final = 3
"""Columns that are tried beside the id of a ticket."""
ONE_ROW: Final = 0.95
"""The share of tickets with one row alone, from which on an export has one row per ticket."""


@dataclass(slots=True)
class ExportSurvey:
    """What an export holds.

    Attributes:
        guess: What the columns seem to be.
        rows: How many rows there are.
        bad: How many more could not be read.
        first_bad: The first of these.
        columns: By name, in the order in which they were met.
        statuses: How many rows have which words in the columns that tell the status.
        examples: A ticket that has these words.
        ended: How many rows have which word for the status beside an instant of an end, by its column and the word.
        follows: How often which words came after which others on a ticket.
        tickets: How many there are, as far as they were counted.
        single: How many of these have one row alone.
        out_of_order: How many rows lie before one of their ticket that stands above them.
        duplicates: How many are exactly like one before, of the same ticket and instant.
    """

    guess: ColumnGuess
    rows: int = 0
    bad: int = 0
    first_bad: Bad | None = None
    columns: dict[str, ColumnWords] = field(default_factory=dict)
    statuses: Counter[tuple[str, ...]] = field(default_factory=Counter)
    examples: dict[tuple[str, ...], str] = field(default_factory=dict)
    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    follows: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=Counter)
    tickets: int = 0
    single: int = 0
    out_of_order: int = 0
    duplicates: int = 0

    @property
    def has_one_row_per_ticket(self) -> bool:
        """Whether (nearly) every ticket stands in one row, which tells several instants of its life."""
        lasting = [role for role in self.guess.moments.values() if role != "waiting"]
        return self.is_list and len(lasting) > 1 and not self.guess.is_change

    @property
    def is_turned(self) -> bool:
        """Whether the newest rows stand first."""
        return self.out_of_order > self.rows // 4

    @property
    def is_list(self) -> bool:
        """Whether (nearly) every ticket stands in one row."""
        return self.tickets > 0 and self.single >= ONE_ROW * self.tickets

    @property
    def opened(self) -> str:
        """Of a list with the opening and the last change of each ticket the column of the opening; else ``""``."""
        guess = self.guess
        if not self.is_list or self.has_one_row_per_ticket or guess.is_change or not guess.at or not guess.status:
            return ""
        return next((name for name, role in guess.moments.items() if role == "created" and name != guess.at), "")

    @property
    def undated(self) -> str:
        """What there is where no column holds dates that can be read, in words."""
        for name, column in self.columns.items():
            if column.counts and not any(text.strip("#") for text in column.counts):
                why = "what a spreadsheet shows of a date in too narrow a column: widen it, save it again"
                return f"{quoted(name)} holds {quoted(next(iter(column.counts)))}, {why}"
        return "there are no dates that can be read"

    @property
    def has_snapshots(self) -> bool:
        """Whether each row is a whole record as it was saved."""
        return (
            bool(self.guess.revision and self.guess.status) and not self.guess.is_change and self.single < self.tickets
        )


def survey(rows: Iterator[Row | Bad], chosen: Chosen | None = None) -> ExportSurvey:
    """Look at all rows of an export, once.

    Args:
        chosen: What somebody said of its columns.
    """
    rows = map(_as_shown, rows)
    head = list(islice(rows, HEAD))
    first: dict[str, ColumnWords] = {}
    for row in head:
        if isinstance(row, Row):
            _add(row, first)
    guess = ColumnGuess(first, chosen)
    guess = ColumnGuess(first, _going_on(head, guess, chosen or Chosen()))
    found = ExportSurvey(guess)
    courses = _Courses(guess, first)
    numbers = _Numbers(guess)
    names = ColumnNames(list(first))
    ends = [name for name in first if names.instant(name) in ENDS]
    for row in chain(head, rows):
        if isinstance(row, Bad):
            found.bad += 1
            found.first_bad = found.first_bad or row
            continue
        found.rows += 1
        _add(row, found.columns)
        words = status_words(guess, row.cells) if guess.status else ()
        if words and (words in found.statuses or len(found.statuses) < MOST_STATUSES):
            found.statuses[words] += 1
            found.examples.setdefault(words, row.cells.get(guess.ticket, ""))
            found.ended.update((name, words[0]) for name in ends if row.cells.get(name, "").strip() not in ("", *NULLS))
        courses.see(row, words)
        numbers.see(row)
    found.guess = ColumnGuess(found.columns, Chosen(guess.ticket, guess.at, guess.status))
    courses.tell(found)
    numbers.tell(found)
    return found


def _as_shown(row: Row | Bad) -> Row | Bad:
    """A row whose words are written as people see them, which is how a mapping takes them."""
    if isinstance(row, Bad) or all(map(str.isprintable, row.cells.values())):
        return row
    return replace(row, cells={name: shown(cell) if _is_word(cell) else cell for name, cell in row.cells.items()})


def _is_word(cell: str) -> bool:
    return len(cell) <= LONGEST_WORD and "\n" not in cell


class _Numbers:
    """Sees whether tickets are numbered anew within a project, so that two columns together tell one."""

    def __init__(self, guess: ColumnGuess) -> None:
        self._ticket, self._scopes = guess.ticket, guess.scopes[:MOST_SCOPES]
        self._rows: list[Counter[tuple[str, str]]] = [Counter() for _ in self._scopes]

    def see(self, row: Row) -> None:
        """One more row."""
        ticket = row.cells.get(self._ticket, "").strip()
        for scope, counted in zip(self._scopes, self._rows):
            pair = row.cells.get(scope, "").strip(), ticket
            if all(pair) and ticket.lstrip("#").isdecimal() and (pair in counted or len(counted) < MOST_TICKETS):
                counted[pair] += 1

    def tell(self, found: ExportSurvey) -> None:
        """The column that makes each row a ticket of its own, where the id alone does not."""
        if found.single >= ONE_ROW * found.tickets:
            return
        for scope, counted in zip(self._scopes, self._rows):
            single = sum(count == 1 for count in counted.values())
            if single >= ONE_ROW * len(counted) and len(counted) > found.tickets:
                found.guess.scope, found.tickets, found.single = scope, len(counted), single
                return


@dataclass(slots=True)
class _Course:
    """What is known of a ticket's rows.

    Attributes:
        last: The latest instant, in each way of reading it.
        words: What the row before said of the status.
        at, alike: The instant of the row before, as it is written, and every row that has it.
    """

    rows: int = 0
    last: list[datetime | None] = field(default_factory=list)
    words: tuple[str, ...] = ()
    at: str = ""
    alike: set[int] | int = 0


class _Courses:
    """Compares the rows of each ticket: how many there are, whether they stand in order, which are there twice.

    Where the first rows do not tell whether the day or the month comes first, both ways are followed.
    """

    def __init__(self, guess: ColumnGuess, columns: Columns) -> None:
        self._ticket, self._at = guess.ticket, guess.at
        dates = columns[self._at].dates if self._at in columns else DateTexts()
        self._ways = [[parse_form(form) for form in forms] for forms in dates.ways()]
        self._out_of_order = [0] * len(self._ways)
        self._duplicates = 0
        self._courses: dict[str, _Course] = {}
        self._follows: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()

    def see(self, row: Row, words: tuple[str, ...]) -> None:
        """One more row, and what it says of the status."""
        ticket = row.cells.get(self._ticket, "").strip()
        course = self._courses.get(ticket)
        if course is None:
            if not ticket or len(self._courses) >= MOST_TICKETS:
                return
            course = self._courses[ticket] = _Course(last=[None] * len(self._ways))
        course.rows += 1
        if words:
            pair = course.words, words
            if course.words and (pair in self._follows or len(self._follows) < MOST_STATUSES):
                self._follows[pair] += 1
            course.words = words
        text = row.cells.get(self._at, "").strip()
        if text:
            self._see_instant(course, text)
            self._see_row(course, text, hash(frozenset(row.cells.items())))

    def tell(self, found: ExportSurvey) -> None:
        """What they come to, now that every row has been seen."""
        found.tickets = len(self._courses)
        found.single = sum(course.rows == 1 for course in self._courses.values())
        found.duplicates = self._duplicates
        found.follows = self._follows
        form = found.guess.reading([self._at]).form
        way = 1 if form.startswith("M") else 2 if form[:2] == "YY" != form[2:4] else 0
        found.out_of_order = self._out_of_order[min(way, len(self._out_of_order) - 1)]

    def _see_instant(self, course: _Course, text: str) -> None:
        for number, forms in enumerate(self._ways):
            at = next((at for read in forms if (at := read(text)) is not None), None)
            last = course.last[number]
            if at is not None and (last is None or (last.tzinfo is None) is (at.tzinfo is None)):
                self._out_of_order[number] += last is not None and at < last
                course.last[number] = at if last is None else max(last, at)

    def _see_row(self, course: _Course, text: str, row: int) -> None:
        if course.at != text:
            course.at, course.alike = text, row
            return
        alike = course.alike if isinstance(course.alike, set) else {course.alike}
        self._duplicates += row in alike
        course.alike = {*alike, row}


def _going_on(head: Iterable[Row | Bad], guess: ColumnGuess, chosen: Chosen) -> Chosen:
    """What changes while a ticket goes on, in place of a status or an instant that is the same on all its rows."""
    dated = [name for name in {guess.at: 0, **guess.dated} if name and not guess.is_planned(name)]
    first: dict[tuple[str, str], str] = {}
    changing: set[str] = set()
    for row in head:
        if isinstance(row, Row):
            ticket = row.cells.get(guess.ticket, "")
            for name in (*guess.statuses, *dated):
                text = row.cells.get(name, "")
                if first.setdefault((ticket, name), text) != text:
                    changing.add(name)
    statuses = [name for name in guess.statuses if name in changing]
    instants = [name for name in dated if name in changing]
    if chosen.status is None and not guess.is_change and statuses and guess.status[0] not in statuses:
        chosen = replace(chosen, status=(statuses[0],))
    if chosen.at is None and instants and guess.at not in instants:
        chosen = replace(chosen, at=instants[0] if len(instants) == 1 else "")
    return chosen


def _add(row: Row, columns: dict[str, ColumnWords]) -> None:
    for name, cell in row.cells.items():
        words = columns.get(name)
        if words is None:
            if len(columns) >= MOST_COLUMNS:
                continue
            words = columns[name] = ColumnWords()
        words.add(cell.strip())
