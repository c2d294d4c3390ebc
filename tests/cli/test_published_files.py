"""Pages in files, as a scheduled job makes them: whole or not at all, quietly, the same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from cli.harbour import MORNING, files, run
from cli.test_show import POLICY, show
from pages.markup import parsed

from upheld.cli.failure import DONE, FOUND, MISUSED
from upheld.loading import load_policy
from upheld.pages.terms import terms
from upheld.show import show_text


def test_terms_are_published_quietly_and_are_the_same_again(tmp_path: Path) -> None:
    """Nothing is printed; what was there is replaced, and a second run changes nothing."""
    file = tmp_path / "terms.html"
    file.write_text("of yesterday", encoding="utf-8")

    done = show("base", "--format", "html", "-o", file)

    assert (DONE, "", "") == (done.exit_code, done.stdout, done.stderr)
    assert terms(load_policy("base")).encode() == file.read_bytes()
    assert [file] == [*tmp_path.iterdir()]
    assert file.read_text(encoding="utf-8") == show("base", "--format", "html").stdout
    assert file.read_text(encoding="utf-8") == show("base", "--format", "html", "-o", "-").stdout


def test_in_one_language(tmp_path: Path) -> None:
    done = show("base", "--format", "html", "--lang", "fr")

    assert "fr" == parsed(done.stdout).the("article").attributes["lang"]


def test_any_format_goes_into_a_file(tmp_path: Path) -> None:
    """Text as in a pipe, whatever somebody's terminal shows."""
    file = tmp_path / "terms.txt"

    assert DONE == show("base", "--output", file).exit_code
    assert show_text(load_policy("base"), "en") == file.read_text(encoding="utf-8")


def test_a_policy_with_errors_leaves_what_is_published(tmp_path: Path) -> None:
    """Status 1, one line, and the page of yesterday stays."""
    policy, file = tmp_path / "policy.yaml", tmp_path / "terms.html"
    policy.write_text(f"{POLICY}statess: {{}}\n", encoding="utf-8")
    file.write_text("of yesterday", encoding="utf-8")

    done = show(policy, "--format", "html", "-o", file)

    assert (FOUND, "", 1) == (done.exit_code, done.stdout, done.stderr.count("\n"))
    assert "of yesterday" == file.read_text(encoding="utf-8")


def test_nothing_is_written_over_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whatever name: a slip in a long line must not cost the only copy of an export, or a policy."""
    monkeypatch.chdir(tmp_path)
    policy = Path("policy.yaml")
    policy.write_text(POLICY, encoding="utf-8")
    Path("terms.html").symlink_to(policy)

    for file in (policy, tmp_path / policy, Path("terms.html")):
        done = show(policy, "--format", "html", "-o", file)
        assert (MISUSED, "") == (done.exit_code, done.stdout)
        assert "is read by the same command: name another file to write" in done.stderr
    assert POLICY == policy.read_text(encoding="utf-8")


@pytest.mark.parametrize("place", ["missing/terms.html", "."])
def test_a_file_that_cannot_be_written_is_told_in_one_line(place: str, tmp_path: Path) -> None:
    done = show("base", "--format", "html", "-o", tmp_path / place)

    assert (MISUSED, "", 1) == (done.exit_code, done.stdout, done.stderr.count("\n"))
    assert [] == [*tmp_path.iterdir()]


PAGES = {
    "explain": ("--ticket", "HB-1", "--lang", "en"),
    "statement": ("--customer", "quay", "--lang", "en"),
}


@pytest.mark.parametrize(("command", "asked"), PAGES.items(), ids=PAGES)
def test_stories_and_statements_are_pages_too(
    command: str, asked: Sequence[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They say in HTML what they say as text: every word of it, without its frames and marks."""
    file = tmp_path / "page.html"
    arguments = (command, *files(tmp_path), "--as-of", MORNING, *asked)
    as_text = run(*arguments)
    done = run(*arguments, "--format", "html", "-o", str(file))

    assert (DONE, "", "") == (done.exit_code, done.stdout, done.stderr)
    page = parsed(file.read_text(encoding="utf-8"))
    words = page.the("main").text.replace("[", " ").replace("]", " ")
    told = set(as_text.stdout.translate(dict.fromkeys(map(ord, "[],•–─═┏━┓┃┗┛"), " ")).split())
    assert set() == {each for each in told if each.strip("≈,") not in words}
    ids = {each.attributes["id"] for each in page.all() if "id" in each.attributes}
    assert {each.attributes["href"][1:] for each in page.all("a") if each.attributes["href"].startswith("#")} <= ids
