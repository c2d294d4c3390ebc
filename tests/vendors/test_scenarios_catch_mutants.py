"""Mutants: whatever is changed in a vendor's policy, one of its scenarios fails.

What no scenario notices stands in ``uncaught.yaml`` with the reason. Without ``--full``
some of the mutants are tried, spread evenly and the same on every run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
import yaml
from vendors.mutation import Mutant
from vendors.trials import VENDORS, every, trials

STEP = 8
"""Every how many mutants one is tried without ``--full``."""
SHARE = Fraction(95, 100)
"""How much has to be caught at each vendor."""


@cache
def listed(vendor: str) -> list[str]:
    """The mutants that are known not to be caught."""
    text = Path(__file__).with_name("uncaught.yaml").read_text(encoding="utf-8")
    return [str(name) for each in yaml.safe_load(text)[vendor] for name in each["mutants"] if each["because"]]


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_scenario_fails_for_the_policy_as_it_is(vendor: str) -> None:
    """Otherwise it would fail for every mutant."""
    assert "" == trials(vendor).catcher(Mutant("nothing changed", vendor, ("policy",), {}))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_scenario_fails_for_every_mutant_but_those_listed(
    vendor: str, request: pytest.FixtureRequest, record_property: Callable[[str, str], None]
) -> None:
    """And for none of those listed, so that a reason that no longer holds is noticed."""
    step = 1 if request.config.getoption("--full") else STEP
    tried = every(vendor)[::step]
    missed = [mutant for mutant in tried if not trials(vendor).catcher(mutant)]
    if step == 1:
        kinds, lost = Counter(each.kind for each in tried), Counter(each.kind for each in missed)
        told = ", ".join(f"{kind} {number - lost[kind]}/{number}" for kind, number in kinds.items())
        record_property("told", f"{vendor}: {len(tried) - len(missed)} of {len(tried)} mutants caught: {told}")

    assert sorted(set(map(str, tried)) & set(listed(vendor))) == sorted(map(str, missed))


@pytest.mark.parametrize("vendor", VENDORS)
def test_nearly_every_mutant_is_caught(vendor: str) -> None:
    """By the list, which the test above holds to the truth."""
    names = list(map(str, every(vendor)))

    assert len(listed(vendor)) <= (1 - SHARE) * len(names), f"{len(listed(vendor))} of {len(names)}"


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_listed_is_a_mutant(vendor: str) -> None:
    """Once: a reason for something that is no longer there would hide the next blind spot."""
    names = list(map(str, every(vendor)))

    assert [] == [name for name in listed(vendor) if name not in names]
    assert len(listed(vendor)) == len(set(listed(vendor)))
