"""What the tests of drafts share: an export in, the folder of a draft out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.core.policy.policy import Policy
from upheld.loading import load_policy


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, words)])


@dataclass(frozen=True, slots=True)
class Draft:
    """A folder that `upheld draft` wrote, and what it said of it."""

    folder: Path
    export: Path
    summary: dict[str, Any]

    @property
    def text(self) -> str:
        return (self.folder / "policy.yaml").read_text(encoding="utf-8")

    @property
    def policy(self) -> Policy:
        return load_policy(self.folder / "policy.yaml")

    def audit(self) -> dict[str, Any]:
        """What a replay of its own history by it says of moves."""
        by = ("--policy", self.folder / "policy.yaml", "--map", self.folder / "mapping.yaml", "--format", "json")
        replayed = invoke("replay", self.export, *by, "--skip-bad")
        assert 0 == replayed.exit_code, replayed.output
        found: dict[str, Any] = json.loads(replayed.stdout)["summary"]["audit"]
        return found

    def problems(self) -> list[str]:
        """What `upheld check --strict` and `upheld test` find."""
        checked = invoke("check", "--strict", self.folder / "policy.yaml")
        told = [] if not checked.exit_code else [checked.output]
        if (self.folder / "scenarios").is_dir():
            tested = invoke("test", self.folder / "policy.yaml")
            told += [] if not tested.exit_code else [tested.output]
        return told


Drafting = Callable[..., Draft]


CHANGELOG_WORDS = ("--zone", "Europe/Paris", "--name", "drafted", "--country", "FR")


@pytest.fixture(scope="session")
def changelog(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Draft:
    """The draft of an export with one row per change, which many tests look at and none touches."""
    export, folder = root / "examples" / "exports" / "jsm-changelog.csv", tmp_path_factory.mktemp("changelog") / "draft"
    done = invoke("draft", export, "-o", folder, "--format", "json", *CHANGELOG_WORDS)
    assert 0 == done.exit_code, done.output
    return Draft(folder, export, json.loads(done.stdout))


@pytest.fixture
def drafting(tmp_path: Path) -> Drafting:
    """Draft a policy from an export; a text is written into a file first."""

    def draft(export: Path | str, *words: str, folder: str = "draft", name: str = "export.csv") -> Draft:
        if isinstance(export, str):
            file = tmp_path / name
            file.write_text(export, encoding="utf-8", newline="")
            export = file
        done = invoke("draft", export, "-o", tmp_path / folder, "--format", "json", *words)
        assert 0 == done.exit_code, done.output
        return Draft(tmp_path / folder, export, json.loads(done.stdout))

    return draft


def table(head: str, rows: Iterable[Iterable[object]]) -> str:
    """A table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([head.split(","), *rows])
    return out.getvalue()


def walk(*states: str, ticket: object = 1, day: int = 2) -> list[tuple[object, str, str]]:
    """A ticket that is in each state for an hour, as rows."""
    return [(ticket, f"2026-03-{day:02}T{9 + n:02}:00:00Z", state) for n, state in enumerate(states)]
