"""A clock for a reader: what was promised, where its time went, when it fell due and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from upheld.core.clocks.row import ClockRow
from upheld.core.clocks.state import ChangeKind
from upheld.core.clocks.story import ClockStory, Standstill
from upheld.core.policy.commitment import Trigger
from upheld.core.policy.parameter import column_path
from upheld.core.remedies.booking import Booking
from upheld.core.story.episode import Episode
from upheld.core.time.duration import Duration
from upheld.core.time.instant import text_of
from upheld.core.time.target import NextOccurrence, told_target
from upheld.show.page.blocks import Bullet, Cited, Line, line, strong
from upheld.show.policy.hours import skipped_day
from upheld.show.ticket.episode import heading
from upheld.show.ticket.reasons import says
from upheld.show.words.amounts import amount
from upheld.show.words.local_time import due_moment, interval, moment, opening_interval, opening_intervals, shortened
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View


def clock_account(
    view: View, each: ClockStory, episodes: Sequence[Episode], bookings: Sequence[Booking] = ()
) -> Iterator[Bullet]:
    """Everything that is told of one clock.

    Args:
        bookings: What its breach costs.
        episodes: What happened, to say which of it began and ended the clock.
    """
    row = each.row
    commitment = row.commitment
    yield Bullet(view.titled("status", strong(_verdict(view, each))))
    if not commitment.promised:
        yield Bullet(view.titled("measured", view.say("measured-only")))
    yield Bullet(view.titled("promise", commitment), says(view, commitment.clauses))
    yield Bullet(
        view.titled("due.allowed", strong(view.times.on(row.calendar).target(each.target))),
        (*_retargeted(view, each, episodes), *_allowed(view, each)),
    )
    began = _by(view, each, episodes, "started") or _otherwise(view, each.began, "clock.by-reopening")
    yield Bullet(view.titled("begins", moment(view, row.start_s), began), tuple(_counting(view, each)))
    calendar = row.calendar
    yield Bullet(view.titled("counted", view.opening_time(calendar), view.policy.calendars.get(calendar)))
    yield from _listed(view, view.of_hours("clock.counted", calendar), _parts(view, each, "counted"))
    yield from _listed(view, "paused", [_standstill(view, pause) for pause in each.standstills])
    yield from _listed(view, "due.skipped", [skipped_day(view, calendar, *skipped) for skipped in each.skipped])
    yield from _due(view, each)
    ahead = [line(text) for text in opening_intervals(view, each.ahead, calendar, row.zone)]
    yield from _listed(view, view.of_hours("clock.ahead", calendar), ahead)
    yield from _ended(view, each, episodes)
    yield from _listed(view, view.of_hours("clock.late", calendar), _parts(view, each, "late"))
    yield Bullet(view.titled("story.used", _used(view, each)))
    yield from _listed(view, "clock.excuses", list(_excuses(view, each)))
    yield from _listed(view, "clock.cost", [_cost(view, booking) for booking in bookings])
    if row.clauses or row.assumptions:
        yield Bullet(view.titled("due.rests", Cited(row.clauses, row.assumptions)))


def _listed(view: View, key: str, lines: list[Line]) -> Iterator[Bullet]:
    if lines:
        yield Bullet(view.titled(key), tuple(lines))


def _by(view: View, each: ClockStory, episodes: Sequence[Episode], *whats: ChangeKind) -> str:
    """By which record, or what else, a clock began or ended; ``""`` where that cannot be told."""
    clock = (each.row.commitment, each.row.cycle)
    for episode in reversed(episodes):
        if any((turn.commitment, turn.cycle) == clock and turn.what in whats for turn in episode.turns):
            what = heading(view, episode)
            if episode.seq is None:
                return view.say("clock.by-itself", what=what)
            return view.say("clock.by-record", number=episode.seq, what=view.locale.quoted(what))
    return ""


def _otherwise(view: View, trigger: Trigger | None, key: str) -> str:
    return view.say("clock.by", what=view.trigger(trigger)) if trigger is not None else view.say(key)


def told_status(view: View, row: ClockRow) -> str:
    """Its status; one broken promise is not overlooked."""
    text = view.say(f"clock.{row.status}")
    return text.upper() if row.status == "breached" and row.commitment.promised else text


def _verdict(view: View, each: ClockStory) -> str:
    """What became of it, and by how much."""
    row, seconds = each.row, view.locale.seconds
    status = told_status(view, row)
    values = {"status": status, "over": seconds(row.overrun_s), "left": seconds(row.remaining_s or 0)}
    if row.status in ("breached", "excused"):
        how = "stopped" if row.stop_s is not None else "open" if each.end is None else "cancelled"
        key = f"late-{how}" if row.overrun_s or how == "open" else "late-closed"
        return view.say(f"clock.why.{'excused' if row.status == 'excused' else key}", **values)
    if row.status == "upheld":
        return view.say("clock.why.upheld" if row.remaining_s else "clock.why.just", **values)
    if row.status in ("running", "paused") and row.remaining_s is not None:
        return view.say(f"clock.why.{row.status}", **values)
    return status


def _allowed(view: View, each: ClockStory) -> Iterator[Line]:
    """How the time allowed came about: the case, the table and its row, or the customer's own contract."""
    row, case = each.row, each.case
    if row.severity is not None and each.column == row.severity:
        subjects = Subjects(view.naming)
        told = view.say("compared", subject=subjects.name("severity"), what=view.naming.severity(row.severity))
        yield line(view.say("clock.at-severity", severity=told))
    if case.when is not None:
        events = row.commitment.starting_events
        yield line(view.say("clock.since", condition=view.circumstances.on(events).text(case.when)), case)
    if each.parameter is not None:
        name = view.locale.quoted(view.naming.name(each.parameter))
        if each.column:
            names = each.parameter.names or ("severity",)
            values = zip(names, reversed(column_path(each.column)))
            column = ", ".join(Subjects(view.naming).value(name, value) for name, value in values)
            name = view.say("clock.column", table=name, column=view.locale.quoted(column))
        if each.table is None:
            yield line(view.say("clock.own-contract", table=name))
        else:
            undated = each.table.since == date.min
            since = "" if undated else view.locale.date(each.table.since)
            words = "clock.of-table" if undated else "clock.from-table"
            yield line(view.say(words, table=name, since=since), each.parameter, each.table)
    if row.target_s is not None and isinstance(each.target, Duration) and each.target.is_business_day:
        yield line(view.say("clock.worth", length=view.locale.seconds(row.target_s)))


def _retargeted(view: View, each: ClockStory, episodes: Sequence[Episode]) -> Iterator[Line]:
    """That another time was allowed before: which, and what changed it."""
    clock, before = (each.row.commitment, each.row.cycle), ""
    hours = each.row.calendar
    for episode in episodes:
        for turn in episode.turns:
            if (turn.commitment, turn.cycle) != clock or turn.row is None:
                continue
            if (
                turn.what in ("retargeted", "restarted", "corrected")
                and episode.seq is not None
                and turn.row.target != before
            ):
                by = view.say("clock.by-record", number=episode.seq, what=view.locale.quoted(heading(view, episode)))
                yield line(view.say("clock.retargeted", target=view.times.on(hours).target(told_target(before)), by=by))
            before, hours = turn.row.target, turn.row.calendar


def _counting(view: View, each: ClockStory) -> Iterator[Line]:
    if each.counting_s != each.row.start_s:
        yield line(view.say("clock.counts-from", moment=moment(view, each.counting_s)))


def _parts(view: View, each: ClockStory, what: str) -> list[Line]:
    told = []
    for part in each.parts:
        if part.what == what:
            length = view.locale.seconds(part.until_s - part.from_s)
            when = opening_interval(view, part.from_s, part.until_s, each.row.calendar, each.row.zone)
            told.append(view.say("clock.part", interval=when, length=length))
    return [line(text) for text in shortened(view, told)]


def _standstill(view: View, pause: Standstill) -> Line:
    if pause.until_s is None:
        when = view.say("clock.from", moment=moment(view, pause.from_s))
    else:
        when = interval(view, pause.from_s, pause.until_s)
    if pause.pause is None:
        return line(when, view.say("clock.gap"))
    if pause.pause.states:
        why = view.say("while-in", states=view.naming.states(pause.pause.states))
    else:
        why = view.say("from-event") + view.trigger(pause.began) if pause.began is not None else ""
        why += view.say("until-event") + view.trigger(pause.ended) if pause.ended is not None else ""
    return line(view.say("compared", subject=when, what=why), pause.pause)


def _due(view: View, each: ClockStory) -> Iterator[Bullet]:
    row = each.row
    if row.due_s is not None:
        told = view.titled(
            "due.due", strong(due_moment(view, row.due_s, row.calendar, row.zone)), f" ({text_of(row.due_s)})"
        )
    elif each.unpaused_due_s is None:
        told = view.titled("due.due", view.say("due.no-date"))
    else:
        told = view.titled("due.due", view.say("clock.not-while-paused"))
    yield Bullet(told, tuple(_how_due(view, each)))


def _how_due(view: View, each: ClockStory) -> Iterator[Line]:
    """How the due instant came about: the time allowed after the start, moved on by pauses; or a day of its own."""
    if each.unpaused_due_s is None:
        return
    unpaused, target = due_moment(view, each.unpaused_due_s), view.times.target(each.target)
    if each.day is not None:
        name = view.say("due.release")
        if isinstance(each.target, NextOccurrence):
            name = view.naming.among(view.policy.recurrences, each.target.recurrence)
        yield line(view.say("due.named-day", name=name, day=view.locale.date(each.day)))
    elif not isinstance(each.target, Duration):
        yield line(view.say("compared", subject=target, what=unpaused))
    else:
        start = moment(view, max(each.row.start_s, each.counting_s))
        yield line(view.say("clock.sum", start=start, target=target, due=unpaused))
    if each.moved_s:
        key = view.of_hours("clock.moved", each.row.calendar)
        yield line(view.say(key, length=view.locale.seconds(each.moved_s)))
    elif each.row.paused_s and not isinstance(each.target, Duration):
        yield line(view.say("clock.not-moved"))


def _ended(view: View, each: ClockStory, episodes: Sequence[Episode]) -> Iterator[Bullet]:
    end = each.end
    if end is None:
        return
    by = _by(view, each, episodes, "stopped", "cancelled") or _otherwise(view, each.ended, "clock.by-closing")
    key = "clock.stopped" if end.how == "stopped" else "clock.ended"
    below: tuple[Line, ...] = ()
    if end.seen_s != end.at_s:
        below = (line(view.say("clock.recorded", moment=moment(view, end.seen_s))),)
    yield Bullet(view.titled(key, moment(view, end.at_s), f" ({text_of(end.at_s)})", by, each.ended), below)


def _used(view: View, each: ClockStory) -> str:
    row, seconds = each.row, view.locale.seconds
    text = seconds(row.used_s)
    if row.target_s is not None:
        text = view.say("clock.used-of", used=text, allowed=seconds(row.target_s))
    if row.paused_s:
        text += view.say("clock.paused-for", length=seconds(row.paused_s))
    if row.overrun_s:
        text += view.say("clock.overrun", length=seconds(row.overrun_s))
    return text


def _cost(view: View, booking: Booking) -> Line:
    """What a breach costs by one remedy, or may."""
    at_s = booking.claim_until_s if booking.status in ("claimable", "lapsed") else booking.booked_s
    told = view.say(
        f"cost.{booking.status}",
        name=view.naming.name(booking.remedy),
        amount=amount(view, booking.amount or 0, booking.unit),
        moment="" if at_s is None else moment(view, at_s),
    )
    if booking.capped:
        told += view.say("cost.capped", amount=amount(view, booking.capped, booking.unit))
    return line(told, Cited(booking.clauses, booking.assumptions))


def _excuses(view: View, each: ClockStory) -> Iterator[Line]:
    for declared in each.excuses:
        name = view.naming.name(declared.excuse)
        told = interval(view, declared.from_s, declared.until_s)
        yield line(view.say("compared", subject=name, what=told), declared.excuse)
    if each.excuses and each.row.status == "breached":
        yield line(view.say("clock.not-covered"))
