"""Verdicts are written as `json` writes them, byte for byte."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.core.record.json_text import json_text
from upheld.core.replay.verdict import Judged
from upheld.report.files.verdict_text import judged_text, verdict_text

TEXTS = st.sampled_from(["", "a", "é", '"', "\\", "\0", "\u2028", "\ud83d", ', "\\u0000", ', "T-1"]) | st.text(
    max_size=4
)
NUMBERS = st.integers(-3, 10**6)
INSTANTS = st.sampled_from(["2026-03-02T09:00:00Z", "2026-03-02T09:00:01Z", "99999999999 s"])
LISTS = st.lists(TEXTS, max_size=2)
CITED = {"clauses": LISTS, "assumptions": LISTS}


def maybe(held: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | held


def in_order(columns: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Rows whose keys stand as they are given here."""
    return st.fixed_dictionaries(columns).map(lambda row: {name: row[name] for name in columns if row[name] is not ...})


CLOCKS = in_order(
    {
        "id": TEXTS,
        "cycle": NUMBERS,
        "status": TEXTS,
        "severity": maybe(TEXTS),
        "started_at": INSTANTS,
        "counted_from": INSTANTS,
        "due_at": maybe(INSTANTS),
        "stopped_at": maybe(INSTANTS),
        "calendar": TEXTS,
        "target": TEXTS,
        "target_s": maybe(NUMBERS),
        "used_s": NUMBERS,
        "paused_s": NUMBERS,
        "remaining_s": maybe(NUMBERS),
        "overrun_s": NUMBERS,
        **CITED,
    }
)
MOVED = {"seq": maybe(NUMBERS), "at": INSTANTS, "from": maybe(TEXTS), "to": TEXTS, "transition": maybe(TEXTS)}
MOVES = in_order({**MOVED, **CITED}) | in_order({**MOVED, "timer": TEXTS, **CITED})
ROWS = st.lists(st.dictionaries(TEXTS, maybe(TEXTS | NUMBERS | LISTS), max_size=3), max_size=2)
VERDICTS = in_order(
    {
        "ticket": TEXTS,
        **{name: maybe(TEXTS) for name in ("customer", "state", "core_state", "severity", "queue")},
        "level": NUMBERS,
        "facts": st.dictionaries(TEXTS, TEXTS | NUMBERS | st.booleans() | LISTS, max_size=3),
        "opened_at": maybe(INSTANTS),
        "closed_at": maybe(INSTANTS),
        "events": NUMBERS,
        **dict.fromkeys(("refused", "flags", "nonconforming"), ROWS),
        "commitments": st.lists(CLOCKS, max_size=2),
        "charges": ROWS,
        "remedies": st.just(...) | ROWS,
        "moves": st.lists(MOVES, max_size=3),
        "timers": ROWS,
        "effects": ROWS,
        "assumptions": LISTS,
        "journal": st.just(...) | TEXTS,
    }
)


def plainly(verdict: object) -> str:
    """As JSON has it, with escapes for what does not show, letter by letter."""
    return "".join(
        each if each.isascii() and each != "\x7f" else json_text(each)[1:-1]
        for each in json.dumps(verdict, ensure_ascii=False)
    )


@settings(max_examples=settings.default.max_examples * 4)
@given(VERDICTS)
def test_a_verdict_reads_as_json_has_it(verdict: dict[str, Any]) -> None:
    """Whatever its texts hold, also what is used to take its text apart."""
    assert plainly(verdict) == verdict_text(verdict)


@settings(max_examples=100, deadline=None)
@given(VERDICTS)
def test_a_judged_ticket_reads_as_json_has_it(verdict: dict[str, Any]) -> None:
    """Also what is written part by part."""
    head = verdict | {"commitments": [], "moves": []}
    assert plainly(head) == judged_text(Judged(head, (), ()))


@settings(max_examples=100, deadline=None)
@given(VERDICTS, st.randoms(use_true_random=False))
def test_what_has_other_keys_is_written_too(verdict: dict[str, Any], source: Any) -> None:
    """More keys, fewer, or in another order."""
    names = list(verdict)
    source.shuffle(names)
    other = {name: verdict[name] for name in names[: source.randint(0, len(names))]} | {"else": 1}
    assert plainly(other) == verdict_text(other)
