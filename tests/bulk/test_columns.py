"""Columns against the scalar path: the same header, summary and tables, row by row and text by text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from bulk.differential import Record, differences, fit
from bulk.noise import noisy
from reference.agreement import made_examples

from upheld import Event, load_contracts, load_policy
from upheld.bulk.reading.history_table import batch_of, history_table
from upheld.bulk.verdicts.columns import decided, unfit
from upheld.engine import Engine
from upheld.loader.contracts import contracts_from
from upheld.replaying import instant_s

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")
TELLINGS = 3
"""How often a vendor's month is told, each time with tickets of its own and some minutes later."""
FROM, END = 0, 24
"""The random policies, with histories of one to three tickets each, by the numbers of the reference."""


def months(vendor: str) -> list[Record]:
    """The example of a vendor, told several times."""
    lines = (EXAMPLES / vendor / "history.jsonl").read_text(encoding="utf-8").splitlines()
    found = []
    for telling in range(TELLINGS):
        later = timedelta(minutes=7 * telling)
        for record in map(json.loads, lines):
            at = datetime.fromisoformat(record["at"]) + later
            found.append({**record, "ticket": f"{record['ticket']}-{telling}", "at": at.isoformat()})
    return found


def engine_of(vendor: str) -> Engine:
    policy = load_policy(vendor)
    return Engine(policy, load_contracts(EXAMPLES / vendor / "contracts.yaml", policy))


def numbered(records: Sequence[Record], seed: int) -> list[Record]:
    """The same, most of them with numbers of arrival in another order than they stand in."""
    chance = Random(seed)
    numbers = chance.sample(range(1, len(records) + 1), len(records))
    return [
        {**record, "arrival": number} if chance.random() < 0.8 else record for record, number in zip(records, numbers)
    ]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendors_month_has_the_same_verdicts_as_columns(vendor: str) -> None:
    """Timers, warnings, promises judged again, excuses, reopenings, charges: whatever the five policies have."""
    assert [] == differences(engine_of(vendor), months(vendor))[0]


@pytest.mark.parametrize("seed", (1,))
@pytest.mark.parametrize("vendor", VENDORS)
def test_a_history_with_noise_has_the_same_verdicts_as_columns(vendor: str, seed: int) -> None:
    """Half of the records refused, out of order, at equal instants, with late severities; also as of its middle."""
    engine = engine_of(vendor)
    records = noisy(months(vendor), [*engine.policy.events], seed)
    instants = sorted(int(datetime.fromisoformat(each["at"]).timestamp()) for each in records)
    assert [] == differences(engine, records)[0]
    assert [] == differences(engine, records, instants[len(instants) // 2])[0]


@pytest.mark.parametrize("spoilt", (False, True), ids=("clean", "noisy"))
def test_random_policies_have_the_same_verdicts_as_columns(spoilt: bool) -> None:
    """The whole language but remedies, of which columns know nothing, with accounts and without (THREATS B01)."""
    seen = 0
    for number, engine, records, as_of_s in random_histories():
        told = noisy(records * 3, [*engine.policy.events], number) if spoilt else records
        seen += 1
        assert [] == differences(engine, told, as_of_s)[0], f"example {number}"
    assert seen == END - FROM


def test_random_policies_charge_in_the_order_of_arrival() -> None:
    """Where a history says it, also for some of its records alone."""
    for number, engine, records, as_of_s in random_histories():
        if engine.charging.bills:
            assert [] == differences(engine, numbered(records, number), as_of_s)[0], f"example {number}"


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendors_month_is_charged_in_the_order_of_arrival(vendor: str) -> None:
    """Likewise, with charges of every kind that vendors have."""
    assert [] == differences(engine_of(vendor), numbered(months(vendor), 1))[0]


def random_histories() -> Iterator[tuple[int, Engine, list[Record], int | None]]:
    for number, made, policy in made_examples(7, FROM, END):
        policy, contracts = fit(policy, contracts_from(made.contracts, policy), bills=number % 2 == 0)
        as_of_s = None if made.as_of is None else instant_s(made.as_of)
        yield number, Engine(policy, contracts), made.records, as_of_s


@pytest.mark.parametrize("vendor", VENDORS)
def test_few_tickets_of_a_vendor_go_to_the_scalar_path(vendor: str) -> None:
    """What columns leave is told by its reason: warnings of promises that were judged again."""
    fallbacks = differences(engine_of(vendor), months(vendor))[1]
    tickets = len({each["ticket"] for each in months(vendor)})
    assert set(fallbacks) <= {"warning"}
    assert 5 * fallbacks.total() <= tickets


def test_a_long_ticket_goes_to_the_scalar_path() -> None:
    """More records than there are steps for: it is decided all the same."""
    engine = engine_of("greenmash")
    first = months("greenmash")[0]
    comment = {**first, "event": "comment", "data": {}}
    found, fallbacks = differences(engine, [first, *[comment] * 600])
    assert ([], {"long": 1}) == (found, fallbacks)


@pytest.mark.parametrize(
    ("number", "reason"),
    [(2284, "warning"), (2684, "charged before a timer")],
    ids=("late records told once", "charged as it stood before a timer"),
)
def test_examples_in_which_the_paths_once_differed(number: int, reason: str) -> None:
    """A ticket left once its late records were known; a record that costs something and lets a timer fire at once."""
    _, made, policy = next(iter(made_examples(11, number, number + 1)))
    policy, contracts = fit(policy, contracts_from(made.contracts, policy), bills=True)
    engine = Engine(policy, contracts)
    records = noisy(made.records * 3, [*policy.events], number)
    found, fallbacks = differences(engine, records, None if made.as_of is None else instant_s(made.as_of))
    assert [] == found
    assert fallbacks[reason]


def test_an_empty_history_has_tables_without_rows() -> None:
    """Nothing to decide is no fault."""
    assert ([], {}) == differences(engine_of("mapping"), [])


def test_a_policy_with_remedies_is_for_the_scalar_path() -> None:
    """What is owed is reckoned up over all tickets."""
    _, made, policy = next(iter(made_examples(7, 0, 1)))
    assert policy.remedies
    assert unfit(Engine(policy, contracts_from(made.contracts, policy))) == "remedies"
    assert unfit(engine_of("greenmash")) == ""


OWN_HOURS = """
upheld: 1
policy: hours
version: 1.0.0
extends: base@1.0.0
zone: Etc/UTC
vendor: {name: Desk, language: en}
title: Hours
assumptions:
  hours: {says: nobody named any}
calendars:
  desk: {zone: Etc/UTC, weekly: {mon-fri: ["09:00-17:00"]}, per-customer: true, assumes: [hours]}
channels:
  phone: {label: Telephone, accepts: all, during: desk, assumes: [hours]}
"""


@pytest.mark.parametrize("opened", (False, True))
def test_a_closed_channel_opens_for_whom_a_record_names_until_its_ticket_is_open(opened: bool, tmp_path: Path) -> None:
    """Where an opening was refused, its customer says nothing of a later record that names nobody."""
    (tmp_path / "policy.yaml").write_text(OWN_HOURS, encoding="utf-8")
    policy = load_policy(tmp_path / "policy.yaml")
    hours = {"desk": {"zone": "America/New_York", "weekly": {"mon-fri": ["08:00-12:00"]}}}
    contracts = contracts_from({"upheld": 1, "customers": {"acme": {"calendars": hours}}}, policy)
    said = {"ticket": "T-1", "actor": "customer", "channel": "phone"}
    at = f"2026-03-02T{14 if opened else 6:02}:00Z"
    records = [
        {**said, "at": at, "event": "submit", "customer": "acme"},
        {**said, "at": "2026-03-02T23:00Z", "event": "comment"},
    ]
    engine = Engine(policy, contracts)
    refused = decided(history_table([batch_of([Event.from_record(each) for each in records])]), engine, None).tables[
        "refused"
    ]

    opens = "2026-03-03T08:00-05:00" if opened else "2026-03-03T09:00+00:00"
    assert opens in refused["message"].to_pylist()[-1]
    assert [] == differences(engine, records)[0]
