"""A change of severity: kept, or a new target from the same start with the pauses kept."""

from __future__ import annotations

from core.clocks.tiny_ticket import TinyTicket, commitment, policy_of

RETARGET = "on-change: retarget"
BY_SEVERITY = "within: {parameter: hours-by-severity}"
HOLD = "pause: {from: {on: hold}, until: {on: resume}}"


def started(*settings: str, severity: str | None = "low", start: str = "04T09:00") -> TinyTicket:
    """Promised by severity: high 2 h, low 8 h, middle nothing."""
    it = TinyTicket(policy_of(commitment("\n".join((BY_SEVERITY, *settings)))))
    it.happen(start, "submit", "new", severity=severity)
    return it


def kinds(changes) -> list[str]:
    return [change.what for change in changes]


def test_keep_leaves_the_target_and_the_severity_that_it_was_promised_at() -> None:
    it = started("on-change: keep")
    assert [] == kinds(it.happen("04T10:00", "rate", severity="high"))

    assert "running due 04T17:00 stop - used 60m paused 0m left 420m over 0m" == it.shown()
    assert "low" == it.row().severity


def test_retarget_counts_the_new_target_from_the_same_start() -> None:
    it = started(RETARGET)
    assert ["retargeted"] == kinds(it.happen("04T10:00", "rate", severity="high"))
    assert "running due 04T11:00 stop - used 60m paused 0m left 60m over 0m" == it.shown()
    assert ("high", "2h") == (it.row().severity, it.row().target)

    assert ["retargeted"] == kinds(it.happen("04T10:30", "rate", severity="low"))
    assert "running due 04T17:00 stop - used 90m paused 0m left 390m over 0m" == it.shown()


def test_each_commitment_says_for_itself_whether_it_follows() -> None:
    settings = (f"{BY_SEVERITY}\n{RETARGET}", f"{BY_SEVERITY}\non-change: keep")
    it = TinyTicket(policy_of(commitment(settings[0]), commitment(settings[1]).replace("resolve", "other")))
    it.happen("04T09:00", "submit", "new", severity="low")
    it.happen("04T10:00", "rate", severity="high")

    assert ["2h", "8h"] == [row.target for row in it.rows()]


def test_setting_the_severity_that_it_has_changes_nothing() -> None:
    it = started(RETARGET)
    before = it.state
    assert [] == kinds(it.happen("04T10:00", "rate", severity="low"))
    assert before is it.state


def test_retarget_keeps_the_pauses() -> None:
    it = started(RETARGET, HOLD)
    it.happen("04T10:00", "hold")
    it.happen("04T12:00", "resume")
    it.happen("04T12:30", "rate", severity="high")

    assert "running due 04T13:00 stop - used 90m paused 120m left 30m over 0m" == it.shown()


def test_a_pause_goes_on_through_a_change_of_severity() -> None:
    """Paused with one hour used: of two hours one is left, of eight seven."""
    it = started(RETARGET, HOLD)
    it.happen("04T10:00", "hold")
    assert "paused due - stop - used 60m paused 60m left 420m over 0m" == it.shown("04T11:00")
    it.happen("04T11:00", "rate", severity="high")
    assert "paused due - stop - used 60m paused 60m left 60m over 0m" == it.shown()
    it.happen("04T15:00", "resume")

    assert "running due 04T16:00 stop - used 60m paused 300m left 60m over 0m" == it.shown()


def test_a_retarget_that_moves_due_into_the_past_breaches_at_that_due() -> None:
    """Of four hours used two were allowed: it was due at 11:00, and stays so when the severity falls again."""
    it = started(RETARGET)
    it.happen("04T13:00", "rate", severity="high")
    assert "breached due 04T11:00 stop - used 240m paused 0m left 0m over 120m" == it.shown()
    assert [] == kinds(it.happen("04T14:00", "rate", severity="low"))
    it.happen("04T15:00", "solve", "solved")

    assert "breached due 04T11:00 stop 04T15:00 used 360m paused 0m left 0m over 240m" == it.shown()


def test_a_retarget_into_the_past_breaches_a_paused_clock_too() -> None:
    """Three hours were used before the pause began."""
    it = started(RETARGET, HOLD)
    it.happen("04T12:00", "hold")
    it.happen("04T13:00", "rate", severity="high")

    assert "breached due 04T11:00 stop - used 180m paused 60m left 0m over 60m" == it.shown()


def test_a_retarget_that_comes_after_due_leaves_it_breached() -> None:
    it = started(RETARGET, severity="high")
    assert [] == kinds(it.happen("04T11:00:01", "rate", severity="low"))

    assert "breached due 04T11:00 stop - used 120m1s paused 0m left 0m over 0m1s" == it.shown()


def test_a_retarget_at_the_very_due_instant_comes_in_time() -> None:
    """Until then it could have been stopped in time as well."""
    it = started(RETARGET, severity="high")
    assert ["retargeted"] == kinds(it.happen("04T11:00", "rate", severity="low"))

    assert "running due 04T17:00 stop - used 120m paused 0m left 360m over 0m" == it.shown()


def test_a_new_severity_counts_before_a_stop_on_the_same_record() -> None:
    """Facts change first: who solves and says that it was severe has promised what is severe."""
    it = started(RETARGET, "stop: {on: rate}")
    assert ["retargeted", "stopped"] == kinds(it.happen("04T12:00", "rate", severity="high"))

    assert "breached due 04T11:00 stop 04T12:00 used 180m paused 0m left 0m over 60m" == it.shown()


def test_what_has_ended_follows_no_severity() -> None:
    it = started(RETARGET)
    it.happen("04T12:00", "solve", "solved")
    assert [] == kinds(it.happen("04T13:00", "rate", severity="high"))

    assert "upheld" == it.row().status


def test_where_the_table_has_no_value_for_the_new_severity_nothing_is_promised() -> None:
    """And the clock goes on, counted from its start, at a severity at which something is."""
    it = started(RETARGET)
    assert ["lapsed"] == kinds(it.happen("04T10:00", "rate", severity="middle"))
    assert "cancelled due 04T17:00 stop - used 60m paused 0m left 420m over 0m" == it.shown()
    assert ["revived"] == kinds(it.happen("04T10:30", "rate", severity="high"))
    assert "running due 04T11:00 stop - used 90m paused 0m left 30m over 0m" == it.shown()


def test_where_the_severity_becomes_unset_the_target_stays() -> None:
    it = started(RETARGET)
    assert [] == kinds(it.happen("04T10:00", "rate", severity=None))
    assert "8h" == it.row().target


def test_where_another_fact_that_the_target_reads_is_unset_by_now_the_target_stays() -> None:
    """It could not be told which case holds."""
    within = "within: [{when: {topic: defect, severity: high}, is: 1h}, {when: {topic: defect}, is: 3h}, {is: 6h}]"
    it = TinyTicket(policy_of(commitment(f"{within}\n{RETARGET}")))
    it.happen("04T09:00", "submit", "new", severity="low", topic="defect")
    it.happen("04T09:10", "note", topic=None)
    assert [] == kinds(it.happen("04T09:20", "rate", severity="high"))
    assert "3h" == it.row().target


def test_a_pending_clock_takes_the_severity_of_the_moment_at_which_it_is_fixed() -> None:
    it = started(RETARGET, severity=None)
    assert ["fixed"] == kinds(it.happen("04T10:00", "rate", severity="high"))
    assert "high" == it.row().severity


def test_a_retarget_still_knows_what_the_starting_event_told() -> None:
    within = (
        "within: [{when: {event.urgent: true, severity: high}, is: 1h}, {when: {severity: high}, is: 3h}, {is: 6h}]"
    )
    it = TinyTicket(policy_of(commitment(f"{within}\n{RETARGET}")))
    it.happen("04T09:00", "submit", "new", {"urgent": True}, severity="low")
    it.happen("04T09:30", "rate", None, {"urgent": False}, severity="high")

    assert "1h" == it.row().target


def test_a_dated_table_is_read_as_at_the_start_on_a_retarget_too() -> None:
    """Severity raised in April, started in March: two hours, not one."""
    it = started(RETARGET, start="29T16:30")
    it.happen("2024-04-01T09:30Z", "rate", severity="high")

    assert "2h" == it.row().target


def test_a_state_observed_may_change_the_severity() -> None:
    """In audit mode a tracker's state comes with facts."""
    it = started(RETARGET)
    assert ["retargeted"] == kinds(it.happen("04T10:00", None, "doing", severity="high"))
