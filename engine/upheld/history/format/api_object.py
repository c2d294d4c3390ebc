"""Objects: what the API of a tracker gave, asked for by name and never trusted.

A tracker says in its documentation what its objects hold; a file that somebody edited, cut
or made up holds anything. So each question names what it expects, and what is not so is
told once, where it was asked. Numbers are text as they were written: an id is no number to
count with, and hours are no float.

    >>> issue = ApiObject({"id": "7311", "status": {"id": "3", "name": "Resolved"}, "private": True})
    >>> issue.needed("id"), issue.child("status").text("name"), issue.text("private"), issue.text("parent")
    ('7311', 'Resolved', 'true', '')
    >>> issue.children("journals", "journals")
    []
    >>> issue.child("id")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    upheld.history.format.api_object.Misshapen: `id` is no object: export it again with ...
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from upheld.core.nearest import quoted
from upheld.core.record.event import read_instant

_HALF: Final = re.compile("[\ud800-\udfff]")
_AGAIN: Final = "export it again with the call that the documentation names"


class Misshapen(Exception):
    """Something is not as the tracker's API gives it; the text says what, and names no place."""


class ApiObject:
    """One object of a document in JSON."""

    __slots__ = ("_held",)

    def __init__(self, held: Mapping[str, object]) -> None:
        self._held = held

    def __contains__(self, name: str) -> bool:
        return name in self._held

    def __iter__(self) -> Iterator[str]:
        """The names of what it holds. Raises: Misshapen."""
        return (text_of(name, "a name") for name in self._held)

    def value(self, name: str) -> object:
        """Whatever it holds there; ``None`` for nothing."""
        return self._held.get(name)

    def text(self, name: str) -> str:
        """The scalar, list or nothing that it holds there, as the text of a cell.

        Raises: Misshapen.
        """
        return text_of(self._held.get(name), name)

    def needed(self, name: str) -> str:
        """The scalar that it must hold there. Raises: Misshapen."""
        text = self.text(name)
        if not text:
            raise Misshapen(f"`{name}` is missing: {_AGAIN}")
        return text

    def count(self, name: str) -> int | None:
        """The number of things that it holds there; ``None`` for nothing. Raises: Misshapen."""
        text = self.text(name)
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise Misshapen(f"`{name}` is {quoted(text)}, and no number of things")
        return int(text)

    def at(self, name: str) -> tuple[datetime, str]:
        """The instant that it must hold there, and how it was written. Raises: Misshapen."""
        written = self.needed(name)
        instant, problem = read_instant(written)
        if problem:
            raise Misshapen(f"`{name}`: {problem}")
        return instant, written

    def child(self, name: str) -> ApiObject:
        """The object that it holds there; an empty one for nothing. Raises: Misshapen."""
        held = self._held.get(name)
        if held is None:
            return NOTHING
        if not isinstance(held, dict):
            raise Misshapen(f"`{name}` is no object: {_AGAIN}")
        return ApiObject(held)

    def children(self, name: str, called: str) -> list[ApiObject]:
        """The list of objects that it holds there; an empty one for nothing. Raises: Misshapen."""
        held = self._held.get(name)
        if held is None:
            return []
        if not isinstance(held, list) or not all(isinstance(each, dict) for each in held):
            raise Misshapen(f"`{called}` is no list of objects: {_AGAIN}")
        return [ApiObject(each) for each in held]


NOTHING: Final = ApiObject({})


def text_of(value: object, name: str) -> str:
    """A value as the text of a cell; a list of several as a list in JSON, as a field that holds many wants it.

    Raises: Misshapen for an object, and for text that is none.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        members = [text_of(each, name) for each in value]
        return json.dumps(members, ensure_ascii=False) if len(members) > 1 else "".join(members)
    if not isinstance(value, str):
        raise Misshapen(f"`{name}` is {quoted(value)}, and no text")
    if not value.isascii() and _HALF.search(value):
        raise Misshapen(f"`{name}` holds half of a character: export it again")
    return value
