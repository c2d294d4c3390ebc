"""Event records: the event that a record states, without looking twice at what is plainly right.

Nearly every record of a history is plainly right, and there may be ten million of them. So
one that has only known columns, texts that print and an instant that can be read becomes an
event at once. Any other goes the long way, where every problem is found and told.

    >>> record = {"ticket": "T-1", "at": "2026-03-02T09:00+01:00", "event": "submit", "actor": "customer:kim"}
    >>> event_of(record) == Event.from_record(record)
    True

Source: DESIGN section 6, "History".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from upheld.core.errors import RecordError
from upheld.core.frozen import FrozenDict
from upheld.core.nearest import quoted
from upheld.core.record.event import LONGEST_TEXT, TEXTS, Event, checked_event, is_known
from upheld.core.time.instant import DAY_S
from upheld.history.sorting import MOST_HELD, SpillingSort

MOST_TICKETS: Final = 2**15
"""Ids that are remembered as right; the records of one ticket are rarely further apart."""
MOST_TOLD: Final = 2**13
"""The same of what records say besides."""

_PICKED: Final = ("ticket", "at", "event", "state", "actor", "channel", "customer", "data")
_SCALARS: Final = frozenset({str, int, bool, type(None)})
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NO_DATA: Final[Mapping[str, object]] = FrozenDict()


def event_of(record: Mapping[str, object]) -> Event:
    """The event that a record states. Raises: RecordError with every problem, when it is none."""
    event = plain_event(record)
    return _told(record) if event is None else event


def plain_event(record: Mapping[str, Any]) -> Event | None:
    """The event, where nothing about the record needs a second look."""
    columns = _picked(tuple(record))
    if columns is None:
        return None
    return event_if_plain(*columns((*record.values(), "", None)))


def event_if_plain(
    ticket: str, at: str, what: str, state: str, actor: str, channel: str, customer: str, data: Any
) -> Event | None:
    """The event that a record with these columns states, likewise; one without a value is ``""``, or ``None``."""
    try:
        ticket, same, who = plain_ticket(ticket), _same(what, state, channel, customer), _who(actor)
        instant = datetime.fromisoformat(at)
        passed = instant - _EPOCH
    except (TypeError, ValueError, OverflowError):
        return None
    at_s = passed.days * DAY_S + passed.seconds
    if not ticket or same is None or who is None or not is_known(at_s) or not at.isascii():
        return None
    if data is None:
        data = _NO_DATA
    elif data.__class__ is dict:
        for value in data.values():
            if value.__class__ not in _SCALARS:
                return None
    else:
        return None
    what, state, channel, customer = same
    actor, role = who
    return checked_event(ticket, instant, at_s, (what, actor, channel, customer, data, state, role))


def in_time(events: Iterable[Event], *, newest_first: bool = False, most: int = MOST_HELD) -> Iterator[Event]:
    """The records in the order of their instants; those of one instant in the order in which they came.

    Many are sorted on disk.

    Args:
        newest_first: Whether those of one instant come in the opposite order.

    Raises: HistoryError where they do not fit on disk; whatever reading them raises.
    """
    with SpillingSort(_at, text_of_event, event_of_text, most=most, newest_first=newest_first) as sorting:
        for event in events:
            sorting.add(event)
        yield from sorting.sorted()


def by_ticket(events: Iterable[Event], *, most: int = MOST_HELD) -> Iterator[Event]:
    """The records of each ticket together, in the order of their instants; tickets as they were met.

    Many are sorted on disk. Raises: as `in_time` does.
    """
    numbers: dict[str, int] = {}

    def key(event: Event) -> tuple[int, int]:
        return numbers.setdefault(event.ticket, len(numbers)), event.at_s

    with SpillingSort(key, text_of_event, event_of_text, most=most) as sorting:
        for event in events:
            sorting.add(event)
        yield from sorting.sorted()


def text_of_event(event: Event) -> str:
    """An event as a record in one line of JSON."""
    what = "state" if event.state else "event"
    record: dict[str, object] = {"ticket": event.ticket, "at": event.at.isoformat(), what: event.state or event.event}
    record |= {name: text for name in ("actor", "channel", "customer") if (text := getattr(event, name))}
    record |= {"data": dict(event.data)} if event.data else {}
    return json.dumps({**record, "arrival": event.arrival} if event.arrival else record)


def event_of_text(text: str) -> Event:
    """The event that was written so."""
    return event_of(json.loads(text))


def _at(event: Event) -> tuple[int]:
    return (event.at_s,)


@lru_cache(maxsize=1024)
def _picked(names: tuple[str, ...]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]] | None:
    """What picks the columns of a record out of its values, behind which stand an empty text and ``None``.

    ``None`` for names that a record may not have, or not together; a history has a handful of such.
    """
    if ("event" in names) is ("state" in names) or not set(names).issubset(_PICKED):
        return None
    places = {name: place for place, name in enumerate(names)}
    absent = dict.fromkeys(TEXTS, len(names))
    return itemgetter(*({"data": len(names) + 1, "at": len(names), **absent, **places}[name] for name in _PICKED))


@lru_cache(maxsize=MOST_TICKETS)
def plain_ticket(ticket: str) -> str:
    """A ticket's id, the one text of all equal ones; ``""`` where it needs a second look."""
    return ticket if _is_plain(ticket) else ""


@lru_cache(maxsize=MOST_TOLD)
def _same(what: str, state: str, channel: str, customer: str) -> tuple[str, str, str, str] | None:
    """The one text of all equal ones: where a policy bills, all events of a history wait in memory for their turn.

    ``None`` where one needs a second look.
    """
    texts = what, state, channel, customer
    return texts if (what or state) and all(map(_is_plain, texts)) else None


@lru_cache(maxsize=MOST_TOLD)
def _who(actor: str) -> tuple[str, str] | None:
    """The actor, likewise, and the role."""
    return (actor, actor.partition(":")[0]) if _is_plain(actor) else None


def _is_plain(text: str) -> bool:
    """Whether a text may stand in a record as it is, or is none."""
    return text.__class__ is str and text.isprintable() and len(text) <= LONGEST_TEXT and text == text.strip()


def _told(record: Mapping[str, object]) -> Event:
    """The same with every check, and what is wrong told."""
    event = Event.from_record(record)
    for name, value in event.data.items():
        values = value if isinstance(value, list) else [value]
        if not all(type(each) in _SCALARS for each in values):
            raise RecordError([f"field {quoted(name)} holds {quoted(value)}: give a plain value, or a list of them"])
    return event
