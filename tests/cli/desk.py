"""A made-up desk with no order of work: opening hours beside round the clock, a time that a change retargets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

POLICY = """\
upheld: 1
policy: desk
version: 1.0.0
extends: base@1.0.0
zone: Etc/UTC
vendor: {name: Desk}
assumptions: {usual: {says: {en: usual practice, fr: usage habituel}}}
calendars: {office: {zone: Etc/UTC, weekly: {mon-fri: ["09:00-17:00"]}, assumes: [usual]}}
severities:
  - {id: major, label: {en: Major, fr: Majeure}, assumes: [usual]}
  - {id: minor, label: {en: Minor, fr: Mineure}, assumes: [usual]}
parameters:
  call-within: {by: severity, values: [{major: 4h, minor: 8h}], assumes: [usual]}
facts: {site: {one-of: [plant, office], label: {en: Site, fr: Site}}}
events:
  submit:
    override: true
    by: customer
    label: {en: Submit, fr: Déposer}
    data: {severity: {required: true}, site: {one-of: [plant, office]}}
    sets: {severity: event.severity, site: event.site}
  set-severity:
    override: true
    by: agent
    label: {en: Change the severity, fr: Changer la gravité}
    data: {severity: {required: true}}
    sets: {severity: event.severity}
rules:
  - {id: hours, on: submit, when: {event.site: office},
     require: {opening: {office: open}}, otherwise: refuse,
     message: {en: the office is closed, fr: le bureau est fermé}, assumes: [usual]}
commitments:
  - {id: solve, label: {en: Solution, fr: Solution}, start: {on: submit}, stop: {enters: [resolved]},
     pause: {in: [waiting-for-customer]}, calendar: office, within: 10h, on-reopen: ignore, on-change: keep,
     assumes: [usual]}
  - {id: call, label: {en: Call, fr: Appel}, start: {on: submit}, stop: {on: reply},
     pause: {in: [waiting-for-customer]}, calendar: always, within: {parameter: call-within},
     on-change: retarget, assumes: [usual]}
  - {id: visit, label: {en: Visit, fr: Visite}, when: {site: plant}, start: {on: start-fix}, stop: {enters: [resolved]},
     calendar: office, within: 8h, cycles: many, on-reopen: ignore, on-change: keep, assumes: [usual]}
"""


def desk(folder: Path, *records: tuple[str, str, str, dict[str, Any]]) -> list[str]:
    """What happened there on Monday 2 March 2026, and the arguments that name both files."""
    policy, history = folder / "policy.yaml", folder / "history.jsonl"
    policy.write_text(POLICY, encoding="utf-8")
    lines = [
        {
            "ticket": ticket,
            "at": f"2026-03-02T{at}Z",
            "event": event,
            "actor": "customer" if event == "submit" else "agent",
            "data": data,
        }
        for ticket, at, event, data in records
    ]
    history.write_text("".join(f"{json.dumps(each)}\n" for each in lines), encoding="utf-8")
    return [str(history), "--policy", str(policy)]
