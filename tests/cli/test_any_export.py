"""Exports as desks have them, each read to the last figure, and what is told of those that tell little.

A desk that is open at any time promises P3 a response within 4 hours and a resolution within 24. What is right was
worked out by hand, from the file. The history begins on Monday 2 March 2026, where nothing else is said.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, MISUSED

POLICY = str(Path(__file__).resolve().parents[1] / "history" / "mapping" / "any-time-desk.yaml")
KEPT = {"W-1": [("respond", "upheld", 3600), ("resolve", "upheld", 3600)]}
"""New at 9, fixed at 10: an hour of each."""
ROWS = "Ref,Since,Now\nW-1,2026-03-02 09:00,New\nW-1,2026-03-02 10:00,Fixed\n"
SEMICOLONS = "Ref;Since;Now\nW-1;02/03/2026 09:00;New\nW-1;02/03/2026 10:00;Gelöst\n"
LIST = [dict(zip(("Ref", "Since", "Now"), row.split(","))) for row in ROWS.splitlines()[1:]]


class Export(NamedTuple):
    """An export, how its mapping differs from the usual one, and what is right.

    Attributes:
        name, data: The file.
        verdicts: Promise, status and seconds used, of each ticket.
        noticed: The kinds of what is told of the text.
        warned: What is told of the verdicts, in part.
        mapping: Keys of the mapping, over the usual ones.
    """

    name: str
    data: str | bytes
    verdicts: Mapping[str, list[tuple[str, str, int]]]
    noticed: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    mapping: Mapping[str, str] = {}


def packed(*files: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as pack:
        for number, text in enumerate(files):
            pack.writestr(f"part-{number}.csv", text)
    return archive.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pa.parquet.write_table(pa.Table.from_pylist(LIST), out)
    return out.getvalue()


DAYS = {"dates": "['DD/MM/YYYY HH:mm']"}
ONE_ROW = "Ref,Opened,Answered,Fixed,Closed\n"
UNFOLDED = {
    "columns": "{ticket: Ref, data: {severity: {constant: p3}}}",
    "rows-from": "{Opened: open, Answered: {state: in-fix, role: agent}, Fixed: resolved, Closed: closed}",
    "statuses": "",
}
AT_ONCE = [("respond", "upheld", 0), ("resolve", "upheld", 0)]
TOO_LATE = [("respond", "breached", 25200), ("resolve", "breached", 259200)]
RUNNING = [("respond", "running", 0), ("resolve", "running", 0)]

EXPORTS = {
    "semicolons in cp1252": Export("t.csv", SEMICOLONS.encode("cp1252"), KEPT, ("guessed-encoding",), mapping=DAYS),
    "unicode text": Export("t.txt", SEMICOLONS.replace(";", "\t").encode("utf-16"), KEPT, mapping=DAYS),
    "sep=": Export("t.csv", "sep=;\r\n" + SEMICOLONS, KEPT, mapping=DAYS),
    "a title": Export("t.csv", "March 2026;;\nby hand;;\n\n" + SEMICOLONS, KEPT, ("title-lines",), mapping=DAYS),
    "gzip": Export("t.csv.gz", gzip.compress(ROWS.encode()), KEPT),
    "bzip2": Export("t.csv.bz2", bz2.compress(ROWS.encode()), KEPT),
    "xz": Export("t.csv.xz", lzma.compress(ROWS.encode()), KEPT),
    "zip": Export("t.zip", packed(ROWS), KEPT),
    "zip of two": Export("t.zip", packed(ROWS, ROWS.replace("W-1", "W-2")), {**KEPT, "W-2": KEPT["W-1"]}),
    "parquet": Export("t.parquet", parquet(), KEPT),
    "a list": Export("t.json", json.dumps(LIST), KEPT),
    "an answer": Export("t.json", json.dumps({"result": LIST}), KEPT),
    "lines called json": Export("t.json", "\n".join(map(json.dumps, LIST)), KEPT),
    "decimals": Export("t.jsonl", "\n".join(json.dumps({**row, "score": 4.5}) for row in LIST), KEPT),
    "not a number": Export("t.jsonl", "\n".join(json.dumps({**row, "score": float("nan")}) for row in LIST), KEPT),
    "seconds with decimals": Export(
        "t.jsonl",
        '{"Ref":"W-1","Since":1772442000.25,"Now":"New"}\n{"Ref":"W-1","Since":1772445600.5,"Now":"Fixed"}\n',
        KEPT,
        mapping={"dates": "[epoch-s]"},
    ),
    "UTC": Export("t.csv", ROWS.replace(":00,", ":00:00 UTC,"), KEPT, mapping={"zone": "{assume: Asia/Tokyo}"}),
    "UTC in a form": Export(
        "t.csv", ROWS.replace(":00,", ":00:00 UTC,"), KEPT, mapping={"dates": "['YYYY-MM-DD HH:mm:ss Z']"}
    ),
    "columns twice": Export(
        "t.csv", "Ref,Since,Now,Tag,Tag\nW-1,2026-03-02 09:00,New,a,b\nW-1,2026-03-02 10:00,Fixed,,\n", KEPT
    ),
    "newest first": Export("t.csv", "\n".join([ROWS.split()[0], *ROWS.splitlines()[:0:-1]]), KEPT, ("newest-first",)),
    "a time that never was": Export(
        "t.csv",
        "Ref,Since,Now\nW-1,2026-03-29 01:50,New\nW-1,2026-03-29 02:50,In progress\nW-1,2026-03-29 03:10,Fixed\n",
        {"W-1": [("respond", "upheld", 3600), ("resolve", "running", 3600)]},
        ("never-was",),
        ("1 of 3 records came after a later one of their ticket",),
        {"zone": "{assume: Europe/Paris}"},
    ),
    "the same in UTC": Export(
        "t.csv",
        "Ref,Since,Now\nW-1,2026-03-29 01:50,New\nW-1,2026-03-29 02:50,In progress\nW-1,2026-03-29 03:10,Fixed\n",
        {"W-1": [("respond", "upheld", 3600), ("resolve", "upheld", 4800)]},
    ),
    "dates alone": Export(
        "t.csv",
        "Ref,Since,Now\nW-1,2026-03-02,New\nW-1,2026-03-02,Fixed\nW-2,2026-03-02,New\nW-2,2026-03-03,Fixed\n",
        {"W-1": AT_ONCE, "W-2": [("respond", "breached", 86400), ("resolve", "upheld", 86400)]},
        ("dates-only",),
        ("4 of 4 records lie at midnight",),
        mapping={"dates": "[YYYY-MM-DD]"},
    ),
    "a quote that is not closed": Export(
        "t.csv",
        ROWS.replace("Now\n", "Now,Note\n").replace("New\n", 'New,"begun\n').replace("Fixed\n", "Fixed,ok\n")
        + 'W-2,2026-03-02 09:00,New,here"\nW-2,2026-03-02 10:00,New,ok\n',
        {"W-1": [("respond", "running", 3600), ("resolve", "running", 3600)], "W-2": RUNNING},
        ("swallowed-rows",),
    ),
    "nothing promised on most": Export(
        "t.csv",
        ROWS + "".join(f"W-{number},2026-03-01 09:00,Closed\n" for number in range(2, 9)),
        {**KEPT, **{f"W-{number}": [] for number in range(2, 9)}},
        warned=("on 7 of 8 tickets no promise began (the first seen: `W-2`)",),
    ),
    "a row per ticket": Export(
        "t.csv",
        ONE_ROW
        + "W-1,2026-03-02 09:00,2026-03-02 10:00,2026-03-02 10:00,2026-03-08 10:00\n"
        + "W-2,2026-03-02 09:00,2026-03-02 16:00,2026-03-05 09:00,\n"
        + "W-3,2026-03-08 10:00,,,\n",
        {**KEPT, "W-2": TOO_LATE, "W-3": RUNNING},
        mapping=UNFOLDED,
    ),
    "a row per ticket read as one moment": Export(
        "t.csv",
        "Ref,Since,Now\n" + "".join(f"W-{number},2026-03-02 09:00,Closed\n" for number in range(6)),
        {f"W-{number}": AT_ONCE for number in range(6)},
        warned=("all records of 6 of 6 tickets lie at one instant",),
        mapping={"opening": "{state: open}"},
    ),
}


def mapping(**changed: str) -> str:
    words = "{New: open, In progress: in-fix, Fixed: resolved, Gelöst: resolved, Closed: closed}"
    keys = {
        "upheld": "1",
        "mapping": "desk",
        "audit": "true",
        "zone": "{assume: Etc/UTC}",
        "columns": "{ticket: Ref, at: Since, data: {severity: {constant: p3}}}",
        "roles": "[{role: agent}]",
        "statuses": f"[state: {{column: Now, words: {words}}}]",
    }
    return "".join(f"{key}: {value}\n" for key, value in {**keys, **changed}.items() if value)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything lies in the folder in which commands are run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(name: str, data: str | bytes) -> str:
    Path(name).write_bytes(data.encode() if isinstance(data, str) else data)
    return name


def run(command: str, name: str, *options: str) -> Result:
    return CliRunner().invoke(main, [command, name, *options])


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_an_export_is_read_as_it_is(export: Export) -> None:
    """Or what makes its figures doubtful is told; nothing else is."""
    name = written(export.name, export.data)
    written("map.yaml", mapping(**export.mapping))

    result = run("replay", name, "--policy", POLICY, "--map", "map.yaml", "--format", "json")

    assert DONE == result.exit_code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert export.verdicts == {
        ticket["ticket"]: [(each["id"], each["status"], each["used_s"]) for each in ticket["commitments"]]
        for ticket in found["tickets"]
    }
    assert export.noticed == tuple(each["kind"] for each in found["summary"]["reading"])
    assert len(export.warned) == len(found["warnings"])
    assert all(told in warning for told, warning in zip(export.warned, found["warnings"], strict=True))


NONE_OF_OURS = {
    "XES without traces": ("t.xes", "<log/>", "this log has no `trace` and no `event`: export it again"),
    "OCEL 1": (
        "t.xmlocel",
        "<log><global scope='event'/><events><event><string key='id' value='1'/></event></events><objects/></log>",
        "this is an object-centric log of OCEL 1",
    ),
    "nothing": ("t.jsonl", "", "this history holds no record: see whether it is the right file, and whole"),
    "a head": ("t.csv", "Ref,Since,Now\n", "this history holds no record: see whether it is the right file, and whole"),
    "an empty list": ("t.json", "[]", "this history holds no record: see whether it is the right file, and whole"),
    "7-Zip": ("t.7z", b"7z\xbc\xaf\x27\x1c" + bytes(40), "this is a 7-Zip archive: unpack it"),
    "PDF": ("t.csv", b"%PDF-1.7\n%\xe2\xe3\n", "this is a PDF: export the table that it was printed from"),
    "a workbook in pieces": ("t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "this workbook is damaged"),
    "half a history of Bugzilla": (
        "t.json",
        '{"bugs":[{"id":7,"alias":null,"history":[{"when":"2026-03-02T09:00:00Z","who":"a",'
        '"changes":[{"field_name":"status","removed":"NEW","added":"ASSIGNED"}]}]}]}',
        "put what `/rest/bug/ID/history` gives before what `/rest/bug/ID` gives",
    ),
}


@pytest.mark.parametrize("command", ["map", "replay"])
@pytest.mark.parametrize("name, data, problem", NONE_OF_OURS.values(), ids=NONE_OF_OURS)
def test_what_cannot_be_read_says_what_it_is(name: str, data: str | bytes, problem: str, command: str) -> None:
    """With a status that a scheduled job notices, and never as another tracker's."""
    written("map.yaml", mapping())
    options = ("--policy", POLICY, *(("--map", "map.yaml") if command == "replay" else ()))
    if command == "map":
        problem = problem.replace(
            "this history holds no record: see whether it is the right file, and whole", "there is no row in it"
        )

    result = run(command, written(name, data), *options)

    assert MISUSED == result.exit_code
    assert "" == result.stdout
    assert problem in result.stderr


def test_an_issue_of_another_tracker_is_its_own_columns() -> None:
    """As a tool that collects issues stores them: a list of objects with ids, and no journal of ours."""
    issue = {"iid": 1, "state": "closed", "created_at": "2026-03-02T09:00:00Z", "closed_at": "2026-03-03T09:00:00Z"}
    name = written("t.json", json.dumps([{"backend_name": "GitLab", "category": "issue", "data": issue}]))

    draft = run("map", name)

    assert DONE == draft.exit_code
    assert "format: json\n" in draft.stdout
    assert "  created_at: {skip: true} " in draft.stdout
