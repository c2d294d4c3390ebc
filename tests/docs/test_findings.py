"""The page of findings: an entry for each code, in order, under the title that the catalogue gives it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from upheld.core.errors import DocumentError
from upheld.document import TITLES, read_document
from upheld.document.catalogue import TITLE_BY_CODE

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "findings.md").read_text(encoding="utf-8")
ENTRIES = dict(re.findall(r"^### (UP\d{3}) [^\n]*\n(.*?)(?=^### |\Z)", PAGE, re.MULTILINE | re.DOTALL))
BLOCKS = [
    (code, block)
    for code, entry in ENTRIES.items()
    for block in re.findall(r"^```yaml\n(.*?)^```", entry, re.MULTILINE | re.DOTALL)
    if code not in TITLES
]


def test_each_code_has_its_entry_in_order_under_its_title() -> None:
    """So that whoever looks a code up finds it, and under the same words."""
    expected = [f"{code} {title}" for code, title in TITLE_BY_CODE.items()]

    assert expected == re.findall(r"^### (.*)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("code", ENTRIES)
def test_an_entry_says_what_to_avoid_what_to_prefer_and_why(code: str) -> None:
    """Once each, in this order."""
    assert ["Avoid", "Prefer", "Why"] == re.findall(r"^\*\*(\w+)\*\* \S", ENTRIES[code], re.MULTILINE)


def test_links_within_the_page_lead_to_a_heading() -> None:
    """A heading's anchor is its text in lower case, without signs, and with hyphens for spaces."""
    headings = re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    assert set() == set(re.findall(r"\]\(#([^)]*)\)", PAGE)) - anchors


@pytest.mark.parametrize("code, block", BLOCKS)
def test_examples_can_be_read(code: str, block: str) -> None:
    """Past the reading phase all examples are YAML that is read, those of what to avoid included."""
    try:
        read_document(block.encode(), f"{code}.yaml")
    except DocumentError as error:
        pytest.fail(str(error))
