"""A database from a stranger: nothing in it is run, and no work of its choosing is done."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from table_files.object_logs import ROWS, in_sqlite

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format.ocel import ocel_sqlite
from upheld.history.format.ocel.log_rows import rows
from upheld.history.importer import Row


def read(data: bytes) -> list[dict[str, str]]:
    file = HistoryFile("log", io.BytesIO(data))
    file.part.asked = {"object-type": "Incident"}
    return [dict(each.cells) for each in rows(file) if isinstance(each, Row)]


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS ocel_id, x AS ocel_time FROM n"


def test_views_and_triggers_are_not_looked_at(tmp_path: Path) -> None:
    more = (
        f"CREATE VIEW event_more AS {ENDLESS}",
        "INSERT INTO event_map_type VALUES ('more', 'more')",
        "INSERT INTO event VALUES ('e9', 'more')",
        "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END",
    )
    assert read(in_sqlite(*more)) == ROWS


@pytest.mark.parametrize(
    "statements",
    [
        ("DROP TABLE event_open", f"CREATE VIEW event_open AS {ENDLESS}"),
        ("DROP TABLE event_open", "CREATE VIRTUAL TABLE event_open USING fts5(ocel_id, ocel_time)"),
    ],
)
def test_only_tables_are_read(statements: tuple[str, ...]) -> None:
    """The events of the type have no instant then."""
    assert [each["event id"] for each in read(in_sqlite(*statements))] == ["e2", "e2"]


def test_functions_of_its_schema_do_not_run() -> None:
    """A column that is an expression is none."""
    assert read(in_sqlite("ALTER TABLE event_open ADD COLUMN x AS (hex(zeroblob(100000)))")) == ROWS


def test_work_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocel_sqlite, "FREE_STEPS", 0)
    monkeypatch.setattr(ocel_sqlite, "STEPS_A_BYTE", 0)
    monkeypatch.setattr(ocel_sqlite, "_STEPS", 10)
    with pytest.raises(HistoryError, match="takes far more than its size explains"):
        read(in_sqlite())


def test_a_long_value_is_refused() -> None:
    with pytest.raises(HistoryError):
        read(in_sqlite("UPDATE event_open SET channel = zeroblob(2000000)"))
