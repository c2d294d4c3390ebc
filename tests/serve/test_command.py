"""`upheld serve` and `upheld desk token`: a newcomer sees a month at once; who stops it leaves nothing half done."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner, Result
from serve.conftest import MARK, Serve
from serve.test_events import lines, marks

from upheld.cli import main
from upheld.desk.people.tokens import SHAPE


def run(*words: str, url: str) -> Result:
    return CliRunner(env={"UPHELD_DB": url}).invoke(main, words)


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'desk.db'}"
    assert 0 == run("desk", "init", "--policy", "base", url=made).exit_code
    return made


def test_a_month_is_served_and_stops_when_asked() -> None:
    """Its address is told, this machine needs no token, and SIGTERM ends it with nothing left behind."""
    words = [sys.executable, "-m", "upheld", "serve", "--demo", "greenmash", "--port", "0"]
    environment = {name: held for name, held in os.environ.items() if name != "UPHELD_DB"} | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        greeting = [process.stdout.readline() for _ in range(3)]
        address = re.findall(r"http://127\.0\.0\.1:\d+/", greeting[0])[0]
        with urlopen(Request(f"{address}v1/queue")) as answer:
            waiting = json.load(answer)
    finally:
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=60)

    assert waiting
    assert greeting[2].startswith("nobody needs to sign in on this machine")
    assert (0, "stopped") == (process.returncode, told.splitlines()[-1])
    assert "GET /v1/queue 200" in told


def test_a_token_is_shown_once_listed_and_revoked(url: str) -> None:
    made = run("desk", "token", "--role", "agent", "--name", "bridge", "--days", "9", url=url)
    text = made.stdout.strip()
    assert 0 == made.exit_code
    assert SHAPE.fullmatch(text)
    listed = json.loads(run("desk", "token", "--list", "--format", "json", url=url).stdout)
    gone = run("desk", "token", "--revoke", listed[0]["id"], url=url)

    assert ("bridge", ["agent"], None, None) == tuple(
        listed[0][each] for each in ("name", "roles", "customer", "revoked_at")
    )
    assert text not in json.dumps(listed)
    assert 0 == gone.exit_code
    assert json.loads(run("desk", "token", "--list", "--format", "json", url=url).stdout)[0]["revoked_at"]


@pytest.mark.parametrize(
    "words, said",
    [
        (["--role", "agnet"], "did you mean `agent`?"),
        (["--name", "Über"], "is no name"),
        (["--customer", " acme"], "is no customer"),
        (["--list", "--role", "agent"], "stand alone"),
        (["--revoke", "0123456789"], "no token `0123456789`"),
    ],
    ids=str,
)
def test_a_token_that_cannot_be_is_told(url: str, words: list[str], said: str) -> None:
    told = run("desk", "token", *words, url=url)

    assert 2 == told.exit_code
    assert said in told.stderr


@pytest.mark.parametrize(
    "words, said",
    [
        (["--demo", "greenmash", "--policy", "base"], "brings its own policy"),
        (["--demo", "greenmush"], "did you mean"),
        ([], "`--policy` says by which one"),
        (["--db", "mysql://x/y"], "SQLite or PostgreSQL"),
        (["--policy", "base", "--host", "203.0.113.7"], "cannot be listened on"),
        (["--webhooks", "--no-worker"], "for the worker of a desk at work"),
        (["--webhooks", "--demo", "greenmash"], "for the worker of a desk at work"),
    ],
    ids=str,
)
def test_what_cannot_be_served_is_told(tmp_path: Path, words: list[str], said: str) -> None:
    told = run("serve", *words, url=f"sqlite:///{tmp_path / 'new.db'}")

    assert 2 == told.exit_code
    assert said in told.stderr


def test_a_postgresql_is_served_alike(serve: Serve, postgresql_url: str) -> None:
    """The same calls over the other database."""
    service = serve(postgresql_url)

    assert service.ask("POST", "/v1/events", "acme", json=MARK).json()["accepted"]
    assert 404 == service.ask("POST", "/v1/events", "other", json=MARK).status_code
    assert [True] * 120 == [each["accepted"] for each in lines(service, marks(120))]
    for path in ("/readyz", "/metrics", "/v1/queue", "/v1/due", "/v1/verdicts", "/v1/customers/acme/statement"):
        assert 200 == service.ask("GET", path, "agent").status_code
    assert () == service.desk.verify()
