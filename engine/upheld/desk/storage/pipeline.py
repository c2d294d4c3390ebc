"""The pipeline: statements sent to PostgreSQL one after another, and all their answers fetched at once.

Each way to a server and back costs more than what is done there. So what was asked for together goes in one message,
each statement prepared once for a connection, and the answers are read by libpq, without the values that a cursor would
make of them: texts, bytes and numbers are all that a desk has.

Source: DESIGN section 10, "Speed".
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import count
from typing import Any, Final, NamedTuple

Value = str | bytes | int | bool | None | list[str] | list[bytes]

_BYTES, _TEXT = 17, 25
"""Types as PostgreSQL numbers them; 0 lets it find out."""
_IDLE: Final = 0
_SYNCED: Final = 10
_ERRORS: Final = frozenset({7, 11})  # an error; not run, since one before was
_ROWS: Final = 2
_COMMITTED: Final = 2
"""An isolation level, as psycopg numbers it: SQLAlchemy sets it anew once a connection had another one."""
NOT_PREPARED: Final = "26000"
"""What PostgreSQL says of a statement that somebody between has let go of."""
_numbers: Final = count(1)
_WELL: Final = 0
_READ, _READ_OR_WRITE = 1, 3
"""What psycopg's connections wait for."""

_READS: Final[Mapping[int, Callable[[bytes], object]]] = {
    16: lambda raw: raw == b"t",
    _BYTES: lambda raw: bytes.fromhex(raw[2:].decode()),
    20: int,
    23: int,
}
"""By type, what a value is; of all others it is a text."""


class Asked(NamedTuple):
    """A statement, its values and where its rows go."""

    statement: str
    values: Sequence[Value]
    rows: list[tuple[Any, ...]]


def can(driver: Any) -> bool:
    """Whether a connection of psycopg may be used so: its transaction is under way, or begins as any other does."""
    if driver.pgconn.transaction_status != _IDLE:
        return True
    return driver.isolation_level in (None, _COMMITTED) and not (driver.read_only or driver.autocommit)


def run(driver: Any, known: dict[str, bytes], asked: Sequence[Asked], *, complete: bool = False) -> None:
    """Run statements in this order, each with its rows.

    Args:
        driver: A connection of psycopg.
        known: Statements that this connection has prepared, with their names.
        complete: Whether the transaction is committed after them, if none of them fails.

    Raises: psycopg.Error, once for all of them; none of those after it were run.
    """
    libpq, encoding, names = driver.pgconn, driver.info.encoding, {**known}
    expected: list[Asked | str] = []
    libpq.enter_pipeline_mode()
    try:
        if libpq.transaction_status == _IDLE:
            how = b"" if driver.isolation_level is None else b" ISOLATION LEVEL READ COMMITTED"
            libpq.send_query_params(b"BEGIN" + how, None)
            expected.append("")
        for each in asked:
            name = names.get(each.statement)
            if name is None:
                name = names[each.statement] = b"upheld_%d" % next(_numbers)
                libpq.send_prepare(name, each.statement.encode(encoding), [*map(_type, each.values)])
                expected.append(each.statement)
            values = [_written(value, encoding) for value in each.values]
            forms = [isinstance(value, (str, bytes)) for value in each.values]
            libpq.send_query_prepared(name, values, forms)
            expected.append(each)
        if complete:
            libpq.send_query_params(b"COMMIT", None)
            expected.append("")
        libpq.pipeline_sync()
        failed, prepared = driver.wait(_fetched(libpq, expected, encoding))
    finally:
        if libpq.status == _WELL:
            libpq.exit_pipeline_mode()
    known |= {statement: names[statement] for statement in prepared if statement}
    if failed is not None:
        from psycopg.errors import error_from_result

        error = error_from_result(failed, encoding)
        if error.sqlstate == NOT_PREPARED:
            known.clear()
        raise error


def _fetched(libpq: Any, expected: Sequence[Asked | str], encoding: str) -> Generator[int, int, tuple[Any, list[str]]]:
    """Read all answers, as a connection waits for them; the first error, if there is one, and what was prepared."""
    place, failed, prepared = 0, None, list[str]()
    while True:
        while (unsent := libpq.flush()) or libpq.is_busy():
            yield _READ_OR_WRITE if unsent else _READ
            libpq.consume_input()
        found = libpq.get_result()
        if found is None:  # the end of one answer
            place += 1
            continue
        if found.status == _SYNCED:
            return failed, prepared
        each = expected[place]
        if found.status in _ERRORS:
            failed = failed or found
        elif isinstance(each, str):
            prepared.append(each)
        elif found.status == _ROWS:
            reads = [_READS.get(found.ftype(column)) for column in range(found.nfields)]
            each.rows.extend(
                tuple(_read(found.get_value(row, column), read, encoding) for column, read in enumerate(reads))
                for row in range(found.ntuples)
            )


def _read(raw: bytes | None, read: Callable[[bytes], object] | None, encoding: str) -> object:
    if raw is None:
        return None
    return raw.decode(encoding) if read is None else read(raw)


def _type(value: Value) -> int:
    return _TEXT if isinstance(value, str) else _BYTES if isinstance(value, bytes) else 0


def _written(value: Value, encoding: str) -> bytes | None:
    """A text or bytes as they are, with their length; all else as PostgreSQL writes it."""
    if isinstance(value, str):
        return value.encode(encoding)
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, bool):
        return b"t" if value else b"f"
    if isinstance(value, int):
        return b"%d" % value
    return ("{" + ",".join(map(_member, value)) + "}").encode(encoding)


def _member(value: str | bytes) -> str:
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'
