"""Counts of the whole desk: small ones are of now, large ones of a moment ago, and no page waits for long."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from serve.console.conftest import Visitor
from small_desk import submit

from upheld import Desk, DeskError
from upheld.serve.console.kept import Verdicts


class LargeDesk:
    """A desk whose verdicts take long: they come once they are let go, as long as it is there."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self.let, self.is_gone = desk, Event(), False

    def verdicts(self, **named: Any) -> Any:
        assert self.let.wait(30)
        if self.is_gone:
            raise DeskError("its database is gone")
        return self._desk.verdicts(**named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)


@pytest.fixture
def large(agent: Visitor) -> LargeDesk:
    """One in the place of the agent's."""
    made = agent.service.app.state.desk = LargeDesk(agent.service.desk)
    return made


def counting(agent: Visitor, wait_s: float = 30, first_s: float = 30) -> None:
    """The agent's console, which remembers no count, waits for so long."""
    state = agent.service.app.state
    state.console = replace(state.console, verdicts=Verdicts(wait_s, first_s))


def test_a_first_count_that_takes_long_is_told(agent: Visitor, large: LargeDesk) -> None:
    """Nobody waits for it, and whoever comes later has it."""
    counting(agent, first_s=0)
    answer = agent.ask("GET", "/console/promises")
    assert (503, "5") == (answer.status_code, answer.headers["retry-after"])
    assert "are being counted" in answer.text
    large.let.set()
    while (answer := agent.ask("GET", "/console/promises")).status_code == 503:
        pass

    assert "As counted" not in answer.text


def test_of_a_desk_that_takes_long_the_last_count_is_shown(agent: Visitor, large: LargeDesk) -> None:
    """With its instant, on each page, until the next one is there."""
    counting(agent, wait_s=0)
    large.let.set()
    agent.see("/console/promises")
    large.let.clear()
    agent.service.desk.submit(submit("04T11:00", ticket="T-2", customer="acme"))

    for path in ("promises", "customers", "customer?id=acme"):
        assert "As counted at" in agent.see(f"/console/{path}").text
    large.let.set()
    while "As counted" in (fresh := agent.see("/console/promises")).text:
        pass
    assert "2" == fresh.all("dd", **{"class": "value"})[0].text


def test_a_count_that_fails_is_told_and_the_next_one_begins_anew(agent: Visitor, large: LargeDesk) -> None:
    """Nobody waits for it for ever."""
    counting(agent)
    large.let.set()
    large.is_gone = True
    assert 503 == agent.ask("GET", "/console/promises").status_code
    large.is_gone = False

    assert "As counted" not in agent.see("/console/promises").text
