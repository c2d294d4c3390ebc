"""Spilled logs: the verdicts are those of a replay that holds everything, however little of it is held."""

from __future__ import annotations

import json
import marshal
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from reference.agreement import made_examples

from upheld import load_policy
from upheld.core.errors import HistoryError
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.replay.logs import HeldLogs, Logs, lists_of, log_of
from upheld.core.replay.replay import Replay
from upheld.core.time.instant import seconds_of
from upheld.engine import Engine
from upheld.history import spilled_logs
from upheld.history.spilled_logs import SpilledLogs
from upheld.loader.contracts import contracts_from

Rows = list[dict[str, Any]]


def verdicts(engine: Engine, records: Rows, as_of_s: int | None, logs: Logs, journal: bool = False) -> str:
    """Everything that a replay tells, those late looked at again, as one text."""
    events = [Event.from_record(record) for record in records]
    run = Replay(engine, as_of_s, journal=journal, logs=logs)
    run.take_all(events)
    if run.has_late:
        run.look_again(events)
    return json.dumps(run.result())


@pytest.fixture(scope="module")
def usual(root: Path) -> Policy:
    return load_policy(str(root / "examples" / "mappings" / "policy.yaml"))


def test_verdicts_are_those_of_a_replay_that_holds_everything(some: Callable[[int], int]) -> None:
    """Of random policies and histories, with no record held or a few, with an end given and without."""
    compared = spilled = 0
    for number, made, policy in made_examples(7, 0, some(150)):
        engine = Engine(policy, contracts_from(made.contracts, policy))
        as_of_s = None if made.as_of is None or number % 2 else seconds_of(datetime.fromisoformat(made.as_of))
        held = verdicts(engine, made.records, as_of_s, HeldLogs(), journal=True)
        for most in (0, 4):
            with SpilledLogs(most) as logs:
                assert held == verdicts(engine, made.records, as_of_s, logs, journal=True), number
                spilled += logs.has_spilled
        compared += 1
    assert compared < spilled  # with no record held, all are


@pytest.mark.parametrize("most", [1, 3, 10, 1000])
def test_tickets_that_come_back_are_found_again(usual: Policy, most: int) -> None:
    """Records of forty tickets in turns; each log is written and read many times."""
    states = "open", "in-fix", "waiting-for-customer", "in-fix", "resolved", "open", "closed"
    records = [
        {"ticket": f"T-{ticket}é", "at": f"2026-03-{2 + day:02}T09:{ticket:02}:00Z", "state": state, "actor": "agent"}
        for day, state in enumerate(states)
        for ticket in range(40)
    ]
    records[100]["at"] = "2026-03-01T08:00:00Z"
    engine = Engine(usual, audit=True)
    with SpilledLogs(most) as logs:
        made = verdicts(engine, records, None, logs)
        assert logs.has_spilled is (most < 1000)

    assert verdicts(engine, records, None, HeldLogs()) == made


def test_a_log_that_is_found_again_is_no_longer_what_was_written() -> None:
    """Each is there once, as it was left, in the order of ids; some held, some on disk, one of them in both places."""
    numbers = (4, 0, 7, 3, 8, 1, 6, 2, 5)
    with SpilledLogs(4) as logs:
        for number in numbers:
            logs.add(spilled_logs.Log(f"T-{number}", events=1))
        found = logs.found("T-4")
        assert found is not None
        found.customer = "somebody"
        whose = {f"T-{number}": "somebody" if number == 4 else "" for number in range(9)}

        assert logs.has_spilled
        assert logs.found("T-9") is None
        assert whose == {log.ticket: log.customer for log in logs}
        assert sorted(whose) == sorted(log.ticket for log in logs)
        assert 9 == len(logs)
        assert list(whose.items()) == [(log.ticket, log.customer) for log in logs.drained()]
        assert 0 == len(logs)
        assert [] == list(logs)


def test_what_is_changed_about_one_on_disk_while_all_are_looked_at_is_forgotten() -> None:
    """Nothing is written for it; what is done to each log in the end is done again on what was written."""
    with SpilledLogs(0) as logs:
        for number in range(3):
            logs.add(spilled_logs.Log(f"T-{number}", events=1))
        for log in logs:
            log.finished = True
        assert [False, False, True] == [log.finished for log in logs.drained()]  # the last was held


def test_a_log_is_read_as_it_was_written(usual: Policy) -> None:
    """With every part of it, and each of its own kind."""
    engine = Engine(usual, audit=True)
    run = Replay(engine, journal=True, logs=(logs := HeldLogs()))
    for at, state in (("02T09:00", "open"), ("03T09:00", "waiting-for-customer"), ("04T09:00", "in-fix")):
        record = {"ticket": "T-1", "at": f"2026-03-{at}Z", "state": state, "data": {"severity": "high"}}
        run.take(Event.from_record(record))
    run.take(Event.from_record({"ticket": "T-1", "at": "2026-03-01T09:00Z", "state": "closed"}))
    [log] = logs
    again = log_of(marshal.loads(marshal.dumps(lists_of(log))))

    assert log == again
    assert log.mark is not None
    assert repr(log) == repr(again)


def test_a_full_disk_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to do."""
    monkeypatch.setattr(spilled_logs, "_SETTINGS", (*spilled_logs._SETTINGS, "PRAGMA max_page_count = 3"))
    with SpilledLogs(1) as logs, pytest.raises(HistoryError, match=r"\(database or disk is full\): make room, or set"):
        _fill(logs)


def _fill(logs: SpilledLogs) -> None:
    for number in range(2_000):
        logs.add(spilled_logs.Log(f"T-{number}", customer="x" * 400))


def test_the_database_has_no_name() -> None:
    """What SQLite keeps for a name that is empty goes with the process."""
    with SpilledLogs(1) as logs:
        for number in range(3):
            logs.add(spilled_logs.Log(f"T-{number}"))
        assert logs._base is not None
        assert [("main", "")] == [row[1:] for row in logs._base.execute("PRAGMA database_list")]
        base = logs._base
    with pytest.raises(sqlite3.ProgrammingError):
        base.execute("SELECT 1")
