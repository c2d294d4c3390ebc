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
way contradicts: one text with a 13th decides. Where a year has two digits it may stand first, too, `26-03-13`: that it
does not is told by a text that would be no day then, or by years further apart than those of one export.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Final, NamedTuple

from upheld.history.mapping.cell_condition import shown
from upheld.history.mapping.date_form import Called, parse_form

MOST_SHAPES: Final = 400
"""Shapes of a column that are told apart; one with more is no column of dates."""
SHOWN: Final = 3
"""Texts of a shape that are tried."""
LONGEST: Final = 80
"""Characters of an instant, with what some tools write in brackets behind it."""
DATED: Final = 0.9
"""The share of a column's texts that are instants, from which on it holds instants."""
YEARS_APART: Final = 15
"""Years of two digits that lie further apart than this are days, where years in the other place do not."""
DAY, MONTH, YEAR = "day", "month", "year"
"""What stands first in a date of numbers."""
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
        third: One more such form.
        example: A text that these read differently; else any.
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
    third: str = ""

    @property
    def ways(self) -> list[str]:
        """The form, and those that nothing rules out."""
        return [each for each in (self.form, self.other, self.third) if each]


@dataclass(slots=True)
class _Shape:
    """What is known of the texts of one shape."""

    count: int = 0
    texts: list[str] = field(default_factory=list)
    differing: str = ""
    against: Counter[str] = field(default_factory=Counter)
    firsts: set[int] = field(default_factory=set)
    thirds: set[int] = field(default_factory=set)
    is_either: bool = False
    is_short: bool = False

    def count_numbers(self, text: str, count: int) -> None:
        """So many more of a date of three numbers, two of them of one or two digits."""
        first, second, third = (int(each) for each in _NUMBERS.findall(text)[:3])
        self.against[DAY] += count * (second > 12 or not 0 < first <= 31)
        self.against[MONTH] += count * (first > 12)
        self.against[YEAR] += count * (second > 12 or not 0 < third <= 31 or _year(first) not in YEARS)
        if self.is_short:
            self.firsts.add(_year(first))
            self.thirds.add(_year(third))
        if (first != second or (self.is_short and first != third)) and not self.differing:
            self.differing = text


class DateTexts:
    """The texts of a column that may hold instants, and of which shapes they are."""

    def __init__(self) -> None:
        self._shapes: dict[str, _Shape] = {}
        self.is_dated = True

    def add(self, text: str, count: int = 1) -> None:
        """So many more of a text."""
        if not self.is_dated:
            return
        text = shown(text)
        shape = text.translate(_DIGITS)
        found = self._shapes.get(shape)
        if found is None:
            if len(self._shapes) >= MOST_SHAPES or len(shape) > LONGEST:
                self._misfit(text, count)
                return
            found = self._shapes[shape] = _Shape()
            match = _matched(text)
            if match is not None and match["a"] is not None:
                found.is_either = match["s2"] != "."
                found.is_short = len(match["a"]) == len(match["ab"]) == 2
        found.count += count
        if len(found.texts) < SHOWN:
            found.texts.append(text)
        if found.is_either or found.is_short:
            found.count_numbers(text, count)

    def _misfit(self, text: str, count: int) -> None:
        found = self._shapes.setdefault("", _Shape())
        found.count += count
        found.texts = found.texts or [text]
        total = sum(each.count for each in self._shapes.values())
        self.is_dated = found.count <= total // 2

    def ways(self) -> list[list[str]]:
        """The forms that read these texts, the day first and, where those may be, the month, and the year."""
        found = [match for each in self._shapes.values() for text in each.texts[:1] if (match := _matched(text))]
        is_short = any(each.is_short for each in self._shapes.values())
        is_either = is_short or any(each.is_either for each in self._shapes.values())
        firsts = [DAY, *([MONTH] if is_either else []), *([YEAR] if is_short else [])]
        turned = [[_form(match, _LAX, first) for match in found] for first in firsts]
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
        if match is not None and any(_reads(_form(match, _LAX, first), text) for first in _firsts([shape])):
            return _form(match, _LAX, DAY)
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
    example = next((shape.differing for shape in shapes if shape.differing), matches[0][0])
    firsts = _firsts(shapes)
    against = {first: sum(shape.against[first] for shape in shapes) for first in firsts}
    fewest = min(against.values())
    able = [first for first in firsts if against[first] == fewest]
    if DAY in able and MONTH in able and matches[0]["noon"]:
        able = [MONTH, *(first for first in able if first != MONTH)]
    if YEAR in able and len(able) > 1:
        able = _by_years(able, shapes, is_iso=matches[0]["s2"] == "-")
    forms = [_form(matches[0], is_lax, first) for first in (able[:1] if fewest else able)]
    other, third = (*forms[1:], "", "")[:2]
    return Reading(forms[0], other, example, has_times=has_times, contradicted=fewest, third=third)


def _firsts(shapes: Iterable[_Shape]) -> list[str]:
    """What may stand first in dates of these shapes."""
    either, short = any(each.is_either for each in shapes), all(each.is_short for each in shapes)
    return [DAY, *([MONTH] if either else []), *([YEAR] if short else [])]


def _by_years(able: list[str], shapes: list[_Shape], *, is_iso: bool) -> list[str]:
    """What may stand first, the likelier before: years of one export lie together, and its days do not."""
    first, last = ({*chain.from_iterable(years)} for years in zip(*((each.firsts, each.thirds) for each in shapes)))
    if_first, if_last = (max(years) - min(years) for years in (first, last))
    others = [each for each in able if each != YEAR]
    if if_first > YEARS_APART >= if_last:
        return others
    if if_last > YEARS_APART >= if_first:
        return [YEAR]
    return [YEAR, *others] if if_first < if_last or (is_iso and if_first == if_last) else [*others, YEAR]


def _year(number: int) -> int:
    """The year that two digits mean, as forms read them."""
    return number + (1900 if number >= 70 else 2000)


def _form(match: re.Match[str], is_lax: tuple[bool, ...], first: str) -> str:
    """The form of dates that a text is of, with what stands first where it is of numbers."""
    day, month = ("D", "M") if is_lax[0] else ("DD", "MM")
    hour = "H" if is_lax[1] else "HH"
    if match["y"]:
        written = f"YYYY{match['s1']}{month}{match['s1']}{day}"
    elif match["a"]:
        year = "Y" * len(match["ab"])
        parts = {DAY: (day, month, year), MONTH: (month, day, year), YEAR: (year, month, day)}[first]
        written = match["s2"].join(parts)
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
