"""Cautions: what a reader should know of a whole replay before any of its figures is believed.

A caution is data, so that a page can say it in its reader's language; verdicts, which are
for programs, have its English sentence.

    >>> caution = Caution("all-later", {"at": "2004-03-06T12:00:00Z", "number": 13})
    >>> print(caution)
    as-of is `2004-03-06T12:00:00Z`, and every record is later: none of them (13) was read
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["stray-last", "all-later", "zone-earlier", "zone-later"]

_SHIFTED: Final = (
    "{share} of what the vendor's people did lies in the opening hours of `{calendar}`; were all instants {hours} h "
    "%s, {better} would: check the zone in which the history was read"
)
SENTENCES: Final[Mapping[Kind, str]] = {
    "stray-last": "as-of is `{at}`, that of one record; all others lie more than a year before, up to `{before}`",
    "all-later": "as-of is `{at}`, and every record is later: none of them ({number}) was read",
    "zone-earlier": _SHIFTED % "earlier",
    "zone-later": _SHIFTED % "later",
}


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing that a reader should know.

    Attributes:
        kind: What it is about.
        values: What it names: instants as verdicts have them, shares as ``63.5%``.
    """

    kind: Kind
    values: Mapping[str, str | int]

    def __str__(self) -> str:
        return SENTENCES[self.kind].format_map(self.values)
