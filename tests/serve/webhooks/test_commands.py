"""The commands of webhooks, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from desk.commands.shop import POLICY, run
from serve.webhooks.receiver import receiving
from standardwebhooks import Webhook

from upheld.cli.desk.webhook import COMMANDS

MAPPING = """\
upheld: 1
mapping: live
columns: {ticket: ticket, at: at, actor: author}
roles: [{role: agent}]
statuses: [{when: {kind: created}, event: submit, role: customer}, {skip: true}]
"""
EVENTS = [
    {"ticket": "T-1", "at": "2024-03-04T09:00:00Z", "event": "submit", "actor": "customer:kim", "channel": "portal"}
]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A shop, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    made = "sqlite:///desk.db"
    Path("policy.yaml").write_text(POLICY, encoding="utf-8")
    Path("live.yaml").write_text(MAPPING, encoding="utf-8")
    Path("secret.txt").write_text("canary-canary-canary\n", encoding="utf-8")
    Path("events.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in EVENTS), encoding="utf-8")
    assert 0 == run("init", "--policy", "policy.yaml", url=made).exit_code
    return made


def test_the_overview_names_every_command() -> None:
    lines = run("webhook", "--help", url="").output.partition("Commands:\n")[2].strip().splitlines()

    assert [" ".join(item) for item in COMMANDS.items()] == [" ".join(line.split()) for line in lines]


def test_an_endpoint_is_registered_told_and_removed(url: str) -> None:
    """The secret is told once; `work --webhooks` sends what the outbox holds, and `list` says so."""
    with receiving() as receiver:
        added = run("webhook", "add", receiver.url, "--loopback", "--kind", "notify", url=url)
        secret, endpoint = added.stdout.strip(), added.stderr.split()[2].rstrip(";")
        assert run("webhook", "test", endpoint, url=url).output == "received\n"
        run("submit", "events.jsonl", url=url)
        work = run("work", "--once", "--webhooks", url=url)
        again = run("work", "--once", "--webhooks", url=url)
    listed = run("webhook", "list", url=url).stdout

    assert (0, 0) == (work.exit_code, again.exit_code)
    assert "2 webhooks received" in work.stderr
    assert "webhook" not in again.stderr
    assert 3 == len(receiver.requests)
    Webhook(secret).verify(receiver.requests[-1].body, receiver.requests[-1].headers)
    assert f"{endpoint}  {receiver.url}  notify: 2 done\n" == listed
    assert secret not in listed + run("webhook", "list", "--format", "json", url=url).stdout
    assert secret != run("webhook", "rotate", endpoint, url=url).stdout.strip()
    assert "0 messages will be tried again\n" == run("webhook", "enable", endpoint, url=url).stdout
    assert "removed\n" == run("webhook", "remove", endpoint, url=url).stdout
    assert "" == run("webhook", "list", url=url).stdout


def test_a_source_is_registered_listed_and_forgotten(url: str) -> None:
    words = ["webhook", "receive", "jira", "support", "--map", "live.yaml", "--secret-file", "secret.txt"]
    assert "it sends to /v1/webhooks/jira/support\n" == run(*words, url=url).stdout
    assert "support  jira\n" == run("webhook", "sources", url=url).stdout
    assert "canary" not in run("webhook", "sources", "--format", "json", url=url).stdout
    assert "forgotten\n" == run("webhook", "forget", "support", url=url).stdout


MISUSED = {
    "webhook add https://127.0.0.1/": "no open address",
    "webhook add http://example.com/": "does not begin with `https://`",
    "webhook add https://example.com/ --kind notfy": "did you mean `notify`?",
    "webhook remove ep_0": "no endpoint `ep_0`",
    "webhook forget x": "no source `x`",
    "webhook receive jra x --map live.yaml --secret-file secret.txt": "did you mean `jira`?",
    "webhook receive jira X --map live.yaml --secret-file secret.txt": "`X` is no name",
    "webhook receive jira x --map events.jsonl --secret-file secret.txt": "events.jsonl",
    "webhook receive jira x --map nothing.yaml --secret-file secret.txt": "nothing.yaml: no such file",
    "webhook receive jira x --map live.yaml --secret-file live.yaml": "this is no secret",
}


@pytest.mark.parametrize("line, says", MISUSED.items())
def test_a_misuse_is_told_in_words(url: str, line: str, says: str) -> None:
    done = run(*line.split(), url=url)

    assert (2, "") == (done.exit_code, done.stdout)
    assert says in done.stderr
    assert "Traceback" not in done.stderr
