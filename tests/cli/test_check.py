"""`upheld check`: every problem of a policy at once, and a status that programs can go by."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from check.desk import desk
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, FOUND, MISUSED, OUTPUT_CLOSED

SOUND = desk()
WARNED = desk(roles="{agent: {}, guest: {}}")
WAIVED = desk(roles="{agent: {}, guest: {}}", checks="[{waive: UP202, reason: he comes in May}]")
WRONG = desk(states="{open: {core: opne}, closed: {core: closed}}")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str | bytes) -> str:
    """A file of this text; returns its name."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return name


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


STATUSES = {
    "a sound policy": (SOUND, [], DONE),
    "warnings": (WARNED, [], DONE),
    "warnings, strictly": (WARNED, ["--strict"], FOUND),
    "waived warnings, strictly": (WAIVED, ["--strict"], DONE),
    "errors": (WRONG, [], FOUND),
    "a file that is no YAML": ("policy: [", [], FOUND),
    "an empty file": ("", [], FOUND),
    "bytes that are no text": (b"\xff\xfe\x00policy", [], FOUND),
}


@pytest.mark.parametrize("text, options, status", STATUSES.values(), ids=STATUSES)
@pytest.mark.parametrize("style", ["text", "json", "sarif", "github"])
def test_the_status_tells_what_was_found(text: str | bytes, options: list[str], status: int, style: str) -> None:
    """The same in every format, with the findings on standard output and nothing on standard error."""
    done = check(write("policy.yaml", text), "--format", style, *options)

    assert status == done.exit_code
    assert "" == done.stderr


def test_an_installed_policy_is_checked_by_its_name() -> None:
    done = check("base")

    assert DONE == done.exit_code
    assert done.stdout.startswith("base 1.0.0: no findings")


def test_several_policies_are_checked_in_order() -> None:
    """One with errors is enough for the status, and hides none of the others."""
    done = check(write("b.yaml", WRONG), write("a.yaml", WARNED), "base")

    assert FOUND == done.exit_code
    places = [line.partition(": ")[0] for line in done.stdout.splitlines() if "[UP" in line]
    assert ["b.yaml:8:23", "a.yaml:7:20"] == places
    assert ["b.yaml: 1 error", "desk 1.0.0: 1 warning", "base 1.0.0: no findings"] == [
        line.partition(" (")[0] for line in done.stdout.splitlines()[-3:]
    ]


def test_json_is_one_list_for_all() -> None:
    done = check(write("a.yaml", WRONG), "base", "--format", "json")

    assert ["a.yaml", "policies/base.yaml"] == [each["file"] for each in json.loads(done.stdout)]


def test_sarif_is_one_report_for_all() -> None:
    done = check(write("a.yaml", WRONG), write("b.yaml", WRONG), "--format", "sarif")
    [run] = json.loads(done.stdout)["runs"]

    assert 2 == len(run["results"])


MISUSES = {
    "no policy": ([], "missing argument `POLICY...` (see `upheld check --help`)"),
    "a file that is not there": (["nothing.yaml"], "nothing.yaml: no such file or directory"),
    "a name that is not installed": (["bsae"], "no policy `bsae` is installed; did you mean `base`?"),
    "a folder": (["folder"], "`folder` is a folder; name the policy's file in it, such as `folder/policy.yaml`"),
    "a folder by its path": (["./folder/inner"], "folder/inner: is a directory"),
    "an unknown format": (["base", "--format", "xml"], "invalid value for `--format`"),
    "an unknown option": (["base", "--stirct"], "no such option `--stirct`; did you mean `--strict`?"),
    "sources that are not there": (
        ["base", "--sources", "nowhere"],
        "invalid value for `--sources`: directory `nowhere` does not exist",
    ),
    "sources that are a file": (
        ["base", "--sources", "file.txt"],
        "invalid value for `--sources`: directory `file.txt` is a file",
    ),
}


@pytest.mark.parametrize("arguments, message", MISUSES.values(), ids=MISUSES)
def test_misuse_is_one_clear_line(arguments: list[str], message: str) -> None:
    """On standard error, with nothing on standard output that could be taken for a result."""
    Path("folder/inner").mkdir(parents=True)
    write("file.txt", "")
    done = check(*arguments)

    assert MISUSED == done.exit_code
    assert "" == done.stdout
    assert done.stderr.startswith(f"error: {message}")
    assert 1 == done.stderr.count("\n")


def test_a_policy_that_is_missing_leaves_the_others_unreported() -> None:
    """Nothing is printed as if it were complete."""
    done = check(write("a.yaml", WRONG), "nothing.yaml")

    assert MISUSED == done.exit_code
    assert "" == done.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read() -> None:
    write("policy.yaml", SOUND)
    Path("policy.yaml").chmod(0)

    assert "error: policy.yaml: permission denied\n" == check("policy.yaml").stderr


def test_a_file_larger_than_a_policy_is_not_read_to_its_end() -> None:
    done = check(write("policy.yaml", b"#" * (5 << 20)))

    assert FOUND == done.exit_code
    assert "error[UP002]" in done.stdout


QUOTING = desk(
    sources="{terms: {file: terms.txt}}",
    clauses="{A-1: {says: support is given, quote: calls are answered}}",
    roles="{agent: {clauses: [A-1]}}",
)


def test_quotes_are_verified_against_the_sources() -> None:
    """Where a folder is given that has the text; several are looked into, one after the other."""
    write("policy.yaml", QUOTING)
    write("true/terms.txt", "All calls are\n   answered at once.")
    write("false/terms.txt", "No call is answered.")
    Path("empty").mkdir()

    assert DONE == check("policy.yaml").exit_code
    assert DONE == check("policy.yaml", "--sources", "empty").exit_code
    assert DONE == check("policy.yaml", "--sources", "empty", "--sources", "true").exit_code
    assert FOUND == check("policy.yaml", "--sources", "false").exit_code
    assert "error[UP704]" in check("policy.yaml", "--sources", "false").stdout


def test_a_source_in_another_encoding_is_read_as_well_as_can_be() -> None:
    write("policy.yaml", QUOTING)
    write("latin/terms.txt", "Tous les calls are answered, même à Noël".encode("latin-1"))

    assert DONE == check("policy.yaml", "--sources", "latin").exit_code


def test_installed_policies_quote_their_sources(root: Path, shared: Path) -> None:
    """Every quote stands in the vendor's own text, where it is at hand."""
    names = sorted(path.name for path in (root / "plugins").iterdir() if path.is_dir())
    done = check(*names, "--sources", str(shared / "seeds"))

    assert "UP704" not in done.stdout
    assert done.exit_code in (DONE, FOUND)


def test_the_findings_of_the_scenarios_come_with_the_policy() -> None:
    """A misspelt event in a scenario is a finding of the policy that it tests."""
    write("policy.yaml", SOUND)
    write(
        "scenarios/all.yaml",
        "- {name: a, events: [{at: 2026-03-02T09:00+01:00, event: sumbit, actor: agent}], expect: {state: open}}\n",
    )
    done = check("policy.yaml")

    assert FOUND == done.exit_code
    assert "scenarios/all.yaml:1:58: error[UP801]: event `sumbit` is not declared" in done.stdout


def test_a_reader_that_goes_away_is_no_error() -> None:
    """As in ``upheld check … | head -1``: no traceback, and the status that shells give."""
    write("policy.yaml", desk(roles="{" + ", ".join(f"role-{at}: {{}}" for at in range(3000)) + ", agent: {}}"))
    done = subprocess.Popen(
        [sys.executable, "-m", "upheld", "check", "policy.yaml"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert done.stdout is not None
    assert done.stderr is not None
    done.stdout.close()
    said = done.stderr.read()
    done.stderr.close()

    assert b"" == said
    assert OUTPUT_CLOSED == done.wait()


def test_output_is_utf8_whatever_the_locale() -> None:
    """A label in French comes out as it went in (THREATS F15)."""
    write("policy.yaml", desk(roles="{agent: {}, guest: {label: Invité}}"))
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "upheld", "check", "policy.yaml"], capture_output=True, env=environment, check=True
    )

    assert "Invité" in done.stdout.decode("utf-8")


def test_a_broken_plugin_is_one_clear_line(install: Callable[..., Path]) -> None:
    install("upheld_broken", "raise RuntimeError('no such luck')\n", "broken")
    done = check(write("policy.yaml", SOUND))

    assert MISUSED == done.exit_code
    assert "cannot be loaded: RuntimeError: no such luck" in done.stderr
    assert 1 == done.stderr.count("\n")
