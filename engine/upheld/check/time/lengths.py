"""Lengths of time: whether each can be counted on its calendar, and is as long as its author means.

What passes here falls due without a question: the engine never has to guess, and never
stops at a target that means nothing on its calendar, nor at a business day without one meaning.

Source: DESIGN section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from upheld.check.inspection import Inspection
from upheld.check.time.calendars import opening_hours
from upheld.core.policy.commitment import Commitment, ParameterTarget
from upheld.core.policy.policy import ALWAYS
from upheld.core.policy.provenance import Item, Path
from upheld.core.time.duration import Duration
from upheld.core.time.target import Target, parse_target

Aim = tuple[Path, Target]
"""A target with the place where it is written."""

OPENING_TIME = "opening-time"
MINUTE_S = 60


def check_lengths(
    inspection: Inspection, item: Item, calendar: str, business_day: str | None, aims: Iterable[Aim]
) -> None:
    """A promise counts on a calendar; business days need a meaning, days and weeks a calendar that never closes."""
    durations = [(at, aim) for at, aim in aims if isinstance(aim, Duration)]
    if not calendar:
        hint = "add `calendar:` with the opening time it counts in, or `calendar: always`"
        inspection.report("UP505", item.path, f"`{item.id}` does not say on which calendar it counts", hint, key=True)
    days = [(at, aim) for at, aim in durations if aim.is_business_day]
    if days and business_day is None:
        hint = "add `business-day:` with `opening-time`, `dates` or `same-time`"
        message = f"`{item.id}` counts in business days ({days[0][1]}), and does not say what one is"
        inspection.report("UP506", item.path, message, hint, key=True)
    elif days and business_day == OPENING_TIME:
        worth_a_day(inspection, item, calendar)
    elif days:
        _whole(inspection, str(business_day), days)
    round_the_clock(inspection, item, calendar, durations)


def _whole(inspection: Inspection, business_day: str, days: Iterable[tuple[Path, Duration]]) -> None:
    for at, aim in days:
        if aim.amount.denominator != 1:
            message = f"`{aim}` counts a part of a business day, which `{business_day}` has not"
            inspection.report("UP506", at, message, "write whole business days, or say `business-day: opening-time`")


def worth_a_day(inspection: Inspection, item: Item, calendar: str) -> None:
    """Counted in opening time, a business day is worth the hours of one day, so these must be the same or be said."""
    hours = opening_hours(inspection, calendar)
    if hours is not None and hours.nominal_day_s is None:
        message = f"`{item.id}` counts business days in opening time, and the days of `{calendar}` have different hours"
        hint = f"add `nominal-day:` to `{calendar}`, with what a day is worth, such as `nominal-day: 8h`"
        inspection.report("UP506", item.path, message, hint, key=True)


def round_the_clock(
    inspection: Inspection, item: Item, calendar: str, durations: Iterable[tuple[Path, Duration]]
) -> None:
    """Days and weeks are elapsed time, which only a calendar without closed time counts."""
    for at, aim in durations:
        table = at[0] == "parameters"
        if calendar not in ("", ALWAYS) and aim.unit in ("d", "w"):
            message = f"`{aim}` is time round the clock, and `{calendar}` has closed time"
            hint = "count in business days (`bd`) or hours, or on `calendar: always`"
            if table:
                hint += f"; `{item.id}` counts all that `{at[1]}` holds on `{calendar}`, `{at[-1]}` like the rest"
            inspection.report("UP513", at, message, hint)


def nominal_day_s(inspection: Inspection, calendar: str, business_day: str | None) -> int | None:
    """Seconds of opening time that a business day is worth, where it is counted so and known."""
    hours = opening_hours(inspection, calendar) if business_day == OPENING_TIME else None
    return hours.nominal_day_s if hours is not None else None


def targets(inspection: Inspection, commitment: Commitment) -> Iterator[Target]:
    """What a commitment allows, in its tables too; what is no target there is reported elsewhere."""
    for case in commitment.within:
        if isinstance(case.target, ParameterTarget):
            parameter = inspection.policy.parameters.get(case.target.parameter)
            for value in (value for row in parameter.rows for value in row.values.values()) if parameter else ():
                try:
                    yield parse_target(str(value))
                except ValueError:
                    continue
        elif case.target is not None:
            yield case.target


def told_quick(inspection: Inspection, path: Path, message: str) -> None:
    """Tell of something that comes again within less than a minute."""
    hint = "write `min` or `h` if those were meant; or leave it to a monitor, which counts in seconds"
    inspection.report("UP568", path, message, hint, key=True)


def is_quick(target: Target) -> bool:
    """Whether it is a length of time of less than a minute."""
    return isinstance(target, Duration) and target.has_seconds and target.seconds < MINUTE_S
