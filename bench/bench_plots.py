"""CPU time for the figures of a report, for each kind of plot, and for the timeline of a ticket.

    python bench/bench_plots.py [--rounds 20]

The figures are those of a vendor's month, counted from its verdicts; the time is that of this process's CPU, so that a
busy machine disturbs it little. The first plot pays for the libraries and for the renderer's engine.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from upheld import load_contracts, load_policy
from upheld.engine import Engine
from upheld.explaining import explain
from upheld.pages.figures import Gathering
from upheld.pages.figures.promised_clock import instant_s
from upheld.pages.plots import svg
from upheld.pages.timeline import timeline
from upheld.replaying import replay
from upheld.show.words.view import View

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "greenmash"
TICKETS = ("GM-105", "GM-117", "GM-126", "GM-132")


def main() -> None:
    """Count, draw, and tell how long each took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    policy = load_policy("greenmash")
    contracts = load_contracts(EXAMPLE / "contracts.yaml", policy)
    records = [json.loads(line) for line in (EXAMPLE / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    engine, view, told = Engine(policy, contracts), View(policy, "en"), replay(policy, records, contracts)
    gathering = Gathering(policy, engine.schedule, instant_s(told["as_of"]))
    gathered_s = _cpu_s(lambda: _gather(gathering, told), rounds)
    clocks = sum(len(each["commitments"]) for each in told["tickets"])
    print(f"{'counting, a clock':24} {gathered_s / clocks * 1e6:9.1f} µs")
    figures = gathering.figures(view, told["summary"])
    print(f"{'the first plot':24} {_cpu_s(lambda: svg(figures[0], view), 1) * 1e3:9.1f} ms")
    for figure in {each.plot: each for each in figures}.values():
        took_s = _cpu_s(lambda figure=figure: svg(figure, view), rounds)  # type: ignore[misc]  # bound at once
        print(f"{figure.plot:24} {took_s * 1e3:9.1f} ms {len(svg(figure, view)):>9,} bytes")
    for ticket in TICKETS:
        story = explain(policy, records, ticket, contracts)
        took_s = _cpu_s(lambda story=story: svg(timeline(view, story, engine.schedule), view), rounds)  # type: ignore[misc]  # bound at once
        size = len(svg(timeline(view, story, engine.schedule), view))
        print(f"timeline of {ticket:12} {took_s * 1e3:9.1f} ms {size:>9,} bytes")


def _gather(gathering: Gathering, told: Mapping[str, Any]) -> None:
    for verdict in told["tickets"]:
        gathering.add(verdict)


def _cpu_s(work: Callable[[], object], rounds: int) -> float:
    before_s = time.process_time()
    for _ in range(rounds):
        work()
    return (time.process_time() - before_s) / rounds


if __name__ == "__main__":
    main()
