"""Scenarios: short stories with a known end, told to the engine and compared with what came of them."""

from __future__ import annotations

from upheld.scenario.coverage import Coverage, coverage_of
from upheld.scenario.running import Outcome, run_scenarios

__all__ = ["Coverage", "Outcome", "coverage_of", "run_scenarios"]
