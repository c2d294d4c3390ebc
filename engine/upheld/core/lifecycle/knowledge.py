"""Knowledge: what is known of a ticket that nobody has opened yet.

Who asks when promises would fall due says a few names. More follows from them: facts
have defaults, opening the ticket sets some, the calendars know the hour, and a file of
contracts what the customer has signed. The rest is missing, and is told by name.

A condition is then judged to hold, not to hold, or to depend on names that are missing.
`upheld.core.condition.condition` reads a name that holds nothing as a comparison that
fails. That is right for a ticket, where everything is known. Somebody who asks beforehand
has said a few names and nothing of the others, and an answer must not rest on what was not
said.

    >>> phoned = All((Atom("severity", "is", ("1",)), Atom("channel", "is", ("phone",))))
    >>> judged_on(phoned, {"severity": "1"}.get, lambda name: () if name == "severity" else (name,))
    Judgement(holds=None, missing=('channel',))
    >>> judged_on(phoned, {"severity": "2"}.get, lambda name: () if name == "severity" else (name,))
    Judgement(holds=False, missing=())

Source: DESIGN section 3, "Facts"; section 5, "Conditions".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import Final, NamedTuple

from upheld.core.condition.condition import All, Any, Atom, Condition, HookAtom, Lookup, Not, Ref, evaluate
from upheld.core.condition.domain import UNSET, Held, Many
from upheld.core.lifecycle.happening import is_of_time
from upheld.core.lifecycle.time_names import NamesOfTime
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.event_type import Addition, EventType, Reference, Setting
from upheld.core.policy.policy import Policy
from upheld.core.policy.schedule import Schedule

Missing = Callable[[str], tuple[str, ...]]
"""The names that must be said before it is known what a name holds; none where it is known."""


class Judgement(NamedTuple):
    """Whether a condition holds, as far as can be said.

    Attributes:
        holds: ``None`` while it depends on ``missing``.
        missing: The names that would have to be said, each once, in the order of the condition.
    """

    holds: bool | None
    missing: tuple[str, ...] = ()


def judged_on(condition: Condition | None, lookup: Lookup, missing: Missing) -> Judgement:
    """Whether a condition holds whatever the names hold that are missing; no condition always does."""
    match condition:
        case None:
            return Judgement(True)
        case All(conditions):
            return _together((judged_on(each, lookup, missing) for each in conditions), decisive=False)
        case Any(conditions):
            return _together((judged_on(each, lookup, missing) for each in conditions), decisive=True)
        case Not(inner):
            found = judged_on(inner, lookup, missing)
            return found if found.holds is None else Judgement(not found.holds)
        case Atom() | HookAtom():
            return _compared(condition, lookup, missing)


def _together(judgements: Iterable[Judgement], *, decisive: bool) -> Judgement:
    """One part that is ``decisive`` decides; else all of them must be known."""
    found = list(judgements)
    if any(each.holds is decisive for each in found):
        return Judgement(decisive)
    missing = tuple(dict.fromkeys(name for each in found for name in each.missing))
    return Judgement(None, missing) if missing else Judgement(not decisive)


def _compared(atom: Atom | HookAtom, lookup: Lookup, missing: Missing) -> Judgement:
    first = atom.name if isinstance(atom, Atom) else atom.key
    names = [first, atom.operand.name] if isinstance(atom, Atom) and isinstance(atom.operand, Ref) else [first]
    counts = isinstance(atom, Atom) and atom.counted
    if not counts and any(not missing(name) and lookup(name) in (UNSET, frozenset()) for name in names):
        return Judgement(False)
    found = tuple(dict.fromkeys(needed for name in names for needed in missing(name)))
    return Judgement(None, found) if found else Judgement(evaluate(atom, lookup))


UNSET_AT_FIRST: Final = ("severity", "queue", "state", "core")
"""Besides the facts, what holds nothing before the event that opens a ticket."""

Names = Mapping[str, Held]
UNSAID: Final = object()


class Knowledge:
    """What the names of a policy hold at an instant, as far as that is known.

    Args:
        said: What somebody said; a name that is said to hold nothing holds ``None``.
        contracts: What customers have signed; without it, contracts and releases are as said.

    Attributes:
        at_s: The instant.
        customer: Whose ticket it is; ``""`` where nobody said.
        waiting: The facts that opening the ticket would set, each with the missing names that decide how.
    """

    def __init__(
        self, policy: Policy, schedule: Schedule, at_s: int, said: Names, contracts: Contracts | None = None
    ) -> None:
        self.customer = str(said.get("customer") or "")
        self.waiting: dict[str, tuple[str, ...]] = {}
        self._policy = policy
        self._said = said
        self.at_s = at_s
        self._schedule = schedule
        self._of_time = NamesOfTime(policy, schedule, contracts or Contracts())
        self._has_contracts = contracts is not None
        state = policy.states.get(str(said.get("state")))
        self._known: dict[str, Held] = {
            each.id: each.default for each in policy.facts.values() if each.default is not None
        }
        self._known |= {**({"core": state.core} if state else {}), **said}
        self._known |= {**self._set_by_opening(policy, said), **said}

    def holds(self, name: str) -> Held:
        """What a name holds; ``None`` also where nobody knows."""
        return self.holds_at(name, self.at_s)

    def holds_at(self, name: str, at_s: int) -> Held:
        """The same, names of time as at another instant."""
        if name in self._known or not is_of_time(name):
            return self._known.get(name)
        return self._of_time.held(name, at_s, self.customer, self.holds)

    def missing(self, name: str) -> tuple[str, ...]:
        """The names that must be said before it is known what ``name`` holds; none where it is known."""
        family, _, rest = name.partition(".")
        if name in self._known:
            return ()
        if family == "parameter":
            names = self._schedule.column_names(rest)
            return tuple(dict.fromkeys(each for name in names for each in self.missing(name)))
        if family == "contract":
            if self._has_no(rest) or (self._has_contracts and self.customer):
                return ()
            return ("customer",) if self._has_contracts else (name,)
        if family == "release":
            return () if self._has_contracts else (name,)
        return () if is_of_time(name) else (name,)

    def judged(self, condition: Condition | None) -> Judgement:
        """Whether a condition holds, or what it still depends on."""
        return judged_on(condition, self.holds, self.missing)

    def on(self, events: Iterable[str]) -> Knowledge:
        """The same on one of these events: what each of them must have said to set a fact to what it holds."""
        told = [self._told(self._policy.events[each]) for each in events if each in self._policy.events]
        first = told[0] if told else {}
        common = {name: held for name, held in first.items() if all(each.get(name, UNSAID) == held for each in told)}
        if all(name in self._known for name in common):
            return self
        other = copy(self)
        other._known = {**common, **self._known}
        return other

    def at_first(self, names: Iterable[str], events: Iterable[str]) -> Knowledge:
        """The same on one of these events, where each opens the ticket: of these facts, what none sets is unset.

        That is told where it matters whether a fact holds anything; elsewhere a ticket waits for it.
        """
        opening = {event for move in self._policy.transitions if move.opens for event in move.on}
        begins = [self._policy.events[each] for each in events if each in self._policy.events]
        if not begins or any(event.id not in opening for event in begins):
            return self
        told = {setting.fact for event in begins for setting in event.sets}
        facts = {*self._policy.facts, "queue"} - told - set(self._known)
        other = copy(self)
        other._known = {**dict.fromkeys(facts.intersection(names)), **self._known}
        return other

    def before(self, event: EventType) -> Knowledge:
        """The same as the rules see it, before the event changes any fact; of an opening one, before there is a ticket.

        By whom the event is, where one role alone may do it, is known too, and by which way, where a channel was said.
        """
        other = copy(self)
        opens = any(event.id in move.on for move in self._policy.transitions if move.opens)
        if opens:
            facts = self._policy.facts.items()
            unset: dict[str, Held] = {
                name: frozenset() if isinstance(fact.domain, Many) else None for name, fact in facts
            }
            known = {**self._known, **unset, **dict.fromkeys(UNSET_AT_FIRST), "flagged": frozenset()}
            known |= _data(event, self._said)
        else:
            changed = {setting.fact for setting in event.sets}
            known = {name: held for name, held in self.on((event.id,))._known.items() if name not in changed}
        known |= {"actor": event.by[0]} if len(event.by) == 1 else {}
        known |= {"record.channel": self._said["channel"]} if "channel" in self._said else {}
        other._known = {**known, **{name: held for name, held in self._said.items() if "." in name}}
        return other

    def _told(self, event: EventType) -> Names:
        """The data of an event from which facts are taken that are known; what it may leave out says nothing."""
        found: dict[str, Held] = {}
        opens = any(event.id in move.on for move in self._policy.transitions if move.opens)
        for setting in event.sets:
            case = setting.cases[0]
            source = case.value.name if isinstance(case.value, Reference) and case.when is None else ""
            field = event.fields.get(source.removeprefix("event.")) if source.startswith("event.") else None
            if field is None or len(setting.cases) > 1 or setting.fact not in self._known:
                continue
            if field.required or field.default is not None or opens:
                found[source] = self._known[setting.fact]
        return found

    def _has_no(self, attribute: str) -> bool:
        """Whether an attribute is of a kind of contract that is said not to be there."""
        if not attribute or "contract" not in self._known:
            return False
        kinds = self._known["contract"]
        return not (isinstance(kinds, frozenset) and attribute.partition(".")[0] in kinds)

    def _set_by_opening(self, policy: Policy, said: Names) -> dict[str, Held]:
        """The facts that opening the ticket sets; where several events open one, those that all of them set alike."""
        opening = {event for move in policy.transitions if move.opens for event in move.on}
        found = [self._set_by(policy, policy.events[each], said) for each in sorted(opening & set(policy.events))]
        first = found[0] if found else {}
        return {
            fact: held for fact, held in first.items() if all(fact in each and each[fact] == held for each in found)
        }

    def _set_by(self, policy: Policy, event: EventType, said: Names) -> dict[str, Held]:
        """The facts that one opening event sets, as far as it is known what it says."""
        before = {**dict.fromkeys((*policy.facts, *UNSET_AT_FIRST)), **_data(event, said)}
        found: dict[str, Held] = {}
        for setting in event.sets:
            found |= self._outcome(setting, before)
        return found

    def _outcome(self, setting: Setting, before: Names) -> dict[str, Held]:
        """The fact as it was set; nothing where that is not known, and where it stays as it was."""

        def lookup(name: str) -> Held:
            return before[name] if name in before else self.holds(name)

        def missing(name: str) -> tuple[str, ...]:
            return () if name in before else self.missing(name)

        for case in setting.cases:
            judgement = judged_on(case.when, lookup, missing)
            if judgement.holds is None:
                self.waiting[setting.fact] = judgement.missing
                return {}
            if judgement.holds:
                value = case.value
                if isinstance(value, Addition):
                    return {}
                held = lookup(value.name) if isinstance(value, Reference) else value
                return {} if isinstance(value, Reference) and held is None else {setting.fact: held}
        return {}


def _data(event: EventType, said: Names) -> dict[str, Held]:
    """What an opening event would say: what somebody said, what a fact has that is taken from it, its defaults."""
    found: dict[str, Held] = {f"event.{name}": each.default for name, each in event.fields.items()}
    found = {name: held for name, held in found.items() if held is not None}
    for setting in event.sets:
        source = setting.cases[0].value
        if len(setting.cases) == 1 and isinstance(source, Reference) and setting.fact in said:
            found[source.name] = said[setting.fact]
    return found | {name: held for name, held in said.items() if name.startswith("event.")}
