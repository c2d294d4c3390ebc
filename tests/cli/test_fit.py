"""`upheld fit`: what could have been promised, on the command line, and a policy written with it."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, MISUSED

GOLDEN = Path(__file__).parent / "golden"


def fit(root: Path, *arguments: str | Path) -> Result:
    month = root / "examples" / "greenmash"
    words = [month / "history.jsonl", "--policy", "greenmash", "--contracts", month / "contracts.yaml", *arguments]
    return CliRunner().invoke(main, ["fit", *map(str, words)])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page(root: Path, language: str, update: bool) -> None:
    """Today's target, the one that would have held, how far that can be trusted, and the time used."""
    done = fit(root, "--lang", language)
    file = GOLDEN / f"fit.{language}.txt"
    if update:
        file.write_text(done.stdout, encoding="utf-8", newline="\n")

    assert (DONE, "") == (done.exit_code, done.stderr)
    assert file.read_text(encoding="utf-8") == done.stdout


def test_a_policy_is_written_with_the_targets_that_would_have_held(root: Path, tmp_path: Path) -> None:
    """Each in its place, nothing besides is touched, and under it no fitted promise was broken."""
    written = tmp_path / "fitted.yaml"
    done = fit(root, "--share", "100%", "--write", written)
    original = (root / "plugins/greenmash/upheld_greenmash/policy.yaml").read_text(encoding="utf-8")
    changed = [
        line
        for line in difflib.ndiff(original.splitlines(), written.read_text(encoding="utf-8").splitlines())
        if line.startswith(("+ ", "- "))
    ]

    assert DONE == done.exit_code
    assert f"written: {written} with 7 targets of its own" in done.stderr
    assert "left as it is: `plan 2`" in done.stderr
    assert ["-     within: 2h", "+     within: 2.5h"] == changed[-2:]
    assert 8 == len(changed)
    month = root / "examples" / "greenmash"
    words = ["--policy", str(written), "--contracts", str(month / "contracts.yaml"), "--format", "json"]
    replayed = json.loads(CliRunner().invoke(main, ["replay", str(month / "history.jsonl"), *words]).stdout)
    shares = {(row["id"], row["severity"]): row["share"] for row in replayed["summary"]["commitments"]}
    assert {"100%"} == {shares[key] for key in [("call-back", "3"), ("acknowledge", "2"), ("acknowledge", "3")]}


def test_for_programs(root: Path) -> None:
    """The numbers of the page, and those of each share."""
    told = json.loads(fit(root, "--format", "json", "--share", "90").stdout)

    assert "90%" == told["share"]
    promise = next(each for each in told["promises"] if (each["id"], each["severity"]) == ("acknowledge", "2"))
    assert (13, 12, 13, "1.5h") == (promise["clocks"], promise["kept"], promise["judged"], promise["fit"]["to"])
    assert ["50%", "90%", "95%", "99%", "100%"] == [each["share"] for each in promise["used"]]


@pytest.mark.parametrize("share", ["0", "101%", "many", "-5%", "1/0"])
def test_a_share_is_a_percentage(root: Path, share: str) -> None:
    """Anything else is refused in one line."""
    done = fit(root, "--share", share)

    assert MISUSED == done.exit_code
    assert "is no share of tickets" in done.stderr
    assert 1 == len(done.stderr.strip().splitlines())


@pytest.fixture
def odd(root: Path, tmp_path: Path) -> Path:
    """A vendor's policy with Windows line ends and a target in quotes."""
    text = (root / "plugins/greenmash/upheld_greenmash/policy.yaml").read_text(encoding="utf-8")
    file = tmp_path / "policy.yaml"
    file.write_text(text.replace("within: 2h", 'within: "2h"'), encoding="utf-8", newline="\r\n")
    return file


def test_a_policy_is_written_as_it_was_laid_out(root: Path, odd: Path, tmp_path: Path) -> None:
    """Quotes and line ends stay."""
    written, month = tmp_path / "fitted.yaml", root / "examples" / "greenmash"
    words = [month / "history.jsonl", "--policy", odd, "--contracts", month / "contracts.yaml", "--write", written]
    done = CliRunner().invoke(main, ["fit", *map(str, words), "--share", "100%"])
    before, after = (file.read_bytes().split(b"\n") for file in (odd, written))

    assert DONE == done.exit_code
    assert [b'    within: "2.5h"\r'] == [new for old, new in zip(before, after) if old != new and b"within: " in new]
    assert 4 == sum(old != new for old, new in zip(before, after, strict=True))


def test_what_several_cases_say_is_written_into_none(root: Path) -> None:
    """Nothing tells whose clocks a target is that stands in two places: neither is rewritten by those of the other."""
    from dataclasses import replace
    from fractions import Fraction

    from upheld.core.change.fit import Group, written_at
    from upheld.loading import load_policy

    policy = load_policy("greenmash")
    call_back = policy.commitments[0]
    twice = replace(call_back, within=(*call_back.within, *call_back.within))
    group = Group("call-back", "1", "", "2h", "call-centre", Fraction(3600))

    assert call_back.within[0].path == written_at(policy, group)
    assert None is written_at(replace(policy, commitments=(twice, *policy.commitments[1:])), group)
