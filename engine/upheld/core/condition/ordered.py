"""Ordered domains: those whose values have an order of their own, such as integers and dates.

Each value has a number, and a condition such as `{at-least: 5, below: 60}` cuts the
line of numbers at its constants. What lies between two cuts is alike to every
condition, so a question about all integers becomes one about a few.

    >>> Seconds().read("30min", "opening-left.support"), Seconds().show(5400)
    (1800, '90min')
    >>> Date().read("2024-02-30", "event.date").hint
    'write a date as `2024-12-31`'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Final

from upheld.core.condition.domain import Domain, Scalar, Wrong
from upheld.core.nearest import quoted
from upheld.core.time.duration import parse_duration

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Ordered(Domain):
    """Values that lie on a line of whole numbers: integers, dates, instants, lengths of time.

    Conditions cut the line at the constants they name; what lies between two cuts is alike.

    Attributes:
        natural: The number to show where any would do.
        step: A rounder number is shown where it is as good: a multiple of this.
    """

    natural: ClassVar[int] = 0
    step: ClassVar[int] = 1

    @property
    def comparable(self) -> bool:
        """Always."""
        return True

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """The lowest and the highest number, both included; ``None`` where there is no bound."""
        return (None, None)

    def number(self, value: Scalar) -> int:
        """Where the value lies on the line."""
        return int(value)

    def value(self, number: int) -> Scalar:
        """The value at this number."""
        return number


@dataclass(frozen=True, slots=True)
class Integer(Ordered):
    """A whole number, from ``low`` to ``high``, both included."""

    low: int | None = None
    high: int | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """``low`` and ``high``."""
        return (self.low, self.high)

    def _read(self, scalar: object, name: str) -> Scalar | Wrong:
        if isinstance(scalar, bool) or not isinstance(scalar, int) or abs(scalar) >= 2**63:
            hint = "write digits, without quotes"
            message = f"`{name}` holds whole numbers, and {quoted(scalar)} is none"
            return Wrong("bad-value", message, hint, "no-integer", (("value", quoted(scalar)),))
        if self.low is not None and scalar < self.low:
            message, found = f"`{name}` is at least `{self.low}`, and {quoted(scalar)} lies below", str(self.low)
            return Wrong("bad-value", message, "", "too-low", (("value", quoted(scalar)), ("bound", found)))
        if self.high is not None and scalar > self.high:
            message, found = f"`{name}` is at most `{self.high}`, and {quoted(scalar)} lies above", str(self.high)
            return Wrong("bad-value", message, "", "too-high", (("value", quoted(scalar)), ("bound", found)))
        return scalar


@dataclass(frozen=True, slots=True)
class Date(Ordered):
    """A day; its value is the text ``2024-12-31``, which sorts as days do. A host may give a `date`."""

    natural: ClassVar[int] = date(2024, 1, 1).toordinal()
    _form: ClassVar[re.Pattern[str]] = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """Years 1 to 9999."""
        return (date.min.toordinal(), date.max.toordinal())

    def number(self, value: Scalar) -> int:
        """Days since the first of year 1."""
        return date.fromisoformat(str(value)).toordinal()

    def value(self, number: int) -> Scalar:
        """The date at this number."""
        return date.fromordinal(number).isoformat()

    def _read(self, scalar: object, name: str) -> Scalar | Wrong:
        if isinstance(scalar, date) and not isinstance(scalar, datetime):
            return date.isoformat(scalar)
        if isinstance(scalar, str) and self._form.fullmatch(scalar):
            try:
                return date.fromisoformat(scalar).isoformat()
            except ValueError:
                pass
        message, hint = f"`{name}` holds dates, and {quoted(scalar)} is none", "write a date as `2024-12-31`"
        return Wrong("bad-value", message, hint, "no-date", (("value", quoted(scalar)),))


@dataclass(frozen=True, slots=True)
class Instant(Ordered):
    """A point in time; its value is the whole seconds since 1970 in UTC, a fraction cut off.

    A host may give an aware `datetime`.
    """

    natural: ClassVar[int] = (datetime(2024, 1, 1, tzinfo=UTC) - EPOCH) // SECOND
    _form: ClassVar[re.Pattern[str]] = re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
    )

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """Years 1 to 9999 in UTC."""
        first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        return ((first - EPOCH) // SECOND, (last - EPOCH) // SECOND)

    def show(self, value: Scalar) -> str:
        """The instant in UTC: ``2024-03-04T08:15:00Z``."""
        return (EPOCH + int(value) * SECOND).isoformat().replace("+00:00", "Z")

    def _read(self, scalar: object, name: str) -> Scalar | Wrong:
        given = scalar if isinstance(scalar, datetime) and datetime.utcoffset(scalar) is not None else None
        if given is not None or (isinstance(scalar, str) and self._form.fullmatch(scalar)):
            try:
                number = datetime.__sub__(given or datetime.fromisoformat(str(scalar)), EPOCH) // SECOND
            except (ValueError, OverflowError):
                number = -(10**18)
            low, high = self.bounds
            if low is not None and high is not None and low <= number <= high:
                return number
        hint = "write it with its offset, as `2024-03-04T08:15:00Z`"
        message = f"`{name}` holds instants, and {quoted(scalar)} is none"
        return Wrong("bad-value", message, hint, "no-instant", (("value", quoted(scalar)),))


@dataclass(frozen=True, slots=True)
class Seconds(Ordered):
    """A length of time; its value is whole seconds, never negative, written `45s`, `30min` or `2h`."""

    step: ClassVar[int] = 60

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """From no time at all upwards."""
        return (0, None)

    def show(self, value: Scalar) -> str:
        """In the largest unit that divides it."""
        seconds = int(value)
        if seconds % 60:
            return f"{seconds}s"
        return f"{seconds // 3600}h" if seconds and seconds % 3600 == 0 else f"{seconds // 60}min"

    def _read(self, scalar: object, name: str) -> Scalar | Wrong:
        try:
            duration = parse_duration(scalar) if isinstance(scalar, str) else None
        except ValueError:
            duration = None
        if duration is not None and duration.unit in ("s", "min", "h"):
            return duration.seconds
        hint = "write it as `45s`, `30min` or `2h`"
        message = f"`{name}` holds lengths of time, and {quoted(scalar)} is none"
        return Wrong("bad-value", message, hint, "no-length", (("value", quoted(scalar)),))
