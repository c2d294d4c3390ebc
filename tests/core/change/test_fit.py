"""Fits against what is known: made-up times whose spread is known, slow counts, and the vendors' months."""

from __future__ import annotations

import json
from fractions import Fraction
from math import log
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.core.change.fit import SHARES, Fit, Group, why_unfitted
from upheld.core.time.duration import Duration
from upheld.loader.contracts import load_contracts
from upheld.loading import load_policy
from upheld.replaying import replay

VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")
RUNS = 4000
MEAN_S = 6 * 3600

Row = dict[str, Any]


def group(stopped_s: list[int], open_s: list[int] = [], target: str = "4h") -> Group:  # noqa: B006  # never changed
    return Group("answer", "high", "", target, "office", Fraction(3600), sorted(stopped_s), sorted(open_s))


@pytest.mark.parametrize(("number", "percent"), [(100, 95), (150, 90), (400, 95)])
def test_intervals_hold_the_truth_as_often_as_they_say(number: int, percent: int) -> None:
    """Within one per cent of what they say themselves, in 4,000 histories with a known spread; and in at least 95."""
    share, random = Fraction(percent, 100), Random(number)
    truth_s, said, held = -MEAN_S * log(1 - float(share)), None, 0
    for _ in range(RUNS):
        times = group([round(random.expovariate(1 / MEAN_S)) for _ in range(number)])
        between, said = times.interval(share), times.coverage(share)
        assert between.from_s is not None
        assert between.to_s is not None
        held += between.from_s <= truth_s <= between.to_s

    assert said is not None
    assert said >= 0.95
    assert abs(held / RUNS - said) <= 0.01


def test_few_tickets_bound_one_side_alone() -> None:
    """And are then surer than they have to be; none bound anything."""
    assert group([60] * 50).coverage(Fraction(95, 100)) == pytest.approx(0.988, abs=0.001)
    assert group([60]).coverage(Fraction(95, 100)) is None
    assert group([60] * 500).coverage(Fraction(1)) is None


@pytest.mark.parametrize(
    ("target", "why"),
    [("5bd", "dates"), ("3mo", "months"), ("next-release", "event"), ("best-effort", "best-effort")],
)
def test_it_is_said_why_a_target_is_not_fitted(target: str, why: str) -> None:
    """Where no amount of opening time stands for it."""
    assert why == why_unfitted(target)


@given(st.lists(st.integers(0, 50), max_size=30), st.lists(st.integers(0, 50), max_size=10))
def test_times_are_those_of_a_slow_count(stopped_s: list[int], open_s: list[int]) -> None:
    """The least time within which so many were stopped: at best, and at worst."""
    number = len(stopped_s) + len(open_s)
    for share in SHARES:
        hopeful = [
            t for t in sorted((*stopped_s, *open_s)) if sum(x <= t for x in (*stopped_s, *open_s)) >= share * number
        ]
        careful = [t for t in sorted(stopped_s) if sum(x <= t for x in stopped_s) >= share * number]
        found = group(stopped_s, open_s).within(share)

        assert (hopeful[0] if hopeful else None) == found.from_s
        assert (careful[0] if careful else None) == found.to_s


@pytest.mark.parametrize(
    ("target", "time_s", "expected"),
    [
        ("4h", 1, "5min"),
        ("4h", 21 * 60, "30min"),
        ("4h", 46 * 60, "1h"),
        ("4h", 3600, "1h"),
        ("4h", 3601, "1.5h"),
        ("4h", 4 * 3600, "4h"),
        ("4h", 4 * 3600 + 1, "5h"),
        ("30min", 61 * 60, "75min"),
        ("30min", 57 * 3600, "57h"),
        ("2bd", 30600, "1bd"),
        ("2bd", 30601, "1.5bd"),
        ("5bd", 4 * 30600 - 1, "4bd"),
    ],
)
def test_a_target_is_written_as_a_contract_would(target: str, time_s: int, expected: str) -> None:
    """In the contract's unit, in steps that people promise, and never shorter than the time."""
    unit_s = {"h": 3600, "min": 60, "bd": 30600}[target.lstrip("0123456789")]
    times = Group("answer", "high", "", target, "office", Fraction(unit_s), [time_s])
    found = times.tightest(time_s)

    assert expected == str(found)
    assert isinstance(found, Duration)


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_vendors_months(root: Path, vendor: str) -> None:
    """Every clock of a promise counts once: in a group, or among those whose target is no amount of time."""
    folder = root / "examples" / vendor
    records = [json.loads(line) for line in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    policy = load_policy(vendor)
    replayed: Row = dict(replay(policy, records, load_contracts(folder / "contracts.yaml", policy)))
    fit = Fit(policy)
    fit.add_all(replayed["tickets"])
    promised = {each.id for each in policy.commitments if each.promised}
    clocks = [clock for ticket in replayed["tickets"] for clock in ticket["commitments"] if clock["id"] in promised]

    counted = sum(each.number + each.excused for each in fit.groups()) + sum(fit.unfitted.values())
    assert len(clocks) == counted
    assert sum(clock["status"] == "upheld" for clock in clocks if clock["target_s"] is not None) >= sum(
        each.kept for each in fit.groups()
    )
    json.dumps([each.figures(Fraction(95, 100)) for each in fit.groups()])
