"""Every wrong argument, and every database that cannot be used: one line, exit status 2, nothing done."""

from __future__ import annotations

import shlex
import sqlite3
from pathlib import Path

import pytest
from desk.commands.shop import run
from sqlalchemy import text

from upheld.desk.migrations.upgrade import VERSIONS
from upheld.desk.storage import database as databases
from upheld.desk.storage.database import Database

WRONG = {
    "init": "missing option `--policy`",
    "init --policy nope": "no policy `nope` is installed",
    "init --policy base": "the desk goes by policy `shop@1.0.0`, and not by this `base@1.0.0`",
    "submit": "missing argument `HISTORY...`",
    "submit nothing.jsonl": "nothing.jsonl: no such file",
    "submit events.jsonl --late never": "`never` is none of its values; there are `refuse`, `insert`",
    "submit events.jsonl --key-column id": "events.jsonl:1: column `id` holds no key",
    "submit events.jsonl --map nothing.yaml": "nothing.yaml",
    "submit events.jsonl --source 'a\tb' --key-column ticket": "is no source",
    "submit states.jsonl": "was observed, which only a replay in audit mode reads",
    "submt events.jsonl": "no command `submt`; did you mean `submit`?",
    "work --deliver nope": "there is no command `nope`",
    'work --deliver "\'"': "is no command: a quotation is open",
    "work --deliver-to nowhere/told.jsonl": "cannot be written",
    "due --until tomorrow": "until: `tomorrow` is no instant",
    "due --limit none": "invalid value for `--limit`",
    "queue": "missing option `--at`",
    "queue --at tomorrow": "at: `tomorrow` is no instant",
    "queue --at 2024-03-06T12:00Z --version nope": "no policy `nope` is kept; there are `shop@1.0.0`",
    "ticket": "missing argument `TICKET`",
    "ticket T-77": "there is no record of ticket `T-77`",
    "story T-77": "there is no record of ticket `T-77`",
    "story T-1 --as-of tomorrow": "`tomorrow` is no instant",
    "statement nobody": "customer `nobody` has no account",
    "outbox abc": "give IDs with `--retry`",
    "outbox --state ded": "did you mean `dead`?",
    "export nowhere/history.jsonl": "nowhere/history.jsonl: no such file",
    "import": "missing argument `HISTORY...`",
    "import events.jsonl --until soon": "until: `soon` is no instant",
    "adopt": "nothing to adopt: give `--policy`, `--contracts`, or both",
    "adopt --contracts nothing.yaml": "nothing.yaml",
    "move --policy next.yaml": "no ticket is named",
    "move T-1": "missing option `--policy`",
    "erase": "missing argument `PERSON`",
    "retain": "say how old with `--older-than 18mo`",
    "retain --older-than 1y": "missing argument `DIR`",
    "retain old --older-than 1x": "`1x` is no duration",
    "retain old --older-than 2bd": "has no date to begin on",
    "retain taken --before 2024-03-11T00:00Z": "`taken` is there already, and nothing left the desk for it",
    "retain policy.yaml/old --before 2024-03-11T00:00Z": "cannot be written",
    "status --format xml": "there are `text`, `json`",
    "verify extra": "unexpected argument `extra`",
}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_misuse_is_told_in_one_line(told: str, folder: Path) -> None:
    """With what to do, and nothing is changed."""
    (folder / "taken").mkdir()
    (folder / "states.jsonl").write_text('{"ticket": "S", "at": "2024-03-11T09:00Z", "state": "open"}\n')
    before, wrong = run("export", url=told).stdout, list[str]()
    for line, says in WRONG.items():
        done = run(*shlex.split(line), url=told)
        lines = [each for each in done.stderr.splitlines() if not each.startswith("the outbox is left alone")]
        if (done.exit_code, done.stdout, len(lines)) != (2, "", 1) or not lines[0].startswith("error: "):
            wrong.append(f"{line}: {done.exit_code} {done.output}")
        elif says not in lines[0]:
            wrong.append(f"{line}: {lines[0]}")

    assert [] == wrong
    assert before == run("export", url=told).stdout


@pytest.mark.parametrize("command", ["status", "submit events.jsonl", "work", "retain --dry-run --older-than 1y"])
@pytest.mark.parametrize(
    "url, says",
    [
        ("", "missing option `--db`: give the address of the database, `sqlite:///desk.db`, or set UPHELD_DB"),
        ("nonsense", "this is no address of a database"),
        ("mysql://root@localhost/x", "a desk lives in SQLite or PostgreSQL, and not in `mysql`"),
        ("sqlite:///missing.db", "there is no desk in `sqlite:///missing.db`: `upheld desk init`"),
        ("sqlite:///nowhere/desk.db", "there is no desk in `sqlite:///nowhere/desk.db`"),
        ("sqlite:///empty.db", "there is no desk in `sqlite:///empty.db`: `upheld desk init`"),
        ("sqlite:///notes.db", "`sqlite:///notes.db` is damaged, or no database: restore a copy"),
        ("postgresql://kim:secret@localhost:1/desk", "`postgresql://kim:***@localhost:1/desk` cannot be reached"),
    ],
)
def test_a_database_that_cannot_be_used_is_told(command: str, url: str, says: str, folder: Path) -> None:
    """Before anything is read; no file is made of one that is not there, and no password is told."""
    (folder / "notes.db").write_text("no database at all, and long enough to be looked at " * 40)
    (folder / "empty.db").touch()
    done = run(*command.split(), url=url)

    assert (2, "") == (done.exit_code, done.stdout)
    assert f"error: {says}" in done.stderr
    assert 1 == len(done.stderr.splitlines())
    assert "secret" not in done.stderr
    assert not (folder / "missing.db").exists()


def test_tables_of_another_release_are_told(told: str, database: Database) -> None:
    """An older one is brought up to date by `upgrade`, and by that alone; a newer one needs a newer upheld."""
    rows_before = run("export", url=told).stdout

    def become(version: str, *statements: str) -> None:
        for each in (*statements, f"UPDATE upheld_version SET version_num = '{version}'"):
            database.transact(lambda rows, each=each: rows.execute(text(each)))  # type: ignore[misc]

    newest = int(VERSIONS[-1])
    since = (
        "upheld_carried",
        "upheld_dispatches",
        "upheld_endpoints",
        "upheld_sources",
        "upheld_tokens",
        "upheld_left",
    )
    columns = ("accounts DROP COLUMN told_s", "accounts DROP COLUMN due_s", "messages DROP COLUMN customer")
    indices = ("accounts_due_s", "messages_customer")
    become(
        "0001",
        *(f"DROP TABLE {table}" for table in since),
        *(f"DROP INDEX ix_upheld_{index}" for index in indices),
        *(f"ALTER TABLE upheld_{column}" for column in columns),
    )
    for words in (("status",), ("init", "--policy", "policy.yaml")):
        older = run(*words, url=told)
        assert 2 == older.exit_code
        assert f"are of version 1, this release needs {newest}: `upheld desk upgrade`" in older.stderr
    upgraded = run("upgrade", url=told)
    assert upgraded.stdout.endswith(f"are of version {newest} now, after 1\n")
    assert rows_before == run("export", url=told).stdout
    assert 0 == run("verify", url=told).exit_code

    become("9999")
    for words in (("status",), ("upgrade",)):
        newer = run(*words, url=told)
        assert 2 == newer.exit_code
        assert f"is newer than this release knows ({newest}): install a newer upheld" in newer.stderr


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_database_that_may_not_be_written_is_told(told: str) -> None:
    """What only reads works all the same."""
    file = told.removeprefix("sqlite:///")
    read_only = f"sqlite:///file:{file}?mode=ro&uri=true"

    assert run("status", url=told).stdout == run("status", url=read_only).stdout
    done = run("erase", "kim", url=read_only)
    assert 2 == done.exit_code
    assert "may it be written?" in done.stderr


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_busy_database_is_told(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once somebody held it for too long; reading goes on meanwhile, and nothing was done."""
    monkeypatch.setattr(databases, "WAIT_MS", 10)
    monkeypatch.setattr(databases, "TRIES", 2)
    holder = sqlite3.connect(told.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        done, read = run("erase", "kim", url=told), run("status", url=told)
    finally:
        holder.execute("ROLLBACK")
        holder.close()

    assert (2, "") == (done.exit_code, done.stdout)
    assert "for too long: nothing was done, try again" in done.stderr
    assert 0 == read.exit_code
    assert "forgotten: 4 tickets named the person\n" == run("erase", "kim", url=told).stdout
