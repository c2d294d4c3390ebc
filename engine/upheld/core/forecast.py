"""Forecasts: when each promise would fall due if it started at some instant.

It is what a support agent asks daily, and it is answered by the very rules that judge
a clock afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from upheld.core.clock import Aim, Clock
from upheld.core.clock_row import citations, grounds_of
from upheld.core.clock_rules import ClockRules
from upheld.core.commitment import Commitment
from upheld.core.condition import evaluate, names_read
from upheld.core.domain import Held
from upheld.core.happening import is_of_time
from upheld.core.policy import Policy
from upheld.core.timeline import Interval
from upheld.core.times import Times


@dataclass(frozen=True, slots=True)
class Forecast:
    """When one promise would fall due.

    Attributes:
        aim: What it promises; ``None`` where that needs what nobody said.
        missing: The names that would have to be known.
        intervals: The opening intervals from start to due, in seconds since 1970 UTC.
        skipped: The dates in between that a holiday or closing day closes, with its name.
        clauses, assumptions: What it rests on.
    """

    commitment: Commitment
    aim: Aim | None
    missing: tuple[str, ...] = ()
    intervals: tuple[Interval, ...] = ()
    skipped: tuple[tuple[date, str], ...] = ()
    clauses: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


KNOWN_ANYWAY: Final = ("flagged", "level")
"""Names that hold what they do on a new ticket where nobody says otherwise."""


def forecast(policy: Policy, times: Times, at_s: int, held: Mapping[str, Held]) -> tuple[Forecast, ...]:
    """The promises that would start at an instant, in the policy's order.

    Args:
        at_s: Seconds since 1970 UTC.
        held: What is known: facts, ``severity``, ``channel``, ``queue``, ``contract``, and the like.
    """
    return tuple(_forecasts(ClockRules(policy, times), at_s, {**_opened(policy, held), **held}))


def _opened(policy: Policy, held: Mapping[str, Held]) -> dict[str, Held]:
    """The facts that opening the ticket would set, as far as everything they depend on is known."""
    opening = {event for move in policy.transitions if move.opens for event in move.on}
    found: dict[str, Held] = {}
    for setting in (each for event in sorted(opening & set(policy.events)) for each in policy.events[event].sets):
        for case in setting.cases:
            if any(name not in held for name in (names_read(case.when) if case.when else ())):
                break
            if case.when is None or evaluate(case.when, held.get):
                if isinstance(case.value, str):
                    found.setdefault(setting.fact, case.value)
                break
    return found


def _forecasts(rules: ClockRules, at_s: int, held: Mapping[str, Held]) -> Iterator[Forecast]:
    customer = str(held.get("customer") or "")

    def known(name: str) -> Held:
        if name in held or not is_of_time(name):
            return held.get(name)
        return _of_time(rules.times, name, at_s, held, customer)

    for index, terms in enumerate(rules.terms):
        commitment = terms.commitment
        starts = [n for n, each in enumerate(commitment.start) if each.when is None or evaluate(each.when, known)]
        if not starts:
            continue
        missing = tuple(n for n in terms.reads if known(n) is None and not is_of_time(n) and n not in KNOWN_ANYWAY)
        judged = commitment.when is None or not any(name in missing for name in names_read(commitment.when))
        if judged and not terms.applies(known):
            continue
        aim = None if missing else terms.aim(at_s, customer, known)
        if aim is None:
            yield Forecast(commitment, None, missing)
        else:
            yield _found(rules, Clock(index, 1, at_s, starts[0], aim), aim)


def _of_time(times: Times, name: str, at_s: int, held: Mapping[str, Held], customer: str) -> Held:
    """What a name of time holds that nobody said: the calendars' and the parameters' are known, contracts are not."""
    family, _, rest = name.partition(".")
    if family in ("opening", "opening-left", "day"):
        return times.held(name, at_s)
    if family == "parameter":
        by = times.column_name(rest)
        found = times.parameter(rest, str(held.get(by) or "") if by else "", at_s, customer)
        return found.value if found else None
    return None


def _found(rules: ClockRules, clock: Clock, aim: Aim) -> Forecast:
    terms = rules.terms[clock.commitment]
    clauses, assumptions = citations(rules, grounds_of(rules, clock, aim))
    if aim.due_s is None:
        return Forecast(terms.commitment, aim, clauses=clauses, assumptions=assumptions)
    return Forecast(
        terms.commitment,
        aim,
        (),
        tuple(terms.calendar.intervals_s(clock.start_s, aim.due_s)),
        terms.calendar.skipped_s(clock.start_s, aim.due_s),
        clauses,
        assumptions,
    )
