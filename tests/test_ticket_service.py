"""The ticket service works as its page says: HTTP in front of a desk, and a worker beside it."""

from __future__ import annotations

import json
import mailbox
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from programs import ask, program, served, until

from upheld.cli import main

SUBMIT = {
    "at": "2026-03-02T09:00+01:00",
    "event": "submit",
    "actor": "customer:kim",
    "channel": "portal",
    "customer": "acme",
    "data": {"type": "assistance", "severity": "high", "authenticated": True},
}


def step(at: str, event: str, **data: object) -> dict[str, object]:
    return {"at": f"2026-03-02T{at}+01:00", "event": event, "actor": "agent:lee", "data": data}


@pytest.fixture
def folder(root: Path) -> Path:
    return root / "examples" / "ticket-service"


@pytest.fixture
def settings(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The desk, made as the page says."""
    made = {"UPHELD_DB": f"sqlite:///{tmp_path / 'tickets.db'}", "TICKETS_MAILBOX": str(tmp_path / "mails.mbox")}
    page = (root / "examples" / "ticket-service" / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^\$ upheld (desk init .*)$", page, re.MULTILINE)
    monkeypatch.chdir(root)
    result = CliRunner().invoke(main, command.split(), env=made)
    assert 0 == result.exit_code, result.output
    return made


@pytest.fixture
def url(folder: Path, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with served(program(folder / "service.py", monkeypatch).create_app(settings)) as address:
        yield address


def test_records_come_in_and_answers_go_out(url: str) -> None:
    """Accepted, refused with the clause, repeated, in conflict, no record at all, or still to come."""
    ticket, resolve = f"{url}/tickets/T-1", step("09:10", "resolve")
    opened, refused = ask(ticket, SUBMIT, "1"), ask(ticket, resolve, "2")

    assert (200, True, False, 1) == (opened[0], *(opened[1][name] for name in ("accepted", "repeated", "seq")))
    assert any("PC-01" in reason for reason in opened[1]["because"])
    assert (200, False, "no-transition", ["PC-09"]) == (
        refused[0],
        *(refused[1][name] for name in ("accepted", "code", "clauses")),
    )
    assert ask(ticket, resolve, "2")[1] == {**refused[1], "repeated": True}
    assert 409 == ask(ticket, SUBMIT, "2")[0]
    wrong: tuple[dict[str, Any], ...] = ({**SUBMIT, "at": "yesterday"}, {**SUBMIT, "at": "2999-01-01T00:00Z"}, {})
    assert [422, 422, 422, 422] == [ask(ticket, each, "3")[0] for each in (*wrong, {**SUBMIT, "x": 1})]
    assert 422 == ask(ticket, SUBMIT)[0], "without a key"


def test_what_its_page_sends_is_accepted(url: str, folder: Path) -> None:
    """And every path in its table is there, and no other but those of FastAPI's own pages."""
    page = (folder / "README.md").read_text(encoding="utf-8")
    ((path, body),) = re.findall(r"localhost:8080(\S+) .*? -d '(.*?)'", page, re.DOTALL)
    told = re.findall(r"^\| `(GET|POST) (/[^`?]*)", page, re.MULTILINE)
    served = ask(f"{url}/openapi.json")[1]["paths"]

    assert ask(f"{url}{path}", json.loads(body), "mail-1")[1]["accepted"]
    shown = {(method, path) for method, path in told if path != "/docs"} | {("GET", "/tickets/{ticket}/story")}
    assert {(method.upper(), path) for path, methods in served.items() for method in methods} == shown


def test_a_ticket_is_kept_and_told(url: str) -> None:
    """How it stands, why, what is due, and what to take next; of one that is not there as well."""
    ask(f"{url}/tickets/T-1", SUBMIT, "1")

    assert {"ticket": "T-1", "state": "open", "core": "open"}.items() <= ask(f"{url}/tickets/T-1")[1].items()
    assert ["T-1"] == ask(f"{url}/queue?at=2026-03-02T10:00%2B01:00")[1]
    ((due,),) = [ask(f"{url}/due")[1]]
    assert ["commit", "resolve"] == [name for _, _, name in due["limits"]]
    assert "open" == ask(f"{url}/tickets/T-1/story")[1]["state"]
    assert [404, 404, 404] == [
        ask(f"{url}/{path}")[0] for path in ("tickets/T-2", "tickets/T-2/story", "customers/x/statement")
    ]
    assert {"records": 1, "open": 1}.items() <= ask(f"{url}/status")[1].items()


def test_accounts_are_kept_between_records(url: str) -> None:
    """What one record sets aside another one settles, and a customer's tickets share the accounts."""
    flex = {**SUBMIT, "customer": "helvetec", "data": {**SUBMIT["data"], "type": "solva-flex", "evolution": True}}  # type: ignore[dict-item]  # a mapping
    told = []
    for ticket in ("T-1", "T-2"):
        ask(f"{url}/tickets/{ticket}", flex, f"{ticket}-1")
        told += ask(f"{url}/tickets/{ticket}", step("10:00", "work", minutes=40), f"{ticket}-2")[1]["charges"]
    told += ask(f"{url}/tickets/T-1", step("11:00", "invoice"), "T-1-3")[1]["charges"]
    (account,) = ask(f"{url}/customers/helvetec/statement")[1]

    assert ["hold 45 min of flex"] * 2 + ["debit 45 min of flex", "release 45 min of flex"] == told
    assert 8 * 60 - 45 == account["closing"]


@pytest.fixture
def worker(root: Path, folder: Path, settings: dict[str, str], url: str) -> Iterator[subprocess.Popen[bytes]]:
    """The worker of the page, beside the service."""
    page = (folder / "README.md").read_text(encoding="utf-8")
    ((words, sends),) = re.findall(r"^\$ upheld (desk work --deliver) \"python (\S*)\" &$", page, re.MULTILINE)
    command = [sys.executable, "-m", "upheld", *words.split(), f"{shlex.quote(sys.executable)} {sends}"]
    started = subprocess.Popen(command, cwd=root, env=os.environ | settings)
    yield started
    started.kill()
    started.wait()


def test_time_passes_and_mails_are_sent(worker: subprocess.Popen[bytes], settings: dict[str, str], url: str) -> None:
    """Ten business days after the resolution the request closes by itself; the worker ends when it is told to."""
    steps = [step("09:05", "take-charge"), step("09:10", "qualify"), step("09:20", "resolve")]
    for number, each in enumerate([SUBMIT, *steps]):
        assert ask(f"{url}/tickets/T-1", each, str(number))[1]["accepted"]
    until(lambda: ask(f"{url}/tickets/T-1")[1]["state"] == "auto-closed")
    until(lambda: {*ask(f"{url}/status")[1]["messages"]} == {"done"})
    worker.send_signal(signal.SIGTERM)
    with closing(mailbox.mbox(settings["TICKETS_MAILBOX"], create=False)) as box:
        mails = [*box]

    assert 0 == worker.wait(30)
    assert ask(f"{url}/status")[1]["messages"]["done"] == len({mail["Message-ID"] for mail in mails}) == len(mails)
    assert all(mail["Subject"].startswith("[T-1] ") and mail["To"] == "support@example.org" for mail in mails)


def test_a_mail_that_cannot_be_sent_is_told(folder: Path) -> None:
    """In one line, and by the exit status, by which it is tried again later."""
    message = {"id": "1", "ticket": "T-1", "asked": {"kind": "notify", "to": "kim@example.org", "about": "Late"}}
    environment = os.environ | {"SMTP_HOST": "127.0.0.1:9"}
    command = [sys.executable, str(folder / "send_mail.py")]
    done = subprocess.run(
        command, input=json.dumps(message), env=environment, capture_output=True, text=True, check=False
    )

    assert (1, 1) == (done.returncode, len(done.stderr.splitlines()))
