"""Names of a policy: which of its states and events, degrees and roles are proposed for the words of an export.

A word that is the name or the label of a state is that state. Else the word decides a meaning, and the policy's states
that may have it are those of the core states that go with it; one whose own name means the same comes first, else the
policy's order decides. What waits for a customer is proposed only where it is his turn, and never the other way round.

    >>> from upheld import load_policy
    >>> names = PolicyNames(load_policy("base"))
    >>> [names.outcome(word) for word in ("To Do", "Waiting for customer", "Waiting for support", "Declined")]
    ['open', 'waiting-for-customer', 'in-fix', 'closed']
    >>> names.outcome("Not fixed"), names.outcome("Pending"), names.outcome("replied"), names.outcome("in_fix")
    ('', '', 'reply', 'in-fix')

Source: DESIGN section 5, "Vendor states refine core states".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from upheld.core.condition.condition import ALWAYS, names_read
from upheld.core.policy.commitment import Commitment, ParameterTarget
from upheld.core.policy.lifecycle import ENDED, State
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Item
from upheld.history.draft.plain_words import is_negated, unnumbered, words_of
from upheld.history.draft.role_words import side_of
from upheld.history.draft.severity_words import degree_of_rank, middle_degree, proposed_degree
from upheld.history.draft.status_words import Meaning, has_other_party, is_near, meaning_of

CORES: Final[Mapping[str, tuple[str, ...]]] = {
    "new": ("open",),
    "qualified": ("qualified", "in-fix"),
    "in-progress": ("in-fix", "qualified", "workaround"),
    "workaround": ("workaround",),
    "waiting-for-customer": ("qualified", "in-fix", "workaround", "open"),
    "resolved": ("resolved", "closed"),
    "closed": ("closed", "auto-closed"),
    "cancelled": ("closed", "auto-closed"),
    "reopened": ("qualified", "in-fix", "open"),
}
"""The core states that a meaning goes with, the likeliest first."""
SEVERITY: Final = "severity"
EVENTS: Final = ("comment", "reply")
"""Meanings that are no states."""


class PolicyNames:
    """What of a policy is proposed for words.

    Attributes:
        policy: The policy.
        degrees: Its severities, highest first, each with what readers call it.
        customer, vendor: The first role on either side, ``""`` where it has none.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.degrees: Mapping[str, Sequence[str]] = {each.id: _labels(each) for each in policy.severities}
        sides = {role.side: name for name, role in reversed(tuple(policy.roles.items()))}
        self.customer = sides.get("customer", "")
        self.vendor = sides.get("vendor", "")
        self._reopened = {
            each.target
            for each in policy.transitions
            if each.target and any(policy.states[name].core in ENDED for name in each.origins if name in policy.states)
        }

    def outcome(self, text: str) -> str:
        """The state or event that a status means; ``""`` where that is not certain."""
        if "?" in text:
            return ""  # a doubt
        named = self._named(text)
        if named:
            return named
        meaning = meaning_of(text)
        if meaning in EVENTS:
            return next((name for name, each in self.policy.events.items() if meaning in _meanings(each)), "")
        return self.state(meaning) or self._mended(text)

    def state(self, meaning: Meaning) -> str:
        """The state that has this meaning; ``""`` where none has."""
        known, cores = self.policy.states, CORES.get(meaning, ())
        possible = [name for name, each in known.items() if each.core in cores and self._is_turn(each, meaning)]
        if meaning == "reopened":
            possible = [name for name in possible if name in self._reopened] or possible

        def likeness(name: str) -> tuple[bool, int, bool]:
            core = known[name].core
            return meaning not in _meanings(known[name]), cores.index(core), name != core

        return min(possible, key=likeness, default="")

    def degree(self, text: str, is_upwards: bool = False) -> str:
        """The degree of severity that a word means; ``""`` where that is not certain."""
        return proposed_degree(text, self.degrees, is_upwards)

    def degree_of_rank(self, rank: int) -> str:
        """The degree of severity that has a rank, 1 the highest; ``""`` where none has."""
        return degree_of_rank(rank, self.degrees)

    @property
    def middle_degree(self) -> str:
        """The degree that a ticket has of which nothing is known, if one has to be supposed; ``""`` without degrees."""
        return middle_degree(self.degrees)

    @property
    def needs_severity(self) -> bool:
        """Whether a promise goes by the severity: without one it does not begin, or allows nothing."""
        return any(self._goes_by_severity(each) for each in self.policy.commitments if each.promised)

    def _goes_by_severity(self, commitment: Commitment) -> bool:
        parameters = self.policy.parameters
        for case in commitment.within:
            target = case.target
            if isinstance(target, ParameterTarget) and target.parameter in parameters:
                parameter = parameters[target.parameter]
                if SEVERITY in (target.by or parameter.by, parameter.across):
                    return True
        conditions = [commitment.beginning, *(case.when or ALWAYS for case in commitment.within)]
        return any(SEVERITY in names_read(condition) for condition in conditions)

    @property
    def severity_event(self) -> str:
        """The event that changes the severity of an open ticket and nothing else; ``""`` where there is none."""
        moves = {event for each in self.policy.transitions for event in each.on}
        for name, each in self.policy.events.items():
            if name not in moves and [setting.fact for setting in each.sets] == ["severity"] and self.vendor in each.by:
                return name
        return ""

    def role(self, text: str) -> str:
        """The role, or ``system``, of somebody who is called so; ``""`` where that is not certain."""
        side = side_of(text)
        if side == "system":
            return "system"
        return {"customer": self.customer, "vendor": self.vendor}.get(side, "")

    def waiting(self, side: str) -> list[str]:
        """The states in which it is the turn of this side, until the ticket is resolved."""
        return [name for name, each in self.policy.states.items() if each.waits_for == side and each.core not in ENDED]

    def _is_turn(self, state: State, meaning: Meaning) -> bool:
        """Whether whose turn it is agrees with what a word says of it."""
        if meaning == "waiting-for-customer":
            return state.waits_for == "customer" and state.core not in ENDED
        return state.core in ENDED or state.waits_for == "vendor"

    def _named(self, text: str) -> str:
        """The state or event that is called exactly so."""
        own = words_of(text)
        plain = unnumbered(own)
        for words in (own, plain):
            for section in (self.policy.states, self.policy.events):
                for name, each in section.items():
                    if words and words in [words_of(called) for called in (name, *_labels(each))]:
                        return name
        return ""

    def _mended(self, text: str) -> str:
        """The state or event that is meant, if there is a slip of the pen in one word."""
        words = unnumbered(words_of(text))
        if is_negated(words) or has_other_party(text) or meaning_of(text):
            return ""
        found = [
            name
            for section in (self.policy.states, self.policy.events)
            for name, each in section.items()
            if any(is_near(words, words_of(called)) for called in (name, *_labels(each)))
        ]
        return found[0] if len(found) == 1 else ""


def _labels(item: Item) -> tuple[str, ...]:
    return tuple(text for _, text in item.label.texts)


def _meanings(item: Item) -> frozenset[str]:
    return _meanings_of((item.id, *_labels(item)))


@cache
def _meanings_of(names: Iterable[str]) -> frozenset[str]:
    """What the names of a state or event mean by the same list of words."""
    return frozenset(meaning_of(name) for name in names) - {""}
