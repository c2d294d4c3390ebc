"""Waivers: a warning is accepted with its reason, in the policy's own file, and nothing more."""

from __future__ import annotations

import pytest
from check.desk import desk, examined, found, hints, told

SPARE = "{agent: {}, guest: {}, visitor: {}}"
GUEST = "UP202 role `guest` is declared and never used"
VISITOR = "UP202 role `visitor` is declared and never used"


def unwaived(checks: str, roles: str = SPARE) -> list[str]:
    """What is left of two warnings, and what is said of the waivers."""
    return [f"{each.code} {each.message}" for each in found(desk(roles=roles, checks=checks)) if not each.waived]


def test_without_a_waiver_warnings_stand() -> None:
    assert [GUEST, VISITOR] == unwaived("[]")


def test_a_waiver_of_an_item_waives_that_alone() -> None:
    assert [VISITOR] == unwaived("[{waive: UP202, of: roles/guest, reason: he comes in May}]")


def test_a_waiver_without_an_item_waives_all() -> None:
    assert [] == unwaived("[{waive: UP202, reason: they come in May}]")


def test_the_reason_is_kept() -> None:
    result = examined(desk(roles=SPARE, checks="[{waive: UP202, reason: they come in May}]"))

    assert {"they come in May"} == {each.waived for each in result.findings}
    assert () == result.warnings
    assert () == result.errors


def test_the_first_waiver_that_fits_counts() -> None:
    """One that is left with nothing to waive is told."""
    checks = "[{waive: UP202, reason: all}, {waive: UP202, of: roles/guest, reason: he}]"

    assert ["UP905 this waives `UP202` of `roles/guest`, and there is no such warning"] == unwaived(checks)


WRONG = {
    "nothing to waive": (
        "{waive: UP502, reason: x}",
        "UP905 this waives `UP502`, and there is no such warning",
        "leave it out",
    ),
    "a misspelt item": (
        "{waive: UP202, of: roles/geust, reason: x}",
        "UP905 this waives `UP202` of `roles/geust`, and there is no such warning",
        "did you mean `roles/guest`?",
    ),
    "an error": (
        "{waive: UP303, reason: x}",
        "UP906 `UP303` is an error, and only warnings can be waived",
        "mend what it is about",
    ),
    "a code that is none": ("{waive: UP922, reason: x}", "UP906 there is no finding `UP922`", "did you mean `UP902`?"),
}


@pytest.mark.parametrize("waiver, message, hint", WRONG.values(), ids=WRONG)
def test_a_waiver_that_waives_nothing_is_told(waiver: str, message: str, hint: str) -> None:
    text = desk(roles=SPARE, checks=f"[{waiver}]")

    assert message in told(text)
    assert hint in hints(text)


def test_an_error_cannot_be_waived_by_its_item_either() -> None:
    text = desk(
        transitions="[{id: a, on: submit, opens: true, to: open, assumes: [usual]}]",
        checks="[{waive: UP303, of: states/open, reason: x}]",
    )

    assert "UP303 state `open` is a dead end: a ticket in it stays there for ever" in told(text)
    assert [] == [each for each in found(text) if each.waived]
