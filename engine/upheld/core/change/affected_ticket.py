"""Affected tickets: one that a changed condition treats otherwise, as an author or a signer would believe it.

    >>> from upheld.core.condition.condition import Atom
    >>> from upheld.core.condition.domain import OneOf
    >>> scope = Scope({"severity": OneOf(("high", "medium", "low"))})
    >>> high, any_but_low = Atom("severity", "is", ("high",)), Atom("severity", "is", ("high", "medium"))
    >>> found = affected(high, any_but_low, scope)
    >>> found.no_longer, found.now and dict(found.now.shown)
    (None, {'severity': 'medium'})

Source: DESIGN section 14; the `proof` wing decides it over all tickets, so where none is shown there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

from upheld.core.condition.condition import ALWAYS, Condition, has_hook, names_read
from upheld.core.condition.scope import Scope
from upheld.core.proof.example import Example
from upheld.core.proof.questions import Answer, Space


@dataclass(frozen=True, slots=True)
class Affected:
    """Tickets that two conditions do not treat alike.

    Attributes:
        no_longer: One on which only the earlier condition holds; ``None`` where there is none.
        now: One on which only the later does.
        is_decided: Whether that is all; else the conditions are too intricate, or a plugin decides them.
    """

    no_longer: Example | None = None
    now: Example | None = None
    is_decided: bool = True


def affected(before: Condition | None, after: Condition | None, scope: Scope) -> Affected:
    """Tickets on which one of two conditions holds and the other does not; ``None`` is a condition that always holds.

    Args:
        scope: The names that can be read where the conditions stand; what it does not know leaves all undecided.
    """
    both = tuple(ALWAYS if each is None else each for each in (before, after))
    if any(has_hook(each) or not all(name in scope for name in names_read(each)) for each in both):
        return Affected(is_decided=False)
    space = Space(scope, both)
    no_longer, now = space.uncovered([1], within=0), space.uncovered([0], within=1)
    decided = "undecided" not in (no_longer.verdict, now.verdict)
    return Affected(_shown(no_longer), _shown(now), decided)


def _shown(answer: Answer) -> Example | None:
    return answer.example if answer else None
