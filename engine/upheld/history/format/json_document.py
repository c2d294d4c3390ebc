r"""Documents: the JSON of an export, object by object, however it was saved.

What an API answers is saved in many ways: a page as it came, pages one after another, a list
of pages or of objects, or one object a line. Which it is shows at the first line. Objects of one line each
are read one at a time, and so are the members of a list and the pages. A page that is too large to be
held is given in parts: each holds some members of its longest list, and whatever stood before that.

    >>> from io import BytesIO
    >>> file = HistoryFile("audits.jsonl", BytesIO(b'{"id": 1}\n{"id": 2\n{"id": 3}\n'))
    >>> for found in objects(file):
    ...     print(found if isinstance(found, Bad) else (found[0], found[1].text("id")))
    ('audits.jsonl:1', '1')
    Bad(place='audits.jsonl:2', problem='it ends before its JSON does: it was cut short')
    ('audits.jsonl:3', '3')

Numbers are texts as they were written. Source: THREATS Y08, Y10, Y13, Y14.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import BinaryIO, Final, NoReturn

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format.api_object import ApiObject
from upheld.history.format.json_envelope import unwrapped
from upheld.history.format.json_fault import fault
from upheld.history.format.json_stream import LARGEST_VALUE, PIECE, JsonStream, TooLarge, too_large
from upheld.history.format.json_text import Figure, JsonText, Unreadable
from upheld.history.importer import Bad

LARGEST_PAGE: Final = 2**24
"""Characters of an object that is held whole; one that is larger comes in parts."""

_SPACE: Final = " \t\r\n"
_LISTS_WITHIN: Final = 2
"""Lists within one another whose members are read one by one: objects, or pages that are lists."""

Found = tuple[str, "dict[str, object]"]


def objects(file: HistoryFile) -> Iterator[tuple[str, ApiObject] | Bad]:
    """The objects of an export in JSON, each with its place, in order; whatever else stands there is bad.

    Raises: HistoryError where what is not one object a line cannot be read.
    """
    for found in members(file):
        yield found if isinstance(found, Bad) else (found[0], ApiObject(found[1]))


def members(file: HistoryFile, text: JsonText | None = None) -> Iterator[Found | Bad]:
    """The same, each as the members that it has; ``text`` says how values are read.

    Raises: HistoryError as objects do.
    """
    reads = _JSON if text is None else text
    stream, number, first = file.utf_8(), 0, b""
    while not first.strip():
        first = stream.readline(LARGEST_PAGE + 1)
        number += 1
        if not first:
            raise HistoryError(file.name, "this file is empty")
        first = first.removeprefix(BOM_UTF8) if number == 1 else first
    if len(first) <= LARGEST_PAGE and _is_line(first, reads):
        yield from _lines(file.name, stream, number, first, reads)
    else:
        yield from _Pages(file, JsonStream(file.name, stream, reads, first, number)).members()


def _is_line(first: bytes, text: JsonText) -> bool:
    """Whether a first line stands for itself, as far as a broken one shows it."""
    stripped = first.strip()
    if stripped.startswith(b"{") and stripped.endswith(b"}"):
        return True
    try:
        text.value(first.decode(), 0)
    except (UnicodeDecodeError, json.JSONDecodeError, Unreadable):
        return False
    except ValueError:  # a value to its end, with half a character in it
        return True
    return True


def _lines(name: str, stream: BinaryIO, number: int, line: bytes, text: JsonText) -> Iterator[Found | Bad]:
    """The objects on each line, or bad; pages that were saved one after another have no line ends between them."""
    while line:
        if len(line) > LARGEST_VALUE:
            raise too_large(f"{name}:{number}")
        place, end = f"{name}:{number}", 0
        try:
            held = line.decode().rstrip(_SPACE)
            while end < len(held):
                value, end = text.value(held, end)
                yield from _each(place, value)
        except ValueError as error:
            yield Bad(place, _problem(error))
        line = stream.readline(LARGEST_VALUE + 1)
        number += 1


def _each(place: str, value: object) -> Iterator[Found | Bad]:
    """A value, or the members of a list, out of what a tool put around them."""
    if isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _each(f"{place}, {_called(each)} {number}", each)
    elif isinstance(value, dict):
        held = unwrapped(value)
        if held is not None:
            yield place, held
    else:
        yield Bad(place, "this is no object")


def _called(value: object) -> str:
    return "list" if isinstance(value, list) else "object"


class _Pages:
    """Pages and lists over many lines; what is wrong with them ends the reading."""

    def __init__(self, file: HistoryFile, stream: JsonStream) -> None:
        self._file = file
        self._stream = stream

    def members(self) -> Iterator[Found | Bad]:
        while self._stream.char:
            yield from self._members(f"{self._file.name}:{self._stream.line}", _LISTS_WITHIN)

    def _members(self, place: str, within: int) -> Iterator[Found | Bad]:
        stream = self._stream
        if stream.char == "[" and within:
            for number in stream.members():
                what = "list" if stream.char == "[" else "object"
                yield from self._members(f"{place}, {what} {number}", within - 1)
            return
        try:
            yield from _each(place, stream.value(LARGEST_PAGE))
        except TooLarge:
            if stream.char != "{":
                yield from _each(place, stream.value())
                return
            for number, part in enumerate(self._parts(place), 1):
                yield from _each(f"{place}, part {number}", part)

    def _parts(self, place: str) -> Iterator[dict[str, object]]:
        """A large object, its lists in several parts; each list stands in one of them, and all else in all after it."""
        stream, held, begun = self._stream, dict[str, object](), self._stream.passed
        divided: set[str] = set()
        for name in stream.names():
            for value, goes_on in self._pieces(place):
                held[name] = value
                if goes_on:
                    yield held
                    divided.add(name)
                    begun = stream.passed
                    held = {other: each for other, each in held.items() if not isinstance(each, list)}
            if stream.passed - begun > LARGEST_VALUE:
                raise too_large(place)
            if divided and name not in divided and held[name] and isinstance(held[name], (dict, list)):
                self._file.notices.note_once("members-behind", name, place, member=name)
        yield held

    def _pieces(self, place: str) -> Iterator[tuple[object, bool]]:
        """The value that stands next, in pieces where it is large, and whether more of it comes."""
        stream = self._stream
        if stream.char == "[":
            batch: list[object] = []
            begun = stream.passed
            for _ in stream.members():
                if stream.passed - begun > PIECE:
                    yield batch, True
                    batch, begun = [], stream.passed
                batch.append(stream.value())
            yield batch, False
            return
        try:
            yield stream.value(LARGEST_PAGE), False
        except TooLarge:
            last: dict[str, object] | None = None
            if stream.char != "{":
                yield stream.value(), False
                return
            for part in self._parts(place):
                if last is not None:
                    yield last, True
                last = part
            yield last, False


def _problem(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return fault(error)
    if isinstance(error, UnicodeDecodeError):
        return f"byte 0x{error.object[error.start]:02x} is not UTF-8: save the export as UTF-8"
    return str(error)


def _refuse(constant: str) -> NoReturn:
    raise Unreadable(f"`{constant}` is no value of JSON")


_TWICE: Final = "{} stands twice in one object: which of the two counts, nobody can tell"
_DEEP: Final = "this is nested deeper than any tracker writes"
_JSON: Final = JsonText(integer=str, real=str, constant=_refuse, twice=_TWICE, deep=_DEEP)
LENIENT: Final = JsonText(integer=Figure, real=Figure, constant=lambda _: None, twice=_TWICE, deep=_DEEP)
"""What is not a number is nothing, as the tools that write it mean it; figures are told from texts."""
