"""`upheld desk work`: stopped under load, deliveries that fail, several workers; and its parts."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer

import pytest
from desk.commands.shop import TOLD, records, run, started, written
from sqlalchemy import update

from upheld import Desk
from upheld.cli.desk import work
from upheld.desk.storage import database as databases
from upheld.desk.storage.database import Database
from upheld.desk.storage.tables import MESSAGES
from upheld.desk.telling.delivery import Deliver, by_command, each_of, to_file
from upheld.desk.telling.outbox import MOST_TRIES, Message
from upheld.desk.worker import Worker

MANY = 90
"""Tickets, each of which time tells two warnings of."""


@pytest.fixture
def busy(made: str, folder: Path) -> str:
    """A desk in which much is due."""
    waiting = records(*((f"T-{number}", TOLD[:1]) for number in range(9)))
    made_records = [{**each, "ticket": f"{each['ticket']}-{copy}"} for copy in range(MANY // 9) for each in waiting]
    written(folder / "many.jsonl", made_records)
    done = run("submit", "many.jsonl", "--batch", "1000", url=made)
    assert 0 == done.exit_code, done.output
    return made


def lines(file: Path) -> list[dict[str, object]]:
    """The messages in a file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def test_it_stops_between_transactions(busy: str, folder: Path) -> None:
    """By SIGTERM or Ctrl-C under load, with status 0; what was claimed and not tried is there for others at once."""
    number = signal.SIGINT if busy.startswith("sqlite") else signal.SIGTERM
    told = folder / "told.jsonl"
    process = started("work", "--workers", "3", "--deliver-to", str(told), url=busy)
    while len(lines(told)) < 20 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    stopped = [each["id"] for each in lines(told)]
    done = [json.loads(line)["id"] for line in run("outbox", *ALL_DONE, url=busy).stdout.splitlines()]

    assert (0, "") == (process.returncode, said.partition("stopped: ")[0])
    assert sorted(stopped) == sorted(done)
    assert 0 == run("verify", url=busy).exit_code
    rest = run("work", "--once", "--deliver-to", str(told), url=busy)
    assert 0 == rest.exit_code, rest.output
    assert len({each["id"] for each in lines(told)}) == len(lines(told)) == 2 * (MANY // 9) * 9
    assert "0 messages\n" == run("outbox", url=busy).stderr


ALL_DONE = ("--state", "done", "--limit", "1000", "--format", "jsonl")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_worker_that_was_killed_leaves_the_rest_to_others(busy: str, folder: Path) -> None:
    """After kill -9 each message is told once more at most, by the same id, and no line of the file is broken."""
    told = folder / "told.jsonl"
    process = started("work", "--deliver-to", str(told), url=busy)
    while len(lines(told)) < 10 and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=60)
    database = Database(busy)
    database.transact(lambda rows: rows.execute(update(MESSAGES).values(next_s=0)))  # as once its leases ended
    database.close()
    assert 0 == run("work", "--once", "--deliver-to", str(told), url=busy).exit_code

    assert 0 == run("verify", url=busy).exit_code
    ids = [each["id"] for each in lines(told)]
    assert 2 * (MANY // 9) * 9 == len({*ids})
    assert len(ids) <= len({*ids}) + 1


def test_what_cannot_be_delivered_is_put_off_and_in_the_end_dead(told: str, folder: Path, database: Database) -> None:
    """The command says why; `outbox` lists it, and `--retry` begins anew."""
    refusing = folder / "refuse.py"
    refusing.write_text("import sys\nsys.stdin.read()\nsys.exit('nobody is at home')\n")
    command = f"{sys.executable} {refusing}"
    database.transact(lambda rows: rows.execute(update(MESSAGES).values(tries=0)))
    first = run("work", "--once", "--deliver", command, url=told)
    waits = run("outbox", url=told)
    again = {"tries": MOST_TRIES - 1, "next_s": 0}
    database.transact(lambda rows: rows.execute(update(MESSAGES).where(MESSAGES.c.tries > 0).values(**again)))
    last = run("work", "--once", "--deliver", command, "--deliver-to", "told.jsonl", url=told)
    dead = [json.loads(line) for line in run("outbox", "--format", "jsonl", url=told).stdout.splitlines()]
    unknown, retried = run("outbox", "--retry", "x", url=told), run("outbox", "--retry", url=told)
    at_last = run("work", "--once", "--deliver-to", "told.jsonl", url=told)

    assert 1 == first.exit_code == last.exit_code
    assert "exit status 1: nobody is at home" in first.stderr
    assert first.stderr.endswith("2 messages told, 0 delivered, 1 not delivered\n")
    assert ["waiting after 1 try", "waiting"] == [line.split("  ")[1] for line in waits.stdout.splitlines()]
    assert ["dead", "waiting"] == [each["state"] for each in dead]
    assert (1, "0 messages will be tried again\n") == (unknown.exit_code, unknown.stdout)
    assert (0, "1 message will be tried again\n") == (retried.exit_code, retried.stdout)
    assert at_last.stderr.endswith(", 1 delivered, 0 not delivered\n"), at_last.stderr
    assert [each["id"] for each in dead[:1]] == [each["id"] for each in lines(folder / "told.jsonl")]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_line_of_status_comes_now_and_then(told: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done since the last one, and what is left."""
    monkeypatch.setattr(work, "STATUS_S", 0.3)
    slow = folder / "slow.py"
    slow.write_text("import time\ntime.sleep(1)\n")
    done = run("work", "--once", "--deliver", f"{sys.executable} {slow}", url=told)
    line = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ time passed on 0 tickets, 0 messages told; 0 due, 2 waiting"

    assert 0 == done.exit_code
    assert re.search(line, done.stderr), done.stderr


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_database_that_is_in_use_ends_no_worker(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so once, and tries again until it may."""
    monkeypatch.setattr(databases, "WAIT_MS", 10)
    monkeypatch.setattr(databases, "TRIES", 2)
    monkeypatch.setattr(work, "AGAIN_S", 0.1)
    holder = sqlite3.connect(told.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    timer = Timer(2, holder.execute, ["ROLLBACK"])
    timer.start()
    done = run("work", "--once", "--deliver-to", "told.jsonl", url=told)
    timer.join()
    holder.close()

    assert 0 == done.exit_code
    assert 1 == done.stderr.count("trying again: others hold")
    assert done.stderr.endswith("2 messages told, 2 delivered, 0 not delivered\n")


def test_a_worker_gives_back_what_it_did_not_try(told: str, busy: str) -> None:
    """Somebody else has it at once, and its tries do not count."""
    desk = Desk.open(busy)
    stopped: list[Message] = []

    def deliver(message: Message) -> str:
        stopped.append(message)
        return ""

    turn = Worker(desk, deliver, lambda: len(stopped) > 2).turn()
    claimed = desk.outbox.claim(limit=1000)
    desk.close()

    assert 3 == turn.delivered == len(stopped)
    assert {1} == {each.tries for each in claimed}
    assert len({each.ticket for each in claimed}) == len(claimed) >= 90


MESSAGE = Message(1, "m1", "T-1", None, datetime(2024, 3, 4, 9, tzinfo=UTC), {"kind": "notify", "to": "kim"}, 1)


def _written(folder: Path, code: str) -> list[str]:
    (folder / "deliver.py").write_text(code)
    return [sys.executable, str(folder / "deliver.py")]


@pytest.mark.parametrize(
    "code, why",
    [
        ("import json, sys; sys.exit(json.load(sys.stdin)['id'] != 'm1')", ""),
        ("import sys; sys.exit(3)", "exit status 3"),
        ("import sys; print('one\\ntwo', file=sys.stderr); sys.exit(1)", "exit status 1: two"),
        ("import os; os.kill(os.getpid(), 9)", "ended by signal 9"),
        ("import time; time.sleep(20)", "took longer than 1 s"),
    ],
)
def test_a_command_says_by_its_status_whether_it_delivered(folder: Path, code: str, why: str) -> None:
    """Why not is told with the last line of what it complained of."""
    said = by_command(_written(folder, code), 1 if "sleep" in code else 20)(MESSAGE)
    assert (said.endswith(why) and bool(said)) if why else said == ""


def test_a_line_that_was_cut_short_is_ended(folder: Path) -> None:
    """So that the next message has a line of its own."""
    file = folder / "told.jsonl"
    file.write_text('{"id": "m0", "tic')
    assert ["", ""] == [to_file(file)(MESSAGE) for _ in range(2)]
    broken, *whole = file.read_text().splitlines()

    assert '{"id": "m0", "tic' == broken
    assert [MESSAGE.as_document()] * 2 == [json.loads(line) for line in whole]


def test_several_ways_are_one(folder: Path) -> None:
    """Delivered once all have it; the first that fails says why."""
    seen: list[str] = []

    def way(name: str, why: str = "") -> Callable[[Message], str]:
        def deliver(message: Message) -> str:
            seen.append(name)
            return why

        return deliver

    ways: list[Deliver] = [way("a"), way("b", "not at home"), way("c")]
    assert "not at home" == each_of(ways)(MESSAGE)
    assert "" == each_of([way("d")])(MESSAGE)
    assert ["a", "b", "d"] == seen
