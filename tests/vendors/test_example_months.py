"""The example histories: a believable month at each vendor, and what it comes to."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterator
from csv import DictReader
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator, FormatChecker
from reference.differential import unlike_outcomes
from reference.fixtures import plain
from reference.interpreter import interpret

from upheld import load_policy, replay
from upheld.cli import main
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.document import read_document
from upheld.history.canonical import record_of_row
from upheld.loader.contracts import read_contracts
from upheld.scenario.history import acceptances
from upheld.schema.resources import read_schema

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MONTHS = Path(__file__).with_name("months")
VENDORS = ("entropics", "greenmash", "manao", "mapping", "proconcept")
TICKETS = range(25, 41)
FLOORS = {"commitments": 100, "rules": 100, "transitions": 100, "charges": 100, "events": 100}
"""Least shares of the policy's parts that each month puts to work, in percent."""

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Month:
    """One vendor's month."""

    policy: Policy
    contracts: Contracts
    records: list[Data]
    replayed: Data

    @property
    def tickets(self) -> list[Data]:
        """The verdicts of its tickets."""
        found: list[Data] = self.replayed["tickets"]
        return found

    def rows(self, name: str) -> list[Data]:
        """The rows of all tickets in one table, each with its ticket."""
        return [{"ticket": each["ticket"], **row} for each in self.tickets for row in each[name]]

    def statuses(self) -> Counter[str]:
        """How many clocks of what is promised have which status."""
        promised = {each.id for each in self.policy.commitments if each.promised}
        return Counter(row["status"] for row in self.rows("commitments") if row["id"] in promised)


@cache
def month(vendor: str) -> Month:
    """Read and replayed once, in English and with the journal."""
    policy = load_policy(vendor)
    file = EXAMPLES / vendor / "contracts.yaml"
    contracts, findings = read_contracts(file.read_bytes(), f"{vendor}/contracts.yaml", policy)
    assert contracts is not None, findings
    assert [] == findings
    lines = (EXAMPLES / vendor / "history.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return Month(policy, contracts, records, replay(policy, records, contracts, journal=True, language="en"))


def checked(schema: str, *documents: Data) -> list[str]:
    """What a schema has against them."""
    validator = Draft202012Validator(json.loads(read_schema(schema)), format_checker=FormatChecker())
    return [error.message for each in documents for error in validator.iter_errors(each)]


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_records_are_a_history_in_order_of_arrival(vendor: str) -> None:
    """Valid one by one, interleaved, and in the order of their instants but for what is refused as late."""
    month_ = month(vendor)
    late = Counter(row["code"] for row in month_.rows("refused"))["out-of-order"]
    instants = [Event.from_record(record).at_s for record in month_.records]
    tickets = [record["ticket"] for record in month_.records]

    assert [] == checked("history", *month_.records)
    assert late == sum(later < earlier for earlier, later in zip(instants, instants[1:], strict=False))
    assert sum(a != b for a, b in zip(tickets, tickets[1:], strict=False)) > len(tickets) / 3


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_verdicts_are_of_the_shape_that_is_promised(vendor: str) -> None:
    """Every ticket has one, with its journal; all that was recorded is counted."""
    month_ = month(vendor)

    assert [] == checked("verdict", month_.replayed)
    assert len(month_.records) == month_.replayed["summary"]["events"]
    assert all("journal" in each for each in month_.tickets)


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_reference_comes_to_the_same(vendor: str, root: Path) -> None:
    """Second by second and minute by minute, by other means: every clock, refusal, charge and balance."""
    month_ = month(vendor)
    policy = root / "plugins" / vendor / f"upheld_{vendor}" / "policy.yaml"
    files = (policy, EXAMPLES / vendor / "contracts.yaml")
    document, contracts = (plain(read_document(file.read_bytes(), file.name).root) for file in files)

    assert [] == unlike_outcomes(interpret(document, month_.records, contracts), month_.replayed)


@pytest.mark.parametrize("vendor", VENDORS)
def test_it_is_a_month_as_a_support_lead_knows_it(vendor: str) -> None:
    """Some thirty tickets, four promises of five kept or more, some broken, some running; refusals, flags, charges."""
    month_ = month(vendor)
    statuses = month_.statuses()
    judged = statuses["upheld"] + statuses["breached"]
    flagging = any(rule.verdict == "flag" for rule in month_.policy.rules)

    assert len(month_.tickets) in TICKETS
    assert 70 * judged <= 100 * statuses["upheld"] <= 90 * judged
    assert statuses["breached"] >= 5
    assert statuses["running"]
    assert month_.rows("refused")
    assert bool(month_.rows("flags")) or not flagging
    assert bool(month_.rows("charges")) == bool(month_.policy.charges)


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_objective_is_kept_and_one_is_missed(vendor: str) -> None:
    """Where the policy has any that promise a share."""
    month_ = month(vendor)
    promised = [each for each in month_.policy.objectives if each.share is not None]
    statuses = {row["status"] for row in month_.replayed["summary"]["objectives"]}

    assert not promised or {"upheld", "breached"} <= statuses


def exercised(month_: Month) -> dict[str, tuple[list[str], set[str]]]:
    """The parts of the policy, by kind, and those that took part in some verdict."""
    policy = month_.policy
    accepted = acceptances(policy, month_.records, month_.contracts, month_.replayed["as_of"])
    taken = {str(each["transition"]) for its in accepted.values() for each in its}
    taken |= {str(row["timer"]) for row in month_.rows("moves") if "timer" in row}
    moves = [*policy.transitions, *(timer for timer in policy.timers if timer.target)]
    struck = {str(row["rule"]) for name in ("refused", "flags") for row in month_.rows(name)}
    return {
        "commitments": ([each.id for each in policy.commitments], {row["id"] for row in month_.rows("commitments")}),
        "rules": ([each.id for each in policy.rules], struck),
        "transitions": ([each.id for each in moves], taken),
        "charges": ([each.id for each in policy.charges], {row["rule"] for row in month_.rows("charges")}),
        "events": (list(policy.events), {str(record["event"]) for record in month_.records}),
    }


@pytest.mark.parametrize("vendor", VENDORS)
def test_most_of_the_policy_is_put_to_work(vendor: str, record_property: Callable[[str, object], None]) -> None:
    """Printed; what falls below its floor is named."""
    shares, missing = [], {}
    for kind, (known, found) in exercised(month(vendor)).items():
        left = [each for each in known if each not in found]
        shares.append(f"{len(known) - len(left)}/{len(known)} {kind}")
        if 100 * (len(known) - len(left)) < FLOORS[kind] * len(known):
            missing[kind] = left
    record_property("told", f"month at {vendor}: {', '.join(shares)}")

    assert {} == missing


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_month_comes_to_what_somebody_read_and_found_right(vendor: str, update: bool) -> None:
    """Rewrite with `--update`, and read the diff: a verdict has changed."""
    file = MONTHS / f"{vendor}.txt"
    text = "".join(f"{line}\n" for line in told(month(vendor)))
    if update:
        file.write_text(text, encoding="utf-8", newline="\n")

    assert file.read_text(encoding="utf-8") == text


def told(month_: Month) -> Iterator[str]:
    """What the month comes to: the counts, then all that was not as promised, each on its line."""
    summary = month_.replayed["summary"]
    names = ("tickets", "events", "refused", "flags", "nonconforming")
    yield f"as of {month_.replayed['as_of']}: " + ", ".join(f"{summary[name]} {name}" for name in names)
    for name in ("commitments", "objectives", "indicators", "balances"):
        for row in summary[name]:
            yield f"{name}: " + " ".join(f"{key}={value}" for key, value in row.items() if value not in (0, None))
    for row in month_.rows("commitments"):
        if row["status"] != "upheld":
            times = f"due {row['due_at']} stopped {row['stopped_at']} overrun {row['overrun_s']} s"
            yield f"{row['ticket']} {row['id']} {row['cycle']} {row['status']}: {times} {listed(row)}"
    for name in ("refused", "flags"):
        for row in month_.rows(name):
            what = f"{row['seq']} {row['event']}: {row['rule'] or row['code']}"
            yield f"{row['ticket']} {name} {what}: {row['message']} {listed(row)}"
    for row in month_.rows("charges"):
        yield f"{row['ticket']} {row['kind']} {row['rule']}: {row['amount']} {row['unit']} {listed(row)}"
    yield "assumed: " + ", ".join(sorted({name for each in month_.tickets for name in each["assumptions"]}))


def listed(row: Data) -> str:
    """The clauses that a row cites."""
    return f"[{', '.join(row['clauses'])}]"


def test_the_same_month_in_both_canonical_formats_is_the_same(root: Path) -> None:
    """A line of CSV and one of JSON are one record: equal to the last byte of the journal."""
    month_ = month("proconcept")
    with (root / "examples/proconcept/history.csv").open(encoding="utf-8", newline="") as file:
        records = [record_of_row(row, month_.policy) for row in DictReader(file)]

    assert month_.replayed == replay(month_.policy, records, month_.contracts, journal=True, language="en")


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_page_tells_of_what_is_there(vendor: str) -> None:
    """Every ticket and clause that it names is one, and its figures are those of the replay."""
    month_ = month(vendor)
    page = (EXAMPLES / vendor / "README.md").read_text(encoding="utf-8")
    tickets = [each["ticket"] for each in month_.tickets]
    names = "|".join({ticket.rpartition("-")[0] for ticket in tickets} | {next(iter(month_.policy.clauses))[:2]})
    statuses = month_.statuses()

    assert set(re.findall(rf"\b(?:{names})-\d+\b", page)) <= {*tickets, *month_.policy.clauses}
    assert f"{len(tickets)} tickets in {len(month_.records)} records".replace("tickets", word(vendor)) in page
    assert f"{statuses['upheld']} of {statuses['upheld'] + statuses['breached']} were kept" in page


def word(vendor: str) -> str:
    """What the vendor calls a ticket."""
    return "cases" if vendor == "manao" else "tickets"


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_commands_on_the_page_do_what_they_should(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line to copy, from the project's top folder: replay, explain, queue, and statements where it bills."""
    monkeypatch.chdir(EXAMPLES.parent)
    page = (EXAMPLES / vendor / "README.md").read_text(encoding="utf-8")
    commands = [shlex.split(line) for line in re.findall(r"^\$ upheld (.+)$", page, re.MULTILINE)]
    results = [CliRunner().invoke(main, command) for command in commands]
    billed = ["statement"] if month(vendor).policy.accounts else []

    assert sorted(["replay", "explain", "queue", *billed]) == sorted({command[0] for command in commands})
    assert [(0, "")] * len(commands) == [(result.exit_code, result.stderr) for result in results]
    assert all(result.stdout for result in results)
