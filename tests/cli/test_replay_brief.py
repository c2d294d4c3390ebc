"""`upheld replay --brief`: the page for people, and less of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from upheld.cli import main

WORST = 3


def page(root: Path, vendor: str, *options: str) -> str:
    """What is printed of a vendor's month."""
    folder = root / "examples" / vendor
    asked = ["--policy", vendor, "--contracts", str(folder / "contracts.yaml"), "--lang", "en", *options]
    result = CliRunner().invoke(main, ["replay", str(folder / "history.jsonl"), *asked])
    assert 0 == result.exit_code, result.output
    return result.stdout


def section(text: str, title: str) -> str:
    """What stands below a title, up to the next."""
    match = re.search(rf"^{title}\n─+\n(.*?)(?=\n[^\n]+\n─+\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return match[1] if match else ""


@pytest.mark.parametrize("vendor", ["entropics", "greenmash", "manao", "mapping", "proconcept"])
def test_it_says_the_same_in_fewer_words(vendor: str, root: Path) -> None:
    """The same counts, balances and refusals; the three worst; assumptions by name, and no clause's sentence."""
    whole, brief = page(root, vendor), page(root, vendor, "--brief")
    named = "What these figures assume"
    worst = section(whole, "The worst breaches"), section(brief, "The worst breaches")
    tickets = [re.findall(r"^([A-Z]+-\d+)", each, re.MULTILINE) for each in worst]

    assert len(brief) < len(whole) * 3 / 4
    assert WORST == len(tickets[1])
    assert tickets[0][:WORST] == tickets[1]
    for title in ("Promises", "Balances", "What was refused", "What was accepted with a remark"):
        assert section(whole, title) == section(brief, title)
    assert set(re.findall(r"≈[a-z-]+", section(whole, named))) == set(re.findall(r"≈[a-z-]+", section(brief, named)))
    assert "Clauses cited" in whole
    assert "Clauses cited" not in brief
