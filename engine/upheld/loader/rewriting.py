"""Rewriting: single values of a policy's file replaced where they stand, and not a character besides.

Comments, order and layout are the author's; whoever proposes another value changes that value alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from upheld.core.policy.provenance import Path
from upheld.loader.overlay import Resolved


def rewritten(resolved: Resolved, values: Mapping[Path, tuple[str, str]]) -> tuple[str, tuple[Path, ...]]:
    """The text of a policy's own file with other values in it.

    Args:
        values: By path, the text of the value that stands there, and the one to stand there instead.

    Returns: the text, and the paths that could not be rewritten: they were inherited, or are written otherwise.
    """
    source, left = resolved.document.source, []
    edits: dict[tuple[int, int], tuple[str, str]] = {}
    for path, (old, new) in values.items():
        place = next((found for found in _places(resolved, path) if found[0] == source.name), None)
        if place is None or not _stands(source.line(place[1]), place[2], old):
            left.append(path)
        else:
            edits[place[1], place[2]] = (old, new)
    lines = source.text.split("\n")  # as places count them
    for (number, column), (old, new) in sorted(edits.items(), reverse=True):
        line = lines[number - 1]
        at = line.index(old, column - 1)
        lines[number - 1] = line[:at] + new + line[at + len(old) :]
    return "\n".join(lines), tuple(left)


def _places(resolved: Resolved, path: Path) -> list[tuple[str, int, int]]:
    """Where the value may stand: at the path, or as the ``is`` of a case there."""
    places = (resolved.place((*path, "is")), resolved.place(path))
    return [(each.file, each.line, each.column) for each in places]


def _stands(line: str, column: int, text: str) -> bool:
    """Whether a scalar stands at a column, in quotes or not."""
    return line[column - 1 :].lstrip("\"'").startswith(text)
