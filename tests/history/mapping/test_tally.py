"""Tallies: every row of an export is somewhere in what programs are told of it, whatever its shape."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld import load_policy
from upheld.core.policy.policy import Policy
from upheld.history.importer import Bad, Row
from upheld.history.mapping.mapping_file import read_mapping
from upheld.history.mapping.tally import Tally
from upheld.history.mapping.translation import records

HEAD = "upheld: 1\nmapping: desk\naudit: true\nzone: {assume: Etc/UTC}\nroles: [{role: agent}]\n"
TOLD = "columns: {ticket: id, at: when}\n"
WORDS = """
  - {when: {is: New}, state: open}
  - {when: {is: Held}, state: waiting-for-customer, wait: {back: true}}
  - {when: {is: Fixed}, state: resolved}
  - {when: {is: Note}, skip: true}
"""
LOG = f"{TOLD}order: by-time\nduplicates: drop\nopening: {{state: open}}\nstatuses:{WORDS}"
SNAPSHOTS = f"{TOLD}order: by-time\nsnapshots: [is, by]\nstatuses:{WORDS.replace('{is:', '{to:')}"
UNFOLDED = """columns: {ticket: id}
rows-from:
  when: {state: {column: is, words: {New: open, Held: in-fix, Note: null}}}
  then: [{when: {is: Fixed}, state: resolved}]
  closed: closed
"""
INSTANTS = st.sampled_from(["", "soon", "2026-03-02 09:00", "2026-03-02 10:00", "2026-03-03 09:00"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["", "A", "B", "C"]),
            "when": INSTANTS,
            "then": INSTANTS,
            "closed": INSTANTS,
            "is": st.sampled_from(["New", "Held", "Fixed", "Note", "Strange", ""]),
            "by": st.sampled_from(["", "Note", "Fixed"]),
        }
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(str(Path(__file__).with_name("any-time-desk.yaml")))


@given(
    rows=ROWS,
    text=st.sampled_from([LOG, f"{LOG}unknown: skip\n", SNAPSHOTS, f"{SNAPSHOTS}unknown: skip\n", UNFOLDED]),
)
def test_every_row_is_counted_once(policy: Policy, rows: list[dict[str, str]], text: str) -> None:
    """As bad, as one that says nothing new, or by its steps; and every step as a record, or why it is none."""
    mapping, findings = read_mapping((HEAD + text).encode(), "desk.yaml")
    assert mapping is not None, findings
    tally = Tally()
    table = [Row(f"log.csv:{number}", row) for number, row in enumerate(rows, 2)]
    made = list(records(mapping, iter(table), policy, tally))
    counts = tally.counts()

    assert len(rows) == counts["read"]
    assert sum(isinstance(each, tuple) for each in made) == counts["records"]
    assert sum(isinstance(each, Bad) for each in made) == counts["bad"] + counts["bad_steps"]
    own = counts["records"] - counts["openings"] - counts["wait_ends"]
    assert counts["steps"] == counts["bad_steps"] + counts["skipped"] + counts["left_out"] + own
    told = counts["read"] - counts["bad"] - counts["duplicates"] - counts["unchanged"]
    if "statuses" in text and "snapshots" not in text:
        assert told == counts["steps"]
    elif "rows-from" in text:
        good = {row.place for row in table} - {each.place for each in made if isinstance(each, Bad)}
        assert told <= counts["steps"] <= 3 * told
        assert counts["steps"] <= tally.instants
        assert told >= len(good) - counts["duplicates"]
    else:
        assert told <= counts["steps"] <= 2 * told
