"""Episodes for a reader: a record, or what came by itself, with all that it did and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from upheld.core.billing.state import ChargeRow
from upheld.core.decision.decision import AskedEffect, Move
from upheld.core.policy.commitment import Mark
from upheld.core.record.event import Event
from upheld.core.record.reason import Reason
from upheld.core.story.episode import ChangedFact, ClockTurn, Episode
from upheld.show.page.blocks import Bullet, Cited, Line, Part, line, strong
from upheld.show.ticket.reasons import held, named, reason, says, told
from upheld.show.words.amounts import amount, lacking_words, recorded, worked
from upheld.show.words.local_time import due_moment, moment
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View


def episode(view: View, each: Episode) -> tuple[str, Iterator[Bullet]]:
    """Its heading, and what is told of it."""
    number = f"{each.seq}. " if each.seq is not None else ""
    title = number + view.say("story.at", moment=moment(view, each.at_s), what=heading(view, each))
    return title, _told(view, each)


def heading(view: View, each: Episode) -> str:
    """What it was: an event, a state observed, a timer."""
    if each.event is not None and each.event.state:
        return view.say("story.observed", state=view.locale.quoted(view.naming.state(each.event.state)))
    if each.event is not None:
        return view.naming.event(each.event.event)
    if each.timer is not None:
        return view.say("story.by-itself", name=view.locale.quoted(view.naming.name(each.timer)))
    return view.say("story.warning")


def _told(view: View, each: Episode) -> Iterator[Bullet]:
    events = (each.event.event,) if each.event is not None and each.event.event in view.policy.events else ()
    if each.event is not None:
        yield from _given(view, each.event, events)
    if each.refusal is not None:
        message = told(view, each.refusal)
        cites = Cited(each.refusal.clauses, each.refusal.assumptions)
        refused = line(strong(view.say("story.refused")), " ", message, cites)
        yield Bullet(refused, says(view, each.refusal.clauses, each.refusal.assumptions))
        yield from _below(view, "story.why-not", (reason(view, why, events) for why in _telling(each.reasons)))
        return
    for flag in each.flags:
        text = told(view, flag)
        cites = Cited(flag.clauses, flag.assumptions)
        yield Bullet(view.titled("story.flagged", text, cites), says(view, flag.clauses, flag.assumptions))
    if not _does_anything(each):
        yield Bullet(line(view.say("story.no-change")))
    yield from _moved(view, each)
    yield from _below(view, "story.sets", (_fact(view, fact, events) for fact in each.facts))
    if each.level is not None:
        yield Bullet(view.titled("level", view.locale.number(each.level)))
    yield from _below(view, "story.turns", (_turn(view, turn) for turn in each.turns))
    owed = {name for name, account in view.policy.accounts.items() if account.owed}
    for key, of_owed in (("story.charged", False), ("story.paid", True)):
        yield from _below(view, key, (_charge(view, row) for row in each.charges if (row.account in owed) == of_owed))
    yield from _below(view, "story.asked", (_effect(view, effect) for effect in each.effects))
    yield from _waiting(view, each)
    yield from _why(view, each, events)


def _does_anything(each: Episode) -> bool:
    """Whether there is anything to tell of a record besides itself; of a state observed that is told otherwise."""
    if each.event is None or each.event.state:
        return True
    done = (each.moves, each.facts, each.turns, each.charges, each.effects, each.waits)
    return any(done) or each.level is not None


def _below(view: View, key: str, lines: Iterable[Line]) -> Iterator[Bullet]:
    """A titled entry with entries below it; nothing where there are none."""
    told = tuple(lines)
    if told:
        yield Bullet(view.titled(key), told)


def _given(view: View, event: Event, events: tuple[str, ...]) -> Iterator[Bullet]:
    """By whom and by which way, and what the record said besides."""
    who = view.naming.role(event.role) if event.role else view.say("nobody")
    who += f" ({event.actor_id})" if event.actor_id and not view.anonymous else ""
    who += view.say("story.by-channel", channel=view.naming.channel(event.channel)) if event.channel else ""
    if event.role or event.channel:
        yield Bullet(view.titled("story.by", who))
    subjects = Subjects(view.naming, events)
    pairs = [
        line(
            view.say("compared", subject=subjects.name(f"event.{name}"), what=_given_value(view, subjects, name, value))
        )
        for name, value in event.data.items()
        if value is not None and value != "" and not (view.anonymous and subjects.is_typed(f"event.{name}"))
    ]
    if pairs:
        yield Bullet(view.titled("story.data"), tuple(pairs))


def _given_value(view: View, subjects: Subjects, name: str, value: object) -> str:
    """A field as it was recorded: it may be anything, also what the policy does not know."""
    values = value if isinstance(value, list | tuple) else [value]
    told = []
    for each in values:
        known = isinstance(each, str | int)
        told.append(subjects.value(f"event.{name}", each) if known else str(each))  # type: ignore[arg-type]
    return view.locale.listed(told)


def _moved(view: View, each: Episode) -> Iterator[Bullet]:
    for move in each.moves:
        yield Bullet(view.titled("state", _move(view, move), Cited(move.clauses, move.assumptions)))
        if not move.conforms:
            possible = view.naming.events(move.possible) or view.say("story.nothing")
            yield Bullet(
                line(strong(view.say("story.nonconforming")), " ", view.say("story.possible", events=possible))
            )
    if each.event is not None and each.event.state and not each.moves:
        yield Bullet(line(view.say("story.no-move")))


def _move(view: View, move: Move) -> str:
    origin = view.say("no-ticket-yet") if move.origin is None else view.naming.state(move.origin)
    return f"{origin} → {view.naming.state(move.state)}"


def _fact(view: View, fact: ChangedFact, events: tuple[str, ...]) -> Line:
    subject = Subjects(view.naming, events).name(fact.name)
    text = view.say("compared", subject=subject, what=held(view, fact.name, fact.held))
    if fact.before is not None:
        text += view.say("story.instead", value=held(view, fact.name, fact.before))
    if fact.case is None:
        return line(text)
    return line(text, view.circumstances.on(events).when(fact.case.when), fact.case)


def _turn(view: View, turn: ClockTurn) -> Line:
    name, row = named(view, turn.commitment, turn.cycle), turn.row
    key = f"turn.{turn.what}"
    values: dict[str, str] = {}
    if turn.what == "warned":
        mark = turn.commitment.mark(turn.mark)
        key = f"{key}-{mark.kind}"
        values = {"share": view.locale.percent(mark.share), "length": _length(view, mark)}
    text = view.say(key, **values)
    if row is None:
        text += view.say("turn.unknown") if turn.what == "started" else ""
        return line(view.say("compared", subject=name, what=text))
    if turn.what == "stopped":
        text += view.say(f"turn.{'late' if row.status in ('breached', 'excused') else 'in-time'}")
    if row.due_s is not None:
        text += view.say("turn.due", moment=due_moment(view, row.due_s, row.calendar, row.zone))
    parts: list[Part] = [view.say("compared", subject=name, what=text)]
    return line(*parts, Cited(turn.commitment.clauses, ()))


def _length(view: View, mark: Mark) -> str:
    """How long before or after due a mark lies."""
    if mark.length is None:
        return ""
    times = max(mark.times, 1)
    if mark.length.has_seconds:
        return view.locale.seconds(mark.length.seconds * times)
    return view.locale.duration(replace(mark.length, amount=mark.length.amount * times))


def _charge(view: View, row: ChargeRow) -> Line:
    """What was charged; that a payment goes beyond what is owed, the story of one ticket cannot know."""
    account, name = view.policy.accounts.get(row.account), view.naming.among(view.policy.accounts, row.account)
    owed = account is not None and account.owed
    kind = "paid-out" if owed and row.kind == "debit" else row.kind
    text = view.say(f"charged.{kind}", amount=amount(view, row.amount, row.unit), account=view.locale.quoted(name))
    if row.pieces:
        text += view.say("charged.pieces", pieces=worked(view, row.pieces, row.at_s))
    elif row.raw and row.raw != row.amount:
        text += view.say("charged.raw", amount=recorded(view, row.raw, row.rule, row.unit))
    if row.lacking is not None:
        text += view.say("charged.lacking", **lacking_words(view, row.lacking))
    if row.overdrawn and not owed:
        text += view.say("charged.overdrawn", amount=amount(view, row.overdrawn, row.unit))
    rule = view.naming.among(view.policy.charges, row.rule)
    return line(view.say("compared", subject=rule, what=text), Cited(row.clauses, row.assumptions))


def _effect(view: View, effect: AskedEffect) -> Line:
    to = effect.to
    if effect.kind == "route":
        text = view.say("effect.route", to=view.locale.quoted(view.naming.queue(to)))
    elif effect.kind == "create-ticket":
        text = view.say("effect.create-ticket", count=view.locale.number(effect.count))
    else:
        text = view.say(f"effect.{effect.kind}", to=view.naming.role(to) if to else view.say("somebody"))
    about = effect.about if not view.anonymous else ""  # it is filled in with what somebody typed
    about = view.say("about", text=view.locale.quoted(about)) if about else ""
    return line(text + about, Cited(effect.clauses, effect.assumptions))


def _waiting(view: View, each: Episode) -> Iterator[Bullet]:
    """Timers: those that begin to wait, and in audit mode what became of those that waited."""
    timers = {timer.id: timer for timer in view.policy.timers}
    told = [
        line(view.say("story.fires", name=view.naming.name(timers[name]), moment=moment(view, due_s)), timers[name])
        for due_s, name in each.waits
    ]
    for run in each.runs:
        due = moment(view, int(run.due_at.timestamp()))
        key = "story.timer-missed" if run.observed_at is None else "story.timer-observed"
        told.append(line(view.say(key, name=view.naming.name(timers[run.timer]), moment=due)))
    yield from _below(view, "story.timers", told)


def _why(view: View, each: Episode, events: tuple[str, ...]) -> Iterator[Bullet]:
    yield from _below(view, "story.why", (reason(view, why, events) for why in _telling(each.reasons)))
    failed = (why for why in each.against if any(name != "state" for name, _ in why.facts))
    yield from _below(view, "story.why-not", (reason(view, why, events) for why in failed))


def _telling(reasons: Iterable[Reason]) -> Iterator[Reason]:
    """The reasons that say something that is not told already: facts are, with what set them.

    That the policy applies on that day goes without saying; where it does not, a remark says so.
    """
    for why in reasons:
        told = why.kind in ("fact", "effective") and why.holds
        if not told and (why.kind != "event" or why.clauses or why.assumptions):
            yield why
