"""examples/embedding: a script, a FastAPI application and a Django project, each with a desk of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from programs import ask, program, served, until

from upheld import Desk

AT = "2026-03-02T09:00+01:00"


@pytest.fixture
def examples(root: Path) -> Path:
    return root / "examples" / "embedding"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'desk.db'}"


def test_a_script_may_be_started_again(
    examples: Path, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It takes what is new, and says once what was refused, what time did, and what of that is not so any more."""
    script = program(examples / "script.py", monkeypatch)
    records = [
        {"id": "m-1", "ticket": "T-1", "at": AT, "event": "submit", "actor": "customer:kim"},
        {"id": "m-2", "ticket": "T-1", "at": "2026-03-02T09:05+01:00", "event": "reopen", "actor": "customer:kim"},
    ]
    inbox = tmp_path / "inbox.jsonl"
    inbox.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    told = []
    reply = {"id": "m-3", "ticket": "T-1", "at": "2026-03-02T09:40+01:00", "event": "reply", "actor": "agent:lee"}
    for late in ([], [], [reply]):
        with inbox.open("a", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(record)}\n" for record in late)
        script.main(str(inbox), url)
        told.append([line.split(":")[:2] for line in capsys.readouterr().out.splitlines()])

    refused, warned, correction = ["m-2", " refused as no-transition"], ["T-1", " First reply"], ["T-1", " correction"]
    assert [[refused, warned, warned], [], [correction, correction]] == told


def test_fastapi_answers_and_its_worker_delivers(examples: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is an answer; a key counts once, and of another record is an error; what failed is sent once more."""
    product = program(examples / "fastapi" / "app.py", monkeypatch)
    sent: list[str] = []

    def send(message: Any) -> None:
        sent.append(message.id)
        if len(sent) == 1:
            raise OSError("nobody answers")

    with served(product.create_app(url, send)) as address:
        steps = f"{address}/requests/7/steps"
        submit = {"at": AT, "event": "submit", "actor": "customer:kim"}
        first, again = ask(steps, submit, "k-1"), ask(steps, submit, "k-1")
        conflict = ask(steps, {**submit, "event": "comment"}, "k-1")
        refused = ask(steps, {**submit, "event": "reopen"}, "k-2")
        nothing = ask(steps, {**submit, "at": "yesterday"}, "k-3"), ask(steps, {**submit, "actor": " "}, "k-3")
        until(lambda: len(sent) == 1)
        state = ask(f"{address}/requests/7")
    with closing(Desk.open(url)) as desk:
        status = desk.status()

    assert (200, {"accepted": True, "repeated": False, "seq": 1}) == first
    assert (200, {"accepted": True, "repeated": True, "seq": 1}) == again
    assert (409, True) == (conflict[0], "a key is of one record" in conflict[1]["detail"])
    assert (200, False, "no-transition") == (refused[0], refused[1]["accepted"], refused[1]["code"])
    assert [422, 422] == [status for status, _ in nothing]
    assert (200, {"state": "open"}) == state
    assert {"waiting": 2} == status.messages, "the first is put off, and the second one waits for it"


@pytest.fixture
def django(examples: Path, tmp_path: Path, url: str) -> dict[str, Any]:
    """How Django's commands are run, with what is written elsewhere than in the checkout."""
    environment = {"HELPDESK_DB": str(tmp_path / "helpdesk.db"), "DESK_URL": url, "PYTHONDONTWRITEBYTECODE": "1"}
    return {"cwd": examples / "django", "env": os.environ | environment, "text": True, "encoding": "utf-8"}


def manage(django: dict[str, Any], *command: str) -> str:
    """Run one of Django's commands, warnings as errors; what it says."""
    called = [sys.executable, "-W", "error", "manage.py", *command]
    done = subprocess.run(called, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **django)
    assert 0 == done.returncode, done.stdout
    return done.stdout


def test_django_is_sure_of_what_its_own_tests_say(django: dict[str, Any], url: str) -> None:
    """Before and after a transaction, rolled back, with the desk away; none of them touches the product's own desk."""
    said = manage(django, "test")

    assert said.rstrip().splitlines()[-2:] == ["OK", "Destroying test database for alias 'default'..."]
    assert not Path(url.removeprefix("sqlite:///")).exists()


@pytest.fixture
def helpdesk(django: dict[str, Any]) -> Iterator[subprocess.Popen[str]]:
    """A deployed product with a worker, to which something has happened that nobody has told the desk."""
    deploy = "call_command('migrate', run_syncdb=True, verbosity=0); call_command('adopt')"
    request = "request = Request.objects.create(subject='It is slow', customer='acme')"
    record = {"ticket": "R-1", "at": "2026-03-02T08:00Z", "event": "submit", "actor": "customer:kim"}
    happening = f"Happening.objects.create(request=request, record={record})"
    imports = "from django.core.management import call_command; from helpdesk.models import Happening, Request"
    manage(django, "shell", "-c", f"{imports}; {deploy}; {request}; {happening}")
    worker = subprocess.Popen([sys.executable, "manage.py", "work"], stdout=subprocess.PIPE, **django)
    yield worker
    worker.kill()
    worker.communicate()


def test_a_worker_of_django_ends_when_it_is_told_to(helpdesk: subprocess.Popen[str], url: str) -> None:
    """Between two rounds, by SIGTERM; what it had to do is done."""
    with closing(Desk.open(url)) as desk:
        until(lambda: desk.status().messages == {"done": 2})
        helpdesk.send_signal(signal.SIGTERM)

        told, _ = helpdesk.communicate(timeout=30)
        assert (0, 2) == (helpdesk.returncode, told.count("Subject: R-1: First reply"))
        assert "open" == getattr(desk.ticket("R-1"), "state", None)
        assert () == desk.verify()
