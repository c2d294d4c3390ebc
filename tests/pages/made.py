"""Reports as somebody asks for them on the command line, and the JSON of the same replay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from upheld.cli import main

VENDORS = ("greenmash", "proconcept")
"""Months that have everything a report tells of: objectives in one, accounts in the other."""


def run(*arguments: str, given: bytes | None = None) -> Result:
    """What a command prints, and how it ends; nothing of it goes astray."""
    return CliRunner().invoke(main, arguments, input=given)


def month(root: Path, vendor: str) -> tuple[str, ...]:
    """The arguments that name a vendor's example month."""
    folder = root / "examples" / vendor
    return (str(folder / "history.jsonl"), "--policy", vendor, "--contracts", str(folder / "contracts.yaml"))


def report(file: Path, *arguments: str) -> str:
    """The report, of which nothing is printed."""
    done = run("report", *arguments, "-o", str(file))
    assert (0, "") == (done.exit_code, done.output), done.output
    return file.read_bytes().decode()


def replayed(*arguments: str) -> Any:
    """The same as the JSON of ``upheld replay``."""
    done = run("replay", *arguments, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def written(file: Path, records: Iterable[Mapping[str, Any]]) -> str:
    """A history of these records, and its name."""
    file.write_text("".join(f"{json.dumps(each)}\n" for each in records), encoding="utf-8")
    return str(file)
