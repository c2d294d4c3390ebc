"""Try it: what is wrong with a policy, when something would be due, whether scenarios pass; whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from markupsafe import escape
from serve.console.conftest import Visitor

from upheld import load_policy
from upheld.serve.console.sandbox import Sandbox
from upheld.serve.console.trial import Question, answered
from upheld.serve.console.try_it import MOST

BASE = files("upheld.policies").joinpath("base.yaml").read_text(encoding="utf-8")
WRONG = BASE.replace("to: qualified", "to: qualifed", 1)
SCENARIO = """\
- name: it opens
  events: [{at: 2026-03-02T09:00Z, event: submit, actor: customer}]
  expect: {state: STATE}
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One for all, since a process takes its time to begin."""
    made = Sandbox()
    yield made
    made.close()


def test_what_is_wrong_is_told_with_its_line_and_what_to_write() -> None:
    """As `upheld check` tells it."""
    (found,) = answered(Question("check", WRONG, "en")).findings
    line = WRONG[: WRONG.index("qualifed")].count("\n") + 1

    assert (line, "did you mean `qualified`?") == (found.place.line, found.hint)
    assert () == answered(Question("check", BASE, "en")).findings


def test_when_something_is_due_is_told_in_the_readers_language() -> None:
    """From what is known; what cannot be meant is told, and guessed by nobody."""
    policy = load_policy("greenmash").document
    told = answered(Question("due", policy, "fr", "2026-03-02T09:00Z", "severity=2\n\n  channel=phone "))

    assert told.page is not None
    assert "Échéances" in str(told.page)
    for at, known, problem in (
        ("2026-03-02T09:00Z", "severty=2", "did you mean `severity`?"),
        ("2026-03-02T09:00Z", "severity", "write `NAME=VALUE`"),
        ("2026-03-02T09:00", "", "zone"),
    ):
        assert problem in answered(Question("due", policy, "en", at, known)).problem
    assert "console.no-instant" == answered(Question("due", policy, "en", "tomorrow")).refused


@pytest.mark.parametrize("state, failed", [("open", 0), ("closed", 1)])
def test_scenarios_are_run(state: str, failed: int) -> None:
    """And where one fails, it is told what came instead."""
    found = answered(Question("scenario", BASE, "en", scenario=SCENARIO.replace("STATE", state)))

    assert (failed, ()) == (found.failed, found.findings)
    assert ("came open" in str(found.page)) == bool(failed)
    assert answered(Question("scenario", BASE, "en", scenario=SCENARIO.replace("submit", "submt"))).findings


def test_the_page_answers_without_a_script(agent: Visitor) -> None:
    """With what was written still in its fields, to the letter."""
    text = f"\n\t{WRONG}\u202e</textarea><script>"
    given = {"csrf": agent.csrf, "ask": "check", "policy": text, "at": "x", "known": "<b>", "scenario": "- a\n  b"}
    answer = agent.send("/console/try", {**given, "policy": text.replace("\n", "\r\n")})

    assert 200 == answer.status_code
    assert f"\n{escape(text)}</textarea>" in answer.text
    assert "- a\n  b</textarea>" in answer.text
    part = agent.send("/console/try", given, headers={"X-Part": "answer"})
    assert "<h1" not in part.text
    assert 'class="findings"' in part.text
    assert part.text.strip() in answer.text


def test_what_is_told_in_english_alone_is_told_to_be(agent: Visitor) -> None:
    """What authors are told is in English; what stands around it is in the reader's language."""
    given = {"csrf": agent.csrf, "ask": "due", "policy": BASE, "at": "2026-03-02T09:00Z"}
    french = {"Accept-Language": "fr"}
    no_name = agent.send("/console/try", {**given, "known": "severity"}, headers=french).text
    no_instant = agent.send("/console/try", {**given, "at": "demain"}, headers=french).text
    wrong = agent.send("/console/try", {**given, "policy": WRONG}, headers=french).text

    assert "Cette question n’a pas de réponse" in no_name
    assert '<p lang="en">`severity` sets nothing' in no_name
    assert "Ceci n’est pas un instant" in no_instant
    assert ["l’est en anglais" in each for each in (no_name, no_instant, wrong)] == [True, False, True]
    assert '<span class="message" lang="en">' in wrong
    assert "in English" not in agent.send("/console/try", {**given, "policy": WRONG}).text


def test_a_policy_is_no_longer_than_anybody_writes_one(agent: Visitor) -> None:
    """Nobody looks at more."""
    given = {"csrf": agent.csrf, "ask": "check", "policy": "x" * (MOST + 1)}
    assert "was not looked at" in agent.send("/console/try", given).text


def test_one_that_would_take_long_is_given_up(sandbox: Sandbox) -> None:
    """And the next is answered all the same."""
    short = Sandbox(wait_s=0.05)
    assert sandbox.ask(Question("check", BASE, "en")) is not None
    assert short.ask(Question("check", load_policy("entropics").document, "en")) is None
    short._wait_s = 20
    assert short.ask(Question("check", BASE, "en")) == answered(Question("check", BASE, "en"))
    short.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "[" * 100_000,
        "a: &a [*a]",
        "{" + "a: {" * 50_000,
        "!!python/object/apply:os.system ['true']",
        "\ud800",
        "- " * 90_000,
        f"upheld: 1\npolicy: {'a' * 150_000}",
    ],
    ids=range(9),
)
def test_no_text_ends_the_room(sandbox: Sandbox, text: str) -> None:
    """Whatever it is, there is something to say of it, and the process goes on."""
    process = sandbox._process
    found = sandbox.ask(Question("check", text, "en"))

    assert found is not None
    assert found.findings
    assert process is None or process is sandbox._process


def test_a_strangers_policy_reads_no_file(sandbox: Sandbox, tmp_path: Path, agent: Visitor) -> None:
    """One that names a file, or a policy by its path, is told that there is none such installed."""
    secret = tmp_path / "secret.yaml"
    secret.write_text(f"{BASE}\n# canary\n")
    for name in (str(secret), f"{secret}@1.0.0", "../../etc/passwd", "file:///etc/passwd"):
        text = BASE.replace("policy: base", f"policy: mine\nextends: {name!r}")
        found = sandbox.ask(Question("check", text, "en"))
        assert found is not None
        assert any(each.level == "error" for each in found.findings)
        assert "canary" not in str(found)
