"""Unfolding: one row per ticket, with several instants, becomes what happened, one record after the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld import load_policy, replay
from upheld.core.policy.policy import Policy
from upheld.history.importer import Bad, Row
from upheld.history.mapping.known_rows import KnownRows
from upheld.history.mapping.mapping_file import read_mapping
from upheld.history.mapping.tally import Tally
from upheld.history.mapping.translation import records

HEAD = "upheld: 1\nmapping: desk\naudit: true\nzone: {assume: Etc/UTC}\nroles: [{role: agent}]\n"
COLUMNS = "columns: {ticket: id, data: {severity: {column: prio, words: {P1: p1, P2: p2, P3: p3, P4: p4}}}}\n"
COURSE = "rows-from: {created: open, first_response: in-fix, resolved: resolved, closed: closed}\n"

TICKETS = """
id  | prio | created          | first_response   | resolved         | closed
W-1 | P3   | 2026-03-02 09:00 | 2026-03-02 10:00 | 2026-03-03 08:00 | 2026-03-08 08:00
W-2 | P3   | 2026-03-02 09:00 | 2026-03-02 16:00 | 2026-03-05 09:00 | 2026-03-10 09:00
W-3 | P1   | 2026-03-03 12:00 | 2026-03-03 12:20 | 2026-03-03 13:00 | 2026-03-08 13:00
W-4 | P2   | 2026-03-04 08:00 | 2026-03-04 08:30 | 2026-03-04 18:00 |
W-5 | P4   | 2026-03-09 08:00 | 2026-03-09 09:00 |                  |
W-6 | P4   | 2026-03-10 08:00 |                  |                  |
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(str(Path(__file__).with_name("any-time-desk.yaml")))


def rows(table: str) -> list[Row]:
    """The rows of a table whose cells are separated by bars."""
    head, *lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [Row(f"log.csv:{number}", dict(zip(head, line, strict=True))) for number, line in enumerate(lines, 2)]


def unfolded(text: str, table: list[Row], policy: Policy) -> tuple[list[Any], list[Bad], Tally]:
    """The records that rows become, what is bad, and the tally."""
    mapping, findings = read_mapping((HEAD + text).encode(), "desk.yaml")
    assert mapping is not None, findings
    tally = Tally()
    found = list(records(mapping, iter(table), policy, tally))
    good = [each[1] for each in found if isinstance(each, tuple)]
    return good, [each for each in found if isinstance(each, Bad)], tally


def noticed(tally: Tally) -> list[tuple[str, int, str, dict[str, Any]]]:
    return [(each.kind, each.number, each.place, dict(each.values)) for each in tally.notices]


def test_each_instant_of_a_row_is_a_record(policy: Policy) -> None:
    """The verdicts are those of the same table unfolded by hand, and those that a calculator gives."""
    made, bad, tally = unfolded(COLUMNS + COURSE, rows(TICKETS), policy)
    states = "open", "in-fix", "resolved", "closed"
    by_hand = [
        {"ticket": id_, "at": f"{at}Z", "state": state, "actor": "agent", "data": {"severity": severity.lower()}}
        for id_, severity, *instants in (row.cells.values() for row in rows(TICKETS))
        for at, state in zip(instants, states)
        if at
    ]
    verdicts = replay(policy, made, audit=True)

    assert [] == bad
    assert 18 == len(made) == tally.records == tally.instants
    assert [] == noticed(tally)
    assert replay(policy, by_hand, audit=True) == verdicts
    assert "2026-03-10T09:00:00Z" == verdicts["as_of"]
    clocks = {
        (each["ticket"], clock["id"]): (clock["status"], clock["used_s"] // 60)
        for each in verdicts["tickets"]
        for clock in each["commitments"]
    }
    assert {
        ("W-1", "respond"): ("upheld", 60),
        ("W-2", "respond"): ("breached", 420),
        ("W-3", "respond"): ("breached", 20),
        ("W-4", "respond"): ("upheld", 30),
        ("W-5", "respond"): ("upheld", 60),
        ("W-6", "respond"): ("running", 60),
        ("W-1", "resolve"): ("upheld", 1380),
        ("W-2", "resolve"): ("breached", 4320),
        ("W-3", "resolve"): ("upheld", 60),
        ("W-4", "resolve"): ("breached", 600),
        ("W-5", "resolve"): ("running", 1500),
        ("W-6", "resolve"): ("running", 60),
    } == clocks


@given(st.lists(st.lists(st.none() | st.integers(0, 50), min_size=4, max_size=4).filter(any), min_size=1, max_size=8))
def test_unfolding_is_a_plain_loop_and_a_sort(policy: Policy, table: list[list[int | None]]) -> None:
    """Whatever instants the rows have, in whatever order, and however many are the same."""
    names = "created", "first_response", "resolved", "closed"
    states = "open", "in-fix", "resolved", "closed"
    start = datetime(2026, 3, 2)  # noqa: DTZ001 - as an export writes it

    def cell(hours: int | None) -> str:
        return "" if hours is None else f"{start + timedelta(hours=hours):%Y-%m-%d %H:%M:%S}"

    written = [
        Row(f"log.csv:{number}", {"id": f"T-{number}", **dict(zip(names, map(cell, instants)))})
        for number, instants in enumerate(table)
    ]
    expected = []
    for number, instants in enumerate(table):
        pairs = [(hours, state) for hours, state in zip(instants, states) if hours is not None]
        ends = [hours for hours, state in pairs if state in ("resolved", "closed")]
        expected += [
            (f"T-{number}", cell(hours), state)
            for hours, state in sorted(pairs, key=lambda pair: pair[0])
            if state in ("resolved", "closed") or not ends or hours <= min(ends)
        ]
    made, bad, tally = unfolded(COLUMNS + COURSE, written, policy)

    assert [] == bad
    assert expected == [(each["ticket"], each["at"].replace("T", " ")[:-1], each["state"]) for each in made]
    kept = [[each for each in instants if each is not None] for instants in table]
    turned = sum(later < earlier for each in kept for earlier, later in zip(each, each[1:]))
    assert turned == sum(number for kind, number, *_ in noticed(tally) if kind == "backwards")
    assert tally.left_out == sum(map(len, kept)) - len(made)


def test_instants_out_of_sequence_are_taken_in_time_and_noted(policy: Policy) -> None:
    """Both columns are named; the order of the list counts only where instants are the same."""
    table = """
    id | created          | first_response   | resolved         | closed
    A  | 2026-03-02 09:00 | 2026-03-02 08:00 | 2026-03-02 09:00 |
    """
    made, _, tally = unfolded(COLUMNS + COURSE, rows(table), policy)

    assert ["in-fix", "open", "resolved"] == [each["state"] for each in made]
    assert [("backwards", 1, "log.csv:2", {"column": "first_response", "before": "created"})] == noticed(tally)


def test_a_response_after_the_resolution_reopens_nothing(policy: Policy) -> None:
    """Upheld at two hours; taken as a move it would be breached at nine."""
    table = """
    id | prio | created          | first_response   | resolved         | closed
    A  | high | 2026-03-02 09:00 | 2026-03-02 12:00 | 2026-03-02 11:00 | 2026-03-03 11:00
    """
    desk = load_policy(str(Path(__file__).parents[3] / "examples" / "mappings" / "policy.yaml"))
    columns = "columns: {ticket: id, data: {severity: prio}}\n"
    made, bad, tally = unfolded(columns + COURSE, rows(table), desk)
    (ticket,) = replay(desk, made, audit=True)["tickets"]

    assert [] == bad
    assert ["open", "resolved", "closed"] == [each["state"] for each in made]
    assert [("take-up", "upheld", 7200), ("resolve", "upheld", 7200)] == [
        (clock["id"], clock["status"], clock["used_s"]) for clock in ticket["commitments"]
    ]
    assert [("backwards", 1, "log.csv:2", {"column": "resolved", "before": "first_response"})] == noticed(tally)
    assert "1 instant left out, later than the end of the ticket and listed before it" in tally.lines()


def test_what_is_listed_behind_an_end_reopens(policy: Policy) -> None:
    """Of whatever end; and a response to a ticket that was withdrawn before is no move, either."""
    table = """
    id | created          | first_response   | resolved         | closed           | withdrawn        | reopened
    A  | 2026-03-02 09:00 | 2026-03-02 14:00 | 2026-03-02 11:00 |                  |                  | 2026-03-02 12:00
    B  | 2026-03-02 09:00 |                  | 2026-03-02 16:00 | 2026-03-02 17:00 |                  | 2026-03-02 12:00
    C  | 2026-03-02 09:00 | 2026-03-02 10:00 |                  |                  | 2026-03-02 09:30 |
    D  | 2026-03-02 09:00 |                  |                  |                  | 2026-03-02 09:30 | 2026-03-02 10:00
    """
    course = COURSE.replace("}", ", withdrawn: {state: closed}, reopened: qualified}")
    made, _, tally = unfolded(COLUMNS + course, rows(table), policy)

    assert [
        ("A", "open resolved qualified"),
        ("B", "open qualified resolved closed"),
        ("C", "open closed"),
        ("D", "open closed qualified"),
    ] == [(id_, " ".join(each["state"] for each in made if each["ticket"] == id_)) for id_ in "ABCD"]
    assert 2 == tally.left_out


def test_events_are_never_left_out(policy: Policy) -> None:
    """What an event does the policy says."""
    table = """
    id | created          | replied          | resolved
    A  | 2026-03-02 09:00 | 2026-03-02 12:00 | 2026-03-02 11:00
    """
    text = "columns: {ticket: id}\nrows-from: {created: open, replied: {event: reply}, resolved: resolved}\n"
    made, _, tally = unfolded(text, rows(table), policy)

    assert ["open", "resolved", "reply"] == [each.get("state", each.get("event")) for each in made]
    assert 0 == tally.left_out


def test_a_row_without_instants_or_with_one_that_cannot_be_read_is_bad(policy: Policy) -> None:
    """A ticket is read whole or not at all: with its last instant left out it would seem to be open."""
    table = """
    id | created          | first_response   | resolved | closed
    A  |                  | -                |          |
    B  | 2026-03-02 09:00 | 2026-03-02 10:00 | soon     |
       | 2026-03-02 09:00 |                  |          |
    D  | 2026-03-02 09:00 | -                |          |
    """
    made, bad, tally = unfolded('nulls: ["-"]\n' + COLUMNS + COURSE, rows(table), policy)

    assert ["D"] == [each["ticket"] for each in made]
    assert [
        "this row has no instant in `created` or `first_response` or `resolved` or `closed`: a ticket needs one",
        "`soon` is no instant written as `iso`: mend it, or say under `dates:` how it is written",
        "`id` holds nothing: a record needs its ticket and its instant",
    ] == [each.problem for each in bad]
    assert (4, 3, 1, 3) == (tally.rows, tally.bad, tally.records, tally.instants)


def test_a_ticket_that_has_a_row_already_is_noted(policy: Policy) -> None:
    """What says the same counts once, whatever else it holds; which of two versions is right nobody can know."""
    table = """
    id | prio | created          | resolved         | tag
    A  | P3   | 2026-03-02 09:00 |                  | x
    B  | P3   | 2026-03-02 09:00 |                  | x
    A  | P3   | 2026-03-02 09:00 |                  | y
    A  | P3   | 2026-03-02 09:00 | 2026-03-02 12:00 | x
    """
    made, bad, tally = unfolded(COLUMNS + "rows-from: {created: open, resolved: resolved}\n", rows(table), policy)

    assert ["A", "B"] == [each["ticket"] for each in made]
    assert ["log.csv:5"] == [each.place for each in bad]
    assert bad[0].problem.startswith("`A` has a row already, and this one says something else: give what tells")
    assert [("repeated-id", 2, "log.csv:4", {"ticket": "A"})] == noticed(tally)
    assert "1 exact duplicate dropped" in tally.lines()


@given(st.lists(st.tuples(st.integers(0, 900).map(str), st.integers(0, 1)), max_size=3_000))
def test_rows_are_known_as_a_dictionary_knows_them(rows: list[tuple[str, int]]) -> None:
    """However many there are."""
    known, plain = KnownRows(), dict[str, int]()
    for ticket, says in rows:
        expected = None if ticket not in plain else plain[ticket] == says
        plain.setdefault(ticket, says)
        assert known.says_again(ticket, says) is expected


def test_very_many_rows_are_known() -> None:
    """The table grows with them."""
    known = KnownRows()
    assert {None} == {known.says_again(f"T-{number}", number) for number in range(20_000)}
    assert {True} == {known.says_again(f"T-{number}", number) for number in range(20_000)}


def test_an_id_may_be_put_together_of_several_columns(policy: Policy) -> None:
    """Which has to be whole: a number without its project is another ticket."""
    table = """
    project | id | created
    web     | 1  | 2026-03-02 09:00
    app     | 1  | 2026-03-02 10:00
    app     | ?  | 2026-03-02 11:00
    """
    text = 'nulls: ["?"]\ncolumns: {ticket: [project, id]}\nrows-from: {created: open}\n'
    made, bad, _ = unfolded(text, rows(table), policy)
    events = text.replace("ticket: [project, id]", "ticket: [project, id], at: created").replace(
        "rows-from: {created: open}", "statuses: [{state: open}]"
    )

    assert ["web/1", "app/1"] == [each["ticket"] for each in made]
    assert ["`project` or `id` holds nothing: a record needs its ticket and its instant"] == [
        each.problem for each in bad
    ]
    assert ["web/1", "app/1"] == [each["ticket"] for each in unfolded(events, rows(table), policy)[0]]


def test_what_an_instant_means_may_depend_on_the_row(policy: Policy) -> None:
    """The first line that applies; where none does, it means nothing, and is counted with what is skipped."""
    table = """
    id | created          | done             | closed           | how
    A  | 2026-03-02 09:00 | 2026-03-02 10:00 | 2026-03-02 11:00 | Fixed
    B  | 2026-03-02 09:00 | 2026-03-02 10:00 | 2026-03-02 11:00 | Spam
    C  | 2026-03-02 09:00 | 2026-03-02 10:00 | 2026-03-02 11:00 |
    """
    text = (
        "rows-from:\n  created: open\n  done:\n    - {when: {how: Spam}, skip: true}\n"
        "    - {when: {how: {set: true}}, state: resolved}\n"
        "  closed: {state: {column: how, words: {Fixed: closed, Spam: null}, unknown: skip}}\n"
    )
    made, bad, tally = unfolded("columns: {ticket: id}\n" + text, rows(table), policy)

    assert [] == bad
    assert [("A", "open"), ("A", "resolved"), ("A", "closed"), ("B", "open"), ("C", "open"), ("C", "closed")][:5] == [
        (each["ticket"], each["state"]) for each in made
    ]
    assert (3, 9, 5, 4, 0) == (tally.rows, tally.instants, tally.records, tally.unmeant, tally.skipped)
    assert "4 instants passed over, as the mapping says" in tally.lines()


def test_roles_and_closings_may_ask_which_instant_it_is(policy: Policy) -> None:
    """The column `instant` names the one that a record is about."""
    table = """
    id | created          | held             | resolved         | closed           | by
    A  | 2026-03-02 09:00 | 2026-03-02 10:00 | 2026-03-02 11:00 | 2026-03-07 11:00 | bot
    B  | 2026-03-02 09:00 |                  | 2026-03-02 11:00 | 2026-03-07 12:00 | bot
    """
    text = (
        HEAD.replace("roles: [{role: agent}]", "roles: [{when: {instant: created}, role: customer}, {role: agent}]")
        + "columns: {ticket: id}\nrows-from:\n  created: open\n"
        "  held: {state: waiting-for-customer, wait: {state: in-fix, role: customer}}\n"
        "  resolved: {event: comment}\n  closed: closed\n"
        "automatic-closing:\n"
        "  - {when: {instant: closed, by: bot}, since: {instant: resolved}, elapsed: 5d, skip: true}\n"
    )
    mapping, findings = read_mapping(text.encode(), "desk.yaml")
    assert mapping is not None, findings
    tally = Tally()
    made = [each[1] for each in records(mapping, iter(rows(table)), policy, tally) if isinstance(each, tuple)]

    assert [
        ("A", "customer", "open"),
        ("A", "agent", "waiting-for-customer"),
        ("A", "customer", "in-fix"),
        ("A", "agent", "comment"),
        ("B", "customer", "open"),
        ("B", "agent", "comment"),
        ("B", "agent", "closed"),
    ] == [(each["ticket"], each["actor"], each.get("state", each.get("event"))) for each in made]
    assert (1, 1) == (tally.automatic_closings, tally.wait_ends)


def test_an_hour_that_comes_twice_goes_on_from_the_instant_before(policy: Policy) -> None:
    """As in a log: 02:50 and then 02:10 in the night when the clocks go back is half an hour later, not earlier."""
    table = """
    id | created          | first_response   | resolved         | closed
    A  | 2026-10-25 02:50 | 2026-10-25 02:10 | 2026-10-25 03:00 |
    """
    text = HEAD.replace("Etc/UTC", "Europe/Paris") + COLUMNS + COURSE
    mapping, _ = read_mapping(text.encode(), "desk.yaml")
    assert mapping is not None
    tally = Tally()
    made = [each[1] for each in records(mapping, iter(rows(table)), policy, tally) if isinstance(each, tuple)]

    assert ["00:50", "01:10", "02:00"] == [str(each["at"])[11:16] for each in made]
    assert [] == noticed(tally)


def test_ids_that_a_spreadsheet_has_shortened_are_noted(policy: Policy) -> None:
    """What is left of a long number may be that of several tickets; a number that says so in full is none."""
    table = """
    id          | prio | created
    2.02603E+15 | P3   | 2026-03-02 09:00
    2,02603E+15 | P3   | 2026-03-02 09:00
    PE+15       | P3   | 2026-03-02 09:00
    202603      | P3   | 2026-03-02 09:00
    """
    _, _, tally = unfolded(COLUMNS + "rows-from: {created: open}\n", rows(table), policy)

    assert [("shortened-id", 2, "log.csv:2", {"ticket": "2.02603E+15"})] == noticed(tally)
