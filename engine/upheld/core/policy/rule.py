"""Rules and channels: what is refused or flagged, and by which way events come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from upheld.core.condition.condition import Condition, names_read
from upheld.core.policy.event_type import Effect
from upheld.core.policy.provenance import Grounds, Item
from upheld.core.policy.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement(Grounds):
    """One thing that a rule requires: ``condition``, where ``when`` holds; ``message`` is told when it fails."""

    condition: Condition
    when: Condition | None = None
    message: Wording = Wording()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Item):
    """What is refused or flagged.

    Attributes:
        on: The events it looks at; where the policy says `any`, every one it declares but for exceptions.
        when: It looks only where this holds; ``None`` for always.
        requires: What must hold, each reported by itself when it fails; empty: it strikes whenever ``when`` holds.
        verdict: What happens when it strikes.
    """

    on: tuple[str, ...]
    verdict: Literal["refuse", "flag"]
    when: Condition | None = None
    requires: tuple[Requirement, ...] = ()
    message: Wording = Wording()
    effects: tuple[Effect, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """The names that it may tell, with what they hold, since it has no message for all that may strike."""
        if self.message or (self.requires and all(each.message for each in self.requires)):
            return ()
        conditions = (self.when, *(each for one in self.requires for each in (one.when, one.condition)))
        return tuple(dict.fromkeys(name for each in conditions if each is not None for name in names_read(each)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Item):
    """A way in for a customer's events.

    Attributes:
        accepts: The events it takes, or ``None`` for all but ``refuses``.
        refuses: Events it does not take.
        during: The calendar in whose opening time alone it takes anything, or ``""``.
        when: It is open only where this holds; ``None`` for always.
    """

    accepts: tuple[str, ...] | None
    refuses: tuple[str, ...] = ()
    during: str = ""
    when: Condition | None = None
    message: Wording = Wording()

    def takes(self, event: str) -> bool:
        """Whether it takes events of this type at all, whatever the hour."""
        return event not in self.refuses and (self.accepts is None or event in self.accepts)
