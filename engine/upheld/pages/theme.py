"""The theme: every colour of a page by the name of what it means, in light and in the dark.

Styles and plots name colours as CSS variables, ``var(--kept)``, so one page and one SVG serve both schemes and paper,
on which everything is in the colours of light. Texts keep a contrast of 4.5 to what they stand on, marks one of 3,
which a test computes.

    >>> variable("kept")
    'var(--kept)'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Colour(NamedTuple):
    """A colour in both schemes, as CSS writes it."""

    light: str
    dark: str


COLOURS: Final[Mapping[str, Colour]] = {
    # What a page is made of.
    "paper": Colour("#ffffff", "#11161d"),
    "surface": Colour("#f5f7f9", "#192029"),
    "raised": Colour("#e9edf2", "#232c37"),
    "rule": Colour("#d5dbe3", "#323d4a"),
    "ink": Colour("#18212c", "#e7ebf0"),
    "muted": Colour("#526071", "#a4b0be"),
    "accent": Colour("#1c5a9c", "#83b8f2"),
    # What became of promises.
    "kept": Colour("#1b7458", "#5cbd98"),
    "broken": Colour("#b2352d", "#f28b80"),
    "excused": Colour("#7355a4", "#b79ee6"),
    "open": Colour("#4a6b96", "#8fb0dc"),
    "cancelled": Colour("#66717f", "#98a4b2"),
    "warning": Colour("#875600", "#e3b35c"),
    # What plots draw besides.
    "promised": Colour("#18212c", "#e7ebf0"),
    "paused": Colour("#8b6fb5", "#a58fd0"),
    "opening-hours": Colour("#e3edf8", "#1b2a3c"),
    "closed-hours": Colour("#e9edf2", "#232c37"),
    "vendor-turn": Colour("#1c5a9c", "#83b8f2"),
    "customer-turn": Colour("#a65a14", "#e6a565"),
    "third-party-turn": Colour("#7355a4", "#b79ee6"),
    "nobody-turn": Colour("#66717f", "#98a4b2"),
    # How many, from few to many.
    "few-1": Colour("#dce8f4", "#1d3046"),
    "few-2": Colour("#aecbe8", "#28486b"),
    "few-3": Colour("#74a4d4", "#386a9d"),
    "few-4": Colour("#3a76b6", "#5b95d1"),
    "few-5": Colour("#174c86", "#9cc8f7"),
    # What notices stand on.
    "kept-ground": Colour("#e6f3ee", "#16302a"),
    "broken-ground": Colour("#fbeae8", "#3a1f20"),
    "warning-ground": Colour("#fcf3dc", "#352a13"),
}
"""By name, the name of a CSS variable without its dashes."""


def variable(name: str) -> str:
    """How styles and plots name a colour of the theme."""
    assert name in COLOURS, name
    return f"var(--{name})"


def variables() -> str:
    """The variables as CSS, those of the dark for a screen that wants it; and the swatches of keys to plots."""
    light, dark = (_declared({name: each[scheme] for name, each in COLOURS.items()}) for scheme in (0, 1))
    swatches = "".join(f".swatch.{name}{{background:{variable(name)}}}" for name in COLOURS)
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{swatches}\n"


def _declared(values: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())
