"""Kept promises: how much was upheld of what was promised, by commitment and severity, and what was not.

Source: DESIGN section 6, "The summary has"; section 4, "Objectives".
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from upheld.core.policy.commitment import Commitment, Objective
from upheld.core.record.message import percent
from upheld.core.time.instant import seconds_of
from upheld.core.time.target import told_target
from upheld.show.page.blocks import Block, Cited, Line, Paragraph, bullets, code, line, section, strong, table
from upheld.show.page.blocks import ticket as ticket_id
from upheld.show.policy.promised_times import which_hours
from upheld.show.words.local_time import short_due
from upheld.show.words.view import View

Row = Mapping[str, Any]

COUNTS: Final = ("upheld", "breached", "excused", "open", "cancelled")
ALL: Final = "all"


def kept_promises(view: View, summary: Row, explained: Sequence[str], worst: int) -> Iterator[Block]:
    """What was promised and how much was upheld, the worst breaches, and what is counted over many tickets."""
    counted = summary["targets"]
    promised = [each for each in view.policy.commitments if each.promised]
    measured = [each for each in view.policy.commitments if not each.promised]
    told = list(_counts(view, promised, counted))
    yield from section(view.say("replay.promises"), told or [Paragraph(line(view.say("replay.no-promises")))])
    yield from section(view.say("replay.worst"), _worst(view, summary["worst"][:worst], explained))
    yield from section(view.say("replay.objectives"), _periods(view, summary["objectives"]))
    yield from section(view.say("replay.measured"), _counts(view, measured, counted))
    yield from section(view.say("replay.indicators"), _periods(view, summary["indicators"]))


def judged(commitments: Sequence[Commitment], counted: Sequence[Row]) -> tuple[int, int]:
    """How many promises were upheld, and how many of them were either upheld or breached."""
    promised = {each.id for each in commitments if each.promised}
    rows = [row for row in counted if row["id"] in promised]
    upheld = sum(row["upheld"] for row in rows)
    return upheld, upheld + sum(row["breached"] for row in rows)


def kept_share(upheld: int, judged: int) -> str:
    """The share of promises kept as verdicts write it: cut after one decimal, not rounded."""
    return percent(Fraction(upheld, judged))


def _counts(view: View, commitments: Sequence[Commitment], counted: Sequence[Row]) -> Iterator[Block]:
    told = [each for each in commitments if any(row["id"] == each.id for row in counted)]
    calendars = {name for each in told for name in each.calendars}
    mixed = len(calendars) > 1
    rows = [line for each in told for line in _lines(view, each, counted, mixed=mixed)]
    if rows:
        if not mixed:
            yield Paragraph(line(which_hours(view, calendars.pop())))
        names = ("promise", "severity", "replay.time", *(f"replay.{name}" for name in COUNTS), "replay.share")
        yield table(view.titles(names), rows)
        yield Paragraph(line(view.say("replay.share-means")))
        cited = (line(strong(view.naming.name(each)), Cited(each.clauses, ())) for each in told)
        yield from bullets(dict.fromkeys(cited))  # two of one name may rest on the same


def _lines(view: View, commitment: Commitment, counted: Sequence[Row], *, mixed: bool) -> Iterator[tuple[Line, ...]]:
    """The rows of a commitment, one for each severity and target that counted; its name stands in the first."""
    own = [row for row in counted if row["id"] == commitment.id]
    for number, row in enumerate(own):
        counts = {**row, "open": row["running"] + row["paused"]}
        yield (
            line(strong(view.naming.name(commitment))) if not number else (),
            line(_severity(view, row["severity"])),
            line((view.times.on(row["calendar"]) if mixed else view.times).target(told_target(row["target"]))),
            line(str(row["upheld"])),
            line(str(row["breached"])),
            *(line(view.count(counts[name])) for name in COUNTS[2:]),
            line(view.locale.share(row["share"]) or view.say("none-promised")),
        )


def _worst(view: View, breaches: Sequence[Row], explained: Sequence[str]) -> Iterator[Block]:
    if not breaches:
        return
    names = ("replay.ticket", "promise", "severity", "replay.due", "replay.overrun", "references")
    yield table(view.titles(names), [_breach(view, each["ticket"], each["clock"]) for each in breaches])
    if not explained:
        yield Paragraph(line(view.say("replay.overrun-counted")))
        return
    command = shlex.join([*explained, "--ticket", breaches[0]["ticket"]])
    before, after = view.say("replay.overrun-means", command="\0").split("\0")
    yield Paragraph(line(before, code(command), after))


def _breach(view: View, ticket: str, clock: Row) -> tuple[Line, ...]:
    commitment = next(each for each in view.policy.commitments if each.id == clock["id"])
    return (
        line(ticket_id(ticket)),
        line(view.naming.name(commitment)),
        line(_severity(view, clock["severity"])),
        line(_due(view, clock["calendar"], clock["due_at"])),
        line(view.locale.roughly(clock["overrun_s"]), "" if clock["stopped_at"] else view.say("replay.not-stopped")),
        line(Cited(commitment.clauses or tuple(clock["clauses"]), ())),
    )


def _severity(view: View, severity: str | None) -> str:
    return view.naming.severity(severity) if severity is not None else ""


def _due(view: View, calendar: str, text: str | None) -> str:
    at_s = seconds_of(datetime.fromisoformat(text)) if text else None
    return short_due(view, at_s // 60 * 60, calendar, weekday=False) if at_s is not None else ""


def _periods(view: View, counted: Sequence[Row]) -> Iterator[Block]:
    """Each objective over all periods together, and in how many of those that are over it was kept."""
    overall = [row for row in counted if row["period"] == ALL]
    if not overall:
        return
    objectives = {each.id: each for each in view.policy.objectives}
    monthly = all(objectives[row["id"]].period == "month" for row in overall)
    names = ("promised", "share", "kept", "counted", "status", "months" if monthly else "periods")
    head = [view.say("promise"), *(view.say(f"replay.{name}") for name in names), view.say("references")]
    periods = {row["id"]: [each for each in counted if each["id"] == row["id"] and each is not row] for row in overall}
    yield table(head, [_period(view, objectives[row["id"]], row, periods[row["id"]]) for row in overall])


def _period(view: View, objective: Objective, row: Row, periods: Sequence[Row]) -> tuple[Line, ...]:
    status = row.get("status")
    over = Counter(each.get("status") for each in periods)
    decided = over["upheld"] + over["breached"]
    return (
        line(strong(view.naming.name(objective))),
        line(view.locale.share(row.get("promised"))),
        line(view.locale.share(row["share"]) or view.say("none-promised")),
        line(str(row["kept"])),
        line(str(row["counted"])),
        line(view.say(f"replay.status.{status}") if status else ""),
        line(view.say("replay.of", part=over["upheld"], whole=decided) if decided else ""),
        line(Cited(objective.clauses, ())),
    )
