"""Plots of the vendors' months, of hostile texts, and of a hundred thousand clocks."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from pages.months import month_of
from pages.plots.drawn import Text, texts, widths

from upheld.core.time.instant import text_of
from upheld.pages.figures import Gathering, Row
from upheld.pages.plots import svg
from upheld.pages.plots.bars_plot import ROOM
from upheld.pages.plots.drawing import WIDTH
from upheld.pages.plots.hours_plot import STEPS
from upheld.pages.plots.markup import ELEMENTS
from upheld.pages.theme import COLOURS
from upheld.show.words.view import View

PLOTS = ("kept", "used", "hours", "turns", "goes", "balance")


NASTY = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "]]><!--&amp;&#0;",
    "\u202eright to left\u2066",
    "פנייה דחופה של לקוח",
    "W" * 200,
    "対応待ち" * 30,
    "a\x00b\x1b[31m\r\n",
)


def view(vendor: str, language: str = "en") -> View:
    return View(month_of(vendor).policy, language)


@cache
def drawn(plot: str) -> dict[str, str]:
    """The plots of one kind of two vendors' months, one of them in French."""
    return {
        figure.id: svg(figure, view(vendor, language))
        for vendor, language in (("entropics", "fr"), ("greenmash", "en"))
        for figure in month_of(vendor).figures(language)
        if figure.plot == plot
    }


@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_says_what_it_shows_and_asks_for_nothing(plot: str) -> None:
    """Its colours are the theme's; it has no style, no address, no script, no font, and only ids of its figure."""
    for name, text in drawn(plot).items():
        root = fromstring(text)
        paints = {each.get(key) for each in root.iter() for key in ("fill", "stroke")} - {None, "none"}

        assert {each.tag for each in root.iter()} <= ELEMENTS | {"title", "desc"}
        assert not {"style", "href", "class", "font-family"} & {key for each in root.iter() for key in each.attrib}
        assert paints <= {f"var(--{each})" for each in COLOURS}
        assert "://" not in text
        assert {f"{name}-plot-title", f"{name}-plot-says"} == {each.get("id") for each in root.iter()} - {None}


@pytest.mark.parametrize("plot", PLOTS)
def test_its_texts_lie_on_the_canvas(plot: str) -> None:
    """And are as large as a phone needs; whatever the font, since a letter is taken for wide."""
    assert [] == [each for text in drawn(plot).values() for each in outside(text)]
    assert [] == [each for text in drawn(plot).values() for each in texts(text) if each.size < 10]


def outside(drawn: str) -> list[Text]:
    return [each for each in texts(drawn) if each.left < -1 or each.right > WIDTH + 1]


@pytest.mark.parametrize("plot", PLOTS)
def test_the_same_numbers_are_the_same_bytes(plot: str) -> None:
    figure = next(each for each in month_of("entropics").figures() if each.plot == plot)

    assert svg(figure, view("entropics")) == svg(figure, view("entropics"))


def test_bars_are_as_long_as_the_time_that_they_stand_for() -> None:
    """From zero: twice the time is twice the length."""
    (figure,) = (each for each in month_of("greenmash").figures() if each.plot == "turns")
    for side in ("vendor", "customer"):
        told = [row.number("time_s") for row in figure.rows if row.text("side") == side]
        unit = max(row.number("time_s") for row in figure.rows) / ROOM
        bars = widths(drawn("turns")["turns"], f"var(--{side}-turn)")
        assert [pytest.approx(seconds / unit, abs=0.01) for seconds in told] == bars


@pytest.mark.parametrize("plot", PLOTS)
def test_a_strangers_text_is_a_text(plot: str) -> None:
    """A label, a customer or a ticket's id begins no tag, turns no writing, and runs out of no plot."""
    figure = next(each for each in month_of("entropics").figures() if each.plot == plot)
    for first in range(0, len(NASTY), len(figure.rows)):
        nasty = [NASTY[place % len(NASTY)] for place in range(first, first + len(figure.rows))]
        rows = tuple(hostile(row, text) for row, text in zip(figure.rows, nasty, strict=True))
        made = svg(replace(figure, title=nasty[0], says=nasty[-1], rows=rows), view("entropics"))
        root = fromstring(made)

        assert {each.tag for each in root.iter()} <= ELEMENTS | {"title", "desc"}
        assert not any(key.startswith("on") for each in root.iter() for key in each.attrib)
        assert all(letter.isprintable() or letter == "\u00a0" for letter in made)


def hostile(row: Row, text: str) -> Row:
    drawn = {key: text if key in ("name", "told") else value for key, value in row.drawn.items()}
    return Row(drawn, tuple(text for _ in row.listed))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_can_be_read_on_what_they_stand_on(scheme: str) -> None:
    """A contrast of 4.5 (WCAG): in each cell of the week, and over shaded opening hours."""
    pairs = [*STEPS, *product(("opening-hours", "paper"), ("ink", "muted", "broken"))]
    low = [pair for pair in pairs if contrast(*(getattr(COLOURS[name], scheme) for name in pair)) < 4.5]

    assert [] == low


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def verdicts(number: int) -> Iterator[Mapping[str, Any]]:
    """So many tickets with five clocks each, under the help desk of Greenmash."""
    chance = random.Random(5)
    targets = {"upheld": (0, 3600), "breached": (3601, 20_000), "running": (0, 3600)}
    kinds = [*product(("call-back", "acknowledge", "plan", "resolve"), "1234")]
    for ticket in range(number):
        opened_s = 1_650_000_000 + chance.randrange(60_000_000)
        clocks = []
        for commitment, severity in chance.choices(kinds, k=5):
            status = chance.choices([*targets], (8, 3, 1))[0]
            used_s = chance.randint(*targets[status])
            clocks.append(
                {
                    "id": commitment,
                    "severity": severity,
                    "status": status,
                    "target": "1h",
                    "target_s": 3600,
                    "started_at": text_of(opened_s),
                    "counted_from": text_of(opened_s),
                    "stopped_at": None if status == "running" else text_of(opened_s + used_s),
                    "used_s": used_s,
                    "paused_s": 0,
                    "overrun_s": max(used_s - 3600, 0),
                    "remaining_s": max(3600 - used_s, 0),
                    "assumptions": [],
                }
            )
        opening = {"at": text_of(opened_s), "to": "open"}
        closing = {"at": text_of(opened_s + 90_000), "to": "closed"}
        state = {"ticket": f"T-{ticket}", "state": "closed", "opened_at": text_of(opened_s)}
        yield {**state, "commitments": clocks, "moves": [opening, closing]}


def test_a_hundred_thousand_clocks_draw_no_more_than_a_hundred() -> None:
    """Under 200 kB all together, binned; and the figure says so."""
    month = month_of("greenmash")
    gathering = Gathering(month.policy, month.engine.schedule, 1_720_000_000)
    for verdict in verdicts(20_000):
        gathering.add(verdict)
    figures = gathering.figures(view("greenmash"), {"objectives": []})
    plots = [svg(figure, view("greenmash")) for figure in figures]
    kept = [row for each in figures if each.plot == "kept" for row in each.rows]

    assert 100_000 == sum(row.number("decided") + row.number("open") for row in kept)
    assert sum(map(len, plots)) < 200_000
    assert all("steps of 10" in " ".join(each.notes) for each in figures if each.plot == "used")
    assert [] == [each for plot in plots for each in outside(plot)]


def test_only_a_plot_brings_the_library() -> None:
    """Neither the engine, nor figures, nor a ticket's timeline wait for it."""
    code = (
        "import sys, upheld, upheld.pages.figures, upheld.pages.timeline, upheld.pages.plots.lanes;"
        "print(sorted({'altair', 'vl_convert', 'narwhals'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert "[]" == said.strip()
