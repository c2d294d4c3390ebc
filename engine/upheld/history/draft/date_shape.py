"""Shapes of dates: how the instants of a column are written, settled by every text that it holds.

    >>> dates = DateTexts()
    >>> for text in ("01/02/2026 08:00", "01/13/2026 09:30"):
    ...     dates.add(text)
    >>> dates.reading().form, dates.reading().other
    ('MM/DD/YYYY HH:mm', '')
    >>> dates = DateTexts()
    >>> dates.add("01/02/2026 08:00")
    >>> dates.reading().form, dates.reading().other, dates.reading().example
    ('DD/MM/YYYY HH:mm', 'MM/DD/YYYY HH:mm', '01/02/2026 08:00')

A *shape* is a text with every digit made `9`: a column has a handful of them, whatever its length, so that all rows are
looked at and hardly anything is held. Where day and month could be either way round, it is counted how many texts each
way contradicts: one text with a 13th decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from upheld.history.mapping.date_form import Called, parse_form

MOST_SHAPES: Final = 400
"""Shapes of a column that are told apart; one with more is no column of dates."""
SHOWN: Final = 3
"""Texts of a shape that are tried."""
LONGEST: Final = 80
"""Characters of an instant, with what some tools write in brackets behind it."""
DATED: Final = 0.9
"""The share of a column's texts that are instants, from which on it holds instants."""
YEARS: Final = range(1980, 2081)
"""Years in which tickets are; numbers that would be others count something else."""

COMPACT: Final = "YYYYMMDDHHmmss"
EPOCHS: Final = ("epoch-s", "epoch-ms", "epoch-us", "epoch-ns")
NUMBERS: Final = (*EPOCHS, "excel")
"""Forms that are plain numbers, which may count anything."""

ZONES: Final[Mapping[str, frozenset[str]]] = {
    "Europe/Paris": frozenset({"CET", "CEST"}),
    "Europe/London": frozenset({"GMT", "BST"}),
    "Europe/Athens": frozenset({"EET", "EEST"}),
    "America/New_York": frozenset({"EST", "EDT"}),
    "America/Chicago": frozenset({"CST", "CDT"}),
    "America/Denver": frozenset({"MST", "MDT"}),
    "America/Los_Angeles": frozenset({"PST", "PDT"}),
    "Asia/Kolkata": frozenset({"IST"}),
    "Asia/Tokyo": frozenset({"JST"}),
}
"""For what some zones call their time, one zone that does: a guess."""

_DIGITS: Final = str.maketrans("012345678", "999999999")
_SPACES: Final = str.maketrans("\u00a0\u202f", "  ")
WEEKDAYS: Final = (
    "mon|monday|tues?|tuesday|wed|wednesday|thu|thur|thurs|thursday|fri|friday|sat|saturday|sun|sunday|"
    "mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|"
    "lun|lundi|mar|mardi|mer|mercredi|jeu|jeudi|ven|vendredi|sam|samedi|dim|dimanche"
)
_DATE: Final = (
    rf"(?:(?P<week>(?i:{WEEKDAYS}))\.?(?P<weekgap>,? ))?"
    r"(?:(?P<y>[0-9]{4})(?P<s1>[-/.])(?P<ym>[0-9]{1,2})(?P=s1)(?P<yd>[0-9]{1,2})"
    r"|(?P<a>[0-9]{1,2})(?P<s2>[-/.])(?P<b>[0-9]{1,2})(?P=s2)(?P<ab>[0-9]{4}|[0-9]{2})"
    r"|(?P<d>[0-9]{1,2})(?P<s3>[-/ .]|\. | de )(?P<n>[^\W\d_]{3,10})\.?(?P<s4>[-/ .]| de )(?P<dn>[0-9]{4}|[0-9]{2})"
    r"|(?P<m>[^\W\d_]{3,10})(?P<s5> {1,2})(?P<md>[0-9]{1,2})(?P<s6>,? )(?P<my>[0-9]{4}))"
)
_TIME: Final = (
    r"(?:(?P<gap>,? {1,2}| - | @ |T|\v)(?:(?P<word>à|a|at|um) )?(?P<h>[0-9]{1,2})(?P<colon>[:h.])[0-9]{2}"
    r"(?P<sec>(?:(?P=colon)|:)[0-9]{2})?(?P<dot>[.,])?(?P<frac>(?<=[.,])[0-9]{1,9})?(?P<clock> Uhr)?"
    r"(?:(?P<noongap> ?)(?P<noon>[AaPp]\.? ?[Mm]\.?))?"
    r"(?:(?P<zonegap> ?)(?P<zone>Z|[A-Z]{3,5}|(?:UTC|GMT)?[+-][0-9]{2}:?[0-9]{2}|[A-Z][A-Za-z_]+/[A-Za-z_/]+)"
    r"(?: \([^()]{1,60}\))?)?)?"
)
_TEXT: Final = re.compile(_DATE + _TIME)
_YEAR_LAST: Final = re.compile(r"(.* [0-9]{1,2}) ([0-9:]{5,8}(?: [A-Z]{3,5}| [+-][0-9]{4})?) ([0-9]{4})")
"""How C and Java write one: `Mon Mar  2 09:00:00 CET 2026`."""
_LAX: Final = (True, True)
_NUMBERS: Final = re.compile(r"[0-9]+")


class Reading(NamedTuple):
    """How a column of instants is read.

    Attributes:
        form: As a mapping writes it, ``""`` where no form fits.
        other: The form that would read the same texts as other instants, ``""`` where a text rules it out.
        example: A text that the two read differently; else any.
        others: Further forms, for texts that the first does not fit.
        has_times: Whether any text has a time of day.
        contradicted: How many texts contradict the form though most follow it.
        misfits: How many texts no form fits, with one of them.
        misfit: One of them.
    """

    form: str = ""
    other: str = ""
    example: str = ""
    others: tuple[str, ...] = ()
    has_times: bool = False
    contradicted: int = 0
    misfits: int = 0
    misfit: str = ""


@dataclass(slots=True)
class _Shape:
    """What is known of the texts of one shape."""

    count: int = 0
    texts: list[str] = field(default_factory=list)
    differing: str = ""
    first_over_12: int = 0
    second_over_12: int = 0
    is_either: bool = False


class DateTexts:
    """The texts of a column that may hold instants, and of which shapes they are."""

    def __init__(self) -> None:
        self._shapes: dict[str, _Shape] = {}
        self.is_dated = True

    def add(self, text: str, count: int = 1) -> None:
        """So many more of a text."""
        if not self.is_dated:
            return
        text = text.translate(_SPACES)
        shape = text.translate(_DIGITS)
        found = self._shapes.get(shape)
        if found is None:
            if len(self._shapes) >= MOST_SHAPES or len(shape) > LONGEST:
                self._misfit(text, count)
                return
            found = self._shapes[shape] = _Shape()
            match = _matched(text)
            found.is_either = match is not None and match["a"] is not None and match["s2"] != "."
        found.count += count
        if len(found.texts) < SHOWN:
            found.texts.append(text)
        if found.is_either:
            first, second = (int(each) for each in _NUMBERS.findall(text)[:2])
            found.first_over_12 += count * (first > 12)
            found.second_over_12 += count * (second > 12)
            if first != second and not found.differing:
                found.differing = text

    def _misfit(self, text: str, count: int) -> None:
        found = self._shapes.setdefault("", _Shape())
        found.count += count
        found.texts = found.texts or [text]
        total = sum(each.count for each in self._shapes.values())
        self.is_dated = found.count <= total // 2

    def ways(self) -> list[list[str]]:
        """The forms that read these texts, the day before the month and, where that may be, the other way round."""
        found = [match for each in self._shapes.values() for text in each.texts[:1] if (match := _matched(text))]
        is_either = any(each.is_either for each in self._shapes.values())
        turned = [[_form(match, _LAX, way) for match in found] for way in ([False, True] if is_either else [False])]
        numbers = [form for form in NUMBERS if form == self.reading(numbers=True).form]
        return [list(dict.fromkeys(("iso", *numbers, *forms))) for forms in turned]

    def reading(self, numbers: bool = False, least: float = DATED) -> Reading:
        """How these texts are read.

        Args:
            numbers: Whether plain numbers may be instants, too.
            least: The share of them that has to be instants.
        """
        return settled([self], numbers, least)


def settled(columns: Iterable[DateTexts], numbers: bool = False, least: float = DATED) -> Reading:
    """How the texts of several columns are read together: one way for all, since one tool wrote them."""
    groups: dict[str, list[_Shape]] = {}
    misfits, misfit = 0, ""
    for column in columns:
        if not column.is_dated:
            return Reading()
        for shape in column._shapes.values():
            family = _family(shape, numbers)
            if family:
                groups.setdefault(family, []).append(shape)
            else:
                misfits, misfit = misfits + shape.count, misfit or shape.texts[0]
    total = misfits + sum(each.count for group in groups.values() for each in group)
    if not groups or total - misfits < least * total:
        return Reading()
    ordered = sorted(groups.items(), key=lambda each: -sum(shape.count for shape in each[1]))
    readings = [_group(family, shapes) for family, shapes in ordered]
    first = readings[0]
    return first._replace(
        others=tuple(each.form for each in readings[1:]),
        has_times=any(each.has_times for each in readings),
        contradicted=sum(each.contradicted for each in readings),
        misfits=misfits,
        misfit=misfit,
    )


def _matched(text: str) -> re.Match[str] | None:
    """The parts of a date as people write it; where the year stands last, a sign of its own stands before the time."""
    turned = _YEAR_LAST.fullmatch(text)
    return _TEXT.fullmatch(f"{turned[1]} {turned[3]}\v{turned[2]}" if turned else text)


def _family(shape: _Shape, numbers: bool) -> str:
    """What shapes have in common that one form reads: all but how many digits a day or an hour has."""
    if any(_reads("iso", text) for text in shape.texts):
        return "iso"
    if any(_reads(COMPACT, text) for text in shape.texts):
        return COMPACT
    for text in shape.texts:
        match = _matched(text)
        if match is not None and any(_reads(_form(match, _LAX, turned), text) for turned in (False, True)):
            return _form(match, _LAX, False)
        if numbers:
            found = next((form for form in NUMBERS if _reads(form, text)), "")
            if found:
                return found
    return ""


def _group(family: str, shapes: list[_Shape]) -> Reading:
    """How shapes of one family are read; of two ways the one that no text contradicts, or the likelier."""
    if not any(_matched(shape.texts[0]) for shape in shapes) or family == "iso":
        return Reading(family, example=shapes[0].texts[0], has_times=True)
    matches = [match for shape in shapes for text in shape.texts if (match := _matched(text)) is not None]
    is_lax = tuple(any(each) for each in zip(*map(_is_lax, matches)))
    has_times = matches[0]["h"] is not None
    day_first, month_first = (_form(matches[0], is_lax, turned) for turned in (False, True))
    if not any(shape.is_either for shape in shapes):
        return Reading(day_first, example=matches[0][0], has_times=has_times)
    against_month = sum(shape.first_over_12 for shape in shapes)
    against_day = sum(shape.second_over_12 for shape in shapes)
    example = next((shape.differing for shape in shapes if shape.differing), matches[0][0])
    if against_day or against_month:
        is_month = against_day > against_month
        form = month_first if is_month else day_first
        return Reading(form, "", example, has_times=has_times, contradicted=min(against_day, against_month))
    likely, other = (month_first, day_first) if matches[0]["noon"] else (day_first, month_first)
    return Reading(likely, other, example, has_times=has_times)


def _form(match: re.Match[str], is_lax: tuple[bool, ...], turned: bool) -> str:
    """The form of dates that a text is of; ``turned`` for the month before the day."""
    day, month = ("D", "M") if is_lax[0] else ("DD", "MM")
    hour = "H" if is_lax[1] else "HH"
    if match["y"]:
        written = f"YYYY{match['s1']}{month}{match['s1']}{day}"
    elif match["a"]:
        first, second = (month, day) if turned else (day, month)
        written = f"{first}{match['s2']}{second}{match['s2']}{'Y' * len(match['ab'])}"
    elif match["d"]:
        written = f"{day}{match['s3']}{_month(match['n'])}{match['s4']}{'Y' * len(match['dn'])}"
    else:
        written = f"{_month(match['m'])}{match['s5']}{day}{match['s6']}YYYY"
    if match["week"]:
        written = f"dddd{match['weekgap']}{written}"
    written = written.replace(" de ", " [de] ").replace("  ", " ")
    if not match["h"]:
        return written
    if match["gap"] == "\v":
        return f"{written.removesuffix(' YYYY')} {_time(match, hour)} YYYY"
    return written + match["gap"].replace("  ", " ") + _time(match, hour)


def _time(match: re.Match[str], hour: str) -> str:
    """What the form says of the time of day."""
    written = f"[{match['word']}] " if match["word"] else ""
    written += (hour.lower() if match["noon"] else hour) + match["colon"].replace("h", "[h]") + "mm"
    written += f"{match['sec'][0]}ss".replace("h", "[h]") if match["sec"] else ""
    written += f"{match['dot']}S" if match["frac"] else ""
    written += " [Uhr]" if match["clock"] else ""
    written += f"{match['noongap']}A" if match["noon"] else ""
    return written + (f"{match['zonegap']}Z" if match["zone"] else "")


def _month(name: str) -> str:
    return "MMM" if len(name) == 3 else "MMMM"


def _is_lax(match: re.Match[str]) -> tuple[bool, bool]:
    """Whether a day or a month, and whether an hour, has one digit alone."""
    days = any(match[part] and len(match[part]) == 1 for part in ("ym", "yd", "a", "b", "d", "md"))
    return days, bool(match["h"]) and len(match["h"]) == 1


def _reads(form: str, text: str) -> datetime | None:
    """What a form makes of a text, where that is an instant at which a ticket may have been."""
    try:
        at = parse_form(form)(text)
    except ValueError:
        return None  # a form that mappings do not have
    return at if at is not None and at.year in YEARS else None


def offsets(texts: Counter[str], form: str) -> Counter[str]:
    """How many instants have which offset from UTC, or which zone; ``none`` for those without."""
    read = parse_form(form)
    found: Counter[str] = Counter()
    for text, count in texts.items():
        at = read(text)
        if isinstance(at, Called) and at.is_of_region:
            found[at.name] += count
        elif at is not None:
            found[f"{at:%z}"[:5] if at.tzinfo is not None else "none"] += count
    return found


def likely_zone(texts: Iterable[str], forms: Iterable[str]) -> str:
    """A zone that calls its time as these instants do; ``""`` where they say nothing, or where none does."""
    reads = [parse_form(form) for form in forms]
    names = {at.name for text in texts for read in reads if isinstance(at := read(text), Called)}
    return next((zone for zone, own in ZONES.items() if names and names <= own), "")
