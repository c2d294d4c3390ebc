"""Logs: where a replay keeps what it knows of each ticket, and a log in one line of JSON, and back.

In memory, unless somebody gives a place that holds more of them. A log is found again and changed as its records come,
and let go of with its verdict, in the order of the tickets' ids.

What a log holds are plain values, and tuples with names: JSON writes these as lists, and what is read is put together
anew by the types that the fields are annotated with. So a field that is added needs nothing here, unless its kind is
new, which is told at once.

    >>> log = Log("T-1", events=3, seen=array("q", [7, 7]))
    >>> log_of(text_of(log)) == log
    True
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, Final, Literal, Protocol, Union, get_args, get_origin, get_type_hints

from upheld.core.billing.entry import Entry
from upheld.core.billing.state import Cause, ChargeState
from upheld.core.clocks.state import ClockState
from upheld.core.record.ticket import Standing
from upheld.core.replay.verdict import Log
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
    (Entry, "cause"): Cause | None,
}
"""Of fields whose annotation does not tell, what they hold in a log that is written."""


def text_of(log: Log) -> str:
    """A log in a line."""
    return json.dumps(listed(log), default=listed, separators=(",", ":"))


def log_of(text: str) -> Log:
    """The log of a line."""
    assert _log is not None, "a log is more than what was read"
    log: Log = _log(json.loads(text))
    return log


def listed(value: object) -> object:
    """What JSON does not know, by what it does."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Set):
        return sorted(value, key=str)
    if isinstance(value, (Sequence, array)):
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
        made = [one for one in map(maker, inner) if one is not None]
        assert len(made) < 2, f"which kind of {kind} was written cannot be told"
        if made and len(inner) == 2 and NoneType in inner:
            return lambda value: None if value is None else made[0](value)
        return _unless_plain(made[0]) if made else None
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
    return _named(lambda values: kind(*values), makers)


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
    if one is None:
        return None if kind is list else make
    return lambda value: make(map(one, value))


def _named(make: Make, makers: Sequence[Make | None]) -> Make:
    """Of a list of values, each of its own kind."""
    some = [(place, one) for place, one in enumerate(makers) if one is not None]

    def made(values: list[Any]) -> Any:
        for place, one in some:
            values[place] = one(values[place])
        return make(values)

    return made


_log: Final = maker(Log)
