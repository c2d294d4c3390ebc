"""What the reader's tests share: each is run with both of PyYAML's parsers, where both are there."""

from __future__ import annotations

import pytest
import yaml

PARSERS = [True, False] if yaml.__with_libyaml__ else [False]


@pytest.fixture(params=PARSERS, ids=lambda libyaml: "libyaml" if libyaml else "python")
def libyaml(request: pytest.FixtureRequest) -> bool:
    """Whether the parser in C is used, or the one in Python."""
    return bool(request.param)
