"""The view: a policy and a language, with everything that puts the one into the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from upheld.core.condition.condition import Condition
from upheld.core.policy.commitment import Trigger
from upheld.core.policy.event_type import Effect
from upheld.core.policy.policy import Policy
from upheld.core.policy.wording import Wording
from upheld.core.record.message import fill
from upheld.core.time.duration import Duration
from upheld.show.page.blocks import Cited, Line, Part, Words, line, strong
from upheld.show.words.circumstance import Circumstances
from upheld.show.words.locale import Locale, locale_of
from upheld.show.words.naming import Naming
from upheld.show.words.promised_time import PromisedTimes
from upheld.show.words.subject import Subjects


@dataclass(frozen=True)
class View:
    """What every section of the page is written with.

    Attributes:
        reader_zone: The zone on whose clock the page tells times, where it is not the policy's.
        anonymous: Whether the page leaves people out: who did something, and what anybody may have typed.
        numbers: What customers are called by where nobody is to be named.
    """

    policy: Policy
    language: str
    reader_zone: str = ""
    anonymous: bool = False
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        """The zone on whose clock the page tells times."""
        return self.reader_zone or self.policy.zone

    @cached_property
    def locale(self) -> Locale:
        """The reader's language."""
        return locale_of(self.language)

    @cached_property
    def naming(self) -> Naming:
        """What the policy's parts are called."""
        return Naming(self.policy, self.locale)

    @cached_property
    def circumstances(self) -> Circumstances:
        """Conditions in words."""
        return Circumstances(self.naming)

    @cached_property
    def times(self) -> PromisedTimes:
        """Promised times in words."""
        return PromisedTimes(self.naming)

    def say(self, key: str, **values: object) -> str:
        """One of the page's own messages."""
        return self.locale.say(key, **values)

    def of_severity(self, key: str, **values: object) -> str:
        """One of the page's messages about severity; with the vendor's own word for it, where it has another."""
        called = Subjects(self.naming).severity()
        if called.lower() == self.say("severity").lower() or f"{key}.named" not in self.locale.messages:
            return self.say(key, **values)
        return self.say(f"{key}.named", name=self.locale.quoted(called), called=called, **values)

    def customer(self, id: str | None) -> str:
        """What a customer is called: by the id, or by a number where nobody is to be named."""
        return self.say("report.customer", number=self.numbers.get(id or "", 0)) if self.anonymous and id else id or ""

    def titled(self, key: str, *parts: Part) -> Line:
        """A line that begins with what it is about: ``**Begins:** …``."""
        return self.named(self.say(key), *parts)

    def named(self, name: str, *parts: Part) -> Line:
        """A line that begins with a name of the policy's own."""
        told = line(*parts)
        space = " " if told and isinstance(told[0], Words) else None
        return line(strong(self.say("lead", name=name)), space, *told)

    def titles(self, keys: Iterable[str]) -> list[str]:
        """The titles of a table's columns; severity is called as this vendor does."""
        return [Subjects(self.naming).severity() if key == "severity" else self.say(key) for key in keys]

    def count(self, number: int) -> str:
        """A number in a table; nothing for none."""
        return self.locale.number(number) if number else ""

    def quote(self, wording: Wording, on: Circumstances | None = None) -> str:
        """A message of the policy, between quotation marks: a name to be filled in stands as what readers call it."""
        named = (on or self.circumstances).subject
        text = fill(self.naming.text(wording), lambda name: f"‹{named(name)}›")
        return self.locale.quoted(text.replace("`‹", "‹").replace("›`", "›"))

    def duration(self, duration: Duration | None) -> str:
        """A length of time."""
        return self.locale.duration(duration) if duration is not None else self.say("none-promised")

    def opening_time(self, calendar: str) -> str:
        """The time that counts on a calendar of the policy; all of it on any other."""
        if calendar not in self.policy.calendars:
            return self.say("around-the-clock")
        return self.say("opening-time-of", calendar=self.locale.quoted(self.naming.calendar(calendar)))

    def of_hours(self, key: str, calendar: str) -> str:
        """The key of a message about opening time; of the one about time, where every hour of a calendar counts."""
        return key if calendar in self.policy.calendars else f"{key}.always"

    def only_when(self, condition: Condition | None, events: Iterable[str] = ()) -> str:
        """`` – only when …``; nothing where there is no condition."""
        if condition is None:
            return ""
        return self.say("only-when", condition=self.circumstances.on(events).text(condition))

    def trigger(self, trigger: Trigger) -> str:
        """An event or a move, in words."""
        if trigger.on:
            text = self.naming.events(trigger.on)
        elif trigger.enters:
            text = self.say("enters", states=self.naming.states(trigger.enters))
        else:
            text = self.say("leaves", states=self.naming.states(trigger.leaves))
        text += self.circumstances.on(trigger.on).when(trigger.when)
        if trigger.at is not None:
            name = self.circumstances.on(trigger.on).subject(trigger.at.name)
            text += self.say("dated", name=self.locale.quoted(name))
        return text

    def triggers(self, triggers: Iterable[Trigger]) -> Line:
        """Several of them, each with what it rests on."""
        parts: list[Part] = []
        for each in triggers:
            parts += [self.say("either") if parts else None, self.trigger(each), each]
        return line(*parts)

    def effect(self, effect: Effect, events: Iterable[str] = ()) -> Line:
        """What somebody is told or asked."""
        on, naming = self.circumstances.on(events), self.naming
        about = self.say("about", text=self.quote(effect.about, on)) if effect.about else ""
        if effect.kind == "route":
            text = self.say("effect.route", to=self.locale.quoted(naming.queue(effect.to)))
        elif effect.kind == "create-ticket":
            text = self._further_tickets(effect, events)
        else:
            text = self.say(f"effect.{effect.kind}", to=naming.role(effect.to) if effect.to else self.say("somebody"))
        return line(text + about + on.when(effect.when), effect)

    def _further_tickets(self, effect: Effect, events: Iterable[str]) -> str:
        if isinstance(effect.count, str):
            count = self.locale.quoted(self.circumstances.on(events).subject(effect.count))
        else:
            count = self.locale.number(effect.count)
        less = self.say("less", number=self.locale.number(effect.less)) if effect.less else ""
        return self.say("effect.create-ticket", count=count + less)


def joined(lines: Iterable[Line], separator: str) -> Line:
    """Lines one after another."""
    found: list[Words | Cited] = []
    for each in lines:
        if found and each:
            found.append(Words(separator))
        found.extend(each)
    return tuple(found)
