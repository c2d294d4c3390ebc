"""Wall clocks: from the digits that an export shows to the instant that is meant.

The digits and the zone written beside them lie independently of each other: an export may
have no zone, or have digits of one place with the tag of another. So a mapping may *assume*
a zone where none is written, or *override* what is written.

    >>> clock = WallClock("Europe/Rome", overrides=True)
    >>> clock.instant("2012-10-09T14:50:17+00:00")
    1349787017

Where clocks go back an hour comes twice. It is the first, unless that would lie before what
came before it on the same ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from upheld.core.nearest import quoted
from upheld.core.time.instant import FIRST_YEAR, LAST_YEAR, seconds_of
from upheld.core.time.zone import load_zone
from upheld.history.date_form import parse_form


class WallClock:
    """Reads the instants of one export.

    Args:
        zone: An IANA name, or ``""`` for none.
        overrides: Whether the zone stands for what is written, too.
        forms: How instants are written; the first that fits is taken.
    """

    def __init__(self, zone: str = "", overrides: bool = False, forms: Sequence[str] = ("iso",)) -> None:
        self._zone = load_zone(zone) if zone else None
        self._overrides = overrides
        self._forms = tuple(parse_form(form) for form in forms)
        self._written = tuple(forms)

    def instant(self, text: str, last_s: int | None = None) -> int | str:
        """Seconds since 1970 UTC; or why the text is no instant.

        Args:
            last_s: What came before on the same ticket.
        """
        for read in self._forms:
            at = read(text)
            if at is not None:
                return self._meant(at, text, last_s)
        forms = " or ".join(f"`{form}`" for form in self._written)
        return f"{quoted(text)} is no instant written as {forms}: mend it, or say under `dates:` how it is written"

    def _meant(self, at: datetime, text: str, last_s: int | None) -> int | str:
        if at.tzinfo is None or self._overrides:
            if self._zone is None:
                return f"{quoted(text)} may be an instant in any zone: say which under `zone: {{assume: …}}`"
            at = at.replace(tzinfo=self._zone, fold=0)
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            return f"{quoted(text)} lies too far away: the years {FIRST_YEAR} to {LAST_YEAR} are known"
        at_s = seconds_of(at)
        if last_s is not None and at_s < last_s and at.tzinfo is self._zone:
            second_s = seconds_of(at.replace(fold=1))
            return second_s if second_s >= last_s else at_s
        return at_s
