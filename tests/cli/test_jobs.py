"""`upheld replay --jobs`: whatever their number, the output of one process; and nothing left when one of them fails."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli import harbour
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, INTERRUPTED, MISUSED
from upheld.cli.history.jobs import cores

DESK = str(Path(__file__).resolve().parent.parent / "small_desk.yaml")
HEAD = "ticket,at,event,actor,channel,customer,data.type,data.severity,data.minutes,data.urgent\n"
TICKETS = 40
PATIENCE_S = 60


def desk_history() -> str:
    """Tickets that were told in several orders, some late, some refused, some cut short; and a record that is none."""
    lines = []
    for number in range(TICKETS):
        day = f"2024-03-{4 + number % 3:02}"
        lines += [
            f"T-{number},{day}T10:{number:02}+01:00,submit,customer:kim,{'portal' if number % 7 else 'email'},"
            f"{'acme' if number % 2 else 'other'},fault,{'high' if number % 3 else 'low'},,\n",
            f"T-{number},{day}T11:00+01:00,take,agent:a1,,,,,,\n",
            f"T-{number},{day}T10:50+01:00,mark,agent:a1,,,,,90,true\n",
            f"T-{number},{day}T16:{number:02}+01:00,resolve,agent:a1,,,,,,\n",
        ]
    mixed = [line for offset in range(3) for line in lines[offset::3]]
    return HEAD + "".join([*mixed[:50], "T-1,yesterday,take,agent,,,,,,\n", *mixed[50:]])


OBSERVED = "ticket,at,state,actor,data.severity,data.type\n" + "".join(
    f"T-{number},2024-03-04T1{hour}:00+01:00,{state},agent,{'high,fault' if not hour else ','}\n"
    for number in range(TICKETS)
    for hour, state in enumerate(("open", "doing", "resolved" if number % 3 else "closed", "doing"))
)


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["replay", *arguments], input=stdin)


def output(jobs: int, folder: Path, *arguments: str, stdin: bytes | None = None) -> dict[str, Any]:
    """Everything that a replay writes."""
    out = folder / f"out-{jobs}"
    done = run(*arguments, "--jobs", str(jobs), "--out", str(out), stdin=stdin)
    written = {file.name: file.read_bytes() for file in sorted(out.iterdir())} if out.exists() else {}
    return {"status": done.exit_code, "stdout": done.stdout, "stderr": done.stderr, **written}


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


@pytest.mark.parametrize("style", ["text", "json", "jsonl"])
def test_the_output_is_that_of_one_process(tmp_path: Path, style: str) -> None:
    """Verdicts, tables, summary, journals, late records looked at again, bad records and warnings, byte for byte."""
    history = written(tmp_path, "history.csv", desk_history())
    asked = (history, "--policy", DESK, "--format", style, "--skip-bad", "--journal", "--fail-on", "breach")
    one = output(1, tmp_path, *asked)

    assert "1 bad record skipped" in one["stderr"]
    assert TICKETS == one["tickets.jsonl"].count(b"\n")
    assert json.loads(one["summary.json"])["summary"]["late"]["records"] > 0
    for jobs in (2, 3):
        assert one == output(jobs, tmp_path, *asked)


def test_also_of_observed_states(tmp_path: Path) -> None:
    """In audit mode, from a pipe."""
    asked = ("-", "--policy", DESK, "--audit", "--format", "json")
    one = output(1, tmp_path, *asked, stdin=OBSERVED.encode())

    assert DONE == one["status"]
    assert one == output(2, tmp_path, *asked, stdin=OBSERVED.encode())


@pytest.mark.usefixtures("top")
def test_also_where_the_policy_bills(tmp_path: Path) -> None:
    """Accounts tie the tickets of a customer together; one whom nothing happened to is told of once."""
    records = [
        {**record, "ticket": f"{record['ticket']}-{number}"}
        for number in range(6)
        for record in (*harbour.STORY, *harbour.OTHERS)
    ]
    asked = (*harbour.files(tmp_path, records), "--format", "json")
    one = output(1, tmp_path, *asked)

    assert DONE == one["status"], one["stderr"]
    assert one == output(2, tmp_path, *asked)


def test_what_cannot_be_read_is_told_alike(tmp_path: Path) -> None:
    """One line, nothing on standard output, and no folder."""
    history = written(tmp_path, "history.csv", desk_history())
    one = output(1, tmp_path, history, "--policy", DESK)

    assert (MISUSED, "") == (one["status"], one["stdout"])
    assert one == output(2, tmp_path, history, "--policy", DESK)


def test_of_several_errors_the_first_is_told(tmp_path: Path) -> None:
    """States that the policy does not declare, of tickets decided apart, and then a record that cannot be read."""
    lines = OBSERVED.splitlines(keepends=True)
    wrong = [f"T-{number},2024-03-05T10:00+01:00,lost-{number},agent,,\n" for number in range(9, 0, -1)]
    for number, text in enumerate(
        ("".join([*lines, *wrong]), "".join([*lines, *wrong, "T-1,yesterday,open,agent,,\n"]))
    ):
        history = written(tmp_path, f"{number}.csv", text)
        one = output(1, tmp_path, history, "--policy", DESK, "--audit")

        assert (MISUSED, ("lost-9", "yesterday")[number] in one["stderr"]) == (one["status"], True)
        assert one == output(2, tmp_path, history, "--policy", DESK, "--audit")


def test_the_number_has_bounds() -> None:
    """None is none, and too many are refused before anything is started."""
    for number in ("0", "65", "two"):
        done = run("history.csv", "--policy", DESK, "--jobs", number)
        assert MISUSED == done.exit_code
        assert "--jobs" in done.stderr


PLUGIN = """
import os

@hookimpl
def upheld_conditions():
    def holds(facts):
        if facts["severity"] == "high":
            {failing}
        return True
    return [ProvidedCondition("acme.sold", ("severity",), holds)]
"""


@pytest.mark.parametrize(
    ("failing", "told"),
    [
        ("raise ValueError('no network')", "plugin `acme_support` of acme_support 1.2"),
        ("os._exit(3)", "one of the processes that decide the history ended before its time (status 3)"),
        ("os.kill(os.getpid(), 9)", "one of the processes that decide the history was killed (SIGKILL)"),
    ],
)
def test_a_process_that_fails_is_told_in_one_line(
    tmp_path: Path, install: Callable[..., Path], failing: str, told: str
) -> None:
    """A plugin that raises, a process that ends or is killed: the former output stays, alone."""
    install("acme_support", PLUGIN.format(failing=failing))
    policy = Path(DESK).read_text(encoding="utf-8")
    changed = policy.replace("id: take, on: take,", "id: take, on: take, when: {hook: acme.sold},", 1)
    assert policy != changed
    asked = (
        written(tmp_path, "history.csv", desk_history()),
        *("--policy", written(tmp_path, "desk.yaml", changed), "--skip-bad", "--out", str(tmp_path / "out")),
    )
    (tmp_path / "out").mkdir()
    before = sorted(each.name for each in tmp_path.iterdir())
    done = run(*asked, "--jobs", "2", "--format", "json")

    assert (MISUSED, "") == (done.exit_code, done.stdout)
    assert told in done.stderr.splitlines()[-1]
    assert 1 == done.stderr.count("error: ")
    assert before == sorted(each.name for each in tmp_path.iterdir())


ONLY_HERE = """
from multiprocessing import parent_process

@hookimpl
def upheld_conditions():
    known = [] if parent_process() else [ProvidedCondition("acme.here", (), lambda facts: True)]
    return [*known, ProvidedCondition("acme.there", (), lambda facts: True)]
"""


@pytest.mark.skipif(cores() < 2, reason="one process is what one core has anyway")
def test_where_others_cannot_decide_one_does(
    tmp_path: Path, install: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long history, nobody who asks, and a plugin that others lack: one line says so, and all else is alike."""
    history = written(tmp_path, "history.csv", desk_history())
    asked = (history, "--policy", DESK, "--skip-bad", "--format", "json")
    one = run(*asked)
    monkeypatch.setattr("upheld.cli.history.jobs.FEW", 2 * TICKETS)
    several = run(*asked)
    install("acme_support", ONLY_HERE)
    done = run(*asked)

    assert (one.stdout, one.stderr) == (several.stdout, several.stderr)
    assert one.stdout == done.stdout
    why = "one process decides this history: the conditions of its plugins are not installed for other processes"
    assert sorted([*one.stderr.splitlines(), why]) == sorted(done.stderr.splitlines())


def started(*arguments: str) -> subprocess.Popen[bytes]:
    """A replay that waits for its standard input, in a group of its own, as a shell starts it.

    It takes Ctrl-C also where these tests are run in the background, which does not.
    """
    command = [sys.executable, "-m", "upheld", "replay", "-", "--policy", DESK, "--skip-bad", *arguments]
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(command, start_new_session=True, preexec_fn=_heed_interrupts, **pipes)


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def children(pid: int) -> list[int]:
    """The processes that decide, which are there once they use some time."""
    found = []
    for each in Path("/proc").iterdir():
        try:
            fields = (each / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            command = (each / "cmdline").read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue
        if each.name.isdigit() and int(fields[1]) == pid and "spawn_main" in command:
            found.append(int(each.name))
    return found


def wait_for(asked: Callable[[], object]) -> None:
    """Wait until something holds."""
    end_s = time.monotonic() + PATIENCE_S
    while not asked():
        assert time.monotonic() < end_s, "it never came"
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def feed(replay: subprocess.Popen[bytes], rounds: int) -> None:
    """Records enough to be handed on, since those of a few tickets wait here."""
    assert replay.stdin is not None
    text = desk_history().split("\n", 1)[1]
    for number in range(rounds):
        replay.stdin.write(text.replace("T-", f"R{number}-").encode())
    replay.stdin.flush()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("whom", ["a worker", "the first process", "all of them"])
def test_nobody_stays_behind(tmp_path: Path, whom: str) -> None:
    """Whether one that decides is killed, or the one that reads, or somebody presses Ctrl-C."""
    (tmp_path / "out").mkdir()
    replay = started("--jobs", "2", "--out", str(tmp_path / "out"))
    assert replay.stdin is not None
    replay.stdin.write(HEAD.encode())
    feed(replay, 40)
    wait_for(lambda: len(children(replay.pid)) == 2)
    workers = children(replay.pid)
    if whom == "a worker":
        os.kill(workers[0], signal.SIGKILL)
        told, error = replay.communicate(timeout=PATIENCE_S)
        assert (MISUSED, b"") == (replay.returncode, told)
        assert b"error: one of the processes that decide the history was killed (SIGKILL)" in error
        assert 1 == error.count(b"error: ")
    elif whom == "the first process":
        replay.kill()
        replay.communicate(timeout=PATIENCE_S)
    else:
        os.killpg(replay.pid, signal.SIGINT)
        told, error = replay.communicate(timeout=PATIENCE_S)
        assert (INTERRUPTED, b"", b"error: interrupted") == (replay.returncode, told, error.strip())
    wait_for(lambda: all(map(is_gone, workers)))

    assert [] == [*(tmp_path / "out").iterdir()]
    if whom != "the first process":
        assert ["out"] == [each.name for each in tmp_path.iterdir()]
