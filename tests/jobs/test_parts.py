"""A replay in parts tells what one of everything tells, to the byte, whatever the policy, the history and the parts."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from reference.differential import PER_POLICY, example, policy_of
from replay_in_parts import replayed_in_parts, replayed_whole

from upheld.core.policy.policy import Policy
from upheld.loader.contracts import contracts_from
from upheld.loading import examine
from upheld.replaying import as_events, instant_s

SEED = 11
POLICIES, OF_ALL = 8, 100
"""Random ones, and how many of them with `--full`."""
HISTORIES = 4
"""Random ones that are told together, each under other ids of tickets."""
CUSTOMERS = ("acme", "duck", "gnu", "ibis", "")


def variants(document: dict[str, Any]) -> Iterator[Policy]:
    """A random policy, without its charges, and without what it owes."""
    parts: tuple[tuple[str, ...], ...] = ((), ("charges",), ("charges", "remedies", "availability"))
    for left_out in parts:
        text = json.dumps({name: entry for name, entry in document.items() if name not in left_out})
        examined = examine(text.encode(), "policy.yaml")
        if examined.policy is not None and not examined.errors:
            yield examined.policy


def history(number: int, document: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any], str | None]:
    """Records, contracts and as-of: many tickets of several customers, some of whom share one, in a random order."""
    chance, records, contracts = Random(f"{SEED}/{number}"), [], None
    for which in range(HISTORIES):
        made = example(SEED, number * 1000 + which, document)
        contracts = contracts or copy.deepcopy(made.contracts)
        customer = chance.choice(CUSTOMERS)
        for record in made.records:
            record = {**record, "ticket": f"{which}-{record['ticket']}"}
            if record.get("customer"):
                record["customer"] = customer if chance.random() > 0.02 else chance.choice(CUSTOMERS)
            records.append(record)
    assert contracts is not None
    signed = contracts.get("customers", {})
    for customer in CUSTOMERS[1:-1]:
        if signed and chance.random() < 0.7:
            signed.setdefault(customer, copy.deepcopy(chance.choice([*signed.values()])))
    if chance.random() < 0.6:
        records.sort(key=lambda record: str(record["at"]))
    for _ in range(chance.choice([0, 8])):
        one, other = chance.randrange(len(records)), chance.randrange(len(records))
        records[one], records[other] = records[other], records[one]
    return records, contracts, None if chance.random() < 0.6 else str(chance.choice(records)["at"])


def test_parts_and_whole_agree(request: pytest.FixtureRequest) -> None:
    """Billing, remedies and availability, late records, an as-of in the middle: byte for byte."""
    for number in range(OF_ALL if request.config.getoption("--full") else POLICIES):
        document = policy_of(SEED, number * PER_POLICY)
        records, signed, as_of = history(number, document)
        events = [event for _, event in as_events(records)]
        as_of_s = None if as_of is None else instant_s(as_of)
        for policy in variants(document):
            contracts = contracts_from(signed, policy)
            expected = json.dumps(replayed_whole(policy, contracts, events, as_of_s))
            for parts in (2, 3):
                assert expected == json.dumps(replayed_in_parts(policy, contracts, events, as_of_s, parts)[0])
