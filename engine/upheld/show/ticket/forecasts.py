"""Forecasts for a reader: which promises begin at an instant, when each falls due, and what that rests on.

First a table, since most who ask want nothing else; then for each promise how its time
was counted; then what nobody said and the answer needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from upheld.core.clocks.forecast import Forecast, Forecasts
from upheld.core.condition.domain import Boolean, Domain, Held, Many, OneOf
from upheld.core.lifecycle.barrier import Barrier
from upheld.core.policy.rule import Channel, Rule
from upheld.core.time.instant import text_of
from upheld.core.time.target import NextOccurrence
from upheld.show.page.blocks import (
    Block,
    Bullet,
    Bullets,
    Cited,
    Heading,
    Line,
    Page,
    Paragraph,
    bullets,
    cited,
    code,
    line,
    section,
    strong,
    table,
)
from upheld.show.policy.head import days, head, which_policy, which_zone
from upheld.show.policy.hours import skipped_day
from upheld.show.ticket.reasons import held, says, subject_of
from upheld.show.words.local_time import local_time, moment, opening_intervals, short_due, utc
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View


def forecasts(view: View, found: Forecasts, known: Mapping[str, Held], domains: Mapping[str, Domain]) -> Page:
    """The page.

    Args:
        known: What somebody said.
        domains: What the names may hold that nobody said.
    """
    blocks = [*_head(view, found, known), *_promises(view, found)]
    blocks += section(view.say("due.barred"), bullets(_barrier(view, each) for each in found.barriers))
    blocks += _missing(view, found, domains)
    used = dict.fromkeys(name for each in found.promises for name in each.assumptions)
    used |= dict.fromkeys(name for each in found.barriers for name in cited(*each.grounds).assumes)
    blocks += section(view.say("assumptions"), bullets(says(view, (), used)))
    return Page(tuple(blocks), tuple(view.policy.clauses), tuple(view.policy.assumptions))


def _head(view: View, found: Forecasts, known: Mapping[str, Held]) -> Iterator[Block]:
    policy = view.policy
    begun = local_time(view, found.at_s)
    since, until = policy.since or begun.date(), policy.until or begun.date()
    notes = [] if since <= begun.date() <= until else [view.say("due.outside", days=days(view))]
    if found.barred:
        notes.append(view.say("due.none-opens", events=view.naming.events(each.event for each in found.barred)))
    title = view.say("due.title", policy=view.naming.text(policy.title) or policy.id)
    return head(view, title, _particulars(view, found, known), notes)


def _particulars(view: View, found: Forecasts, known: Mapping[str, Held]) -> Iterator[Line]:
    yield which_policy(view)
    yield view.titled("due.from", moment(view, found.at_s), f" ({text_of(found.at_s)})", view.say("due.as-if"))
    yield from said_of(view, found, known)
    yield which_zone(view)


def said_of(view: View, found: Forecasts, known: Mapping[str, Held]) -> Iterator[Line]:
    """What is known of the ticket: what somebody said, and which contracts its customer holds."""
    contract = {} if found.contract is None else {"contract": found.contract}
    for name, value in {**known, **contract}.items():
        told = view.say("none-promised") if value in (None, frozenset()) else held(view, name, value)
        yield view.named(_name(view, name), told)


def _promises(view: View, found: Forecasts) -> Iterator[Block]:
    if not found.promises:
        yield Paragraph(line(view.say("due.nothing")))
        return
    head = (view.say("promise"), view.say("due.begins"), view.say("due.allowed"), view.say("due.due"), "UTC")
    yield table(head, [_row(view, each) for each in found.promises])
    for each in found.promises:
        yield Heading(3, f"{view.naming.name(each.commitment)} ({each.commitment.id})")
        yield Bullets(tuple(details(view, each)))


def _row(view: View, each: Forecast) -> tuple[Line, ...]:
    named = line(strong(view.naming.name(each.commitment))), line(_begins(view, each))
    if each.barred:
        return *named, (), line(view.say("due.refused")), ()
    if each.missing:
        names = view.naming.quoted((_name(view, name) for name in each.missing), "and")
        return *named, (), line(view.say("due.needs", names=names)), ()
    if each.aim is None or each.target is None:
        return *named, line(view.say("none-promised")), (), ()
    calendar = calendar_of(each)
    allowed = line(view.times.on(calendar).target(each.target))
    if each.aim.due_s is None:
        return *named, allowed, line(view.say("due.no-date")), ()
    return *named, allowed, line(short_due(view, each.aim.due_s, calendar, each.zone)), line(utc(each.aim.due_s))


def calendar_of(each: Forecast) -> str:
    """The policy's calendar that it counts on, also where a customer has opening times of its own for it."""
    return each.calendar.partition("@")[0]


def _begins(view: View, each: Forecast) -> str:
    """What begins it, in short: its conditions stand below the table."""
    return view.locale.listed([view.trigger(replace(trigger, when=None, at=None)) for trigger in each.starts], "or")


def _barrier(view: View, barrier: Barrier) -> Line:
    """An event that would be refused, and by what."""
    event, by = view.naming.events((barrier.event,)), barrier.by
    if isinstance(by, Channel):
        text = view.say(f"due.by-{barrier.obstacle}", event=event, channel=view.locale.quoted(view.naming.name(by)))
        own = [by.message]
    else:
        text = view.say("due.by-rule", event=event)
        own = [each.message for each in barrier.broken if each.message] or [by.message]
    quotes = [view.quote(each, view.circumstances.on((barrier.event,))) for each in own if each]
    if not quotes and isinstance(by, Rule):
        quotes = [view.locale.quoted(view.naming.name(by))]
    told = view.say("compared", subject=text, what=view.say("then").join(quotes)) if quotes else text
    return line(told, cited(*barrier.grounds))


def details(view: View, each: Forecast) -> Iterator[Bullet]:
    """How the time of one promise was counted."""
    calendar = calendar_of(each)
    yield Bullet(view.titled("begins", *view.triggers(each.starts)))
    if each.barred:
        return
    if each.day is not None:
        yield Bullet(view.titled("due.day", _day(view, each)))
    if each.intervals:
        told = opening_intervals(view, each.intervals, calendar, each.zone)
        title = view.of_hours("due.opening", calendar)
        yield Bullet(view.titled(title), tuple(map(line, told)))
    if each.skipped:
        days_closed = tuple(skipped_day(view, calendar, *skipped) for skipped in each.skipped)
        yield Bullet(view.titled("due.skipped"), days_closed)
    if each.clauses or each.assumptions:
        yield Bullet(view.titled("due.rests", Cited(each.clauses, each.assumptions)))


def _day(view: View, each: Forecast) -> str:
    """The release or the recurring day that a promise waits for, and whether it moved to a business day."""
    assert each.day is not None, each
    name = view.say("due.release")
    if isinstance(each.target, NextOccurrence):
        name = view.naming.among(view.policy.recurrences, each.target.recurrence)
    return view.say("due.named-day", name=name, day=view.locale.date(each.day))


def _missing(view: View, found: Forecasts, domains: Mapping[str, Domain]) -> Iterator[Block]:
    """What nobody said: every name with what it may hold, so that it can be said the next time."""
    names = dict.fromkeys(name for each in found.promises for name in each.missing)
    names |= dict.fromkeys(name for each in names for name in found.waiting.get(each, ()))
    can_be_said = [name for name in names if name in domains]  # what a plugin decides cannot
    yield from section(view.say("due.to-say"), bullets(_option(view, found, domains, name) for name in can_be_said))


def _option(view: View, found: Forecasts, domains: Mapping[str, Domain], name: str) -> Line:
    domain, called = domains.get(name), _name(view, name)
    values = view.locale.listed(_values(domain), "or")
    notes = [view.locale.quoted(called)] if called != name else []
    if name in found.waiting:
        notes.append(view.say("due.decided-by", names=view.locale.listed(found.waiting[name])))
    if isinstance(domain, Many):
        notes.append(view.say("due.empty"))
    return line(code(f"--set {name}={values or '…'}"), f" ({', '.join(notes)})" if notes else None)


def _values(domain: Domain | None) -> list[str]:
    element = domain.of if isinstance(domain, Many) else domain
    if isinstance(element, Boolean):
        return ["true", "false"]
    return list(element.values) if isinstance(element, OneOf) else []


def _name(view: View, name: str) -> str:
    return view.say("contracts") if name == "contract" else subject_of(view, Subjects(view.naming), name)
