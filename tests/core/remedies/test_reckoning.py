"""What broken promises cost: the cases of real contracts, and laws that hold whatever happens."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.document import read_document
from upheld.loader.contracts import contracts_from
from upheld.loading import examine, load_policy
from upheld.replaying import replay
from upheld.scenario.running import run_scenarios
from upheld.schema.shape import misfits

FOLDER = Path(__file__).resolve().parents[2] / "documents" / "good" / "credits"
FEE = 20_000
AFTER = "2026-04-02T00:00:00+02:00"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(str(FOLDER / "policy.yaml"))


@pytest.fixture(scope="module")
def contracts(policy: Policy) -> Contracts:
    hosting = [{"kind": "hosting", "fee": FEE}]
    customers = {name: {"contracts": hosting} for name in ("acme", "duck")}
    return contracts_from({"upheld": 1, "customers": customers}, policy)


def late_answers(number: int, customer: str = "acme") -> list[dict[str, Any]]:
    """So many tickets of March that are answered half an hour late, one a day."""
    found: list[dict[str, Any]] = []
    for day in range(2, 2 + number):
        ticket = {"ticket": f"{customer}-{day}", "customer": customer}
        opened = {"event": "submit", "actor": "agent", "data": {"severity": "normal"}}
        found.append({**ticket, "at": f"2026-03-{day:02}T10:00:00+01:00", **opened})
        found.append({**ticket, "at": f"2026-03-{day:02}T11:30:00+01:00", "event": "reply", "actor": "agent"})
        found.append({**ticket, "at": f"2026-03-{day:02}T12:00:00+01:00", "event": "resolve", "actor": "agent"})
    return [each for each in found if each["at"][8:10] not in ("07", "08")]  # a weekend


def owed(replayed: dict[str, Any], remedy: str, customer: str = "acme") -> int:
    """What is booked by a remedy."""
    rows = replayed["summary"]["remedies"]
    return sum(row["booked"] for row in rows if (row["id"], row["customer"]) == (remedy, customer))


def test_the_scenarios_come_out_as_they_were_worked_out_by_hand(policy: Policy) -> None:
    """Each with the clauses that it names."""
    document = read_document((FOLDER / "scenarios" / "credits.yaml").read_bytes(), "credits.yaml", root="list")
    outcomes = run_scenarios(policy, [document])

    assert [] == [(each.name, each.differences) for each in outcomes if not each.passed]


@pytest.mark.parametrize(("breaches", "share"), [(1, 25), (2, 50), (3, 75), (4, 100), (5, 100)])
def test_a_quarter_of_the_fee_for_each_late_answer(
    breaches: int, share: int, policy: Policy, contracts: Contracts
) -> None:
    """At most the whole fee in a month."""
    assert FEE * share // 100 == owed(replay(policy, late_answers(breaches), contracts, AFTER), "late-answer")


@pytest.mark.parametrize(("breaches", "share"), [(0, 0), (1, 5), (2, 5), (3, 10), (4, 10), (5, 15), (8, 15)])
def test_by_the_number_of_breaches_in_a_month(breaches: int, share: int, policy: Policy, contracts: Contracts) -> None:
    """One or two, three or four, five or more."""
    records = [*late_answers(breaches + 2 * (breaches > 5)), *late_answers(1, "duck")]
    assert FEE * share // 100 == owed(replay(policy, records, contracts, AFTER), "breaches")


@pytest.mark.parametrize(
    ("down_h", "share"), [(0, 0), (0.7, 0), (0.8, 5), (37, 5), (38, 10), (74, 10), (75, 15), (743, 15)]
)
def test_by_the_availability_of_a_month(down_h: float, share: int, policy: Policy, contracts: Contracts) -> None:
    """Of the 743 hours of March 44 minutes keep 99.9 per cent, 37 h 9 keep 95, and 74 h 18 keep 90."""
    until_s = int(down_h * 3600)
    records = late_answers(1)[:2]
    report = {**records[0], "at": "2026-04-01T09:00:00+02:00", "event": "outage", "actor": "agent"}
    since = datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=1)))
    report["data"] = {"from": since.isoformat(), "until": (since + timedelta(seconds=until_s)).isoformat()}
    assert FEE * share // 100 == owed(replay(policy, [*records, report], contracts, AFTER), "downtime")


def test_steps_that_leave_a_hole_are_shown_with_a_value_in_it() -> None:
    """A document that pays 5 per cent for 95.1 to 99.8, 10 for 90 to 95 and 15 below promises 99.9."""
    text = (FOLDER / "policy.yaml").read_text(encoding="utf-8")
    text = text.replace("{below: 99.9%, is:", "{from: 95.1%, to: 99.8%, is:")
    text = text.replace("{below: 95%, is:", "{from: 90%, to: 95%, is:")
    found = [each for each in examine(text.encode(), "policy.yaml").findings if each.code == "UP646"]

    assert {(("share", "99.85%"),), (("share", "95.05%"),)} == {each.example for each in found}


def test_what_is_booked_never_shrinks_as_time_goes_on(policy: Policy, contracts: Contracts) -> None:
    """Whatever else breaks, accrues or ends; and caps are kept at every instant."""
    chance = random.Random(7)
    for _ in range(20):
        records = late_answers(9)
        chance.shuffle(records)
        records = sorted(chance.sample(records, len(records) - 4), key=lambda each: each["at"])
        before: dict[tuple[object, ...], int] = {}
        for day in range(2, 13):
            made = replay(policy, records, contracts, f"2026-03-{day:02}T{chance.randint(0, 23):02}:59:00+01:00")
            booked = {
                (ticket["ticket"], row["id"], row["cycle"]): row["amount"]
                for ticket in made["tickets"]
                for row in ticket["remedies"]
                if row["status"] == "booked"
            }
            assert before.items() <= booked.items()
            assert owed(made, "late-answer") <= FEE
            before = booked


def test_the_order_of_tickets_changes_nothing(policy: Policy, contracts: Contracts) -> None:
    """Caps give room by instants, and then by names."""
    records = [*late_answers(6), *late_answers(6, "duck")]
    tickets = sorted({each["ticket"] for each in records}, reverse=True)
    shuffled = [each for ticket in tickets for each in records if each["ticket"] == ticket]

    assert replay(policy, records, contracts, AFTER) == replay(policy, shuffled, contracts, AFTER)


def test_the_verdict_has_the_shape_that_its_schema_says(policy: Policy, contracts: Contracts) -> None:
    """The tables that only such policies have included; others have none of them."""
    made = replay(policy, late_answers(5), contracts, AFTER)
    assert [] == [each.message for each in misfits(made, "verdict")]
    assert {"remedies", "availability"} <= set(made["summary"])

    plain = replay(load_policy("base"), late_answers(1), as_of=AFTER)
    assert not {"remedies", "availability"} & {*plain["summary"], *plain["tickets"][0]}


@pytest.mark.parametrize(
    ("replied", "cents"),
    [("11:00:01", 500), ("14:00:00", 500), ("14:00:01", 1000), ("15:59:59", 1000), ("16:00:00", 2000), (None, 2000)],
)
def test_by_how_late_a_promise_was_kept(replied: str | None, cents: int, contracts: Contracts) -> None:
    """More than three hours, five or more; what still runs accrues."""
    text = (FOLDER / "policy.yaml").read_text(encoding="utf-8")
    begin, end = text.index("    amount: {share: 25%, of"), text.index("    account: credits\n    clauses: [T-2]")
    steps = "[{is: 5.00}, {above: 3h, is: 10.00}, {at-least: 5h, is: 20.00}]"
    stepped = examine(f"{text[:begin]}    by: overrun\n    steps: {steps}\n{text[end:]}".encode(), "policy.yaml").policy
    assert stepped is not None
    records = [each for each in late_answers(1) if each["event"] != "resolve"]
    records[-1]["at"] = f"2026-03-02T{replied or '16:30:00'}+01:00"
    records = records if replied else records[:-1]
    row = next(iter(replay(stepped, records, contracts, AFTER)["tickets"][0]["remedies"]))

    assert (cents, "booked" if replied else "accruing") == (row["amount"], row["status"])
