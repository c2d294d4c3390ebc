"""OCEL 2.0 in JSON: one object of events, objects and their types.

Source: OCEL 2.0 specification (arXiv:2403.01975), section 6.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final, NoReturn

from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.history.file import HistoryFile
from upheld.history.format.json_fault import fault
from upheld.history.format.json_text import JsonText, Unreadable
from upheld.history.format.ocel.object_log import LogEvent, ObjectLog
from upheld.history.importer import Bad

LARGEST: Final = 2**27
"""Bytes of a log, which is held whole: 128 MiB."""

VERSION_1: Final = (
    "this is an object-centric log of OCEL 1, which does not tell what an object was at an earlier time: "
    "export it as OCEL 2.0, or flatten it to XES or CSV"
)

Data = Mapping[str, object]


def begins(head: bytes) -> bool:
    """Whether JSON that begins so is an object-centric log, of either version."""
    return any(key in head for key in (b'"eventTypes"', b'"objectTypes"', b'"ocel:')) or (
        b'"objectId"' in head and b'"qualifier"' in head and b'"relationships"' in head
    )


def read(file: HistoryFile, log: ObjectLog) -> Iterator[Bad]:
    """Everything in a file, into the log, and what could not be read. Raises: HistoryError."""
    data = file.stream().read(LARGEST + 1)
    if len(data) > LARGEST:
        raise HistoryError(file.name, f"this is more than {LARGEST // 2**20} MiB: export it as SQLite")
    try:
        whole = _JSON.only(data.decode("utf-8-sig").rstrip())
    except UnicodeDecodeError as error:
        told = f"byte 0x{error.object[error.start]:02x} is not UTF-8: save the log as UTF-8"
        raise HistoryError(file.name, told) from None
    except json.JSONDecodeError as error:
        raise HistoryError(f"{file.name}:{error.lineno}", fault(error)) from None
    except ValueError as error:
        raise HistoryError(file.name, str(error)) from None
    root = whole if isinstance(whole, dict) else {}
    if any(key.startswith("ocel:") for key in root):
        raise HistoryError(file.name, VERSION_1)
    if not {"events", "objects"} <= root.keys():
        raise HistoryError(file.name, "this is no whole log of OCEL 2.0: it lacks `events` or `objects`")
    for number, each in enumerate(_list(root["objects"]), 1):
        yield from _object(f"{file.name}: object {number}", each, log)
    for number, each in enumerate(_list(root["events"]), 1):
        yield from _event(f"{file.name}: event {number}", each, log)


def _object(place: str, each: Data, log: ObjectLog) -> Iterator[Bad]:
    missing = next((key for key in ("id", "type") if not isinstance(each.get(key), str)), "")
    if missing:
        yield Bad(place, f"this object has no `{missing}`")
        return
    found = log.add_object(str(each["id"]), str(each["type"]))
    for attribute in _list(each.get("attributes")):
        log.hold(1)
        at = attribute.get("time")
        try:
            found.change(_text(attribute.get("name")), _text(at), _text(attribute.get("value")))
        except ValueError as error:
            yield Bad(place, f"{quoted(_text(at))} is no instant: {error}")


def _event(place: str, each: Data, log: ObjectLog) -> Iterator[Bad]:
    missing = next((key for key in ("id", "type", "time") if not isinstance(each.get(key), str)), "")
    if missing:
        yield Bad(place, f"this event has no `{missing}`")
        return
    values = {_text(one.get("name")): _text(one.get("value")) for one in _list(each.get("attributes"))}
    objects = [(_text(one.get("objectId")), _text(one.get("qualifier"))) for one in _list(each.get("relationships"))]
    log.add_event(LogEvent(place, str(each["id"]), str(each["type"]), str(each["time"]), values, objects))


def _list(value: object) -> list[Data]:
    """The objects of a list; what stands there and is none has nothing to say."""
    return [each if isinstance(each, dict) else {} for each in value] if isinstance(value, list) else []


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _refuse(constant: str) -> NoReturn:
    raise Unreadable(f"`{constant}` is no value of JSON")


_JSON: Final = JsonText(
    integer=str,
    real=str,
    constant=_refuse,
    twice="{} stands twice in one object: which of the two counts, nobody can tell",
    deep="this is nested deeper than any log is",
)
