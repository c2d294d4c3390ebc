"""What billing costs as customers get older and contracts get larger: time and memory, each in a process of its own.

``python bench/bench_billing.py [--customers N] [name ...]``. Printed are processor seconds and what the peak of memory
rose by. Where something should not matter, such as the entries that are written already, it is printed for several
sizes, so that one sees whether it does.

    lots        charges of a customer with so many open lots
    entries     charges of a customer whose ledger already has so many entries
    returned    works of one ticket, each billed so that it may be taken back
    customers   a replay that touches ten of many customers, each with 1,000 grants in the contracts
    contracts   customers with two contracts and a grant each, loaded from each form of file
    grants      customers with 100 grants each, loaded from CSV

On the machine that wrote this, with other work beside it (so read the ratios): 2,000 charges with 2,000 open lots took
80 s when each charge looked for each lot, and take 0.7 s. A charge costs the same with 100,000 entries as with none. Of
10,000 customers with 1,000 grants each, the nine thousand and more to whom nothing happens cost their balance and no
ledger: 3.9 s for 10,000, 0.9 s for 1,000. 100,000 customers load in 5.6 s from JSON Lines, 8.5 s from CSV and 16 s
from YAML, in 56, 89 and 326 MB; a million grants from 42 MiB of CSV in 19 s and 170 MB.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from upheld import Contracts, Event, load_contracts, load_policy, replay
from upheld.core.billing.booking import debit, grant
from upheld.core.billing.ledger import Ledger
from upheld.core.policy.contracts import Contract, Customer, Grant
from upheld.core.time.instant import seconds_of

VENDOR = "proconcept"
BEGIN = datetime(2025, 12, 9, 9, tzinfo=UTC)
OPENING = {"type": "solva-flex", "severity": "medium", "evolution": True, "authenticated": True}
CONTRACTS = (Contract("flex", date(2024, 1, 1)), Contract("sla", date(2024, 1, 1)))
TOUCHED = 10
GRANTS = 1_000
FORMS = ("jsonl", "csv", "yaml")


def main() -> None:
    """Run each measurement that was named, or all, in processes of their own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(MEASURED))
    parser.add_argument("--customers", type=int, default=10_000, help="of the measurement of that name")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        MEASURED[asked.one[0]][1](asked.one[1])
        return
    for name in asked.names or MEASURED:
        sizes = [str(asked.customers // 10), str(asked.customers)] if name == "customers" else MEASURED[name][0]
        for size in sizes:
            subprocess.run([sys.executable, __file__, "--one", name, size], check=True)


def told(what: str, began_s: float, before_kib: int) -> None:
    """One line."""
    rose = (peak_kib() - before_kib) / 1024
    print(f"{what:<64} {time.process_time() - began_s:7.2f} s {rose:7.0f} MB", flush=True)


def peak_kib() -> int:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def story(customer: str, works: int) -> Iterator[Event]:
    """One ticket with so much work on it."""
    ticket = f"T-{customer}"
    yield Event(ticket, BEGIN, "submit", f"customer:{customer}", "portal", customer, OPENING)
    for minute, what in enumerate(("take-charge", "qualify", "start-fix"), 1):
        yield Event(ticket, BEGIN + timedelta(minutes=minute), what, "agent:a")
    for minute in range(works):
        yield Event(ticket, BEGIN + timedelta(days=1, minutes=minute), "work", "agent:a", data={"minutes": 15})


def granted(number: int) -> tuple[Grant, ...]:
    """Grants over three years, each good for two."""
    first = seconds_of(datetime(2023, 1, 1, tzinfo=UTC))
    days = (date(2025, 1, 1) + timedelta(days=each % 1_000) for each in range(number))
    return tuple(Grant("flex", first + each * 86_400 % 94_000_000, 60, day) for each, day in enumerate(days))


def lots(size: str) -> None:
    """2,000 charges."""
    policy = load_policy(VENDOR)
    grants = (Grant("flex", seconds_of(datetime(2025, 1, 1, tzinfo=UTC)), 60, date(2026, 12, 31)),) * int(size)
    contracts = Contracts({"c": Customer(CONTRACTS, grants)})
    began_s, before_kib = time.process_time(), peak_kib()
    replay(policy, story("c", 2_000), contracts)
    told(f"lots: 2,000 charges, {int(size):,} open lots", began_s, before_kib)


def entries(size: str) -> None:
    """2,000 debits more."""
    ledger = grant(Ledger(), 10**12, 0)
    for number in range(int(size)):
        ledger = paid(ledger, number)
    began_s, before_kib = time.process_time(), peak_kib()
    for number in range(int(size), int(size) + 2_000):
        ledger = paid(ledger, number)
    told(f"entries: 2,000 debits, {int(size):,} entries before", began_s, before_kib)


def paid(ledger: Ledger, at_s: int) -> Ledger:
    """One minute billed."""
    done = debit(ledger, 1, "work", at_s)
    assert isinstance(done, Ledger)
    return done


def returned(size: str) -> None:
    """As much work on one ticket as that."""
    policy = load_policy(VENDOR)
    contracts = Contracts({"c": Customer(CONTRACTS, (Grant("flex", 0, 10**9),))})
    began_s, before_kib = time.process_time(), peak_kib()
    replay(policy, story("c", int(size)), contracts)
    told(f"returned: {int(size):,} works on one ticket", began_s, before_kib)


def customers(size: str) -> None:
    """The contracts are made here, since a file of 64 MiB holds a tenth of them; equal grants are one, as in a file."""
    policy, grants = load_policy(VENDOR), granted(GRANTS)
    began_s, before_kib = time.process_time(), peak_kib()
    contracts = Contracts(
        {f"c{number}": Customer(CONTRACTS, (*grants[:-1], grants[-1])) for number in range(int(size))}
    )
    events = [event for number in range(TOUCHED) for event in story(f"c{number}", 20)]
    summary = replay(policy, events, contracts)["summary"]
    assert len(summary["balances"]) >= int(size)
    told(f"customers: {int(size):,} with {GRANTS:,} grants, {TOUCHED} touched", began_s, before_kib)


def contracts_of(form: str) -> None:
    """100,000 customers."""
    policy = load_policy(VENDOR)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"contracts.{form}")
        file.write_text("\n".join(WRITERS[form](100_000)), encoding="utf-8")
        began_s, before_kib = time.process_time(), peak_kib()
        loaded = load_contracts(file, policy)
        size_mib = file.stat().st_size / 2**20
    assert len(loaded.customers) == 100_000
    told(f"contracts: 100,000 customers in {size_mib:.0f} MiB of {form}", began_s, before_kib)


def grants_of(size: str) -> None:
    """100 for each customer; a million is nearly as many as a file holds."""
    policy = load_policy(VENDOR)
    rows = ["customer,grant.account,grant.at,grant.amount,grant.expires"]
    rows += [f"c{n // 100:05},flex,{day(n)}T00:00Z,{60 + n % 7},2026-12-31" for n in range(int(size))]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "contracts.csv")
        file.write_text("\n".join(rows), encoding="utf-8")
        began_s, before_kib = time.process_time(), peak_kib()
        load_contracts(file, policy)
        size_mib = file.stat().st_size / 2**20
        told(f"grants: {int(size):,} in {size_mib:.0f} MiB of csv", began_s, before_kib)


def day(number: int) -> str:
    """One of many days."""
    return str(date(2023, 1, 1) + timedelta(days=number * 7 % 1_000))


def lines(number: int) -> Iterator[str]:
    """JSON Lines."""
    for each in range(number):
        contracts = [{"kind": "flex", "from": day(each)}, {"kind": "sla", "from": day(each + 1)}]
        grants = [{"account": "flex", "at": f"{day(each)}T00:00Z", "amount": 600, "expires": "2026-12-31"}]
        yield json.dumps({"customer": f"c{each:06}", "contracts": contracts, "grants": grants})


def rows(number: int) -> Iterator[str]:
    """CSV."""
    yield "customer,kind,from,grant.account,grant.at,grant.amount,grant.expires"
    for each in range(number):
        yield f"c{each:06},flex,{day(each)},flex,{day(each)}T00:00Z,600,2026-12-31"
        yield f"c{each:06},sla,{day(each + 1)}"


def blocks(number: int) -> Iterator[str]:
    """YAML."""
    yield "upheld: 1\ncustomers:"
    for each in range(number):
        yield f"  c{each:06}:"
        yield f"    contracts: [{{kind: flex, from: {day(each)}}}, {{kind: sla, from: {day(each + 1)}}}]"
        yield f"    grants: [{{account: flex, at: '{day(each)}T00:00Z', amount: 600, expires: 2026-12-31}}]"


WRITERS: Mapping[str, Callable[[int], Iterator[str]]] = {"jsonl": lines, "csv": rows, "yaml": blocks}
MEASURED: Mapping[str, tuple[tuple[str, ...], Callable[[str], None]]] = {
    "lots": (("250", "500", "1000", "2000"), lots),
    "entries": (("0", "1000", "10000", "100000"), entries),
    "returned": (("1000", "2000", "4000"), returned),
    "customers": ((), customers),
    "contracts": (FORMS, contracts_of),
    "grants": (("100000", "1000000"), grants_of),
}


if __name__ == "__main__":
    main()
