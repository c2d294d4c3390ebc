"""Problems: what is wrong in a value of a document, before anyone knows where the value stands.

The grammar knows only the value it is given, so a problem says where it lies *within*
that value; whoever knows the value's own place makes findings of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
