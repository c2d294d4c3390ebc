"""Known exports: what the numbers and words of a tracker mean, where the columns show whose export it is.

    >>> found = known_export(["sys_id", "number", "sys_created_on", "state", "priority"], ["INC0010011"])
    >>> found.tracker, found.meaning("6"), found.rank("priority", "5"), found.rank("urgency", "1")
    ("ServiceNow's Table API", 'resolved', 5, 0)
    >>> known_export(["number", "state", "priority"], ["INC0010011"]) is None
    True

A number means something else with each tracker, so it is explained only where several columns have the names that one
tracker gives them. What a tracker lets everybody rename, and what its documentation leaves open, is not here.

Source: the documentation of each tracker; `docs/trackers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from upheld.history.draft.plain_words import words_of
from upheld.history.draft.status_words import Meaning

_PREFIX: Final = "ticket "
"""What formats of histories put before a column that says what a ticket held."""


@dataclass(frozen=True, slots=True)
class KnownExport:
    """An export whose words are known.

    Attributes:
        tracker: Whose it is, for people.
        columns: Those that show it; all have to be there.
        severity: The column that has the degrees.
        statuses: What statuses mean, in plain words.
        ranks: Which degree, 1 the highest, the words for severities mean.
        ticket: How the ids of tickets begin, ``""`` for any.
    """

    tracker: str
    columns: frozenset[str]
    severity: str
    statuses: Mapping[str, Meaning]
    ranks: Mapping[str, int]
    ticket: str = ""

    def meaning(self, word: str) -> Meaning:
        """What a status means; ``""`` for those that are not the tracker's own."""
        return self.statuses.get(" ".join(words_of(word)), "")

    def rank(self, column: str, word: str) -> int:
        """The rank of a degree, 1 the highest; 0 where it is no word of the tracker's."""
        return self.ranks.get(word, 0) if column.removeprefix(_PREFIX) == self.severity else 0


_SERVICENOW: Final[Mapping[str, Meaning]] = {
    "1": "new",
    "2": "in-progress",
    "3": "waiting",
    "6": "resolved",
    "7": "closed",
    "8": "cancelled",
}
_FRESHDESK: Final[Mapping[str, Meaning]] = {
    "2": "new",
    "3": "waiting-for-customer",
    "4": "resolved",
    "5": "closed",
}
_FRESHDESK_DEGREES: Final = {"1": 4, "2": 3, "3": 2, "4": 1}
_DEGREES: Final = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}

EXPORTS: Final = (
    KnownExport(
        "ServiceNow's Table API",
        frozenset({"sys_id", "sys_created_on", "number"}),
        "priority",
        _SERVICENOW,
        _DEGREES,
        ticket="INC",
    ),
    KnownExport(
        "ServiceNow's audit of incidents",
        frozenset({"documentkey", "fieldname", "newvalue", "tablename"}),
        "priority",
        _SERVICENOW,
        _DEGREES,
    ),
    KnownExport(
        "Freshdesk's API",
        frozenset({"responder_id", "fr_due_by", "status"}),
        "priority",
        _FRESHDESK,
        _FRESHDESK_DEGREES,
    ),
    KnownExport(
        "Freshdesk's API",
        frozenset({"responder_id", "fr_escalated", "status"}),
        "priority",
        _FRESHDESK,
        _FRESHDESK_DEGREES,
    ),
    KnownExport(
        "Zendesk",
        frozenset({"requester_id", "submitter_id"}),
        "priority",
        {"pending": "waiting-for-customer"},
        {},
    ),
)


def known_export(columns: Iterable[str], tickets: Iterable[str]) -> KnownExport | None:
    """Whose export has these columns; ``None`` for one that nobody can know.

    Args:
        tickets: Some ids of tickets.
    """
    named = {column.removeprefix(_PREFIX) for column in columns}
    ids = list(tickets)
    for each in EXPORTS:
        if each.columns <= named and all(ticket.startswith(each.ticket) for ticket in ids):
            return each
    return None
