"""What upheld and a peer say of each ticket, compared: the state, and of two promises the status and the seconds used.

python bench/bulk_bench/answers.py VERDICTS.jsonl NAME=ANSWERS ...
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

PROMISES: Final = ("acknowledge", "resolve")


class Clock(NamedTuple):
    """One promise on one ticket."""

    status: str
    used_s: int


class Answer(NamedTuple):
    """One ticket; a promise that did not begin, or whose severity nobody knows, is None."""

    state: str | None
    acknowledge: Clock | None
    resolve: Clock | None


Answers = Mapping[str, Answer]


class Verdicts(NamedTuple):
    """Upheld's answers, and the codes of what it refused on each ticket."""

    answers: Answers
    refused: Mapping[str, frozenset[str]]


def of_verdicts(verdicts: Iterable[Mapping[str, Any]]) -> Verdicts:
    """Upheld's own."""
    answers, refused = {}, {}
    for verdict in verdicts:
        clocks = {each["id"]: Clock(each["status"], each["used_s"]) for each in verdict["commitments"]}
        answers[verdict["ticket"]] = Answer(verdict["state"], *(clocks.get(name) for name in PROMISES))
        refused[verdict["ticket"]] = frozenset(each["code"] for each in verdict["refused"])
    return Verdicts(answers, refused)


def lines_of(file: Path) -> Iterator[dict[str, Any]]:
    """The verdicts that a replay wrote as JSON Lines."""
    with file.open(encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def answers_in(place: Path) -> Answers:
    """What a contender wrote: verdicts in JSON Lines, tables in a folder, or a peer's own table."""
    if place.is_dir():
        return of_tables(place)
    return of_verdicts(lines_of(place)).answers if place.suffix == ".jsonl" else of_peer(place)


def of_tables(folder: Path) -> Answers:
    """Upheld's, from its verdict tables."""
    clocks: dict[str, dict[str, Clock]] = {}
    for row in _rows(folder / "clocks.parquet"):
        clocks.setdefault(row["ticket"], {})[row["commitment"]] = Clock(row["status"], row["used_s"])
    none: dict[str, Clock] = {}
    return {
        row["ticket"]: Answer(row["state"], *(clocks.get(row["ticket"], none).get(name) for name in PROMISES))
        for row in _rows(folder / "tickets.parquet")
    }


def of_peer(file: Path) -> Answers:
    """A peer's, from CSV or Parquet with the columns `ticket`, `state`, and two for each promise."""
    return {
        row["ticket"]: Answer(row["state"] or None, *(_clock(row, name) for name in PROMISES)) for row in _rows(file)
    }


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    if file.suffix == ".csv":
        with file.open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)
        return
    import pyarrow.parquet

    for batch in pyarrow.parquet.ParquetFile(file).iter_batches():
        yield from batch.to_pylist()


def _clock(row: Mapping[str, Any], name: str) -> Clock | None:
    status = row[name]
    return Clock(str(status), int(row[f"{name}_used_s"])) if status else None


def totals(answers: Answers) -> str:
    """Share, breaches and seconds of each promise, in words."""
    parts = []
    for name in PROMISES:
        clocks = [clock for answer in answers.values() if (clock := getattr(answer, name)) is not None]
        counts = Counter(clock.status for clock in clocks)
        judged = counts["upheld"] + counts["breached"]
        share = 1000 * counts["upheld"] // max(1, judged) / 10
        parts.append(f"{name} {share} %, {counts['breached']:,} breached, {sum(c.used_s for c in clocks):,} s used")
    return "; ".join(parts)


def wrong(ours: Answers, theirs: Answers) -> Mapping[str, frozenset[str]]:
    """The tickets on which a peer differs, and in what: `no such ticket`, `state`, `resolve missing` and the like."""
    found = {}
    for ticket in sorted(ours.keys() | theirs.keys()):
        kinds = frozenset(_differences(ours.get(ticket), theirs.get(ticket)))
        if kinds:
            found[ticket] = kinds
    return found


def _differences(mine: Answer | None, other: Answer | None) -> Iterable[str]:
    if mine is None or other is None:
        yield "no such ticket" if other is None else "a ticket too many"
        return
    if mine.state != other.state:
        yield "state"
    for name in PROMISES:
        ours, theirs = getattr(mine, name), getattr(other, name)
        if ours is None or theirs is None:
            if ours is not theirs:
                yield f"{name} missing" if theirs is None else f"{name} never promised"
        elif ours.status != theirs.status:
            yield f"{name} status"
        elif ours.used_s != theirs.used_s:
            yield f"{name} seconds"


def told(verdicts: Verdicts, theirs: Answers) -> list[str]:
    """Lines about a peer's wrong answers: how many, of which kinds, and what was refused on those tickets alone."""
    found = wrong(verdicts.answers, theirs)
    if not found:
        return ["no ticket wrong"]
    kinds = Counter(kind for each in found.values() for kind in each)
    causes = Counter(_cause(verdicts.refused.get(ticket, frozenset())) for ticket in found)
    number = len(verdicts.answers)
    return [
        f"{len(found):,} of {number:,} tickets wrong ({100 * len(found) / number:.1f} %)",
        "in: " + ", ".join(f"{kind} {count:,}" for kind, count in ranked(kinds)),
        "where upheld refused: " + ", ".join(f"{cause} {count:,}" for cause, count in ranked(causes)),
    ]


def ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The most frequent first, equal ones by name."""
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _cause(codes: frozenset[str]) -> str:
    if not codes:
        return "nothing"
    return next(iter(codes)) + " alone" if len(codes) == 1 else "several kinds"


def main() -> None:
    """Print how each contender's answers differ from upheld's verdicts."""
    verdicts = of_verdicts(lines_of(Path(sys.argv[1])))
    print(f"  upheld: {totals(verdicts.answers)}")
    for argument in sys.argv[2:]:
        name, _, place = argument.partition("=")
        theirs = answers_in(Path(place))
        print(f"  {name}: {totals(theirs)}")
        for line in told(verdicts, theirs):
            print(f"    {line}", flush=True)


if __name__ == "__main__":
    main()
