"""Lettered: what is written in a box and beside an arrow, line by line, with the room that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from upheld.pages.lifecycle.layers import Size
from upheld.pages.lifecycle.lettering import broken, is_known, width_px
from upheld.show.policy.arrows import Arrow, Cause
from upheld.show.policy.course import several_states
from upheld.show.words.view import View

Kind = Literal["name", "event", "quiet", "stage"]

SIZES_PX: Final[dict[Kind, int]] = {"name": 14, "event": 12, "quiet": 11, "stage": 11}
LINE_PX: Final[dict[Kind, int]] = {"name": 18, "event": 15, "quiet": 14, "stage": 14}
_BOLD: Final = frozenset({"name", "event", "stage"})
BOX_PX: Final = 150
LABEL_PX: Final = 148
BESIDE_PX: Final = 12
CLOCK_PX: Final = 15
DOT_PX: Final = 16


@dataclass(frozen=True, slots=True)
class Written:
    """One line of text.

    Attributes:
        squeezed_px: How wide it is made, where nobody knows how wide it would be.
        timed: Whether a small clock stands before it.
    """

    text: str
    kind: Kind
    squeezed_px: int | None = None
    timed: bool = False

    @property
    def width(self) -> int:
        """In pixels, at most; with the clock."""
        return width_px(self.text, SIZES_PX[self.kind], bold=self.kind in _BOLD) + self.timed * CLOCK_PX


@dataclass(frozen=True, slots=True)
class Lettered:
    """Some lines, and what they take up with the margin around them, of which ``above`` lies above."""

    lines: tuple[Written, ...]
    size: Size
    above: int


def named(name: str) -> Lettered:
    """The name of a state in its box."""
    return _margined(tuple(_lines(name, "name", BOX_PX, 3)), least_px=100, above=7)


def staged(name: str, most_px: int) -> tuple[Written, ...]:
    """The name of a stage in its lane."""
    return tuple(_lines(name, "stage", most_px, 4))


def label(view: View, arrow: Arrow) -> Lettered:
    """What an arrow is called: where it comes from, if that is many states, then what happens, and who does it."""
    lines: list[Written] = []
    if len(arrow.sources) > 1:
        origin = view.say("drawn.from", states=several_states(view, arrow.sources, "any-other"))
        lines += _lines(origin, "quiet", LABEL_PX, 3)
    for cause in arrow.causes:
        lines += _cause(view, cause)
    told = _margined(tuple(lines), least_px=0, above=7 if len(arrow.sources) > 1 else 4)
    return replace(told, size=Size(told.size.width, told.size.height + DOT_PX)) if arrow.opens else told


def _cause(view: View, cause: Cause) -> Iterator[Written]:
    most_px = LABEL_PX - CLOCK_PX if cause.timed else LABEL_PX
    for at, each in enumerate(_lines(cause.name, "event", most_px, 3)):
        yield replace(each, timed=cause.timed and at == 0)
    yield from _lines(cause.condition.strip(), "quiet", LABEL_PX, 3)
    by = view.say("drawn.by-itself") if cause.timed else view.locale.listed(cause.by, "or")
    yield from _lines(by, "quiet", LABEL_PX, 2)


def _lines(text: str, kind: Kind, most_px: int, most: int) -> Iterator[Written]:
    bold = kind in _BOLD
    for each in broken(text, most_px, SIZES_PX[kind], bold=bold, most=most):
        squeezed = None if is_known(each) else width_px(each, SIZES_PX[kind], bold=bold)
        yield Written(each, kind, squeezed)


def _margined(lines: tuple[Written, ...], *, least_px: int, above: int) -> Lettered:
    width = max((each.width for each in lines), default=0)
    height = sum(LINE_PX[each.kind] for each in lines)
    return Lettered(lines, Size(max(width + 2 * BESIDE_PX, least_px), height + 2 * above), above)
