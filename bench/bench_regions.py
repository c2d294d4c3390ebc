"""Processor seconds to decide all overlaps and all shadowed conditions of long first-match lists.

Each list has 3,000 conditions of at least five names, and differs in how much they have in common:

- ``table``: narrow ones, as lines of a tariff; few overlap.
- ``rules``: broad ones, with values in twos, `not`, spans of minutes and a set; many overlap.
- ``nested``: any-of-all in the broad ones, so that a condition is many boxes.
- ``references``: values compared with those of other names.
- ``hostile``: conditions made to grow without end, and one list that asks for a long search. They must end.

Run ``python bench/bench_regions.py``; a number sets another length.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

from upheld.core.condition.condition import Condition
from upheld.core.condition.domain import Boolean, Domain, Many, OneOf, Text
from upheld.core.condition.grammar import parse_condition
from upheld.core.condition.ordered import Integer
from upheld.core.condition.scope import Scope, calendar_names
from upheld.core.proof.questions import Space

FACTS, VALUES = 12, 8
KINDS = tuple(f"kind-{number}" for number in range(6))
SEVERITY = OneOf(("critical", "high", "medium", "low"), ordered=True)

Data = dict[str, object]


def main() -> None:
    """Measure and print; each line is one list."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    print(f"{'seconds, ' + str(count) + ' conditions':<24}{'read':>8}{'draw':>8}{'overlap':>9}{'shadow':>8}   found")
    for name, make in (
        ("table", table),
        ("rules", rules),
        ("nested", nested),
        ("references", references),
        ("hostile", hostile),
    ):
        draw = random.Random(20240328)
        line(name, [make(draw, number) for number in range(count)])
    line("hostile search", pigeons(8))


def line(name: str, documents: list[Data]) -> None:
    """Read, draw and compare one list."""
    scope = make_scope()
    started = time.process_time()
    conditions = [read(document, scope) for document in documents]
    read_at = time.process_time()
    space = Space(scope, conditions)
    drawn_at = time.process_time()
    pairs = sum(1 for _ in space.overlaps())
    overlapped_at = time.process_time()
    answers = space.shadows().values()
    ended_at = time.process_time()
    times = (read_at - started, drawn_at - read_at, overlapped_at - drawn_at, ended_at - overlapped_at)
    undecided = sum(answer.verdict == "undecided" for answer in answers)
    found = f"{pairs} pairs overlap, {len(answers) - undecided} shadowed, {undecided} undecided"
    print(f"{name:<24}{times[0]:8.2f}{times[1]:8.2f}{times[2]:9.2f}{times[3]:8.2f}   {found}")


def make_scope() -> Scope:
    """A dozen facts and some of everything else."""
    facts: dict[str, Domain] = {f"fact-{n}": OneOf(tuple(f"v{value}" for value in range(VALUES))) for n in range(FACTS)}
    return Scope(
        {
            "severity": SEVERITY,
            "event.severity": SEVERITY.required(),
            **facts,
            "vip": Boolean(),
            "contract": Many(OneOf(KINDS)),
            "flagged": Many(OneOf(tuple(f"rule-{number}" for number in range(50)))),
            "event.minutes": Integer(0),
            "event.project": Text(),
            **calendar_names("support"),
        }
    )


def read(document: Data, scope: Scope) -> Condition:
    """The condition of a document that has no problems."""
    condition, problems = parse_condition(document, scope)
    assert condition is not None, problems
    return condition


def table(draw: random.Random, number: int) -> Data:
    """A line of a table: one value of each of four facts, and a span of minutes."""
    low = draw.randrange(0, 500)
    facts: Data = {f"fact-{n}": f"v{draw.randrange(VALUES)}" for n in range(4)}
    return {**facts, "event.minutes": {"between": [low, low + draw.randrange(1, 60)]}}


def rules(draw: random.Random, number: int) -> Data:
    """A rule: four facts of a dozen, broadly, minutes above a mark, a contract."""
    low = draw.randrange(0, 500)
    data: Data = {f"fact-{n}": broad(draw) for n in draw.sample(range(FACTS), 4)}
    data["event.minutes"] = draw.choice([{"above": low}, {"between": [low, low + draw.randrange(1, 60)]}])
    data["contract"] = draw.choice(KINDS)
    return data


def nested(draw: random.Random, number: int) -> Data:
    """A rule with alternatives within."""
    data = rules(draw, number)
    data["any"] = [
        {"severity": {"at-least": "high"}, "vip": True},
        {"opening": {"support": "closed"}},
        {"fact-0": "v1"},
    ]
    return data


def references(draw: random.Random, number: int) -> Data:
    """A rule that compares two severities."""
    return {**table(draw, number), "event.severity": {draw.choice(["below", "above"]): {"ref": "severity"}}}


def hostile(draw: random.Random, number: int) -> Data:
    """Forty alternatives in one another, each of which doubles the boxes."""
    return {
        "all": [
            {"any": [{f"fact-{n % FACTS}": broad(draw)}, {"event.minutes": {"above": draw.randrange(500)}}]}
            for n in range(40)
        ]
    }


def pigeons(holes: int) -> list[Data]:
    """Nine facts with eight values, any two alike: together they cover everything, which takes a search to see."""
    alike: list[Data] = [
        {f"fact-{a}": f"v{v}", f"fact-{b}": f"v{v}"} for a in range(holes + 1) for b in range(a) for v in range(holes)
    ]
    unset: list[Data] = [{f"fact-{a}": {"set": False}} for a in range(holes + 1)]
    return [*unset, *alike, {"vip": True}]


def broad(draw: random.Random) -> object:
    """One value, two, or all but one."""
    values = sorted(draw.sample(range(VALUES), 2))
    kinds: list[Callable[[], object]] = [
        lambda: f"v{values[0]}",
        lambda: [f"v{values[0]}", f"v{values[1]}"],
        lambda: {"not": f"v{values[0]}"},
    ]
    return draw.choice(kinds)()


if __name__ == "__main__":
    main()
