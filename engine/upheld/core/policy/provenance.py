"""Provenance: where a promise comes from.

A *source* is a document of the vendor's; a *clause* is one thing that it says, in
our words; an *assumption* is how its silence was read.

An *item* is anything that a policy is made of. Every item knows its place in the document, so that a reason can name
``file:line``, and the clauses and assumptions it rests on, so that a verdict
can cite them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from upheld.core.finding import Place
from upheld.core.policy.wording import Wording

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


Confidence = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Item):
    """A document that clauses come from; ``file`` names its text, where quotes can be verified against it."""

    language: str = ""
    edition: str = ""
    date: str = ""
    url: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause(Item):
    """One thing that a source says; ``quote`` is its own words, ``says`` are ours."""

    source: str
    section: Wording = Wording()
    says: Wording = Wording()
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption(Item):
    """A reading of what the sources leave open; ``of`` names the clauses that do."""

    says: Wording
    confidence: Confidence = "medium"
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Item):
    """A warning that the policy accepts: its ``code``, the item it is ``of`` (or any), and the reason."""

    code: str
    of: str
    reason: str
