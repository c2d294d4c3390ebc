"""A long history in bulk: today's replay, each step of the way to columns, and the peers, in turns in one run.

    python3 dev.py bench bulk                                        # 100,000 events; some minutes
    python bench/bench_bulk.py --events 100000 1000000 --rounds 3
    python bench/bench_bulk.py --events 100000 1000000 10000000 --limit-s 1200      # an hour or more
    python bench/bench_bulk.py --only today columns polars
    python bench/bench_bulk.py --policy entropics                    # with billing; without peers

The histories are made first: tickets of Greenmash over three years, clean ones in each size, and a noisy one. Each
contender runs in a process of its own, from a file to a file, one after the other and again (A B C A B C …), so that
what else the machine does falls on all of them; figures are medians. Processor time counts, on one thread unless
`--threads` says otherwise; ratios are what to read. Each is also run on a history of next to nothing: that is its
start, and "an event" is what comes on top of it.

Then the answers: of each contender for every ticket of the clean and of the noisy history, compared with those of
`upheld replay`. How to read it all, and what was measured: bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from bulk_bench.contenders import (
    BASELINE,
    COLUMNS,
    PEERS_POLICY,
    POLARS,
    SCALAR,
    TODAY,
    Contender,
    contenders,
    unpacked,
)
from bulk_bench.measuring import Cost, Stopped, cost

HERE: Final = Path(__file__).resolve().parent
NEXT_TO_NOTHING: Final = 50
TOLD_MAX: Final = 4
"""Lines of what a contender says beside its answers, such as how many tickets fell back to another path."""
LIBRARIES: Final = ("numpy", "pyarrow", "polars", "duckdb", "transitions", "python-statemachine")


@dataclass
class Runs:
    """What was measured of one contender at one size."""

    costs: list[Cost] = field(default_factory=list)
    left_out: str = ""

    def median(self, what: str) -> float:
        """Of all rounds."""
        return float(statistics.median(getattr(each, what) for each in self.costs))


Measured = dict[tuple[str, int], Runs]
"""By name of the contender and events of the history; with 0 events, its start."""


def main() -> None:
    """Make the histories, run everybody in turns, compare, and print."""
    asked = parsed()
    with tempfile.TemporaryDirectory(prefix="upheld-bulk-") as name:
        work = Path(name)
        baseline = unpacked(asked.baseline, work / "baseline")
        everyone = contenders(baseline, asked.policy, jobs=asked.jobs, threads=asked.threads)
        wanted = {*asked.only, *([] if asked.no_answers else [SCALAR])}  # the answers are compared with its own
        chosen = [each for each in everyone if not asked.only or each.name in wanted]
        print(machine(asked.threads), flush=True)
        for each in chosen:
            print(f"  {each.name:<14} {each.says}" + (f": left out, {each.missing}" if each.missing else ""))
        present = [each for each in chosen if not each.missing]
        measured: Measured = {}
        asked.formats = sorted({each.reads for each in present})
        nothing = history(work, NEXT_TO_NOTHING, asked)
        rounds(present, nothing, 0, measured, work, asked)
        for events in asked.events:
            folder = history(work, events, asked)
            rounds(present, folder, events, measured, work, asked)
            print_table(present, events, measured)
            if events != asked.events[0]:
                shutil.rmtree(folder)
        print_growth(present, asked.events, measured)
        print_goals(asked.events, measured, asked.policy)
        if asked.policy == PEERS_POLICY and not asked.no_answers:
            compare(present, work, asked)
        if asked.json:
            asked.json.write_text(json.dumps(as_document(measured), indent=1), encoding="utf-8")


def parsed() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="+", default=[100_000], help="of the histories, the shortest first")
    parser.add_argument("--rounds", type=int, default=3, help="how often each runs; figures are medians")
    parser.add_argument("--policy", default=PEERS_POLICY, help="another vendor's month, such as entropics, which bills")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="these contenders, and `scalar` for its answers"
    )
    parser.add_argument("--threads", type=int, default=1, help="of each library")
    parser.add_argument("--jobs", type=int, default=2, help="of step 2")
    parser.add_argument("--limit-s", type=float, default=600, help="who would take longer for one run is left out")
    parser.add_argument("--noisy-events", type=int, default=100_000, help="of the noisy history")
    parser.add_argument("--no-answers", action="store_true", help="measure alone, and compare no answers")
    parser.add_argument("--baseline", default=BASELINE, metavar="COMMIT", help="whose replay is today's path")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    asked = parser.parse_args()
    asked.events.sort()
    return asked


def machine(threads: int) -> str:
    """Where this runs."""
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} cores{load}, {threads} thread each; {', '.join(found)}"
    )


def history(work: Path, events: int, asked: argparse.Namespace, *, noisy: bool = False) -> Path:
    """The folder of a history in the forms that somebody reads, made in a process of its own, for its memory."""
    folder = work / f"{'noisy' if noisy else 'clean'}-{events}"
    if not folder.exists():
        maker = [] if asked.policy == PEERS_POLICY else ["--policy", asked.policy]
        command = [sys.executable, str(HERE / "bulk_bench" / ("months.py" if maker else "files.py")), str(folder)]
        options = [*maker, "--events", str(events), *(["--noisy"] if noisy else []), "--formats", *asked.formats]
        made = subprocess.run([*command, *options], check=True, capture_output=True, text=True)
        if events > NEXT_TO_NOTHING:
            print(f"\n{'noisy' if noisy else 'clean'} history: {made.stdout.strip()}", flush=True)
    return folder


def rounds(
    present: Sequence[Contender], folder: Path, events: int, measured: Measured, work: Path, asked: argparse.Namespace
) -> None:
    """Everybody in turns; before the first round once without counting, on next to nothing."""
    for number in range(asked.rounds + (events == 0)):
        for each in present:
            runs = measured.setdefault((each.name, events), Runs())
            runs.left_out = runs.left_out or foreseen(each.name, events, measured, asked.limit_s)
            if runs.left_out:
                continue
            progress(f"{events:,} events, round {number + 1}: {each.name}")
            try:
                found = run(each, folder, work, asked)
            except Stopped as reason:
                runs.left_out = str(reason)
                continue
            if number or events:
                runs.costs.append(found)
    progress("")


def progress(text: str) -> None:
    """Where it is, for who looks at a terminal."""
    if sys.stderr.isatty():
        print(f"\r{text:<60}", end="\r", file=sys.stderr, flush=True)


def run(each: Contender, folder: Path, work: Path, asked: argparse.Namespace) -> Cost:
    """One run, its answers thrown away."""
    answers = work / f"answers{each.answers}"
    clear(answers)
    out = answers if each.answers == ".jsonl" else work / "told.txt"
    env = each.one_thread(asked.threads)
    found = cost(each.command(folder, answers), out, env=env, limit_s=2 * asked.limit_s, several=each.several)
    clear(answers)
    return found


def clear(answers: Path) -> None:
    """A file or a folder that may not be there."""
    if answers.is_dir():
        shutil.rmtree(answers)
    answers.unlink(missing_ok=True)


def foreseen(name: str, events: int, measured: Measured, limit_s: float) -> str:
    """Why a run is left out: by what it took for the next shorter history."""
    shorter = [size for who, size in measured if who == name and size < events]
    if not shorter:
        return ""
    before = measured[name, max(shorter)]
    if before.left_out:
        return before.left_out
    would_s = before.median("wall_s") * events / max(shorter) if max(shorter) else 0
    return f"would take {would_s:,.0f} s" if would_s > limit_s else ""


def an_event_us(name: str, events: int, measured: Measured) -> float:
    """Microseconds of processor time for each event, the start left out."""
    whole, start = measured[name, events], measured[name, 0]
    return 1e6 * max(whole.median("cpu_s") - start.median("cpu_s"), 1e-9) / events


def an_event_kib(name: str, events: int, measured: Measured) -> float:
    """KiB of memory for each event, what the start takes left out."""
    whole, start = measured[name, events], measured[name, 0]
    return 1024 * (whole.median("peak_mb") - start.median("peak_mb")) / events


def print_table(present: Sequence[Contender], events: int, measured: Measured) -> None:
    """One size: a line for each."""
    titles = ("start s", "cpu s", "wall s", "peak MB", "KiB/event", "µs/event", "× today", "an event", "× polars")
    print(f"\n{events:<14,} " + "".join(f"{title:>10}" for title in titles))
    for each in present:
        runs = measured[each.name, events]
        if runs.left_out or not runs.costs:
            print(f"{each.name:<14} left out: {runs.left_out}")
            continue
        figures = [measured[each.name, 0].median("cpu_s"), *(runs.median(what) for what in Cost._fields)]
        line = "".join(f"{figure:>10,.2f}" for figure in figures[:3]) + f"{figures[3]:>10,.0f}"
        line += f"{an_event_kib(each.name, events, measured):>10.2f}{an_event_us(each.name, events, measured):>10.2f}"
        line += times(TODAY, each.name, events, measured) + times(TODAY, each.name, events, measured, event=True)
        print(f"{each.name:<14} {line}{times(POLARS, each.name, events, measured, event=True)}", flush=True)
    print("× today: of the whole run, then of an event without the start; × polars: of an event")


def times(other: str, name: str, events: int, measured: Measured, *, event: bool = False) -> str:
    """How many times faster than another, in processor time."""
    found = ratio(other, name, events, measured, event=event)
    return f"{'–':>10}" if found is None else f"{found:>10.2f}"


def ratio(other: str, name: str, events: int, measured: Measured, *, event: bool = False) -> float | None:
    """The same as a number, or None where one of both was not measured."""
    if any(not measured.get((who, events), Runs()).costs for who in (other, name)):
        return None
    if event:
        return an_event_us(other, events, measured) / an_event_us(name, events, measured)
    return measured[other, events].median("cpu_s") / measured[name, events].median("cpu_s")


def print_growth(present: Sequence[Contender], sizes: Sequence[int], measured: Measured) -> None:
    """What an event costs in a longer history, by what it costs in the shortest."""
    if len(sizes) < 2:
        return
    print("\ngrowth: µs of an event, by that in the shortest history")
    for each in present:
        done = [events for events in sizes if measured[each.name, events].costs]
        if len(done) > 1:
            first = an_event_us(each.name, done[0], measured)
            parts = [f"{events:,}: {an_event_us(each.name, events, measured) / first:.2f}" for events in done]
            print(f"  {each.name:<14} {', '.join(parts)}")


def print_goals(sizes: Sequence[int], measured: Measured, policy: str) -> None:
    """What was promised of the steps (DESIGN section 11), at the longest history that both sides ran."""
    print("\ngoals, by processor time of the whole run at the longest history of both")
    columns = 20.0 if policy == PEERS_POLICY else 8.0  # the others bill
    for name, other, least in ((SCALAR, TODAY, 3.0), (COLUMNS, TODAY, columns), (COLUMNS, POLARS, 1.0)):
        found = [(events, ratio(other, name, events, measured)) for events in sizes]
        known = [(events, value) for events, value in found if value is not None]
        said = f"{known[-1][1]:.2f} at {known[-1][0]:,}{met(known[-1][1] >= least)}" if known else "not measured"
        print(f"  {name} at least {least:g} × {other}: {said}")
    done = [events for events in sizes if measured.get((COLUMNS, events), Runs()).costs]
    if done:
        kib = an_event_kib(COLUMNS, done[-1], measured)
        print(f"  {COLUMNS} at most 0.5 KiB an event: {kib:.2f} at {done[-1]:,}{met(kib <= 0.5)}")
    if len(done) > 1:
        growth = an_event_us(COLUMNS, done[-1], measured) / an_event_us(COLUMNS, done[0], measured)
        print(f"  {COLUMNS} linear within a tenth: {growth:.2f} at {done[-1]:,}{met(growth <= 1.1)}")


def met(reached: bool) -> str:
    """Whether a goal is."""
    return ": reached" if reached else ": missed"


def compare(present: Sequence[Contender], work: Path, asked: argparse.Namespace) -> None:
    """The answers of everybody, for every ticket, beside those of the scalar path."""
    for folder in (
        history(work, asked.events[0], asked),
        history(work, asked.noisy_events, asked, noisy=True),
    ):
        print(f"\nanswers on the {folder.name.partition('-')[0]} history, ticket by ticket", flush=True)
        files: dict[str, Path] = {}
        for each in present:
            answers = work / f"answers-{each.name.replace(' ', '-')}{each.answers}"
            clear(answers)
            out = answers if each.answers == ".jsonl" else work / "told.txt"
            try:
                env = each.one_thread(asked.threads)
                cost(each.command(folder, answers), out, env=env, limit_s=2 * asked.limit_s)
            except Stopped as reason:
                print(f"  {each.name}: {reason}")
                continue
            files[each.name] = answers
            told = out.with_suffix(".err").read_text(encoding="utf-8", errors="replace").splitlines()
            print("".join(f"  {each.name} says: {line}\n" for line in told[:TOLD_MAX]), end="", flush=True)
        command = [sys.executable, str(HERE / "bulk_bench" / "answers.py"), str(files.pop(SCALAR))]
        subprocess.run([*command, *(f"{name}={file}" for name, file in files.items())], check=True)


def as_document(measured: Mapping[tuple[str, int], Runs]) -> list[dict[str, object]]:
    """Everything that was measured, for another program."""
    return [
        {
            "contender": name,
            "events": events,
            "left_out": runs.left_out,
            "runs": [each._asdict() for each in runs.costs],
        }
        for (name, events), runs in measured.items()
    ]


if __name__ == "__main__":
    main()
