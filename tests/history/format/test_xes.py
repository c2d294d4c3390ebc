"""XES: every event of a log is a row, and what is no log, or hostile, ends in one line with its place."""

from __future__ import annotations

import gzip
import tracemalloc
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format.xes import DEEPEST, LONGEST_VALUE, MOST_ATTRIBUTES, Cells, rows
from upheld.history.formats import format_of
from upheld.history.importer import Bad, Row

EVENT = '<event><string key="concept:name" value="Closed"/></event>'
TRACE = f'<trace><string key="concept:name" value="T-1"/>{EVENT}</trace>'


def read(text: str | bytes) -> list[Row | Bad]:
    """The rows of a log."""
    data = text.encode() if isinstance(text, str) else text
    return list(rows(HistoryFile("log.xes", BytesIO(data))))


def cells(text: str) -> list[dict[str, str]]:
    """The cells of the rows of a log in which nothing is bad."""
    found = read(text)
    assert [] == [each for each in found if isinstance(each, Bad)]
    return [dict(each.cells) for each in found if isinstance(each, Row)]


def problem(text: str | bytes) -> str:
    """Why a log cannot be read."""
    with pytest.raises(HistoryError) as told:
        read(text)
    return str(told.value)


def test_a_row_has_what_the_event_and_its_trace_say() -> None:
    """Values of every type are text as written; the place is the line on which the event begins."""
    log = """<?xml version="1.0" encoding="UTF-8" ?>
<log xmlns="http://www.xes-standard.org/">
  <string key="origin" value="a log's own attributes are no row's"/>
  <trace>
    <string key="concept:name" value="T-1"/>
    <event>
      <date key="time:timestamp" value="2012-10-09T14:50:17+00:00"/>
      <int key="cost" value="7"/>
      <float key="share" value="0.50"/>
      <boolean key="done" value="true"/>
      <id key="id" value="a-1"/>
      <string key="note" value="&lt;Größe &amp; more&gt;"/>
    </event>
  </trace>
</log>"""
    expected = {
        "trace concept:name": "T-1",
        "time:timestamp": "2012-10-09T14:50:17+00:00",
        "cost": "7",
        "share": "0.50",
        "done": "true",
        "id": "a-1",
        "note": "<Größe & more>",
    }

    assert [Row("log.xes:6", expected)] == read(log)


def test_attributes_within_attributes_are_columns_under_both_keys() -> None:
    """So nothing of them hides an attribute of the event itself; those after them are the event's again."""
    event = """<event>
      <int key="cost" value="7"><string key="currency" value="EUR"><string key="of" value="2012"/></string></int>
      <string key="currency" value="none"/>
      <container key="who"><string key="name" value="desk"/></container>
    </event>"""

    assert [
        {"cost": "7", "cost/currency": "EUR", "cost/currency/of": "2012", "currency": "none", "who/name": "desk"}
    ] == cells(f"<log>{event}</log>")


def test_a_list_is_one_cell() -> None:
    """In JSON, as fields that hold many values are written in CSV; with `values` around them or without."""
    items = '<string key="tag" value="a"/><string key="tag" value="b, c"/>'
    lists = f'<list key="new"><values>{items}</values></list><list key="old">{items}</list><list key="none"/>'

    assert [{"new": '["a", "b, c"]', "old": '["a", "b, c"]', "none": "[]", "x": "1"}] == cells(
        f'<log><event>{lists}<string key="x" value="1"/></event></log>'
    )


def test_what_is_said_of_a_value_of_a_list_is_none_of_its_values() -> None:
    """Attributes within them are left out, with `values` around the list or without."""
    item = '<string key="tag" value="a"><string key="by" value="desk"/></string>'
    lists = f'<list key="new"><values>{item}</values></list><list key="old">{item}</list>'

    assert [{"new": '["a"]', "old": '["a"]'}] == cells(f"<log><event>{lists}</event></log>")


def test_what_the_log_declares_for_all_stands_in_for_what_one_lacks() -> None:
    """`global` of events and of traces; an event that says it itself is believed."""
    log = f"""<log>
      <global scope="trace"><string key="region" value="any"/></global>
      <global scope="event"><string key="org:role" value="UNKNOWN"/></global>
      <global><string key="impact" value="Low"/></global>
      {TRACE}
      <trace><event><string key="org:role" value="A2"/></event></trace>
    </log>"""

    assert [
        {
            "trace concept:name": "T-1",
            "trace region": "any",
            "org:role": "UNKNOWN",
            "impact": "Low",
            "concept:name": "Closed",
        },
        {"trace region": "any", "org:role": "A2", "impact": "Low"},
    ] == cells(log)


@pytest.mark.parametrize(
    "own",
    [
        '<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>',
        '<date key="due" value="2000-01-01T00:00:00+00:00"><string key="by" value="desk"/></date>',
        '<x:date xmlns:x="http://www.xes-standard.org/" key="due" value="2000-01-01T00:00:00+00:00"/>',
        '<string key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>',
        '<string key="concept:name" value="UNKNOWN"/>',
        '<id key="identity:id" value="f81d4fae-7dec-11d0-a765-00a0c91e6bf6"/>',
    ],
)
def test_an_instant_a_name_and_an_id_are_no_defaults(own: str) -> None:
    """An event without a time did not happen in 1970, and traces without a name are not one ticket."""
    default = '<string key="region" value="any"/>'
    declared = f'<global scope="trace">{own}{default}</global><global scope="event">{own}{default}</global>'

    assert [{"trace region": "any", "region": "any"}] == cells(f"<log>{declared}<trace><event/></trace></log>")
    (told,) = cells(f'<log>{declared}<event>{own}<string key="region" value="north"/></event></log>')
    assert "north" == told.pop("region")
    assert told


def test_prefixed_names_are_those_of_xes() -> None:
    """Some exporters write every element with a prefix."""
    log = (
        '<x:log xmlns:x="http://www.xes-standard.org/"><x:trace><x:string key="concept:name" value="T-1"/>'
        '<x:event><x:string key="a" value="1"/></x:event></x:trace></x:log>'
    )

    assert [{"trace concept:name": "T-1", "a": "1"}] == cells(log)


def test_events_may_stand_without_a_trace() -> None:
    """The standard allows it; a mapping says what they are about."""
    assert [{"concept:name": "Closed"}] * 2 == cells(f"<log>{EVENT}{TRACE.replace(TRACE, EVENT)}</log>")


def test_a_bad_event_is_told_and_the_next_one_read() -> None:
    """With its line: an attribute without a key or a value, one that is there twice, one of a trace that comes late."""
    log = f"""<log><trace>
<string key="concept:name" value="T-1"/>
<event><string value="a"/></event>
<event><string key="a"/></event>
<event><string key="a" value="1"/><string key="a" value="2"/></event>
{EVENT}
<string key="late" value="1"/>
{EVENT}
</trace><trace><string key="concept:name"/>{EVENT}</trace></log>"""
    found = read(log)

    assert 3 == sum(isinstance(each, Row) for each in found)
    assert [
        Bad("log.xes:3", "an attribute has no `key`: export the event again"),
        Bad("log.xes:4", "an attribute has no `value`: export the event again"),
        Bad("log.xes:5", "attribute `a` is there twice: export the event again"),
        Bad("log.xes:6", "`late` of the trace stands after an event: a trace's own attributes go first"),
        Bad("log.xes:9", "an attribute has no `value`: export the trace again"),
    ] == [each for each in found if isinstance(each, Bad)]


def test_no_document_type_and_no_entity_is_read() -> None:
    """THREATS F04: whatever it declares, and wherever it points."""
    told = "this file declares a document type or an entity, which no log needs: remove the declaration"
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    for declared in (
        "<!DOCTYPE log>",
        '<!DOCTYPE log SYSTEM "http://example.org/log.dtd">',
        '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE log [<!ENTITY % x SYSTEM "http://example.org/x"> %x;]>',
        f'<!DOCTYPE log [<!ENTITY a0 "ha">{bomb}]>',
    ):
        assert f"log.xes:2: {told}" == problem(f'<?xml version="1.0"?>\n{declared}\n<log>&x;&a8;</log>')


def test_nothing_is_nested_without_end() -> None:
    """THREATS F05: within an event, and anywhere else."""
    fits, deeper = DEEPEST - 2, 10_000
    nested = '<string key="a" value="1">' * fits + "</string>" * fits

    assert fits == len(cells(f"<log><event>{nested}</event></log>")[0])
    for start in ("<log><event>", "<log>"):
        assert "nested more than 64 deep" in problem(start + '<string key="a" value="1">' * deeper)
        assert "nested more than 64 deep" in problem(start + "<thing>" * deeper)


def test_no_event_grows_without_end() -> None:
    """Neither in one value nor in their number, however the file goes on."""
    many = "".join(f'<string key="{n}" value="1"/>' for n in range(4 * MOST_ATTRIBUTES))

    assert "attributes in one place" in problem(f"<log><event>{many}</event></log>")
    assert "attributes in one place" in problem(f'<log><event><list key="a">{many}</list></event></log>')
    assert "a value is longer than" in problem(f'<log><string key="a" value="{"x" * 2 * LONGEST_VALUE}"/></log>')


def test_what_a_trace_says_is_held_once() -> None:
    """V03: its attributes are not copied for each event; they count with those of the event."""
    most = "".join(f'<string key="{n}" value="1"/>' for n in range(MOST_ATTRIBUTES - 1))
    event = '<event><string key="a" value="1"/></event>'

    found = [each.cells for each in read(f"<log><trace>{most}{event}{event}</trace></log>") if isinstance(each, Row)]
    first, second = (each for each in found if isinstance(each, Cells))
    assert first.maps[1] is second.maps[1]
    assert ("1", "1", None) == (first.get("a"), first.get("trace 0"), first.get("0"))
    assert {"a": "1", **{f"trace {n}": "1" for n in range(MOST_ATTRIBUTES - 1)}} == first
    more = event.replace("</event>", '<string key="b" value="1"/></event>')
    assert "more than 1000 attributes in one place" in problem(f"<log><trace>{most}{event}{more}</trace></log>")


def test_keys_around_an_attribute_are_short() -> None:
    """V03: each column repeats them, so a long one around many would fill the memory."""
    nested = f'<string key="{"k" * 5000}" value="1"><string key="a" value="1"/></string>'

    assert "too long a column: at most 256 characters" in problem(f"<log><event>{nested}</event></log>")


@pytest.mark.parametrize(
    "text, told",
    [
        ("", "log.xes:1: there is no log in this file"),
        ("ticket,at\n", "log.xes:1: this is no XML"),
        (f"<log>\n{TRACE}\n<trace><ev", "log.xes:3: the file ends before its log does: it was cut short"),
        (f"<log>\n{TRACE}\n</trace>", "log.xes:3: this is no XML: an element ends here that did not begin last"),
        (
            f"<log>\n{TRACE}\n</log><log/>",
            "log.xes:3: this is no XML: a second log begins here: put each in a file of its",
        ),
        ("<html>\n</html>", "log.xes:1: the outermost element is `html`, and that of a log is `log`"),
        ('<log>\n<string key="a" value="\xff"/>'.encode("latin-1"), "log.xes:2: this is no XML, or not in UTF-8"),
        (
            '<?xml version="1.0" encoding="ISO-8859-1"?><log/>',
            "log.xes:1: this file says that it is in `ISO-8859-1`: save it as UTF-8, and let it say so",
        ),
        ("<log/>".encode("utf-16"), "log.xes:1: this is UTF-16: save the export as UTF-8"),
    ],
)
def test_what_cannot_be_read_has_its_line(text: str | bytes, told: str) -> None:
    """A damaged file, another kind of file, another encoding."""
    assert problem(text).startswith(told)


def test_what_stands_before_the_damage_is_read() -> None:
    """So that `--skip-bad` and messages can tell of it."""
    found = rows(HistoryFile("log.xes", BytesIO(f"<log>{TRACE}{TRACE}<trace>".encode())))

    assert ["log.xes:1"] * 2 == [next(found).place, next(found).place]
    with pytest.raises(HistoryError):
        next(found)


def test_a_log_is_known_by_its_name_and_by_its_beginning() -> None:
    """Gzipped too, with a byte order mark, and with whatever the exporter says of itself first."""
    head = b'\xef\xbb\xbf<?xml version="1.0" ?>\n<!-- generated -->\n<log xes.version="1.0"></log>'

    assert "xes" == format_of(HistoryFile("log.XES.gz", BytesIO(b"?"))).name
    assert "xes" == format_of(HistoryFile("export", BytesIO(head))).name
    assert "xes" == format_of(HistoryFile("export", BytesIO(gzip.compress(head)))).name
    with pytest.raises(HistoryError, match="this log has no `trace` and no `event`: export it again"):
        list(rows(HistoryFile("export", BytesIO(head))))


def test_memory_does_not_grow_with_the_file() -> None:
    """A log ten times as long takes no more of it."""
    peaks = []
    for times in (200, 2_000):
        data = gzip.compress(f"<log>{TRACE * times}</log>".encode(), 1)
        tracemalloc.start()
        assert times == sum(1 for _ in rows(HistoryFile("log.xes", BytesIO(data))))
        peaks.append(tracemalloc.get_traced_memory()[1] - len(data))
        tracemalloc.stop()

    assert peaks[1] < 3 * peaks[0]


@pytest.mark.parametrize(
    "path, tickets, events",
    [
        ("helpdesk-it/helpdesk.xes.gz", 4_580, 21_348),
        ("bpic2013-incidents/BPI_Challenge_2013_incidents.xes.gz", 7_554, 65_533),
    ],
)
def test_public_logs_are_read_whole(shared: Path, path: str, tickets: int, events: int) -> None:
    """None lost, none invented."""
    with HistoryFile.open(str(shared / "data" / path)) as file:
        found = list(rows(file))
    traces = Counter(each.cells["trace concept:name"] for each in found if isinstance(each, Row))

    assert (tickets, events, events) == (len(traces), traces.total(), len(found))
