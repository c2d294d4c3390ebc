"""An inspection: one policy under the checker, with its document for places and its findings so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from upheld.core.condition.condition import Condition, hooks_read
from upheld.core.finding import Finding
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Path
from upheld.document.catalogue import finding
from upheld.loader.draft import UNREADABLE, address
from upheld.loader.overlay import Resolved
from upheld.loader.vocabulary import Vocabulary

SINGULAR = {
    "sources": "source",
    "clauses": "clause",
    "assumptions": "assumption",
    "facts": "fact",
    "parameters": "parameter",
    "conditions": "condition",
    "contracts": "contract",
    "calendars": "calendar",
    "recurrences": "recurrence",
    "roles": "role",
    "severities": "severity",
    "channels": "channel",
    "states": "state",
    "events": "event",
    "transitions": "transition",
    "rules": "rule",
    "commitments": "commitment",
    "excuses": "excuse",
    "objectives": "objective",
    "timers": "timer",
    "accounts": "account",
    "charges": "charge",
    "invariants": "invariant",
    "core": "core state",
    "passages": "transition, timer or state",
    "receivers": "role, level or queue",
    "sortings": "fact",
    "likes": "fact",
}

SIMPLER = "say it with fewer alternatives inside one another, or in several items"
"""What to do about conditions too intricate to be decided."""
Spot = tuple[Path, object]
"""A value of the document with the path that leads to it."""


@dataclass(frozen=True, slots=True)
class Inspection:
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

    def report(
        self,
        code: str,
        path: Path,
        message: str,
        hint: str = "",
        *,
        key: bool = False,
        example: Mapping[str, str] | None = None,
    ) -> None:
        """Record a finding about the value at ``path``, or about its key."""
        place = self.document.place(path, key=key)
        item = address(self.document.root, path)
        self.findings.append(finding(code, place, message, hint, example=example, item=item))

    def spots(self, *pattern: str) -> Iterator[Spot]:
        """Every value that the pattern of keys leads to; ``*`` stands for any key, and lists are entered by themselves.

        A list of texts at the end is given text by text.
        """
        yield from _spots(self.document.root, (), pattern)

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


def _spots(value: object, path: Path, pattern: tuple[str, ...]) -> Iterator[Spot]:
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _spots(entry, (*path, index), pattern)
    elif not pattern:
        yield path, value
    elif isinstance(value, Mapping):
        for key in value if pattern[0] == "*" else [pattern[0]]:
            if key in value:
                yield from _spots(value[key], (*path, key), pattern[1:])
