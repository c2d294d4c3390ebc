"""The page of a draft: what a history showed, what was left out of the policy, and what nobody could know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from upheld.core.record.message import percent
from upheld.core.time.duration import parse_duration
from upheld.show.page.blocks import Block, Heading, Line, Page, Paragraph, bullets, code, line, section, table
from upheld.show.policy.grounds import cited_page
from upheld.show.words.view import View

Row = Mapping[str, Any]

MOST_TOLD: Final = 20
"""Moves left out that are told one by one."""


def draft_page(view: View, summary: Row) -> Page:
    """Everything that is said of a draft.

    Args:
        view: The drafted policy, and the language.
        summary: What the draft tells of itself.
    """
    blocks: list[Block] = [Heading(1, view.say("draft.title", policy=summary["policy"]))]
    blocks += bullets(_read(view, summary))
    blocks.append(Paragraph(line(view.say("draft.means"))))
    blocks += section(view.say("draft.states"), [_states(view, summary["states"])])
    blocks += section(view.say("draft.hours"), _hours(view, summary))
    blocks += section(view.say("draft.times"), _times(view, summary["times"]))
    blocks += section(view.say("draft.left-out"), _left_out(view, summary))
    blocks += section(view.say("draft.unknown"), bullets(_unknown(view, summary["unknown"])))
    return cited_page(view, blocks)


def _read(view: View, summary: Row) -> Iterator[Line]:
    since, until = (datetime.fromisoformat(summary[name]).date() for name in ("since", "until"))
    locale = view.locale
    counts = {name: locale.number(summary[name]) for name in ("records", "tickets")}
    dates = {"since": locale.date(since), "until": locale.date(until)}
    yield line(view.say("draft.read", source=summary["source"], **counts, **dates))
    moves = summary["moves"]
    seen, astray = moves["seen"], moves["nonconforming"]
    if seen:
        share = locale.share(percent(Fraction(seen - astray, seen)))
        told = {"share": share, "seen": locale.number(seen), "drafted": locale.number(moves["drafted"])}
        yield line(view.say("draft.conforms", **told))
    else:
        yield line(view.say("draft.no-moves"))
    paths = summary["scenarios"]
    yield line(view.say("draft.scenarios", **{name: locale.number(number) for name, number in paths.items()}))


def _states(view: View, states: Sequence[Row]) -> Block:
    head = [view.say(f"draft.{each}") for each in ("state", "core", "core-by", "tickets", "at-the-end", "turn")]
    rows = []
    for each in states:
        turn = view.say("draft.customer-s") if each["waits_for_customer"] else ""
        texts = (each["label"], each["core"], view.say(f"draft.core-by.{each['core_by']}"))
        counts = (view.locale.number(each[name]) for name in ("tickets", "at_the_end"))
        rows.append([line(text) for text in (*texts, *counts, turn)])
    return table(head, rows)


def _hours(view: View, summary: Row) -> Iterator[Block]:
    hours, trial = summary["hours"], summary["holidays"]
    if hours is None:
        yield Paragraph(line(view.say("draft.no-hours")))
        return
    inside = view.locale.share(hours["inside"])
    yield Paragraph(line(view.say("draft.always" if hours["always"] else "draft.inside", share=inside)))
    if not hours["always"]:
        told = [(name, ", ".join(windows)) for name, windows in hours["weekly"].items()]
        yield from bullets(view.named(view.locale.weekday(name), windows) for name, windows in told)
    if trial is not None:
        found = [view.locale.number(trial[name]) for name in ("kept", "holidays", "quiet_days", "days", "tried")]
        figures = dict(zip(("kept", "holidays", "quiet", "days", "tried"), found))
        key = {0: "none", 1: "one"}.get(len(trial["countries"]), "several")
        countries = view.locale.listed(trial["countries"]) if trial["countries"] else ""
        yield Paragraph(line(view.say(f"draft.holidays-{key}", countries=countries, **figures)))


def _times(view: View, times: Sequence[Row]) -> Iterator[Block]:
    if not times:
        yield Paragraph(line(view.say("draft.no-commitment")))
        return
    yield from bullets(_time(view, each) for each in times)


def _time(view: View, time: Row) -> Line:
    name = view.say(f"draft.{time['id']}")
    counts = {each: view.locale.number(time[each]) for each in ("clocks", "stopped", "running")}
    if not time["written"]:
        return line(view.say("draft.no-time", name=name, **counts))
    targets = [(view.naming.severity(degree), target) for degree, target in time["by_severity"].items()]
    told = [f"{degree} {view.duration(parse_duration(target))}" for degree, target in targets]
    within = ", ".join(told) or view.duration(parse_duration(time["within"]))
    why = time["why_not_by_severity"]
    more = "" if why in (None, "none") else " " + view.say(f"draft.why-not.{why}")
    return line(view.say("draft.time", name=name, within=within, **counts) + more)


def _left_out(view: View, summary: Row) -> Iterator[Block]:
    moves, locale = summary["left_out"], view.locale
    lines = [
        line(
            code(each["from"]),
            " → ",
            code(each["to"]),
            f": {locale.number(each['count'])}, ",
            view.say(f"draft.why.{each['why']}"),
        )
        for each in moves[:MOST_TOLD]
    ]
    if len(moves) > MOST_TOLD:
        lines.append(line(view.say("draft.more-moves", number=locale.number(len(moves) - MOST_TOLD))))
    for name in ("rows_left_out", "bad_rows", "backwards"):
        if summary[name]:
            lines.append(line(view.say(f"draft.{name.replace('_', '-')}", number=locale.number(summary[name]))))
    if lines:
        yield from bullets(lines)
    else:
        yield Paragraph(line(view.say("draft.nothing-left-out")))


def _unknown(view: View, unknown: Sequence[str]) -> Iterator[Line]:
    for each in unknown:
        yield line(view.say(f"draft.unknown.{each}"))
