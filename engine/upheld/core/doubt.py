"""Doubts: what a condition still depends on while not everything is known.

`upheld.core.condition` reads a name that holds nothing as a comparison that fails. That
is right for a ticket, where everything is known. Somebody who asks beforehand has said
a few names and nothing of the others, and an answer must not rest on what was not said.

    >>> phoned = All((Atom("severity", "is", ("1",)), Atom("channel", "is", ("phone",))))
    >>> doubted(phoned, {"severity": "1"}.get, lambda name: () if name == "severity" else (name,))
    Doubt(holds=None, missing=('channel',))
    >>> doubted(phoned, {"severity": "2"}.get, lambda name: () if name == "severity" else (name,))
    Doubt(holds=False, missing=())
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from upheld.core.condition import All, Any, Atom, Condition, HookAtom, Lookup, Not, Ref, evaluate
from upheld.core.domain import UNSET

Missing = Callable[[str], tuple[str, ...]]
"""The names that must be said before it is known what a name holds; none where it is known."""


class Doubt(NamedTuple):
    """Whether a condition holds, as far as can be said.

    Attributes:
        holds: ``None`` while it depends on ``missing``.
        missing: The names that would have to be said, each once, in the order of the condition.
    """

    holds: bool | None
    missing: tuple[str, ...] = ()


def doubted(condition: Condition | None, lookup: Lookup, missing: Missing) -> Doubt:
    """Whether a condition holds whatever the names hold that are missing; no condition always does."""
    match condition:
        case None:
            return Doubt(True)
        case All(conditions):
            return _together((doubted(each, lookup, missing) for each in conditions), decisive=False)
        case Any(conditions):
            return _together((doubted(each, lookup, missing) for each in conditions), decisive=True)
        case Not(inner):
            found = doubted(inner, lookup, missing)
            return found if found.holds is None else Doubt(not found.holds)
        case Atom() | HookAtom():
            return _compared(condition, lookup, missing)


def _together(doubts: Iterable[Doubt], *, decisive: bool) -> Doubt:
    """One part that is ``decisive`` decides; else all of them must be known."""
    found = list(doubts)
    if any(each.holds is decisive for each in found):
        return Doubt(decisive)
    missing = tuple(dict.fromkeys(name for each in found for name in each.missing))
    return Doubt(None, missing) if missing else Doubt(not decisive)


def _compared(atom: Atom | HookAtom, lookup: Lookup, missing: Missing) -> Doubt:
    first = atom.name if isinstance(atom, Atom) else atom.key
    names = [first, atom.operand.name] if isinstance(atom, Atom) and isinstance(atom.operand, Ref) else [first]
    if any(not missing(name) and lookup(name) in (UNSET, frozenset()) for name in names):
        return Doubt(False)
    found = tuple(dict.fromkeys(needed for name in names for needed in missing(name)))
    return Doubt(None, found) if found else Doubt(evaluate(atom, lookup))
