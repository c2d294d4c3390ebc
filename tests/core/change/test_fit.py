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

from upheld.core.change.binomial import order_interval
from upheld.core.change.fit import SHARES, Fit, Group
from upheld.core.time.duration import Duration
from upheld.loader.contracts import load_contracts
from upheld.loading import load_policy
from upheld.replaying import replay

VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")
RUNS = 1000
MEAN_S = 6 * 3600

Row = dict[str, Any]


def group(stopped_s: list[int], open_s: list[int] = [], target: str = "4h") -> Group:  # noqa: B006  # never changed
    return Group("answer", "high", "", target, "office", Fraction(3600), sorted(stopped_s), sorted(open_s))


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """1,000 histories of 400 tickets with a known spread: as often as the binomial sum says, which is at least 95 %."""
    share, number, random = Fraction(95, 100), 400, Random(19)
    truth_s = -MEAN_S * log(1 - float(share))
    held = 0
    for _ in range(RUNS):
        times = group([round(random.expovariate(1 / MEAN_S)) for _ in range(number)])
        between = times.interval(share)
        assert between.from_s is not None
        assert between.to_s is not None
        held += between.from_s <= truth_s <= between.to_s

    assert 940 <= held <= 980
    assert order_interval(number, share) == (371, 389)


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
