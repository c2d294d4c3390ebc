"""Drafts of whatever strangers export: the text can be read back, and nothing in it is more than a word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from upheld.history.draft.draft_text import draft_text
from upheld.history.draft.export_survey import survey
from upheld.history.draft.mapping_draft import MappingDraft
from upheld.history.draft.open_questions import open_questions
from upheld.history.importer import Row
from upheld.history.mapping.mapping_file import read_mapping
from upheld.loading import load_policy

BASE = load_policy("base")
NAMES = st.one_of(
    st.sampled_from(
        "id ticket status State created_at resolved_at due_date field to added kind priority who channel sys_mod_count "
        "updated role at concept:name lifecycle:transition".split()
    ),
    st.text(min_size=1, max_size=20),
)
WORDS = st.one_of(
    st.sampled_from(
        "New Open Closed Pending Unresolved status null on 1 ? 2026-03-02 03/04/2026 2026-03-02T09:00Z 1709999999 yes "
        "Waiting~for~customer P2 1~-~High batch".split()
    ).map(lambda word: word.replace("~", " ")),
    st.text(max_size=30),
    st.text("x", min_size=390, max_size=450),
    st.just(""),
)


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Some rows, with cells of any kind."""
    columns = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    rows = draw(st.lists(st.lists(WORDS, min_size=len(columns), max_size=len(columns)), min_size=1, max_size=8))
    return [Row(f"t:{number}", dict(zip(columns, cells))) for number, cells in enumerate(rows, 2)]


@given(tables(), st.booleans())
def test_every_draft_can_be_read_back(rows: list[Row], has_policy: bool) -> None:
    """But for blanks, which are empty texts and say so."""
    draft = MappingDraft.of(survey(iter(rows)), "export.csv", "csv", BASE if has_policy else None)
    text = draft_text(draft, [question.text for question in open_questions(draft)])
    _, findings = read_mapping(text.encode(), "draft.yaml")

    lines = text.splitlines()
    assert [] == [each for each in findings if "a blank" not in lines[each.place.line - 1]], text


def drafted(*rows: str) -> str:
    """The draft for a table of such rows, the head first."""
    head, *others = (row.split(",") for row in rows)
    cells = (Row(f"t:{number}", dict(zip(head, each))) for number, each in enumerate(others, 2))
    draft = MappingDraft.of(survey(cells), "export.csv", "csv", BASE)
    return draft_text(draft, [question.text for question in open_questions(draft)])


def test_a_start_is_the_opening_where_nothing_else_is() -> None:
    """Some trackers call it so; with others it is when work begins, or is to begin."""
    rows = "T-1,2026-03-02 09:00,2026-03-02 10:00", "T-2,2026-03-03 09:00,2026-03-03 10:00"

    text = drafted("Ref,Start date,Close date", *rows)
    assert "  Start date: open                                       # 2 rows; a guess: no other column tells" in text
    text = drafted("Ref,Start date,Close date,Created", *(f"{row},2026-03-01 09:00" for row in rows))
    assert "  Created: open " in text
    assert "  # `Start date` holds instants, too\n" in text


def test_a_list_of_openings_and_last_changes_is_read_by_both() -> None:
    """Else an open ticket would count from its last change, and an ended one would have no beginning."""
    text = drafted(
        "bug_id,bug_status,opendate,changeddate",
        "101,RESOLVED,2026-03-02 09:00:00,2026-03-02 12:00:00",
        "102,NEW,2026-03-03 09:00:00,2026-03-03 11:00:00",
    )

    lines = [line.partition(" #")[0].rstrip() for line in text.partition("\nrows-from:")[2].splitlines()[1:5]]
    assert "\n  at:" not in text
    assert "\nstatuses:" not in text
    assert [
        "  opendate: open",
        "  changeddate:",
        "    - {when: {bug_status: [RESOLVED]}, state: resolved}",
        "    - {skip: true}",
    ] == lines


def test_dates_that_a_spreadsheet_did_not_show_are_named() -> None:
    text = drafted("Ref,Since,Status", "T-1,########,New", "T-1,########,Fixed")

    assert "`Since` holds `########`, what a spreadsheet shows of a date in too narrow a column: widen it" in text


def test_of_what_is_told_as_kept_and_as_shown_each_is_taken_where_it_is_plain() -> None:
    """What is shown of an instant is in somebody's zone, what is kept of a status is a number."""
    text = drafted(
        "number.display_value,number.value,state.display_value,state.value,sys_updated_on.display_value,"
        "sys_updated_on.value",
        "INC1,INC1,New,1,2026-03-02 10:00:00,2026-03-02 09:00:00",
        "INC1,INC1,Closed,7,2026-03-02 12:00:00,2026-03-02 11:00:00",
    )

    assert "  ticket: number.display_value " in text
    assert "  at: sys_updated_on.value " in text
    assert "{when: {state.display_value: Closed}, state: closed}" in text


def test_words_are_drafted_as_people_see_them() -> None:
    text = drafted(
        "Ticket,Changed,Status", "T-1,2026-03-02 09:00,In\u00a0progress", "T-1,\u200e2026-03-02 10:00,Closed"
    )

    assert "{when: {Status: In progress}, " in text
    assert "  at: Changed " in text


def test_columns_that_are_called_utc_leave_no_zone_to_ask_for() -> None:
    """Where each is; one alone says nothing of another."""
    rows = "7,2026-03-02 09:00:00,2026-03-02 10:00:00,Closed", "8,2026-03-02 09:00:00,,Open"

    assert "in which zone" not in drafted("Issue ID,Created At (UTC),Closed At (UTC),State", *rows)
    assert "zone: {assume: Etc/UTC} " in drafted("Issue ID,created_utc,Closed At,State", *rows)


def test_days_of_a_spreadsheet_are_instants_where_a_column_is_called_so() -> None:
    """A list that was saved without the form of its dates."""
    text = drafted("id,Created,Resolved", "T-1,46083.375,46083.5", "T-2,46084.375,46085")

    assert "dates: [excel]" in text
    assert "  Created: open " in text
    assert "  Resolved: resolved " in text
