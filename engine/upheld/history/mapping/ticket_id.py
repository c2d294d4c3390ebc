"""Ids of tickets, as tools write them, and what is odd about them.

An id is a text, and two that differ are two tickets. But a spreadsheet takes an id for a number, and people who keep a
list by hand write `w-1` where they mean `W-1`: nobody can know, so it is read as it stands, and noted.

    >>> notices = Notices()
    >>> ids = TicketIds(notices)
    >>> [ids.of(each, f"log.csv:{line}") for line, each in enumerate(('="0017"', "W-1", "w-1", "W-1"), 2)]
    ['0017', 'W-1', 'w-1', 'W-1']
    >>> print(*notices)
    ticket `w-1` is another than `W-1`, from which its case alone tells it: see whether they are one
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from upheld.history.mapping.cell_condition import shown
from upheld.history.notice import Notices

MOST_COMPARED: Final = 100_000
"""Tickets of which each is compared with all others: what is compared is held."""

_GAP: Final = re.compile(r"(?<=[0-9])[\u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_SHORTENED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{2,3}", re.ASCII)
_FORMULA: Final = re.compile(r'="([^"]+)"')
"""How some exports keep a spreadsheet from taking an id for a number."""


class TicketIds:
    """The ids of one export.

    Args:
        notices: Is told of an id of which a spreadsheet has kept the first digits alone, `2.02603E+15`, and of one that
            is like another but for its case or the width of its letters.
    """

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._known: set[str] = set()
        self._first: dict[str, str] = {}

    def of(self, value: object, place: str) -> str:
        """The id of the row at a place."""
        id = ticket_id(value)
        if "E+" in id and _SHORTENED.fullmatch(id):
            self._notices.note("shortened-id", place, ticket=id)
        elif id not in self._known and len(self._known) < MOST_COMPARED:
            self._known.add(id)
            first = self._first.setdefault(_folded(id), id)
            if first != id:
                self._notices.note("alike-ids", place, ticket=id, other=first)
        return id


def ticket_id(value: object) -> str:
    """An id as text. Where digits stand in groups, as some languages write numbers, the gaps are none of it.

    >>> ticket_id("5\N{NO-BREAK SPACE}732\N{NO-BREAK SPACE}943"), ticket_id("I 2603 001"), ticket_id('="0017"')
    ('5732943', 'I 2603 001', '0017')
    """
    text = str(value)
    formula = _FORMULA.fullmatch(text) if text.startswith("=") else None
    return unicodedata.normalize("NFC", shown(_GAP.sub("", formula[1] if formula else text)))


def _folded(id: str) -> str:
    return id.lower() if id.isascii() else unicodedata.normalize("NFKC", id).casefold()
