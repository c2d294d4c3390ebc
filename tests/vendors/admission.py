"""Admission: who may do what, by which way, and what an event has to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vendors.mutation import GONE, Changes, Edits, Path, Tree, each_dropped, get, listed, walk

WAYS = ("accepts", "except", "when", "during")
"""Keys of a channel that say what it takes."""


def channels(tree: Tree) -> Changes:
    """A channel is closed, takes what it takes not, or is confused with another."""
    known = tree.get("channels", {})
    for name, spec in known.items():
        at = ("channels", name)
        yield "channel closed", at, "", {(*at, "accepts"): []}
        for key in ("except", "during"):
            if key in spec:
                for more, edits in each_dropped(tree, (*at, key)):
                    yield "channel opened", (*at, key), more, edits
        for other, their in known.items():
            if name < other and [spec.get(key) for key in WAYS] != [their.get(key) for key in WAYS]:
                yield "channels swapped", at, other, _exchanged(name, other, spec, their)
    for path, value in walk(tree):
        if path and str(path[-1]).endswith("channel") and path[0] not in ("channels", "events", "roles", "facts"):
            yield from _other_channels(path, value, list(known))


def _exchanged(name: str, other: str, spec: Mapping[str, Any], their: Mapping[str, Any]) -> Edits:
    edits = {}
    for one, mine, theirs in ((name, spec, their), (other, their, spec)):
        kept = {key: each for key, each in mine.items() if key not in WAYS}
        edits[("channels", one)] = kept | {key: theirs[key] for key in WAYS if key in theirs}
    return edits


def _other_channels(path: Path, value: Any, known: list[str]) -> Changes:
    """A condition asks for the next channel that it does not name yet."""
    said = [each for each in listed(value) if isinstance(each, str) and each in known]
    for one in said:
        turned = known[known.index(one) + 1 :] + known[: known.index(one)]
        other = next((each for each in turned if each not in said), None)
        if other is not None:
            new = [other if each == one else each for each in listed(value)]
            yield "channel swapped", path, one, {path: new if isinstance(value, list) else new[0]}


def actors(tree: Tree) -> Changes:
    """A role may do what it may not, or may not do what it may; it needs a channel, or needs none."""
    for name, spec in tree.get("roles", {}).items():
        needed = spec.get("channel", "needed" if name == "customer" else "none") == "needed"
        kind, other = ("channel not needed", "none") if needed else ("channel needed", "needed")
        yield kind, ("roles", name), "", {("roles", name, "channel"): other}
    for name, spec in tree.get("events", {}).items():
        at = ("events", name, "by")
        may = listed(spec["by"])
        for role in tree.get("roles", {}):
            if role in may:
                yield "role kept out", at, role, {at: [each for each in may if each != role]}
            else:
                yield "role let in", at, role, {at: [*may, role]}


def fields(tree: Tree) -> Changes:
    """What an event has to say it need not, or it may say more or less."""
    for name, spec in tree.get("events", {}).items():
        for field in spec.get("data", {}):
            for key in ("required", "default", "at-least", "at-most"):
                at = ("events", name, "data", field, key)
                if key in get(tree, at[:-1]):
                    yield "field changed", at, "", {at: GONE}
