"""`--skip-bad`: no page passes for the whole where records of its history were left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.harbour import MORNING, files, run

from upheld.cli.failure import DONE

PAGES = {
    "explain": ("--ticket", "HB-1"),
    "explain to send": ("--ticket", "HB-1", "--format", "markdown"),
    "queue": ("--at", MORNING),
    "statement": ("--customer", "quay"),
}
SKIPPED = {
    ("en", 1): "1 bad record of the history was skipped: what it said is missing here.",
    ("en", 2): "2 bad records of the history were skipped: what they said is missing here.",
    ("fr", 1): "1 enregistrement illisible de l’historique a été écarté\u00a0: ce qu’il disait manque ici.",
    ("fr", 2): "2 enregistrements illisibles de l’historique ont été écartés\u00a0: ce qu’ils disaient manque ici.",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_that_records_were_skipped(
    name: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below its title, in the reader's language; and says nothing where none was."""
    monkeypatch.chdir(root)
    history, *others = files(tmp_path)
    whole = Path(history).read_text(encoding="utf-8")
    for language in ("en", "fr"):
        asked = (name.split()[0], history, *others, *PAGES[name], "--skip-bad", "--lang", language)
        Path(history).write_text(whole, encoding="utf-8")
        before = run(*asked)
        for number in (1, 2):
            Path(history).write_text(whole + "{}\n" * number, encoding="utf-8")
            done = run(*asked)
            assert DONE == before.exit_code == done.exit_code, done.stderr
            said = [line for line in done.stdout.splitlines() if line not in before.stdout.splitlines()]
            assert SKIPPED[language, number] in "\n".join(said)
            assert SKIPPED[language, number] not in before.stdout
            assert done.stdout.splitlines()[:2] == before.stdout.splitlines()[:2]
