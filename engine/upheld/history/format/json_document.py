r"""Documents: the JSON of an export, line by line or whole.

What an API answers is saved in many ways: a page as it came, pages one after another, a list
of pages, or one object a line. Which it is shows at the first line. Objects of one line each
are read one at a time; anything else is held whole, so it has a limit.

    >>> from io import BytesIO
    >>> file = HistoryFile("audits.jsonl", BytesIO(b'{"id": 1}\n{"id": 2\n{"id": 3}\n'))
    >>> for document in documents(file):
    ...     print(document)
    Document(place='audits.jsonl:1', value={'id': '1'})
    Bad(place='audits.jsonl:2', problem='it ends before its JSON does: it was cut short')
    Document(place='audits.jsonl:3', value={'id': '3'})

Numbers are texts as they were written. Source: THREATS Y08, Y10, Y13, Y14.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

from upheld.core.errors import HistoryError
from upheld.history.file import HistoryFile
from upheld.history.format.api_object import ApiObject
from upheld.history.format.json_fault import fault, fault_at
from upheld.history.format.json_text import JsonText, Unreadable, end_of_blanks
from upheld.history.importer import Bad

LARGEST_DOCUMENT: Final = 2**27
"""Bytes of a document that is held whole: 128 MiB; its objects take some eight times that."""

_SPACE: Final = " \t\r\n"
_LF: Final = "\n"


@dataclass(frozen=True, slots=True)
class Document:
    """One value of JSON, with nothing said yet about what it means.

    Attributes:
        place: ``file:line``, where it begins.
        value: Objects, lists, texts (numbers too), booleans and nothing.
    """

    place: str
    value: object


def documents(file: HistoryFile) -> Iterator[Document | Bad]:
    """The documents of an export in JSON, in order; a line that is none is bad, and the next one is read.

    Raises: HistoryError where a document that is held whole cannot be read.
    """
    stream = file.stream()
    first, number = b"", 0
    while not first.strip():
        first = stream.readline(LARGEST_DOCUMENT + 1)
        number += 1
        if not first:
            raise HistoryError(file.name, "this file is empty")
        if number == 1 and first.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            raise HistoryError(file.name, "this is UTF-16: save the export as UTF-8")
        first = first.removeprefix(BOM_UTF8) if number == 1 else first
    if len(first) > LARGEST_DOCUMENT:
        raise _too_large(file.name)
    if _is_line(first):
        yield from _read_line(file.name, number, first)
        while line := stream.readline(LARGEST_DOCUMENT + 1):
            number += 1
            if len(line) > LARGEST_DOCUMENT:
                raise _too_large(f"{file.name}:{number}")
            if line.strip():
                yield from _read_line(file.name, number, line)
        return
    rest = stream.read(LARGEST_DOCUMENT + 1 - len(first))
    if len(first) + len(rest) > LARGEST_DOCUMENT:
        raise _too_large(file.name)
    yield from _read_whole(file.name, number, first + rest)


def objects(file: HistoryFile) -> Iterator[tuple[str, ApiObject] | Bad]:
    """The objects that stand on their own or in a list, each with its place; whatever else stands there is bad.

    Raises: HistoryError as documents do.
    """
    for document in documents(file):
        if isinstance(document, Bad):
            yield document
            continue
        listed = document.value if isinstance(document.value, list) else [document.value]
        for number, value in enumerate(listed, 1):
            place = f"{document.place}, object {number}" if listed is document.value else document.place
            yield (place, ApiObject(value)) if isinstance(value, dict) else Bad(place, "this is no object")


def _too_large(place: str) -> HistoryError:
    return HistoryError(
        place, f"this is more than {LARGEST_DOCUMENT // 2**20} MiB in one document: write one object a line"
    )


def _is_line(first: bytes) -> bool:
    """Whether a first line stands for itself, as far as a broken one shows it."""
    stripped = first.strip()
    if stripped.startswith(b"{") and stripped.endswith(b"}"):
        return True
    try:
        _JSON.value(first.decode(), 0)
    except (UnicodeDecodeError, json.JSONDecodeError, Unreadable):
        return False
    except ValueError:  # a value to its end, with half a character in it
        return True
    return True


def _read_line(name: str, number: int, line: bytes) -> Iterator[Document | Bad]:
    """The document on a line, or several: pages that were saved one after another have no line ends between them."""
    place = f"{name}:{number}"
    try:
        text = line.decode().rstrip(_SPACE)
        end = 0
        while end < len(text):
            value, end = _JSON.value(text, end)
            yield Document(place, value)
    except ValueError as error:
        yield Bad(place, _problem(error))


def _read_whole(name: str, number: int, content: bytes) -> Iterator[Document]:
    try:
        text = content.decode().rstrip(_SPACE)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + number
        raise HistoryError(f"{name}:{line}", _problem(error)) from None
    at = seen = 0
    while at < len(text):
        begin = at = end_of_blanks(text, at)
        number, seen = number + text.count(_LF, seen, begin), begin
        try:
            value, at = _JSON.value(text, at)
        except ValueError as error:
            wrong = fault_at(error) if isinstance(error, json.JSONDecodeError) else begin
            raise HistoryError(f"{name}:{number + text.count(_LF, begin, wrong)}", _problem(error)) from None
        yield Document(f"{name}:{number}", value)


def _problem(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return fault(error)
    if isinstance(error, UnicodeDecodeError):
        return f"byte 0x{error.object[error.start]:02x} is not UTF-8: save the export as UTF-8"
    return str(error)


def _refuse(constant: str) -> NoReturn:
    raise Unreadable(f"`{constant}` is no value of JSON")


_JSON: Final = JsonText(
    integer=str,
    real=str,
    constant=_refuse,
    twice="{} stands twice in one object: which of the two counts, nobody can tell",
    deep="this is nested deeper than any tracker writes",
)
