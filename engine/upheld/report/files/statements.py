"""Statements for spreadsheets and programs: CSV and JSON of the same lines; `upheld.show` has the page for people.

Source: DESIGN section 9; THREATS F02, F16.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from upheld.core.billing.statement import Statement, StatementLine
from upheld.core.record.json_text import json_text
from upheld.core.time.instant import text_of
from upheld.report.files.spreadsheet import table

HEADER: Final = (
    *("customer", "account", "unit", "number", "at", "worked_at", "kind", "of", "ticket", "work", "actor", "rule"),
    *("clauses", "assumptions", "raw", "billed", "held", "repaid", "carried", "lots", "change", "balance"),
)


def as_json(statements: Iterable[Statement]) -> str:
    """A list of statements."""
    return json_text([each.as_document() for each in statements], indent=2) + "\n"


def as_csv(statements: Iterable[Statement]) -> str:
    """One table of all lines; the opening and closing of each statement are lines of their own."""
    rows: list[Sequence[str | int | None]] = []
    for each in statements:
        whose = (each.customer, each.account, each.unit)
        blank = (None,) * 14
        rows.append((*whose, None, text_of(each.from_s), None, "opening", *blank, each.opening))
        rows += [(*whose, *_cells(line)) for line in each.lines]
        rows.append((*whose, None, text_of(each.until_s), None, "closing", *blank, each.closing))
    return table(HEADER, rows)


def _cells(line: StatementLine) -> tuple[str | int | None, ...]:
    whose = (line.number, text_of(line.at_s), text_of(line.worked_s), line.kind, line.of)
    work = (line.ticket, line.event, line.actor, line.rule, " ".join(line.clauses), " ".join(line.assumptions))
    amounts = (line.raw, line.billed, line.held, line.repaid, line.carried)
    return (*whose, *work, *amounts, " ".join(map(str, line.lots)), line.change, line.balance)
