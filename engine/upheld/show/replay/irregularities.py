"""Irregularities: what was refused, what was accepted with a remark, and what does not conform.

Source: DESIGN section 3; section 6, "The summary has".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from upheld.show.page.blocks import (
    Block,
    Cited,
    Line,
    Paragraph,
    Part,
    bullets,
    code,
    line,
    section,
    strong,
    table,
    ticket,
)
from upheld.show.words.view import View

Row = Mapping[str, Any]

MOST_ROWS: Final = 15
"""Rows of a table that a page shows; the files and the JSON have all."""
TIMER: Final = ("due", "punctual", "within_hour", "early", "late", "unobserved")


def irregularities(view: View, summary: Row) -> Iterator[Block]:
    """Everything that went another way than the policy says."""
    yield from section(view.say("replay.refusals"), _reasons(view, summary["refused_by"]))
    yield from section(view.say("replay.flags"), _reasons(view, summary["flagged_by"]))
    if summary["audit"] is not None:
        yield from section(view.say("replay.audit"), _moves(view, summary["audit"]))
        yield from section(view.say("replay.timers"), _timers(view, summary["audit"]["timers"]))


def _reasons(view: View, reasons: Sequence[Row]) -> Iterator[Block]:
    if reasons:
        names = ("replay.why", "event", "replay.count", "replay.example", "references")
        yield table([*map(view.say, names)], [_reason(view, each) for each in reasons[:MOST_ROWS]])
        yield from _more(view, len(reasons))


def _reason(view: View, reason: Row) -> tuple[Line, ...]:
    return (
        line(*_why(view, reason)),
        line(_event(view, reason["event"])),
        line(str(reason["count"])),
        line(ticket(reason["example"])),
        line(Cited(tuple(reason["clauses"]), tuple(reason["assumptions"]))),
    )


def _why(view: View, reason: Row) -> Iterator[Part]:
    if reason["code"] != "rule":
        yield view.say(f"replay.code.{reason['code']}")
        return
    if reason["rule"] is None:
        yield view.say("replay.code.no-rule")
        return
    before, after = view.say("replay.code.rule", rule="\0").split("\0")
    yield from (before, _rule(view, reason["rule"]), after)


def _rule(view: View, rule: str) -> Part:
    """A rule by its label, or by its id as one."""
    name = view.naming.among(view.policy.rules, rule)
    return code(rule) if name == rule else name


def _event(view: View, event: str | None) -> Part:
    if event is None:
        return view.say("replay.observed")
    return view.naming.event(event) if event in view.policy.events else code(event)


def _moves(view: View, audit: Row) -> Iterator[Block]:
    """How much conforms, and the most frequent moves that do not."""
    yield from bullets(
        view.titled(
            f"replay.conforming-{what}",
            view.say(
                "replay.conforming",
                part=audit[f"conforming_{what}"],
                whole=audit[what],
                share=view.locale.share(audit[f"share_of_{what}"]) or view.say("none-promised"),
            ),
        )
        for what in ("tickets", "moves")
    )
    astray = audit["nonconforming"]
    if astray:
        head = [view.say(f"replay.{name}") for name in ("move", "count", "tickets", "example")]
        yield table(head, [_astray(view, each) for each in astray[:MOST_ROWS]])
        yield from _more(view, len(astray))


def _astray(view: View, move: Row) -> tuple[Line, ...]:
    states = {name: view.naming.state(move[key]) for name, key in (("origin", "from"), ("target", "to"))}
    return (
        line(strong(view.say("replay.arrow", **states))),
        line(str(move["count"])),
        line(str(move["tickets"])),
        line(ticket(move["example"])),
    )


def _timers(view: View, timers: Sequence[Row]) -> Iterator[Block]:
    moving = {each.id for each in view.policy.timers if each.target is not None}
    seen = [each for each in timers if each["due"] and each["id"] in moving]
    if seen:
        known = {each.id: each for each in view.policy.timers}
        head = [view.say("replay.timer"), *(view.say(f"replay.timer.{name}") for name in TIMER), view.say("references")]
        yield table(
            head,
            [
                (
                    line(strong(view.naming.name(known[each["id"]]))),
                    *(line(view.count(each[name])) for name in TIMER),
                    line(Cited(known[each["id"]].clauses, ())),
                )
                for each in seen
            ],
        )
        yield Paragraph(line(view.say("replay.timers-mean")))


def _more(view: View, number: int) -> Iterator[Block]:
    if number > MOST_ROWS:
        yield Paragraph(line(view.say("replay.others", number=number - MOST_ROWS)))
