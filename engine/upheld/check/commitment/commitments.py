"""Commitments: whether each promise says until when and in which time, and excuses and timers likewise.

Source: DESIGN section 4.
"""

from __future__ import annotations

from collections.abc import Iterator

from upheld.check.condition.tables import check_chooser
from upheld.check.inspection import Inspection
from upheld.check.time.lengths import Aim, check_lengths, is_quick, round_the_clock, told_quick, worth_a_day
from upheld.check.vocabulary.values import readable
from upheld.core.condition.ordered import Date, Instant
from upheld.core.condition.scope import Scope
from upheld.core.nearest import quoted
from upheld.core.policy.commitment import Commitment, Objective, ParameterTarget, Timer
from upheld.core.policy.parameter import column_path
from upheld.core.policy.provenance import Path
from upheld.core.time.duration import Duration
from upheld.core.time.target import BestEffort, Target, parse_target


def check_commitments(inspection: Inspection) -> None:
    """Everything that a commitment, an excuse or a timer leaves unsaid and must say."""
    for commitment in inspection.policy.commitments:
        aims = list(_aims(inspection, commitment))
        for calendar in commitment.calendars or ("",):
            check_lengths(inspection, commitment, calendar, commitment.business_day, aims)
            if any(length.is_business_day for length in commitment.warned) and not _days_are_worth(commitment, aims):
                worth_a_day(inspection, commitment, calendar)
        _instants(inspection, commitment)
        _marks(inspection, commitment)
        _moved(inspection, commitment, aims)
    for timer in inspection.policy.timers:
        _timer(inspection, timer)
    _overtaken(inspection)
    _escalates(inspection)
    for objective in inspection.policy.objectives:
        _objective(inspection, objective)
    for excuse in inspection.policy.excuses:
        scope = inspection.vocabulary.on_events(excuse.on)
        for key, reference in (("from", excuse.since), ("until", excuse.until)):
            _instant(inspection, (*excuse.path, key, "ref"), reference.name, scope)


def _marks(inspection: Inspection, commitment: Commitment) -> None:
    """A warning that no case has, since each has its own."""
    for key, kind in (("warn-at", "used"), ("warn-before", "left")):
        if any(mark.kind == kind and mark.cases == () for mark in commitment.marks):
            message = f"`{key}` warns of no clock of `{commitment.id}`: each case has its own"
            inspection.report("UP511", (*commitment.path, key), message, "leave it out, or out of a case", key=True)


def _moved(inspection: Inspection, commitment: Commitment, aims: list[Aim]) -> None:
    """A pause moves what is due so much time after a start; where nothing is, it does less than it seems to."""
    fixed = [aim for _, aim in aims if not isinstance(aim, BestEffort)]
    if commitment.pause and fixed and not any(isinstance(aim, Duration) for aim in fixed):
        message = f"no pause moves what `{commitment.id}` is due at, which is no time after its start"
        hint = "leave `pause:` out; what waits moves a time allowed, such as `8h`, and an agreed one is agreed anew"
        inspection.report("UP569", (*commitment.path, "pause"), message, hint, key=True)


def _days_are_worth(commitment: Commitment, aims: list[Aim]) -> bool:
    """Whether its targets ask already what a business day is worth."""
    days = any(isinstance(aim, Duration) and aim.is_business_day for _, aim in aims)
    return days and commitment.business_day == "opening-time"


def _aims(inspection: Inspection, commitment: Commitment) -> Iterator[Aim]:
    """Every target of a commitment, those in tables included; what is no target in a table is reported."""
    for index, case in enumerate(commitment.within):
        path = case.path if case.path[-1] == "within" else (*case.path, "is")
        if isinstance(case.target, ParameterTarget):
            yield from _table_aims(inspection, commitment, case.target, index, path)
        elif case.target is not None:
            yield path, case.target


def _table_aims(
    inspection: Inspection, commitment: Commitment, target: ParameterTarget, index: int, path: Path
) -> Iterator[Aim]:
    parameter = inspection.policy.parameters.get(target.parameter)
    if parameter is None:
        return
    scope = inspection.vocabulary.on_start(commitment.starting_events)
    if target.by:
        domain = readable(inspection, (*path, "by", "ref"), target.by, scope)
        if domain is not None:
            check_chooser(inspection, parameter, target.by, domain, (*path, "by", "ref"))
    for by in parameter.names[bool(target.by) :]:
        if by in inspection.vocabulary.any_event and by not in scope:
            message = f"`{parameter.id}` is a table by `{by}`, which a clock of `{commitment.id}` cannot read"
            inspection.report("UP204", (*path, "parameter"), message, "say `by: {ref: NAME}` with a name of the ticket")
    for row in parameter.rows:
        for column, value in row.values.items():
            at = (*row.path, *column_path(column))
            try:
                yield at, parse_target(value) if isinstance(value, str) else _no_target(value)
            except ValueError:
                message = f"{quoted(value)} is no target, and `{commitment.id}` takes its target from here"
                inspection.report("UP514", at, message, "write a target such as `4h`, `1.5bd` or `next-release`")


def _no_target(value: int) -> Target:
    raise ValueError(value)


def _instants(inspection: Inspection, commitment: Commitment) -> None:
    """A date that counts instead of the event's is a date or an instant; a cancel has none."""
    for trigger in commitment.cancel:
        if trigger.at is not None:
            message = "what cancels a clock carries no date of its own"
            inspection.report("UP515", (*trigger.path, "at"), message, "leave out `at:` here", key=True)
    pauses = (each for pause in commitment.pause for each in (*pause.begins, *pause.ends))
    for trigger in (*commitment.start, *commitment.stop, *pauses):
        if trigger.at is not None:
            scope = inspection.vocabulary.on_events(trigger.on)
            _instant(inspection, (*trigger.path, "at", "ref"), trigger.at.name, scope)


def _instant(inspection: Inspection, path: Path, name: str, scope: Scope) -> None:
    domain = readable(inspection, path, name, scope)
    if domain is not None and not isinstance(domain, Date | Instant):
        inspection.report("UP515", path, f"{quoted(name)} holds no date and no instant", "name a field that does")


def _objective(inspection: Inspection, objective: Objective) -> None:
    """The time of an objective is opening time of its commitments' calendars, so it needs the same words."""
    within, path = objective.within, (*objective.path, "within")
    counted = [each for each in inspection.policy.commitments if each.id in objective.of and each.calendars]
    if within is None or not counted:
        return
    if within.months:
        message = f"`{within}` is as long as its dates, and `{objective.id}` compares the opening time used"
        inspection.report("UP526", path, message, "write hours, or days round the clock, such as `30d`")
    _longer_than_nothing(inspection, path, within)
    for each in counted:
        if within.is_business_day and each.business_day != "opening-time":
            message = f"`{objective.id}` counts in business days, and `{each.id}` does not say how long one is"
            hint = f"write the hours, or say `business-day: opening-time` on `{each.id}`"
            inspection.report("UP506", path, message, hint)
    for name in dict.fromkeys(name for each in counted for name in each.calendars):
        if within.is_business_day and all(each.business_day == "opening-time" for each in counted):
            worth_a_day(inspection, objective, name)
        round_the_clock(inspection, objective, name, [(path, within)])


def _longer_than_nothing(inspection: Inspection, path: Path, length: Duration) -> None:
    if not length.amount:
        message = f"`{length}` is no time at all"
        inspection.report("UP514", path, message, "write a duration longer than nothing")


def _timer(inspection: Inspection, timer: Timer) -> None:
    delays = (("after", timer.after), ("every", timer.every))
    aims = [((*timer.path, key), delay) for key, delay in delays if delay is not None]
    check_lengths(inspection, timer, timer.calendar, timer.business_day, aims)
    moves = timer.target is not None and set(timer.states) != {timer.target}
    if not (timer.effects or timer.sets or timer.climbs is not None or moves):
        message = f"timer `{timer.id}` does nothing when its time has come"
        hint = "add `to:` with another state, `sets:`, `escalate:`, or `effects:`"
        inspection.report("UP511", timer.path, message, hint, key=True)
    if timer.every is not None:
        _repeats(inspection, timer, timer.every)
    _climbs(inspection, timer)


def _repeats(inspection: Inspection, timer: Timer, every: Duration) -> None:
    """A timer that repeats stays in its state, and is no monitor."""
    path = (*timer.path, "every")
    _longer_than_nothing(inspection, path, every)
    if timer.target is not None:
        message = f"`{timer.id}` moves the ticket, and cannot do so again and again"
        hint = "leave out `every:`, or `to:`; what is done before the move is a timer of its own"
        inspection.report("UP511", path, message, hint, key=True)
    elif every.amount and is_quick(every):
        told_quick(inspection, path, f"`{timer.id}` comes again every {every}, without an end")


def _climbs(inspection: Inspection, timer: Timer) -> None:
    """A timer raises a ticket within the levels that there are; it starts at the first."""
    levels = [[name for name, _ in each.levels] for each in inspection.policy.escalation]
    having = [each for each in levels if timer.climbs in each]
    message = ""
    if isinstance(timer.climbs, int) and not levels:
        message = f"timer `{timer.id}` escalates, and no levels are declared"
    elif having and all(each[0] == timer.climbs for each in having):
        message = f"`{timer.climbs}` is the first level, where every ticket starts"
    if message:
        hint = "declare levels under `escalation:`, lowest first, and name a higher one"
        inspection.report("UP527", (*timer.path, "escalate"), message, hint)


def _overtaken(inspection: Inspection) -> None:
    """What moves at once leaves no time to the other timers of its state, nor to those after it by name."""
    policy = inspection.policy
    first: dict[str, Timer] = {}
    for timer in sorted(policy.timers, key=lambda each: each.id):
        at_once = timer.after is not None and not timer.after.amount
        if at_once and timer.target is not None and timer.when is None:
            for state in timer.states:
                if state != timer.target:
                    first.setdefault(state, timer)
    for timer in policy.timers:
        faster = [first[state] for state in timer.states if state in first]
        at_once = timer.after is not None and not timer.after.amount
        late = [each for each in faster if each is not timer and (each.id < timer.id or not at_once)]
        if timer.states and len(late) == len(timer.states):
            message = f"timer `{timer.id}` never fires: `{late[0].id}` moves the ticket on at once"
            hint = "leave it out, put what it does on the other, or take the state out of one"
            inspection.report("UP528", timer.path, message, hint, key=True)


def _escalates(inspection: Inspection) -> None:
    """Levels that nothing raises a ticket to."""
    climbing = any(timer.climbs is not None for timer in inspection.policy.timers)
    for each in inspection.policy.escalation:
        if not each.on and not climbing:
            hint = "add `on:` with an event, or `escalate:` to a timer"
            inspection.report(
                "UP527", (*each.path, "levels"), "nothing raises a ticket to these levels", hint, key=True
            )
