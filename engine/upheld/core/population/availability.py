"""Availability: the share of a period in which a service was up, in opening time, for each customer.

Time that is closed or excused is promised to nobody: it is neither up nor down. Shares are compared in integers, so
that a month of 30 days with 43 min 12 s of down time keeps 99.9 %, and one with a second more does not.

    >>> fine_percent(Fraction(2_591_999, 2_592_000)), fine_percent(Fraction(999, 1000))
    ('99.999%', '99.9%')

Source: DESIGN section 9, "Availability".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from upheld.core.clocks.clock import Span
from upheld.core.clocks.pauses import united
from upheld.core.policy.policy import ALWAYS
from upheld.core.policy.remedy import Availability, Downtime
from upheld.core.policy.schedule import Schedule
from upheld.core.population.downtime import Downtimes
from upheld.core.population.period import edges_s, period_of, periods_between
from upheld.core.time.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Uptime:
    """One period of one customer.

    Attributes:
        promised_s: The opening time for which it was promised, as far as the period has gone.
        down_s: How much of it the service was down.
        excused_s: The opening time that was taken out of the promise.
        over: Whether the period is over.
    """

    availability: Availability
    customer: str
    period: str
    promised_s: int
    down_s: int
    excused_s: int
    over: bool

    @property
    def share(self) -> Fraction | None:
        """The share reached; ``None`` where nothing was promised."""
        return Fraction(self.promised_s - self.down_s, self.promised_s) if self.promised_s else None

    @property
    def broken(self) -> bool:
        """Whether it is below what was promised, as things stand."""
        promised, share = self.availability.share, self.share
        return promised is not None and share is not None and share < promised

    @property
    def status(self) -> str | None:
        """``upheld``, ``breached``, ``open`` while the period lasts; ``None`` where nothing was promised in it."""
        if not self.promised_s:
            return None
        return "open" if not self.over else "breached" if self.broken else "upheld"

    def as_document(self) -> dict[str, object]:
        """The entry of ``availability`` in a summary."""
        return {
            "id": self.availability.id,
            "customer": self.customer or None,
            "period": self.period,
            "promised_s": self.promised_s,
            "down_s": self.down_s,
            "excused_s": self.excused_s,
            "share": None if self.share is None else fine_percent(self.share),
            "promised": fine_percent(self.availability.share or Fraction(1)),
            "status": self.status,
        }


def uptimes(
    place: int, availability: Availability, downtimes: Downtimes, schedule: Schedule, as_of_s: int
) -> Iterator[Uptime]:
    """Each customer in each period, from that in which anything is known of him to that of as-of."""
    always = schedule.calendars[ALWAYS]
    last = period_of(schedule.date_at(as_of_s), availability.period)
    for customer, first_s in sorted(downtimes.first_s.items()):
        calendar = schedule.calendars[schedule.calendar_for(availability.calendar, customer)]
        down = _down(availability, [span for _, spans in downtimes.spans(place, "down", customer) for span in spans])
        excused = [(each, united(spans)) for each, spans in downtimes.spans(place, "excused", customer)]
        first = period_of(schedule.date_at(first_s), availability.period)
        for period in periods_between(first, last):
            from_s, end_s = edges_s(period, always)
            edges = from_s, min(end_s, as_of_s)
            whole = _within(calendar, [edges], edges)
            left_out = united(span for each, spans in excused for span in _first(calendar, each, spans, edges))
            out = _within(calendar, left_out, edges)
            gone = _within(calendar, united([*down, *left_out]), edges)
            yield Uptime(availability, customer, period, whole - out, gone - out, out, as_of_s >= end_s)


def _down(availability: Availability, spans: list[Span]) -> list[Span]:
    """The down time that counts: all of it, or what lasts long enough in one piece."""
    if availability.shortest is None:
        return spans
    shortest_s = availability.shortest.seconds
    return [(from_s, until_s) for from_s, until_s in united(spans) if until_s - from_s >= shortest_s]


def _first(calendar: Calendar, excused: Downtime, spans: list[Span], edges: Span) -> Iterator[Span]:
    """What disjoint spans leave out of a period: all of it, or so much opening time as is excused at most."""
    if excused.at_most is None:
        yield from spans
        return
    left_s = excused.at_most.seconds
    for from_s, until_s in _cut(spans, edges):
        took_s = calendar.between_s(from_s, until_s)
        if took_s > left_s:
            yield from_s, calendar.add_s(from_s, left_s)
            return
        yield from_s, until_s
        left_s -= took_s


def _cut(spans: list[Span], edges: Span) -> list[Span]:
    """What of spans lies between two edges."""
    cut = ((max(from_s, edges[0]), min(until_s, edges[1])) for from_s, until_s in spans)
    return [(from_s, until_s) for from_s, until_s in cut if from_s < until_s]


def _within(calendar: Calendar, spans: list[Span], edges: Span) -> int:
    """The opening time of disjoint spans between two edges."""
    return sum(calendar.between_s(from_s, until_s) for from_s, until_s in _cut(spans, edges))


def fine_percent(share: Fraction) -> str:
    """A share for programs, rounded down to a thousandth of a per cent, so that what is broken never reads as kept."""
    whole, rest = divmod(int(share * 100_000), 1000)
    return f"{whole}.{rest:03}".rstrip("0") + "%" if rest else f"{whole}%"
