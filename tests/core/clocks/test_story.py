"""The story of a clock: the same seconds as in its row, laid out, with what moved its due time and what was skipped."""

from __future__ import annotations

from datetime import date

from core.clocks.random_ticket import STEPS, Run, Steps
from core.clocks.tiny_ticket import TinyTicket, at, commitment, policy_of
from hypothesis import given

from upheld.core.clocks.story import ClockStory, clock_stories, waiting_clocks
from upheld.core.time.instant import text_of


def started(*settings: str, start: str = "04T10:00", **known: object) -> TinyTicket:
    it = TinyTicket(policy_of(commitment("\n".join(settings))), **known)
    it.happen(start, "submit", "new", severity="high")
    return it


def story(it: TinyTicket, as_of: str | None = None) -> ClockStory:
    (found,) = clock_stories(it.clocks.rules, it.state, at(as_of) if as_of else it.last_s)
    return found


def clock(at_s: int | None) -> str:
    return "-" if at_s is None else text_of(at_s)[8:16]


def parts(found: ClockStory) -> list[str]:
    return [f"{each.what} {clock(each.from_s)} {clock(each.until_s)}" for each in found.parts]


def test_the_parts_of_a_run_are_its_opening_time_cut_at_pauses_and_at_due() -> None:
    it = started("calendar: lunch", "pause: {in: waiting}")
    it.happen("04T11:00", "ask", "waiting")
    it.happen("04T14:00", "answer", "doing")
    it.happen("05T10:00", "solve", "solved")

    assert [
        "counted 04T10:00 04T11:00",
        "paused 04T11:00 04T12:00",
        "paused 04T13:00 04T14:00",
        "counted 04T14:00 04T17:00",
        "late 05T09:00 05T10:00",
    ] == parts(story(it))


def test_it_says_when_it_would_have_been_due_and_how_pauses_moved_that() -> None:
    """Four hours from ten, two opening hours paused."""
    it = started("pause: {in: waiting}")
    it.happen("04T11:00", "ask", "waiting")
    paused = story(it, "04T11:30")
    assert ("04T14:00", "-", 1800) == (clock(paused.unpaused_due_s), clock(paused.row.due_s), paused.moved_s)
    it.happen("04T13:00", "answer", "doing")
    found = story(it)

    assert ("04T14:00", "04T16:00", 7200) == (clock(found.unpaused_due_s), clock(found.row.due_s), found.moved_s)


def test_a_pause_after_due_moves_nothing() -> None:
    it = started("pause: {in: waiting}", "within: 1h")
    it.happen("04T12:00", "ask", "waiting")
    it.happen("04T13:00", "answer", "doing")

    assert (0, 3600) == (story(it).moved_s, story(it).row.paused_s)


def test_what_lies_ahead_is_told_while_it_runs() -> None:
    it = started("within: 10h")
    assert [("04T12:00", "04T17:00"), ("05T09:00", "05T12:00")] == [
        (clock(a), clock(b)) for a, b in story(it, "04T12:00").ahead
    ]
    it.happen("04T13:00", "solve", "solved")
    assert () == story(it).ahead


def test_pauses_are_told_whole_and_with_what_the_policy_says_of_them() -> None:
    """Also the gap before a reopening, of which it says nothing."""
    it = started("pause: {in: waiting}")
    it.happen("04T11:00", "solve", "solved")
    it.happen("04T12:00", "reopen", "doing")
    it.happen("04T16:00", "ask", "waiting")
    pause = it.policy.commitments[0].pause[0]

    told = [(clock(each.from_s), clock(each.until_s), each.pause) for each in story(it, "05T10:00").standstills]
    assert [("04T11:00", "04T12:00", None), ("04T16:00", "-", pause)] == told


def test_closing_days_on_the_way_are_told() -> None:
    """The 13th is one; until due, or until the end where that is later."""
    it = started("within: 2bd", "business-day: dates", start="12T10:00")
    assert ((date(2024, 3, 13), "closed"),) == tuple((day, "closed") for day, _ in story(it).skipped)
    assert () == story(started("within: 1h", start="12T10:00")).skipped


def test_a_release_and_a_recurrence_say_what_gave_the_due_time() -> None:
    release = started("within: next-release", releases=[date(2024, 3, 13)])
    assert "release of 2024-03-13, moved to 2024-03-14" == story(release).because
    assert "no release after 2024-03-04 is known" == story(started("within: next-release")).because
    assert "`fridays` of 2024-03-08" == story(started("within: {next: fridays}")).because


def test_a_table_is_told_with_its_column_and_its_row() -> None:
    found = story(started("within: {parameter: hours-by-severity}"))
    assert found.parameter is not None
    assert found.table is not None
    assert ("hours-by-severity", "high", date(2024, 1, 1)) == (found.parameter.id, found.column, found.table.since)


def test_what_a_contract_says_instead_has_no_row() -> None:
    own = {("hours-by-severity", "high"): "3h"}
    found = story(started("within: {parameter: hours-by-severity}", override=own))

    assert ("3h", None) == (found.row.target, found.table)


def test_a_pending_clock_says_for_what_it_waits() -> None:
    it = TinyTicket(policy_of(commitment("within: {parameter: hours-by-severity}\nwhen: {topic: defect}")))
    it.happen("04T10:00", "submit", "new", severity="high")
    (waiting,) = waiting_clocks(it.clocks.rules, it.state, it.facts.get)

    assert ("resolve", 1, at("04T10:00"), ("topic",)) == (
        waiting.commitment.id,
        waiting.cycle,
        waiting.start_s,
        waiting.awaits,
    )


@given(STEPS)
def test_the_parts_add_up_to_the_row(steps: Steps) -> None:
    """On any history, whatever became of the clock."""
    run = Run(steps)
    stories = clock_stories(run.it.clocks.rules, run.it.state, run.last_s)
    assert run.it.rows() == tuple(each.row for each in stories)
    for each in stories:
        lengths = dict.fromkeys(("counted", "paused", "late"), 0)
        for part in each.parts:
            lengths[part.what] += part.until_s - part.from_s
        row = each.row
        assert row.used_s == lengths["counted"] + lengths["late"]
        assert row.paused_s == lengths["paused"]
        if row.due_s is not None:
            assert row.overrun_s == lengths["late"]
        assert row.remaining_s == sum(b - a for a, b in each.ahead) or not each.ahead
