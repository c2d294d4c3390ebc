"""Issues: what a file holds of one of them, gathered from wherever in the file it stands.

Most trackers give an issue by one call and what happened to it by others. So a file has both, in any number of
pages: what happened first, the issues behind it; or issues that hold it themselves. An issue is told when it is met,
as it was at its beginning and then change by change.

What a tracker's own module knows is a `Tracker`: whose entries stand in an object, and which issues.

Source: DESIGN section 6, "Other formats come in through importers".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from upheld.core.nearest import quoted
from upheld.core.time.instant import instant_of
from upheld.core.time.instant import text_of as text_of_instant
from upheld.history.file import HistoryFile
from upheld.history.format.api_object import ApiObject, Misshapen
from upheld.history.format.json_document import objects
from upheld.history.format.tracker.change import CREATED, Change, Course, Entry, in_order, is_requester, past
from upheld.history.importer import Bad, Row


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue, and everything that happened to it.

    Attributes:
        ticket: What people call it.
        opened: When it was opened, and the same as it was written.
        author: Who opened it: an id.
        state: The field that tells its state.
        present: What its fields hold today, as far as what they held before is told.
        entries: What happened, in any order.
        begins: The states that an issue can be opened in; any where there are none.
        cells: Further columns of the opening.
    """

    ticket: str
    opened: tuple[datetime, str]
    author: str
    state: str
    present: Mapping[str, str]
    entries: Sequence[Entry]
    begins: frozenset[str] = frozenset()
    cells: Mapping[str, str] = field(default_factory=dict)


class Tracker(Protocol):
    """What a tracker's objects hold. Everything raises: Misshapen."""

    advice: str
    """How to export what happened to an issue."""

    def entries(self, held: ApiObject) -> Iterator[tuple[str, Entry]]:
        """What happened to issues that stand elsewhere, each with the id of the issue."""
        ...

    def issues(self, held: ApiObject) -> Sequence[ApiObject]:
        """The issues that an object is or holds."""
        ...

    def key(self, issue: ApiObject) -> str:
        """The id by which entries that stand elsewhere call an issue."""
        ...

    def issue(self, issue: ApiObject, elsewhere: list[Entry]) -> Issue:
        """An issue, with what happened to it elsewhere and within it."""
        ...

    def known(self, key: str) -> ApiObject | None:
        """An issue that is known from its entries alone, where they tell enough."""
        ...


def issue_rows(file: HistoryFile, tracker: Tracker) -> Iterator[Row | Bad]:
    """A row for each change of each issue; an issue that is not whole, or none, is bad.

    Raises: HistoryError where what is not one object a line cannot be read.
    """
    elsewhere: dict[str, list[Entry]] = {}
    told: set[str] = set()
    for found in objects(file):
        if isinstance(found, Bad):
            yield found
            continue
        place, held = found
        try:
            for key, entry in tracker.entries(held):
                elsewhere.setdefault(key, []).append(entry)
            issues = tracker.issues(held)
        except Misshapen as error:
            yield Bad(place, str(error))
            continue
        for number, issue in enumerate(issues, 1):
            yield from _issue(place, f", issue {number}" if len(issues) > 1 else "", issue, tracker, elsewhere, told)
    for key in list(elsewhere):
        known = tracker.known(key)
        if key in told or known is None:
            problem = f"issue {quoted(key)} is not here, or stands before what happened to it"
            yield Bad(file.name, f"{problem}: {tracker.advice}")
        else:
            yield from _issue(file.name, "", known, tracker, elsewhere, told)


def _issue(
    file: str, number: str, held: ApiObject, tracker: Tracker, elsewhere: dict[str, list[Entry]], told: set[str]
) -> Iterator[Row | Bad]:
    place = f"{file}{number}"
    try:
        key = tracker.key(held)
        place = f"{file}, issue {quoted(key)}"
        told.add(key)
        issue = tracker.issue(held, in_order(elsewhere.pop(key, []), _instant))
        entries = sorted(issue.entries, key=_instant)
        began = past(issue.present, entries)
        state = began.get(issue.state, "")
        if not state:
            raise Misshapen(f"`{issue.state}` is missing: export it again with all its fields")
        if issue.begins and state not in issue.begins:
            raise Misshapen(f"it became {quoted(state)}, and nothing tells when: {tracker.advice}")
    except Misshapen as error:
        yield Bad(place, str(error))
        return
    opening = Entry("created", *issue.opened, issue.author, (Change(CREATED, issue.state, after=state),), issue.cells)
    course = Course(issue.ticket, began)
    for entry in (opening, *entries):
        cells = {**entry.cells, **is_requester(entry.author, issue.author)}
        yield from course.rows(place, replace(entry, cells=cells))


def _instant(entry: Entry) -> datetime:
    return entry.instant


def scalars(held: ApiObject, left_out: frozenset[str]) -> dict[str, str]:
    """What an issue's own fields hold today; objects and lists are no text. Raises: Misshapen."""
    return {
        name: held.text(name)
        for name in held
        if name not in left_out and isinstance(held.value(name), (str, bool, type(None)))
    }


def at_seconds(held: ApiObject, name: str) -> tuple[datetime, str]:
    """The instant that an object must tell in seconds since 1970, or as a date and time. Raises: Misshapen."""
    written = held.needed(name)
    if not (written.isascii() and written.isdecimal() and len(written) < 12):
        return held.at(name)
    at_s = int(written)
    return instant_of(at_s), text_of_instant(at_s)
