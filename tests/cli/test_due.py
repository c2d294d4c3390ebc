"""`upheld due`: what a support agent asks daily, answered with what was skipped and why."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from cli.conftest import Golden
from cli.desk import desk
from click.testing import CliRunner, Result
from holiday_names import quietly, without_names

from upheld import Engine, Event, load_policy
from upheld.calendars.public_holidays import LIBRARY
from upheld.cli import main
from upheld.cli.failure import DONE, MISUSED
from upheld.core.condition.domain import OneOf
from upheld.core.policy.event_type import Field
from upheld.core.time.opening_hours import Region

THURSDAY = "2024-03-28"
NOON = f"{THURSDAY}T12:00:00Z"
CONTRACTS = """
upheld: 1
customers:
  acme: {contracts: [{kind: sla, from: 2024-01-01, until: 2024-12-31, parameters: {plan-within: {"1": 1h}}}]}
  gone: {contracts: [{kind: sla, from: 2020-01-01, until: 2023-12-31}]}
releases:
  - {version: "5.2", date: 2024-05-06}
"""


def due(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["due", *arguments])


def settings(*known: str) -> list[str]:
    return [part for setting in known for part in ("--set", setting)]


def told(*arguments: str) -> dict[str, Any]:
    """The answer for programs."""
    done = due(*arguments, "--format", "json")
    assert DONE == done.exit_code, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def due_at(at: str, *known: str) -> dict[str, dict[str, Any]]:
    answer = told("greenmash", "--at", at, *settings(*known), "--release", "2024-05-06")
    return {entry["id"]: entry for entry in answer["commitments"]}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_is_what_somebody_read_and_found_good(language: str, tmp_path: Path, golden: Golden) -> None:
    """In the evening, for an office: refused, while a change of severity would begin a call round the clock."""
    policy = desk(tmp_path)[-1]
    done = due(policy, "--at", "2026-03-02T20:00:00Z", "--lang", language, *settings("event.site=office"))
    open_again = due(policy, "--at", "2026-03-03T09:00:00Z", "--lang", language, *settings("severity=major"))

    assert (DONE, DONE) == (done.exit_code, open_again.exit_code), done.stderr
    golden(f"due.desk.{language}.txt", f"{done.stdout}\n{open_again.stdout}")


@pytest.fixture
def contracts(tmp_path: Path) -> str:
    file = tmp_path / "contracts.yaml"
    file.write_text(CONTRACTS, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("at", "target", "expected"),
    [
        (f"{THURSDAY}T17:00:00Z", "next-opening + 1h", "2024-04-02T10:00:00Z"),
        (f"{THURSDAY}T16:59:59Z", "1h", "2024-04-02T09:29:59Z"),
        (f"{THURSDAY}T16:59:00Z", "1h", "2024-04-02T09:29:00Z"),
        (f"{THURSDAY}T07:00:00Z", "1h", "2024-03-28T10:00:00Z"),
        (f"{THURSDAY}T18:00:00Z", "1h", "2024-04-02T10:00:00Z"),
    ],
)
def test_the_last_half_hour_of_a_day_goes_to_the_next_morning(at: str, target: str, expected: str) -> None:
    """GM-14, over Easter: the last half hour counts from its first second, and only while it is open."""
    acknowledge = due_at(at, "severity=1", "contract=sla")["acknowledge"]

    assert (target, expected) == (acknowledge["target"], acknowledge["due_at"])
    assert ("GM-14" in acknowledge["clauses"]) == (target != "1h")


def test_what_was_skipped_is_named() -> None:
    """Both holidays of Easter lie between, and are called by their names."""
    resolve = due_at(f"{THURSDAY}T17:00:00Z", "severity=1", "contract=sla")["resolve"]

    names = LIBRARY.dates(Region("GB", "ENG"))
    assert [(str(day), names[day]) for day in (date(2024, 3, 29), date(2024, 4, 1))] == [
        (each["date"], each["name"]) for each in resolve["skipped"]
    ]
    assert [
        ["2024-03-28T17:00:00Z", "2024-03-28T17:30:00Z"],
        ["2024-04-02T09:00:00Z", "2024-04-02T17:30:00Z"],
        ["2024-04-03T09:00:00Z", "2024-04-03T12:45:00Z"],
    ] == resolve["intervals"]


def test_a_release_on_a_holiday_is_due_on_the_next_business_day() -> None:
    """GM-12: severity 4 waits for the next release; the early May bank holiday rolls it on."""
    resolve = due_at(NOON, "severity=4", "contract=sla")["resolve"]

    assert ("2024-05-06", "2024-05-07T17:30:00Z") == (resolve["day"], resolve["due_at"])


def test_without_a_known_release_a_promise_stays_open() -> None:
    """It is told, with no due time."""
    done = due("greenmash", "--at", NOON, *settings("severity=4", "contract=sla"))

    assert ["Resolution", "“Submit” or “Hand", "with the next", "no date is known"] == cells(done, "Resolution")


def plain(done: Result) -> str:
    """The text, with ordinary spaces."""
    return done.stdout.replace("\u00a0", " ")


def cells(done: Result, name: str) -> list[str]:
    """The cells of a row of the table."""
    assert DONE == done.exit_code, done.output
    row = next(line for line in plain(done).splitlines() if line.startswith(f"{name}  "))
    return [cell.strip() for cell in row.split("  ") if cell.strip()]


def test_what_nobody_said_is_named() -> None:
    """Without the severity the plan has no target; without the contract nobody knows whose queue it is."""
    assert ["queue", "severity"] == due_at(NOON)["plan"]["missing"]
    assert ["severity"] == due_at(NOON, "contract=sla")["plan"]["missing"]


def test_how_to_say_it_is_told() -> None:
    """A name with what it may hold, and what would decide it; a newcomer need not look into the policy."""
    done = due("greenmash", "--at", NOON, "--set", "severity=1")

    assert ["Acknowledgement", "“Submit” or “Hand over to Greenmash”", "needs “Handled by”"] == cells(
        done, "Acknowledgement"
    )
    assert "•  --set queue=help-desk or account-manager (“Handled by”, decided by contract)" in done.stdout
    assert "•  --set contract=sla (“Contracts”, empty for none)" in done.stdout


def test_a_promise_whose_beginning_nobody_can_judge_is_told() -> None:
    """Mapping's three begin for an anomaly alone: they are told until somebody says that it is none."""
    mapping = told("mapping", "--at", NOON)["commitments"]
    error = told("mapping", "--at", NOON, "--set", "nature=error")["commitments"]

    assert [["nature", "severity"]] * 3 + [[]] == [each["missing"] for each in mapping]
    assert ["call-back"] == [each["id"] for each in error]


def test_what_begins_each_promise_is_told() -> None:
    """Not every promise begins with the ticket: a decision is due after what it is about was recorded."""
    done = due("manao", "--at", NOON, "--lang", "en")
    begins = {each["id"]: each["begins_with"] for each in told("manao", "--at", NOON)["commitments"]}
    entering = told("entropics", "--at", NOON)["commitments"][1]["begins_with"]

    assert "Begins with" in plain(done)
    assert "as if what begins each promise happened then" in " ".join(plain(done).split())
    assert ["Answer", "“Submit”"] == cells(done, "Answer")[:2]
    assert ["Documentation of", "“Publish a"] == cells(done, "Documentation of")[:2]
    assert ([{"on": ["submit"]}], [{"on": ["release"]}]) == (begins["respond"], begins["document"])
    assert [{"enters": ["registered"]}] == entering


@pytest.mark.parametrize(
    ("policy", "at", "known", "event", "expected", "said"),
    [
        ("mapping", NOON, ["channel=phone"], "declare", ("channel-not-accepted", "phone"), "is not taken by “Phone”"),
        ("manao", f"{THURSDAY}T20:00:00Z", ["channel=phone"], "submit", ("channel-not-accepted", "phone"), "outside"),
        ("proconcept", NOON, ["event.authenticated=false"], "submit", ("rule", "logged-in"), "is refused: “log in"),
    ],
)
def test_what_is_refused_begins_nothing(
    policy: str, at: str, known: list[str], event: str, expected: tuple[str, str], said: str
) -> None:
    """A due time of what nobody accepts would be a promise that nobody gave; the engine refuses it likewise."""
    answer = told(policy, "--at", at, *settings(*known))
    shown = due(policy, "--at", at, "--lang", "en", *settings(*known))
    starting = [each for each in answer["commitments"] if {"on": [event]} in each["begins_with"]]
    [barrier] = answer["refused"] or starting[0]["refused"]  # where another event opens tickets too, that one may
    data = {name.removeprefix("event."): text == "true" for name, _, text in map(partition, known) if "." in name}
    loaded = load_policy(policy)
    needed = {each.id: each for each in loaded.events[event].fields.values() if each.required}
    data = {**{name: some(field) for name, field in needed.items()}, **data}
    channel = next((text for name, _, text in map(partition, known) if name == "channel"), next(iter(loaded.channels)))
    refusal = (
        Engine(loaded)
        .apply(None, Event("T-1", datetime.fromisoformat(at), event, "customer", channel, data=data))
        .refusal
    )

    assert (event, *expected) == (barrier["event"], barrier["code"], barrier["rule"] or barrier["channel"])
    assert all(each["refused"] == [barrier] for each in starting)
    assert ("would be refused." in shown.stdout) == bool(answer["refused"])
    assert "\nWhat would be refused\n" in shown.stdout
    assert said in shown.stdout
    assert refusal is not None
    assert (expected[0], barrier["clauses"]) == (refusal.code, list(refusal.clauses))
    assert all("does not begin" in shown.stdout for _ in starting[:1])


def partition(setting: str) -> tuple[str, str, str]:
    return setting.partition("=")


def some(field: Field) -> object:
    """Some value of a field."""
    return field.domain.values[0] if isinstance(field.domain, OneOf) else True if field.id == "authenticated" else "x"


def test_what_may_be_accepted_is_no_barrier() -> None:
    """Nobody said by which way, or what the event would say."""
    for policy in ("entropics", "greenmash", "manao", "mapping", "proconcept"):
        assert [] == told(policy, "--at", NOON)["refused"]
        assert [] == [each for each in told(policy, "--at", NOON)["commitments"] if each["refused"]]


def test_a_promise_that_does_not_apply_is_left_out() -> None:
    """GM-01: the account manager's tickets have no clock; so it is for whoever holds no agreement."""
    assert {} == due_at(NOON, "severity=1", "queue=account-manager")
    assert {} == due_at(NOON, "severity=1", "contract=")
    assert "\nNothing would begin.\n" in due("greenmash", "--at", NOON, "--set", "contract=").stdout


def test_a_file_of_contracts_gives_contracts_values_and_releases(contracts: str) -> None:
    """Who the customer is says the rest; a contract that has run out is none."""

    def of(*known: str) -> dict[str, dict[str, Any]]:
        answer = told("greenmash", "--at", NOON, "--contracts", contracts, *settings(*known))
        return {each["id"]: each for each in answer["commitments"]}

    assert {"1h", "1.5bd", "2h"} == {each["target"] for each in of("customer=acme", "severity=1").values()}
    assert "2024-05-07T17:30:00Z" == of("customer=acme", "severity=4")["resolve"]["due_at"]
    assert {} == of("customer=gone", "severity=1")
    shown = due("greenmash", "--at", NOON, "--contracts", contracts, "--set", "customer=acme")
    assert "•  Contracts: Service-level agreement\n" in shown.stdout
    unsaid = due("greenmash", "--at", NOON, "--contracts", contracts)
    assert "decided by customer" in unsaid.stdout
    assert "•  --set customer=… (“Customer”)\n" in unsaid.stdout


def test_the_text_says_both_times_and_why() -> None:
    """The policy's zone and UTC, the windows crossed, the clauses, and what it all rests on."""
    done = due("manao", "--at", "2024-03-29T17:30:00+01:00")

    assert ["Answer", "“Submit”", "4 h of opening"] == cells(done, "Answer")[:3]
    assert "2024-04-02T10:30Z" == cells(done, "Answer")[-1]
    assert (
        "Answer (respond)\n"
        "•  Begins: “Submit”\n"
        "•  Opening time until then:\n"
        "   – Friday 29 March 2024, 17:30–18:00\n"
        "   – Tuesday 2 April 2024, 09:00–12:30\n"
        "•  Skipped:\n"
        "   – Monday 1 April 2024: (a holiday)\n"
        "•  Rests on: [MA-01, MA-03, ≈hours, ≈opening-hours, ≈first-answer]\n"
    ) in without_names(plain(done))
    assert "\n•  ≈hours the eight hours are 09:00-12:30 and 13:30-18:00" in done.stdout


def test_holidays_have_names_in_the_language_of_the_reader() -> None:
    """As far as the library of holidays speaks it: a desk in France is read in French."""
    english, french = (quietly("FR", years=2024, language=language)[date(2024, 4, 1)] for language in ("en_US", "fr"))

    assert f"   – Monday 1 April 2024: {english}\n" in plain(due("manao", "--at", NOON, "--lang", "en"))
    assert f"   – lundi 1er avril 2024 : {french}\n" in plain(due("manao", "--at", NOON, "--lang", "fr"))


def test_a_reader_may_ask_for_french() -> None:
    """Labels, assumptions and the page's own words; seconds are shown where there are any."""
    french = due("greenmash", "--at", f"{THURSDAY}T17:00:05Z", "--lang", "fr", *settings("severity=1", "contract=sla"))
    shown = plain(french)

    assert "•  Compté à partir du : jeudi 28 mars 2024, 17:00:05 (2024-03-28T17:00:05Z), comme si ce qui" in shown
    assert "\n•  Gravité : 1 – Critique\n" in shown
    assert ["Résolution", "« Déposer » ou", "1,5 jour ouvré", "mer. 2024-04-03"] == cells(french, "Résolution")[:4]
    assert "   – lundi 1er avril 2024 : (a holiday)\n" in without_names(shown)
    assert "•  ≈afternoon le centre d’appel ferme à 5 h 30 de l’après-midi\n" in shown
    labels = told("greenmash", "--at", NOON, "--lang", "fr")["commitments"]
    assert ["Rappel", "Reconnaissance", "Plan de résolution", "Résolution"] == [each["label"] for each in labels]


def test_long_stretches_of_opening_time_are_shortened() -> None:
    """The first ones, the last, and how many lie between; programs get them all."""
    done = due("entropics", "--at", "2024-03-29T17:00:00+01:00")
    [correction] = (
        each
        for each in told("entropics", "--at", "2024-03-29T17:00:00+01:00")["commitments"]
        if each["id"] == "correction"
    )

    assert 121 == len(correction["intervals"])
    assert (
        "   – Wednesday 3 April 2024, 09:00–12:30\n   – … 116 more …\n   – Friday 28 June 2024, 14:00–18:00\n"
        in plain(done)
    )
    assert "•  Waits for: Quarterly release of 30 June 2024\n" in plain(done)


def test_a_draft_and_a_day_outside_the_policy_are_told_loudly() -> None:
    """An agent must not promise what does not count."""
    early = due("proconcept", "--at", "2020-06-01T12:00:00Z").stdout

    assert "│ DRAFT." in early.replace("┃", "│")
    assert "The policy applies from 1\u00a0January 2021 on: not on the day it is asked about." in early
    assert "not on the day" not in due("proconcept", "--at", NOON).stdout


def test_the_answer_for_programs_says_what_it_answers() -> None:
    """The policy, the instant and what was said, sets in order."""
    answer = told("greenmash", "--at", "2024-03-28T13:00:00+01:00", *settings("severity=1", "contract=sla", "via="))

    assert {"id": "greenmash", "version": "1.0.0", "status": "active"} == answer["policy"]
    assert NOON == answer["at"]
    assert {"severity": "1", "contract": ["sla"], "via": None} == answer["known"]
    assert {NOON} == {each["started_at"] for each in answer["commitments"]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("greenmash", "--at", "2024-03-28T17:00:00"), "is no instant: give it a zone"),
        (("greenmash", "--at", "yesterday"), "`yesterday` is no instant"),
        (("greenmash", "--at", "1980-01-01T00:00:00Z", *settings("severity=1", "contract=sla")), "1990 to 2050"),
        (("greenmash", "--at", "1980-01-01T00:00:00Z"), "1990 to 2050"),
        (("greenmash", "--at", "0001-01-01T00:00:00+14:00"), "1990 to 2050"),
        (("greenmash", "--at", "9999-12-31T23:59:59-12:00"), "1990 to 2050"),
        (("greenmash", "--at", "2050-12-31T17:00:00Z", *settings("severity=1", "contract=sla")), "`call-back` cannot"),
        (("greenmash", "--at", NOON, "--set", "severity"), "write `NAME=VALUE`"),
        (("greenmash", "--at", NOON, "--set", "severty=1"), "did you mean `severity`?"),
        (("greenmash", "--at", NOON, "--set", "hook=1"), "`hook` is not a name of this policy (see"),
        (("greenmash", "--at", NOON, "--set", "severity=9"), "`severity` cannot be `9`"),
        (("greenmash", "--at", NOON, "--set", "agreement-signed="), "is true or false, not ``"),
        (("greenmash", "--at", NOON, *settings("severity=1", "severity=2")), "`severity` is set twice"),
        (("greenmash", "--at", NOON, "--set", "day.call-centre=mon"), "it follows from `--at`"),
        (("greenmash", "--at", NOON, "--set", "parameter.plan-within=1h"), "the policy tells it"),
        (("greenmash", "--at", NOON, "--release", "soon"), "`soon` is no date"),
        (("greenmash", "--at", NOON, "--contracts", "nowhere.yaml"), "nowhere.yaml: no such file"),
        (("grenmash", "--at", NOON), "did you mean `greenmash`?"),
        (("nowhere.yaml", "--at", NOON), "nowhere.yaml: no such file"),
    ],
)
def test_misuse_is_told_in_one_line(arguments: tuple[str, ...], message: str) -> None:
    """Exit 2, one line, no traceback."""
    done = due(*arguments)

    assert MISUSED == done.exit_code
    assert message in done.stderr
    assert 1 == len(done.stderr.splitlines())
    assert "" == done.stdout


def test_a_customer_who_is_not_in_the_file_is_a_misuse(contracts: str) -> None:
    """More likely the name is misspelt than that nothing was signed."""
    done = due("greenmash", "--at", NOON, "--contracts", contracts, "--set", "customer=acne")

    assert MISUSED == done.exit_code
    assert "no customer `acne` has contracts; did you mean `acme`?" in done.stderr


def test_a_policy_with_errors_cannot_be_used(tmp_path: Path) -> None:
    """Exit 2 with the first of them; a file of contracts likewise."""
    policy = tmp_path / "policy.yaml"
    policy.write_text("upheld: 1\npolicy: x\n", encoding="utf-8")
    file = tmp_path / "contracts.yaml"
    file.write_text("upheld: 1\ncustomers: {acme: {contracts: [{kind: gold}]}}\n", encoding="utf-8")

    done = due(str(policy), "--at", NOON)
    wrong = due("greenmash", "--at", NOON, "--contracts", str(file))

    assert (MISUSED, MISUSED) == (done.exit_code, wrong.exit_code)
    assert "policy.yaml:1:1: error[UP102]" in done.stderr
    assert "contracts.yaml:2:" in wrong.stderr


def test_what_is_said_cannot_trick_a_terminal() -> None:
    """THREATS F13: a name that a tracker gave may hold anything."""
    done = due(
        "greenmash", "--at", NOON, "--set", "customer=a\x1b[2J\u202eb\n", *settings("severity=1", "contract=sla")
    )

    assert DONE == done.exit_code
    assert "•  Customer: a\\x1b[2J\\u202eb\n" in done.stdout
    assert not {"\x1b", "\u202e"} & set(done.stdout)


def test_what_the_event_must_have_said_is_not_asked_for(tmp_path: Path) -> None:
    """A severity that only the event can have brought says what it brought; one that it may leave out does not."""
    text = """\
upheld: 1
policy: shop
version: 1.0.0
extends: base@1.0.0
zone: Etc/UTC
vendor: {name: Shop}
assumptions: {usual: {says: usual practice}}
severities: [{id: high, assumes: [usual]}, {id: low, assumes: [usual]}]
events:
  raise: {by: agent, data: {severity: {required: true}}, sets: {severity: event.severity}}
commitments:
  - {id: tell, start: {on: raise, when: {event.severity: high}}, stop: {on: reply}, cycles: many,
     calendar: always, within: 1h, on-change: keep, assumes: [usual]}
"""
    policy = tmp_path / "policy.yaml"
    missing = []
    for written in (text, text.replace("{required: true}", "{}")):
        policy.write_text(written)
        known = told(str(policy), "--at", NOON, "--set", "severity=high")
        missing.append([entry["missing"] for entry in known["commitments"] if entry["id"] == "tell"])

    assert [[[]], [["event.severity"]]] == missing


def test_a_reader_elsewhere_is_told_by_his_own_clock() -> None:
    """Both clocks where they differ: the reader's, and that of the hours that count."""
    done = due("manao", "--at", "2024-03-29T17:30:00+01:00", "--zone", "America/New_York")

    assert "•  Times are those of: America/New_York\n" in done.stdout
    assert "2024-04-02T10:30Z" == cells(done, "Answer")[-1]
    assert {"06:30", "12:30)"} <= set(done.stdout.split()), "New York's clock, and that of Paris beside it"
    assert "– Friday 29\N{NO-BREAK SPACE}March 2024, 17:30–18:00 (Europe/Paris)" in done.stdout


def test_a_zone_that_there_is_not_is_told_with_the_nearest() -> None:
    done = due("manao", "--at", NOON, "--zone", "Europe/Pariss")

    assert 2 == done.exit_code
    assert "invalid value for `--zone`: no zone is called `Europe/Pariss`; did you mean `Europe/Paris`?" in done.stderr
