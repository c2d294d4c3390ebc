"""Promised times: what a commitment allows, at one severity or at any.

A commitment's target may depend on the severity, on other facts, and on the date. At a
given severity most conditions are settled; what remains open is told as a note.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from upheld.core.condition.condition import (
    ALWAYS,
    NEVER,
    All,
    Any,
    Atom,
    Condition,
    HookAtom,
    Not,
    Ref,
    evaluate,
    names_read,
)
from upheld.core.policy.commitment import Commitment, ParameterTarget, TargetCase, Trigger
from upheld.core.policy.event_type import Reference
from upheld.core.policy.parameter import Parameter, ParameterValue
from upheld.core.policy.provenance import Grounds
from upheld.core.time.duration import Duration
from upheld.core.time.target import ClosingOfSameDay, NextOccurrence, NextOpening, NextRelease, Target, parse_target
from upheld.show.words.naming import Naming
from upheld.show.words.subject import Subjects

SEVERITY = "severity"


@dataclass(frozen=True, slots=True)
class Allowed:
    """One time that a commitment allows: under ``when``, ``text``; ``grounds`` is what this alone rests on."""

    text: str
    when: Condition | None
    grounds: tuple[Grounds, ...]


@dataclass(frozen=True, slots=True)
class PromisedTimes:
    """The times that commitments allow, in words.

    Attributes:
        calendar: The calendar to be told beside every length; ``None`` where the page says it once.
    """

    naming: Naming
    calendar: str | None = None

    def on(self, calendar: str) -> PromisedTimes:
        """The same, with every length as one of a calendar: ``4 h of opening time``, ``4 h round the clock``."""
        return PromisedTimes(self.naming, calendar)

    def begins(self, commitment: Commitment, severity: str | None) -> tuple[Trigger, ...]:
        """What begins it at a severity (``None``: at any), each with what is left of its condition."""
        found = []
        for trigger in commitment.start:
            if trigger.when is None or severity is None:
                found.append(trigger)
                continue
            left = given(trigger.when, severity, self._names_of_severity(trigger))
            if left != NEVER:
                found.append(replace(trigger, when=None if left == ALWAYS else left))
        return tuple(found)

    def applies(self, commitment: Commitment, severity: str | None) -> Condition | None:
        """What is left of its condition at a severity; ``None`` where it always applies."""
        if commitment.when is None or severity is None:
            return commitment.when
        left = given(commitment.when, severity)
        return None if left == ALWAYS else left

    def _names_of_severity(self, trigger: Trigger) -> Collection[str]:
        """The names that hold the ticket's severity after a trigger's event: what the event says, where it sets it."""
        settings = [
            [each.cases for each in self.naming.policy.events[event].sets if each.fact == SEVERITY]
            for event in trigger.on
            if event in self.naming.policy.events
        ]
        said = Reference(f"event.{SEVERITY}")
        if settings and all([case.value for case in cases] == [said] for each in settings for cases in each or [()]):
            return (SEVERITY, said.name)
        return (SEVERITY,)

    def by_severity(self, commitment: Commitment) -> bool:
        """Whether the time allowed, or whether there is any, depends on the severity."""
        scale = [severity.id for severity in self.naming.policy.severities]
        if len({self.begins(commitment, severity) for severity in scale}) > 1:
            return True
        read = [commitment.when, *(case.when for case in commitment.within)]
        if any(SEVERITY in names_read(condition) for condition in read if condition is not None):
            return True
        targets = [case.target for case in commitment.within]
        return any(isinstance(target, ParameterTarget) and self._column_name(target) == SEVERITY for target in targets)

    def allowed(self, commitment: Commitment, severity: str | None = None) -> tuple[Allowed, ...]:
        """What it allows at a severity (``None``: whatever it is), the first that applies; none if it promises none."""
        if self.applies(commitment, severity) == NEVER or not self.reaches(commitment, severity):
            return ()
        found = []
        for case in commitment.within:
            when = case.when
            if when is not None and severity is not None:
                when = given(when, severity)
            if when == NEVER:
                continue
            found.append(self._allowed(case, None if when == ALWAYS else when, severity))
            if when is None or when == ALWAYS:
                break
        return tuple(found)

    def reaches(self, commitment: Commitment, severity: str | None) -> bool:
        """Whether a clock of it can be at a severity: it begins there, or comes along when the severity changes."""
        return bool(self.begins(commitment, severity)) or commitment.on_severity_change == "retarget"

    def _allowed(self, case: TargetCase, when: Condition | None, severity: str | None) -> Allowed:
        target = case.target
        if not isinstance(target, ParameterTarget):
            return Allowed(self.target(target) if target is not None else "", when, (case,))
        parameter = self.naming.policy.parameters[target.parameter]
        by = self._column_name(target)
        column = severity if by == SEVERITY else None
        rows = [row for row in parameter.rows if column is None or column in row.values]
        text = self._table(parameter, by) if column is None else self._dated(parameter, column)
        return Allowed(text, when, (case, parameter, *rows))

    def _column_name(self, target: ParameterTarget) -> str:
        return target.by or self.naming.policy.parameters[target.parameter].by

    def _table(self, parameter: Parameter, by: str) -> str:
        """The values of a parameter that something else than the severity chooses, or nothing does."""
        if not by:
            return self._dated(parameter, "")
        subjects = Subjects(self.naming)
        columns = dict.fromkeys(column for row in parameter.rows for column in row.values)
        say, values = self.naming.locale.say, []
        for column in columns:
            name = subjects.value(by, column)
            values.append(say("compared", subject=name, what=self._dated(parameter, column)))
        return say("by", name=self.naming.locale.quoted(subjects.name(by)), values=say("then").join(values))

    def _dated(self, parameter: Parameter, column: str) -> str:
        """The value in a column; with the days from which it counts where it has changed."""
        steps = list(self._steps(parameter, column))
        say, day = self.naming.locale.say, self.naming.locale.date
        told = [say("until", value=text, day=day(until)) if until else text for text, until in steps]
        return say("after-that").join(told) or say("none-promised")

    def _steps(self, parameter: Parameter, column: str) -> Iterator[tuple[str, date | None]]:
        """Each value with its last day, oldest first, equal neighbours as one; the last one's end may be open."""
        rows = parameter.rows
        for at, row in enumerate(rows):
            following = rows[at + 1] if at + 1 < len(rows) else None
            text = self.value(row.values.get(column))
            if following is not None and self.value(following.values.get(column)) == text and row.until is None:
                continue
            until = row.until or (following.since - timedelta(days=1) if following else None)
            yield text, until

    def value(self, value: ParameterValue | None) -> str:
        """A parameter's value in words."""
        if value is None:
            return self.naming.locale.say("none-promised")
        try:
            return self.target(parse_target(str(value)))
        except ValueError:
            return self.naming.locale.tidy(str(value))

    def target(self, target: Target) -> str:
        """A target in words."""
        say, locale = self.naming.locale.say, self.naming.locale
        match target:
            case Duration():
                return self._length(target)
            case NextOpening(plus):
                return say("after-next-opening", duration=locale.duration(plus)) if plus else say("next-opening")
            case NextRelease():
                return say("next-release")
            case ClosingOfSameDay():
                return say("closing-of-same-day")
            case NextOccurrence(recurrence, after):
                name = locale.quoted(self.naming.among(self.naming.policy.recurrences, recurrence))
                return say(f"next-{'day' if after == 'date' else 'time'}", name=name)

    def _length(self, length: Duration) -> str:
        """A length of time; with the hours that it counts, where the page does not say them of all."""
        text = self.naming.locale.duration(length)
        if self.calendar is None or length.unit in ("d", "w"):
            return text
        return self.counted(text, in_days=length.is_business_day)

    def counted(self, text: str, *, in_days: bool = False) -> str:
        """A length in words, with the hours of the calendar that it counts; business days say that they are some."""
        policy = self.naming.policy
        if self.calendar is None or self.calendar not in policy.calendars:
            return self.naming.locale.say("round-the-clock", duration=text)
        read = {each.calendar for each in policy.commitments}.intersection(policy.calendars)
        name = self.naming.calendar(self.calendar)
        where = self.naming.locale.say("on-calendar", calendar=name) if len(read) > 1 else ""
        return (text if in_days else self.naming.locale.say("opening-hours-of", duration=text)) + where


def given(condition: Condition, severity: str, names: Collection[str] = (SEVERITY,)) -> Condition:
    """What is left of a condition where the severity is known, which these ``names`` hold.

    >>> low, phone = Atom("severity", "is", ("low",)), Atom("channel", "is", ("phone",))
    >>> given(All((low, phone)), "low") == phone, given(All((low, phone)), "high") == NEVER
    (True, True)
    """
    match condition:
        case Atom(name=name, operand=operand) if name in names and not isinstance(operand, Ref):
            return ALWAYS if evaluate(condition, {name: severity}.get) else NEVER
        case Atom() | HookAtom():
            return condition
        case Not(inner):
            left = given(inner, severity, names)
            return NEVER if left == ALWAYS else ALWAYS if left == NEVER else Not(left)
        case All(parts) | Any(parts):
            return _rejoined(type(condition), [given(part, severity, names) for part in parts])


def _rejoined(kind: type[All] | type[Any], parts: list[Condition]) -> Condition:
    """The parts that are still open, joined again; settled already where one of them settles it."""
    settling, indifferent = (NEVER, ALWAYS) if kind is All else (ALWAYS, NEVER)
    if settling in parts:
        return settling
    left = tuple(dict.fromkeys(part for part in parts if part != indifferent))
    return left[0] if len(left) == 1 else kind(left) if left else indifferent
