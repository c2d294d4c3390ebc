"""docs/recipes.md: each recipe fits into the policy that `upheld new` writes, and what it says comes of it does."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.document import read_document
from upheld.starter import starter_files

PAGE = Path(__file__).resolve().parents[2] / "docs" / "recipes.md"
RECIPE = re.compile(
    r"^### (.+)\n\n“(.+)”\n\n((?:.+\n)*)\n?```yaml\n((?:.*\n)*?)```\n\n```yaml scenarios\n((?:.*\n)*?)```$",
    re.MULTILINE,
)
LINK = re.compile(r"\[([^\]]+)\]\(#([^)]+)\)")
PROMISES = 20
ALREADY = "The starter says so already.\n"
LINES = range(2, 18)
"""How long may be what a recipe adds."""


class Recipe(NamedTuple):
    """One recipe of the page: what a customer is promised, a note, the YAML that says it, a story that ends as told."""

    title: str
    promise: str
    note: str
    policy: str
    scenarios: str


def recipes() -> list[Recipe]:
    """Those of the page, in its order."""
    return [Recipe(*parts) for parts in RECIPE.findall(PAGE.read_text("utf-8"))]


def fitted(there: Any, more: Any) -> Any:
    """A section of a reader's file with a recipe's lines: an item of the same name takes the place of the one there."""
    if isinstance(there, Mapping):
        return {**there, **more}
    if isinstance(there, list):
        rest = {each["id"]: each for each in more}
        return [*(rest.pop(each["id"], each) for each in there), *rest.values()]
    return more


def starter() -> bytes:
    """The policy that `upheld new` writes."""
    return starter_files("acme", "Acme")["policy.yaml"]


def policy_with(recipe: Recipe) -> bytes:
    """The starter with the recipe; JSON is YAML too, and keeps every text what it is."""
    policy = dict(read_document(starter(), "policy.yaml").root)
    for section, value in read_document(recipe.policy.encode(), recipe.title).root.items():
        policy[section] = fitted(policy.get(section), value)
    return json.dumps(policy, ensure_ascii=False, indent=1).encode()


def answer(folder: Path, *command: str) -> Result:
    """What a command says of the policy in a folder."""
    return CliRunner().invoke(main, [*command, str(folder / "policy.yaml")])


def test_every_promise_has_a_recipe() -> None:
    """No heading without all its parts, and none twice."""
    titles = [recipe.title for recipe in recipes()]

    assert re.findall(r"^### (.+)$", PAGE.read_text("utf-8"), re.MULTILINE) == titles
    assert len(set(titles)) == len(titles) >= PROMISES
    assert 2 * len(titles) == PAGE.read_text("utf-8").count("```yaml")


def test_every_recipe_is_found_from_the_top() -> None:
    """The list before the first heading names each, in their order, by the anchor that its heading gets."""
    listed = LINK.findall(PAGE.read_text("utf-8").partition("\n## ")[0])

    assert [recipe.title.casefold() for recipe in recipes()] == [title.casefold() for title, _ in listed]
    assert all(re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") == anchor for title, anchor in listed)


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.title)
def test_a_recipe_does_what_it_says(recipe: Recipe, tmp_path: Path) -> None:
    """It is short, without an error or a warning, and its story comes true, which without it it does not."""
    assert len(recipe.policy.splitlines()) in LINES
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "recipe.yaml").write_text(recipe.scenarios, encoding="utf-8")
    (tmp_path / "policy.yaml").write_bytes(starter())
    assert (ALREADY == recipe.note) is (0 == answer(tmp_path, "test").exit_code)

    (tmp_path / "policy.yaml").write_bytes(policy_with(recipe))
    for command in (["check", "--strict"], ["test"]):
        done = answer(tmp_path, *command)
        assert 0 == done.exit_code, done.output
