"""The page on contracts: its three files say the same, and its finding is told."""

from __future__ import annotations

import re
from pathlib import Path

from upheld import load_policy
from upheld.loader.contracts import read_contracts

PAGE = Path(__file__).parent.parent / "docs" / "contracts.md"


def blocks() -> list[str]:
    return re.findall(r"```(?:yaml|text)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_files_of_the_page_are_contracts() -> None:
    """The document and the table are equal; the lines are a part of them."""
    policy, (document, table, lines, _) = load_policy("proconcept"), blocks()
    one, other, part = (
        read_contracts(text.encode(), name, policy)
        for text, name in ((document, "c.yaml"), (table, "c.csv"), (lines, "c.jsonl"))
    )

    assert ([], [], []) == (one[1], other[1], part[1])
    assert one[0] is not None
    assert other[0] is not None
    assert part[0] is not None
    assert (one[0].customers, one[0].releases) == (other[0].customers, other[0].releases)
    assert (["acme"], one[0].releases) == (list(part[0].customers), part[0].releases)


def test_the_finding_of_the_page_is_told() -> None:
    """For the table with an amount of nothing in its second row."""
    policy, (_, table, _, said) = load_policy("proconcept"), blocks()
    wrong = table.replace(";10h;", ";0;")
    _, findings = read_contracts(wrong.encode(), "contracts.csv", policy)

    assert [said.strip()] == [str(each) for each in findings]
