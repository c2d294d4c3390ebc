"""Frozen containers: nobody changes what a value holds, and all else is as with a dict."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable

import pytest

from upheld.core.frozen import FrozenDict, frozen

HELD: FrozenDict[str, int] = FrozenDict({"a": 1, "b": 2})


@pytest.mark.parametrize(
    "change",
    [
        lambda held: held.__setitem__("a", 2),
        lambda held: held.__delitem__("a"),
        lambda held: held.__ior__({"a": 2}),
        lambda held: held.update(a=2),
        lambda held: held.setdefault("c", 2),
        lambda held: held.pop("a"),
        lambda held: held.popitem(),
        lambda held: held.clear(),
    ],
)
def test_nothing_changes_it(change: Callable[[FrozenDict[str, int]], object]) -> None:
    """Every method of a dict that changes one says what to do instead."""
    with pytest.raises(TypeError, match="cannot be changed: `dict\\(it\\)` is a copy"):
        change(HELD)

    assert {"a": 1, "b": 2} == HELD


def test_it_has_no_other_method_that_changes_a_dict() -> None:
    """What a dict can do, a frozen one refuses or leaves alone."""
    harmless = {"copy", "fromkeys", "get", "items", "keys", "values"}
    refused = {name for name in vars(FrozenDict) if not name.startswith("_")}

    assert {name for name in dir(dict) if not name.startswith("_")} == harmless | refused


def test_it_is_a_dict_otherwise() -> None:
    """It is pickled, copied, compared and written as JSON like one; its copies can be changed."""
    for again in (pickle.loads(pickle.dumps(HELD)), copy.copy(HELD), copy.deepcopy(HELD)):
        assert (HELD, FrozenDict) == (again, type(again))
    assert '{"a": 1, "b": 2}' == json.dumps(HELD)
    assert [dict, dict, dict] == [type(HELD.copy()), type(HELD | {"c": 3}), type({**HELD})]


def test_everything_in_a_document_is_frozen() -> None:
    """Lists become tuples, sets frozen sets, mappings in lists mappings that stay."""
    made = frozen({"a": [{"b": [1, {2}]}], "c": "d"})

    assert {"a": ({"b": (1, frozenset({2}))},), "c": "d"} == made
    assert isinstance(made, FrozenDict)
    assert isinstance(made["a"][0], FrozenDict)
