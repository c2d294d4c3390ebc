"""`upheld replay --out`: every row has its customer, also where no ticket was opened."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from click.testing import CliRunner

from upheld.cli import main
from upheld.cli.failure import DONE

POLICY = """\
upheld: 1
policy: training
version: 1.0.0
extends: base@1.0.0
effective: {from: 2026-01-01}
zone: Europe/Paris
vendor: {name: Training}
sources: {terms: {title: Terms}}
clauses: {R-1: {says: "an hour of training is taken from the prepaid time"}}
channels: {phone: {accepts: all, clauses: [R-1]}}
accounts: {time: {label: Prepaid time, unit: min, overdraft: warn, clauses: [R-1]}}
events: {train: {by: agent, ticket: not-needed, clauses: [R-1]}}
charges: [{id: lesson, on: [train, comment], debit: {account: time, amount: 60}, clauses: [R-1]}]
"""
SUBMIT = {"event": "submit", "actor": "customer:kim", "channel": "phone"}
RECORDS = [
    {"ticket": "E-1", "at": "2026-03-02T09:00Z", "event": "train", "actor": "agent:lee", "customer": "=oak"},
    {"ticket": "E-1", "at": "2026-03-02T10:00Z", "event": "train", "actor": "agent:lee", "customer": "elm"},
    {"ticket": "E-2", "at": "2026-03-02T09:00Z", **SUBMIT, "customer": "ash"},
    {"ticket": "E-2", "at": "2026-03-02T09:30Z", "event": "comment", "actor": "agent:lee", "customer": "elm"},
    {"ticket": "E-3", "at": "2026-03-02T09:00Z", "event": "resolve", "actor": "agent:lee", "customer": "yew"},
    {"ticket": "E-4", "at": "2026-03-02T09:00Z", "event": "train", "actor": "agent:lee"},
]


def test_charges_outside_of_tickets_have_their_customers(tmp_path: Path) -> None:
    """A ticket's charges are its customer's; others that of whom the record names. What was refused has one, too."""
    (tmp_path / "history.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in RECORDS), encoding="utf-8")
    (tmp_path / "training.yaml").write_text(POLICY, encoding="utf-8")
    files = [str(tmp_path / "history.jsonl"), "--policy", str(tmp_path / "training.yaml")]
    done = CliRunner().invoke(main, ["replay", *files, "--out", str(tmp_path / "out")])
    assert DONE == done.exit_code, done.output
    with (tmp_path / "out" / "charges.csv").open(encoding="utf-8", newline="") as file:
        charged = [(row["ticket"], row["customer"], row["amount"]) for row in csv.DictReader(file)]
    lines = (tmp_path / "out" / "tickets.jsonl").read_text(encoding="utf-8").splitlines()
    tickets = [json.loads(line) for line in lines]

    assert [("E-1", "'=oak", "60"), ("E-1", "elm", "60"), ("E-2", "ash", "60"), ("E-4", "", "60")] == charged
    assert {"E-1": "=oak", "E-2": "ash", "E-3": "yew", "E-4": None} == {
        each["ticket"]: each["customer"] for each in tickets
    }
    assert [["=oak", "elm"], ["ash"], [], [None]] == [[row["customer"] for row in each["charges"]] for each in tickets]
