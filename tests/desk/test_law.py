"""The law of the desk: what is exported replays to exactly the desk's verdicts, however the records came.

Random policies and histories of the reference, billing, timers, retainers and remedies included, in random batches,
with keys, records sent twice, workers that look at the clock early, late and again, and standings that are forgotten.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from reference.agreement import made_examples
from reference.choices import Choices, from_seed
from reference.differential import Example
from small_desk import policy_of
from sqlalchemy import text

from upheld import Contracts, Desk, Event, LedgerError, Policy, replay
from upheld.cli import main
from upheld.desk.export import Exported
from upheld.desk.storage.database import Database
from upheld.desk.storage.tables import METADATA
from upheld.desk.telling.outbox import CORRECTED, STATES, WITHDRAWN, Outbox, document_of, messages
from upheld.loader.contracts import contracts_from
from upheld.replaying import instant_s, statements

EXAMPLES = 40
"""How many histories are told to each database; `--examples` of more than the usual number tells as many more."""


def emptied(database: Database) -> None:
    """Nothing is in the tables any more."""
    database.transact(lambda rows: [rows.execute(each.delete()) for each in METADATA.sorted_tables])


def crowd(made: Example, choices: Choices) -> list[Event]:
    """The records of a history, told of up to three times as many tickets of the same customers, in a mixed order."""
    records = [Event.from_record(record) for record in made.records]
    copies = choices.integer(1, 3)
    waiting = [
        [event for event in told if event.ticket == ticket]
        for told in ([replace(event, ticket=f"{copy}{event.ticket}") for event in records] for copy in "abc"[:copies])
        for ticket in dict.fromkeys(event.ticket for event in told)
    ]
    found = []
    while waiting:
        own = choices.pick(waiting)
        found += [own.pop(0) for _ in range(choices.integer(1, len(own)))]
        waiting = [each for each in waiting if each]
    return found


def tell(desk: Desk, events: list[Event], choices: Choices, keys: str = "k") -> dict[tuple[str, int], str | None]:
    """Submit records in random batches, some twice, while a worker looks now and then; the code that each got."""
    codes, sent = {}, 0
    while sent < len(events):
        batch = [
            (event, f"{keys}{sent + place}") for place, event in enumerate(events[sent : sent + choices.integer(1, 4)])
        ]
        again = [(events[place], f"{keys}{place}") for place in range(sent) if choices.chance(3)]
        if choices.chance(50):
            answers = desk.submit_many([*again, *batch])
        else:
            answers = tuple(desk.submit(event, key=key) for event, key in (*again, *batch))
        assert [True] * len(again) + [False] * len(batch) == [each.repeated for each in answers]
        codes |= {(each.ticket, each.seq): each.code for each in answers}
        sent += len(batch)
        if choices.chance(40):
            desk.run_due(events[choices.integer(0, len(events) - 1)].at + timedelta(minutes=choices.integer(-60, 5000)))
        if choices.chance(30):
            for each in desk.outbox.claim(2):
                assert desk.outbox.done(each)
    return codes


def check(desk: Desk, database: Database, policy: Policy, made: Example, codes: dict | None) -> None:
    contracts = contracts_from(made.contracts, policy)
    verdicts = desk.verdicts()

    assert json.dumps(replay(policy, desk.events(), contracts)) == json.dumps(verdicts)
    assert () == desk.verify()
    assert verdicts == desk.verdicts()
    refused = _refused(verdicts)
    if codes is not None:
        assert refused == {place: code for place, code in codes.items() if code is not None}
    if verdicts["as_of"] is not None:
        desk.run_due(verdicts["as_of"])
        brought = Counter[str]()
        for each in verdicts["tickets"]:
            asked_for, heard = asked(each), told(database, verdicts["as_of"], each["ticket"])
            assert Counter() == heard - asked_for
            brought += asked_for - heard
        assert brought + by_time(desk, verdicts["as_of"]) == told(database, verdicts["as_of"])


def _refused(verdicts: dict) -> dict[tuple[str, int], str]:
    return {(each["ticket"], row["seq"]): row["code"] for each in verdicts["tickets"] for row in each["refused"]}


def tell_late(desk: Desk, events: list[Event], choices: Choices) -> int:
    """Submit records out of their order, to be put in their places; how many changed something about their tickets."""
    waiting, changed = [*enumerate(events)], 0
    while waiting:
        number, event = waiting.pop(choices.integer(0, min(2, len(waiting) - 1)))
        if choices.chance(30):
            answer = desk.submit_many([(event, str(number))], late="insert")[0]
        else:
            answer = desk.submit(event, key=str(number), late="insert")
        changed += bool(answer.changes)
        assert desk.submit(event, key=str(number), late="insert").repeated
        if choices.chance(40):
            desk.run_due(events[choices.integer(0, len(events) - 1)].at + timedelta(minutes=choices.integer(-60, 5000)))
        if choices.chance(30):
            for each in desk.outbox.claim(2):
                assert desk.outbox.done(each)
    return changed


def asked(verdict: dict) -> Counter[str]:
    """What a replay asks of the world."""
    return Counter(_said(effect) for effect in verdict["effects"])


def by_time(desk: Desk, as_of: str) -> Counter[str]:
    """What there is to tell of accounts by an instant that no charge has brought."""
    engine, as_of_s, found = desk.engine(), instant_s(as_of), Counter[str]()
    held = desk._database.read(lambda rows: [*desk._standings.every_account(rows)])
    accounts = {each.customer: each.accounts for each in held}
    for customer in {*accounts, *engine.contracts.customers}:
        own = accounts.get(customer) or engine.accounts(customer)
        coming, _ = engine.charging.foretell(own, as_of_s)
        found.update(_said(document_of(engine.voice.noticed(each))) for each in coming if each.at_s <= as_of_s)
    return found


def told(database: Database, as_of: str, ticket: str | None = None) -> Counter[str]:
    """What the desk told by an instant of a ticket, or of all accounts, and did not take back."""
    if ticket is None:
        every = Outbox(database).list(STATES, limit=10**6)
        found = [each for each in every if each[0].customer is not None]
    else:
        found = [each for each in database.read(lambda rows: messages(rows, ticket)) if each[0].customer is None]
    kept = [dict(each.document) for each, state in found if state not in (WITHDRAWN, CORRECTED)]
    corrected = {each.id for each, state in found if state == CORRECTED}
    assert corrected == {each["of"] for each in kept if each["kind"] == "correction"}
    return Counter(_said(each) for each in kept if each["kind"] != "correction" and each["at"] <= as_of)


def _said(effect: dict) -> str:
    left_out = ("seq", "customer", "account")
    return json.dumps({name: held for name, held in effect.items() if name not in left_out}, sort_keys=True)


@pytest.mark.parametrize("part", range(2))
def test_the_export_replays_to_the_verdicts(
    opened: Callable[..., Desk], database: Database, part: int, pytestconfig: pytest.Config
) -> None:
    """Byte for byte; each record had the answer that the replay gives, and each effect is told once."""
    count = EXAMPLES * max(1, pytestconfig.getoption("--examples") // 2000)
    for number, made, policy in made_examples(23, part * count // 2, (part + 1) * count // 2):
        desk = opened(policy, contracts=contracts_from(made.contracts, policy))
        choices = from_seed(f"desk/{number}")
        codes = tell(desk, crowd(made, choices), choices)
        if choices.chance(30):
            desk.rebuild()
        check(desk, database, policy, made, codes)
        desk.close()
        emptied(database)


def test_late_records_come_to_their_places(opened: Callable[..., Desk], database: Database) -> None:
    """What they change is told, what was told otherwise is taken back, and the law holds."""
    changed = 0
    for number, made, policy in made_examples(37, 0, 20):
        desk = opened(policy, contracts=contracts_from(made.contracts, policy))
        choices = from_seed(f"late/{number}")
        changed += tell_late(desk, crowd(made, choices), choices)
        check(desk, database, policy, made, None)
        if choices.chance(30):
            desk.rebuild()
            check(desk, database, policy, made, None)
        desk.close()
        emptied(database)
    assert changed > 5


def test_versions_share_accounts(opened: Callable[..., Desk], database: Database) -> None:
    """Each version's tickets replay to its verdicts, the others beside them; each record had the answer given there."""
    shared = 0
    for number, made, policy in made_examples(41, 0, 10):
        if not policy.accounts:
            continue
        contracts = contracts_from(made.contracts, policy)
        desk, newer, choices = opened(policy, contracts=contracts), _newer(policy), from_seed(f"versions/{number}")
        sent = crowd(made, choices)
        codes = tell(desk, sent[: len(sent) // 2], choices)
        desk.adopt(newer)
        codes |= tell(desk, sent[len(sent) // 2 :], choices, "n")
        refused = {}
        for one, other in ((policy, newer), (newer, policy)):
            verdicts, beside = desk.verdicts(policy=one.digest), [(other, desk.events(other.digest))]
            told = desk.events(one.digest)
            assert json.dumps(replay(one, told, contracts, beside=beside)) == json.dumps(verdicts)
            refused |= {
                (each["ticket"], row["seq"]): row["code"] for each in verdicts["tickets"] for row in each["refused"]
            }
            shared += replay(one, told, contracts, verdicts["as_of"]) != verdicts
        assert refused == {place: code for place, code in codes.items() if code is not None}
        assert () == desk.verify()
        _check_statements(desk, policy, newer, contracts)
        desk.close()
        emptied(database)
    assert shared


def _newer(policy: Policy) -> Policy:
    """The next version, which charges by half of the rules."""
    document = json.loads(policy.document)
    document["version"] = "99.0.0"
    document["charges"] = document.get("charges", [])[::2]
    return policy_of(json.dumps(document))


def _check_statements(desk: Desk, policy: Policy, newer: Policy, contracts: Contracts) -> None:
    """The statement of a customer tells of the tickets of both versions."""
    for customer in {event.customer for event in desk.events()}:
        try:
            found = desk.statement(customer)
        except LedgerError:
            continue
        beside = [(policy, desk.events(policy.digest))]
        assert found == statements(newer, desk.events(newer.digest), customer, contracts, beside=beside)
        lines = {line.ticket for each in found for line in each.lines if line.ticket}
        held = desk._database.read(partial(desk._standings.look_accounts, customer=customer))
        known = () if held is None else [each for book in held.books.values() for each in book.ledger.entries]
        assert {each.cause.ticket for each in known if each.cause} <= lines


def test_a_loaded_export_is_the_same_desk(opened: Callable[..., Desk], database: Database) -> None:
    """What one desk exports another one loads, to the same verdicts and the same export; nothing is told once more."""
    for _, made, policy in made_examples(29, 0, 6):
        contracts = contracts_from(made.contracts, policy)
        desk = opened(policy, contracts=contracts)
        desk.submit_many(Event.from_record(record) for record in made.records)
        events, verdicts = desk.events(), desk.verdicts()
        emptied(database)
        other = opened(policy, contracts=contracts)

        assert len(events) == other.load(events, batch=3)
        assert 0 == other.load(events)
        assert json.dumps(verdicts) == json.dumps(other.verdicts())
        assert [(each, each.arrival) for each in events] == [(each, each.arrival) for each in other.events()]
        assert () == other.outbox.claim()
        assert () == other.verify()
        emptied(database)


def test_the_command_line_replays_an_export_to_the_verdicts(tmp_path: Path) -> None:
    """From files alone; also where charges were not taken in the order of their instants."""
    minded = 0
    for number, made, policy in made_examples(31, 0, 20):
        contracts = contracts_from(made.contracts, policy)
        desk = Desk.open("sqlite://", policy=policy, contracts=contracts, upgrade=True)
        choices = from_seed(f"files/{number}")
        tell(desk, crowd(made, choices), choices)
        verdicts, events = desk.verdicts(), desk.events()
        in_time = replay(policy, [replace(event, arrival=0) for event in events], contracts)
        minded += in_time != verdicts
        files = [tmp_path / name for name in ("history.jsonl", "policy.yaml", "contracts.yaml")]
        assert len(events) == desk.export(files[0])
        files[1].write_text(policy.document, encoding="utf-8")
        files[2].write_text(json.dumps(made.contracts), encoding="utf-8")
        asked = ["replay", str(files[0]), "--policy", str(files[1]), "--contracts", str(files[2]), "--format", "json"]
        printed = CliRunner().invoke(main, asked)

        assert printed.exception is None or isinstance(printed.exception, SystemExit), printed.output
        told = json.loads(printed.stdout)
        assert [[], 0] == [told["summary"].pop(name) for name in ("reading", "skipped")]  # which are of the file
        assert json.dumps(verdicts) == json.dumps(told)
        desk.close()
    assert minded


def test_the_command_line_replays_the_exports_of_two_versions(tmp_path: Path) -> None:
    """From a folder of files alone: a history and a policy for each, the one beside the other."""
    written: list[Exported] = []
    examples = (each for each in made_examples(41, 0, 20) if each[2].accounts)
    while len(written) < 2:
        number, made, policy = next(examples)
        contracts, newer, choices = contracts_from(made.contracts, policy), _newer(policy), from_seed("folder")
        desk, sent = Desk.open("sqlite://", policy=policy, contracts=contracts, upgrade=True), crowd(made, choices)
        tell(desk, sent[: len(sent) // 2], choices)
        desk.adopt(newer)
        tell(desk, sent[len(sent) // 2 :], choices, "n")
        written = desk.export_all(tmp_path / f"out-{number}")
    signed = tmp_path / "contracts.yaml"
    signed.write_text(json.dumps(made.contracts), encoding="utf-8")

    assert {policy.digest, newer.digest} == {each.policy for each in written}
    for one, other in (written, written[::-1]):
        asked = ["replay", str(one.history), "--policy", str(one.document), "--contracts", str(signed)]
        asked += ["--beside", str(other.history), str(other.document), "--format", "json"]
        told = json.loads(CliRunner().invoke(main, asked).stdout)
        assert [[], 0] == [told["summary"].pop(name) for name in ("reading", "skipped")]
        assert json.dumps(desk.verdicts(policy=one.policy)) == json.dumps(told)
    desk.close()


def test_the_tables_are_emptied(database: Database, opened: Callable[..., Desk]) -> None:
    """What the tests above rest on."""
    opened()
    assert 0 == database.read(lambda rows: rows.scalar(text("SELECT count(*) FROM upheld_journal")))
