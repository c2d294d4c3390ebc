"""Items: what a policy is made of, and what all of them have in common.

Every item knows its place in the document, so that a reason can name
``file:line``, and the clauses and assumptions it rests on, so that a verdict
can cite them.
"""

from __future__ import annotations

from dataclasses import dataclass

from upheld.core.finding import Place
from upheld.core.wording import Wording

Path = tuple[str | int, ...]
"""Keys and indices from a document's root to one of its values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What something rests on: ``clauses`` of the contract, and assumptions where the contract is silent."""

    path: Path
    place: Place
    clauses: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()

    @property
    def grounded(self) -> bool:
        """Whether it cites anything at all."""
        return bool(self.clauses or self.assumes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Grounds):
    """A named part of a policy.

    Attributes:
        id: Its name, in kebab-case, unique in its section.
        label: What readers call it.
    """

    id: str
    label: Wording = Wording()

    @property
    def address(self) -> str:
        """``section/id``, as a waiver names it: ``commitments/resolve``."""
        return f"{self.path[0]}/{self.id}"

    def name(self, language: str) -> str:
        """Its label in ``language``, or its id."""
        return self.label.text(language, self.id)
