"""Starting: what opens a clock, when its target is known, and what a second start does."""

from __future__ import annotations

from datetime import date

import pytest
from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of

BY_SEVERITY = "within: {parameter: hours-by-severity}"


def ticket(*settings: str, **known: object) -> TinyTicket:
    return TinyTicket(policy_of(commitment("\n".join(settings))), **known)


def kinds(changes) -> list[str]:
    return [f"{change.what} {change.cycle}" for change in changes]


def test_a_start_in_opening_time_counts_from_its_second() -> None:
    it = ticket("within: 4h")
    assert ["started 1"] == kinds(it.happen("04T10:00:01", "submit", "new"))

    assert "running due 04T14:00:01 stop - used 59m59s paused 0m left 180m1s over 0m" == it.shown("04T11:00")


def test_a_start_in_closed_time_is_reported_as_it_was_and_counts_from_the_next_opening() -> None:
    """On Saturday nothing is used; the clock starts then all the same."""
    it = ticket("within: 4h")
    it.happen("09T12:00", "submit", "new")

    assert at("09T12:00") == it.row().start_s
    assert "running due 11T13:00 stop - used 0m paused 0m left 240m over 0m" == it.shown("10T23:00")


def test_a_pending_clock_is_not_reported_and_is_fixed_when_its_facts_are_set() -> None:
    """The target counts from the start, whenever it becomes known."""
    it = ticket(BY_SEVERITY)
    assert ["started 1"] == kinds(it.happen("04T10:00", "submit", "new"))
    assert [] == kinds(it.happen("04T10:30", "take", "doing"))
    assert () == it.rows()

    assert ["fixed 1"] == kinds(it.happen("04T11:00", "rate", severity="high"))
    assert "running due 04T12:00 stop - used 60m paused 0m left 60m over 0m" == it.shown()


def test_a_stop_may_come_before_the_target_is_known() -> None:
    """It is judged against it afterwards; so is a cancel."""
    stopped, cancelled = ticket(BY_SEVERITY), ticket(BY_SEVERITY)
    stopped.happen("04T10:00", "submit", "new")
    assert ["stopped 1"] == kinds(stopped.happen("04T12:01", "solve", "solved"))
    assert () == stopped.rows()
    cancelled.happen("04T10:00", "submit", "new")
    cancelled.happen("04T11:00", "close", "closed")

    assert ["fixed 1"] == kinds(stopped.happen("04T13:00", "rate", severity="high"))
    assert "breached due 04T12:00 stop 04T12:01 used 121m paused 0m left 0m over 1m" == stopped.shown("05T10:00")
    cancelled.happen("04T13:00", "rate", severity="high")
    assert "cancelled due 04T12:00 stop - used 60m paused 0m left 60m over 0m" == cancelled.shown("05T10:00")


def test_a_due_instant_that_passed_before_a_pending_clock_was_cancelled_is_breached() -> None:
    """The cancel came too late, though nobody could know it then."""
    it = ticket(BY_SEVERITY)
    it.happen("04T10:00", "submit", "new")
    it.happen("04T13:00", "close", "closed")
    it.happen("04T14:00", "rate", severity="high")

    assert "breached due 04T12:00 stop - used 180m paused 0m left 0m over 60m" == it.shown("05T10:00")


def test_pauses_act_on_a_pending_clock() -> None:
    it = ticket(BY_SEVERITY, "pause: {in: waiting}")
    it.happen("04T10:00", "submit", "new")
    it.happen("04T10:30", "ask", "waiting")
    it.happen("04T14:00", "answer", "doing")
    it.happen("04T15:00", "rate", severity="high")

    assert "running due 04T15:30 stop - used 90m paused 210m left 30m over 0m" == it.shown()


def test_a_clock_whose_facts_are_never_set_is_never_reported() -> None:
    it = ticket(BY_SEVERITY)
    it.happen("04T10:00", "submit", "new")
    it.happen("05T10:00", "solve", "solved")

    assert () == it.rows("06T10:00")


def test_a_clock_whose_condition_does_not_hold_is_none() -> None:
    """Known at once, it never starts; known later, it is dropped. Neither counts as a first start."""
    it = ticket("when: {topic: defect}", "start: {on: [submit, again]}")
    assert [] == kinds(it.happen("04T10:00", "submit", "new", topic="usage"))
    assert ["started 1"] == kinds(it.happen("04T11:00", "again", topic="defect"))
    assert 1 == it.row().cycle

    later = ticket("when: {topic: defect}", "start: {on: [submit, again]}")
    assert ["started 1"] == kinds(later.happen("04T10:00", "submit", "new"))
    assert ["dropped 1"] == kinds(later.happen("04T10:30", "note", topic="usage"))
    assert () == later.rows()
    assert ["started 1"] == kinds(later.happen("04T11:00", "again", topic="defect"))


def test_the_condition_and_the_target_are_judged_once() -> None:
    """What the facts become afterwards changes neither."""
    it = ticket("when: {topic: defect}", BY_SEVERITY)
    it.happen("04T10:00", "submit", "new", topic="defect", severity="high")
    it.happen("04T10:30", "note", topic="usage", severity="low")

    assert "running due 04T12:00 stop - used 60m paused 0m left 60m over 0m" == it.shown("04T11:00")
    assert "high" == it.row().severity


def test_the_first_case_that_holds_counts() -> None:
    it = ticket("within: [{when: {topic: defect, severity: high}, is: 1h}, {when: {topic: defect}, is: 3h}, {is: 5h}]")
    it.happen("04T10:00", "submit", "new", topic="defect", severity="low")

    assert "3h" == it.row().target


def test_where_a_table_has_no_value_there_is_no_clock() -> None:
    """The table is said to be partial; a severity without a column has no promise."""
    it = ticket(BY_SEVERITY)
    it.happen("04T10:00", "submit", "new", severity="middle")

    assert () == it.rows("05T10:00")


def test_a_set_counts_as_unset_while_it_is_empty() -> None:
    it = ticket("when: {parts: desk}")
    it.happen("04T10:00", "submit", "new", parts=frozenset())
    assert () == it.rows()

    assert ["fixed 1"] == kinds(it.happen("04T11:00", "note", parts=frozenset({"desk", "stock"})))


@pytest.mark.parametrize("unset", ["channel", "event.reason", "before.topic", "contract.gold.level"])
def test_what_can_never_be_set_later_is_not_waited_for(unset: str) -> None:
    """A field of the starting event, the ticket's channel, names of time: what they lack then they lack for ever."""
    more = "channels: {phone: {accepts: all, clauses: [T-1]}}\n"
    value = {"channel": "phone", "event.reason": "theirs", "before.topic": "usage", "contract.gold.level": "a"}[unset]
    policy = policy_of(commitment(f"when: {{{unset}: {{not: {value}}}}}"), more=more)
    it = TinyTicket(policy)
    it.happen("04T10:00", "submit", "new")

    assert "running" == it.row().status


def test_what_the_starting_event_told_is_kept_for_a_pending_clock() -> None:
    """A later event of the same field tells of itself."""
    it = ticket(
        "start: {on: [submit, again]}",
        "within: [{when: {event.reason: theirs, severity: high}, is: 1h}, {is: 3h}]",
    )
    it.happen("04T10:00", "submit", "new", {"reason": "theirs"})
    it.happen("04T11:00", "rate", None, {"reason": "ours"}, severity="high")

    assert "1h" == it.row().target


def test_names_of_time_are_read_as_at_the_start() -> None:
    """K07: with half an hour left on the day it starts, an hour after the next opening, whenever that is fixed."""
    late = "{when: {severity: high, opening-left: {office: {at-most: 30min}}}, is: next-opening + 1h}"
    cases = f"within: [{late}, {{is: 2h}}]"
    in_time, too_late = ticket(cases), ticket(cases)
    in_time.happen("04T16:29:59", "submit", "new")
    in_time.happen("04T16:50", "rate", severity="high")
    too_late.happen("04T16:30", "submit", "new")
    too_late.happen("05T10:00", "rate", severity="high")

    assert "2h" == in_time.row().target
    assert "running due 05T10:00 stop - used 90m paused 0m left 0m over 0m" == too_late.shown()


def test_a_contract_counts_as_at_the_start_and_its_end_stops_no_clock() -> None:
    """Its last day is included, in the policy's zone: at 23:30 UTC it is the next day in Paris."""
    contracts = {"gold": (date(2024, 1, 1), date(2024, 3, 4))}
    it = ticket("when: {contract: gold}", "within: 3h", "calendar: always", contracts=contracts)
    it.happen("04T22:30", "submit", "new")
    assert "running due 05T01:30 stop - used 120m paused 0m left 60m over 0m" == it.shown("05T00:30")

    after = ticket("when: {contract: gold}", contracts=contracts)
    after.happen("04T23:30", "submit", "new")
    assert () == after.rows()


def test_a_dated_parameter_counts_on_the_start_date_in_the_policy_zone() -> None:
    """The new table counts from 1 April in Paris, which begins at 22:00 UTC on 31 March."""
    before, after = (ticket(BY_SEVERITY) for _ in range(2))
    before.happen("31T21:59:59", "submit", "new", severity="low")
    after.happen("31T22:00", "submit", "new")
    after.happen("2024-05-01T09:00Z", "rate", severity="low")

    assert "8h" == before.row().target
    assert "4h" == after.row().target


def test_a_contract_overrides_a_table_by_key() -> None:
    override = {("hours-by-severity", "high"): "30min"}
    high, low = (ticket(BY_SEVERITY, override=override) for _ in range(2))
    high.happen("04T10:00", "submit", "new", severity="high")
    low.happen("04T10:00", "submit", "new", severity="low")

    assert ("30min", 1800) == (high.row().target, high.row().target_s)
    assert "8h" == low.row().target


def test_a_start_has_a_condition_of_its_own() -> None:
    """Judged on the event itself; the commitment's own condition waits, this does not."""
    it = ticket("start: {on: [submit, again], when: {event.reason: theirs}}")
    assert [] == kinds(it.happen("04T10:00", "submit", "new"))
    assert [] == kinds(it.happen("04T10:10", "again", None, {"reason": "ours"}))
    assert ["started 1"] == kinds(it.happen("04T10:20", "again", None, {"reason": "theirs"}))


def test_several_triggers_pulled_at_once_start_one_clock() -> None:
    it = ticket("start: [{on: submit}, {enters: new}]", "cycles: many")
    assert ["started 1"] == kinds(it.happen("04T10:00", "submit", "new"))


@pytest.mark.parametrize(
    ("cycles", "running", "after_stop"),
    [("one", [], []), ("ignore-while-running", [], ["started 2"]), ("many", ["started 2"], ["started 3"])],
)
def test_what_a_second_start_does(cycles: str, running: list[str], after_stop: list[str]) -> None:
    it = ticket("start: {on: [submit, again]}", "stop: {on: tell}", f"cycles: {cycles}")
    it.happen("04T10:00", "submit", "new")
    assert running == kinds(it.happen("04T11:00", "again"))
    it.happen("04T12:00", "tell")
    assert after_stop == kinds(it.happen("04T13:00", "again"))


def test_a_pending_clock_counts_as_running() -> None:
    it = ticket("start: {on: [submit, again]}", BY_SEVERITY, "cycles: ignore-while-running")
    it.happen("04T10:00", "submit", "new")

    assert [] == kinds(it.happen("04T11:00", "again"))


def test_a_pending_clock_that_turns_out_to_be_none_makes_way_for_a_start_on_the_same_record() -> None:
    """Facts change before clocks look."""
    it = ticket("when: {topic: defect, parts: desk}", "start: {on: [submit, again]}")
    it.happen("04T10:00", "submit", "new", parts=frozenset({"desk"}))
    it.happen("04T10:30", "note", topic="usage")
    assert ["started 1"] == kinds(it.happen("04T11:00", "again", topic="defect"))


def test_a_stop_stops_every_running_cycle() -> None:
    it = ticket("start: {on: [submit, again]}", "stop: {on: tell}", "cycles: many")
    for hour, event in (("10", "submit"), ("11", "again"), ("12", "again")):
        it.happen(f"04T{hour}:00", event, "new")
    assert ["stopped 1", "stopped 2", "stopped 3"] == kinds(it.happen("04T14:30", "tell"))

    assert ["breached", "upheld", "upheld"] == [row.status for row in it.rows()]


def test_rows_stand_in_policy_order_and_then_by_cycle() -> None:
    """Whatever started first."""
    one = commitment("start: {on: again}\nstop: {on: tell}\ncycles: many").replace("resolve", "second")
    it = TinyTicket(policy_of(commitment("start: {on: take}"), one))
    it.happen("04T10:00", "submit", "new")
    it.happen("04T10:10", "again")
    it.happen("04T10:20", "take", "doing")
    it.happen("04T10:30", "again")

    assert [("resolve", 1), ("second", 1), ("second", 2)] == [(row.commitment.id, row.cycle) for row in it.rows()]


@pytest.mark.parametrize(
    ("settings", "due", "target_s"),
    [
        ("within: 1bd\nbusiness-day: opening-time", "05T10:00", 8 * 3600),
        ("within: 1.5bd\nbusiness-day: opening-time", "05T14:00", 12 * 3600),
        ("within: 2bd\nbusiness-day: dates", "06T17:00", None),
        ("within: 2bd\nbusiness-day: same-time", "06T10:00", None),
        ("within: next-opening + 1h", "05T10:00", None),
        ("within: {closing-of: same-day}", "04T17:00", None),
        ("within: {next: fridays}", "08T17:00", None),
        ("within: next-release", "14T17:00", None),
        ("within: 2d\ncalendar: always", "06T10:00", 2 * 86_400),
    ],
)
def test_every_form_of_target_is_fixed_from_the_start(settings: str, due: str, target_s: int | None) -> None:
    """A release on the start's date is none after it; that of Wednesday the 13th, a closing day, is due on Thursday."""
    it = ticket(settings, releases=[date(2024, 3, 4), date(2024, 3, 13)])
    it.happen("04T10:00", "submit", "new")

    assert at(due) == it.row().due_s
    assert target_s == it.row().target_s


def test_without_a_known_release_a_clock_runs_with_no_due_time() -> None:
    """It cannot be late, and nothing says what is left; stopped, it is upheld."""
    it = ticket("within: next-release", releases=[date(2024, 3, 4)])
    it.happen("04T10:00", "submit", "new")
    assert "running due - stop - used 840m paused 0m left - over 0m" == it.shown("05T16:00")

    it.happen("05T16:00", "solve", "solved")
    assert "upheld due - stop 05T16:00 used 840m paused 0m left - over 0m" == it.shown()
    assert () == it.clocks.limits(it.state)


def test_a_release_that_becomes_known_later_gives_the_clock_its_due_time() -> None:
    """A ticket kept from before then says what its replay says."""
    kept = ticket("within: next-release")
    kept.happen("04T10:00", "submit", "new")
    now = ticket("within: next-release", releases=[date(2024, 3, 6)])
    now.state, now.where = kept.state, kept.where

    assert "running due 06T17:00 stop - used 420m paused 0m left 960m over 0m" == now.shown("04T17:00")
    assert ((at("06T17:00"), "resolve", 1),) == now.clocks.limits(now.state)
