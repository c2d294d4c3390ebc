"""Terms: the days on which a version of a policy is in force, for tickets that are opened on them.

A version that names no last day holds until the next one begins. One that names it ends with it, so that days may be
left between two versions (a gap), or be of both (an overlap). Where the days of two versions meet, so do their
instants: the later one begins at midnight in its own zone, and the earlier one ends then, wherever it counts its days.

Source: DESIGN section 14, "several versions on `replay`"; section 5, `effective`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import inf
from typing import Final, Literal

from upheld.core.policy.policy import Policy
from upheld.core.time.calendar import Calendar
from upheld.core.time.instant import day_number

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """The days of one version.

    Attributes:
        since, until: The first and the last of them, in the policy's zone; ``None`` for without end.
        since_s, until_s: The same as instants, half-open, in seconds since 1970 UTC.
    """

    policy: Policy
    since: date | None
    until: date | None
    since_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Seam:
    """Days that are of no version, though there is one before and one after; or of both.

    Attributes:
        earlier, later: The two versions.
        since, until: The first and the last of the days; ``None`` for without end.
    """

    kind: Literal["gap", "overlap"]
    earlier: Policy
    later: Policy
    since: date | None
    until: date | None


def in_order(policies: Sequence[Policy]) -> list[Policy]:
    """The versions in the order in which they come into force, and in that of their numbers."""
    return sorted(policies, key=lambda each: (each.since or date.min, each.version))


def terms(policies: Sequence[Policy]) -> tuple[Term, ...]:
    """The days of each version, the first in force first; one without a last day ends where the next begins."""
    versions = in_order(policies)
    found = []
    for version, after in zip(versions, [*versions[1:], None]):
        until = version.until
        if until is None and after is not None and after.since is not None:
            until = after.since - DAY
        calendar = Calendar.always(version.zone)
        since_s = -inf if version.since is None else calendar.instant_s(day_number(version.since), 0)
        until_s = inf if version.until is None else calendar.instant_s(day_number(version.until) + 1, 0)
        found.append(Term(version, version.since, until, since_s, until_s))
    return tuple(replace(each, until_s=_end_s(each, after)) for each, after in zip(found, [*found[1:], None]))


def _end_s(term: Term, after: Term | None) -> float:
    """When a version ends: where their days meet with the next, whatever the hour in the zones of the two."""
    meets = after is not None and term.until is not None and term.until + DAY == after.since
    return after.since_s if after is not None and meets else term.until_s


def in_force(found: Sequence[Term], at_s: int) -> int | None:
    """The place of the version in force at an instant: the last that has begun, if it has not ended."""
    begun = [place for place, each in enumerate(found) if each.since_s <= at_s]
    return begun[-1] if begun and at_s < found[begun[-1]].until_s else None


def seams(policies: Sequence[Policy]) -> Iterator[Seam]:
    """Where versions do not meet, in the order of their days."""
    versions = in_order(policies)
    for one, other in zip(versions, versions[1:]):
        if other.since is None or one.since == other.since or (one.until is not None and one.until >= other.since):
            last = min((each for each in (one.until, other.until) if each is not None), default=None)
            yield Seam("overlap", one, other, other.since, last)
        elif one.until is not None and one.until + DAY < other.since:
            yield Seam("gap", one, other, one.until + DAY, other.since - DAY)


def united(policies: Sequence[Policy]) -> Policy:
    """What a history of all versions is read by: the facts, events and fields of each, as the latest has them."""
    *earlier, latest = in_order(policies)
    events, facts, states = dict(latest.events), dict(latest.facts), dict(latest.states)
    for version in reversed(earlier):
        facts = {**version.facts, **facts}
        states = {**version.states, **states}
        for name, event in version.events.items():
            known = events.get(name)
            events[name] = event if known is None else replace(known, fields={**event.fields, **known.fields})
    return replace(latest, events=events, facts=facts, states=states)
