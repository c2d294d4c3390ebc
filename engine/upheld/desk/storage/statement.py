"""Statements: what is run for every record, its text worked out once, and given to the driver alone.

SQLAlchemy takes several times as long as the database for a statement of one row, so it writes these and another runs
them. Where a server answers, each way there and back costs more than what is done there: so what does not need one
another's answers is sent *together*, and what is written last with the commit.

Source: DESIGN section 10, "Speed".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Dialect, Engine, Executable, Select, Text, bindparam, func
from sqlalchemy.dialects import postgresql

from upheld.desk.storage import pipeline
from upheld.desk.storage.pipeline import Asked

Given = tuple[Any, ...] | dict[str, Any]
Answer = Callable[[], list[Any]]
"""Gives the rows that were asked for; who has asked for several together calls it when that is over."""

_NUMBERED: Final = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_WAY: Final = "_upheld_way"
"""Where it is noted at a connection, for as long as a transaction lasts."""
_PREPARED: Final = "upheld prepared"
"""Where it is noted at a connection of the driver which statements it knows."""


class Way:
    """The way of statements to a database, found out once for a transaction.

    Attributes:
        driver: The driver's own connection.
        known: Statements that it has prepared, with their names.
        waiting: What is to be sent together, while that lasts.
        last: What is sent with the commit.
    """

    __slots__ = ("driver", "is_sqlite", "known", "last", "waiting")

    def __init__(self, rows: Connection) -> None:
        self.driver: Any = rows.connection.driver_connection
        self.is_sqlite = rows.dialect.name == "sqlite"
        self.known: dict[str, bytes] = {} if self.is_sqlite else rows.connection.info.setdefault(_PREPARED, {})
        self.waiting: list[Asked] | None = None
        self.last: list[Asked] = []


class Prepared:
    """A statement that is run for every record: its text is worked out once for each kind of database."""

    def __init__(self, statement: Executable, columns: Iterable[str] = ()) -> None:
        self._statement = statement
        self._columns = [*columns] or None
        self._texts: dict[str, tuple[str, Callable[[Mapping[str, Any]], Given]]] = {}

    def run(self, rows: Connection, given: Mapping[str, Any]) -> list[Any]:
        """The rows that it gives with these values, by the names of its parameters."""
        return self.ask(rows, given)()

    def ask(self, rows: Connection, given: Mapping[str, Any]) -> Answer:
        """The same, to be had later."""
        return self._asked(rows, [given])

    def run_each(self, rows: Connection, given: Sequence[Mapping[str, Any]]) -> None:
        """Run it with each of these, for what it writes; with none it is not run at all."""
        if given:
            self._asked(rows, given)

    def _asked(self, rows: Connection, given: Sequence[Mapping[str, Any]]) -> Answer:
        way = _way(rows)
        if way is None:
            made, order = self._made(f"heard by {rows.dialect.name}", rows.dialect)
            found = rows.exec_driver_sql(made, order(given[0]) if len(given) == 1 else [*map(order, given)])
            heard: list[Any] = [*found.all()] if found.returns_rows else []
            return lambda: heard
        if way.is_sqlite:
            made, order = self._texts.get("sqlite") or self._made("sqlite", rows.dialect)
            return run(way.driver, made, order(given[0]) if len(given) == 1 else [*map(order, given)])
        made, order = self._texts.get("numbered") or self._made("numbered", _NUMBERED)
        answer: list[Any] = []
        asked = [Asked(made, order(each), answer) for each in given]  # type: ignore[arg-type]  # in their order
        if way.waiting is None:
            _sent(rows, way, asked)
        else:
            way.waiting += asked
        return lambda: answer

    def _made(self, kind: str, dialect: Dialect) -> tuple[str, Callable[[Mapping[str, Any]], Given]]:
        made = self._texts.get(kind)
        if made is None:
            compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)  # type: ignore[attr-defined]
            names = None if compiled.positiontup is None else tuple(compiled.positiontup)
            made = self._texts[kind] = str(compiled), dict if names is None else _picking(names)
        return made


class Several:
    """A question that is asked for several values of a column: by an array, or for one after the other in SQLite.

    Args:
        asked: For all that there is.
        column: It has one of the values; rows come in its order.
    """

    def __init__(self, asked: Select[Any], column: ColumnElement[str]) -> None:
        self._one = Prepared(asked.where(column == bindparam("value")))
        values: Any = func.any(bindparam("values", type_=postgresql.ARRAY(Text)))
        self._some = Prepared(asked.where(column == values).order_by(column))

    def ask(self, rows: Connection, values: Sequence[str], **given: Any) -> Answer:
        """The rows of these values, to be had later."""
        if rows.dialect.name != "sqlite":
            return self._some.ask(rows, {**given, "values": [*values]}) if values else list
        if len(values) == 1:
            return self._one.ask(rows, {**given, "value": values[0]})
        found = [row for value in values for row in self._one.run(rows, {**given, "value": value})]
        return lambda: found


def together(rows: Connection, *, last: bool = False) -> AbstractContextManager[None]:
    """While it lasts nobody has an answer: what is asked meanwhile is run in its end, in this order, and sent as one.

    Only statements of this module may be run meanwhile. What goes wrong with one is raised in the end.

    Args:
        last: Whether nothing comes after it: then it is sent with the commit.
    """
    way = _way(rows)
    return nullcontext() if way is None or way.is_sqlite else _Together(rows, way, last)


class _Together:
    __slots__ = ("_last", "_rows", "_way")

    def __init__(self, rows: Connection, way: Way, last: bool) -> None:
        self._rows, self._way, self._last = rows, way, last

    def __enter__(self) -> None:
        self._way.waiting = []

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        waiting, self._way.waiting = self._way.waiting, None
        assert waiting is not None, "it was begun"
        if kind is None and self._last:
            self._way.last = waiting
        elif kind is None:
            _sent(self._rows, self._way, waiting)


def run(driver: Any, statement: str, given: Given | list[Given]) -> Answer:
    """Run a statement by the driver of SQLite alone."""
    cursor = driver.executemany(statement, given) if given.__class__ is list else driver.execute(statement, given)
    found = cursor.fetchall()
    return lambda: found


def begin(rows: Connection, how: str) -> None:
    """Begin a transaction; of SQLite in this way, whose driver begins none by itself here."""
    if is_heard(rows.engine):
        rows.begin()
        if rows.dialect.name == "sqlite":
            rows.exec_driver_sql(how)
        return
    way = Way(rows)
    setattr(rows, _WAY, way)
    if way.is_sqlite:
        run(way.driver, how, ())


def complete(rows: Connection) -> None:
    """Commit a transaction that was begun here."""
    way: Way | None = rows.__dict__.pop(_WAY, None)
    if way is not None and way.last:
        _sent(rows, way, way.last, complete=True)
    if rows.in_transaction():
        rows.commit()
    elif way is not None:
        rows.dialect.do_commit(way.driver)


def undo(rows: Connection) -> bool:
    """Roll back a transaction, whatever has become of it, and let go of the connection; whether it still held."""
    rows.__dict__.pop(_WAY, None)
    try:
        driver: Any = rows.connection.driver_connection
        rows.dialect.do_rollback(driver)  # SQLAlchemy does it not once a commit has failed
        rows.close()
    except Exception:  # whatever a driver says of a connection that broke
        with suppress(Exception):
            rows.invalidate()
        with suppress(Exception):
            rows.close()
        return False
    return True


def is_heard(engine: Engine) -> bool:
    """Whether somebody listens to statements: then all of them take the way of SQLAlchemy."""
    return bool(getattr(engine, "_has_events", True))


def _way(rows: Connection) -> Way | None:
    way: Way | None = rows.__dict__.get(_WAY)
    if way is None and not is_heard(rows.engine):
        way = Way(rows)  # of a transaction that somebody else began
        setattr(rows, _WAY, way)
    return way


def _sent(rows: Connection, way: Way, asked: Sequence[Asked], *, complete: bool = False) -> None:
    if not asked:
        return
    if not pipeline.can(way.driver):  # its first statement says how the transaction begins
        rows.exec_driver_sql("SELECT 1")
    pipeline.run(way.driver, way.known, asked, complete=complete)


def _picking(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Gives the values of these names, in their order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: tuple(given[name] for name in names)
