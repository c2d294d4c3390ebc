"""The ways to decide a history side by side, policy after policy, all in one process.

    PYTHONPATH=tests .venv/bin/python -m bulk.differential --events 1000000 --seed 7

decides so many records of random policies, three in four of them with noise, in five ways: by the engine alone, one
record after the other; with its table of what was decided alike (*scalar*), and by the steps of tickets that stand
alike; in two or three parts, each with an engine of its own (*jobs*); and as *columns*. It tells where they differ,
with the number of the policy. A line for each part of the run tells its share: which policies, how many records, which
tickets left the columns, and the digest of all verdicts. A run that was broken off goes on with `--first`, the number
after its last line.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bulk.noise import noisy
from reference.agreement import loaded
from reference.choices import from_seed
from reference.differential import PER_POLICY, policy_of
from reference.histories import BEGINNINGS, make_contracts, make_history
from replay_in_parts import replayed_in_parts

from upheld import Contracts, Event, Policy
from upheld.bulk.reading.history_table import batch_of, history_table
from upheld.bulk.scalar_tables import tables_of
from upheld.bulk.tables import SCALAR, tables_from
from upheld.bulk.verdicts.columns import Made, decided
from upheld.core.policy.commitment import Commitment, Trigger
from upheld.core.replay.replay import Replay
from upheld.engine import Engine
from upheld.loader.contracts import contracts_from
from upheld.replaying import instant_s

Record = dict[str, Any]

SEED = 7
HISTORIES = 6
"""How many histories are made for a policy, of one to three tickets each."""
TELLINGS = 60
"""How often the tickets of a history are told, each time under other ids and some minutes later."""
MINUTES_LATER = 67
RHYTHMS, DATED_ENDS, CORRECTIONS, QUICK_TIMERS = 8, 3, 3, 3
"""One in so many policies has what columns mostly leave to the scalar path: see `without_what_leaves`."""
YEARS = 4
"""One in so many policies has histories of several seasons: a clock that is late for a year may remind every day."""
PARTS = (2, 3)
LINES, WIDTH = 10, 400
"""Lines, and characters of each, that are told of differences."""
PART = 100_000
"""Records that a part of a run has at least: it ends with the policy after."""


@dataclass
class Compared:
    """What has been compared so far."""

    policies: int = 0
    unlike: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    digest: Any = field(default_factory=hashlib.sha256)

    def look(self, engine: Engine, records: Sequence[Record], as_of_s: int | None, parts: int = PARTS[0]) -> list[str]:
        """Decide a history in every way; in what they differ."""
        events = [Event.from_record(each) for each in records]
        run = Replay(engine, as_of_s, journal=True)
        run.take_all(events)
        if run.has_late:
            run.look_again(events)
        whole = run.result()
        told = json.dumps(whole)
        found = [] if whole["tickets"] == one_by_one(engine, events, as_of_s) else ["a table differs from the engine"]
        if told != json.dumps(replayed_in_parts(engine.policy, engine.contracts, events, as_of_s, parts)[0]):
            found.append(f"{parts} parts are not the whole")
        for each in whole["tickets"]:
            del each["journal"]
        steps = Replay(engine, as_of_s)  # where journals are kept, every record is decided
        steps.take_all(events)
        if steps.has_late:
            steps.look_again(events)
        if [*steps.verdicts()] != whole["tickets"] or steps.summary() != whole["summary"]:
            found.append("records that repeat differ from the engine")
        scalar = tables_of(whole["tickets"], engine.policy, whole["summary"])
        header = {key: held for key, held in whole.items() if key not in ("tickets", "summary")}
        try:
            made = decided(history_table([batch_of(events)]), engine, as_of_s)
        except AssertionError as error:
            found.append(f"columns: {error}")
        else:
            found += unlike(made, header, whole["summary"], scalar)
            self.left += Counter(made.fallbacks)
        self.digest.update(told.encode())
        self.policies += 1
        self.unlike += bool(found)
        self.counts["events"] += len(records)
        self.counts["of policies that bill"] += len(records) if engine.charging.bills else 0
        self.counts["refused"] += whole["summary"]["refused"]
        self.counts["tickets"] += whole["summary"]["tickets"]
        return found

    def add(self, other: Compared) -> None:
        """Add what a part of the run has compared; the digest of all is that of the digests of parts."""
        self.policies += other.policies
        self.unlike += other.unlike
        self.counts += other.counts
        self.left += other.left
        self.digest.update(other.digest.digest())

    def __str__(self) -> str:
        counts = ", ".join(f"{number:,} {what}" for what, number in self.counts.items())
        tickets = max(1, self.counts["tickets"])
        left = ", ".join(f"{reason} {_percent(number, tickets)}" for reason, number in self.left.most_common())
        stayed = _percent(tickets - self.left.total(), tickets)
        agreed = (
            f"{self.unlike} of {self.policies} policies differ" if self.unlike else f"{self.policies} policies agree"
        )
        told = f"{agreed}: {counts}; {stayed} of the tickets stayed in columns, left: {left or 'none'}"
        return f"{told}; verdicts {self.digest.hexdigest()[:16]}"


def _percent(number: int, of: int) -> str:
    return f"{100 * number / of:.1f} %"


def one_by_one(engine: Engine, events: Sequence[Event], as_of_s: int | None) -> list[dict[str, Any]]:
    """The verdicts of the engine, which is asked about every record."""
    run = Replay(engine, as_of_s, journal=True, outcomes_max=0)
    for event in events:
        run.take(event)
    return [*run.verdicts()]


def differences(
    engine: Engine, records: Sequence[Record], as_of_s: int | None = None
) -> tuple[list[str], Counter[str]]:
    """In what the columns and the scalar path differ, and which tickets went to the scalar one anyway."""
    history = history_table([batch_of([Event.from_record(each) for each in records])])
    scalar = tables_from(history, engine, as_of_s, why=SCALAR)
    made = decided(history, engine, as_of_s)
    return unlike(made, scalar.header, scalar.summary, scalar.tables), Counter(made.fallbacks)


def unlike(made: Made, header: Mapping[str, Any], summary: Mapping[str, Any], tables: Mapping[str, Any]) -> list[str]:
    """In what columns differ from what should have been made."""
    found = [f"header {key}" for key, held in header.items() if made.header[key] != held]
    found += [f"summary {key}" for key, held in summary.items() if made.summary[key] != held]
    for name, table in tables.items():
        ours = made.tables[name]
        if ours.schema != table.schema:
            found.append(f"schema of {name}")
        if ours.equals(table):
            continue
        rows = zip(table.to_pylist(), ours.to_pylist())
        found += [f"{name}: {ours} is not {theirs}" for theirs, ours in rows if ours != theirs]
        if table.num_rows != ours.num_rows:
            found.append(f"{name}: {ours.num_rows} rows instead of {table.num_rows}")
    return found


def fit(policy: Policy, contracts: Contracts, *, bills: bool) -> tuple[Policy, Contracts]:
    """The same policy without what columns do not decide, and perhaps without accounts."""
    policy = replace(policy, remedies=(), availability=())
    if bills:
        return policy, contracts
    plain = {name: replace(each, grants=(), recurring=()) for name, each in contracts.customers.items()}
    return replace(policy, charges=(), accounts={}), replace(contracts, customers=plain)


def told_often(records: Sequence[Record], name: str = "") -> list[Record]:
    """The same tickets several times, each time under other ids and some minutes later."""
    found = []
    for telling in range(TELLINGS):
        later = timedelta(minutes=MINUTES_LATER * telling)
        for record in records:
            at = datetime.fromisoformat(str(record["at"])) + later
            found.append({**record, "ticket": f"{record['ticket']}{name}-{telling}", "at": at.isoformat()})
    return found


def histories(seed: int, first: int) -> Iterator[tuple[int, Engine, list[Record], int | None]]:
    """Policies by number, each with its history, without end."""
    for number in count(first):
        document = policy_of(seed, number * PER_POLICY)
        choices = from_seed(f"{seed}/bulk/{number}")
        beginning = choices.pick(BEGINNINGS)
        signed = make_contracts(choices, document, beginning)
        policy = loaded(document)
        policy, contracts = fit(policy, contracts_from(signed, policy), bills=number % 2 == 0)
        policy = without_what_leaves(policy, number)
        records, as_of = list[Record](), None
        for history in range(HISTORIES):
            begun = choices.pick(BEGINNINGS) if history and number % YEARS == 0 else beginning
            made, as_of = make_history(choices, document, signed, begun)
            records += told_often(made, f"-{history}")
        if number % 4:
            records = noisy(records, [*policy.events], number)
        yield number, Engine(policy, contracts), records, None if as_of is None else instant_s(as_of)


def without_what_leaves(policy: Policy, number: int) -> Policy:
    """The policy without what leads most of its tickets to the scalar path; each of it stays in one of so many."""
    commitments, events, timers = policy.commitments, policy.events, policy.timers
    if number % RHYTHMS:
        commitments = tuple(replace(each, rhythm=None) for each in commitments)
    if number % DATED_ENDS:
        commitments = tuple(_ending_at_once(each) for each in commitments)
    if number % CORRECTIONS:
        events = {name: replace(each, corrects=()) for name, each in events.items()}
    if number % QUICK_TIMERS:
        timers = tuple(replace(each, sets=()) for each in timers if each.after and each.after.amount)
    return replace(policy, commitments=commitments, events=events, timers=timers)


def _ending_at_once(commitment: Commitment) -> Commitment:
    """The commitment whose stops and pauses carry no dates."""
    pauses = [
        replace(each, begins=_without_dates(each.begins), ends=_without_dates(each.ends)) for each in commitment.pause
    ]
    return replace(commitment, stop=_without_dates(commitment.stop), pause=tuple(pauses))


def _without_dates(triggers: Sequence[Trigger]) -> tuple[Trigger, ...]:
    return tuple(replace(each, at=None) for each in triggers)


def main(arguments: list[str]) -> int:
    """Compare until so many events are; the exit status."""
    parser = argparse.ArgumentParser(prog="bulk.differential")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--part", type=int, default=PART)
    asked = parser.parse_args(arguments)
    compared, part, first = Compared(), Compared(), asked.first
    for number, engine, records, as_of_s in histories(asked.seed, asked.first):
        found = part.look(engine, records, as_of_s, PARTS[number % len(PARTS)])
        if found:
            _tell(f"policy {number} of seed {asked.seed} differs:", *(each[:WIDTH] for each in found[:LINES]))
        total = compared.counts["events"] + part.counts["events"]
        if part.counts["events"] >= asked.part or total >= asked.events:
            _tell(f"policies {first} to {number} of seed {asked.seed}, {time.process_time():.0f} s: {part}")
            compared.add(part)
            part, first = Compared(), number + 1
        if total >= asked.events:
            _tell(f"policies {asked.first} to {number} of seed {asked.seed}: {compared}")
            break
    return 1 if compared.unlike else 0


def _tell(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
