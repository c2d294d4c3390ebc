"""Warnings: once per mark and cycle, moved by pauses, in the order of their instants."""

from __future__ import annotations

from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of

from upheld.core.clocks.state import ClockChange
from upheld.core.time.instant import text_of

MARKS = 'warn-at: ["50%", "75%"]'
BY_SEVERITY = "within: {parameter: hours-by-severity}"


def started(*settings: str, **facts: object) -> TinyTicket:
    """Four hours promised, warned of after two and three; the clock starts at ten."""
    it = TinyTicket(policy_of(commitment("\n".join((MARKS, *settings)))))
    it.happen("04T10:00", "submit", "new", **facts)
    return it


def warnings(changes: tuple[ClockChange, ...]) -> list[str]:
    return [
        f"{text_of(each.at_s)[8:16]} cycle {each.cycle} mark {each.mark}" for each in changes if each.what == "warned"
    ]


def passing(it: TinyTicket, when: str) -> list[str]:
    changes = it.wait(at(when))
    return warnings(changes)


def test_a_mark_is_told_at_its_own_instant_whatever_happens_then() -> None:
    """Nothing has to happen at 12:00; it is told by whatever comes next, once."""
    it = started()
    assert [] == warnings(it.happen("04T11:59:59", "note"))
    assert ["04T12:00 cycle 1 mark 0"] == warnings(it.happen("04T12:30", "note"))
    assert [] == warnings(it.happen("04T12:40", "note"))
    assert ["04T13:00 cycle 1 mark 1"] == warnings(it.happen("04T13:00", "note"))
    assert [] == warnings(it.happen("05T13:00", "note"))


def test_several_marks_may_be_told_at_once_in_order() -> None:
    assert ["04T12:00 cycle 1 mark 0", "04T13:00 cycle 1 mark 1"] == warnings(started().happen("04T15:00", "note"))


def test_time_that_passes_tells_the_same_warnings() -> None:
    """And an instant at which none is reached gives the very same state."""
    it = started()
    before = it.state
    assert [] == passing(it, "04T11:59:59")
    assert before is it.state
    assert ["04T12:00 cycle 1 mark 0"] == passing(it, "04T12:00")
    assert [] == warnings(it.happen("04T12:00", "note"))


def test_a_mark_is_moved_by_pauses_as_due_is() -> None:
    """One hour used before the pause, one still to be used after it; none while it lasts."""
    it = started("pause: {in: waiting}")
    it.happen("04T11:00", "ask", "waiting")
    assert [] == passing(it, "04T14:00")
    it.happen("04T15:00", "answer", "doing")
    assert [] == passing(it, "04T15:59:59")
    assert ["04T16:00 cycle 1 mark 0"] == passing(it, "04T16:30")


def test_a_mark_reached_at_the_instant_of_a_pause_or_a_stop_is_told() -> None:
    """What falls due at an instant comes before what happens then, as with timers."""
    paused, stopped = started("pause: {in: waiting}"), started()
    assert ["warned", "paused"] == [each.what for each in paused.happen("04T12:00", "ask", "waiting")]
    assert ["warned", "stopped"] == [each.what for each in stopped.happen("04T12:00", "solve", "solved")]


def test_what_has_ended_warns_no_more_and_goes_on_warning_when_resumed() -> None:
    it = started()
    it.happen("04T12:30", "solve", "solved")
    assert [] == passing(it, "04T15:00")
    it.happen("04T15:30", "reopen", "doing")
    assert ["04T16:00 cycle 1 mark 1"] == passing(it, "05T12:00")


def test_each_cycle_has_marks_of_its_own() -> None:
    it = started("start: {on: [submit, again]}", "cycles: many")
    it.happen("04T10:30", "again")
    told = warnings(it.happen("04T13:00", "note"))

    assert ["04T12:00 cycle 1 mark 0", "04T12:30 cycle 2 mark 0", "04T13:00 cycle 1 mark 1"] == told


def test_a_retarget_gives_no_mark_again() -> None:
    """Half of two hours was told; half of eight is not, three quarters of them are."""
    it = started("on-change: retarget", BY_SEVERITY, severity="high")
    assert ["04T11:00 cycle 1 mark 0"] == passing(it, "04T11:00")
    it.happen("04T11:10", "rate", severity="low")

    assert ["04T16:00 cycle 1 mark 1"] == passing(it, "05T17:00")


def test_a_retarget_tells_at_once_what_it_has_put_into_the_past() -> None:
    """An effect is never dated before the record that brought it about."""
    it = started("on-change: retarget", BY_SEVERITY, severity="low")
    told = it.happen("04T11:15", "rate", severity="high")

    assert ["retargeted", "warned"] == [each.what for each in told]
    assert ["04T11:15 cycle 1 mark 0"] == warnings(told)
    assert ["04T11:30 cycle 1 mark 1"] == passing(it, "04T17:00")


def test_a_mark_that_a_retarget_puts_at_its_own_instant_is_told_there() -> None:
    it = started("on-change: retarget", BY_SEVERITY, severity="low")
    assert ["04T11:00 cycle 1 mark 0"] == warnings(it.happen("04T11:00", "rate", severity="high"))


def test_a_clock_that_was_pending_tells_at_once_what_is_past() -> None:
    it = started(BY_SEVERITY)
    assert ["04T11:45 cycle 1 mark 0", "04T11:45 cycle 1 mark 1"] == warnings(
        it.happen("04T11:45", "rate", severity="high")
    )


def test_a_clock_that_was_pending_warns_of_what_is_still_to_come() -> None:
    it = started(BY_SEVERITY)
    assert [] == warnings(it.happen("04T10:15", "rate", severity="high"))
    assert ["04T11:00 cycle 1 mark 0", "04T11:30 cycle 1 mark 1"] == passing(it, "04T12:00")


def test_marks_of_a_fixed_date_are_shares_of_the_opening_time_until_then() -> None:
    """Seven hours from ten to closing; no pause moves them."""
    it = started("within: {closing-of: same-day}", "pause: {in: waiting}")
    it.happen("04T11:00", "ask", "waiting")

    assert ["04T13:30 cycle 1 mark 0", "04T15:15 cycle 1 mark 1"] == passing(it, "04T16:00")


def test_a_share_that_is_no_whole_second_is_rounded_up() -> None:
    """A third of ten seconds has passed after four."""
    it = TinyTicket(policy_of(commitment('within: 10s\nwarn-at: ["33.3%"]')))
    it.happen("04T10:00", "submit", "new")
    assert [] == passing(it, "04T10:00:03")
    assert ["04T10:00 cycle 1 mark 0"] == passing(it, "04T10:00:04")


def test_marks_are_told_in_the_order_of_time_and_named_as_the_policy_lists_them() -> None:
    it = TinyTicket(policy_of(commitment('warn-at: ["75%", "50%"]')))
    it.happen("04T10:00", "submit", "new")

    assert ["04T12:00 cycle 1 mark 1", "04T13:00 cycle 1 mark 0"] == passing(it, "04T14:00")


def test_warnings_of_several_clocks_come_in_the_order_of_instants() -> None:
    """At one instant in the order in which the clocks started."""
    other = commitment('within: 2h\nwarn-at: ["50%", "100%"]').replace("resolve", "second")
    it = TinyTicket(policy_of(commitment(MARKS), other))
    it.happen("04T10:00", "submit", "new")
    changes = it.wait(at("04T17:00"))

    expected = [(1, "11:00", 0), (0, "12:00", 0), (1, "12:00", 1), (0, "13:00", 1)]
    assert expected == [(each.commitment, text_of(each.at_s)[11:16], each.mark) for each in changes]


def test_a_warning_comes_before_the_breach() -> None:
    """K06. A mark of less than everything is told before due; that of everything at due, not after it."""
    it = TinyTicket(policy_of(commitment('warn-at: ["99.9%", "100%"]')))
    it.happen("04T10:00", "submit", "new")
    changes = it.wait(at("05T17:00"))

    due_s = it.row().due_s
    assert [True, False] == [each.at_s < due_s for each in changes]
    assert due_s == changes[1].at_s


def test_without_a_known_due_time_nothing_warns() -> None:
    assert [] == passing(started("within: next-release"), "29T17:00")
