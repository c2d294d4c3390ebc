r"""Heads: which members the objects at the beginning of an export in JSON have.

A tracker is recognised by what only its objects have, and never by a word that others use, too. The beginning of a
file is no JSON, since it ends anywhere; so it is looked through token by token. Where objects stand in
lists does not matter, nor what stands around them.

    >>> head = HeadMembers(b'{"count": 1, "audits": [{"id": 1, "events": [{"type": "Create", "fie')
    >>> head.some("audits.events"), head.some("id", "events.type"), head.some("count", "id")
    (True, True, False)
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"\s*+(:)?|[\[\]{}]', re.DOTALL)


class HeadMembers:
    """The members of the objects at the beginning of a file."""

    def __init__(self, head: bytes) -> None:
        self._objects: dict[str, set[str]] = {}
        self._finished: set[str] = set()
        within: list[str] = []
        path = name = ""
        for token in _TOKEN.finditer(head.decode("utf-8", "replace")):
            text = token.group()
            if text in ("[", "{"):
                within.append(path)
                path, name = (f"{path}.{name}" if name else path), ""
            elif text in ("]", "}"):
                self._finished.update([path] if text == "}" else ())
                path, name = (within.pop() if within else ""), ""
            elif token.group(2):
                name = token.group(1)
                self._objects.setdefault(path, set()).add(name)

    def some(self, *names: str) -> bool:
        """Whether some object has all these members; a name with dots is that of a member of a member."""
        return any(all(self._has(path, name) for name in names) for path in self._objects)

    def unfinished(self, *names: str) -> bool:
        """Whether the first object that has all these members goes on where the head ends."""
        found = [path for path in self._objects if all(self._has(path, name) for name in names)]
        return bool(found) and found[0] not in self._finished

    def _has(self, path: str, name: str) -> bool:
        before, _, last = name.rpartition(".")
        return last in self._objects.get(f"{path}.{before}" if before else path, ())


@lru_cache(maxsize=8)
def members_of(head: bytes) -> HeadMembers:
    """The members at the beginning of a file, which each format asks for in turn."""
    return HeadMembers(head)
