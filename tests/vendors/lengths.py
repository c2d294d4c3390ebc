"""Times: targets a second longer and shorter, calendars and recurrences moved.

A target that is a moment and no length, such as closing, cannot be a second later: it
is read on a calendar of its own that closes a minute later, or earlier, than the real
one. Business days counted in dates are one more, or one less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vendors.mutation import GONE, Changes, Edits, Path, Tree, get, listed, walk

from upheld.core.time.duration import Duration, parse_duration
from upheld.core.time.window import parse_window

STEPS = (("more", 1), ("less", -1))


def targets(tree: Tree) -> Changes:
    """Every promised time, mark, timer and objective a step longer and shorter."""
    for step, spec in enumerate(tree.get("commitments", ())):
        at = ("commitments", step)
        if isinstance(spec["within"], list):
            for case, value in enumerate(spec["within"]):
                yield from _target(tree, at, (*at, "within", case, "is"), value["is"])
        else:
            yield from _target(tree, at, (*at, "within"), spec["within"])
        for index, mark in enumerate(spec.get("warn-at", ())):
            yield from _percent((*at, "warn-at", index), mark)
    yield from _tables(tree)
    for step, spec in enumerate(tree.get("timers", ())):
        yield from _length(tree, ("timers", step, "after"), spec["after"], spec)
    for step, spec in enumerate(tree.get("objectives", ())):
        if "within" in spec:
            yield from _length(tree, ("objectives", step, "within"), spec["within"], spec)
        if "share" in spec:
            yield from _percent(("objectives", step, "share"), spec["share"])


def _percent(path: Path, text: str) -> Changes:
    share = int(text.removesuffix("%"))
    for words, more in STEPS:
        if share + more <= 100:
            yield "target moved", path, words, {path: f"{share + more}%"}


def _tables(tree: Tree) -> Changes:
    """The cells of tables; what a business day is worth says the commitment that looks there."""
    used = {
        each["parameter"]: spec
        for spec in tree.get("commitments", ())
        for _, each in walk(spec["within"])
        if isinstance(each, dict) and "parameter" in each
    }
    for name, spec in tree.get("parameters", {}).items():
        for row, values in enumerate(spec["values"]):
            for column, text in values.items():
                if column not in ("from", "until", "clauses", "assumes"):
                    for path, cell in walk(text, ("parameters", name, "values", row, column)):
                        if isinstance(cell, str):
                            yield from _length(tree, path, cell, used.get(name, {}))


def _target(tree: Tree, at: Path, path: Path, value: Any) -> Changes:
    if isinstance(value, str):
        yield from _length(tree, path, value, get(tree, at))
    elif "next" in value or "closing-of" in value:
        for words, more in STEPS:
            yield "target moved", path, f"a minute {words}", _closing(tree, at, path, value, more)
        if "after" in value:
            yield "target moved", path, "after the instant", {(*path, "after"): GONE}


def _length(tree: Tree, path: Path, text: str, user: Any) -> Changes:
    """A length that a commitment, timer, objective or charge looks at, a step longer and shorter."""
    if text == "next-release":
        yield "target moved", path, "60 business days", {path: "60bd"}
        yield "target moved", path, "next opening", {path: "next-opening"}
        return
    if text == "best-effort":  # no time that anybody could miss
        return
    head, _, tail = text.rpartition(" + ")
    for words, more in STEPS:
        moved = _moved(tree, parse_duration(tail), user, more)
        new: Any = f"{head} + {moved}" if head else moved
        yield "target moved", path, words, {path: {"closing-of": "same-day"} if new == "0bd" else new}


def _moved(tree: Tree, length: Duration, user: Any, more: int) -> str:
    """So much more: a minute of what is billed, a business day of dates, a second of all else."""
    if not user:
        return f"{length.seconds // 60 + more}min"
    if length.unit in ("mo", "y"):
        return f"{int(length.amount) + more or 2}{length.unit}"
    if not length.is_business_day:
        return f"{length.seconds + more}s"
    if user["business-day"] == "opening-time":
        return f"{int(length.amount * day_s(tree, user['calendar'])) + more}s"
    return f"{int(length.amount) + more}bd"


def day_s(tree: Tree, calendar: str) -> int:
    """What a business day of a calendar is worth, in seconds: in all of ours each is worth the same."""
    worths = {
        sum(end - start for start, end in map(parse_window, listed(each)))
        for each in tree["calendars"][calendar]["weekly"].values()
    }
    (worth,) = worths
    return worth


def _closing(tree: Tree, at: Path, path: Path, value: Any, more: int) -> Edits:
    """The target on a calendar that closes so many minutes later."""
    if "closing-of" in value:
        name = get(tree, at)["calendar"]
        return {(*at, "calendar"): "own", ("calendars", "own"): _later(tree["calendars"][name], more)}
    recurrence = tree["recurrences"][value["next"]]
    return {
        (*path, "next"): "own",
        ("recurrences", "own"): {**recurrence, "calendar": "own"},
        ("calendars", "own"): _later(tree["calendars"][recurrence["calendar"]], more),
    }


def _later(calendar: Any, minutes: int) -> Any:
    """A calendar whose days close so many minutes later."""
    weekly = {}
    for days, value in calendar["weekly"].items():
        *windows, last = listed(value)
        weekly[days] = [*windows, _shifted(last, 0, minutes)]
    return {**calendar, "weekly": weekly}


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


ROLLS = ("previous", "next", "none")
ZONES = {"Etc/UTC": "Europe/London", "Europe/Paris": "Etc/UTC", "Europe/Zurich": "Etc/UTC"}
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def calendars(tree: Tree) -> Changes:
    """Every calendar an hour off, window by window too, in another zone, without holidays; recurrences moved."""
    for name, spec in tree.get("calendars", {}).items():
        at = ("calendars", name)
        for words, more in (("later", 60), ("earlier", -60)):
            windows = {path: _shifted(each, more, more) for path, each in _windows(at, spec)}
            yield "calendar shifted", at, f"an hour {words}", windows
        for path, each in _windows(at, spec):
            yield "calendar shifted", path, "opens an hour later", {path: _shifted(each, 60, 0)}
            yield "calendar shifted", path, "opens an hour earlier", {path: _shifted(each, -60, 0)}
            yield "calendar shifted", path, "closes an hour later", {path: _shifted(each, 0, 60)}
            yield "calendar shifted", path, "closes an hour earlier", {path: _shifted(each, 0, -60)}
        other = ZONES.get(spec["zone"], "Etc/UTC")
        yield "calendar shifted", at, other, {(*at, "zone"): other}
        for key in ("holidays", "closed", "special"):
            if key in spec:
                yield "calendar shifted", at, f"no {key}", {(*at, key): GONE}
    for name, spec in tree.get("recurrences", {}).items():
        at = ("recurrences", name)
        for roll in ROLLS:
            if roll != spec.get("roll", "none"):
                yield "calendar shifted", at, f"roll {roll}", {(*at, "roll"): roll}
        day = re.search(r"BYDAY=([A-Z]{2})", spec.get("rrule", ""))
        if day:
            other = DAYS[DAYS.index(day[1]) - 1]
            yield "calendar shifted", at, other, {(*at, "rrule"): spec["rrule"].replace(day[0], f"BYDAY={other}")}


def _windows(at: Path, spec: Any) -> Iterator[tuple[Path, str]]:
    for path, value in walk(spec["weekly"], (*at, "weekly")):
        if isinstance(value, str):
            yield path, value


def _shifted(window: str, opening: int, closing: int) -> str:
    start, end = (each // 60 for each in parse_window(window))
    return f"{_time(start + opening)}-{_time(end + closing)}"
