"""A comparison says what two separate replays say, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from upheld.core.change.comparison import Comparison
from upheld.core.policy.policy import Policy
from upheld.loader.contracts import load_contracts
from upheld.loading import load_policy
from upheld.replaying import replay

VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")
SHORTER = {"8h": "1h", "4h": "30min", "2h": "20min", "1h": "10min", "5bd": "1bd", "2bd": "2h", "3bd": "4h", "1bd": "1h"}

Row = dict[str, Any]


def months(root: Path, vendor: str) -> tuple[list[Row], Path]:
    """A vendor's month, and what its customers have signed."""
    folder = root / "examples" / vendor
    lines = (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines], folder / "contracts.yaml"


def shorter(policy: Policy, folder: Path) -> Policy:
    """The same with every time of one word a good deal shorter."""
    text = policy.document
    for length in SHORTER:
        text = text.replace(f'"{length}"', f'"<{length}>"')
    for length, less in SHORTER.items():
        text = text.replace(f'"<{length}>"', f'"{less}"')
    file = folder / "shorter.json"
    file.write_text(text, encoding="utf-8")
    return load_policy(file)


def breached(policy: Policy, replayed: Row) -> set[tuple[str, str, int]]:
    """The promises that a replay calls broken, told apart the slow way."""
    promised = {each.id for each in policy.commitments if each.promised}
    return {
        (ticket["ticket"], clock["id"], clock["cycle"])
        for ticket in replayed["tickets"]
        for clock in ticket["commitments"]
        if clock["status"] == "breached" and clock["id"] in promised and clock["target"] != "best-effort"
    }


def keys(rows: list[Row]) -> list[tuple[str, str, int]]:
    return [(row["ticket"], row["id"], row["cycle"]) for row in rows]


def compared(before: Policy, after: Policy, one: Row, other: Row) -> Row:
    comparison = Comparison(before, after)
    comparison.take_all(one["tickets"], other["tickets"])
    return dict(comparison.result(one["summary"], other["summary"]))


@pytest.mark.parametrize("vendor", VENDORS)
def test_breaches_gained_and_lost_are_those_of_two_replays(root: Path, vendor: str, tmp_path: Path) -> None:
    """Ticket by ticket; and the way back exchanges them."""
    records, contracts_file = months(root, vendor)
    before = load_policy(vendor)
    after = shorter(before, tmp_path)
    replayed = [replay(each, records, load_contracts(contracts_file, each)) for each in (before, after)]
    were, are = (breached(policy, each) for policy, each in zip((before, after), replayed))

    there = compared(before, after, *replayed)
    back = compared(after, before, *replayed[::-1])

    assert sorted(are - were) == sorted(keys(there["gained"]))
    assert sorted(were - are) == sorted(keys(there["lost"]))
    assert (keys(there["gained"]), keys(there["lost"])) == (keys(back["lost"]), keys(back["gained"]))
    for side, each in zip(("before", "after"), replayed):
        shares = [row for row in there["commitments"] if row[side] is not None]
        told = [{"id": row["id"], "severity": row["severity"], **row[side]} for row in shares]
        assert sorted(each["summary"]["commitments"], key=str) == sorted(told, key=str)
        assert sum(charge["amount"] for ticket in each["tickets"] for charge in ticket["charges"]) == sum(
            row[side] for row in there["charges"]["amounts"]
        )


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_policy_beside_itself_differs_in_nothing(root: Path, vendor: str) -> None:
    """No breach, no charge, no refusal, and every difference is none."""
    records, contracts_file = months(root, vendor)
    policy = load_policy(vendor)
    replayed = replay(policy, records, load_contracts(contracts_file, policy))

    told = compared(policy, policy, replayed, replayed)

    assert ([], [], []) == (told["gained"], told["lost"], told["charges"]["tickets"])
    assert 0 == told["incomparable"]["tickets"]
    assert all(row["before"] == row["after"] for row in told["commitments"])


def test_an_event_that_one_policy_does_not_know(root: Path) -> None:
    """Its tickets are counted as no fair comparison, and the event is named."""
    records, contracts_file = months(root, "greenmash")
    before, after = load_policy("greenmash"), load_policy("base")
    replayed = [replay(before, records, load_contracts(contracts_file, before)), replay(after, records)]

    told = compared(before, after, *replayed)

    assert "call-back" in told["incomparable"]["after"]
    assert {} == told["incomparable"]["before"]
    assert 0 < told["incomparable"]["tickets"] <= told["tickets"]
    assert {"not-promised"} == {row["why"] for row in told["lost"]}


def test_tickets_that_one_replay_lacks() -> None:
    """Side by side by their ids, whichever of the two has them."""
    policy = load_policy("base")
    opened = [{"ticket": ticket, "at": "2026-03-02T09:00Z", "event": "submit", "actor": "customer"} for ticket in "ABC"]
    all_three = replay(policy, opened)
    for kept in ([], ["A"], ["B"], ["C"], ["A", "C"]):
        some = replay(policy, [each for each in opened if each["ticket"] in kept])

        assert 3 == compared(policy, policy, some, all_three)["tickets"]
        assert 3 == compared(policy, policy, all_three, some)["tickets"]
