"""Scenarios are told to the engine, and pass only for the reasons they name."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from upheld.cli import main
from upheld.cli.failure import DONE, FOUND, MISUSED
from upheld.scenario.coverage import Covered
from upheld.schema.formats import parse_percent

POLICY = """\
upheld: 1
policy: desk
version: 1.0.0
extends: base@1.0.0
zone: Etc/UTC
vendor: {name: Desk, language: en}
sources: {terms: {title: Terms}}
clauses:
  D-1: {says: every request is answered within an hour}
  D-2: {says: requests have a subject}
channels: {portal: {label: Portal, accepts: all, clauses: [D-2]}}
facts: {subject: {text: true, clauses: [D-2]}}
events:
  submit: {override: true, by: customer, data: {subject: {}}, sets: {subject: event.subject}, clauses: [D-2]}
rules:
  - {id: subject-first, on: submit, require: {event.subject: {set: true}}, otherwise: refuse, clauses: [D-2]}
commitments:
  - {id: answer, label: Answer, start: {on: submit}, stop: {on: reply}, calendar: always, within: 1h, clauses: [D-1]}
objectives:
  - {id: most, of: answer, share: 50%, within: 1h, clauses: [D-1]}
"""

SUBMIT = "{at: 2026-03-02T09:00Z, event: submit, actor: customer, channel: portal, data: {subject: help}}"
BARE = "{at: 2026-03-02T09:00Z, event: submit, actor: customer, channel: portal}"
IN_TIME = "{at: 2026-03-02T10:00:00Z, event: reply, actor: agent}"
LATE = "{at: 2026-03-02T10:00:01Z, event: reply, actor: agent}"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run one scenario, given its events and what it expects."""

    def run(events: str, expect: str, *arguments: str, given: str = "") -> Result:
        (tmp_path / "scenarios").mkdir(exist_ok=True)
        (tmp_path / "policy.yaml").write_text(POLICY)
        text = f"- name: a story\n{given}  events: [{events}]\n  expect: {expect}\n"
        (tmp_path / "scenarios" / "one.yaml").write_text(text)
        return CliRunner().invoke(main, ["test", str(tmp_path / "policy.yaml"), *arguments])

    return run


@pytest.mark.parametrize(
    ("events", "expect"),
    [
        (f"{SUBMIT}, {IN_TIME}", "{clocks: {answer: {status: upheld, used: 1h}}, because: [D-1]}"),
        (f"{SUBMIT}, {LATE}", "{clocks: {answer: {status: breached, overrun: 1s}}, because: [D-1]}"),
        (SUBMIT, "{state: open, at: 2026-03-02T10:00+01:00, facts: {subject: help}}"),
        (
            f"{SUBMIT}, {IN_TIME}",
            "{clocks: {answer: [{cycle: 1, due: 2026-03-02T10:00Z}]}}",
        ),
        (
            BARE,
            "{refused: [subject-first], because: [D-2]}",
        ),
        (
            BARE,
            "{refused: [{rule: subject-first, event: submit, seq: 1, code: rule, because: [D-2]}]}",
        ),
        (f"{SUBMIT}, {LATE}", "{objectives: {most: {counted: 1, kept: 0, status: breached, because: [D-1]}}}"),
        (SUBMIT.replace("{at", "{ticket: A, at"), "{tickets: {A: {state: open}}}"),
        (f"{SUBMIT}, {IN_TIME}", "{accepted: [submit, {event: reply, seq: 2}]}"),
        (SUBMIT, "{accepted: [{event: submit, transition: submit, because: [D-2]}]}"),
        (f"{SUBMIT}, {IN_TIME}", "{accepted: [{seq: 2}]}"),
    ],
)
def test_what_comes_as_expected_passes(run: Run, events: str, expect: str) -> None:
    """Clocks, states, refusals, objectives, one ticket or several."""
    done = run(events, expect)

    assert DONE == done.exit_code, done.output
    assert "desk 1.0.0: 1 passed, 0 failed" in done.stdout


@pytest.mark.parametrize(
    ("events", "expect", "told"),
    [
        (f"{SUBMIT}, {LATE}", "{clocks: {answer: {status: upheld}}}", "clocks.answer.status: expected upheld"),
        (f"{SUBMIT}, {IN_TIME}", "{clocks: {answer: {status: upheld}}, because: [D-2]}", "because: expected D-2"),
        (f"{SUBMIT}, {IN_TIME}", "{clocks: {answer: {status: upheld, because: [D-2]}}}", "clocks.answer.because"),
        (
            BARE,
            "{severity: null}",
            "refused: expected nothing more",
        ),
        (SUBMIT, "{refused: [subject-first]}", "refused.0: expected subject-first"),
        (SUBMIT, "{state: closed}", "state: expected closed"),
        (SUBMIT, "{state: open, at: 2026-03-02T09:00:01Z}", "at: expected 2026-03-02T09:00:01Z"),
        (SUBMIT, "{facts: {subject: other}}", "facts.subject: expected other"),
        (SUBMIT, "{clocks: {answer: []}}", "clocks.answer: expected nothing more"),
        (SUBMIT, "{moves: []}", "moves: expected nothing more"),
        (SUBMIT, "{accepted: [reply]}", "accepted.0: expected reply"),
        (SUBMIT, "{accepted: [submit, submit]}", "accepted.1: expected submit"),
        (SUBMIT, "{accepted: [{event: submit, because: [D-1]}]}", "accepted.0.because: expected D-1"),
        (f"{SUBMIT}, {IN_TIME}", "{accepted: [{event: reply, transition: submit}]}", "accepted.0.transition: expected"),
        (f"{SUBMIT}, {LATE}", "{objectives: {most: {kept: 1}}}", "objectives.most.kept: expected 1"),
    ],
)
def test_what_comes_otherwise_fails_and_is_told(run: Run, events: str, expect: str, told: str) -> None:
    """Also a clause that nothing asserted cites: passing for the wrong reason fails."""
    done = run(events, expect)

    assert FOUND == done.exit_code, done.output
    assert told in done.stdout
    assert "desk 1.0.0: 0 passed, 1 failed" in done.stdout


def test_what_is_covered_is_counted(run: Run) -> None:
    """A scenario that fails covers nothing; each boundary is one second wide."""
    late = f"{SUBMIT}, {LATE}"
    done = json.loads(run(late, "{clocks: {answer: {status: breached}}, because: [D-1]}", "--format", "json").stdout)[0]

    assert {"covered": ["D-1"], "missing": ["D-2"]} == done["coverage"]["clauses"]
    assert {"covered": ["D-1"], "missing": ["D-2"]} == done["coverage"]["clauses broken"]
    assert ["answer broken"] == done["coverage"]["boundaries"]["covered"]
    failed = json.loads(run(late, "{clocks: {answer: {status: upheld}}}", "--format", "json").stdout)[0]
    assert [] == failed["coverage"]["clauses"]["covered"]


def test_the_coverage_asked_for_is_compared_exactly() -> None:
    """One of three is neither less than a third, nor 33.333 % enough of 33.334 %."""
    third = Covered("clauses", ("a", "b", "c"), ("a",))

    assert Fraction(1, 3) == third.share
    assert parse_percent("33.333%") < third.share < parse_percent("33.334%")
    assert ("b", "c") == third.missing
    assert 1 == Covered("rules", (), ()).share


def test_too_little_coverage_fails(run: Run) -> None:
    """The base has moves that this story does not make."""
    assert DONE == run(SUBMIT, "{state: open}").exit_code
    assert FOUND == run(SUBMIT, "{state: open}", "--min-coverage", "90").exit_code


def test_only_the_scenarios_asked_for_run(run: Run) -> None:
    """By words of their name."""
    assert "desk 1.0.0: 0 passed, 0 failed" in run(SUBMIT, "{state: open}", "--only", "another").stdout


@pytest.mark.parametrize(
    ("expect", "message"),
    [("{state: opened}", "state `opened` is not declared"), ("{stat: open}", "unknown key `stat`")],
)
def test_a_scenario_with_wrong_words_is_not_run(run: Run, expect: str, message: str) -> None:
    """Its findings are those of `upheld check`; exit 2."""
    done = run(SUBMIT, expect)

    assert MISUSED == done.exit_code
    assert message in done.stderr


def test_contracts_and_releases_are_given(run: Run, tmp_path: Path) -> None:
    """The only customer named holds what is given."""
    done = run(SUBMIT, "{state: open}", given="  given: {releases: [{version: '5.2', date: 2026-04-01}]}\n")

    assert DONE == done.exit_code, done.output


def test_a_vendor_runs_scenarios_from_pytest(run: Run, tmp_path: Path, pytester: pytest.Pytester) -> None:
    """Two lines, one test for each scenario, named by its sentence."""
    run(SUBMIT, "{state: open}")
    pytester.makepyfile(
        f"from upheld.testing import scenarios\ntest_scenarios = scenarios({str(tmp_path / 'policy.yaml')!r})\n"
    )

    result = pytester.runpytest_inprocess("-v", "-p", "no:cacheprovider")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*a story*PASSED*"])


def said(result: Result) -> list[str]:
    """What was expected and what came instead, line by line."""
    lines = result.output.splitlines()
    return [part for line in lines for word in ("expected ", "came ") if (part := line.partition(word)[2].strip())]


def test_a_length_that_differs_is_told_as_a_length(run: Run) -> None:
    """In the unit of what was expected where that is exact, else in hours, minutes and seconds."""
    assert ["17h", "1h"] == said(run(f"{SUBMIT}, {IN_TIME}", "{clocks: {answer: {used: 17h}}}"))
    assert ["30min", "60min"] == said(run(f"{SUBMIT}, {IN_TIME}", "{clocks: {answer: {used: 30min}}}"))
    assert ["17h", "1h1s"] == said(run(f"{SUBMIT}, {LATE}", "{clocks: {answer: {used: 17h}}}"))


def test_without_as_of_nothing_after_the_last_event_has_happened(run: Run) -> None:
    """What never came may only have had no time to come."""
    hint = "none: without `as-of` nothing after the last event has happened; add it to the scenario"
    expect = "{refused: [subject-first], clocks: {answer: {cycle: 1}}}"

    assert ["one clock", hint] == said(run(BARE, expect))
    assert ["one clock", "none"] == said(run(BARE, expect, given="  as-of: 2026-03-03T09:00Z\n"))
