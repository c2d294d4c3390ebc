"""Lines that recur are read as every line is that is read alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from upheld import load_policy
from upheld.core.errors import RecordError
from upheld.core.nearest import quoted
from upheld.core.record.event import LONGEST_TEXT, Event
from upheld.history import recurring
from upheld.history.canonical import RECORDS, RowRecords
from upheld.history.file import HistoryFile
from upheld.history.format import json_lines
from upheld.history.importer import Bad
from upheld.history.reading import OBSERVED, events_of

POLICY = load_policy("base")
TICKETS = (
    *(
        "T-1",
        "T-1",
        "T-2",
        "é",
        "a b",
        " T-1",
        "T-1 ",
        "",
        '\\"',
        "\\\\",
        "T\\",
        "\\u0041",
        "\\ud83d",
        "T\t1",
        "T\x001",
    ),
    *("T\x001", "x" * LONGEST_TEXT, "x" * (LONGEST_TEXT + 1), "ticket", 'T"1', "T,1", "T;1"),
)
INSTANTS = (
    *("2026-03-02T09:00Z", "2026-03-02T09:00:00+01:00", "2026-03-02T09:00:00.999Z", "2026-03-02 09:00Z"),
    *("20260302T090000Z", "2026-W10-1T09:00Z", "2026-03-02T09:00", "2026-03-02", "yesterday", "", "at"),
    *("2026-03-02\t09:00Z", "2026-03-02é09:00Z", "2026-03-02\\u005409:00Z", "2026-03-02T09:00\\u005a", " 2026-03-02"),
    *("1989-12-31T23:59:59Z", "1990-01-01T00:00Z", "2050-12-31T23:59:59Z", "2051-01-01T00:00Z"),
    *("0001-01-01T00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-03-02T09:00Z "),
)
ENDS = (
    *(', "event": "work"}', ', "event": "work"}', ',"event":"work","actor":"agent:a"}', ', "event": "work"} '),
    *(', "event": "submit", "data": {"severity": "high", "minutes": 45, "urgent": true, "note": null}}',),
    *(', "state": "open"}', ', "event": "work", "state": "open"}', ', "event": ""}', "}", "", ', "event": "work"'),
    *(', "event": "work", "ticket": "T-9"}', ', "event": "work", "at": "2026-03-02T09:00Z"}', ', "event": "work"}}'),
    *(', "event": "work", "event": "close"}', ', "event": "work", "data": {"a": "1", "a": "2"}}'),
    *(', "event": "work", "data": null}', ', "event": "work", "data": {}}', ', "event": "work", "data": {"a": 1.5}}'),
    *(', "event": "work", "data": {"a": 999999999999999999}}', ', "event": "work", "data": {"a": 1' + "0" * 18 + "}}"),
    *(', "event": "work", "data": {"a": -1' + "0" * 17 + "}}", ', "event": "work", "data": {"a": -1' + "0" * 18 + "}}"),
    *(', "event": "work", "data": {"a": 1' + "0" * 19 + "}}", ', "event": "work", "data": {"a": NaN}}'),
    *(', "event": "work", "data": {"a": 1' + "0" * 5000 + "}}", ', "event": "work", "data": "a"}'),
    *(', "event": "work", "data": {"a": ["b", 1]}}', ', "event": "work", "data": {"a": [["b"]]}}'),
    *(', "event": "work", "data": {"a": ' + "[" * 70 + "]" * 70 + "}}", ', "event": ' + "[" * 3_000),
    *(', "event": "caf\\u00e9"}', ', "event": "\\ud83d"}', ', "event": "a\\"b"}', ', "event": "a\tb"}'),
    *(', "event": "work", "actor": null}', ', "event": "work", "actor": " agent"}', ', "event": "work", "evnt": "x"}'),
    *(', "at": "2026-03-02T09:00Z"}', ', "event": "work", "data": {"a": "\\ud83d", "b": "\\u0061"}}'),
    *(', "event": "work", "arrival": 7}', ', "event": "work", "arrival": "7"}', ', "event": "work", "arrival": null}'),
    *(', "event": "work", "arrival": -1}', ', "event": "work", "arrival": true}', ', "event": "work", "arrival": 1.5}'),
    *(', "event": "work", "arrival": "x"}', ', "event": "work", "arrival": 7, "arrival": 8}'),
    *(', "event": "work", "actor": "agent", "data": {"a": "b"}}', ', "state": "open", "data": {"minutes": 45}}'),
    *(', "event": "close", "data": {"minutes": 45}}', ', "event": "close", "data": {"minutes": 45}, "actor": "agent"}'),
    *(', "event": "data", "data": {"data": "}"}}', ', "event": "close", "data": {}}', ',"event":"x","data":{"a":"}"}}'),
    *(', "event": 7}', ', "event": "work", "channel": "' + "x" * 600 + '"}', ', "event": "work", "customer": "acmé"}'),
)
HEADS = (
    *('{"ticket": "%s", "at": "%s"',) * 3,
    *('{"ticket":"%s","at":"%s"', ' {"ticket": "%s", "at": "%s"', '{ "ticket" : "%s" , "at" : "%s"'),
    *('{"at": "%s", "ticket": "%s"', '{"ticket": "%s", "event": "%s"', '{"ticket": "%s" "at": "%s"'),
    *('[{"ticket": "%s", "at": "%s"', '{"ticket": 5, "%s": "%s"', '{"ticket": {"a": "%s", "at": "%s"}'),
)


def told(place: str, record: dict[str, object]) -> tuple[str, Event] | Bad:
    """What a record states, by all checks there are."""
    try:
        event = Event.from_record(record)
        for name, value in event.data.items():
            values = value if isinstance(value, list) else [value]
            if not all(each is None or type(each) in (str, int, bool) for each in values):
                problem = f"field {quoted(name)} holds {quoted(value)}: give a plain value, or a list of them"
                raise RecordError([problem])
    except RecordError as error:
        return Bad(place, str(error))
    return Bad(place, OBSERVED) if event.state else (place, event)


def slowly_json(text: str) -> Iterator[tuple[str, Event] | Bad]:
    """Each line alone."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            found = json_lines.record_of(line)
            place = f"log:{number}"
            yield Bad(place, found) if isinstance(found, str) else told(place, found)


def read(text: str, name: str) -> list[tuple[str, Event] | Bad]:
    file = HistoryFile("log", BytesIO(text.encode("utf-8")))
    return list(events_of(RECORDS[name](file, POLICY)))


def shown(found: list[tuple[str, Event] | Bad]) -> list[object]:
    """All that can be seen of what was read; `5` and `True` look different, as they are."""
    return [
        each if isinstance(each, Bad) else (each[0], repr(each[1]), each[1].at_s, each[1].role, each[1].actor_id)
        for each in found
    ]


@st.composite
def json_texts(draw: st.DrawFn) -> str:
    """Lines of few parts, so that most parts recur."""
    heads = [HEADS[0], draw(st.sampled_from(HEADS))]
    ends = draw(st.lists(st.sampled_from(ENDS), min_size=1, max_size=2))
    tickets = st.sampled_from(TICKETS) | st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=3)
    lines = st.builds(
        lambda head, ticket, at, end: head % (ticket, at) + end,
        st.sampled_from(heads),
        tickets,
        st.sampled_from(INSTANTS),
        st.sampled_from(ends),
    )
    good = HEADS[0] % (TICKETS[0], INSTANTS[0])
    first = [f"{good}{end}" for end in ends]
    return "\n".join([*first, *draw(st.lists(lines | st.sampled_from(["", " "]), min_size=1, max_size=8))])


@settings(max_examples=settings.default.max_examples * 5)
@example("\n".join(['{"ticket": "T-1", "event": "2026-03-02T09:00Z", "at": "2026-03-02T10:00Z"}'] * 2))
@given(json_texts())
def test_lines_of_json_read_as_each_alone(text: str) -> None:
    """The same events, bad records, places and words."""
    assert shown(list(slowly_json(text))) == shown(read(text, "jsonl"))


COLUMNS = ("ticket", "at", "event", "actor", "customer", "arrival", "data.severity", "data.minutes", "data.note")
CELLS = {
    "event": ("submit", "submit", "work", "", " ", "nothing"),
    "actor": ("agent", "agent:kim", "", "agent "),
    "customer": ("acme", ""),
    "arrival": ("", "", "7", "-1", "1.5"),
    "data.severity": ("high", ""),
    "data.minutes": ("45", "045", "-0", "", "x", "9" * 19, "9" * 20),
    "data.note": ("", "a", "é", 'a"b', '"a ""b"""', '"a\nb"', "a\x00b", "x" * 600),
}
IDS = ("T-1", "é", " T-1", "", "T\\", "T\x001", "ticket", 'T"1', '"T-1"', '"T,1"')


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Rows of few cells, so that most of them recur; some end early or late, or hold nothing."""
    columns = draw(st.permutations(COLUMNS))
    good = {"ticket": "T-1", "at": INSTANTS[0], "event": "submit", "data.severity": "high"}
    said = st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()})
    row = st.builds(
        lambda ticket, at, rest: {**rest, "ticket": ticket, "at": at},
        st.sampled_from(IDS),
        st.sampled_from([*INSTANTS[:2] * 6, *INSTANTS]),
        st.sampled_from([good, draw(said), draw(said)]),
    )
    ends = st.sampled_from(["", "", "", "", ",", ",x"])
    rows = [good, good, *draw(st.lists(row | st.just(good) | st.just({}), min_size=1, max_size=8))]
    return "\n".join(
        [",".join(columns), *(",".join(each.get(name, "") for name in columns) + draw(ends) for each in rows), ""]
    )


def slowly_csv(text: str) -> Iterator[tuple[str, Event] | Bad]:
    """Each row by Python's own reader, whatever it holds."""
    rows = csv.reader(text.splitlines(keepends=True) if "\x0b" not in text else [text], strict=True)
    columns = next(rows)
    make, before = RowRecords(columns, POLICY).record, rows.line_num
    for cells in rows:
        place, before = f"log:{before + 1}", rows.line_num
        if not "".join(cells).strip() or [cell.strip() for cell in cells[: len(columns)]] == columns:
            continue
        if "".join(cells[len(columns) :]).strip():
            problem = f"this row has {len(cells)} cells, and the head {len(columns)} columns"
            yield Bad(place, f"{problem}: put a cell with a `,` in quotes")
        elif "\x00" in "".join(cells):
            problem = "this row holds bytes of nothing (NUL): the file is damaged here, or no text; export it again"
            yield Bad(place, problem)
        else:
            yield told(place, make(cells[: len(columns)]))


@settings(max_examples=settings.default.max_examples * 5)
@given(tables())
def test_rows_of_csv_read_as_each_alone(text: str) -> None:
    """The same events, bad records, places and words."""
    assert shown(list(slowly_csv(text))) == shown(read(text, "csv"))


@given(st.text(st.characters(exclude_characters='\r\n"', codec="utf-8"), max_size=30), st.sampled_from(",;\t|"))
def test_a_line_without_quotes_is_its_cells(line: str, separator: str) -> None:
    """So no reader of CSV has to look at it."""
    expected = list(csv.reader([f"{line}\n"], delimiter=separator, strict=True))
    assert expected == [line.split(separator) if line else []]


@pytest.mark.parametrize("name", ["jsonl", "csv"])
def test_what_recurs_is_one(name: str) -> None:
    """All events of a history may wait in memory, so equal texts and data are the same object."""
    record = {"ticket": "T-1", "at": INSTANTS[0], "event": "submit", "actor": "agent:kim"}
    lines = [json.dumps({**record, "data": {"severity": "high"}})] * 3
    rows = [f"{','.join(record)},data.severity", *[f"{','.join(record.values())},high"] * 3]
    _, first, second = (each[1] for each in read("\n".join(lines if name == "jsonl" else rows), name))
    assert all(getattr(first, each) is getattr(second, each) for each in ("ticket", "actor", "data"))
    with pytest.raises(TypeError):
        second.data["severity"] = "low"


def test_parts_that_were_met_apart_are_known_together() -> None:
    """Of a line whose beginning and whose data other lines have, nothing is read anew, and the same is found."""
    held, close, minutes = recurring.Recurring(), ', "event": "close", "data": ', '{"minutes": 45, "note": "-1"}}'
    for number, rest in enumerate((f'{close}{{"minutes": 30}}}}', f', "event": "work", "data": {minutes}')):
        record = json.loads(f'{{"ticket": "T-1", "at": "{INSTANTS[0]}"{rest}')
        held.keep(rest, Event.from_record(record), number)
    expected = Event.from_record(json.loads(f'{{"ticket": "T-2", "at": "{INSTANTS[1]}"{close}{minutes}'))
    actual = held.event("T-2", INSTANTS[1], close + minutes)
    assert actual is not None
    assert (expected, expected.identity) == (actual, actual.identity)


def test_what_does_not_recur_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in which every line says something else is read the long way, and tried again later."""
    monkeypatch.setattr(recurring, "MOST", 4)
    monkeypatch.setattr(recurring, "PAUSE", 20)
    held = recurring.Recurring()
    event = Event.from_record({"ticket": "T-1", "at": INSTANTS[0], "event": "work"})
    begins = []
    for number in range(1, 40):
        held.keep(f"rest {number}", event, number)
        begins.append((held.begins, len(held)))
    assert [(0, 4), (25, 0), (25, 0), (25, 1)] == [begins[number - 1] for number in (4, 5, 24, 25)]
