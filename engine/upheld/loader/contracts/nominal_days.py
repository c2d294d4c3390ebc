"""Nominal days: on which calendars of a policy a business day is worth so much opening time.

A customer's own calendar has to say how much where one of them is replaced and its weekdays differ: asked while a
history is decided, the question has no answer.

Source: DESIGN section 4, durations; "Calendar by case".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from upheld.core.policy.commitment import Commitment, ParameterTarget
from upheld.core.policy.policy import Policy
from upheld.core.time.duration import Duration, parse_duration
from upheld.core.time.opening_document import stated_hours

UNEQUAL_DAYS: Final = (
    "the days of `{calendar}` have different hours here, and what the policy counts on it are business days"
)
SAY_WHAT_A_DAY_IS_WORTH: Final = "add `nominal-day:` with what a day is worth, such as `nominal-day: 8h`"


def counted_in_days(policy: Policy) -> frozenset[str]:
    """The calendars on which something counts business days as opening time."""
    return frozenset(_calendars(policy))


def is_worth_a_day(document: object) -> bool:
    """Whether opening times in which nothing is wrong tell what a business day is worth."""
    hours = stated_hours(document)
    return hours is None or hours.nominal_day_s is not None


def _calendars(policy: Policy) -> Iterator[str]:
    for timer in policy.timers:
        if timer.business_day == "opening-time" and _any_days(timer.after, timer.every):
            yield timer.calendar
    for commitment in policy.commitments:
        lengths: list[Duration | None] = [*commitment.warned]
        if commitment.business_day == "opening-time":
            lengths += [*_allowed(policy, commitment), *_of_others(policy, commitment)]
        if _any_days(*lengths):
            yield from commitment.calendars


def _allowed(policy: Policy, commitment: Commitment) -> Iterator[Duration]:
    for case in commitment.within:
        if isinstance(case.target, Duration):
            yield case.target
        elif isinstance(case.target, ParameterTarget):
            for row in policy.parameters[case.target.parameter].rows:
                for value in row.values.values():
                    if isinstance(value, str) and value.endswith("bd"):
                        yield parse_duration(value)


def _of_others(policy: Policy, commitment: Commitment) -> Iterator[Duration | None]:
    """What objectives and remedies count in the commitment's opening time."""
    yield from (each.within for each in policy.objectives if commitment.id in each.of)
    for remedy in policy.remedies:
        if commitment.id in remedy.of:
            yield from (step.late for step in remedy.steps)
            yield None if remedy.per is None else remedy.per.each


def _any_days(*lengths: Duration | None) -> bool:
    return any(length is not None and length.is_business_day for length in lengths)
