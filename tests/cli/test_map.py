"""`upheld map`: what is found in an export, as a mapping to go through; golden texts for the exports at hand."""

from __future__ import annotations

import gzip
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

    assert DONE == done.exit_code, done.stderr
    assert "6 rows passed over, as the mapping says" in done.stderr.splitlines()


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
