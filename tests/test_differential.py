"""The engine against the reference: the same verdicts on random histories, and those worked out by hand.

``--examples N --seed S`` compares on more of them. What they cover is printed, and fails
below its floors.
"""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from reference.choices import from_seed
from reference.differential import PER_POLICY, Coverage, Digest, Example, example, policy_of, unlike_outcomes
from reference.fixtures import Case, cases, differences, plain
from reference.histories import all_contracts, make_history, observed
from reference.interpreter import interpret

from upheld.contracts_file import contracts_from
from upheld.core.event import Event
from upheld.core.policy import Policy
from upheld.document import read_document
from upheld.engine import Engine
from upheld.loading import examine
from upheld.replaying import replay

PARTS = 4
"""The examples are compared in so many tests, which may run side by side; each has to reach the floors."""
SOME = 150
SLICE = (500, "sha256:0a491b65e57698397660a66ce96cd43e8773a2a350114550c308935c311ea1c5")
"""The first examples of seed 1 and the digest of their verdicts; that of 200,000 stands in `reference/README.md`."""
CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_engine_gives_the_verdict_worked_out_by_hand(case: Case) -> None:
    """What section 4 says, with the arithmetic beside it."""
    policy = loaded(case.policy)
    replayed = replay(policy, case.records, contracts_from(case.contracts, policy), case.as_of)
    assert [] == differences(case.expected, replayed["tickets"][0])


@pytest.mark.parametrize("part", range(PARTS))
def test_engine_and_reference_agree(
    part: int, pytestconfig: pytest.Config, record_property: Callable[[str, object], None]
) -> None:
    """The same verdicts, instants, figures, clauses and effects on every history."""
    count, seed = pytestconfig.getoption("--examples"), pytestconfig.getoption("--seed")
    first, end = (count * each // PARTS // PER_POLICY * PER_POLICY for each in (part, part + 1))
    coverage, digest = Coverage(), Digest()
    for number, made, policy in made_examples(seed, first, end):
        outcome = interpret(made.policy, made.records, made.contracts, made.as_of)
        replayed = replay(policy, made.records, contracts_from(made.contracts, policy), made.as_of)
        assert [] == unlike_outcomes(outcome, replayed), f"example {number} of seed {seed}"
        coverage.see(made.policy, outcome)
        digest.see(outcome)
        if (seed, number + 1) == (1, SLICE[0]):
            assert SLICE[1] == str(digest), "the examples or their verdicts have changed: read why, then update it"
    head = f"examples {first} to {end - 1} of seed {seed}, verdicts {digest}"
    record_property("told", "\n  ".join([head, *coverage.lines()]))
    assert [] == coverage.missed()


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


VENDORS = sorted((Path(__file__).resolve().parent.parent / "plugins").glob("*/upheld_*/policy.yaml"))


@pytest.mark.parametrize("path", VENDORS, ids=[path.parts[-3] for path in VENDORS])
def test_engine_and_reference_agree_under_a_vendors_policy(path: Path) -> None:
    """Charges apart: the policies that people wrote say more than random ones do."""
    data = path.read_bytes()
    document, policy = plain(read_document(data, path.name).root), examine(data, path.name).policy
    assert policy is not None
    for number in range(SOME // 3):
        choices = from_seed(f"{policy.id}/{number}")
        contracts = all_contracts(choices, document)
        records, as_of = make_history(choices, document, contracts)
        outcome = interpret(document, records, contracts, as_of)
        replayed = replay(policy, records, contracts_from(contracts, policy), as_of)
        assert [] == unlike_outcomes(outcome, replayed), f"history {number}"


def test_splitting_a_history_anywhere_changes_nothing() -> None:
    """M05: a ticket that was pickled after any of its records goes on as if it had not been."""
    for number, made, policy in made_examples(2, 0, SOME):
        engine = Engine(policy, contracts_from(made.contracts, policy))
        records = [Event.from_record(each) for each in made.records if each["ticket"] == made.records[0]["ticket"]]
        whole = told(engine, None, records)
        cut = number % len(records)
        ticket, _ = whole[cut]
        other = Engine(policy, contracts_from(made.contracts, policy))
        assert whole[cut + 1 :] == told(other, pickle.loads(pickle.dumps(ticket)), records[cut + 1 :])


def test_a_refused_event_leaves_the_ticket_equal() -> None:
    """M03: but for timers that were due before it, a refusal changes nothing."""
    refused = 0
    for _, made, policy in made_examples(3, 0, SOME):
        engine = Engine(policy, contracts_from(made.contracts, policy))
        tickets = {}
        for record in made.records:
            event = Event.from_record(record)
            before = tickets.get(event.ticket)
            decision = engine.apply(before, event)
            if not decision.accepted and not decision.moves and not decision.timers:
                refused += 1
                assert before == decision.ticket
            tickets[event.ticket] = decision.ticket
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


def made_examples(seed: int, first: int, end: int) -> Iterator[tuple[int, Example, Policy]]:
    """Examples by number, each with its policy loaded; one policy serves several of them."""
    for number in range(first, end):
        if number % PER_POLICY == 0 or number == first:
            document = policy_of(seed, number)
            policy = loaded(document)
        yield number, example(seed, number, document), policy


def loaded(document: dict) -> Policy:
    examined = examine(json.dumps(document).encode(), "policy.yaml")
    assert [] == [str(each) for each in examined.errors]
    assert examined.policy is not None
    return examined.policy


def told(engine: Engine, ticket: object, events: list[Event]) -> list[tuple[object, object]]:
    """Each ticket and what was decided on the way to it."""
    found = []
    for event in events:
        decision = engine.apply(ticket, event)
        ticket = decision.ticket
        refusal = decision.refusal and (decision.refusal.code, decision.refusal.message)
        found.append((ticket, (refusal, decision.moves, decision.clock_changes, decision.effects)))
    last = events[-1].at if events else datetime.fromisoformat("2024-01-01T00:00Z")
    if ticket is not None:
        found.append((engine.pass_time(ticket, last).ticket, None))
    return found
