"""Delivery: what becomes of a message outside the desk.

The seam is a function: it takes a message, and says ``""`` once that is delivered, or why it is not. It may be called
with the same message again, after a death between delivery and the note of it: `Message.id` is the same then.

Source: DESIGN section 10, "Outbox"; THREATS D07.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Final

from upheld.core.errors import DeskError
from upheld.core.nearest import quoted
from upheld.core.record.json_text import json_text
from upheld.desk.telling.outbox import Message

Deliver = Callable[[Message], str]
"""Delivers a message, and says why it could not; ``""`` where it could."""

LONGEST_S: Final = 25
"""For how long a command may take: ten of them are done before the lease of a message ends."""
LONGEST_WHY: Final = 200


def by_command(words: Sequence[str], longest_s: float = LONGEST_S) -> Deliver:
    """Each message as JSON on the standard input of a command; it was delivered where that ends with 0.

    The command is in a session of its own, so that Ctrl-C lets it finish. What it writes is not read, but for the last
    line of its standard error.

    Raises: DeskError where there is no such command.
    """

    def deliver(message: Message) -> str:
        text = f"{json_text(message.as_document())}\n"
        try:
            done = subprocess.run(
                [*words],
                input=text.encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=longest_s,
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"{quoted(words[0])} took longer than {longest_s:g} s"
        except BrokenPipeError:
            return f"{quoted(words[0])} did not read the message"
        except OSError as error:
            return f"{quoted(words[0])}: {(error.strerror or str(error)).lower()}"
        if done.returncode == 0:
            return ""
        last = done.stderr.decode("utf-8", "backslashreplace").strip().splitlines()[-1:]
        how = f"exit status {done.returncode}" if done.returncode > 0 else f"ended by signal {-done.returncode}"
        return ": ".join([f"{quoted(words[0])} {how}", *last])[:LONGEST_WHY]

    return deliver


def to_file(path: Path) -> Deliver:
    """Each message as a line at the end of a file, which is on the disk before it counts as delivered.

    Several processes may write to the same file. A line that a death cut short is ended before the next one.

    Raises: DeskError for a file that cannot be written.
    """
    lock = Lock()
    try:
        path.open("ab").close()
    except OSError as error:
        raise DeskError(f"{quoted(str(path))} cannot be written: {(error.strerror or str(error)).lower()}") from None

    def deliver(message: Message) -> str:
        line = f"{json_text(message.as_document())}\n".encode()
        try:
            with lock, path.open("a+b", buffering=0) as file:
                _alone(file.fileno())
                size = file.seek(0, os.SEEK_END)
                if size:
                    file.seek(size - 1)
                    line = line if file.read(1) == b"\n" else b"\n" + line
                written = file.write(line)
                os.fsync(file.fileno())
        except OSError as error:
            return f"{quoted(str(path))}: {(error.strerror or str(error)).lower()}"
        return "" if written == len(line) else f"{quoted(str(path))}: no room for all of the message"

    return deliver


def each_of(ways: Sequence[Deliver]) -> Deliver:
    """By all ways, one after another: delivered once all have it; those before the one that failed have it again."""

    def deliver(message: Message) -> str:
        return next(filter(None, (way(message) for way in ways)), "")

    return deliver


def _alone(handle: int) -> None:
    """Let no other process write until the file is closed."""
    try:
        import fcntl
    except ImportError:  # no POSIX: one process has to do
        return
    fcntl.flock(handle, fcntl.LOCK_EX)
