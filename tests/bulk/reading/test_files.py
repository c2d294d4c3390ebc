"""What is read many records at once is what is read one by one: records, bad ones, notices and errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from small_desk import desk

from upheld.bulk.reading.files import read_batches
from upheld.bulk.reading.history_table import events_in, history_table
from upheld.core.errors import HistoryError
from upheld.core.record.event import Event
from upheld.history.file import HistoryFiles, Said
from upheld.history.importer import Bad
from upheld.history.notice import Notices
from upheld.history.reading import read_history

Read = tuple[list[tuple[object, ...]], list[Bad], list[str], str]


def plain(event: Event) -> tuple[object, ...]:
    texts = (event.ticket, event.at_s, event.event, event.state, event.actor, event.channel, event.customer)
    return (*texts, json.dumps(sorted(event.data.items())), *([event.arrival] if event.arrival else []))


def one_by_one(path: Path, audit: bool, said: Said) -> Read:
    notices, events, bad, problem = Notices(), [], [], ""
    try:
        for found in read_history(str(path), desk(), audit=audit, notices=notices, said=said):
            if isinstance(found, Bad):
                bad.append(found)
            else:
                events.append(plain(found[1]))
    except HistoryError as error:
        problem = str(error)
    return events, bad, [*map(str, notices)], problem


def at_once(path: Path, audit: bool, said: Said, block_bytes: int) -> Read:
    files, batches, bad, problem = HistoryFiles(str(path), Notices(), said), [], [], ""
    try:
        for found in read_batches(files, desk(), audit=audit, block_bytes=block_bytes):
            (bad if isinstance(found, Bad) else batches).append(found)
    except HistoryError as error:
        problem = str(error)
    events = [*map(plain, events_in(history_table(batches)))] if batches else []
    return events, bad, [*map(str, files.notices)], problem


def assert_alike(path: Path, block_bytes: int = 400, *, audit: bool = False, said: Said | None = None) -> Read:
    """An error in the end may come before records that stand before it, but never another one."""
    expected, found = (
        one_by_one(path, audit, said or Said()),
        at_once(path, audit, said or Said(), block_bytes),
    )
    assert expected[3] == found[3]
    if expected[3]:
        assert found[0] == expected[0][: len(found[0])]
    else:
        assert expected == found
    return found


GOOD = {"ticket": "T-1", "at": "2026-03-02T09:00:00Z", "event": "submit", "actor": "customer:kim", "channel": "portal"}
ATS = st.sampled_from(
    [
        "2026-03-02T09:00:00Z",
        "2026-03-02T09:00Z",
        "2026-03-02 09:00:00+01:00",
        "2026-03-02T09:00:00.25Z",
        "yesterday",
        "2026-03-02",
        "2026-03-02T09:00",
        "2026-13-02T09:00Z",
        "2026-02-30T09:00Z",
        "1989-01-01T00:00Z",
        "",
        "20260302T09Z",
    ]
)
TEXTS = st.sampled_from(
    ["T-1", "T-2", "é", " x", "x ", "", "a|b", "a| b", "x" * 4001, "a\tb", "None", "ticket", "\x7f"]
)
VALUES = st.sampled_from(
    ["high", "", "45", 45, True, None, ["a"], ["a", 1], [], [None], 4.5, {"x": 1}, 2**70, -0, "\ud83d", "null", "a\tb"]
)
ARRIVALS = st.sampled_from([1, 7, 7, 0, "7", "", None, -1, 1.5, 7.0, True, "x", "٣", 10**18, 2**63, 2**70])
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "ticket": TEXTS, "at": ATS, "event": TEXTS, "state": TEXTS, "actor": TEXTS, "channel": TEXTS | st.none(),
        "customer": TEXTS | st.none(), "evnt": TEXTS, "arrival": ARRIVALS,
        "data": st.none()
        | st.dictionaries(st.sampled_from(["minutes", "severity", "tags", "a.b", "urgent", "\udc00"]), VALUES),
    },
).map(lambda odd: {**GOOD, **odd})  # fmt: skip
LINES = st.sampled_from(
    [
        "",
        " ",
        "{",
        "[]",
        '{"ticket": "T-1"} {"ticket": "T-2"}',
        '{"ticket": "T-1", "ticket": "T-2"}',
        "null",
        "\x1a",
        "\x00",
        json.dumps(GOOD | {"state": "open", "event": None}),
        json.dumps(GOOD)[:-1],
        json.dumps(GOOD) + " ",
        "\r",
        "\x0b",
    ]
)
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])


@given(
    st.lists(RECORDS.map(json.dumps) | RECORDS.map(lambda r: json.dumps(r, ensure_ascii=False)) | LINES, max_size=12),
    st.integers(0, 2), ENDS, st.sampled_from([b"", b"\xef\xbb\xbf"]), st.sampled_from([10, 300, 2**20]), st.booleans(),
)  # fmt: skip
def test_json_lines(
    tmp_path_factory: Any, lines: list[str], goods: int, end: str, mark: bytes, size: int, audit: bool
) -> None:
    """Whatever stands among good lines, and wherever blocks are cut."""
    many = [json.dumps(GOOD | {"ticket": f"T-{index}", "data": {"minutes": index}}) for index in range(goods * 60)]
    path = tmp_path_factory.mktemp("lines") / "log.jsonl"
    path.write_bytes(mark + end.join([*many, *lines, *many]).encode("utf-8", "surrogatepass"))

    assert_alike(path, size, audit=audit)


CELLS = st.sampled_from(
    [
        "",
        "T-1",
        "high",
        "45",
        "true",
        '["a", "b"]',
        '"a ""b"""',
        '"a,b"',
        '"a\nb"',
        'a"b',
        '"a',
        "x;y",
        'x\\"y',
        "é",
        " x",
        "ticket",
        "submit",
        "mark",
        "2026-03-02T09:00Z",
        "\x00",
        "\x1a",
        "\t",
    ]
)
HEAD = "ticket,at,event,actor,channel,customer,data.severity,data.minutes,data.tags,data.urgent"
HEADS = st.sampled_from(
    [
        HEAD,
        HEAD,
        HEAD,
        f"{HEAD},state",
        HEAD.replace("customer", "arrival"),
        HEAD.replace("customer", "arrival"),
        HEAD.replace("actor", "actr"),
        HEAD.replace(",", ";"),
        f"Title\n{HEAD}",
        f"{HEAD},",
        f"{HEAD},ticket",
        "at,event,ticket",
        f" {HEAD}",
        f'"ticket"{HEAD[6:]}',
        "",
        HEAD.replace(",at", ""),
    ]
)
PLAIN = 'T-1,2026-03-02T09:00:00Z,submit,customer:kim,portal,,high,45,"[""a""]",true'
ROWS = st.lists(st.just(PLAIN.split(",")) | st.lists(CELLS, min_size=8, max_size=12), max_size=2)


NUMBERS = st.sampled_from(["", "", "1", "7", "007", "0", "-1", "1.5", "true", "x", " 7", "+7", "٣", "9" * 18, "9" * 19])


@st.composite
def rows(draw: st.DrawFn) -> str:
    """A row like the others, with some cells that are not."""
    cells = [
        "T-1",
        draw(ATS),
        *draw(st.sampled_from([["submit", "customer:kim", "portal"], ["mark", "agent", ""]])),
        draw(NUMBERS),
    ]
    cells += ["high", "45", "", "true"]
    for _ in range(draw(st.integers(0, 2))):
        cells[draw(st.integers(0, len(cells) - 1))] = draw(CELLS)
    more = draw(st.integers(-2, 2)) if draw(st.integers(0, 5)) == 0 else 0
    cells = cells[: len(cells) + min(more, 0)] + [""] * max(more, 0)
    return ",".join(cells)


@given(
    HEADS, st.lists(rows() | st.sampled_from(["", ",,,", HEAD]), max_size=12), st.integers(0, 1), ENDS,
    st.sampled_from([b"", b"\xef\xbb\xbf"]), st.sampled_from([10, 300, 2**20]),
)  # fmt: skip
@example(HEAD, [PLAIN], 0, "\n", b"", 300)
def test_csv(tmp_path_factory: Any, head: str, lines: list[str], goods: int, end: str, mark: bytes, size: int) -> None:
    """Cells, heads and rows of all kinds."""
    many = [f"T-{index},2026-03-02T09:00Z,mark,agent,,,,{index},," for index in range(goods * 60)]
    path = tmp_path_factory.mktemp("csv") / "log.csv"
    path.write_bytes(mark + end.join([head, *many, *lines, *many, ""]).encode())

    assert_alike(path, size)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("said", ["", "cp1252", "utf-8"])
def test_other_encodings_are_read_one_by_one(encoding: str, said: str, tmp_path: Path) -> None:
    """What is no UTF-8 is guessed once, by the one that guesses."""
    lines = [json.dumps(GOOD | {"ticket": f"T-{index}"}) for index in range(9)]
    lines.append(json.dumps(GOOD | {"ticket": "é"}, ensure_ascii=False))
    path = tmp_path / "log.jsonl"
    path.write_bytes("\n".join(lines).encode(encoding))

    assert_alike(path, said=Said(said))


def test_what_is_usual_needs_nobody_else(tmp_path: Path) -> None:
    """Of a plain history every row is read at once: one batch for each block."""
    path = tmp_path / "log.csv"
    path.write_text("\n".join([HEAD, *[PLAIN] * 1000, ""]), encoding="utf-8")
    assert [1000] == [each.num_rows for each in read_batches(HistoryFiles(str(path)), desk())]

    lines = [json.dumps(GOOD | {"data": {"minutes": 4, "severity": "high", "urgent": True, "tags": ["a"]}})] * 1000
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert [1000] == [each.num_rows for each in read_batches(HistoryFiles(str(path)), desk())]


def test_numbers_of_arrival_are_read_at_once(tmp_path: Path) -> None:
    """What a desk has exported is no odd history: one batch for each block, of JSON Lines and of CSV."""
    records = [{**GOOD, "arrival": number} for number in range(1, 1001)]
    lines, rows = tmp_path / "log.jsonl", tmp_path / "log.csv"
    lines.write_text("\n".join([*map(json.dumps, records), ""]), encoding="utf-8")
    rows.write_text(
        "\n".join([",".join(GOOD) + ",arrival", *(",".join(map(str, each.values())) for each in records), ""])
    )
    for path in (lines, rows):
        batches = [*read_batches(HistoryFiles(str(path)), desk())]
        assert [1000] == [each.num_rows for each in batches]
        assert [*range(1, 1001)] == batches[0].column("arrival").to_pylist()
