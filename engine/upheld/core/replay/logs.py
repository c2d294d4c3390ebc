"""Logs: where a replay keeps what it knows of each ticket, and a log as lists, and back.

In memory, unless somebody gives a place that holds more of them. A log is found again and changed as its records come,
and let go of with its verdict, in the order of the tickets' ids.

What a log holds are plain values, and tuples with names: these become lists, which can be written, and what is read is
put together anew by the types that the fields are annotated with. So a field that is added needs nothing here, unless
its kind is new, which is told at once.

    >>> log = Log("T-1", events=3, seen=array("q", [7, 7]))
    >>> log_of(lists_of(log)) == log
    True
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Final, Literal, NamedTuple, Protocol, Union, get_args, get_origin, get_type_hints

from upheld.core.billing.entry import Entry
from upheld.core.billing.state import Cause, ChargeState
from upheld.core.clocks.state import ClockState
from upheld.core.frozen import made
from upheld.core.record.ticket import Standing
from upheld.core.replay.verdict import Brief, Log
from upheld.core.series import Series


class Logs(Protocol):
    """The logs of a replay, by ticket. What somebody changes about a log that was found stays so."""

    def found(self, ticket: str, records: int = 1) -> Log | None:
        """The log of a ticket, of which so many more records are decided."""

    def add(self, log: Log, records: int = 1) -> None:
        """Keep a new log, of which so many records are decided."""

    def __len__(self) -> int:
        """How many there are."""

    def __iter__(self) -> Iterator[Log]:
        """All of them, in no order that means anything, to be looked at; what is changed meanwhile may be forgotten."""

    def in_brief(self, finish: Callable[[Log], None], rests: Callable[[Brief], bool]) -> Iterator[Brief]:
        """All of them in brief, in no order that means anything, once each is finished: nothing of one that rests."""

    def drained(self) -> Iterator[Log]:
        """All of them in the order of their tickets' ids; each is let go of."""


class HeldLogs:
    """Logs in memory."""

    def __init__(self) -> None:
        self._logs: dict[str, Log] = {}

    def found(self, ticket: str, records: int = 1) -> Log | None:
        """The log of a ticket."""
        return self._logs.get(ticket)

    def add(self, log: Log, records: int = 1) -> None:
        """Keep a new log."""
        self._logs[log.ticket] = log

    def __len__(self) -> int:
        return len(self._logs)

    def __iter__(self) -> Iterator[Log]:
        return iter(self._logs.values())

    def in_brief(self, finish: Callable[[Log], None], rests: Callable[[Brief], bool]) -> Iterator[Brief]:
        """All of them in brief, once each is finished."""
        for log in self:
            finish(log)
            yield log.brief()

    def drained(self) -> Iterator[Log]:
        """All of them in the order of their tickets' ids; each is let go of."""
        for ticket in sorted(self._logs):
            yield self._logs.pop(ticket)


Make = Callable[[Any], Any]

_PLAIN: Final = frozenset({int, str, bool, None, NoneType, object, Any})
_MEANT: Final[dict[tuple[type, str], object]] = {
    (Standing, "clocks"): ClockState | None,
    (Standing, "charges"): ChargeState | None,
    (Log, "seen"): array,
    (Log, "moved"): Any,  # as it is: whatever a log is written in knows a tuple
    (Log, "turns"): Any,
    (Entry, "cause"): Cause | None,
}
"""Of fields whose annotation does not tell, what they hold in a log that is written."""
_WRITTEN: Final = frozenset({int, str, bool, NoneType, frozenset})
_NOTHING: Final = ()


class Fields(NamedTuple):
    """How the fields of a kind of value are had, and the places of those that are not plain."""

    values: Callable[[Any], Iterable[Any]]
    places: tuple[int, ...]


_FIELDS: Final[dict[type, Fields]] = {}
"""Of each kind of value that `maker` knows to have fields."""


def log_of(lists: list[Any]) -> Log:
    """The log of such lists, which are used up."""
    assert _log is not None, "a log is more than what was read"
    log: Log = _log(lists)
    return log


def lists_of(value: object) -> Any:
    """A log, or a part of one, as lists, mappings and bytes; what its annotations say is plain is not looked at."""
    kind = value.__class__
    if kind in _WRITTEN:
        return value
    known = _FIELDS.get(kind)
    if known is not None:
        values = [*known.values(value)]
        for place in known.places:
            held = values[place]
            if held is not None and held is not _NOTHING:
                values[place] = lists_of(held)
        return values
    if isinstance(value, dict):
        return {key: lists_of(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, Series)):
        return [lists_of(each) for each in value]
    return value.tobytes() if isinstance(value, array) else listed(value)


def listed(value: object) -> object:
    """What JSON does not know, by what it does."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Set):
        return sorted(value, key=str)
    if isinstance(value, Sequence):
        return list(value)
    if isinstance(value, Fraction):
        return [value.numerator, value.denominator]
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    raise TypeError(f"{type(value).__name__} cannot be written")


def maker(kind: Any) -> Make | None:
    """What makes a value of a kind of what was read; ``None`` where it is what was read."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal or kind in _PLAIN:
        return None
    if origin in (Union, UnionType):
        some = [one for one in map(maker, inner) if one is not None]
        assert len(some) < 2, f"which kind of {kind} was written cannot be told"
        if some and len(inner) == 2 and NoneType in inner:
            [one] = some
            return lambda value: None if value is None else one(value)
        return _unless_plain(some[0]) if some else None
    if origin in (dict, Mapping):
        return _by_key(inner[0], maker(inner[1]))
    if kind is bytes:
        return bytes.fromhex
    if kind is date:
        return date.fromisoformat
    if kind is Fraction:
        return lambda value: Fraction(*value)
    if kind is array:
        return lambda value: array("q", value)
    if origin is tuple and inner[-1] is not Ellipsis:
        return _named(tuple, [maker(each) for each in inner])
    if origin in (list, tuple, frozenset, Series):
        return _several(origin, maker(inner[0]))
    assert isinstance(kind, type), f"{kind} cannot be read"
    if issubclass(kind, Series):
        return _several(kind, maker(get_args(kind.__dict__["__orig_bases__"][0])[0]))
    hints = get_type_hints(kind, localns={"array": list})  # before Python 3.12 no array says what it holds
    makers = [maker(_MEANT.get((kind, name), hint)) for name, hint in hints.items()]
    places = tuple(place for place, one in enumerate(makers) if one is not None)
    _FIELDS[kind] = Fields(iter if issubclass(kind, tuple) else attrgetter(*hints), places)
    if not issubclass(kind, tuple):
        return _named(lambda values: kind(*values), makers)
    number = len(makers)
    return _named(lambda values: made(kind, values) if len(values) == number else kind(*values), makers)


def _unless_plain(make: Make) -> Make:
    """Of a value that may be a number, a text or nothing as well."""
    return lambda value: make(value) if isinstance(value, (list, dict)) else value


def _by_key(kind: Any, one: Make | None) -> Make | None:
    """Of a mapping, whose keys JSON makes texts."""
    if kind is int:
        return lambda value: {int(key): one(each) if one else each for key, each in value.items()}
    return None if one is None else lambda value: {key: one(each) for key, each in value.items()}


def _several(kind: Any, one: Make | None) -> Make | None:
    make = kind.of if issubclass(kind, Series) else kind
    if kind is list:
        return None if one is None else lambda value: [*map(one, value)]
    none = make(())  # of what cannot change, one will do
    return lambda value: make(map(one, value) if one else value) if value else none


def _named(make: Make, makers: Sequence[Make | None]) -> Make:
    """Of a list of values, each of its own kind."""
    some = [(place, one) for place, one in enumerate(makers) if one is not None]

    def filled(values: list[Any]) -> Any:
        for place, one in some:
            held = values[place]
            if held is not _NOTHING:
                values[place] = one(held)
        return make(values)

    return filled


_log: Final = maker(Log)
