"""`upheld map --ask`: sessions at a terminal, question by question, and what comes of them."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli.conftest import Golden
from cli.test_map import ANY_TRACKER, CHANGES, LISTS, ONE_ROW, SERVICE_DESK
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, INTERRUPTED, MISUSED
from upheld.history.mapping.mapping_file import load_mapping, read_mapping

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of the export is the current one, since sessions name files."""
    monkeypatch.chdir(tmp_path)


def asked(table: str, answers: str, *arguments: str) -> Result:
    """A session about a table; a `;` in ``answers`` is the Enter key."""
    Path("export.csv").write_text(table, encoding="utf-8")
    files = ["export.csv", "--policy", ANY_TRACKER, "--ask", *arguments]
    return CliRunner().invoke(main, ["map", *files], input=answers.replace(";", "\n"))


SESSIONS = {
    "service-desk": (SERVICE_DESK, "Europe/Paris; ; waiting; waiting-for-customer; ; ;"),
    "one-row": (ONE_ROW, ";;;;"),
    "changed": (SERVICE_DESK, "Etc/UTZ; Etc/UTC; 2; closed; 9; x; ; ; 2; low; ; 1; customer; ;"),
    "ambiguous": (LISTS, "; 2; ; ; 3; ;"),
    "changes": (CHANGES, "; high; ;"),
}


@pytest.mark.parametrize("name", SESSIONS)
def test_sessions(name: str, golden: Golden) -> None:
    """What is asked and answered, and the mapping that is written."""
    done = asked(*SESSIONS[name], "--output", "mapping.yaml")

    assert DONE == done.exit_code, done.stderr
    assert "" == done.stdout
    golden(f"map-ask-{name}.txt", done.stderr.replace(ANY_TRACKER, "policy.yaml"))
    load_mapping("mapping.yaml")


def test_answers_are_what_the_mapping_says() -> None:
    """A zone, a status and the others that stand: the mapping has them, and says nothing of what is settled."""
    done = asked(*SESSIONS["service-desk"])

    mapping, findings = read_mapping(done.stdout.encode(), "mapping.yaml")
    assert ([], "Europe/Paris") == (findings, mapping.zone if mapping is not None else "")
    assert "{when: {Status: On hold}, state: waiting-for-customer}" in done.stdout
    assert "To answer first" not in done.stdout
    assert "a blank" not in done.stdout
    assert "a guess" not in done.stdout


def test_another_column_is_looked_at_anew() -> None:
    """Whoever says that another column is the ticket or the status gets the words of that."""
    table = "id,ref,at,status,state\n1,A,2026-03-02T09:00Z,x,New\n2,A,2026-03-02T10:00Z,y,Done\n"
    done = asked(table, "2;state;;;;")

    assert DONE == done.exit_code, done.stderr
    assert "ticket: id" in done.stdout
    assert "{when: {state: Done}, state: resolved}" in done.stdout


def test_enter_accepts_nothing_that_was_not_proposed() -> None:
    """The first column is no ticket because it is the first; a table may have no status at all."""
    table = "Title,Nr of it,Created,Resolved\na,1,2026-03-02T09:00Z,2026-03-02T10:00Z\nb,2,2026-03-02T09:00Z,\n"
    done = asked(table, ";Nr of it;;;;")

    assert DONE == done.exit_code, done.stderr
    assert "number or name: a number from 1 to 4, or a name" in done.stderr
    assert "ticket: Nr of it" in done.stdout
    assert "  Resolved: resolved" in done.stdout
    assert "a blank: no column is like a status" in asked("id,at,x\n1,2026-03-02T09:00Z,y\n", "none of them;;;").stdout


@pytest.mark.parametrize("answers", ["", ";", "Mars/Phobos;"])
def test_whoever_breaks_off_keeps_what_he_answered(answers: str) -> None:
    """With a file named it holds the answers and the proposals; without one there is nothing. No traceback."""
    kept, lost = asked(SERVICE_DESK, answers, "--output", "mapping.yaml"), asked(SERVICE_DESK, answers)

    assert (INTERRUPTED, INTERRUPTED, "") == (kept.exit_code, lost.exit_code, lost.stdout)
    assert "error: interrupted" == kept.stderr.splitlines()[-1]
    assert "what was answered so far stands in mapping.yaml; the rest are proposals" in kept.stderr
    load_mapping("mapping.yaml")


def test_misuse_is_told_before_anything_is_asked() -> None:
    """Without a policy there is nothing to choose from; a pipe cannot hold both an export and answers."""
    Path("export.csv").write_text(ONE_ROW, encoding="utf-8")
    Path("there.yaml").write_text("mine", encoding="utf-8")
    for arguments, told in (
        (["export.csv", "--ask"], "`--ask` needs `--policy`"),
        (["-", "--ask", "--policy", ANY_TRACKER], "`--ask` reads answers from standard input"),
        (["export.csv", "--ask", "--policy", ANY_TRACKER, "--output", "there.yaml"], "`there.yaml` is there already"),
    ):
        done = CliRunner().invoke(main, ["map", *arguments])
        assert (MISUSED, "") == (done.exit_code, done.stdout)
        assert told in done.stderr
    assert "mine" == Path("there.yaml").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_a_real_terminal() -> None:
    """Six times Enter: from the export to a mapping beside it, named after it, and what to run next."""
    import pty

    Path("export.csv").write_text(ONE_ROW, encoding="utf-8")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "upheld", "map", "export.csv", "--policy", ANY_TRACKER, "--ask"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as process:
        os.close(theirs)
        shown = _session(ours, presses=5)
        assert DONE == process.wait(timeout=60)
    os.close(ours)

    assert "Write the mapping to [export.mapping.yaml]:" in shown
    assert "next: upheld replay export.csv --policy" in shown
    assert load_mapping("export.mapping.yaml").rows_from


def _session(terminal: int, presses: int) -> str:
    """What a terminal shows while somebody presses Enter whenever he is asked."""
    shown, answered, until = "", 0, time.monotonic() + 60
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            read = os.read(terminal, 4096).decode()
        except OSError:  # as a pseudo-terminal ends on Linux
            break
        if not read:
            break
        shown += read
        if shown.count(": ") and shown.endswith(": ") and answered < presses:
            os.write(terminal, b"\n")
            answered += 1
    return shown
