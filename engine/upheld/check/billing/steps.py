"""Steps: whether those of a remedy leave no hole, do not overlap, and each counts somewhere.

What a share or a number of breaches may be is cut at every bound that a step names; between two bounds, and at each,
the same steps hold, so one value of each part decides.

Source: DESIGN section 9, "Remedies"; issue: a document that pays for 95.1 to 99.8 % of 99.9 %.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from upheld.check.inspection import Inspection
from upheld.core.policy.remedy import Remedy, Step
from upheld.core.population.availability import fine_percent

Value = Fraction | int
Part = tuple[Value, tuple[int, ...]]
"""A value that stands for all alike, and the places of the steps that hold of it."""


def check_steps(inspection: Inspection, remedy: Remedy) -> None:
    """Bounds of the wrong kind, steps that overlap or never count, holes between them."""
    if not remedy.steps or not all(_bounded(inspection, remedy, step) for step in remedy.steps):
        return
    if remedy.by_overrun:
        _overruns(inspection, remedy)
        return
    promised = _promised(inspection, remedy)
    parts = list(_numbers(remedy.steps) if remedy.counts else _shares(remedy.steps, promised))
    _overlaps(inspection, remedy, parts)
    _holes(inspection, remedy, parts)


def _overruns(inspection: Inspection, remedy: Remedy) -> None:
    """Steps by the overrun begin later and later, and each but the first says with how much."""
    for before, step in pairwise(remedy.steps):
        earlier, later = (_late(each) for each in (before, step))
        if earlier is not None and later is not None and later <= earlier:
            message = "this step does not begin later than the one before it"
            inspection.report("UP645", step.path, message, "order steps by `above:` or `at-least:`, the least first")


def _late(step: Step) -> tuple[Fraction, bool] | None:
    """With how much of an overrun a step begins; ``None`` where days and hours cannot be compared."""
    if step.late is None:
        return Fraction(0), False
    if step.late.is_business_day or not step.late.has_seconds:
        return None
    return Fraction(step.late.seconds), step.beyond


def _promised(inspection: Inspection, remedy: Remedy) -> Fraction:
    """The share below which it is broken."""
    promises = [(each.id, each.share) for each in inspection.policy.objectives]
    promises += [(each.id, each.share) for each in inspection.policy.availability]
    found = next((share for name, share in promises if name in remedy.of), None)
    return Fraction(1) if found is None else found


def _bounded(inspection: Inspection, remedy: Remedy, step: Step) -> bool:
    """Whether a step says of what it is: of numbers or the overrun, as `by` says, else of shares."""
    of_number = step.at_least is not None or step.at_most is not None
    of_overrun = step.late is not None or step is remedy.steps[0]
    of_share = step.below is not None or step.since is not None or step.until is not None
    fits = of_number if remedy.counts else of_overrun if remedy.by_overrun else of_share
    said = (of_number, of_share, step.late is not None)
    if not fits or sum(said) > 1 or (remedy.by_overrun and (of_number or of_share)):
        hint, what = "give `below`, or `from` and `to`", "share"
        if remedy.counts:
            hint, what = "give `at-least`, `at-most`", "number of breaches"
        elif remedy.by_overrun:
            hint, what = "give `above`, or `at-least`, a time such as `4h`", "overrun"
        inspection.report("UP640", step.path, f"this step does not say for which {what} it is", hint)
        return False
    return True


def _shares(steps: Sequence[Step], promised: Fraction) -> Iterator[Part]:
    """From what is just below the promise down to nothing."""
    bounds = {bound for each in steps for bound in (each.below, each.since, each.until) if bound is not None}
    edges = sorted({Fraction(0), promised, *(bound for bound in bounds if bound < promised)}, reverse=True)
    for upper, lower in pairwise(edges):
        for value in ((upper + lower) / 2, lower):
            yield value, tuple(place for place, each in enumerate(steps) if each.holds_of_share(value))


def _numbers(steps: Sequence[Step]) -> Iterator[Part]:
    """From the fewest breaches that any step is about to one more than any names."""
    lowest = min(each.at_least or 1 for each in steps)
    edges = {max((each.at_most or each.at_least or 1) for each in steps) + 1}
    edges |= {edge for each in steps for edge in (each.at_least or 1, (each.at_most or 0) + 1) if edge >= lowest}
    for number in sorted(edges):
        yield number, tuple(place for place, each in enumerate(steps) if each.holds_of_number(number))


def _overlaps(inspection: Inspection, remedy: Remedy, parts: Sequence[Part]) -> None:
    counting = {held[-1] for _, held in parts if held}
    both: set[tuple[int, int]] = set()
    for value, held in parts:
        for first, second in pairwise(place for place in held if _has_two_ends(remedy.steps[place])):
            if (first, second) not in both and {first, second} <= counting:
                both.add((first, second))
                message = f"this step and the one at number {first + 1} both hold of {_shown(value)}"
                hint = "let one end where the other begins, as `{from: 95%, below: 99%}`"
                inspection.report("UP645", remedy.steps[second].path, message, hint)
    for place, step in enumerate(remedy.steps):
        if place not in counting:
            message = "this step never counts: a later one holds wherever it does, or the promise is kept there"
            hint = "order steps so that the last one that holds is the one that counts"
            inspection.report("UP645", step.path, message, hint)


def _has_two_ends(step: Step) -> bool:
    low, high = step.since or step.at_least, step.until or step.below or step.at_most
    return low is not None and high is not None


def _holes(inspection: Inspection, remedy: Remedy, parts: Sequence[Part]) -> None:
    """One finding for each run of values of which no step holds."""
    before = True
    for value, held in parts:
        if not held and before:
            what = "breaches in a period" if remedy.counts else "reached, which breaks the promise"
            message = f"no step is about {_shown(value)} {what}"
            hint = "move the bounds together, or add a step (`is: 0` where nothing is owed)"
            example = {"breaches" if remedy.counts else "share": _shown(value)}
            inspection.report("UP646", (*remedy.path, "steps"), message, hint, key=True, example=example)
        before = bool(held)


def _shown(value: Value) -> str:
    return str(value) if isinstance(value, int) else fine_percent(value)
