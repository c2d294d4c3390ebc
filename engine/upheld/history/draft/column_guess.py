"""Guesses: what the columns of an export seem to be, by their names and by what they hold.

A guess is a proposal to a person, in a draft: wrong ones are crossed out. So the names that
trackers use come first, and what a column holds decides only whether it can be that.

    >>> words = ColumnWords()
    >>> for text in ("New", "Done", "", "New"):
    ...     words.add(text)
    >>> words.filled, words.empty, words.frequent(1), words.are_all
    (3, 1, [('New', 2)], True)
    >>> ColumnGuess({"state": words}).status
    ('state',)

A column of texts, such as titles or instants, would fill the memory with them; after some
hundred different ones only their number is kept, and no more than that there are many.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from upheld.history.draft import column_names as known
from upheld.history.draft.column_names import INSTANTS, ColumnNames, Role
from upheld.history.draft.date_shape import DATED, NUMBERS, DateTexts, Reading, likely_zone, offsets, settled
from upheld.history.draft.plain_words import words_of
from upheld.history.mapping.date_form import is_zeros

SHOWN: Final = ".display_value"
KEPT: Final = ".value"
"""How an API ends the names of what it tells twice: ServiceNow's, where somebody asks for all."""
LONGEST_WORD: Final = 200
"""Characters of a column or a word that a mapping names."""
MOST_WORDS: Final = 2_000
"""Different texts of a column that are counted one by one."""
NULLS: Final = frozenset("? - -- n/a N/A NA #N/A NULL null (null) None none (empty) UNKNOWN Unknown unknown".split())
"""Spellings of nothing that mean nothing else."""
PERHAPS_NULL: Final = frozenset("0 -1 -100 99 999 Unmatched Other other".split())
"""Words that are a spelling of nothing in some exports."""

CHANGED_STATUS: Final = frozenset(
    {
        *("status", "state", "status id", "state id", "incident state", "bug status", "issue status", "ticket status"),
        *("case status", "statut", "etat"),
    }
)
"""Fields of a change that tell the status."""
LIFECYCLE: Final = frozenset(
    "start complete schedule assign reassign suspend resume withdraw manualskip autoskip abort unknown".split()
)
"""What XES says of an activity, and not of a ticket."""
TIME_OF_DAY: Final = re.compile(r"(?:[01]?[0-9]|2[0-3])[:hH][0-5][0-9](?::[0-5][0-9])?(?: ?[AaPp]\.?[Mm]\.?)?")
UTC: Final = "Etc/UTC"
_UTC: Final = (("utc",), ("gmt",))
"""How the name of a column ends that says in which zone its instants are."""
MOST_STATUSES: Final = 200
LEAST_DATED: Final = 0.5
"""The share of its texts that are instants, from which on a column that is called so holds instants."""


@dataclass(slots=True)
class ColumnWords:
    """What one column holds.

    Attributes:
        filled, empty: Rows that have something there, and rows that have an empty cell.
        are_all: Whether ``counts`` has every text there is; else those that came first.
        dates: The texts as instants.
    """

    filled: int = 0
    empty: int = 0
    are_all: bool = True
    counts: Counter[str] = field(default_factory=Counter)
    dates: DateTexts = field(default_factory=DateTexts)

    def add(self, text: str) -> None:
        """One more cell."""
        if not text:
            self.empty += 1
            return
        self.filled += 1
        is_null = is_null_word(text)
        if not is_null:
            self.dates.add(text)
        text = text[: LONGEST_WORD + 1]
        if is_null or text in self.counts or len(self.counts) < MOST_WORDS:
            self.counts[text] += 1
        else:
            self.are_all = False

    def frequent(self, most: int) -> list[tuple[str, int]]:
        """The most frequent words with their numbers, those of one number in the order of the alphabet."""
        return sorted(self.counts.items(), key=lambda each: (-each[1], each[0]))[:most]

    @property
    def is_prose(self) -> bool:
        """Whether most texts are several words and no number, as descriptions of an issue are, and ids are not."""
        prose = sum(" " in text and not any(map(str.isdigit, text)) for text in self.counts)
        return prose > len(self.counts) // 2

    @property
    def different(self) -> str:
        """How many different ones there are, for people."""
        return f"{len(self.counts)}" if self.are_all else f"over {MOST_WORDS}"


Columns = Mapping[str, ColumnWords]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody said of the columns; ``None`` where it is left to the guess."""

    ticket: str | None = None
    at: str | None = None
    status: tuple[str, ...] | None = None


def is_null_word(text: str) -> bool:
    """Whether a word is a spelling of nothing, or an instant of zeros."""
    return text in NULLS or is_zeros(text)


class ColumnGuess:
    """What the columns of an export seem to be; ``""`` where none is like it.

    Args:
        columns: What they hold.
        chosen: What is settled.

    Attributes:
        ticket, at, actor, actor_kind, customer, channel: Columns.
        scopes: Columns within which tickets may be counted anew.
        scope: That of them without which an id is that of several tickets, once rows have shown it; ``""`` for none.
        tickets, severities, impacts, statuses: All columns that may tell these, the likeliest first.
        status: The columns that together tell the status.
        is_change: Whether a row is a change of one field; the last two of ``status`` name the field and its value.
        time_of_day: A column that holds times of day alone, ``""`` for none.
        revision: The column that counts how often a record was saved, ``""`` for none.
        dated: Every column that holds instants, and how they are read.
        moments: Those of a ticket's life, and what happened then, in the usual order.
        supposed: The one of these that is taken for the opening though it is called a start, ``""`` for none.
        nulls, perhaps: Spellings of nothing that were met, certain and uncertain ones.
    """

    def __init__(self, columns: Columns, chosen: Chosen | None = None) -> None:
        chosen = chosen or Chosen()
        self._columns = columns
        self._names = ColumnNames([name for name, column in columns.items() if column.filled and can_be_written(name)])
        self.dated = self._dated()
        self._leave_twins()
        self.supposed = ""
        self.tickets = [name for name in self._names.every(known.TICKET) if not columns[name].is_prose]
        self.ticket = next(iter(self.tickets), "") if chosen.ticket is None else chosen.ticket
        self.scopes = [name for name in self._names.every(known.SCOPE) if name != self.ticket]
        self.scope = ""
        self.at = self._at() if chosen.at is None else chosen.at
        self.time_of_day = next((name for name in columns if name != self.at and self._has_times_alone(name)), "")
        self.actor = self._other(known.ACTOR)
        self.actor_kind = self._other(known.KIND_OF_ACTOR)
        self.customer = self._other(known.CUSTOMER)
        self.channel = self._other(known.CHANNEL)
        self.severities = self._others(known.SEVERITY)
        self.impacts = self._others(known.IMPACT)
        self.statuses = self._others(known.STATUS)
        self.is_change = False
        self.status = self._status() if chosen.status is None else chosen.status
        self.is_change = len(self.status) > 1 and self.status == self._change()
        self.revision = self._other(known.REVISION)
        self.moments = self._moments()
        words = {word for each in columns.values() for word in each.counts}
        self.nulls = sorted(filter(is_null_word, words))
        self.perhaps = sorted(words & PERHAPS_NULL)

    def reading(self, names: Iterable[str]) -> Reading:
        """How the instants of these columns are read, together; other columns of the tool's help to settle it."""
        wanted = [name for name in names if name in self._columns]
        found = settled((self._columns[name].dates for name in wanted), numbers=True)
        if not found.other:
            return found
        alike = [name for name, each in self.dated.items() if {*each.ways} & {*found.ways}]
        wider = settled(self._columns[name].dates for name in dict.fromkeys((*wanted, *alike)))
        is_settled = not wider.other and wider.form in found.ways
        return found._replace(form=wider.form, other="", third="") if is_settled else found

    def offsets(self, names: Iterable[str], forms: Iterable[str]) -> Counter[str]:
        """How many instants of these columns have which offset from UTC, ``none`` for those without."""
        found: Counter[str] = Counter()
        for name in names:
            for form in forms:
                found.update(offsets(self._columns[name].counts, form))
        return found

    def zone(self, names: Iterable[str], forms: Sequence[str]) -> str:
        """A zone that calls its time as the instants of these columns, or they themselves, do; ``""`` for none."""
        names = [*names]
        if self.are_called_utc(names):
            return UTC
        return likely_zone((text for name in names for text in self._columns[name].counts), forms)

    def are_called_utc(self, names: Sequence[str]) -> bool:
        """Whether each of these columns says in its name that it is of UTC: `Created At (UTC)`."""
        return bool(names) and all(words_of(name)[-1:] in _UTC for name in names)

    def is_planned(self, name: str) -> bool:
        """Whether a column tells what shall be."""
        return self._names.is_planned(name)

    def _leave_twins(self) -> None:
        """Of what is told twice, as it is kept and as it is shown, instants are taken as kept and words as shown."""
        twins = {f"{name.removesuffix(SHOWN)}{KEPT}": name for name in self._columns if name.endswith(SHOWN)}
        left = {shown if kept in self.dated else kept for kept, shown in twins.items() if kept in self._columns}
        if left:
            stems = {name: name.removesuffix(SHOWN).removesuffix(KEPT) for name in (*twins, *twins.values())}
            self._names = self._names.called({name: stem for name, stem in stems.items() if name not in left}, left)
            self.dated = {name: each for name, each in self.dated.items() if name not in left}

    def _other(self, names: str) -> str:
        """The first of these columns that is not the ticket or an instant."""
        return next(iter(self._others(names)), "")

    def _others(self, names: str) -> list[str]:
        taken = {self.ticket, self.at, *self.dated}
        return [name for name in self._names.every(names) if name not in taken]

    def _dated(self) -> dict[str, Reading]:
        """Columns of instants; what else is in one that is called so is bad, and no reason to leave the column out."""
        readings = {
            name: column.dates.reading(least=LEAST_DATED if self._names.instant(name) else DATED)
            for name, column in self._columns.items()
            if column.filled
        }
        found = {name: reading for name, reading in readings.items() if reading.form and can_be_written(name)}
        return {**self._counted(), **found}

    def _counted(self) -> dict[str, Reading]:
        """Instants that are plain numbers: that of the opening tells how, and the others count likewise."""
        happened = {name: self._names.instant(name) for name in self._columns}
        counts = {name: self._columns[name].dates.reading(numbers=True) for name, role in happened.items() if role}
        forms = {each.form for name, each in counts.items() if happened[name] == "created"}.intersection(NUMBERS)
        return {name: each for name, each in counts.items() if each.form in forms}

    def _at(self) -> str:
        """The column of the instants: by its name if it holds such; else the only one of a name that tells when."""
        for name in self._names.every(known.AT):
            if name in self.dated or self._columns[name].dates.reading(numbers=True).form:
                return name
        others = [name for name in self.dated if not self._names.is_planned(name)]
        return others[0] if len(others) == 1 and self._names.is_when(others[0]) else ""

    def _has_times_alone(self, name: str) -> bool:
        """Whether a column holds nothing but times of day."""
        texts = self._columns[name].counts
        return bool(texts) and can_be_written(name) and all(TIME_OF_DAY.fullmatch(text.strip()) for text in texts)

    def _status(self) -> tuple[str, ...]:
        change = self._change()
        if change:
            return change
        if not self.statuses:
            return ()
        status, sub = self.statuses[0], self._other(known.SUB_STATUS)
        words = {" ".join(words_of(word)) for word in self._columns[sub].counts} if sub else set()
        several = 1 < len(words) <= MOST_STATUSES and not words <= LIFECYCLE
        return (status, sub) if several and sub != status else (status,)

    def _change(self) -> tuple[str, ...]:
        """The columns that tell which field changed into what, where rows are such changes; the kind before them."""
        fields = [name for name in self._names.every(known.CHANGED_FIELD) if self._is_field(name)]
        values = [name for name in self._names.every(known.CHANGED_TO) if name not in fields]
        if not fields or not values:
            return ()
        kind = ("kind",) if "kind" in self._columns and fields[0] == "field" else ()
        return (*kind, fields[0], values[0])

    def _is_field(self, name: str) -> bool:
        """Whether a column names fields, among them the status."""
        return any(is_status_field(word) for word in self._columns[name].counts)

    def _moments(self) -> dict[str, Role]:
        roles = {name: self._names.instant(name) for name in self.dated}
        starts = [name for name in self.dated if self._names.is_start(name)]
        if "created" not in roles.values() and len(starts) == 1:
            (self.supposed,) = starts
            roles[self.supposed] = "created"
        order = list(INSTANTS)
        found: dict[str, Role] = {}
        for role in order:
            alike = [name for name, each in roles.items() if each == role]
            if alike:  # `Assigned at` may be the last time, where another says that it is the first
                found[min(alike, key=self._preference)] = role
        return found

    def _preference(self, name: str) -> tuple[bool, bool]:
        """Of two columns for one instant the first time comes first, and before a date what has a time of day."""
        return not self._names.is_first(name), not self.dated[name].has_times


def can_be_written(word: str) -> bool:
    """Whether a mapping can name a column or a word: on one line, and not too long for it."""
    return word.isprintable() and len(word) <= LONGEST_WORD


def is_status_field(word: str) -> bool:
    """Whether a field of a change is the status."""
    return " ".join(words_of(word)) in CHANGED_STATUS


def is_change_of_severity(words: Sequence[str]) -> bool:
    """Whether a change is one of the severity; what a ticket was created with stands beside its first row."""
    return " ".join(words_of(words[-2])) in known.SEVERITY.split("|") and "created" not in words[:-2]


def tells_value(words: Sequence[str]) -> bool:
    """Whether it matters what the field of a change holds from then on."""
    return is_status_field(words[-2]) or is_change_of_severity(words)


def status_words(guess: ColumnGuess, cells: Mapping[str, str]) -> tuple[str, ...]:
    """What a row says of its status or severity; of a change of another field only which it is."""
    words = tuple(cells.get(name, "").strip()[: LONGEST_WORD + 1] for name in guess.status)
    return (*words[:-1], "") if guess.is_change and not tells_value(words) else words
