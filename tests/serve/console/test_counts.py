"""Counts of the whole desk: small ones are of now, large ones of a moment ago, and no page waits for long."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from serve.conftest import Service
from serve.console.conftest import Visitor
from small_desk import submit

from upheld import DeskError
from upheld.serve.console import kept
from upheld.serve.problems import Problem


@pytest.fixture
def held(service: Service, monkeypatch: pytest.MonkeyPatch) -> Event:
    """A desk whose verdicts come once they are let go."""
    let, verdicts = Event(), service.desk.verdicts

    def slow(**named: Any) -> Any:
        let.wait(10)
        return verdicts(**named)

    monkeypatch.setattr(service.desk, "verdicts", slow)
    monkeypatch.setattr(kept, "WAIT_S", 0.05)
    monkeypatch.setattr(kept, "FIRST_S", 0.05)
    return let


def test_a_first_count_that_takes_long_is_told(agent: Visitor, held: Event) -> None:
    """Whoever comes later has it."""
    answer = agent.ask("GET", "/console/promises")
    assert (503, "5") == (answer.status_code, answer.headers["retry-after"])
    assert "are being counted" in answer.text
    held.set()
    kept.FIRST_S = 10.0  # the fixture puts it back

    assert "As counted" not in agent.ask("GET", "/console/promises").text


def test_of_a_desk_that_takes_long_the_last_count_is_shown(agent: Visitor, held: Event) -> None:
    """With its instant, on each page, until the next one is there."""
    held.set()
    kept.FIRST_S = kept.WAIT_S = 10.0
    agent.see("/console/promises")
    held.clear()
    kept.WAIT_S = 0.05
    agent.service.desk.submit(submit("04T11:00", ticket="T-2", customer="acme"))

    for path in ("promises", "customers", "customer?id=acme"):
        assert "As counted at" in agent.see(f"/console/{path}").text
    held.set()
    kept.WAIT_S = 10.0
    fresh = agent.see("/console/promises")
    assert "As counted" not in fresh.text
    assert "2" == fresh.all("dd", **{"class": "value"})[0].text


def test_a_count_that_fails_is_told_and_the_next_one_begins_anew(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for it for ever."""
    verdicts, of = kept.Verdicts(), service.desk.edition().policy

    def fail(**_: Any) -> Any:
        raise DeskError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(service.desk, "verdicts", fail)
        with pytest.raises(DeskError):
            verdicts.of(service.desk, of, service.clock.at)
    found = verdicts.of(service.desk, of, service.clock.at)

    assert (1, False) == (len(found.entries), found.is_old)
    assert Problem("counting").status == 503
