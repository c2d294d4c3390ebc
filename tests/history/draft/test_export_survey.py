"""What a survey finds in an export: its shape, its columns, the order of its rows."""

from __future__ import annotations

from collections.abc import Iterable

from upheld.history.draft.export_survey import ExportSurvey, survey
from upheld.history.importer import Row


def surveyed(table: str) -> ExportSurvey:
    """The survey of a small table, without quotes."""
    head, *lines = table.split()
    columns = head.split(",")
    rows: Iterable[Row] = (
        Row(f"t:{number}", dict(zip(columns, line.split(",")))) for number, line in enumerate(lines, 2)
    )
    return survey(iter(rows))


def test_one_row_per_ticket() -> None:
    """Every ticket stands once, with several instants of its life; the deadline is none of them."""
    found = surveyed(
        "id,created,due,resolved\n1,2026-03-02T09:00,2026-03-09T09:00,2026-03-03T09:00\n2,2026-03-02T09:00,,\n"
    )

    assert found.has_one_row_per_ticket
    assert {"created": "created", "resolved": "resolved"} == found.guess.moments


def test_instants_that_are_counted() -> None:
    """As the opening's are: a duration in milliseconds beside them is none."""
    found = surveyed("id,created,resolved,response,closed\n1,1772442000,1772470800,1800000,1772470900\n")

    assert {"created": "created", "resolved": "resolved", "closed": "closed"} == found.guess.moments


def test_a_time_of_day_is_better_than_a_date() -> None:
    """Of two columns for the same."""
    found = surveyed("id,opened_date,datetime_opened,closed\n1,3/2/2026,3/2/2026T9:00,3/3/2026T9:00\n")

    assert {"datetime_opened": "created", "closed": "closed"} == found.guess.moments


def test_a_log_is_no_table_of_tickets() -> None:
    """Where tickets stand in several rows, the row's own instant counts."""
    found = surveyed(
        "id,at,created,resolved,state\n"
        "1,2026-03-02T09:00,2026-03-02T09:00,2026-03-03T09:00,New\n"
        "1,2026-03-03T09:00,2026-03-02T09:00,2026-03-03T09:00,Done\n"
    )

    assert (False, "at") == (found.has_one_row_per_ticket, found.guess.at)


def test_what_goes_on_is_what_changes() -> None:
    """A log may say on each row how its ticket ended, and when it began."""
    found = surveyed(
        "id,created,logged,seen,status,activity\n"
        "1,2026-03-02T09:00,2026-03-02T09:00,x,Closed,New\n"
        "1,2026-03-02T09:00,2026-03-03T09:00,y,Closed,Done\n"
    )

    assert ("logged", ("activity",)) == (found.guess.at, found.guess.status)


def test_a_description_is_no_id() -> None:
    """Though people call both an issue."""
    rows = [Row(f"t:{n}", {"Issue": text, "ID": f"{n}"}) for n, text in enumerate(("VPN drops again", "no paper left"))]

    assert ["ID"] == survey(iter(rows)).guess.tickets


def test_snapshots() -> None:
    """A column counts how often the record was saved."""
    found = surveyed("number,sys_mod_count,state,sys_updated_on\n1,0,New,2026-03-02T09:00\n1,1,Done,2026-03-02T10:00\n")

    assert found.has_snapshots


def test_changes_of_any_tool() -> None:
    """A field and its new value; those of other fields are one line each."""
    found = surveyed(
        "issue_id,field_name,removed,added,when\n"
        "1,status,NEW,ASSIGNED,2026-03-02T09:00\n"
        "1,cc,,a,2026-03-02T09:01\n"
        "1,cc,,b,2026-03-02T09:02\n"
    )

    assert ("field_name", "added") == found.guess.status
    assert {("status", "ASSIGNED"): 1, ("cc", ""): 2} == found.statuses


def test_the_standards_own_words_are_no_sub_status() -> None:
    """`start` and `complete` of XES say how an activity went."""
    rows = [
        Row("x:1", {"trace concept:name": "1", "concept:name": "New", "lifecycle:transition": "start"}),
        Row("x:2", {"trace concept:name": "1", "concept:name": "New", "lifecycle:transition": "complete"}),
    ]

    assert ("concept:name",) == survey(iter(rows)).guess.status


def test_order_is_told_in_the_way_that_holds() -> None:
    """The first rows could be either way round; the last one tells that the month comes first."""
    days = ["01/02/2026", "02/01/2026", "01/13/2026"]
    found = surveyed("id,changed,state\n" + "".join(f"1,{day},New\n" for day in days))

    assert 1 == found.out_of_order


def test_deadlines_alone_are_no_instant() -> None:
    """Blank, and the columns that hold instants are known."""
    found = surveyed("id,due_date,target\n1,2026-03-02,2026-03-03\n1,2026-03-02,2026-03-03\n")

    assert ("", ["due_date", "target"]) == (found.guess.at, list(found.guess.dated))


def test_ids_that_each_project_counts_anew() -> None:
    """Both columns together are the ticket; a log has several rows for each, whatever its project."""
    head = "project,iid,created_at,closed_at"
    table = [f"{project},{number},2026-03-02T09:00,2026-03-02T10:00" for project in "ab" for number in range(1, 9)]
    found = surveyed("\n".join([head, *table]))
    log = surveyed("\n".join([head, *table, *table]))
    plain = surveyed("\n".join([head, *table[:8]]))

    assert ("project", "iid", 16, True) == (
        found.guess.scope,
        found.guess.ticket,
        found.tickets,
        found.has_one_row_per_ticket,
    )
    assert ("", "", False) == (log.guess.scope, plain.guess.scope, log.has_one_row_per_ticket)
    assert plain.has_one_row_per_ticket
