"""A ticket's timeline: where its time went, on the hours that count, whatever it went through."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from xml.etree.ElementTree import fromstring
from zoneinfo import ZoneInfo

import pytest
from pages.months import month_of

from upheld.core.policy.policy import Policy
from upheld.core.time.instant import text_of
from upheld.engine import Engine
from upheld.explaining import explain
from upheld.loading import examine
from upheld.pages.figures import Figure
from upheld.pages.figures.clock_lanes import MOST_LANES
from upheld.pages.figures.promised_clock import instant_s
from upheld.pages.plots import svg
from upheld.pages.plots.labels import width
from upheld.pages.plots.ticks import ticks
from upheld.pages.timeline import timeline
from upheld.show.words.view import View

BUSY = """
upheld: 1
policy: busy
version: 1.0.0
extends: base@1.0.0
zone: Europe/Paris
vendor: {name: Busy}
sources: {terms: {title: Terms}}
clauses: {B-1: {says: the fix}}
calendars: {desk: {zone: Europe/Paris, weekly: {mon-fri: ["09:00-12:00", "14:00-18:00"]}, clauses: [B-1]}}
states:
  qualified: {override: true, core: qualified, label: LABEL}
commitments:
  - id: fix
    start: {on: submit}
    cycles: one
    stop: {enters: resolved}
    pause: {in: waiting-for-customer, clauses: [B-1]}
    within: 100h
    calendar: desk
    on-reopen: resume
    warn-at: [50%]
    clauses: [B-1]
  - id: answer
    start: {on: comment}
    cycles: many
    stop: {on: reply}
    within: 4h
    calendar: desk
    on-reopen: new-cycle
    clauses: [B-1]
"""
START = datetime.fromisoformat("2024-03-04T08:00:00+00:00")


@cache
def busy(label: str = "Qualified") -> Policy:
    examined = examine(BUSY.replace("LABEL", json.dumps(label)).encode(), "busy.yaml")
    assert () == examined.errors, examined.errors
    assert examined.policy is not None
    return examined.policy


def record(hours: float, event: str, actor: str = "agent", ticket: str = "T-1") -> dict[str, Any]:
    at = text_of(int((START + timedelta(hours=hours)).timestamp()))
    return {"ticket": ticket, "at": at, "event": event, "actor": actor, "customer": "acme"}


def drawn(policy: Policy, records: Iterable[Mapping[str, Any]], ticket: str = "T-1", **more: Any) -> tuple[Figure, str]:
    """The figure of a ticket and its plot."""
    story = explain(policy, list(records), ticket, **more)
    engine, view = Engine(policy, more.get("contracts")), View(policy, "en")
    figure = timeline(view, story, engine.schedule)
    return figure, str(svg(figure, view)) if figure.rows else ""


def view() -> View:
    return View(busy(), "en")


def kinds(figure: Figure) -> Counter[str]:
    return Counter(row.text("kind") for row in figure.rows)


@pytest.mark.parametrize("ticket", ["GM-105", "GM-117", "GM-126", "GM-132", "GM-110"])
def test_it_shows_the_seconds_and_the_instants_of_the_verdict(ticket: str) -> None:
    """Clock by clock; and each refusal, and each state from when until when."""
    month = month_of("greenmash")
    (verdict,) = (each for each in month.told["tickets"] if each["ticket"] == ticket)
    figure, _ = drawn(month.policy, month.records, ticket, contracts=month.contracts)
    for number, clock in enumerate(verdict["commitments"]):
        rows = [row for row in figure.rows if row.drawn.get("lane") == f"clock-{number}"]
        spent = dict.fromkeys(("counted", "late", "paused"), 0)
        for row in rows:
            if row.text("kind") in spent:
                spent[row.text("kind")] += row.number("until_s") - row.number("from_s")
        at = {
            row.text("kind").removesuffix("-beyond"): text_of(row.number("at_s"))
            for row in rows
            if "at_s" in row.drawn and row.text("kind") != "warning"
        }
        told = {"due": clock["due_at"], "stop": clock["stopped_at"]}

        assert clock["used_s"] == spent["counted"] + spent["late"]
        assert (clock["overrun_s"], clock["paused_s"]) == (spent["late"], spent["paused"])
        assert {name: instant for name, instant in told.items() if instant} == at
        assert clock["status"] == rows[0].text("status")
    assert len(verdict["refused"]) == kinds(figure)["refused"]
    moves = {(move["to"], instant_s(move["at"])) for move in verdict["moves"]}
    stays = {(row.text("lane"), row.number("from_s")) for row in figure.rows if row.text("kind") == "state"}
    assert stays <= moves
    assert {len(figure.columns)} == {len(row) for row in figure.table}


def test_opening_hours_are_those_of_the_calendar() -> None:
    figure, _ = drawn(busy(), [record(0, "submit", "customer"), record(49, "resolve"), record(49, "close")])
    shaded = [text_of(row.number("from_s"))[8:16] for row in figure.rows if row.text("kind") == "opening"]

    assert ["04T08:00", "04T13:00", "05T08:00", "05T13:00", "06T08:00"] == shaded
    assert ("Shaded: the opening hours of “desk”.",) == figure.notes


def test_a_ticket_of_five_hundred_records_stays_readable() -> None:
    """No more lanes than a screen has room for, and what is left out is said; no larger than a picture may be."""
    steps = [("comment", "customer"), ("reply", "agent"), ("request-information", "agent"), ("answer", "customer")]
    records = [record(0, "submit", "customer"), record(0.5, "qualify")]
    records += [record(1 + number * 3, *steps[number % 4]) for number in range(498)]
    figure, plot = drawn(busy(), records)
    height = int(fromstring(plot).get("height", "0"))

    assert 500 == kinds(figure)["record"] + kinds(figure)["refused"]
    assert ["breached, 150\u00a0h late", "125 × upheld"] == [
        row.text("told") for row in figure.rows if row.text("kind") == "clock"
    ]
    assert height < 34 * 8
    assert len(plot) < 40_000


def test_of_many_promises_the_breached_ones_are_drawn() -> None:
    """No more lanes than a screen has room for; what is left out is said."""
    more = "".join(
        f"  - {{id: c-{number}, start: {{on: submit}}, cycles: one, stop: {{on: reply}}, within: {15 - number}h, "
        "calendar: desk, on-reopen: ignore, clauses: [B-1]}\n"
        for number in range(15)
    )
    policy = examine(f"{BUSY}{more}".replace("LABEL", "Q").encode(), "busy.yaml").policy
    assert policy is not None
    figure, _ = drawn(policy, [record(0, "submit", "customer"), record(26, "reply")])
    told = [row.text("name") for row in figure.rows if row.text("kind") == "clock"]

    assert MOST_LANES == len(told)
    assert {f"c-{number}" for number in range(7, 15)} < set(told)
    assert ("4 more clocks are not drawn: they stand in the story.",) == figure.notes[-1:]


def test_a_short_ticket_and_a_long_one_have_a_shape() -> None:
    """A minute is drawn as an hour at least; years have no nights."""
    short, plot = drawn(busy(), [record(0, "submit", "customer")])
    assert 3600 == short.rows[0].number("until_s") - short.rows[0].number("from_s")
    assert "<svg" in plot

    long, plot = drawn(
        busy(), [record(0, "submit", "customer"), record(200 * 24, "resolve"), record(200 * 24, "close")]
    )
    assert 29 == kinds(long)["opening"]
    assert any("whole days" in note for note in long.notes)

    longest, plot = drawn(busy(), [record(0, "submit", "customer"), record(1200 * 24, "comment")])
    assert 0 == kinds(longest)["opening"]
    assert any("not shaded" in note for note in longest.notes)


def test_what_nothing_opened_has_no_timeline() -> None:
    figure, _ = drawn(busy(), [record(0, "close"), record(1, "submit", "customer", "T-2")])

    assert () == figure.rows
    assert figure.says


@pytest.mark.parametrize(
    "nasty",
    ["<script>alert(1)</script>", "\"'><svg onload=alert(1)>", "פנייה דחופה של לקוח", "W" * 200, "対応待ち" * 30],
)
def test_a_strangers_text_is_a_text(nasty: str) -> None:
    """Also in the middle of a line whose other end is told of; a ticket's own id may be anything."""
    steps = [(0, "submit", "customer"), (1, "qualify", "agent"), (9, "close", "agent")]
    figure, _ = drawn(busy(nasty), [record(*step, nasty) for step in steps], nasty)
    tricks = f"{nasty[:9]}\u202e\x00"
    rows = [replace(row, drawn={**row.drawn, **dict.fromkeys(("name", "told"), tricks)}) for row in figure.rows]
    plot = svg(figure, view()) + svg(replace(figure, title=tricks, rows=(figure.rows[0], *rows[1:])), view())
    root = fromstring(f"<div>{plot}</div>")

    assert {"div", "svg", "title", "desc", "path", "line", "text"} >= {each.tag for each in root.iter()}
    assert not {"style", "href", "onload"} & {key for each in root.iter() for key in each.attrib}
    assert all(letter.isprintable() or letter == "\u00a0" for letter in plot)
    assert all(width(each.text or "") <= 48 for each in root.iter("text"))


def test_marks_lie_within_the_width() -> None:
    month = month_of("greenmash")
    _, plot = drawn(month.policy, month.records, "GM-117", contracts=month.contracts)
    places = [float(each) for each in re.findall(r'x\d?="([\d.]+)%"', plot)]

    assert 0 <= min(places) and max(places) <= 100  # noqa: PT018  # a range
    assert "viewBox" not in fromstring(plot).attrib


@pytest.mark.parametrize("days", [0.2, 1, 3, 6, 9, 30, 90, 400, 3000])
def test_ticks_are_round_on_the_local_clock(days: float) -> None:
    """Over a change of clocks too; few enough for a phone, and none where it would be cut."""
    view = View(busy(), "en")
    from_s = instant_s("2024-03-29T10:17:00Z")
    until_s = from_s + int(days * 86_400)
    found = ticks(view, from_s, until_s)
    walls = [datetime.fromtimestamp(at_s, ZoneInfo("Europe/Paris")) for at_s, _ in found]

    assert 1 <= len(found) <= 3
    assert all((each.minute, each.second) == (0, 0) for each in walls)
    assert days < 2 or all(each.hour % 12 == 0 for each in walls)
    assert days < 90 or all((each.hour, each.day) == (0, 1) for each in walls)
    assert all((until_s - from_s) / 8 <= at_s - from_s + 1 for at_s, _ in found)
    assert len(found) == len({label for _, label in found})
