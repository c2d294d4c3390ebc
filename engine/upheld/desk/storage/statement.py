"""Statements: what is run for every record, its text worked out once, and given to the driver alone.

SQLAlchemy takes several times as long as the database for a statement of one row, so it writes these and another runs
them. Where a server answers, each way there and back costs more than what is done there: so what does not need one
another's answers is sent *together*.

Source: DESIGN section 10, "Speed".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Dialect, Executable, Select, Text, bindparam, func
from sqlalchemy.dialects import postgresql

from upheld.desk.storage import pipeline
from upheld.desk.storage.pipeline import Asked

Given = tuple[Any, ...] | dict[str, Any]
Answer = Callable[[], list[Any]]
"""Gives the rows that were asked for; who has asked for several together calls it when that is over."""

_NUMBERED: Final = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_TOGETHER, _PREPARED = "upheld together", "upheld prepared"
"""What is noted at a connection: what is to be sent with it, and which statements it knows."""


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
        if _is_heard(rows):
            made, order = self._made(f"heard by {rows.dialect.name}", rows.dialect)
            found = rows.exec_driver_sql(made, order(given[0]) if len(given) == 1 else [*map(order, given)])
            heard: list[Any] = [*found.all()] if found.returns_rows else []
            return lambda: heard
        if rows.dialect.name == "sqlite":
            made, order = self._made("sqlite", rows.dialect)
            return run(rows, made, order(given[0]) if len(given) == 1 else [*map(order, given)])
        made, order = self._made("numbered", _NUMBERED)
        answer: list[Any] = []
        asked = [Asked(made, order(each), answer) for each in given]  # type: ignore[arg-type]  # in their order
        waiting: list[Asked] | None = rows.connection.info.get(_TOGETHER)
        if waiting is None:
            _sent(rows, asked)
        else:
            waiting += asked
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
        found = [row for value in values for row in self._one.run(rows, {**given, "value": value})]
        return lambda: found


@contextmanager
def together(rows: Connection) -> Iterator[None]:
    """While it lasts nobody has an answer: what is asked meanwhile is run in its end, in this order, and sent as one.

    Only statements of this module may be run meanwhile. What goes wrong with one is raised in the end.
    """
    if rows.dialect.name == "sqlite" or _is_heard(rows):
        yield
        return
    info = rows.connection.info
    waiting: list[Asked] = []
    info[_TOGETHER] = waiting
    try:
        yield
    finally:
        del info[_TOGETHER]
    _sent(rows, waiting)


def run(rows: Connection, statement: str, given: Given | list[Given]) -> Answer:
    """Run a statement by the driver of SQLite alone."""
    driver: Any = rows.connection.driver_connection
    cursor = driver.executemany(statement, given) if isinstance(given, list) else driver.execute(statement, given)
    found = cursor.fetchall() if cursor.description else []
    return lambda: found


def begin_sqlite(rows: Connection, how: str) -> None:
    """Begin a transaction of SQLite, whose driver begins none by itself here."""
    if _is_heard(rows):
        rows.exec_driver_sql(how)
    else:
        run(rows, how, ())


def _sent(rows: Connection, asked: Sequence[Asked]) -> None:
    if not asked:
        return
    driver: Any = rows.connection.driver_connection
    if not pipeline.can(driver):  # its first statement says how the transaction begins
        rows.exec_driver_sql("SELECT 1")
    pipeline.run(driver, rows.connection.info.setdefault(_PREPARED, {}), asked)


def _picking(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Gives the values of these names, in their order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: tuple(given[name] for name in names)


def _is_heard(rows: Connection) -> bool:
    return bool(getattr(rows, "_has_events", True) or getattr(rows.engine, "_has_events", True))
