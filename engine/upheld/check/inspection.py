"""An inspection: one policy under the checker, with its document for places and its findings so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from upheld.core.condition.condition import Condition, hooks_read
from upheld.core.finding import Finding
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Path
from upheld.document.tree import mapping
from upheld.loader.draft import UNREADABLE, Reporter
from upheld.loader.overlay import Resolved
from upheld.loader.sections import SECTIONS
from upheld.loader.vocabulary import Vocabulary

SINGULAR = {
    **{name: section.singular for name, section in SECTIONS.items()},
    "core": "core state",
    "levels": "level",
    "passages": "transition, timer or state",
    "receivers": "role, level or queue",
    "sortings": "fact",
    "likes": "fact",
    "breakable": "promise",
}
"""What one name of each section, or of several of them together, is called."""

SIMPLER = "say it with fewer alternatives inside one another, or in several items"
"""What to do about conditions too intricate to be decided."""

KEY = "="
"""At the end of a pattern: the keys of the mapping, and not its values."""

Spot = tuple[Path, object]
"""A value of the document with the path that leads to it."""


@dataclass(frozen=True, slots=True)
class Inspection(Reporter):
    """One policy under the checker.

    Attributes:
        policy: The policy.
        document: Its document, overlays applied.
        vocabulary: The names that its conditions may read.
        hooks: The conditions that installed plugins decide, with the names each one reads.
        findings: What was found so far.
        misspelt: By section, the names that wrong ones are most like: to miss their use as well would say it twice.
    """

    policy: Policy
    document: Resolved
    vocabulary: Vocabulary
    hooks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    misspelt: dict[str, set[str]] = field(default_factory=dict)

    def spots(self, *pattern: str) -> Iterator[Spot]:
        """Every value that the pattern of keys leads to; ``*`` stands for any key, and lists are entered by themselves.

        A list of texts at the end is given text by text.
        """
        return spots_in(self.document.root, pattern)

    def value(self, path: Path) -> object:
        """What stands at ``path``; ``None`` where nothing does."""
        value: object = self.document.root
        for step in path:
            if isinstance(value, Mapping):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def unreadable(self, condition: Condition | None) -> bool:
        """Whether a condition could not be read, so that nothing can be said of it."""
        return condition is not None and UNREADABLE.hook in hooks_read(condition)


def spots_in(value: object, pattern: Sequence[str], path: Path = ()) -> Iterator[Spot]:
    """Every value below ``value`` that the pattern of keys leads to; with `KEY` at its end, the keys of a mapping."""
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from spots_in(entry, pattern, (*path, index))
    elif not pattern:
        yield path, value
    elif [*pattern] == [KEY]:
        yield from (((*path, key), key) for key in mapping(value))
    elif isinstance(value, Mapping):
        for key in value if pattern[0] == "*" else [pattern[0]]:
            if key in value:
                yield from spots_in(value[key], pattern[1:], (*path, key))
