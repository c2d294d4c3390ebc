"""A little of what `bench/desk_faults.py` does at length: deaths, flipped bits, crowds, cuts, and a desk made fast."""

from __future__ import annotations

import sys

import pytest
from desk_proof import crowds, cuts, flips, kills, large

needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")


@needs_fork
def test_a_killed_process_neither_loses_nor_doubles(url: str) -> None:
    """By SIGKILL before a statement and at a step between, each in turn, and by chance (THREATS D01)."""
    found = kills.kill(url, at_statements=12, at_random=4, at_steps=12)
    assert (28, 12, 12, []) == (found.times, found.deepest, found.steps, found.wrong)


def test_flipped_bits_are_found(url: str) -> None:
    """Each with its row (THREATS D04)."""
    assert (60, []) == flips.flip(url, 60)[:2]


@needs_fork
def test_workers_tell_each_timer_once(url: str) -> None:
    """However many look at once (THREATS D06)."""
    assert [] == crowds.timers(url, tickets=300, workers=3)


@needs_fork
def test_workers_tell_each_notice_once(url: str) -> None:
    """To each customer whose grant ends, however many look at once."""
    assert [] == crowds.notices(url, customers=150, workers=3)


@needs_fork
def test_a_balance_is_never_overdrawn(url: str) -> None:
    """By writers who all spend it at once (THREATS D02)."""
    assert [] == crowds.balance(url, writers=4, records=6, minutes=200)


@needs_fork
def test_changes_of_the_desk_lose_nothing(url: str) -> None:
    """Rebuilding, adopting, closing and forgetting while others submit, some of it late."""
    assert [] == crowds.upheaval(url, writers=2, records=20)


def test_a_cut_connection_is_made_good_by_the_key(url: str) -> None:
    """Between COMMIT and its answer (THREATS D03)."""
    if not url.startswith("sqlite"):
        assert (4, []) == cuts.cut(url, 4)


def test_a_desk_made_fast_is_one_that_was_told(url: str) -> None:
    """Rows that are written in bulk are those that the desk itself writes."""
    desk = large.make(url, tickets=900, still_open=250)
    assert [] == large.checked(desk, 10)
    assert () == desk.verify()
    assert (900, 250) == desk.status()[2:4]
    desk.close()
