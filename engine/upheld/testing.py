"""Scenarios under pytest: a vendor tests a policy with two lines.

::

    from upheld.testing import scenarios
    test_scenarios = scenarios("policy.yaml")

Each scenario is a test of its own, named by its sentence; one that fails says what
was expected, what came, and at which line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from upheld.scenario.files import load_scenarios

if TYPE_CHECKING:
    from upheld.scenario import Outcome


def outcomes(policy: str | Path) -> tuple[Outcome, ...]:
    """Run the scenarios beside a policy, an installed one or a file.

    Raises: PolicyError, with all findings, when the policy or a scenario has errors; UnknownPolicyError when there
        is no such policy.
    """
    from upheld.scenario import run_scenarios

    _, loaded, documents = load_scenarios(policy)
    return run_scenarios(loaded, documents)


def scenarios(policy: str | Path) -> Callable[..., None]:
    """A pytest test with one case for each scenario beside a policy. Needs pytest."""
    import pytest

    found = outcomes(policy)

    @pytest.mark.parametrize("outcome", found, ids=[each.name for each in found])
    def test_scenario(outcome: Outcome) -> None:
        told = [f"{place}: expected {each.expected}, came {each.actual}" for place, each in outcome.differences]
        assert outcome.passed, "\n".join(told)

    return test_scenario
