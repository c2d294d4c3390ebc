"""Declines: why a ledger did not take what it was asked to; data, like the refusal of an event.

>>> Decline("insufficient-balance", 75, 40).text()
'75 are asked for, and 40 are there'
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

DeclineCode = Literal["insufficient-balance", "beyond-hold", "not-open", "reversed", "not-reversible", "in-use"]

DECLINES: Final[dict[DeclineCode, str]] = {
    "insufficient-balance": "{wanted} are asked for, and {there} are there",
    "beyond-hold": "{wanted} are to be settled, and {there} are held",
    "not-open": "the hold was settled or released before",
    "reversed": "the entry was reversed before",
    "not-reversible": "an expiry, a note and a reversal cannot be reversed",
    "in-use": "{wanted} would have to go back, and {there} are still there",
}
"""Every code of a decline, with what it says."""


class Decline(NamedTuple):
    """Why nothing was written.

    Attributes:
        code: One of ``DECLINES``.
        wanted, there: The amounts that it is about.
    """

    code: DeclineCode
    wanted: int = 0
    there: int = 0

    def text(self) -> str:
        """One line for a person."""
        return DECLINES[self.code].format(wanted=self.wanted, there=self.there)
