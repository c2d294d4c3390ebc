"""Lots: what was granted at one time, and until when it may be used.

Lots burn in the order of their expiry, those without end last; then in that of their
dates, then of their numbers.

    >>> spring, endless, winter = Lot(1, 0, 9000), Lot(2, 0), Lot(3, 50, 4000)
    >>> [lot.number for lot in sorted((spring, endless, winter), key=burn_order)]
    [3, 1, 2]
    >>> winter.is_over(3999), winter.is_over(4000)
    (False, True)

Source: DESIGN section 9; THREATS L05, L13.
"""

from __future__ import annotations

from typing import NamedTuple


class Lot(NamedTuple):
    """A lot.

    Attributes:
        number: That of the entry which granted it.
        at_s: When it was granted, in seconds since 1970 UTC.
        expires_s: The first instant at which it may no longer be used, or ``None`` for never.
    """

    number: int
    at_s: int
    expires_s: int | None = None

    def is_over(self, at_s: int) -> bool:
        """Whether it has expired by then; at its last instant it has."""
        return self.expires_s is not None and self.expires_s <= at_s


def burn_order(lot: Lot) -> tuple[bool, int, int, int]:
    """The key by which lots are used up: expiry, date, number."""
    return (lot.expires_s is None, lot.expires_s or 0, lot.at_s, lot.number)
