"""The page of calls: what it shows in shell and Python is answered, by a service that runs, as the document says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

BLOCK = re.compile(r"^```([a-z]+)(?: \S+)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def blocks(root: Path) -> list[tuple[str, str]]:
    return BLOCK.findall((root / "docs" / "http.md").read_text(encoding="utf-8"))


@pytest.fixture
def service(blocks: list[tuple[str, str]], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The page's own service, on a port that was free: the variables that say where it is, and a token."""
    (tmp_path / "policy.yaml").write_text(dict(blocks)["yaml"], encoding="utf-8")
    command = [sys.executable, "-m", "upheld", "serve", "--db", f"sqlite:///{tmp_path / 'shop.db'}", "--port", "0"]
    with subprocess.Popen(
        [*command, "--policy", str(tmp_path / "policy.yaml")], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://[0-9.:]+", process.stdout.readline())
        assert found is not None
        token = [sys.executable, "-m", "upheld", "desk", "token", "--db", f"sqlite:///{tmp_path / 'shop.db'}"]
        made = subprocess.run([*token, "--role", "customer"], capture_output=True, text=True, check=True)
        yield {"UPHELD": found[0], "UPHELD_TOKEN": made.stdout.strip()}
        process.terminate()


def test_each_call_is_shown_in_each_language(blocks: list[tuple[str, str]], root: Path) -> None:
    calls = (root / "docs" / "http.md").read_text(encoding="utf-8").count("\n### ")
    told = [language for language, _ in blocks]

    assert 4 <= calls
    assert {"sh": 1, "python": 1, "typescript": 1, "php": 1} == {
        each: told.count(each) - calls for each in ("sh", "python", "typescript", "php")
    }


def test_python_is_answered(
    blocks: list[tuple[str, str]], service: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call with 200."""
    for name, value in service.items():
        monkeypatch.setenv(name, value)
    names: dict[str, object] = {}
    for language, text in blocks:
        if language == "python":
            exec(compile(text, "docs/http.md", "exec"), names)
            answer = names.get("answer")
            assert answer is None or 200 == answer.status_code, (text, answer.text)  # type: ignore[attr-defined]


def test_a_shell_is_answered(blocks: list[tuple[str, str]], service: dict[str, str]) -> None:
    """Each call with what is no problem; the second time a record is told to be repeated."""
    if shutil.which("curl") is None:
        pytest.skip("there is no curl on this machine")
    environment = {**service, "PATH": os.environ["PATH"]}
    answers = []
    for language, text in blocks:
        if language == "sh" and text.startswith("curl"):
            asked = text.replace("curl -sS", "curl -sS --fail-with-body", 1)
            done = subprocess.run(["bash", "-c", asked], env=environment, capture_output=True, text=True)
            assert 0 == done.returncode, (text, done.stdout, done.stderr)
            answers.append(done.stdout)

    assert json.loads(answers[0])["accepted"]
    assert [True, False] == [json.loads(line)["repeated"] for line in answers[1].splitlines()]
