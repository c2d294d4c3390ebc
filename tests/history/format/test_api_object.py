"""Objects of strangers are asked by name, and what is not so is told in one sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from upheld.history.format.api_object import ApiObject, Misshapen, text_of

HELD = ApiObject(
    {
        "id": "7",
        "none": None,
        "yes": True,
        "list": ["a", "b"],
        "one": ["a"],
        "map": {"id": "8"},
        "maps": [{"id": "9"}, {}],
        "half": "\ud83d",
        "at": "2026-03-02T09:00:00.000+0100",
        "when": "2026-03-02 09:00",
    }
)


def test_what_is_there_is_given() -> None:
    """Nothing is an empty text, an empty object, an empty list."""
    assert ["7", "", "true", '["a", "b"]', "a", ""] == [
        HELD.text(name) for name in ("id", "none", "yes", "list", "one", "gone")
    ]
    assert ["8", "", ""] == [HELD.child(name).text("id") for name in ("map", "none", "gone")]
    assert [2, 0, 0] == [len(HELD.children(name, name)) for name in ("maps", "none", "gone")]
    assert [7, None] == [HELD.count(name) for name in ("id", "none")]


def test_offsets_need_no_colon() -> None:
    """Jira writes none; what was written stays beside the instant."""
    instant, written = HELD.at("at")

    assert "2026-03-02T09:00:00+01:00" == instant.isoformat()
    assert "2026-03-02T09:00:00.000+0100" == written


@pytest.mark.parametrize(
    "ask, problem",
    [
        (lambda: HELD.text("map"), "`map` is a mapping, and no text"),
        (lambda: HELD.text("maps"), "`maps` is a mapping, and no text"),
        (lambda: HELD.text("half"), "`half` holds half of a character: export it again"),
        (lambda: HELD.needed("none"), "`none` is missing: export it again with the call that the documentation names"),
        (lambda: HELD.child("list"), "`list` is no object: export it again with the call that the documentation names"),
        (
            lambda: HELD.children("list", "a.list"),
            "`a.list` is no list of objects: export it again with the call that the documentation names",
        ),
        (
            lambda: HELD.children("map", "map"),
            "`map` is no list of objects: export it again with the call that the documentation names",
        ),
        (lambda: HELD.count("at"), "`at` is `2026-03-02T09:00:00.000+0100`, and no number of things"),
        (
            lambda: HELD.at("when"),
            "`when`: `2026-03-02 09:00` is no instant, since it may be one in any zone: add its offset from UTC",
        ),
        (lambda: text_of(5, "id"), "`id` is `5`, and no text"),
    ],
)
def test_what_is_not_so_is_told(ask: Callable[[], object], problem: str) -> None:
    """Never a traceback of ours, whatever stands there."""
    with pytest.raises(Misshapen) as caught:
        ask()

    assert problem == str(caught.value)
