"""Events: what happened to a ticket, as somebody recorded it.

The attributes are those of a history's columns. What an event *is worth* is not
known here: whether the policy has such an event, whether its data fit and whether it
may happen now is the engine's answer, and a refusal is an answer too.

    >>> event = Event("T-1", datetime.fromisoformat("2026-03-02T09:00+01:00"), "submit", actor="customer:kim")
    >>> event.role, event.actor_id, event.at_s
    ('customer', 'kim', 1772438400)
    >>> Event.from_record({"ticket": "T-1", "at": "2026-03-02T09:00", "evnt": "submit"})
    Traceback (most recent call last):
        ...
    upheld.core.errors.RecordError: unknown key `evnt`: did you mean `event`? (and 2 more)

Source: DESIGN section 6, "History".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from upheld.core.errors import CalendarError, RecordError
from upheld.core.frozen import FrozenDict, unfrozen
from upheld.core.nearest import listed, nearest, quoted
from upheld.core.time.instant import BEYOND, FIRST_YEAR, LAST_YEAR, instant_of, plain_datetime, seconds_of, text_of

COLUMNS: Final = ("ticket", "at", "event", "state", "actor", "channel", "customer", "data", "arrival")
TEXTS: Final = tuple(name for name in COLUMNS if name not in ("at", "data", "arrival"))
LONGEST_TEXT: Final = 4_000
"""Characters of a text in a record; longer ones belong in the tracker."""

NO_DATA: Final = "`data` is a mapping of fields to values"
_MOST_DIGITS: Final = 19
_NO_ARRIVAL: Final = "`arrival` is a number from 1 on"
_FIRST_S: Final = seconds_of(datetime.fromisoformat(f"{FIRST_YEAR}-01-01T00:00Z"))
_END_S: Final = seconds_of(datetime.fromisoformat(f"{LAST_YEAR + 1}-01-01T00:00Z"))

Said = tuple[str, str, str, str, Mapping[str, object], str, str]
"""What an event says besides its ticket and its instant: event, actor, channel, customer, data, state, role."""

Looks = frozenset[tuple[str, str]]
"""What the fields of an event's data look like."""

Recurrent = tuple[Said, int]
"""What several events say, and its hash: one object for all of them."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a ticket at an instant, by an actor.

    Attributes:
        ticket: The ticket's id.
        at: When; aware, a fraction of a second does not count.
        event: What, one of the policy's events.
        actor: A role, or ``role:id``.
        channel: The way it came in by, or ``""``.
        customer: Whose ticket it is, or ``""``.
        data: The fields of its data. The mapping is not changed afterwards.
        state: In audit mode, the state observed; then ``event`` is ``""``.
        arrival: Where a desk took it, its number in the order in which records were charged; 0 where nobody says.
        at_s: ``at`` in whole seconds since 1970 UTC.
        role: The actor's role.
        recurrent: The very object that other events have who say the same, where whoever read them knows.

    Texts and instants of a host's own classes, such as those of a ``StrEnum``, are taken as what they hold.

    Raises: CalendarError for a naive instant, and for one before 1990 or after 2050; RecordError, with every problem,
        for all else that a record cannot say either.
    """

    ticket: str
    at: datetime
    event: str = ""
    actor: str = ""
    channel: str = ""
    customer: str = ""
    data: Mapping[str, object] = field(default_factory=dict, hash=False)
    state: str = ""
    arrival: int = field(default=0, compare=False)
    at_s: int = field(init=False, repr=False, compare=False, default=0)
    role: str = field(init=False, repr=False, compare=False, default="")
    recurrent: Recurrent | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        ticket, event, actor, channel = self.ticket, self.event, self.actor, self.channel
        customer, state, data, at = self.customer, self.state, self.data, self.at
        if not (
            ticket.__class__ is event.__class__ is actor.__class__ is channel.__class__ is customer.__class__
            and str is customer.__class__ is state.__class__
            and (data.__class__ is dict or isinstance(data, Mapping))
            and at.__class__ is datetime
            and ticket
            and (not event) is not (not state)
            # All texts as one: between two marks there is none with a blank at an end, unless a mark is part of it.
            and (texts := f"|{ticket}|{event}|{actor}|{channel}|{customer}|{state}|").isprintable()
            and len(texts) <= LONGEST_TEXT
            and "| " not in texts
            and " |" not in texts
        ):
            at, actor = self._look_closely()
        at_s = seconds_of(at)
        if not _FIRST_S <= at_s < _END_S:
            raise CalendarError(f"`{text_of(at_s)}` lies too far away: the years {FIRST_YEAR} to {LAST_YEAR} are known")
        if data:  # the caller may use his mapping again
            object.__setattr__(self, "data", FrozenDict(self.data))
        if self.arrival.__class__ is not int or not 0 <= self.arrival < BEYOND:
            raise RecordError([f"{_NO_ARRIVAL}, and {quoted(self.arrival)} is none"])
        object.__setattr__(self, "at_s", at_s)
        object.__setattr__(self, "role", actor.partition(":")[0])

    def _look_closely(self) -> tuple[datetime, str]:
        """Take what is of a host's class as what it holds, and refuse what is none; returns instant and actor."""
        for name in TEXTS:
            text = getattr(self, name)
            if isinstance(text, str):
                object.__setattr__(self, name, str.__str__(text))
        columns: dict[str, object] = {name: getattr(self, name) for name in COLUMNS}
        record = {name: held for name, held in columns.items() if held.__class__ is not str or held}
        problems, at = _problems(record), columns["at"]
        absent = (name for name in ("actor", "channel", "customer") if columns[name] is None)
        problems += [f"`{name}` is a text, and nothing is none: leave it out" for name in absent]
        if not isinstance(columns["data"], Mapping):
            problems.append(NO_DATA)
        if isinstance(at, datetime):
            at = plain_datetime(at)
            object.__setattr__(self, "at", at)
            if problems and (problem := read_instant(at)[1]):
                problems.append(problem)
        elif at:
            problems.append(f"`at` is a datetime with its zone, and {quoted(at)} is none")
        if problems:
            raise RecordError(problems)
        return self.at, self.actor

    @property
    def actor_id(self) -> str:
        """Who in that role, or ``""``."""
        return self.actor.partition(":")[2]

    @property
    def identity(self) -> int:
        """A number that is the same for records of a ticket that say the same."""
        recurrent = self.recurrent
        if recurrent is not None:
            return hash((self.at_s, recurrent[1]))
        looks = looks_of(self.data)
        return hash((self.at_s, _hash_of(self.event, self.actor, self.channel, self.customer, looks, self.state)))

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> Event:
        """The event that a record of a history states: its columns by name, ``at`` as text.

        Raises: RecordError with every problem, when it is none.
        """
        if not isinstance(record, Mapping):
            raise RecordError(["a record is a mapping of columns to values"])
        problems = _problems(record)
        instant, problem = read_instant(record.get("at"))
        data = record.get("data") or {}
        if not isinstance(data, Mapping):
            problems.append(NO_DATA)
        if problem:
            problems.append(problem)
        arrival = number_of(record.get("arrival"))
        if arrival is None:
            problems.append(f"{_NO_ARRIVAL}, and {quoted(record['arrival'])} is none")
        if problems or arrival is None or not isinstance(data, Mapping):
            raise RecordError(problems)
        texts: dict[str, Any] = {name: record.get(name) or "" for name in TEXTS}
        return cls(at=instant, data=data, arrival=arrival, **texts)


def number_of(arrival: object) -> int | None:
    """The number that a column `arrival` holds, which is text in CSV; 0 for nothing, ``None`` for no number."""
    if arrival is None or arrival == "":
        return 0
    if isinstance(arrival, str) and arrival.isascii() and arrival.isdigit() and len(arrival) < _MOST_DIGITS:
        return int(arrival)
    return arrival if type(arrival) is int and 0 <= arrival < BEYOND else None


_Unfrozen: Final = unfrozen(Event)


def checked_event(ticket: str, at: datetime, at_s: int, said: Said, recurrent: Recurrent | None = None) -> Event:
    """An event of which somebody has checked all that `Event` checks, such as whoever reads a million of them.

    Args:
        recurrent: The same as ``said``, where other events have it too.
    """
    event: Any = _Unfrozen()
    event.ticket, event.at, event.at_s, event.arrival, event.recurrent = ticket, at, at_s, 0, recurrent
    event.event, event.actor, event.channel, event.customer, event.data, event.state, event.role = said
    event.__class__ = Event
    made: Event = event
    return made


def recurrent_of(event: Event) -> Recurrent:
    """What an event says, for others who say the same; it is the first that has it."""
    data = event.data if event.data.__class__ is FrozenDict else FrozenDict(event.data)
    texts = event.event, event.actor, event.channel, event.customer
    found = (*texts, data, event.state, event.role), _hash_of(*texts, looks_of(data), event.state)
    object.__setattr__(event, "recurrent", found)
    return found


def with_data(said: Said, data: Mapping[str, object], looks: Looks) -> Recurrent:
    """The same for an event that says what another one does, but for its data, which look so."""
    event, actor, channel, customer, _, state, role = said
    found = event, actor, channel, customer, data, state, role
    return found, _hash_of(event, actor, channel, customer, looks, state)


def looks_of(data: Mapping[str, object]) -> Looks:
    """What data look like, since as numbers -1 and -2 have one hash, and so have 1 and true."""
    return frozenset(zip(data, map(repr, data.values())))


def _hash_of(event: str, actor: str, channel: str, customer: str, looks: Looks, state: str) -> int:
    texts = event, state, actor, channel, customer
    return hash((*texts, looks) if looks else texts)


def is_known(at_s: int) -> bool:
    """Whether an instant lies in the years that are known."""
    return _FIRST_S <= at_s < _END_S


def _problems(record: Mapping[str, object]) -> list[str]:
    """Everything that is wrong with a record but for its instant and its data."""
    problems = [*_unknown(record), *_wrong_texts(record)]
    if ("event" in record) == ("state" in record):
        problems.append("give either `event` or `state`")
    return problems


def _unknown(record: Mapping[str, object]) -> list[str]:
    problems = []
    for key in record:
        if key not in COLUMNS:
            near = nearest(str(key), COLUMNS)
            hint = f"did you mean `{near}`?" if near else f"the columns are {listed(COLUMNS)}"
            problems.append(f"unknown key {quoted(key)}: {hint}")
    return problems


def _wrong_texts(record: Mapping[str, object]) -> list[str]:
    """What is missing, is no text, or is one that nobody can read."""
    problems = [f"`{name}` is missing" for name in ("ticket", "at") if not record.get(name)]
    for name in COLUMNS:
        value = record.get(name)
        if name in ("at", "data", "arrival") or value is None or value == "":
            if name in ("event", "state") and name in record:
                problems.append(f"`{name}` is empty: give it a value, or leave it out")
        elif not isinstance(value, str):
            problems.append(f"`{name}` is a text, and {quoted(value)} is none: write it in quotes")
        elif len(value) > LONGEST_TEXT or not value.isprintable():
            problems.append(f"`{name}` is too long, or holds a character that does not print")
        elif not value.strip():
            problems.append(f"`{name}` holds blanks alone: give it a value, or leave it out")
        elif value != value.strip():  # nobody sees it, and it is another ticket, or a customer without contracts
            problems.append(f"`{name}` has blanks around {quoted(value.strip())}: leave them out")
    return problems


def read_instant(value: object) -> tuple[datetime, str]:
    """The instant, and why it is none; ``""`` where it is one."""
    advice = "write date, time and offset, such as `2026-03-02T09:00+01:00`"
    if isinstance(value, datetime):
        instant = plain_datetime(value)
    elif isinstance(value, str) and value[:4].isdigit() and value.isascii():
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            return instant_of(0), f"{quoted(value)} is no instant: {advice}"
    else:
        return instant_of(0), f"{quoted(value)} is no instant: {advice}" if value else ""
    if instant.utcoffset() is None:
        return instant, f"{quoted(value)} is no instant, since it may be one in any zone: add its offset from UTC"
    if not FIRST_YEAR < instant.year < LAST_YEAR and not _FIRST_S <= seconds_of(instant) < _END_S:
        return instant, f"{quoted(value)} lies too far away: the years {FIRST_YEAR} to {LAST_YEAR} are known"
    return instant, ""
