"""Shapes: JSON Schemas of what the doors take and answer, by name; those of verdicts and records stand in `schemas/`.

The bodies themselves are made elsewhere, by whatever makes them for ``--format json``; a test compares the two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from upheld.schema.resources import read_schema
from upheld.serve.problems import PROBLEMS, TYPES

Schema = Mapping[str, Any]

REF: Final = "#/components/schemas/"
TEXT: Final[Schema] = {"type": "string"}
NULLABLE: Final[Schema] = {"type": ["string", "null"]}
NUMBER: Final[Schema] = {"type": "integer"}
NULLABLE_NUMBER: Final[Schema] = {"type": ["integer", "null"]}
BOOLEAN: Final[Schema] = {"type": "boolean"}
INSTANT: Final[Schema] = {"type": "string", "format": "date-time", "description": "UTC, with `Z`."}
NULLABLE_INSTANT: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
ANYTHING: Final[Schema] = {"type": "object"}


def ref(name: str) -> Schema:
    """A shape by its name."""
    return {"$ref": f"{REF}{name}"}


def many(of: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": of}


def record(says: str, members: Mapping[str, Schema], may: tuple[str, ...] = ()) -> Schema:
    """An object with these members, of which some may be missing, and perhaps more."""
    must = [name for name in members if name not in may]
    return {"type": "object", "description": says, "required": must, "properties": members}


def lists(*names: str) -> dict[str, Schema]:
    """Members that are lists of objects, which the pages on verdicts and stories tell of."""
    return {name: many(ANYTHING) for name in names}


IDS: Final = many(TEXT)
GROUNDS: Final = {"clauses": IDS, "assumptions": IDS}
PLACE: Final = {
    "ticket": TEXT,
    "seq": NUMBER,
    "accepted": BOOLEAN,
    "code": NULLABLE,
    "repeated": BOOLEAN,
    "changes": IDS,
}
DECIDED: Final = {
    "refusal": {"oneOf": [ref("Told"), {"type": "null"}]},
    "flags": many(ref("Told")),
    **lists("moves", "charges", "effects", "why", "why_not"),
}
PROBLEM: Final = {
    "type": {"enum": [f"{TYPES}{code}" for code in PROBLEMS]},
    "title": TEXT,
    "status": NUMBER,
    "detail": TEXT,
    "problems": many(TEXT),
}
LIMIT: Final = {"at": INSTANT, "kind": TEXT, "id": TEXT, "cycle": NULLABLE_NUMBER}

SHAPES: Final[Mapping[str, Schema]] = {
    "Answer": record("What became of a record; `accepted: false` where the policy refuses it.", {**PLACE, **DECIDED}),
    "LineAnswer": {
        "description": "What became of a line: an answer, or a problem.",
        "oneOf": [
            record("An answer.", {"line": NUMBER, **PLACE}),
            record("A problem.", {"line": NUMBER, "problem": ref("Problem")}),
        ],
    },
    "Told": record("A refusal, or a flag.", {"code": TEXT, "rule": NULLABLE, "message": TEXT, **GROUNDS}),
    "Ticket": record(
        "A ticket as it stands.",
        {"ticket": TEXT, "policy": TEXT, "state": TEXT, "core": TEXT, "customer": NULLABLE, "channel": NULLABLE}
        | {"level": NUMBER, "opened_at": INSTANT, "entered_at": INSTANT, "closed_at": NULLABLE_INSTANT}
        | {"last_at": INSTANT, "facts": ANYTHING},
    ),
    "Story": record(
        "Everything that happened to a ticket, and why.",
        {"ticket": TEXT, "policy": ANYTHING, "zone": TEXT, "as_of": NULLABLE_INSTANT, "audit": BOOLEAN}
        | {"customer": NULLABLE, "state": NULLABLE, "core_state": NULLABLE, "facts": ANYTHING}
        | lists("episodes", "clocks", "pending", "not_promised")
        | {"later_records": NUMBER, "clauses": ANYTHING, "assumptions": ANYTHING},
    ),
    "QueuedTicket": record(
        "A ticket that waits, in its place.",
        {"position": NUMBER, "ticket": TEXT, "state": TEXT, "severity": NULLABLE, **GROUNDS, "line": NULLABLE_NUMBER}
        | {"where": NULLABLE, "customer": NULLABLE, "queue": NULLABLE, "level": NUMBER, "order": TEXT}
        | {"received_at": INSTANT, "next": {"oneOf": [ref("verdict.clock"), {"type": "null"}]}},
    ),
    "Due": record(
        "A ticket to which time does something.",
        {"ticket": TEXT, "at": INSTANT, "limits": many(record("A timer, or a promise.", LIMIT))},
    ),
    "Statement": record(
        "An account, line by line.",
        {"customer": TEXT, "account": TEXT, "unit": TEXT, "from": INSTANT, "until": INSTANT, "opening": NUMBER}
        | {"in": NUMBER, "out": NUMBER, "closing": NUMBER, **lists("lines")},
    ),
    "Policy": record(
        "A policy that tickets go by; alone, with its `document`.",
        {"id": TEXT, "version": TEXT, "status": TEXT, "vendor": TEXT, "clauses": NUMBER, "digest": TEXT}
        | {"in_force": BOOLEAN, "document": ANYTHING},
        may=("document",),
    ),
    "Taken": record(
        "What became of an event of a tracker.",
        {"records": many(record("A record of it.", {**PLACE, "event": TEXT})), "ignored": NULLABLE},
    ),
    "JiraEvent": {"type": "object", "description": "As Jira sends it, with `X-Hub-Signature`."},
    "ZendeskEvent": {"type": "object", "description": "As Zendesk sends it, with `X-Zendesk-Webhook-Signature`."},
    "Health": record("That it is well.", {"status": {"const": "ok"}}),
    "Problem": record("What is wrong (RFC 9457).", PROBLEM, may=("detail", "problems")),
}


@cache
def shapes() -> Mapping[str, Schema]:
    """Every shape by its name, with the records that are taken, and the parts of verdicts as ``verdict.<part>``."""
    verdict, history = json.loads(read_schema("verdict")), json.loads(read_schema("history"))
    parts = {f"verdict.{name}": _moved(part) for name, part in verdict.pop("$defs").items()}
    members = {name: held for name, held in history["properties"].items() if name not in ("state", "arrival")}
    members = {name: _line(held) for name, held in members.items()}
    one = {
        "type": "object",
        "additionalProperties": False,
        "required": ["ticket", "at", "event"],
        "properties": members,
    }
    key = {"type": "string", "format": "line", "minLength": 1, "maxLength": 400, "description": "Its key."}
    line = {**one, "properties": {**members, "key": key}}
    return {**SHAPES, "Record": one, "LineRecord": line, "Verdicts": _moved(verdict), **parts}


def _moved(part: Any) -> Any:
    """A part of the schema of verdicts, its references led to where its parts are now."""
    if isinstance(part, list):
        return [*map(_moved, part)]
    if not isinstance(part, dict):
        return part
    return {
        name: held.replace("#/$defs/", f"{REF}verdict.") if name == "$ref" else _moved(held)
        for name, held in part.items()
        if name not in ("$schema", "$id")
    }


def _line(member: dict[str, Any]) -> dict[str, Any]:
    """A member of a record; a text on one line is told by its format."""
    if member.get("$ref") != "#/$defs/line":
        return member
    least = member.get("minLength", 0)
    return {
        "type": "string",
        "format": "line",
        "minLength": least,
        "maxLength": 3_000,
        "description": member["description"],
    }
