"""Promises month by month, and the tickets behind them: what the desk's verdicts say, for those whom they concern.

Verdicts decide the whole desk, so those of one policy are kept until another record is in the desk, and made once for
all who ask at the same time, in a thread of their own. A small desk is counted while one waits; of a large one the
last count is shown with its instant, and the next one takes at most every other second.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from threading import Lock, Thread
from typing import Any, Final

from upheld.core.time.instant import seconds_of
from upheld.desk import Desk
from upheld.pages.contexts import Group, Plotted, Tile
from upheld.pages.figures import Figure, Gathering
from upheld.pages.plots import svg
from upheld.pages.register import Entry, Register
from upheld.pages.templates import written
from upheld.serve.console.contexts import Filter, KeptPage, Option
from upheld.serve.console.visit import Visit
from upheld.serve.problems import Problem
from upheld.show.words.local_time import local_time, moment
from upheld.show.words.view import View

Row = Mapping[str, Any]

WAIT_S: Final = 2.0
"""For how long a page waits for a count where there is an earlier one."""
FIRST_S: Final = 10.0
"""For how long where there is none: far less than a request may take."""
MOST_KEPT: Final = 24
"""Drawn pages that are remembered: of a policy, a customer and a language each."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the promises of a policy.

    Attributes:
        stamp: How many records the desk had, and which edition was in force, when the count began.
        counted_at: When that was.
        took_s, ended_s: How long it took, and when it ended by the clock of the process.
        is_old: Whether there is more in the desk by now.
        verdicts, summary: Those of all tickets.
        as_of_s: As of when; ``None`` where no record was accepted.
        entries: Each ticket in a line.
    """

    stamp: tuple[int, int]
    counted_at: datetime
    verdicts: tuple[Row, ...]
    summary: Row
    as_of_s: int | None
    entries: tuple[Entry, ...]
    took_s: float
    ended_s: float
    is_old: bool = False

    @property
    def is_resting(self) -> bool:
        """Whether it took so long that the next count has to wait, lest the service does nothing else."""
        return self.took_s > WAIT_S and time.monotonic() - self.ended_s < self.took_s

    def note(self, visit: Visit, view: View) -> str:
        """What is said of a count that is not of now; ``""`` of one that is."""
        return visit.say("console.counted", at=moment(view, seconds_of(self.counted_at))) if self.is_old else ""


class Verdicts:
    """What the console remembers of a desk's verdicts. It decides nothing, and forgets what is no longer so.

    Args:
        wait_s, first_s: For how long a page waits for a count, where there is an earlier one and where there is none.
    """

    def __init__(self, wait_s: float = WAIT_S, first_s: float = FIRST_S) -> None:
        self._wait_s, self._first_s = wait_s, first_s
        self._lock, self._drawing = Lock(), Lock()
        self._judged: dict[str, Judged] = {}
        self._counts: dict[str, Future[Judged]] = {}
        self._drawn: dict[tuple[tuple[int, int], str, str, str], tuple[Group, ...]] = {}

    def of(self, desk: Desk, policy: str, at: datetime) -> Judged:
        """The verdicts of the tickets of a policy, by its digest; where they take long, those of the last count.

        Raises: Problem where there was none yet; what the desk raises.
        """
        asked_s = time.monotonic()
        while True:
            stamp = desk.status().records, desk.edition().number
            with self._lock:
                found = self._judged.get(policy)
                if found is not None and (found.stamp == stamp or found.is_resting):
                    return replace(found, is_old=found.stamp != stamp)
                count = self._counts.get(policy) or self._begun(desk, policy, stamp, at)
            left_s = asked_s + (self._first_s if found is None else self._wait_s) - time.monotonic()
            try:
                count.result(max(left_s, 0))
            except TimeoutError:
                if found is None:
                    raise Problem("counting") from None
                return replace(found, is_old=True)

    def _begun(self, desk: Desk, policy: str, stamp: tuple[int, int], at: datetime) -> Future[Judged]:
        """A count that has just begun."""
        count = self._counts[policy] = Future[Judged]()

        def work() -> None:
            try:
                made: Judged | Exception = _judged(desk, policy, stamp, at)
            except Exception as error:  # told to whoever waits
                made = error
            with self._lock:
                del self._counts[policy]
                if isinstance(made, Judged):
                    self._judged[policy] = made
            if isinstance(made, Judged):
                count.set_result(made)
            else:
                count.set_exception(made)

        Thread(target=work, name="upheld count", daemon=True).start()
        return count

    def drawn(self, desk: Desk, view: View, judged: Judged, customer: str) -> tuple[Group, ...]:
        """The figures, of one customer alone where one is named."""
        key = judged.stamp, view.policy.digest, customer, view.language
        with self._drawing:
            if key not in self._drawn:
                while len(self._drawn) >= MOST_KEPT:
                    self._drawn.pop(next(iter(self._drawn)))
                self._drawn[key] = tuple(_groups(view, _figures(desk, view, judged, customer)))
            return self._drawn[key]


def _judged(desk: Desk, policy: str, stamp: tuple[int, int], at: datetime) -> Judged:
    began_s = time.monotonic()
    found, register = desk.verdicts(policy=policy), Register(desk.policy(policy))
    for each in found["tickets"]:
        register.add(each)
    as_of = found["as_of"]
    as_of_s = None if as_of is None else seconds_of(datetime.fromisoformat(as_of))
    ended_s = time.monotonic()
    told = tuple(found["tickets"]), found["summary"], as_of_s, tuple(register.entries)
    return Judged(stamp, at, *told, took_s=ended_s - began_s, ended_s=ended_s)


def _figures(desk: Desk, view: View, judged: Judged, customer: str) -> tuple[Figure, ...]:
    gathering = Gathering(view.policy, desk.engine(view.policy.digest).schedule, judged.as_of_s)
    for each in judged.verdicts:
        if customer in ("", each["customer"]):
            gathering.add(each)
    # A promise over a population is one to all customers: what became of it is not for one of them to see.
    summary = judged.summary if not customer else {**judged.summary, "objectives": []}
    return gathering.figures(view, summary)


def _groups(view: View, figures: tuple[Figure, ...]) -> Iterator[Group]:
    """Figures by the question that they answer."""
    for question, found in groupby(figures, key=lambda each: each.question):
        group = [*found]
        key = tuple(dict.fromkeys(entry for each in group for entry in each.key))
        notes = tuple(dict.fromkeys(note for each in group for note in each.notes))
        plain = (replace(each, key=(), notes=()) for each in group)
        yield Group(question, tuple(Plotted(each, svg(one, view)) for each, one in zip(plain, group)), key, notes)


def kept_page(visit: Visit, verdicts: Verdicts) -> str:
    """The page."""
    digest = visit.version()
    view, judged = visit.view(visit.desk.policy(digest)), verdicts.of(visit.desk, digest, visit.at)
    names = sorted({each.customer for each in judged.entries if each.customer})
    customer = visit.known.customer or (visit.asked("customer") if visit.asked("customer") in names else "")
    entries = [each for each in judged.entries if customer in ("", each.customer)]
    filters = [*visit.versions(digest)]
    if visit.known.sees_all and len(names) > 1:
        options = (Option("", visit.say("console.all")), *(Option(each, each, each == customer) for each in names))
        filters.append(Filter("by-customer", "customer", visit.say("customer"), tuple(options)))
    context = KeptPage(
        frame=visit.frame(visit.say("console.promises")),
        counted=judged.note(visit, view),
        period=_period(view, judged, entries),
        tiles=tuple(_tiles(view, entries)),
        groups=verdicts.drawn(visit.desk, view, judged, customer),
        filters=tuple(filters),
    )
    return written("console/kept.html.j2", visit.language, context)


def _period(view: View, judged: Judged, entries: list[Entry]) -> str:
    opened = min((each.opened_at for each in entries if each.opened_at), default=None)
    if opened is None or judged.as_of_s is None:
        return ""
    days = [local_time(view, at_s).date() for at_s in (seconds_of(datetime.fromisoformat(opened)), judged.as_of_s)]
    return view.say("report.period", since=view.locale.date(days[0]), until=view.locale.date(days[1]))


def _tiles(view: View, entries: list[Entry]) -> Iterator[Tile]:
    """How many tickets stand how with their promises, which is what every customer may be told of its own."""
    standings = Counter(each.standing for each in entries)
    number, say = view.locale.number, view.say
    yield Tile(say("replay.tickets"), number(len(entries)), "", "", "")
    yield Tile(say("console.tickets-kept"), number(standings["kept"]), "", "kept", "")
    yield Tile(
        say("console.tickets-late"), number(standings["late"]), "", "broken" if standings["late"] else "kept", ""
    )
    yield Tile(say("console.tickets-open"), number(standings["open"]), say("report.not-counted"), "", "")
