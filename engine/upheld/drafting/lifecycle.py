"""The lifecycle of a draft: its states with their core, whose turn it is in each, and the moves that it has.

A state's core is what its words mean; where they say nothing it is `qualified`, or `closed` where no word of the
export says that a ticket ended, and nearly all tickets that came there stayed. Moves that are rare, or that lead back
where the core lifecycle never does, are left out as long as all of these together are a small part; more frequent ones
change the core instead. So a draft follows its history, and never the other way round.

Source: DESIGN section 3, "Vendor states refine core states".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from upheld.core.policy.lifecycle import CLOSED, ENDED, is_core_move
from upheld.drafting.observed import Move, Observed
from upheld.history.draft.status_words import Meaning

MOST_LEFT_OUT: Final = Fraction(1, 100)
"""The share of all moves that is left out at most, of rare ones and of those against the core lifecycle each half."""
STAYED: Final = Fraction(9, 10)
"""The share of a state's tickets that stand there at the end, from which on it may be an end."""
OTHERS: Final = Fraction(1, 10)
"""The share of records that are not the customer's, without which nobody else is known to act at all."""
LEAST_LEFT: Final = 5
"""Moves out of a state from which on it shows whose turn it is."""

_CORES: Final[Mapping[Meaning, str]] = {
    "new": "open",
    "in-progress": "in-fix",
    "workaround": "workaround",
    "resolved": "resolved",
    "closed": "closed",
    "cancelled": "closed",
}


@dataclass(slots=True)
class DraftState:
    """A state of the draft.

    Attributes:
        core: Its core state.
        core_by: What that was read from: `word`, `stayed` (no word), `moves` (the word's would be against the core
            lifecycle), or `nothing`.
        waits: Whether it waits for the customer.
        waits_by: What that was read from: `word` or `actors`.
        is_final: Whether tickets end there although the core is not closed.
    """

    id: str
    meaning: Meaning
    core: str
    core_by: str
    waits: bool = False
    waits_by: str = ""
    is_final: bool = False


@dataclass(slots=True)
class DraftLifecycle:
    """States and moves, and what was left out.

    Attributes:
        states: By id, in the order in which tickets usually come there.
        moves: How often each move of the draft was seen, openings included.
        rare, astray: Moves left out since they are rare, or against the core lifecycle.
    """

    states: dict[str, DraftState]
    moves: dict[Move, int]
    rare: dict[Move, int] = field(default_factory=dict)
    astray: dict[Move, int] = field(default_factory=dict)

    def of_core(self, cores: Iterable[str]) -> list[str]:
        """The states of some cores."""
        return [name for name, each in self.states.items() if each.core in cores]

    @property
    def opening(self) -> list[str]:
        """The states that tickets are opened in."""
        return [name for name in self.states if (None, name) in self.moves]

    def onward(self, name: str) -> set[str]:
        """Where a ticket may come from a state by the moves of the draft."""
        return _reach(self.moves, [name]) - {name}

    @property
    def waiting(self) -> list[str]:
        """The states that wait for the customer, before a ticket has ended."""
        return [name for name, each in self.states.items() if each.waits]


def lifecycle(found: Observed, meanings: Mapping[str, Meaning], least: Fraction) -> DraftLifecycle:
    """The lifecycle that a history shows.

    Args:
        meanings: What the words of each state mean.
        least: The share of all moves under which one is rare.
    """
    states = {name: _state(found, name, meanings) for name in found.states}
    draft = DraftLifecycle(states, dict(found.moves))
    total = sum(count for (origin, _), count in found.moves.items() if origin is not None)
    _leave_out(draft, draft.astray, total, lambda move, _: not _is_legal(draft, move))
    _leave_out(draft, draft.rare, total, lambda _, count: count < least * total)
    while _restored(found, draft) or _recored(draft):
        pass
    _open_open(found, draft)
    _end(found, draft)
    draft.moves = dict(_ordered(draft.moves, draft.states))
    return draft


def usual_core(meaning: Meaning) -> str:
    """The core state that goes with a meaning, where nothing else is known."""
    return _CORES.get(meaning, "qualified")


def _state(found: Observed, name: str, meanings: Mapping[str, Meaning]) -> DraftState:
    meaning = meanings[name]
    core, by = usual_core(meaning), "word" if meaning else "nothing"
    none_ends = not any(_CORES.get(meanings[each]) in ENDED for each in found.states)
    stayed = found.last[name] >= STAYED * found.entered[name] and not found.moves[None, name]
    if not meaning and none_ends and stayed and found.entered[name] >= LEAST_LEFT:
        core, by = "closed", "stayed"
    state = DraftState(name, meaning, core, by)
    left = found.left_by[name]
    told = left["customer"] + sum(count for role, count in left.items() if role not in ("customer", "system", ""))
    if core in ENDED or (found.moves[None, name] and meaning != "waiting-for-customer"):
        return state
    others = sum(count for role, count in found.roles.items() if role not in ("customer", "system"))
    if told >= LEAST_LEFT and left["customer"] * 2 > told and others >= OTHERS * found.records:
        state.waits, state.waits_by = True, "actors"
    elif meaning == "waiting-for-customer":
        state.waits, state.waits_by = True, "word"
    return state


def _is_legal(draft: DraftLifecycle, move: Move) -> bool:
    origin, target = move
    return origin is None or is_core_move(draft.states[origin].core, draft.states[target].core)


def _leave_out(draft: DraftLifecycle, into: dict[Move, int], total: int, is_left: Callable[[Move, int], bool]) -> None:
    """Leave moves out, the rarest first, as long as they are a small part of all."""
    gone = 0
    for move, count in sorted(draft.moves.items(), key=lambda each: (each[1], each[0][0] or "", each[0][1])):
        if move[0] is None or not is_left(move, count):
            continue
        gone += count
        if gone > MOST_LEFT_OUT * total:
            return
        into[move] = draft.moves.pop(move)


def _restored(found: Observed, draft: DraftLifecycle) -> bool:
    """Put the most frequent move back without which a state could not be reached, or not be left; whether one was."""
    reached = _reach(draft.moves, draft.opening)
    for name in draft.states:
        into = name not in reached
        stuck = not found.last[name] and not any(origin == name for origin, _ in draft.moves)
        if not into and not stuck:
            continue
        gone = {**draft.astray, **draft.rare}
        side = 1 if into else 0
        fitting = [move for move in gone if move[side] == name and (not into or move[0] in reached)]
        if fitting:
            move = max(fitting, key=lambda each: (gone[each], each))
            draft.moves[move] = gone[move]
            draft.astray.pop(move, None)
            draft.rare.pop(move, None)
            return True
    return False


def _recored(draft: DraftLifecycle) -> bool:
    """Give a state another core where a move of the draft would be against the core lifecycle; whether one got it."""
    for origin, target in sorted(draft.moves, key=lambda each: (each[0] or "", each[1])):
        if origin is None or _is_legal(draft, (origin, target)):
            continue
        before, after = draft.states[origin], draft.states[target]
        if before.core in CLOSED and after.core == "resolved":
            before.core, before.core_by = "resolved", "moves"
        else:
            after.core, after.core_by = "in-fix" if after.core == "workaround" else "qualified", "moves"
        return True
    return False


def _open_open(found: Observed, draft: DraftLifecycle) -> None:
    """Let some ticket be open when it is opened: where a list of ended tickets is all there is, none would be."""
    opening = draft.opening
    if opening and all(draft.states[name].core in CLOSED for name in opening):
        first = draft.states[max(opening, key=lambda name: (found.moves[None, name], name))]
        first.core, first.core_by = "resolved", "moves"
        while _recored(draft):
            pass


def _end(found: Observed, draft: DraftLifecycle) -> None:
    """Let tickets end where they stand, wherever nothing leads from there to a state that is closed."""
    while True:
        ends = {name for name, each in draft.states.items() if each.core in CLOSED or each.is_final}
        back = {(target, origin): count for (origin, target), count in draft.moves.items() if origin is not None}
        ending = _reach(back, ends)
        trapped = [name for name in draft.states if name not in ending]
        if not trapped:
            return
        last = max(trapped, key=lambda name: (found.last[name], name))
        if found.last[last]:
            draft.states[last].is_final = True
            continue
        gone = {**draft.astray, **draft.rare}  # the ways out of a circle were all rare
        move = max((each for each in gone if each[0] in trapped), key=lambda each: (gone[each], each))
        draft.moves[move] = gone[move]
        draft.astray.pop(move, None)
        draft.rare.pop(move, None)
        while _recored(draft):
            pass


def _reach(moves: Iterable[tuple[str | None, str]], start: Iterable[str]) -> set[str]:
    onward: dict[str | None, list[str]] = {}
    for origin, target in moves:
        onward.setdefault(origin, []).append(target)
    waiting = list(start)
    found = set(waiting)
    while waiting:
        for target in onward.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _ordered(moves: Mapping[Move, int], states: Iterable[str]) -> Iterator[tuple[Move, int]]:
    """Openings first, then by the state that is left, the most frequent first."""
    place = Counter({name: number for number, name in enumerate(states, 1)})

    def key(each: tuple[Move, int]) -> tuple[int, int, int]:
        (origin, target), count = each
        return place[origin or ""], -count, place[target]

    yield from sorted(moves.items(), key=key)
