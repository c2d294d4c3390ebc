"""Rates: how often tickets come, how long they stay where they are, and how often what happens.

>>> text = b"upheld: 1\\nrates: busy\\nevents: {comment: 3}\\nduration: {median: 2h}"
>>> rates, findings = read_rates(text, "busy.yaml")
>>> rates.events, str(rates.duration.median), rates.duration.spread
({'comment': 3}, '2h', 3)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from upheld.core.errors import ArgumentError, DocumentError
from upheld.core.finding import Finding
from upheld.core.nearest import meant, quoted
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.time.day import WEEKDAYS
from upheld.core.time.duration import Duration, parse_duration
from upheld.document import read_document
from upheld.document.tree import mapping
from upheld.schema.shape import shape_findings

Weights = Mapping[str, int]

_OFFICE: Final = (*(0,) * 7, 2, 8, 12, 12, 9, 5, 8, 12, 11, 9, 6, 3, 2, *(1,) * 2, *(0,) * 2)
_WEEK: Final = {**dict.fromkeys(WEEKDAYS[:5], 10), **dict.fromkeys(WEEKDAYS[5:], 1)}


@dataclass(frozen=True, slots=True)
class Stay:
    """How long: a lognormal time of this median; two thirds lie within a factor of ``spread`` around it.

    Attributes:
        calendar: In whose opening time it counts; ``""`` for that on which most promises of the policy count.
    """

    median: Duration
    spread: int = 3
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Rates:
    """How often and how long.

    Attributes:
        weekdays, hours: When tickets come: weights by weekday, and for each hour of the day.
        customers: How many there are, where no contracts name them.
        duration, durations: How long a ticket stays in any state, and in single ones.
        events: How much oftener than usual an event happens.
        values: By field, how often it holds each word.
    """

    weekdays: Weights = field(default_factory=lambda: dict(_WEEK))
    hours: tuple[int, ...] = _OFFICE
    customers: int = 20
    duration: Stay = Stay(parse_duration("4h"))
    durations: Mapping[str, Stay] = field(default_factory=dict)
    events: Weights = field(default_factory=dict)
    values: Mapping[str, Weights] = field(default_factory=dict)

    def of(self, state: str) -> Stay:
        """How long a ticket stays in a state."""
        return self.durations.get(state, self.duration)


def load_rates(file: str | Path, policy: Policy) -> Rates:
    """The rates in a file, whose names are those of a policy.

    Raises: DocumentError with everything that is wrong with its shape; ArgumentError for a name that the policy does
        not have, and for weights that are all 0; OSError when the file cannot be read.
    """
    path = Path(file)
    rates, findings = read_rates(path.read_bytes(), path.as_posix())
    if rates is None:
        raise DocumentError(findings)
    for problem in _wrong(rates, policy):
        raise ArgumentError(f"{path.as_posix()}: {problem}")
    return rates


def read_rates(data: bytes, name: str) -> tuple[Rates | None, list[Finding]]:
    """The rates in a text, or everything that is wrong with its shape; ``name`` is what places in it are called."""
    try:
        document = read_document(data, name)
    except DocumentError as error:
        return None, list(error.findings)
    findings = shape_findings(document, "rates")
    if findings:
        return None, findings
    root, usual = document.root, Rates()
    arrivals = mapping(root.get("arrivals"))
    weekdays, hours = mapping(arrivals.get("weekdays")), arrivals.get("hours")
    customers, duration = root.get("customers"), root.get("duration")
    return (
        Rates(
            _weights(weekdays) or usual.weekdays,
            tuple(each for each in hours if isinstance(each, int)) if isinstance(hours, list) else usual.hours,
            customers if isinstance(customers, int) else usual.customers,
            usual.duration if duration is None else _stay(mapping(duration)),
            {state: _stay(mapping(each)) for state, each in mapping(root.get("durations")).items()},
            _weights(mapping(root.get("events"))),
            {name: _weights(mapping(each)) for name, each in mapping(root.get("values")).items()},
        ),
        [],
    )


def _weights(told: Mapping[str, object]) -> dict[str, int]:
    return {name: weight for name, weight in told.items() if isinstance(weight, int)}


def _stay(told: Mapping[str, object]) -> Stay:
    spread, calendar = told.get("spread"), told.get("hours")
    length = parse_duration(str(told["median"]))
    return Stay(length, spread if isinstance(spread, int) else 3, calendar if isinstance(calendar, str) else "")


def _wrong(rates: Rates, policy: Policy) -> Iterator[str]:
    """Names that the policy does not have, and weights that leave nothing."""
    fields = {name for event in policy.events.values() for name in event.fields}
    calendars = {each.calendar for each in (rates.duration, *rates.durations.values()) if each.calendar}
    for what, names, known in (
        ("state", rates.durations, policy.states),
        ("event", rates.events, policy.events),
        ("field", rates.values, fields),
        ("calendar", sorted(calendars), {*policy.calendars, ALWAYS}),
    ):
        for name in names:
            if name not in known:
                yield f"policy `{policy.id}` has no {what} {quoted(name)}: {meant(name, known, 'see `upheld show`')}"
    if not sum(rates.weekdays.values()) or not sum(rates.hours):
        yield "no ticket comes in where every weight is 0: give one weekday and one hour some"
    for stay in (rates.duration, *rates.durations.values()):
        if not stay.median.has_seconds or not stay.median.amount:
            yield f"`{stay.median}` is no median of a time spent: write hours or minutes, such as `4h`"
