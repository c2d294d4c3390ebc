"""Traces: what was done for one event, as references, until somebody asks for it.

Source: DESIGN section 3, "A `Decision` carries".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from upheld.core.billing.payment import Bill
from upheld.core.billing.state import Notice
from upheld.core.clocks.state import ClockChange
from upheld.core.decision.decision import AskedEffect, ChangedClock, Details, Move, TimerRun
from upheld.core.lifecycle.consequences import Facts
from upheld.core.lifecycle.explanation import Course, plainly, reason
from upheld.core.lifecycle.moment import Moment
from upheld.core.lifecycle.plan import AskPlan
from upheld.core.lifecycle.timers import Run
from upheld.core.nearest import quoted
from upheld.core.policy.commitment import Commitment, Mark, Timer
from upheld.core.policy.event_type import Effect, SettingCase
from upheld.core.policy.handling import Escalation
from upheld.core.policy.lifecycle import Transition
from upheld.core.policy.policy import OpeningHours
from upheld.core.policy.provenance import Grounds
from upheld.core.record.event import Event
from upheld.core.record.message import Message, fill, language_of, percent
from upheld.core.record.reason import Reason, Refusal
from upheld.core.record.ticket import Standing
from upheld.core.time.duration import Duration
from upheld.core.time.instant import instant_of

Cited = tuple[tuple[str, ...], tuple[str, ...]]
"""Clauses and assumptions."""


class Voice(NamedTuple):
    """In which language effects are told, and what part of the policy they and moves speak of.

    Attributes:
        moves: What moves alike say in a verdict, by what makes them alike; filled as it is asked for.
    """

    language: str
    commitments: tuple[Commitment, ...]
    calendars: Mapping[str, OpeningHours]
    zone: tzinfo
    moves: dict[object, dict[str, Any]]

    def noticed(self, notice: Notice) -> AskedEffect:
        """What is told of an account, as something to be asked of the host; times are those of the policy's zone."""
        account = notice.account
        name = account.label.text(self.language) or quoted(account.id)
        values: dict[str, str | Message] = {"account": name, "amount": Message((account.told(notice.amount),))}
        if notice.expires_s is not None:
            local = instant_of(notice.expires_s).astimezone(self.zone)
            values |= {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
        about = Message.from_catalogue(notice.kind, **values).text(self.language)
        return AskedEffect(instant_of(notice.at_s), "notify", "", about, 1, None, None, None, *_cited(account))

    def cited(self, mover: Transition | Timer | None) -> Cited:
        """What a move cites: its transition, or its timer with the calendar that it counts on."""
        if isinstance(mover, Transition):
            return mover.clauses, mover.assumes
        if mover is None:
            return (), ()
        calendar = self.calendars.get(mover.calendar)
        return (mover.clauses, mover.assumes) if calendar is None else _cited(mover, calendar)


class Moved(NamedTuple):
    """A move, and what made it; of an observed move, what would have been possible where nothing leads there."""

    at_s: int
    origin: str | None
    state: str
    mover: Transition | Timer | None
    conforms: bool = True
    possible: tuple[str, ...] = ()


class Fired(NamedTuple):
    """A timer whose time had come, at ``at_s``: facts before and after it, by which cases, the level, what clocks did.

    Attributes:
        before: The moment at which its condition was asked for; ``None`` where it has none.
        met: Whether it held; else nothing happened.
    """

    timer: Timer
    at_s: int
    was: Facts
    facts: Facts
    cases: tuple[tuple[str, SettingCase], ...]
    level: int | None
    changes: tuple[ClockChange, ...]
    before: Moment | None = None
    met: bool = True

    @property
    def reason(self) -> Reason:
        """Why it did something, or did not."""
        if self.before is None:
            return plainly("timer", self.timer)
        return reason("timer", self.timer, (self.timer.when,), self.before.__getitem__, holds=self.met)

    @property
    def parts(self) -> tuple[Grounds, ...]:
        """What the change of a fact rests on, besides what cites a move."""
        return (self.timer, *(case for _, case in self.cases)) if self.timer.changes and self.met else ()


Met = tuple[Standing | None, Event, Facts]
"""What an accepted event met: the ticket before it, timers fired; the event, and what its data say."""


class Reached(NamedTuple):
    """How far a record came by itself, before what it made happen at once: how many there were of each by then."""

    standing: Standing
    runs: int
    changes: int


class Raised(NamedTuple):
    """An escalation to a level, by an event or by a timer."""

    escalation: Escalation
    level: int
    timer: Timer | None = None


class Asked(NamedTuple):
    """An effect asked for: of the policy, of an escalation, the warning of a clock, or the notice of an account."""

    at_s: int
    what: AskPlan | Raised | ClockChange | Notice
    moment: Moment | None = None
    timer: str | None = None


@dataclass(init=False)
class Trace:
    """What was done for one event, timers before it included; filled while it is done, and never after.

    What is not filled is that of the class: one is made for every record, and most of it stays empty.
    """

    voice: Voice
    moves: tuple[Moved, ...] = ()
    asked: tuple[Asked, ...] = ()
    runs: tuple[Run, ...] = ()
    fired: tuple[Fired, ...] = ()
    reached: Reached | None = None
    changes: tuple[ClockChange, ...] = ()
    course: Course | None = None
    met: Met | None = None
    bill: Bill | None = None
    refusal: Refusal | None = None

    def __init__(self, voice: Voice, **done: Any) -> None:
        self.voice = voice
        self.__dict__.update(done)

    def ask(self, *asked: Asked) -> None:
        """Keep what is to be asked of the host; what comes of one step at once, since all before is gone through."""
        self.asked = (*self.asked, *asked)

    def note_changes(self, changes: tuple[ClockChange, ...]) -> None:
        """Keep what happened to clocks; a warning also asks something of the host."""
        self.changes = (*self.changes, *changes) if self.changes else changes
        warned = [Asked(change.at_s, change) for change in changes if change.what == "warned"]
        if warned:
            self.ask(*warned)

    def note_bill(self, bill: Bill) -> None:
        """Keep what the event cost; notices also ask something of the host."""
        self.bill = bill
        if bill.charged.notices:
            self.ask(*(Asked(notice.at_s, notice) for notice in bill.charged.notices))

    def details(self) -> Details:
        """All of it as the public values."""
        changes = (self._changed(change) for change in self.changes)
        runs = (
            TimerRun(name, instant_of(due_s), None if seen_s is None else instant_of(seen_s))
            for name, due_s, seen_s in self.runs
        )
        return Details(
            tuple(self._move(moved) for moved in self.moves),
            tuple(changes),
            tuple(self.effects()),
            tuple(runs),
            tuple(self._reasons()),
            self.course.against() if self.course else (),
            self.bill.charged.rows if self.bill else (),
        )

    def effects(self, *, notices: bool = True) -> Iterator[AskedEffect]:
        """What the host is asked to do; creating no ticket is nothing to ask.

        Args:
            notices: Whether what is told of accounts is among it.
        """
        for asked in self.asked:
            if notices or not isinstance(asked.what, Notice):
                effect = self._effect(asked)
                if effect.count > 0:
                    yield effect

    def notices(self) -> Iterator[Notice]:
        """What is told of accounts."""
        return (asked.what for asked in self.asked if isinstance(asked.what, Notice))

    def _reasons(self) -> Iterator[Reason]:
        moving = [moved.mover for moved in self.moves if isinstance(moved.mover, Timer)]
        changing = [each.reason for each in self.fired if each.timer.changes and each.met]
        yield from changing if self.fired else [plainly("timer", timer) for timer in moving]
        if self.refusal is not None:
            yield from self.refusal.reasons
        elif self.course is not None:
            yield from self.course.reasons()
        if self.bill is not None:
            yield from self.bill.reasons()

    def _move(self, moved: Moved) -> Move:
        mover = moved.mover
        return Move(
            instant_of(moved.at_s),
            moved.origin,
            moved.state,
            mover.id if isinstance(mover, Transition) else None,
            mover.id if isinstance(mover, Timer) else None,
            moved.conforms,
            moved.possible,
            *self.voice.cited(mover),
        )

    def _changed(self, change: ClockChange) -> ChangedClock:
        commitment = self.voice.commitments[change.commitment]
        return ChangedClock(instant_of(change.at_s), change.what, commitment.id, change.cycle)

    def _effect(self, asked: Asked) -> AskedEffect:
        at, what, language = instant_of(asked.at_s), asked.what, self.voice.language
        if isinstance(what, ClockChange):
            commitment = self.voice.commitments[what.commitment]
            about = _warning(commitment, commitment.mark(what.mark), language)
            clauses, assumptions = commitment.clauses, commitment.assumes
            return AskedEffect(at, "notify", "", about, 1, None, commitment.id, what.cycle, clauses, assumptions)
        if isinstance(what, Raised):
            name, label = what.escalation.levels[what.level - 1]
            values = {"level": str(what.level), "name": label.text(language, name)}
            about = Message.from_catalogue("escalated", **values).text(language)
            by = () if what.timer is None else (what.timer,)
            return AskedEffect(at, "notify", name, about, 1, asked.timer, None, None, *_cited(*by, what.escalation))
        if isinstance(what, Notice):
            return self.voice.noticed(what)
        assert asked.moment is not None, "an effect of the policy is asked for at a moment"
        effect = what.effect
        told = language_of(effect.about, language)
        about = fill(effect.about.text(language), partial(asked.moment.shown, language=told))
        count = _count(effect, asked.moment)
        cited = _cited(what.asker, effect)
        return AskedEffect(at, effect.kind, effect.to, about, count, asked.timer, None, None, *cited)


def _warning(commitment: Commitment, mark: Mark, language: str) -> str:
    """What is told at a mark."""
    length = "" if mark.length is None else _length(mark.length, max(mark.times, 1), language)
    values = {"commitment": commitment.name(language), "share": _share(mark.share, language), "length": length}
    return Message.from_catalogue(f"warning-{mark.kind}", **values).text(language)


def _length(length: Duration, times: int, language: str) -> str:
    """So many lengths of opening time as people write them: ``2 h 30 min``, ``45 min``, ``2 business days``."""
    if length.is_business_day:
        days = Duration(length.amount * times, "bd")
        number = str(days).removesuffix("bd")
        if language == "fr":
            return f"{number.replace('.', ',')} {'jour ouvré' if days.amount < 2 else 'jours ouvrés'}"
        return f"{number} business {'day' if days.amount == 1 else 'days'}"
    minutes, rest = divmod(length.seconds * times, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{rest} s" if rest else ""]
    return " ".join(part for part in parts if part)


def _share(share: Fraction, language: str) -> str:
    """A share as people write it: ``87.5 %``, in French ``87,5 %``."""
    number = percent(share).removesuffix("%")
    return f"{number.replace('.', ',') if language == 'fr' else number} %"


def _count(effect: Effect, moment: Moment) -> int:
    """How many tickets to create: a name that holds no number asks for none."""
    count = moment[effect.count] if isinstance(effect.count, str) else effect.count
    return (count if isinstance(count, int) else 0) - effect.less


def _cited(*parts: Grounds) -> Cited:
    """The clauses and assumptions of several parts of a policy, each once."""
    clauses = dict.fromkeys(clause for part in parts for clause in part.clauses)
    assumptions = dict.fromkeys(name for part in parts for name in part.assumes)
    return tuple(clauses), tuple(assumptions)
