"""The unheard: what no figure of a replay tells of, the tickets without a promise and what was odd about the text.

Source: DESIGN section 6, "The summary has"; section 7, "nothing is printed as if it were complete".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from upheld.core.policy.commitment import Commitment
from upheld.show.page.blocks import Block, Line, Paragraph, code, line, table, ticket
from upheld.show.words.view import View

Row = Mapping[str, Any]

MOST_ROWS: Final = 15
"""Rows of a table that a page shows; the files and the JSON have all."""


class Noticed(Protocol):
    """Something that was noticed of the text of a history; ``words`` is what a sentence about it may name."""

    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def words(self) -> Mapping[str, str | int]: ...


def told_notice(view: View, notice: Noticed) -> str:
    """The sentence of a notice; of a kind without one, as a plugin may have, its name and place."""
    how_many = "one" if notice.number == 1 else "many"
    key = f"reading.{notice.kind}.{how_many}"
    return view.say(key if key in view.locale.messages else f"reading.other.{how_many}", **notice.words)


def without_promise(view: View, found: Row) -> Line:
    """On how many tickets no promise began, and the first."""
    return view.titled(
        "replay.no-promise",
        view.say("replay.no-promise-on", number=found["tickets"], tickets=found["of"], ticket=found["example"]),
    )


def unpromised(view: View, found: Row | None) -> Iterator[Block]:
    """Why no promise began on tickets, the most frequent reason first."""
    if found is None:
        return
    reasons = found["reasons"]
    head = ["replay.why", "promise", "replay.tickets", "replay.example"]
    yield table([*map(view.say, head)], [_reason(view, each) for each in reasons[:MOST_ROWS]])
    if len(reasons) > MOST_ROWS:
        yield Paragraph(line(view.say("replay.others", number=len(reasons) - MOST_ROWS)))


def _reason(view: View, reason: Row) -> tuple[Line, ...]:
    commitment = next((each for each in view.policy.commitments if each.id == reason["commitment"]), None)
    return (
        _why(view, reason, commitment),
        line("" if commitment is None else view.naming.name(commitment)),
        line(str(reason["tickets"])),
        line(ticket(reason["example"])),
    )


def _why(view: View, reason: Row, commitment: Commitment | None) -> Line:
    why, naming = reason["why"], view.naming
    if why == "condition" and commitment is not None:
        conditions = (commitment.when, *(each.when for each in commitment.start))
        asked = [condition for condition in conditions if condition is not None]
        if len(asked) == 1:  # of several nobody knows here which did not hold; `upheld explain` tells
            return line(view.say("replay.lack.only-when", condition=view.circumstances.text(asked[0])))
    if why == "no-start":
        return line(view.say("replay.lack.no-start", state=view.locale.quoted(naming.state(reason["state"]))))
    if why == "no-target" and reason["severity"] is not None:
        return line(view.say("replay.lack.no-severity", severity=naming.severity(reason["severity"])))
    if why == "waiting":
        before, after = view.say("replay.lack.waiting", facts="\0").split("\0")
        return line(before, code(", ".join(reason["missing"])), after)
    return line(view.say(f"replay.lack.{why}"))
