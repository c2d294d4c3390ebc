"""Contracts in JSON Lines: a customer on each line.

::

    {"customer": "acme", "contracts": [{"kind": "flex", "from": "2024-01-01"}], "grants": []}
    {"releases": [{"version": "5.2", "date": "2024-03-28"}]}

A line of releases has no customer. What a place in a line is gets worked out when there is something to say about it.

Source: DESIGN section 6, "Contracts"; RFC 8259.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NoReturn

from upheld.core.finding import Place
from upheld.core.nearest import quoted
from upheld.core.policy.provenance import Path as Keys
from upheld.document import catalogue
from upheld.document.characters import holds_refused, normal_text
from upheld.document.problems import Problems
from upheld.loader.contracts.part import Part

LONGEST_NUMBER: Final = 19
"""Characters of a whole number: what 64 bits hold, and its sign."""

_LINE: Final = re.compile(r"[^\n]+")
_SPACE: Final = re.compile(r"[ \t\r]*")
_ONE_A_LINE: Final = 'write one customer a line: `{"customer": "acme", "contracts": [{"kind": …}]}`'


class _Refused(ValueError):
    """JSON that no contracts file means.

    Attributes:
        code: Of the finding.
        hint: What to do.
    """

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


def parts_of_lines(problems: Problems) -> Iterator[Part]:
    """The customers and releases of a file, line by line; what is no JSON is among the problems."""
    text = problems.source.text
    for found in _LINE.finditer(text):
        start, line = found.start(), found[0]
        if not line.isspace():
            read = _read(problems, start, line)
            if isinstance(read, dict):
                yield from _part(problems, start, line, read)


def _read(problems: Problems, start: int, line: str) -> object:
    try:
        value = _DECODER.decode(line)
        if not line.isascii() or "\\" in line:
            value = _normal(problems, start, value)
    except _Refused as error:
        problems.add(error.code, start, str(error), error.hint)
    except json.JSONDecodeError as error:
        problems.add(catalogue.SYNTAX, start + error.pos, "this line is no JSON from here on", _ONE_A_LINE)
    except RecursionError:
        problems.add(catalogue.TOO_DEEP, start, "this line is nested too deeply", "is a bracket missing?")
    else:
        if not isinstance(value, dict):
            problems.add(catalogue.WRONG_ROOT, start, "this line is no customer", _ONE_A_LINE)
        return value
    return None


def _part(problems: Problems, start: int, line: str, read: Mapping[str, object]) -> Iterator[Part]:
    spec = dict(read)
    if "customer" not in spec and not spec.keys() <= {"releases", "upheld"}:
        problems.add("UP102", start, "`customer` is missing", _ONE_A_LINE)
        return
    version = spec.pop("upheld", 1)
    root: dict[str, object] = {"upheld": version}
    if "customer" in spec:
        name = spec.pop("customer")
        if not isinstance(name, str):
            at = start + _offset(line, ("customer",), key=False)
            problems.add("UP103", at, f"{quoted(name)} is no customer's name", "write it as a text, in quotes")
            return
        root["customers"] = {name: spec}
    else:
        root |= spec

    def place(path: Keys, *, key: bool = False) -> Place:
        inner, at_key = path, key
        if path[:1] == ("customers",):
            inner, at_key = (path[2:], key) if len(path) > 2 else (("customer",), False)
        return problems.source.place(start + _offset(line, inner, key=at_key))

    yield Part(root, place)


def _normal(problems: Problems, start: int, value: object) -> object:
    """The value with all texts in Unicode's composed form, as those of other documents."""
    if isinstance(value, str):
        if holds_refused(value):
            message = "a text in this line holds a character that cannot be read"
            raise _Refused(catalogue.REFUSED_CHARACTER, message, "remove its escape; others are written as themselves")
        return normal_text(problems, value, start)
    if isinstance(value, list):
        return [_normal(problems, start, each) for each in value]
    if isinstance(value, dict):
        pairs = [(str(_normal(problems, start, key)), _normal(problems, start, each)) for key, each in value.items()]
        return _object(pairs)
    return value


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]  # adds
        raise _Refused(catalogue.DUPLICATE_KEY, f"key {quoted(twice)} is given twice in this line", "keep one of them")
    return found


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise _Refused(
            catalogue.INTEGER_TOO_LARGE, f"{quoted(text)} is too large for a whole number", "write it in quotes"
        )
    return int(text)


def _no_number(text: str) -> NoReturn:
    hint = "write amounts in their smallest unit, or the value in quotes"
    raise _Refused("UP103", f"{quoted(text)} is no whole number", hint)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_no_number, parse_constant=_no_number
)
_PLAIN: Final = json.JSONDecoder()


def _offset(line: str, path: Keys, *, key: bool) -> int:
    """Where a path leads in a line of JSON; where it ends too soon, the deepest value along it."""
    at = key_at = _skipped(line, 0)
    for step in path:
        found = _member(line, at, step)
        if found is None:
            return at
        key_at, at = found
    return key_at if key else at


def _member(line: str, at: int, step: str | int) -> tuple[int, int] | None:
    """Where the key and the value of a member begin, of what begins at ``at``."""
    closing = {"{": "}", "[": "]"}.get(line[at])
    if closing is None:
        return None
    at, number = _skipped(line, at + 1), 0
    while line[at] != closing:
        key_at, name = at, number
        if closing == "}":
            name, at = _PLAIN.raw_decode(line, at)
            at = _skipped(line, _skipped(line, at) + 1)
        if name == step:
            return key_at, at
        _, at = _PLAIN.raw_decode(line, at)
        at, number = _skipped(line, at), number + 1
        if line[at] == ",":
            at = _skipped(line, at + 1)
    return None


def _skipped(line: str, at: int) -> int:
    found = _SPACE.match(line, at)
    return at if found is None else found.end()
