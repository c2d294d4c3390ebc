"""Effects: what the host system is asked to do. They are returned, never performed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from upheld.core.condition import Condition
from upheld.core.item import Grounds
from upheld.core.wording import Wording

EffectKind = Literal["notify", "route", "create-ticket", "request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(Grounds):
    """Something the host is asked to do.

    Attributes:
        kind: What: notify somebody, route to a queue, create tickets, request something of the customer.
        to: Whom or where; ``""`` where the kind says enough.
        about: The text; ``{name}`` stands for what a declared name holds.
        count: How many tickets to create: a number, or the name that holds it.
        less: Taken off ``count``.
        when: Asked only if this holds; ``None`` for always.
    """

    kind: EffectKind
    to: str = ""
    about: Wording = Wording()
    count: int | str = 1
    less: int = 0
    when: Condition | None = None
