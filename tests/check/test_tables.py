"""Tables: every day has its row, every value its column, and a higher severity never more time."""

from __future__ import annotations

import pytest
from check.desk import SUPPORT, commitment, desk, found, told

SEVERITIES = "[{id: high, assumes: [usual]}, {id: mid, assumes: [usual]}, {id: low, assumes: [usual]}]"
EVENTS = (
    "{submit: {by: agent, data: {severity: {required: true}, kinds: {}}, sets: {severity: event.severity,"
    " kinds: event.kinds}}, close: {by: agent}}"
)
FACTS = "{kinds: {one-of: [fault, question], many: true, assumes: [usual]}}"


def table(rows: str, by: str = "", effective: str = "", extra: str = "", **sections: str) -> str:
    """A policy whose one commitment takes its target from a table of these rows."""
    said = f"by: {by}, " if by else ""
    return desk(
        effective=effective,
        severities=SEVERITIES,
        facts=FACTS,
        events=sections.pop("events", EVENTS),
        parameters=f"{{within: {{{said}{extra}values: [{rows}], assumes: [usual]}}}}",
        commitments=f"[{commitment(sections.pop('answer', 'within: {parameter: within}'))}]",
        **sections,
    )


GOOD = {
    "one value ever since": "{is: 4h}",
    "rows that meet because the next one begins": "{is: 4h}, {from: 2024-07-01, is: 2h}",
    "rows that meet to the day": "{until: 2024-06-30, is: 4h}, {from: 2024-07-01, is: 2h}",
    "one day alone": "{from: 2024-07-01, until: 2024-07-01, is: 2h}, {from: 2024-07-02, is: 4h}",
    "a target of each form": "{is: next-release}, {from: 2025-01-01, is: next-opening + 1h}",
}


@pytest.mark.parametrize("rows", GOOD.values(), ids=GOOD)
def test_rows_without_a_finding(rows: str) -> None:
    assert [] == told(table(rows))


BAD = {
    "a gap of one day": (
        "{until: 2024-06-29, is: 4h}, {from: 2024-07-01, is: 2h}",
        "UP406 `within` has no value from 2024-06-30 until 2024-06-30",
    ),
    "an overlap of one day": (
        "{until: 2024-07-01, is: 4h}, {from: 2024-07-01, is: 2h}",
        "UP402 two rows hold for 2024-07-01: the one before ends on 2024-07-01",
    ),
    "twice the same day": (
        "{from: 2024-07-01, is: 4h}, {from: 2024-07-01, is: 2h}",
        "UP402 this row begins on 2024-07-01, and the one before it on 2024-07-01",
    ),
    "no beginning in the second row": ("{is: 4h}, {is: 2h}", "UP402 only the first row may leave `from` out"),
    "an end without what follows": ("{until: 2024-06-30, is: 4h}", "UP406 `within` has no value after 2024-06-30"),
    "an end before the beginning": (
        "{from: 2024-07-01, until: 2024-06-30, is: 4h}, {from: 2024-07-01, is: 2h}",
        "UP406 this row ends on 2024-06-30, before it begins on 2024-07-01",
    ),
}


@pytest.mark.parametrize("rows, expected", BAD.values(), ids=BAD)
def test_rows_with_a_finding(rows: str, expected: str) -> None:
    assert expected in told(table(rows))


def test_a_gap_is_shown_with_its_first_day() -> None:
    [finding] = found(table("{until: 2024-05-31, is: 4h}, {from: 2024-07-01, is: 2h}"))

    assert (("day", "2024-06-01"),) == finding.example


def test_the_days_of_the_policy_are_the_days_that_count() -> None:
    """Before the policy begins and after it ends nobody misses a row."""
    rows = "{from: 2024-01-01, until: 2024-12-31, is: 4h}"

    assert [] == told(table(rows, effective="{from: 2024-01-01, until: 2024-12-31}"))
    assert [] == told(table(rows, effective="{from: 2024-02-01, until: 2024-11-30}"))
    assert ["UP406 `within` has no value from 2023-12-31 until 2023-12-31"] == told(
        table(rows, effective="{from: 2023-12-31, until: 2024-12-31}")
    )
    assert ["UP406 `within` has no value after 2024-12-31"] == told(
        table(rows, effective="{from: 2024-01-01, until: 2025-01-01}")
    )


COLUMNS = {
    "every severity": ("{high: 1h, mid: 2h, low: 3h}", "severity", []),
    "a severity too few": ("{high: 1h, low: 3h}", "severity", ["UP501 severity `mid` has no target in `within`"]),
    "a severity too many": (
        "{high: 1h, mid: 2h, low: 3h, lowest: 4h}",
        "severity",
        ["UP205 `severity` cannot be `lowest`"],
    ),
    "values of a set": ("{fault: 1h, question: 2h}", "kinds", []),
    "a value of a set too few": ("{fault: 1h}", "kinds", ["UP401 `within` has no value for `kinds` `question`"]),
    "columns by a name of no event": (
        "{high: 1h}",
        "severty",
        ["UP201 name `severty` is not declared"],
    ),
    "columns by a calendar's day": (
        "{mon: 1h, tue: 1h, wed: 1h, thu: 1h, fri: 1h, sat: 1h, sun: 1h}",
        "day.support",
        [],
    ),
}


@pytest.mark.parametrize("row, by, expected", COLUMNS.values(), ids=COLUMNS)
def test_columns(row: str, by: str, expected: list[str]) -> None:
    """A table has every value of the name that chooses its column, and no other."""
    calendars = SUPPORT if "support" in by else ""
    answer = "within: {parameter: within}" + (", calendar: support" if calendars else "")

    assert expected == told(table(row, by, calendars=calendars, answer=answer))


def test_a_partial_table_may_leave_columns_out() -> None:
    assert [] == told(table("{high: 1h}", "severity", extra="partial: true, "))


CHOOSERS = {
    "the same values": ("severity", "event.severity", "", []),
    "other values": (
        "severity",
        "event.topic",
        "",
        ["UP409 `event.topic` can be `bug`, and `within` is a table by `severity`"],
    ),
    "other values, where columns may be left out": ("severity", "event.topic", "partial: true, ", []),
    "any text": (
        "severity",
        "customer",
        "",
        ["UP409 `customer` is not one of a few words, so it cannot choose a column"],
    ),
    "a column where there is none": (
        "",
        "event.severity",
        "",
        ["UP409 `within` has no columns, so `event.severity` cannot choose one"],
    ),
}


@pytest.mark.parametrize("by, chooser, extra, expected", CHOOSERS.values(), ids=CHOOSERS)
def test_a_use_with_a_name_of_its_own_has_columns_for_it(
    by: str, chooser: str, extra: str, expected: list[str]
) -> None:
    """Else a clock would be started for which the table has no target."""
    row = "{high: 1h, mid: 2h, low: 3h}" if by else "{is: 1h}"
    topic = EVENTS.replace("kinds: {}", "kinds: {}, topic: {one-of: [high, bug]}")
    answer = f"within: {{parameter: within, by: {{ref: {chooser}}}}}"

    assert expected == told(table(row, by, extra=extra, events=topic, answer=answer))


def test_a_missing_column_is_shown_with_its_day() -> None:
    """Where the row has no beginning, any day will do."""
    [finding] = found(table("{high: 1h, mid: 1h, low: 1h}, {from: 2025-01-01, high: 1h, mid: 1h}", "severity"))

    assert (("severity", "low"), ("day", "2025-01-01")) == finding.example


def test_each_value_of_a_table_that_is_aimed_at_is_a_target() -> None:
    """An amount of minor units is none, however right it is in a charge."""
    assert [
        "UP514 `90` is no target, and `answer` takes its target from here",
        "UP514 `soon` is no target, and `answer` takes its target from here",
    ] == told(table("{high: 90, mid: soon, low: 3h}", "severity"))


MONOTONIC = {
    "equal times": ("{high: 2h, mid: 2h, low: 2h}", []),
    "other units": ("{high: 90min, mid: 2h, low: 1bd}", []),
    "a higher one takes longer": ("{high: 2h, mid: 1h, low: 3h}", [("high", "mid")]),
    "the highest takes longest": ("{high: 4h, mid: 3h, low: 1h}", [("high", "mid"), ("high", "low")]),
    "business days against hours": ("{high: 1bd, mid: 7h, low: 9h}", [("high", "mid")]),
    "as much as a business day": ("{high: 1bd, mid: 8h, low: 1bd}", []),
    "what cannot be compared": ("{high: next-release, mid: 1h, low: next-release}", []),
}


@pytest.mark.parametrize("row, expected", MONOTONIC.values(), ids=MONOTONIC)
def test_a_higher_severity_is_never_allowed_more(row: str, expected: list[tuple[str, str]]) -> None:
    """A business day of this calendar is worth eight hours."""
    answer = "within: {parameter: within}, calendar: support, business-day: opening-time"
    warned = [
        tuple(finding.message.split("`")[at] for at in (1, 5))
        for finding in found(table(row, "severity", calendars=SUPPORT, answer=answer))
        if finding.code == "UP502"
    ]

    assert expected == warned


def test_business_days_in_dates_are_not_compared_with_hours() -> None:
    """Nobody can say which is longer."""
    answer = "within: {parameter: within}, calendar: support, business-day: dates"

    assert [] == told(table("{high: 1bd, mid: 1h, low: 1h}", "severity", calendars=SUPPORT, answer=answer))


def test_cases_by_severity_are_compared_like_columns() -> None:
    """Only where nothing but the severity decides between them."""
    cases = "within: [{when: {severity: high}, is: 3h}, {when: {severity: mid}, is: 2h}, {is: 4h}]"
    mixed = cases.replace("severity: mid", "severity: mid, kinds: fault")

    assert ["UP502 `high` is allowed 3h for `answer`, longer than `mid` with 2h"] == told(
        table("{is: 1h}", answer=cases)
    )[-1:]
    assert [] == [each for each in told(table("{is: 1h}", answer=mixed)) if each.startswith("UP502")]


def test_severities_at_which_a_promise_never_begins_are_not_compared() -> None:
    """Neither where `when` leaves them out, nor where no start is for them."""
    own = "within: {parameter: within}"
    answers = (
        own,
        f"{own}, when: {{severity: [mid, low]}}",
        f"{own}, start: {{on: submit, when: {{severity: {{not: mid}}}}}}",
    )
    compared = []
    for answer in answers:
        findings = found(table("{high: 8h, mid: 1h, low: 4h}", "severity", answer=answer))
        messages = [each.message.split("`") for each in findings if each.code == "UP502"]
        compared.append([(words[1], words[5]) for words in messages])

    assert [[("high", "mid"), ("high", "low")], [], [("high", "low")]] == compared
