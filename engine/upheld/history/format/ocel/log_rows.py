r"""Rows of an object-centric log: one for each event and each object of the type that is the ticket.

An event of such a log is about several objects: an incident, its customer, whoever works on it. A mapping has to
say which of them is the ticket, `object-type: Incident`, before there are any rows: a row for each object of every
type would be a history of customers as well, and each record would count several times.

The columns are called as those of trackers' exports are: ``ticket`` (the object's id) and ``object type``,
``event id``, ``event type`` and ``time``, ``qualifier`` (how the event is about the ticket), the event's attributes
under their names, ``ticket priority`` for what the ticket's attributes held at that time, and ``related Customer`` for
objects of other types, of which several are a list in JSON.

OCEL 1 is refused by its name: it does not tell what an object was at an earlier time.

Source: OCEL 2.0 specification (arXiv:2403.01975); decision 0024.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.history.file import HistoryFile
from upheld.history.format.ocel import ocel_json, ocel_sqlite, ocel_xml
from upheld.history.format.ocel.object_log import LogEvent, LogObject, ObjectLog, instant_s
from upheld.history.importer import Bad, Row

OBJECT_TYPE: Final = "object-type"
"""How a mapping says which type of objects is the ticket."""
OWN: Final = ("ticket", "object type", "event id", "event type", "time", "qualifier")
"""Columns that every row has, and no attribute may be called."""

_TICKETS: Final = re.compile(r"ticket|incident|case|issue|request|vorfall|anfrage|demande|dossier", re.IGNORECASE)
_SURELY: Final = 10**9


def begins(head: bytes) -> bool:
    """Whether a file that begins so is an object-centric log, of either version."""
    return _reader(head) is not None


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """Each event of each object of the type that is meant, in the order of the file.

    Raises: HistoryError for what is no such log, for OCEL 1, and where nobody said which type is meant.
    """
    read = _reader(file.head)
    if read is None:
        raise HistoryError(file.name, "this is no object-centric log (OCEL 2.0): say what it is with `--from`")
    log, bad = ObjectLog(file.name), []
    bad = list(read(file, log))
    yield from bad
    kind = _kind(file, log)
    for event in log.events:
        try:
            at_s = instant_s(event.at)
        except ValueError as error:
            yield Bad(event.place, f"{quoted(event.at)} is no instant: {error}")
            continue
        known = [(log.objects[each], how) for each, how in event.objects if each in log.objects]
        for each, _ in event.objects:
            if each not in log.objects:
                file.notices.note("unknown-object", event.place, object=each)
        for ticket, how in dict.fromkeys((found.id, how) for found, how in known if found.kind == kind):
            yield _row(event, log.objects[ticket], how, at_s, [found for found, _ in known if found.kind != kind])


def _reader(head: bytes) -> Callable[[HistoryFile, ObjectLog], Iterator[Bad]] | None:
    if ocel_sqlite.begins(head):
        return ocel_sqlite.read
    text = head.removeprefix(BOM_UTF8).lstrip()
    if text.startswith(b"{"):
        return ocel_json.read if ocel_json.begins(text) else None
    return ocel_xml.read if ocel_xml.begins(text) else None


def _kind(file: HistoryFile, log: ObjectLog) -> str:
    """The type of objects that is the ticket; for a draft one that is called like it, or else that of most events."""
    sizes = Counter({each.kind: 0 for each in log.objects.values()})
    for event in log.events:
        sizes.update({log.objects[each].kind for each, _ in event.objects if each in log.objects})
    if not sizes:
        raise HistoryError(file.name, "this log has no object, and so no ticket")
    likely = {kind: number + _SURELY * bool(_TICKETS.search(kind)) for kind, number in sizes.items()}
    return file.part.choose(file.name, OBJECT_TYPE, likely)


def _row(event: LogEvent, ticket: LogObject, how: str, at_s: float, others: list[LogObject]) -> Row:
    cells = dict(zip(OWN, (ticket.id, ticket.kind, event.id, event.kind, event.at, how)))
    for name, value in event.values.items():
        _add(cells, name, "event ", value)
    for name, value in ticket.at(at_s).items():
        _add(cells, f"ticket {name}", "ticket ", value)
    related: dict[str, list[str]] = {}
    for other in others:
        listed = related.setdefault(other.kind, [])
        if other.id not in listed:
            listed.append(other.id)
    for kind, ids in related.items():
        _add(cells, f"related {kind}", "", ids[0] if len(ids) == 1 else json.dumps(ids, ensure_ascii=False))
    return Row(event.place, cells)


def _add(cells: dict[str, str], name: str, prefix: str, value: str) -> None:
    """A cell under its name, or where that is taken, under another."""
    while prefix and name in cells:
        name = f"{prefix}{name}"
    cells[name] = value
