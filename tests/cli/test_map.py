"""`upheld map`: what is found in an export, as a mapping to go through; golden texts for the exports at hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from cli.conftest import Golden
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, MISUSED
from upheld.history.mapping.mapping_file import read_mapping

DESK = str(Path(__file__).resolve().parent.parent / "small_desk.yaml")
TABLE = """\
Number;Updated;Updated by;State;Priority;Company
T-1;04/03/2024 10:00;a-7;New;1 - High;acme
T-1;04/03/2024 10:30;a-9;Doing;1 - High;acme
T-2;28/03/2024 10:00;a-7;New;n/a;?
T-1;04/03/2024 09:30;a-9;Doing;low;acme
T-1;04/03/2024 09:30;a-9;Doing;low;acme
T-2;28/03/2024 10:00;batch;Vor Ort: Termin;low;?
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["map", *arguments])


def drafted(text: str, folder: Path, *arguments: str) -> str:
    """The draft for a table."""
    (folder / "export.csv").write_text(text, encoding="utf-8")
    done = run(str(folder / "export.csv"), *arguments)
    assert DONE == done.exit_code, done.stderr
    assert "" == done.stderr
    return done.stdout


@pytest.mark.parametrize("name, arguments", [("map-table", []), ("map-table-and-policy", ["--policy", DESK])])
def test_a_table_is_drafted(name: str, arguments: list[str], tmp_path: Path, golden: Golden) -> None:
    """Columns, zone, dates, nulls, order and words are guessed, with their counts; with a policy its names too."""
    said = drafted(TABLE, tmp_path, *arguments)

    golden(f"{name}.yaml", said)
    assert [] == read_mapping(said.encode(), "draft.yaml")[1]


@pytest.mark.parametrize(
    "name, path",
    [
        ("map-helpdesk", "helpdesk-it/helpdesk.xes.gz"),
        ("map-jira", "payloads/jira/search_expand_changelog.json"),
        ("map-zendesk", "payloads/zendesk/ticket_audits.json"),
        ("map-redmine", "payloads/redmine/issue_with_journals.json"),
    ],
)
def test_real_exports_are_drafted(name: str, path: str, shared: Path, golden: Golden) -> None:
    """Of every format; the schema accepts the drafts as they are."""
    done = run(str(shared / "data" / path))

    assert DONE == done.exit_code, done.stderr
    golden(f"{name}.yaml", done.stdout)
    assert [] == read_mapping(done.stdout.encode(), "draft.yaml")[1]


def test_a_draft_can_be_replayed_at_once(tmp_path: Path) -> None:
    """It skips what nobody has explained, and says so."""
    (tmp_path / "draft.yaml").write_text(drafted(TABLE, tmp_path), encoding="utf-8")
    files = [str(tmp_path / "export.csv"), "--policy", DESK, "--map", str(tmp_path / "draft.yaml")]
    done = CliRunner().invoke(main, ["replay", *files])

    assert MISUSED == done.exit_code, done.stderr
    assert "6 rows passed over, as the mapping says" in done.stderr.splitlines()
    assert "this history holds no record: none of its rows (6 passed over by the mapping) became one" in done.stderr


PRIORITIES = "P3 P1 P2".split()
SERVICE_DESK = "Issue key,Changed,Status,Priority\n" + "".join(
    f"SD-{ticket},2026-03-0{ticket + day} {time},{status},{PRIORITIES[ticket]}\n"
    for ticket in range(3)
    for day, time, status in (
        (1, "09:00", "Open"),
        (1, "09:05", "Waiting for support"),
        (4, "09:00", "Waiting for customer"),
        (4, "10:00", "Resolved"),
        (4, "11:00", "On hold"),
    )
)
ONE_ROW = """\
ticket_id,priority,status,created_at,due_at,first_response_at,resolved_at,closed_at
W-1,P3,Closed,2026-03-02 09:00:00,2026-03-03 09:00:00,2026-03-02 10:00:00,2026-03-03 08:00:00,2026-03-08 08:00:00
W-2,P3,Closed,2026-03-02 09:00:00,2026-03-03 09:00:00,2026-03-02 16:00:00,2026-03-05 09:00:00,2026-03-10 09:00:00
W-3,P1,Closed,2026-03-03 12:00:00,2026-03-03 14:00:00,2026-03-03 12:20:00,2026-03-03 13:00:00,2026-03-08 13:00:00
W-4,P2,Resolved,2026-03-04 08:00:00,2026-03-04 16:00:00,2026-03-04 08:30:00,2026-03-04 18:00:00,
W-5,P4,Open,2026-03-09 08:00:00,2026-03-11 08:00:00,2026-03-09 09:00:00,,
W-6,P4,Open,2026-03-10 08:00:00,2026-03-12 08:00:00,,,
"""
SNAPSHOTS = """\
number,incident_state,sys_mod_count,opened_at,sys_updated_at,priority,sys_updated_by
I-1,New,0,29/2/2016 01:16,29/2/2016 01:23,3 - Moderate,system
I-1,Active,1,29/2/2016 01:16,29/2/2016 08:53,3 - Moderate,Ann
I-1,Awaiting User Info,2,29/2/2016 01:16,1/3/2016 08:53,2 - High,Ann
I-1,Resolved,3,29/2/2016 01:16,1/3/2016 11:29,2 - High,Ann
"""
CHANGES = """\
issue_id,field,removed,added,when,who
1,status,NEW,ASSIGNED,2026-03-02T09:00:00Z,a
1,priority,P3,P2,2026-03-02T09:30:00Z,a
1,status,ASSIGNED,RESOLVED,2026-03-02T10:00:00Z,a
"""
LISTS = """\
number,callDate,targetDate,status,plannedEnd
T-1,01/02/2026,05/02/2026,Unresolved,06/02/2026
T-1,03/02/2026,05/02/2026,Won't Fix,06/02/2026
"""
ANY_TRACKER = str(Path(__file__).resolve().parent.parent.parent / "examples" / "mappings" / "policy.yaml")


@pytest.mark.parametrize(
    "name, table",
    [
        ("service-desk", SERVICE_DESK),
        ("one-row", ONE_ROW),
        ("snapshots", SNAPSHOTS),
        ("changes", CHANGES),
        ("deadlines", LISTS),
    ],
)
def test_shapes_are_drafted(name: str, table: str, tmp_path: Path, golden: Golden) -> None:
    """Logs of statuses, one row per ticket, snapshots, changes: each as what it is, and tried at once."""
    said = drafted(table, tmp_path, "--policy", ANY_TRACKER)

    golden(f"map-{name}.yaml", said)
    assert [] == read_mapping(said.encode(), "draft.yaml")[1]


def test_one_row_per_ticket_is_judged_as_it_is_drafted(tmp_path: Path) -> None:
    """Not a line edited: as many promises as there are, from each instant to the next."""
    (tmp_path / "draft.yaml").write_text(drafted(ONE_ROW, tmp_path, "--policy", ANY_TRACKER), encoding="utf-8")
    files = [str(tmp_path / "export.csv"), "--policy", ANY_TRACKER, "--map", str(tmp_path / "draft.yaml")]
    done = CliRunner().invoke(main, ["replay", *files, "--format", "json"])

    assert DONE == done.exit_code, done.stderr
    tickets = {each["ticket"]: each for each in json.loads(done.stdout)["tickets"]}
    assert "2026-03-02T10:00:00Z" == tickets["W-1"]["commitments"][0]["stopped_at"]
    assert 12 == sum(len(each["commitments"]) for each in tickets.values())


def test_a_resolution_that_the_status_took_back_is_none(tmp_path: Path) -> None:
    """Wherever in the file it stands; and where no row has both, nothing is said of it."""
    quiet = drafted(ONE_ROW, tmp_path, "--policy", ANY_TRACKER)
    more = "".join(f"Y-{number},P1,Open,2026-03-10 09:00:00,,,,\n" for number in range(1_200))
    back = "W-7,P1,Reopened,2026-03-09 08:00:00,,2026-03-09 08:10:00,2026-03-09 09:00:00,\n"
    text = ONE_ROW.splitlines()[0] + "\n" + more + ONE_ROW.partition("\n")[2] + back
    told = drafted(text, tmp_path, "--policy", ANY_TRACKER)

    assert "  resolved_at: resolved " in quiet
    assert "when:" not in quiet
    assert "  resolved_at: {state: resolved, when: {status: {not: [Open, Reopened]}}} # 5 rows; of 1 the status" in told
    assert "  closed_at: closed " in told


def test_the_file_is_written_once(tmp_path: Path) -> None:
    """Never over another one, unless somebody says so; and what comes next is told."""
    (tmp_path / "export.csv").write_text(TABLE, encoding="utf-8")
    output = tmp_path / "mapping.yaml"
    arguments = [str(tmp_path / "export.csv"), "--policy", DESK, "--output", str(output)]
    first, again, forced = run(*arguments), run(*arguments), run(*arguments, "--force")

    assert (DONE, MISUSED, DONE) == (first.exit_code, again.exit_code, forced.exit_code)
    assert "is there already: name another file, or say `--force`" in again.stderr
    assert "" == first.stdout
    assert first.stderr.splitlines()[-1].startswith("next: upheld replay ")
    assert [] == read_mapping(output.read_bytes(), "mapping.yaml")[1]


def test_what_has_no_row_is_no_draft(tmp_path: Path) -> None:
    """A head alone: that is told with status 2, and nothing is drafted."""
    (tmp_path / "export.csv").write_text("id,time,status\n", encoding="utf-8")
    done = run(str(tmp_path / "export.csv"))

    assert (MISUSED, "") == (done.exit_code, done.stdout)
    assert "there is no row in it" in done.stderr


def test_a_pipe_is_tried_too(tmp_path: Path) -> None:
    """Its first rows are kept."""
    (tmp_path / "export.csv").write_text(ONE_ROW, encoding="utf-8")
    done = CliRunner().invoke(main, ["map", "-", "--from", "csv", "--policy", ANY_TRACKER], input=ONE_ROW)

    assert DONE == done.exit_code, done.stderr
    assert "12 promises began" not in done.stderr
    assert "Tried on all 6 rows: 6 tickets, 18 records;" in done.stdout


def test_blanks_are_named(tmp_path: Path) -> None:
    """Where no column is like what every mapping needs, the line says so, and so does the schema."""
    said = drafted("colour,size\nred,3\nblue,4\n", tmp_path)

    assert 3 == said.count("# a blank: ")
    assert ["UP105", "UP105"] == [each.code for each in read_mapping(said.encode(), "draft.yaml")[1]]


def test_words_of_strangers_stay_words(tmp_path: Path) -> None:
    """Quotes, signs of YAML, what moves a cursor: each is one word of one line, or left out."""
    words = [
        "on",
        "null",
        "1.10",
        "a: b",
        "a #b",
        "- x",
        "{x}",
        "it's",
        'say ""x""',
        "*",
        "&a",
        "\x1b[31m",
        "é è",
        " x ",
    ]
    table = "id,time,status\n" + "".join(f'{n},2026-03-02T09:00Z,"{word}"\n' for n, word in enumerate(words))
    said = drafted(table, tmp_path)
    mapping, findings = read_mapping(said.encode(), "draft.yaml")

    assert [] == findings
    assert mapping is not None
    read = [status.when.tests[0].words[0] for status in mapping.statuses]
    assert sorted(word.strip().replace('""', '"') for word in words if word.isprintable()) == sorted(read)
    assert "\x1b" not in said


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """Another kind of file, a damaged one, a policy that is not there."""
    (tmp_path / "cut.xes.gz").write_bytes(gzip.compress(b"<log></log>")[:-9])
    (tmp_path / "empty").write_bytes(b"")
    for arguments, told in (
        ([str(tmp_path / "cut.xes.gz")], "cut short"),
        ([str(tmp_path / "empty")], "this file is empty"),
        ([str(tmp_path / "none.csv")], "no such file"),
        ([DESK, "--from", "xess"], "did you mean `xes`?"),
        ([DESK, "--from", "xes"], "this is no XML"),
        ([DESK, "--from", "csv", "--policy", "nobody"], "nobody"),
    ):
        done = run(*arguments)
        assert MISUSED == done.exit_code, arguments
        assert "" == done.stdout
        assert 1 == len(done.stderr.splitlines())
        assert told in done.stderr


def test_several_files_are_drafted_as_one(tmp_path: Path) -> None:
    """Of one format; where a line names the columns may be said."""
    for number in (1, 2):
        text = f"Report;March\nTicket;At;Status;By\nT-{number};2026-03-02T09:00Z;New;kim\n"
        (tmp_path / f"{number}.csv").write_text(text, encoding="utf-8")
    asked = run(str(tmp_path))
    assert "the head seems to be line 2: say `head: 2` in the mapping (`--head 2` to draft one)" in asked.stderr
    done = run(str(tmp_path), "--head", "2")
    assert "1.csv: 2 rows" in done.stdout, done.stderr

    (tmp_path / "3.jsonl").write_text('{"ticket": "T-3", "at": "2026-03-02T09:00Z"}\n', encoding="utf-8")
    told = run(str(tmp_path), "--head", "2").stderr
    assert "these files are of several formats, `csv`, `jsonl`: draft a mapping for those of one of them" in told


def test_names_of_files_are_texts(tmp_path: Path) -> None:
    """An export is called after its day, which YAML takes for one."""
    for name in ("2026-03-02.csv", "10.csv", "null.csv"):
        (tmp_path / name).write_text(TABLE, encoding="utf-8")
        done = run(str(tmp_path / name), "--policy", DESK)

        assert f'mapping: "{name.partition(".")[0]}"' in done.stdout.splitlines()
        assert "# Tried on all 6 rows" in done.stdout


@pytest.mark.parametrize(
    "table, told",
    [
        ("Article;Price\nA;3\nB;4\n", "No column is like a ticket, and none like a status: is this the right file?"),
        (
            "Changed;Status\n2026-03-02 09:00;New\n",
            "It can be tried once it says which column is the ticket, and which",
        ),
        (
            "Ticket;Created;State\n1;2026-03-02;New\n2;2026-03-02;Done\n",
            "Each ticket has one row with one instant: what",
        ),
        (
            "Bug ID;Changed;Status\n1;2026-03-02 09:00;New\n2;2026-03-02 09:00;Fixed\n",
            "What is promised from the opening on counts from `Changed`: export when it was opened, too.",
        ),
        (
            "Bug ID;Opened;Changed;Status\n1;2026-03-01 09:00;2026-03-02 09:00;New\n"
            "2;2026-03-01 09:00;2026-03-02 09:00;Fixed\n",
            "Each ticket has one row, with its opening and its last change: what",
        ),
        (
            "Ticket;Created;Closed\n1;2026-03-02 09:00;2026-03-02 10:00\n",
            "No column tells when a ticket was taken up: a promise of that",
        ),
    ],
)
def test_what_cannot_be_told_is_said(table: str, told: str, tmp_path: Path) -> None:
    """Before anybody answers a question."""
    assert f"# {told}" in drafted(table, tmp_path, "--policy", DESK)


def test_a_severity_is_no_impact(tmp_path: Path) -> None:
    """Though more rows fill that; other columns of severities are named."""
    table = "Ticket,Changed,State,Impact,Priority,Severity\n1,2026-03-02,New,High,1,\n2,2026-03-02,New,Low,High,Low\n"
    said = drafted(table, tmp_path, "--policy", DESK)

    assert "      column: Severity" in said
    assert "      # other columns like it: Priority, Impact" in said


def test_what_is_confirmed_after_the_end_is_asked(tmp_path: Path) -> None:
    """`Confirmed` is a beginning with some trackers, and with others the customer's word that it is mended."""
    table = "Ticket,Changed,State\n1,2026-03-01,New\n1,2026-03-02,{}\n1,2026-03-03,{}\n1,2026-03-04,Closed\n"
    after, before = ("Resolved", "Confirmed"), ("Confirmed", "Resolved")

    assert "{State: Confirmed}, skip: true}" in drafted(table.format(*after), tmp_path, "--policy", DESK)
    assert "{State: Confirmed}, state: doing}" in drafted(table.format(*before), tmp_path, "--policy", DESK)
