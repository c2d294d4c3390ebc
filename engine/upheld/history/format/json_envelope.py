"""Envelopes: what stands around the objects of an export, and is none of theirs.

APIs put their answer into an object beside the number of the page, tools that collect answers put a note beside
each. Which list of an object is the answer is told by the names that APIs have for it, or by being the only one; an
object that has an id of its own is no envelope, whatever lists it holds.

    >>> listed({"result": [{"number": "INC1"}]})
    ('result', [{'number': 'INC1'}])
    >>> listed({"data": {"issues": {"nodes": [{"id": "1"}]}}})
    ('data.issues.nodes', [{'id': '1'}])
    >>> listed({"id": "1", "comments": [{"body": "…"}]})
    >>> unwrapped({"type": "RECORD", "record": {"stream": "tickets", "data": {"id": "1"}}})
    {'id': '1', 'stream': 'tickets'}
    >>> unwrapped({"type": "STATE", "state": {}})

Source: ServiceNow, Table API; JSON:API; GraphQL, "Connections"; Perceval, "items"; the Airbyte protocol; the Singer
specification.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from upheld.history.format.json_text import DEEPEST, depth

Members: TypeAlias = "dict[str, object]"

LISTS: Final = frozenset(
    "bugs content conversations data docs edges elements entries hits incidents issues items list nodes objects "
    "payload records requests result results rows tasks ticket_events ticket_metric_events ticket_metrics tickets "
    "value values".split()
)
"""What APIs call the list that was asked for."""

BESIDE: Final = frozenset(
    "brands columns errors fields groups included links messages meta organizations schema users warnings".split()
)
"""What they call lists that stand beside it."""

IDS: Final = frozenset(
    "_id case_id case_number id iid issue_id key number ref reference sys_id ticket ticket_id ticket_number "
    "uuid".split()
)
"""What an object of a list has, and an envelope has not."""

_CALL: Final = "jsonrpc"
"""What has an id that is that of the question."""
_DATE: Final = re.compile("[0-9]{4}[-/][0-9]|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}")
_DEEPEST_LIST: Final = 4
_MESSAGES: Final = frozenset({"RECORD", "STATE", "SCHEMA", "LOG", "TRACE", "CATALOG", "SPEC", "CONNECTION_STATUS"})


def listed(page: Members) -> tuple[str, list[Members]] | None:
    """The list of objects that an envelope is about, with the names that lead to it; ``None`` of what is none."""
    if not IDS.isdisjoint(map(str.lower, page)) and _CALL not in page:
        return None
    found = list(_lists(page, "", _DEEPEST_LIST))
    known = [each for each in found if each[0].rpartition(".")[2] in LISTS]
    if known:
        return min(known, key=lambda each: (each[0].count("."), not each[1]))
    rest = [each for each in found if each[1] and each[0].rpartition(".")[2] not in BESIDE]
    return rest[0] if len(rest) == 1 and not _tells_instants(page) else None


def others(page: Members, name: str) -> list[str]:
    """The names of lists of objects that stand beside the one that an envelope is about."""
    return [other for other, members in _lists(page, "", _DEEPEST_LIST) if other != name and members]


def unwrapped(held: Members) -> Members | None:
    """What a tool that collects answers was given, without what it put around; ``None`` of a message to itself."""
    data = held.get("data")
    if "backend_name" in held and isinstance(data, dict):  # Perceval
        return data
    if "_airbyte_data" in held:
        return _airbyte(held)
    if str(held.get("type")) in _MESSAGES and ({"record", "stream", "state", "value", "log"} & held.keys()):
        record = held.get("record")
        if not isinstance(record, dict):
            return None
        given = record.get("data") if isinstance(record.get("data"), dict) and "stream" in record else record
        name = record.get("stream") if given is not record else held.get("stream")
        assert isinstance(given, dict), "either is one"
        return {**given, **({"stream": name} if isinstance(name, str) and "stream" not in given else {})}
    node = held.get("node")
    if isinstance(node, dict) and held.keys() <= {"node", "cursor"}:  # GraphQL
        return node
    source = held.get("_source")
    if isinstance(source, dict) and "_index" in held:  # Elasticsearch
        return source
    return held


def _airbyte(held: Members) -> Members:
    """The record of a raw table, which is a column of its own, often as text."""
    data = held["_airbyte_data"]
    if isinstance(data, str) and data.startswith("{") and depth(data) <= DEEPEST:
        try:
            data = json.loads(data, parse_int=str, parse_float=str, parse_constant=lambda _: None)
        except ValueError:
            return held
    return data if isinstance(data, dict) else held


def _lists(held: Members, prefix: str, deepest: int) -> Iterator[tuple[str, list[Members]]]:
    for name, value in held.items():
        if isinstance(value, list) and all(isinstance(each, dict) for each in value):
            yield prefix + name, value
        elif isinstance(value, dict) and deepest > 1:
            yield from _lists(value, f"{prefix}{name}.", deepest - 1)


def _tells_instants(page: Members) -> bool:
    """Whether an object tells when something was, as a ticket does, and an envelope has no reason to."""
    return any(isinstance(value, str) and _DATE.match(value) for value in page.values())
