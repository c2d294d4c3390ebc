"""Where did the time go until promises were fulfilled?

From the instant from which a clock counts to its stop: opening time used, before and after it was due, opening time
for which it was paused, and the rest, which is closed time. The first three are the row's own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from upheld.core.policy.commitment import Commitment
from upheld.pages.figures.figure import Drawn, Figure, Row
from upheld.pages.figures.promised_clock import PromisedClock, in_order
from upheld.pages.figures.turns import part_in_words, time_in_words
from upheld.show.words.view import View

PARTS: Final = {"in-time": "kept", "late": "broken", "paused": "paused", "closed": "closed-hours"}
"""Each with its colour."""


class WhereTimeGoes:
    """The seconds of each part, of all fulfilled clocks of a commitment."""

    def __init__(self) -> None:
        self._parts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._clocks: Counter[str] = Counter()
        self._others = 0
        self._assumed: set[str] = set()

    def add(self, clock: PromisedClock) -> None:
        """Count a clock, if it was fulfilled."""
        if clock.stop_s is None:
            self._others += 1
            return
        self._clocks[clock.commitment] += 1
        self._assumed.update(clock.assumptions)
        elapsed_s = max(clock.stop_s - clock.from_s, 0)
        self._parts[clock.commitment] += Counter(
            {
                "in-time": clock.used_s - clock.overrun_s,
                "late": clock.overrun_s,
                "paused": clock.paused_s,
                "closed": elapsed_s - clock.used_s - clock.paused_s,
            }
        )

    def figures(self, view: View) -> Iterator[Figure]:
        """One, of all commitments in the policy's order."""
        told = [each for each in view.policy.commitments if self._parts[each.id].total()]
        if not told:
            return
        heads = ("promise", "fulfilled", "on-average", "in-time", "late", "paused", "closed")
        used = [part for part in PARTS if any(self._parts[each.id][part] for each in told)]
        notes = [view.say("figure.goes.shares")]
        notes += [view.locale.counted("figure.goes.others", self._others)] if self._others else []
        yield Figure(
            "where-time-goes",
            view.say("figure.goes"),
            view.say("figure.goes.title"),
            self._says(view, told),
            tuple(view.say(f"figure.head.{head}") for head in heads),
            tuple(self._row(view, each) for each in told),
            tuple((PARTS[part], view.say(f"figure.key.{part}")) for part in used),
            tuple(notes),
            in_order(view.policy, self._assumed),
            "goes",
        )

    def _row(self, view: View, commitment: Commitment) -> Row:
        parts, number = self._parts[commitment.id], self._clocks[commitment.id]
        whole_s = parts.total()
        name, average = view.naming.name(commitment), time_in_words(view, whole_s // number)
        each = view.say("figure.goes.each", number=number, average=average)
        drawn: dict[str, Drawn] = {"name": name, "told": each, **{part: parts[part] * 100 / whole_s for part in PARTS}}
        shares = (part_in_words(view, parts[part], whole_s) for part in PARTS)
        return Row(drawn, (name, str(number), average, *shares))

    def _says(self, view: View, told: list[Commitment]) -> str:
        every = sum((self._parts[each.id] for each in told), Counter())
        parts = [
            view.say(
                "figure.goes.part",
                part=view.say(f"figure.key.{part}"),
                share=part_in_words(view, every[part], every.total()),
            )
            for part in PARTS
            if every[part]
        ]
        return view.say("figure.goes.says", parts=view.locale.listed(parts))
