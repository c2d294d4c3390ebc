"""What the page of changes says, on a contract that was negotiated again, and edit by edit on every vendor's policy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from upheld.core import policy as parts
from upheld.core.change.difference import ENTERED, differences
from upheld.core.change.pairing import PLACED
from upheld.core.policy.policy import Policy
from upheld.loading import Examined, examine_policy
from upheld.show.change.change_page import change_page
from upheld.show.change.told_change import told_changes
from upheld.show.page.terminal import text
from upheld.show.words.locale import LANGUAGES, locale_of
from upheld.show.words.view import View

GOLDEN = Path(__file__).parent / "golden"
VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")
EDITS, MANY = 15, 50
"""Of each policy, spread over all that can be made; the second with `--full`."""

Document = dict[str, Any]


def negotiated(policy: Document) -> None:
    """Proconcept's policy as it might be signed next year: one edit of every kind that a signer asks about."""
    policy["version"] = "2.0.0"
    policy["parameters"]["commit-within"]["values"][0]["critical"] = "30min"
    policy["parameters"]["resolve-within"]["values"].append({"from": "2027-01-01", **LATER})
    policy["calendars"]["support"]["weekly"]["mon-fri"] = ["08:00-18:00"]
    policy["accounts"]["flex"]["overdraft"] = "refuse"
    policy["charges"][0]["hold"]["round"]["up-to"] = "30min"
    policy["rules"][0]["otherwise"] = "flag"
    policy["rules"][2]["require"]["state"] = ["open"]
    policy["commitments"][1]["warn-at"] = ["80%"]
    del policy["commitments"][1]["pause"]
    policy["timers"][1]["after"] = "15bd"
    policy["channels"]["phone"] = {"label": {"en": "Phone", "fr": "Téléphone"}, "accepts": "all", "clauses": ["PC-01"]}
    policy["charges"][0]["when"] = {"type": "solva-flex", "severity": {"at-most": "high"}}
    del policy["commitments"][2]


LATER = {"critical": "1bd", "high": "2bd", "medium": "5bd", "low": "15bd"}


def examined(policy: Document, folder: Path) -> Examined:
    """A document, read and checked."""
    file = folder / "policy.json"
    file.write_text(json.dumps(policy, ensure_ascii=False), encoding="utf-8")
    return examine_policy(file)


def document(name: str) -> Document:
    """A vendor's policy as it is kept: overlays applied, layout apart."""
    policy = examine_policy(name).policy
    assert policy is not None
    read: Document = json.loads(policy.document)
    return read


def page(before: Examined, after: Examined, language: str) -> str:
    """The page as a terminal shows it."""
    assert before.assembled
    assert after.assembled
    earlier, later = View(before.assembled.policy, language), View(after.assembled.policy, language)
    changes = told_changes(before.assembled, after.assembled, language)
    return text(change_page(earlier, later, changes), width=100, colour=False, dense=True)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page(language: str, tmp_path: Path, update: bool) -> None:
    """Every change in a sentence, with what it was, what it is, its clauses and a ticket where a condition changed."""
    policy = document("proconcept")
    negotiated(policy)
    after = examined(policy, tmp_path)
    assert () == tuple(str(each) for each in after.errors)

    file, told = GOLDEN / f"negotiated.{language}.txt", page(examine_policy("proconcept"), after, language)
    if update:
        file.write_text(told, encoding="utf-8", newline="\n")
    assert file.read_text(encoding="utf-8") == told


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_small_edit_is_named_by_itself(vendor: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """One edit is one change, in both languages, and the way back is the same change turned round."""
    before = examine_policy(vendor)
    original = document(vendor)
    edits = list(small_edits(original))
    wanted = MANY if pytestconfig.getoption("--full") else EDITS
    spread = edits[:: max(1, len(edits) // wanted)]
    tried = 0
    for path, value in [*spread, *(each for each in edits if each not in spread)]:
        if tried == wanted:
            break
        after = examined(edited(original, path, value), tmp_path)
        if after.errors or after.policy is None:
            continue
        assert before.assembled
        assert after.assembled
        there = differences(before.assembled.policy, after.assembled.policy)
        back = differences(after.assembled.policy, before.assembled.policy)
        tried += 1
        assert 1 == len(there), (path, value, there)
        assert [(each.before, each.after) for each in there] == [(each.after, each.before) for each in back]
        for language in ("en", "fr"):
            told = told_changes(before.assembled, after.assembled, language)
            assert [True] == [each.before != each.after for each in told], (path, value, told)

    assert wanted == tried


def small_edits(policy: Document) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Every length, whole number, yes or no, and sentence of a policy, each a little different."""
    for path, value in leaves(policy):
        length = re.fullmatch(r"([0-9]+)(min|h|d|bd|mo)", str(value))
        if isinstance(value, bool):
            yield path, not value
        elif isinstance(value, int):
            yield path, value + 1
        elif length:
            yield path, f"{int(length[1]) + 1}{length[2]}"
        elif isinstance(value, str) and " " in value and path[0] not in ("upheld", "policy"):
            yield path, f"{value} (new)"


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Every scalar with its path."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield from leaves(held, (*path, key))
    elif isinstance(value, list):
        for number, held in enumerate(value):
            yield from leaves(held, (*path, number))
    else:
        yield path, value


def edited(policy: Document, path: tuple[str | int, ...], value: object) -> Document:
    """A copy with another value at a path."""
    copy = deepcopy(policy)
    inner: Any = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


@pytest.mark.parametrize(
    ("before", "after"), [*(("greenmash", each) for each in VENDORS if each != "greenmash"), ("manao", "mapping")]
)
def test_any_two_policies_can_be_told(before: str, after: str) -> None:
    """Whatever they have in common; and nothing is told as a file has it: no braces, no keys, no empty quotation."""
    told = page(examine_policy(before), examine_policy(after), "fr")

    assert [] == [line for line in told.splitlines() if re.search(r"[{}]|\bweekly :|« severity »|«\s+»", line)]


def test_parts_are_told_as_readers_know_them(tmp_path: Path) -> None:
    """Hours as hours, columns by their words, what is filled into a message by its name, a vendor as the vendor."""
    policy = document("entropics")
    policy["vendor"]["name"] = "Someone else"
    del policy["rules"][0], policy["calendars"]["support"]["holidays"]
    policy["calendars"]["nights"] = {
        "zone": "Europe/Paris",
        "weekly": {"mon-fri": ["20:00-22:00"]},
        "assumes": ["hours"],
    }
    after = examined(policy, tmp_path)
    told = " ".join(page(examine_policy("entropics"), after, "en").replace("\u00a0", " ").split())
    other = " ".join(
        page(examine_policy("greenmash"), examine_policy("entropics"), "en").replace("\u00a0", " ").split()
    )

    assert "The policy, vendor, name: Entropics → Someone else" in told
    assert "nights: new: times of Europe/Paris; Monday to Friday: 20:00–22:00" in told
    assert "{" not in told
    assert "values: Early update: 120 min;" in other
    assert "of: “Acknowledgement”, “Plan of resolution” and “Resolution”" in other


def test_a_column_that_is_gone_is_no_new_one_rewritten(tmp_path: Path) -> None:
    """The values of a table have no identity but their column."""
    policy = document("greenmash")
    values = policy["parameters"]["acknowledge-within"]["values"][0]
    values["5"] = values.pop("4")
    policy["severities"][3]["id"] = "5"
    before = examine_policy("greenmash").policy
    after = examined(json.loads(json.dumps(policy).replace('"4": "', '"5": "')), tmp_path).policy
    assert before is not None
    assert after is not None
    table = [each for each in differences(before, after) if each.section == "parameters"]

    assert {("removed", "4"), ("added", "5")} == {(each.kind, each.ways[-1].key) for each in table}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_a_label(language: str) -> None:
    """Whatever of a policy is edited can be told."""
    modules = [import_module(f"{parts.__name__}.{each.name}") for each in iter_modules(parts.__path__)]
    kinds = {each for module in modules for each in vars(module).values() if isinstance(each, type)}
    told = {
        field.name
        for kind in kinds
        if issubclass(kind, ENTERED) and kind is not Policy
        for field in fields(kind)
        if field.name not in PLACED
    }

    assert set() == {name for name in told if f"change.field.{name}" not in locale_of(language).messages}


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_same_written_otherwise_is_no_difference(vendor: str, tmp_path: Path) -> None:
    """Neither layout nor comments, overlays nor the order of keys."""
    before, after = examine_policy(vendor), examined(document(vendor), tmp_path)
    assert before.policy is not None
    assert after.policy is not None

    assert () == differences(before.policy, after.policy)
    assert "Nothing: both say the same." in page(before, after, "en")
