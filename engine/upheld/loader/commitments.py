"""The promises of a policy: commitments, excuses, objectives and timers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from upheld.core.billing.amount import parse_percent
from upheld.core.condition.condition import Atom
from upheld.core.condition.domain import OneOf
from upheld.core.condition.scope import Scope
from upheld.core.policy.commitment import (
    BusinessDay,
    CalendarCase,
    Commitment,
    Cycles,
    Excuse,
    Mark,
    Objective,
    OnChange,
    OnReopen,
    ParameterTarget,
    Pause,
    Reminders,
    Rhythm,
    TargetCase,
    Timer,
    Trigger,
)
from upheld.core.policy.event_type import Reference
from upheld.core.policy.money import PeriodUnit
from upheld.core.policy.policy import ALWAYS
from upheld.core.policy.provenance import Path
from upheld.core.time.duration import Duration, parse_duration
from upheld.core.time.target import Agreed, ClosingOfSameDay, NextOccurrence, Target, parse_target
from upheld.document.tree import Data, mapping, sequence, text, words
from upheld.loader.draft import Draft
from upheld.loader.lifecycle import setting

PERIODS: dict[object, PeriodUnit] = {"month": "month", "quarter": "quarter", "year": "year"}
_BUSINESS_DAYS: dict[object, BusinessDay] = {"opening-time": "opening-time", "dates": "dates", "same-time": "same-time"}
_CYCLES: dict[object, Cycles] = {"one": "one", "ignore-while-running": "ignore-while-running", "many": "many"}
_ON_CHANGE: dict[object, OnChange] = {"keep": "keep", "retarget": "retarget", "restart": "restart"}
_ON_REOPEN: dict[object, OnReopen] = {"resume": "resume", "new-cycle": "new-cycle", "ignore": "ignore"}
NOWHERE = Reference("")


def duration(spec: Data, key: str) -> Duration | None:
    """The duration under ``key``, which the schema has checked."""
    try:
        return parse_duration(text(spec, key))
    except ValueError:
        return None


def triggers(draft: Draft, path: Path, value: object) -> tuple[Trigger, ...]:
    """The triggers that ``value`` says: one, or a list of which any counts."""
    if isinstance(value, list):
        return tuple(_trigger(draft, (*path, index), mapping(entry)) for index, entry in enumerate(value))
    return (_trigger(draft, path, mapping(value)),) if value is not None else ()


def _trigger(draft: Draft, path: Path, spec: Data) -> Trigger:
    said = [key for key in ("on", "enters", "leaves") if key in spec]
    if len(said) != 1:
        problem = "says more than one of `on`, `enters`, `leaves`" if said else "says none of `on`, `enters`, `leaves`"
        draft.report("UP511", path, f"this trigger {problem}", "give one; a list of triggers may hold several")
    on = words(spec.get("on"))
    scope = draft.vocabulary.on_events(on) if on else draft.vocabulary.any_move
    return Trigger(
        **draft.grounds(path, spec),
        on=on,
        enters=words(spec.get("enters")),
        leaves=words(spec.get("leaves")),
        when=draft.condition(path, spec, scope),
        at=draft.reference(path, spec, "at"),
    )


def _pauses(draft: Draft, path: Path, value: object) -> tuple[Pause, ...]:
    if isinstance(value, list):
        return tuple(_pause(draft, (*path, index), mapping(entry)) for index, entry in enumerate(value))
    return (_pause(draft, path, mapping(value)),) if value is not None else ()


def _pause(draft: Draft, path: Path, spec: Data) -> Pause:
    if ("in" in spec) == ("from" in spec) or ("from" in spec) != ("until" in spec):
        draft.report(
            "UP511",
            path,
            "this pause does not say from when until when",
            "give `in:` with states, or both `from:` and `until:`",
        )
    return Pause(
        **draft.grounds(path, spec),
        states=words(spec.get("in")),
        begins=triggers(draft, (*path, "from"), spec.get("from")),
        ends=triggers(draft, (*path, "until"), spec.get("until")),
    )


def _target(draft: Draft, path: Path, value: object) -> Target | ParameterTarget | None:
    spec = mapping(value)
    try:
        if isinstance(value, str):
            return parse_target(value)
    except ValueError:
        return None
    forms = [key for key in ("parameter", "next", "closing-of", "at") if key in spec]
    if len(forms) != 1:
        hint = "give one of `parameter`, `next`, `closing-of`, `at`"
        draft.report("UP514", path, "this target does not say exactly one thing", hint)
        return None
    if "at" in spec:
        agreed = draft.reference(path, spec, "at")
        return Agreed(agreed.name) if agreed else None
    if "closing-of" in spec:
        return ClosingOfSameDay()
    if "parameter" in spec:
        reference = draft.reference(path, spec, "by")
        return ParameterTarget(text(spec, "parameter"), reference.name if reference else "")
    after: Literal["instant", "date"] = "date" if spec.get("after") == "date" else "instant"
    return NextOccurrence(text(spec, "next"), after)


def _within(draft: Draft, path: Path, value: object, scope: Scope) -> tuple[TargetCase, ...]:
    if not isinstance(value, list):
        return (TargetCase(**draft.grounds(path, {}), target=_target(draft, path, value)),)
    found = []
    for index, entry in enumerate(value):
        at, case = (*path, index), mapping(entry)
        target = _target(draft, (*at, "is"), case.get("is"))
        found.append(TargetCase(**draft.grounds(at, case), target=target, when=draft.condition(at, case, scope)))
    return tuple(found)


def _hours(draft: Draft, path: Path, value: object, scope: Scope) -> tuple[CalendarCase, ...]:
    """The calendars: one, cases, or those that a contract's attribute names."""
    if isinstance(value, list):
        return tuple(
            CalendarCase(**draft.grounds(at, case), calendar=text(case, "is"), when=draft.condition(at, case, scope))
            for at, case in (((*path, index), mapping(entry)) for index, entry in enumerate(value))
        )
    grounds = draft.grounds(path, {})
    named = mapping(value).get("ref")
    if not isinstance(named, str):
        return (CalendarCase(**grounds, calendar=value if isinstance(value, str) else ""),)
    domain = scope.get(named)
    if not named.startswith("contract.") or not isinstance(domain, OneOf):
        message = f"`{named}` names no calendar" if named in scope else f"`{named}` is not known"
        hint = "refer to an attribute of a contract that is declared `{calendar: true}`"
        draft.report("UP514", (*path, "ref"), message, hint)
        return (CalendarCase(**grounds, calendar=""),)
    return tuple(CalendarCase(**grounds, calendar=each, when=Atom(named, "is", (each,))) for each in domain.values)


def _rhythm(draft: Draft, path: Path, value: object) -> Rhythm | None:
    spec = mapping(value)
    if not spec:
        return None
    return Rhythm("due" if spec.get("every") == "due" else "stop", triggers(draft, (*path, "until"), spec.get("until")))


def _marks(spec: Data) -> Iterator[Mark]:
    for mark, cases in _by_case(spec, "warn-at"):
        yield Mark("used", share=parse_percent(mark), cases=cases)
    for mark, cases in _by_case(spec, "warn-before"):
        yield Mark("left", length=parse_duration(mark), cases=cases)
    if spec.get("breached") is True:
        yield Mark("breached")


def _by_case(spec: Data, key: str) -> Iterator[tuple[str, tuple[int, ...] | None]]:
    """Each mark under a key, with the cases of the time allowed that have it; a case's own stand for the others."""
    cases = [mapping(case) for case in sequence(spec.get("within"))]
    marks = dict.fromkeys(words(spec.get(key)))
    marks |= dict.fromkeys(mark for case in cases for mark in words(case.get(key)))
    for mark in marks:
        having = tuple(place for place, case in enumerate(cases) if mark in words(case.get(key, spec.get(key))))
        yield mark, None if len(having) == len(cases) else having


def _reminders(spec: Data) -> Reminders | None:
    every, most = duration(spec, "every"), spec.get("at-most")
    return Reminders(every, most if isinstance(most, int) else None) if every is not None else None


def commitments(draft: Draft) -> tuple[Commitment, ...]:
    """The promised times."""
    found = []
    for path, name, spec in draft.entries("commitments"):
        start = triggers(draft, (*path, "start"), spec.get("start"))
        scope = draft.vocabulary.on_start(event for trigger in start for event in trigger.on)
        found.append(
            Commitment(
                **draft.item(path, name, spec),
                start=start,
                stop=triggers(draft, (*path, "stop"), spec.get("stop")),
                cancel=triggers(draft, (*path, "cancel"), spec.get("cancel")),
                pause=_pauses(draft, (*path, "pause"), spec.get("pause")),
                within=_within(draft, (*path, "within"), spec.get("within"), scope),
                when=draft.condition(path, spec, scope),
                hours=_hours(draft, (*path, "calendar"), spec.get("calendar"), scope),
                business_day=_BUSINESS_DAYS.get(spec.get("business-day")),
                cycles=_CYCLES.get(text(spec, "cycles")),
                on_change=_ON_CHANGE.get(spec.get("on-change", spec.get("on-severity-change"))),  # its former name
                on_reopen=_ON_REOPEN.get(spec.get("on-reopen")),
                duty=bool(spec.get("duty")),
                promised=spec.get("promised") is not False,
                rhythm=_rhythm(draft, (*path, "cycles"), spec.get("cycles")),
                marks=tuple(_marks(spec)),
                reminders=_reminders(mapping(spec.get("remind-after"))),
            )
        )
    return tuple(found)


def excuses(draft: Draft) -> tuple[Excuse, ...]:
    """The events that declare a time for which the vendor does not answer."""
    return tuple(
        Excuse(
            **draft.item(path, name, spec),
            on=words(spec.get("on")),
            of=words(spec.get("of")),
            since=draft.reference(path, spec, "from") or NOWHERE,
            until=draft.reference(path, spec, "until") or NOWHERE,
            when=draft.condition(path, spec, draft.vocabulary.on_events(words(spec.get("on")))),
        )
        for path, name, spec in draft.entries("excuses")
    )


def objectives(draft: Draft) -> tuple[Objective, ...]:
    """The promises over all clocks of a commitment."""
    return tuple(
        Objective(
            **draft.item(path, name, spec),
            of=words(spec.get("of")),
            within=duration(spec, "within"),
            period=PERIODS.get(spec.get("per"), "month"),
            share=parse_percent(text(spec, "share")) if "share" in spec else None,
            when=draft.condition(path, spec, draft.vocabulary.ticket),
        )
        for path, name, spec in draft.entries("objectives")
    )


def timers(draft: Draft) -> tuple[Timer, ...]:
    """What happens by itself."""
    return tuple(
        Timer(
            **draft.item(path, name, spec),
            states=words(spec.get("in")),
            after=(after := duration(spec, "after")),
            calendar=text(spec, "calendar")
            or (ALWAYS if after is not None and not after.amount and "every" not in spec else ""),
            when=draft.condition(path, spec, _while_in(draft, words(spec.get("in")))),
            every=duration(spec, "every"),
            business_day=_BUSINESS_DAYS.get(spec.get("business-day")),
            reset=triggers(draft, (*path, "reset"), spec.get("reset")),
            target=text(spec, "to") or None,
            sets=tuple(
                setting(draft, (*path, "sets", fact), fact, value, draft.vocabulary.ticket)
                for fact, value in mapping(spec.get("sets")).items()
            ),
            climbs=climbs if isinstance(climbs := spec.get("escalate"), str | int) else None,
            effects=draft.effects(path, spec, draft.vocabulary.ticket),
        )
        for path, name, spec in draft.entries("timers")
    )


def _while_in(draft: Draft, states: tuple[str, ...]) -> Scope:
    """What is known of a ticket that is in one of these states."""
    known = [name for name in states if name in mapping(draft.root.get("states"))]
    return draft.vocabulary.ticket.only({"state": known}) if known else draft.vocabulary.ticket
