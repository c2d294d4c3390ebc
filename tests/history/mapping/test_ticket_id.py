"""Ids of tickets: what is one, and what is told of two that may be."""

from __future__ import annotations

import pytest

from upheld.history.mapping.ticket_id import TicketIds
from upheld.history.notice import Notices


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        (["W-1", "w-1", "W-1", "w-1"], [(1, "log.csv:3", {"ticket": "w-1", "other": "W-1"})]),
        (["\uff34-1", "T-1", "t-1"], [(2, "log.csv:3", {"ticket": "T-1", "other": "\uff34-1"})]),
        (["\u00e9-1", "e\u0301-1", "E\u0301-2"], []),
        (["17", "0017", "1e5", "100000", "I 17"], []),
    ],
    ids=["case", "width", "accents", "numbers"],
)
def test_ids_that_case_alone_tells_apart_are_two_tickets_and_told(
    ids: list[str], told: list[tuple[int, str, dict[str, str]]]
) -> None:
    """Each ticket is counted once, however many rows it has; numbers are texts, and an accent has one way."""
    notices = Notices()
    known = TicketIds(notices)

    read = [known.of(each, f"log.csv:{line}") for line, each in enumerate(ids, 2)]

    assert told == [(each.number, each.place, dict(each.values)) for each in notices if each.kind == "alike-ids"]
    assert len({*read}) == len({*ids}) - (ids[0] == "\u00e9-1")
