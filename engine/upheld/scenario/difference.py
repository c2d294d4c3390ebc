"""Differences: where what came of a scenario is not what it expects.

Each is told by its path in the expectation, with what was expected and what came. An
expectation that is met also says on which items it rested, so that their reasons can
be asked: passing for the wrong reason fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from upheld.core.billing.amount import parse_amount
from upheld.core.condition.ordered import Instant
from upheld.core.policy.provenance import Path
from upheld.core.record.message import PRINTED_SPACES
from upheld.core.time.duration import UNIT_S, Duration, parse_duration

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that was not met: where it stands, what it says, and what came instead."""

    path: Path
    expected: str
    actual: str


@dataclass(slots=True)
class Comparison:
    """What was found in comparing one scenario.

    Attributes:
        nothing: What came where one item was expected and there is none: with a hint where time may have stood still.
        differences: In the order of the expectation.
        asserted: The items of the verdict that the expectation names and that are as it says.
    """

    nothing: str = "none"
    differences: list[Difference] = field(default_factory=list)
    asserted: list[Data] = field(default_factory=list)

    def differ(self, path: Path, expected: object, actual: object) -> None:
        """Record a difference."""
        self.differences.append(Difference(path, _shown(expected), _shown(actual)))


Reader = Callable[[Data], object]
"""What an item of a verdict says of a key of the expectation."""


def same_instant(expected: object, actual: object) -> bool:
    """Whether two texts are one instant, or both nothing."""
    if expected is None or actual is None:
        return expected is actual
    return Instant().read(expected, "at") == Instant().read(actual, "at")


def same_length(expected: object, actual: object) -> bool:
    """Whether a duration is so many seconds."""
    return isinstance(expected, str) and parse_duration(expected).seconds == actual


def same_amount(expected: object, actual: object) -> bool:
    """Whether an amount is so many minor units; a time is minutes."""
    amount = parse_amount(expected) if isinstance(expected, (str, int)) else None
    if isinstance(amount, Duration):
        return isinstance(actual, int) and amount.seconds == actual * 60
    return amount == actual


def same_text(expected: object, actual: object) -> bool:
    """Whether two texts read alike: the no-break spaces of French print are not asked of who writes a scenario."""
    if isinstance(expected, str) and isinstance(actual, str):
        return expected.translate(PRINTED_SPACES) == actual.translate(PRINTED_SPACES)
    return same(expected, actual)


def same(expected: object, actual: object) -> bool:
    """Whether two values are equal; the order of a set's values does not count."""
    if isinstance(expected, list) and isinstance(actual, list):
        return sorted(map(str, expected)) == sorted(map(str, actual))
    return type(expected) is type(actual) and expected == actual


AMOUNTS = (
    *("amount", "available", "held", "consumed", "expired", "overdrawn"),
    *("accruing", "claimable", "lapsed", "capped"),
)
KEYS: Mapping[str, tuple[str, Callable[[object, object], bool]]] = {
    "at": ("at", same_instant),
    "started": ("started_at", same_instant),
    "due": ("due_at", same_instant),
    "stopped": ("stopped_at", same_instant),
    "observed": ("observed_at", same_instant),
    "used": ("used_s", same_length),
    "paused": ("paused_s", same_length),
    "remaining": ("remaining_s", same_length),
    "overrun": ("overrun_s", same_length),
    "down": ("down_s", same_length),
    "excused": ("excused_s", same_length),
    "breached": ("breached_at", same_instant),
    "claim-until": ("claim_until", same_instant),
    "charge": ("rule", same),
    **{key: (key, same_text) for key in ("message", "about")},
    **{key: (key, same_amount) for key in AMOUNTS},
}
"""The keys of an expectation that a verdict calls otherwise, or that are not compared letter by letter."""

REASONS = {"because": "clauses", "assumes": "assumptions"}


def compare_item(found: Comparison, path: Path, expected: Data, actual: Data) -> bool:
    """Compare one item key by key; whether it is as expected."""
    before = len(found.differences)
    for key, value in expected.items():
        at: Path = (*path, key)
        if key in REASONS:
            cited = actual.get(REASONS[key]) or []
            missing = [each for each in value if each not in cited]
            if missing:
                found.differ(at, missing, cited)
            continue
        name, equal = _compared(key, actual)
        if not equal(value, actual.get(name)):
            found.differ(at, value, _like(equal, value, actual.get(name)))
    if len(found.differences) > before:
        return False
    found.asserted.append(actual)
    return True


def _compared(key: str, actual: Data) -> tuple[str, Callable[[object, object], bool]]:
    """What an item of a verdict calls a key, and how it is compared; `booked` is an instant or an amount."""
    if key == "booked" and "booked_at" in actual:
        return "booked_at", same_instant
    return ("booked", same_amount) if key == "booked" else KEYS.get(key, (key, same))


OF_WHICH = ("period", "cycle", "commitment", "customer")
"""Keys that say which of several items of one name is meant."""


def compare_list(
    found: Comparison, path: Path, expected: Sequence[Any], actual: Sequence[Data], names: tuple[str, ...]
) -> None:
    """Compare a whole list, in order; a text stands for the item that any of ``names`` calls so."""
    for index, (one, other) in enumerate(zip(expected, actual)):
        at: Path = (*path, index)
        if isinstance(one, Mapping):
            compare_item(found, at, one, other)
        elif one in [other.get(name) for name in names]:
            found.asserted.append(other)
        else:
            found.differ(at, one, next((other[name] for name in names if other.get(name)), other))
    for index in range(len(actual), len(expected)):
        found.differ((*path, index), expected[index], "nothing more")
    for other in actual[len(expected) :]:
        found.differ(path, "nothing more", next((other[name] for name in names if other.get(name)), other))


def compare_some(found: Comparison, path: Path, expected: Sequence[Any], actual: Sequence[Data], name: str) -> None:
    """Compare some items of a list, in order; each is the next one of its number, or else of its ``name``."""
    rest = iter(actual)
    for index, one in enumerate(expected):
        wanted = one if isinstance(one, Mapping) else {name: one}
        key = "seq" if "seq" in wanted else name
        for other in rest:
            if key not in wanted or other.get(key) == wanted[key]:
                compare_item(found, (*path, index), wanted, other)
                break
        else:
            found.differ((*path, index), one, "none")


def compare_named(found: Comparison, path: Path, expected: Data, actual: Sequence[Data], what: str) -> None:
    """Compare the items of each name: its only one, or all of them in order."""
    for name, wanted in expected.items():
        rows = [row for row in actual if row.get("id", row.get("account")) == name]
        at: Path = (*path, name)
        if isinstance(wanted, list):
            compare_list(found, at, wanted, rows, ("id",))
            continue
        chosen = [row for row in rows if all(row.get(key) == wanted[key] for key in OF_WHICH if key in wanted)]
        if len(chosen) != 1:
            found.differ(at, f"one {what}", f"{len(chosen) or ('none' if rows else found.nothing)}")
        else:
            compare_item(found, at, wanted, chosen[0])


def _like(equal: Callable[[object, object], bool], expected: object, actual: object) -> object:
    """What came, in the words in which the author wrote what was expected: a length as a length, in its unit."""
    if not isinstance(actual, int) or isinstance(actual, bool) or equal not in (same_length, same_amount):
        return actual
    wanted = parse_amount(expected) if equal is same_amount and isinstance(expected, (str, int)) else expected
    if equal is same_amount:
        return _length(wanted, actual * 60) if isinstance(wanted, Duration) else actual
    return _length(parse_duration(expected) if isinstance(expected, str) else None, actual)


def _length(wanted: object, seconds: int) -> str:
    """Seconds as a duration: in the unit of the one that is wanted where they are whole ones, else in h, min and s."""
    if isinstance(wanted, Duration) and wanted.has_seconds and seconds % UNIT_S[wanted.unit] == 0:
        return f"{seconds // UNIT_S[wanted.unit]}{wanted.unit}"
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def _shown(value: object) -> str:
    """A value on one line, as an author would write it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_shown(each)}" for key, each in value.items() if each not in (None, [], ""))
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_shown, value)) or "nothing"
    return str(value)


def clauses_of(items: Sequence[Data]) -> Iterator[str]:
    """Every clause that some items cite."""
    for item in items:
        yield from item.get("clauses") or ()
