"""Sorting: the same order whatever fits into memory, and no file that stays behind."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.core.errors import HistoryError
from upheld.core.record.event import Event
from upheld.history import sorting
from upheld.history.event_record import event_of_text, in_time, text_of_event
from upheld.history.importer import Bad
from upheld.history.mapping.timed_row import Timed, by_time
from upheld.history.sorting import SpillingSort

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
ROWS = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.integers(-5, 5), st.dictionaries(TEXTS, TEXTS, max_size=2)), max_size=40
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def pairs(items: list[tuple[int, str]], most: int, **options: bool) -> list[tuple[int, str]]:
    with SpillingSort(_key, _text, _item, most=most, **options) as sort:
        for item in items:
            sort.add(item)
        return list(sort.sorted())


def _key(item: tuple[int, str]) -> tuple[int, ...]:
    return (item[0],)


def _text(item: tuple[int, str]) -> str:
    return f"{item[0]},{item[1]}"


def _item(text: str) -> tuple[int, str]:
    number, _, name = text.partition(",")
    return int(number), name


@given(st.lists(st.tuples(st.integers(-3, 3), st.sampled_from("abcdef"))), st.integers(1, 12))
def test_it_is_sorted_as_python_would_sort_it(items: list[tuple[int, str]], most: int) -> None:
    """Items of one key stay as they came, or are turned around, wherever they were in the meantime."""
    assert sorted(items, key=lambda item: item[0]) == pairs(items, most)
    backwards = items[::-1]
    turned = sorted(backwards, key=lambda item: item[0])
    assert turned == pairs(items, most, newest_first=True) == pairs(items, 10_000, newest_first=True)


def test_more_files_than_may_be_open_become_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three at a time, again and again."""
    monkeypatch.setattr(sorting, "MOST_RUNS", 3)
    items = [(number * 7919 % 101, str(number)) for number in range(500)]

    assert sorted(items, key=lambda item: item[0]) == pairs(items, 4)


@given(ROWS, st.integers(1, 12))
def test_rows_stand_together_ticket_by_ticket(rows: list[tuple[str, int, dict[str, str]]], most: int) -> None:
    """In the order in which each ticket was met, and then of time; what is bad comes before all of them."""
    timed = [Timed(f"log.csv:{line}", ticket, at_s, cells) for line, (ticket, at_s, cells) in enumerate(rows, 2)]
    met = list(dict.fromkeys(row.ticket for row in timed))
    bad = Bad("log.csv:1", "no row")

    assert [bad, *sorted(timed, key=lambda row: (met.index(row.ticket), row.at_s))] == list(
        by_time(iter([*timed, bad]), most=most)
    )
    backwards = timed[::-1]
    assert sorted(backwards, key=lambda row: (met.index(row.ticket), row.at_s)) == list(
        by_time(iter(timed), most=most, newest_first=True)
    )


EVENTS = st.builds(
    lambda ticket, at, what, actor, channel, customer, data: Event.from_record(
        {"ticket": ticket, "at": at, **what, "actor": actor, "channel": channel, "customer": customer, "data": data}
    ),
    st.sampled_from(["T-1", "T-2", "É-1"]),
    st.sampled_from(["2026-03-02T09:00:00.5+01:00", "2026-03-02T08:00:00Z", "2026-03-01T08:00:00-03:30"]),
    st.sampled_from([{"event": "submit"}, {"state": "open"}]),
    st.sampled_from(["", "agent:7"]),
    st.sampled_from(["", "portal"]),
    st.sampled_from(["", "acme"]),
    st.sampled_from([{}, {"a": 1, "b": True, "c": "x", "d": None, "e": ["a", "b"]}, {"": 2**63}]),
)


@given(EVENTS)
def test_an_event_comes_back_as_it_was_written(event: Event) -> None:
    """To the last of its parts, those included that equality does not look at."""
    again = event_of_text(text_of_event(event))

    assert event == again
    assert (event.at.isoformat(), event.at_s, event.role) == (again.at.isoformat(), again.at_s, again.role)
    assert repr(dict(event.data)) == repr(dict(again.data))


@given(st.lists(EVENTS, max_size=30), st.integers(1, 8))
def test_events_are_in_the_order_of_their_instants(events: list[Event], most: int) -> None:
    """Those of one second as they came, or the other way around."""
    plain = sorted(events, key=lambda event: event.at_s)
    backwards = events[::-1]
    turned = sorted(backwards, key=lambda event: event.at_s)

    assert plain == list(in_time(iter(events), most=most))
    assert turned == list(in_time(iter(events), most=most, newest_first=True))


def test_nothing_stays_behind(folder: Path) -> None:
    """Neither after the end, nor where reading fails or nobody wants the rest."""

    def failing() -> Iterator[Event]:
        yield from events * 3
        raise HistoryError("log.csv:9", "it ends here")

    events = [Event.from_record({"ticket": "T-1", "at": f"2026-03-02T09:0{n}Z", "event": "submit"}) for n in range(9)]
    assert 27 == len(list(in_time(iter(events * 3), most=4)))
    with pytest.raises(HistoryError, match="it ends here"):
        list(in_time(failing(), most=4))
    begun = in_time(iter(events), most=4)
    next(begun)
    del begun

    assert [] == list(folder.iterdir())


def test_a_full_disk_is_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says where, and what to do."""

    class Full:
        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    def opened(**_: Any) -> Full:
        return Full()

    monkeypatch.setattr(tempfile, "TemporaryFile", opened)
    with pytest.raises(HistoryError) as told:
        pairs([(1, "a"), (2, "b"), (3, "c")], 2)
    assert str(told.value) == (
        f"{folder}: this history is too long for memory, and cannot be kept here in the meantime "
        "(no space left on device): make room, or set TMPDIR to a folder that has some"
    )


def test_no_folder_for_temporary_files_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has none that may be written to."""

    def none() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "gettempdir", none)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: none())
    with pytest.raises(HistoryError, match="TMPDIR: this history is too long for memory"):
        pairs([(1, "a"), (2, "b"), (3, "c")], 2)
