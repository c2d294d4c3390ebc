"""Agreement: customers that are told apart only where a record names another one than whose ticket it is."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from bulk.differential import Record, differences
from bulk.test_columns import engine_of, months
from bulk.test_effects_told import DESK
from bulk.test_effects_told import history as told
from small_desk import policy_of

from upheld import Event
from upheld.bulk.automaton.steps import Steps
from upheld.bulk.keys.agreement import NAMES
from upheld.bulk.keys.fineness import Fineness
from upheld.bulk.keys.masks import Masks
from upheld.bulk.keys.records import records_of
from upheld.bulk.reading.history_table import batch_of, history_table
from upheld.engine import Engine
from upheld.loader.contracts import contracts_from

OWN = "when: {customer: {set: true}, record.customer: {set: true}}, require: {record.customer: {ref: customer}}"
RULE = f'{{id: own, on: any, {OWN}, otherwise: refuse, message: "it is {{customer}}’s", clauses: [T-1]}}'
OTHERS = {
    "may strike for anybody": '{id: heard, on: ask, flag: always, message: "{customer} is heard", clauses: [T-1]}',
    "tells what it read": "{id: named, on: ask, require: {record.customer: {ref: customer}}, otherwise: flag, "
    "clauses: [T-1]}",
    "names who is not named": "{id: named, on: ask, require: {record.customer: {ref: customer}}, otherwise: flag, "
    'message: "not {customer}", clauses: [T-1]}',
    "a customer by name": "{id: one, on: ask, when: {customer: c1}, flag: always, message: one, clauses: [T-1]}",
}


def ruled(*rules: str) -> Engine:
    policy = policy_of(DESK.replace("rules:\n", "rules:\n" + "".join(f"- {each}\n" for each in rules)))
    signed = {f"c{each}": {"contracts": [{"kind": "gold"}]} for each in range(3)}
    return Engine(policy, contracts_from({"customers": signed}, policy))


def confused(records: Sequence[Record], seed: int) -> list[Record]:
    """The same records, of which some name others, or nobody, or say another client than they name."""
    chance, found = Random(seed), []
    names = [*sorted({str(each["customer"]) for each in records if each.get("customer")}), "", "nobody"]
    for each in records:
        record = {**each, "customer": chance.choice(names)} if chance.random() < 0.3 else dict(each)
        if "client" in record.get("data", {}) and chance.random() < 0.4:
            record["data"] = {**record["data"], "client": chance.choice((record.get("customer") or "x", *names))}
        found.append(record)
    return found


def asked(made: Engine, records: Sequence[Record]) -> int:
    """How often the engine is asked."""
    events = [Event.from_record(each) for each in records]
    steps = Steps(made, records_of(history_table([batch_of(events)])))
    steps.walk()
    return steps.asking.asked


@pytest.mark.parametrize("seed", (1, 2))
def test_who_writes_under_whose_name_is_decided_alike(seed: int) -> None:
    """Also before there is a ticket, by records that open one for somebody else, and with a client of another name."""
    assert [] == differences(engine_of("entropics"), confused(months("entropics"), seed))[0]


@pytest.mark.parametrize("rules", [(RULE,), *((RULE, each) for each in OTHERS.values())], ids=("alone", *OTHERS))
def test_rules_about_customers_say_the_same_as_columns(rules: Sequence[str]) -> None:
    """Whether they may tell a customer from others, or not."""
    assert [] == differences(ruled(*rules), confused(told(40, 3), 5))[0]


@pytest.mark.parametrize(
    ("rules", "agree"),
    [((RULE,), True), *(((RULE, each), name == "a customer by name") for name, each in OTHERS.items())],
    ids=("alone", *OTHERS),
)
def test_names_agree_unless_a_text_may_show_them_all_the_same(rules: Sequence[str], *, agree: bool) -> None:
    """A rule that cannot strike where they agree may show them; a comparison with a constant asks for that alone."""
    made = ruled(*rules)
    found = Fineness.of_policy(made.policy, made.schedule, made.plugins, Masks(made).charging)
    assert (NAMES if agree else frozenset()) == found.agreeing


def test_more_customers_are_no_more_questions() -> None:
    """Of records on their own tickets."""
    few, many = (asked(ruled(RULE), told(60, customers)) for customers in (2, 3))
    assert few == many
