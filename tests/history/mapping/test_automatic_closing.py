"""Automatic closings: the public logs show two trackers that close by themselves, and both are recognised."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from upheld import load_policy
from upheld.history.file import HistoryFile
from upheld.history.format.xes import rows
from upheld.history.importer import Bad
from upheld.history.mapping.automatic_closing import Delay
from upheld.history.mapping.mapping_file import read_mapping
from upheld.history.mapping.tally import Tally
from upheld.history.mapping.translation import PlacedRecord, records

HELPDESK = """
upheld: 1
mapping: helpdesk
audit: true
duplicates: drop
columns: {ticket: trace concept:name, at: time:timestamp}
statuses:
  - {when: {concept:name: Resolve ticket}, state: resolved}
  - {when: {concept:name: Closed}, state: closed}
  - {state: in-fix}
automatic-closing:
  - {when: {concept:name: Closed}, since: {concept:name: Resolve ticket}, local-days: 15, tolerance: 2min,
     zone: Europe/Rome, event: close, role: agent}
"""

VOLVO = """
upheld: 1
mapping: volvo
audit: true
nulls: [UNKNOWN]
columns: {ticket: trace concept:name, at: time:timestamp}
statuses:
  - {when: {concept:name: Completed, lifecycle:transition: Closed}, state: closed}
  - {state: in-fix}
automatic-closing:
  - {when: {lifecycle:transition: Closed, org:resource: Siebel}, since: {lifecycle:transition: Resolved},
     local-days: 7, batch: "01:00", tolerance: 59min, zone: Europe/Stockholm, event: close, role: agent}
  - {when: {lifecycle:transition: Closed, org:resource: Siebel}, since: {lifecycle:transition: Resolved},
     local-days: 0, batch: "01:00", tolerance: 59min, zone: Europe/Stockholm, event: close, role: agent}
""".replace("", "")


def read(text: str, log: Path) -> tuple[list[PlacedRecord], Tally]:
    """The records of a log, none of which is bad."""
    mapping, findings = read_mapping(text.encode(), "log.yaml")
    assert mapping is not None, findings
    tally = Tally()
    with HistoryFile.open(str(log)) as file:
        found = list(records(mapping, rows(file), load_policy("base"), tally))
    taken = [each for each in found if not isinstance(each, Bad)]
    assert len(found) == len(taken)
    return taken, tally


def test_the_help_desk_closes_after_fifteen_days_of_the_calendar(shared: Path) -> None:
    """From October 2012 on 799 of 800 within two minutes: 796 some seconds late, and three resolved anew since."""
    taken, tally = read(HELPDESK, shared / "data" / "helpdesk-it" / "helpdesk.xes.gz")
    late = [record for _, record in taken if str(record["at"]) >= "2012-10"]

    assert (21_348, 127, 21_221) == (tally.rows, tally.duplicates, tally.records)
    assert (799, 1) == (
        sum(record.get("event") == "close" for record in late),
        sum(record.get("state") == "closed" for record in late),
    )


def test_the_incidents_are_closed_at_night(shared: Path) -> None:
    """After seven days, or in the same night, in the hour from one o'clock; 23 of 5,373 by the system lie elsewhere."""
    taken, tally = read(VOLVO, shared / "data" / "bpic2013-incidents" / "BPI_Challenge_2013_incidents.xes.gz")

    assert (65_533, 0, 65_533) == (tally.rows, tally.duplicates, len(taken))
    assert [3_663, 1_687] == [each.fitting for each in tally.recognisers]
    assert 5_373 == tally.recognisers[0].fitting + tally.recognisers[0].others


def test_a_batch_takes_what_is_due_by_then() -> None:
    """What is due at the very minute is closed in this batch; `24:00` is the midnight that ends a day."""
    zone = ZoneInfo("Etc/UTC")
    day, hour = 86_400, 3_600

    assert day + hour == Delay(zone, 1, batch_s=hour).due_s(hour)
    assert 2 * day + hour == Delay(zone, 1, batch_s=hour).due_s(hour + 1)
    assert day == Delay(zone, 0, batch_s=day).due_s(hour)
