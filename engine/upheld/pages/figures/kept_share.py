"""Were promises kept, month by month?

Of each commitment the clocks by the month in which they started, as verdicts judge them; of each objective the rows of
the summary, against the share that it promises. A month without a clock has its place all the same.

Source: DESIGN section 4, "Objectives": a clock counts in the month of its start.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from upheld.core.policy.commitment import Commitment, Objective
from upheld.core.policy.schedule import Schedule
from upheld.core.population.period import first_day, period_of, periods_between
from upheld.core.replay.conformance import share
from upheld.pages.figures.figure import Drawn, Figure, Row
from upheld.pages.figures.promised_clock import DECIDED, OPEN, SMALL, PromisedClock, in_order, left_out
from upheld.show.words.local_time import period as period_name
from upheld.show.words.view import View

ALL: Final = "all"
TOLD: Final = {"kept": "reached", "broken": "missed", "open": "month-open"}
TONES: Final = {"upheld": "kept", "breached": "broken", "open": "open"}
"""The colour of an objective's period."""


class KeptShares:
    """The clocks of each commitment, by month and status."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._months: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        self._assumed: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, clock: PromisedClock) -> None:
        """Count a clock."""
        month = period_of(self._schedule.date_at(clock.start_s), "month")
        self._months[clock.commitment][month][clock.status] += 1
        self._assumed[clock.commitment].update(clock.assumptions)

    def figures(self, view: View, summary: Mapping[str, Any]) -> Iterator[Figure]:
        """One for each commitment with decided clocks, and after it those of its objectives that promise a share."""
        for commitment in view.policy.commitments:
            months: Mapping[str, Counter[str]] = self._months.get(commitment.id, {})
            every: Counter[str] = sum(months.values(), Counter())
            if not any(every[status] for status in DECIDED):
                continue
            assumes = in_order(view.policy, self._assumed[commitment.id])
            yield _of_commitment(view, commitment, months, every, assumes)
            for objective in view.policy.objectives:
                rows = [row for row in summary["objectives"] if row["id"] == objective.id]
                if self._first(view, objective) == commitment.id and any(row["counted"] for row in rows):
                    assumed = set[str]().union(*(self._assumed[name] for name in objective.of))
                    yield _of_objective(view, objective, rows, in_order(view.policy, assumed))

    def _first(self, view: View, objective: Objective) -> str:
        """Of the commitments that an objective counts, the first that has decided clocks."""
        for each in view.policy.commitments:
            if each.id in objective.of:
                months = self._months.get(each.id, {}).values()
                if any(month[status] for month in months for status in DECIDED):
                    return each.id
        return ""


def _of_commitment(
    view: View,
    commitment: Commitment,
    months: Mapping[str, Counter[str]],
    every: Counter[str],
    assumes: tuple[str, ...],
) -> Figure:
    rows = []
    for month in periods_between(min(months), max(months)):
        counts = months.get(month, Counter())
        kept, decided = counts["upheld"], counts["upheld"] + counts["breached"]
        still = sum(counts[status] for status in OPEN)
        told = view.locale.share(share(kept, decided))
        others = (_number(view, each) for each in (still, counts["excused"], counts["cancelled"]))
        listed = (month_name(view, month), str(kept), str(decided), told, *others)
        rows.append(Row(_drawn(month, kept, decided, still), listed))
    kept, decided = every["upheld"], every["upheld"] + every["breached"]
    still_any = any(row.drawn["open"] for row in rows)
    heads = ("month", "upheld", "decided", "share", "still-open", "excused", "cancelled")
    return Figure(
        f"kept-{commitment.id}",
        view.say("figure.kept"),
        view.say("figure.kept.title", promise=view.naming.name(commitment)),
        _says(view, "says", kept, decided, rows),
        tuple(view.say(f"figure.head.{name}") for name in heads),
        tuple(rows),
        _key(view, kept="kept", broken="broken", muted="decided", **({"open": "open"} if still_any else {})),
        (*_small(view, rows), *left_out(view, every)),
        assumes,
        "kept",
    )


def _of_objective(
    view: View,
    objective: Objective,
    counted: Sequence[Mapping[str, Any]],
    assumes: tuple[str, ...],
) -> Figure:
    of_period = {row["period"]: row for row in counted if row["period"] != ALL}
    overall = next(row for row in counted if row["period"] == ALL)
    promised = objective.share or Fraction()
    rows = []
    going_on = "open" if objective.period == "month" else f"open.{objective.period}"
    for month in periods_between(min(of_period), max(of_period)):
        row = of_period.get(month, {"kept": 0, "counted": 0, "share": None, "status": None})
        status = going_on if row["status"] == "open" else row["status"]
        status = view.say(f"replay.status.{status}") if status else ""
        told = view.locale.share(row["share"])
        listed = (period_name(view, month), str(row["kept"]), str(row["counted"]), told, status)
        drawn = _drawn(month, row["kept"], row["counted"], 0)
        drawn |= {"promised": float(promised * 100), "tone": TONES.get(row["status"], "kept"), "broken": None}
        rows.append(Row(drawn, listed))
    heads = (objective.period, "in-time-count", "decided", "share", "reached")
    told_as = {**TOLD, "open": f"{objective.period}-open"}
    kept = view.say("figure.kept.own-time")
    if objective.within is not None:
        kept = view.say("figure.kept.within", within=view.duration(objective.within))
    tones = {row.drawn["tone"] for row in rows if row.drawn["decided"]}
    promise = view.naming.quoted(map(view.naming.commitment, objective.of), "and")
    name, said = view.naming.name(objective), view.locale.share(overall["promised"])
    return Figure(
        f"kept-{objective.id}-objective",
        view.say("figure.kept"),
        view.say(f"figure.kept.objective.{objective.period}", objective=name, share=said, kept=kept),
        _says(view, "in-time", overall["kept"], overall["counted"], rows),
        tuple(view.say(f"figure.head.{name}") for name in heads),
        tuple(rows),
        _key(view, promised="promised", muted="decided", **{tone: told_as[tone] for tone in TOLD if tone in tones}),
        (*_small(view, rows), view.say("figure.kept.uncounted", promise=promise)),
        assumes,
        "kept",
    )


def _drawn(month: str, kept: int, decided: int, still: int) -> dict[str, Drawn]:
    """The share is a float where it is drawn, and nowhere else."""
    return {
        "month": month,
        "share": kept * 100 / decided if decided else None,
        "broken": 100 - kept * 100 / decided if decided else None,
        "tone": "kept",
        "kept": kept,
        "decided": decided,
        "open": still,
        "promised": None,
    }


def _says(view: View, key: str, kept: int, decided: int, rows: Sequence[Row]) -> str:
    told = view.say(f"figure.kept.{key}", kept=kept, decided=decided, share=view.locale.share(share(kept, decided)))
    with_any = [row for row in rows if row.drawn["decided"]]
    if len(with_any) < 2:
        return told
    worst = min(with_any, key=_share_of)
    return (
        f"{told} {view.say('figure.kept.lowest', month=worst.listed[0], kept=worst.listed[1], decided=worst.listed[2])}"
    )


def _share_of(row: Row) -> Fraction:
    return Fraction(row.number("kept"), row.number("decided"))


def _small(view: View, rows: Iterable[Row]) -> tuple[str, ...]:
    small = any(0 < row.number("decided") < SMALL for row in rows)
    return (view.say("figure.kept.small", number=SMALL),) if small else ()


def _key(view: View, **meanings: str) -> tuple[tuple[str, str], ...]:
    return tuple((colour, view.say(f"figure.key.{meaning}")) for colour, meaning in meanings.items())


def _number(view: View, number: int) -> str:
    return view.count(number)


def month_name(view: View, month: str) -> str:
    """A month in words."""
    day = first_day(month)
    return f"{view.locale.months[day.month - 1]} {day.year}"
