"""A live pipe into `submit --live -`: each line answered before the next one comes."""

from __future__ import annotations

import json
import subprocess

import pytest
from desk.commands.shop import TOLD, records, run, started

from upheld.cli.failure import DONE


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_each_line_is_answered_before_the_next_one(made: str) -> None:
    """Whoever writes a line and waits has its answer, and is known once more when it comes again."""
    lines = [json.dumps(each) for each in records(("T-1", TOLD[:2]))]
    process = started("submit", "--live", "-", "--format", "jsonl", url=made, stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    answers = []
    for line in (*lines, lines[0]):
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        answers.append(json.loads(process.stdout.readline()))
    rest, _ = process.communicate(timeout=60)

    assert ("", DONE) == (rest, process.returncode)
    assert [(1, False), (2, False), (1, True)] == [(each["seq"], each["repeated"]) for each in answers]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_line_that_is_no_record_ends_it_or_is_left_out(made: str) -> None:
    """With its number; what came before it is kept."""
    line = {**records(("T-1", TOLD[:1]))[0], "id": "m-1"}
    given = f"{json.dumps(line)}\n\nno record\n[]\n{json.dumps({**line, 'id': ''})}\n"
    command = ("submit", "--live", "-", "--key-column", "id")
    ended = run(*command, url=made, stdin=given)
    left_out = run(*command, "--skip-bad", url=made, stdin=given)

    assert 2 == ended.exit_code
    assert "line 3: it is no JSON" in ended.stderr
    told = [each.split(":", 3)[1:3] for each in left_out.stderr.splitlines()]
    assert [[" line 3", " it is no JSON"], [" line 4", " it is no record"]] == told[:2]
    assert [" line 5", " column `id` holds no key"] == told[2]
    assert "1 that came before" in left_out.stdout


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_file_is_no_live_pipe(made: str) -> None:
    """Nor is an export that a mapping explains."""
    done = run("submit", "--live", "events.jsonl", url=made)
    assert 2 == done.exit_code
    assert "write `-` for HISTORY" in done.stderr
