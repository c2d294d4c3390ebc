"""Crowds: many processes at once that let time pass on the same tickets, or spend the same balance."""

from __future__ import annotations

import os
import random
import traceback
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import text

from desk_proof.story import BEGIN, granted, opening, prepaid, work
from upheld import Desk
from upheld.loader.contracts import contracts_from

MADE_AT_ONCE = 500


def at_once(processes: int, work: Callable[[int], None]) -> int:
    """Do work in so many processes at once; how many failed."""
    children = []
    for number in range(processes):
        child = os.fork()
        if not child:
            status = 1
            try:
                work(number)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        children.append(child)
    return sum(os.waitpid(child, 0)[1] != 0 for child in children)


def timers(url: str, tickets: int, workers: int) -> list[str]:
    """So many tickets wait, and workers let their time pass, all at once; what is wrong."""
    with Desk.open(url, policy=prepaid(), contracts=granted(0), upgrade=True) as desk:
        for first in range(0, tickets, MADE_AT_ONCE):
            desk.submit_many(opening(f"T-{number}") for number in range(first, min(first + MADE_AT_ONCE, tickets)))
    later = [timedelta(minutes=minutes) for minutes in (60, 119, 120, 100_000)]
    wrong = _told_once(url, "ticket", tickets, workers, later)
    with Desk.open(url) as desk:
        again = desk.run_due(BEGIN + later[-1])
    return wrong + ([f"{again.messages} are told once more"] if again.messages else [])


def notices(url: str, customers: int, workers: int) -> list[str]:
    """So many customers' hours come to their end, and workers let the time pass, all at once; what is wrong."""
    given = {"account": "hours", "at": "2026-01-01T00:00+01:00", "amount": 90, "expires": "2026-04-30"}
    signed = {"customers": {f"c-{number}": {"grants": [given]} for number in range(customers)}}
    Desk.open(url, policy=prepaid(), contracts=contracts_from(signed, prepaid()), upgrade=True).close()
    wrong = _told_once(url, "customer", customers, workers, [timedelta(days=days) for days in (0, 59, 60, 400)])
    with Desk.open(url) as desk:
        return wrong + [str(each) for each in desk.verify()]


def _told_once(url: str, whose: str, number: int, workers: int, later: Sequence[timedelta]) -> list[str]:
    """Workers let the time pass up to each of these, all at once; what is wrong, if each of so many is told of once."""

    def run(_: int) -> None:
        mine = Desk.open(url)
        for each in later:
            mine.run_due(BEGIN + each)

    failed = at_once(workers, run)
    counted = f"SELECT count(*), count(DISTINCT {whose}), count(DISTINCT id) FROM upheld_messages"
    with Desk.open(url) as desk:
        told = tuple(desk._read(lambda rows: rows.execute(text(counted)).one()))
    wrong = [f"{failed} workers failed"] if failed else []
    return wrong + ([] if told == (number,) * 3 else [f"messages, {whose}s, ids: {told}"])


def balance(url: str, writers: int, records: int, minutes: int) -> list[str]:
    """Writers spend one customer's minutes, more than there are, each on tickets of its own; what is wrong."""
    desk = Desk.open(url, policy=prepaid(), contracts=granted(minutes), upgrade=True)
    desk.submit_many(opening(f"T-{number}") for number in range(writers))
    desk.close()

    def spend(number: int) -> None:
        mine, chance = Desk.open(url), random.Random(number)
        for place in range(records):
            event = work(f"T-{number}", 1 + place, chance.randint(1, 2 * writers * minutes // (writers * records)))
            mine.submit(event, key=f"{number}-{place}")

    failed = at_once(writers, spend)
    desk = Desk.open(url)
    wrong = [f"{failed} writers failed"] if failed else []
    (found,) = desk.statement("acme")
    wrong += [str(each) for each in desk.verify()]
    wrong += [f"the balance was {least}"] if (least := min(line.balance for line in found.lines)) < 0 else []
    journal = "SELECT count(*) FROM upheld_journal"
    kept = desk._read(lambda rows: rows.scalar(text(journal)))
    refused = desk._read(lambda rows: rows.scalar(text(journal + REFUSED)))
    wrong += [] if kept == writers * (records + 1) else [f"{kept} records"]
    wrong += [] if refused else ["nothing was refused"]
    desk.close()
    return wrong


def upheaval(url: str, writers: int, records: int) -> list[str]:
    """Writers submit, some of it late, while others rebuild, forget, adopt, close and look; what is wrong."""
    desk = Desk.open(url, policy=prepaid(), contracts=granted(10**6), upgrade=True)
    desk.close()

    def write(number: int) -> None:
        mine = Desk.open(url)
        for place in range(records):
            late, minute = place % 5 == 4, 10 + 5 * place - 7 * (place % 5 == 4)
            ticket = f"T-{number}-{place // 10}"
            event = opening(ticket, minute) if place % 10 == 0 else work(ticket, minute, 1 + place % 3)
            mine.submit(event, key=f"{number}-{place}", late="insert" if late else "refuse")
            mine.run_due(event.at)

    def upset(number: int) -> None:
        mine = Desk.open(url)
        for place in range(records // 10):
            mine.rebuild()
            mine.adopt(contracts=granted(10**6, *range(1, place + 1)))
            mine.close_statements(BEGIN - timedelta(days=100 - place))
            mine.erase("kim")
            if found := mine.verify():
                raise AssertionError(f"in the middle of it: {found[:3]}")

    failed = at_once(writers + 1, lambda number: upset(number) if number == writers else write(number))
    desk = Desk.open(url)
    wrong = [f"{failed} failed"] if failed else []
    wrong += [str(each) for each in desk.verify()]
    kept = desk._read(lambda rows: rows.scalar(text("SELECT count(*) FROM upheld_journal")))
    wrong += [] if kept == writers * records else [f"{kept} records"]
    desk.close()
    return wrong


REFUSED = " WHERE code = 'insufficient-balance'"
