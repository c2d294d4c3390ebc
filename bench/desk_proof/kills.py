"""kill -9: a process that submits, inserts, lets time pass and delivers is killed, and the next one goes on.

It is killed before a statement, the first, the second and so on, BEGIN and COMMIT included; or whenever it happens.
A listener of SQLAlchemy sees each statement, but has it take another way than those that a desk sends bare or in a
pipeline. So it is killed again at the steps of that way, which a profiler counts: what is sent, fetched, completed.
What it was answered it has told its parent before it goes on, so that the parent knows what was acknowledged.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from types import FrameType
from typing import Final, NamedTuple

from sqlalchemy import event as events_of
from sqlalchemy import text
from sqlalchemy.engine.default import DefaultDialect

from desk_proof.story import granted, prepaid, story
from upheld import Desk, replay
from upheld.desk.storage import pipeline, statement

AGAIN = 2
"""So many of the last records that were acknowledged are sent once more by the next process."""
LONGEST_S = 0.3
"""So long at most a process lives that is killed by chance."""
STEPS: Final = {
    statement.run.__code__,
    statement._sent.__code__,
    pipeline.run.__code__,
    pipeline._fetched.__code__,
    DefaultDialect.do_commit.__code__,
}
"""Between what these begin, go on with and end lies every message to a database that no listener slows."""


class Killed(NamedTuple):
    """What came of it: how often, at how many statements and steps of a life, what was acknowledged, what is wrong."""

    times: int
    deepest: int
    steps: int
    acknowledged: int
    wrong: list[str]


def kill(url: str, at_statements: int, at_random: int, seed: int = 0, records: int = 4, *, at_steps: int = 0) -> Killed:
    """Kill so many processes, one after another, each of which sends so many records; and look at the desk.

    Raises: AssertionError where a process ends by itself, as none should that meets no error.
    """
    Desk.open(url, policy=prepaid(), contracts=granted(10**6), upgrade=True).close()
    chance, places, times = random.Random(seed), dict[int, tuple[str, int]](), 0
    wrong: list[str] = []
    deepest = {"statement": 0, "step": 0, "chance": 0}
    for kind, number in (("statement", at_statements), ("step", at_steps), ("chance", at_random)):
        doomed, until = 0, times + number
        while times < until:
            doomed = doomed + 1 if kind != "chance" else 0
            next_one = max(places, default=-1) + 1
            died, told = _life(url, next_one, records, doomed, chance.uniform(0, LONGEST_S), bare=kind == "step")
            for record, ticket, seq in told:
                if places.setdefault(record, (ticket, seq)) != (ticket, seq):
                    wrong.append(f"record {record} was {places[record]}, and is {(ticket, seq)}")
            times, deepest[kind] = times + died, max(deepest[kind], doomed)
            if not died:  # it had no statement of that number
                doomed = 0
            if times % 200 == 0:
                wrong += looked_at(url, places)
    wrong += looked_at(url, places)
    return Killed(times, deepest["statement"], deepest["step"], len(places), wrong)


def looked_at(url: str, places: dict[int, tuple[str, int]]) -> list[str]:
    """What is wrong with a desk that had acknowledged these records."""
    desk = Desk.open(url)
    try:
        found = [str(each) for each in desk.verify()]
        asked = "SELECT key, ticket, seq FROM upheld_keys"
        kept = {int(row.key): (row.ticket, row.seq) for row in desk._read(lambda rows: rows.execute(text(asked)).all())}
        found += [f"record {number} is lost" for number, place in places.items() if kept.get(number) != place]
        events = desk.events()
        found += [] if len(events) == len(kept) else [f"{len(events)} records of {len(kept)} keys"]
        if json.dumps(replay(prepaid(), events, granted(10**6))) != json.dumps(desk.verdicts()):
            found.append("the export does not replay to the verdicts")
        twice = "SELECT count(*) FROM (SELECT id FROM upheld_messages GROUP BY id HAVING count(*) > 1) AS twice"
        if number := desk._read(lambda rows: rows.scalar(text(twice))):
            found.append(f"{number} messages are there twice")
        return found
    finally:
        desk.close()


def _life(
    url: str, first: int, records: int, doomed: int, wait_s: float, *, bare: bool
) -> tuple[bool, list[tuple[int, str, int]]]:
    """One process; whether it was killed, and what it was answered."""
    ear, mouth = os.pipe()
    child = os.fork()
    if not child:
        os.close(ear)
        try:
            _live(url, first, records if doomed else 10**6, doomed, mouth, bare)
        finally:
            os._exit(0)
    os.close(mouth)
    with os.fdopen(ear) as lines:
        lines.readline()  # it has opened the desk
        if not doomed:
            time.sleep(wait_s)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        told = [(int(number), ticket, int(seq)) for number, ticket, seq in map(str.split, _whole(lines.read()))]
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status), told


def _whole(said: str) -> Iterator[str]:
    """The lines that were said to their end."""
    yield from said.split("\n")[:-1]


def _live(url: str, first: int, records: int, doomed: int, mouth: int, bare: bool) -> None:
    """What a process does until it is killed."""
    desk, seen = Desk.open(url), 0

    def once_more(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == doomed:
            os.kill(os.getpid(), signal.SIGKILL)

    def step(frame: FrameType, what: str, _: object) -> None:
        if frame.f_code in STEPS and what in ("call", "return"):
            once_more()

    os.write(mouth, b"open\n")
    if bare:
        sys.setprofile(step)
    elif doomed:
        for name in ("before_cursor_execute", "begin", "commit"):
            events_of.listen(desk._database._engine, name, once_more)
    for number, event, late in islice(story(max(first - AGAIN, 0)), records + AGAIN):
        answer = desk.submit(event, key=str(number), late="insert" if late else "refuse")
        os.write(mouth, f"{number} {answer.ticket} {answer.seq}\n".encode())
        if number % 3 == 0:
            desk.run_due(event.at)
        if number % 4 == 0:
            for message in desk.outbox.claim(2):
                desk.outbox.done(message)
