"""Charged tickets that leave: what is carried of them, and that everything else is decided on it as before."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from desk.test_law import crowd, emptied, tell
from desk_proof.story import TERMS
from prepaid import BEGIN, granted, opening, prepaid, work
from reference.agreement import made_examples
from reference.choices import from_seed
from small_desk import policy_of
from sqlalchemy import text

from upheld import ArgumentError, Desk, Event, LedgerError, TicketError, replay
from upheld.cli import main
from upheld.desk.storage.database import Database
from upheld.loader.contracts import contracts_from
from upheld.replaying import statements

Opened = Callable[..., Desk]
DAY = 24 * 60
OLD = BEGIN + timedelta(days=60)


def closed(ticket: str, minute: int, *minutes: int, customer: str = "acme") -> list[Event]:
    """A ticket with so much work on it, an hour each, which is closed a day later."""
    told = [replace(opening(ticket, minute), customer=customer)]
    told += [work(ticket, minute + 60 * place, each) for place, each in enumerate(minutes, 1)]
    for step, (name, actor) in enumerate((("reply", "agent:a1"), ("resolve", "agent:a1"), ("close", "customer:kim"))):
        told.append(Event(ticket, BEGIN + timedelta(minutes=minute + DAY + step), name, actor))
    return told


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def told(opened: Opened) -> Desk:
    """Three closed tickets of March, one of which has work after the first of a ticket that is still open."""
    made = opened(prepaid(), contracts=granted(6000))
    records = [*closed("T-1", 0, 30, 45), *closed("T-2", 30, 20, 7000), opening("T-3", 3 * DAY)]
    records += [work("T-3", 4 * DAY, 60), *closed("T-4", 5 * DAY, 15)]
    made.submit_many(records)
    made.run_due(OLD)
    heard(made)
    return made


def heard(desk: Desk) -> None:
    """Everything is delivered."""
    while messages := desk.outbox.claim():
        assert all(desk.outbox.done(each) for each in messages)


def lawful(desk: Desk) -> None:
    """The export replays to the verdicts, begun with what is carried, and nothing differs from what is decided anew."""
    found = replay(prepaid(), desk.events(), granted(6000), accounts=desk.accounts())
    assert json.dumps(found) == json.dumps(desk.verdicts())
    assert () == desk.verify()


def test_nothing_leaves_before_its_statement_is_closed(told: Desk) -> None:
    """What is not out yet may have to be taken back."""
    assert {"charged": 3} == told.retention.look(OLD).stay
    told.close_statements(BEGIN + timedelta(days=3))
    found = told.retention.look(OLD)
    assert (2, {"charged": 1}) == (found.tickets, found.stay)


def test_what_is_charged_after_a_ticket_that_stays_is_held_back(told: Desk, folder: Path) -> None:
    """The first charges leave; statements, balances, refusals and verdicts of what stays are as before."""
    told.close_statements(BEGIN + timedelta(days=30))
    before, statement = told.verdicts(), told.statement("acme")
    found = told.retention.run("old", OLD)

    assert (2, {"held-back": 1}) == (found.tickets, found.stay)
    after = told.verdicts()
    assert before["summary"]["balances"] == after["summary"]["balances"]
    assert [each for each in before["tickets"] if each["ticket"] in ("T-3", "T-4")] == after["tickets"]
    assert statement == told.statement("acme")
    lawful(told)
    told.rebuild()
    assert statement == told.statement("acme")
    lawful(told)
    assert told.submit(work("T-3", 70 * DAY, 5)).accepted
    assert "insufficient-balance" == told.submit(work("T-3", 70 * DAY, 6000)).code
    lawful(told)


def test_tickets_that_are_too_many_are_not_held_back(told: Desk, url: str) -> None:
    """They leave with the next run; where charges of one lie between those of another, both at once or none."""
    woven = [*closed("T-5", 7 * DAY, 5, 5), *closed("T-6", 7 * DAY + 30, 5)]
    told.submit_many(sorted(woven, key=lambda event: event.at))
    told.submit_many(
        Event("T-3", BEGIN + timedelta(days=9), *each) for each in (("resolve", "agent:a1"), ("close", "customer:kim"))
    )
    told.run_due(OLD)
    heard(told)
    told.close_statements(BEGIN + timedelta(days=30))
    found = [told.retention.run(f"old-{number}", OLD, most) for number, most in enumerate((1, 3, 1))]
    lawful(told)
    asked = ["desk", "retain", "--before", OLD.isoformat(), "--dry-run", "--db", url, "--most"]
    said = [CliRunner().invoke(main, [*asked, most]).stdout for most in ("1", "2")]

    assert [(1, {}, True), (3, {}, True), (0, {}, True)] == [(each.tickets, each.stay, each.more) for each in found]
    assert ["raise `--most`" in each for each in said] == [True, False]
    assert 2 == told.retention.run("old-3", OLD, 2).tickets
    assert () == told.verify()


def test_the_files_and_the_rest_are_the_whole(told: Desk, folder: Path) -> None:
    """A replay of all has the statement of the desk, and its balances; two runs follow one another."""
    told.close_statements(BEGIN + timedelta(days=30))
    statement, verdicts = told.statement("acme"), told.verdicts()
    told.retention.run("old-1", OLD, 1)
    told.retention.run("old-2", OLD, 5)
    files = sorted(folder.glob("old-*/*.jsonl"))
    every = [Event.from_record(json.loads(line)) for file in files for line in file.read_text().splitlines()]
    every += told.events()

    assert statement == statements(prepaid(), every, "acme", granted(6000))
    assert json.dumps(verdicts) == json.dumps(replay(prepaid(), every, granted(6000)))
    assert len(every) == len({each.arrival for each in every})


def test_late_records_and_moves_begin_with_what_is_carried(told: Desk) -> None:
    """A late record of what stays is decided on it; one of a ticket that left is an error."""
    told.close_statements(BEGIN + timedelta(days=3))
    told.retention.run("old", OLD)
    answer = told.submit(work("T-3", 3 * DAY + 30, 10), late="insert")

    assert answer.accepted
    lawful(told)
    (moved,) = told.move(["T-3"], prepaid("2.0.0", charges=False), dry_run=False)
    assert "" == moved.obstacle
    assert () == told.verify()
    (statement,) = told.statement("acme")
    assert 6000 - 30 - 45 - 20 - 15 == statement.closing
    with pytest.raises(TicketError, match="left the desk"):
        told.submit(work("T-1", 80 * DAY, 10))


def test_who_acted_is_forgotten_in_what_is_carried(told: Desk, database: Database) -> None:
    """Its text holds a token, and the statement names nobody any more."""
    told.close_statements(BEGIN + timedelta(days=30))
    told.retention.run("old", OLD)
    kept = database.read(lambda rows: rows.scalar(text("SELECT accounts FROM upheld_carried")))
    told.submit_many(Event(ticket, OLD, "reply", "agent:a9") for ticket in ("T-3", "T-4"))
    before = {line.actor for line in told.statement("acme")[0].lines}
    told.erase("a1")
    after = {line.actor for line in told.statement("acme")[0].lines}

    assert '"a1\\"' not in str(kept)
    assert {"", "a1"} == before
    assert {""} == {each for each in after if not each.startswith("~")}
    assert () == told.verify()


def test_accounts_before_what_is_carried_are_not_known(told: Desk) -> None:
    """Verdicts as of an instant before its last entry would tell balances of later; a statement has its lines."""
    told.close_statements(BEGIN + timedelta(days=30))
    told.retention.run("old", OLD)
    with pytest.raises(ArgumentError, match="have an entry of 2026-03-02T10:00:00Z; give an as-of from then on"):
        told.verdicts(BEGIN)

    assert told.verdicts(BEGIN + timedelta(hours=2))["tickets"] == []
    assert 6000 == told.statement("acme", until=BEGIN)[0].closing


@pytest.mark.parametrize("held", [b"\xff\xfe", b"[" * 100_000, b"{}"])
def test_a_file_that_holds_no_accounts_is_told_by_its_line(folder: Path, held: bytes) -> None:
    """Whatever it holds."""
    Path("accounts.jsonl").write_bytes(held)
    Path("rest.jsonl").touch()
    asked = ["rest.jsonl", "--policy", str(TERMS), "--accounts", "accounts.jsonl"]
    found = CliRunner().invoke(main, ["replay", *asked])

    assert 2 == found.exit_code
    assert "accounts.jsonl:1: these are no accounts" in found.stderr


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_is_carried_and_changed_by_hand_is_found(told: Desk, database: Database) -> None:
    """Some characters of it, one at a time."""
    told.close_statements(BEGIN + timedelta(days=30))
    told.retention.run("old", OLD)
    kept = str(database.read(lambda rows: rows.scalar(text("SELECT accounts FROM upheld_carried"))))
    write = text("UPDATE upheld_carried SET accounts = :accounts")
    for place in random.Random(7).sample(range(len(kept)), 12):
        changed = kept[:place] + chr(ord(kept[place]) ^ 1) + kept[place + 1 :]
        database.transact(lambda rows, changed=changed: rows.execute(write, {"accounts": changed}))
        assert "what is carried of customer `acme` is not as it was written" in str(told.verify()[0])
    database.transact(lambda rows: rows.execute(write, {"accounts": kept}))
    assert () == told.verify()


def test_a_customer_of_whom_all_left_has_accounts(opened: Opened) -> None:
    """They are rebuilt, forgotten about, and gone on with; also those charged after the last record that stays."""
    one = opened(prepaid(), contracts=granted(6000))
    one.submit_many([*closed("T-1", 0, 30, 45), *closed("T-2", 2 * DAY, 5), opening("T-3", 1)])
    one.close_statements(BEGIN + timedelta(days=9))
    one.run_due(OLD)
    heard(one)
    before = one.statement("acme")[0].lines
    assert 2 == one.retention.run("old", OLD).tickets
    one.rebuild()

    assert before == one.statement("acme")[0].lines
    lawful(one)
    assert 0 == one.erase("a1")
    assert ["", "~", "~", "~"] == [line.actor[:1] for line in one.statement("acme")[0].lines]
    one.submit(work("T-3", 70 * DAY, 7))
    lawful(one)
    assert 6000 - 30 - 45 - 5 - 7 == one.statement("acme")[0].closing


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("lost", "said"), [("accounts", "not what was charged"), ("entries", "not as they were kept")])
def test_accounts_that_are_lost_are_found(opened: Opened, database: Database, lost: str, said: str) -> None:
    """Though no record of a charge is in the desk any more; rebuilding writes them from what is carried."""
    one = opened(prepaid(), contracts=granted(6000))
    one.submit_many(closed("T-1", 0, 30, 45))
    one.close_statements(BEGIN + timedelta(days=9))
    one.run_due(OLD)
    heard(one)
    assert 1 == one.retention.run("old", OLD).tickets
    one = opened()
    database.transact(lambda rows: rows.execute(text(f"DELETE FROM upheld_{lost}")))
    (found,) = one.verify()
    one.rebuild()

    assert said in str(found)
    assert (6000 - 30 - 45, ()) == (one.statement("acme")[0].closing, one.verify())


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_random_histories_go_on_without_what_left(opened: Opened, database: Database, folder: Path) -> None:
    """Whatever they charge, and however much of it leaves: balances and statements stay, and the law holds."""
    left = held_back = 0
    for number, made, policy in made_examples(43, 0, 14):
        if not policy.accounts or policy.remedies:
            continue
        contracts, choices = contracts_from(made.contracts, policy), from_seed(f"carried/{number}")
        desk = opened(policy, contracts=contracts)
        sent = crowd(made, choices)
        tell(desk, sent, choices)
        latest = max(event.at for event in sent) + timedelta(days=1)
        customers = sorted({each["customer"] for each in desk.verdicts()["summary"]["balances"]})
        before = {each: charges(desk, each) for each in customers}
        tickets = sorted({event.ticket for event in sent})
        close_all(database, tickets[choices.integer(0, len(tickets) - 1)] if number % 2 else "")
        desk.close_statements(latest + timedelta(days=9000))
        found = desk.retention.run(f"old-{number}", latest, choices.integer(1, 9))
        left, held_back = left + found.tickets * bool(desk.accounts()), held_back + found.stay.get("held-back", 0)

        after = replay(policy, desk.events(), contracts, accounts=desk.accounts())
        assert json.dumps(after) == json.dumps(desk.verdicts())
        assert before == {each: charges(desk, each) for each in customers}
        assert {True} >= {"its next due instant is another" in str(each) for each in desk.verify()}  # as was made above
        desk.rebuild()
        assert () == desk.verify()
        desk.close()
        emptied(database)
    assert left > 2
    assert held_back


def charges(desk: Desk, customer: str) -> list[object]:
    """What was charged to a customer, line by line."""
    try:
        return [line for each in desk.statement(customer) for line in each.lines if line.ticket]
    except LedgerError:  # nothing is in the desk any more, and nothing was charged
        return []


def close_all(database: Database, but: str) -> None:
    """Nothing is due any more or waits to be told, and tickets are closed but one, as if long ago."""
    closes = "core = CASE ticket WHEN :but THEN 'open' ELSE 'closed' END"
    tickets = f"UPDATE upheld_tickets SET due_s = NULL, {closes} WHERE policy <> '' AND standing IS NOT NULL"
    for statement, given in ((tickets, {"but": but}), ("UPDATE upheld_messages SET state = 'done'", {})):
        database.transact(lambda rows, statement=statement, given=given: rows.execute(text(statement), given))


def test_the_command_line_replays_the_rest(told: Desk, url: str, folder: Path) -> None:
    """An export says which accounts it begins with; a replay and a statement of the files are the desk's."""
    told.close_statements(BEGIN + timedelta(days=30))
    told.retention.run("old", OLD)
    written: dict[str, Any] = {"policy.yaml": TERMS.read_text()}
    grant = {"account": "hours", "at": "2026-01-01T00:00+01:00", "amount": 6000}
    written["contracts.yaml"] = json.dumps({"upheld": 1, "customers": {"acme": {"grants": [grant]}}})
    for name, document in written.items():
        Path(name).write_text(document)
    done = CliRunner().invoke(main, ["desk", "export", "rest.jsonl", "--accounts", "accounts.jsonl", "--db", url])
    without = CliRunner().invoke(main, ["desk", "export", "rest2.jsonl", "--db", url])
    asked = ["rest.jsonl", "--policy", "policy.yaml", "--contracts", "contracts.yaml", "--accounts", "accounts.jsonl"]
    commands = (["replay", *asked], ["statement", *asked, "--customer", "acme"])
    printed = [CliRunner().invoke(main, [*each, "--format", "json"]) for each in commands]
    assert [0, 0] == [each.exit_code for each in printed], printed[0].output
    found, stated = (json.loads(each.stdout) for each in printed)

    nowhere = CliRunner().invoke(main, ["desk", "export", "r.jsonl", "--accounts", "nowhere/a.jsonl", "--db", url])
    nobody = ["rest3.jsonl", "--accounts", "tokens.jsonl", "--without-people", "--db", url]
    CliRunner().invoke(main, ["desk", "export", *nobody])
    told.export_all("all", people=False)

    assert 0 == done.exit_code
    assert (2, True) == (nowhere.exit_code, "nowhere/a.jsonl: no such file" in nowhere.stderr)
    named = ['"a1\\"' in Path(each).read_text() for each in ("accounts.jsonl", "tokens.jsonl", "all/accounts.jsonl")]
    assert [True, False, False] == named
    assert "`--accounts FILE` writes what they left on accounts" in without.stderr
    assert [[], 0] == [found["summary"].pop(name) for name in ("reading", "skipped")]
    assert json.dumps(told.verdicts() | {"contracts": found["contracts"]}) == json.dumps(found)
    assert [each.closing for each in told.statement("acme")] == [each["closing"] for each in stated]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_owes_no_credit_leaves(opened: Opened) -> None:
    """By a policy with remedies: where each promise was kept, and nothing was charged; what is owed stays the same."""
    credits = "  credits: {label: Credits, unit: EUR, kind: owed-to-customer, clauses: [T-1]}"
    hours = "accounts:\n  hours: {label: Prepaid hours, unit: min, overdraft: refuse, clauses: [T-1]}"
    remedies = "remedies: [{id: late, label: Late, of: reply, amount: 5.00, account: credits, clauses: [T-1]}]"
    head, _, rest = TERMS.read_text().partition("accounts:")
    made = opened(policy_of(f"{head}{hours}\n{credits}\n{rest.partition(chr(10))[2]}{remedies}\n"))
    ends = [("reply", "agent:a1"), ("resolve", "agent:a1"), ("close", "customer:kim")]
    for ticket, minute in (("T-1", 10), ("T-2", 4 * DAY)):
        made.submit(opening(ticket))
        made.submit_many(
            Event(ticket, BEGIN + timedelta(minutes=minute + place), *end) for place, end in enumerate(ends)
        )
    made.submit_many(closed("T-3", 0, 5))
    made.run_due(OLD)
    heard(made)
    before = made.verdicts()["summary"]
    left = made.retention.run("old", OLD)

    assert (1, {"credits": 2}) == (left.tickets, left.stay)
    assert [None, True, True] == [made.ticket(ticket) and True for ticket in ("T-1", "T-2", "T-3")]
    after = made.verdicts()["summary"]
    assert (before["remedies"], before["balances"]) == (after["remedies"], after["balances"])
    assert () == made.verify()


REFUSED = {"explain": "insufficient-balance", "report": "What was refused"}
"""What tells of a refusal, by command."""


def test_what_else_tells_of_the_rest_begins_with_those_accounts(opened: Opened, folder: Path) -> None:
    """A story, a report and a comparison: what tickets that left had used up is refused as it was."""
    made = opened(prepaid(), contracts=granted(150))
    made.submit_many([*closed("T-1", 0, 30, 45), *closed("T-2", 30, 20), opening("T-3", 3 * DAY)])
    assert "insufficient-balance" == made.submit(work("T-3", 4 * DAY, 60)).code
    made.run_due(OLD)
    heard(made)
    made.close_statements(BEGIN + timedelta(days=30))
    assert 2 == made.retention.run("old", OLD).tickets
    made.export_all("all")
    (history,), grant = folder.glob("all/*-*.jsonl"), {"at": "2026-01-01T00:00+01:00", "amount": 150}
    customers = {"acme": {"grants": [{"account": "hours", **grant}]}}
    Path("contracts.yaml").write_text(json.dumps({"upheld": 1, "customers": customers}))
    Path("free.yaml").write_text(TERMS.read_text().replace("low-balance: 1h", "low-balance: 2h"))

    asked = [str(history), "--policy", str(TERMS), "--contracts", "contracts.yaml"]
    story, page = ["explain", "--ticket", "T-3", "--format", "json"], ["report", "-o", "-", "--tickets", "all"]
    for command in (story, page, ["compare", "--policy", "free.yaml", "--format", "json"]):
        without, begun = (
            CliRunner().invoke(main, [command[0], *asked, *command[1:], *more])
            for more in ([], ["--accounts", "all/accounts.jsonl"])
        )
        assert (0, 0) == (without.exit_code, begun.exit_code), begun.output
        if command[0] == "compare":
            assert [0, 1] == [json.loads(each.stdout)["refused"]["before"] for each in (without, begun)]
        else:
            assert 0 == without.stdout.count(REFUSED[command[0]]) < begun.stdout.count(REFUSED[command[0]])
