"""Provenance: where a promise comes from.

A *source* is a document of the vendor's; a *clause* is one thing that it says, in
our words; an *assumption* is how its silence was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from upheld.core.item import Item
from upheld.core.wording import Wording

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
    section: str = ""
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
