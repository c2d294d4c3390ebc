"""One object-centric log, written in the three ways of OCEL 2.0."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

TYPES = {"Incident": ["priority", "id"], "Customer": ["name"]}
EVENTS = {"open": ["channel"], "Fix it": []}

LOG: dict[str, Any] = {
    "objectTypes": [
        {"name": name, "attributes": [{"name": each, "type": "string"} for each in listed]}
        for name, listed in TYPES.items()
    ],
    "eventTypes": [
        {"name": name, "attributes": [{"name": each, "type": "string"} for each in listed]}
        for name, listed in EVENTS.items()
    ],
    "objects": [
        {
            "id": "i1",
            "type": "Incident",
            "attributes": [
                {"name": "priority", "time": "1970-01-01T00:00:00Z", "value": "low"},
                {"name": "priority", "time": "2026-03-02T09:30:00Z", "value": "high"},
            ],
        },
        {"id": "i2", "type": "Incident", "attributes": [], "relationships": [{"objectId": "c1", "qualifier": "of"}]},
        {
            "id": "c1",
            "type": "Customer",
            "attributes": [{"name": "name", "time": "1970-01-01T00:00:00Z", "value": "acme"}],
        },
        {"id": "c2", "type": "Customer", "attributes": []},
    ],
    "events": [
        {
            "id": "e1",
            "type": "open",
            "time": "2026-03-02T09:00:00Z",
            "attributes": [{"name": "channel", "value": "mail"}],
            "relationships": [{"objectId": "i1", "qualifier": "opened"}, {"objectId": "c1", "qualifier": "by"}],
        },
        {
            "id": "e2",
            "type": "Fix it",
            "time": "2026-03-02T10:00:00Z",
            "attributes": [],
            "relationships": [
                {"objectId": "i1", "qualifier": ""},
                {"objectId": "i2", "qualifier": ""},
                {"objectId": "c1", "qualifier": ""},
                {"objectId": "c2", "qualifier": ""},
            ],
        },
        {
            "id": "e3",
            "type": "open",
            "time": "2026-03-02T11:00:00Z",
            "attributes": [],
            "relationships": [{"objectId": "c2", "qualifier": ""}],
        },
    ],
}

ROWS = [
    {
        "ticket": "i1",
        "object type": "Incident",
        "event id": "e1",
        "event type": "open",
        "time": "2026-03-02T09:00:00Z",
        "qualifier": "opened",
        "channel": "mail",
        "ticket priority": "low",
        "related Customer": "c1",
    },
    {
        "ticket": "i1",
        "object type": "Incident",
        "event id": "e2",
        "event type": "Fix it",
        "time": "2026-03-02T10:00:00Z",
        "qualifier": "",
        "ticket priority": "high",
        "related Customer": '["c1", "c2"]',
    },
    {
        "ticket": "i2",
        "object type": "Incident",
        "event id": "e2",
        "event type": "Fix it",
        "time": "2026-03-02T10:00:00Z",
        "qualifier": "",
        "related Customer": '["c1", "c2"]',
    },
]
"""What it says of incidents."""


def in_json() -> bytes:
    return json.dumps(LOG).encode()


def in_xml() -> bytes:
    def types(what: str, listed: dict[str, list[str]]) -> str:
        each = (
            f'<{what} name="{name}"><attributes>'
            + "".join(f'<attribute name="{one}" type="string"/>' for one in names)
            + f"</attributes></{what}>"
            for name, names in listed.items()
        )
        return f"<{what}s>{''.join(each)}</{what}s>"

    def things(what: str) -> str:
        text = ""
        for each in LOG[f"{what}s"]:
            values = "".join(
                f'<attribute name="{one["name"]}"'
                + (f' time="{one["time"]}"' if "time" in one else "")
                + f">{one['value']}</attribute>"
                for one in each["attributes"]
            )
            related = "".join(
                f'<relationship object-id="{one["objectId"]}" qualifier="{one["qualifier"]}"/>'
                for one in each.get("relationships", [])
            )
            own = "".join(f' {key}="{each[key]}"' for key in ("id", "type", "time") if key in each)
            text += f"<{what}{own}><attributes>{values}</attributes><objects>{related}</objects></{what}>\n"
        return f"<{what}s>{text}</{what}s>"

    parts = types("object-type", TYPES) + types("event-type", EVENTS) + things("object") + things("event")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<log>{parts}</log>'.encode()


def in_sqlite(*more: str) -> bytes:
    """With statements that are run besides."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log.sqlite")
        database = sqlite3.connect(path)
        database.executescript(
            """CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
            CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
            CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
            CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT);
            CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
            CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
            CREATE TABLE object_Incident (ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT, priority TEXT);
            CREATE TABLE object_Customer (ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT, name TEXT);
            CREATE TABLE event_open (ocel_id TEXT, ocel_time TIMESTAMP, channel TEXT);
            CREATE TABLE event_FixIt (ocel_id TEXT, ocel_time TIMESTAMP);
            INSERT INTO event_map_type VALUES ('open', 'open'), ('Fix it', 'FixIt');
            INSERT INTO object_map_type VALUES ('Incident', 'Incident'), ('Customer', 'Customer');"""
        )
        for each in LOG["objects"]:
            database.execute("INSERT INTO object VALUES (?, ?)", (each["id"], each["type"]))
            for number, one in enumerate(each["attributes"]):
                changed = one["name"] if number else None
                row = (each["id"], one["time"], changed, one["value"])
                database.execute(f"INSERT INTO object_{each['type']} VALUES (?, ?, ?, ?)", row)
        for each in LOG["events"]:
            database.execute("INSERT INTO event VALUES (?, ?)", (each["id"], each["type"]))
            for one in each["relationships"]:
                row = (each["id"], one["objectId"], one["qualifier"])
                database.execute("INSERT INTO event_object VALUES (?, ?, ?)", row)
            if each["type"] == "open":
                channel = next((one["value"] for one in each["attributes"]), None)
                database.execute("INSERT INTO event_open VALUES (?, ?, ?)", (each["id"], each["time"], channel))
            else:
                database.execute("INSERT INTO event_FixIt VALUES (?, ?)", (each["id"], each["time"]))
        for statement in more:
            database.execute(statement)
        database.commit()
        database.close()
        return path.read_bytes()
