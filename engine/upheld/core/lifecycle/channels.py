"""Channels: by which way an event may come in, and when.

Source: DESIGN section 3, step 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from upheld.core.condition.condition import Lookup
from upheld.core.condition.predicate import Predicate, predicate_or_none
from upheld.core.errors import CalendarError
from upheld.core.policy.policy import Policy
from upheld.core.policy.rule import Channel
from upheld.core.policy.schedule import Schedule
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import text_of_day


class ChannelPlan(NamedTuple):
    """A channel: what it takes, in which opening time, and when it is open at all."""

    channel: Channel
    takes: frozenset[str]
    during: str
    when: Predicate | None


class Channels:
    """The channels of one policy."""

    def __init__(self, policy: Policy, schedule: Schedule) -> None:
        self._schedule = schedule
        self._plans = {
            name: ChannelPlan(
                channel,
                frozenset(event for event in policy.events if channel.takes(event)),
                channel.during,
                predicate_or_none(channel.when),
            )
            for name, channel in policy.channels.items()
        }

    def __getitem__(self, name: str) -> Channel:
        return self._plans[name].channel

    def __contains__(self, name: str) -> bool:
        return name in self._plans

    def __iter__(self) -> Iterator[Channel]:
        return (plan.channel for plan in self._plans.values())

    def closes(self, name: str) -> bool:
        """Whether there is such a channel, and it is open at some hours alone."""
        return name in self._plans and bool(self._plans[name].during)

    def obstacle(self, name: str, event: str, at_s: int, lookup: Lookup) -> str:
        """Why the channel does not take the event now, as a key of the catalogue of messages; ``""`` where it does."""
        plan = self._plans.get(name)
        if plan is None:
            return "unknown-channel" if name else "no-channel"
        if event not in plan.takes:
            return "channel-refuses"
        if plan.during and not self._hours(plan, lookup).is_open_s(at_s):
            return "channel-closed"
        if plan.when is not None and not plan.when(lookup):
            return "channel-not-now"
        return ""

    def _hours(self, plan: ChannelPlan, lookup: Lookup) -> Calendar:
        """The opening times of a channel, for the customer of the record."""
        customer = str(lookup("record.customer") or lookup("customer") or "")
        return self._schedule.calendars[self._schedule.calendar_for(plan.during, customer)]

    def open_to(self, event: str, at_s: int, lookup: Lookup) -> tuple[str, ...]:
        """The channels that take the event now, in the policy's order."""
        return tuple(name for name in self._plans if not self.obstacle(name, event, at_s, lookup))

    def next_opening(self, name: str, at_s: int, lookup: Lookup) -> str:
        """When a closed channel opens, in its own local time with its offset from UTC; ``""`` for not before 2051."""
        plan = self._plans[name]
        calendar = self._hours(plan, lookup) if plan.during else None
        try:
            return "" if calendar is None else local_text(calendar, calendar.next_opening_s(at_s))
        except CalendarError:
            return ""


def local_text(calendar: Calendar, at_s: int) -> str:
    """An instant in a calendar's local time, to the minute: ``2024-03-04T09:00+01:00``.

    >>> local_text(Calendar.always("Europe/Paris"), 1709539200)
    '2024-03-04T09:00+01:00'
    """
    day, clock_s = calendar.clock_at(at_s)
    offset_min = (day * 86_400 + clock_s - at_s) // 60
    sign = "-" if offset_min < 0 else "+"
    hours, minutes = divmod(abs(offset_min), 60)
    local = f"{text_of_day(day)}T{clock_s // 3600:02}:{clock_s % 3600 // 60:02}"
    return f"{local}{sign}{hours:02}:{minutes:02}"
