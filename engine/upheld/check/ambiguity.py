"""Ambiguity: whether one event can take a ticket to two places.

From one state, on one event, at most one transition may be taken. That is decided over
what the names may hold, and shown with an example ticket; where a plugin's condition
has a say, or a condition is too intricate, that is said instead.

Source: DESIGN section 3, step 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from upheld.check.inspection import Inspection
from upheld.check.paths import Paths
from upheld.core.condition.condition import ALWAYS
from upheld.core.condition.scope import Scope
from upheld.core.policy.lifecycle import Transition
from upheld.core.proof.space import Answer, Space


def check_ambiguity(inspection: Inspection, paths: Paths) -> None:
    """Transitions of which two can be taken at once."""
    for event in sorted(paths.moving_events):
        _ambiguous(inspection, event)


def _ambiguous(inspection: Inspection, event: str) -> None:
    """From one state, on one event, at most one transition may be taken."""
    moves = [
        each for each in inspection.policy.transitions if event in each.on and not inspection.unreadable(each.when)
    ]
    groups: dict[tuple[int, ...], list[str]] = {}
    for state in inspection.policy.states:
        groups.setdefault(tuple(i for i, each in enumerate(moves) if state in each.origins), []).append(state)
    scope = inspection.vocabulary.on_event(event, [each.when or ALWAYS for each in moves])
    for group, states in groups.items():
        _both(inspection, event, [moves[i] for i in group], scope.only({"state": states}))
    _both(inspection, event, [each for each in moves if each.opens], inspection.vocabulary.unopened(scope))


def _both(inspection: Inspection, event: str, moves: Sequence[Transition], scope: Scope) -> None:
    if len(moves) < 2:
        return
    space = Space(scope, [each.when or ALWAYS for each in moves])
    for first, second, answer in _overlaps(space, len(moves)):
        one, other = moves[first], moves[second]
        if answer.example is not None:
            left = [state for state in scope.held("state") or () if state in one.origins and state in other.origins]
            shown = {"event": event, **({"state": str(left[0])} if left else {}), **answer.example.shown}
            where = f" from state `{shown['state']}`" if "state" in shown else ""
            code = "UP312" if answer.example.opaque else "UP301"
            message = f"on `{event}`{where} both `{one.id}` and `{other.id}` can be taken"
            hint = "give them conditions of which only one can hold"
            inspection.report(code, other.path, message, hint, key=True, example=shown)
        elif answer.verdict == "undecided":
            message = f"on `{event}` nobody can decide whether both `{one.id}` and `{other.id}` can be taken"
            hint = "give them simpler conditions of which only one can hold"
            inspection.report("UP407", other.path, message, hint, key=True)


def _overlaps(space: Space, count: int) -> Iterator[tuple[int, int, Answer]]:
    """The pairs that can hold at once, or of which that cannot be decided."""
    pairs = dict.fromkeys(space.overlaps())
    unclear = [index for index in range(count) if not space.is_decided(index)]
    pairs |= dict.fromkeys((min(a, b), max(a, b)) for a in unclear for b in range(count) if a != b)
    for first, second in sorted(pairs):
        yield first, second, space.overlap(first, second)
