"""Tallies: what became of the rows of an export, counted while they are read.

Whatever a mapping drops, adds or understands in its own way is counted, so that nobody has to
believe that the records are what the tracker said.

    >>> tally = Tally(rows=3, records=4, openings=1)
    >>> tally.lines()
    ['3 rows read, 4 records made of them', '1 opening added, since the first row of its ticket was none']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from upheld.core.nearest import nearest, quoted
from upheld.history.mapping.automatic_closing import Recogniser
from upheld.history.mapping.cell import Unknown
from upheld.history.mapping.wall_clock import WallClock
from upheld.history.notice import Notice, Notices

MOST_WORDS = 20
"""Unknown words that are told one by one, the most frequent first."""
MIDNIGHTS = 95
"""Percent of instants at midnight with which an export has dates and no times."""
FEW_MIDNIGHTS = 5
"""Percent of instants that may lie there by chance, as of a desk that works at night, where a time is written."""


@dataclass(slots=True)
class Tally:
    """What became of rows.

    Attributes:
        rows: Those that the format found, bad ones included.
        bad: Those that could not be read or understood.
        bad_rows: Of these, rows that tell nothing at all.
        steps: What the others tell: a row one thing, but for a snapshot, which tells changes, and a ticket's row,
            which tells instants.
        bad_steps: Of these, those that could not be understood.
        records: What was made of them.
        duplicates: Rows that were there before, and dropped.
        unchanged: Snapshots in which nothing changed that counts.
        skipped: Rows that mean nothing, by the mapping.
        unmeant: Instants of a ticket's row that mean nothing, by the mapping.
        left_out: Instants of a ticket's row that would lead back from its end, and are listed before it.
        openings, wait_ends: Records that nobody wrote, and the mapping adds.
        unknown: Words that the mapping does not know, with the column; ``""`` where it takes several to say.
        recognisers: What recognised automatic closings.
        clock: What read the instants.
        missing: Columns of the mapping that no row had.
        seen: The columns of the first row.
        notices: What was noticed of rows that were understood.
    """

    rows: int = 0
    bad: int = 0
    bad_rows: int = 0
    steps: int = 0
    bad_steps: int = 0
    records: int = 0
    duplicates: int = 0
    unchanged: int = 0
    skipped: int = 0
    unmeant: int = 0
    left_out: int = 0
    openings: int = 0
    wait_ends: int = 0
    unknown: Counter[Unknown] = field(default_factory=Counter)
    recognisers: list[Recogniser] = field(default_factory=list)
    clock: WallClock | None = None
    missing: set[str] = field(default_factory=set)
    seen: tuple[str, ...] = ()
    notices: Notices = field(default_factory=Notices)

    @property
    def instants(self) -> int:
        """Instants that were read."""
        return 0 if self.clock is None else self.clock.instants

    def noticed(self) -> Iterator[Notice]:
        """What was noticed, once all rows were read: by then it shows what the instants at midnight are."""
        instants, written = self.instants, 0 if self.clock is None else self.clock.midnights
        for each in self.notices:
            if each.kind != "midnight":
                yield each
            elif 100 * each.number >= MIDNIGHTS * instants:
                yield replace(each, kind="dates-only")
            elif each.number > written or 100 * written >= FEW_MIDNIGHTS * instants:
                yield each

    @property
    def automatic_closings(self) -> int:
        """Closings that were recognised as automatic."""
        return sum(each.fitting for each in self.recognisers)

    def counts(self) -> dict[str, int]:
        """All of it for programs: the entry ``rows`` of a summary.

        ``steps = bad_steps + skipped + left_out + (records - openings - wait_ends)``; and where a row is one step,
        ``read = bad + duplicates + steps``.
        """
        return {
            "read": self.rows,
            "bad": self.bad_rows,
            "duplicates": self.duplicates,
            "unchanged": self.unchanged,
            "steps": self.steps,
            "bad_steps": self.bad_steps,
            "skipped": self.skipped + self.unmeant,
            "left_out": self.left_out,
            "openings": self.openings,
            "wait_ends": self.wait_ends,
            "automatic_closings": self.automatic_closings,
            "records": self.records,
        }

    def lines(self) -> list[str]:
        """All of it for people, a line each; what did not happen is not told."""
        told = [f"{_number(self.rows, 'row')} read, {_number(self.records, 'record')} made of them"]
        counted = (
            (self.bad, "bad {row}"),
            (self.duplicates, "exact {duplicate} dropped"),
            (self.unchanged, "{snapshot} passed over, in which nothing changed that counts"),
            (self.skipped, "{row} passed over, as the mapping says"),
            (self.unmeant, "{instant} passed over, as the mapping says"),
            (self.left_out, "{instant} left out, later than the end of the ticket and listed before it"),
            (self.openings, "{opening} added, since the first row of its ticket was none"),
            (self.wait_ends, "{end} of a wait added, since nobody wrote it down"),
        )
        told += [_counted(count, text) for count, text in counted if count]
        told += [each.text() for each in self.recognisers]
        told += [f"unknown {_word(word)}: {_number(count, 'row')}" for word, count in self._most_unknown()]
        if len(self.unknown) > MOST_WORDS:
            told.append(f"and {len(self.unknown) - MOST_WORDS} more unknown words")
        return told + [self._missing(column) for column in sorted(self.missing)] * bool(self.rows)

    def _most_unknown(self) -> list[tuple[Unknown, int]]:
        return sorted(self.unknown.items(), key=lambda each: (-each[1], each[0]))[:MOST_WORDS]

    def _missing(self, column: str) -> str:
        near = nearest(column, self.seen)
        return f"no row has the column {quoted(column)}" + (f"; did you mean {quoted(near)}?" if near else "")


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _counted(count: int, text: str) -> str:
    """A count with its words; the word in braces is the one that is counted."""
    before, _, rest = text.partition("{")
    word, _, after = rest.partition("}")
    return f"{count} {before}{word}{'' if count == 1 else 's'}{after}"


def _word(unknown: Unknown) -> str:
    if not unknown.word:
        return "because nothing is said of the status"
    return f"{quoted(unknown.word)} in {quoted(unknown.column)}" if unknown.column else unknown.word
