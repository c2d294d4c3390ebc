"""Barriers: what would refuse an event that nobody has sent yet, as far as it is known what it would say.

Who asks when promises would fall due names a channel, a severity, a contract. Where these are such that a channel does
not take the event, or a rule refuses it, nothing begins, and an answer that tells a due time all the same misleads.
What depends on names that nobody said is no barrier: it may well be accepted.

Source: DESIGN section 3, steps 3 and 4; section 7, `upheld due`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from upheld.core.lifecycle.channels import Channels
from upheld.core.lifecycle.knowledge import Knowledge
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Grounds
from upheld.core.policy.rule import Channel, Requirement, Rule
from upheld.core.policy.schedule import Schedule


class Barrier(NamedTuple):
    """What would refuse an event.

    Attributes:
        event: The event.
        by: The rule or the channel that is against it.
        obstacle: ``rule``, or what is the matter with the channel, as a key of the catalogue of messages.
        opens: When a closed channel opens; ``""`` for another obstacle.
        broken: What the rule requires and is not so.
    """

    event: str
    by: Rule | Channel
    obstacle: str
    opens: str = ""
    broken: tuple[Requirement, ...] = ()

    @property
    def grounds(self) -> tuple[Grounds, ...]:
        """What it rests on."""
        return (self.by, *self.broken)

    @property
    def code(self) -> str:
        """That of the refusal."""
        return "rule" if isinstance(self.by, Rule) else "channel-not-accepted"


class Barriers:
    """What would refuse the events of a policy at an instant."""

    def __init__(self, policy: Policy, schedule: Schedule, asked: Knowledge) -> None:
        self._policy = policy
        self._channels = Channels(policy, schedule)
        self._asked = asked
        self._needing = frozenset(name for name, role in policy.roles.items() if role.needs_channel)

    @property
    def opening(self) -> tuple[str, ...]:
        """The events that open a ticket."""
        return tuple(dict.fromkeys(event for each in self._policy.transitions if each.opens for event in each.on))

    def before(self, events: Iterable[str]) -> tuple[Barrier, ...]:
        """What stands before all of these events, one for each; nothing where one of them may come through."""
        found = [self._before(each) for each in events]
        return () if None in found else tuple(each for each in found if each is not None)

    def _before(self, event: str) -> Barrier | None:
        known = self._asked.before(self._policy.events[event])
        return next(chain(self._of_channel(event, known), self._of_rules(event, known)), None)

    def _of_channel(self, event: str, known: Knowledge) -> Iterator[Barrier]:
        declared, name = self._policy.events[event], known.holds("record.channel")
        roles = {str(known.holds("actor"))} if known.holds("actor") is not None else set(declared.by)
        if not isinstance(name, str) or name not in self._channels:
            return
        if not declared.needs_channel or not roles <= self._needing:
            return
        channel = self._channels[name]
        obstacle = self._channels.obstacle(name, event, known.at_s, known.holds)
        if obstacle == "channel-not-now" and known.judged(channel.when).holds is not False:
            return
        if obstacle:
            opens = self._channels.next_opening(name, known.at_s, known.holds) if obstacle == "channel-closed" else ""
            yield Barrier(event, channel, obstacle, opens)

    def _of_rules(self, event: str, known: Knowledge) -> Iterator[Barrier]:
        for rule in self._policy.rules:
            if rule.verdict != "refuse" or event not in rule.on or known.judged(rule.when).holds is not True:
                continue
            broken = tuple(each for each in rule.requires if _is_broken(each, known))
            if broken or not rule.requires:
                yield Barrier(event, rule, "rule", broken=broken)


def _is_broken(requirement: Requirement, known: Knowledge) -> bool:
    return known.judged(requirement.when).holds is True and known.judged(requirement.condition).holds is False
