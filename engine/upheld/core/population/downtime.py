"""Down time: the intervals that tickets and events take out of a service, gathered customer by customer.

An event of nobody in particular, such as maintenance announced to all, is of every customer; so is an outage that
somebody reported for nobody.

Source: DESIGN section 9, "Availability"; `docs/decisions/0021-remedies.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from upheld.core.clocks.clock import Span
from upheld.core.condition.condition import Lookup, names_asked, names_read
from upheld.core.condition.domain import Held
from upheld.core.condition.predicate import Predicate, predicate_or_none
from upheld.core.lifecycle.plan import fact_domains
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.remedy import Downtime
from upheld.core.policy.schedule import Schedule
from upheld.core.time.instant import END_DAY, FIRST_DAY, day_number

Effect = Literal["down", "excused"]
Stay = tuple[int, str]
"""The instant at which a ticket came into a state."""
Turn = tuple[int, tuple[Held, ...]]
"""The instant from which on the facts that are asked for held this."""
NamesOf = Callable[[str, int, Mapping[str, Held]], Lookup]
"""What names held of a ticket in a state, at an instant, with some of its facts."""


class Watched(NamedTuple):
    """One way of being down, or excused, of the availability of a place in the policy; each has a number."""

    number: int
    place: int
    effect: Effect
    downtime: Downtime
    when: Predicate | None


class Told(NamedTuple):
    """The first instant at which anything is known of each customer, and the intervals by way and customer."""

    first_s: dict[str, int]
    spans: dict[tuple[int, str], list[Span]]


class Downtimes:
    """The intervals of all customers so far.

    Attributes:
        events: The events that say when something was down.
        facts: The facts that decide whether a ticket in a state is down; a change of them cuts its stay.
        first_s: For each customer the first instant at which anything is known of him.
    """

    def __init__(self, policy: Policy, schedule: Schedule) -> None:
        self._always = schedule.calendars[ALWAYS]
        ways = (
            (place, effect, downtime, predicate_or_none(downtime.when))
            for place, each in enumerate(policy.availability)
            for effect, downtimes in _effects(each.down, each.excused)
            for downtime in downtimes
        )
        self._watched = [Watched(number, *way) for number, way in enumerate(ways)]
        self._stays = [each for each in self._watched if each.downtime.states]
        self._said = [each for each in self._watched if each.downtime.on]
        self.events = frozenset(event for each in self._said for event in each.downtime.on)
        asked = {name for each in self._stays if each.downtime.when for name in names_read(each.downtime.when)}
        self.facts = tuple(name for name in fact_domains(policy) if name in asked)
        sets = {name for each in self._stays if each.downtime.when for name in names_asked(each.downtime.when)}
        self._told_later = [place for place, name in enumerate(self.facts) if name not in sets]
        self.first_s: dict[str, int] = {}
        self._spans: dict[tuple[int, str], list[Span]] = {}

    def see(self, event: str, at_s: int, customer: str, names: Lookup) -> None:
        """Take in an accepted event, which may say when something was down; or is, where it said so early enough."""
        for each in self._said:
            if event in each.downtime.on and (each.when is None or each.when(names)):
                from_s = self._edge_s(names, each.downtime.since.name, 0)
                until_s = self._edge_s(names, each.downtime.until.name, 1)
                if from_s is None or until_s is None or from_s >= until_s or _is_late(each.downtime, at_s, from_s):
                    continue
                self._add(each, customer, (from_s, until_s))
                if customer and each.effect == "down":
                    self.known(customer, from_s)

    def stay(self, customer: str, stays: Sequence[Stay], turns: Sequence[Turn], names: NamesOf, as_of_s: int) -> None:
        """Take in where a ticket was, and what its facts held, from each instant on.

        What a fact was first told to be it was from the beginning, as for promises that wait for it, unless somebody
        asks whether it is set.
        """
        turns = _known(turns, self._told_later)
        for each in self._stays:
            for state, span in spent(stays, as_of_s):
                if state not in each.downtime.states:
                    continue
                if each.when is None:
                    self._add(each, customer, span)
                    continue
                for piece, held in _pieces(span, turns):
                    if each.when(names(state, piece[0], dict(zip(self.facts, held)))):
                        self._add(each, customer, piece)

    def known(self, customer: str, at_s: int) -> None:
        """Something is known of a customer at an instant."""
        self.first_s[customer] = min(at_s, self.first_s.get(customer, at_s))

    def spans(self, place: int, effect: Effect, customer: str) -> Iterator[tuple[Downtime, list[Span]]]:
        """The intervals that count for a customer, of each way of being down or excused, in no order."""
        whose = dict.fromkeys((customer, ""))
        for each in self._watched:
            if (each.place, each.effect) == (place, effect):
                yield each.downtime, [span for name in whose for span in self._spans.get((each.number, name), ())]

    def told(self) -> Told:
        """All that is known so far, as plain values."""
        return Told(self.first_s, self._spans)

    def learn(self, told: Told) -> None:
        """Take in what others have told, of other tickets."""
        for customer, at_s in told.first_s.items():
            self.known(customer, at_s)
        for key, spans in told.spans.items():
            self._spans.setdefault(key, []).extend(spans)

    def _add(self, each: Watched, customer: str, span: Span) -> None:
        self._spans.setdefault((each.number, customer), []).append(span)

    def _edge_s(self, names: Lookup, name: str, days_later: int) -> int | None:
        """An instant, or the beginning or end of a date in the policy's zone, within the years that are known."""
        held = names(name)
        if isinstance(held, str):
            day = day_number(date.fromisoformat(held)) + days_later
            return self._always.instant_s(min(max(day, FIRST_DAY), END_DAY - 1), 0)
        if not isinstance(held, int):
            return None
        first_s, last_s = (self._always.instant_s(day, 0) for day in (FIRST_DAY, END_DAY - 1))
        return min(max(held, first_s), last_s)


def spent(stays: Sequence[Stay], as_of_s: int) -> Iterator[tuple[str, Span]]:
    """The states that a ticket was in, each from when until when; in the last of them it still is.

    >>> list(spent([(0, "new"), (60, "fixing"), (60, "done")], as_of_s=100))
    [('new', (0, 60)), ('done', (60, 100))]
    """
    ends = (*(at_s for at_s, _ in stays[1:]), as_of_s)
    for (at_s, state), end_s in zip(stays, ends):
        if at_s < end_s:
            yield state, (at_s, end_s)


def _is_late(downtime: Downtime, told_s: int, from_s: int) -> bool:
    """Whether less time lies between an announcement and what it announces than is asked for."""
    return downtime.notice is not None and told_s + downtime.notice.seconds > from_s


def _pieces(span: Span, turns: Sequence[Turn]) -> Iterator[tuple[Span, tuple[Held, ...]]]:
    """A stay, cut where facts come to hold something else; each piece with what they hold in it.

    >>> list(_pieces((60, 100), [(0, ("low",)), (80, ("high",)), (90, ("low",))]))
    [((60, 80), ('low',)), ((80, 90), ('high',)), ((90, 100), ('low',))]
    """
    from_s, until_s = span
    held: tuple[Held, ...] = ()
    for at_s, then in turns:
        if at_s >= until_s:
            break
        if at_s > from_s:
            yield (from_s, at_s), held
            from_s = at_s
        held = then
    yield (from_s, until_s), held


def _known(turns: Sequence[Turn], told_later: Iterable[int]) -> list[Turn]:
    """The turns, with what facts at some places first hold also in those before.

    >>> _known([(0, (None, None)), (60, ("bug", None))], [0])
    [(0, ('bug', None)), (60, ('bug', None))]
    """
    found = [[*held] for _, held in turns]
    for place in told_later:
        first = next((held[place] for held in found if held[place] is not None), None)
        for held in found:
            if held[place] is not None:
                break
            held[place] = first
    return [(at_s, tuple(held)) for (at_s, _), held in zip(turns, found)]


def _effects(down: Iterable[Downtime], excused: Iterable[Downtime]) -> Iterator[tuple[Effect, Iterable[Downtime]]]:
    yield "down", down
    yield "excused", excused
