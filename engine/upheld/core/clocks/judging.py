"""What a clock is promised, by what holds: when it begins, and again when what it reads has changed.

Source: DESIGN section 4, from "Starting" on.
"""

from __future__ import annotations

from typing import Final

from upheld.core.clocks.clock import NOTHING_GIVEN, Aim, Clock
from upheld.core.clocks.own_dates import opening_of
from upheld.core.clocks.rules import ClockRules
from upheld.core.clocks.terms import AT_START, names_at_start
from upheld.core.condition.domain import Held
from upheld.core.frozen import made
from upheld.core.lifecycle.happening import Happening

NOTHING_TOLD: Final[tuple[tuple[str, Held], ...]] = ()


def begun_clock(
    rules: ClockRules,
    now: Happening,
    index: int,
    cycle: int,
    start_s: int,
    trigger: int | None,
    starts: tuple[int, ...],
) -> Clock | None:
    """A clock of a commitment that begins now; ``None`` where nothing is promised, and never will be.

    Its target is fixed at once where every fact that it reads is set.
    """
    terms, names, told = rules.terms[index], now.names, NOTHING_TOLD
    if terms.told or terms.fixed:
        told = (
            *((name, names(name)) for name in terms.told),
            *((AT_START + name, names(name)) for name in terms.fixed),
        )
    is_awaiting = terms.is_awaiting(names)
    if is_awaiting or terms.remembers or start_s != now.at_s:
        begun = pending_clock(rules, index, cycle, start_s, trigger, starts, told)
        judged = begun if is_awaiting else judged_clock(rules, now, begun, start_s)
        return judged if is_awaiting or judged.aim is not None or terms.remembers else None
    aim = terms.judged(start_s, now.customer, names)  # what holds now is what held at its start
    return None if aim is None else promised_clock(rules, index, cycle, start_s, trigger, starts, aim, told)


def pending_clock(
    rules: ClockRules,
    index: int,
    cycle: int,
    start_s: int,
    trigger: int | None,
    starts: tuple[int, ...],
    told: tuple[tuple[str, Held], ...] = NOTHING_TOLD,
) -> Clock:
    """A clock that begins before it is known what is promised."""
    beats = rules.plan.rhythms[index] == "due"
    return Clock(index, cycle, start_s, start_s, start_s, trigger, starts=starts, held=told, beats=beats)


def promised_clock(
    rules: ClockRules,
    index: int,
    cycle: int,
    start_s: int,
    trigger: int | None,
    starts: tuple[int, ...],
    aim: Aim,
    told: tuple[tuple[str, Held], ...] = NOTHING_TOLD,
) -> Clock:
    """A clock that begins with a promise, of which nothing is looked at again."""
    terms, beats = rules.terms[index], rules.plan.rhythms[index] == "due"
    mark = terms.next_mark(start_s, aim, NOTHING_GIVEN, 0) if terms.warns else None
    since = (start_s, start_s, start_s)
    held = (index, cycle, *since, trigger, aim, starts, None, (), NOTHING_GIVEN, 0, mark, told, (), None, beats)
    return made(Clock, (*held, 0, None))


def judged_clock(rules: ClockRules, now: Happening, clock: Clock, from_s: int, *, anew: bool = False) -> Clock:
    """The clock as it is promised by what holds now, counted from an instant; without an aim where nothing is.

    Args:
        anew: Whether its warnings are given anew.
    """
    terms = rules.terms[clock.commitment]
    read = tuple(now.names(name) for name in terms.followed(clock.starts))
    lookup = names_at_start(clock, now, from_s)
    trigger = terms.begun_by(clock.starts, lookup)
    begins = trigger is not None or not clock.starts
    aim = terms.judged(from_s, now.customer, lookup) if begins else None
    end = clock.end
    if end is not None and end.day is not None:
        end = end._replace(at_s=max(opening_of(end.day, terms.calendar(aim, now.customer)), from_s))
    given, reminded = (NOTHING_GIVEN, 0) if anew else (clock.given, clock.reminded)
    return clock._replace(
        from_s=from_s,
        trigger=clock.trigger if trigger is None else trigger,
        aim=aim,
        end=end,
        given=given,
        reminded=reminded,
        next=None if aim is None else terms.next_mark(from_s, aim, given, reminded),
        read=read,
        lapsed_s=from_s if aim is None else None,
    )
