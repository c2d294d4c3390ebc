"""The journal: one record changed, left out or moved, and no link after it is the same."""

from __future__ import annotations

from hashlib import sha256

import pytest
from small_desk import contracts, desk, event, record, submit

from upheld.core.record.event import Event
from upheld.core.record.journal import begun, canonical, continued
from upheld.replaying import replay

HISTORY = [submit(customer="acme"), event("04T11:00", "take"), event("04T11:30", "nonsense"), event("04T12:00", "ask")]


def journal(events: list[Event]) -> str:
    return str(replay(desk(), events, contracts(), journal=True)["tickets"][0]["journal"])


def test_the_chain_is_as_the_design_says() -> None:
    """h0 is the digest of the ticket, and each link that of the one before with the record."""
    link = sha256(b"T-1").digest()
    assert link == begun("T-1")
    for each in HISTORY:
        link = sha256(link + canonical(each, desk_domains()).encode()).digest()

    assert f"sha256:{link.hex()}" == journal(HISTORY)


def desk_domains() -> dict[str, object]:
    from upheld.core.lifecycle.plan import Plan

    return dict(Plan(desk()).domains)


def test_refused_records_belong_to_it() -> None:
    """What was refused has been recorded too."""
    assert journal(HISTORY) != journal([each for each in HISTORY if each.event != "nonsense"])


@pytest.mark.parametrize(
    "changed",
    [
        event("04T11:01", "take"),
        event("04T11:00", "ask"),
        event("04T11:00", "take", "agent:kim"),
        event("04T11:00", "take", channel="phone"),
        event("04T11:00", "take", customer="acme"),
        event("04T11:00", "take", data={"x": 1}),
    ],
)
def test_a_record_cannot_be_changed_unseen(changed: Event) -> None:
    """Not its instant, event, actor, channel, customer or data."""
    assert journal(HISTORY) != journal([HISTORY[0], changed, *HISTORY[2:]])


def test_how_a_record_came_does_not_matter() -> None:
    """JSON and CSV, another offset from UTC, an empty column: the same record, the same link."""
    marked = event("04T11:00", "mark", data={"minutes": 5, "urgent": True, "at": "2024-03-04T10:00Z"})
    as_text = {
        **record(marked),
        "at": "2024-03-04T10:00:00.7Z",
        "channel": "",
        "data": {"urgent": "true", "minutes": "5", "on": None, "at": "2024-03-04T11:00:00+01:00"},
    }
    domains = desk_domains()

    assert canonical(marked, domains) == canonical(Event.from_record(as_text), domains)  # type: ignore[arg-type]
    assert (
        '"at":"2024-03-04T10:00:00Z","data":{"at":"2024-03-04T10:00:00Z","minutes":"5","urgent":"true"}'
        in canonical(marked, domains)
    )


def test_half_a_character_is_a_text_like_any_other() -> None:
    """JSON can write half of a surrogate pair, which UTF-8 cannot; its link still is its own (THREATS Y13)."""
    links = {journal([submit(data={"summary": text})]) for text in ("\ud83d", "\ude00", "\ud83d\ude00", "?")}

    assert 4 == len(links)


def test_there_is_none_unless_asked_for() -> None:
    """It is an option of replay."""
    assert "journal" not in replay(desk(), HISTORY)["tickets"][0]
    assert 32 == len(continued(begun("T-1"), HISTORY[0]))
