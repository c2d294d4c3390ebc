"""Commas: a text in braces that a comma has cut in two.

In braces a comma separates keys, so ``{en: first, and then, fr: …}`` says nothing of a
text "first, and then": it holds a key `and then` that has no value. Whoever wrote it sees a
text, and would not know what a schema complains of.

    >>> from upheld.document import read_document
    >>> [cut] = cut_texts(read_document(b"label: {en: first, and then, fr: puis}", "policy.yaml"))
    >>> cut.at, cut.keys, cut.finding.hint
    (('label',), ('and then',), 'put the text in quotes: `en: "first, and then"`')
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from upheld.core.finding import Finding
from upheld.core.nearest import quoted, said
from upheld.core.policy.provenance import Path
from upheld.document import Document
from upheld.document.catalogue import finding
from upheld.document.tree import Mapping, Sequence, Value

QUOTES = ("'", '"')


@dataclass(frozen=True, slots=True)
class CutText:
    """One text that commas have cut.

    Attributes:
        at: The mapping that holds the parts.
        keys: The parts that became keys without a value.
        finding: What the author is told.
    """

    at: Path
    keys: tuple[str, ...]
    finding: Finding

    def holds(self, path: Path) -> bool:
        """Whether ``path`` leads to one of the parts, so that all else said about it would mislead."""
        return path[: len(self.at)] == self.at and path[len(self.at) : len(self.at) + 1] in {(k,) for k in self.keys}


def cut_texts(document: Document) -> list[CutText]:
    """Every text of the document that commas have cut, in order."""
    return list(_found(document.tree, ()))


def _found(value: Value, path: Path) -> Iterator[CutText]:
    if isinstance(value, Mapping):
        if _is_in_braces(value):
            yield from _cut_in(value, path)
        for key, entry in value.items():
            yield from _found(entry, (*path, key))
    elif isinstance(value, Sequence):
        for index, entry in enumerate(value):
            yield from _found(entry, (*path, index))


def _is_in_braces(value: Mapping) -> bool:
    place = value.place
    return value.source.line(place.line)[place.column - 1 : place.column] == "{"


def _cut_in(value: Mapping, path: Path) -> Iterator[CutText]:
    before: str | None = None
    parts: list[str] = []
    for key, entry in value.items():
        if before is not None and entry is None and _has_no_colon(value, key):
            parts.append(key)
            continue
        if before is not None and parts:
            yield _told(value, path, before, parts)
        parts = []
        before = key if isinstance(entry, str | int) and not _is_quoted(value, key) else None
    if before is not None and parts:
        yield _told(value, path, before, parts)


def _has_no_colon(value: Mapping, key: str) -> bool:
    start, end = value.key_place(key), value.value_place(key)
    if start.line != end.line:
        return False
    written = value.source.line(start.line)[start.column - 1 : end.column - 1].rstrip()
    return not written.startswith(QUOTES) and not written.endswith(":")


def _is_quoted(value: Mapping, key: str) -> bool:
    place = value.value_place(key)
    return value.source.line(place.line)[place.column - 1 : place.column] in QUOTES


def _told(value: Mapping, path: Path, before: str, parts: list[str]) -> CutText:
    text = ", ".join([said(value[before]), *parts])
    shown = len(text) <= 60 and text.isprintable() and not {'"', "`"} & set(before + text)
    message = f"{quoted(parts[0])} has no value: the comma before it ends the value of {quoted(before)}"
    hint = f'put the text in quotes: `{before}: "{text}"`' if shown else "put the text in quotes"
    if shown and " " not in "".join([said(value[before]), *parts]):
        hint += f"; or for several values write a list: `{before}: [{text}]`"
    return CutText(path, tuple(parts), finding("UP109", value.key_place(parts[0]), message, hint))
