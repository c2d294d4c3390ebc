"""The report as a file: the same bytes, nobody's name, no danger, and an honest word about what is left out."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from pages import hostile
from pages.made import month, report, run, written
from pages.markup import dangers, parsed

RECORDS = [
    {"ticket": "T-1", "at": "2026-03-02T09:00Z", "event": "submit", "actor": "customer:kim.lee", "customer": "acme",
     "data": {"severity": "high"}},
    {"ticket": "T-1", "at": "2026-03-02T10:00Z", "event": "close", "actor": "agent:robin"},
    {"ticket": "T-1", "at": "2026-03-02T11:00Z", "event": "resolve", "actor": "agent:robin",
     "data": {"by": "Robin Poe"}},
    {"ticket": "T-2", "at": "2026-03-02T12:00Z", "event": "submit", "actor": "customer:pat", "customer": "globex"},
]  # fmt: skip


@pytest.fixture(scope="module")
def hostiles(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[str, ...], str]:
    """A report of what strangers wrote, and the arguments it was asked for with."""
    folder = tmp_path_factory.mktemp("hostile")
    asked = (*hostile.files(folder), "--tickets", "all", "--most", "6")
    return asked, report(folder / "r.html", *asked)


def test_what_strangers_wrote_is_text(hostiles: tuple[tuple[str, ...], str]) -> None:
    """No element, attribute or address is theirs, and what hides is shown (THREATS F03, F13, H04)."""
    page = parsed(hostiles[1])

    assert [] == dangers(page)
    assert hostile.PAYLOADS[0] in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert "\u202e" not in hostiles[1]


def test_the_same_input_gives_the_same_bytes(hostiles: tuple[tuple[str, ...], str], tmp_path: Path) -> None:
    """In another process, whose sets have another order, and from a pipe but for the digest of a file."""
    arguments, text = hostiles
    file = tmp_path / "again.html"
    command = [sys.executable, "-m", "upheld", "report", *arguments, "-o", str(file)]
    done = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "1"}, capture_output=True, check=False)
    assert (0, b"", b"") == (done.returncode, done.stdout, done.stderr)

    assert text == file.read_text(encoding="utf-8")


def test_a_pipe_says_the_same(tmp_path: Path) -> None:
    """But for the digest of a file that is not there."""
    history = written(tmp_path / "h.jsonl", RECORDS)
    asked = ("--policy", "base", "--tickets", "all")
    bytes_, text = Path(history).read_bytes(), report(tmp_path / "r.html", history, *asked)
    piped = run("report", "-", *asked, "--from", "jsonl", "-o", "-", given=bytes_)
    digest = f"sha256:{sha256(bytes_).hexdigest()}"

    assert digest in text
    assert [line for line in text.splitlines() if digest not in line] == piped.stdout.splitlines()


def test_an_anonymous_report_names_nobody(root: Path, tmp_path: Path) -> None:
    """Neither who did something, nor what was typed, nor whose ticket it is; customers have numbers."""
    history = written(tmp_path / "h.jsonl", RECORDS)
    asked = (history, "--policy", "base", "--tickets", "all", "--lang", "en")
    named, anonymous = report(tmp_path / "a.html", *asked), report(tmp_path / "b.html", *asked, "--anonymous")

    for name in ("kim.lee", "robin", "Robin Poe", "acme", "globex"):
        assert (name, True, False) == (name, name in named, name in anonymous)
    assert "Customer 1" in parsed(anonymous).text
    assert "T-1" in anonymous
    evil = report(tmp_path / "c.html", *hostile.files(tmp_path), "--tickets", "all", "--most", "3", "--anonymous")
    assert "(left out)" in parsed(evil).text


def test_an_anonymous_report_names_no_account(root: Path, tmp_path: Path) -> None:
    """Neither where balances and credits are listed, nor where they are drawn."""
    folder = root / "examples/contracts/edgevirt"
    asked = (str(folder / "history.jsonl"), "--policy", str(folder / "policy.yaml"))
    asked += ("--contracts", str(folder / "contracts.yaml"), "--lang", "en", "--most", "2")
    text = report(tmp_path / "a.html", *asked, "--anonymous")

    assert (False, False) == ("harrow" in text, "tallis" in text)
    assert "balance of Customer 2" in text


@pytest.mark.parametrize(
    ("options", "told", "note"),
    [
        (("--tickets", "none"), [], None),
        (("--most", "1"), ["GM-118"], "In full: 1 of 10 tickets on which a promise was breached, the worst first."),
        (("--tickets", "all", "--most", "2"), ["GM-118", "GM-117"],
         "In full: 2 of 34 tickets, the worst breaches first."),
    ],
)  # fmt: skip
def test_how_many_are_told_in_full_is_said(
    root: Path, tmp_path: Path, options: tuple[str, ...], told: list[str], note: str | None
) -> None:
    """The worst first; all are listed."""
    page = parsed(report(tmp_path / "r.html", *month(root, "greenmash"), "--lang", "en", *options))

    assert told == [each.the("h3").text.partition(" ")[0] for each in page.all("article")]
    assert 34 == len(page.the("section", **{"class": "register"}).rows())
    assert note is None or note == page.the("section", id="tickets-in-full").all("p")[0].text


def test_a_title_and_a_logo(root: Path, tmp_path: Path) -> None:
    """The picture becomes a part of the file; what is none is refused with what to do."""
    picture = tmp_path / "logo.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    asked = (written(tmp_path / "h.jsonl", RECORDS), "--policy", "base", "--title", "<b>March</b>")
    page = parsed(report(tmp_path / "r.html", *asked, "--logo", str(picture)))
    assert "<b>March</b>" == page.the("h1").text == page.the("title").text
    assert page.the("img").attributes["src"].startswith("data:image/svg+xml;base64,")
    assert [] == dangers(page)

    for content in (
        b"<html/>",
        b"GIF89a",
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"",
    ):
        picture.write_bytes(content)
        done = run("report", *asked, "--logo", str(picture), "-o", str(tmp_path / "x.html"))
        assert (2, f"error: {picture}: this is no PNG, JPEG or SVG picture; save the logo as one\n") == (
            done.exit_code,
            done.stderr,
        )
    assert not (tmp_path / "x.html").exists()


def test_a_run_that_fails_leaves_the_previous_report(tmp_path: Path) -> None:
    """And nothing beside it."""
    file = tmp_path / "out" / "r.html"
    file.parent.mkdir()
    history = written(tmp_path / "h.jsonl", RECORDS)
    report(file, history, "--policy", "base")
    before = file.read_bytes()
    Path(history).write_text("nonsense\n")
    done = run("report", history, "--policy", "base", "-o", str(file))

    assert done.exit_code == 2
    assert 1 == len(done.stderr.splitlines())
    assert (before, [file]) == (file.read_bytes(), [*file.parent.iterdir()])
    for output, problem in (
        (tmp_path / "no" / "r.html", "no such file or directory"),
        (tmp_path, "is a folder: name a"),
    ):
        done = run("report", written(tmp_path / "h.jsonl", RECORDS), "--policy", "base", "-o", str(output))
        assert (2, True) == (done.exit_code, problem in done.stderr)


def test_a_history_in_which_nothing_was_accepted(tmp_path: Path) -> None:
    """It is told, and so is what was refused."""
    history = written(tmp_path / "h.jsonl", [{**RECORDS[1]}])
    page = parsed(report(tmp_path / "r.html", history, "--policy", "base", "--lang", "en"))

    assert "no record was accepted" in page.text
    assert ["1"] == [row["Times"] for row in page.the("section", id="what-was-refused").rows()]
