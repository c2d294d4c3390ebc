"""Decision tables: outcomes kept by what decided them, so that each is found once.

In a history few combinations occur of an event and of what the names hold that have a say in it: a hundred or two in
many thousand records. A table asks the engine about each of them, the first time, and remembers. It knows no rule, no
target and no wording, so none can differ from the engine's; and where it is full, the engine is asked every time.

Source: DESIGN section 11, "the engine fills tables, lazily".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple

from upheld.core.condition.domain import Held
from upheld.core.decision.names_read import NamesRead
from upheld.core.decision.outcome import Outcome, Outcomes
from upheld.core.errors import CalendarError
from upheld.core.lifecycle.consequences import Facts
from upheld.core.lifecycle.happening import is_of_time
from upheld.core.lifecycle.moment import World
from upheld.core.lifecycle.plan import EventPlan
from upheld.core.record.event import Event, Recurrent
from upheld.core.record.ticket import Standing

MOST_OUTCOMES: Final = 50_000
"""Of a table: about a hundred megabytes."""

OF_EVENT: Final = {
    "actor": "role",
    "actor-id": "actor_id",
    "record.customer": "customer",
    "record.channel": "channel",
}
OF_TICKET: Final = frozenset({"level", "flagged", "channel", "customer"})

MOST_RECURRENT: Final = 2**15
"""Texts of records of which a table remembers what they say; of more, all are forgotten, and met again."""

Key = tuple[object, ...]
TimeKey = Callable[[str | None, Event], Key]
"""What names of time hold for the customer of a ticket, ``None`` where there is none, when an event happens."""


class Mask(NamedTuple):
    """What tells the outcomes of an event apart.

    Attributes:
        data, record: Of a record.
        facts, ticket: Of what a ticket holds before it.
        time_of: What names of time hold, by whose ticket it is; ``None`` where none of them decides.
        key_of: All of a ticket, or that there is none, and of time.
        is_blank: Whether nothing but the state is read of tickets and of time.
    """

    data: Callable[[Facts], object]
    record: Callable[[Event], object]
    facts: Callable[[Facts], object]
    ticket: Callable[[Any], object]
    time_of: TimeKey | None
    key_of: Callable[[Standing | None, Event], Key]
    is_blank: bool


class Kind(NamedTuple):
    """Records of an event that differ in nothing that decides, as far as they tell it themselves.

    Attributes:
        plan: The event's.
        mask: What else decides.
        outcomes: Those found so far, by that.
    """

    plan: EventPlan
    mask: Mask
    outcomes: dict[Key, Outcome]


class Said(NamedTuple):
    """A record that was read: its kind, and what its data say.

    Attributes:
        number: That of its kind, where nothing but the state decides beside it; else 0.
        recurrent: What it is known by: kept, so that nothing else is known by the same number.
    """

    kind: Kind
    values: Facts
    number: int
    recurrent: Recurrent | None = None


class DecisionTable:
    """What was decided so far under one engine.

    Args:
        not_repeated: The events of which more is done than the table knows: what is charged.

    Attributes:
        outcomes: What finds those of its engine.
        recurring: What records say whose text recurs, by the number of what they have in common.
        count: How many outcomes it keeps, and ``outcomes_max`` how many at most.
        turned_away: How many records were decided without it, since it is full or their outcome hangs on an instant.
    """

    def __init__(
        self,
        outcomes: Outcomes,
        names_read: NamesRead,
        world: World,
        outcomes_max: int,
        not_repeated: frozenset[str],
    ) -> None:
        self.count = self.turned_away = 0
        self.outcomes = outcomes
        self._names_read = names_read
        self._world = world
        self.outcomes_max = outcomes_max
        self._not_repeated = not_repeated
        self._kinds: dict[Key, Kind] = {}
        self._masks: dict[str, Mask] = {}
        self.recurring: dict[int, Said] = {}

    def said(self, event: Event) -> Said | None:
        """What a record says, which is read once of those that recur; ``None`` where it is not well formed."""
        known = self.recurring.get(id(event.recurrent))
        if known is not None:
            return known
        plan = self.outcomes.events.get(event.event)
        if plan is None or event.role not in plan.roles:
            return None
        values = plan.form.read(event.data)
        if not isinstance(values, dict) or self.outcomes.start_dates.ahead(plan.name, values, event.at_s):
            return None
        return self._new(event, plan, values)

    def _new(self, event: Event, plan: EventPlan, values: Facts) -> Said:
        mask = self._masks.get(plan.name) or self._mask(plan)
        key = plan.name, mask.data(values), mask.record(event)
        kind = self._kinds.get(key)
        if kind is None:
            kind = Kind(plan, mask, {})
            if len(self._kinds) < self.outcomes_max:
                self._kinds[key] = kind
        made = Said(kind, values, id(kind) if mask.is_blank else 0, event.recurrent)
        if made.recurrent is not None and not self.outcomes.start_dates.of(plan.name):  # their instants differ
            if len(self.recurring) >= MOST_RECURRENT:
                self.recurring.clear()
            self.recurring[id(made.recurrent)] = made
        return made

    def repeat(self, standing: Standing | None, event: Event) -> tuple[Standing, Outcome, Said] | None:
        """The ticket after a record that is accepted as others were, and of which nothing is told but a move and flags.

        Returns: it, the outcome and what was said; ``None`` for any other record, which is to be decided. Most records
        of a history are such: neither a timer nor a warning is due before, nothing is charged or asked of the host, and
        clocks do what clocks that stood alike did.
        """
        said, at_s = self.said(event), event.at_s
        if said is None or (standing is not None and not rests(standing, at_s)):
            return None
        kind = said.kind
        outcome = kind.outcomes.get(kind.mask.key_of(standing, event))
        if outcome is None or not outcome.is_quiet or kind.plan.name in self._not_repeated:
            return None
        try:
            after = self.outcomes.repeated(outcome, standing, event, kind.plan, said.values)
        except CalendarError:
            return None
        return None if after is None else (after, outcome, said)

    def find(self, said: Said, standing: Standing | None, event: Event) -> Outcome:
        """The outcome of a well-formed event, as `Outcomes.find` gives it, with its conditions settled.

        Raises: PluginError when a plugin's condition fails.
        """
        kind = said.kind
        key = kind.mask.key_of(standing, event)
        found = kind.outcomes.get(key)
        return self._find(key, said, standing, event) if found is None else found

    def _find(self, key: Key, said: Said, standing: Standing | None, event: Event) -> Outcome:
        plan = said.kind.plan
        outcome = self.outcomes.find(standing, event, plan, said.values)
        if self.count >= self.outcomes_max or not outcome.lasts:
            self.turned_away += 1
            return outcome
        self.count += 1
        found = said.kind.outcomes[key] = self.outcomes.settled(outcome, standing, event, plan, said.values)
        return found

    def reader(self, names: Iterable[str]) -> Callable[[int, str], tuple[Held, ...]]:
        """Reads what some names of time hold at an instant for a customer that ask for no other name."""
        readers = [*map(self._world.time.reader, names)]
        return lambda at_s, customer: tuple([read(at_s, customer, _no_name) for read in readers])

    def _mask(self, plan: EventPlan) -> Mask:
        """By what outcomes of an event are told apart: what the names hold before it."""
        names = sorted(self._names_read.reading(plan.name).deciding)
        facts = _several(itemgetter, (name for name in names if name in self.outcomes.facts))
        fields = {f"event.{name}" for name in plan.type.fields}
        data = _several(itemgetter, (name for name in names if name in fields))
        record = _several(attrgetter, (OF_EVENT[name] for name in names if name in OF_EVENT))
        ticket = _several(attrgetter, (name for name in names if name in OF_TICKET))
        times = tuple(name for name in names if is_of_time(name))
        of_time = self._of_time(times) if times or self.outcomes.dated else None
        asks_whom = "record.customer" in names

        def time_of(customer: str | None, event: Event) -> Key:
            assert of_time is not None, "names of time decide"
            named = event.customer
            if customer is None:
                return of_time(event.at_s, named)
            held = of_time(event.at_s, customer)
            if asks_whom and named and named != customer:  # whose hours a channel has
                return held, of_time(event.at_s, named)
            return (held,)

        def key_of(standing: Standing | None, event: Event) -> Key:
            if standing is None:
                return () if of_time is None else time_of(None, event)
            key = standing.state, facts(standing.facts), ticket(standing)
            return key if of_time is None else (*key, *time_of(standing.customer, event))

        timed = None if of_time is None else time_of
        is_blank = facts is _nothing and ticket is _nothing and timed is None
        made = self._masks[plan.name] = Mask(data, record, facts, ticket, timed, key_of, is_blank)
        return made

    def _of_time(self, names: tuple[str, ...]) -> Callable[[int, str], Key]:
        """What names of time hold; of dated parameters, whatever they hold in any column."""
        plain = [name for name in names if not name.startswith("parameter.")]
        held, dated = self.reader(plain), self.outcomes.applies
        day = self._world.time.day if len(plain) < len(names) else None

        def of_time(at_s: int, customer: str) -> Key:
            column = None if day is None else (day(at_s), customer)
            return dated(at_s), column, *held(at_s, customer)

        return of_time


def rests(standing: Standing, at_s: int) -> bool:
    """Whether an instant is not too early, and nothing comes by itself up to it."""
    timers = standing.timers
    return standing.last_s <= at_s < standing.clocks.next_s and not (timers and timers[0].due_s <= at_s)


def _several(getter: Callable[..., Callable[[Any], object]], names: Iterable[str]) -> Callable[[Any], object]:
    """Reads several of something at once; nothing where there are none."""
    wanted = tuple(names)
    return getter(*wanted) if wanted else _nothing


def _nothing(whole: object) -> None:
    """What is read where nothing is asked."""


def _no_name(name: str) -> None:
    """What names hold that no name of time but a parameter asks for."""
