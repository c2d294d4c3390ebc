"""Overlays: a policy that ``extends`` another, item by item.

The document of the policy extended is laid below; this one adds items, replaces
them (``override: true``) or removes them (``remove: why``). Items are whole:
nothing inside one is merged. What comes out is an ordinary document in which
every value still knows the file and line it was written in.

Source: DESIGN section 5, ``extends``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from upheld.core.finding import Finding, Place
from upheld.core.nearest import meant
from upheld.core.policy.provenance import Path
from upheld.document import Document, Source
from upheld.document.catalogue import finding
from upheld.document.tree import sequence
from upheld.loader.sections import SECTIONS

OWN = frozenset({"upheld", "policy", "version", "status", "extends", "effective", "title"})
"""Keys that are never inherited, or only as a whole; ``version`` and ``policy`` are each policy's own."""
WORDS = ("override", "remove", "before")


@dataclass(frozen=True, slots=True)
class Layer:
    """Where a value of the resolved document was written: in which document, and at which path there."""

    document: Document
    path: Path

    def place(self, rest: Path, *, key: bool) -> Place:
        """The place of what lies ``rest`` below it."""
        return self.document.place((*self.path, *rest), key=key)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A document with its overlays applied.

    Attributes:
        document: The policy's own file.
        root: The outermost mapping, overlays applied.
        origins: Where each top-level value and each item of it was written, by path.
        documents: Every document that took part, the policy's own first.
    """

    document: Document
    root: Mapping[str, Any]
    origins: Mapping[Path, Layer]
    documents: tuple[Document, ...]

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Where ``path`` was written; where it ends too soon, the deepest value along it."""
        for length in (2, 1):
            layer = self.origins.get(path[:length])
            if layer is not None and len(path) >= length:
                return layer.place(path[length:], key=key)
        return self.document.place(path, key=key)

    def source(self, file: str) -> Source | None:
        """The text of the file of this name, for an excerpt."""
        return next((each.source for each in self.documents if each.source.name == file), None)


Base = Callable[[str], Resolved]
"""The policy extended, by ``name@version``. Raises what the caller's loader raises when there is none."""


def plain(document: Document) -> Resolved:
    """A document that extends nothing."""
    return Resolved(document, document.root, {}, (document,))


def overlaid(document: Document, below: Resolved) -> tuple[Resolved, list[Finding]]:
    """``document`` laid over the policy it extends, and what does not fit there."""
    findings: list[Finding] = []
    root: dict[str, Any] = {}
    origins: dict[Path, Layer] = {}
    for key in dict.fromkeys((*document.root, *below.root)):
        if key in SECTIONS:
            root[key] = _section(key, document, below, origins, findings)
        elif key == "checks":
            root[key] = _together(key, document, below, origins)
        elif key in document.root:
            root[key] = document.root[key]
            origins[(key,)] = Layer(document, (key,))
        elif key not in OWN:
            root[key] = below.root[key]
            origins |= _inherited(below, (key,))
    return Resolved(document, root, origins, (document, *below.documents)), findings


def _inherited(below: Resolved, path: Path) -> dict[Path, Layer]:
    """Where a value of the policy extended was written, and its items where they differ."""
    found = {at: layer for at, layer in below.origins.items() if at[: len(path)] == path}
    return {path: below.origins.get(path[:1], Layer(below.document, path)), **found} if path not in found else found


def _layer(below: Resolved, path: Path) -> Layer:
    """Where an item of the policy extended was written."""
    for length in (2, 1):
        layer = below.origins.get(path[:length])
        if layer is not None and len(path) >= length:
            return Layer(layer.document, (*layer.path, *path[length:]))
    return Layer(below.document, path)


def _together(key: str, document: Document, below: Resolved, origins: dict[Path, Layer]) -> list[Any]:
    """A list to which each policy adds its own: the waivers of what is inherited still hold."""
    own: list[Any] = sequence(document.root.get(key))
    inherited: list[Any] = sequence(below.root.get(key))
    layers = [Layer(document, (key, index)) for index in range(len(own))]
    layers += [_layer(below, (key, index)) for index in range(len(inherited))]
    origins.update({(key, index): layer for index, layer in enumerate(layers)})
    return [*own, *inherited]


Item = tuple[str, Any, Layer]


def _items(value: object, locate: Callable[[str | int], Layer]) -> Iterator[Item]:
    """Name, value and origin of each item of a section."""
    if isinstance(value, Mapping):
        for name, spec in value.items():
            yield str(name), spec, locate(name)
    elif isinstance(value, list):
        for index, spec in enumerate(value):
            yield str(spec.get("id", "")) if isinstance(spec, Mapping) else "", spec, locate(index)


def _section(
    key: str, document: Document, below: Resolved, origins: dict[Path, Layer], findings: list[Finding]
) -> dict[str, Any] | list[Any]:
    """One section, item by item. A name that the document gives twice stays there twice, for the checker to find."""
    inherited = below.root.get(key)
    items = list(_items(inherited, lambda step: _layer(below, (key, step))))
    laid: set[str] = set()
    for name, spec, layer in _items(document.root.get(key), lambda step: Layer(document, (key, step))):
        if name in laid:
            items.append((name, _without_words(spec), layer))
        else:
            _lay(key, name, spec, layer, items, findings)
        laid.update({name} - {""})
    origins[(key,)] = Layer(document, (key,)) if key in document.root else _layer(below, (key,))
    if isinstance(document.root.get(key) if inherited is None else inherited, Mapping):
        origins.update({(key, name): layer for name, _, layer in items})
        return {name: spec for name, spec, _ in items}
    origins.update({(key, index): layer for index, (_, _, layer) in enumerate(items)})
    return [spec for _, spec, _ in items]


def _lay(key: str, name: str, spec: Any, layer: Layer, items: list[Item], findings: list[Finding]) -> None:
    """Lay one item over those that are there: replace, remove or add it."""
    words = spec if isinstance(spec, Mapping) else {}
    names = [each for each, _, _ in items]

    def report(code: str, message: str, hint: str, at: Path = ()) -> None:
        findings.append(finding(code, layer.place(at, key=not at), message, hint, item=f"{key}/{name}"))

    def instead() -> str:
        return meant(name, names, "leave the word out to add it")

    item: Item = (name, _without_words(spec), layer)
    there = bool(name) and name in names
    if "remove" in words:
        if there:
            del items[names.index(name)]
        else:
            report("UP903", f"`{name}` is not in the policy extended, so it cannot be removed", instead())
    elif words.get("override"):
        if there:
            items[names.index(name)] = item
        else:
            report("UP902", f"`{name}` is not in the policy extended, so nothing is overridden", instead())
        if "before" in words:
            report("UP902", f"`{name}` replaces another where that stands, so `before` says nothing", "leave it out")
    elif there:
        report(
            "UP902",
            f"`{name}` stands in the policy extended already",
            "say `override: true` to replace it, or use another name",
        )
    elif "before" in words:
        at = names.index(words["before"]) if words["before"] in names else -1
        if at < 0:
            hint = meant(words["before"], names, "name one of the policy extended, or leave `before` out")
            report("UP902", f"`before: {words['before']}` names no item of `{key}`", hint, ("before",))
        items.insert(at if at >= 0 else len(items), item)
    else:
        items.append(item)


def _without_words(spec: Any) -> Any:
    """The item as it counts, without the words that placed it."""
    if isinstance(spec, Mapping) and any(word in spec for word in WORDS):
        return {key: value for key, value in spec.items() if key not in WORDS}
    return spec


def stray_words(document: Document) -> list[Finding]:
    """Overlay words in a policy that extends nothing."""
    findings = []
    for key in [key for key in SECTIONS if key in document.root]:
        for name, spec, layer in _items(document.root[key], lambda step, key=key: Layer(document, (key, step))):  # type: ignore[misc]  # a bound default
            for word in WORDS:
                if isinstance(spec, Mapping) and word in spec:
                    message = f"`{word}` means nothing here, since this policy extends no other"
                    findings.append(
                        finding(
                            "UP904",
                            layer.place((word,), key=True),
                            message,
                            "add `extends:`, or leave it out",
                            item=f"{key}/{name}",
                        )
                    )
    return findings
