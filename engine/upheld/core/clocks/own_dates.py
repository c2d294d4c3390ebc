"""Dates of their own: when a start, a stop, a pause or an excuse counts that carries one.

An instant counts as it is. A date counts from the first opening of the day, for a start and a stop; a pause and an
excuse take it whole, in the policy's zone.

Source: DESIGN section 4, "Starting", "Pauses" and "Excuses".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from upheld.core.clocks.clock import Clock
from upheld.core.clocks.pauses import FOREVER
from upheld.core.clocks.plan import Ending, ExcusePlan, Pull
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.state import Excused
from upheld.core.condition.domain import Held
from upheld.core.lifecycle.happening import Happening
from upheld.core.policy.policy import ALWAYS
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import END_DAY, FIRST_DAY, day_number


class StartDates:
    """Which fields of events say when a clock began. What lies after its record counts from the record, and is flagged.

    A date is one of the policy's zone; today's does not lie after the record, though the hours of the day open later.
    """

    def __init__(self, rules: ClockRules) -> None:
        self._rules = rules
        starts = [(each.at.name, each.on) for one in rules.policy.commitments for each in one.start if each.at]
        read = {event: {name for name, on in starts if event in on or not on} for event in rules.policy.events}
        self._fields = {
            event.id: tuple(name for name in event.fields if f"event.{name}" in read[event.id])
            for event in rules.policy.events.values()
        }

    def of(self, event: str) -> tuple[str, ...]:
        """The fields of an event that do."""
        return self._fields[event]

    def ahead(self, event: str, values: Mapping[str, Held], at_s: int) -> str:
        """The first of an event's fields that lies after the record; ``""`` where none does."""
        return next((name for name in self._fields[event] if self.begins_s(values[f"event.{name}"]) > at_s), "")

    def begins_s(self, held: Held) -> int:
        """When an instant is, or a date begins; what is not set has ever been, and far dates never come."""
        edge_s = _edge_s(self._rules, held, 0)
        return -FOREVER if edge_s is None else edge_s


def own_start_s(rules: ClockRules, now: Happening, pull: Pull) -> int:
    """When a start counts: at its date, or at once; never after its record.

    Raises: CalendarError for a date outside the years that the calendar covers.
    """
    if not pull.at:
        return now.at_s
    held = _instant_s(now, pull.at, rules.terms[pull.of].calendar(None, now.customer))
    return now.at_s if held is None else min(held, now.at_s)


def own_stop_s(rules: ClockRules, now: Happening, clock: Clock, ending: Ending) -> int:
    """When a stop counts: at its date, or at once; never before the clock counted.

    Raises: CalendarError for a date outside the years that the calendar covers.
    """
    if not ending.at:
        return now.at_s
    held = _instant_s(now, ending.at, rules.terms[clock.commitment].calendar(clock.aim, now.customer))
    return now.at_s if held is None else max(held, clock.from_s)


def own_edge_s(rules: ClockRules, now: Happening, pull: Pull, days_later: int) -> int:
    """When a pause begins or ends: at its date, which is never after the record that tells it."""
    edge_s = _edge_s(rules, now.names(pull.at), days_later) if pull.at else None
    return now.at_s if edge_s is None else min(edge_s, now.at_s)


def own_excuses(rules: ClockRules, now: Happening, plans: Iterable[ExcusePlan]) -> tuple[Excused, ...]:
    """The times for which the vendor does not answer, as an event declares them."""
    found = []
    for plan in plans:
        if plan.when is None or plan.when(now.names):
            from_s = _edge_s(rules, now.names(plan.excuse.since.name), 0)
            until_s = _edge_s(rules, now.names(plan.excuse.until.name), 1)
            if from_s is not None and until_s is not None and from_s < until_s:
                found.append(Excused(plan.number, from_s, until_s))
    return tuple(found)


def opening_of(day: str, calendar: Calendar) -> int:
    """The first opening of a date."""
    return calendar.next_opening_s(calendar.instant_s(day_number(date.fromisoformat(day)), 0))


def _instant_s(now: Happening, name: str, calendar: Calendar) -> int | None:
    """The instant that a name holds, or the first opening of the date that it holds."""
    held = now.names(name)
    if isinstance(held, str):
        return opening_of(held, calendar)
    if not isinstance(held, int):
        return None
    calendar.clock_at(held)
    return held


def _edge_s(rules: ClockRules, held: Held, days_later: int) -> int | None:
    """An instant, or the beginning or end of a date in the policy's zone; far dates are for ever."""
    if isinstance(held, str):
        day = day_number(date.fromisoformat(held)) + days_later
        if not FIRST_DAY <= day < END_DAY:
            return FOREVER if day >= END_DAY else -FOREVER
        return rules.schedule.calendars[ALWAYS].instant_s(day, 0)
    return held if isinstance(held, int) else None
