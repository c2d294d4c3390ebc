"""Drafts of whatever strangers export: the text can be read back, and nothing in it is more than a word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from upheld.history.draft.draft_text import draft_text
from upheld.history.draft.export_survey import survey
from upheld.history.draft.mapping_draft import MappingDraft
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
    text = draft_text(draft, [question.text for question in draft.questions()])
    _, findings = read_mapping(text.encode(), "draft.yaml")

    lines = text.splitlines()
    assert [] == [each for each in findings if "a blank" not in lines[each.place.line - 1]], text
