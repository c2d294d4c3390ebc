"""One small bad policy for each form of each finding, with what `upheld check` says of it beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from upheld.cli import main
from upheld.cli.failure import DONE, FOUND
from upheld.document import TITLES
from upheld.document.catalogue import TITLE_BY_CODE, level_of

DOCUMENTS = Path(__file__).resolve().parent.parent / "documents"
BAD = DOCUMENTS / "bad"
NAMES = sorted(path.stem for path in BAD.glob("*.yaml") if path.stem[:5] not in TITLES)
TOLD = re.compile(r"^\S+?:\d+:\d+: (error|warning)\[(UP\d{3})\]: ", re.MULTILINE)
NEEDS_PLUGIN = ("UP312", "UP907", "UP908")
"""Codes whose documents are about the conditions of a plugin, which has to be there."""
PLUGIN = """
from upheld import ProvidedCondition

@hookimpl
def upheld_conditions():
    return [
        ProvidedCondition("shop.is-vip", ["customer"], lambda facts: False),
        ProvidedCondition("shop.is-large", ["event.amount"], lambda facts: False),
    ]
"""


def checked(name: str) -> tuple[int, str]:
    """Exit status and output of `upheld check` in the folder of bad documents."""
    result = CliRunner().invoke(main, ["check", f"{name}.yaml", "--sources", str(DOCUMENTS / "texts")])
    return result.exit_code, result.stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_policy_is_told_in_the_expected_words(
    name: str, update: bool, install: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One mistake, one finding: with its code, the line and a caret, and what to do."""
    if name.startswith(NEEDS_PLUGIN):
        install("upheld_shop", PLUGIN, "shop")
    monkeypatch.chdir(BAD)
    code = name[:5]
    status, said = checked(name)
    expected = BAD / f"{name}.expected"
    if update:
        expected.write_text(said, encoding="utf-8")

    assert expected.read_text(encoding="utf-8") == said
    assert [(level_of(code), code)] == TOLD.findall(said)
    assert (FOUND if level_of(code) == "error" else DONE) == status
    assert "  hint: " in said


def test_every_code_has_a_bad_document() -> None:
    """Those of scenarios lie in a folder of their own; two documents too large to keep are made by their test."""
    shown = {path.stem[:5] for path in BAD.rglob("*.yaml")}

    assert {"UP002", "UP004", "UP803"} == TITLE_BY_CODE.keys() - shown
    assert set() == shown - TITLE_BY_CODE.keys()


def test_every_expected_text_has_its_document() -> None:
    """What is left of a document that was renamed would never be looked at again."""
    assert {path.with_suffix("") for path in BAD.rglob("*.yaml")} == {
        path.with_suffix("") for path in BAD.rglob("*.expected")
    }
