"""Lifecycles that are made for a test."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from upheld.core.policy.policy import Policy
from upheld.loading import examine


@pytest.fixture
def tiny_lifecycle() -> Callable[..., Policy]:
    """A policy whose every label is the same, with so many states."""

    def made(label: str, states: int = 4) -> Policy:
        names = [f"s{number}" for number in range(states)]
        said = json.dumps(label, ensure_ascii=False)
        lines = [
            "upheld: 1",
            "policy: tiny",
            "version: 1.0.0",
            "zone: Etc/UTC",
            "vendor: {name: Tiny}",
            f"roles: {{agent: {{label: {said}}}}}",
            f"states: {{{', '.join(f'{name}: {{core: open, label: {said}}}' for name in names)}}}",
            f"events: {{ask: {{by: agent, label: {said}}}, go: {{by: agent, label: {said}}}}}",
            "transitions:",
            "  - {id: ask, on: ask, opens: true, to: s0}",
            *(f"  - {{id: go-{one}, on: go, from: {one}, to: {other}}}" for one, other in zip(names, names[1:])),
        ]
        found = examine("\n".join(lines).encode(), "tiny.yaml")
        assert found.policy is not None, found.findings
        return found.policy

    return made
