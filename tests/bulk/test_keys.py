"""Keys: what can be told apart, and nothing else."""

from __future__ import annotations

import numpy as np

from upheld import Engine, load_policy
from upheld.bulk.automaton.course import Course, Firings, course_of
from upheld.bulk.automaton.spells import expanded
from upheld.bulk.automaton.steps import Steps
from upheld.bulk.distinct import distinct, distinct_rows
from upheld.bulk.keys.fineness import Fineness
from upheld.bulk.keys.pairs import NOT_THERE, Pairs
from upheld.bulk.keys.records import compact, records_of
from upheld.bulk.reading.history_table import batch_of, history_table
from upheld.core.condition.condition import Atom, Ref
from upheld.core.record.event import Event
from upheld.core.time.instant import instant_of


def test_pairs_are_found_as_a_dictionary_finds_them() -> None:
    """Also where many share a place, and where the table has grown under them."""
    chance = np.random.default_rng(3)
    known: dict[tuple[int, int], int] = {}
    pairs = Pairs(bits=4)
    for _ in range(20):
        status, kind = (chance.integers(0, 60, 40).astype(np.int32) for _ in range(2))
        new = sorted({*zip(status.tolist(), kind.tolist())} - set(known))
        numbers = np.arange(len(known), len(known) + len(new), dtype=np.int32)
        pairs.add(*(np.array(each, np.int32) for each in zip(*new)), numbers)
        known |= dict(zip(new, numbers.tolist()))
        asked = chance.integers(0, 60, (2, 500)).astype(np.int32)
        expected = [known.get(pair, NOT_THERE) for pair in zip(*asked.tolist())]
        assert expected == pairs.find(*asked).tolist()
    assert len(known) == len(pairs)


def test_values_are_alike_for_which_every_comparison_says_the_same() -> None:
    """Whether there is one at all always matters; a value that is compared with another name matters itself."""
    asked = Fineness.of_atoms([Atom("size", "below", (10,)), Atom("who", "is", Ref("technician"))])
    assert asked.kind("size", 3) == asked.kind("size", 9) != asked.kind("size", 10)
    assert asked.kind("size", None) != asked.kind("size", 11)
    assert asked.kind("who", "kim") != asked.kind("who", "sam")
    assert asked.kind("technician", "kim") != asked.kind("technician", "sam")
    assert asked.kind("unread", "a") == asked.kind("unread", "b")


def test_numbers_are_cut_where_a_comparison_changes() -> None:
    """As many kinds as a comparison can tell: below, at and above each constant."""
    asked = Fineness.of_atoms([Atom("left", "at-most", (1800,))])
    kinds = asked.number_kinds("left", np.array([0, 1799, 1800, 1801, 30600]))
    assert kinds[0] == kinds[1]
    assert len({*kinds.tolist()}) == 3
    assert kinds[3] == kinds[4]


def test_records_stand_by_ticket_in_order_of_arrival() -> None:
    """Tickets in the order of their ids, and what comes after as-of left out."""
    told = [("T-2", 50), ("T-1", 40), ("T-2", 30), ("T-1", 60), ("T-3", 90)]
    events = [Event(ticket, instant_of(10**9 + at), "work", "agent") for ticket, at in told]
    records = records_of(history_table([batch_of(events)]), 10**9 + 60)
    assert ["T-1", "T-2"] == records.tickets.to_pylist()
    assert [40, 60, 50, 30] == (records.at_s - 10**9).tolist()
    assert [0, 2, 4] == records.first.tolist()
    assert records.unread == 1
    assert records.row(2) == events[0]


def test_large_numbers_become_small_ones_in_order_of_appearance() -> None:
    """And where each of them stands first is told."""
    of = np.zeros(5, np.int32)
    first = compact(np.array([10**15, 7, 10**15, -1, 7]), of)
    assert [0, 1, 0, 2, 1] == of.tolist()
    assert [0, 1, 3] == first.tolist()


def test_what_an_outcome_has_several_of_is_laid_end_to_end() -> None:
    """Each with the record it belongs to; an outcome that has none leaves no trace."""
    rows, place = expanded(np.array([4, 6, 9]), np.array([1, 2, 0]), np.array([1, 2, 0]))
    assert [4, 4, 9] == rows.tolist()
    assert [1, 2, 0] == place.tolist()


def test_a_timer_that_fired_stands_before_the_record_it_came_before() -> None:
    """Several of them in the order in which they fired, and the last ones after all records of their ticket."""
    told = [("T-1", 10), ("T-1", 40), ("T-2", 20)]
    events = [Event(ticket, instant_of(10**9 + at), "work", "agent") for ticket, at in told]
    records = records_of(history_table([batch_of(events)]))
    numbers = np.zeros(4, np.int32)
    before, at_s = np.array([1, 1, 2, 3]), 10**9 + np.array([30, 35, 50, 60])
    fired = Firings(before, np.array([0, 0, 0, 1]), at_s, numbers, numbers, np.zeros((4, 1), np.int64))
    course: Course = course_of(records, np.ones(3, np.int32), fired)
    assert [10, 30, 35, 40, 50, 20, 60] == (course.at_s - 10**9).tolist()
    assert [0, -1, -1, 1, -1, 2, -1] == course.row.tolist()
    assert [0, 0, 0, 0, 0, 1, 1] == course.ticket.tolist()


def test_distinct_numbers_are_those_that_sorting_finds() -> None:
    """With their first places and their times; rows of several columns likewise."""
    chance = np.random.default_rng(5)
    for most in (1, 3, 10**12):
        numbers = chance.integers(-most, most, 200)
        found = distinct(numbers)
        for ours, theirs in zip((*found, found.times), np.unique(numbers, True, True, True)):
            assert theirs.tolist() == ours.tolist()
        columns = chance.integers(-2, 2, (3, 200))
        _, first, place = np.unique(columns, True, True, axis=1)
        assert [first.tolist(), place.tolist()] == [each.tolist() for each in distinct_rows(columns)]


def test_records_that_differ_in_what_they_only_bring_are_asked_about_once() -> None:
    """And each ticket holds what its own record brought, if anything: where to reply is read by later events alone."""
    ways = ("phone", "email", None, "portal", "phone")
    data = {"type": "support-request", "severity": "1", "via": "help-desk"}
    events = [
        Event(
            f"T-{number}",
            instant_of(1_709_539_200),
            "submit",
            "customer:kim",
            "portal",
            "kim",
            data if way is None else {**data, "reply-by": way},
        )
        for number, way in enumerate(ways)
    ]
    steps = Steps(Engine(load_policy("greenmash")), records_of(history_table([batch_of(events)])))
    walk = steps.walk()
    held = [
        None if (standing := steps.standing(each)) is None else standing.facts["reply-by"]
        for each in walk.status.tolist()
    ]
    assert [*ways] == held
    assert 1 == steps.asking.asked


def test_values_that_an_event_only_compares_are_asked_about_once() -> None:
    """An answer to a report of severity 1 goes by phone: what the others are makes no difference to theirs."""
    data = {"type": "support-request", "via": "help-desk", "reply-by": "email"}
    events = []
    for severity in "1234":
        whose = (f"T-{severity}", instant_of(1_709_539_200))
        events.append(Event(*whose, "submit", "customer:kim", "portal", "kim", {**data, "severity": severity}))
        events.append(Event(*whose, "reply", "agent:sam", "portal", "", {"channel": "email"}))
    steps = Steps(Engine(load_policy("greenmash")), records_of(history_table([batch_of(events)])))
    walk = steps.walk()
    flags = [len(steps.asking.outcomes[each].flags) for each in walk.outcome[1::2].tolist()]
    assert [1, 0, 0, 0] == flags
    assert 4 + 2 == steps.asking.asked
    assert [*"1234"] == [found.facts["severity"] for each in walk.status.tolist() if (found := steps.standing(each))]
