"""Changes tell what a ticket's fields held at any time, from what they hold today."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

from upheld.history.format.tracker.change import Change, Course, Entry, in_order, past

FIRST = datetime.fromisoformat("2026-03-02T09:00:00+00:00")


def entry(hours: int, *changes: Change) -> Entry:
    instant = FIRST + timedelta(hours=hours)
    return Entry(str(hours), instant, instant.isoformat(), "7", changes)


def test_going_back_and_forth_ends_where_it_began() -> None:
    """Every order of three changes of a field: the past plus the changes is the present."""
    for words in permutations("abc"):
        values = ["z", *words]
        entries = [
            entry(number, Change("changed", "status", before, after))
            for number, (before, after) in enumerate(zip(values, values[1:]))
        ]
        course = Course("T-1", past({"status": values[-1]}, entries))

        assert {"status": "z"} == past({"status": values[-1]}, entries)
        assert list(words) == [row.cells["ticket status"] for each in entries for row in course.rows("e", each)]


def test_all_rows_of_an_entry_see_the_whole_entry() -> None:
    """What one person did at one instant happened together."""
    both = entry(1, Change("changed", "status", "a", "b"), Change("changed", "priority", "low", "high"))

    rows = list(Course("T-1", {"status": "a", "priority": "low"}).rows("e", both))

    assert [("b", "high")] * 2 == [(row.cells["ticket status"], row.cells["ticket priority"]) for row in rows]


def test_fields_nobody_knew_are_left_out_unless_the_course_grows() -> None:
    """A change alone does not say that the export has the field."""
    change = entry(1, Change("changed", "other", "a", "b"))

    assert "ticket other" not in next(Course("T-1", {}).rows("e", change)).cells
    assert "b" == next(Course("T-1", {}, grows=True).rows("e", change)).cells["ticket other"]


def test_order_of_time_keeps_what_happened_at_one_instant() -> None:
    """A list that gives the latest first gives equal instants backwards, too."""
    forth = [("a", 1), ("b", 1), ("c", 2)]

    assert forth == in_order(forth, lambda each: FIRST + timedelta(hours=each[1]))
    assert forth == in_order(forth[::-1], lambda each: FIRST + timedelta(hours=each[1]))
    assert [] == in_order([], lambda each: FIRST)
