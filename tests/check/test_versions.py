"""What only two versions of a policy together can have wrong: one bad document for each form, beside a good one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, FOUND, MISUSED
from upheld.document.catalogue import level_of

DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"
BAD = DOCUMENTS / "bad" / "versions"
EARLIER = DOCUMENTS / "versions" / "acme-2025.yaml"


def check(*policies: str | Path, options: tuple[str, ...] = ("--versions",)) -> Result:
    return CliRunner().invoke(main, ["check", *options, *map(str, policies)])


@pytest.mark.parametrize("name", sorted(path.stem for path in BAD.glob("*.yaml")))
def test_it_is_told_at_the_later_version(name: str, update: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """One mistake, one finding, whichever is named first; each by itself has none."""
    monkeypatch.chdir(BAD)
    code, later = name[:5], f"{name}.yaml"
    earlier = f"../../{EARLIER.relative_to(DOCUMENTS)}"
    done = check(later, earlier)
    expected = BAD / f"{name}.expected"
    if update:
        expected.write_text(done.stdout, encoding="utf-8")

    assert expected.read_text(encoding="utf-8") == done.stdout
    assert [(level_of(code), code)] == re.findall(r"(error|warning)\[(UP\d{3})\]", done.stdout)
    assert (FOUND if level_of(code) == "error" else DONE) == done.exit_code
    assert DONE == check(later, earlier, options=("--strict",)).exit_code


def test_an_account_in_two_units(tmp_path: Path) -> None:
    """No balance could be told of it."""
    credits = DOCUMENTS / "good" / "credits" / "policy.yaml"
    text = credits.read_text(encoding="utf-8").replace("EUR", "USD")
    dollars = tmp_path / "dollars.yaml"
    dollars.write_text(re.sub(r"(?m)^version: .*$", "version: 9.0.0", text), "utf-8")

    done = check(credits, dollars)
    assert FOUND == done.exit_code
    assert "counts USD, and in `" in done.stdout


def test_versions_that_meet() -> None:
    """A version without a last day ends where the next begins, and is no version that overlaps."""
    found = check(EARLIER, BAD / "UP412-same-version.yaml", options=("--versions", "--format", "json")).stdout

    assert ["UP412"] == [each["code"] for policy in json.loads(found) for each in policy["findings"]]
    assert DONE == check("greenmash", options=("--versions", "--strict")).exit_code


def test_a_version_that_is_not_installed() -> None:
    """The one that is there is named; a part of its number will do."""
    assert DONE == check("greenmash@1").exit_code
    done = check("greenmash@2")

    assert MISUSED == done.exit_code
    assert "`greenmash` is installed in version `1.0.0`, and not in `2`" in done.stderr
