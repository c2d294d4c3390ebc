"""Histories of the bench: tickets over three years, clean or noisy, made at once with numpy, always the same ones.

A ticket's draws depend on the seed and its number alone, so a longer history begins with the tickets of a shorter one.
They come from a mixing function of integers that is written here: numpy may change its generators between releases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bulk_bench import course
from bulk_bench.course import AGENT, CUSTOMER, EVENTS, LOCAL_TEAM, STEPS

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SEED: Final = 20261201
BEGIN_S: Final = int(datetime(2023, 1, 2, tzinfo=UTC).timestamp())
AS_OF_S: Final = int(datetime.fromisoformat(course.AS_OF).timestamp())
CHUNK: Final = 20_000
OFFICE_BEGIN_S, OFFICE_END_S = 9 * course.HOUR, 17 * course.HOUR + 30 * course.MIN
STEP_SALT: Final = 1000
NOISE_SALT: Final = 5000
LATE: Final = len(STEPS)
"""The step of a severity that is given late; what is strewn in comes as the step after it."""


@dataclass(frozen=True, slots=True)
class History:
    """Records in order of arrival: column by column, names as their places in the tables of `course`; -1 is none."""

    ticket: npt.NDArray[np.int32]
    at_s: npt.NDArray[np.int32]
    event: npt.NDArray[np.int8]
    actor: npt.NDArray[np.int16]
    channel: npt.NDArray[np.int8]
    customer: npt.NDArray[np.int16]
    data: npt.NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.ticket)

    def part(self, begin: int, end: int) -> History:
        """Some records that follow one another."""
        return History(*(getattr(self, name)[begin:end] for name in self.__dataclass_fields__))


class Draws:
    """Numbers at random for each of some tickets, by a salt for each question."""

    def __init__(self, seed: int, numbers: Ints) -> None:
        self._numbers = numbers.astype(np.uint64)
        self._seed = seed

    def of(self, salt: int) -> npt.NDArray[np.uint64]:
        """64 bits for each, by the finalizer of splitmix64 (Steele, Lea, Flood 2014)."""
        start = (self._seed * 0x9E3779B97F4A7C15 + salt * 0xD1B54A32D192ED03) % 2**64
        bits = (self._numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(start)
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return bits ^ (bits >> np.uint64(31))

    def below(self, salt: int, end: int) -> Ints:
        """From 0 up to, and without, an end."""
        return ((self.of(salt) >> np.uint64(16)) % np.uint64(end)).astype(np.int64)

    def happens(self, salt: int, permille: int) -> Bools:
        """So many of a thousand."""
        return self.below(salt, 1000) < permille

    def one_of(self, salt: int, weights: Mapping[str, int]) -> Ints:
        """A place in a table of weights."""
        ends = np.cumsum(list(weights.values()))
        return np.searchsorted(ends, self.below(salt, int(ends[-1])), side="right")

    def lasting(self, salt: int, average_s: int) -> Ints:
        """Seconds, one at least."""
        spread = np.asarray(course.SPREAD, np.int64)[self.below(salt, course.QUANTILES)]
        return 1 + spread * average_s // 1000 + self.below(salt + 1, 60)


class OfficeHours:
    """Nine to half past five on working days, for whoever makes a history; no holidays, which agents may work on."""

    def __init__(self) -> None:
        days = np.arange(BEGIN_S // course.DAY - 7, AS_OF_S // course.DAY + 400)
        working = days[(days + 3) % 7 < 5]  # day 0, in 1970, was a Thursday
        self._opens = working * course.DAY + OFFICE_BEGIN_S
        self._before = np.arange(len(working) + 1) * (OFFICE_END_S - OFFICE_BEGIN_S)

    def later(self, at_s: Ints, opening_s: Ints) -> Ints:
        """The instant so much opening time after another."""
        last = np.searchsorted(self._opens, at_s, side="right") - 1
        done = self._before[last] + np.minimum(at_s - self._opens[last], OFFICE_END_S - OFFICE_BEGIN_S) + opening_s
        place = np.searchsorted(self._before, done, side="right") - 1
        return np.asarray(self._opens[place] + done - self._before[place])


def made(events: int, *, noisy: bool = False, seed: int = SEED) -> History:
    """The records of as many whole tickets as make up so many events, in order of arrival."""
    chunks: list[tuple[Ints, Mapping[str, npt.NDArray[Any]]]] = []
    count = first = 0
    while count < events:
        numbers = np.arange(first, first + min(CHUNK, 1 + events // 8))
        arrival, columns = _chunk(seed, numbers, noisy)
        counts = np.bincount(columns["ticket"] - first, minlength=len(numbers))
        whole = int(np.searchsorted(count + np.cumsum(counts), events, side="right"))
        if whole < len(numbers):
            kept = columns["ticket"] < first + whole
            arrival, columns = arrival[kept], {name: column[kept] for name, column in columns.items()}
        chunks.append((arrival, columns))
        count, first = count + len(arrival), first + len(numbers)
        if whole < len(numbers):
            break
    order = np.argsort(np.concatenate([arrival for arrival, _ in chunks]), kind="stable")
    names = History.__dataclass_fields__
    return History(*(np.concatenate([columns[name] for _, columns in chunks])[order] for name in names))


def _chunk(seed: int, numbers: Ints, noisy: bool) -> tuple[Ints, Mapping[str, npt.NDArray[Any]]]:
    """When each record of some tickets arrives, and the records."""
    draws = Draws(seed, numbers)
    facts = _facts(draws)
    has = _parts(draws, facts)
    late = draws.happens(NOISE_SALT, 150) if noisy else np.zeros(len(numbers), np.bool_)
    at_s = _opened_at(draws)
    hours = OfficeHours()
    rows: list[dict[str, Ints]] = []
    for place, step in enumerate(STEPS):
        there = has[step.part]
        if place:
            at_s = np.where(there, _next(draws, facts, hours, step, STEP_SALT + 10 * place, at_s), at_s)
        by, event, data = _told(draws, facts, step, STEP_SALT + 10 * place + 5, late)
        if step.event == "resolve":  # what the local team does not hand over, it resolves itself
            by = np.where(facts["alone"], course.FIRST_OF[LOCAL_TEAM] + facts["customer"], by)
        rows.append(_records(numbers, there, place, at_s, event, by, data, facts))
        if step.event == "qualify":
            later_s = at_s + draws.lasting(NOISE_SALT + 1, 9 * course.HOUR)
            severity = course.BY_SEVERITY + facts["severity"]
            event = np.full(len(numbers), EVENTS.index("set-severity"))
            rows.append(
                _records(numbers, late & there, LATE, later_s, event, draws.below(7, course.AGENTS), severity, facts)
            )
    columns = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    if noisy:
        columns = _strewn(seed, columns)
    arrival = columns.pop("arrival")
    kept = columns["at_s"] <= AS_OF_S
    order = np.lexsort((columns.pop("step")[kept], arrival[kept], columns["ticket"][kept]))
    kinds = {name: np.dtype(kind) for name, kind in KINDS.items()}
    return arrival[kept][order], {name: columns[name][kept][order].astype(kinds[name]) for name in kinds}


KINDS: Final = {
    "ticket": "int32",
    "at_s": "int32",
    "event": "int8",
    "actor": "int16",
    "channel": "int8",
    "customer": "int16",
    "data": "int16",
}


def _facts(draws: Draws) -> dict[str, Ints]:
    """What stays the same of each ticket."""
    facts = {
        "type": draws.one_of(1, course.TYPES),
        "severity": draws.one_of(2, course.SEVERITIES),
        "via": draws.one_of(3, course.VIAS),
        "reply-by": draws.one_of(4, course.REPLIES),
        "channel": draws.one_of(5, course.CHANNELS),
        "customer": draws.below(6, course.CUSTOMERS),
    }
    local = facts["via"] == list(course.VIAS).index(LOCAL_TEAM)
    facts["local"] = local.astype(np.int64)
    facts["alone"] = (local & ~draws.happens(8, course.PARTS["handed over"])).astype(np.int64)
    return facts


def _parts(draws: Draws, facts: Mapping[str, Ints]) -> dict[str, Bools]:
    """Which parts of the course each ticket has."""
    served = facts["alone"] == 0
    has = {name: draws.happens(100 + place, permille) for place, (name, permille) in enumerate(course.PARTS.items())}
    has["handed over"] = (facts["local"] == 1) & served
    has["signed"] = facts["type"] == list(course.TYPES).index("change-request")
    has["reopened again"] &= has["reopened"]
    return {name: there if name in ("opened", "resolved", "closed") else there & served for name, there in has.items()}


def _opened_at(draws: Draws) -> Ints:
    """When each ticket came: any day of the three years, few at weekends, mostly while the office is open."""
    days = (AS_OF_S - BEGIN_S) // course.DAY
    day = draws.below(10, days)
    day = np.where((day % 7 >= 5) & draws.happens(11, 800), (day + 2 + draws.below(12, 5)) % days, day)
    open_s = OFFICE_BEGIN_S + draws.below(13, OFFICE_END_S - OFFICE_BEGIN_S)
    return BEGIN_S + day * course.DAY + np.where(draws.happens(14, 820), open_s, draws.below(15, course.DAY))


def _next(
    draws: Draws, facts: Mapping[str, Ints], hours: OfficeHours, step: course.Step, salt: int, at_s: Ints
) -> Ints:
    """When a step happens: agents mostly work in office hours, and sooner on what is grave."""
    lasting = draws.lasting(salt, step.after_s)
    if step.by != AGENT:
        return at_s + lasting
    lasting = 1 + lasting * np.asarray(course.PACE)[facts["severity"]] // 100
    return np.where(draws.happens(salt + 2, 960), hours.later(at_s, lasting), at_s + lasting)


def _told(
    draws: Draws, facts: Mapping[str, Ints], step: course.Step, salt: int, late: Bools
) -> tuple[Ints, Ints, Ints]:
    """By whom, what, and with which data."""
    number = len(late)
    first = course.FIRST_OF[step.by]
    by = draws.below(salt, course.AGENTS) if step.by == AGENT else first + facts["customer"]
    data = np.full(number, course.NO_DATA)
    if step.event == "submit":
        severity = np.where(late, len(course.SEVERITIES), facts["severity"])
        data = (facts["type"] * (len(course.SEVERITIES) + 1) + severity) * len(course.VIAS) + facts["via"]
        data = course.OPENINGS + data * len(course.REPLIES) + facts["reply-by"]
    elif step.event in ("acknowledge", "plan", "reply"):
        asked = np.where(facts["reply-by"] > 0, facts["reply-by"] - 1, facts["channel"])
        due = np.where(facts["severity"] == 0, course.WAYS.index("phone"), asked)
        data = course.BY_WAY + np.where(draws.happens(salt + 1, 930), due, draws.below(salt + 2, len(course.WAYS)))
    elif step.event == "set-severity":
        data = course.BY_SEVERITY + draws.one_of(salt + 1, course.SEVERITIES)
    elif step.event == "qualify":
        changed = draws.happens(salt + 1, 80) & ~late
        data = np.where(changed, course.BY_SEVERITY + draws.one_of(salt + 2, course.SEVERITIES), data)
    elif step.event == "hold":
        data = course.BY_REASON + draws.one_of(salt + 1, course.REASONS)
    elif step.event == "deploy":
        data = np.full(number, course.DEPLOYED)
    return by, np.full(number, EVENTS.index(step.event)), data


def _records(
    numbers: Ints, there: Bools, place: int, at_s: Ints, event: Ints, by: Ints, data: Ints, facts: Mapping[str, Ints]
) -> dict[str, Ints]:
    """One step of the tickets that have it."""
    theirs = by[there] >= course.FIRST_OF[CUSTOMER]
    customers = theirs & (by[there] < course.FIRST_OF[LOCAL_TEAM])
    return {
        "ticket": numbers[there],
        "arrival": at_s[there],
        "step": np.full(int(there.sum()), place),
        "at_s": at_s[there],
        "event": event[there],
        "actor": by[there],
        "channel": np.where(customers, facts["channel"][there], -1),
        "customer": np.where(theirs, facts["customer"][there], -1),
        "data": data[there],
    }


def _strewn(seed: int, columns: dict[str, Ints]) -> dict[str, Ints]:
    """The same records with what real exports have: strangers, doubles, delays, minutes without seconds."""
    draws = Draws(seed, columns["ticket"] * 64 + columns["step"])
    strange = draws.happens(NOISE_SALT + 20, 110)
    extra = {name: column[strange] for name, column in columns.items()}
    chosen = Draws(seed, extra["ticket"] * 64 + extra["step"])
    number = len(extra["ticket"])
    extra["arrival"] = extra["at_s"] = extra["at_s"] + chosen.lasting(NOISE_SALT + 21, 3 * course.HOUR)
    extra["step"] = np.full(number, LATE + 1)
    extra["event"] = chosen.below(NOISE_SALT + 23, len(EVENTS))
    roles = np.asarray([course.FIRST_OF[role] for role in (AGENT, AGENT, AGENT, CUSTOMER, CUSTOMER, LOCAL_TEAM)])
    extra["actor"] = roles[chosen.below(NOISE_SALT + 24, len(roles))]
    extra["channel"] = chosen.below(NOISE_SALT + 25, len(course.CHANNELS) + 1) - 1
    extra["data"] = _any_data(chosen, extra["event"])
    doubled = draws.happens(NOISE_SALT + 30, 20)
    again = {name: column[doubled] for name, column in columns.items()}
    again["arrival"] = again["arrival"] + Draws(seed, again["ticket"]).below(NOISE_SALT + 31, 2) * course.DAY
    columns = {name: np.concatenate([columns[name], extra[name], again[name]]) for name in columns}
    draws = Draws(seed, columns["ticket"] * 64 + columns["step"])
    delayed = draws.happens(NOISE_SALT + 40, 25) & (columns["step"] > 0)
    columns["arrival"] = columns["arrival"] + delayed * draws.below(NOISE_SALT + 41, 2 * course.DAY)
    by_minute = Draws(seed, columns["ticket"]).happens(NOISE_SALT + 50, 200)
    columns["at_s"] = np.where(by_minute, columns["at_s"] // 60 * 60, columns["at_s"])
    return columns


def _any_data(draws: Draws, event: Ints) -> Ints:
    """Data that fit the event, but for some."""
    data = np.full(len(event), course.NO_DATA)
    ways, severities = course.BY_WAY + draws.below(60, 3), course.BY_SEVERITY + draws.below(61, 4)
    severities = np.where(draws.happens(62, 200), course.INVALID, severities)
    for names, fitting in {
        ("acknowledge", "plan", "reply"): ways,
        ("set-severity", "qualify"): severities,
        ("hold",): course.BY_REASON + draws.below(63, 2),
        ("deploy",): np.where(draws.happens(64, 500), course.UNTESTED, course.DEPLOYED),
        ("submit",): course.OPENINGS + draws.below(65, course.BY_WAY - course.OPENINGS),
    }.items():
        data = np.where(np.isin(event, [EVENTS.index(name) for name in names]), fitting, data)
    return np.where(draws.happens(66, 950), data, course.NO_DATA)


def batches(history: History, size: int = 500_000) -> Iterator[History]:
    """The records some at a time."""
    return (history.part(begin, begin + size) for begin in range(0, len(history), size))
