"""Ongoing: a ticket that takes one step after another, and is put together again when somebody is to see it.

A standing is a value, and a new one for every record would be half of what a step costs.
"""

from __future__ import annotations

from upheld.core.clocks.pauses import FOREVER
from upheld.core.decision.outcome import NO_RULES, Outcome, Outcomes
from upheld.core.frozen import made
from upheld.core.record.event import Event
from upheld.core.record.ticket import Pending, Standing
from upheld.core.replay.repeating.status import Status
from upheld.core.replay.unpromised import Beginning
from upheld.core.replay.verdict import Log


class Ongoing:
    """A ticket on its way: what `Standing` and `Log` say of it, to be changed; put together again in the `end`.

    Attributes:
        whose: Its customer; ``None`` before an opening.
        begins: Whether it had no record before.
        number: How many records it has so far, and ``last_s`` the instant of the last.
        first: The first state that it was in, once a record has led there.
    """

    __slots__ = (
        *("channel", "clocks", "closed_s", "customer", "entered_s", "facts", "first", "flagged", "last_s", "level"),
        *("begins", "log", "number", "timers", "was", "whose"),
    )

    def __init__(self, log: Log, outcomes: Outcomes) -> None:
        self.log, self.number, self.begins, self.first = log, log.events, not log.events, log.beginning.state
        self.was = was = log.standing
        self.whose: str | None = None
        self.timers: tuple[Pending, ...] = ()
        self.closed_s: int | None = None
        self.last_s = log.latest_s if log.events else -FOREVER
        self.level, self.flagged, self.channel, self.customer, self.entered_s = 1, NO_RULES, "", "", 0
        if was is None:
            self.facts, self.clocks = outcomes.blank, outcomes.clocks.begin()
            return
        self.facts, self.clocks, self.timers, self.level, self.flagged = (
            *(was.facts, was.clocks, was.timers, was.level, was.flagged),
        )
        self.whose = self.customer = was.customer
        self.channel, self.entered_s, self.closed_s = was.channel, was.entered_s, was.closed_s
        self.last_s = max(self.last_s, was.last_s)

    def begin(self, was: Standing) -> None:
        """It is opened just now."""
        self.was, self.whose, self.customer, self.channel = was, was.customer, was.customer, was.channel

    def tell(self, event: Event, outcome: Outcome) -> None:
        """Keep which level it is on since the last record, and what that was flagged for."""
        if outcome.level is not None:
            self.level = outcome.level
        self.flagged |= outcome.flagged
        self.log.events = self.number
        self.log.flag(event, outcome.flags)

    def end(self, status: Status, first: Event) -> None:
        """The ticket and its log as they are by now; ``first`` is the first record that was taken."""
        log, was, beginning = self.log, self.was, self.log.beginning
        assert was is not None, "there is a ticket"
        if self.begins:
            log.earliest_s = first.at_s
        log.events, log.latest_s, log.mark = self.number, self.last_s, None
        if not beginning.begun and (status.has_begun or not beginning.state):
            lacks = () if status.has_begun else beginning.lacks
            log.beginning = Beginning(self.first, lacks, status.has_begun)
        times = was.opened_s, self.last_s, self.entered_s, self.closed_s
        now = (status.state, status.core, *times, self.level, self.facts)
        log.standing = made(Standing, (*was[:4], *now, self.flagged, self.timers, self.clocks, was.charges))
