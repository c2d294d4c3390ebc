"""What is counted of a history merges: however it is divided, in whatever order, and alike things at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_desk import desk, engine

from upheld.core.population.objectives import Counting
from upheld.core.replay.conformance import Conformance
from upheld.core.replay.granularity import Lengths, Midnights
from upheld.core.replay.summary import Reasons, Summing
from upheld.core.replay.survey import Survey
from upheld.core.replay.unpromised import Begun, Lack, Unpromised
from upheld.core.replay.warning import QUARTER_S, Accepted, ZoneCheck

TICKETS = [f"T-{number}" for number in range(30)]
LACKS = (Lack("refused"), Lack("no-start", state="open"), Lack("condition", "answer"))
REFUSALS = tuple(
    {"code": "rule", "rule": rule, "event": "submit", "clauses": ["D-1"], "assumptions": []} for rule in ("one", "two")
)


def of_tickets(make: Callable[[], Any], add: Callable[[Any, str], None], tickets: Iterable[str]) -> Any:
    made = make()
    for ticket in tickets:
        add(made, ticket)
    return made


def shown(value: object) -> object:
    """All numbers that it holds."""
    return {name: each for name, each in vars(value).items() if isinstance(each, int | dict | None)}


def _refuse(reasons: Reasons, ticket: str) -> None:
    reasons.add(ticket, REFUSALS[: 1 + int(ticket[2:]) % 2])


def _lack(unpromised: Unpromised, ticket: str) -> None:
    unpromised.add(ticket, LACKS[: int(ticket[2:]) % 4])


def _move(conformance: Conformance, ticket: str) -> None:
    astray = [{"from": "open", "to": "gone"}] * (int(ticket[2:]) % 3)
    moves = [{"from": None, "to": "open"}, {"from": "open", "to": "gone"}]
    row = {"ticket": ticket, "state": "gone", "nonconforming": astray, "refused": [], "moves": moves, "timers": []}
    conformance.add(row)


COUNTS: dict[str, tuple[Callable[[], Any], Callable[[Any, str], None], Callable[[Any], object]]] = {
    "reasons": (Reasons, _refuse, lambda each: each.result()),
    "unpromised": (Unpromised, _lack, lambda each: each.result()),
    "begun": (Begun, lambda each, ticket: each.add(ticket, int(ticket[2:]) % 3 == 0), repr),
    "conformance": (lambda: Conformance((), ""), _move, lambda each: each.result()),
}


@pytest.mark.parametrize("name", COUNTS)
def test_tickets_are_divided_anyhow(name: str) -> None:
    """Into any parts, merged in any order: the same numbers, and the first ticket by id as an example."""
    make, add, told = COUNTS[name]
    whole = told(of_tickets(make, add, TICKETS))
    for seed in range(20):
        chance, parts = Random(seed), [list[str]() for _ in range(4)]
        for ticket in chance.sample(TICKETS, len(TICKETS)):
            chance.choice(parts).append(ticket)
        merged = make()
        for part in chance.sample(parts, len(parts)):
            merged |= of_tickets(make, add, part)

        assert whole == told(merged)


def test_tickets_alike_are_told_at_once() -> None:
    """With the first of them by id, whichever comes first."""
    one, several = Reasons(), Reasons()
    lacking, lacking_alike, begun, begun_alike = Unpromised(), Unpromised(), Begun(), Begun()
    for ticket in TICKETS:
        one.add(ticket, REFUSALS[:1])
        lacking.add(ticket, LACKS)
        begun.add(ticket, has_begun=False)
    for first, number in (("T-15", 15), ("T-0", 15)):
        several.add(first, REFUSALS[:1], times=number)
        lacking_alike.add(first, LACKS, times=number)
        begun_alike.add(first, has_begun=False, times=number)

    assert one.result() == several.result()
    assert lacking.result() == lacking_alike.result()
    assert begun == begun_alike


instants = st.lists(st.integers(0, 8 * QUARTER_S // 900).map(lambda slot: 900 * slot), max_size=40)


def counted(at: Sequence[int]) -> tuple[Accepted, Midnights, ZoneCheck]:
    found = Accepted(), Midnights(desk()), ZoneCheck(desk(), engine().schedule.calendars)
    for at_s in at:
        found[0].add(at_s)
        found[1].add(at_s)
        found[2].add_at("agent", at_s)
    return found


@given(instants, instants)
def test_records_are_divided_anyhow(some: list[int], others: list[int]) -> None:
    """Instants, midnights, and what people did at which hour."""
    for whole, merged, part in zip(counted([*some, *others]), counted(others), counted(some), strict=True):
        merged |= part

        assert shown(whole) == shown(merged)


@given(st.integers(0, 8), st.integers(0, 500), st.integers(1, 5))
def test_records_alike_are_told_at_once(quarter: int, minutes: int, times: int) -> None:
    """Those of one quarter by the first and the last of them; those of one instant by how many they are."""
    from_s, until_s = quarter * QUARTER_S, quarter * QUARTER_S + 60 * minutes
    one, alike = counted([from_s, *[until_s] * times]), counted([])
    alike[0].add_quarter(from_s, until_s, 1 + times)
    for at_s, number in ((from_s, 1), (until_s, times)):
        alike[1].add(at_s, number)
        alike[2].add_at("agent", at_s, number)

    assert [*map(shown, one)] == [*map(shown, alike)]


@given(
    st.lists(st.tuples(st.sampled_from(["2024-01", "2024-02"]), st.sampled_from([True, False, None]), st.booleans()))
)
def test_clocks_of_an_objective_are_counted_anyhow(clocks: list[tuple[str, bool | None, bool]]) -> None:
    """One by one, alike at once, or in two parts."""
    objective, schedule = desk().objectives[0], engine().schedule
    one, alike, merged, part = (Counting(objective, schedule) for _ in range(4))
    for number, (month, kept, has_ended) in enumerate(clocks):
        ended_s = number if has_ended else None
        one.count(month, kept, ended_s)
        one.count(month, kept, ended_s)
        alike.count(month, kept, ended_s, times=2)
        for each in (merged, part):
            each.count(month, kept, ended_s)
    merged |= part

    assert one.result(10**9) == alike.result(10**9) == merged.result(10**9)
    numbers = [
        {period: (tally.undecided, tally.settled_s) for period, tally in each.periods.items()}
        for each in (one, alike, merged)
    ]
    assert numbers[0] == numbers[1] == numbers[2]


def test_lengths_and_late_ones_are_sums() -> None:
    """Field by field; what nobody has looked at again stays unknown, and one part that was is enough."""
    one, other = Lengths((), 1, 2, 3, 4, 5, 6), Lengths((), 10, 20, 30, 40, 50, 60)
    one |= other
    survey, part = Survey(engine()), Survey(engine())
    part.late.note("T-1", 3)
    survey |= part
    unknown = survey.late_row()
    part.late_gained = 4
    survey |= part

    assert Lengths((), 11, 22, 33, 44, 55, 66) == one
    assert {"records": 1, "accepted_by_time": None} == unknown
    assert {"records": 2, "accepted_by_time": 4} == survey.late_row()


def test_plain_numbers_are_added_to_a_summary() -> None:
    """Counts, assumptions and clocks of one status, by number."""
    one, several = (Summing(desk(), engine().schedule, 10**9) for _ in range(2))
    for _ in range(3):
        one.count(tickets=1, events=2)
        one.assume("usual", tickets=1, clocks=2)
        one.add_clocks("answer", "high", "1h", "office", "upheld")
    several.count(tickets=3, events=6)
    several.assume("usual", tickets=3, clocks=6)
    several.add_clocks("answer", "high", "1h", "office", "upheld", times=3)

    assert one.result() == several.result()
    assert (3, 6) == (several.result()["tickets"], several.result()["events"])
