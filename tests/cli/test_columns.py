"""`upheld replay` chooses what decides, says it, and gives the same output whichever it was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from upheld.cli import main

VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")
Run = tuple[int, str, str]
Upheld = Callable[..., Run]


@pytest.fixture
def upheld(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Upheld:
    """The command on the month of a vendor, as status, output and problems."""
    monkeypatch.chdir(tmp_path)

    def run(vendor: str, *arguments: str, history: Path | None = None) -> Run:
        folder = root / "examples" / vendor
        read = history or folder / "history.jsonl"
        asked = [str(read), "--policy", vendor, "--contracts", str(folder / "contracts.yaml"), *arguments]
        done = CliRunner().invoke(main, ["replay", *asked])
        return done.exit_code, done.stdout, done.stderr

    return run


def digests(path: Path) -> dict[str, str]:
    return {each.name: sha256(each.read_bytes()).hexdigest() for each in sorted(path.iterdir())}


@pytest.mark.parametrize("vendor", VENDORS)
def test_both_paths_write_the_same_bytes(vendor: str, upheld: Upheld, tmp_path: Path) -> None:
    """Every table and the summary; standard error says which path it was, or why not."""
    status, out, problems = upheld(vendor, "--format", "parquet", "--out", "chosen", "--verify", "100%")
    assert (0, "") == (status, out)
    assert problems.startswith(("decided as columns: ", "decided record by record: "))
    assert 0 == upheld(vendor, "--format", "parquet", "--out", "scalar", "--path", "scalar")[0]
    assert digests(tmp_path / "chosen") == digests(tmp_path / "scalar")
    assert pq.read_metadata(tmp_path / "chosen" / "tickets.parquet").num_rows >= 25


def test_the_page_is_the_same(upheld: Upheld) -> None:
    """Also where columns are asked for of a history that is short."""
    scalar, columns = (upheld("greenmash", "--path", path) for path in ("scalar", "columns"))

    assert scalar[:2] == columns[:2]
    assert "" == scalar[2]
    assert "decided as columns: 34 tickets" in columns[2]


def test_tables_of_several_processes_are_the_same(upheld: Upheld, tmp_path: Path) -> None:
    """What decides record by record may do so in several processes."""
    for name, jobs in (("one", "1"), ("two", "2")):
        assert 0 == upheld("entropics", "--format", "parquet", "--out", name, "--jobs", jobs)[0]
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


REFUSED = {
    "tables without a folder": (
        ("--format", "parquet"),
        "error: `--format parquet` writes a folder of tables: say which with `--out DIR`",
    ),
    "columns as texts": (
        ("--format", "json", "--path", "columns"),
        "error: columns make tables, and no texts of verdicts: add `--format parquet --out DIR`",
    ),
    "no path": (("--path", "colums"), "`--path`"),
    "no share": (("--verify", "some"), "`some` is no share: write one such as `1%`, up to `100%`"),
    "more than all": (("--verify", "101%"), "`101%` is no share: write one such as `1%`, up to `100%`"),
    "nothing at all": (("--verify", "0"), "`0` is no share: write one such as `1%`"),
}


@pytest.mark.parametrize("arguments, expected", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_meant_is_told(arguments: tuple[str, ...], expected: str, upheld: Upheld) -> None:
    """With status 2 and one line."""
    status, out, problems = upheld("greenmash", *arguments)

    assert (2, "") == (status, out)
    assert 1 == len(problems.splitlines())
    assert expected in problems


def test_columns_that_cannot_decide_are_told(upheld: Upheld) -> None:
    """Asked for by name, they are not replaced in silence."""
    status, _, problems = upheld("entropics", "--path", "columns", "--audit")

    assert 2 == status
    assert "error: columns cannot decide this: observed states are read record by record; leave" in problems


def test_a_bad_record_is_told_and_skipped_alike(upheld: Upheld, root: Path, tmp_path: Path) -> None:
    """With its line, by either path, and counted in the summary."""
    lines = (root / "examples" / "greenmash" / "history.jsonl").read_text(encoding="utf-8").splitlines()
    history = tmp_path / "log.jsonl"
    history.write_text("\n".join([*lines[:5], '{"ticket": "T-1"}', *lines[5:], ""]), encoding="utf-8")
    told = [
        upheld("greenmash", "--path", path, "--format", "parquet", "--out", path, history=history)
        for path in ("scalar", "columns")
    ]
    assert told[0] == told[1]
    assert told[0][2].startswith(f"error: {history}:6: `at` is missing")
    skipped = [
        upheld("greenmash", "--path", path, "--format", "parquet", "--out", path, "--skip-bad", history=history)
        for path in ("scalar", "columns")
    ]
    assert all(f"skipped: {history}:6: " in problems for _, _, problems in skipped)
    assert digests(tmp_path / "scalar") == digests(tmp_path / "columns")
    assert 1 == json.loads((tmp_path / "columns" / "summary.json").read_text(encoding="utf-8"))["summary"]["skipped"]


def test_newest_first_is_noticed_alike(upheld: Upheld, root: Path, tmp_path: Path) -> None:
    """And taken in the order of its instants."""
    lines = (root / "examples" / "greenmash" / "history.jsonl").read_text(encoding="utf-8").splitlines()
    history = tmp_path / "log.jsonl"
    history.write_text("\n".join([*reversed(lines), ""]), encoding="utf-8")
    for path in ("scalar", "columns"):
        status, _, problems = upheld("greenmash", "--path", path, "--format", "parquet", "--out", path, history=history)
        assert 0 == status
        assert "the history stands newest first" in problems
    assert digests(tmp_path / "scalar") == digests(tmp_path / "columns")


def test_the_door_says_what_it_needs() -> None:
    """An import without the libraries is an error of ours with the line that installs them, and an ImportError."""
    program = (
        "import sys\nsys.modules['pyarrow'] = None\n"
        "try:\n    import upheld.bulk\nexcept ImportError as error:\n    print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert f"MissingLibraryError columns {NEED}" == done.stdout.strip()


NEED = "need numpy and pyarrow: `pip install 'upheld[bulk]'`"


def test_missing_libraries_are_told_with_the_line_that_installs_them(root: Path, tmp_path: Path) -> None:
    """Where tables or columns are asked for; else nobody needs them."""
    program = (
        "import sys\nfor name in ('numpy', 'pyarrow'): sys.modules[name] = None\n"
        "import importlib.util as util\nfound = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name in ('numpy', 'pyarrow') else found(name, *more)\n"
        "from upheld.cli import main\nmain()"
    )
    history = root / "examples" / "greenmash" / "history.jsonl"
    for arguments, status, expected in (
        (("--format", "parquet", "--out", "out"), 2, f"error: tables as Parquet {NEED}"),
        (("--path", "columns"), 2, f"error: columns {NEED}"),
        ((), 0, ""),
    ):
        command = [sys.executable, "-c", program, "replay", str(history), "--policy", "greenmash", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert (status, expected) == (done.returncode, done.stderr.strip())


def test_the_tickets_that_columns_leave_are_told_as_some_of_all(upheld: Upheld) -> None:
    """Proconcept's month: 32 tickets, of which those with a warning of a promise judged again are left."""
    problems = upheld("proconcept", "--path", "columns")[2]
    assert problems.startswith("decided as columns: 32 tickets, 6 of them record by record (warning: 6)")


def test_nothing_is_verified_where_no_column_decided(upheld: Upheld, tmp_path: Path) -> None:
    """A ticket that is too long for columns was decided record by record already: that is no second opinion."""
    record = {
        "ticket": "T-1",
        "at": "2024-03-04T09:00Z",
        "event": "submit",
        "actor": "customer:kim",
        "channel": "portal",
    }
    comments = [{**record, "event": "comment", "at": f"2024-03-05T10:{minute:02}Z"} for minute in range(60)] * 9
    history = tmp_path / "long.jsonl"
    history.write_text("".join(f"{json.dumps(each)}\n" for each in (record, *comments)), encoding="utf-8")
    status, _, problems = upheld("greenmash", "--path", "columns", "--verify", "100%", history=history)

    assert 0 == status
    assert "decided as columns: 1 tickets, 1 of them record by record (long: 1)" in problems
    assert "not verified: no ticket was decided as columns" in problems


@pytest.mark.parametrize("command", ("replay", "explain", "map"))
def test_an_empty_name_is_no_folder(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of a shell that holds nothing does not mean the current one."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, [command, "", "--policy", "base"])

    assert 2 == done.exit_code
    assert "an empty name is none: name a file or a folder, `.` for this one, or `-`" in done.stderr
    assert 1 == len(done.stderr.splitlines())


def test_pandas_is_not_loaded_to_write_tables(root: Path, tmp_path: Path) -> None:
    """Where it is installed, pyarrow would, with the first value that it is given."""
    program = "import sys\nfrom upheld.cli import main\ntry: main()\nfinally: print('pandas' in sys.modules)"
    history = root / "examples" / "greenmash" / "history.jsonl"
    words = ["replay", str(history), "--policy", "greenmash", "--format", "parquet", "--out", "tables"]
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, cwd=tmp_path, check=False)

    assert (0, "False\n") == (done.returncode, done.stdout.decode())
