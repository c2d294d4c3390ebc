"""Proposals: what a row may be, and who did it.

>>> SKIP
Proposal(kind='skip', name='', degree='')
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Words = tuple[str, ...]
Topic = Literal["ticket", "at", "zone", "dates", "status", "severity"]
"""What a person may be asked about."""


class Proposal(NamedTuple):
    """What a row or an instant may be: a state, an event, or nothing until somebody says.

    Attributes:
        degree: The severity that the event gives.
    """

    kind: Literal["state", "event", "skip"] = "skip"
    name: str = ""
    degree: str = ""


SKIP: Final = Proposal()


class RoleLine(NamedTuple):
    """Who acted in which role, by the words of a column."""

    column: str
    words: Words
    role: str
