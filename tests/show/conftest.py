"""The policy that the pages are tested with: made up, small for what it holds, and ours to keep as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from upheld.core.policy.policy import Policy
from upheld.loading import Examined, examine


@pytest.fixture(scope="session")
def examined(root: Path) -> Examined:
    """A policy with something in every section, on top of the base policy."""
    file = root / "tests" / "documents" / "good" / "harbour" / "policy.yaml"
    found = examine(file.read_bytes(), "harbour/policy.yaml")
    assert () == found.errors
    assert () == found.warnings
    return found


@pytest.fixture(scope="session")
def harbour(examined: Examined) -> Policy:
    assert examined.policy is not None
    return examined.policy


TINY = """
upheld: 1
policy: tiny
version: 1.0.0
zone: Etc/UTC
vendor: {name: Tiny}
"""


@pytest.fixture(scope="session")
def tiny() -> Callable[[str], Policy]:
    """Makes a policy of a few lines; what the checker would say of it is another matter."""

    def make(text: str = "") -> Policy:
        policy = examine(f"{TINY}{text}".encode(), "tiny.yaml").policy
        assert policy is not None
        return policy

    return make
