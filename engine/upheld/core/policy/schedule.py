"""Schedules: everything that a policy says about time, built once.

Calendars, recurrences, releases and dated parameters stand together because a
target needs all of them: `next-release` a calendar and the releases, a table the
date in the policy's zone and the customer's own contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from upheld.core.condition.domain import Held
from upheld.core.policy.parameter import Parameter, ParameterValue
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.time.calendar import Calendar
from upheld.core.time.day import weekday_of
from upheld.core.time.instant import DAY_S, date_of_day
from upheld.core.time.recurrence import Recurrence
from upheld.core.time.zone import Stretch

Override = Callable[[str, str, str, date], ParameterValue | None]
"""What a customer's contracts say instead: customer, parameter, column (or ``""``) and day; ``None`` for nothing."""


def no_override(customer: str, parameter: str, column: str, day: date) -> ParameterValue | None:
    """Nobody's contract says anything else."""
    return None


Own = Callable[[str, str], Calendar | None]
"""A customer's own calendar instead of one of the policy's, by customer and calendar; ``None`` where it has none."""


def no_own(customer: str, calendar: str) -> Calendar | None:
    """Nobody has opening times of their own."""
    return None


class Calendars(dict[str, Calendar]):
    """The calendars of a policy by id, and those of customers as ``id@customer``."""

    def __init__(self, calendars: Mapping[str, Calendar], own: Own) -> None:
        super().__init__(calendars)
        self._own = own

    def __missing__(self, key: str) -> Calendar:
        """A customer's own calendar, kept; the policy's where that customer has none (any more)."""
        calendar, at, customer = key.partition("@")
        if not at:
            raise KeyError(key)
        self[key] = found = self._own(customer, calendar) or self[calendar]
        return found


_READERS: Final[Mapping[str, Callable[[Calendar, int], Held]]] = {
    "opening": lambda calendar, at_s: "open" if calendar.is_open_s(at_s) else "closed",
    "opening-left": Calendar.opening_left_s,
    "day": lambda calendar, at_s: weekday_of(calendar.clock_at(at_s)[0]),
}


class Found(NamedTuple):
    """A value of a parameter, and which of its rows it stands in; ``None`` where a customer's contract says it."""

    value: ParameterValue
    row: int | None


class Schedule:
    """The calendars, recurrences, releases and parameters of one policy.

    Args:
        policy: The policy.
        calendars: Its calendars by id; ``always`` is added where it is not among them.
        recurrences: Its recurrences by id.
        releases: The dates of all known releases, in any order.
        override: What customers' contracts say instead of a parameter.
        own: Which calendars customers have of their own, of those that may be replaced.
    """

    def __init__(
        self,
        policy: Policy,
        calendars: Mapping[str, Calendar],
        recurrences: Mapping[str, Recurrence],
        releases: Iterable[date] = (),
        override: Override = no_override,
        own: Own = no_own,
    ) -> None:
        self.calendars = Calendars({ALWAYS: Calendar.always(policy.zone), **calendars}, own)
        self._per_customer = frozenset(name for name, each in policy.calendars.items() if each.per_customer)
        self._own = own
        self._calendar_of = {name: each.calendar for name, each in policy.recurrences.items()}
        self.recurrences = dict(recurrences)
        self.releases = tuple(sorted(releases))
        self._parameters: Mapping[str, Parameter] = policy.parameters
        self._override = override
        self._stretch = Stretch(0, 0, 0)

    def date_at(self, at_s: int) -> date:
        """The date in the policy's zone; the stretch of its clock that the last instant lay in is remembered."""
        from_s, until_s, offset_s = self._stretch
        if not from_s <= at_s < until_s:
            _, _, offset_s = self._stretch = self.calendars[ALWAYS].stretch_at(at_s)
        return date_of_day((at_s + offset_s) // DAY_S)

    def calendar_for(self, calendar: str, customer: str) -> str:
        """The key of a calendar as it is for a customer: ``id@customer`` where that has opening times of its own."""
        if not customer or calendar not in self._per_customer or self._own(customer, calendar) is None:
            return calendar
        return f"{calendar}@{customer}"

    def recurrences_for(self, customer: str) -> Mapping[str, Recurrence]:
        """The recurrences, on the calendars as they are for a customer."""
        own = {
            name: replace(self.recurrences[name], calendar=self.calendars[key])
            for name, calendar in (self._calendar_of.items() if customer and self._per_customer else ())
            if (key := self.calendar_for(calendar, customer)) != calendar
        }
        return {**self.recurrences, **own} if own else self.recurrences

    def reader(self, family: str, calendar: str) -> Callable[[int, str], Held]:
        """Reads what ``opening.X``, ``opening-left.X`` or ``day.X`` holds at an instant, for a customer.

        Opening left is what is left of the local date, whether it is open just then or not.
        """
        read = _READERS[family]
        if calendar not in self._per_customer:
            everybodys = self.calendars[calendar]
            return lambda at_s, customer: read(everybodys, at_s)
        return lambda at_s, customer: read(self.calendars[self.calendar_for(calendar, customer)], at_s)

    def column_names(self, parameter: str, by: str = "") -> tuple[str, ...]:
        """The names that choose a column of the parameter, ``by`` instead of the first; none where it is no table."""
        return self._parameters[parameter].names_with(by)

    def parameter(self, name: str, column: str, at_s: int, customer: str) -> Found | None:
        """The value of a parameter at an instant; ``None`` where its table has none.

        Source: DESIGN section 4, "Dated parameters": the value on the policy-zone date; a contract overrides by key.
        """
        parameter = self._parameters.get(name)
        if parameter is None:
            return None
        day = self.date_at(at_s)
        own = self._override(customer, name, column, day) if customer else None
        if own is not None:
            return Found(own, None)
        number = parameter.number_on(day)
        value = None if number is None else parameter.rows[number].values.get(column)
        return None if value is None else Found(value, number)
