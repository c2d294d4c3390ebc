"""Knowledge: what is known of a ticket that nobody has opened yet.

Who asks when promises would fall due says a few names. More follows from them: facts
have defaults, opening the ticket sets some, the calendars know the hour, and a file of
contracts what the customer has signed. The rest is missing, and is told by name.

Source: DESIGN section 3, "Facts"; section 5, "Conditions".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from upheld.core.condition import Condition
from upheld.core.contracts import Contracts
from upheld.core.domain import Held
from upheld.core.doubt import Doubt, doubted
from upheld.core.event_type import Addition, EventType, Reference, Setting
from upheld.core.happening import is_of_time
from upheld.core.policy import Policy
from upheld.core.time_names import NamesOfTime
from upheld.core.times import Times

UNSET_AT_FIRST: Final = ("severity", "queue", "state", "core")
"""Besides the facts, what holds nothing before the event that opens a ticket."""

Names = Mapping[str, Held]


class Knowledge:
    """What the names of a policy hold at an instant, as far as that is known.

    Args:
        said: What somebody said; a name that is said to hold nothing holds ``None``.
        contracts: What customers have signed; without it, contracts and releases are as said.

    Attributes:
        customer: Whose ticket it is; ``""`` where nobody said.
        waiting: The facts that opening the ticket would set, each with the missing names that decide how.
    """

    def __init__(
        self, policy: Policy, times: Times, at_s: int, said: Names, contracts: Contracts | None = None
    ) -> None:
        self.customer = str(said.get("customer") or "")
        self.waiting: dict[str, tuple[str, ...]] = {}
        self._at_s = at_s
        self._times = times
        self._of_time = NamesOfTime(policy, times, contracts or Contracts())
        self._has_contracts = contracts is not None
        state = policy.states.get(str(said.get("state")))
        self._known: dict[str, Held] = {
            each.id: each.default for each in policy.facts.values() if each.default is not None
        }
        self._known |= {**({"core": state.core} if state else {}), **said}
        self._known |= {**self._set_by_opening(policy, said), **said}

    def holds(self, name: str) -> Held:
        """What a name holds; ``None`` also where nobody knows."""
        return self.holds_at(name, self._at_s)

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
            by = self._times.column_name(rest)
            return self.missing(by) if by else ()
        if family == "contract":
            if self._has_no(rest) or (self._has_contracts and self.customer):
                return ()
            return ("customer",) if self._has_contracts else (name,)
        if family == "release":
            return () if self._has_contracts else (name,)
        return () if is_of_time(name) else (name,)

    def judged(self, condition: Condition | None) -> Doubt:
        """Whether a condition holds, or what it still depends on."""
        return doubted(condition, self.holds, self.missing)

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
            doubt = doubted(case.when, lookup, missing)
            if doubt.holds is None:
                self.waiting[setting.fact] = doubt.missing
                return {}
            if doubt.holds:
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
