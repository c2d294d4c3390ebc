"""Verdicts made of tables again: the slow way back, written from the page of tables, not from what fills them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

Row = dict[str, Any]
LISTS = {
    "refused": "refused",
    "flags": "flags",
    "nonconforming": "nonconforming",
    "clocks": "commitments",
    "charges": "charges",
    "moves": "moves",
    "timers": "timers",
    "effects": "effects",
    "remedies": "remedies",
}
CALLED = {
    ("clocks", "commitment"): "id",
    ("timers", "timer"): "id",
    ("remedies", "remedy"): "id",
    ("owed", "remedy"): "id",
    ("availability", "availability"): "id",
    ("effects", "addressed_to"): "to",
}
NAMES = ("clauses", "assumptions", "possible")
ABSENT = {
    "moves": ("timer",),
    "effects": ("timer", "commitment", "cycle", "count"),
    "charges": ("pieces", "lacking"),
    "tickets": ("journal",),
}
"""What a verdict leaves out where it is nothing."""


def verdicts_of(tables: Mapping[str, pa.Table], *, remedies: bool) -> list[Row]:
    """The verdicts that the tables are of; ``remedies`` where the policy has any."""
    found: dict[str, Row] = {}
    for row in rows_of(tables, "tickets"):
        facts = {name.removeprefix("fact."): value for name, value in row.items() if name.startswith("fact.")}
        row = {name: value for name, value in row.items() if not name.startswith("fact.")}
        lists: Row = {key: [] for name, key in LISTS.items() if name != "remedies" or remedies}
        found[row["ticket"]] = {**row, "facts": {n: v for n, v in facts.items() if v is not None}, **lists}
    for name, key in LISTS.items():
        for row in rows_of(tables, name):
            ticket = row.pop("ticket")
            if name in ("clocks", "remedies"):
                assert row.pop("customer") == found[ticket]["customer"]
            found[ticket].setdefault(key, []).append(row)
    return [*found.values()]


def rows_of(tables: Mapping[str, pa.Table], name: str) -> list[Row]:
    """The rows of a table as a verdict has them."""
    return [_row(name, row) for row in tables[name].to_pylist()]


def _row(name: str, row: Row) -> Row:
    made: Row = {}
    for column, value in row.items():
        key = (
            "at"
            if column == "happened_at"
            else CALLED.get((name, column), column.removesuffix("_state") if column != "core_state" else column)
        )
        made[key] = value.split() if column in NAMES else _text(value)
    if name == "charges":
        account, amount = made.pop("lacking_account"), made.pop("lacking_amount")
        made["lacking"] = None if account is None else {"account": account, "amount": amount}
        made["pieces"] = made["pieces"] and [
            {"from": _text(each["from_at"]), "until": _text(each["until_at"]), "in": each["calendar"]}
            | {"factor": each["factor"]}
            for each in made["pieces"]
        ]
    return {key: value for key, value in made.items() if value is not None or key not in ABSENT.get(name, ())}


def _text(value: object) -> object:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
