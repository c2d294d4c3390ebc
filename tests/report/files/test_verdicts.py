"""A folder of verdicts is of one replay that came to its end, whatever happened to others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from upheld.core.errors import UpheldError
from upheld.report.files.verdicts import CHARGES, COMMITMENTS, FILES, SUMMARY, TICKETS, VerdictFolder, as_texts

HEADER = {"upheld": 1, "warnings": []}

WRITER = """
import sys
from pathlib import Path
from upheld.report.files.verdicts import VerdictFolder, as_texts

def verdicts(run, number):
    for at in range(number):
        yield {"ticket": f"T-{at}", "customer": run, "commitments": [], "charges": []}

path, run, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
print("begun", flush=True)
with VerdictFolder(path) as folder:
    for each in folder.passed(as_texts(verdicts(run, number), tables=True)):
        pass
    folder.finish({"upheld": 1, "run": run}, {"tickets": number})
print("done", flush=True)
"""


def verdict(ticket: str) -> dict[str, object]:
    return {"ticket": ticket, "customer": None, "commitments": [], "charges": []}


def write(path: Path, *tickets: str) -> None:
    with VerdictFolder(path) as folder:
        passed = folder.passed(as_texts(map(verdict, tickets), tables=True))
        assert [verdict(each) for each in tickets] == [json.loads(each.line) for each in passed]
        folder.finish(HEADER, {"tickets": len(tickets)})


def test_what_was_there_is_replaced(tmp_path: Path) -> None:
    """All four files, and nothing beside them."""
    write(tmp_path / "out", "T-1", "T-2")
    write(tmp_path / "out", "T-3")

    assert sorted(FILES) == sorted(each.name for each in (tmp_path / "out").iterdir())
    assert ["out"] == [each.name for each in tmp_path.iterdir()]
    assert f"{json.dumps(verdict('T-3'))}\n" == (tmp_path / "out" / TICKETS).read_text(encoding="utf-8")
    assert {**HEADER, "summary": {"tickets": 1}} == json.loads((tmp_path / "out" / SUMMARY).read_text(encoding="utf-8"))


def test_whoever_stops_halfway_changes_nothing(tmp_path: Path) -> None:
    """An exception while verdicts are made, or nobody who finishes: the previous output, or none."""

    def failing() -> Iterator[dict[str, object]]:
        yield verdict("T-9")
        raise RuntimeError("the disk is full")

    for previous in (False, True):
        if previous:
            write(tmp_path / "out", "T-1")
        with pytest.raises(RuntimeError), VerdictFolder(tmp_path / "out") as folder:
            list(folder.passed(as_texts(failing())))
        with VerdictFolder(tmp_path / "out") as folder:
            list(folder.passed(as_texts([verdict("T-9")])))

        assert (["out"] if previous else []) == [each.name for each in tmp_path.iterdir()]
    assert "T-1" in (tmp_path / "out" / TICKETS).read_text(encoding="utf-8")


def test_nothing_of_others_is_thrown_away(tmp_path: Path) -> None:
    """A folder with anything else in it is not replaced; nor is a file."""
    other = tmp_path / "home"
    other.mkdir()
    (other / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(
        UpheldError, match=r"home holds `letter\.txt`, which is no file of a replay: name a new folder$"
    ):
        VerdictFolder(other)
    for mounted in filter(Path.is_mount, map(Path, ("/", "/proc", "/dev"))):
        with pytest.raises(UpheldError, match=f"^{mounted} cannot be replaced: name a folder in it$"):
            VerdictFolder(mounted)
    with pytest.raises(NotADirectoryError):
        VerdictFolder(other / "letter.txt")
    with pytest.raises(FileNotFoundError) as caught:
        VerdictFolder(tmp_path / "nowhere" / "out")
    assert str(tmp_path / "nowhere") == caught.value.filename

    assert ["letter.txt"] == [each.name for each in other.iterdir()]
    assert ["home"] == [each.name for each in tmp_path.iterdir()]


@pytest.mark.parametrize("name", FILES)
def test_nor_is_what_only_has_the_name_of_an_output(tmp_path: Path, name: str) -> None:
    """A history called `tickets.jsonl`, a summary of another tool, a folder of that name: all are somebody's."""
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / name).write_text('{"ticket": "T-1"}\n', encoding="utf-8")
    write(tmp_path / "out", "T-1")
    (tmp_path / "out" / name).unlink()
    (tmp_path / "out" / name).mkdir()
    (tmp_path / "out" / name / "letter.txt").write_text("dear", encoding="utf-8")
    for folder in ("export", "out"):
        with pytest.raises(UpheldError, match=f"{folder} holds `{name}`, which is no file of a replay"):
            VerdictFolder(tmp_path / folder)

    assert ["letter.txt"] == [each.name for each in (tmp_path / "out" / name).iterdir()]
    assert [name] == [each.name for each in (tmp_path / "export").iterdir()]


@pytest.mark.skipif(os.name != "posix", reason="limits of files are those of POSIX")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """The error names the folder, the previous output stays, and nothing stays beside it."""
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
    write(tmp_path / "out", "T-1")
    command = [sys.executable, "-c", limited + WRITER, str(tmp_path / "out"), "run", "4000"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert f"OSError: [Errno 27] File too large: '{tmp_path / 'out'}'" == ended.stderr.splitlines()[-1]
    assert ["out"] == [each.name for each in tmp_path.iterdir()]
    assert "T-1" in (tmp_path / "out" / TICKETS).read_text(encoding="utf-8")


def test_two_runs_do_not_meet(tmp_path: Path) -> None:
    """The one that ends last has it; neither clears away what the other is writing."""
    with VerdictFolder(tmp_path / "out") as first, VerdictFolder(tmp_path / "out") as second:
        list(first.passed(as_texts([verdict("T-1")])))
        list(second.passed(as_texts([verdict("T-2")])))
        first.finish(HEADER, {})
        assert "T-1" in (tmp_path / "out" / TICKETS).read_text(encoding="utf-8")
        second.finish(HEADER, {})

    assert "T-2" in (tmp_path / "out" / TICKETS).read_text(encoding="utf-8")
    assert ["out"] == [each.name for each in tmp_path.iterdir()]


def test_a_run_killed_between_the_renames_is_made_good(tmp_path: Path) -> None:
    """The previous output was put aside, and is put back before anything else."""
    write(tmp_path / "out", "T-1")
    (tmp_path / "out").rename(tmp_path / ".out.upheld-old")
    with VerdictFolder(tmp_path / "out"):
        assert "T-1" in (tmp_path / "out" / TICKETS).read_text(encoding="utf-8")

    assert ["out"] == [each.name for each in tmp_path.iterdir()]


def test_signs_in_its_name_match_nothing_else(tmp_path: Path) -> None:
    """What is cleared away is what belongs to the folder itself."""
    (tmp_path / ".ab.upheld-new-x").mkdir()
    write(tmp_path / "[a]b", "T-1")
    write(tmp_path / "*", "T-1")

    assert ["*", ".ab.upheld-new-x", "[a]b"] == sorted(each.name for each in tmp_path.iterdir())


def whole(path: Path) -> str | None:
    """Which run the output is of; ``None`` where there is none. All of it has to be there."""
    if not path.exists():
        return None
    assert sorted(FILES) == sorted(each.name for each in path.iterdir())
    summary = json.loads((path / SUMMARY).read_text(encoding="utf-8"))
    lines = (path / TICKETS).read_text(encoding="utf-8").splitlines()
    assert summary["summary"]["tickets"] == len(lines)
    assert {summary["run"]} == {json.loads(line)["customer"] for line in lines}
    assert (path / COMMITMENTS).read_text(encoding="utf-8").startswith("ticket,customer,commitment,")
    assert (path / CHARGES).read_text(encoding="utf-8").startswith("ticket,customer,seq,")
    return str(summary["run"])


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_killing_leaves_the_previous_output_or_none(tmp_path: Path) -> None:
    """THREATS F14: killed without warning, now here and now there; what was cut off is cleared away by the next."""
    path, random = tmp_path / "out", Random("kill")
    finished = None
    for number in range(12):
        command = [sys.executable, "-c", WRITER, str(path), f"run-{number}", "4000"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert b"begun\n" == process.stdout.readline()
            if number % 4:
                try:
                    process.wait(random.random() * 0.08)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
            done = b"done" in process.stdout.read()
        left = whole(path)
        assert left in ((f"run-{number}",) if done else (finished, f"run-{number}", None)), (number, left)
        finished = left if left is not None else finished

    subprocess.run([sys.executable, "-c", WRITER, str(path), "last", "10"], check=True, stdout=subprocess.DEVNULL)
    assert "last" == whole(path)
    assert ["out"] == [each.name for each in tmp_path.iterdir()]
