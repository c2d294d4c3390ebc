"""Faults: a process that dies before any statement, others in the way, rows changed by hand, tables of another age."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Barrier, Thread
from threading import Event as Signal

import pytest
import small_desk
from desk.test_law import emptied
from reference.agreement import made_examples
from sqlalchemy import event as events_of
from sqlalchemy import insert, inspect, select, text, update

from upheld import Busy, Desk, DeskError, Event, NotUpgraded, replay
from upheld.desk.migrations import upgrade
from upheld.desk.storage.database import Database
from upheld.desk.storage.tables import JOURNAL, METADATA, TICKETS
from upheld.loader.contracts import contracts_from

Opened = Callable[..., Desk]


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def dying_before(desk: Desk, doomed: int) -> Iterator[list[str]]:
    """Die before the statement of this number; BEGIN and COMMIT are statements too."""
    engine, seen = desk._database._engine, list[str]()

    def statement(*arguments: object) -> None:
        seen.append(str(arguments[2]) if len(arguments) > 2 else "BEGIN or COMMIT")
        if len(seen) == doomed:
            raise Killed

    names = ("before_cursor_execute", "begin", "commit")
    for name in names:
        events_of.listen(engine, name, statement)
    try:
        yield seen
    finally:
        for name in names:
            events_of.remove(engine, name, statement)


@pytest.mark.parametrize("number", [3, 12])
def test_a_death_before_a_statement_neither_loses_nor_doubles(opened: Opened, database: Database, number: int) -> None:
    """What was sent is sent again with its key; the verdicts are those of a replay, and nothing is told twice."""
    _, made, policy = next(made_examples(23, number, number + 1))
    contracts = contracts_from(made.contracts, policy)
    sent = [Event.from_record(record) for record in made.records][:6]
    alive, doomed = 1, 0
    while alive:
        doomed, alive = doomed + 1, 0
        desk = opened(policy, contracts=contracts)
        for place, event in enumerate(sent):
            with suppress(Killed), dying_before(desk, doomed) as seen:
                desk.submit(event, key=str(place))
            alive += len(seen) >= doomed
            with suppress(Killed), dying_before(desk, doomed) as seen:
                desk.run_due(event.at)
            desk.submit(event, key=str(place))
            desk.run_due(event.at)
        assert json.dumps(replay(policy, desk.events(), contracts)) == json.dumps(desk.verdicts())
        assert [event.event for event in sent] == [event.event for event in desk.events()]
        assert () == desk.verify()
        desk.close()
        emptied(database)
    assert doomed > 6


def test_several_writers_lose_and_double_nothing(opened: Opened) -> None:
    """Four threads send the records of one customer's tickets, each record twice in all, while two let time pass."""
    _, made, policy = next(made_examples(23, 12, 13))
    contracts = contracts_from(made.contracts, policy)
    desk = opened(policy, contracts=contracts)
    records = [Event.from_record(record) for record in made.records]
    sent = [
        (f"{copy}-{place}", _renamed(event, f"T-{copy}")) for copy in range(4) for place, event in enumerate(records)
    ]
    failures: list[BaseException] = []

    def submit(worker: int) -> None:
        try:
            for key, event in sent:
                if int(key[0]) % 2 == worker % 2:
                    desk.submit(event, key=key)
        except BaseException as error:  # told below
            failures.append(error)

    def run(worker: int) -> None:
        try:
            for event in records:
                desk.run_due(event.at)
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=submit, args=(worker,)) for worker in range(4)]
    threads += [Thread(target=run, args=(worker,)) for worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failures
    assert len(sent) == len(desk.events())
    assert json.dumps(replay(policy, desk.events(), contracts)) == json.dumps(desk.verdicts())
    assert () == desk.verify()


def _renamed(event: Event, ticket: str) -> Event:
    return Event(
        f"{ticket}-{event.ticket}", event.at, event.event, event.actor, event.channel, event.customer, event.data
    )


@pytest.fixture
def told(opened: Opened) -> Desk:
    """A desk with a story that is billed."""
    _, made, policy = next(made_examples(23, 12, 13))
    desk = opened(policy, contracts=contracts_from(made.contracts, policy))
    desk.submit_many(Event.from_record(record) for record in made.records)
    assert () == desk.verify()
    return desk


COLUMNS = [each.name for each in JOURNAL.c if each.name != "code"]


@pytest.mark.parametrize("seed", range(6))
def test_every_flipped_bit_is_found_with_its_row(told: Desk, database: Database, seed: int) -> None:
    """In any column of any row of the journal (THREATS D04)."""
    chance = random.Random(seed)
    rows = database.read(lambda rows: rows.execute(select(JOURNAL)).mappings().all())
    for _ in range(25):
        row, name = chance.choice(rows), chance.choice(COLUMNS)
        value = _flipped(row[name], chance)
        ticket, seq = row["ticket"], row["seq"]
        try:
            change(database, ticket, seq, {name: value})
        except DeskError:
            continue  # the database itself refuses it
        found = told.verify()
        place = (value if name == "ticket" else ticket, value if name == "seq" else seq)
        assert place in [(each.ticket, each.seq) for each in found], (name, row[name], value)
        change(database, *place, {name: row[name]})
    assert () == told.verify()


def change(database: Database, ticket: str, seq: int, values: dict[str, object]) -> None:
    """Change a row of the journal by hand."""
    which = JOURNAL.c.ticket == ticket, JOURNAL.c.seq == seq
    database.transact(lambda rows: rows.execute(update(JOURNAL).where(*which).values(values)))


def _flipped(value: object, chance: random.Random) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(20))
    raw = bytearray(value.encode() if isinstance(value, str) else bytes(value))  # type: ignore[call-overload]
    if isinstance(value, str):
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(5)
        flipped = raw.decode("latin-1")
        return flipped if flipped.isprintable() and flipped != value else f"{value}x"
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(raw)


@pytest.mark.parametrize(
    "statement, says",
    [
        ("DELETE FROM upheld_journal WHERE seq = 2", "record"),
        ("DELETE FROM upheld_journal WHERE seq = (SELECT max(seq) FROM upheld_journal)", "a record is gone"),
        ("DELETE FROM upheld_tickets", "its standing is gone"),
        ("UPDATE upheld_journal SET code = 'rule' WHERE seq = 1", "decided anew it is accepted"),
        ("UPDATE upheld_journal SET customer = 'nobody' WHERE seq = 1", "it is not as it was written"),
        ("UPDATE upheld_tickets SET standing = replace(standing, 'T-1', 'T-2')", "does not stand"),
        ("UPDATE upheld_entries SET entry = replace(entry, '1', '2')", "not as they were kept"),
        ("UPDATE upheld_accounts SET books = NULL", "not what was charged"),
    ],
)
def test_what_was_changed_by_hand_is_told(told: Desk, database: Database, statement: str, says: str) -> None:
    """Rows taken out, caches that say something else; what is only a cache is rebuilt."""
    database.transact(lambda rows: rows.execute(text(statement)))
    found = [str(each) for each in opened_anew(told).verify()]

    assert any(says in each for each in found), found
    if "journal WHERE" not in statement and "customer =" not in statement:
        opened_anew(told).rebuild()
        assert () == opened_anew(told).verify()


def opened_anew(desk: Desk) -> Desk:
    """A desk that remembers nothing."""
    return type(desk)(desk._database)


def test_the_migrations_build_what_is_declared(opened: Opened, database: Database) -> None:
    """Nothing differs between what `upgrade` builds and `tables`; partial indices by their text, too."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    opened()

    def compare(rows: object) -> tuple[list[object], set[tuple[str, str]]]:
        context = MigrationContext.configure(rows, opts={"compare_type": True})  # type: ignore[arg-type]
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        if not database.is_sqlite:
            asked = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        made = {tuple(row) for row in rows.execute(text(asked))}  # type: ignore[attr-defined]
        found = [each for each in compare_metadata(context, METADATA) if "upheld_version" not in str(each)]
        return found, made

    found, migrated = database.transact(compare)
    assert [] == found

    def declared(rows: object) -> tuple[list[object], set[tuple[str, str]]]:
        METADATA.drop_all(rows)  # type: ignore[arg-type]
        METADATA.create_all(rows)  # type: ignore[arg-type]
        return compare(rows)

    assert migrated == database.transact(declared)[1]


def test_an_upgrade_is_done_once(opened: Opened, database: Database) -> None:
    """A second one changes nothing, and rows stay."""
    opened()
    database.transact(
        lambda rows: rows.execute(insert(TICKETS).values(ticket="T", seq=0, link=b"", policy="", customer=""))
    )
    upgrade.upgrade(database)
    assert 1 == database.read(lambda rows: rows.scalar(text("SELECT count(*) FROM upheld_tickets")))
    assert "upheld_version" in database.read(lambda rows: inspect(rows).get_table_names())


@pytest.mark.parametrize(
    "version, says",
    [("9999", "is of version 9999, which is newer"), ("0000", "newer"), ("x", "of version `x`")],
)
def test_tables_of_another_age_are_refused(
    opened: Opened, url: str, database: Database, version: str, says: str
) -> None:
    """With what to do; nothing is changed (THREATS D05)."""
    opened()
    database.transact(lambda rows: rows.execute(text(f"UPDATE upheld_version SET version_num = '{version}'")))
    for again in (False, True):
        with pytest.raises(NotUpgraded, match="of version") as caught:
            Desk.open(url, upgrade=again)
        assert "newer" in str(caught.value) or says in str(caught.value)


def test_a_desk_costs_nothing_until_it_is_used() -> None:
    """`import upheld` and the commands bring no database library."""
    heavy = "sqlalchemy", "alembic", "psycopg"
    code = f"import sys, upheld, upheld.cli; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()


@pytest.mark.parametrize(
    "url, says",
    [
        ("nonsense", "no address"),
        ("mysql://root@localhost/x", "SQLite or PostgreSQL, and not in `mysql`"),
        ("sqlite:////nowhere/at/all/desk.db", "is its folder there"),
        ("postgresql://kim:secret@localhost:1/desk?password=hidden", "cannot be reached"),
        (None, "no address"),
    ],
)
def test_a_database_that_cannot_be_used_is_told(url: str, says: str) -> None:
    """In words, without SQL, a driver's exception or a password (THREATS F11, H05)."""
    with pytest.raises(DeskError, match=says) as caught:
        Desk.open(url, upgrade=True)
    told = f"{caught.value} {caught.value.__cause__}"
    assert not any(word in told for word in ("secret", "hidden", "SELECT", "sqlalche", "psycopg."))


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    """A file of something else."""
    file = tmp_path / "notes.txt"
    file.write_text("not a database, and long enough to be looked at " * 40)
    with pytest.raises(DeskError, match="damaged, or no database"):
        Desk.open(f"sqlite:///{file}", upgrade=True)


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    """What had no room was not done; the same key does it once there is some (THREATS D03)."""
    desk = Desk.open(f"sqlite:///{tmp_path / 'desk.db'}", policy=small_desk.desk(), upgrade=True)
    _limited(desk, 1)
    done = []

    def fill() -> None:
        for number in range(2_000):
            desk.submit(small_desk.submit(ticket=f"T-{number}"), key=str(number))
            done.append(number)

    with pytest.raises(DeskError, match="there is no room left"):
        fill()
    _limited(desk, 10**6)
    number = len(done)

    assert number == len(desk.events())
    assert not desk.submit(small_desk.submit(ticket=f"T-{number}"), key=str(number)).repeated
    assert () == desk.verify()
    desk.close()


def _limited(desk: Desk, pages: int) -> None:
    """Let the file grow to so many pages, or to no more than it has."""
    desk._database.read(lambda rows: rows.exec_driver_sql(f"PRAGMA max_page_count = {pages}"))


def test_who_reads_for_long_keeps_nobody_from_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint does not wait for him; once he is gone the log is used again."""
    monkeypatch.setattr("upheld.desk.storage.database.CHECKPOINT_PAGES", 1)
    address = f"sqlite:///{tmp_path / 'desk.db'}"
    desk, other = Desk.open(address, policy=small_desk.desk(), upgrade=True), Database(address)

    def reads(rows: object) -> float:
        rows.exec_driver_sql("SELECT count(*) FROM upheld_journal").all()  # type: ignore[attr-defined]
        began = time.monotonic()
        for number in range(3):
            desk.submit(small_desk.submit(ticket=f"T-{number}"))
        return time.monotonic() - began

    assert other.read(reads) < 20
    for number in range(100):
        desk.submit(small_desk.submit(ticket=f"N-{number}"))
    assert (tmp_path / "desk.db-wal").stat().st_size < 2**20
    other.close()
    desk.close()


def test_a_connection_cut_before_the_answer_is_made_good_by_the_key(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was completed is there; who got no answer sends it again and gets the first one (THREATS D03)."""
    desk = opened(small_desk.desk())

    @contextmanager
    def cut() -> Iterator[None]:
        yield
        raise DeskError("the connection broke")

    with monkeypatch.context() as patched:
        patched.setattr(desk._database, "_turn", cut)
        with pytest.raises(DeskError, match="the connection broke"):
            desk.submit(small_desk.submit(), key="a")
    answer = desk.submit(small_desk.submit(), key="a")
    assert (True, 1) == (answer.repeated, answer.seq)
    assert 1 == len(desk.events())


def test_connections_that_died_in_the_pool_are_made_anew(opened: Opened, database: Database) -> None:
    """As after a restart of the server: nobody is told, since nothing had been done."""
    desk = opened(small_desk.desk())
    desk.submit(small_desk.submit(), key="a")
    if not database.is_sqlite:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        database.transact(lambda rows: rows.execute(text(f"{ended} AND pid <> pg_backend_pid()")).all())
    assert desk.submit(small_desk.submit(), key="a").repeated
    assert desk.submit(small_desk.submit(ticket="T-2"), key="b").accepted


def test_a_lock_that_is_held_for_too_long_is_busy(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others may hold the database: after a bounded number of tries nothing was done, and that is told."""
    desk = opened()
    monkeypatch.setattr("upheld.desk.storage.database.TRIES", 2)

    def locked(rows: object) -> None:
        rows.exec_driver_sql("SELECT 1")  # type: ignore[attr-defined]
        raise _deadlock(desk._database)

    with pytest.raises(Busy, match="nothing was done, try again"):
        desk._database.transact(locked)


def test_more_threads_than_connections_is_busy(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process whose threads hold all of its connections is told so, and not that the database is none."""
    desk = opened(small_desk.desk())
    desk.submit(small_desk.submit())  # a connection that was used before is one of them, too
    monkeypatch.setattr(desk._database._engine.pool, "_timeout", 0.05)
    all_read, done = Barrier(16), Signal()

    def read(_: object) -> None:
        all_read.wait(60)
        done.wait(60)

    with ThreadPoolExecutor(15) as threads:
        reading = [threads.submit(desk._read, read) for _ in range(15)]
        all_read.wait(60)
        try:
            with pytest.raises(Busy, match="all connections of this process to .* are in use"):
                desk.status()
        finally:
            done.set()
        assert [None] * 15 == [each.result() for each in reading]
    assert 1 == desk.status().records


def _deadlock(database: Database) -> Exception:
    from sqlite3 import OperationalError as Locked

    from sqlalchemy.exc import OperationalError

    original = Locked("database is locked")
    original.sqlite_errorname = "SQLITE_BUSY"
    return OperationalError("", {}, original)
