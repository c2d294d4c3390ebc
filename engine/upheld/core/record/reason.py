"""Reasons: what had a say in a decision, and what is told of it.

A refusal is an answer like any other: data, with a stable code. Whatever is told cites
what it rests on - clauses, assumptions, the place in the policy - and names the facts
that decided. Messages and reasons are references until somebody asks for their text.

    >>> reason = Reason("rule", "sign-first", False, (("agreement-signed", False),), ("GM-06",), where="policy.yaml:88")
    >>> reason.text()
    'rule `sign-first` is against it: `agreement-signed` is `false` [GM-06]'

A *code* says why an event was not accepted, or accepted with a remark. It is stable:
reports count by it, and scenarios name it. The rule, clause and facts behind one stand
beside it in the decision.

Source: DESIGN section 3, from "A refused event leaves the ticket as it was" on, and steps 1 to 9.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar, final

from upheld.core.condition.domain import Held
from upheld.core.nearest import said
from upheld.core.policy.provenance import Grounds
from upheld.core.record.message import Message

REFUSALS: Final = {
    "out-of-order": "it lies before the ticket's last record",
    "unknown-event": "the policy has no such event",
    "not-allowed": "the actor's role may not do it",
    "invalid-data": "its data are not what the event takes",
    "channel-not-accepted": "the channel does not take it, or not now",
    "rule": "a rule refuses it",
    "no-transition": "it means nothing in the ticket's state",
    "no-ticket": "there is no ticket",
    "ambiguous": "two transitions hold",
    "insufficient-balance": "the account holds too little",
}
"""Every code of a refusal, with what it says."""

FLAGS: Final = {
    "rule": "a rule flags it",
    "outside-effective": "it lies outside the days on which the policy applies",
    "start-ahead": "it says that a promise began after it, which counts from the record",
    "overdrawn": "it overdraws an account that may be overdrawn",
}
"""Every code of a flag, with what it says."""


T = TypeVar("T")

ReasonKind = Literal[
    "event", "role", "field", "channel", "rule", "transition", "fact", "escalation", "timer", "effective", "charge"
]

STANCES: Final[dict[str, tuple[str, str]]] = {
    "event": ("is looked at", "is not this actor's"),
    "field": ("fits", "does not fit"),
    "channel": ("takes it", "does not take it"),
    "rule": ("allows it", "is against it"),
    "transition": ("is possible", "is not possible"),
    "fact": ("is set", "stays as it is"),
    "escalation": ("goes up", "does not go there"),
    "timer": ("fires", "does nothing"),
    "effective": ("covers the day", "does not cover the day"),
    "charge": ("is billed", "cannot be billed"),
}
"""What is said of each kind of reason, where it speaks for an event and where against it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of the policy that had a say, and the facts that it looked at.

    Attributes:
        kind: What part of the policy.
        id: Its name there; an unnamed part has the name of what it belongs to.
        holds: Whether it spoke for the event; of a refusal's reasons none did.
        facts: What decided: pairs of a name and what it held, of the conditions that were looked at.
        clauses, assumptions: What it cites.
        where: ``file:line`` of the policy; ``""`` where it is not about a part of it.
    """

    kind: ReasonKind
    id: str
    holds: bool
    facts: tuple[tuple[str, Held], ...] = ()
    clauses: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    where: str = ""

    def text(self) -> str:
        """One line: what it is, what it found, what it cites and where it stands."""
        facts = ", ".join(f"`{name}` is {_held(held)}" for name, held in self.facts)
        stance = STANCES.get(self.kind, ("takes part", "is against it"))[not self.holds]
        cited = ", ".join((*self.clauses, *self.assumptions))
        cited = f" [{cited}]" if cited else ""
        return f"{self.kind} `{self.id}` {stance}{f': {facts}' if facts else ''}{cited}"


def _held(held: Held) -> str:
    if held is None or held == frozenset():
        return "unset"
    if isinstance(held, frozenset):
        return ", ".join(f"`{said(member)}`" for member in sorted(held, key=str))
    return f"`{said(held)}`"


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """A question that was answered: what a reference becomes on its way to another process."""

    answer: T

    def __call__(self) -> T:
        return self.answer


class Told:
    """What is told of an event: a code, what is cited, a message and the reasons.

    Attributes:
        code: Stable; see `upheld.core.record.reason`.
        rule: The policy's rule that strikes, with code ``rule``; ``None`` where it is no rule's doing.
    """

    __slots__ = ("_grounds", "_language", "_message", "_reasons", "_said", "code", "rule")

    def __init__(
        self,
        code: str,
        rule: str | None,
        grounds: Iterable[Grounds],
        message: Callable[[], Message],
        reasons: Callable[[], tuple[Reason, ...]],
        language: str,
    ) -> None:
        self.code = code
        self.rule = rule
        self._grounds = grounds
        self._message = message
        self._reasons = reasons
        self._language = language
        self._said: str | None = None

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of what struck."""
        return tuple(dict.fromkeys(clause for each in self._grounds for clause in each.clauses))

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The assumptions that it rests on."""
        return tuple(dict.fromkeys(name for each in self._grounds for name in each.assumes))

    @property
    def message(self) -> str:
        """What to tell the actor, in the engine's language; put into words once, since many records may share it."""
        if self._said is None:
            self._said = self._message().text(self._language)
        return self._said

    def text(self, language: str) -> str:
        """The message in another language."""
        return self._message().text(language)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What failed, and on which facts: each requirement of a rule, each transition that might have been."""
        return self._reasons()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._value() == other._value()

    def __hash__(self) -> int:
        return hash((self.code, self.rule))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, rule={self.rule!r}, message={self.message!r})"

    def _value(self) -> tuple[object, ...]:
        return (self.code, self.rule, self.clauses, self.assumptions, self.message, self.reasons)

    def __reduce__(self) -> tuple[object, ...]:
        message, reasons = Answered(self._message()), Answered(self._reasons())
        return type(self), (self.code, self.rule, tuple(self._grounds), message, reasons, self._language)


@final
class Refusal(Told):
    """Why an event was not accepted; nothing changed."""

    __slots__ = ()


@final
class Flag(Told):
    """What was accepted against a clause."""

    __slots__ = ()
