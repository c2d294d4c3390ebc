"""One ticket's course: what happens to it from its opening on, as the engine lets it happen.

At each step one of the events is drawn that the policy's transitions have in its state, with data that its fields may
hold, and the engine is asked; a record that it refuses is not made, and another one is drawn. Most steps bring a ticket
nearer to its end, some lead back, some leave it where it is. Timers fire by themselves, as they do in a replay.

Source: DESIGN section 14, "`upheld simulate`"; section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from math import exp, log
from random import Random
from statistics import NormalDist
from typing import Final, TypeVar

from upheld.core.condition.domain import Boolean, Domain, Many, OneOf
from upheld.core.condition.ordered import Date, Instant, Integer
from upheld.core.policy.event_type import EventType, Field
from upheld.core.policy.lifecycle import Transition
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.record.event import Event
from upheld.core.record.ticket import Standing
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import instant_of, text_of
from upheld.engine import Engine
from upheld.simulation.rates import Rates, Stay

T = TypeVar("T")

MOST_RECORDS: Final = 60
"""No ticket has more; one that still stands then is left as it is."""
WANTED: Final = (0.5, 0.5, 0.8, 0.8, 1, 1, 1, 0.2, 0)
"""How likely a field is given that may be left out, each time that data are drawn for an event, before another is."""

_RANKS: Final = {"open": 0, "qualified": 1, "workaround": 2, "in-fix": 2, "resolved": 3, "closed": 4, "auto-closed": 4}
"""How far along a ticket is in each core state."""
_NEXT, _STAYING, _ASTRAY = 12, 2, 1
"""How often a step leads to what usually comes next, leaves a ticket where it is, or leads back or past something."""
_NORMAL: Final = NormalDist()
_MINUTES: Final = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240)


class Courses:
    """Draws the courses of one policy's tickets."""

    def __init__(self, engine: Engine, rates: Rates) -> None:
        self._engine, self._rates, self._policy = engine.unbilled(), rates, engine.policy
        self._calendar = usual_calendar(self._policy)
        self._order = list(self._policy.states)

    def course(self, random: Random, ticket: str, customer: str, opened_s: int, until_s: int) -> Iterator[Event]:
        """The records of a ticket in order, up to an instant; none where nothing opens it under these contracts."""
        standing, at_s = None, opened_s
        for _ in range(MOST_RECORDS):
            if at_s > until_s:
                return
            if standing is not None:
                standing = self._engine.wait(standing, at_s).standing
            if standing is not None and self._policy.states[standing.state].final:
                return
            found = self._step(random, standing, ticket, customer, at_s)
            if found is None:
                return
            event, standing = found
            yield event
            assert standing is not None, "an accepted event leaves a ticket"
            at_s = self._later(random, self._rates.of(standing.state), at_s, until_s)

    def _step(
        self, random: Random, standing: Standing | None, ticket: str, customer: str, at_s: int
    ) -> tuple[Event, Standing | None] | None:
        """The next record and how the ticket stands after it; ``None`` where none is accepted."""
        moves = [*self._moves(standing)]
        while moves:
            name, transition, _ = drawn(random, moves, [weight for _, _, weight in moves])
            for wanted in WANTED:
                event = self._event(random, self._policy.events[name], ticket, customer, at_s, wanted)
                decided = self._engine.decide(standing, event)
                if decided.trace.refusal is None:
                    return event, decided.standing
            moves = [each for each in moves if (each[0], each[1]) != (name, transition)]
        return None

    def _moves(self, standing: Standing | None) -> Iterator[tuple[str, Transition, int]]:
        """The events of the transitions from a state, each with how often it happens."""
        for transition in self._policy.transitions:
            if transition.opens if standing is None else standing.state in transition.origins:
                weight = 1 if standing is None else self._weight(standing.state, transition.target)
                for name in (each for each in transition.on if self._policy.events[each].by):
                    if times := weight * self._rates.events.get(name, 1):
                        yield name, transition, times

    def _weight(self, state: str, target: str | None) -> int:
        if target is None or target == state:
            return _STAYING
        before, after = (_RANKS[self._policy.states[each].core] for each in (state, target))
        if after == before:
            return _NEXT if self._order.index(target) > self._order.index(state) else _ASTRAY
        return _NEXT if after == before + 1 else _ASTRAY

    def _event(self, random: Random, event: EventType, ticket: str, customer: str, at_s: int, likely: float) -> Event:
        role = drawn(random, event.by)
        channels = [each.id for each in self._policy.channels.values() if each.takes(event.id)]
        needed = event.needs_channel and self._policy.roles[role].needs_channel
        channel = drawn(random, channels) if needed and channels else ""
        fields = event.fields.values()
        wanted = [each for each in fields if each.required or random.random() < likely]
        day = date.fromisoformat(text_of(at_s)[:10])
        texts = [customer, self._engine.contracts.released(day) or customer]
        data = {each.id: self._value(random, each, at_s, texts) for each in wanted}
        return Event(ticket, instant_of(at_s), event.id, role, channel, customer, data)

    def _value(self, random: Random, field: Field, at_s: int, texts: Sequence[str]) -> object:
        domain = field.domain
        if isinstance(domain, Many):
            number = 1 + (random.random() < 0.2)
            return list(dict.fromkeys(self._scalar(random, field, domain.of, at_s, texts) for _ in range(number)))
        return self._scalar(random, field, domain, at_s, texts)

    def _scalar(self, random: Random, field: Field, domain: Domain, at_s: int, texts: Sequence[str]) -> object:
        match domain:
            case OneOf(values=()):
                return ""  # nothing would do, and the engine says so
            case OneOf(values=values):
                weights = self._rates.values.get(field.id)
                known = [weights.get(each, 0) for each in values] if weights else [1] * len(values)
                return drawn(random, values, known if sum(known) else None)
            case Boolean():
                return random.random() < 0.5
            case Integer(low=low, high=high):
                likely = [each for each in _MINUTES if (low or 0) <= each <= (high or each)]
                return drawn(random, likely) if likely else (low if low is not None else high)
            case Date():
                return text_of(at_s)[:10]
            case Instant():
                return text_of(at_s)
        return drawn(random, [*texts, f"{field.id} {1 + int(random.random() * 9)}"])

    def _later(self, random: Random, stay: Stay, at_s: int, until_s: int) -> int:
        """When the ticket's stay in a state ends; just after the history where that is not looked for."""
        factor = exp(log(stay.spread) * _NORMAL.inv_cdf(min(max(random.random(), 1e-6), 1 - 1e-6)))
        length_s = max(1, round(stay.median.seconds * factor))
        if length_s > until_s - at_s:  # opening time never passes faster than the clock, and years end
            return until_s + 1
        calendar = self._engine.schedule.calendars[stay.calendar or self._calendar]
        return added_s(calendar, at_s, length_s)


def added_s(calendar: Calendar, at_s: int, length_s: int) -> int:
    """The instant after so much opening time."""
    return int(calendar.add(instant_of(at_s), length_s).timestamp())


def drawn(random: Random, among: Sequence[T], weights: Sequence[int] | None = None) -> T:
    """One of several, as often as its weight says; drawn so that every version of Python draws the same."""
    weights = weights or [1] * len(among)
    at = random.random() * sum(weights)
    for each, weight in zip(among, weights):
        at -= weight
        if at < 0:
            return each
    return among[-1]


def usual_calendar(policy: Policy) -> str:
    """The calendar on which most promises count, the first of the policy where several do."""
    counted = [name for each in policy.commitments for name in each.calendars]
    known = [name for name in (*policy.calendars, ALWAYS) if name in counted]
    return max(known, key=counted.count, default=ALWAYS)
