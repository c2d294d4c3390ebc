"""When do the tickets arrive whose promises are broken?

The decided clocks by the weekday and the hour at which their ticket was opened, on the clock of the policy's zone: how
many there were stands beside how many of them were broken, since most are broken when most arrive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from upheld.core.policy.policy import ALWAYS
from upheld.core.policy.schedule import Schedule
from upheld.core.time.day import WEEKDAYS
from upheld.core.time.instant import date_of_day
from upheld.pages.figures.figure import Drawn, Figure, Row
from upheld.pages.figures.promised_clock import DECIDED, PromisedClock, in_order, instant_s, left_out
from upheld.show.words.view import View

HOUR_S: Final = 3600


class BreachHours:
    """The decided clocks of each weekday, from 0, and hour."""

    def __init__(self, schedule: Schedule) -> None:
        self._always = schedule.calendars[ALWAYS]
        self._counts: Counter[tuple[int, int, str]] = Counter()
        self._statuses: Counter[str] = Counter()
        self._assumed: set[str] = set()

    def add(self, opened_at: str, clocks: Iterable[PromisedClock]) -> None:
        """Count the clocks of a ticket."""
        day, time_s = self._always.clock_at(instant_s(opened_at))
        weekday, hour = date_of_day(day).weekday(), time_s // HOUR_S
        for clock in clocks:
            self._statuses[clock.status] += 1
            if clock.status in DECIDED:
                self._counts[weekday, hour, clock.status] += 1
                self._assumed.update(clock.assumptions)

    def figures(self, view: View) -> Iterator[Figure]:
        """One, of all promises; none where nothing was broken."""
        if not self._statuses["breached"]:
            return
        hours = {hour for _, hour, _ in self._counts}
        rows = tuple(self._row(view, hour) for hour in range(min(hours), max(hours) + 1))
        zone = view.naming.zone(view.policy.zone)
        yield Figure(
            "breach-hours",
            view.say("figure.hours"),
            view.say("figure.hours.title", zone=zone),
            self._says(view),
            (view.say("figure.head.hour"), *view.locale.weekdays),
            rows,
            (("few-4", view.say("figure.key.more-breached")),),
            (view.say("figure.hours.cells"), *left_out(view, self._statuses)),
            in_order(view.policy, self._assumed),
            "hours",
        )

    def _row(self, view: View, hour: int) -> Row:
        name = view.locale.time(hour * HOUR_S)
        drawn: dict[str, Drawn] = {"hour": name}
        listed = [name]
        for number, weekday in enumerate(WEEKDAYS):
            upheld, breached = (self._counts[number, hour, status] for status in DECIDED)
            drawn |= {f"{weekday}.breached": breached, f"{weekday}.decided": upheld + breached}
            told = view.say("replay.of", part=breached, whole=upheld + breached)
            listed.append(told if upheld + breached else "")
        return Row(drawn, tuple(listed))

    def _says(self, view: View) -> str:
        breached, decided = self._statuses["breached"], sum(self._statuses[status] for status in DECIDED)
        told = view.say("figure.hours.says", breached=breached, decided=decided)
        most = max(
            ((weekday, hour) for weekday, hour, status in self._counts if status == "breached"),
            key=lambda place: (self._counts[*place, "breached"], -place[0], -place[1]),
        )
        weekday, hour = most
        number = self._counts[weekday, hour, "breached"]
        of = number + self._counts[weekday, hour, "upheld"]
        name = view.locale.weekdays[weekday]
        start = view.locale.time(hour * HOUR_S)
        return f"{told} {view.say('figure.hours.most', weekday=name, hour=start, breached=number, decided=of)}"
