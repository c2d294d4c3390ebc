"""The guard of a file of SQLite: a lock beside it that is waited for asleep, and given up after a while."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread, Timer
from threading import enumerate as threads

import pytest

from upheld.desk.storage.guard import WAITS, Guard, Kept

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
        with Guard(path, 60).held():
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


def test_who_gave_up_keeps_nobody_out(path: Path) -> None:
    """Though it was asked for: it is let go again when its turn comes."""
    other, entered, hasty = held_elsewhere(path), list[int](), Guard(path, 0.001)
    for each in (hasty, hasty, Guard(path, 0.001)):
        with pytest.raises(Kept), each.held():
            entered.append(1)
    os.close(other)
    with Guard(path, 60).held():
        entered.append(2)

    assert [2] == entered


def test_who_waited_before_waits_again(path: Path) -> None:
    """Once more, though the first wait of its thread was given up; and the thread ends with the guard."""
    before, one, entered = threads(), Guard(path, 0.001), list[int]()
    for number in range(2):
        other = held_elsewhere(path)
        with suppress(Kept), one.held():
            entered.append(number)
        os.close(other)
    patient = Guard(path, 60)
    for number in range(2, 4):
        other = held_elsewhere(path)
        letting_go = Timer(0.05, os.close, [other])
        letting_go.start()
        with patient.held():
            entered.append(number)
        letting_go.join()
    waits = [each for each in threads() if each.name == WAITS and each not in before]
    for each in (one, patient):
        each.close()
    for each in waits:
        each.join(60)

    assert ([2, 3], 2, False) == (entered, len(waits), any(each.is_alive() for each in waits))
