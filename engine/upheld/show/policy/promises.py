"""Promises: severities, promised times, how they are counted, and what is promised over many tickets."""

from __future__ import annotations

from collections.abc import Iterator

from upheld.core.policy.commitment import Excuse, Objective
from upheld.show.page.blocks import Block, Line, Words, bullets, line, section, strong, table
from upheld.show.policy.counting import counting
from upheld.show.policy.promised_times import promised_times
from upheld.show.words.subject import Subjects
from upheld.show.words.view import View


def promises(view: View) -> Iterator[Block]:
    """What is promised, and when."""
    yield from section(view.of_severity("severities"), _severities(view))
    promised = [each for each in view.policy.commitments if each.promised]
    yield from section(view.say("promised-times"), promised_times(view, promised))
    yield from section(view.say("counting"), counting(view, view.policy.commitments))
    yield from section(view.say("excuses"), bullets(_excuse(view, each) for each in view.policy.excuses))
    shared = [each for each in view.policy.objectives if each.share is not None]
    yield from section(view.say("objectives"), bullets(_objective(view, each) for each in shared))
    indicators = [each for each in view.policy.objectives if each.share is None]
    yield from section(view.say("indicators"), bullets(_objective(view, each) for each in indicators))


def _severities(view: View) -> Iterator[Block]:
    severities = view.policy.severities
    if not severities:
        return
    head = (Subjects(view.naming).severity(), view.say("definition"), view.say("references"))
    rows = [
        (line(strong(view.naming.name(each))), line(view.naming.text(each.says)), line(each)) for each in severities
    ]
    yield table(head, rows)


def _excuse(view: View, excuse: Excuse) -> Line:
    circumstances = view.circumstances.on(excuse.on)
    since, until = (view.locale.quoted(circumstances.subject(each.name)) for each in (excuse.since, excuse.until))
    of = view.naming.quoted(map(view.naming.commitment, excuse.of), "and")
    event = view.naming.events(excuse.on) + circumstances.when(excuse.when)
    return line(view.say("excused", event=event, since=since, until=until, of=of), excuse)


def _objective(view: View, objective: Objective) -> Line:
    of = view.naming.quoted(map(view.naming.commitment, objective.of), "and")
    counted = [each for each in view.policy.commitments if each.id in objective.of]
    calendars = [*dict.fromkeys(name for each in counted for name in each.calendars)]
    if objective.within is None:
        kept = view.say("kept-in-time")
    elif len(calendars) == 1:
        kept = view.say("kept-within", within=view.times.on(calendars[0]).target(objective.within))
    else:
        kept = view.say("kept-within", within=view.duration(objective.within))
    if objective.share is None:
        text = view.say("reported", of=of, kept=kept)
    else:
        text = view.say(f"share.{objective.period}", share=view.locale.percent(objective.share), of=of, kept=kept)
    condition: Words | None = None
    if objective.when is not None:
        condition = Words(view.circumstances.when(objective.when))
    return view.named(view.naming.name(objective), text, condition, objective)
