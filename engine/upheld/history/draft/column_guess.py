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

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Final

from upheld.history.mapping.date_form import parse_form

MOST_WORDS: Final = 2_000
"""Different texts of a column that are counted one by one."""
FORMS: Final = (
    "iso",
    "YYYY-MM-DD HH:mm:ss Z",
    "DD/MM/YYYY HH:mm:ss",
    "DD/MM/YYYY HH:mm",
    "D/M/YYYY HH:mm:ss",
    "D/M/YYYY HH:mm",
    "MM/DD/YYYY HH:mm:ss",
    "M/D/YYYY H:mm",
    "M/D/YYYY h:mm A",
    "DD.MM.YYYY HH:mm:ss",
    "DD.MM.YYYY HH:mm",
    "D.M.YYYY H:mm",
    "YYYY/MM/DD HH:mm:ss",
    "D-M-YYYY H:mm",
    "DD-MMM-YYYY HH:mm",
    "D MMM YYYY HH:mm",
    "YYYY-MM-DD",
    "DD/MM/YYYY",
    "epoch-ms",
    "epoch-s",
)
"""Ways of writing instants that exports have, the likely ones first."""
WRITTEN: Final = FORMS[:-2]
"""Those that are no plain numbers, which may count anything."""
NULLS: Final = frozenset("? - -- n/a N/A NA #N/A NULL null (null) None none (empty) UNKNOWN Unknown unknown".split())
"""Spellings of nothing that mean nothing else."""
PERHAPS_NULL: Final = frozenset("0 -1 -100 99 999 Unmatched Other other".split())
"""Words that are a spelling of nothing in some exports."""

TICKET: Final = "trace concept:name|ticket|ticket id|ticket_id|case id|case_id|case|incident id|issue key|key|number|id"
AT: Final = (
    "time:timestamp|at|timestamp|sys_updated_at|sys_updated_on|updated_at|updated|changed_at|changed|modified|"
    "event time|complete timestamp|date|time|when|created_at|created"
)
ACTOR: Final = (
    "org:resource|author|actor|sys_updated_by|updated by|updated_by|changed by|user|resource|who|agent|assignee"
)
STATUS: Final = "concept:name|status|state|incident_state|activity|action|event"
SUB_STATUS: Final = "lifecycle:transition|sub_status|sub-status|substatus"
CUSTOMER: Final = "customer|company|account|organization|organisation|client|ticket project|caller_id|requester"
CHANNEL: Final = "channel|via|contact_type|contact type|source"
SEVERITY: Final = "severity|ticket priority|ticket priority_id|priority|impact|urgency|seriousness_2|seriousness"
CHANGE: Final = ("kind", "field", "to")
CHANGED_STATUS: Final = frozenset({"status", "state", "status_id", "incident_state"})
"""Fields of a change that tell the status, in formats whose rows are changes."""

MOST_STATUSES: Final = 200
DATED: Final = 0.9
"""The share of a column's texts that are instants, from which on it holds instants."""


@dataclass(slots=True)
class ColumnWords:
    """What one column holds.

    Attributes:
        filled, empty: Rows that have something there, and rows that have an empty cell.
        are_all: Whether ``counts`` has every text there is; else those that came first.
    """

    filled: int = 0
    empty: int = 0
    are_all: bool = True
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, text: str) -> None:
        """One more cell."""
        if not text:
            self.empty += 1
            return
        self.filled += 1
        if text in self.counts or len(self.counts) < MOST_WORDS:
            self.counts[text] += 1
        else:
            self.are_all = False

    def frequent(self, most: int) -> list[tuple[str, int]]:
        """The most frequent words with their numbers, those of one number in the order of the alphabet."""
        return sorted(self.counts.items(), key=lambda each: (-each[1], each[0]))[:most]

    @property
    def different(self) -> str:
        """How many different ones there are, for people."""
        return f"{len(self.counts)}" if self.are_all else f"over {MOST_WORDS}"


Columns = Mapping[str, ColumnWords]


class ColumnGuess:
    """What the columns of an export seem to be; ``""`` where none is like it.

    Args:
        columns: What they hold.
        status: The columns that tell the status, where that is settled.

    Attributes:
        ticket, at, actor, customer, channel, severity: Columns.
        status: The columns that together tell the status.
        form: How the instants are written; ``""`` in no known way.
        forms: The other ways in which all of them could be meant.
        offsets: How many instants have which offset from UTC, ``none`` for those without.
        nulls, perhaps: Spellings of nothing that were met, certain and uncertain ones.
    """

    def __init__(self, columns: Columns, status: tuple[str, ...] | None = None) -> None:
        self._columns = columns
        self.ticket = self._named(TICKET)
        self.at = self._instants()
        self.actor = self._named(ACTOR)
        self.customer = self._named(CUSTOMER)
        self.channel = self._named(CHANNEL)
        self.severity = self._named(SEVERITY)
        self.status = self._status() if status is None else status
        counts: Counter[str] = columns[self.at].counts if self.at else Counter()
        fitting = _forms(counts, FORMS)
        self.form = fitting[0] if fitting else ""
        self.forms = _others(counts, fitting)
        self.offsets = _offsets(counts, self.form) if self.form else Counter()
        words = {word for each in columns.values() for word in each.counts}
        self.nulls = sorted(words & NULLS)
        self.perhaps = sorted(words & PERHAPS_NULL)

    def _named(self, names: str) -> str:
        """The first of these columns that is there and holds something; letters may be small or large."""
        there = {name.lower(): name for name, column in reversed(tuple(self._columns.items())) if column.filled}
        return next((there[name] for name in names.split("|") if name in there), "")

    def _instants(self) -> str:
        """The column of the instants: by its name if it holds such, else the first that does."""
        lower = {name.lower(): name for name in reversed(tuple(self._columns))}
        named = [lower[name] for name in AT.split("|") if name in lower]
        found = (name for name in named if _forms(self._columns[name].counts, FORMS))
        others = (name for name, column in self._columns.items() if _forms(column.counts, WRITTEN))
        return next(chain(found, others), "")

    def _status(self) -> tuple[str, ...]:
        if all(name in self._columns for name in CHANGE):
            return CHANGE
        status, sub = self._named(STATUS), self._named(SUB_STATUS)
        if not status:
            return ()
        several = bool(sub) and 1 < len(self._columns[sub].counts) <= MOST_STATUSES
        return (status, sub) if several else (status,)


def status_words(columns: Sequence[str], cells: Mapping[str, str]) -> tuple[str, ...]:
    """What a row says of its status; of a change of another field only which it is."""
    words = tuple(cells.get(name, "").strip() for name in columns)
    return (*words[:-1], "") if tuple(columns) == CHANGE and words[1] not in CHANGED_STATUS else words


def _forms(counts: Counter[str], possible: Sequence[str]) -> list[str]:
    """The ways of writing instants that nearly all of these texts follow, the likely ones first."""
    texts = list(counts)[:200]
    if not texts:
        return []
    found = []
    for form in possible:
        read = parse_form(form)
        known = [at for at in map(read, texts) if at is not None and 1990 <= at.year <= 2050]
        if len(known) >= DATED * len(texts):
            found.append((-len(known), possible.index(form), form))
    return [form for _, _, form in sorted(found)]


def _others(counts: Counter[str], fitting: Sequence[str]) -> tuple[str, ...]:
    """The ways that make other instants of the same texts, such as the month before the day."""
    if not fitting:
        return ()
    texts = list(counts)[:200]
    meant = [parse_form(fitting[0])(text) for text in texts]
    readings = {form: [parse_form(form)(text) for text in texts] for form in fitting[1:]}
    return tuple(form for form, read in readings.items() if any(a and b and a != b for a, b in zip(meant, read)))


def _offsets(counts: Counter[str], form: str) -> Counter[str]:
    read = parse_form(form)
    found: Counter[str] = Counter()
    for text, count in counts.items():
        at = read(text)
        if at is not None:
            found[_offset(at)] += count
    return found


def _offset(at: datetime) -> str:
    return f"{at:%z}"[:5] if at.tzinfo is not None else "none"
