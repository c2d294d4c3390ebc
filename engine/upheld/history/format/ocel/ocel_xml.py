"""OCEL 2.0 in XML: types, objects and events, one after another.

The parser is expat, element by element; a document type is refused, and with it every entity.

Source: OCEL 2.0 specification (arXiv:2403.01975), section 5; THREATS F04, F05.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.history.file import HistoryFile
from upheld.history.format.ocel.object_log import LogEvent, LogObject, ObjectLog
from upheld.history.format.ocel.ocel_json import VERSION_1
from upheld.history.format.xml_reader import XmlReader, xml_fault
from upheld.history.importer import Bad

DEEPEST: Final = 64
LONGEST: Final = 1_000_000
"""Bytes of a value, or of a tag."""

_CHUNK: Final = 2**16
_ROOT: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?log[\s>]")
_ONLY: Final = (b"<object-types", b"<event-types", b"<objects", b'"ocel:', b"'ocel:", b"object-id")
_SECTIONS: Final = frozenset({"object-types", "event-types", "objects", "events"})


def begins(head: bytes) -> bool:
    """Whether XML that begins so is an object-centric log, of either version."""
    return head.startswith(b"<") and _ROOT.search(head) is not None and any(mark in head for mark in _ONLY)


def read(file: HistoryFile, log: ObjectLog) -> Iterator[Bad]:
    """Everything in a file, into the log, and what could not be read. Raises: HistoryError."""
    reader, stream, fed = _Reader(file.name, log), file.stream(), 0
    while True:
        chunk = stream.read(_CHUNK)
        try:
            reader.parser.Parse(chunk, not chunk)
        except (LookupError, ValueError):  # as Python's codecs have it
            if reader.depth:
                raise
            reader.fail("this file says that it is in an encoding that nobody knows: save it as UTF-8")
        except expat.ExpatError as error:
            cut = "the file ends before its log does: it was cut short; export or copy it again"
            told = cut if not chunk and reader.depth else f"this is no XML: {xml_fault(error, 'log')}; export it again"
            raise HistoryError(f"{file.name}:{error.lineno}", told) from None
        yield from reader.bad
        reader.bad.clear()
        if not chunk:
            return
        fed += len(chunk)
        if fed - reader.parser.CurrentByteIndex > LONGEST:
            reader.fail(f"a value is longer than {LONGEST} bytes: it belongs in the tracker, not in a log")


class _Reader(XmlReader):
    """Reads a log: expat tells it what begins and what ends.

    Attributes:
        bad: What could not be read, since somebody took it.
    """

    def __init__(self, name: str, log: ObjectLog) -> None:
        super().__init__(name, "log")
        self.bad: list[Bad] = []
        self._log = log
        self._section = ""
        self._place = ""
        self._own: dict[str, str] = {}  # the attributes of the event or object that is open
        self._values: list[tuple[str, str, str]] = []
        self._objects: list[tuple[str, str]] = []
        self._value: tuple[str, str] | None = None  # the name and the instant of the value that is open
        self._text: list[str] = []
        self._length = 0
        self.parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth = depth = self.depth + 1
        kind = name.rpartition(":")[2]
        if depth > DEEPEST:
            self.fail(f"elements are nested more than {DEEPEST} deep: this is no log")
        if depth == 1 and kind != "log":
            self.fail(f"the outermost element is {quoted(kind)}, and that of a log is `log`")
        if depth == 2:
            if kind == "global" or kind not in _SECTIONS:
                self.fail(VERSION_1 if kind == "global" else f"{quoted(kind)} is no part of a log of OCEL 2.0")
            self._section = kind
        elif depth == 3 and self._section in ("objects", "events"):
            self._own, self._values, self._objects = attributes, [], []
            self._place = f"{self._name}:{self.parser.CurrentLineNumber}"
        elif depth == 4 and kind in ("string", "date", "list", "int", "float", "boolean", "map"):
            self.fail(VERSION_1)
        elif depth == 5 and kind == "attribute":
            self._value = attributes.get("name", ""), attributes.get("time", "")
            self._text, self._length = [], 0
        elif depth == 5 and "object-id" in attributes:
            self._log.hold(1)
            self._objects.append((attributes["object-id"], attributes.get("qualifier", "")))

    def _characters(self, text: str) -> None:
        if self._value is not None:
            self._length += len(text)
            if self._length > LONGEST:
                self.fail(f"a value is longer than {LONGEST} bytes: it belongs in the tracker, not in a log")
            self._text.append(text)

    def _end(self, name: str) -> None:
        depth, self.depth = self.depth, self.depth - 1
        if depth == 5 and self._value is not None:
            self._log.hold(1)
            self._values.append((*self._value, "".join(self._text)))
            self._value = None
        elif depth == 3 and self._section in ("objects", "events"):
            needed = ("id", "type") if self._section == "objects" else ("id", "type", "time")
            missing = next((key for key in needed if key not in self._own), "")
            if missing:
                self.bad.append(Bad(self._place, f"this {self._section[:-1]} has no `{missing}`"))
            elif self._section == "objects":
                self._change(self._log.add_object(self._own["id"], self._own["type"]))
            else:
                self._add_event()

    def _change(self, found: LogObject) -> None:
        for name, at, value in self._values:
            try:
                found.change(name, at, value)
            except ValueError as error:
                self.bad.append(Bad(self._place, f"{quoted(at)} is no instant: {error}"))

    def _add_event(self) -> None:
        own, values = self._own, {name: value for name, _, value in self._values}
        self._log.add_event(LogEvent(self._place, own["id"], own["type"], own["time"], values, self._objects))
