"""Opening documents: reading an entry of a policy's `calendars` into opening hours.

Every problem is found in one reading, each with the path of the value it is about,
so that the checker can show line and column and an embedder gets the first. The
entry's other keys (`label`, `clauses`, `assumes`, ...) are for other readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import TypedDict, TypeGuard

from upheld.core.errors import CalendarError
from upheld.core.finding import Path, Problem
from upheld.core.nearest import listed, nearest, quoted, said
from upheld.core.time.day import WEEKDAYS, NamedDay, RuleDay, Span, parse_days, parse_special_day, parse_weekdays
from upheld.core.time.duration import parse_duration
from upheld.core.time.instant import DAY_S, LAST_YEAR, date_of_day
from upheld.core.time.opening_hours import OpeningHours, PublicHolidays, Region
from upheld.core.time.rrule import days_of
from upheld.core.time.window import Windows, cut_at, first_overlap, parse_time_of_day, parse_window, text_of_window
from upheld.core.time.zone import zone_problem

KEYS = ("zone", "weekly", "holidays", "closed", "special", "nominal-day")
KEYS_OF_OTHERS = ("label", "clauses", "assumes", "override", "remove", "per-customer")
MOST_WINDOWS = 48
"""In one day; sixty-one years of more would not fit into a small machine. The schema says the same."""
MOST_RULES = 20
"""Of days; each looks at every day of sixty-one years, and a policy may come from a stranger."""


def read_opening_hours(
    document: object, public_holidays: PublicHolidays | None
) -> tuple[OpeningHours | None, list[Problem]]:
    """The opening hours that an entry of `calendars` states, and every problem in it; no hours where there is one.

    Args:
        document: The mapping with `zone`, `weekly`, `holidays`, `closed`, `special`, `nominal-day`.
        public_holidays: Who knows the holidays of a region; needed where `holidays` is given.
    """
    if not isinstance(document, Mapping):
        return None, [Problem((), "bad-value", "a calendar is a mapping with `zone` and `weekly`")]
    problems: list[Problem] = []
    for key in document:
        if key not in KEYS and key not in KEYS_OF_OTHERS:
            problems.append(_unknown_key((), key, KEYS, "a calendar has"))
    zone, weekly = _zone(document, problems), _weekly(document.get("weekly", {}), problems)
    hours = OpeningHours(
        zone=zone,
        weekly=weekly,
        holidays=_regions(document.get("holidays", ()), public_holidays, problems),
        closed=_closed(document.get("closed", ()), problems),
        **_special(document.get("special", {}), weekly, bool(document.get("holidays")), problems),
        stated_nominal_day_s=_nominal_day_s(document, problems),
    )
    problems.extend(
        _too_many_rules(hours) or ([] if problems else [*_rules_of_no_day(hours), *_rules_that_meet(hours)])
    )
    if not problems and not hours.ever_opens(public_holidays):
        hint = "give `weekly` a window on a day that is not closed"
        problems.append(Problem((), "empty", "the calendar never opens", hint))
    return (None, problems) if problems else (hours, [])


class _Unasked:
    """A source of public holidays for whoever only asks whose they are; so no library of them is loaded."""

    def problem(self, region: Region) -> Problem | None:
        return None

    def dates(self, region: Region) -> Mapping[date, str]:
        return {}


def stated_hours(document: object) -> OpeningHours | None:
    """What an entry of `calendars` states, the dates of public holidays apart; ``None`` where something is wrong."""
    return read_opening_hours(document, _Unasked())[0]


def _too_many_rules(hours: OpeningHours) -> list[Problem]:
    special = [day for day, _ in (*hours.special, *hours.early)]
    rules = sum(isinstance(day, RuleDay) for day in (*hours.closed, *special))
    if rules <= MOST_RULES:
        return []
    hint = "say it in fewer, such as `BYMONTHDAY=1,15`, or list the dates"
    return [Problem((), "bad-value", f"a calendar of {rules} rules for days: at most {MOST_RULES}", hint)]


def _rules_of_no_day(hours: OpeningHours) -> list[Problem]:
    """A rule by which no day comes; of opening hours in which nothing else is wrong."""
    closed: list[tuple[Path, NamedDay]] = [(("closed", place), day) for place, day in enumerate(hours.closed)]
    special = [(("special", str(day)), day) for day, _ in (*hours.special, *hours.early)]
    vain = [(path, day) for path, day in (*closed, *special) if isinstance(day, RuleDay) and not days_of(day.rule)]
    hint = "compare its parts, such as `BYMONTHDAY` and `BYMONTH`, or leave it out"
    return [
        Problem(path, "empty", f"{quoted(day.text)} names no day up to {LAST_YEAR}", hint, at_key=path[0] == "special")
        for path, day in vain
    ]


def _rules_that_meet(hours: OpeningHours) -> Iterator[Problem]:
    """Two rules that give one day windows of their own, each others: keys have no order that could decide."""
    rules = [(day, windows) for day, windows in hours.special if isinstance(day, RuleDay)]
    for (one, its), (other, theirs) in combinations(rules, 2):
        both = sorted(set(one.day_numbers()).intersection(other.day_numbers())) if its != theirs else ()
        if both:
            that = date_of_day(both[0])
            message = f"{quoted(other.text)} gives `{that}` other windows than {quoted(one.text)} does"
            hint = f"leave such days out of one of them, or say what counts by their dates, such as `{that}`"
            yield Problem(("special", other.text), "bad-value", message, hint, at_key=True)


def _zone(document: Mapping[str, object], problems: list[Problem]) -> str:
    if "zone" not in document:
        problems.append(Problem((), "bad-value", "a calendar needs a `zone`", "write for example `zone: Europe/Paris`"))
        return ""
    problem = zone_problem(document["zone"])
    if problem is not None:
        problems.append(replace(problem, path=("zone",)))
    return str(document["zone"])


def _weekly(weekly: object, problems: list[Problem]) -> tuple[Windows, ...]:
    by_weekday: list[Windows] = [()] * len(WEEKDAYS)
    if not isinstance(weekly, Mapping):
        problems.append(
            Problem(
                ("weekly",), "bad-value", "opening hours go by weekday", 'write `weekly: {mon-fri: ["09:00-17:00"]}`'
            )
        )
        return tuple(by_weekday)
    said_by: dict[int, str] = {}
    for key, value in weekly.items():
        windows = _windows(value, ("weekly", key), problems)
        try:
            weekdays = parse_weekdays(str(key))
        except ValueError as error:
            problems.append(Problem(("weekly", key), "bad-value", str(error), at_key=True))
            continue
        again = [weekday for weekday in weekdays if weekday in said_by]
        if again:
            message = f"`{key}` says `{WEEKDAYS[again[0]]}` again, after `{said_by[again[0]]}`"
            problems.append(
                Problem(("weekly", key), "bad-value", message, "give each day of the week once", at_key=True)
            )
        for weekday in weekdays:
            said_by.setdefault(weekday, key)
            by_weekday[weekday] = windows
    _nights_end_in_time(by_weekday, said_by, problems)
    return tuple(by_weekday)


def _nights_end_in_time(by_weekday: Sequence[Windows], said_by: Mapping[int, str], problems: list[Problem]) -> None:
    """A window that passes midnight ends before the next day of the week opens, Monday after Sunday too."""
    for weekday, windows in enumerate(by_weekday):
        tomorrow = (weekday + 1) % len(WEEKDAYS)
        following = by_weekday[tomorrow]
        if windows and following and windows[-1][1] - DAY_S > following[0][0]:
            night, day = text_of_window(windows[-1]), text_of_window(following[0])
            message = f"`{night}` of `{WEEKDAYS[weekday]}` and `{day}` of `{WEEKDAYS[tomorrow]}` overlap"
            hint = "a window that passes midnight ends before the next day opens"
            problems.append(Problem(("weekly", said_by[weekday]), "bad-value", message, hint))
            return


def _windows(value: object, path: Path, problems: list[Problem]) -> Windows:
    """The windows of one day, in order; none where any of them is wrong."""
    if not _is_list(value):
        problems.append(
            Problem(path, "bad-value", "windows stand in a list", 'write `["09:00-17:00"]`, or `[]` for closed')
        )
        return ()
    if len(value) > MOST_WINDOWS:
        hint = "one window may hold many hours; between two there is a break"
        problems.append(Problem(path, "bad-value", f"a day of {len(value)} windows: at most {MOST_WINDOWS}", hint))
        return ()
    windows = []
    for index, text in enumerate(value):
        try:
            windows.append(parse_window(_text(text)))
        except ValueError as error:
            problems.append(Problem((*path, index), "bad-value", str(error)))
    overlap = first_overlap(windows)
    if overlap is not None:
        one, other = (text_of_window(window) for window in overlap)
        problems.append(
            Problem(
                path, "bad-value", f"`{one}` and `{other}` overlap", "windows of a day may touch, but share no minute"
            )
        )
        return ()
    return tuple(sorted(windows))


def _regions(value: object, public_holidays: PublicHolidays | None, problems: list[Problem]) -> tuple[Region, ...]:
    if not _is_list(value):
        region = _region(value, ("holidays",), public_holidays, problems)
        return () if region is None else (region,)
    regions = [_region(item, ("holidays", index), public_holidays, problems) for index, item in enumerate(value)]
    return tuple(region for region in regions if region is not None)


def _region(
    value: object, path: Path, public_holidays: PublicHolidays | None, problems: list[Problem]
) -> Region | None:
    if not isinstance(value, Mapping) or "country" not in value:
        problems.append(
            Problem(
                path,
                "bad-value",
                "holidays are those of a country",
                "write `holidays: {country: GB, subdivision: ENG}`",
            )
        )
        return None
    for key in value:
        if key not in ("country", "subdivision"):
            problems.append(_unknown_key(path, key, ("country", "subdivision"), "holidays have"))
    if "subdivision" in value and not value["subdivision"]:
        problems.append(
            Problem((*path, "subdivision"), "bad-value", "`subdivision` is empty", "name it, or leave it out")
        )
    region = Region(_text(value["country"]), _text(value.get("subdivision", "")))
    if public_holidays is None:
        message = f"the public holidays of `{region}` need a source"
        problems.append(Problem(path, "bad-value", message, "use `upheld.Calendar`, which has one"))
        return None
    problem = public_holidays.problem(region)
    if problem is not None:
        problems.append(replace(problem, path=(*path, *problem.path)))
        return None
    return region


def _closed(value: object, problems: list[Problem]) -> tuple[NamedDay, ...]:
    if not _is_list(value):
        problems.append(
            Problem(
                ("closed",), "bad-value", "closing days stand in a list", 'write `closed: ["2024-12-24", "*-12-31"]`'
            )
        )
        return ()
    days = []
    for index, text in enumerate(value):
        try:
            days.append(parse_days(_text(text)))
        except ValueError as error:
            problems.append(Problem(("closed", index), "bad-value", str(error)))
    return tuple(days)


class _Special(TypedDict):
    """What `special` says of days: their own windows, or when they close early."""

    special: tuple[tuple[NamedDay, Windows], ...]
    early: tuple[tuple[NamedDay, int], ...]
    eves_close_s: int | None


def _special(value: object, weekly: Sequence[Windows], has_holidays: bool, problems: list[Problem]) -> _Special:
    if not isinstance(value, Mapping):
        hint = 'write `special: {"2024-12-23": ["09:00-12:00"]}`'
        problems.append(Problem(("special",), "bad-value", "special hours go by day", hint))
        return {"special": (), "early": (), "eves_close_s": None}
    special, early, eves_close_s = [], [], None
    for key, entry in value.items():
        closing_s: int | None = None
        windows: Windows = ()
        if isinstance(entry, Mapping):
            closing_s = _closing_s(entry, ("special", key), weekly, problems)
        else:
            windows = _windows(entry, ("special", key), problems)
        try:
            day = parse_special_day(_text(key))
        except ValueError as error:
            problems.append(Problem(("special", key), "bad-value", str(error), at_key=True))
            continue
        if day is None:
            eves_close_s = closing_s
            problems.extend(_of_eves(entry, key, has_holidays))
        elif closing_s is not None:
            early.append((day, closing_s))
        elif not isinstance(day, Span):
            special.append((day, windows))
        elif not isinstance(entry, Mapping):
            hint = 'write `{closes: "15:00"}`, which leaves weekends closed, or the windows of each date'
            message = "several days in a row have no windows of their own"
            problems.append(Problem(("special", key), "bad-value", message, hint))
    return {"special": tuple(special), "early": tuple(early), "eves_close_s": eves_close_s}


def _of_eves(entry: object, key: str, has_holidays: bool) -> Iterator[Problem]:
    """Days before public holidays may only close early: windows of their own would open weekends."""
    if not isinstance(entry, Mapping):
        hint = 'write `{closes: "12:00"}`: what is closed anyway stays closed'
        yield Problem(("special", key), "bad-value", "days before public holidays have no windows of their own", hint)
    if not has_holidays:
        hint = "say whose holidays, as `holidays: {country: FR}`"
        yield Problem(("special", key), "bad-value", "the calendar has no public holidays", hint, at_key=True)


def _closing_s(
    entry: Mapping[str, object], path: Path, weekly: Sequence[Windows], problems: list[Problem]
) -> int | None:
    """When a day closes early, in local time; it has to leave something of some day of the week."""
    problems.extend(
        _unknown_key(path, key, ("closes",), "a day that closes early has") for key in entry if key != "closes"
    )
    if "closes" not in entry:
        hint = 'write `{closes: "12:00"}`, or the windows of the day in a list'
        problems.append(Problem(path, "bad-value", "special hours say when the day closes, or its windows", hint))
        return None
    try:
        closing_s = parse_time_of_day(_text(entry["closes"]))
    except ValueError as error:
        problems.append(Problem((*path, "closes"), "bad-value", str(error)))
        return None
    if any(weekly) and not any(cut_at(windows, closing_s) for windows in weekly):
        message = f"no day of the week opens before `{entry['closes']}`"
        hint = "closed all day is an entry of `closed`; for a night that ends early, write its windows in a list"
        problems.append(Problem((*path, "closes"), "bad-value", message, hint))
    return closing_s


def _nominal_day_s(document: Mapping[str, object], problems: list[Problem]) -> int | None:
    if "nominal-day" not in document:
        return None
    try:
        duration = parse_duration(_text(document["nominal-day"]))
    except ValueError as error:
        problems.append(Problem(("nominal-day",), "bad-value", str(error)))
        return None
    if duration.unit not in ("s", "min", "h") or not 0 < duration.seconds <= DAY_S:
        message = f"`{duration}` is not what a business day can be worth"
        problems.append(Problem(("nominal-day",), "bad-value", message, "write its opening hours, such as `8h`"))
        return None
    return duration.seconds


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _text(value: object) -> str:
    """The value as a document has it; what is no text fails in the parser, which quotes it."""
    return "" if value is None else said(value)


def _unknown_key(path: Path, key: object, keys: tuple[str, ...], owner: str) -> Problem:
    near = nearest(said(key), keys)
    hint = f"did you mean `{near}`?" if near else f"its keys are {listed(keys)}"
    return Problem((*path, str(key)), "unknown-name", f"{owner} no key {quoted(key)}", hint, at_key=True)


def calendar_error(what: str, problems: Sequence[Problem]) -> CalendarError:
    """The exception for an embedder whose ``what`` has these problems: the first, and how many more there are."""
    first = problems[0]
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in first.path)
    hint = f": {first.hint}" if first.hint else ""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return CalendarError(f"{what}{where}: {first.message}{hint}{more}")
