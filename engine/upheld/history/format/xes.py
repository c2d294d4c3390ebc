r"""XES: event logs of the IEEE Task Force on Process Mining, a row for each event.

An event's own attributes are columns under their keys; those of its trace go before, as
``trace concept:name``. Values of all types are text. An attribute within another is under
both keys, ``cost/currency``; a list is one cell, as JSON. What the log declares for all
events or traces (``global``) stands in for what one of them lacks, but for what no two of
them have in common: an instant, a name, an id.

The parser is expat, event by event, so that memory does not grow with the file; what many events
have in common, with their trace or with the whole log, is held once. A document type is refused,
and with it every entity: nothing outside the file is ever asked for.

    >>> from io import BytesIO
    >>> event = '<event><int key="cost" value="7"/></event>'
    >>> log = f'<log><trace><string key="concept:name" value="T-1"/>{event}</trace></log>'
    >>> list(rows(HistoryFile("log.xes", BytesIO(log.encode()))))
    [Row(place='log.xes:1', cells=Cells({'cost': '7'}, {'trace concept:name': 'T-1'}))]

Source: IEEE 1849-2016; THREATS F04, F05.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import ChainMap
from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

from upheld.core.errors import HistoryError
from upheld.core.nearest import quoted
from upheld.history.file import HistoryFile
from upheld.history.format.xml_reader import XmlReader, xml_fault
from upheld.history.importer import Bad, Row

TRACE: Final = "trace "
"""What goes before the columns of a trace."""
DEEPEST: Final = 64
MOST_ATTRIBUTES: Final = 1_000
"""Of an event, with those of its trace and those declared for all; real ones have some dozens."""
LONGEST_PATH: Final = 256
"""Characters of the column of an attribute within another, which repeats the keys of those around it."""
LONGEST_VALUE: Final = 1_000_000
"""Bytes of one tag, which holds a key and a value."""

OWN: Final = frozenset({"time:timestamp", "concept:name", "concept:instance", "identity:id"})
"""What an event or a trace has to say itself, besides any date or id: a default would put it into 1970, and tickets
without a name into one."""

_CHUNK: Final = 2**16
_VALUES: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})
_OBJECT_CENTRIC: Final = frozenset({"events", "objects", "event-types", "object-types"})
_DECLARED: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_ROOT: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?log[\s>]")


class Cells(ChainMap[str, str]):
    """The cells of an event: its own, and behind them those that it shares with others."""

    def get(self, key: str, default: Any = None) -> Any:
        """The cell of a column; a mapping asks for some of each row, so this goes without exceptions."""
        for layer in self.maps:
            if key in layer:
                return layer[key]
        return default


def begins(head: bytes) -> bool:
    """Whether a file that begins so is a log in XES."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") and _ROOT.search(head) is not None


def rows(file: HistoryFile) -> Iterator[Row | Bad]:
    """A row for each event, in the order of the file; its place is the line on which it begins.

    Raises: HistoryError for what is no XML or no log, for a document type, and for what is nested or grows too far.
    """
    log = _Log(file.name)
    parser, stream, fed = log.parser, file.stream(), 0
    if file.head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        log.fail("this is UTF-16: save the export as UTF-8")
    while True:
        chunk = stream.read(_CHUNK)
        try:
            parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            yield from log.found
            raise HistoryError(f"{file.name}:{error.lineno}", _problem(error, log, not chunk)) from None
        except HistoryError:
            yield from log.found
            raise
        yield from log.found
        log.found.clear()
        if not chunk:
            if not log.is_any:
                raise HistoryError(file.name, "this log has no `trace` and no `event`: export it again")
            return
        fed += len(chunk)
        if fed - parser.CurrentByteIndex > LONGEST_VALUE:
            log.fail(f"a value is longer than {LONGEST_VALUE} bytes: it belongs in the tracker, not in a log")
        log.bound()


def _problem(error: expat.ExpatError, log: _Log, at_end: bool) -> str:
    """What is wrong with a text that expat cannot read."""
    if at_end and log.depth:
        return "the file ends before its log does: it was cut short; export or copy it again"
    message, told = expat.errors.messages.get(error.code), xml_fault(error, "log")
    if message == expat.errors.XML_ERROR_NO_ELEMENTS:
        return "there is no log in this file"
    if message == expat.errors.XML_ERROR_INVALID_TOKEN:
        return f"this is no XML, or not in UTF-8: {told}; export it again"
    return f"this is no XML: {told}; export it again"


class _Log(XmlReader):
    """A log that is being read: expat tells it what begins and what ends.

    Attributes:
        found: The rows since somebody took them.
        is_any: Whether there was any trace or event.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, "log", "utf-8")
        self.found: list[Row | Bad] = []
        self.is_any = False
        self._cells: dict[str, str] = {}  # of the event, trace or global that is open
        self._direct = 0  # the depth of its own attributes; 0 where none is open
        self._line = 0
        self._problem = ""
        self._key = ""
        self._path = [""] * (DEEPEST + 1)
        self._list_depth = 0
        self._listed: list[str] = []
        self._in_trace = False
        self._of_trace: dict[str, str] | None = None
        self._defaults: dict[str, dict[str, str]] = {"event": {}, "trace": {}}
        self._for_traces: dict[str, str] = {}  # the defaults of traces, as columns
        self._owned: set[str] = set()  # keys of the global that is open
        self.parser.XmlDeclHandler = self._declared

    def bound(self) -> None:
        """End it where an event, a trace or a list has grown beyond all sense."""
        self._bound(max(len(self._cells), len(self._listed)))

    def _bound(self, attributes: int) -> None:
        if attributes > MOST_ATTRIBUTES:
            self.fail(f"there are more than {MOST_ATTRIBUTES} attributes in one place: this is no log of events")

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _DECLARED:
            self.fail(f"this file says that it is in {quoted(encoding)}: save it as UTF-8, and let it say so")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins. Nearly all are plain attributes of an event, so these have a way of their own."""
        self.depth = depth = self.depth + 1
        if depth != self._direct or name not in _VALUES:
            self._begin(name.rpartition(":")[2], attributes, depth)
            return
        try:
            self._key = key = attributes["key"]
            if key in self._cells:
                self._problem = f"attribute {quoted(key)} is there twice"
            self._cells[key] = attributes["value"]
        except KeyError as missing:
            self._problem = f"an attribute has no `{missing.args[0]}`"

    def _start_default(self, name: str, attributes: dict[str, str]) -> None:
        """The same within a `global`."""
        key = attributes.get("key", "")
        if name.rpartition(":")[2] in {"date", "id"} or key in OWN:
            self._owned.add(key)
        self._start(name, attributes)

    def _end(self, name: str) -> None:
        depth, self.depth = self.depth, self.depth - 1
        if depth < self._direct:
            self._close(name.rpartition(":")[2])
        elif depth == self._list_depth:
            self._cells[self._column(depth)] = json.dumps(self._listed, ensure_ascii=False)
            self._list_depth, self._listed = 0, []

    def _begin(self, kind: str, attributes: dict[str, str], depth: int) -> None:
        """Anything else begins."""
        if depth > DEEPEST:
            self.fail(f"elements are nested more than {DEEPEST} deep: this is no log of events")
        if depth == 1 and kind != "log":
            self.fail(f"the outermost element is {quoted(kind)}, and that of a log is `log`")
        if depth == 2 and kind in _OBJECT_CENTRIC:
            self.fail("this log has no `trace`: it seems to be object-centric (OCEL); say so with `--from ocel`")
        if kind == "event" and depth == 2 + self._in_trace:
            self.is_any = True
            self._end_trace_attributes()
            self._gather({}, depth)
        elif kind == "trace" and depth == 2:
            self.is_any = self._in_trace = True
            self._of_trace = None
            self._gather({}, depth)
        elif kind == "global" and depth == 2:
            self.parser.StartElementHandler = self._start_default
            self._gather(self._defaults.get(attributes.get("scope", "event"), {}), depth)
        elif 0 < self._direct <= depth:
            self._nest(kind, attributes, depth)

    def _gather(self, cells: dict[str, str], depth: int) -> None:
        """From here on attributes are those of the element at this depth, which begins or goes on."""
        self._cells, self._direct = cells, depth + 1
        self._line, self._key, self._problem = self.parser.CurrentLineNumber, "", ""

    def _nest(self, kind: str, attributes: dict[str, str], depth: int) -> None:
        """What stands within an attribute, and what is more than one value."""
        key = attributes.get("key", "")
        if depth == self._direct:
            self._key = key
        self._path[self._direct] = self._key
        self._path[depth] = key
        if self._list_depth:
            within = depth - self._list_depth
            if kind in _VALUES and (within == 1 or (within == 2 and not self._path[depth - 1])):
                self._listed.append(attributes.get("value", ""))
        elif kind == "list":
            self._list_depth = depth
        elif kind in _VALUES:
            self._cells[self._column(depth)] = attributes.get("value", "")

    def _column(self, depth: int) -> str:
        """The keys that lead to the attribute at this depth."""
        column = "/".join(filter(None, self._path[self._direct : depth + 1]))
        if depth > self._direct and len(column) > LONGEST_PATH:
            self.fail(f"{quoted(column)} is too long a column: at most {LONGEST_PATH} characters are read")
        return column

    def _close(self, kind: str) -> None:
        """The event, trace or global that was open ends."""
        if kind == "event":
            self._take_event()
        elif kind == "trace":
            self._end_trace_attributes()
            self._in_trace = False
        elif kind == "global":
            self._end_defaults()
        if self._in_trace:
            self._gather({}, 2)
        else:
            self._direct = 0

    def _end_defaults(self) -> None:
        """A `global` ends; what each has to say itself is no default, nor is what stands within it."""
        self.parser.StartElementHandler = self._start
        self._bound(len(self._cells))
        for column in [column for column in self._cells if column.partition("/")[0] in self._owned]:
            del self._cells[column]
        self._owned.clear()
        self._for_traces = {f"{TRACE}{key}": value for key, value in self._defaults["trace"].items()}

    def _take_event(self) -> None:
        place = f"{self._name}:{self._line}"
        if self._problem:
            self.found.append(Bad(place, f"{self._problem}: export the event again"))
            return
        own, defaults = self._cells, self._defaults["event"]
        layers = [own]
        if not defaults.keys() <= own.keys():
            layers.append(defaults)
        if self._in_trace:
            layers += [each for each in (self._of_trace, self._for_traces) if each]
        self._bound(sum(map(len, layers)))
        self.found.append(Row(place, Cells(*layers) if len(layers) > 1 else own))

    def _end_trace_attributes(self) -> None:
        """An event of a trace begins, or the trace ends; what the trace says of itself goes with each of its events."""
        if not self._in_trace:
            return
        place = f"{self._name}:{self._line}"
        if self._problem:
            self.found.append(Bad(place, f"{self._problem}: export the trace again"))
        if self._of_trace is None:
            self._of_trace = {f"{TRACE}{key}": value for key, value in self._cells.items()}
            self._bound(len(self._of_trace))
        elif self._cells:
            told = quoted(next(iter(self._cells)))
            self.found.append(
                Bad(place, f"{told} of the trace stands after an event: a trace's own attributes go first")
            )
