"""Findings: what is wrong in a document its author can mend, and where.

A finding is data. The reader, the schema and the checker each return a list of
them, never the first alone; an exception carries them when nothing can go on.

    >>> place = Place("policy.yaml", 31, 9)
    >>> finding = Finding("UP201", place, "state `in_fix` is not declared", "did you mean `in-fix`?")
    >>> print(finding)
    policy.yaml:31:9: error[UP201]: state `in_fix` is not declared
    >>> finding.where
    'policy.yaml:31:9'

A *problem* is what is wrong in a value of a document, before anyone knows where the value
stands: the grammar knows only the value it is given, so a problem says where it lies *within*
that value; whoever knows the value's own place makes findings of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point in a document: ``line`` and ``column`` count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong at one place of one document.

    Attributes:
        code: Stable id, documented in ``docs/findings.md`` (``UP201``).
        place: Where it stands.
        message: What is wrong: lower case, no full stop, the author's words in backticks.
        hint: What to do about it, or ``""``.
        level: An error makes the policy unusable; a warning only with ``--strict``.
        example: A ticket that shows the problem, as pairs of name and value, where one exists.
        item: The item of the policy it is about (``commitments/resolve``), which a waiver names.
        waived: The reason the policy gives for accepting it, or ``""``.
    """

    code: str
    place: Place
    message: str
    hint: str = ""
    level: Level = "error"
    example: tuple[tuple[str, str], ...] = ()
    item: str = ""
    waived: str = ""

    @property
    def where(self) -> str:
        """``file:line:column``."""
        return str(self.place)

    def __str__(self) -> str:
        return f"{self.place}: {self.level}[{self.code}]: {self.message}"


def in_order(findings: list[Finding]) -> list[Finding]:
    """Sort by position, then code and message, so that a report is the same on every machine."""
    return sorted(findings, key=lambda f: (f.place, f.code, f.message))


Path = tuple[str | int, ...]

ProblemKind = Literal[
    "unknown-name",
    "unknown-value",
    "unknown-operator",
    "unknown-condition",
    "not-comparable",
    "bad-value",
    "empty",
    "cycle",
    "too-deep",
    "too-large",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong within a condition.

    Attributes:
        path: Keys and indices from the condition to what is wrong.
        kind: What sort of mistake it is.
        message: In the style of findings: lower case, no full stop, the author's words in backticks.
        hint: What to do about it, or ``""``.
        at_key: It is the last key of the path that is wrong, not the value below it.
        through: The named condition in whose definition it lies, or ``""``: the path then ends at its use.
    """

    path: Path
    kind: ProblemKind
    message: str
    hint: str = ""
    at_key: bool = False
    through: str = ""
