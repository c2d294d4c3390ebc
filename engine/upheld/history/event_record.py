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
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from upheld.core.errors import RecordError
from upheld.core.nearest import quoted
from upheld.core.record.event import COLUMNS, LONGEST_TEXT, Event, number_of
from upheld.core.time.instant import FIRST_YEAR, LAST_YEAR
from upheld.history.sorting import MOST_HELD, SpillingSort

_KNOWN: Final = frozenset(COLUMNS)
_SCALARS: Final = frozenset({str, int, bool, type(None)})
_new: Final = object.__new__


def _setter(name: str) -> Callable[[Event, object], None]:
    setter: Callable[[Event, object], None] = Event.__dict__[name].__set__
    return setter


_SET_TICKET, _SET_AT, _SET_EVENT, _SET_ACTOR = map(_setter, ("ticket", "at", "event", "actor"))
_SET_CHANNEL, _SET_CUSTOMER, _SET_DATA, _SET_STATE = map(_setter, ("channel", "customer", "data", "state"))
_SET_AT_S, _SET_ROLE, _SET_ARRIVAL = map(_setter, ("at_s", "role", "arrival"))


def event_of(record: Mapping[str, object]) -> Event:
    """The event that a record states. Raises: RecordError with every problem, when it is none."""
    event = _plain(record)
    return _told(record) if event is None else event


def _plain(record: Mapping[str, Any]) -> Event | None:
    """The event, where nothing about the record needs a second look."""
    given = record.get
    ticket, at, what, state = given("ticket", ""), given("at", ""), given("event", ""), given("state", "")
    actor, channel, customer, data = given("actor", ""), given("channel", ""), given("customer", ""), given("data")
    try:
        joined = "".join((ticket, what, state, actor, channel, customer))
        instant = datetime.fromisoformat(at)
        at_s = int(instant.timestamp())
    except (TypeError, ValueError, OverflowError, OSError):  # the last two of naive ones far away
        return None
    if not ticket or not (what or state) or not _are_columns(tuple(record)):
        return None
    if len(joined) > LONGEST_TEXT or not joined.isprintable():
        return None
    if " " in joined and any(each != each.strip() for each in (ticket, what, state, actor, channel, customer)):
        return None
    if not FIRST_YEAR < instant.year < LAST_YEAR or not at.isascii() or instant.tzinfo is None:
        return None
    if data is None:
        data = {}
    elif type(data) is not dict or not _SCALARS.issuperset(map(type, data.values())):
        return None
    arrival = number_of(given("arrival"))
    if arrival is None:
        return None
    what, channel, customer = _same(what, channel, customer)
    actor, role = _who(actor)
    event = _new(Event)
    _SET_TICKET(event, ticket)
    _SET_AT(event, instant)
    _SET_EVENT(event, what)
    _SET_ACTOR(event, actor)
    _SET_CHANNEL(event, channel)
    _SET_CUSTOMER(event, customer)
    _SET_DATA(event, data)
    _SET_STATE(event, state)
    _SET_AT_S(event, at_s)
    _SET_ROLE(event, role)
    _SET_ARRIVAL(event, arrival)
    return event


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
def _are_columns(names: tuple[str, ...]) -> bool:
    """Whether a record may have these, and says either an event or a state; a history has a handful of such."""
    return ("event" in names) is not ("state" in names) and _KNOWN.issuperset(names)


@lru_cache(maxsize=4096)
def _same(what: str, channel: str, customer: str) -> tuple[str, str, str]:
    """The one text of all equal ones: where a policy bills, all events of a history wait in memory for their turn."""
    return what, channel, customer


@lru_cache(maxsize=4096)
def _who(actor: str) -> tuple[str, str]:
    """The actor, likewise, and the role."""
    return actor, actor.partition(":")[0]


def _told(record: Mapping[str, object]) -> Event:
    """The same with every check, and what is wrong told."""
    event = Event.from_record(record)
    for name, value in event.data.items():
        values = value if isinstance(value, list) else [value]
        if not all(type(each) in _SCALARS for each in values):
            raise RecordError([f"field {quoted(name)} holds {quoted(value)}: give a plain value, or a list of them"])
    return event
