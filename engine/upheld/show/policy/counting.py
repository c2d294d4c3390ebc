"""Counting: when the time of each promise begins, runs, pauses and ends, and what changes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from upheld.core.policy.commitment import Commitment, Mark
from upheld.show.page.blocks import Block, Bullet, Bullets, Line, line
from upheld.show.policy.hours import stated
from upheld.show.words.view import View


def counting(view: View, commitments: Sequence[Commitment]) -> Iterator[Block]:
    """When each clock runs. What is the same for all of them is said once."""
    told = [list(_details(view, each)) for each in commitments]
    common = [each for each in told[0] if all(each in lines for lines in told)] if len(told) > 1 else []
    if len(told) > 1:
        common += [each for each in _alike(view, commitments) if each not in common]
    items = []
    if common:
        everywhere = all(each in lines for each in common for lines in told)
        items.append(Bullet(line(view.say("for-all" if everywhere else "for-all-concerned")), tuple(common)))
    for commitment, lines in zip(commitments, told):
        own = tuple(each for each in lines if each not in common)
        items.append(Bullet(view.named(_told_apart(view, commitment, commitments), *_runs(view, commitment)), own))
    if items:
        yield Bullets(tuple(items))


def _runs(view: View, commitment: Commitment) -> Line:
    """What its time begins with, and by what it is fulfilled."""
    begins, fulfilled = view.triggers(commitment.start), view.triggers(commitment.stop)
    return line(view.say("runs-from"), *begins, view.say("runs-until"), *fulfilled)


def _alike(view: View, commitments: Sequence[Commitment]) -> list[Line]:
    """What a business day and a change mean, where they mean the same to all that know them."""
    meanings = ({line for each in commitments for line in told(view, each)} for told in (_day_meant, _change_meant))
    return [line for each in meanings if len(each) == 1 for line in each]


def _told_apart(view: View, commitment: Commitment, commitments: Sequence[Commitment]) -> str:
    """Its name; with when it applies, where another promise has the same name."""
    name = view.naming.name(commitment)
    alike = [each for each in commitments if view.naming.name(each) == name]
    if len(alike) < 2:
        return name
    return name + view.circumstances.on(commitment.starting_events).when(commitment.when)


def _details(view: View, commitment: Commitment) -> Iterator[Line]:
    if not commitment.promised:
        yield view.titled("measured", view.say("measured-only"))
    once = view.say("judged-once") if commitment.on_change in (None, "keep") else None
    if commitment.when is not None and (once or not commitment.promised):  # else the promised times have told it
        condition = view.circumstances.on(commitment.starting_events).text(commitment.when)
        yield view.titled("applies-when", condition, once)
    yield from _pauses(view, commitment)
    if commitment.cancel:
        yield view.titled("void", *view.triggers(commitment.cancel))
    for case in () if commitment.promised else commitment.hours:
        when = view.circumstances.on(commitment.starting_events).when(case.when)
        if case.when is None and len(commitment.hours) > 1:
            when = view.say("otherwise")
        yield view.titled("counted", view.opening_time(case.calendar) + when, case)
    yield from _day_meant(view, commitment)
    if commitment.cycles is not None:
        yield view.titled("again", view.say(f"cycles.{commitment.cycles}"))
    if commitment.rhythm is not None:
        until = commitment.rhythm.until
        ending = (view.say("until-event"), *view.triggers(until)) if until else ()
        yield view.titled("rhythm", view.say(f"cycles.every-{commitment.rhythm.every}"), *ending)
    yield from _change_meant(view, commitment)
    if commitment.on_reopen is not None:
        yield view.titled("reopened", view.say(f"reopen.{commitment.on_reopen}"))
    if commitment.duty:
        yield view.titled("duty", view.say("owed-anyway"))
    yield from _warnings(view, commitment)


def _day_meant(view: View, commitment: Commitment) -> Iterator[Line]:
    if commitment.business_day is not None:
        yield view.titled("business-day", _business_day(view, commitment))


def _change_meant(view: View, commitment: Commitment) -> Iterator[Line]:
    if commitment.on_change is None:
        return
    if view.times.decided_by(commitment) <= {"severity"}:
        title = view.of_severity("severity-changes")
        yield view.named(title, view.of_severity(f"severity-change.{commitment.on_change}"))
    else:
        yield view.titled("changes", view.say(f"change.{commitment.on_change}"))


def _warnings(view: View, commitment: Commitment) -> Iterator[Line]:
    told = list(_marks(view, [mark for mark in commitment.marks if mark.cases is None], ""))
    for place, case in enumerate(commitment.within):
        own = [mark for mark in commitment.marks if mark.cases is not None and mark.is_of(place)]
        when = view.circumstances.on(commitment.starting_events).when(case.when) or view.say("in-other-cases")
        told += _marks(view, own, when)
    if any(mark.kind == "breached" for mark in commitment.marks):
        told.append(view.say("told-when-breached"))
    if commitment.reminders is not None:
        every, most = view.locale.duration(commitment.reminders.every), commitment.reminders.at_most
        key = "reminded" if most is None else "reminded-at-most"
        told.append(view.say(key, every=every, times=str(most)))
    if told:
        yield view.titled("warning", view.say("then").join(told))


def _marks(view: View, marks: Sequence[Mark], when: str) -> Iterator[str]:
    """At which shares used and how long before, in the cases that have these marks."""
    used = [view.locale.percent(mark.share) for mark in marks if mark.kind == "used"]
    if used:
        yield view.say("warned-at", marks=view.locale.listed(used)) + when
    lengths = [view.locale.duration(mark.length) for mark in marks if mark.kind == "left" and mark.length is not None]
    if lengths:  # each in full: "1 h and 30 min left" would be one length
        yield view.locale.listed([view.say("warned-before", lengths=each) for each in lengths]) + when


def _pauses(view: View, commitment: Commitment) -> Iterator[Line]:
    for pause in commitment.pause:
        if pause.states:
            yield view.titled("paused", view.say("while-in", states=view.naming.states(pause.states)), pause)
        else:
            begins, ends = (tuple(view.triggers(each)) for each in (pause.begins, pause.ends))
            yield view.titled("paused", view.say("from-event"), *begins, view.say("until-event"), *ends, pause)


def _business_day(view: View, commitment: Commitment) -> str:
    calendar = view.policy.calendars.get(commitment.calendars[0]) if commitment.calendars else None
    found = stated(calendar) if calendar is not None else None
    nominal_s = found.nominal_day_s if found is not None else None
    if commitment.business_day == "opening-time" and nominal_s:
        return view.say("business-day.worth", length=view.locale.seconds(nominal_s))
    return view.say(f"business-day.{commitment.business_day}")
