"""Events per second of a replay end to end, from a file to its verdicts, and the memory it takes.

    python bench/bench_replay.py                        # 100,000 events
    python bench/bench_replay.py --events 1000000       # some minutes

The history is a vendor's example, told again and again with new ids of tickets and later dates, until it is
as long as asked for; the workload is printed, since a decision costs what there is to decide. Each format is
replayed in a process of its own, for its memory: reading alone, then everything, each event decided and each
verdict made and summed up. Beside it stands the same lifecycle alone on bare `transitions`: every move of the
verdicts by a trigger of the library, on one model, without conditions, data, rules, time or reading.

Target: at least 30,000 events a second on a quiet core with a vendor's policy, and 1,000,000 events in 2 GB.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import yaml
from transitions import Machine

from upheld import Contracts, Policy, load_contracts, load_policy
from upheld.cli.lazy_group import without_collector
from upheld.core.replay.replay import Replay
from upheld.engine import Engine
from upheld.history.canonical import RECORDS
from upheld.history.formats import FORMATS
from upheld.history.importer import Bad
from upheld.history.mapping.mapping_file import read_mapping
from upheld.history.mapping.translation import records as translated
from upheld.history.reading import RecordMaker, read_history

ROOT = Path(__file__).resolve().parent.parent
SPREAD_MIN = 1
"""Minutes between one telling of the example and the next."""
Record = dict[str, Any]


def main() -> None:
    """Make the history, and measure each format in its own process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=100_000, help="how long the history is")
    parser.add_argument("--policy", default="greenmash", help="the vendor")
    parser.add_argument("--measure", nargs=2, metavar=("FORMAT", "FILE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        with without_collector():
            measure(asked.policy, *asked.measure)
        return
    records = list(lengthened(example(asked.policy), asked.events))
    describe(asked.policy, records)
    with tempfile.TemporaryDirectory() as folder:
        for name, write in WRITERS.items():
            file = Path(folder) / f"history.{name}"
            write(file, records)
            command = [sys.executable, __file__, "--policy", asked.policy, "--measure", name, str(file)]
            subprocess.run(command, check=True)


def example(policy: str) -> list[Record]:
    """The vendor's example, in its order."""
    text = (ROOT / "examples" / policy / "history.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def signed(policy: Policy) -> Contracts:
    """What the customers of the example have signed."""
    return load_contracts(ROOT / "examples" / policy.id / "contracts.yaml", policy)


def lengthened(records: list[Record], length: int) -> Iterator[Record]:
    """The example again and again; every telling has tickets of its own, and begins somewhat later."""
    instants = [datetime.fromisoformat(record["at"]) for record in records]
    number = 0
    while True:
        later = timedelta(minutes=SPREAD_MIN * (number % 100_000))
        for record, at in zip(records, instants):
            if length <= 0:
                return
            length -= 1
            yield {**record, "ticket": f"{record['ticket']}-{number}", "at": (at + later).isoformat()}
        number += 1


def describe(policy: str, records: list[Record]) -> None:
    """What the history is like."""
    tickets = len({record["ticket"] for record in records})
    names = len({record["event"] for record in records})
    each = len(records) / tickets
    print(f"{policy}: {len(records):,} events of {tickets:,} tickets, {each:.1f} a ticket, {names} kinds", flush=True)


def write_json_lines(file: Path, records: list[Record]) -> None:
    """A record a line."""
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{json.dumps(record)}\n" for record in records)


def write_csv(file: Path, records: list[Record]) -> None:
    """The same as a table."""
    fields = sorted({f"data.{name}" for record in records for name in record.get("data", {})})
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow([*COLUMNS, *fields])
        for record in records:
            data = {f"data.{name}": text(value) for name, value in record.get("data", {}).items()}
            table.writerow([*(record.get(name, "") for name in COLUMNS), *(data.get(name, "") for name in fields)])


def write_xes(file: Path, records: list[Record]) -> None:
    """The same as an event log, ticket by ticket; the names of events are its activities."""
    traces: dict[str, list[Record]] = {}
    for record in records:
        traces.setdefault(record["ticket"], []).append(record)
    with file.open("w", encoding="utf-8") as stream:
        stream.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
        for ticket, events in traces.items():
            stream.write(f"<trace>\n  {attribute('concept:name', ticket)}\n")
            for each in events:
                names = {name: text(each.get(name, "")) for name in ("channel", "customer")}
                cells = {"concept:name": each["event"], "actor": each["actor"].partition(":")[0], **names}
                cells |= {f"data.{name}": text(value) for name, value in each.get("data", {}).items()}
                inside = "".join(attribute(name, cell) for name, cell in cells.items() if cell)
                stream.write(f'  <event><date key="time:timestamp" value="{each["at"]}"/>{inside}</event>\n')
            stream.write("</trace>\n")
        stream.write("</log>\n")


def attribute(name: str, value: str) -> str:
    """One attribute of a trace or an event."""
    return f"<string key={quoteattr(name)} value={quoteattr(value)}/>"


def mapped(policy: Policy) -> RecordMaker:
    """The mapping of such a log: every event by its name, every field by its column."""
    fields = sorted({name for event in policy.events.values() for name in event.fields})
    statuses = [{"when": {"concept:name": name}, "event": name} for name in policy.events]
    columns = {"ticket": "trace concept:name", "at": "time:timestamp", "actor": "actor", "channel": "channel"}
    data = {name: f"data.{name}" for name in fields}
    document = {"upheld": 1, "mapping": "bench", "columns": {**columns, "customer": "customer", "data": data}}
    found, findings = read_mapping(yaml.safe_dump({**document, "statuses": statuses}).encode(), "bench.yaml")
    assert found is not None, findings
    return partial(translated, found)


COLUMNS = ("ticket", "at", "event", "actor", "channel", "customer")
WRITERS: dict[str, Callable[[Path, list[Record]], None]] = {
    "jsonl": write_json_lines,
    "csv": write_csv,
    "xes": write_xes,
}


def text(value: object) -> str:
    """A cell of a table."""
    return value if isinstance(value, str) else json.dumps(value)


def measure(name: str, format_name: str, file: str) -> None:
    """One format: reading, replaying, and what memory it took."""
    policy = load_policy(name)
    engine = Engine(policy, signed(policy))
    begin = time.process_time()
    mapping = mapped(policy) if format_name not in RECORDS else None
    number = sum(1 for _ in read_history(file, policy, format_name, mapping))
    reading = time.process_time() - begin
    run = Replay(engine)
    moves: list[tuple[str | None, str]] = []
    begin, wall = time.process_time(), time.perf_counter()
    read = read_history(file, policy, format_name, mapping)
    run.take_all(found[1] for found in read if not isinstance(found, Bad))
    decided = time.process_time()
    for verdict in run.verdicts():
        moves += [(move["from"], move["to"]) for move in verdict["moves"]]
    summary = run.summary()
    whole, elapsed = time.process_time() - begin, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    title = FORMATS[format_name].title
    size = Path(file).stat().st_size / 2**20
    print(f"\n{title}, {size:.0f} MiB: {summary['refused']} refused, {summary['flags']} flags, {peak:,.0f} MiB at most")
    report("reading alone", number, reading)
    report("file to verdicts", number, whole)
    report("  of it deciding", number, decided - begin - reading)
    report("  and verdicts", number, whole + begin - decided)
    print(f"  {'by the clock':<18} {number / elapsed:>9,.0f} a second")
    report("bare triggers", len(moves), drive(policy, moves))


def drive(policy: Policy, moves: list[tuple[str | None, str]]) -> float:
    """The seconds that every move takes by a trigger of the library; a ticket that opens sets the model back."""
    arrows = sorted({(origin, state) for origin, state in moves if origin is not None})
    machine = Machine(model=None, states=list(policy.states), initial=moves[0][1], auto_transitions=False)
    for origin, state in arrows:
        machine.add_transition(f"{origin} {state}", origin, state)
    events, model = machine.events, Model()
    begin = time.process_time()
    for was, becomes in moves:
        if was is None:
            model.state = becomes
        else:
            model.state = was
            events[f"{was} {becomes}"].trigger(model)
    return time.process_time() - begin


class Model:
    """What the library drives."""

    state: str


def report(name: str, number: int, seconds: float) -> None:
    """One line."""
    print(f"  {name:<18} {number / seconds:>9,.0f} a second {1e6 * seconds / number:>7.1f} µs")


if __name__ == "__main__":
    main()
