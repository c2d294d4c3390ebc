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
from pathlib import Path

import pytest
from click.testing import CliRunner
from reference.agreement import made_examples
from reference.choices import Choices, from_seed
from reference.differential import Example
from sqlalchemy import text

from upheld import Desk, Event, Policy, replay
from upheld.cli import main
from upheld.desk.database import Database
from upheld.desk.outbox import CORRECTED, WITHDRAWN, messages
from upheld.desk.tables import METADATA
from upheld.loader.contracts import contracts_from

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


def tell(desk: Desk, events: list[Event], choices: Choices) -> dict[tuple[str, int], str | None]:
    """Submit records in random batches, some twice, while a worker looks now and then; the code that each got."""
    codes, sent = {}, 0
    while sent < len(events):
        batch = [(event, f"k{sent + place}") for place, event in enumerate(events[sent : sent + choices.integer(1, 4)])]
        again = [(events[place], f"k{place}") for place in range(sent) if choices.chance(3)]
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
    refused = {(each["ticket"], row["seq"]): row["code"] for each in verdicts["tickets"] for row in each["refused"]}
    if codes is not None:
        assert refused == {place: code for place, code in codes.items() if code is not None}
    if verdicts["as_of"] is not None:
        desk.run_due(verdicts["as_of"])
        for each in verdicts["tickets"]:
            assert asked(each) == told(database, each["ticket"], verdicts["as_of"])


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


def told(database: Database, ticket: str, as_of: str) -> Counter[str]:
    """What the desk told by an instant and did not take back."""
    found = database.read(lambda rows: messages(rows, ticket))
    kept = [dict(each.document) for each, state in found if state not in (WITHDRAWN, CORRECTED)]
    corrected = {each.id for each, state in found if state == CORRECTED}
    assert corrected == {each["of"] for each in kept if each["kind"] == "correction"}
    return Counter(_said(each) for each in kept if each["kind"] != "correction" and each["at"] <= as_of)


def _said(effect: dict) -> str:
    return json.dumps({name: held for name, held in effect.items() if name != "seq"}, sort_keys=True)


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


def test_the_tables_are_emptied(database: Database, opened: Callable[..., Desk]) -> None:
    """What the tests above rest on."""
    opened()
    assert 0 == database.read(lambda rows: rows.scalar(text("SELECT count(*) FROM upheld_journal")))
