"""docs/writing-a-policy.md: every block in it is a part of one policy, and that policy is without a fault."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from upheld.check.scenarios import check_scenarios
from upheld.document import read_document
from upheld.loader.sections import SECTIONS
from upheld.loading import Examined, examine
from upheld.schema.resources import read_schema
from upheld.schema.shape import shape_findings

BLOCK = re.compile(r"^```yaml ?(.*)\n((?:.*\n)*?)```$", re.MULTILINE)


@pytest.fixture(scope="module")
def guide(root: Path) -> str:
    """The page."""
    return (root / "docs" / "writing-a-policy.md").read_text(encoding="utf-8")


def blocks(guide: str, kind: str) -> list[bytes]:
    """The YAML blocks of one kind: parts of the policy have none."""
    return [match[2].encode() for match in BLOCK.finditer(guide) if match[1] == kind]


def together(parts: list[bytes]) -> dict[str, Any]:
    """The policy that the parts make: a section that stands in several goes on in the next one."""
    policy: dict[str, Any] = {}
    for number, part in enumerate(parts):
        for section, value in read_document(part, f"block {number}").root.items():
            there = policy.get(section)
            if isinstance(there, Mapping) and isinstance(value, Mapping):
                again = set(there) & set(value)
                assert set() == again, f"{section} has {again} twice"
                policy[section] = {**there, **value}
            elif isinstance(there, list) and isinstance(value, list):
                policy[section] = [*there, *value]
            else:
                assert there is None, section
                policy[section] = value
    return policy


def checked(policy: Mapping[str, Any]) -> Examined:
    """The policy, examined; JSON is YAML too, and keeps every text what it is."""
    return examine(json.dumps(policy, ensure_ascii=False, indent=1).encode(), "guide.json")


def test_the_blocks_are_one_policy_without_a_fault(guide: str) -> None:
    """No error and no warning: a reader who takes them over has nothing to mend."""
    examined = checked(together(blocks(guide, "")))

    assert [] == [f"{finding.item}: {finding.message}; {finding.hint}" for finding in examined.findings]
    assert examined.policy is not None


def test_every_form_of_condition_can_be_read(guide: str) -> None:
    """Each is given a name and nothing uses it, which is all that is found."""
    policy = together([*blocks(guide, ""), *blocks(guide, "forms")])
    forms = together(blocks(guide, "forms"))["conditions"]
    examined = checked(policy)

    assert {("UP202", f"conditions/{name}") for name in forms} == {(each.code, each.item) for each in examined.findings}


def test_the_scenarios_are_of_that_policy(guide: str) -> None:
    """Shape and words; what comes of them is for running them."""
    examined = checked(together(blocks(guide, "")))
    assert examined.assembled is not None
    documents = [read_document(block, "guide", root="list") for block in blocks(guide, "scenarios")]

    assert 1 == len(documents)
    assert [] == [finding for document in documents for finding in shape_findings(document, "scenario")]
    assert [] == check_scenarios(examined.assembled.policy, examined.assembled.vocabulary, documents)


def test_no_block_is_left_out(guide: str) -> None:
    """A block of a kind that no test knows would be one that nobody checks."""
    assert {"", "forms", "scenarios"} == {match[1] for match in BLOCK.finditer(guide)}
    assert len(BLOCK.findall(guide)) == guide.count("```yaml")


def test_every_section_of_the_language_is_shown(guide: str) -> None:
    """But for those that the page tells in words: `languages`, and `checks`, since nothing in it needs a waiver."""
    shown = set(together(blocks(guide, "")))

    assert {"languages", "checks"} == set(json.loads(read_schema("policy"))["properties"]) - shown
    assert set(SECTIONS) <= shown
    assert "`checks` accept a warning" in guide
