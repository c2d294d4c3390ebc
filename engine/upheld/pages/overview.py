"""The overview: the few numbers that a reader wants before any other, each leading to where it is told in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from upheld.pages.contexts import Tile
from upheld.pages.register import Register
from upheld.show.replay.kept_promises import ALL, judged, kept_share
from upheld.show.words.view import View

Row = Mapping[str, Any]


def tiles(view: View, summary: Row, register: Register, places: Mapping[str, str]) -> tuple[Tile, ...]:
    """The numbers, from the summary of a replay.

    Args:
        places: Where the chapters of the report stand, by their titles.
    """
    at = {key: places.get(view.say(key), "") for key in _CHAPTERS}
    return tuple(_tiles(view, summary, register, at))


_CHAPTERS = ("replay.promises", "replay.worst", "report.open", "replay.objectives", "report.tickets")


def _tiles(view: View, summary: Row, register: Register, at: Mapping[str, str]) -> Iterator[Tile]:
    locale, say = view.locale, view.say
    upheld, decided = judged(view.policy.commitments, summary["commitments"])
    share = locale.share(kept_share(upheld, decided)) if decided else say("none-promised")
    note = say("replay.of", part=locale.number(upheld), whole=locale.number(decided)) if decided else ""
    yield Tile(say("report.kept"), share, note or say("replay.none-judged"), "kept", at["replay.promises"])
    broken = decided - upheld
    late = locale.counted("report.on-tickets", register.number("late"))
    yield Tile(
        say("report.broken"),
        locale.number(broken),
        late if broken else "",
        "broken" if broken else "kept",
        at["replay.worst"] or at["replay.promises"],
    )
    promised = {each.id for each in view.policy.commitments if each.promised}
    running = sum(row["running"] + row["paused"] for row in summary["commitments"] if row["id"] in promised)
    yield Tile(
        say("report.still-open"),
        locale.number(running),
        say("report.not-counted") if running else "",
        "",
        at["report.open"],
    )
    overall = [row for row in summary["objectives"] if row["period"] == ALL and row["status"] in ("upheld", "breached")]
    if overall:
        kept = sum(row["status"] == "upheld" for row in overall)
        value = say("replay.of", part=locale.number(kept), whole=locale.number(len(overall)))
        kind = "kept" if kept == len(overall) else "broken"
        yield Tile(say("replay.objectives"), value, say("report.over-all"), kind, at["replay.objectives"])
    records = locale.counted("replay.record", summary["events"])
    yield Tile(say("replay.tickets"), locale.number(summary["tickets"]), records, "", at["report.tickets"])
