"""Promised times: what a commitment allows, at one severity or at any.

A commitment's target may depend on the severity, on other facts, and on the date. At a
given severity most conditions are settled; what remains open is told as a note.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
from upheld.core.policy.commitment import CalendarCase, Commitment, ParameterTarget, TargetCase, Trigger
from upheld.core.policy.event_type import Reference
from upheld.core.policy.parameter import Parameter, ParameterValue, column_path
from upheld.core.policy.provenance import Grounds
from upheld.core.time.duration import Duration
from upheld.core.time.target import (
    Agreed,
    BestEffort,
    ClosingOfSameDay,
    NextOccurrence,
    NextOpening,
    NextRelease,
    Target,
    parse_target,
)
from upheld.show.words.naming import Naming
from upheld.show.words.subject import Subjects

SEVERITY = "severity"


@dataclass(frozen=True, slots=True)
class Allowed:
    """One time that a commitment allows: under ``when``, ``text``; ``grounds`` is what this alone rests on.

    Attributes:
        agreed: Of a time agreed upon, whose condition is that there is one, what that is called.
        elsewhere: Under which conditions it counts other hours than those that the text tells.
    """

    text: str
    when: Condition | None
    grounds: tuple[Grounds, ...]
    agreed: str = ""
    elsewhere: tuple[CalendarCase, ...] = ()


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

    def applies(self, commitment: Commitment, severity: str | None, plan: str | None = None) -> Condition | None:
        """What is left of its condition at a severity, on a plan; ``None`` where it always applies."""
        if commitment.when is None:
            return None
        left = self._left(commitment, commitment.when, severity, plan)
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
        return SEVERITY in self.decided_by(commitment)

    def decided_by(self, commitment: Commitment) -> set[str]:
        """The names that decide whether it applies, which time it allows, and on which calendar."""
        read = [commitment.when, *(case.when for case in commitment.within), *(case.when for case in commitment.hours)]
        names = {name for condition in read if condition is not None for name in names_read(condition)}
        targets = [case.target for case in commitment.within]
        names |= {name for target in targets if isinstance(target, ParameterTarget) for name in self._names(target)}
        return names | {target.name for target in targets if isinstance(target, Agreed)}

    def plans(self, commitment: Commitment) -> tuple[str, tuple[str, ...]] | None:
        """The second name by which a table by the severity has columns, and its values; ``None`` where none has."""
        for case in commitment.within:
            if isinstance(case.target, ParameterTarget):
                names, parameter = self._names(case.target), self.naming.policy.parameters[case.target.parameter]
                if len(names) > 1 and names[0] == SEVERITY:
                    plans = dict.fromkeys(column_path(column)[0] for row in parameter.rows for column in row.values)
                    return names[1], tuple(plans)
        return None

    def allowed(
        self, commitment: Commitment, severity: str | None = None, plan: str | None = None
    ) -> tuple[Allowed, ...]:
        """What it allows at a severity (``None``: whatever it is), the first that applies; none if it promises none.

        Args:
            plan: One of its `plans`; ``None`` for all of them.
        """
        if self.applies(commitment, severity, plan) == NEVER or not self.reaches(commitment, severity):
            return ()
        found = []
        hours = self._hours(commitment, severity, plan)
        times = self.on(hours[-1].calendar) if len(commitment.calendars) > 1 and hours else self
        for case in commitment.within:
            when = case.when if case.when is None else self._left(commitment, case.when, severity, plan)
            if when == NEVER:
                continue
            when = None if when == ALWAYS else when
            allowed = times._allowed(case, when, severity, plan)
            others = [
                each for each in hours[:-1] if self.on(each.calendar)._allowed(case, when, severity, plan) != allowed
            ]
            told = (hours[-1],) if len(commitment.calendars) > 1 and hours else ()
            found.append(replace(allowed, grounds=(*allowed.grounds, *told), elsewhere=tuple(others)))
            if when is None:
                break
        return tuple(found)

    def _left(self, commitment: Commitment, condition: Condition, severity: str | None, plan: str | None) -> Condition:
        """What is left of a condition of it at a severity and on one of its plans, as far as these are known."""
        left = condition if severity is None else given(condition, severity)
        plans = self.plans(commitment) if plan is not None else None
        return left if plan is None or plans is None else given(left, plan, plans[:1])

    def _hours(self, commitment: Commitment, severity: str | None, plan: str | None) -> tuple[CalendarCase, ...]:
        """The calendars that may count at a severity and on a plan, each with what is left of its condition."""
        found = []
        for case in commitment.hours:
            left = ALWAYS if case.when is None else self._left(commitment, case.when, severity, plan)
            if left != NEVER:
                found.append(replace(case, when=None if left == ALWAYS else left))
            if left == ALWAYS:
                break
        return tuple(found)

    def reaches(self, commitment: Commitment, severity: str | None) -> bool:
        """Whether a clock of it can be at a severity: it begins there, or comes along when the severity changes."""
        return bool(self.begins(commitment, severity)) or commitment.on_change in ("retarget", "restart")

    def _allowed(
        self, case: TargetCase, when: Condition | None, severity: str | None, plan: str | None = None
    ) -> Allowed:
        target = case.target
        if isinstance(target, Agreed) and when == Atom(target.name, "set"):
            agreed = self.naming.locale.quoted(Subjects(self.naming).name(target.name))
            return Allowed(self.target(target), when, (case,), agreed)
        if not isinstance(target, ParameterTarget):
            return Allowed(self.target(target) if target is not None else "", when, (case,))
        parameter = self.naming.policy.parameters[target.parameter]
        names = self._names(target)
        known = {SEVERITY: severity, names[-1] if len(names) > 1 else "": plan}
        columns = [column for column in _columns(parameter) if _fits(names, column, known)]
        rows = [row for row in parameter.rows if any(column in row.values for column in columns)]
        if severity is not None and names == (SEVERITY,):
            text = self._dated(parameter, severity)
        else:
            text = self._table(parameter, [name for name in names if known.get(name) is None], columns)
        return Allowed(text, when, (case, parameter, *rows))

    def _names(self, target: ParameterTarget) -> tuple[str, ...]:
        return self.naming.policy.parameters[target.parameter].names_with(target.by)

    def _table(self, parameter: Parameter, names: Sequence[str], columns: Sequence[str]) -> str:
        """The values in these columns of a parameter, told apart by the names that are still open."""
        if not names:
            return self._dated(parameter, columns[0] if columns else "")
        subjects = Subjects(self.naming)
        say, values = self.naming.locale.say, []
        for column in columns:
            keys = dict(zip(reversed(parameter.names if len(column_path(column)) > 1 else names), column_path(column)))
            subject = ", ".join(subjects.value(name, keys[name]) for name in names if name in keys)
            values.append(say("compared", subject=subject, what=self._dated(parameter, column)))
        told = self.naming.locale.listed([self.naming.locale.quoted(subjects.name(name)) for name in names])
        return say("by", name=told, values=say("then").join(values))

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
            case Agreed(name):
                return say("as-agreed", name=locale.quoted(Subjects(self.naming).name(name)))
            case BestEffort():
                return say("best-effort")

    def _length(self, length: Duration) -> str:
        """A length of time; with the hours that it counts, where the page does not say them of all."""
        text = self.naming.locale.duration(length)
        if self.calendar is None or length.months or length.unit in ("d", "w"):
            return text
        return self.counted(text, in_days=length.is_business_day)

    def counted(self, text: str, *, in_days: bool = False) -> str:
        """A length in words, with the hours of the calendar that it counts; business days say that they are some."""
        policy = self.naming.policy
        if self.calendar is None or self.calendar not in policy.calendars:
            return self.naming.locale.say("round-the-clock", duration=text)
        read = {name for each in policy.commitments for name in each.calendars}.intersection(policy.calendars)
        name = self.naming.calendar(self.calendar)
        where = self.naming.locale.say("on-calendar", calendar=name) if len(read) > 1 else ""
        return (text if in_days else self.naming.locale.say("opening-hours-of", duration=text)) + where


def _columns(parameter: Parameter) -> list[str]:
    """Every column of a parameter, in the order in which its rows have them."""
    return [*dict.fromkeys(column for row in parameter.rows for column in row.values)]


def _fits(names: Sequence[str], column: str, known: Mapping[str, str | None]) -> bool:
    """Whether a column is one for what some names are known to hold."""
    return all(known.get(name) in (None, value) for name, value in zip(reversed(names), column_path(column)))


def given(condition: Condition, held: str, names: Collection[str] = (SEVERITY,)) -> Condition:
    """What is left of a condition where it is known what these ``names`` hold, such as the severity.

    >>> low, phone = Atom("severity", "is", ("low",)), Atom("channel", "is", ("phone",))
    >>> given(All((low, phone)), "low") == phone, given(All((low, phone)), "high") == NEVER
    (True, True)
    """
    match condition:
        case Atom(name=name, operand=operand) if name in names and not isinstance(operand, Ref):
            return ALWAYS if evaluate(condition, {name: held}.get) else NEVER
        case Atom() | HookAtom():
            return condition
        case Not(inner):
            left = given(inner, held, names)
            return NEVER if left == ALWAYS else ALWAYS if left == NEVER else Not(left)
        case All(parts) | Any(parts):
            return _rejoined(type(condition), [given(part, held, names) for part in parts])


def _rejoined(kind: type[All] | type[Any], parts: list[Condition]) -> Condition:
    """The parts that are still open, joined again; settled already where one of them settles it."""
    settling, indifferent = (NEVER, ALWAYS) if kind is All else (ALWAYS, NEVER)
    if settling in parts:
        return settling
    left = tuple(dict.fromkeys(part for part in parts if part != indifferent))
    return left[0] if len(left) == 1 else kind(left) if left else indifferent
