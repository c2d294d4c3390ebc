"""Refusals: every way in which an event is refused or flagged, with what is told and cited.

Each makes a refusal or a flag with a stable code and what it rests on. Messages and
reasons stay questions until somebody asks.

Source: DESIGN section 3: "A refusal cites the clauses of what refused it".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from upheld.core.condition.domain import Held
from upheld.core.lifecycle.channels import Channels
from upheld.core.lifecycle.event_data import Unfit
from upheld.core.lifecycle.explanation import Strike, plainly, reason, tell_strike, transitions_not_taken, why_struck
from upheld.core.lifecycle.moment import Moment
from upheld.core.lifecycle.plan import Arrow, EventPlan, Plan
from upheld.core.nearest import nearest, said
from upheld.core.policy.event_type import Fact
from upheld.core.policy.handling import Escalation
from upheld.core.policy.policy import Policy
from upheld.core.policy.provenance import Grounds, Item
from upheld.core.policy.wording import Wording
from upheld.core.record.event import Event
from upheld.core.record.message import Message, all_called, called, joined, words_of
from upheld.core.record.reason import Flag, Reason, Refusal
from upheld.core.record.ticket import Standing
from upheld.core.time.instant import text_of

SEVERITY: Final = "severity"
MOST_KNOWN: Final = 1_024


@dataclass(frozen=True, slots=True)
class FieldGrounds:
    """What data that do not fit rest on; looked for when asked.

    The fields, then the facts whose values these take, and for the severity its scale; where none of these comes from
    a clause, or the field is unknown, the event itself; where that does not either, its transitions.
    """

    unfit: Unfit
    policy: Policy
    transitions: Iterable[Grounds]

    def __iter__(self) -> Iterator[Grounds]:
        found: list[Grounds] = [*self.unfit, *self._taken()]
        if any(problem.field is None for problem in self.unfit.problems) or not _has_source(found):
            found.append(self.unfit.form.type)
        yield from found if _has_source(found) else (*found, *self.transitions)

    def _taken(self) -> Iterator[Grounds]:
        for field in self.unfit:
            if field.fact in self.policy.facts:
                yield self.policy.facts[field.fact]
            if field.fact == SEVERITY:
                yield from self.policy.severities


def _has_source(grounds: Iterable[Grounds]) -> bool:
    return any(each.clauses or each.assumes for each in grounds)


class Refusals:
    """Makes the refusals and flags of one policy."""

    def __init__(self, plan: Plan, channels: Channels, language: str) -> None:
        self._plan = plan
        self._policy = plan.policy
        self._channels = channels
        self._language = language
        self._known: dict[tuple[str, str], Refusal] = {}

    def _once(self, event: str, role: str, make: Callable[[], Refusal]) -> Refusal:
        """A refusal that hangs on two words alone; kept, since who errs does so many times."""
        known = self._known.get((event, role))
        if known is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            known = self._known[event, role] = make()
        return known

    def _refusal(
        self,
        code: str,
        grounds: Iterable[Grounds],
        message: Callable[[], Message],
        reasons: Callable[[], tuple[Reason, ...]] = tuple,
    ) -> Refusal:
        return Refusal(code, None, tuple(grounds), message, reasons, self._language)

    def out_of_order(self, standing: Standing) -> Refusal:
        """The event lies before what last happened to the ticket."""
        last = text_of(standing.last_s)
        return self._refusal("out-of-order", (), partial(Message.from_catalogue, "out-of-order", last=last))

    def unknown_event(self, event: Event) -> Refusal:
        """The policy has no such event."""
        tell = partial(self._tell_unknown, "event", event.event)
        return self._once(event.event, "", lambda: self._refusal("unknown-event", (), tell))

    def _tell_unknown(self, what: str, word: str) -> Message:
        known = self._policy.events if what == "event" else self._policy.roles
        near = nearest(word, known)
        advice = (
            Message.from_catalogue("did-you-mean", near=near)
            if near
            else Message.from_catalogue("there-are", known=words_of(known))
        )
        return Message.from_catalogue(f"unknown-{what}", advice=advice, **{what: word})

    def not_allowed(self, plan: EventPlan, role: str) -> Refusal:
        """The actor's role may not do it."""
        facts = (("actor", role or None),)
        why = partial(plainly, "event", plan.type, holds=False, facts=facts)
        tell = partial(self._tell_role, plan, role)
        return self._once(plan.name, role, lambda: self._refusal("not-allowed", (plan.type,), tell, lambda: (why(),)))

    def _tell_role(self, plan: EventPlan, role: str) -> Message:
        roles = self._policy.roles
        who = all_called((name, roles[name].label if name in roles else Wording()) for name in plan.type.by)
        if not role:
            return Message.from_catalogue("no-actor", who=who, event=_called(plan.type))
        if role not in roles:
            return self._tell_unknown("role", role)
        return Message.from_catalogue("not-allowed", role=_called(roles[role]), event=_called(plan.type), who=who)

    def invalid_data(self, unfit: Unfit) -> Refusal:
        """The data are not what the event takes, or the facts not what an observed state may carry.

        A field that takes the values of a fact also cites that fact, and one that takes a severity its scale.
        """

        def why() -> tuple[Reason, ...]:
            return tuple(plainly("field", field, holds=False) for field in unfit)

        plan = self._plan.events.get(unfit.form.type.id)
        grounds = FieldGrounds(unfit, self._policy, () if plan is None else plan.transitions)
        return Refusal("invalid-data", None, grounds, unfit.message, why, self._language)

    def beyond_calendar(self, name: str, *grounds: Grounds) -> Refusal:
        """A date that a stop reads, or an instant at which something would fall due, lies where no calendar goes."""
        tell = partial(Message.from_catalogue, "beyond-calendar", event=self._event(name))
        return self._refusal("invalid-data", grounds, tell)

    def channel_not_accepted(self, plan: EventPlan, channel: str, obstacle: str, moment: Moment) -> Refusal:
        """The channel does not take it, or not now; or it is none, which all that there are say together."""
        grounds = (self._channels[channel],) if channel in self._channels else tuple(self._channels)
        tell = partial(self._tell_channel, plan, channel, obstacle, moment)
        return self._refusal("channel-not-accepted", grounds, tell, partial(self._why_channel, channel, moment))

    def _tell_channel(self, plan: EventPlan, name: str, obstacle: str, moment: Moment) -> Message:
        able = self._channels.open_to(plan.name, moment.at_s, moment.__getitem__)
        still = Message.from_catalogue("no-open-channel")
        if able:
            named = all_called((each, self._channels[each].label) for each in able)
            still = Message.from_catalogue("open-channels", channels=named)
        channel: str | Message = _called(self._channels[name]) if name in self._channels else name
        values: dict[str, str | Message] = {"channel": channel, "event": _called(plan.type), "open": still}
        if obstacle == "channel-closed":
            values["opens"] = opens = self._channels.next_opening(name, moment.at_s, moment.__getitem__)
            obstacle = obstacle if opens else "channel-not-now"
        own = Message((self._channels[name].message,), moment.shown) if name in self._channels else Message()
        return joined((own, Message.from_catalogue(obstacle, **values)))

    def _why_channel(self, name: str, moment: Moment) -> tuple[Reason, ...]:
        if name not in self._channels:
            return ()
        channel = self._channels[name]
        return (reason("channel", channel, (channel.when,), moment.__getitem__, holds=False),)

    def refused_by_rule(self, strike: Strike, moment: Moment) -> Refusal:
        """A rule refuses it."""
        return Refusal("rule", strike[0].rule.id, *self._struck(strike, moment), self._language)

    def flagged_by_rule(self, strike: Strike, moment: Moment) -> Flag:
        """A rule flags it."""
        return Flag("rule", strike[0].rule.id, *self._struck(strike, moment), self._language)

    def _struck(
        self, strike: Strike, moment: Moment
    ) -> tuple[tuple[Grounds, ...], Callable[[], Message], Callable[[], tuple[Reason, ...]]]:
        grounds = (strike[0].rule, *strike[1])
        return grounds, partial(tell_strike, strike, moment), partial(why_struck, strike, moment)

    def no_transition(self, plan: EventPlan, standing: Standing, moment: Moment) -> Refusal:
        """It means nothing in the ticket's state."""
        tell = partial(self._tell_no_transition, plan.name, standing.state)
        return self._refusal(
            "no-transition", plan.transitions, tell, partial(transitions_not_taken, plan, None, moment)
        )

    def _tell_no_transition(self, event: str, state: str) -> Message:
        possible = self._plan.possible(state)
        values = {"event": self._event(event), "state": self._state(state)}
        if not possible:
            return Message.from_catalogue("nothing-possible", **values)
        return Message.from_catalogue("no-transition", possible=self._events(possible, most=30), **values)

    def _event(self, name: str) -> Message:
        event = self._policy.events.get(name)
        return called(name, event.label if event is not None else Wording())

    def _state(self, name: str) -> Message:
        state = self._policy.states.get(name)
        return called(name, state.label if state is not None else Wording())

    def _events(self, names: Iterable[str], most: int = 8) -> Message:
        return all_called(((each, self._policy.events[each].label) for each in names), most)

    def not_opened(self, plan: EventPlan, moment: Moment) -> Refusal:
        """There is no ticket, and the event opens none: it never does, or not under these conditions."""
        opens = None in plan.arrows
        possible = self._events(self._plan.possible(None))
        key = "not-opened" if opens else "no-ticket"
        tell = partial(Message.from_catalogue, key, event=_called(plan.type), possible=possible)
        code, grounds = ("no-transition", plan.transitions) if opens else ("no-ticket", ())
        return self._refusal(code, grounds, tell, partial(transitions_not_taken, plan, None, moment))

    def ambiguous(self, plan: EventPlan, state: str, arrows: Iterable[Arrow], moment: Moment) -> Refusal:
        """Two transitions hold, which can only be where a plugin decides."""
        transitions = [arrow.transition for arrow in arrows]
        several = words_of(transition.id for transition in transitions)
        values = {"event": _called(plan.type), "state": self._state(state)}
        tell = partial(Message.from_catalogue, "ambiguous", several=several, **values)

        def why() -> tuple[Reason, ...]:
            lookup = moment.__getitem__
            return tuple(reason("transition", each, (each.when,), lookup) for each in transitions)

        return self._refusal("ambiguous", transitions, tell, why)

    def _value(self, fact: Fact, held: Held) -> Message:
        label = self._plan.labels.value(fact.id, held) if isinstance(held, str | bool) else Wording()
        return called(_text(held), label)

    def immutable(self, fact: Fact, held: Held, wanted: Held) -> Refusal:
        """A fact that stays as it is once set."""
        values = {"fact": _called(fact), "held": self._value(fact, held), "wanted": self._value(fact, wanted)}
        tell = partial(Message.from_catalogue, "immutable", **values)
        return self._refusal(
            "rule", (fact,), tell, lambda: (plainly("fact", fact, holds=False, facts=((fact.id, held),)),)
        )

    def not_next_level(self, escalation: Escalation, level: int, wanted: Held) -> Refusal:
        """A level other than the next one is asked for, or there is no next one."""
        if level >= len(escalation.levels):
            tell = partial(Message.from_catalogue, "last-level", level=called(*escalation.levels[-1]))
        else:
            numbers = {"level": str(level), "next": str(level + 1), "wanted": _text(wanted)}
            tell = partial(Message.from_catalogue, "next-level", **numbers)
        facts = (("level", level),)
        why = partial(plainly, "escalation", escalation, holds=False, facts=facts, name="escalation")
        return self._refusal("rule", (escalation,), tell, lambda: (why(),))

    def outside_effective(self) -> Flag:
        """The record lies outside the days on which the policy applies."""
        return Flag("outside-effective", None, (self._policy.effective,), self._tell_effective, tuple, self._language)

    def start_ahead(self, plan: EventPlan, field: str) -> Flag:
        """A field says that a clock began after the record that tells of it."""
        tell = partial(Message.from_catalogue, "start-ahead", field=plan.form.called(field))
        return Flag("start-ahead", None, (plan.type.fields[field], plan.type), tell, tuple, self._language)

    def _tell_effective(self) -> Message:
        days = {"since": self._policy.since, "until": self._policy.until}
        given = {name: day.isoformat() for name, day in days.items() if day is not None}
        return Message.from_catalogue("outside-effective", days=Message.from_catalogue("-".join(given), **given))


def _called(part: Item) -> Message:
    return called(part.id, part.label)


def _text(held: Held) -> str:
    if isinstance(held, frozenset):
        return ", ".join(sorted(map(said, held)))
    return "–" if held is None else said(held)
