"""The numbers of figures: those of the replay's document, and of a slow obvious count of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pages.months import VENDORS, Month, help_desk, month_of

from upheld.core.time.day import WEEKDAYS
from upheld.pages.figures import Figure

Clock = Mapping[str, Any]


@pytest.fixture(params=[*VENDORS, "helpdesk"])
def month(request: pytest.FixtureRequest) -> Month:
    """A vendor's month, or four years of a real help desk."""
    if request.param == "helpdesk":
        return help_desk(request.getfixturevalue("shared"))
    return month_of(request.param)


def clocks(month: Month) -> Iterator[tuple[Mapping[str, Any], Clock]]:
    promised = {each.id for each in month.policy.commitments if each.promised}
    for ticket in month.told["tickets"]:
        for clock in ticket["commitments"]:
            if clock["id"] in promised and clock["target"] != "best-effort":
                yield ticket, clock


def local(month: Month, at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(ZoneInfo(month.policy.zone))


def of(month: Month, plot: str) -> list[Figure]:
    return [each for each in month.figures() if each.plot == plot]


def test_shares_by_month_are_those_of_verdicts(month: Month) -> None:
    """By the month of the policy's zone in which clocks started; together they are the summary's counts."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for _, clock in clocks(month):
        counted[clock["id"], f"{local(month, clock['started_at']):%Y-%m}", clock["status"]] += 1
    told: Counter[tuple[str, str, str]] = Counter()
    for figure in of(month, "kept"):
        if figure.id.endswith("-objective"):
            continue
        name = figure.id.removeprefix("kept-")
        for row in figure.rows:
            kept, decided = row.number("kept"), row.number("decided")
            told[name, row.text("month"), "upheld"] += kept
            told[name, row.text("month"), "breached"] += decided - kept
            assert row.drawn["share"] == (kept * 100 / decided if decided else None)
            opened = counted[name, row.text("month"), "running"] + counted[name, row.text("month"), "paused"]
            assert opened == row.number("open")

    decided = {key: number for key, number in counted.items() if key[2] in ("upheld", "breached")}
    assert decided == {key: number for key, number in told.items() if number}
    for status in ("upheld", "breached"):
        summed: Counter[str] = Counter()
        for row in month.told["summary"]["commitments"]:
            summed[row["id"]] += row[status]
        drawn: Counter[str] = Counter()
        for (name, _, what), number in told.items():
            drawn[name] += number if what == status else 0
        promised = {each.id for each in month.policy.commitments if each.promised}
        assert +drawn == Counter({name: number for name, number in (+summed).items() if name in promised})


def test_shares_of_objectives_are_those_of_the_summary(month: Month) -> None:
    rows = {(row["id"], row["period"]): row for row in month.told["summary"]["objectives"] if row["period"] != "all"}
    told = {}
    for figure in of(month, "kept"):
        if figure.id.endswith("-objective"):
            for row in figure.rows:
                key = figure.id.removeprefix("kept-").removesuffix("-objective"), row.text("month")
                if key not in rows:
                    assert 0 == row.number("decided")  # a month without a clock has its place
                    continue
                told[key] = row
                assert float(rows[key]["promised"].removesuffix("%")) == row.drawn["promised"]
                assert (rows[key]["share"] or "").replace("%", "\u00a0%") == row.listed[3]
                tone = {"upheld": "kept", "breached": "broken", "open": "open", None: "kept"}[rows[key]["status"]]
                assert tone == row.text("tone")

    counted = {key: (row["kept"], row["counted"]) for key, row in rows.items()}
    assert counted == {key: (row.number("kept"), row.number("decided")) for key, row in told.items()}


def test_bins_hold_the_clocks_that_used_so_much(month: Month) -> None:
    """Counted with fractions, bin by bin; nobody is in none or in two."""
    counted: Counter[tuple[str, str, int, str]] = Counter()
    for _, clock in clocks(month):
        if clock["status"] not in ("upheld", "breached"):
            continue
        allowed = clock["used_s"] + clock["remaining_s"] - clock["overrun_s"]
        if clock["target_s"] is not None:
            assert clock["target_s"] == allowed
        if allowed <= 0:
            continue
        used = Fraction(clock["used_s"] * 100, allowed)
        bins = [low for low in range(0, 200, 10) if low < used <= low + 10 or (low == 0 and used == 0)]
        (low,) = bins or [200]
        counted[clock["id"], clock["severity"] or "", low, clock["status"]] += 1
    told: Counter[tuple[str, str, int, str]] = Counter()
    for figure in of(month, "used"):
        for row in figure.rows:
            for status in ("upheld", "breached"):
                key = figure.id.removeprefix("used-"), row.text("strip"), row.number("low"), status
                told[key] += row.number(status)

    assert counted == +told


def test_upheld_clocks_used_no_more_than_was_allowed(month: Month) -> None:
    for figure in of(month, "used"):
        assert [] == [row for row in figure.rows if row.number("upheld") and row.number("low") >= 100]


def test_breaches_stand_at_the_hour_at_which_their_ticket_was_opened(month: Month) -> None:
    counted: Counter[tuple[str, int, str]] = Counter()
    for ticket, clock in clocks(month):
        if clock["status"] in ("upheld", "breached"):
            opened = local(month, ticket["opened_at"])
            counted[WEEKDAYS[opened.weekday()], opened.hour, "decided"] += 1
            counted[WEEKDAYS[opened.weekday()], opened.hour, "breached"] += clock["status"] == "breached"
    told: Counter[tuple[str, int, str]] = Counter()
    (figure,) = of(month, "hours")
    for row in figure.rows:
        for weekday in WEEKDAYS:
            for name in ("decided", "breached"):
                told[weekday, int(row.text("hour")[:2]), name] += row.number(f"{weekday}.{name}")

    assert +counted == +told


def test_time_by_state_is_what_lies_between_moves(month: Month) -> None:
    """All states together, closed ones too, are all the time since tickets began."""
    spent: Counter[str] = Counter()
    for ticket in month.told["tickets"]:
        at = [int(datetime.fromisoformat(move["at"]).timestamp()) for move in ticket["moves"]]
        for move, start, end in zip(ticket["moves"], at, [*at[1:], month.as_of_s]):
            spent[move["to"]] += end - start
    waiting = {
        name: state for name, state in month.policy.states.items() if state.core not in ("closed", "auto-closed")
    }
    (figure,) = of(month, "turns")

    assert [spent[name] for name in waiting if spent[name]] == [row.number("time_s") for row in figure.rows]
    sides = [state.waits_for for name, state in waiting.items() if spent[name]]
    assert sides == [row.text("side") for row in figure.rows]
    ongoing = sum(ticket["state"] in waiting for ticket in month.told["tickets"])
    assert (ongoing > 0) == any(f"{ongoing} ticket" in note for note in figure.notes)


def test_where_time_goes_is_all_of_it(month: Month) -> None:
    """The parts of a promise add up to a hundred, and to the time between the start and the stop of its clocks."""
    (figure,) = of(month, "goes")
    whole: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for _, clock in clocks(month):
        if clock["stopped_at"] is not None:
            start, stop = (datetime.fromisoformat(clock[name]).timestamp() for name in ("counted_from", "stopped_at"))
            whole[clock["id"]] += int(stop - start)
            used[clock["id"]] += clock["used_s"]
    names = [each.id for each in month.policy.commitments if whole[each.id]]

    assert len(names) == len(figure.rows)
    for name, row in zip(names, figure.rows):
        parts = [float(row.drawn[part] or 0) for part in ("in-time", "late", "paused", "closed")]
        assert pytest.approx(100) == sum(parts)
        assert pytest.approx(used[name] * 100 / whole[name]) == parts[0] + parts[1]
        assert min(parts) >= 0


def test_balances_end_where_accounts_stand(month: Month) -> None:
    told = {}
    for statement, figure in zip((each for each in month.statements if each.lines), of(month, "balance")):
        told[statement.customer, statement.account] = figure.rows[-1].number("balance")
        assert statement.opening == figure.rows[0].number("before")
        assert {row.number("balance") for row in figure.rows} <= {line.balance for line in statement.lines}
    stand = {
        (row["customer"], row["account"]): row["available"] + row["held"] - row["overdrawn"]
        for row in month.told["summary"]["balances"]
    }

    assert told == {key: stand[key] for key in told}
    assert not any(stand[key] for key in set(stand) - set(told))


def test_the_order_of_tickets_changes_nothing(month: Month) -> None:
    tickets = list(month.told["tickets"])
    random.Random(7).shuffle(tickets)

    assert month.figures() == month.figures(tickets=tickets)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_figures_say_what_they_leave_out(month: Month, language: str) -> None:
    """Every figure has a question, says what is to be seen, and has as many texts in a row as columns."""
    figures = month.figures(language)
    for figure in figures:
        assert figure.question.endswith("?")
        assert all((figure.title, figure.says))
        assert {len(figure.columns)} == {len(row) for row in figure.table}
        assert set(figure.assumes) <= set(month.policy.assumptions)

    assert len(figures) == len({figure.id for figure in figures})
    statuses = Counter(clock["status"] for _, clock in clocks(month))
    (hours,) = (figure for figure in figures if figure.plot == "hours")
    left = [statuses["running"] + statuses["paused"], statuses["excused"], statuses["cancelled"]]
    assert [str(number) for number in left if number] == [note.split()[0] for note in hours.notes[1:]]
