"""How much of the time allowed was used?

Each clock's opening time used as a share of what it was allowed, in bins of a tenth, so that a hundred thousand clocks
draw as many marks as ten. What it was allowed is its target, or the opening time until the date on which it was due.
Whether it was kept is what its verdict says: a clock stopped after it was due has no more opening time used, where
all of that lies in closed time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from upheld.core.policy.commitment import Commitment
from upheld.core.replay.conformance import share
from upheld.pages.figures.figure import Drawn, Figure, Row
from upheld.pages.figures.promised_clock import DECIDED, SMALL, PromisedClock, in_order, left_out
from upheld.show.words.view import View

BIN: Final = 10
"""Percent of the time allowed in a bin: it holds more than its lower edge, and up to its upper one."""
LAST: Final = 200
"""Where the last bin begins: all that is more."""

Key = tuple[str, str | None]


class TimesUsed:
    """The clocks of each commitment and severity, by bin and status."""

    def __init__(self) -> None:
        self._bins: defaultdict[Key, Counter[tuple[int, str]]] = defaultdict(Counter)
        self._undated: Counter[str] = Counter()
        self._statuses: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._assumed: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, clock: PromisedClock) -> None:
        """Count a clock that is decided; the others are told of."""
        self._statuses[clock.commitment][clock.status] += 1
        if clock.status not in DECIDED:
            return
        if not clock.allowed_s or clock.allowed_s < 0:
            self._undated[clock.commitment] += 1
            return
        self._bins[clock.commitment, clock.severity][bin_of(clock.used_s, clock.allowed_s), clock.status] += 1
        self._assumed[clock.commitment].update(clock.assumptions)

    def figures(self, view: View) -> Iterator[Figure]:
        """One for each commitment, in it a strip for each severity."""
        scale = [*(severity.id for severity in view.policy.severities), None]
        for commitment in view.policy.commitments:
            severities = [each for each in scale if (commitment.id, each) in self._bins]
            if severities:
                yield self._figure(view, commitment, severities)

    def _figure(self, view: View, commitment: Commitment, severities: Sequence[str | None]) -> Figure:
        rows, told, small = [], [], False
        for severity in severities:
            bins = self._bins[commitment.id, severity]
            number = sum(bins.values())
            kept = sum(count for (_, status), count in bins.items() if status == "upheld")
            name = view.naming.severity(severity) if severity is not None else ""
            small |= number < SMALL
            told.append(_says(view, name, kept, number))
            for low in sorted({low for low, _ in bins}):
                upheld, breached = (bins[low, status] for status in DECIDED)
                drawn: dict[str, Drawn] = {
                    "strip": severity or "",
                    "name": name,
                    "low": low,
                    "upheld": upheld,
                    "breached": breached,
                    "number": number,
                    "kept": kept,
                }
                part = view.locale.share(share(upheld + breached, number))
                rows.append(Row(drawn, (name, _range(view, low), view.count(upheld), view.count(breached), part)))
        heads = ("severity", "used", "upheld", "breached", "of-clocks")
        titles = [view.titles(["severity"])[0], *(view.say(f"figure.head.{head}") for head in heads[1:])]
        notes = [view.say("figure.used.binned", number=BIN)]
        notes += [view.say("figure.used.small", number=SMALL)] if small else []
        if undated := self._undated[commitment.id]:
            notes.append(view.locale.counted("figure.used.undated", undated))
        return Figure(
            f"used-{commitment.id}",
            view.say("figure.used"),
            view.say("figure.used.title", promise=view.naming.name(commitment)),
            " ".join(told),
            tuple(titles),
            tuple(rows),
            tuple((name, view.say(f"figure.key.{name}")) for name in ("kept", "broken")),
            (*notes, *left_out(view, self._statuses[commitment.id])),
            in_order(view.policy, self._assumed[commitment.id]),
            "used",
        )


def bin_of(used_s: int, allowed_s: int) -> int:
    """The lower edge, in percent, of the bin in which a time used lies; using nothing lies in the first.

    >>> [bin_of(used_s, 1000) for used_s in (0, 1, 100, 101, 1000, 1001, 9999)]
    [0, 0, 0, 10, 90, 100, 200]
    """
    low = (used_s * 100 - 1) // (allowed_s * BIN) * BIN
    return min(max(low, 0), LAST)


def _range(view: View, low: int) -> str:
    return (
        view.say("figure.used.beyond", low=low) if low == LAST else view.say("figure.used.bin", low=low, high=low + BIN)
    )


def _says(view: View, severity: str, kept: int, number: int) -> str:
    told = view.say("figure.used.says", kept=kept, number=number)
    return view.say("compared", subject=severity, what=told) if severity else told
