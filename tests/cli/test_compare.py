"""`upheld compare`: one history under two policies on the command line, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, FOUND, MISUSED
from upheld.loading import load_policy

GOLDEN = Path(__file__).parent / "golden"


def compare(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["compare", *map(str, arguments)])


@pytest.fixture
def asked(root: Path, tmp_path: Path) -> list[str | Path]:
    """A month at a vendor, and its policy with half the time to acknowledge."""
    document = json.loads(load_policy("greenmash").document)
    document["parameters"]["acknowledge-within"]["values"][0] |= {"1": "30min", "2": "1h"}
    document["version"] = "2.0.0"
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    month = root / "examples" / "greenmash"
    return [month / "history.jsonl", "--policy", "greenmash", "--policy", file, "--contracts", month / "contracts.yaml"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page(asked: list[str | Path], language: str, update: bool) -> None:
    """Shares side by side, and every breach gained with its ticket and the reason."""
    done = compare(*asked, "--lang", language)
    file = GOLDEN / f"compare.{language}.txt"
    if update:
        file.write_text(done.stdout, encoding="utf-8", newline="\n")

    assert (DONE, "") == (done.exit_code, done.stderr)
    assert file.read_text(encoding="utf-8") == done.stdout


def test_for_programs(asked: list[str | Path]) -> None:
    """The same as data, with all that both verdicts say of a breach."""
    told = json.loads(compare(*asked, "--format", "json").stdout)

    assert ["1.0.0", "2.0.0"] == [told[side]["policy"]["version"] for side in ("before", "after")]
    assert {"acknowledge"} == {row["id"] for row in told["gained"]}
    assert all(row["before"]["status"] == "upheld" and row["after"]["overrun_s"] > 0 for row in told["gained"])


def test_a_scheduled_job_may_fail_on_a_breach_gained(asked: list[str | Path]) -> None:
    """And on nothing else."""
    backwards = [asked[0], "--policy", asked[4], "--policy", "greenmash", *asked[5:]]

    assert FOUND == compare(*asked, "--fail-on-gained").exit_code
    assert DONE == compare(*backwards, "--fail-on-gained").exit_code


@pytest.mark.parametrize(("policies", "told"), [(["base"], "here is one"), (["base", "base", "base"], "here are 3")])
def test_two_policies_are_compared(root: Path, policies: list[str], told: str) -> None:
    """Neither one nor three."""
    given = [word for each in policies for word in ("--policy", each)]

    done = compare(root / "examples" / "greenmash" / "history.jsonl", *given)

    assert MISUSED == done.exit_code
    assert told in done.stderr


def test_a_pipe_cannot_be_read_twice() -> None:
    """It is said before anything is read."""
    done = compare("-", "--policy", "base", "--policy", "greenmash")

    assert MISUSED == done.exit_code
    assert "give a file" in done.stderr


def test_both_are_looked_at_as_of_one_instant(asked: list[str | Path]) -> None:
    """Or else it is said that they are not."""
    different = [*asked[:3], "--policy", "base", *asked[5:]]

    assert (
        "warning: the two are looked at as of" in compare(asked[0], "--policy", "greenmash", "--policy", "base").stderr
    )
    assert "warning" not in compare(asked[0], *different[1:5], "--as-of", "2024-05-01T00:00Z").stderr


def test_a_policy_that_accepts_nothing_is_named(asked: list[str | Path]) -> None:
    """It has no instant as of which anything could be looked at."""
    told = compare(asked[0], "--policy", "greenmash", "--policy", "entropics").stderr

    assert "and no instant, as it accepts no record:" in told
    assert "None" not in told


def test_what_costs_nothing_under_either_is_no_row(root: Path, tmp_path: Path) -> None:
    """Nor is it told twice where the currency of the account is another."""
    policy, dollars, history = (
        root / "tests" / "documents" / "good" / "credits" / "policy.yaml",
        tmp_path / "dollars.yaml",
        tmp_path / "history.jsonl",
    )
    dollars.write_text(policy.read_text(encoding="utf-8").replace("EUR", "USD"), encoding="utf-8")
    period = ("--since", "2026-03-01", "--until", "2026-03-31", "--tickets", "5", "--output", str(history))
    assert DONE == CliRunner().invoke(main, ["simulate", str(policy), *period]).exit_code

    done = compare(history, "--policy", policy, "--policy", dollars)

    assert DONE == done.exit_code
    assert "Service credits" not in done.stdout


def test_a_real_log_as_two_replays_have_it(
    root: Path, shared: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Thousands of a help desk's tickets under other times: shares, and breaches gained and lost, ticket by ticket."""
    if not pytestconfig.getoption("--full"):
        pytest.skip("it is decided four times: with --full")
    example, later = root / "examples" / "helpdesk", tmp_path / "later.yaml"
    text = (example / "policy.yaml").read_text(encoding="utf-8").replace("value-1: 4h", "value-1: 1h")
    later.write_text(text.replace("value-2: 10bd", "value-2: 20bd"), encoding="utf-8")
    log = [shared / "data" / "helpdesk-it" / "helpdesk.xes.gz", "--map", example / "mapping.yaml", "--format", "json"]
    policies = [example / "policy.yaml", later]
    told = json.loads(compare(*log, "--policy", policies[0], "--policy", policies[1]).stdout)
    alone = [
        json.loads(CliRunner().invoke(main, ["replay", *map(str, log), "--policy", str(each)]).stdout)
        for each in policies
    ]
    promised = {each.id for each in load_policy(policies[0]).commitments if each.promised}
    broken = [
        {
            (ticket["ticket"], clock["id"], clock["cycle"])
            for ticket in each["tickets"]
            for clock in ticket["commitments"]
            if clock["status"] == "breached" and clock["id"] in promised
        }
        for each in alone
    ]
    gained, lost = ({(row["ticket"], row["id"], row["cycle"]) for row in told[name]} for name in ("gained", "lost"))

    assert (broken[1] - broken[0], broken[0] - broken[1]) == (gained, lost)
    assert min(len(gained), len(lost)) > 50
    for side, each in zip(("before", "after"), alone):
        shares = [{"id": row["id"], "severity": row["severity"], **row[side]} for row in told["commitments"]]
        assert sorted(each["summary"]["commitments"], key=str) == sorted(shares, key=str)
