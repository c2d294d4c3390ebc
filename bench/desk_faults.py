"""Harm done to a desk, at length: what is proved, on which database, with what result, in how many seconds.

    .venv/bin/python bench/desk_faults.py [PROOF…] [--by N] [--seed N] [--only DATABASE] [--postgresql URL]

PROOF is one or several of those below, by default all. `--by 10` does a tenth of everything. Without an address a
PostgreSQL is started on a socket. Exit status: 0 where nothing was lost, doubled or missed, else 1.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from desk_proof import crowds, cuts, disks, flips, kills, large
from desk_proof.databases import Fresh, postgresql, sqlite_files
from desk_proof.story import BEGIN, opening

Proof = Callable[[Fresh, int, int], tuple[str, list[str]]]
"""Does what it does divided by a number, with a seed; what it found, and what is wrong."""

OPEN, SAMPLE, ROUNDS, LONGEST_MS = 1_000, 200, 9, 50


def killed(fresh: Fresh, by: int, seed: int) -> tuple[str, list[str]]:
    """500 processes killed before a statement, 500 at a step of what is sent bare or in a pipeline, 500 by chance."""
    found = kills.kill(fresh(), 500 // by, 500 // by, seed, at_steps=500 // by)
    told = f"{found.times} killed, up to statement {found.deepest} and step {found.steps}"
    return f"{told}, {found.acknowledged} acknowledged", found.wrong


def flipped(fresh: Fresh, by: int, seed: int) -> tuple[str, list[str]]:
    """10,000 bits of a journal flipped, one at a time."""
    found = flips.flip(fresh(), 10_000 // by, seed)
    return f"{found.found} found with their row, {found.refused} more that the database refuses", found.missed


def timers(fresh: Fresh, by: int, seed: int) -> tuple[str, list[str]]:
    """8 workers on 100,000 timers."""
    return f"{100_000 // by} timers, 8 workers", crowds.timers(fresh(), 100_000 // by, 8)


def notices(fresh: Fresh, by: int, seed: int) -> tuple[str, list[str]]:
    """8 workers on the grants of 10,000 customers that come to their end."""
    return f"{10_000 // by} customers, 8 workers", crowds.notices(fresh(), 10_000 // by, 8)


def balance(fresh: Fresh, by: int, seed: int) -> tuple[str, list[str]]:
    """8 writers on one balance that is never overdrawn."""
    return f"8 writers, {max(400 // by, 10)} records each", crowds.balance(fresh(), 8, max(400 // by, 10), 10_000)


def upheaval(fresh: Fresh, by: int, seed: int) -> tuple[str, list[str]]:
    """4 writers, some of it late, while another one rebuilds, adopts, closes, forgets and verifies."""
    records = max(100 // by, 20)
    return f"4 writers, {records} records each", crowds.upheaval(fresh(), 4, records)


def cut(fresh: Fresh, by: int, seed: int) -> tuple[str, list[str]]:
    """500 connections cut between COMMIT and its answer; PostgreSQL alone has any."""
    url = fresh()
    if url.startswith("sqlite"):
        return "", []
    found = cuts.cut(url, 500 // by, seed)
    return f"{found.times} connections cut", found.wrong


def full(fresh: Fresh, by: int, seed: int) -> tuple[str, list[str]]:
    """A disk of memory that is full six times."""
    found = disks.fill(fresh(), 6)
    return ("", []) if found is None else (f"{found[0]} records, full 6 times", found[1])


def million(fresh: Fresh, by: int, seed: int) -> tuple[str, list[str]]:
    """A desk of 1,000,000 tickets, 1,000 of them open, a quarter with a timer that is overdue: how long it takes."""
    began = time.perf_counter()
    desk = large.make(fresh(), 1_000_000 // by, OPEN)
    made_s, wrong = time.perf_counter() - began, large.checked(desk, SAMPLE, seed)
    at, far = BEGIN + timedelta(minutes=525_700), BEGIN + timedelta(minutes=600_000)
    asked: dict[str, Callable[[int], object]] = {
        "queue": lambda place: desk.queue(at),
        "due": lambda place: desk.due(),
        "run_due of 10": lambda place: desk.run_due(far, limit=10),
        "run_due of 100": lambda place: desk.run_due(far, limit=100),
        "run_due of none": lambda place: desk.run_due(BEGIN),
        "submit": lambda place: desk.submit(opening(f"N-{place}"), key=str(place)),
        "claim": lambda place: desk.outbox.claim(10),
    }
    told = [f"made in {made_s:.0f} s"]
    for name, ask in asked.items():
        walls, busy = [], time.process_time()
        for place in range(ROUNDS):
            begun = time.perf_counter()
            ask(place)
            walls.append(1000 * (time.perf_counter() - begun))
        own = 1000 * (time.process_time() - busy) / ROUNDS
        told.append(f"{name} {statistics.median(walls):.1f} ms ({own:.1f}, at best {min(walls):.1f})")
        wrong += [f"{name} takes more than {LONGEST_MS} ms"] if min(walls) > LONGEST_MS else []
    desk.close()
    return ", ".join(told), wrong


PROOFS: dict[str, Proof] = {
    "kills": killed,
    "flips": flipped,
    "timers": timers,
    "notices": notices,
    "balance": balance,
    "upheaval": upheaval,
    "cuts": cut,
    "disk": full,
    "million": million,
}


def main(arguments: list[str]) -> int:
    """Run what is asked for, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("proofs", nargs="*", choices=[*PROOFS, []], metavar="PROOF", help=", ".join(PROOFS))
    parser.add_argument("--by", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--postgresql", default="")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = parser.parse_args(arguments)
    failed = False
    with sqlite_files() as files, postgresql(asked.postgresql) as server:
        for name in asked.proofs or PROOFS:
            for database, fresh in (("sqlite", files), ("postgresql", server)):
                if asked.only in (None, database):
                    began, busy = time.perf_counter(), time.process_time()
                    found, wrong = PROOFS[name](fresh, asked.by, asked.seed)
                    took, own = time.perf_counter() - began, time.process_time() - busy
                    failed = failed or bool(wrong)
                    if found:
                        result = "; ".join(wrong[:5]) if wrong else "nothing wrong"
                        print(
                            f"{name:9} {database:11} {found}: {result} [{took:.0f} s, processor {own:.0f} s]",
                            flush=True,
                        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
