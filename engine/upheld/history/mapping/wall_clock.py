"""Wall clocks: the instants that the digits of an export stand for, in the zone of its clock.

The digits and the zone written beside them lie independently of each other: an export may have no zone, or have
digits of one place with the tag of another. So a mapping may *assume* a zone where none is written, or *override*
what is written.

    >>> clock = WallClock("Europe/Rome", overrides=True)
    >>> clock.instant("2012-10-09T14:50:17+00:00")
    1349787017

Where clocks go back an hour comes twice. It is the first, unless that would lie before what
came before it on the same ticket. Where they go forward an hour never was; digits in it are
read as if the clock had not been changed, and noted, since they prove that the zone is not theirs.

What a zone calls its time, such as `CET`, tells which of the two it is; digits called otherwise are refused. A zone
that stands beside the digits, such as `Europe/Paris`, is theirs, whichever the mapping assumes.

    >>> clock = WallClock("Europe/Paris")
    >>> clock.instant("2026-10-25 02:30 CET") - clock.instant("2026-10-25 02:30 CEST")
    3600
    >>> clock.instant("2026-03-29T02:50", place="log.csv:2") == clock.instant("2026-03-29T03:50")
    True
    >>> [(each.kind, each.place, dict(each.values)) for each in clock.notices]
    [('never-was', 'log.csv:2', {'text': '2026-03-29T02:50', 'zone': 'Europe/Paris'})]
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from upheld.core.nearest import quoted
from upheld.core.time.instant import DAY_S, FIRST_YEAR, LAST_YEAR, seconds_of
from upheld.core.time.zone import load_zone, zone_problem
from upheld.history.mapping.cell_condition import shown
from upheld.history.mapping.date_form import Called, is_zeros, parse_form
from upheld.history.notice import Notices

_FIRST_DAY: Final = datetime(1970, 1, 1).toordinal()  # noqa: DTZ001 - a day of the calendar
_SECOND: Final = timedelta(seconds=1)


class WallClock:
    """Reads the instants of one export.

    Args:
        zone: An IANA name, or ``""`` for none.
        overrides: Whether the zone stands for what is written, too.
        forms: How instants are written; the first that fits is taken, and gives a year in which tickets may be.
        notices: Is told of digits that never stood on the clock, and of those at midnight.

    Attributes:
        instants: How many were read.
        never_were: How many of them never stood on the clock.
        midnights: How many of them were written as midnight, and not as a date alone.
    """

    def __init__(
        self, zone: str = "", overrides: bool = False, forms: Sequence[str] = ("iso",), notices: Notices | None = None
    ) -> None:
        self.notices = Notices() if notices is None else notices
        self.instants = self.never_were = self.midnights = 0
        self._name = zone
        self._zone = load_zone(zone) if zone else None
        self._overrides = overrides
        self._forms = tuple(parse_form(form) for form in forms)
        self._written = tuple(forms)
        self._offsets: dict[int, int | None] = {}
        self._near: dict[int, bool] = {}
        self._elsewhere: dict[str, WallClock | str] = {}

    def instant(self, text: str, last_s: int | None = None, place: str = "") -> int | str:
        """Seconds since 1970 UTC; or why the text is no instant.

        Args:
            last_s: What came before on the same ticket.
            place: Where the text stands.
        """
        found: datetime | None = None
        text = shown(text)
        for read in self._forms:
            at = read(text)
            if at is not None and FIRST_YEAR <= at.year <= LAST_YEAR:
                return self._meant(at, text, last_s, place)
            found = found or at
        if found is not None:
            return f"{quoted(text)} lies too far away: the years {FIRST_YEAR} to {LAST_YEAR} are known"
        if not text.strip("#"):
            return (
                f"{quoted(text)} is what a spreadsheet shows of a date in too narrow a column: widen it, save it again"
            )
        if is_zeros(text):
            return f"{quoted(text)} is no instant, but what a database writes for none: name it under `nulls:`"
        forms = " or ".join(f"`{form}`" for form in self._written)
        return f"{quoted(text)} is no instant written as {forms}: mend it, or say under `dates:` how it is written"

    def repeats_near(self, at_s: int) -> bool:
        """Whether clocks are changed within a day or so: only then it matters what came before on a ticket."""
        if any(isinstance(each, WallClock) and each.repeats_near(at_s) for each in self._elsewhere.values()):
            return True
        if self._zone is None:
            return False
        day = at_s // DAY_S + _FIRST_DAY
        near = self._near.get(day)
        if near is None:
            near = self._near[day] = any(self._offset_s(each) is None for each in (day - 1, day, day + 1))
        return near

    def _meant(self, at: datetime, text: str, last_s: int | None, place: str) -> int | str:
        is_local = at.tzinfo is None or self._overrides
        clock = self._clock_of(at) if isinstance(at, Called) and at.is_of_region and not self._overrides else self
        if isinstance(clock, str):
            return f"{quoted(text)} was not read: {clock}"
        if is_local and clock._zone is None:
            return f"{quoted(text)} may be an instant in any zone: say which under `zone: {{assume: …}}`"
        called_s = self._called(at) if isinstance(at, Called) and clock is self and not self._overrides else None
        if isinstance(called_s, str):
            return f"{quoted(text)} was not read in {self._name}: {called_s}"
        self.instants += 1
        if not (at.hour or at.minute or at.second or at.microsecond):
            self.midnights += ":" in text
            self.notices.note("midnight", place, text=text)
        if called_s is not None:
            return called_s
        if not is_local:
            return seconds_of(at)
        before = clock.never_were
        found_s = clock._local(at, text, last_s, place)
        self.never_were += clock.never_were - before if clock is not self else 0
        return found_s

    def _clock_of(self, at: Called) -> WallClock | str:
        """The clock of the zone that an instant names itself; why there is none."""
        found = self._elsewhere.get(at.name)
        if found is None:
            problem = zone_problem(at.name)
            found = f"{problem.message}; {problem.hint}" if problem else WallClock(at.name, notices=self.notices)
            self._elsewhere[at.name] = found
        return found

    def _called(self, at: Called) -> int | str:
        """The instant of digits with what the zone calls its time; why they are none."""
        plain = datetime(*at.timetuple()[:6])  # noqa: DTZ001 - the digits alone
        for fold in (0, 1):
            there = plain.replace(tzinfo=self._zone, fold=fold)
            if there.tzname() == at.name:
                return seconds_of(there)
        return f"its time is called {there.tzname()} then, and not {at.name}; say another under `zone: {{assume: …}}`"

    def _local(self, at: datetime, text: str, last_s: int | None, place: str) -> int:
        """The instant of digits on the zone's clock."""
        day = at.toordinal()
        offset_s = self._offset_s(day)
        if offset_s is not None:
            return (day - _FIRST_DAY) * DAY_S + at.hour * 3600 + at.minute * 60 + at.second - offset_s
        first_s, second_s = (seconds_of(at.replace(tzinfo=self._zone, fold=fold)) for fold in (0, 1))
        if second_s < first_s:  # the offset is greater after the clocks went forward
            self.never_were += 1
            self.notices.note("never-was", place, text=text, zone=self._name)
        elif last_s is not None and first_s < last_s <= second_s:
            return second_s
        return first_s

    def _offset_s(self, day: int) -> int | None:
        """Seconds that the zone is ahead of UTC all day long; ``None`` for a day on which its clocks are changed."""
        try:
            return self._offsets[day]
        except KeyError:
            begins = (datetime.fromordinal(each).replace(tzinfo=self._zone) for each in (day, day + 1))
            offsets = {each.replace(fold=fold).utcoffset() for each in begins for fold in (0, 1)}
            offset = offsets.pop()
            self._offsets[day] = found = None if offsets or offset is None else offset // _SECOND
            return found
