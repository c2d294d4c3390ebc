"""Targets: until when a commitment promises something, counted from its start.

Either a length of time (`4h`, `1.5bd`) or a moment that the calendar, a recurrence
or the releases give. One small class for each form, so that ``match`` reads like
the contract:

    >>> match parse_target("next-opening + 1h"):
    ...     case NextOpening(plus):
    ...         print(plus)
    1h
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from upheld.core.nearest import quoted
from upheld.core.time.duration import Duration, parse_duration


@dataclass(frozen=True, slots=True)
class NextOpening:
    """`next-opening + 1h`: so much opening time after the first opening of a later date than the start's.

    Attributes:
        plus: Opening time after that opening; nothing when None.
    """

    plus: Duration | None = None

    def __str__(self) -> str:
        return "next-opening" if self.plus is None else f"next-opening + {self.plus}"


@dataclass(frozen=True, slots=True)
class NextRelease:
    """`next-release`: at closing of the first release dated after the start's date."""

    def __str__(self) -> str:
        return "next-release"


@dataclass(frozen=True, slots=True)
class ClosingOfSameDay:
    """`closing-of: same-day`: at closing of the start's date; in closed time, of the date of the next opening."""

    def __str__(self) -> str:
        return "closing-of: same-day"


@dataclass(frozen=True, slots=True)
class NextOccurrence:
    """`next: <recurrence>`: the first date of a recurrence that lies after the start.

    Attributes:
        recurrence: Its id.
        after: Strictly after the start's ``instant``, or after its ``date``: then one due later on the start's
            own date is passed over.
    """

    recurrence: str
    after: Literal["instant", "date"] = "instant"

    def __str__(self) -> str:
        return f"next: {self.recurrence}" + ("" if self.after == "instant" else f", after: {self.after}")


@dataclass(frozen=True, slots=True)
class Agreed:
    """`at: {ref: NAME}`: the instant that a name holds, or closing of the date that it holds.

    Attributes:
        name: A fact, or a field of the starting event.
    """

    name: str

    def __str__(self) -> str:
        return f"at: {self.name}"


@dataclass(frozen=True, slots=True)
class BestEffort:
    """`best-effort`: no time that could be exceeded; what was used is reported."""

    def __str__(self) -> str:
        return "best-effort"


Target = Duration | NextOpening | NextRelease | ClosingOfSameDay | NextOccurrence | Agreed | BestEffort

WORDS = "a duration such as `4h` or `1.5bd`, `next-release`, `next-opening + 1h`, or `best-effort`"
"""What a target of one word may be; the others are mappings, `{next: <recurrence>}` and `{closing-of: same-day}`."""


def parse_target(text: str) -> Duration | NextOpening | NextRelease | BestEffort:
    """The target that one word of a policy says.

    Raises: ValueError, with a message for the author, when it says none; a target of no length is none.
    """
    if text == "next-release":
        return NextRelease()
    if text == "best-effort":
        return BestEffort()
    if text == "next-opening":
        return NextOpening()
    if text.startswith("next-opening"):
        return _next_opening(text)
    if text[:1].isdigit() or text[:1] in ("-", "+", "."):
        return _length(text, text)
    if text.startswith(("next", "closing")):
        mapping = "{closing-of: same-day}" if text.startswith("closing") else "{next: <recurrence>}"
        raise ValueError(f"{quoted(text)} is no target: write {WORDS}; or, as a mapping, `{mapping}`")
    raise ValueError(f"{quoted(text)} is no target: write {WORDS}")


def told_target(text: str) -> Target:
    """The target that a verdict tells as ``text``: what ``str`` made of it, read back.

    >>> told_target("next: review, after: date")
    NextOccurrence(recurrence='review', after='date')
    """
    if text == str(ClosingOfSameDay()):
        return ClosingOfSameDay()
    if text.startswith("at: "):
        return Agreed(text.removeprefix("at: "))
    if text.startswith("next: "):
        recurrence, _, after = text.removeprefix("next: ").partition(", after: ")
        return NextOccurrence(recurrence, "date" if after else "instant")
    return parse_target(text)


def _next_opening(text: str) -> NextOpening:
    rest = text.removeprefix("next-opening").strip(" ")
    if not rest.startswith("+"):
        raise ValueError(f"{quoted(text)} is no target: write `next-opening` or `next-opening + 1h`")
    plus = _length(rest.removeprefix("+").strip(" "), text)
    if plus.unit not in ("s", "min", "h"):
        raise ValueError(f"{quoted(text)} adds `{plus}` to an opening: only opening time in h, min or s can be added")
    return NextOpening(plus)


def _length(text: str, whole: str) -> Duration:
    duration = parse_duration(text)
    if not duration.amount:
        raise ValueError(f"{quoted(whole)} promises no time at all: write a duration longer than nothing")
    return duration
