"""`upheld replay`: the verdicts of a history, for people, programs and spreadsheets; never half of them as if all."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from small_desk import contracts, desk

from upheld.cli import main
from upheld.cli.failure import DONE, FOUND, MISUSED
from upheld.history.importer import Bad
from upheld.history.reading import read_history
from upheld.replaying import replay as replayed
from upheld.schema.resources import read_schema

DESK = str(Path(__file__).resolve().parent.parent / "small_desk.yaml")
HEAD = "ticket,at,event,actor,channel,customer,data.type,data.severity,data.minutes,data.urgent\n"
HISTORY = (
    HEAD
    + """\
T-1,2024-03-04T10:00+01:00,submit,customer:kim,portal,acme,fault,high,,
T-1,2024-03-04T10:30+01:00,take,agent:a1,,,,,,
T-1,2024-03-04T11:00+01:00,mark,agent:a1,,,,,90,true
T-1,2024-03-04T11:30+01:00,resolve,agent:a1,,,,,,
T-1,2024-03-04T16:00+01:00,close,customer:kim,portal,,,,,
T-2,2024-03-04T11:00+01:00,submit,customer:lee,portal,other,question,low,,
T-2,2024-03-04T18:30+01:00,take,agent:a2,,,,,,
T-2,2024-03-06T12:00+01:00,resolve,agent:a2,,,,,,
T-3,2024-03-05T09:00+01:00,submit,customer:kim,email,acme,fault,high,,
T-3,2024-03-05T09:10+01:00,submit,customer:kim,portal,acme,fault,high,,
T-3,2024-03-05T11:40+01:00,take,agent:a1,,,,,,
T-4,2024-03-06T10:00+01:00,submit,customer:=1+1,portal,=HYPERLINK(1),fault,low,,
T-4,2024-03-06T10:05+01:00,frobnicate,agent:a1,,,,,,
"""
)
OBSERVED = """\
ticket,at,state,actor,data.severity,data.type
T-1,2024-03-04T10:00+01:00,open,agent,high,fault
T-1,2024-03-04T10:30+01:00,doing,agent,,
T-1,2024-03-04T12:00+01:00,closed,agent,,
T-2,2024-03-05T10:00+01:00,open,agent,low,question
T-2,2024-03-05T10:30+01:00,resolved,agent,,
T-2,2024-03-07T10:30+01:00,gone,agent,,
"""


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["replay", *arguments], input=stdin)


@pytest.fixture
def history(tmp_path: Path) -> str:
    return written(tmp_path, HISTORY)


def written(folder: Path, text: str, name: str = "history.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def signed(folder: Path) -> str:
    text = "upheld: 1\ncustomers:\n  acme: {contracts: [{kind: gold, from: 2024-01-01, until: 2024-06-30}]}\n"
    return written(folder, text, "contracts.yaml")


def checked(text: str) -> dict[str, Any]:
    """A document, which its schema holds to be one."""
    document: dict[str, Any] = json.loads(text)
    schema = json.loads(read_schema("verdict"))
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


def test_the_document_is_that_of_the_library(history: str, tmp_path: Path) -> None:
    """Ticket by ticket or all at once: the same verdicts, and what was skipped besides."""
    done = run(history, "--policy", DESK, "--contracts", signed(tmp_path), "--format", "json", "--journal")
    events = [found[1] for found in read_history(history, desk()) if not isinstance(found, Bad)]
    expected = replayed(desk(), events, contracts(), journal=True)

    assert DONE == done.exit_code, done.output
    told = checked(done.stdout)
    assert (0, []) == (told["summary"].pop("skipped"), told["summary"].pop("reading"))
    assert expected | {"contracts": told["contracts"]} == told


def test_lines_are_the_tickets_of_the_document(history: str) -> None:
    """One a line, in the same order."""
    document = checked(run(history, "--policy", DESK, "--format", "json").stdout)
    lines = run(history, "--policy", DESK, "--format", "jsonl").stdout.splitlines()

    assert document["tickets"] == [json.loads(line) for line in lines]
    assert ["T-1", "T-2", "T-3", "T-4"] == [each["ticket"] for each in document["tickets"]]


def test_a_history_may_come_by_a_pipe(history: str) -> None:
    """Packed, too; what it is is told from its first bytes."""
    told = run("-", "--policy", DESK, "--format", "jsonl", stdin=gzip.compress(HISTORY.encode()))

    assert DONE == told.exit_code, told.output
    assert run(history, "--policy", DESK, "--format", "jsonl").stdout == told.stdout


def test_several_files_are_one_history(history: str, tmp_path: Path) -> None:
    """However it is divided, packed and written; what explains a ticket is asked with the same words."""
    head, *lines = HISTORY.splitlines(keepends=True)
    parts = tmp_path / "parts"
    parts.mkdir()
    for number, line in enumerate(lines):
        (parts / f"{number}.csv.gz").write_bytes(gzip.compress(f"{head}{line}".encode("utf-16"), mtime=0))
    names = [str(parts / f"{number}.csv.gz") for number in range(len(lines))]

    whole = run(history, "--policy", DESK, "--format", "jsonl").stdout
    for given in ([str(parts)], names):
        told = run(*given, "--policy", DESK, "--format", "jsonl", "--encoding", "latin-1")
        assert DONE == told.exit_code, told.output
        assert whole == told.stdout
    page = " ".join(run(*names, "--policy", DESK, "--encoding", "latin-1").stdout.split())
    assert f"{names[-1]} --policy {DESK} --encoding iso8859-1" in page


def test_an_encoding_that_is_none_is_told(history: str) -> None:
    """With what was perhaps meant."""
    done = run(history, "--policy", DESK, "--encoding", "latin_l")
    assert "invalid value for `--encoding`: `latin_l` is no encoding of text: did you mean `latin_1`?" in done.stderr


GOLDEN = [("en", HISTORY, ()), ("fr", HISTORY, ()), ("en", OBSERVED, ("--audit",)), ("fr", OBSERVED, ("--audit",))]


@pytest.mark.parametrize("language, text, options", GOLDEN, ids=["en", "fr", "audit-en", "audit-fr"])
def test_the_page_for_people(
    language: str, text: str, options: tuple[str, ...], root: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """What was promised, how much was upheld, the worst, what went another way, what is assumed."""
    path = written(tmp_path, text)
    told = run(path, "--policy", DESK, "--contracts", signed(tmp_path), "--lang", language, *options)
    assert DONE == told.exit_code, told.output
    page = told.stdout.replace(str(tmp_path), "FOLDER").replace(DESK, "desk.yaml")
    page = re.sub(r"(?<=upheld explain )FOLDER.*(?=\n)|(?<=upheld explain\n)FOLDER(.*\n)*?(?=\n)", "…", page)
    file = root / "tests" / "cli" / "golden" / f"replay.{'audit.' if options else ''}{language}.txt"
    if request.config.getoption("--update"):
        file.write_text(page, encoding="utf-8")

    assert file.read_text(encoding="utf-8") == page


def test_as_of_looks_back(history: str) -> None:
    """Later records are not read, so the ticket is still open then, and its promise runs."""
    at = "2024-03-04T12:00:00+01:00"
    told = checked(run(history, "--policy", DESK, "--as-of", at, "--format", "json").stdout)

    assert "2024-03-04T11:00:00Z" == told["as_of"]
    assert ["T-1", "T-2"] == [each["ticket"] for each in told["tickets"]]
    assert "running" == told["tickets"][1]["commitments"][0]["status"]


def test_the_story_that_the_page_offers_is_told_as_of_the_same_instant(history: str) -> None:
    """What came later would tell another story of the same promise."""
    told = run(history, "--policy", DESK, "--as-of", "2024-03-05T12:00:00+01:00").stdout

    assert "--as-of 2024-03-05T11:00:00Z" in " ".join(told.split())
    assert "--as-of" not in run(history, "--policy", DESK).stdout


def test_an_as_of_before_everything_is_warned_of(history: str) -> None:
    """Likely a slip of the pen: the page would be empty without a word."""
    told = checked(run(history, "--policy", DESK, "--as-of", "2004-03-06T12:00:00Z", "--format", "json").stdout)

    assert [] == told["tickets"]
    assert ["as-of is `2004-03-06T12:00:00Z`, and every record is later: none of them (13) was read"] == told[
        "warnings"
    ]


@pytest.mark.parametrize("at", ["2024-03-04", "2024-03-04T12:00", "noon", "1980-01-01T00:00Z"])
def test_as_of_is_an_instant(at: str, history: str) -> None:
    """What is none is misuse, in one line."""
    told = run(history, "--policy", DESK, "--as-of", at)

    assert MISUSED == told.exit_code
    assert 1 == told.stderr.count("\n")


def test_a_date_of_another_decade_is_warned_of(tmp_path: Path) -> None:
    """DESIGN section 4: one wrong date in a history moves as-of, and with it whatever is still running."""
    path = written(tmp_path, f"{HISTORY}T-5,2042-03-06T10:00+01:00,submit,customer:kim,portal,acme,fault,low,,\n")

    (warning,) = checked(run(path, "--policy", DESK, "--format", "json").stdout)["warnings"]
    assert warning.startswith("as-of is `2042-03-06T09:00:00Z`, that of one record; all others lie more than a year")
    assert "Beware: as-of is" in run(path, "--policy", DESK).stdout


BAD_LINE = "T-1,yesterday,take,agent,,,,,,\n"


def test_a_bad_record_ends_it_with_its_place(tmp_path: Path) -> None:
    """One line, status 2, and nothing that looks like a result: neither on standard output nor in the folder."""
    lines = HISTORY.splitlines(keepends=True)
    path = written(tmp_path, "".join([*lines[:6], BAD_LINE, *lines[6:]]))
    for style in ("text", "json", "jsonl"):
        told = run(path, "--policy", DESK, "--format", style, "--out", str(tmp_path / "out"))

        assert MISUSED == told.exit_code
        assert "" == told.stdout
        advice = "write date, time and offset, such as `2026-03-02T09:00+01:00`"
        skip = "(`--skip-bad` leaves such records out)"
        assert f"error: {path}:7: `yesterday` is no instant: {advice} {skip}\n" == told.stderr
    assert ["history.csv"] == [each.name for each in tmp_path.iterdir()]


def test_bad_records_are_skipped_and_counted(tmp_path: Path, history: str) -> None:
    """Each is told on standard error, some twenty of them, and their number in the summary and on the page."""
    good = checked(run(history, "--policy", DESK, "--format", "json").stdout)
    path = written(tmp_path, HISTORY + BAD_LINE * 30, "bad.csv")
    told = run(path, "--policy", DESK, "--skip-bad", "--format", "json")

    assert DONE == told.exit_code
    document = checked(told.stdout)
    assert 30 == document["summary"]["skipped"]
    assert good["tickets"] == document["tickets"]
    lines = told.stderr.splitlines()
    assert 21 == len(lines)
    assert lines[0].startswith(f"skipped: {path}:15: `yesterday` is no instant")
    assert "30 bad records skipped: the verdicts tell of the others alone" == lines[-1]
    page = " ".join(run(path, "--policy", DESK, "--skip-bad").stdout.replace("┃", " ").split())
    assert "30 of 43 records are bad and were skipped: most of the history is missing" in page
    few = written(tmp_path, HISTORY + BAD_LINE * 3, "few.csv")
    assert "3 bad records were skipped" in run(few, "--policy", DESK, "--skip-bad").stdout
    assert FOUND == run(path, "--policy", DESK, "--skip-bad", "--fail-on", "bad").exit_code


@pytest.mark.parametrize(
    "name, data, problem",
    [
        ("cut.csv.gz", gzip.compress(HISTORY.encode(), mtime=0)[:-9], ": this gzip file is cut short: "),
        ("latin.csv", HISTORY.encode() + "T-é,".encode() + "é".encode("latin-1"), ":15: byte 0xe9 is not UTF-8: "),
        ("other.csv", b"Key;Status\nA-1;Open\n", ":1: unknown column `Key`: "),
        (
            "log.bin",
            bytes(range(256)),
            ": this is no text, and no kind of workbook or table that is known: save it as CSV",
        ),
        ("empty.txt", b"", ": this file is empty"),
    ],
)
def test_what_cannot_be_read_is_one_line(name: str, data: bytes, problem: str, tmp_path: Path) -> None:
    """Also with `--skip-bad`, which is for records: of such a file nobody knows what is missing."""
    path = tmp_path / name
    path.write_bytes(data)
    for options in ((), ("--skip-bad",)):
        told = run(str(path), "--policy", DESK, *options)

        assert MISUSED == told.exit_code
        assert "" == told.stdout
        assert told.stderr.startswith(f"error: {path}{problem}"), told.stderr
        assert 1 == told.stderr.count("\n")


def test_a_bomb_is_one_line(tmp_path: Path) -> None:
    """THREATS F06: a head that is right, and then the same without end."""
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(HISTORY.encode() + (b"x" * 99_999 + b"\n") * 300))
    told = run(str(path), "--policy", DESK, "--skip-bad")

    assert (MISUSED, "") == (told.exit_code, told.stdout)
    line = (
        rf"error: {re.escape(str(path))}: \d+ bytes unpack to more than \d+: no export does; unpack it yourself if .*\n"
    )
    assert re.fullmatch(line, told.stderr), told.stderr


@pytest.mark.parametrize(
    "name, text, why",
    [
        ("history.jsonl", "", "see whether it is the right file, and whole"),
        ("history.csv", "ticket,at,event\n", "see whether it is the right file, and whole"),
        ("bad.csv", HEAD + "T-1,yesterday,take\n" * 2, "none of its rows (2 bad) became one"),
    ],
)
def test_a_history_without_records_is_none(name: str, text: str, why: str, tmp_path: Path) -> None:
    """Whoever looks at a status alone notices; and no page says that nothing was broken."""
    path = written(tmp_path, text, name)
    for style in ("text", "json", "jsonl"):
        told = run(path, "--policy", DESK, "--format", style, "--skip-bad", "--out", str(tmp_path / "out"))

        assert (MISUSED, "") == (told.exit_code, told.stdout)
        assert f"error: {path}: this history holds no record: {why}" == told.stderr.splitlines()[-1]
        assert not (tmp_path / "out").exists()


def test_marks_and_mixed_line_ends_change_nothing(history: str, tmp_path: Path) -> None:
    """What spreadsheets make of a history says the same."""
    lines = HISTORY.encode().splitlines()
    mixed = tmp_path / "mixed.csv"
    mixed.write_bytes(
        b"\xef\xbb\xbf" + b"".join(line + (b"\n", b"\r\n", b"\r")[at % 3] for at, line in enumerate(lines))
    )

    expected = run(history, "--policy", DESK, "--format", "jsonl").stdout
    assert expected == run(str(mixed), "--policy", DESK, "--format", "jsonl").stdout


def test_observed_states_need_audit_mode(tmp_path: Path) -> None:
    """With it what does not conform is found, and may fail; without it such a record is bad."""
    path = written(tmp_path, OBSERVED)

    told = run(path, "--policy", DESK)
    assert (MISUSED, "") == (told.exit_code, told.stdout)
    assert f"{path}:2: a state was observed, which only audit mode reads: add `--audit`, or give events" in told.stderr
    audited = run(path, "--policy", DESK, "--audit", "--format", "json", "--fail-on", "nonconforming")
    assert FOUND == audited.exit_code
    assert 1 == checked(audited.stdout)["summary"]["nonconforming"]
    assert "found nonconforming: 1\n" == audited.stderr


@pytest.mark.parametrize(
    "what, status",
    [
        ("breach", FOUND),
        ("objective", FOUND),
        ("availability", DONE),
        ("remedy", DONE),
        ("refusal", FOUND),
        ("flag", FOUND),
        ("nonconforming", DONE),
        ("overdraft", DONE),
        ("unpromised", DONE),
        ("bad", DONE),
        ("bad, flag", FOUND),
    ],
)
def test_what_to_fail_on_is_asked_for(what: str, status: int, history: str) -> None:
    """The page is printed all the same."""
    told = run(history, "--policy", DESK, "--fail-on", what)

    assert status == told.exit_code
    assert told.stdout.startswith("What was promised, and what became of it: Desk\n")


def test_nothing_else_can_be_failed_on(history: str) -> None:
    """The nearest word is offered."""
    told = run(history, "--policy", DESK, "--fail-on", "breach,flags")

    assert MISUSED == told.exit_code
    assert "`flags` is nothing to fail on; did you mean `flag`?" in told.stderr


def test_tables_are_safe_for_spreadsheets(history: str, tmp_path: Path) -> None:
    """THREATS F02: no cell is a formula, whoever wrote the history; the JSON keeps what was written."""
    out = tmp_path / "out"
    done = run(history, "--policy", DESK, "--format", "json", "--out", str(out))
    document = checked(done.stdout)

    assert ["charges.csv", "commitments.csv", "summary.json", "tickets.jsonl"] == sorted(
        each.name for each in out.iterdir()
    )
    lines = (out / "tickets.jsonl").read_text(encoding="utf-8").splitlines()
    assert document["tickets"] == [json.loads(line) for line in lines]
    rest = {name: each for name, each in document.items() if name != "tickets"}
    assert rest == json.loads((out / "summary.json").read_text(encoding="utf-8"))
    with (out / "commitments.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    clocks = [(each["ticket"], clock) for each in document["tickets"] for clock in each["commitments"]]
    assert [(ticket, clock["id"], clock["status"]) for ticket, clock in clocks] == [
        (row["ticket"], row["commitment"], row["status"]) for row in rows
    ]
    assert {"'=HYPERLINK(1)"} == {row["customer"] for row in rows if row["ticket"] == "T-4"}
    assert "=HYPERLINK(1)" == document["tickets"][3]["customer"]


def test_a_folder_that_will_not_do_is_told_at_once(history: str, tmp_path: Path) -> None:
    """Before the history is read, which may take long; here it is not there at all."""
    told = run(str(tmp_path / "nowhere.csv"), "--policy", DESK, "--out", str(tmp_path))

    assert MISUSED == told.exit_code
    assert f"error: {tmp_path} holds `history.csv`, which is no file of a replay: name a new folder\n" == told.stderr
    assert ["history.csv"] == [each.name for each in tmp_path.iterdir()]


def test_what_is_billed_is_on_the_page_and_in_the_tables(root: Path, tmp_path: Path) -> None:
    """Balances in the unit that people count in; every charge with its ticket and customer."""
    folder = root / "examples" / "proconcept"
    arguments = [str(folder / "history.jsonl"), "--policy", "proconcept", "--contracts", str(folder / "contracts.yaml")]
    told = run(*arguments, "--lang", "en", "--out", str(tmp_path / "out"))

    assert DONE == told.exit_code, told.output
    balances = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["summary"]["balances"]
    assert balances
    page = told.stdout.partition("\nBalances\n")[2].partition("\n\n\n")[0]
    assert all(each["customer"] in page for each in balances)
    with (tmp_path / "out" / "charges.csv").open(encoding="utf-8", newline="") as file:
        charged = list(csv.DictReader(file))
    debits = sum(int(row["amount"]) for row in charged if row["kind"] == "debit" and row["account"] == "flex")
    reversed_ = sum(int(row["amount"]) for row in charged if row["kind"] == "reversal" and row["account"] == "flex")
    assert debits - reversed_ == sum(each["consumed"] for each in balances if each["account"] == "flex")


def test_both_formats_of_a_vendors_history_say_the_same(root: Path) -> None:
    """JSON Lines and CSV are two spellings."""
    folder = root / "examples" / "proconcept"
    told = [
        run(
            str(folder / name),
            "--policy",
            "proconcept",
            "--contracts",
            str(folder / "contracts.yaml"),
            "--format",
            "json",
        )
        for name in ("history.jsonl", "history.csv")
    ]

    assert checked(told[0].stdout) == checked(told[1].stdout)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("c.yaml.gz", b"\x1f\x8b\x08\x00" + b"\0" * 4_000, "this is a gzip file: unpack it first"),
        ("c.xlsx", b"PK\x03\x04", "this is a workbook or a zip file: save the sheet as CSV"),
        ("c.csv", b"\x00\xff", "is not UTF-8 text"),
        ("c.csv", b"customer,kind\nacme,gould\n", "c.csv:2:6: error[UP201]: contract `gould` is not declared"),
    ],
)
def test_contracts_that_are_none_end_it_in_one_line(
    name: str, data: bytes, said: str, history: str, tmp_path: Path
) -> None:
    """What is packed, or no text, or does not fit the policy."""
    file = tmp_path / name
    file.write_bytes(data)
    done = run(history, "--policy", DESK, "--contracts", str(file))

    assert MISUSED == done.exit_code
    assert 1 == done.stderr.count("\n")
    assert said in done.stderr


def test_contracts_without_an_end_are_not_read(history: str, tmp_path: Path) -> None:
    """A device, a pipe that nobody writes to, a folder."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, said in (("/dev/zero", "this is no file"), (str(pipe), "this is no file"), (str(tmp_path), "directory")):
        done = run(history, "--policy", DESK, "--contracts", path)
        assert MISUSED == done.exit_code
        assert 1 == done.stderr.count("\n")
        assert said in done.stderr
