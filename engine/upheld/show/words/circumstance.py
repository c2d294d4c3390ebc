"""Circumstances: a condition in words, "Type: Solva Flex and active contract: Flex".

What a condition compares is named and then told after a colon, so that no label has to
agree with anything; the same form serves every language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from upheld.core.condition.condition import All, Any, Atom, Condition, HookAtom, Not, Ref
from upheld.core.condition.domain import Scalar
from upheld.core.condition.scope import FAMILIES
from upheld.show.words.naming import Naming
from upheld.show.words.subject import Subjects

_EQUAL: Final = ("is", "has")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Puts conditions into words.

    Attributes:
        events: The events whose data the conditions read; they know best what their fields are called.
    """

    naming: Naming
    events: tuple[str, ...] = ()

    def on(self, events: Iterable[str]) -> Circumstances:
        """The same for conditions on these events."""
        return Circumstances(self.naming, tuple(events))

    def text(self, condition: Condition, *, nested: bool = False) -> str:
        """The condition in words; in parentheses where it joins several and stands inside another.

        What is not so of several is said of each: parentheses after "not" are hard to read.
        """
        match condition:
            case Atom():
                return self._compared(condition, positive=True)
            case HookAtom():
                return self._say("hook", name=self.naming.locale.quoted(condition.hook))
            case Not(inner):
                return self._negated(inner, nested)
            case All(parts) | Any(parts):
                return self._joined(condition, parts, nested)

    def _negated(self, condition: Condition, nested: bool) -> str:
        match condition:
            case Atom():
                return self._compared(condition, positive=False)
            case HookAtom():
                return self._say("not", what=self.text(condition))
            case Not(inner):
                return self.text(inner, nested=nested)
            case All(parts):
                return self.text(Any(tuple(map(Not, parts))), nested=nested)
            case Any(parts):
                return self.text(All(tuple(map(Not, parts))), nested=nested)

    def when(self, condition: Condition | None) -> str:
        """`` (when …)``, to follow what it is about; nothing where there is no condition."""
        return self._say("when", condition=self.text(condition)) if condition is not None else ""

    def _joined(self, condition: All | Any, parts: tuple[Condition, ...], nested: bool) -> str:
        if not parts:
            return self._say("at-all-times" if isinstance(condition, All) else "never")
        texts = [self.text(part, nested=True) for part in parts]
        text = self.naming.locale.listed(texts, "and" if isinstance(condition, All) else "or")
        return f"({text})" if nested and len(parts) > 1 else text

    def subject(self, name: str) -> str:
        """What a name that conditions on these events may read is called."""
        return Subjects(self.naming, self.events).name(name)

    def _say(self, key: str, **values: object) -> str:
        return self.naming.locale.say(key, **values)

    def _compared(self, atom: Atom, *, positive: bool) -> str:
        family, _, rest = atom.name.partition(".")
        if atom.counted:
            return self._sized(atom, positive)
        if family in FAMILIES and atom.op != "set" and not isinstance(atom.operand, Ref):
            return self._timely(atom, family, rest, positive)
        if family == "parameter":
            name = self.naming.among(self.naming.policy.parameters, rest)
            return self._say("provided" if positive else "not-provided", name=self.naming.locale.quoted(name))
        if atom.name in ("contract", "actor", "flagged"):
            return self._special(atom, positive)
        subjects = Subjects(self.naming, self.events)
        subject = subjects.name(atom.name)
        if atom.op == "set":
            return self._say("given" if positive else "not-given", name=self.naming.locale.quoted(subject))
        if isinstance(atom.operand, Ref) and subjects.is_former(atom.name, atom.operand.name):
            compared = self._say(f"{atom.op}.former")
        elif isinstance(atom.operand, Ref):
            other = self.naming.locale.quoted(subjects.other(atom.operand.name, subject))
            alike = "includes" if subjects.is_set_of_values(atom.name) else "same"
            if (alike, atom.operand.name) == ("includes", "actor-id"):
                alike = "includes-actor"
            compared = self._say(alike if atom.op in _EQUAL else f"{atom.op}.number", name=other, value=other)
        else:
            values = [subjects.constant(atom.name, value) for value in atom.operand]
            compared = self.naming.locale.listed(values, "or")
            if atom.op not in _EQUAL:
                compared = self._say(f"{atom.op}.{subjects.order(atom)}", value=compared)
            elif not isinstance(atom.operand[0], bool):
                return self._say("equals" if positive else "differs", subject=subject, what=compared)
            elif not positive:
                compared = self._say("not-yes" if atom.operand[0] else "not-no")
                positive = True
        what = compared if positive else self._say("not", what=compared)
        return self._say("compared", subject=subject, what=what)

    def _sized(self, atom: Atom, positive: bool) -> str:
        """How many values a set has."""
        if isinstance(atom.operand, Ref):
            what = self.naming.locale.quoted(self.subject(atom.operand.name))
        else:
            what = self.naming.locale.listed([str(each) for each in atom.operand], "or")
        if atom.op != "is":
            what = self._say(f"{atom.op}.number", value=what)
        name = self.naming.locale.quoted(self.subject(atom.name))
        subject = self._say("size-of", name=name)
        return self._say("compared", subject=subject, what=what if positive else self._say("not", what=what))

    def _special(self, atom: Atom, positive: bool) -> str:
        """Contracts, actors and flags, which are no fields that somebody filled in."""
        subjects = Subjects(self.naming, self.events)
        if atom.op == "set":
            return self._say(f"{atom.name}-any" if positive else f"{atom.name}-none")
        if isinstance(atom.operand, Ref):
            values = subjects.name(atom.operand.name)
        else:
            values = self.naming.locale.listed([subjects.value(atom.name, each) for each in atom.operand], "or")
        return self._say(atom.name if positive else f"not-{atom.name}", name=values)

    def _timely(self, atom: Atom, family: str, calendar: str, positive: bool) -> str:
        """What is asked of a calendar: whether it is open, how much opening time is left, which day it is."""
        name = self.naming.locale.quoted(self.naming.calendar(calendar))
        constants: tuple[Scalar, ...] = atom.operand if isinstance(atom.operand, tuple) else ()
        if family == "opening":
            is_open = (constants == ("open",)) == positive
            return self._say("within-hours" if is_open else "outside-hours", calendar=name)
        locale = self.naming.locale
        if family == "day":
            days = locale.listed([locale.weekday(str(day)) for day in constants], "or")
            return self._say("on-day" if positive else "not-on-day", days=days, calendar=name)
        lengths = [locale.seconds(int(length_s)) for length_s in constants]
        compared = locale.listed(lengths, "or")
        if atom.op != "is":
            compared = self._say(f"{atom.op}.number", value=compared)
        text = self._say("opening-left", what=compared, calendar=name)
        return text if positive else self._say("not", what=text)
