"""Mutants: a vendor's policy with one thing in it changed.

A mutant is the policy's document, in plain mappings and lists, with a few edits. It is
made without copying what stays, and assembled as it is: whether a checker would find the
mistake is another question; here scenarios have to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from upheld.core.finding import Finding, Place
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Path
from upheld.loader import Assembled, assemble
from upheld.loader.overlay import Resolved
from upheld.loading import examine_policy

Tree = Mapping[str, Any]


class Gone:
    """Stands for the value of what an edit takes away."""


GONE = Gone()

Edits = Mapping[Path, Any]
"""What stands at a path afterwards; `GONE` where nothing does. No path lies within another."""

Changes = Iterator[tuple[str, Path, str, Edits]]
"""The kind of a change, where it is made, what else its name needs, and the edits."""


@dataclass(frozen=True)
class Mutant:
    """A policy with one thing changed.

    Attributes:
        kind: What kind of change, such as ``guard negated``.
        name: What was changed, such as ``rules/own-client/when``; with the kind it is told from every other mutant.
        at: The path of the item that it is about.
        edits: How the document differs.
    """

    kind: str
    name: str
    at: Path
    edits: Edits = field(repr=False)

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


class Nowhere(Resolved):
    """A document of which nobody asks at which line a value stands."""

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Always the beginning."""
        return Place(self.document.source.name, 1, 1)


@dataclass(frozen=True)
class Original:
    """A vendor's policy as it stands."""

    vendor: str
    resolved: Resolved = field(repr=False)
    tree: Tree = field(repr=False)

    @classmethod
    def of(cls, vendor: str) -> Original:
        """The installed policy of this id."""
        resolved = examine_policy(vendor).resolved
        assert resolved is not None, vendor
        return cls(vendor, resolved, plain(resolved.root))

    def policy(self, edits: Edits) -> Policy:
        """The policy that the document says with these edits; its conditions have all to be readable still."""
        assembled = self._assembled(edits)
        unreadable = _unreadable(assembled)
        assert not unreadable, (edits, unreadable)
        return assembled.policy

    def readable(self, edits: Edits) -> bool:
        """Whether it can be read still: what no checker would let pass needs no scenario."""
        return not _unreadable(self._assembled(edits))

    def _assembled(self, edits: Edits) -> Assembled:
        resolved = self.resolved
        return assemble(Nowhere(resolved.document, edited(self.tree, edits), {}, resolved.documents))


def _unreadable(assembled: Assembled) -> list[Finding]:
    return [each for each in assembled.findings if each.code in ("UP105", "UP204", "UP205", "UP206")]


def plain(value: Any) -> Any:
    """What a document says, in mappings and lists that know nothing of places."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    return [plain(entry) for entry in value] if isinstance(value, list) else value


def edited(tree: Any, edits: Edits) -> Any:
    """A document with these edits; what they leave alone is shared."""
    if () in edits:
        return edits[()]
    below: dict[str | int, dict[Path, Any]] = {}
    for path, value in edits.items():
        below.setdefault(path[0], {})[path[1:]] = value
    if isinstance(tree, list):
        listed = [edited(entry, below[step]) if step in below else entry for step, entry in enumerate(tree)]
        return [entry for entry in listed if entry is not GONE]
    new = {key: tree.get(key) for key in (*tree, *(step for step in below if step not in tree))}
    new = {key: edited(entry, below[key]) if key in below else entry for key, entry in new.items()}
    return {key: entry for key, entry in new.items() if entry is not GONE}


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value of a document with the path that leads to it, the outermost first."""
    yield path, value
    entries: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, entry in entries:
        yield from walk(entry, (*path, step))


def get(tree: Any, path: Path) -> Any:
    """The value at a path."""
    for step in path:
        tree = tree[step]
    return tree


def named(tree: Tree, path: Path) -> str:
    """A path as people read it: an item of a list is called by its id, or counted from 1."""
    words: list[str] = []
    value: Any = tree
    for step in path:
        value = value[step] if isinstance(step, int) or step in value else None
        id_ = value.get("id") if isinstance(value, dict) and isinstance(step, int) else None
        words.append(str(id_ or (step + 1 if isinstance(step, int) else step)))
    return "/".join(words)


def listed(value: Any) -> list[Any]:
    """A value that may stand alone, as a list."""
    return value if isinstance(value, list) else [value]


def each_dropped(tree: Tree, path: Path) -> Iterator[tuple[str, Edits]]:
    """Of a list, or of a value that stands alone, each entry taken away; the key goes with the last."""
    value = get(tree, path)
    if not isinstance(value, list) or len(value) < 2:
        yield "", {path: GONE}
        return
    for step, entry in enumerate(value):
        yield entry if isinstance(entry, str) else str(step + 1), {(*path, step): GONE}
