"""The ways to decide a history side by side, policy after policy: record by record, as columns, and in two parts.

    PYTHONPATH=tests .venv/bin/python -m bulk.differential --events 1000000 --seed 7

decides so many records of random policies, three in four of them with noise, and ends at the first difference, with
the number of its example. In the end it prints what was compared and the digest of all verdicts; with `--first` it
begins with another example than the first.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bulk.noise import noisy
from reference.agreement import made_examples
from replay_in_parts import replayed_in_parts, replayed_whole

from upheld import Contracts, Event, Policy
from upheld.bulk.reading.history_table import batch_of, history_table
from upheld.bulk.tables import SCALAR, tables_from
from upheld.bulk.verdicts.columns import decided
from upheld.engine import Engine
from upheld.loader.contracts import contracts_from
from upheld.replaying import instant_s

Record = dict[str, Any]

SEED = 7
TELLINGS = 120
"""How often the tickets of an example are told, each time under other ids and some minutes later."""
RHYTHMS = 8
"""One in so many examples has promises in a rhythm, which columns leave to the scalar path."""
PARTS = 2
TELL_EVERY = 20_000
EXAMPLES_MAX = 10**9


@dataclass
class Compared:
    """What has been compared so far."""

    examples: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    digest: Any = field(default_factory=hashlib.sha256)

    def look(self, engine: Engine, records: Sequence[Record], as_of_s: int | None) -> list[str]:
        """Decide a history in every way; in what they differ."""
        found, left = differences(engine, records, as_of_s)
        events = [Event.from_record(each) for each in records]
        given = engine.policy, engine.contracts, events, as_of_s
        whole = replayed_whole(*given)
        told = json.dumps(whole)
        if told != json.dumps(replayed_in_parts(*given, PARTS)[0]):
            found.append(f"{PARTS} parts are not the whole")
        self.digest.update(told.encode())
        self.examples += 1
        self.left += left
        self.counts["events"] += len(records)
        self.counts["of policies that bill"] += len(records) if engine.charging.bills else 0
        self.counts["refused"] += whole["summary"]["refused"]
        self.counts["tickets"] += whole["summary"]["tickets"]
        return found

    def __str__(self) -> str:
        counts = ", ".join(f"{number:,} {what}" for what, number in self.counts.items())
        left = ", ".join(f"{reason} {number:,}" for reason, number in sorted(self.left.items()))
        told = f"{self.examples} policies and histories: {counts}; columns left tickets: {left or 'none'}"
        return f"{told}; verdicts {self.digest.hexdigest()[:16]}"


def differences(
    engine: Engine, records: Sequence[Record], as_of_s: int | None = None
) -> tuple[list[str], Counter[str]]:
    """In what the two paths differ, and which tickets went to the scalar one anyway."""
    history = history_table([batch_of([Event.from_record(each) for each in records])])
    scalar = tables_from(history, engine, as_of_s, why=SCALAR)
    made = decided(history, engine, as_of_s)
    found = [f"header {key}" for key, held in scalar.header.items() if made.header[key] != held]
    found += [f"summary {key}" for key, held in scalar.summary.items() if made.summary[key] != held]
    for name, table in scalar.tables.items():
        if made.tables[name].schema != table.schema:
            found.append(f"schema of {name}")
        rows = zip(table.to_pylist(), made.tables[name].to_pylist())
        found += [f"{name}: {ours} is not {theirs}" for theirs, ours in rows if ours != theirs]
        if table.num_rows != made.tables[name].num_rows:
            found.append(f"{name}: {made.tables[name].num_rows} rows instead of {table.num_rows}")
    return found, Counter(made.fallbacks)


def fit(policy: Policy, contracts: Contracts, *, bills: bool) -> tuple[Policy, Contracts]:
    """The same policy without what columns do not decide, and perhaps without accounts."""
    policy = replace(policy, remedies=(), availability=())
    if bills:
        return policy, contracts
    plain = {name: replace(each, grants=(), recurring=()) for name, each in contracts.customers.items()}
    return replace(policy, charges=(), accounts={}), replace(contracts, customers=plain)


def told_often(records: Sequence[Record]) -> list[Record]:
    """The same tickets several times, each time under other ids and some minutes later."""
    found = []
    for telling in range(TELLINGS):
        later = timedelta(minutes=37 * telling)
        for record in records:
            at = datetime.fromisoformat(str(record["at"])) + later
            found.append({**record, "ticket": f"{record['ticket']}-{telling}", "at": at.isoformat()})
    return found


def histories(seed: int, first: int) -> Iterator[tuple[int, Engine, list[Record], int | None]]:
    """Examples by number, without end."""
    for number, made, policy in made_examples(seed, first, EXAMPLES_MAX):
        policy, contracts = fit(policy, contracts_from(made.contracts, policy), bills=number % 2 == 0)
        if number % RHYTHMS:
            plain = tuple(replace(each, rhythm=None) for each in policy.commitments)
            policy = replace(policy, commitments=plain)
        records = told_often(made.records)
        if number % 4:
            records = noisy(records, [*policy.events], number)
        yield number, Engine(policy, contracts), records, None if made.as_of is None else instant_s(made.as_of)


def main(arguments: list[str]) -> int:
    """Compare until so many events are; the exit status."""
    parser = argparse.ArgumentParser(prog="bulk.differential")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(arguments)
    compared, told = Compared(), 0
    for number, engine, records, as_of_s in histories(asked.seed, asked.first):
        found = compared.look(engine, records, as_of_s)
        if found:
            _tell(f"example {number} of seed {asked.seed} differs:", *found[:20])
            return 1
        if compared.counts["events"] >= told + TELL_EVERY:
            told = compared.counts["events"]
            _tell(f"up to example {number}: {compared}")
        if compared.counts["events"] >= asked.events:
            _tell(f"examples {asked.first} to {number} of seed {asked.seed}: all agree; {compared}")
            break
    return 0


def _tell(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
