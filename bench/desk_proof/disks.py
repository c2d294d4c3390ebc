"""A full disk: a small one of memory is mounted, filled by submitting, and made larger.

The whole database of SQLite lies on it, and of PostgreSQL a tablespace with all that one database holds: its log of
what is written has room elsewhere, for without that the server itself stops.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

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


def fill(url: str, times: int) -> tuple[int, list[str]] | None:
    """Fill the disk so often, each time with more room; how many records there are in the end, and what is wrong.

    Args:
        url: Of PostgreSQL, a database of the server whose tablespace is to be filled; SQLite lies on the disk alone.
    """
    is_sqlite = url.startswith("sqlite")
    kilobytes, more = (600, 1_000) if is_sqlite else (10_000, 2_000)
    with small_disk(kilobytes) as folder:
        if folder is None:
            return None
        with nullcontext(f"sqlite:///{folder}/desk.db") if is_sqlite else _on_disk(url, folder) as address:
            desk = Desk.open(address, policy=prepaid(), contracts=granted(10), upgrade=True)
            try:
                return _filled(desk, folder, [kilobytes + more * each for each in range(1, times + 1)])
            finally:
                desk.close()


def _filled(desk: Desk, folder: Path, sizes: Sequence[int]) -> tuple[int, list[str]]:
    sent, wrong = 0, list[str]()
    for size in sizes:
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
        subprocess.run(["mount", "-o", f"remount,size={size}k", str(folder)], check=True)
        if desk.submit(opening(f"T-{sent}"), key=str(sent)).repeated:
            wrong.append(f"record {sent} had no room, and is there")
        sent += 1
    kept = desk._read(lambda rows: rows.scalar(text("SELECT count(*) FROM upheld_journal")))
    wrong += [str(each) for each in desk.verify()]
    wrong += [] if kept == sent else [f"{kept} records of {sent}"]
    return sent, wrong


@contextmanager
def _on_disk(server: str, folder: Path) -> Iterator[str]:
    """A database of a server that lies in this folder, which is the server's own meanwhile."""
    parsed = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, isolation_level="AUTOCOMMIT")
    with engine.connect() as rows:
        owner = Path(str(rows.scalar(text("SHOW data_directory")))).stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        rows.execute(text(f"CREATE TABLESPACE small LOCATION '{folder}'"))
        rows.execute(text("CREATE DATABASE upheld_full TABLESPACE small"))
        try:
            yield make_url(server).set(database="upheld_full").render_as_string(hide_password=False)
        finally:
            rows.execute(text("DROP DATABASE upheld_full WITH (FORCE)"))
            rows.execute(text("DROP TABLESPACE small"))
    engine.dispose()
