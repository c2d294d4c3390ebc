"""Open files: a service that may have few says so, and one that has none left says it once and in a line."""

from __future__ import annotations

import errno
import logging

import pytest

from upheld.cli.open_files import FEW, NONE_LEFT, OWN, OneLine, allowed, warning


def record(message: str, error: BaseException | None = None) -> logging.LogRecord:
    caught = None if error is None else (type(error), error, None)
    return logging.LogRecord("asyncio", logging.ERROR, "", 0, "%s", (message,), caught)


def test_as_many_are_allowed_as_the_system_lets_anybody_have() -> None:
    """Asked twice, it is the same."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(before[0], 200), before[1]))
        found = allowed(), allowed()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert found == (before[1],) * 2


def test_few_are_warned_of() -> None:
    assert f"some {64 - OWN} connections" in warning(64)
    assert "some 1 connections" in warning(8)
    assert ("", "") == (warning(FEW), warning(None))


def test_none_left_is_told_once_a_minute_in_one_line() -> None:
    """However often the loop of events says it."""
    told, quiet = [record("accept() out of it\nsocket: x", OSError(errno.EMFILE, "")) for _ in range(3)], OneLine()

    assert [True, False, False] == [quiet.filter(each) for each in told]
    assert NONE_LEFT == told[0].getMessage()


def test_whatever_else_it_says_is_one_line_without_a_trace() -> None:
    """Its text alone: what was under way may be a secret."""
    told = record("100% of it failed\ntask: <secret>", ValueError("secret"))

    assert OneLine().filter(told)
    assert ("internal: 100% of it failed: ValueError", None) == (told.getMessage(), told.exc_info)
