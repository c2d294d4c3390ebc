"""The engine against the reference: the same verdicts on random histories, and those worked out by hand.

``--examples N --seed S`` compares on more of them. What they cover is printed, and fails
below its floors.
"""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from reference.agreement import SEED, Agreement, loaded, made_examples
from reference.choices import from_seed
from reference.differential import PER_POLICY, unlike_outcomes
from reference.fixtures import Case, cases, differences, over_all, plain
from reference.histories import BEGINNINGS, all_contracts, make_history, observed
from reference.interpreter import interpret
from upheld.core.billing.accounts import Accounts
from upheld.core.record.event import Event
from upheld.core.record.ticket import Ticket
from upheld.document import read_document
from upheld.engine import Engine
from upheld.loader.contracts import contracts_from
from upheld.loading import examine
from upheld.replaying import replay

PARTS = 2
"""The examples are compared in so many tests, which may run side by side; each has to reach the floors."""
SOME = 150
SLICE = (500, "sha256-sum:1ededbcf6d70f7904ba967d109ec09c34213597bfe196ffdd0709651a1a4c1da")
"""How many of the first examples are looked at here, and the digest of their verdicts.

That of more stands in `reference/README.md`.
"""
CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_engine_gives_the_verdict_worked_out_by_hand(case: Case) -> None:
    """What the section says, with the arithmetic beside it."""
    policy = loaded(case.policy)
    replayed = replay(policy, case.records, contracts_from(case.contracts, policy), case.as_of)
    assert [] == differences(case.expected, over_all(replayed["tickets"][0], replayed["summary"]))


@pytest.mark.parametrize("part", range(PARTS))
def test_engine_and_reference_agree(
    part: int, pytestconfig: pytest.Config, record_property: Callable[[str, object], None]
) -> None:
    """The same verdicts, instants, figures, clauses and effects on every history."""
    count, seed = pytestconfig.getoption("--examples"), pytestconfig.getoption("--seed")
    first, end = (count * each // PARTS // PER_POLICY * PER_POLICY for each in (part, part + 1))
    agreement = Agreement()
    for number, made, policy in made_examples(seed, first, end):
        assert [] == agreement.look(number, made, policy), f"example {number} of seed {seed}"
        if (seed, number + 1) == (SEED, SLICE[0]):
            read_why = "the examples or their verdicts have changed: read why, then update it"
            assert SLICE[1] == str(agreement.digest), read_why
    head = f"examples {first} to {end - 1} of seed {seed}, verdicts {agreement.digest}"
    record_property("told", "\n  ".join([head, *agreement.coverage.lines()]))
    record_property("digest", f"{agreement.digest.total:x}")
    assert [] == agreement.coverage.missed()


def test_engine_and_reference_agree_on_what_a_tracker_kept() -> None:
    """Audit mode: observed states are followed, conform or not, and their timers do not fire by themselves."""
    nonconforming = 0
    for number, made, policy in made_examples(5, 0, SOME):
        records = observed(from_seed(f"observed/{number}"), made.policy, made.records)
        outcome = interpret(made.policy, records, made.contracts, made.as_of, audit=True)
        replayed = replay(policy, records, contracts_from(made.contracts, policy), made.as_of, audit=True)
        for move in [each for ticket in outcome["tickets"] for each in ticket["moves"]]:
            move["seq"] = None if move["timer"] else move["seq"]
        assert [] == unlike_outcomes(outcome, replayed), f"example {number}"
        nonconforming += sum(len(ticket["nonconforming"]) for ticket in outcome["tickets"])
    assert nonconforming > SOME


VENDORS = sorted((Path(__file__).resolve().parents[2] / "plugins").glob("*/upheld_*/policy.yaml"))


@pytest.mark.parametrize("path", VENDORS, ids=[path.parts[-3] for path in VENDORS])
def test_engine_and_reference_agree_under_a_vendors_policy(path: Path) -> None:
    """The policies that people wrote say more than random ones do, charges included."""
    data = path.read_bytes()
    document, policy = plain(read_document(data, path.name).root), examine(data, path.name).policy
    assert policy is not None
    charged = set()
    for number in range(SOME if "charges" in document else SOME // 3):
        choices = from_seed(f"{policy.id}/{number}")
        beginning = choices.pick(BEGINNINGS)
        contracts = all_contracts(choices, document, beginning)
        records, as_of = make_history(choices, document, contracts, beginning)
        outcome = interpret(document, records, contracts, as_of)
        replayed = replay(policy, records, contracts_from(contracts, policy), as_of)
        assert [] == unlike_outcomes(outcome, replayed), f"history {number}"
        charged |= {row["rule"] for ticket in outcome["tickets"] for row in ticket["charges"]}
    assert ("charges" in document) == bool(charged)


def test_splitting_a_history_anywhere_changes_nothing() -> None:
    """M05: a ticket that was pickled after any of its records, its customer's accounts too, goes on as if not."""
    for number, made, policy in made_examples(2, 0, SOME):
        engine = Engine(policy, contracts_from(made.contracts, policy))
        records = [Event.from_record(each) for each in made.records if each["ticket"] == made.records[0]["ticket"]]
        whole = told(engine, (None, None), records)
        cut = number % len(records)
        kept, _ = whole[cut]
        other = Engine(policy, contracts_from(made.contracts, policy))
        assert whole[cut + 1 :] == told(other, pickle.loads(pickle.dumps(kept)), records[cut + 1 :])


def test_a_refused_event_leaves_the_ticket_equal() -> None:
    """M03: but for timers that were due before it, a refusal changes nothing."""
    refused = 0
    for _, made, policy in made_examples(3, 0, SOME):
        engine = Engine(policy, contracts_from(made.contracts, policy))
        tickets = {}
        for record in made.records:
            event = Event.from_record(record)
            before, accounts = tickets.get(event.ticket, (None, None))
            decision = engine.apply(before, event, accounts)
            if not decision.accepted and not decision.moves and not decision.timers:
                refused += 1
                assert before == decision.ticket
                assert accounts in (None, decision.accounts)
            tickets[event.ticket] = (decision.ticket, decision.accounts)
    assert refused > SOME


def test_shuffled_tickets_give_the_same_bytes() -> None:
    """Tickets are independent: only the order of each one's own records counts."""
    for number, made, policy in made_examples(4, 0, SOME):
        contracts = contracts_from(made.contracts, policy)
        order = sorted({each["ticket"] for each in made.records})
        random.Random(number).shuffle(order)
        shuffled = [each for ticket in order for each in made.records if each["ticket"] == ticket]
        one, other = (replay(policy, each, contracts, made.as_of) for each in (made.records, shuffled))
        assert json.dumps(one) == json.dumps(other)


Kept = tuple[Ticket | None, Accounts | None]
"""What a host keeps between two events."""


def told(engine: Engine, kept: Kept, events: list[Event]) -> list[tuple[Kept, object]]:
    """Each ticket with its accounts, and what was decided on the way to them."""
    found: list[tuple[Kept, object]] = []
    for event in events:
        ticket, accounts = kept
        decision = engine.apply(ticket, event, accounts)
        kept = (decision.ticket, decision.accounts)
        refusal = decision.refusal and (decision.refusal.code, decision.refusal.message)
        made = (refusal, decision.moves, decision.clock_changes, decision.charges, decision.effects)
        found.append((kept, made))
    last = events[-1].at if events else datetime.fromisoformat("2024-01-01T00:00Z")
    ticket, accounts = kept
    if ticket is not None:
        found.append(((engine.pass_time(ticket, last).ticket, accounts), None))
    return found
