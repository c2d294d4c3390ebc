"""`upheld replay`, `explain` and `statement` with several `--policy`: each ticket by the version it was opened in."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, FOUND, MISUSED
from upheld.loading import load_policy
from upheld.schema.resources import read_schema

Asked = list[str | Path]


def run(command: str, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [command, *map(str, arguments)])


def version(folder: Path, number: str, since: date, until: date | None) -> Path:
    """A version of a vendor's policy, in a file."""
    document: dict[str, Any] = json.loads(load_policy("entropics").document)
    document["version"] = number
    document["effective"] = {"from": str(since)} | ({"until": str(until)} if until else {})
    file = folder / f"policy-{number}.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


@pytest.fixture
def asked(root: Path, tmp_path: Path) -> Asked:
    """A month at a vendor, in the middle of which another version comes into force, after a day of none."""
    folder = root / "examples" / "entropics"
    days: dict[str, date] = {}
    for each in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(each)
        days.setdefault(record["ticket"], date.fromisoformat(record["at"][:10]))
    middle = sorted(days.values())[len(days) // 2]
    one = version(tmp_path, "1.0.0", date(2020, 1, 1), middle - timedelta(1))
    other = version(tmp_path, "2.0.0", middle + timedelta(1), None)
    return [folder / "history.jsonl", "--contracts", folder / "contracts.yaml", "--policy", other, "--policy", one]


def test_each_version_as_one_document(asked: Asked) -> None:
    """With its days, and what none of them decides; a gap between them is a finding."""
    done = run("replay", *asked, "--format", "json")
    told = json.loads(done.stdout)

    assert DONE == done.exit_code
    assert ["1.0.0", "2.0.0"] == [each["policy"]["version"] for each in told["versions"]]
    assert all(each["tickets"] for each in told["versions"])
    assert "warning[UP410]: no version is in force on" in done.stderr
    assert f"warning: {len(told['outside'])} ticket" in done.stderr


def test_its_schemas_hold_for_it(asked: Asked) -> None:
    """The document by its own, and each version in it as the verdicts of any replay."""
    document = json.loads(run("replay", *asked, "--format", "json").stdout)
    whole, one = (
        jsonschema.Draft202012Validator(json.loads(read_schema(name)), format_checker=jsonschema.FormatChecker())
        for name in ("versions", "verdict")
    )

    assert [] == [each.message for each in whole.iter_errors(document)]
    assert [] == [each.message for version in document["versions"] for each in one.iter_errors(version)]
    assert not whole.is_valid({**document, "versions": []})


def test_lines_and_folders_say_the_same(asked: Asked, tmp_path: Path) -> None:
    """A line says which version it is of; the folder of a version is that of a replay."""
    document = json.loads(run("replay", *asked, "--format", "json").stdout)
    done = run("replay", *asked, "--format", "jsonl", "--out", tmp_path / "out", "--fail-on", "breach,bad")
    lines = [json.loads(each) for each in done.stdout.splitlines()]
    breached = sum(row["breached"] for each in document["versions"] for row in each["summary"]["commitments"])

    assert [
        {"version": each["policy"]["version"], **ticket} for each in document["versions"] for ticket in each["tickets"]
    ] == lines
    assert (FOUND if breached else DONE) == done.exit_code
    for each in document["versions"]:
        folder = tmp_path / "out" / each["policy"]["version"]
        tickets = (folder / "tickets.jsonl").read_text(encoding="utf-8").splitlines()
        assert each["tickets"] == [json.loads(line) for line in tickets]
        assert {k: v for k, v in each.items() if k != "tickets"} == json.loads((folder / "summary.json").read_text())


def test_tables(asked: Asked, tmp_path: Path) -> None:
    """As Parquet, a folder for each version; record by record, since columns decide by one policy."""
    pytest.importorskip("pyarrow")
    done = run("replay", *asked, "--format", "parquet", "--out", tmp_path / "out")

    assert DONE == done.exit_code, done.output
    assert all((tmp_path / "out" / each / "clocks.parquet").is_file() for each in ("1.0.0", "2.0.0"))
    assert MISUSED == run("replay", *asked, "--path", "columns", "--format", "parquet", "--out", tmp_path).exit_code


@pytest.mark.parametrize(("language", "said"), [("en", "Several versions of"), ("fr", "Plusieurs versions")])
def test_a_page_for_each_version(asked: Asked, language: str, said: str) -> None:
    """Before them, which there are, and that some tickets are of none."""
    done = run("replay", *asked, "--lang", language, "--brief", "--jobs", "2")

    assert DONE == done.exit_code, done.output
    assert said in done.stdout
    assert "one process decides this history: it goes by several versions of a policy" in done.stderr
    assert 2 == sum(each.startswith("•  ") and "entropics" in each for each in done.stdout.splitlines())


def test_an_overlap_is_an_error(asked: Asked, tmp_path: Path) -> None:
    """Nothing decides which of two versions a ticket goes by."""
    twice = [*asked, "--policy", version(tmp_path, "1.5.0", date(2020, 1, 1), None)]
    done = run("replay", *twice)

    assert (MISUSED, "") == (done.exit_code, done.stdout)
    assert "error[UP411]: both `1.0.0` and `1.5.0` are in force from 2020-01-01" in done.stderr


def test_a_ticket_is_explained_by_its_version(asked: Asked) -> None:
    """The version that decides it, and that none does where it was opened between them."""
    document = json.loads(run("replay", *asked, "--format", "json").stdout)
    for each in document["versions"]:
        done = run("explain", *asked, "--ticket", each["tickets"][0]["ticket"])
        assert DONE == done.exit_code, done.output
        assert each["policy"]["version"] in done.stdout
    for row in document["outside"][:1]:
        done = run("explain", *asked, "--ticket", row["ticket"])
        assert MISUSED == done.exit_code
        assert "when none of these versions was in force" in done.stderr


def test_a_customer_has_one_account(asked: Asked) -> None:
    """A statement closes with the balance that either version tells."""
    document = json.loads(run("replay", *asked, "--format", "json").stdout)
    first, last = (each["summary"]["balances"] for each in document["versions"])
    known = {(row["customer"], row["account"]): row for row in last}
    both = [row for row in first if (row["customer"], row["account"]) in known]

    assert both
    for row in both:
        assert row == known[row["customer"], row["account"]]
        asking = ("--customer", row["customer"], "--account", row["account"], "--format", "json")
        (told,) = json.loads(run("statement", *asked, *asking).stdout)
        assert row["available"] - row["overdrawn"] in (told["closing"], told["closing"] - row["held"])


@pytest.mark.parametrize("command", ["report", "fit", "queue"])
def test_other_commands_go_by_one_policy(asked: Asked, command: str) -> None:
    """And say so, where the last one given would have been taken in silence."""
    more = {"report": ("-o", "-"), "queue": ("--at", "2025-06-01T00:00Z")}.get(command, ())
    done = run(command, *asked, *more)

    assert (MISUSED, "") == (done.exit_code, done.stdout)
    assert "one policy judges here, and here are 2" in done.stderr
