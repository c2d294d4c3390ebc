"""A full disk: a small one of memory is mounted, filled by submitting, and made larger.

For PostgreSQL it is the place of a database's tables; the log of the server lies elsewhere, and what cannot be written
down is the table's next page.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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


def fill(kilobytes: int, times: int) -> tuple[int, list[str]] | None:
    """Fill the disk so often, each time twice as large; how many records there are in the end, and what is wrong."""
    with small_disk(kilobytes) as folder:
        return None if folder is None else _filled(f"sqlite:///{folder}/desk.db", folder, kilobytes, times)


def fill_postgresql(url: str, kilobytes: int, times: int) -> tuple[int, list[str]] | None:
    """The same with the tables of a PostgreSQL that runs here. Args: kilobytes: with those of an empty database."""
    with small_disk(kilobytes) as folder:
        if folder is None:
            return None
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as rows:
            owner = Path(str(rows.scalar(text("SHOW data_directory")))).stat()
            for place in (folder, folder.parent):
                place.chmod(0o755)
            os.chown(folder, owner.st_uid, owner.st_gid)
            rows.execute(text(f"CREATE TABLESPACE small LOCATION '{folder}'"))
            rows.execute(text("CREATE DATABASE small TABLESPACE small"))
            made = make_url(url).set(database="small").render_as_string(hide_password=False)
            try:
                return _filled(made, folder, kilobytes, times)
            finally:
                rows.execute(text("DROP DATABASE small WITH (FORCE)"))
                rows.execute(text("DROP TABLESPACE small"))
                engine.dispose()


def _filled(url: str, folder: Path, kilobytes: int, times: int) -> tuple[int, list[str]]:
    desk = Desk.open(url, policy=prepaid(), contracts=granted(10), upgrade=True)
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
