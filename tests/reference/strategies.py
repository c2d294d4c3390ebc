"""Hypothesis strategies over the makers of the numbered examples, so that what fails can be shrunk; and broken ones."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from reference.choices import Choices, from_hypothesis
from reference.differential import Example
from reference.histories import BEGINNINGS, make_contracts, make_history
from reference.policies import make_policy

Path = tuple[str | int, ...]
NONSENSE: list[Any] = [None, True, 0, -1, "", "nonsense", "new", "event.", "1h", "0bd", [], {}, [None], {"ref": "x"}]


@st.composite
def policies(draw: Callable[[Any], Any]) -> dict:
    """Valid policies."""
    return make_policy(from_hypothesis(draw))


@st.composite
def examples(draw: Callable[[Any], Any]) -> Example:
    """A valid policy with contracts and a history, mostly of events that are accepted."""
    choices = from_hypothesis(draw)
    policy = make_policy(choices)
    beginning = choices.pick(BEGINNINGS)
    contracts = make_contracts(choices, policy, beginning)
    records, as_of = make_history(choices, policy, contracts, beginning)
    return Example(policy, contracts, records, as_of)


@st.composite
def broken_policies(draw: Callable[[Any], Any]) -> dict:
    """Valid policies in which a few places were dropped, replaced by nonsense, or swapped for another place's value."""
    choices = from_hypothesis(draw)
    policy = make_policy(choices)
    for _ in range(choices.integer(1, 3)):
        break_one(choices, policy)
    return policy


def break_one(choices: Choices, policy: dict) -> None:
    """Spoil one place of a policy."""
    places = _places(policy, ())
    path = choices.pick(places)
    holder: Any = policy
    for step in path[:-1]:
        holder = holder[step]
    kind = choices.integer(0, 3)
    if kind == 0:
        del holder[path[-1]]
    elif kind == 1:
        holder[path[-1]] = deepcopy(choices.pick(NONSENSE))
    elif kind == 2 and isinstance(holder, dict):
        holder[str(path[-1]) + "x"] = holder.pop(path[-1])
    else:
        other: Any = policy
        for step in choices.pick(places):
            other = other[step] if isinstance(other, (dict, list)) else other
        holder[path[-1]] = deepcopy(other)


def _places(value: object, path: Path) -> list[Path]:
    """Every place in a document but its root."""
    found: list[Path] = [path] if path else []
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        found += _places(entry, (*path, key))
    return found
