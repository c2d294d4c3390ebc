"""Naming: what a reader calls the parts of a policy.

A part is called by its label in the reader's language; by its id where it has none. In
a sentence labels stand between quotation marks, for they may be any words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from upheld.core.policy.event_type import Fact, Field
from upheld.core.policy.lifecycle import Transition
from upheld.core.policy.policy import ALWAYS, Policy
from upheld.core.policy.provenance import Item
from upheld.core.policy.wording import Wording
from upheld.show.words.locale import Locale


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of a policy's parts in one language."""

    policy: Policy
    locale: Locale

    def text(self, wording: Wording) -> str:
        """A text of the policy, on one line; ``""`` where it says nothing."""
        return self.locale.tidy(wording.text(self.locale.language))

    def name(self, item: Item) -> str:
        """What readers call a part of the policy."""
        return self.text(item.label) or item.id

    def among(self, section: Mapping[str, Item] | Sequence[Item], id: str) -> str:
        """What readers call the part with this id; the id itself where there is none."""
        found = (
            section.get(id) if isinstance(section, Mapping) else next((each for each in section if each.id == id), None)
        )
        return self.name(found) if found is not None else id

    def event(self, id: str) -> str:
        """An event's name."""
        return self.among(self.policy.events, id)

    def state(self, id: str) -> str:
        """A state's name."""
        return self.among(self.policy.states, id)

    def severity(self, id: str) -> str:
        """A severity's name."""
        return self.among(self.policy.severities, id)

    def channel(self, id: str) -> str:
        """A channel's name."""
        return self.among(self.policy.channels, id)

    def role(self, id: str) -> str:
        """A role's name; effects may also tell an escalation level."""
        levels = {name: label for each in self.policy.escalation for name, label in each.levels}
        if id in levels and id not in self.policy.roles:
            return self.text(levels[id]) or id
        return self.among(self.policy.roles, id)

    def calendar(self, id: str) -> str:
        """A calendar's name; the one that is built in is called round the clock."""
        if id == ALWAYS and id not in self.policy.calendars:
            return self.locale.say("always")
        return self.among(self.policy.calendars, id)

    def zone(self, id: str) -> str:
        """A time zone's name: what everybody calls UTC is written ``Etc/UTC`` in policies alone."""
        return "UTC" if id in ("Etc/UTC", "UTC") else id

    def commitment(self, id: str) -> str:
        """A commitment's name."""
        return self.among(self.policy.commitments, id)

    def transition(self, transition: Transition) -> str:
        """What readers call a transition: most often after its event."""
        return self.text(transition.label) or " / ".join(dict.fromkeys(map(self.event, transition.on)))

    def queue(self, id: str) -> str:
        """A queue's name, where the policy declares queues."""
        return self.value(self.policy.facts.get("queue"), id)

    def value(self, holder: Fact | Field | None, value: str) -> str:
        """What readers call a word that a fact or a field may hold."""
        return self.text(holder.labels.get(value, Wording())) if holder and value in holder.labels else value

    def quoted(self, names: Iterable[str], joint: Literal["and", "or"] = "or") -> str:
        """Several names in a sentence."""
        return self.locale.listed([self.locale.quoted(name) for name in names], joint)

    def events(self, ids: Iterable[str], joint: Literal["and", "or"] = "or") -> str:
        """Several events in a sentence."""
        return self.quoted(map(self.event, ids), joint)

    def states(self, ids: Iterable[str], joint: Literal["and", "or"] = "or") -> str:
        """Several states in a sentence."""
        return self.quoted(map(self.state, ids), joint)
