"""What callers give to a desk, made into records that it can keep, and what they are answered.

Source: DESIGN section 10, "Exactly once".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, NamedTuple

from upheld.core.decision.decision import Decision
from upheld.core.errors import ArgumentError, RecordError
from upheld.core.nearest import quoted
from upheld.core.record.event import Event
from upheld.core.record.reason import Refusal
from upheld.desk.record import journal
from upheld.desk.record.keys import Content
from upheld.replaying import Record, as_events

Late = Literal["refuse", "insert"]


class Sent(NamedTuple):
    """A record that is submitted: a plain event, with its key and the source that this is unique for.

    Attributes:
        late: Whether it is put in its place where it came after later ones.
        only_of: The customer on whose tickets alone it may be; ``""`` for any.
    """

    event: Event
    key: str | Content | None = None
    source: str = ""
    late: Late = "refuse"
    only_of: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a record.

    Attributes:
        ticket, seq: Its place: the number among its ticket's records, in the order in which they came.
        repeated: Whether it had come before, with the same key; then this is the first answer again.
        code: Of the refusal; ``None`` where it was accepted.
        changes: What a record that was put in its place by its instant changed about its ticket.
        policy: The digest of the policy that decided, where that is known without asking; else ``""``.
    """

    ticket: str
    seq: int
    repeated: bool
    code: str | None
    _decide: Callable[[], Decision] = field(repr=False, compare=False)
    changes: tuple[str, ...] = ()
    policy: str = field(default="", compare=False)

    @property
    def accepted(self) -> bool:
        """Whether it was accepted."""
        return self.code is None

    @property
    def refusal(self) -> Refusal | None:
        """Why it was refused, in words and by clauses; ``None`` where it was accepted."""
        return None if self.accepted else self.decision.refusal

    @property
    def decision(self) -> Decision:
        """The decision; that of a repeated record is made anew from the journal when it is asked for."""
        return self._decide()


def sent_of(given: object, source: str, late: Late, only_of: str = "") -> Sent:
    """What a caller gives: an event, alone, with its key, or with all of its own.

    Raises: RecordError, ArgumentError for what is none.
    """
    if isinstance(given, Sent):
        return sent_of((given.event, given.key), given.source, given.late, given.only_of)
    if late not in ("refuse", "insert"):
        raise ArgumentError(f"`late` is `refuse` or `insert`, and {quoted(late)} is neither")
    event, key = given if isinstance(given, tuple) and len(given) == 2 else (given, None)
    return Sent(_plain(event), key, source, late, only_of)


def in_batches(records: Iterable[Record], name: str, most: int) -> Iterator[list[Sent]]:
    """The records of a history of this name, so many at a time, each by its number."""
    numbered = (Sent(_plain(event), str(number), f"load:{name}") for number, event in as_events(records))
    while some := [*islice(numbered, most)]:
        yield some


def _plain(event: object) -> Event:
    if not isinstance(event, Event):
        raise RecordError([f"{quoted(event)} is no event: make one with `Event(...)` or `Event.from_record`"])
    return journal.plain(event)
