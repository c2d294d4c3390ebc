"""What the service costs beside the desk alone, with a thousand pages open, and what is left when both are killed.

One process of `upheld serve` and one of `upheld desk work`, on a PostgreSQL that is started on a socket; one
connection, then eight, submit a vendor's month again and again, as `bench_desk.py` does. Of each run: records a second,
the processor time of whoever decides (the service, or here the desk within this process), and the time in which 99 of
100 are answered. Then the same while 1,000 connections stay open, each with a page of the console on it. Then messages
that become due while records come in: how late each is written. Last, both processes are killed again and again, and
whatever had no answer is sent again with its key.

    .venv/bin/python bench/bench_serve.py [EVENTS] [--kills N] [--postgresql URL]

Exit status: 1 where a record was lost, doubled or wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

from bench_apply import EXAMPLES, VENDOR
from bench_desk import told
from desk_proof.databases import Fresh, postgresql

from upheld import Desk, Event, load_contracts, load_policy
from upheld.simulation.history import as_records

CLIENTS, PAGES, TIMERS, BATCH = 8, 1_000, 200, 100
PROMPT = Path(__file__).with_name("desk_proof") / "prompt.yaml"
Part = list[tuple[str, Event]]
"""Keys and events that come one after the other."""
Sent = tuple[str, Mapping[str, object]]
"""A key and a record."""


@dataclass
class Tally:
    """What a run came to. Attributes: waits_s: of each request; answers: by key."""

    wall_s: float = 0.0
    own_s: float = 0.0
    waits_s: list[float] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)

    def told(self, name: str, records: int) -> str:
        """A line of the table."""
        late = sorted(self.waits_s)
        return (
            f"{name:38} {records / self.wall_s:7.0f} a second  {self.own_s / records * 1e3:6.2f} ms processor"
            f"  p50 {late[len(late) // 2] * 1e3:6.1f}  p99 {late[int(len(late) * 0.99)] * 1e3:6.1f} ms"
        )


def main(events: int, kills: int, server: str) -> int:
    """Measure, print, and say whether anything was lost."""
    with postgresql(server) as fresh, tempfile.TemporaryDirectory(prefix="upheld-") as folder:
        costs(fresh, events)
        lateness(fresh, Path(folder))
        wrong = killed(fresh, events, kills)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


def costs(fresh: Fresh, events: int) -> None:
    """Records one by one and as lines, by the desk alone and over HTTP, and with pages open."""
    print(f"{events} records of {VENDOR}, load {os.getloadavg()[0]:.1f}")
    url, few = made(fresh()), max(events // 4, 1)
    with_desk(url, stories(0, 200), one_by_one)  # the first tell what a policy means
    one = with_desk(url, stories(1, few, 1), one_by_one)
    print(one.told("desk alone, one at a time", few), flush=True)
    alone = with_desk(url, stories(2, events), one_by_one)
    print(alone.told(f"desk alone, {CLIENTS} at a time", events), flush=True)
    batches = with_desk(url, stories(3, events), hundreds)
    print(batches.told(f"desk alone, {CLIENTS} times {BATCH}", events), flush=True)
    with served(url) as service:
        over(service, stories(4, 200))
        single = over(service, stories(5, few, 1))
        print(single.told("service, one at a time", few), beside(single, few, one, few), flush=True)
        busy = over(service, stories(6, events))
        print(busy.told(f"service, {CLIENTS} at a time", events), beside(busy, events, alone, events), flush=True)
        lines = over(service, stories(7, events), send=as_lines)
        told = beside(lines, events, batches, events)
        print(lines.told(f"service, lines, {CLIENTS} times {BATCH}", events), told, flush=True)
        with open_pages(service, PAGES) as opened:
            busy = over(service, stories(8, events))
            print(busy.told(f"service, {CLIENTS} at a time, {opened} pages open", events), flush=True)


def beside(told: Tally, events: int, desk: Tally, records: int) -> str:
    """What it costs beside the desk: processor time of a record, and records a second."""
    cost, rate = (told.own_s / events) / (desk.own_s / records), (events / told.wall_s) / (records / desk.wall_s)
    return f" {cost:.2f} x the desk, at {rate:.2f} of its rate"


def made(url: str) -> str:
    """A desk of the vendor with its contracts."""
    policy = load_policy(VENDOR)
    contracts = load_contracts(EXAMPLES / VENDOR / "contracts.yaml", policy)
    Desk.open(url, policy=policy, contracts=contracts, upgrade=True).close()
    return url


def stories(series: int, events: int, clients: int = CLIENTS) -> list[Part]:
    """So many events, shared out by their tickets, so that the records of one come in their order."""
    parts: list[Part] = [[] for _ in range(clients)]
    for key, event in told(series, events):
        parts[crc32(event.ticket.encode()) % clients].append((key, event))
    return [part for part in parts if part]


def with_desk(url: str, parts: Sequence[Part], work: Callable[[Desk, Part], Iterator[float]]) -> Tally:
    """The desk within this process, a thread a part."""
    tally, desk = Tally(), Desk.open(url)
    began, busy = time.perf_counter(), time.process_time()
    together([partial(timed, desk, part, work, tally) for part in parts])
    tally.wall_s, tally.own_s = time.perf_counter() - began, time.process_time() - busy
    desk.close()
    return tally


def timed(desk: Desk, part: Part, work: Callable[[Desk, Part], Iterator[float]], tally: Tally) -> None:
    """Do a part."""
    tally.waits_s.extend(work(desk, part))


def one_by_one(desk: Desk, part: Part) -> Iterator[float]:
    """Submit each; how long each took."""
    for key, event in part:
        began = time.perf_counter()
        desk.submit(event, key=key)
        yield time.perf_counter() - began


def hundreds(desk: Desk, part: Part) -> Iterator[float]:
    """Submit a hundred at a time; how long each hundred took."""
    for start in range(0, len(part), BATCH):
        began = time.perf_counter()
        desk.submit_many([(event, key) for key, event in part[start : start + BATCH]])
        yield time.perf_counter() - began


def together(works: Sequence[Callable[[], object]]) -> None:
    """Do all of it, each in a thread."""
    threads = [threading.Thread(target=work) for work in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


@dataclass
class Service:
    """A running process, and where it listens."""

    process: subprocess.Popen[str]
    host: str

    def busy_s(self) -> float:
        """Its processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(url: str, host: str = "127.0.0.1:0") -> Iterator[Service]:
    """`upheld serve`, without a worker of its own."""
    address, _, port = host.partition(":")
    command = [sys.executable, "-m", "upheld", "serve", "--db", url, "--host", address, "--port", port, "--no-worker"]
    with subprocess.Popen(
        [*command, "--rate", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as at:
        assert at.stdout is not None
        found = re.search(r"http://([0-9.:]+)", at.stdout.readline())
        assert found is not None
        yield Service(at, found[1])
        at.terminate()


def over(
    service: Service, parts: Sequence[Part], send: Callable[[str, list[Sent], Tally], None] | None = None
) -> Tally:
    """The same over HTTP, a connection a part."""
    tally = Tally()
    began, busy = time.perf_counter(), service.busy_s()
    together([partial(send or as_requests, service.host, sendable(part), tally) for part in parts])
    tally.wall_s, tally.own_s = time.perf_counter() - began, service.busy_s() - busy
    return tally


def sendable(part: Part) -> list[Sent]:
    """Keys and records of events."""
    return [*zip((key for key, _ in part), as_records([event for _, event in part]), strict=True)]


def as_requests(host: str, part: list[Sent], tally: Tally) -> None:
    """A request a record."""
    connection = HTTPConnection(host, timeout=60)
    for key, record in part:
        began = time.perf_counter()
        answer = post(connection, json.dumps(record), {"Content-Type": "application/json", "Idempotency-Key": key})
        tally.waits_s.append(time.perf_counter() - began)
        tally.answers[key] = json.loads(answer)


def as_lines(host: str, part: list[Sent], tally: Tally) -> None:
    """A request for a hundred."""
    connection = HTTPConnection(host, timeout=60)
    for start in range(0, len(part), BATCH):
        text = "".join(json.dumps({**record, "key": key}) + "\n" for key, record in part[start : start + BATCH])
        began = time.perf_counter()
        post(connection, text, {"Content-Type": "application/x-ndjson"})
        tally.waits_s.append(time.perf_counter() - began)


def post(connection: HTTPConnection, body: str, headers: dict[str, str]) -> bytes:
    """What the service answers. Raises: OSError, HTTPException where it does not, or with a problem."""
    connection.request("POST", "/v1/events", body.encode(), headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise HTTPException(f"{answer.status}: {said.decode()}")
    return said


@contextmanager
def open_pages(service: Service, pages: int) -> Iterator[int]:
    """Connections that have asked for a page of the console, and stay open."""
    opened = []
    for _ in range(pages):
        connection = HTTPConnection(service.host, timeout=60)
        connection.request("GET", "/console/due")
        connection.getresponse().read()
        opened.append(connection)
    yield len(opened)
    for connection in opened:
        connection.close()


def lateness(fresh: Fresh, folder: Path) -> None:
    """Messages that become due over twenty seconds, while records come in: how late each is delivered."""
    url, out = fresh(), folder / "messages.jsonl"
    Desk.open(url, policy=load_policy(PROMPT), upgrade=True).close()
    command = [sys.executable, "-m", "upheld", "desk", "work", "--db", url, "--deliver-to", str(out)]
    with served(url) as service, subprocess.Popen(command, stderr=subprocess.DEVNULL) as worker:
        begin = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
        dues = {f"W-{each}": begin + timedelta(seconds=each % 20) for each in range(TIMERS)}
        opened = [(f"w-{ticket}", opening(ticket, due - timedelta(minutes=2))) for ticket, due in dues.items()]
        late_s, ends = dict[str, float](), time.monotonic() + 40
        watching = threading.Thread(target=watch, args=(out, dues, late_s, ends))
        watching.start()
        over(service, [opened])
        noise = [(f"n-{each}", opening(f"N-{each}", begin - timedelta(minutes=1))) for each in range(10**5)]
        while watching.is_alive() and noise:
            over(service, [noise[:100], noise[100:200]])
            noise = noise[200:]
        watching.join()
        worker.terminate()
    found = sorted(late_s.values())
    half_s = found[len(found) // 2]
    print(f"{len(found)} of {TIMERS} messages under load: at most {found[-1]:.2f} s late, p50 {half_s:.2f} s")


def opening(ticket: str, at: datetime) -> Event:
    """What opens a ticket."""
    return Event(ticket, at, "submit", "customer:kim", "", "acme")


def watch(out: Path, dues: dict[str, datetime], late_s: dict[str, float], ends: float) -> None:
    """Read what is delivered, until all is there, or it has taken too long."""
    read = 0
    while time.monotonic() < ends and len(late_s) < len(dues):
        text, now = out.read_text() if out.exists() else "", datetime.now(UTC)
        lines = text.splitlines()
        for line in lines[read:]:
            ticket = json.loads(line)["ticket"]
            late_s.setdefault(ticket, (now - dues[ticket]).total_seconds())
        read = len(lines)
        time.sleep(0.05)


def killed(fresh: Fresh, events: int, kills: int) -> list[str]:
    """Kill both processes so often while records come in; what is lost, doubled or wrong."""
    if not kills:
        return []
    url, random, tally = made(fresh()), Random(7), Tally()
    left = stories(9, events)
    times, asked = 0, sum(map(len, left))
    while any(left):
        command = [sys.executable, "-m", "upheld", "desk", "work", "--db", url]
        with served(url) as service, subprocess.Popen(command, stderr=subprocess.DEVNULL) as worker:
            works = [partial(until_killed, service.host, part, tally) for part in left]
            together([*works, partial(strike, service, worker, random)] if times < kills else works)
            worker.terminate()
        times += times < kills
    desk = Desk.open(url)
    kept, wrong = len(desk.events()), [str(each) for each in desk.verify()]
    desk.close()
    print(f"{times} times both killed: {asked} records sent, {len(tally.answers)} answered, {kept} kept")
    if kept != asked:
        wrong.append(f"{asked} records were sent, and {kept} are kept")
    return wrong


def until_killed(host: str, part: Part, tally: Tally) -> None:
    """Send, and take out what is answered, until nobody answers."""
    with suppress(OSError, HTTPException):
        while part:
            as_requests(host, sendable(part[:20]), tally)
            del part[:20]
    while part and part[0][0] in tally.answers:
        del part[0]


def strike(service: Service, worker: subprocess.Popen[bytes], random: Random) -> None:
    """Kill both after a while."""
    time.sleep(0.2 + random.random() * 1.5)
    for process in (service.process, worker):
        process.send_signal(signal.SIGKILL)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("events", nargs="?", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--postgresql", default="")
    chosen = parser.parse_args()
    sys.exit(main(chosen.events, chosen.kills, chosen.postgresql))
