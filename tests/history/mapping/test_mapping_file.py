"""Mapping files: what is wrong with one is told all at once, each at its place, with what to write instead."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from upheld import load_policy
from upheld.core.errors import DocumentError
from upheld.core.finding import Finding
from upheld.core.policy.policy import Policy
from upheld.history.mapping.mapping_file import load_mapping, read_mapping
from upheld.history.mapping.mapping_names import mapping_findings
from upheld.history.mapping.translation import records
from upheld.schema.resources import read_schema

BAD = Path(__file__).resolve().parents[2] / "documents" / "bad" / "mappings"
NAMES = sorted(path.stem for path in BAD.glob("*.yaml"))

EVERYTHING = """
upheld: 1
mapping: everything
title: Every key of the language
format: xes
sheet: Tickets
object-type: Incident
encoding: Windows-1252
head: 4
audit: true
order: by-time
duplicates: drop
zone: {override: Europe/Rome}
dates: [iso, "DD/MM/YYYY HH:mm"]
nulls: ["?", -100, 0]
columns:
  ticket: id
  at: {first-of: [changed, opened], nulls: [never]}
  actor: who
  channel: {column: by, words: {Mail: portal, Fax: null}, unknown: skip}
  customer: {constant: acme, guessed: true}
  data: {severity: {column: prio, words: {1: high}, unknown: as-is}}
snapshots: [status, prio]
roles:
  - {when: {who: [Bot, "*-service"]}, role: system}
  - {role: agent}
statuses:
  - {when: {field: status, to: "Wait*"}, state: waiting, wait: {back: true}}
  - {when: {field: status, to: {not: [Spam, Junk], set: true}}, state: {column: to, words: {New: open}, unknown: as-is}}
  - {when: {field: prio}, event: set-severity, role: agent, channel: portal, data: {severity: to}}
  - {skip: true}
unknown: skip
automatic-closing:
  - {when: {to: Closed}, since: {to: Done}, local-days: 7, batch: "01:00",
     tolerance: 30min, zone: Etc/UTC, state: closed}
  - {when: {to: Closed}, elapsed: 168h, event: close, role: system}
opening: {state: open, at: opened, role: customer, channel: portal, data: {severity: prio}}
"""

ONE_ROW = """
upheld: 1
mapping: one-row-per-ticket
columns: {ticket: [project, id], data: {severity: prio}}
rows-from:
  created_at: submit
  asked_at: {event: request-information, role: agent, wait: {event: answer, role: customer}}
  resolved_at:
    - {when: {resolution: Cancelled}, skip: true}
    - {event: resolve, role: agent, channel: portal, data: {severity: prio}}
"""


@pytest.fixture(scope="module")
def base() -> Policy:
    return load_policy("base")


def findings_of(name: str, policy: Policy) -> list[Finding]:
    mapping, findings = read_mapping((BAD / f"{name}.yaml").read_bytes(), f"{name}.yaml")
    return findings if mapping is None else mapping_findings(mapping, policy)


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_mapping_is_told_in_the_expected_words(name: str, base: Policy, update: bool) -> None:
    """One mistake, one finding, with its code, its place, and what to do."""
    findings = findings_of(name, base)
    said = "".join(f"{each}\nhint: {each.hint}\n" for each in findings)
    expected = BAD / f"{name}.expected"
    if update:
        expected.write_text(said, encoding="utf-8")

    assert expected.read_text(encoding="utf-8") == said
    assert [name[:5]] == [each.code for each in findings]
    assert all(each.hint for each in findings)


def test_every_expected_text_has_its_document() -> None:
    assert NAMES == sorted(path.stem for path in BAD.glob("*.expected"))


def test_every_key_may_be_written() -> None:
    """The language as a whole is read without a finding."""
    mapping, findings = read_mapping(EVERYTHING.encode(), "everything.yaml")

    assert [] == findings
    assert mapping is not None
    assert ["id", "changed", "opened", "who", "by", "prio"] == list(mapping.columns())[:6]
    assert not {"field", "to"} & set(mapping.columns())


def test_one_row_per_ticket_may_be_said() -> None:
    """In each of the ways in which an instant is given its meaning."""
    mapping, findings = read_mapping(ONE_ROW.encode(), "one-row.yaml")

    assert [] == findings
    assert mapping is not None
    assert ["project", "id", "prio", "resolution", "created_at", "asked_at", "resolved_at"] == list(mapping.columns())


def test_the_example_has_every_key() -> None:
    """A property that it lacks would be one that nobody tried."""
    written = EVERYTHING + ONE_ROW
    missing = sorted(key for key in keys(json.loads(read_schema("mapping"))) if f"{key}:" not in written)

    assert ["assume"] == missing


def keys(schema: object) -> set[str]:
    """Every property of a schema and of its parts."""
    if isinstance(schema, list):
        return set().union(*map(keys, schema))
    if not isinstance(schema, dict):
        return set()
    own = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
    return own.union(*map(keys, schema.values()))


def test_all_findings_come_at_once(tmp_path: Path) -> None:
    """In the order of their places, and the file is named as the user wrote it."""
    file = tmp_path / "desk.yaml"
    file.write_text(
        "upheld: 1\nmapping: desk\ncolumns: {ticket: id, at: {words: {a: b}}}\nstatuses: [{}, {skip: true, state: x}]\n"
    )
    with pytest.raises(DocumentError) as told:
        load_mapping(file)

    assert [(3, 27), (4, 12), (4, 16), (4, 29)] == [
        (each.place.line, each.place.column) for each in told.value.findings
    ]
    assert told.value.findings[0].place.file == file.as_posix()


def test_an_event_may_be_by_the_system_where_the_policy_has_such_a_role(base: Policy) -> None:
    """A state may always be, since nobody asks who did it."""
    text = (BAD / "UP810-system-without-a-role.yaml").read_bytes()
    mapping, _ = read_mapping(text, "m.yaml")
    audited, _ = read_mapping(text.replace(b"event: close", b"state: closed") + b"audit: true\n", "m.yaml")
    assert mapping is not None
    assert audited is not None

    assert [] == mapping_findings(mapping, replace(base, roles={**base.roles, "system": base.roles["agent"]}))
    assert [] == mapping_findings(audited, base)


def test_a_mapping_of_another_policy_reads_nothing(base: Policy) -> None:
    """Before the first row, since thousands of refusals would follow."""
    mapping, _ = read_mapping((BAD / "UP201-event.yaml").read_bytes(), "m.yaml")
    assert mapping is not None
    with pytest.raises(DocumentError, match="event `resolved` is not declared"):
        records(mapping, iter(()), base)
