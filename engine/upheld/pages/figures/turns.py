"""Where do tickets wait, and for whom?

The time that tickets spent in each state, closed time included, up to as-of; what is closed waits for nobody. Whose
turn it is in a state the policy says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from upheld.core.policy.lifecycle import CLOSED, State
from upheld.core.policy.policy import Policy
from upheld.core.population.downtime import spent
from upheld.core.replay.conformance import share
from upheld.core.replay.verdict import stays
from upheld.pages.figures.figure import Drawn, Figure, Row
from upheld.show.words.view import View

SIDES = ("vendor", "customer", "third-party")


class Turns:
    """The seconds that tickets spent in each state, and how often they came into it."""

    def __init__(self, policy: Policy, as_of_s: int | None) -> None:
        self._waiting = {name for name, state in policy.states.items() if state.core not in CLOSED}
        self._as_of_s = as_of_s
        self._spent_s: Counter[str] = Counter()
        self._stays: Counter[str] = Counter()
        self._open = 0

    def add(self, verdict: Mapping[str, Any]) -> None:
        """Count a ticket."""
        if self._as_of_s is None:
            return
        self._open += verdict["state"] in self._waiting
        for state, (from_s, until_s) in spent(stays(verdict["moves"]), self._as_of_s):
            if state in self._waiting:
                self._spent_s[state] += until_s - from_s
                self._stays[state] += 1

    def figures(self, view: View) -> Iterator[Figure]:
        """One, of all tickets: states in the policy's order."""
        whole_s = self._spent_s.total()
        if not whole_s:
            return
        states = [state for name, state in view.policy.states.items() if self._spent_s[name]]
        rows = tuple(self._row(view, state, whole_s) for state in states)
        heads = ("state", "turn", "stays", "time", "share")
        notes = [view.say("figure.turns.elapsed")]
        if self._open:
            notes.append(view.locale.counted("figure.turns.open", self._open))
        sides = [side for side in SIDES if any(state.waits_for == side for state in states)]
        yield Figure(
            "turns",
            view.say("figure.turns"),
            view.say("figure.turns.title"),
            self._says(view, states, sides, whole_s),
            tuple(view.say(f"figure.head.{head}") for head in heads),
            rows,
            tuple((f"{side}-turn", view.say("figure.turns.side", side=side_name(view, side))) for side in sides),
            tuple(notes),
            (),
            "turns",
        )

    def _row(self, view: View, state: State, whole_s: int) -> Row:
        seconds, number = self._spent_s[state.id], self._stays[state.id]
        name, told = view.naming.state(state.id), time_in_words(view, seconds)
        part = part_in_words(view, seconds, whole_s)
        drawn: dict[str, Drawn] = {
            "name": name,
            "side": state.waits_for,
            "time_s": seconds,
            "stays": number,
            "told": f"{told} · {part}",
        }
        return Row(drawn, (name, side_name(view, state.waits_for), str(number), told, part))

    def _says(self, view: View, states: list[State], sides: list[str], whole_s: int) -> str:
        told = []
        for side in sides:
            seconds = sum(self._spent_s[state.id] for state in states if state.waits_for == side)
            part = part_in_words(view, seconds, whole_s)
            told.append(view.say("figure.turns.part", side=side_name(view, side), share=part))
        return view.say("figure.turns.says", time=time_in_words(view, whole_s), parts=view.locale.listed(told))


def side_name(view: View, side: str) -> str:
    """Who is awaited."""
    return view.policy.vendor.name if side == "vendor" else view.say(f"side.{side}")


def part_in_words(view: View, part: int, whole: int) -> str:
    """A share of time; what is not nothing does not read as nothing."""
    text = share(part, whole)
    if part and text == "0%":
        return view.say("figure.less-than", share=view.locale.share("0.1%"))
    return view.locale.share(text)


def time_in_words(view: View, seconds: int) -> str:
    """A long time in days, down to the tenth where these are few; one below two days in hours."""
    if seconds < 2 * 86_400:
        return view.locale.roughly(seconds)
    tenths = seconds * 10 // 86_400
    number = (
        f"{tenths // 10}" if tenths >= 1000 or not tenths % 10 else f"{tenths // 10}{view.locale.decimal}{tenths % 10}"
    )
    return view.say("figure.days", number=number)
