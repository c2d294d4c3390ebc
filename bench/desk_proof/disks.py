"""A full disk: a small one of memory is mounted, filled by submitting, and made larger."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from desk_proof.story import granted, opening, prepaid
from upheld import Desk, DeskError

MOST = 50_000


@contextmanager
def small_disk(kilobytes: int) -> Iterator[Path | None]:
    """A disk of so many kilobytes; ``None`` for who may mount none."""
    with tempfile.TemporaryDirectory(prefix="upheld-") as folder:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "desk", folder], check=False).returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def fill(kilobytes: int, times: int) -> tuple[int, list[str]] | None:
    """Fill the disk so often, each time twice as large; how many records there are in the end, and what is wrong."""
    with small_disk(kilobytes) as folder:
        if folder is None:
            return None
        desk = Desk.open(f"sqlite:///{folder}/desk.db", policy=prepaid(), contracts=granted(10), upgrade=True)
        sent, wrong = 0, list[str]()
        for time in range(1, times + 1):
            failed = ""
            while not failed and sent < MOST:
                try:
                    desk.submit(opening(f"T-{sent}"), key=str(sent))
                    sent += 1
                except DeskError as error:
                    failed = str(error)
            if "there is no room left" not in failed:
                wrong.append(failed or "there was room for all")
            wrong += [str(each) for each in desk.verify()]
            more = f"remount,size={kilobytes * 2**time}k"
            subprocess.run(["mount", "-o", more, str(folder)], check=True)
            if desk.submit(opening(f"T-{sent}"), key=str(sent)).repeated:
                wrong.append(f"record {sent} had no room, and is there")
            sent += 1
        kept = desk._read(lambda rows: rows.scalar(text("SELECT count(*) FROM upheld_journal")))
        wrong += [str(each) for each in desk.verify()]
        wrong += [] if kept == sent else [f"{kept} records of {sent}"]
        desk.close()
        return sent, wrong
