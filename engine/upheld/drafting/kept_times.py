"""Kept times: within which time a share of the tickets was taken up and resolved, as `fit` reckons it.

Tickets that are still open count: if so many are that nobody can tell when the share was reached, no time is told.
Degrees of severity have times of their own only where the more severe have no longer ones, and every ticket has one.

Source: DESIGN section 14, "`upheld fit`".
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from upheld.core.change.fit import Fit, Group
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.replay.replay import Replay
from upheld.engine import Engine


@dataclass(frozen=True, slots=True)
class KeptTime:
    """What a draft says of one commitment.

    Attributes:
        pooled: All its clocks; ``None`` where none began.
        target: The time in which the share of them was stopped, ``""`` where nobody can tell.
        by_severity: The same for each degree, where the draft tells it; else nothing.
        degrees: The clocks of each degree, whatever the draft tells.
        why_not: Why degrees have no times of their own: `none`, `unset`, `few`, `order`; ``""`` where they have.
    """

    id: str
    pooled: Group | None
    target: str
    by_severity: dict[str, str]
    degrees: dict[str, Group]
    why_not: str


def kept_times(policy: Policy, events: Sequence[Event], share: Fraction) -> list[KeptTime]:
    """The times of each commitment of a policy.

    Args:
        policy: A draft whose targets are of no account.
        events: The history.
    """
    fit = Fit(policy)
    run = Replay(Engine(policy, audit=True))
    run.take_all(events)
    fit.add_all(run.verdicts())
    groups = fit.groups()
    severities = [each.id for each in policy.severities]
    of = {each.id: [group for group in groups if group.commitment == each.id] for each in policy.commitments}
    return [_kept(name, clocks, severities, share) for name, clocks in of.items()]


def _kept(name: str, groups: list[Group], severities: list[str], share: Fraction) -> KeptTime:
    if not groups:
        return KeptTime(name, None, "", {}, {}, "none")
    pooled = functools.reduce(Group.pooled, groups)
    degrees = {each.severity: each for each in groups if each.severity is not None}
    times = {degree: degrees[degree].within(share).to_s for degree in severities if degree in degrees}
    why_not = ""
    if len(severities) < 2:
        why_not = "none"
    elif any(each.severity is None for each in groups):
        why_not = "unset"
    elif None in times.values() or len(times) < len(severities):
        why_not = "few"
    told = {} if why_not else {degree: _target(degrees[degree], share) for degree in severities}
    if [*times.values()] != sorted(times.values(), key=lambda time_s: time_s or 0):
        told, why_not = {}, why_not or "order"
    return KeptTime(name, pooled, _target(pooled, share), told, dict(degrees), why_not)


def _target(group: Group, share: Fraction) -> str:
    found = group.tightest(group.within(share).to_s)
    return "" if found is None else str(found)
