"""The resolved policy: its YAML after `extends`, each value with the file and line it was written in.

What its author wrote on one line stays on one line, so one origin can be told for all
of it; everything else has a line of its own. The result is a policy that stands by
itself, and reads back as the very values that were resolved.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from upheld.core.finding import Place
from upheld.core.policy.provenance import Path
from upheld.document.scalars import plain_value
from upheld.loader.overlay import Resolved
from upheld.show.page.blocks import visible

WIDTH: Final = 110
"""Columns that a value on one line, or a line of a long text, fills at most."""

COLUMN: Final = 64
"""Where origins stand, unless a value reaches further."""

_PLAIN: Final = re.compile(r"[^\W_](?:[^:#,\[\]{}\"'\\`]|:(?! |$)|(?<! )#)*")
_MISREAD: Final = re.compile(
    r"(?i:y|n|yes|no|on|off)|[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|0[xob][0-9a-fA-F]+"
)
"""Texts that other programs would take for something else; our reader would not."""

_FLOWING: Final = re.compile(r"\S+(?: \S+)+")


def resolved_yaml(resolved: Resolved) -> str:
    """The policy as YAML, overlays applied, with the origin of every value as a comment.

    ``extends`` itself stands in the head alone, since it has been done.
    """
    policies = {document.source.name: str(document.root.get("policy", "")) for document in resolved.documents}
    writer = _Writer(resolved, policies if len(resolved.documents) > 1 else {})
    lines = list(_head(resolved))
    for key, value in resolved.root.items():
        if key != "extends":
            entry = list(writer.mapping({key: value}, (), 0))
            lines += ["", *entry] if len(entry) > 1 else entry
    return "".join(f"{line}\n" for line in lines)


def _head(resolved: Resolved) -> Iterator[str]:
    """Which policies took part, and in which files they stand."""
    names = [_name(document.root) for document in resolved.documents]
    yield f"# {names[0]}" + (f", which extends {', '.join(names[1:])}" if names[1:] else "")
    yield "# After each value: where it was written."
    width = max(map(len, names))
    for name, document in zip(names, resolved.documents):
        yield f"#   {name:{width}}  {visible(document.source.name)}"
    yield ""


def _name(root: Any) -> str:  # a document's outermost value, whatever it is
    found = root if isinstance(root, Mapping) else {}
    return visible(f"{found.get('policy', '')}@{found.get('version', '')}")


@dataclass(frozen=True, slots=True)
class _Writer:
    resolved: Resolved
    policies: Mapping[str, str]
    """The policy that each file holds, where there are several."""

    def mapping(self, value: Mapping[str, Any], path: Path, indent: int) -> Iterator[str]:
        """The entries of a mapping, each from a line of its own on."""
        for key, each in value.items():
            at = (*path, key)
            yield from self.entry(f"{_key(key)}:", each, at, self.resolved.place(at, key=True), indent)

    def sequence(self, value: list[Any], path: Path, indent: int) -> Iterator[str]:
        """The items of a list."""
        for index, each in enumerate(value):
            at = (*path, index)
            place = self.resolved.place(at)
            if self.is_nested(each, at, place, indent):
                # The first line of what the item holds moves up, behind the dash.
                first, *rest = self.nested(each, at, indent + 2)
                yield f"{' ' * indent}- {first.lstrip(' ')}"
                yield from rest
            else:
                yield from self.entry("-", each, at, place, indent)

    def entry(self, head: str, value: Any, path: Path, place: Place, indent: int) -> Iterator[str]:
        """One entry: what stands before the value, the value, and where it comes from."""
        start = f"{' ' * indent}{head}"
        if self.is_nested(value, path, place, indent):
            yield self.told(start, place)
            yield from self.nested(value, path, indent + 2)
        elif isinstance(value, str) and len(start) + len(value) > WIDTH and _FLOWING.fullmatch(value):
            yield self.told(f"{start} >-", place)
            margin = " " * (indent + 2)
            yield from textwrap.wrap(
                value, WIDTH, initial_indent=margin, subsequent_indent=margin,
                break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip
        else:
            yield self.told(f"{start} {_flow(value)}", place)

    def nested(self, value: Any, path: Path, indent: int) -> Iterator[str]:
        """The lines of a container."""
        return self.mapping(value, path, indent) if isinstance(value, Mapping) else self.sequence(value, path, indent)

    def is_nested(self, value: Any, path: Path, place: Place, indent: int) -> bool:
        """Whether a value needs lines of its own: its author gave it some, or one would be too long."""
        if not isinstance(value, Mapping | list) or not value:
            return False
        if indent + len(str(path[-1])) + len(_flow(value)) > WIDTH + 2:
            return True
        return any((each.file, each.line) != (place.file, place.line) for each in self.places(value, path))

    def places(self, value: Any, path: Path) -> Iterator[Place]:
        """Where every part of a value was written."""
        if isinstance(value, Mapping):
            for key, each in value.items():
                yield self.resolved.place((*path, key), key=True)
                yield from self.places(each, (*path, key))
        elif isinstance(value, list):
            for index, each in enumerate(value):
                yield from self.places(each, (*path, index))
        else:
            yield self.resolved.place(path)

    def told(self, line: str, place: Place) -> str:
        """A line with its origin."""
        which = f"{self.policies[place.file]} " if self.policies else ""
        return f"{line:{COLUMN}}  # {which}{visible(place.file)}:{place.line}"


def _flow(value: Any) -> str:
    """A value on one line, in YAML's flow style."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_key(key)}: {_flow(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return _scalar(value)


def _scalar(value: str | int | bool | None) -> str:
    """A scalar as the reader of policies takes it back; a text without quotes where none are needed."""
    if value is None:
        return "null"
    if not isinstance(value, str):
        return str(value).lower()
    if _is_plain(value) and plain_value(value) is value and not _MISREAD.fullmatch(value):
        return value
    return f'"{"".join(map(_quoted, value))}"'


def _key(key: str) -> str:
    """A key; whatever it looks like, keys are text."""
    return key if _is_plain(key) else f'"{"".join(map(_quoted, key))}"'


def _is_plain(text: str) -> bool:
    """Whether a text ends where it should without quotes around it."""
    return len(text) < 1000 and _PLAIN.fullmatch(text) is not None and text == visible(text) == text.strip()


def _quoted(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return {"\n": "\\n", "\t": "\\t"}.get(character) or _spelled(character)


def _spelled(character: str) -> str:
    return character if visible(character) == character else f"\\U{ord(character):08x}"
