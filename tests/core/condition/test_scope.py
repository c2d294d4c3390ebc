"""Scopes: declared names, what follows from what, and narrowing."""

from __future__ import annotations

import pytest

from upheld.core.condition.domain import Many, OneOf, Text
from upheld.core.condition.scope import Scope, calendar_names

SCOPE = Scope(
    {
        "state": OneOf(("new", "done")),
        "core": OneOf(("open", "closed")),
        "contract": Many(OneOf(("flex", "tma"))),
        "contract.tma.elements": Many(Text()),
        "event.minutes": Text(),
        "event.operation": Text(),
        **calendar_names("support"),
    },
    core_of={"new": "open", "done": "closed"},
)


@pytest.mark.parametrize(
    "name, advice",
    [
        ("stat", "did you mean `state`?"),
        ("openning", "did you mean `opening`?"),
        ("opening.support", "write `opening: {support: …}`"),
        ("event.minuts", "did you mean `event.minutes`?"),
        ("event.zzz", "there is `event.minutes`, `event.operation`"),
        ("vip.zzz", "nothing is declared under `vip`"),
        ("zzz", ""),
    ],
)
def test_an_undeclared_name_gets_advice(name: str, advice: str) -> None:
    """The nearest name, the form to write, or what there is."""
    assert advice == SCOPE.advice(name)


def test_names_follow_from_others() -> None:
    """Core state from state, and nothing else."""
    assert ("state", "opening.support", "day.support") == tuple(
        SCOPE.base(name) for name in ("core", "opening.support", "day.support")
    )
    assert ("closed", None) == (SCOPE.follows("core", "done"), SCOPE.follows("core", None))
    assert ("core",) == SCOPE.followers("state")
    assert () == SCOPE.followers("opening-left.support")
    assert () == SCOPE.followers("contract")
    assert ("contract", "tma") == SCOPE.needs("contract.tma.elements")
    assert SCOPE.needs("contract") is None


def test_an_open_calendar_has_time_left() -> None:
    """And nothing else: before opening all of the date's hours are left, though it is closed."""
    assert ((("opening.support", "open"), ("opening-left.support", 0)),) == SCOPE.contradictions()
    assert () == Scope({"opening-left.support": SCOPE["opening-left.support"]}).contradictions()


def test_without_a_mapping_core_stands_alone() -> None:
    """Where a scope does not say how states map, nothing is concluded."""
    assert "core" == Scope({"core": OneOf(("open",)), "state": OneOf(("a",))}).base("core")


def test_a_scope_is_narrowed_without_changing() -> None:
    """Each use has its own scope, and the first is as it was."""
    narrow = SCOPE.fixed({"state": "new"}).unset(["event.minutes"]).only({"core": ["open", None]})

    assert ("new",) == narrow.held("state")
    assert (None,) == narrow.held("event.minutes")
    assert ("open", None) == narrow.held("core")
    assert narrow.held("contract") is None
    assert SCOPE.held("state") is None
    assert ("new",) == narrow.plus({"vip": Text()}).held("state")
    assert "vip" not in SCOPE


def test_a_calendar_brings_three_names() -> None:
    """None of them is ever unset."""
    names = calendar_names("support")

    assert ["opening.support", "opening-left.support", "day.support"] == list(names)
    assert not any(domain.may_be_unset for domain in names.values())
    assert ("support",) == SCOPE.calendars("opening-left")
