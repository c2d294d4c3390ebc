"""Recurring lines: most lines of a history say, but for the ticket and the instant, what an earlier one said.

Agents acknowledge, customers answer, tickets are closed, in the same few words each time. So what a line says besides
is read once, the long way, and remembered by its text; of a line with the same text only the ticket and the
instant are read. Whatever is not plain about these goes the long way, too.

Where many customers say much, hardly two lines say the same. But what stands before their data has been met, and so
have their data: of such a line both are known.

    >>> from upheld.history.event_record import event_of
    >>> recurring, rest = Recurring(), ',"event":"close"}'
    >>> recurring.event("T-1", "2026-03-02T09:00Z", rest)
    >>> recurring.keep(rest, event_of({"ticket": "T-1", "at": "2026-03-02T09:00Z", "event": "close"}), 1)
    >>> found = recurring.event("T-2", "2026-03-03T10:00+01:00", rest)
    >>> found.ticket, found.at_s, found.event
    ('T-2', 1772528400, 'close')
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from upheld.core.record.event import (
    Event,
    Looks,
    Recurrent,
    checked_event,
    is_known,
    looks_of,
    recurrent_of,
    with_data,
)
from upheld.core.time.instant import DAY_S
from upheld.history.event_record import plain_event, plain_ticket
from upheld.history.file import HistoryFile
from upheld.history.format.json_lines import record_of
from upheld.history.importer import Bad, Placed

MOST: Final = 2**15
"""Texts that are remembered, some ten megabytes; of more, all are forgotten, since what recurs is soon met again."""
PAUSE: Final = 2**17
"""Lines that are read the long way where fewer than half of those before recurred; then it is tried once more."""
LONGEST: Final = 500
"""Characters of one."""

Rest = str | tuple[str, ...]
"""The text of a line without its ticket and its instant: what follows these, or in several pieces."""

_DATA: Final = '"data"'
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SEPARATOR_AT: Final = 10
_NONE: Final = "\n"
"""What no line begins with."""
_MARKS: Final = 8
"""Quotes around the first two keys of an object and the texts that are their values."""
_LARGEST: Final = 10**18
"""Of whole numbers; from here on they are looked at closely."""
_from_text: Final = datetime.fromisoformat
_decode: Final = json.JSONDecoder().raw_decode


class Recurring:
    """What the lines of one file said so far besides ticket and instant.

    Attributes:
        begins: The line from which on they are remembered.
    """

    def __init__(self) -> None:
        self._forget()
        self.begins = 0

    def _forget(self) -> None:
        self._said: dict[Rest, Recurrent] = {}
        self._heads: dict[str, Recurrent] = {}
        self._data: dict[str, tuple[Mapping[str, object], Looks]] = {}
        self._kept = 0

    def __len__(self) -> int:
        return len(self._said)

    def event(self, ticket: str, at: str, rest: Rest) -> Event | None:
        """The event of a line whose rest is known; ``None`` where the line is to be read the long way.

        Args:
            ticket, at: As they stand between their marks in the line.
            rest: All else that stands in it.
        """
        said = self._said.get(rest) or self._met(rest)
        # What is no plain character of a text, in any format: the mark at its ends, and what escapes a character.
        if said is None or '"' in ticket or "\\" in ticket or at[_SEPARATOR_AT : _SEPARATOR_AT + 1] != "T":
            return None
        ticket = plain_ticket(ticket)
        try:
            instant = _from_text(at)
            passed = instant - _EPOCH
        except (TypeError, ValueError, OverflowError):
            return None
        at_s = passed.days * DAY_S + passed.seconds
        if not ticket or not is_known(at_s):
            return None
        return checked_event(ticket, instant, at_s, said[0], said)

    def keep(self, rest: Rest, event: Event, number: int) -> None:
        """Remember what the line of a number says besides, of which this event was made the long way."""
        if number < self.begins or len("".join(rest)) > LONGEST:
            return
        if self._kept >= MOST:
            self._forget()
            self.begins = number if number - self.begins >= 2 * MOST else number + PAUSE
            return
        self._kept += 1
        said = self._said[rest] = recurrent_of(event)
        if isinstance(rest, str):
            head, _, data = rest.partition(_DATA)
            # The braces are those of the data and of the record, and no column follows.
            if data.endswith("}}") and data.count("}") == 2 and data.startswith((": {", ":{")):
                self._heads[head] = said
                self._data[data] = said[0][4], looks_of(said[0][4])

    def _met(self, rest: Rest) -> Recurrent | None:
        """What a text says whose parts were met, each beside others; ``None`` for any other."""
        if not isinstance(rest, str):
            return None
        head, _, text = rest.partition(_DATA)
        said, data = self._heads.get(head), self._data.get(text)
        if said is None or data is None:
            return None
        if len(self._said) >= MOST:
            self._said.clear()
        found = self._said[rest] = with_data(said[0], *data)
        return found


def records_of_lines(file: HistoryFile) -> Iterator[Placed | Bad]:
    """Each record of a history in JSON Lines with its place; lines that hold nothing are passed over.

    Raises: HistoryError, as the file's lines do.
    """
    name, recurring = file.name, Recurring()
    begin = between = _NONE
    for number, line in file.lines():
        if number >= recurring.begins and line.startswith(begin):
            ticket, _, rest = line[len(begin) :].partition(between)
            at, _, rest = rest.partition('"')
            event = recurring.event(ticket, at, rest)
            if event is not None:
                yield f"{name}:{number}", event
                continue
        elif not line or line.isspace():
            continue
        event = _event_on(line)
        if event is not None and number >= recurring.begins:
            opening, first, colon, _, comma, second, then, _, rest = line.split('"', _MARKS)
            if first == "ticket" and second == "at":
                begin, between = f'{opening}"{first}"{colon}"', f'"{comma}"{second}"{then}"'
                recurring.keep(rest, event, number)
        found = record_of(line) if event is None else event
        yield Bad(f"{name}:{number}", found) if isinstance(found, str) else (f"{name}:{number}", found)


def _event_on(line: str) -> Event | None:
    """The event on a line of JSON in which nothing needs a second look."""
    if "\\" in line or not line.startswith("{"):
        return None
    try:
        record, end = _decode(line)
    except (ValueError, RecursionError):
        return None
    event = plain_event(record)
    if event is None or end != len(line):
        return None
    values = event.data.values()
    kinds = [*map(type, values)]
    texts = 2 * len(record) - ("data" in record) + len(kinds) + kinds.count(str)
    if line.count('"') != 2 * texts:  # a key stands there twice: only the last of its values has been counted
        return None
    if int in kinds and any(each.__class__ is int and not -_LARGEST < each < _LARGEST for each in values):
        return None
    return event


class RecurringRows:
    """The rows of a table whose cells have no quotes, and the events of those that recur.

    Args:
        separator: What stands between cells.
        ticket, at: The columns of the ticket and of the instant, from 0.
    """

    def __init__(self, separator: str, ticket: int, at: int) -> None:
        self._separator, self._ticket, self._at = separator, ticket, at
        self._last = max(ticket, at)
        self._recurring = Recurring()

    def event(self, line: str) -> Event | None:
        """The event of a row that recurs; ``None`` where it is to be read the long way."""
        if not self._recurring:
            return None
        parts = line.split(self._separator, self._last + 1)
        if len(parts) <= self._last:
            return None
        ticket, at = parts[self._ticket], parts[self._at]
        parts[self._ticket] = parts[self._at] = ""
        return self._recurring.event(ticket, at, tuple(parts))

    def keep(self, line: str, event: Event, number: int) -> None:
        """Remember what the row on the line of a number says besides, of which this event was made the long way."""
        if number < self._recurring.begins:
            return
        parts = line.split(self._separator, self._last + 1)
        parts[self._ticket] = parts[self._at] = ""
        self._recurring.keep(tuple(parts), event, number)
