"""The desk on both databases: what is submitted is kept, counts once, and is read back as the engine decided it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from small_desk import contracts, desk, event, instant, submit

from upheld import Desk, Event, KeyConflict, NotUpgraded, replay

Opened = Callable[..., Desk]


@pytest.fixture
def small(opened: Opened) -> Desk:
    return opened(desk(), contracts=contracts())


def test_a_record_is_decided_as_by_the_engine(small: Desk) -> None:
    """What `submit` answers is the engine's decision; a refused record is a record too."""
    first = small.submit(submit(customer="acme"))
    second = small.submit(event("04T11:00", "nonsense"))

    assert (True, 1, False) == (first.accepted, first.seq, first.repeated)
    assert ("unknown-event", 2) == (second.code, second.seq)
    assert first.decision.ticket == small.ticket("T-1")
    assert None is small.ticket("T-2")


def test_a_key_counts_once(small: Desk) -> None:
    """The same key with the same content gives the first answer; with another content it is a conflict."""
    first = small.submit(submit(), key="a")
    again = small.submit(submit(), key="a")

    assert (True, first.seq, first.decision) == (again.repeated, again.seq, again.decision)
    assert not small.submit(submit(ticket="T-2"), key="a", source="other").repeated
    with pytest.raises(KeyConflict, match="key `a` came before, with another record"):
        small.submit(submit("04T10:01"), key="a")
    assert ["T-1", "T-2"] == [each.ticket for each in small.events()]


def test_the_content_may_be_the_key(small: Desk) -> None:
    """The same record counts once where the caller asks for that, and twice where he does not."""
    assert [False, True] == [small.submit(submit(), key=Desk.content).repeated for _ in range(2)]
    assert not small.submit(submit()).repeated


def test_a_batch_is_all_or_nothing(small: Desk) -> None:
    """One answer each; a conflict in it leaves nothing of the batch."""
    answers = small.submit_many([(submit(), "a"), (event("04T11:00", "comment"), None), (submit(), "a")])
    assert [1, 2, 1] == [each.seq for each in answers]
    assert [False, False, True] == [each.repeated for each in answers]
    with pytest.raises(KeyConflict):
        small.submit_many([submit(ticket="T-9"), (submit(ticket="T-9"), "a")])
    assert None is small.ticket("T-9")


def test_the_export_replays_to_the_verdicts(small: Desk) -> None:
    """The law of the desk, on one small story."""
    small.submit_many([submit(customer="acme"), submit("04T10:05", ticket="T-2"), event("04T09:00", "comment")])
    small.run_due(instant("30T12:00"))

    assert json.dumps(replay(desk(), small.events(), contracts())) == json.dumps(small.verdicts())


def test_an_empty_database_is_no_desk(url: str) -> None:
    """Where the tables are missing, what to run is told; nothing is made unasked, no file either."""
    with pytest.raises(
        NotUpgraded, match=r"there is no desk in .*: `upheld desk init`, or `Desk\.open\(…, upgrade=True\)`"
    ):
        Desk.open(url)
    assert not Path(url.removeprefix("sqlite:///")).exists()


def test_what_is_given_is_plain(small: Desk) -> None:
    """Data of a host's classes are kept as what a history can hold, and decided as such."""
    odd = Event(
        "T-1", instant("04T10:00"), "submit", "customer", "portal", data={"type": {"question"}, "severity": 1.5}
    )
    assert "invalid-data" == small.submit(odd).code
    assert [{"type": ["question"], "severity": "1.5"}] == [dict(each.data) for each in small.events()]
