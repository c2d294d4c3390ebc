"""A history under several versions of a policy: what the slow way gives, each version alone with its own tickets."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from upheld import Contracts, Policy, load_contracts, load_policy, replay
from upheld.core.errors import ArgumentError
from upheld.core.record.event import Event
from upheld.core.versions.term import seams, terms
from upheld.loading import examine
from upheld.replaying import replay_versions

VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")
FIRST = "2023-01-01"


def version(of: str, number: str, days: dict[str, str], change: Callable[[str], str] = str) -> Policy:
    """A version of a vendor's policy with other days, and perhaps otherwise in something."""
    document = json.loads(change(load_policy(of).document))
    document |= {"version": number, "effective": {**document.get("effective", {}), **days}}
    if not days:
        del document["effective"]
    examined = examine(json.dumps(document).encode(), f"{number}.json")
    assert () == examined.errors
    assert examined.policy is not None
    return examined.policy


def history(root: Path, vendor: str) -> tuple[list[Event], Contracts]:
    folder = root / "examples" / vendor
    lines = (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
    return [Event.from_record(json.loads(each)) for each in lines], load_contracts(
        folder / "contracts.yaml", load_policy(vendor)
    )


def opened(events: list[Event]) -> dict[str, date]:
    """On which day each ticket came, in UTC."""
    found: dict[str, date] = {}
    for event in events:
        found.setdefault(event.ticket, event.at.date())
    return found


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_version_tells_what_it_tells_alone(root: Path, vendor: str) -> None:
    """Of its own tickets, with the others beside them on the same accounts; between the two lies a day of neither."""
    events, contracts = history(root, vendor)
    days = opened(events)
    middle = sorted(days.values())[len(days) // 2]
    policies = [
        version(vendor, "1.0.0", {"from": FIRST, "until": str(middle - timedelta(1))}),
        version(vendor, "2.0.0", {"from": str(middle + timedelta(1))}, lambda text: text.replace('"1h"', '"30min"')),
    ]
    told = replay_versions(reversed(policies), events, contracts, journal=True)
    gap = {each["ticket"] for each in told["outside"]}
    seen = [{each["ticket"] for each in one["tickets"]} for one in told["versions"]]
    own = [[event for event in events if event.ticket in tickets] for tickets in seen]

    assert gap
    assert all(seen)
    assert set(days) == gap.union(*seen)
    assert gap <= {ticket for ticket, day in days.items() if abs(day - middle) <= timedelta(1)}
    for place, (policy, found) in enumerate(zip(policies, told["versions"])):
        other = [(policies[1 - place], own[1 - place])]
        alone = replay(policy, own[place], contracts, journal=True, beside=other)
        assert json.dumps(alone) == json.dumps({k: v for k, v in found.items() if k not in ("from", "until")})


def test_without_accounts_each_ticket_is_as_if_alone(root: Path) -> None:
    """The slow reference: the records of one ticket, decided by its version and nothing else."""
    vendor = "greenmash"
    events, contracts = history(root, vendor)
    middle = sorted(opened(events).values())[len(opened(events)) // 2]
    policies = [version(vendor, "1.0.0", {}), version(vendor, "2.0.0", {"from": str(middle)})]
    told = replay_versions(policies, events, contracts)
    as_of = told["versions"][0]["as_of"]

    assert not told["outside"]
    for policy, found in zip(policies, told["versions"]):
        for verdict in found["tickets"]:
            alone = replay(policy, [e for e in events if e.ticket == verdict["ticket"]], contracts, as_of)
            assert [verdict] == alone["tickets"]


def test_one_version_is_a_replay(root: Path) -> None:
    """Nothing is otherwise but the place at which it is told."""
    events, contracts = history(root, "entropics")
    policy = load_policy("entropics")
    (found,) = replay_versions([policy], events, contracts)["versions"]

    assert replay(policy, events, contracts) == {k: v for k, v in found.items() if k not in ("from", "until")}


def submitted(ticket: str, at: str, event: str = "submit") -> dict[str, Any]:
    return {"ticket": ticket, "at": at, "event": event, "actor": "customer"}


def test_a_ticket_is_opened_by_what_can_open_one() -> None:
    """A record that comes before it is refused, and says nothing of the version; midnight is the policy's."""
    policies = [
        version("base", "1.0.0", {"from": FIRST, "until": "2025-12-31"}),
        version("base", "2.0.0", {"from": "2026-01-01"}),
    ]
    records = [
        submitted("early", "2025-12-31T22:59:59Z", "close"),
        submitted("early", "2026-01-01T12:00:00Z"),
        submitted("last", "2025-12-31T23:59:59Z"),
        submitted("first", "2026-01-01T00:00:00Z"),
        submitted("last", "2026-01-02T00:00:00Z", "close"),
        submitted("never", "2025-12-31T08:00:00Z", "close"),
    ]
    told = replay_versions(policies, records)

    assert "Etc/UTC" == policies[0].zone
    assert [["last", "never"], ["early", "first"]] == [
        [each["ticket"] for each in one["tickets"]] for one in told["versions"]
    ]
    assert [2, 2] == [next(each["events"] for each in one["tickets"]) for one in told["versions"]]


@pytest.mark.parametrize("as_of", [None, "2026-01-01T00:00:00Z"])
def test_all_versions_are_looked_at_as_of_one_instant(as_of: str | None) -> None:
    """That of the last accepted record of all, or the one asked for."""
    policies = [
        version("base", "1.0.0", {"from": FIRST, "until": "2025-12-31"}),
        version("base", "2.0.0", {"from": "2026-01-01"}),
    ]
    records = [submitted("a", "2025-06-01T08:00Z"), submitted("b", "2026-06-01T08:00Z")]

    told = replay_versions(policies, records, as_of=as_of)
    assert [as_of or "2026-06-01T08:00:00Z"] * 2 == [each["as_of"] for each in told["versions"]]


def test_days_left_out_and_days_of_both() -> None:
    """A version without a last day ends where the next begins; all else is told as a gap, or an overlap."""

    def found(*days: dict[str, str]) -> list[tuple[str, str, str]]:
        policies = [version("base", f"{place}.0.0", each) for place, each in enumerate(days, 1)]
        return [(each.kind, str(each.since), str(each.until)) for each in seams(policies)]

    assert [] == found({}, {"from": "2026-01-01"})
    assert [] == found({"from": "2026-01-01"}, {"from": FIRST, "until": "2025-12-31"})
    assert [("gap", "2026-02-01", "2026-02-28")] == found(
        {"from": FIRST, "until": "2026-01-31"}, {"from": "2026-03-01"}
    )
    assert [("overlap", "2026-01-31", "2026-01-31")] == found(
        {"from": FIRST, "until": "2026-01-31"}, {"from": "2026-01-31"}
    )
    assert [("overlap", "2026-01-01", "None")] == found({"from": "2026-01-01"}, {"from": "2026-01-01"})
    assert [("overlap", "None", "None")] == found({}, {})
    policies = [version("base", "1.0.0", {}), version("base", "2.0.0", {"from": "2026-01-01"})]
    assert [date(2025, 12, 31), None] == [each.until for each in terms(policies)]
    with pytest.raises(ArgumentError, match=r"`1\.0\.0` and `1\.0\.0` are in force on the same days"):
        replay_versions([policies[0], policies[0]], [])


@pytest.mark.parametrize(
    ("zones", "border"),
    [
        (("Asia/Tokyo", "Europe/Paris"), "2026-06-30T22:00:00Z"),  # Tokyo's day ends seven hours before Paris's begins
        (("Europe/Paris", "Asia/Tokyo"), "2026-06-30T15:00:00Z"),
        (("America/Havana", "America/Havana"), "2026-11-01T04:00:00Z"),  # midnight comes twice: the first one
        (("Asia/Beirut", "Asia/Beirut"), "2026-03-28T22:00:00Z"),  # there is no midnight: clocks skip the hour after it
    ],
)
@pytest.mark.parametrize("says_until", [True, False])
def test_days_that_meet_leave_no_hour(zones: tuple[str, str], border: str, says_until: bool) -> None:
    """The later version begins at its own midnight, and the earlier one holds until then, whatever its zone."""
    since = {"Asia/Beirut": date(2026, 3, 29), "America/Havana": date(2026, 11, 1)}.get(zones[0], date(2026, 7, 1))
    until = {"until": str(since - timedelta(1))} if says_until else {}
    days = [{"from": FIRST, **until}, {"from": str(since)}]
    policies = [
        version("base", f"{place}.0.0", each, partial(in_zone, zone))
        for place, (zone, each) in enumerate(zip(zones, days), 1)
    ]
    border_at = datetime.fromisoformat(border)
    at = {"before": border_at - timedelta(seconds=1), "at": border_at, "after": border_at + timedelta(hours=2)}
    told = replay_versions(policies, [submitted(name, each.isoformat()) for name, each in at.items()])

    assert [] == [*seams(policies)] == told["outside"]
    assert [["before"], ["after", "at"]] == [[each["ticket"] for each in one["tickets"]] for one in told["versions"]]


def in_zone(zone: str, document: str) -> str:
    return json.dumps({**json.loads(document), "zone": zone})
