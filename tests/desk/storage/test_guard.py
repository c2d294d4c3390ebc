"""The guard of a file of SQLite: a lock beside it that is waited for asleep, and given up after a while."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event, Thread

import pytest

from upheld.desk.storage.database import _Again, _Guard

fcntl = pytest.importorskip("fcntl")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the lock is."""
    return tmp_path / "desk.db-guard"


def held_elsewhere(path: Path) -> int:
    """Somebody else's hold of it, as another process has one."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def is_free(path: Path) -> bool:
    """Whether nobody holds it."""
    file = os.open(path, os.O_WRONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(file)
    return True


def test_who_waits_has_it_once_it_is_let_go(path: Path) -> None:
    """And holds it until he is through."""
    other, has, done, seen = held_elsewhere(path), Event(), Event(), list[bool]()

    def work() -> None:
        with _Guard(path).held():
            has.set()
            done.wait(60)

    worker = Thread(target=work)
    worker.start()
    seen.append(has.wait(0.05))
    os.close(other)
    seen += [has.wait(60), is_free(path)]
    done.set()
    worker.join()

    assert ([False, True, False], True) == (seen, is_free(path))


def test_who_gave_up_keeps_nobody_out(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it was asked for: it is let go again when its turn comes."""
    monkeypatch.setattr("upheld.desk.storage.database.WAIT_MS", 1)
    other, entered = held_elsewhere(path), list[int]()
    for _ in range(3):
        with pytest.raises(_Again), _Guard(path).held():
            entered.append(1)
    os.close(other)
    monkeypatch.setattr("upheld.desk.storage.database.WAIT_MS", 60_000)
    with _Guard(path).held():
        entered.append(2)

    assert [2] == entered
