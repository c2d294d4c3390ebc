"""The drawing: everything that the policy says, once, and nothing over anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from upheld.core.policy.lifecycle import CORE_STATES
from upheld.core.policy.policy import Policy
from upheld.loading import load_policy
from upheld.pages.lifecycle.drawing import MOST_ARROWS, Box, Drawing, Line, drawing
from upheld.pages.lifecycle.lettering import width_px
from upheld.plugins import installed_policies
from upheld.show import LANGUAGES
from upheld.show.policy.arrows import arrows
from upheld.show.words.view import View

EXAMPLES = [f"examples/contracts/{name}/policy.yaml" for name in ("edgevirt", "incorta", "red-hat")]
POLICIES = [*(policy.id for policy in installed_policies()), *EXAMPLES]

Point = tuple[float, float]


read = cache(load_policy)


@pytest.fixture(params=POLICIES)
def policy(request: pytest.FixtureRequest, root: Path) -> Policy:
    return read(root / request.param if "/" in request.param else request.param)


def drawn(policy: Policy, language: str = "en") -> Drawing:
    found = drawing(View(policy, language))
    assert found is not None
    return found


def told(box: Box) -> str:
    return " ".join(text.line.text for text in box.texts)


def boxes(found: Drawing) -> Iterator[Box]:
    yield from found.states
    yield from found.labels
    yield from found.origins


def points(line: Line) -> list[Point]:
    """Where a line runs, step by step, from one end to the other."""
    found: list[Point] = []
    for command, numbers in re.findall(r"([MVC])([-\d. ]+)", line.path):
        values = [float(each) for each in numbers.split()]
        if command == "M":
            found.append((values[0], values[1]))
        elif command == "V":
            found.append((found[-1][0], values[0]))
        else:
            start, (ax, ay, bx, by, x, y) = found[-1], values
            for step in range(1, 21):
                t = step / 20
                u = 1 - t
                found.append(
                    (
                        u**3 * start[0] + 3 * u * u * t * ax + 3 * u * t * t * bx + t**3 * x,
                        u**3 * start[1] + 3 * u * u * t * ay + 3 * u * t * t * by + t**3 * y,
                    )
                )
    return found


def covers(box: Box, point: Point, inset: float = 1) -> bool:
    across = box.x + inset < point[0] < box.x + box.width - inset
    return across and box.y + inset < point[1] < box.y + box.height - inset


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_every_arrow_is_drawn_once(policy: Policy, language: str) -> None:
    """What leads somewhere from many states is one label that says so; beginnings are dots, ends have two frames."""
    view, found = View(policy, language), drawn(policy, language)
    known = arrows(view)

    assert len(policy.states) == len(found.states)
    assert {view.naming.state(state) for state in policy.states} == set(map(told, found.states))
    assert [state.final for state in policy.states.values()].count(True) == sum(box.final for box in found.states)
    assert len(known) == len(found.arrows) == len(found.labels) + len(found.origins)
    assert sum(len(arrow.sources) > 1 for arrow in known) == len(found.origins)
    assert sum(arrow.opens for arrow in known) == len(found.dots)
    for arrow in known:
        kind = found.origins if len(arrow.sources) > 1 else found.labels
        assert any(all(cause.name.split()[0] in told(box) for cause in arrow.causes) for box in kind), arrow


def test_nothing_stands_over_anything_else(policy: Policy) -> None:
    """Boxes and labels lie apart and within the picture; each text lies within its box, in the widest of fonts."""
    found = drawn(policy)

    for one, other in combinations(boxes(found), 2):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y, (told(one), told(other))
    for box in boxes(found):
        assert 0 <= box.x < box.x + box.width <= found.width
        assert 0 <= box.y < box.y + box.height <= found.height
        assert all(text.line.width <= box.width and box.y < text.y < box.y + box.height for text in box.texts)


def test_no_arrow_runs_through_a_box(policy: Policy) -> None:
    """Through no state at all, and through no label but its own."""
    found = drawn(policy)

    for line in found.arrows:
        path = points(line)
        assert not [told(box) for box in found.states for point in path if covers(box, point)], line
        through = {told(box) for box in (*found.labels, *found.origins) for point in path if covers(box, point)}
        assert len(through) <= 1, through


def test_states_stand_in_the_lane_of_their_stage(policy: Policy) -> None:
    """Lanes follow one another as stages do."""
    found = drawn(policy)
    cores = [core for core in CORE_STATES if any(state.core == core for state in policy.states.values())]
    starts = [lane.y for lane in found.lanes]

    assert len(cores) == len(starts)
    assert starts == sorted(starts)
    for core, (top, bottom) in zip(cores, pairwise([*starts, found.height])):
        inside = [box for box in found.states if top <= box.y and box.y + box.height <= bottom]
        assert {core} == {box.core for box in inside}


def test_it_is_the_same_drawing_every_time(policy: Policy) -> None:
    """The same policy gives the same numbers."""
    assert drawn(policy) == drawn(policy)


def test_a_drawing_fits_its_page(policy: Policy) -> None:
    """No wider than a page of ours, so that only a phone has to scroll; on A4 its letters stay readable."""
    found = drawn(policy)

    assert found.width <= 1000
    assert found.height <= 1600


HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><svg onload=alert(1)>",
    "W" * 200,
    "﷽" * 9,
    "𒐫 𓀀 漢字漢字漢字漢字漢字漢字 🗿🗿",
)


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_stays_in_its_box(label: str, tiny_lifecycle) -> None:
    """However long it is, and whatever it is made of: letters that no table knows are squeezed into their room."""
    found = drawn(tiny_lifecycle(label))

    for box in boxes(found):
        assert box.width < 200
        for text in box.texts:
            size_px = {"name": 14, "event": 12}.get(text.line.kind, 11)
            assert text.line.squeezed_px is not None or text.line.text.isprintable()
            assert width_px(text.line.text, size_px) <= box.width


def test_what_nobody_could_follow_is_not_drawn(tiny_lifecycle) -> None:
    """A policy of hundreds of states has its tables."""
    assert drawing(View(tiny_lifecycle("x", states=100), "en")) is None
    assert MOST_ARROWS > len(arrows(View(tiny_lifecycle("x"), "en")))
