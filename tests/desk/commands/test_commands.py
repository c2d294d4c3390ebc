"""The commands of a desk on both databases: what each prints, read once by somebody and found good."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk.commands.shop import CLOSED, STORY, records, run, written

from upheld import load_policy, replay
from upheld.cli import main
from upheld.cli.desk import COMMANDS

TRANSCRIPT = """\
init --policy policy.yaml
init --policy policy.yaml
upgrade
submit events.jsonl
submit events.jsonl --format json
status
due
due --until 2024-03-06T09:30:00Z
queue --at 2024-03-07T12:00:00Z
work --once --deliver-to told.jsonl
status --format json
ticket T-3
ticket T-3 --format json
story T-3
statement kim
outbox
outbox --state done
outbox --state done --format jsonl
verify
verify --format json
rebuild
export
export history.jsonl
adopt --policy next.yaml
adopt --policy next.yaml
move T-3 T-4 T-9 --policy next.yaml
move T-3 --policy next.yaml --do
queue --at 2024-03-07T12:00:00Z --version shop@1.0.0
retain --older-than 1d --dry-run
retain old --before 2024-03-05T00:00:00Z
retain old --before 2024-03-06T00:00:00Z
ticket T-1
erase kim
erase kim
verify
"""
"""A desk's life, line by line."""


MAPPING = """\
upheld: 1
mapping: shop
columns: {ticket: ticket, at: at}
roles: [{role: customer}]
statuses:
  - {when: {event: submit}, event: submit}
  - {when: {event: reopen}, event: reopen}
  - {when: {event: reply}, event: reply}
"""


def test_what_is_printed_is_what_somebody_read(url: str, root: Path, update: bool) -> None:
    """The same on both databases; rewrite with `--update`, and read the diff."""
    made = []
    for line in TRANSCRIPT.splitlines():
        done = run(*shlex.split(line), url=url)
        told = re.sub(r"(sqlite|postgresql)://[^ ]*?(?=:? |$)", "URL", done.output, flags=re.MULTILINE)
        made.append(f"$ upheld desk {line}\n{told}{f'[{done.exit_code}]' + chr(10) if done.exit_code else ''}")
    file = root / "tests" / "desk" / "commands" / "golden" / "transcript.txt"
    if update:
        file.write_text("\n".join(made), encoding="utf-8", newline="\n")
    assert file.read_text(encoding="utf-8") == "\n".join(made)


def test_the_overview_names_every_command() -> None:
    """Each on a line of its own."""
    lines = CliRunner().invoke(main, ["desk", "--help"]).stdout.partition("Commands:\n")[2].splitlines()
    assert [" ".join(item) for item in COMMANDS.items()] == [" ".join(line.split()) for line in lines]


def test_what_is_exported_replays_to_what_the_desk_says(told: str) -> None:
    """The law of the desk, from one command to another."""
    assert 0 == run("export", "history.jsonl", url=told).exit_code
    replayed = CliRunner().invoke(main, ["replay", "history.jsonl", "--policy", "policy.yaml", "--format", "json"])
    assert replay(load_policy("policy.yaml"), STORY)["tickets"] == json.loads(replayed.stdout)["tickets"]


def test_records_come_from_a_pipe(made: str) -> None:
    """Each answered by a line; a refused one is an answer."""
    text = "".join(f"{json.dumps(each)}\n" for each in STORY[:3])
    first, again = (run("submit", "-", "--format", "jsonl", url=made, stdin=text) for _ in range(2))
    answers = [[json.loads(line) for line in each.stdout.splitlines()] for each in (first, again)]

    assert [(1, None, False), (2, "no-transition", False), (3, None, False)] == [_short(each) for each in answers[0]]
    assert [True] * 3 == [each["repeated"] for each in answers[1]]
    assert "3 records: 2 accepted, 1 refused (1 no-transition)\n" == first.stderr


def _short(answer: dict[str, object]) -> tuple[object, ...]:
    return answer["seq"], answer["code"], answer["repeated"]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "mapped"])
def test_a_column_may_hold_the_keys(made: str, folder: Path, kind: str) -> None:
    """Of a history in any format, and of an export; another record with a known key is told, or left out."""
    head = ("id", "ticket", "at", "event", "actor")
    rows = [{"id": f"m{number}", **each} for number, each in enumerate(STORY[:3])]
    rows.append({**rows[0], "at": "2024-03-04T12:00Z"})
    words, name = [], f"keyed.{'jsonl' if kind == 'jsonl' else 'csv'}"
    if kind == "jsonl":
        written(folder / name, rows)
    else:
        lines = [",".join(head), *(",".join(row[column] for column in head) for row in rows)]
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if kind == "mapped":
        (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
        words = ["--map", "map.yaml", "--order", "arrival"]
    done = run("submit", name, "--key-column", "id", "--source", "mail", *words, url=made)
    left = run("submit", name, "--key-column", "id", "--source", "mail", "--skip-bad", *words, url=made)

    assert 2 == done.exit_code
    assert "error: record 4, of ticket `T-1`: key `m0` came before, with another record" in done.stderr
    assert "3 records: 0 accepted, 3 that came before, 1 left out\n" == left.stdout
    assert "" == run("outbox", url=made).stdout


def test_a_field_without_a_name_is_no_key(made: str, folder: Path) -> None:
    """It is a field that no event takes, as a replay says; beside keys of a column it cannot be told from one."""
    written(folder / "odd.jsonl", [{**STORY[0], "ticket": f"T-{each}", "data": {"": "x"}} for each in (8, 9)])
    done = run("submit", "odd.jsonl", url=made)
    keyed = run("submit", "odd.jsonl", "--key-column", "ticket", url=made)

    assert ("2 records: 0 accepted, 2 refused (2 invalid-data)\n", "") == (done.stdout, done.stderr)
    assert keyed.stderr.startswith("error: odd.jsonl:1: a field of its data has no name: give it one, or leave it out")
    assert '"data":{"":"x"}' in run("export", url=made).stdout


def test_a_history_is_taken_in_and_nobody_told(made: str, folder: Path) -> None:
    """Again it is none that is new; another one of its name is told apart.

    What time did on tickets that go on was told elsewhere, and is told nobody by their next record either.
    """
    first, again = (run("import", "events.jsonl", "--name", "old", url=made) for _ in range(2))
    other = written(folder / "other.jsonl", records(("T-9", CLOSED)))
    conflict = run("import", str(other), "--name", "old", url=made)

    assert (["15 records, 15 of them new\n"], "") == ([first.stdout], first.stderr)
    assert "15 records, 0 of them new\n" == again.stdout
    assert "0 messages\n" == run("outbox", "--state", "waiting", url=made).stderr
    written(folder / "more.jsonl", [{**STORY[-1], "at": "2024-03-06T16:00Z", "ticket": "T-3"}])
    assert 0 == run("submit", "more.jsonl", url=made).exit_code
    assert "0 messages\n" == run("outbox", "--state", "waiting", url=made).stderr
    assert 2 == conflict.exit_code
    assert "another history was imported as `old`: give this one another `--name`" in conflict.stderr


def test_a_late_record_is_put_in_its_place(told: str, folder: Path) -> None:
    """Where that is asked for; the answer says what it changed."""
    late = written(folder / "late.jsonl", [{**STORY[-1], "at": "2024-03-06T09:30Z", "ticket": "T-3"}])
    assert 0 == run("work", "--once", url=told).exit_code
    written(folder / "more.jsonl", [{**STORY[-1], "at": "2024-03-06T16:00Z", "ticket": "T-3"}])
    assert 0 == run("submit", "more.jsonl", url=told).exit_code
    refused = run("submit", str(late), "--source", "a", url=told)
    inserted = run("submit", str(late), "--source", "b", "--late", "insert", "--format", "jsonl", url=told)

    assert "1 record: 0 accepted, 1 refused (1 out-of-order)\n" == refused.stdout
    assert "clock `reply`: breached → upheld" in json.loads(inserted.stdout)["changes"]
    assert "1 record: 1 accepted, 1 of them late\n" == inserted.stderr


def test_differences_are_told(told: str, database: object) -> None:
    """Exit status 1; what is only a cache is written anew by `rebuild`."""
    from sqlalchemy import text

    change = "UPDATE upheld_tickets SET standing = replace(standing, '\"open\"', '\"closed\"') WHERE ticket = 'T-3'"
    database.transact(lambda rows: rows.execute(text(change)))  # type: ignore[attr-defined]
    found, rebuilt = run("verify", url=told), run("rebuild", url=told)

    assert 1 == found.exit_code
    assert found.stdout.startswith("ticket `T-3`: it does not stand as its records say: `rebuild` writes it anew\n")
    assert "wrote anew how 4 tickets stand\n" == rebuilt.stdout
    assert "nothing differs (15 records)\n" == run("verify", url=told).stdout


def test_a_story_can_be_sent(told: str) -> None:
    """Markdown, and JSON for programs."""
    assert run("story", "T-1", "--format", "markdown", url=told).stdout.startswith("# What happened to ticket T-1")
    assert "T-1" == json.loads(run("story", "T-1", "--format", "json", url=told).stdout)["ticket"]
