r"""The calendar file: due times as entries that any calendar takes (iCalendar).

Times are written in UTC, and shown by each calendar on its owner's clock. An entry that is made anew has the same id,
so that a calendar replaces the one before. What is reckoned from the same instant is the same file, byte for byte: the
entries carry that instant as the one at which they were made, and no clock is read.

    >>> entry = Entry("commit/T-1", "Due: commitment", "Rests on: PC-02;\nPC-08", 1_711_645_200, alarms_s=(1800,))
    >>> for line in as_ics([entry], 1_711_641_600, "en").splitlines()[4:8]:
    ...     print(line)
    BEGIN:VEVENT
    UID:72df4623-4cbe-597d-a13b-1d1e1bb6291d
    DTSTAMP:20240328T160000Z
    DTSTART:20240328T170000Z

Source: RFC 5545, sections 3.1, 3.3.11, 3.6.1 and 3.6.6; RFC 7986, section 5.3 (ids).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from upheld.core.time.instant import instant_of

LINE_OCTETS: Final = 75
"""A longer line is folded."""

_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is due.

    Attributes:
        key: The same for what is asked again, and for nothing else.
        title, text: In the reader's language; the text may have several lines.
        due_s: In seconds since 1970 UTC.
        alarms_s: How long before it the calendar is to remind its owner.
    """

    key: str
    title: str
    text: str
    due_s: int
    alarms_s: tuple[int, ...] = ()


def as_ics(entries: Iterable[Entry], made_s: int, language: str) -> str:
    """The file, with the line ends that the standard wants; it asks for one entry at least.

    Args:
        made_s: The instant from which everything was reckoned.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//upheld//due//{language.upper()}", "CALSCALE:GREGORIAN"]
    for each in entries:
        lines += _event(each, made_s)
    return "".join(f"{folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def _event(entry: Entry, made_s: int) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{uuid5(NAMESPACE_URL, f'upheld:{entry.key}')}"
    yield f"DTSTAMP:{_utc(made_s)}"
    yield f"DTSTART:{_utc(entry.due_s)}"
    yield f"SUMMARY:{escaped(entry.title)}"
    yield f"DESCRIPTION:{escaped(entry.text)}"
    yield "TRANSP:TRANSPARENT"
    for each in entry.alarms_s:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-PT{each}S")
        yield from (f"DESCRIPTION:{escaped(entry.title)}", "END:VALARM")
    yield "END:VEVENT"


def escaped(text: str) -> str:
    r"""A text as the value of a property: it can neither end its line nor begin a property (THREATS F03).

    >>> escaped("a; b, c\\d\nBEGIN:VALARM")
    'a\\; b\\, c\\\\d\\nBEGIN:VALARM'
    """
    return "".join(each for each in text.translate(_ESCAPED) if each >= " " and each not in "\x7f\x85\u2028\u2029")


def folded(line: str) -> str:
    """A line, broken before the octet that would be one too many, and never within a letter."""
    pieces, octets = [""], 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > LINE_OCTETS:
            pieces.append(" ")
            octets = 1
        pieces[-1] += letter
        octets += size
    return "\r\n".join(pieces)


def _utc(at_s: int) -> str:
    return f"{instant_of(at_s):%Y%m%dT%H%M%SZ}"
